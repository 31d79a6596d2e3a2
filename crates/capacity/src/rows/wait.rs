//! Waiting lists.

use kernel::{CentreId, ClaimId, Fault, Instant, Minutes, PersonId, ResourceId, WaitId};
use store::{Row, Tx, params};

use super::Columns;
use crate::{
    Wish,
    wait::{Wait, WaitState},
};

store::statements! {
    /// One entry.
    ONE = "select wait_id, centre_id, wish, resource_id, start_min, end_min, units, holder_id, priority, joined_seq, state, cut_off_us, claim_id, passed
        from capacity_wait where wait_id = $1";
    /// The entry of an offer.
    OF_CLAIM = "select wait_id, centre_id, wish, resource_id, start_min, end_min, units, holder_id, priority, joined_seq, state, cut_off_us, claim_id, passed
        from capacity_wait where claim_id = $1";
    /// Who waits for a resource in a stretch of time, in order.
    LINE = "select w.wait_id, w.centre_id, w.wish, w.resource_id, w.start_min, w.end_min, w.units, w.holder_id, w.priority, w.joined_seq, w.state, w.cut_off_us, w.claim_id,
        w.passed from capacity_wait_on o join capacity_wait w on w.wait_id = o.wait_id
        where o.resource_id = $1 and w.state = 'waiting' and w.start_min < $3 and w.end_min > $2 order by w.priority, w.joined_seq, w.wait_id limit 400";
    /// Live entries of a person.
    OF_HOLDER = "select wait_id, centre_id, wish, resource_id, start_min, end_min, units, holder_id, priority, joined_seq, state, cut_off_us, claim_id, passed
        from capacity_wait where holder_id = $1 and state in ('waiting', 'offered') order by start_min, wait_id limit 100";
    /// Entries of a centre whose cut-off has passed.
    LATE = "select wait_id, centre_id, wish, resource_id, start_min, end_min, units, holder_id, priority, joined_seq, state, cut_off_us, claim_id, passed
        from capacity_wait where +centre_id = $1 and state = 'waiting' and cut_off_us <= $2 order by cut_off_us limit 200";
    /// A new entry.
    INSERT = "insert into capacity_wait (wait_id, centre_id, wish, resource_id, start_min, end_min, units, holder_id, priority, joined_seq, joined_at_us, state, cut_off_us, passed)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12, 0)";
    /// A unit of this may help it.
    ON = "insert into capacity_wait_on (wait_id, resource_id) values ($1, $2)";
    /// It ended: nothing can help it any more.
    OFF = "delete from capacity_wait_on where wait_id = $1";
    /// Every waiting entry of a centre, for the proof.
    WAITING = "select wait_id, centre_id, wish, resource_id, start_min, end_min, units, holder_id, priority, joined_seq, state, cut_off_us, claim_id, passed
        from capacity_wait where centre_id = $1 and state = 'waiting' and cut_off_us > $2 order by wait_id limit 5000";
    /// Where it stands now.
    SAVE = "update capacity_wait set state = $2, claim_id = $3, passed = $4 where wait_id = $1 and state = $5";
    /// How many wait for exactly this, and how many of them stand before an entry.
    AHEAD = "select count(*) from capacity_wait where resource_id = $1 and start_min = $2 and end_min = $3 and state = 'waiting' and (priority < $4 or (priority = $4 and joined_seq < $5))";
    /// Past entries of a resource that stood at this place or before and what became of them.
    PAST = "select count(*), cast(coalesce(sum(case when state = 'accepted' then 1 else 0 end), 0) as int8) from capacity_wait
        where resource_id = $1 and state in ('accepted', 'declined', 'lapsed', 'too_late')";
}

fn wait(row: &mut Row) -> Result<Wait, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Wait {
        id: c.next()?,
        centre: c.next()?,
        wish: {
            let text: String = c.next()?;
            serde_json::from_str::<Wish>(&text).map_err(|e| Fault::new(format!("a stored wish: {e}")))?
        },
        resource: c.next()?,
        start: c.next()?,
        end: c.next()?,
        units: c.next()?,
        holder: c.next()?,
        priority: c.next()?,
        joined: c.next()?,
        state: c.coded(WaitState::parse)?,
        cut_off: c.next()?,
        claim: c.next()?,
        passed: c.next()?,
    })
}
/// One entry.
pub fn one(tx: &mut Tx, id: WaitId) -> Result<Option<Wait>, Fault> {
    tx.optional(&ONE, params![id], wait)
}
/// The entry of an offer.
pub fn of_claim(tx: &mut Tx, claim: ClaimId) -> Result<Option<Wait>, Fault> {
    tx.optional(&OF_CLAIM, params![claim], wait)
}
/// Whom a freed stretch of a resource may help, in order.
pub fn line(tx: &mut Tx, resource: ResourceId, from: Minutes, to: Minutes) -> Result<Vec<Wait>, Fault> {
    tx.many(&LINE, params![resource, from, to], wait)
}
/// Live entries of a person.
pub fn of_holder(tx: &mut Tx, holder: PersonId) -> Result<Vec<Wait>, Fault> {
    tx.many(&OF_HOLDER, params![holder], wait)
}
/// Entries of a centre whose cut-off has passed.
pub fn late(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<Wait>, Fault> {
    tx.many(&LATE, params![centre, now], wait)
}
/// A new entry.
pub fn insert(tx: &mut Tx, w: &Wait, now: Instant) -> Result<(), Fault> {
    let wish = serde_json::to_string(&w.wish).map_err(|e| Fault::new(e.to_string()))?;
    let params = params![w.id, w.centre, wish, w.resource, w.start, w.end, w.units, w.holder, w.priority, w.joined, now, w.cut_off];
    tx.run(&INSERT, params).map(drop)
}
/// A unit of any of these may help it.
pub fn on(tx: &mut Tx, id: WaitId, resources: &[ResourceId]) -> Result<(), Fault> {
    resources.iter().try_for_each(|r| tx.run(&ON, params![id, r]).map(drop))
}
/// Every waiting entry of a centre that may still get an offer, at most 5,000.
pub fn waiting(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<Wait>, Fault> {
    tx.many(&WAITING, params![centre, now], wait)
}
/// Where it stands now; a fault when it no longer stood at `from`.
pub fn save(tx: &mut Tx, w: &Wait, from: WaitState) -> Result<(), Fault> {
    if w.state != WaitState::Waiting {
        tx.run(&OFF, params![w.id])?;
    }
    let rows = tx.run(&SAVE, params![w.id, w.state.code(), w.claim, w.passed, from.code()])?;
    if rows == 1 { Ok(()) } else { Err(Fault::new("a waiting entry changed under us")) }
}
/// How many stand before an entry of the same window.
pub fn ahead(tx: &mut Tx, w: &Wait) -> Result<i64, Fault> {
    Ok(tx.optional(&AHEAD, params![w.resource, w.start, w.end, w.priority, w.joined], |r| r.get(0))?.unwrap_or(0))
}
/// Past entries of a resource, and how many of them got a place.
pub fn past(tx: &mut Tx, resource: ResourceId) -> Result<(i64, i64), Fault> {
    Ok(tx.optional(&PAST, params![resource], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or((0, 0)))
}
