//! Stays with their steps, wrong codes, handovers, and the day's end.

use kernel::{AuthorityId, CentreId, Day, Fault, Instant, No, OnViolation, PersonId, Refusal, StayId};
use store::{Columns, Row, Tx, params};

use crate::pickup::{
    handover::Means,
    stay::{Action, State, Stay},
};

store::statements! {
    /// One stay.
    ONE = "select stay_id, centre_id, child_id, label, from_us, to_us, session, state, dropped_by, dropped_at_us, ack_by, code_hash, tries, locked_at_us, called_at_us,
        late_at_us, escalated_at_us, over_at_us, alerted_at_us, ended_at_us, ended_by, note, permit_us from venues_stay where stay_id = $1";
    /// Those of a centre that are not over, or began in a stretch of time; the oldest first.
    OF_CENTRE = "select stay_id, centre_id, child_id, label, from_us, to_us, session, state, dropped_by, dropped_at_us, ack_by, code_hash, tries, locked_at_us, called_at_us,
        late_at_us, escalated_at_us, over_at_us, alerted_at_us, ended_at_us, ended_by, note, permit_us from venues_stay
        where centre_id = $1 and from_us < $3 and (ended_at_us is null or from_us >= $2) order by coalesce(dropped_at_us, from_us), stay_id limit 1000";
    /// Those of a child that are not over, or began after a moment; the newest first.
    OF_CHILD = "select stay_id, centre_id, child_id, label, from_us, to_us, session, state, dropped_by, dropped_at_us, ack_by, code_hash, tries, locked_at_us, called_at_us,
        late_at_us, escalated_at_us, over_at_us, alerted_at_us, ended_at_us, ended_by, note, permit_us from venues_stay
        where child_id = $1 and (ended_at_us is null or from_us >= $2) order by from_us desc, stay_id limit 60";
    /// In care in a centre.
    IN_CARE = "select stay_id, centre_id, child_id, label, from_us, to_us, session, state, dropped_by, dropped_at_us, ack_by, code_hash, tries, locked_at_us, called_at_us,
        late_at_us, escalated_at_us, over_at_us, alerted_at_us, ended_at_us, ended_by, note, permit_us from venues_stay
        where centre_id = $1 and ended_at_us is null and state <> 'expected' order by dropped_at_us, stay_id limit 1000";
    /// Live ones of a centre that have begun: what the clock may touch.
    LIVE = "select stay_id, centre_id, child_id, label, from_us, to_us, session, state, dropped_by, dropped_at_us, ack_by, code_hash, tries, locked_at_us, called_at_us,
        late_at_us, escalated_at_us, over_at_us, alerted_at_us, ended_at_us, ended_by, note, permit_us from venues_stay
        where centre_id = $1 and ended_at_us is null and from_us <= $2 order by to_us, stay_id limit 1000";
    /// Centres with something that the clock may touch.
    CENTRES = "select distinct centre_id from venues_stay where ended_at_us is null and from_us <= $1 and (to_us <= $1 or state = 'expected')";
    /// A new one, expected.
    INSERT = "insert into venues_stay (stay_id, centre_id, child_id, label, from_us, to_us, session, state, tries, made_at_us) values ($1, $2, $3, $4, $5, $6, $7, 'expected', 0, $8)";
    /// Where it stands now.
    SAVE = "update venues_stay set state = $2, dropped_by = $3, dropped_at_us = $4, ack_by = $5, code_hash = $6, tries = $7, locked_at_us = $8, called_at_us = $9, late_at_us = $10,
        escalated_at_us = $11, over_at_us = $12, alerted_at_us = $13, ended_at_us = $14, ended_by = $15, note = $16, permit_us = $17 where stay_id = $1 and state = $18";
    /// A step.
    STEP = "insert into venues_stay_step (stay_id, step_no, action, from_state, to_state, at_us, actor)
        select $1, coalesce(max(step_no), 0) + 1, $2, cast($3 as text), $4, cast($5 as int8), $6 from venues_stay_step where stay_id = $1";
    /// A wrong code.
    TRY = "insert into venues_code_try (stay_id, try_no, authority_id, at_us, rev) values ($1, $2, $3, $4, $5)";
    /// Handed over, once.
    HANDOVER = "insert into venues_handover (stay_id, authority_id, means, code_hash, staff, staff_name, at_us, rev) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// To whom, how and by whom a stay was handed over.
    HANDED = "select a.name, h.means, h.staff_name, h.at_us from venues_handover h join venues_authority a on a.authority_id = h.authority_id where h.stay_id = $1";
    /// The day is over in a centre.
    CLOSE = "insert into venues_pickup_close (centre_id, day, closed_by, at_us) values ($1, $2, $3, $4) on conflict (centre_id, day) do nothing";
    /// Whether it is.
    CLOSED = "select at_us from venues_pickup_close where centre_id = $1 and day = $2";
    /// It goes on.
    REOPEN = "delete from venues_pickup_close where centre_id = $1 and day = $2";
}

