//! Blocks, their reasons apart, and worries.

use kernel::{BlockId, CentreId, ConcernId, Fault, Instant, PersonId};
use store::{Columns, Row, Tx, params};

use crate::pickup::child::{Block, ConcernState, Reason};

store::statements! {
    /// Everybody who was ever barred from a child.
    OF_CHILD = "select block_id, child_id, name, tail, set_by, set_at_us, until_us, ended_at_us from venues_block where child_id = $1 order by set_rev, block_id";
    /// One.
    ONE = "select block_id, child_id, name, tail, set_by, set_at_us, until_us, ended_at_us from venues_block where block_id = $1";
    /// A new one.
    INSERT = "insert into venues_block (block_id, child_id, name, tail, set_by, set_at_us, set_rev, until_us) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Why.
    WHY = "insert into venues_block_why (block_id, reason, evidence, note) values ($1, $2, $3, $4)";
    /// Ended, by another person.
    END = "update venues_block set ended_by = $2, ended_at_us = $3, ended_rev = $4 where block_id = $1 and ended_at_us is null";
    /// Why it ended.
    END_WHY = "update venues_block_why set end_reason = $2 where block_id = $1";
    /// The blocks of a centre's children with their reasons: the only statement that reads them.
    FULL = "select b.block_id, b.child_id, b.name, b.tail, b.set_by, b.set_at_us, b.until_us, b.ended_at_us, c.name, w.reason, w.evidence, w.note, w.end_reason
        from venues_block b join venues_child c on c.child_id = b.child_id join venues_block_why w on w.block_id = b.block_id
        where c.centre_id = $1 order by b.set_at_us desc, b.block_id limit 500";
    /// A new worry.
    CONCERN = "insert into venues_concern (concern_id, centre_id, child_id, what, state, opened_by, opened_at_us) values ($1, $2, $3, $4, 'open', $5, $6)";
    /// One.
    CONCERN_ONE = "select concern_id, centre_id, what, state, opened_at_us, authority, report_no, outcome from venues_concern where concern_id = $1";
    /// Those of a centre with the child's name, open ones first.
    CONCERNS = "select k.concern_id, k.centre_id, k.what, k.state, k.opened_at_us, k.authority, k.report_no, k.outcome, c.name from venues_concern k
        join venues_child c on c.child_id = k.child_id where k.centre_id = $1 order by case k.state when 'open' then 0 when 'reported' then 1 else 2 end, k.opened_at_us limit 500";
    /// To whom it was reported.
    REPORT = "update venues_concern set state = 'reported', authority = $2, report_no = $3, reported_by = $4, reported_at_us = $5 where concern_id = $1 and state = 'open'";
    /// How it ended.
    CLOSE = "update venues_concern set state = 'closed', outcome = $2, closed_by = $3, closed_at_us = $4 where concern_id = $1 and state = 'reported'";
}

fn block(r: &mut Row) -> Result<Block, Fault> {
    let c = &mut Columns(r, 0);
    Ok(Block { id: c.next()?, child: c.next()?, name: c.next()?, tail: c.next()?, set_by: c.next()?, set_at: c.next()?, until: c.next()?, ended_at: c.next()? })
}
/// Everybody who was ever barred from a child.
pub(crate) fn of_child(tx: &mut Tx, child: PersonId) -> Result<Vec<Block>, Fault> {
    tx.many(&OF_CHILD, params![child], block)
}
/// One.
pub(crate) fn one(tx: &mut Tx, id: BlockId) -> Result<Option<Block>, Fault> {
    tx.optional(&ONE, params![id], block)
}

/// Why a block stands: read by `venues.block` only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    pub reason: Reason,
    pub evidence: String,
    pub note: String,
}
/// A new one with its reason.
pub(crate) fn insert(tx: &mut Tx, b: &Block, why: &Why, rev: i64) -> Result<(), Fault> {
    tx.run(&INSERT, params![b.id, b.child, b.name, b.tail, b.set_by, b.set_at, rev, b.until])?;
    tx.run(&WHY, params![b.id, why.reason.code(), why.evidence, why.note]).map(drop)
}
/// Ends it.
pub(crate) fn end(tx: &mut Tx, id: BlockId, why: &str, by: &str, now: Instant, rev: i64) -> Result<bool, Fault> {
    let ended = tx.run(&END, params![id, by, now, rev])? == 1;
    tx.run(&END_WHY, params![id, why])?;
    Ok(ended)
}

/// A block as its page shows it.
#[derive(Clone, Debug)]
pub(crate) struct Full {
    pub block: Block,
    pub child: String,
    pub why: Why,
    pub end_reason: Option<String>,
}
/// The blocks of a centre's children, the newest first.
pub(crate) fn full(tx: &mut Tx, centre: CentreId) -> Result<Vec<Full>, Fault> {
    tx.many(&FULL, params![centre], |r| {
        let block = block(r)?;
        let c = &mut Columns(r, 8);
        Ok(Full { block, child: c.next()?, why: Why { reason: c.coded(Reason::parse)?, evidence: c.next()?, note: c.next()? }, end_reason: c.next()? })
    })
}

/// A worry that a child is harmed (疑似伤害).
#[derive(Clone, Debug)]
pub(crate) struct Concern {
    pub id: ConcernId,
    pub centre: CentreId,
    pub what: String,
    pub state: ConcernState,
    pub at: Instant,
    pub authority: Option<String>,
    pub report_no: Option<String>,
    pub outcome: Option<String>,
}
fn concern(r: &mut Row) -> Result<Concern, Fault> {
    let c = &mut Columns(r, 0);
    Ok(Concern {
        id: c.next()?,
        centre: c.next()?,
        what: c.next()?,
        state: c.coded(ConcernState::parse)?,
        at: c.next()?,
        authority: c.next()?,
        report_no: c.next()?,
        outcome: c.next()?,
    })
}
/// A new one.
pub(crate) fn open_concern(tx: &mut Tx, id: ConcernId, centre: CentreId, child: PersonId, what: &str, by: &str, now: Instant) -> Result<(), Fault> {
    tx.run(&CONCERN, params![id, centre, child, what, by, now]).map(drop)
}
/// One.
pub(crate) fn concern_one(tx: &mut Tx, id: ConcernId) -> Result<Option<Concern>, Fault> {
    tx.optional(&CONCERN_ONE, params![id], concern)
}
/// Those of a centre with the child's name.
pub(crate) fn concerns(tx: &mut Tx, centre: CentreId) -> Result<Vec<(Concern, String)>, Fault> {
    tx.many(&CONCERNS, params![centre], |r| Ok((concern(r)?, r.get(8)?)))
}
/// To whom it was reported; says whether it was open.
pub(crate) fn report_concern(tx: &mut Tx, id: ConcernId, authority: &str, no: &str, by: &str, now: Instant) -> Result<bool, Fault> {
    Ok(tx.run(&REPORT, params![id, authority, no, by, now])? == 1)
}
/// How it ended; says whether it had been reported.
pub(crate) fn close_concern(tx: &mut Tx, id: ConcernId, outcome: &str, by: &str, now: Instant) -> Result<bool, Fault> {
    Ok(tx.run(&CLOSE, params![id, outcome, by, now])? == 1)
}
