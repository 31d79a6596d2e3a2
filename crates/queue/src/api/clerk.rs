//! What a clerk does at a counter. [`at_work`] re-checks in the lane that the clerk holds the counter; every step wants its answer.

use kernel::{AccountId, Actor, CentreId, CounterId, Instant, LineId, Missing, No, OnViolation, Refusal, TicketId};
use serde_json::json;
use store::{Dice, Tx};

use super::{Who, held, hold, record, save_session, tell_session};
use crate::{
    Action, Candidate, CounterSession, Finish, Limits, OverrideReason, ParkReason, PauseReason, Rule, SessionState, Skill, State, Ticket, TransferReason, Undo,
    Why, choose, rows,
};

/// A counter at work whose holder was checked, with the ticket it has.
#[derive(Clone, Debug)]
pub struct AtWork {
    /// The session with the lines it serves.
    pub session: CounterSession,
    /// Called to or served at it.
    pub current: Option<Ticket>,
    /// The figures in force at its centre.
    pub limits: Limits,
}
impl AtWork {
    /// What Space says about a ticket that is being served: done, as it was taken (day-one §3).
    pub fn default_finish(&self) -> Option<Finish> {
        self.current.as_ref().filter(|t| matches!(t.state, State::Serving { .. })).map(Ticket::default_finish)
    }
    pub(crate) fn who(&self, now: Instant) -> Who<'_> {
        Who::clerk(&self.session, now)
    }
}

/// The counter as its clerk works at it.
///
/// # Errors
/// `counter.closed`, `counter.other` when somebody else does.
pub fn at_work(tx: &mut Tx, counter: CounterId, account: AccountId, now: Instant) -> Result<AtWork, No> {
    let at = any_at_work(tx, counter, now)?;
    if at.session.account != account {
        return Err(Refusal::conflict("counter.other").arg("n", at.session.number).into());
    }
    Ok(at)
}

/// The counter as anybody works at it: for the supervisor.
///
/// # Errors
/// `counter.closed`.
pub fn any_at_work(tx: &mut Tx, counter: CounterId, now: Instant) -> Result<AtWork, No> {
    let session = rows::desk::of_counter(tx, counter)?.ok_or_else(|| Refusal::conflict("counter.closed"))?;
    let current = rows::ticket::at_counter(tx, counter)?;
    let limits = rows::line::limits(tx, session.centre, now)?;
    tx.about("counter", counter);
    Ok(AtWork { session, current, limits })
}

/// What a call leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextCalled {
    /// What was finished on the way.
    pub finished: Option<Ticket>,
    /// Who was called and why; `None` when nobody waits and something was finished.
    pub called: Option<(Ticket, Why)>,
}

/// Calls who is next by the rule (叫号); `finish` ends the ticket being served first, see [`AtWork::default_finish`].
///
/// # Errors
/// `counter.paused`, `counter.closed`, `counter.busy`, `queue.empty`, and those of [`finish`].
pub fn call_next(tx: &mut Tx, at: &AtWork, finish: Option<Finish>, now: Instant) -> Result<NextCalled, No> {
    hold(tx, at.session.centre)?;
    at.session.may_call()?;
    let finished = match (&at.current, finish) {
        (Some(current), Some(finish)) if matches!(current.state, State::Serving { .. }) => Some(finish_it(tx, at, current, finish, now)?),
        (Some(current), _) if !may_call_while_busy() => return Err(Refusal::conflict("counter.busy").arg("no", &current.number).into()),
        _ => None,
    };
    let found = candidates(tx, &at.session.skills, &at.limits, 1, now)?;
    let Some((ticket, why)) = choose(&found, &at.session.skills, Rule::from(&at.limits), now) else {
        return if finished.is_some() { Ok(NextCalled { finished, called: None }) } else { Err(Refusal::conflict("queue.empty").into()) };
    };
    let called = call_it(tx, at, ticket, Action::Call, why, None, &at.who(now))?;
    Ok(NextCalled { finished, called: Some((called, why)) })
}

/// At most `3 n` candidates of each skilled line.
pub(super) fn candidates(tx: &mut Tx, skills: &[Skill], limits: &Limits, n: i64, now: Instant) -> Result<Vec<Candidate>, No> {
    let mut all = Vec::new();
    for skill in skills {
        all.extend(rows::ticket::candidates(tx, skill.line, limits.cap, now.plus_s(-limits.promise_s), n, now)?);
    }
    Ok(all)
}

