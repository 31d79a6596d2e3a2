//! How long a session holds, and when a pause locks it.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock},
};

use kernel::Instant;
use sha2::{Digest, Sha256};

/// Idle time after which a session is locked, seconds [A] (QUALITY §13).
pub const IDLE_S: i64 = 15 * 60;
/// Longest life of a session, seconds (QUALITY §13).
pub const LONGEST_S: i64 = 12 * 3_600;
/// How long a step-up holds, seconds [A].
pub const STEP_UP_S: i64 = 600;

/// A new session's cookie, and its hash as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The cookie's value: 256 bits in 44 characters. Only ever sent to its browser.
    pub cookie: String,
    /// What the database knows of it.
    pub hash: [u8; 32],
}
impl NewSession {
    /// From the request's dice.
    pub fn new(dice: [u8; 32]) -> Self {
        // The dice also make ids, which are public: the cookie is another value of the same seed.
        let seed: [u8; 32] = Sha256::new().chain_update(b"session").chain_update(dice).finalize().into();
        let cookie = format!("{}{}", web::token::text(&seed[..16]), web::token::text(&seed[16..]));
        Self { hash: web::token::hash(&cookie), cookie }
    }
}
impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSession(…)")
    }
}

/// Why a session ended, as stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndWhy {
    /// Signed out, or signed in anew in the same browser.
    Logout,
    /// Too long without a sign of life.
    Idle,
    /// Twelve hours are over.
    Absolute,
    /// The last role went.
    Role,
    /// The password was changed or reset.
    Password,
    /// An administrator locked the account, or the person ended their other sessions.
    Revoke,
    /// The person left.
    Left,
}
impl EndWhy {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Logout => "logout",
            Self::Idle => "idle",
            Self::Absolute => "absolute",
            Self::Role => "role",
            Self::Password => "password",
            Self::Revoke => "revoke",
            Self::Left => "left",
        }
    }
}

/// Whether a pause has locked a session that was last seen at `seen`.
pub fn idle(seen: Instant, now: Instant) -> bool {
    now.seconds_since(seen) >= IDLE_S
}

/// When each session was last seen by this process; written to its row about once a minute, so that reading never writes.
pub struct Seen(Mutex<HashMap<[u8; 32], (Instant, bool)>>);

/// The one of this process.
pub fn seen() -> &'static Seen {
    static SEEN: OnceLock<Seen> = OnceLock::new();
    SEEN.get_or_init(|| Seen(Mutex::default()))
}

impl Seen {
    /// The latest sign of life: the row's, or a newer one of this process.
    pub fn latest(&self, session: &[u8; 32], stored: Instant) -> Instant {
        let Ok(mut map) = self.0.lock() else { return stored };
        let known = map.entry(*session).or_insert((stored, false));
        if stored > known.0 {
            *known = (stored, false);
        }
        known.0
    }
    /// A person did something. A session that a pause has locked stays locked; an unknown one stays unknown.
    pub fn touch(&self, session: &[u8; 32], now: Instant) {
        if let Ok(mut map) = self.0.lock()
            && let Some(known) = map.get_mut(session)
            && !idle(known.0, now)
            && now > known.0
        {
            *known = (now, true);
        }
    }
    /// At work with somebody at the counter: that counts as a sign of life.
    pub fn at_work(&self, session: &[u8; 32], now: Instant) {
        if let Ok(mut map) = self.0.lock() {
            map.insert(*session, (now, true));
        }
    }
    /// Takes what is to be written, and forgets sessions that have been quiet for longer than a session lives.
    pub fn take(&self, now: Instant) -> Vec<([u8; 32], Instant)> {
        let Ok(mut map) = self.0.lock() else { return Vec::new() };
        map.retain(|_, (at, _)| now.seconds_since(*at) < LONGEST_S);
        map.iter_mut()
            .filter(|(_, (_, fresh))| *fresh)
            .map(|(hash, known)| {
                known.1 = false;
                (*hash, known.0)
            })
            .collect()
    }
}
