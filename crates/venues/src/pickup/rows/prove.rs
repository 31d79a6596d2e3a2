//! The rows that the proof replays, read as they stand.

use kernel::{Fault, Instant};
use store::{Columns, Tx, params};

store::statements! {
    /// Children in more than one pair of hands.
    TWICE = "select child_id, count(*) from venues_stay where state not in ('expected', 'handed_over', 'left_alone', 'to_authority', 'not_brought') group by child_id having count(*) > 1 order by child_id";
    /// Stays that are over with no end that we know, or that have an end and are not over.
    ENDS = "select s.stay_id, s.state from venues_stay s left join venues_handover h on h.stay_id = s.stay_id
        where ((s.ended_at_us is not null) <> (s.state in ('handed_over', 'left_alone', 'to_authority', 'not_brought'))) or ((s.state = 'handed_over') <> (h.stay_id is not null))
        or (s.state = 'to_authority' and coalesce(s.note, '') = '') order by s.stay_id";
    /// Children still in care after the house had shut, or on a day that was closed.
    STILL_HERE = "select s.centre_id, s.stay_id from venues_stay s where s.ended_at_us is null and s.state <> 'expected'
        and (s.over_at_us is not null or exists (select 1 from venues_pickup_close c where c.centre_id = s.centre_id and c.at_us >= s.dropped_at_us)) order by s.centre_id, s.stay_id";
    /// Every step, by stay.
    STEPS = "select p.stay_id, p.step_no, p.action, p.from_state, p.to_state, s.state from venues_stay_step p join venues_stay s on s.stay_id = p.stay_id order by p.stay_id, p.step_no";
    /// Every handover with the right it stands on.
    HANDOVERS = "select h.stay_id, h.means, h.code_hash, h.staff, h.staff_name, h.at_us, h.rev, s.child_id, s.code_hash, s.dropped_at_us, s.ended_at_us, a.child_id, a.name, a.tail,
        a.weekdays, a.once_on, a.granted_rev, a.withdrawn_rev from venues_handover h join venues_stay s on s.stay_id = h.stay_id
        join venues_authority a on a.authority_id = h.authority_id order by h.stay_id";
    /// Every wrong code with who gave it.
    TRIES = "select t.stay_id, t.try_no, t.at_us, t.rev, s.child_id, a.name, a.tail from venues_code_try t join venues_stay s on s.stay_id = t.stay_id
        join venues_authority a on a.authority_id = t.authority_id order by t.stay_id, t.try_no";
    /// Every block.
    BLOCKS = "select child_id, name, tail, set_rev, ended_rev, until_us from venues_block order by block_id";
    /// Codes that were given out twice.
    CODES = "select code_hash, count(*) from venues_stay where code_hash is not null group by code_hash having count(*) > 1 order by code_hash";
    /// Who left alone: born when, gone when, allowed since when.
    ALONE = "select s.stay_id, c.birth_year, s.ended_at_us, s.permit_us from venues_stay s join venues_child c on c.child_id = s.child_id where s.state = 'left_alone' order by s.stay_id";
}

/// Rows of a question, each as one line of text.
pub(crate) fn findings(tx: &mut Tx, sql: &store::Sql) -> Result<Vec<String>, Fault> {
    tx.many(sql, params![], |r| Ok(r.0.iter().map(text).collect::<Vec<_>>().join(" ")))
}
fn text(value: &store::Value) -> String {
    match value {
        store::Value::Null => "-".into(),
        store::Value::Int(v) => v.to_string(),
        store::Value::Float(v) => v.to_string(),
        store::Value::Text(v) => v.clone(),
        store::Value::Bytes(v) => v.iter().map(|b| format!("{b:02x}")).collect(),
    }
}

/// A step as written: stay, number, action, from, to, and where the stay stands now.
pub(crate) struct Step {
    pub stay: kernel::StayId,
    pub no: i64,
    pub action: String,
    pub from: Option<String>,
    pub to: String,
    pub now: String,
}
/// Every step, by stay.
pub(crate) fn steps(tx: &mut Tx) -> Result<Vec<Step>, Fault> {
    tx.many(&STEPS, params![], |r| {
        let c = &mut Columns(r, 0);
        Ok(Step { stay: c.next()?, no: c.next()?, action: c.next()?, from: c.next()?, to: c.next()?, now: c.next()? })
    })
}

/// A handover with everything that it must stand on.
pub(crate) struct Handover {
    pub stay: kernel::StayId,
    pub means: String,
    pub given: Option<String>,
    pub staff: String,
    pub staff_name: String,
    pub at: Instant,
    pub rev: i64,
    pub child: [u8; 16],
    pub code: Option<String>,
    pub dropped: Option<Instant>,
    pub ended: Option<Instant>,
    pub of: [u8; 16],
    pub name: String,
    pub tail: String,
    pub weekdays: i64,
    pub once_on: Option<String>,
    pub granted: i64,
    pub withdrawn: Option<i64>,
}
/// Every handover.
pub(crate) fn handovers(tx: &mut Tx) -> Result<Vec<Handover>, Fault> {
    tx.many(&HANDOVERS, params![], |r| {
        let c = &mut Columns(r, 0);
        Ok(Handover {
            stay: c.next()?,
            means: c.next()?,
            given: c.next()?,
            staff: c.next()?,
            staff_name: c.next()?,
            at: c.next()?,
            rev: c.next()?,
            child: c.next()?,
            code: c.next()?,
            dropped: c.next()?,
            ended: c.next()?,
            of: c.next()?,
            name: c.next()?,
            tail: c.next()?,
            weekdays: c.next()?,
            once_on: c.next()?,
            granted: c.next()?,
            withdrawn: c.next()?,
        })
    })
}

/// A wrong code with who gave it.
pub(crate) struct Try {
    pub stay: kernel::StayId,
    pub no: i64,
    pub at: Instant,
    pub rev: i64,
    pub child: [u8; 16],
    pub name: String,
    pub tail: String,
}
/// Every wrong code.
pub(crate) fn tries(tx: &mut Tx) -> Result<Vec<Try>, Fault> {
    tx.many(&TRIES, params![], |r| {
        let c = &mut Columns(r, 0);
        Ok(Try { stay: c.next()?, no: c.next()?, at: c.next()?, rev: c.next()?, child: c.next()?, name: c.next()?, tail: c.next()? })
    })
}

/// A block as it stands.
pub(crate) struct Block {
    pub child: [u8; 16],
    pub name: String,
    pub tail: String,
    pub set: i64,
    pub ended: Option<i64>,
    pub until: Option<Instant>,
}
/// Every block.
pub(crate) fn blocks(tx: &mut Tx) -> Result<Vec<Block>, Fault> {
    tx.many(&BLOCKS, params![], |r| {
        let c = &mut Columns(r, 0);
        Ok(Block { child: c.next()?, name: c.next()?, tail: c.next()?, set: c.next()?, ended: c.next()?, until: c.next()? })
    })
}

/// Who left alone: the stay, year of birth, when, allowed since when.
pub(crate) fn alone(tx: &mut Tx) -> Result<Vec<(kernel::StayId, i64, Option<Instant>, Option<Instant>)>, Fault> {
    tx.many(&ALONE, params![], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
}
