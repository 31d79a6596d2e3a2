//! What other crates and the pages may call. Every function joins the caller's transaction; every write wants the centre's chain
//! (`command.chain` = the centre). Rules are in `ticket.rs`, `line.rs`, `wait.rs`, `session.rs`; SQL is in `rows/`.

mod booked;
pub(crate) mod clerk;
mod person;
mod read;
mod set;
mod time;

use facts::queue::{Called, CounterState, Moved};
use kernel::{Actor, CentreId, Fault, Instant, Missing, No, Refusal, TicketId, VisitId, never};
use store::Tx;

pub use booked::{Booked, Here, booked, number_of};
pub use clerk::{
    AtWork, CounterSign, JustDone, NextCalled, any_at_work, arrive_at_counter, at_work, call_next, close_counter, finish, just_done, may_take_up, miss,
    open_counter, override_by, override_call, park, pause_counter, reassign, recall, resume_counter, return_, transfer, undo,
};
pub use person::{Booking, Errand, Issued, NewVisit, add_errand, arrive, back, come, defer, issue, leave, rejoin, void};
pub use read::{
    CounterView, GuideView, HallView, LineLive, LineNow, Live, NextNumber, TicketNow, VisitNow, classes, counter_view, find, guide_view, hall_view, help_calls,
    last_at, length, line, line_now, lines, live, people_waiting, session, sessions, skills, ticket, visit, visit_by_code, visit_by_token_hash, visit_number,
    where_works, worked_until,
};
pub use set::{
    FigureNow, FigureSet, NewLine, StopReason, answer_help, ask_help, close_line, figures, limit_faults, limits, open_line, set_class, set_limit, set_line,
    set_skills,
};
pub use time::{MinuteDue, account_left, counter_gone, due, end_of_day, expire_away, minute_due, refresh, settle, unended};

use crate::{Action, CounterSession, SessionState, State, Ticket, VisitState, rows};

/// A write decides only on rows of a centre whose chain it holds (FIRST-BUILD §1).
fn hold(tx: &Tx, centre: CentreId) -> Result<(), No> {
    if !tx.holds(centre) {
        never!("queue: a write at centre {centre} does not hold its chain");
    }
    Ok(())
}

/// One ticket of a centre whose chain is held.
fn held(tx: &mut Tx, id: TicketId) -> Result<Ticket, No> {
    let ticket = rows::ticket::one(tx, id)?.ok_or(No::Missing(Missing("ticket")))?;
    hold(tx, ticket.centre)?;
    Ok(ticket)
}

/// Who takes a step, at which counter, when.
pub(crate) struct Who<'a> {
    actor: String,
    session: Option<&'a CounterSession>,
    now: Instant,
}
impl<'a> Who<'a> {
    fn person(by: &Actor, now: Instant) -> Self {
        Self { actor: if *by == Actor::Open { by.kind().to_owned() } else { by.to_string() }, session: None, now }
    }
    fn clerk(session: &'a CounterSession, now: Instant) -> Self {
        Self { actor: session.account.to_string(), session: Some(session), now }
    }
}

/// Writes a step: the ticket's row, its step, the fact, and what it means for the visit.
fn record(tx: &mut Tx, before: &Ticket, after: &Ticket, action: Action, who: &Who, why: Option<String>) -> Result<(), No> {
    if rows::ticket::save(tx, after, who.now).map_err(|fault| taken(fault, after))? != 1 {
        never!("queue: ticket {} moved under the chain's lock", before.id);
    }
    let counter = after.state.counter().or(before.state.counter()).or(who.session.map(|s| s.counter));
    rows::step::insert(
        tx,
        rows::step::Step {
            ticket: after.id,
            no: after.version,
            centre: after.centre,
            at: who.now,
            action,
            from: before.state.code(),
            to: after.state.code(),
            line: after.line,
            base: after.base,
            key: after.key(),
            actor: &who.actor,
            counter,
            session: who.session.map(|s| s.id),
            why,
        },
    )?;
    let zone = taken_down(tx, before, after)?;
    tell(tx, before, after, action, who, zone);
    if before.state.ended() != after.state.ended() {
        settle_visit(tx, after.visit, who.now)?;
    }
    Ok(())
}

/// The two rules that the database holds.
fn taken(fault: Fault, ticket: &Ticket) -> No {
    let code = match fault.violated.as_deref() {
        Some("queue_counter_serves_one") => "counter.busy",
        Some("queue_visit_one_place") => "visit.elsewhere",
        _ => return fault.into(),
    };
    Refusal::conflict(code).arg("no", &ticket.number).into()
}

/// The zone whose screens show a call that holds no more: nobody came, set aside, sent on, void.
fn taken_down(tx: &mut Tx, before: &Ticket, after: &Ticket) -> Result<Option<String>, No> {
    let Some(counter) = before.state.counter() else { return Ok(None) };
    if after.state.counter().is_some() || matches!(after.state, State::Ended { how: crate::End::Done(_), .. }) {
        return Ok(None);
    }
    Ok(rows::desk::of_counter(tx, counter)?.map(|s| s.zone))
}

fn tell(tx: &mut Tx, before: &Ticket, after: &Ticket, action: Action, who: &Who, zone: Option<String>) {
    let at_us = who.now.micros();
    if let (State::Called { counter, calls, .. }, Action::Call | Action::Override | Action::Recall, Some(session)) = (&after.state, action, who.session) {
        let fact = Called {
            seq: tx.seq(),
            visit: after.visit,
            ticket: after.id,
            number: after.number.to_string(),
            line: after.line,
            counter: *counter,
            counter_number: session.number,
            zone: session.zone.clone(),
            recall: calls - 1,
            priority: after.priority(),
            base_us: after.base.micros(),
            by_override: action == Action::Override,
            at_us,
        };
        return tx.tell(&fact);
    }
    tx.tell(&Moved {
        visit: after.visit,
        ticket: after.id,
        number: after.number.to_string(),
        action: action.code().to_owned(),
        from: before.state.code().to_owned(),
        to: after.state.code().to_owned(),
        line: after.line,
        base_us: after.base.micros(),
        counter: after.state.counter().or(before.state.counter()),
        zone,
        at_us,
    });
}

/// A visit is what its tickets make of it.
fn settle_visit(tx: &mut Tx, visit: VisitId, now: Instant) -> Result<(), No> {
    let tickets = rows::ticket::of_visit(tx, visit)?;
    let state = VisitState::of(tickets.iter().map(|t| &t.state));
    let known = rows::visit::one(tx, visit)?.ok_or(No::Missing(Missing("visit")))?;
    if known.state != state {
        rows::visit::set_state(tx, visit, state, now)?;
    }
    Ok(())
}

/// Writes what a counter at work does now, and tells it.
fn save_session(tx: &mut Tx, session: &CounterSession) -> Result<(), No> {
    rows::desk::save(tx, session)?;
    tell_session(tx, session);
    Ok(())
}
fn tell_session(tx: &mut Tx, session: &CounterSession) {
    let (why, back_at) = match session.state {
        SessionState::Paused { why, back_at } => (Some(why.code().to_owned()), back_at),
        SessionState::Open | SessionState::Closing | SessionState::Closed { .. } => (None, None),
    };
    tx.tell(&CounterState {
        counter: session.counter,
        number: session.number,
        zone: session.zone.clone(),
        session: session.id,
        state: session.state.code().to_owned(),
        why,
        back_at_us: back_at.map(Instant::micros),
    });
}
