//! The counter (窗口): sign on, call, serve, finish. Every step is one route for page and program; forms come back to `/d/counter`.

use std::collections::BTreeMap;

use kernel::{AccountId, CounterId, Instant, LineId, No, Refusal, TicketId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use web::{Answer, App, Ask, Body, Dice, Duty, Myself, Now, Object, Once, Owns, QueueCall, QueueOpen, QueueTake, Reply, Route, route};

use super::{
    desk_view::{Chosen, again, start_again},
    object,
    shell::refused,
};
use crate::{
    CounterSession, Finish, Outcome, OverrideReason, ParkReason, PauseReason, SessionState, Ticket, TransferReason,
    api::{self, AtWork, CounterSign},
};

/// Where a form at the counter comes back to.
const DESK: &str = "/d/counter";

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/d", Myself, super::desk_view::start, "queue.desk.start"),
    route!(GET "/d/counter", QueueOpen, super::desk_view::counter, "queue.desk.counter"),
    route!(GET "/d/pause", QueueOpen, super::desk_view::pause, "queue.desk.pause"),
    route!(GET "/d/keys", Myself, super::desk_view::keys, "queue.desk.keys"),
    route!(GET "/d/transfer/{ticket}", QueueCall, super::desk_view::transfer, "queue.desk.transfer").own(Owns::OwnCounter, object::ticket),
    route!(GET "/d/park/{ticket}", QueueCall, super::desk_view::park, "queue.desk.park").own(Owns::OwnCounter, object::ticket),
    route!(GET "/sse/counter/{counter}", QueueCall, super::desk_view::stream, "queue.desk.stream")
        .own(Owns::OwnCounter, object::counter)
        .rate(web::Rate::Stream),
    route!(POST "/d/start", QueueOpen, start, "queue.counter.start"),
    route!(POST "/counters/{counter}/open", QueueOpen, open, "queue.counter.open").own(Owns::SameCentre, object::counter),
    route!(POST "/counters/{counter}/pause", QueueOpen, pause, "queue.counter.pause").own(Owns::OwnCounter, object::counter),
    route!(POST "/counters/{counter}/resume", QueueOpen, resume, "queue.counter.resume").own(Owns::OwnCounter, object::counter),
    route!(POST "/counters/{counter}/close", QueueOpen, close, "queue.counter.close").own(Owns::OwnCounter, object::counter),
    route!(POST "/counters/{counter}/call-next", QueueCall, call_next, "queue.ticket.call").own(Owns::OwnCounter, object::counter),
    route!(POST "/counters/{counter}/override", QueueCall, override_call, "queue.ticket.override").own(Owns::OwnCounter, object::counter),
    route!(POST "/tickets/{ticket}/recall", QueueCall, recall, "queue.ticket.recall").own(Owns::OwnCounter, object::ticket),
    route!(POST "/tickets/{ticket}/arrive", QueueCall, arrive, "queue.ticket.arrive").own(Owns::OwnCounter, object::ticket),
    route!(POST "/tickets/{ticket}/miss", QueueCall, miss, "queue.ticket.miss").own(Owns::OwnCounter, object::ticket),
    route!(POST "/tickets/{ticket}/park", QueueCall, park, "queue.ticket.park").own(Owns::OwnCounter, object::ticket),
    route!(POST "/tickets/{ticket}/return", QueueTake, return_, "queue.ticket.return").own(Owns::SameCentre, object::ticket),
    route!(POST "/tickets/{ticket}/transfer", QueueCall, transfer, "queue.ticket.transfer").own(Owns::OwnCounter, object::ticket),
    route!(POST "/tickets/{ticket}/finish", QueueCall, finish, "queue.ticket.finish").own(Owns::OwnCounter, object::ticket),
    route!(POST "/tickets/{ticket}/undo", QueueCall, undo, "queue.ticket.undo").own(Owns::OwnCounter, object::ticket),
];

fn id<T: std::str::FromStr>(object: &Object) -> Result<T, No> {
    object.id.parse().map_err(|_| No::Missing(kernel::Missing("id")))
}

fn counter_id<D>(duty: &Duty<D>) -> Result<(CounterId, AccountId), No> {
    Ok((id(&duty.object)?, duty.account()?))
}

/// The ticket and the counter its clerk works at.
fn ticket_at(tx: &mut Tx, ticket: TicketId, account: AccountId, now: Instant) -> Result<AtWork, No> {
    let session = match api::last_at(tx, ticket)? {
        Some(session) if session.account == account && !matches!(session.state, SessionState::Closed { .. }) => session,
        _ => api::where_works(tx, account)?.ok_or_else(|| Refusal::conflict("counter.closed"))?,
    };
    api::at_work(tx, session.counter, account, now)
}

