//! One-time codes: set-up, invitation, reset. Hashes only.

use kernel::{AccountId, Instant, No};
use store::{Tx, params};

store::statements! {
    /// A new code.
    ADD = "insert into people_link (code_hash, kind, account_id, made_by, until_us) values ($1, $2, $3, $4, $5)";
    /// An open code.
    OPEN = "select kind, account_id from people_link where code_hash = $1 and used_at_us is null and until_us > $2";
    /// Uses a code: once, also at the same moment on two nodes.
    USE = "update people_link set used_at_us = $2 where code_hash = $1 and used_at_us is null and until_us > $2 returning kind, account_id";
    /// Voids the open codes of one account.
    VOID = "update people_link set used_at_us = $2 where account_id = $1 and used_at_us is null";
    /// Voids every set-up code.
    VOID_SETUP = "update people_link set used_at_us = $1 where kind = 'setup' and used_at_us is null";
    /// Forgets old ones.
    PRUNE = "delete from people_link where until_us <= $1";
    /// PE5: codes that are no hashes.
    PE5 = "select kind from people_link where length(code_hash) <> 32 limit 100";
}

/// What a code opens: its kind, and the account it is for.
pub type Opens = (String, Option<AccountId>);

/// A new code.
pub fn add(tx: &mut Tx, hash: &[u8; 32], kind: &str, account: Option<AccountId>, by: &str, until: Instant) -> Result<(), No> {
    Ok(tx.run(&ADD, params![hash, kind, account, by, until]).map(drop)?)
}
/// What an open code opens.
pub fn open(tx: &mut Tx, hash: &[u8; 32], now: Instant) -> Result<Option<Opens>, No> {
    Ok(tx.optional(&OPEN, params![hash, now], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
/// Uses a code; `None` when it is unknown, used or over.
pub fn use_once(tx: &mut Tx, hash: &[u8; 32], now: Instant) -> Result<Option<Opens>, No> {
    Ok(tx.returning(&USE, params![hash, now], |r| Ok((r.get(0)?, r.get(1)?)))?.into_iter().next())
}
/// Voids the open codes of one account.
pub fn void(tx: &mut Tx, account: AccountId, now: Instant) -> Result<(), No> {
    Ok(tx.run(&VOID, params![account, now]).map(drop)?)
}
/// Voids every set-up code.
pub fn void_setup(tx: &mut Tx, now: Instant) -> Result<(), No> {
    Ok(tx.run(&VOID_SETUP, params![now]).map(drop)?)
}
/// Forgets codes that ran out before `before`.
pub fn prune(tx: &mut Tx, before: Instant) -> Result<u64, No> {
    Ok(tx.run(&PRUNE, params![before])?)
}
