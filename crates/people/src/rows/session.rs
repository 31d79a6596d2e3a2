//! Sessions, and who is asking.

use kernel::{AccountId, Instant, Lang, No};
use store::{Tx, params};
use web::{Grant, Signed};

use crate::session::{EndWhy, LONGEST_S, STEP_UP_S};

store::statements! {
    /// Who is asking, with what: one read per request.
    WHO = "select s.account_id, s.step_up_until_us, s.locked_at_us, s.seen_at_us, a.shown, a.lang, g.grant_id, g.role, g.centre_id, g.organisation_id
        from people_session s join people_account a on a.account_id = s.account_id and a.state = 'active'
        left join people_grant g on g.account_id = s.account_id and g.state = 'active' and g.from_us <= $2 and g.until_us > $2
        where s.id_hash = $1 and s.ended_at_us is null and s.ends_at_us > $2 order by g.role, g.centre_id";
    /// A new session.
    OPEN = "insert into people_session (id_hash, account_id, made_at_us, seen_at_us, ends_at_us) values ($1, $2, $3, $3, $4)";
    /// Another id for the same session: unlocked, stepped up.
    ROTATE = "update people_session set id_hash = $2, locked_at_us = null, seen_at_us = $3, step_up_until_us = $4
        where id_hash = $1 and ended_at_us is null and ends_at_us > $3";
    /// Locks one session.
    LOCK = "update people_session set locked_at_us = $2 where id_hash = $1 and ended_at_us is null and locked_at_us is null";
    /// Ends one session.
    END = "update people_session set ended_at_us = $2, ended_why = $3 where id_hash = $1 and ended_at_us is null";
    /// Ends all sessions of an account but one.
    END_OF = "update people_session set ended_at_us = $2, ended_why = $3 where account_id = $1 and ended_at_us is null and id_hash <> $4";
    /// Writes a sign of life.
    SEEN = "update people_session set seen_at_us = $2 where id_hash = $1 and ended_at_us is null and seen_at_us < $2";
    /// Open sessions of an account, newest first.
    OF = "select id_hash, made_at_us, seen_at_us, ends_at_us from people_session where account_id = $1 and ended_at_us is null and ends_at_us > $2 order by made_at_us desc limit 50";
    /// Ends what has lived its twelve hours.
    END_OVER = "update people_session set ended_at_us = $1, ended_why = 'absolute' where id_hash in
        (select o.id_hash from people_session o where o.ended_at_us is null and o.ends_at_us <= $1 order by o.ends_at_us limit 500)";
    /// Forgets old ones.
    PRUNE = "delete from people_session where id_hash in (select o.id_hash from people_session o where o.ended_at_us is not null and o.ends_at_us <= $1 order by o.ends_at_us limit 500)";
    /// PE2: sessions that outlive their account's state or the longest life.
    PE2 = "select a.login from people_session s join people_account a on a.account_id = s.account_id
        where (s.ended_at_us is null and a.state <> 'active') or s.ends_at_us - s.made_at_us > $1 order by a.login limit 100";
}

/// An open session as read: the account without its lock, when a pause or a person locked it, when its row was last seen.
pub struct Found {
    /// The account with its grants.
    pub signed: Signed,
    /// Since when it is locked by its person.
    pub locked_at: Option<Instant>,
    /// The row's sign of life.
    pub seen: Instant,
}

/// Who is asking.
pub fn who(tx: &mut Tx, hash: &[u8; 32], now: Instant) -> Result<Option<Found>, No> {
    let mut found: Option<Found> = None;
    tx.many(&WHO, params![hash, now], |r| {
        let grant = match r.get::<Option<kernel::GrantId>>(6)? {
            Some(id) => Some(Grant { id, role: r.get(7)?, centre: r.get(8)?, organisation: r.get(9)? }),
            None => None,
        };
        if let Some(found) = &mut found {
            found.signed.grants.extend(grant);
            return Ok(());
        }
        let lang: String = r.get(5)?;
        let signed = Signed {
            account: r.get(0)?,
            session: *hash,
            shown: r.get(4)?,
            lang: if lang == "en" { Lang::En } else { Lang::Zh },
            grants: grant.into_iter().collect(),
            locked: false,
            step_up_until: r.get(1)?,
        };
        found = Some(Found { signed, locked_at: r.get(2)?, seen: r.get(3)? });
        Ok(())
    })?;
    Ok(found)
}
/// A new session.
pub fn open(tx: &mut Tx, hash: &[u8; 32], account: AccountId, now: Instant) -> Result<(), No> {
    Ok(tx.run(&OPEN, params![hash, account, now, now.plus_s(LONGEST_S)]).map(drop)?)
}
/// Another id for the same session; `false` when it has ended.
pub fn rotate(tx: &mut Tx, old: &[u8; 32], new: &[u8; 32], now: Instant) -> Result<bool, No> {
    Ok(tx.run(&ROTATE, params![old, new, now, now.plus_s(STEP_UP_S)])? == 1)
}
/// Locks one session.
pub fn lock(tx: &mut Tx, hash: &[u8; 32], now: Instant) -> Result<(), No> {
    Ok(tx.run(&LOCK, params![hash, now]).map(drop)?)
}
/// Ends one session.
pub fn end(tx: &mut Tx, hash: &[u8; 32], why: EndWhy, now: Instant) -> Result<(), No> {
    Ok(tx.run(&END, params![hash, now, why.code()]).map(drop)?)
}
/// Ends all sessions of an account, but `keep`; says how many.
pub fn end_of(tx: &mut Tx, account: AccountId, keep: Option<&[u8; 32]>, why: EndWhy, now: Instant) -> Result<u64, No> {
    let keep = keep.copied().unwrap_or_default();
    Ok(tx.run(&END_OF, params![account, now, why.code(), keep])?)
}
/// Writes a sign of life.
pub fn seen(tx: &mut Tx, hash: &[u8; 32], at: Instant) -> Result<(), No> {
    Ok(tx.run(&SEEN, params![hash, at]).map(drop)?)
}

/// An open session, for the person's own list.
pub struct Mine {
    /// Its hash, to know which one is this browser's.
    pub hash: [u8; 32],
    /// Since when.
    pub made_at: Instant,
    /// Last seen.
    pub seen: Instant,
    /// Until when at most.
    pub ends_at: Instant,
}
/// Open sessions of an account, newest first.
pub fn of(tx: &mut Tx, account: AccountId, now: Instant) -> Result<Vec<Mine>, No> {
    Ok(tx.many(&OF, params![account, now], |r| Ok(Mine { hash: r.get(0)?, made_at: r.get(1)?, seen: r.get(2)?, ends_at: r.get(3)? }))?)
}
/// Ends what has lived its time; says how many.
pub fn end_over(tx: &mut Tx, now: Instant) -> Result<u64, No> {
    Ok(tx.run(&END_OVER, params![now])?)
}
/// Forgets sessions that ended before `before`.
pub fn prune(tx: &mut Tx, before: Instant) -> Result<u64, No> {
    Ok(tx.run(&PRUNE, params![before])?)
}
