//! Tickets: `queue_ticket`.

use kernel::{CentreId, CounterId, Fault, Instant, LineId, TicketId, VisitId};
use store::{Row, Tx, params};

use super::{Columns, known};
use crate::{Candidate, Done, End, Finish, Forecast, Number, Outcome, ParkReason, Range, State, Ticket};

store::statements! {
    /// One ticket.
    ONE = "select t.ticket_id, t.visit_id, t.centre_id, v.prefix, v.number, t.leg_no, t.line_id, t.item_code, t.class, t.credit_s, t.base_us, t.here_us, t.passed,
        t.rejoins, t.defers, t.transfers, t.version, t.state, t.counter_id, t.calls, t.called_at_us, t.serving_at_us, t.inferred_at_us, t.state_at_us, t.state_why,
        t.ended_at_us, t.outcome, t.done_item, t.done_count
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id where t.ticket_id = $1";
    /// The tickets of a visit by leg.
    OF_VISIT = "select t.ticket_id, t.visit_id, t.centre_id, v.prefix, v.number, t.leg_no, t.line_id, t.item_code, t.class, t.credit_s, t.base_us, t.here_us, t.passed,
        t.rejoins, t.defers, t.transfers, t.version, t.state, t.counter_id, t.calls, t.called_at_us, t.serving_at_us, t.inferred_at_us, t.state_at_us, t.state_why,
        t.ended_at_us, t.outcome, t.done_item, t.done_count
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id where t.visit_id = $1 order by t.leg_no";
    /// The ticket at a counter.
    AT_COUNTER = "select t.ticket_id, t.visit_id, t.centre_id, v.prefix, v.number, t.leg_no, t.line_id, t.item_code, t.class, t.credit_s, t.base_us, t.here_us, t.passed,
        t.rejoins, t.defers, t.transfers, t.version, t.state, t.counter_id, t.calls, t.called_at_us, t.serving_at_us, t.inferred_at_us, t.state_at_us, t.state_why,
        t.ended_at_us, t.outcome, t.done_item, t.done_count
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id where t.counter_id = $1 and t.state in ('called', 'serving')";
    /// Tickets of a centre between line and end: called, serving, parked, missed.
    BETWEEN = "select t.ticket_id, t.visit_id, t.centre_id, v.prefix, v.number, t.leg_no, t.line_id, t.item_code, t.class, t.credit_s, t.base_us, t.here_us, t.passed,
        t.rejoins, t.defers, t.transfers, t.version, t.state, t.counter_id, t.calls, t.called_at_us, t.serving_at_us, t.inferred_at_us, t.state_at_us, t.state_why,
        t.ended_at_us, t.outcome, t.done_item, t.done_count
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id
        where t.centre_id = $1 and t.state in ('called', 'serving', 'parked', 'missed') order by t.key_us, t.ticket_id";
    /// Waiting tickets of a line by key.
    WAITING = "select t.ticket_id, t.visit_id, t.centre_id, v.prefix, v.number, t.leg_no, t.line_id, t.item_code, t.class, t.credit_s, t.base_us, t.here_us, t.passed,
        t.rejoins, t.defers, t.transfers, t.version, t.state, t.counter_id, t.calls, t.called_at_us, t.serving_at_us, t.inferred_at_us, t.state_at_us, t.state_why,
        t.ended_at_us, t.outcome, t.done_item, t.done_count
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id where t.line_id = $1 and t.state = 'waiting' order by t.key_us, t.ticket_id limit $2";
    /// Tickets of a line whose holders never came.
    AWAY = "select t.ticket_id, t.visit_id, t.centre_id, v.prefix, v.number, t.leg_no, t.line_id, t.item_code, t.class, t.credit_s, t.base_us, t.here_us, t.passed,
        t.rejoins, t.defers, t.transfers, t.version, t.state, t.counter_id, t.calls, t.called_at_us, t.serving_at_us, t.inferred_at_us, t.state_at_us, t.state_why,
        t.ended_at_us, t.outcome, t.done_item, t.done_count
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id where t.line_id = $1 and t.state = 'waiting' and t.here_us is null";
    /// Centres with a ticket that a clock may move, with what the clock needs.
    CLOCKED = "select centre_id, state, state_at_us, called_at_us, credit_s, class from queue_ticket
        where state in ('called', 'serving', 'parked', 'missed') and state in ('called', 'missed') order by centre_id";
    /// May be called from a line: the first `$4` by key, of those passed `$2` times, and of bookings whose base is not after `$3`.
    /// `$5` is now: who deferred is not called before the base.
    CANDIDATES = "select k.ticket_id, k.line_id, k.base_us, k.key_us, k.class, k.passed from (
            select t.ticket_id, t.line_id, t.base_us, t.key_us, t.class, t.passed from queue_ticket t
            where t.line_id = $1 and t.state = 'waiting' and t.here_us is not null and (t.defers = 0 or t.base_us <= $5)
              and not exists (select 1 from queue_ticket o where o.visit_id = t.visit_id and o.state in ('called', 'serving'))
            order by t.key_us, t.ticket_id limit $4) k
        union select p.ticket_id, p.line_id, p.base_us, p.key_us, p.class, p.passed from (
            select t.ticket_id, t.line_id, t.base_us, t.key_us, t.class, t.passed from queue_ticket t
            where t.line_id = $1 and t.state = 'waiting' and t.passed > 0 and t.passed >= $2 and t.here_us is not null and (t.defers = 0 or t.base_us <= $5)
              and not exists (select 1 from queue_ticket o where o.visit_id = t.visit_id and o.state in ('called', 'serving'))
            order by t.base_us, t.ticket_id limit $4) p
        union select b.ticket_id, b.line_id, b.base_us, b.key_us, b.class, b.passed from (
            select t.ticket_id, t.line_id, t.base_us, t.key_us, t.class, t.passed from queue_ticket t
            where t.line_id = $1 and t.state = 'waiting' and t.class = 'booked' and t.base_us <= $3 and t.here_us is not null and (t.defers = 0 or t.base_us <= $5)
              and not exists (select 1 from queue_ticket o where o.visit_id = t.visit_id and o.state in ('called', 'serving'))
            order by t.base_us, t.ticket_id limit $4) b";
    /// A call of a ticket with base `$2` passed every candidate of its line that came earlier.
    PASS = "update queue_ticket set passed = passed + 1
        where line_id = $1 and state = 'waiting' and base_us < $2 and here_us is not null and (defers = 0 or base_us <= $3)
          and not exists (select 1 from queue_ticket o where o.visit_id = queue_ticket.visit_id and o.state in ('called', 'serving'))";
    /// How many candidates of its line stand before a ticket that is called out of order.
    BEFORE = "select count(*) from queue_ticket t
        where t.line_id = $1 and t.state = 'waiting' and t.key_us < $2 and t.here_us is not null and (t.defers = 0 or t.base_us <= $3)
          and not exists (select 1 from queue_ticket o where o.visit_id = t.visit_id and o.state in ('called', 'serving'))";
    /// People ahead of a key, counted up to `$3`.
    AHEAD = "select count(*) from (select 1 as one from queue_ticket where line_id = $1 and state = 'waiting' and key_us < $2 limit $3) x";
    /// Visits that wait in the lines of a centre.
    PEOPLE = "select count(distinct t.visit_id) from queue_line l join queue_ticket t on t.line_id = l.line_id where l.centre_id = $1 and t.state = 'waiting'";
    /// Whether another errand of a visit is at a counter.
    AT_WORK = "select count(*) from queue_ticket where visit_id = $1 and state in ('called', 'serving')";
    /// When the turn of a remote ticket came: the first call of its line with a later key, since it was taken.
    TURN = "select at_us from queue_step where line_id = $1 and action in ('call', 'override') and at_us >= $2 and key_us > $3 order by at_us limit 1";
    /// A new ticket with its first range.
    INSERT = "insert into queue_ticket (ticket_id, visit_id, centre_id, leg_no, line_id, item_code, class, base_us, credit_s, key_us, here_us, passed, calls, rejoins,
        defers, transfers, state, state_at_us, shown_at_us, shown_line_id, shown_ahead, shown_lo, shown_hi, shown_method, predicted_s, appointment_id, version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, 0, 0, 'waiting', $12, $12, $5, $13, $14, $15, $16, $17, $18, 0)";
    /// A step of a ticket, only from the version it was read at.
    SAVE = "update queue_ticket set line_id = $3, base_us = $4, key_us = $5, here_us = $6, passed = $7, rejoins = $8, defers = $9, transfers = $10, state = $11,
        state_at_us = $12, state_why = $13, counter_id = $14, calls = coalesce($15, calls), called_at_us = coalesce($16, called_at_us),
        serving_at_us = coalesce($17, serving_at_us), inferred_at_us = $18, ended_at_us = $19, outcome = $20, done_item = $21, done_count = $22, version = $2 + 1
        where ticket_id = $1 and version = $2";
    /// The first range of a ticket, as it was shown.
    SHOWN = "select shown_at_us, shown_ahead, shown_lo, shown_hi, shown_method, predicted_s from queue_ticket where ticket_id = $1";
    /// Waiting of a line: all, those who are away.
    LENGTH = "select (select count(*) from queue_ticket where line_id = $1 and state = 'waiting'),
        (select count(*) from queue_ticket where line_id = $1 and state = 'waiting' and here_us is null)";
    /// Oldest base that waits here.
    OLDEST = "select base_us from queue_ticket where line_id = $1 and state = 'waiting' and here_us is not null order by base_us limit 1";
    /// Waiting with priority for longer than since `$2` (D8).
    ELDERS = "select t.ticket_id, t.visit_id, t.centre_id, v.prefix, v.number, t.leg_no, t.line_id, t.item_code, t.class, t.credit_s, t.base_us, t.here_us, t.passed,
        t.rejoins, t.defers, t.transfers, t.version, t.state, t.counter_id, t.calls, t.called_at_us, t.serving_at_us, t.inferred_at_us, t.state_at_us, t.state_why,
        t.ended_at_us, t.outcome, t.done_item, t.done_count
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id join queue_line l on l.line_id = t.line_id
        where l.centre_id = $1 and t.state = 'waiting' and t.base_us <= $2 and t.here_us is not null and t.credit_s > 0 and t.class <> 'booked'
        order by t.base_us, t.ticket_id limit $3";
}