pub(crate) fn state_json(t: &Ticket) -> Value {
    json!({ "ticket": t.id, "number": t.number.to_string(), "state": t.state.code(), "version": t.version })
}
fn session_json(s: &CounterSession) -> Value {
    json!({ "session": s.id, "counter": s.counter, "number": s.number, "state": s.state.code() })
}

/// A choice that is typed by code.
fn chosen<T>(code: Option<&str>, parse: fn(&str) -> Option<T>, refusal: &'static str) -> Result<T, No> {
    code.and_then(parse).ok_or_else(|| Refusal::invalid(refusal).at("reason").into())
}

#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenBody {
    #[serde(default)]
    skills: Vec<String>,
    /// Of the form at `/d`, where the counter is chosen too.
    #[serde(default)]
    counter: Option<CounterId>,
    /// The form with the lines of one counter; a refusal comes back to it.
    #[serde(default)]
    some: Option<String>,
}
impl OpenBody {
    fn chosen(&self, counter: CounterId) -> Chosen {
        Chosen { counter: Some(counter), lines: self.skills.clone(), some: self.some.clone() }
    }
}

fn sign_on(tx: &mut Tx, counter: CounterId, account: AccountId, skills: &[String], now: Instant, dice: [u8; 32]) -> Result<CounterSession, No> {
    let place = places::api::counter(tx, counter)?;
    if place.closed {
        return Err(kernel::Missing("counter").into());
    }
    let codes: BTreeMap<String, LineId> = api::lines(tx, place.centre)?.into_iter().map(|l| (l.code, l.id)).collect();
    let mut lines = Vec::new();
    for code in skills {
        lines.push(*codes.get(code).ok_or_else(|| Refusal::invalid("line.unknown").at("skills"))?);
    }
    let sign = CounterSign { centre: place.centre, id: place.id, number: place.number, zone: place.zone_code };
    api::open_counter(tx, &sign, account, &lines, now, dice)
}

/// Opens a counter for the lines chosen (上岗).
pub(crate) async fn open(app: App, clerk: Duty<QueueOpen>, once: Once, Now(now): Now, Dice(dice): Dice, Body(b): Body<OpenBody>) -> Reply {
    let (counter, account) = counter_id(&clerk)?;
    let (ask, chosen) = (clerk.ask.clone(), b.chosen(counter));
    let done = app
        .write(&clerk, once, "queue.counter.open", move |tx| {
            Ok(Answer::of(&ask, 200, &session_json(&sign_on(tx, counter, account, &b.skills, now, dice)?), DESK))
        })
        .await?;
    start_again(&app, &clerk, &chosen, done).await
}

/// The form of `/d`: counter and lines chosen together. Scope is checked here, since the path names no counter.
pub(crate) async fn start(app: App, clerk: Duty<QueueOpen>, once: Once, Now(now): Now, Dice(dice): Dice, Body(b): Body<OpenBody>) -> Reply {
    let account = clerk.account()?;
    let counter = b.counter.ok_or_else(|| Refusal::invalid("counter.choose").at("counter"))?;
    let centre = app.read(move |tx| Ok(places::api::counter(tx, counter)?.centre)).await?;
    if !clerk.may("queue.open", centre) {
        return Err(No::Missing(kernel::Missing("counter")).into());
    }
    let (ask, chosen) = (clerk.ask.clone(), b.chosen(counter));
    let done = app
        .write_at(&clerk, centre, once, "queue.counter.start", move |tx| {
            Ok(Answer::of(&ask, 200, &session_json(&sign_on(tx, counter, account, &b.skills, now, dice)?), DESK))
        })
        .await?;
    start_again(&app, &clerk, &chosen, done).await
}

#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct PauseBody {
    #[serde(default)]
    reason: Option<String>,
    /// Minutes until the clerk is back.
    #[serde(default)]
    minutes: Option<i64>,
}

