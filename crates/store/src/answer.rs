//! What a write answers: kept with its key, so that a retry reads the first answer again.

/// Status, headers and body. Never holds a secret: [`Answer::fill`] puts it in on the way out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

/// Stands in stored answers where the secret goes.
pub const SECRET: &str = "{{secret}}";

impl Answer {
    /// An empty answer (204) of a command that nobody reads.
    pub fn none() -> Self {
        Self { status: 204, ..Self::default() }
    }
    /// Puts the recomputed secret where [`SECRET`] stands, in headers and body.
    pub fn fill(mut self, secret: &str) -> Self {
        for (_, value) in &mut self.headers {
            if value.contains(SECRET) {
                *value = value.replace(SECRET, secret);
            }
        }
        if let Ok(text) = std::str::from_utf8(&self.body)
            && text.contains(SECRET)
        {
            self.body = text.replace(SECRET, secret).into_bytes();
        }
        self
    }
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}