fn ticket(row: &mut Row) -> Result<Ticket, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Ticket {
        id: c.next()?,
        visit: c.next()?,
        centre: c.next()?,
        number: Number { prefix: c.next()?, no: c.next()? },
        leg: c.next()?,
        line: c.next()?,
        item: c.next()?,
        class: c.next()?,
        credit_s: c.next()?,
        base: c.next()?,
        here: c.next()?,
        passed: c.next()?,
        rejoins: c.next()?,
        defers: c.next()?,
        transfers: c.next()?,
        version: c.next()?,
        state: state(c)?,
    })
}

fn state(c: &mut Columns) -> Result<State, Fault> {
    let code: String = c.next()?;
    let (counter, calls): (Option<CounterId>, i64) = (c.next()?, c.next()?);
    let (called, serving, inferred): (Option<Instant>, Option<Instant>, Option<Instant>) = (c.next()?, c.next()?, c.next()?);
    let (at, why): (Instant, Option<String>) = (c.next()?, c.next()?);
    let (ended, outcome, item, count): (Option<Instant>, Option<String>, Option<String>, Option<i64>) = (c.next()?, c.next()?, c.next()?, c.next()?);
    let torn = || Fault::new(format!("a {code} ticket without what it needs"));
    let ended_as = |how| Ok(State::Ended { at: ended.ok_or_else(torn)?, how });
    match code.as_str() {
        "waiting" => Ok(State::Waiting),
        "called" => Ok(State::Called { at: called.ok_or_else(torn)?, counter: counter.ok_or_else(torn)?, calls }),
        "serving" => Ok(State::Serving { since: serving.ok_or_else(torn)?, counter: counter.ok_or_else(torn)?, inferred: inferred.is_some() }),
        "parked" => Ok(State::Parked { since: at, why: known(&why.ok_or_else(torn)?, ParkReason::parse)? }),
        "missed" => Ok(State::Missed { at, called_at: called.ok_or_else(torn)?, calls }),
        "done" => {
            let finish = Finish { item, count: count.ok_or_else(torn)?, outcome: known(&outcome.ok_or_else(torn)?, Outcome::parse)? };
            ended_as(End::Done(Done { since: serving.ok_or_else(torn)?, inferred: inferred.is_some(), finish }))
        }
        "left" => ended_as(End::Left),
        "cancelled" => ended_as(End::Cancelled),
        "expired" => ended_as(End::Expired),
        "void" => ended_as(End::Void),
        _ => Err(Fault::new(format!("{code:?} is not a state of a ticket"))),
    }
}

