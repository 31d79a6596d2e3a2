//! Failures so far; subjects are keyed hashes.

use kernel::{Instant, No};
use store::{Tx, params};

use crate::tries::{Kind, Tries};

store::statements! {
    /// One count.
    ONE = "select fails, since_us, blocked_until_us from people_try where kind = $1 and subject = $2";
    /// Keeps a count.
    PUT = "insert into people_try (kind, subject, fails, since_us, blocked_until_us) values ($1, $2, $3, $4, $5)
        on conflict (kind, subject) do update set fails = excluded.fails, since_us = excluded.since_us, blocked_until_us = excluded.blocked_until_us";
    /// Forgets a count.
    CLEAR = "delete from people_try where kind = $1 and subject = $2";
    /// Forgets old counts.
    PRUNE = "delete from people_try where since_us <= $1 and (blocked_until_us is null or blocked_until_us <= $1)";
}

/// One count.
pub fn one(tx: &mut Tx, kind: Kind, subject: &[u8; 32]) -> Result<Option<Tries>, No> {
    Ok(tx.optional(&ONE, params![kind.code(), subject], |r| Ok(Tries { fails: r.get(0)?, since: r.get(1)?, blocked_until: r.get(2)? }))?)
}
/// Keeps a count.
pub fn put(tx: &mut Tx, kind: Kind, subject: &[u8; 32], t: Tries) -> Result<(), No> {
    Ok(tx.run(&PUT, params![kind.code(), subject, t.fails, t.since, t.blocked_until]).map(drop)?)
}
/// Forgets a count.
pub fn clear(tx: &mut Tx, kind: Kind, subject: &[u8; 32]) -> Result<(), No> {
    Ok(tx.run(&CLEAR, params![kind.code(), subject]).map(drop)?)
}
/// Forgets counts that began before `before`.
pub fn prune(tx: &mut Tx, before: Instant) -> Result<u64, No> {
    Ok(tx.run(&PRUNE, params![before])?)
}