pub(crate) fn call_it(tx: &mut Tx, at: &AtWork, ticket: TicketId, action: Action, why: Why, reason: Option<OverrideReason>, who: &Who) -> Result<Ticket, No> {
    let (before, now) = (held(tx, ticket)?, who.now);
    let free = !rows::ticket::visit_at_work(tx, before.visit)?;
    let after = before.clone().call(at.session.counter, free, now)?;
    tx.about("ticket", ticket);
    record(tx, &before, &after, action, who, Some(why_called(at, &after, why, reason)))?;
    rows::ticket::pass(tx, after.line, after.base, now)?;
    Ok(after)
}

/// The `why` of a call: rule, figures, and the lines this counter could serve with rank and help threshold.
fn why_called(at: &AtWork, ticket: &Ticket, why: Why, reason: Option<OverrideReason>) -> String {
    let lines: Vec<_> = at.session.skills.iter().map(|s| json!([s.line, s.rank, s.help_after_s])).collect();
    json!({
        "by": why.code(), "reason": reason.map(OverrideReason::code), "key_us": ticket.key().micros(), "passed": ticket.passed,
        "cap": at.limits.cap, "promise_s": at.limits.promise_s, "lines": lines,
    })
    .to_string()
}
pub(super) fn reason(code: &str) -> String {
    json!({ "reason": code }).to_string()
}

/// Calls another than the next, with a reason (不按序叫号): logged, shown to the supervisor, counted.
///
/// # Errors
/// Missing; `ticket.taken`, `ticket.state`, `ticket.not_here`, `visit.elsewhere`, `counter.busy`, `counter.paused`, `counter.closed`.
pub fn override_call(tx: &mut Tx, at: &AtWork, ticket: TicketId, reason: OverrideReason, now: Instant) -> Result<Ticket, No> {
    override_by(tx, at, ticket, reason, at.session.account, now)
}

/// The same for the counter by somebody else: its supervisor, who stands in the records.
///
/// # Errors
/// As [`override_call`].
pub fn override_by(tx: &mut Tx, at: &AtWork, ticket: TicketId, reason: OverrideReason, account: AccountId, now: Instant) -> Result<Ticket, No> {
    hold(tx, at.session.centre)?;
    at.session.may_call()?;
    if let Some(current) = &at.current {
        return Err(Refusal::conflict("counter.busy").arg("no", &current.number).into());
    }
    let before = here(tx, at, ticket)?;
    if let Some(counter) = before.state.counter()
        && let Some(other) = rows::desk::of_counter(tx, counter)?
    {
        return Err(Refusal::conflict("ticket.taken").arg("no", &before.number).arg("n", other.number).into());
    }
    let found = candidates(tx, &at.session.skills, &at.limits, 1, now)?;
    let by_rule = choose(&found, &at.session.skills, Rule::from(&at.limits), now).map(|(t, _)| t);
    let passed_over = rows::ticket::before(tx, before.line, before.key(), now)?;
    let who = Who { actor: account.to_string(), ..at.who(now) };
    let called = call_it(tx, at, ticket, Action::Override, Why::Override, Some(reason), &who)?;
    let centre = at.session.centre;
    rows::step::insert_override(tx, &rows::step::NewOverride { ticket, step_no: called.version, centre, account, reason, by_rule, passed_over, at: now })?;
    Ok(called)
}

/// A ticket of the counter's centre; another's looks like none.
fn here(tx: &mut Tx, at: &AtWork, ticket: TicketId) -> Result<Ticket, No> {
    let ticket = held(tx, ticket)?;
    if ticket.centre == at.session.centre { Ok(ticket) } else { Err(Missing("ticket").into()) }
}

/// The ticket at this counter, which must be the one that is meant.
fn current(tx: &mut Tx, at: &AtWork, ticket: TicketId) -> Result<Ticket, No> {
    hold(tx, at.session.centre)?;
    match &at.current {
        Some(current) if current.id == ticket => {
            tx.about("ticket", ticket);
            Ok(current.clone())
        }
        _ => {
            let ticket = here(tx, at, ticket)?;
            match ticket.state.counter() {
                Some(_) => Err(Refusal::conflict("ticket.elsewhere").arg("no", &ticket.number).into()),
                None => Ok(ticket), // the rule says what is wrong with its state
            }
        }
    }
}

