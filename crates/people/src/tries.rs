//! How fast one may go on trying (QUALITY §13): a table of numbers, no clock.

use kernel::Instant;

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One login from one address: counted first, so that strangers cannot lock a person out.
    Pair,
    /// One login from anywhere: counts only after a hundred failures a day.
    Login,
    /// The set-up code, over all addresses together.
    SetUp,
}
impl Kind {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pair => "pair",
            Self::Login => "login",
            Self::SetUp => "setup",
        }
    }
    fn pace(self, admin: bool) -> Pace {
        match self {
            Self::Pair if admin => Pace { free: 3, window_s: 300, first_s: 300 },
            Self::Pair => Pace { free: 10, window_s: 60, first_s: 30 },
            Self::Login => Pace { free: 100, window_s: 86_400, first_s: 30 },
            Self::SetUp => Pace { free: 5, window_s: 60, first_s: 60 },
        }
    }
}

/// So many tries in a window, then a block that doubles up to an hour.
struct Pace {
    free: i64,
    window_s: i64,
    first_s: i64,
}

/// The longest block: an hour, never for good.
const LONGEST_S: i64 = 3_600;

/// Failures so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tries {
    /// How many in a row.
    pub fails: i64,
    /// When the first of them was.
    pub since: Instant,
    /// Nothing is tried before this moment.
    pub blocked_until: Option<Instant>,
}
impl Tries {
    /// Until when nothing may be tried, when that is still to come.
    pub fn blocked(&self, now: Instant) -> Option<Instant> {
        self.blocked_until.filter(|until| *until > now)
    }
}

/// The count after one more failure. A quiet window forgets the count; a quiet hour after a block does too. A try during a block is not counted:
/// it never reached the password, so it tells nothing and must not make the wait longer.
///
/// Source of the figures: Vaultwarden 10 in 60 s and 3 in 300 s for administrators; 30 s → 1 h and 100 a day [A], NIST asks for at most 100.
pub fn failed(kind: Kind, admin: bool, before: Option<Tries>, now: Instant) -> Tries {
    let pace = kind.pace(admin);
    let before = before.filter(|t| match t.blocked_until {
        Some(until) => now.seconds_since(until) < LONGEST_S,
        None => now.seconds_since(t.since) < pace.window_s,
    });
    let Some(t) = before else { return Tries { fails: 1, since: now, blocked_until: (pace.free <= 1).then(|| now.plus_s(pace.first_s)) } };
    if t.blocked(now).is_some() {
        return t;
    }
    let fails = t.fails + 1;
    let over = fails - pace.free;
    let blocked_until = (over >= 0).then(|| now.plus_s(pace.first_s.saturating_mul(1 << over.min(12)).min(LONGEST_S)));
    Tries { fails, since: t.since, blocked_until }
}
