//! One error, three ways to say no.

use std::fmt;

use crate::{Both, Lang};

/// Why something did not happen.
#[derive(Clone, Debug, PartialEq)]
pub enum No {
    /// The rules say no: expected, told to the person with what to do next.
    Refused(Refusal),
    /// Nothing is there, or it is not yours: the two look the same.
    Missing(Missing),
    /// We are wrong or the machine is: logged once, the person sees a short code.
    Fault(Fault),
}

/// Status beside a refusal's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u16);

/// Named values for a refusal's sentence, in both languages.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Args(pub Vec<(&'static str, Both)>);

/// The rules say no (409 or 422 unless said otherwise). `code` has a sentence in zh and en in a `words.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// `queue.closed`
    pub code: &'static str,
    /// HTTP status.
    pub status: Status,
    /// What the sentence needs.
    pub args: Args,
    /// The field of the form it is about, when it is about one.
    pub field: Option<&'static str>,
    more: Option<Box<More>>,
}

/// What some refusals say beside their reason.
#[derive(Clone, Debug, PartialEq, Default)]
struct More {
    also: Vec<Refusal>,
    ways: Vec<(Both, String)>,
}

impl Refusal {
    /// A refusal by state or scarcity (409).
    pub fn conflict(code: &'static str) -> Self {
        Self::with(code, 409)
    }
    /// A refusal of what was typed (422).
    pub fn invalid(code: &'static str) -> Self {
        Self::with(code, 422)
    }
    /// A refusal with its own status.
    pub fn with(code: &'static str, status: u16) -> Self {
        Self { code, status: Status(status), args: Args::default(), field: None, more: None }
    }
    /// Adds a value that reads the same in both languages.
    pub fn arg(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        let v = value.to_string();
        self.args.0.push((name, Both::new(v.clone(), v)));
        self
    }
    /// Adds a value with its own text in each language.
    pub fn both(mut self, name: &'static str, value: Both) -> Self {
        self.args.0.push((name, value));
        self
    }
    /// Names the form's field.
    pub fn at(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }
    /// Every reason as one refusal, the first one first; nothing for none.
    pub fn all(reasons: Vec<Self>) -> Option<Self> {
        let mut reasons = reasons.into_iter();
        let first = reasons.next()?;
        Some(reasons.fold(first, Self::and))
    }
    /// Adds a reason that holds at the same time.
    pub fn and(mut self, reason: Self) -> Self {
        self.more.get_or_insert_default().also.push(reason);
        self
    }
    /// Adds what can be done instead: labels and where they lead.
    pub fn instead(mut self, ways: Vec<(Both, String)>) -> Self {
        if !ways.is_empty() {
            self.more.get_or_insert_default().ways = ways;
        }
        self
    }
    /// Further reasons that hold at the same time.
    pub fn also(&self) -> &[Self] {
        self.more.as_ref().map_or(&[], |m| &m.also)
    }
    /// What can be done instead.
    pub fn ways(&self) -> &[(Both, String)] {
        self.more.as_ref().map_or(&[], |m| &m.ways)
    }
    /// The values in one language.
    pub fn args_in(&self, lang: Lang) -> Vec<(&'static str, &str)> {
        self.args.0.iter().map(|(n, b)| (*n, b.get(lang))).collect()
    }
}

/// Nothing there. `what` is for us, never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub &'static str);

/// Our error. `what` goes to the log, never to the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong, for the log.
    pub what: String,
    /// The database constraint that was violated, when that was it.
    pub violated: Option<String>,
    /// The short code under which it is in the log already.
    pub logged: Option<String>,
}
impl Fault {
    /// A fault with its description.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), violated: None, logged: None }
    }
    /// A violated constraint, by name (`queue_number_once`; `foreign_key` for any foreign key).
    pub fn violated(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { what: format!("constraint {name}"), violated: Some(name), logged: None }
    }
    /// A fault that is in the log under this short code.
    pub fn logged(code: impl Into<String>) -> Self {
        let code = code.into();
        Self { what: format!("logged as {code}"), violated: None, logged: Some(code) }
    }
}
impl From<Refusal> for No {
    fn from(r: Refusal) -> Self {
        Self::Refused(r)
    }
}
impl From<Missing> for No {
    fn from(m: Missing) -> Self {
        Self::Missing(m)
    }
}
impl From<Fault> for No {
    fn from(f: Fault) -> Self {
        Self::Fault(f)
    }
}
impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(r) => write!(f, "refused: {}", r.code),
            Self::Missing(m) => write!(f, "missing: {}", m.0),
            Self::Fault(x) => write!(f, "fault: {}", x.what),
        }
    }
}
impl std::error::Error for No {}
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
impl std::error::Error for Fault {}

/// Turns a violated constraint into a refusal where the row is written.
pub trait OnViolation<T> {
    /// When `constraint` was violated, says `refusal` instead of a fault.
    ///
    /// # Errors
    /// The refusal, or the fault as it was.
    fn on_violation(self, constraint: &str, refusal: impl FnOnce() -> Refusal) -> Result<T, No>;
}
impl<T> OnViolation<T> for Result<T, Fault> {
    fn on_violation(self, constraint: &str, refusal: impl FnOnce() -> Refusal) -> Result<T, No> {
        self.map_err(|fault| if fault.violated.as_deref() == Some(constraint) { refusal().into() } else { fault.into() })
    }
}