/// Calls the counter's ticket once more (重呼).
///
/// # Errors
/// Missing; `ticket.state`, `ticket.elsewhere`, `recall.max`, `recall.soon`.
pub fn recall(tx: &mut Tx, at: &AtWork, ticket: TicketId, now: Instant) -> Result<Ticket, No> {
    let before = current(tx, at, ticket)?;
    let after = before.clone().recall(&at.limits, now)?;
    record(tx, &before, &after, Action::Recall, &at.who(now), None)?;
    Ok(after)
}

/// Its holder stands at the counter: service starts (开始办理).
///
/// # Errors
/// Missing; `ticket.state`, `ticket.missed`, `ticket.elsewhere`.
pub fn arrive_at_counter(tx: &mut Tx, at: &AtWork, ticket: TicketId, now: Instant) -> Result<Ticket, No> {
    let before = current(tx, at, ticket)?;
    let after = before.clone().arrive(&at.limits, now)?;
    record(tx, &before, &after, Action::Arrive, &at.who(now), None)?;
    Ok(after)
}

/// Nobody came (过号).
///
/// # Errors
/// Missing; `ticket.state`, `ticket.elsewhere`.
pub fn miss(tx: &mut Tx, at: &AtWork, ticket: TicketId, now: Instant) -> Result<Ticket, No> {
    let before = current(tx, at, ticket)?;
    let after = before.clone().miss(now)?;
    record(tx, &before, &after, Action::Miss, &at.who(now), None)?;
    freed(tx, at.session.clone(), now)?;
    Ok(after)
}

/// Sets the counter's ticket aside (挂起).
///
/// # Errors
/// Missing; `ticket.state`, `ticket.elsewhere`.
pub fn park(tx: &mut Tx, at: &AtWork, ticket: TicketId, why: ParkReason, now: Instant) -> Result<Ticket, No> {
    let before = current(tx, at, ticket)?;
    let after = before.clone().park(why, now)?;
    record(tx, &before, &after, Action::Park, &at.who(now), Some(reason(why.code())))?;
    freed(tx, at.session.clone(), now)?;
    Ok(after)
}

/// Sends any ticket that is not over to another line of the centre with its key (转队列): the supervisor's, also past the limit of transfers.
///
/// # Errors
/// Missing; `line.unknown`, `ticket.state`, `transfer.same`.
pub fn reassign(tx: &mut Tx, ticket: TicketId, to: LineId, by: &Actor, now: Instant) -> Result<Ticket, No> {
    let before = held(tx, ticket)?;
    tx.about("ticket", ticket);
    let line = rows::line::one(tx, to)?.map(|(l, _)| l).filter(|l| l.centre == before.centre);
    let line = line.ok_or_else(|| Refusal::invalid("line.unknown").at("line"))?;
    let after = before.clone().reassign(line.id)?;
    let session = before.state.counter().map(|c| rows::desk::of_counter(tx, c)).transpose()?.flatten();
    record(tx, &before, &after, Action::Transfer, &Who::person(by, now), Some(reason("supervisor")))?;
    if let Some(session) = session {
        freed(tx, session, now)?;
    }
    Ok(after)
}

/// Whether a parked ticket is this account's to take up: whoever works at a counter of its centre that serves its line, or that set it aside.
///
/// # Errors
/// Missing; `counter.closed`, `return.line`.
pub fn may_take_up(tx: &mut Tx, ticket: TicketId, account: Option<AccountId>) -> Result<(), No> {
    let ticket = held(tx, ticket)?;
    let works = account.map_or(Ok(None), |account| rows::desk::of_account(tx, account))?.ok_or_else(|| Refusal::conflict("counter.closed"))?;
    if works.centre == ticket.centre && (works.skills.iter().any(|s| s.line == ticket.line) || set_aside_at(tx, &ticket)? == Some(works.counter)) {
        return Ok(());
    }
    Err(Refusal::conflict("return.line").arg("no", &ticket.number).into())
}

/// The counter that set a ticket aside.
pub(super) fn set_aside_at(tx: &mut Tx, ticket: &Ticket) -> Result<Option<CounterId>, No> {
    let Some(session) = rows::step::last_at(tx, ticket.id)? else { return Ok(None) };
    Ok(rows::desk::one(tx, session)?.map(|s| s.counter))
}

/// A parked ticket waits again, at its old place (取回).
///
/// # Errors
/// Missing; `ticket.state`.
pub fn return_(tx: &mut Tx, ticket: TicketId, by: &Actor, now: Instant) -> Result<Ticket, No> {
    let before = held(tx, ticket)?;
    tx.about("ticket", ticket);
    let after = before.clone().take_up()?;
    record(tx, &before, &after, Action::Return, &Who::person(by, now), None)?;
    Ok(after)
}

