//! Names an account is known by: the one it signs in with, and the one colleagues see.

use std::fmt;

use kernel::{Both, Refusal};

/// The name an account signs in with (账号名): 3–32 of lower-case letters, digits, `.` and `-`. Upper case is read as lower.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Login(String);

impl Login {
    /// Reads a typed login; spaces around it are dropped.
    ///
    /// # Errors
    /// `login.shape`, at the field `login`.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim().to_ascii_lowercase();
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-');
        if plain && (3..=32).contains(&text.len()) { Ok(Self(text)) } else { Err(Refusal::invalid("login.shape").at("login")) }
    }
    /// As stored.
    pub fn text(&self) -> &str {
        &self.0
    }
}
impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name colleagues see (显示名): 1–40 characters, no control characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShownName(String);

impl ShownName {
    /// Most characters of a shown name [A].
    pub const MOST: usize = 40;
    /// Reads a typed name; spaces around it are dropped.
    ///
    /// # Errors
    /// `field.required` or `text.too_long`, at the field `shown`.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let text = typed.trim();
        let label = Both::new("显示名", "the shown name");
        let n = text.chars().count();
        if n == 0 || text.chars().any(char::is_control) {
            return Err(Refusal::invalid("field.required").both("label", label).at("shown"));
        }
        if n > Self::MOST {
            return Err(Refusal::invalid("text.too_long").both("label", label).arg("max", Self::MOST).arg("n", n).at("shown"));
        }
        Ok(Self(text.to_owned()))
    }
    /// As stored.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Why something is done alone, locked, asked for: 2–200 characters, no control characters but line ends.
///
/// # Errors
/// `reason.needed` or `text.too_long`, at the field `reason`.
pub fn reason(typed: &str) -> Result<String, Refusal> {
    let text = typed.trim();
    let n = text.chars().count();
    if n < 2 {
        return Err(Refusal::invalid("reason.needed").at("reason"));
    }
    if n > 200 {
        return Err(Refusal::invalid("text.too_long").both("label", Both::new("理由", "the reason")).arg("max", 200).arg("n", n).at("reason"));
    }
    Ok(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
}
