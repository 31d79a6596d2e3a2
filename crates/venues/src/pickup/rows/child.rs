//! Children, passes, and who may collect.

use kernel::{AuthorityId, CentreId, Day, Fault, Instant, PersonId};
use store::{Columns, Row, Tx, params};

use crate::pickup::child::{Authority, Child, Verified};

store::statements! {
    /// One child.
    ONE = "select child_id, centre_id, name, birth_year, guardian, allergies, verified_with, alone_at_us from venues_child where child_id = $1";
    /// The children of a centre.
    OF_CENTRE = "select child_id, centre_id, name, birth_year, guardian, allergies, verified_with, alone_at_us from venues_child where centre_id = $1
        order by name, child_id limit 2000";
    /// Another of this name and year whom somebody with this telephone may collect: the same child.
    KNOWN = "select distinct c.centre_id from venues_child c join venues_authority a on a.child_id = c.child_id where c.name = $1 and c.birth_year = $2 and a.tail = $3";
    /// A new one.
    INSERT = "insert into venues_child (child_id, centre_id, name, birth_year, guardian, allergies, verified_with, verified_by, alone_at_us, rev, made_at_us)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)";
    /// What may change.
    SAVE = "update venues_child set allergies = $2, alone_at_us = $3 where child_id = $1";
    /// Counts a change: the row is held until the transaction ends, so that of two who decide on one child the second sees what the first did.
    HOLD = "update venues_child set rev = rev + 1 where child_id = $1 returning rev";
    /// Whom a token opens.
    BY_TOKEN = "select c.child_id, c.centre_id, c.name, c.birth_year, c.guardian, c.allergies, c.verified_with, c.alone_at_us, p.code8 from venues_pickup_pass p
        join venues_child c on c.child_id = p.child_id where p.token_hash = $1 and p.ended_at_us is null";
    /// Whom a code opens, anywhere in the district.
    BY_CODE = "select c.child_id, c.centre_id, c.name, c.birth_year, c.guardian, c.allergies, c.verified_with, c.alone_at_us from venues_pickup_pass p
        join venues_child c on c.child_id = p.child_id where p.code8 = $1 and p.ended_at_us is null";
    /// A new pass; nothing happens when the code is taken.
    PASS = "insert into venues_pickup_pass (token_hash, code8, child_id, made_at_us) values ($1, $2, $3, $4) on conflict (code8) do nothing";
    /// The passes of a child open nothing any more.
    END_PASSES = "update venues_pickup_pass set ended_at_us = $2 where child_id = $1 and ended_at_us is null";
    /// Everybody who was ever allowed, the newest first.
    AUTHORITIES = "select authority_id, child_id, name, tail, weekdays, once_on, granted_by, granted_at_us, withdrawn_at_us from venues_authority
        where child_id = $1 order by granted_rev desc, authority_id";
    /// One of them.
    AUTHORITY = "select authority_id, child_id, name, tail, weekdays, once_on, granted_by, granted_at_us, withdrawn_at_us from venues_authority where authority_id = $1";
    /// A new one.
    GRANT = "insert into venues_authority (authority_id, child_id, name, tail, weekdays, once_on, granted_by, granted_at_us, granted_rev)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Void from now on.
    WITHDRAW = "update venues_authority set withdrawn_by = $2, withdrawn_at_us = $3, withdrawn_rev = $4 where authority_id = $1 and withdrawn_at_us is null";
}