/// Sends the counter's ticket to another line of the centre with its key (转窗口).
///
/// # Errors
/// Missing; `line.unknown`, `ticket.state`, `ticket.elsewhere`, `transfer.same`, `transfer.max`.
pub fn transfer(tx: &mut Tx, at: &AtWork, ticket: TicketId, to: LineId, why: TransferReason, now: Instant) -> Result<Ticket, No> {
    let before = current(tx, at, ticket)?;
    let line = rows::line::one(tx, to)?.map(|(l, _)| l).filter(|l| l.centre == at.session.centre);
    let line = line.ok_or_else(|| Refusal::invalid("line.unknown").at("line"))?;
    let after = before.clone().transfer(line.id, &at.limits)?;
    record(tx, &before, &after, Action::Transfer, &at.who(now), Some(reason(why.code())))?;
    freed(tx, at.session.clone(), now)?;
    Ok(after)
}

/// Finishes the counter's ticket (办结): what was really done, how many pieces, how it came out. `None` takes the defaults.
/// A ticket still called is taken as served since `walk_s` after its call, marked as inferred.
///
/// # Errors
/// Missing; `ticket.state`, `ticket.elsewhere`, `finish.count`, `finish.outcome`.
pub fn finish(tx: &mut Tx, at: &AtWork, ticket: TicketId, finish: Option<Finish>, now: Instant) -> Result<Ticket, No> {
    let mut before = current(tx, at, ticket)?;
    if matches!(before.state, State::Called { .. }) {
        let serving = before.clone().arrive_inferred(&at.limits, now)?;
        record(tx, &before, &serving, Action::Arrive, &at.who(now), Some(reason("inferred")))?;
        before = serving;
    }
    let finish = finish.unwrap_or_else(|| before.default_finish());
    let after = finish_it(tx, at, &before, finish, now)?;
    freed(tx, at.session.clone(), now)?;
    Ok(after)
}
fn finish_it(tx: &mut Tx, at: &AtWork, before: &Ticket, finish: Finish, now: Instant) -> Result<Ticket, No> {
    let why = reason(finish.outcome.code());
    let after = before.clone().finish(finish, &at.limits, now)?;
    record(tx, before, &after, Action::Finish, &at.who(now), Some(why))?;
    Ok(after)
}

/// A counter's last step, as its clerk is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JustDone {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// What was done to it: a finish, a miss, a transfer, a park.
    pub action: Action,
    /// It may be taken back.
    pub undo: bool,
    /// For how many seconds it is said, or may be taken back.
    pub left_s: i64,
}
/// How long a step that cannot be taken back is said, in seconds [A].
const SAID_S: i64 = 8;

/// The counter's last step, while it is said: a finish or a miss that may be taken back, a transfer or a park.
pub fn just_done(tx: &mut Tx, session: &CounterSession, now: Instant) -> Result<Option<JustDone>, No> {
    let limits = rows::line::limits(tx, session.centre, now)?;
    let since = now.plus_s(-limits.undo_s.max(SAID_S));
    let Some((ticket, action, at)) = rows::step::newest(tx, session.centre, session.id, since)? else { return Ok(None) };
    let told = [(Action::Finish, true), (Action::Miss, true), (Action::Transfer, false), (Action::Park, false)];
    let Some((action, undo)) = told.into_iter().find(|(a, _)| a.code() == action) else { return Ok(None) };
    let left = if undo { limits.undo_s } else { SAID_S } - now.seconds_since(at);
    if left < 0 {
        return Ok(None);
    }
    Ok(rows::ticket::one(tx, ticket)?.map(|ticket| JustDone { ticket, action, undo, left_s: left.max(1) }))
}