/// One ticket, when there is one.
pub fn one(tx: &mut Tx, id: TicketId) -> Result<Option<Ticket>, Fault> {
    tx.optional(&ONE, params![id], ticket)
}
/// The tickets of a visit.
pub fn of_visit(tx: &mut Tx, visit: VisitId) -> Result<Vec<Ticket>, Fault> {
    tx.many(&OF_VISIT, params![visit], ticket)
}
/// The ticket called to or served at a counter.
pub fn at_counter(tx: &mut Tx, counter: CounterId) -> Result<Option<Ticket>, Fault> {
    tx.optional(&AT_COUNTER, params![counter], ticket)
}
/// Called, serving, parked and missed tickets of a centre, by key.
pub fn between(tx: &mut Tx, centre: CentreId) -> Result<Vec<Ticket>, Fault> {
    tx.many(&BETWEEN, params![centre], ticket)
}
/// The first waiting tickets of a line, by key.
pub fn waiting(tx: &mut Tx, line: LineId, limit: i64) -> Result<Vec<Ticket>, Fault> {
    tx.many(&WAITING, params![line, limit], ticket)
}
/// Waiting tickets of a line whose holders are away.
pub fn away(tx: &mut Tx, line: LineId) -> Result<Vec<Ticket>, Fault> {
    tx.many(&AWAY, params![line], ticket)
}
/// People with priority of a centre who wait since before `since`.
pub fn elders(tx: &mut Tx, centre: CentreId, since: Instant, limit: i64) -> Result<Vec<Ticket>, Fault> {
    tx.many(&ELDERS, params![centre, since, limit], ticket)
}

