//! Requests that need a second person.

use kernel::{Fault, Instant, No, OnViolation, Refusal, TwoId};
use store::{Row, Tx, params};

use crate::two::{Two, TwoState};

store::statements! {
    /// One request.
    ONE = "select two_id, action, object, command, reason, duty, asked_by, asked_at_us, agreed_by, alone_why, until_us, state from people_two where two_id = $1";
    /// The same command of the same asker that still waits or was agreed to.
    SAME = "select two_id, action, object, command, reason, duty, asked_by, asked_at_us, agreed_by, alone_why, until_us, state
        from people_two where state in ('asked', 'agreed') and action = $1 and object = $2 and command = $3 and asked_by = $4 and until_us > $5 order by asked_at_us limit 1";
    /// What waits, and what was done lately, newest first.
    OPEN = "select two_id, action, object, command, reason, duty, asked_by, asked_at_us, agreed_by, alone_why, until_us, state
        from people_two where state in ('asked', 'agreed') order by asked_at_us desc, two_id limit 200";
    /// What was done alone since a moment.
    ALONE = "select two_id, action, object, command, reason, duty, asked_by, asked_at_us, agreed_by, alone_why, until_us, state
        from people_two where alone_why is not null and asked_at_us >= $1 order by asked_at_us desc limit 200";
    /// A new request.
    ADD = "insert into people_two (two_id, action, object, command, reason, duty, asked_by, asked_at_us, agreed_by, alone_why, until_us, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// The next state, only from the one it was read in.
    STEP = "update people_two set state = $2, agreed_by = coalesce(agreed_by, $3) where two_id = $1 and state = $4";
    /// What nobody answered in time.
    UNANSWERED = "select two_id from people_two where state in ('asked', 'agreed') and until_us <= $1 order by until_us limit 100";
    /// PE3: who agreed to the own request.
    PE3 = "select two_id from people_two where agreed_by = asked_by or (state in ('agreed', 'done') and agreed_by is null and alone_why is null) order by two_id limit 100";
}

fn two(r: &mut Row) -> Result<Two, Fault> {
    let state: String = r.get(11)?;
    Ok(Two {
        id: r.get(0)?,
        action: r.get(1)?,
        object: r.get(2)?,
        command: r.get(3)?,
        reason: r.get(4)?,
        duty: r.get(5)?,
        asked_by: r.get(6)?,
        asked_at: r.get(7)?,
        agreed_by: r.get(8)?,
        alone_why: r.get(9)?,
        until: r.get(10)?,
        state: TwoState::parse(&state).ok_or_else(|| Fault::new(format!("two state {state}")))?,
    })
}

/// One request.
pub fn one(tx: &mut Tx, id: TwoId) -> Result<Two, No> {
    tx.one("two", &ONE, params![id], two)
}
/// The same command of the same asker that still waits or was agreed to.
pub fn same(tx: &mut Tx, action: &str, object: &str, command: &str, by: &str, now: Instant) -> Result<Option<Two>, No> {
    Ok(tx.optional(&SAME, params![action, object, command, by, now], two)?)
}
/// What waits, newest first.
pub fn open(tx: &mut Tx) -> Result<Vec<Two>, No> {
    Ok(tx.many(&OPEN, params![], two)?)
}
/// What was done alone since a moment, newest first.
pub fn alone(tx: &mut Tx, since: Instant) -> Result<Vec<Two>, No> {
    Ok(tx.many(&ALONE, params![since], two)?)
}
/// A new request.
pub fn add(tx: &mut Tx, t: &Two) -> Result<(), No> {
    let done =
        tx.run(&ADD, params![t.id, t.action, t.object, t.command, t.reason, t.duty, t.asked_by, t.asked_at, t.agreed_by, t.alone_why, t.until, t.state.code()]);
    Ok(done.map(drop)?)
}
/// The next state; `false` when it is no longer in `from`.
pub fn step(tx: &mut Tx, id: TwoId, from: TwoState, to: TwoState, agreed_by: Option<&str>) -> Result<bool, No> {
    tx.run(&STEP, params![id, to.code(), agreed_by, from.code()]).map(|n| n == 1).on_violation("people_two_other", || Refusal::conflict("own.approve"))
}
/// What nobody answered in time.
pub fn unanswered(tx: &mut Tx, now: Instant) -> Result<Vec<TwoId>, No> {
    Ok(tx.many(&UNANSWERED, params![now], |r| r.get(0))?)
}