/// Takes back this counter's last step on a ticket (撤回).
///
/// # Errors
/// Missing; `ticket.state`, `undo.other`, `undo.late`, `undo.newer`.
pub fn undo(tx: &mut Tx, at: &AtWork, ticket: TicketId, now: Instant) -> Result<Ticket, No> {
    let before = here(tx, at, ticket)?;
    tx.about("ticket", ticket);
    let since = match &before.state {
        State::Ended { at, .. } | State::Missed { at, .. } => *at,
        State::Waiting | State::Called { .. } | State::Serving { .. } | State::Parked { .. } => now,
    };
    let (counter, session) = (at.session.counter, at.session.id);
    let own_step = rows::step::last_session(tx, ticket)? == Some(session);
    let newer_call = at.current.as_ref().is_some_and(|t| t.id != ticket) || rows::step::newer_call(tx, at.session.centre, since, counter, ticket)?;
    let after = before.clone().undo(Undo { counter, own_step, newer_call }, &at.limits, now)?;
    record(tx, &before, &after, Action::Undo, &at.who(now), None)?;
    if after.state == State::Waiting {
        freed(tx, at.session.clone(), now)?;
    }
    Ok(after)
}

/// The counter lost its ticket: a closing one closes.
pub(super) fn freed(tx: &mut Tx, session: CounterSession, now: Instant) -> Result<(), No> {
    let after = session.clone().freed(now);
    if after.state == session.state { Ok(()) } else { save_session(tx, &after) }
}

/// A counter as its sign has it; the caller has it from `places`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterSign {
    /// Where.
    pub centre: CentreId,
    /// The place.
    pub id: CounterId,
    /// The number on the sign.
    pub number: i64,
    /// Code of its zone.
    pub zone: String,
}

/// Opens a counter (上岗) for the chosen lines among its skills; none chosen means all.
///
/// # Errors
/// `counter.no_skill`, `counter.taken`, `clerk.elsewhere`.
pub fn open_counter(tx: &mut Tx, sign: &CounterSign, account: AccountId, chosen: &[LineId], now: Instant, dice: [u8; 32]) -> Result<CounterSession, No> {
    hold(tx, sign.centre)?;
    tx.about("counter", sign.id);
    let mut skills = rows::line::skills(tx, sign.id)?;
    skills.retain(|s| chosen.is_empty() || chosen.contains(&s.line));
    if skills.is_empty() {
        return Err(Refusal::conflict("counter.no_skill").arg("n", sign.number).into());
    }
    if let Some(other) = rows::desk::of_counter(tx, sign.id)?
        && other.account != account
    {
        return Err(Refusal::conflict("counter.taken").arg("n", sign.number).into());
    }
    let session = CounterSession {
        id: Dice::new(dice).id(now),
        centre: sign.centre,
        counter: sign.id,
        number: sign.number,
        zone: sign.zone.clone(),
        account,
        state: SessionState::Open,
        opened_at: now,
        skills,
    };
    let elsewhere = || Refusal::conflict("clerk.elsewhere");
    if rows::desk::of_account(tx, account)?.is_some() {
        return Err(elsewhere().into());
    }
    rows::desk::insert(tx, &session).on_violation("queue_clerk_one_session", elsewhere)?; // the account may work at another centre, whose chain is not held
    rows::desk::set_skills(tx, session.id, &session.skills)?;
    tell_session(tx, &session);
    Ok(session)
}

/// Pauses a counter (暂停服务); its ticket is finished first.
///
/// # Errors
/// `counter.busy`, `counter.closed`.
pub fn pause_counter(tx: &mut Tx, at: &AtWork, why: PauseReason, back_at: Option<Instant>) -> Result<CounterSession, No> {
    hold(tx, at.session.centre)?;
    let after = at.session.clone().pause(why, back_at, at.current.as_ref().map(|t| &t.number))?;
    save_session(tx, &after)?;
    Ok(after)
}

/// Goes on after a pause, or takes back a closing.
///
/// # Errors
/// `counter.closed`.
pub fn resume_counter(tx: &mut Tx, at: &AtWork) -> Result<CounterSession, No> {
    hold(tx, at.session.centre)?;
    let after = at.session.clone().resume()?;
    save_session(tx, &after)?;
    Ok(after)
}

/// Closes a counter (收工): with its ticket when it has one.
///
/// # Errors
/// `counter.closed`.
pub fn close_counter(tx: &mut Tx, at: &AtWork, now: Instant) -> Result<CounterSession, No> {
    hold(tx, at.session.centre)?;
    let after = at.session.clone().close(at.current.is_some(), now)?;
    save_session(tx, &after)?;
    Ok(after)
}

#[cfg(not(test))]
fn may_call_while_busy() -> bool {
    false
}
/// A broken twin; the unique index must still stand in its way.
#[cfg(test)]
fn may_call_while_busy() -> bool {
    crate::tests::twins::current() == crate::tests::twins::Twin::CallsWhileBusy
}