/// A called or missed ticket as the clock sees it.
pub struct Clocked {
    /// Where.
    pub centre: CentreId,
    /// Missed, not called.
    pub missed: bool,
    /// When it was missed.
    pub since: Instant,
    /// Its last call.
    pub called_at: Instant,
    /// Never missed by the clock.
    pub priority: bool,
}
/// Every ticket that a clock may move, by centre.
pub fn clocked(tx: &mut Tx) -> Result<Vec<Clocked>, Fault> {
    tx.many(&CLOCKED, params![], |r| {
        let c = &mut Columns(r, 0);
        let (centre, state, since): (CentreId, String, Instant) = (c.next()?, c.next()?, c.next()?);
        let (called, credit, class): (Option<Instant>, i64, String) = (c.next()?, c.next()?, c.next()?);
        Ok(Clocked { centre, missed: state == "missed", since, called_at: called.unwrap_or(since), priority: credit > 0 && class != crate::BOOKED })
    })
}

/// At most `3 n` candidates of one line: `n` each by key, by cap, by promise (FIRST-BUILD §3).
pub fn candidates(tx: &mut Tx, line: LineId, cap: i64, promised_since: Instant, n: i64, now: Instant) -> Result<Vec<Candidate>, Fault> {
    tx.many(&CANDIDATES, params![line, cap, promised_since, n, now], |r| {
        let c = &mut Columns(r, 0);
        let (ticket, line, base, key, class): (TicketId, LineId, Instant, Instant, String) = (c.next()?, c.next()?, c.next()?, c.next()?, c.next()?);
        Ok(Candidate { ticket, line, base, key, booked: class == crate::BOOKED, passed: c.next()? })
    })
}
/// Everybody of `line` who came before `base` was passed once more.
pub fn pass(tx: &mut Tx, line: LineId, base: Instant, now: Instant) -> Result<u64, Fault> {
    tx.run(&PASS, params![line, base, now])
}
fn count(row: &mut Row) -> Result<i64, Fault> {
    row.get(0)
}
/// Candidates of `line` before `key`.
pub fn before(tx: &mut Tx, line: LineId, key: Instant, now: Instant) -> Result<i64, Fault> {
    Ok(tx.optional(&BEFORE, params![line, key, now], count)?.unwrap_or(0))
}
/// People ahead of `key`, counted up to `most`.
pub fn ahead(tx: &mut Tx, line: LineId, key: Instant, most: i64) -> Result<i64, Fault> {
    Ok(tx.optional(&AHEAD, params![line, key, most], count)?.unwrap_or(0))
}
/// Visits that wait in a centre.
pub fn people(tx: &mut Tx, centre: CentreId) -> Result<i64, Fault> {
    Ok(tx.optional(&PEOPLE, params![centre], count)?.unwrap_or(0))
}
/// Whether the visit stands at a counter.
pub fn visit_at_work(tx: &mut Tx, visit: VisitId) -> Result<bool, Fault> {
    Ok(tx.optional(&AT_WORK, params![visit], count)?.unwrap_or(0) > 0)
}
/// When the turn of a ticket came that was taken at `issued`.
pub fn turn(tx: &mut Tx, line: LineId, issued: Instant, key: Instant) -> Result<Option<Instant>, Fault> {
    tx.optional(&TURN, params![line, issued, key], |r| r.get(0))
}
/// How many wait in a line, and how many of them are away.
pub fn length(tx: &mut Tx, line: LineId) -> Result<(i64, i64), Fault> {
    Ok(tx.optional(&LENGTH, params![line], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or((0, 0)))
}
/// Since when the one who waits longest here waits.
pub fn oldest(tx: &mut Tx, line: LineId) -> Result<Option<Instant>, Fault> {
    tx.optional(&OLDEST, params![line], |r| r.get(0))
}

/// Writes a new ticket and freezes its first range.
pub fn insert(tx: &mut Tx, t: &Ticket, appointment: Option<[u8; 16]>, shown: &Forecast, now: Instant) -> Result<(), Fault> {
    let (lo, hi) = (shown.range.map(|r| r.lo), shown.range.map(|r| r.hi));
    tx.run(
        &INSERT,
        params![
            t.id,
            t.visit,
            t.centre,
            t.leg,
            t.line,
            t.item,
            t.class,
            t.base,
            t.credit_s,
            t.key(),
            t.here,
            now,
            shown.ahead,
            lo,
            hi,
            shown.method.code(),
            shown.predicted_s,
            appointment
        ],
    )?;
    Ok(())
}

/// Writes a step. `after.version` is one more than the row's.
pub fn save(tx: &mut Tx, after: &Ticket, now: Instant) -> Result<u64, Fault> {
    let mut calls = None;
    let (mut called, mut serving, mut inferred, mut ended) = (None, None, None, None);
    let (mut since, mut why, mut finish) = (now, None, None);
    match &after.state {
        State::Waiting => {}
        State::Called { at, calls: n, .. } => (calls, called) = (Some(*n), Some(*at)),
        State::Serving { since: at, inferred: yes, .. } => (serving, inferred) = (Some(*at), yes.then_some(*at)),
        State::Parked { since: at, why: reason } => (since, why) = (*at, Some(reason.code())),
        State::Missed { at, called_at, .. } => (since, called) = (*at, Some(*called_at)),
        State::Ended { at, how } => {
            ended = Some(*at);
            if let End::Done(done) = how {
                (serving, inferred, finish) = (Some(done.since), done.inferred.then_some(done.since), Some(&done.finish));
            }
        }
    }
    let counter = after.state.counter();
    let (outcome, item, count) = (finish.map(|f| f.outcome.code()), finish.and_then(|f| f.item.as_deref()), finish.map(|f| f.count));
    tx.run(
        &SAVE,
        params![
            after.id,
            after.version - 1,
            after.line,
            after.base,
            after.key(),
            after.here,
            after.passed,
            after.rejoins,
            after.defers,
            after.transfers,
            after.state.code(),
            since,
            why,
            counter,
            calls,
            called,
            serving,
            inferred,
            ended,
            outcome,
            item,
            count
        ],
    )
}

/// The first range of a ticket, and when it was shown.
pub fn shown(tx: &mut Tx, id: TicketId) -> Result<Option<(Instant, Forecast)>, Fault> {
    tx.optional(&SHOWN, params![id], |r| {
        let c = &mut Columns(r, 0);
        let (at, ahead, lo, hi): (Instant, i64, Option<i64>, Option<i64>) = (c.next()?, c.next()?, c.next()?, c.next()?);
        let range = lo.zip(hi).map(|(lo, hi)| Range { lo, hi });
        Ok((at, Forecast { ahead, range, method: c.coded(crate::Method::parse)?, predicted_s: c.next()? }))
    })
}