/// Stops calling for a while, with a reason and when the clerk is back (暂停服务).
pub(crate) async fn pause(app: App, clerk: Duty<QueueOpen>, once: Once, Now(now): Now, Body(b): Body<PauseBody>) -> Reply {
    let (counter, account) = counter_id(&clerk)?;
    let ask = clerk.ask.clone();
    let done = app
        .write(&clerk, once, "queue.counter.pause", move |tx| {
            let at = api::at_work(tx, counter, account, now)?;
            let why = chosen(b.reason.as_deref(), PauseReason::parse, "pause.reason")?;
            let session = api::pause_counter(tx, &at, why, b.minutes.filter(|m| (1..=480).contains(m)).map(|m| now.plus_min(m)))?;
            Ok(Answer::of(&ask, 200, &session_json(&session), DESK))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

/// Calls again after a pause.
pub(crate) async fn resume(app: App, clerk: Duty<QueueOpen>, once: Once, Now(now): Now) -> Reply {
    let (counter, account) = counter_id(&clerk)?;
    let ask = clerk.ask.clone();
    let done = app
        .write(&clerk, once, "queue.counter.resume", move |tx| {
            let at = api::at_work(tx, counter, account, now)?;
            if places::api::counter(tx, counter)?.closed {
                return Err(Refusal::conflict("counter.unused").arg("n", at.session.number).into());
            }
            Ok(Answer::of(&ask, 200, &session_json(&api::resume_counter(tx, &at)?), DESK))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

/// Closes the counter; with somebody at it, once they are finished (收工).
pub(crate) async fn close(app: App, clerk: Duty<QueueOpen>, once: Once, Now(now): Now) -> Reply {
    let (counter, account) = counter_id(&clerk)?;
    let ask = clerk.ask.clone();
    let done = app
        .write(&clerk, once, "queue.counter.close", move |tx| {
            let at = api::at_work(tx, counter, account, now)?;
            let session = api::close_counter(tx, &at, now)?;
            let to = if matches!(session.state, SessionState::Closed { .. }) { "/d" } else { DESK };
            Ok(Answer::of(&ask, 200, &session_json(&session), to))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

/// What is finished on the way: JSON nests it, the form says only which ticket it saw.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct NextBody {
    #[serde(default)]
    finish: Option<FinishBody>,
    #[serde(default)]
    ticket: Option<TicketId>,
}
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishBody {
    #[serde(default)]
    ticket: Option<TicketId>,
    #[serde(default)]
    outcome: Option<String>,
    #[serde(default)]
    item: Option<String>,
    #[serde(default)]
    count: Option<i64>,
}
impl FinishBody {
    /// What was really done; empty fields are the ticket's own.
    fn finish(&self, ticket: &Ticket) -> Result<Finish, No> {
        let own = ticket.default_finish();
        let filled = |s: &Option<String>| s.clone().filter(|s| !s.is_empty());
        let outcome = match filled(&self.outcome) {
            None => own.outcome,
            Some(code) => Outcome::parse(&code).ok_or_else(|| Refusal::invalid("finish.outcome").at("outcome"))?,
        };
        Ok(Finish { item: filled(&self.item).or(own.item), count: self.count.unwrap_or(own.count), outcome })
    }
}

/// Calls who is next (叫号); finishes who is served by its defaults first, so the full cycle stays three keys.
pub(crate) async fn call_next(app: App, clerk: Duty<QueueCall>, once: Once, Now(now): Now, Body(b): Body<NextBody>) -> Reply {
    let (counter, account) = counter_id(&clerk)?;
    let ask = clerk.ask.clone();
    let done = app
        .write(&clerk, once, "queue.ticket.call", move |tx| {
            let at = api::at_work(tx, counter, account, now)?;
            let meant = b.finish.as_ref().and_then(|f| f.ticket).or(b.ticket);
            if let Some(current) = at.current.as_ref().filter(|c| meant.is_some_and(|m| m != c.id)) {
                // The page is older than the counter: nobody is finished unseen.
                return Err(Refusal::conflict("counter.changed").arg("no", &current.number).into());
            }
            let finish = match (&b.finish, &at.current) {
                (Some(body), Some(current)) => Some(body.finish(current)?),
                _ => at.default_finish(),
            };
            let next = api::call_next(tx, &at, finish, now)?;
            Ok(Answer::of(&ask, 200, &called_json(tx, &at, &next, now)?, DESK))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

fn called_json(tx: &mut Tx, at: &AtWork, next: &api::NextCalled, now: Instant) -> Result<Value, No> {
    let seq = tx.seq();
    let (waiting, oldest_s) = api::length(tx, &at.session.skills, now)?;
    let call = next.called.as_ref().map(
        |(t, why)| json!({ "seq": seq, "number": t.number.to_string(), "ticket": t.id, "visit": t.visit, "item": t.item, "class": t.class, "why": why.code() }),
    );
    Ok(json!({ "call": call, "finished": next.finished.as_ref().map(state_json), "line": { "waiting": waiting, "oldest_min": oldest_s / 60 } }))
}
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct OverrideBody {
    /// A ticket's id, or a number as printed.
    ticket: String,
    #[serde(default)]
    reason: Option<String>,
}

/// Calls another than the next, with a reason on record (不按序叫号).
pub(crate) async fn override_call(app: App, clerk: Duty<QueueCall>, once: Once, Now(now): Now, Body(b): Body<OverrideBody>) -> Reply {
    let (counter, account) = counter_id(&clerk)?;
    let (ask, day) = (clerk.ask.clone(), clerk.ask.district.time.service_day(now));
    let done = app
        .write(&clerk, once, "queue.ticket.override", move |tx| {
            let at = api::at_work(tx, counter, account, now)?;
            let reason = OverrideReason::chosen(b.reason.as_deref().filter(|r| !r.is_empty()))?;
            let ticket = named(tx, &at, day, &b.ticket, now)?;
            let called = api::override_call(tx, &at, ticket, reason, now)?;
            Ok(Answer::of(
                &ask,
                200,
                &json!({ "call": { "seq": tx.seq(), "number": called.number.to_string(), "ticket": called.id, "why": "override" } }),
                DESK,
            ))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

/// A ticket by id, or by the number as printed: the leg that waits in a line this counter serves.
fn named(tx: &mut Tx, at: &AtWork, day: kernel::ServiceDay, typed: &str, now: Instant) -> Result<TicketId, No> {
    if let Ok(id) = typed.trim().parse() {
        return Ok(id);
    }
    let visit = api::find(tx, at.session.centre, day, typed, now)?;
    let mine = |t: &&api::TicketNow| !t.ticket.state.ended() && at.session.skills.iter().any(|s| s.line == t.ticket.line);
    let leg = visit.tickets.iter().find(mine).or(visit.tickets.first());
    leg.map(|t| t.ticket.id).ok_or_else(|| crate::unknown_ticket().into())
}

/// A step of one ticket at its clerk's counter.
macro_rules! step {
    ($(#[$doc:meta])* $name:ident, $action:literal, |$tx:ident, $at:ident, $ticket:ident, $now:ident| $run:expr) => {
        $(#[$doc])*
        pub(crate) async fn $name(app: App, clerk: Duty<QueueCall>, once: Once, Now($now): Now) -> Reply {
            let ($ticket, account): (TicketId, AccountId) = (id(&clerk.object)?, clerk.account()?);
            let ask = clerk.ask.clone();
            let done = app
                .write(&clerk, once, $action, move |$tx| {
                    let $at = ticket_at($tx, $ticket, account, $now)?;
                    let after = $run?;
                    Ok(Answer::of(&ask, 200, &state_json(&after), DESK))
                })
                .await?;
            again(&app, &clerk, done, $now).await
        }
    };
}
step!(
    /// Calls the same number again (重呼).
    recall, "queue.ticket.recall", |tx, at, ticket, now| api::recall(tx, &at, ticket, now)
);
step!(
    /// The person sits down: serving begins.
    arrive, "queue.ticket.arrive", |tx, at, ticket, now| api::arrive_at_counter(tx, &at, ticket, now)
);
step!(
    /// Nobody came (过号).
    miss, "queue.ticket.miss", |tx, at, ticket, now| api::miss(tx, &at, ticket, now)
);
step!(
    /// Takes the last step back, for five seconds.
    undo, "queue.ticket.undo", |tx, at, ticket, now| api::undo(tx, &at, ticket, now)
);

#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    line: Option<String>,
}

/// Sets the ticket aside; it keeps its place (挂起).
pub(crate) async fn park(app: App, clerk: Duty<QueueCall>, once: Once, Now(now): Now, Body(b): Body<ReasonBody>) -> Reply {
    let (ticket, account): (TicketId, AccountId) = (id(&clerk.object)?, clerk.account()?);
    let ask = clerk.ask.clone();
    let done = app
        .write(&clerk, once, "queue.ticket.park", move |tx| {
            let at = ticket_at(tx, ticket, account, now)?;
            let why = chosen(b.reason.as_deref(), ParkReason::parse, "park.reason")?;
            Ok(Answer::of(&ask, 200, &state_json(&api::park(tx, &at, ticket, why, now)?), DESK))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

/// From which page of staff a form came, so that it goes back there.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct BackBody {
    /// `hall`, `guide`; else the counter.
    #[serde(default)]
    pub at: Option<String>,
}

/// The person is back: the ticket waits again with the key it had. Any counter of its line says so, the guide or the supervisor.
pub(crate) async fn return_(app: App, by: Duty<QueueTake>, once: Once, Now(now): Now, Body(b): Body<BackBody>) -> Reply {
    let (ticket, centre): (TicketId, _) = (id(&by.object)?, by.centre());
    let (ask, actor, account) = (by.ask.clone(), by.actor(), by.signed.as_ref().map(|s| s.account));
    let oversees = by.signed.as_ref().is_some_and(|s| ["queue.run", "queue.help"].iter().any(|d| s.role_for(d, centre).is_some()));
    let to = match b.at.as_deref() {
        Some(page @ ("hall" | "guide")) => format!("/d/{page}/{centre}"),
        _ => DESK.to_owned(),
    };
    let done = app
        .write(&by, once, "queue.ticket.return", move |tx| {
            if !oversees {
                api::may_take_up(tx, ticket, account)?;
            }
            Ok(Answer::of(&ask, 200, &state_json(&api::return_(tx, ticket, &actor, now)?), to.as_str()))
        })
        .await?;
    match (refused(&by.ask, &done), b.at.as_deref()) {
        (Some((status, text, _)), Some("hall")) if by.may("queue.see", centre) => super::hall::show(&app, &by, None, Some((status, text)), now).await,
        (Some((status, text, _)), Some("guide")) if by.may("queue.help", centre) => super::guide::show(&app, &by, Some((status, text)), now).await,
        (Some(_), _) if account.is_some() => again(&app, &by, done, now).await,
        _ => Ok(done),
    }
}

/// Sends the person on to another line; the key is kept (转窗口).
pub(crate) async fn transfer(app: App, clerk: Duty<QueueCall>, once: Once, Now(now): Now, Body(b): Body<ReasonBody>) -> Reply {
    let (ticket, account): (TicketId, AccountId) = (id(&clerk.object)?, clerk.account()?);
    let ask = clerk.ask.clone();
    let done = app
        .write(&clerk, once, "queue.ticket.transfer", move |tx| {
            let at = ticket_at(tx, ticket, account, now)?;
            let why = chosen(b.reason.as_deref(), TransferReason::parse, "transfer.reason")?;
            let code = b.line.as_deref().unwrap_or_default();
            let to = api::lines(tx, at.session.centre)?.into_iter().find(|l| l.code == code).ok_or_else(|| Refusal::invalid("line.unknown").at("line"))?;
            Ok(Answer::of(&ask, 200, &state_json(&api::transfer(tx, &at, ticket, to.id, why, now)?), DESK))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

/// Says what was done and frees the counter (办结).
pub(crate) async fn finish(app: App, clerk: Duty<QueueCall>, once: Once, Now(now): Now, Body(b): Body<FinishBody>) -> Reply {
    let (ticket, account): (TicketId, AccountId) = (id(&clerk.object)?, clerk.account()?);
    let ask = clerk.ask.clone();
    let done = app
        .write(&clerk, once, "queue.ticket.finish", move |tx| {
            let at = ticket_at(tx, ticket, account, now)?;
            let finish = match at.current.as_ref().filter(|t| t.id == ticket) {
                Some(current) => Some(b.finish(current)?),
                None => None,
            };
            Ok(Answer::of(&ask, 200, &state_json(&api::finish(tx, &at, ticket, finish, now)?), DESK))
        })
        .await?;
    again(&app, &clerk, done, now).await
}

/// What `/d` says as JSON: counters one may open, and the own session.
pub(crate) fn desk_json(counters: &[super::desk_view::Seat], mine: Option<&CounterSession>) -> Value {
    let counters: Vec<Value> = counters.iter().map(|s| json!({ "counter": s.id, "centre": s.centre, "number": s.number, "zone": s.zone, "lines": s.lines.iter().map(|(c, _)| c).collect::<Vec<_>>(), "held_by": s.held_by, "mine": s.mine })).collect();
    json!({ "counters": counters, "session": mine.map(session_json) })
}

/// What `/d/counter` says as JSON.
pub(crate) fn counter_json(view: &api::CounterView) -> Value {
    json!({
        "session": session_json(&view.session), "current": view.current.as_ref().map(state_json), "next": view.next.iter().map(state_json).collect::<Vec<_>>(),
        "parked": view.parked.iter().map(state_json).collect::<Vec<_>>(), "waiting": view.waiting, "oldest_min": view.oldest_s / 60,
    })
}

/// Reads the language's name of a coded choice.
pub(crate) fn named_choices(ask: &Ask, all: Vec<(&'static str, kernel::Both)>) -> Vec<(String, String)> {
    all.into_iter().map(|(code, name)| (code.to_owned(), ask.b(&name).to_owned())).collect()
}