fn stay(r: &mut Row) -> Result<Stay, Fault> {
    let c = &mut Columns(r, 0);
    Ok(Stay {
        id: c.next()?,
        centre: c.next()?,
        child: c.next()?,
        label: c.next()?,
        from: c.next()?,
        to: c.next()?,
        session: c.next()?,
        state: c.coded(State::parse)?,
        dropped_by: c.next()?,
        dropped_at: c.next()?,
        ack_by: c.next()?,
        code_hash: c.next()?,
        tries: c.next()?,
        locked_at: c.next()?,
        called_at: c.next()?,
        late_at: c.next()?,
        escalated_at: c.next()?,
        over_at: c.next()?,
        alerted_at: c.next()?,
        ended_at: c.next()?,
        ended_by: c.next()?,
        note: c.next()?,
        permit: c.next()?,
    })
}
/// One.
pub(crate) fn one(tx: &mut Tx, id: StayId) -> Result<Option<Stay>, Fault> {
    tx.optional(&ONE, params![id], stay)
}
/// Those of a centre that are not over or began between two moments, and none that begins later.
pub(crate) fn of_centre(tx: &mut Tx, centre: CentreId, from: Instant, to: Instant) -> Result<Vec<Stay>, Fault> {
    tx.many(&OF_CENTRE, params![centre, from, to], stay)
}
/// Those of a child that are not over or began after a moment, the newest first.
pub(crate) fn of_child(tx: &mut Tx, child: PersonId, since: Instant) -> Result<Vec<Stay>, Fault> {
    tx.many(&OF_CHILD, params![child, since], stay)
}
/// In care in a centre, the oldest first.
pub(crate) fn in_care(tx: &mut Tx, centre: CentreId) -> Result<Vec<Stay>, Fault> {
    tx.many(&IN_CARE, params![centre], stay)
}
/// What the clock may touch in a centre.
pub(crate) fn live(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<Stay>, Fault> {
    tx.many(&LIVE, params![centre, now], stay)
}
/// Centres with something that the clock may touch.
pub(crate) fn centres(tx: &mut Tx, now: Instant) -> Result<Vec<CentreId>, Fault> {
    tx.many(&CENTRES, params![now], |r| r.get(0))
}
/// A new one, expected.
pub(crate) fn insert(tx: &mut Tx, s: &Stay, by: &str, now: Instant) -> Result<(), Fault> {
    tx.run(&INSERT, params![s.id, s.centre, s.child, s.label, s.from, s.to, s.session, now])?;
    tx.run(&STEP, params![s.id, "expect", None::<String>, s.state.code(), now, by]).map(drop)
}
/// Where it stands now; a fault when it no longer stood at `from`.
pub(crate) fn save(tx: &mut Tx, s: &Stay, from: State, twice: impl FnOnce() -> Refusal) -> Result<(), No> {
    let params = params![
        s.id,
        s.state.code(),
        s.dropped_by,
        s.dropped_at,
        s.ack_by,
        s.code_hash,
        s.tries,
        s.locked_at,
        s.called_at,
        s.late_at,
        s.escalated_at,
        s.over_at,
        s.alerted_at,
        s.ended_at,
        s.ended_by,
        s.note,
        s.permit,
        from.code()
    ];
    let rows = tx.run(&SAVE, params).on_violation("venues_stay_once", twice)?;
    if rows == 1 { Ok(()) } else { Err(Fault::new("a stay changed under us").into()) }
}
/// A step of it.
pub(crate) fn step(tx: &mut Tx, s: &Stay, action: Action, from: State, by: &str, now: Instant) -> Result<(), Fault> {
    tx.run(&STEP, params![s.id, action.code(), from.code(), s.state.code(), now, by]).map(drop)
}
/// A wrong code, given by who has this right.
pub(crate) fn wrong_code(tx: &mut Tx, s: &Stay, right: AuthorityId, now: Instant, rev: i64) -> Result<(), Fault> {
    tx.run(&TRY, params![s.id, s.tries, right, now, rev]).map(drop)
}

/// A handing over.
#[derive(Clone, Debug)]
pub(crate) struct Handover {
    pub stay: StayId,
    pub authority: AuthorityId,
    pub means: Means,
    pub code_hash: Option<String>,
    pub staff: String,
    pub staff_name: String,
    pub at: Instant,
    pub rev: i64,
}
/// Handed over, once and for good.
pub(crate) fn hand_over(tx: &mut Tx, h: &Handover) -> Result<(), Fault> {
    tx.run(&HANDOVER, params![h.stay, h.authority, h.means.code(), h.code_hash, h.staff, h.staff_name, h.at, h.rev]).map(drop)
}

/// To whom, how and by whom a stay was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Handed {
    pub to: String,
    pub means: Means,
    pub staff: String,
    pub at: Instant,
}
/// To whom, how and by whom.
pub(crate) fn handed(tx: &mut Tx, stay: StayId) -> Result<Option<Handed>, Fault> {
    tx.optional(&HANDED, params![stay], |r| {
        let c = &mut Columns(r, 0);
        Ok(Handed { to: c.next()?, means: c.coded(Means::parse)?, staff: c.next()?, at: c.next()? })
    })
}
/// The day is over in a centre.
pub(crate) fn close(tx: &mut Tx, centre: CentreId, day: Day, by: &str, now: Instant) -> Result<(), Fault> {
    tx.run(&CLOSE, params![centre, day, by, now]).map(drop)
}
/// When it was closed.
pub(crate) fn closed(tx: &mut Tx, centre: CentreId, day: Day) -> Result<Option<Instant>, Fault> {
    tx.optional(&CLOSED, params![centre, day], |r| r.get(0))
}
/// It goes on: a child came after all.
pub(crate) fn reopen(tx: &mut Tx, centre: CentreId, day: Day) -> Result<(), Fault> {
    tx.run(&REOPEN, params![centre, day]).map(drop)
}
