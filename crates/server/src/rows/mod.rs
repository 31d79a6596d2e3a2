//! The only place with SQL. Table `server_key`.

use kernel::{Instant, No};
use store::{Sql, Tx, params};

store::statements! {
    /// The fingerprint of a key.
    KEY = "select fingerprint from server_key where name = $1";
    /// From now on it is this one.
    KEEP_KEY = "insert into server_key (name, fingerprint, kept_at_us) values ($1, $2, $3)
        on conflict (name) do update set fingerprint = excluded.fingerprint, kept_at_us = excluded.kept_at_us";
}

/// Every statement of this crate.
pub static ALL: &[&[&Sql]] = &[STATEMENTS];

/// The fingerprint of the key with which this district was first opened.
pub fn key(tx: &mut Tx, name: &str) -> Result<Option<String>, No> {
    Ok(tx.optional(&KEY, params![name], |r| r.get(0))?)
}
pub fn keep_key(tx: &mut Tx, name: &str, fingerprint: &str, now: Instant) -> Result<(), No> {
    tx.run(&KEEP_KEY, params![name, fingerprint, now])?;
    Ok(())
}
