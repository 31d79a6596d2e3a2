//! One-time keys (QUALITY §16.2): one key, one effect.

use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::Actor;
use sha2::{Digest, Sha256};

use crate::{App, Ask, Refuse};

/// The key as sent, and what it came with.
#[derive(Clone, Debug)]
pub struct OnceKey {
    scope: String,
    route: &'static str,
    key: String,
    body: [u8; 32],
}

/// The key in the request's extensions, before the actor is known.
#[derive(Clone, Debug)]
pub struct SentKey {
    /// As sent.
    pub key: String,
    /// SHA-256 of path and body.
    pub body: [u8; 32],
}

impl OnceKey {
    /// As stored: hashes only.
    pub fn stored(&self) -> store::Once {
        store::Once { key: self.hash(), body: self.body }
    }
    /// SHA-256 of scope, route and key: what secrets are derived from.
    pub fn hash(&self) -> [u8; 32] {
        let mut h = Sha256::new();
        for part in [&self.scope, self.route, &self.key] {
            h.update((part.len() as u64).to_be_bytes());
            h.update(part.as_bytes());
        }
        h.finalize().into()
    }
}

/// The one-time key of this request; second-to-last resort of every write. Absent on routes that set a cookie.
#[derive(Clone, Debug)]
pub struct Once(pub Option<OnceKey>);

impl Once {
    /// No key: routes that set a cookie.
    pub fn none() -> Self {
        Self(None)
    }
    /// A secret that a retry computes again: HMAC(server key, key's hash).
    pub fn secret(&self, app: &App) -> String {
        self.0.as_ref().map_or_else(crate::token::fresh, |k| crate::token::derived(&app.0.settings.key, &k.hash()))
    }
}

/// Whether a key has the right shape: 16–64 of `[A-Za-z0-9_-]`.
pub fn well_formed(key: &str) -> bool {
    (16..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

impl FromRequestParts<App> for Once {
    type Rejection = Refuse;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Refuse> {
        let Some(ask) = parts.extensions.get::<Ask>() else { return Err(Refuse::fault("no route in the request")) };
        if !ask.route.once {
            return Ok(Self(None));
        }
        let Some(sent) = parts.extensions.get::<SentKey>() else { return Err(Refuse::status(400, "key.missing")) };
        let scope = match parts.extensions.get::<Actor>() {
            None | Some(Actor::Open) => {
                if sent.key.len() < 22 {
                    return Err(Refuse::status(400, "key.short"));
                }
                "open".to_owned()
            }
            Some(actor) => format!("{}:{actor}", actor.kind()),
        };
        Ok(Self(Some(OnceKey { scope, route: ask.route.action, key: sent.key.clone(), body: sent.body })))
    }
}
