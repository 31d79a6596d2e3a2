//! Who gets the child: one decision. Pure.

use kernel::{AuthorityId, Day, Instant, StayId, TimeZone};

use super::{
    child::{Authority, Block, same_name},
    stay::{Action, MOST_TRIES, State, Stay},
};

kernel::coded! {
    /// How somebody shows who they are.
    Means {
        Code = "code", "取件码", "code";
        Card = "card", "看过身份证", "identity card seen";
    }
}

/// Who stands there: one of the list, or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collector {
    /// Of the list.
    pub authority: Option<AuthorityId>,
    /// The name.
    pub name: String,
    /// Last four digits of the telephone; may be empty.
    pub tail: String,
}

/// Everything the decision looks at.
pub struct Case<'a> {
    /// The stay.
    pub stay: &'a Stay,
    /// Who stands there.
    pub who: &'a Collector,
    /// Everybody who was ever allowed.
    pub authorities: &'a [Authority],
    /// Everybody who was ever barred.
    pub blocks: &'a [Block],
    /// How they show who they are.
    pub means: Means,
    /// Keyed hash of the code they gave.
    pub given: Option<&'a str>,
    /// Today.
    pub day: Day,
    /// Now.
    pub now: Instant,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Handed over, by this right.
    Go(AuthorityId),
    /// Somebody who is barred: to the desk, without a word of why. Nothing else was looked at.
    Desk,
    /// The stay is over, or has not begun.
    State,
    /// The code went with a child that is gone.
    Used,
    /// Not on today's list.
    NotListed,
    /// Too many wrong codes before.
    Locked,
    /// A wrong code, given by who has this right; so many are left.
    Wrong(AuthorityId, i64),
}

/// The decision. The block comes first: who is barred learns nothing, not even whether a code was right, and no try is counted.
pub fn decide(case: &Case) -> Verdict {
    if barred(case) {
        return Verdict::Desk;
    }
    if case.stay.state == State::HandedOver && case.means == Means::Code {
        return Verdict::Used;
    }
    if case.stay.state.after(Action::HandOver).is_none() {
        return Verdict::State;
    }
    let Some(right) = right_of(case) else { return Verdict::NotListed };
    by_means(case, right)
}

/// Whether a block that stands names who stands there.
pub(crate) fn barred(case: &Case) -> bool {
    case.blocks.iter().any(|b| b.stands(case.now) && b.names(&case.who.name, &case.who.tail))
}
/// The right by which who stands there may collect today.
pub(crate) fn right_of(case: &Case) -> Option<AuthorityId> {
    let is = |a: &&Authority| match case.who.authority {
        Some(id) => a.id == id,
        None => same_name(&a.name, &case.who.name),
    };
    case.authorities.iter().filter(is).find(|a| a.holds(case.day)).map(|a| a.id)
}
/// A card that was seen is enough; of codes the right one, while there are tries left.
pub(crate) fn by_means(case: &Case, right: AuthorityId) -> Verdict {
    if case.means == Means::Card {
        return Verdict::Go(right);
    }
    if case.stay.locked_at.is_some() {
        return Verdict::Locked;
    }
    match (&case.stay.code_hash, case.given) {
        (Some(kept), Some(given)) if same(kept.as_bytes(), given.as_bytes()) => Verdict::Go(right),
        _ => Verdict::Wrong(right, (MOST_TRIES - case.stay.tries - 1).max(0)),
    }
}
/// Compares in a time that tells nothing of where the difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

/// The six digits of a stay: made from the server's key, so that they are kept nowhere.
pub fn code(key: &[u8; 32], stay: &Stay) -> String {
    let hash = web::token::hash(&web::token::derived(key, format!("pickup-code/{}", stay.id).as_bytes()));
    let n = hash.iter().take(8).fold(0_u64, |n, b| n << 8 | u64::from(*b));
    format!("{:06}", n % 1_000_000)
}
/// How a code of a stay is kept: hashed under the server's key, for a million codes would soon be tried.
pub fn hashed(key: &[u8; 32], stay: StayId, code: &str) -> String {
    web::token::derived(key, format!("pickup-hash/{stay}/{code}").as_bytes())
}

/// The rules that a handover stands on, by name: the tests put a broken one in place of each.
#[derive(Clone, Copy)]
pub struct Rules {
    /// Who gets the child.
    pub decide: fn(&Case) -> Verdict,
    /// The digits of a stay.
    pub code: fn(&[u8; 32], &Stay) -> String,
    /// How they are kept.
    pub hashed: fn(&[u8; 32], &Stay, &str) -> String,
}
/// The rules.
pub const RULES: Rules = Rules { decide, code, hashed: |key, stay, code| hashed(key, stay.id, code) };

/// When, where in time, by whom, with which key.
#[derive(Clone)]
pub struct At<'a> {
    /// Now.
    pub now: Instant,
    /// The district's zone.
    pub zone: &'a TimeZone,
    /// The server's key.
    pub key: &'a [u8; 32],
    /// The actor: an id, never a name.
    pub by: String,
    /// Name of the member of staff as shown; empty for everybody else.
    pub staff: String,
    /// The rules.
    pub rules: Rules,
}
impl At<'_> {
    /// Today.
    pub fn day(&self) -> Day {
        self.zone.day(self.now)
    }
}
