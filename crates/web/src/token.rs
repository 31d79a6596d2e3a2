//! Secrets that people carry: random bytes, their text forms and hashes.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Letters of printed codes: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// 32 random bytes from the operating system; the one place that asks for them.
#[allow(clippy::disallowed_methods)]
pub fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    if getrandom::fill(&mut bytes).is_err() {
        // Without randomness no token may be made at all.
        std::process::abort();
    }
    bytes
}

/// 128 bits in 22 URL-safe characters.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(&bytes[..bytes.len().min(16)])
}

/// A fresh 22-character token.
pub fn fresh() -> String {
    text(&random())
}

/// SHA-256, as stored: secrets are only ever stored as hashes.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// HMAC-SHA-256 of `what` under `key`, in 22 characters: a secret that can be computed again from the request's one-time key.
pub fn derived(key: &[u8; 32], what: &[u8]) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(what);
    text(&mac.finalize().into_bytes())
}

/// `n` characters without I, L, O, U from random bytes (5 bits each).
pub fn code(bytes: &[u8], n: usize) -> String {
    bytes.iter().take(n).map(|b| char::from(ALPHABET[usize::from(b & 31)])).collect()
}

/// A typed code as compared: upper case, separators dropped, O read as 0, I and L as 1.
pub fn read_code(typed: &str) -> String {
    typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}