fn child(r: &mut Row) -> Result<Child, Fault> {
    let c = &mut Columns(r, 0);
    Ok(Child {
        id: c.next()?,
        centre: c.next()?,
        name: c.next()?,
        birth_year: c.next()?,
        guardian: c.next()?,
        allergies: c.next()?,
        verified: c.coded(Verified::parse)?,
        alone: c.next()?,
    })
}
fn authority(r: &mut Row) -> Result<Authority, Fault> {
    let c = &mut Columns(r, 0);
    Ok(Authority {
        id: c.next()?,
        child: c.next()?,
        name: c.next()?,
        tail: c.next()?,
        weekdays: c.next()?,
        once_on: c.next::<Option<Day>>()?,
        granted_by: c.next()?,
        granted_at: c.next()?,
        withdrawn_at: c.next()?,
    })
}
/// One child.
pub(crate) fn one(tx: &mut Tx, id: PersonId) -> Result<Option<Child>, Fault> {
    tx.optional(&ONE, params![id], child)
}
/// The children of a centre, by name.
pub(crate) fn of_centre(tx: &mut Tx, centre: CentreId) -> Result<Vec<Child>, Fault> {
    tx.many(&OF_CENTRE, params![centre], child)
}
/// Where the same child is registered already.
pub(crate) fn known(tx: &mut Tx, name: &str, birth_year: i64, tail: &str) -> Result<Option<CentreId>, Fault> {
    tx.optional(&KNOWN, params![name, birth_year, tail], |r| r.get(0))
}
/// A new one.
pub(crate) fn insert(tx: &mut Tx, c: &Child, by: &str, now: Instant) -> Result<(), Fault> {
    tx.run(&INSERT, params![c.id, c.centre, c.name, c.birth_year, c.guardian, c.allergies, c.verified.code(), by, c.alone, now]).map(drop)
}
/// What may change.
pub(crate) fn save(tx: &mut Tx, c: &Child) -> Result<(), Fault> {
    tx.run(&SAVE, params![c.id, c.allergies, c.alone]).map(drop)
}
/// Holds a child's row and gives the number of this change; nothing when there is no such child.
pub(crate) fn hold(tx: &mut Tx, id: PersonId) -> Result<Option<i64>, Fault> {
    Ok(tx.returning(&HOLD, params![id], |r| r.get(0))?.pop())
}
/// Whom a token opens, with the code of the same pass.
pub(crate) fn by_token(tx: &mut Tx, token_hash: [u8; 32]) -> Result<Option<(Child, String)>, Fault> {
    tx.optional(&BY_TOKEN, params![token_hash], |r| Ok((child(r)?, r.get(8)?)))
}
/// Whom a code opens.
pub(crate) fn by_code(tx: &mut Tx, code8: &str) -> Result<Option<Child>, Fault> {
    tx.optional(&BY_CODE, params![code8], child)
}
/// A new pass; says whether the code was free.
pub(crate) fn pass(tx: &mut Tx, token_hash: [u8; 32], code8: &str, child: PersonId, now: Instant) -> Result<bool, Fault> {
    Ok(tx.run(&PASS, params![token_hash, code8, child, now])? == 1)
}
/// The passes of a child open nothing any more.
pub(crate) fn end_passes(tx: &mut Tx, child: PersonId, now: Instant) -> Result<(), Fault> {
    tx.run(&END_PASSES, params![child, now]).map(drop)
}
/// Everybody who was ever allowed to collect a child, the newest first.
pub(crate) fn authorities(tx: &mut Tx, child: PersonId) -> Result<Vec<Authority>, Fault> {
    tx.many(&AUTHORITIES, params![child], authority)
}
/// One of them.
pub(crate) fn authority_of(tx: &mut Tx, id: AuthorityId) -> Result<Option<Authority>, Fault> {
    tx.optional(&AUTHORITY, params![id], authority)
}
/// A new one.
pub(crate) fn grant(tx: &mut Tx, a: &Authority, rev: i64) -> Result<(), Fault> {
    tx.run(&GRANT, params![a.id, a.child, a.name, a.tail, a.weekdays, a.once_on, a.granted_by, a.granted_at, rev]).map(drop)
}
/// Void from now on; says whether it was not before.
pub(crate) fn withdraw(tx: &mut Tx, id: AuthorityId, by: &str, now: Instant, rev: i64) -> Result<bool, Fault> {
    Ok(tx.run(&WITHDRAW, params![id, by, now, rev])? == 1)
}
