//! The hall as its supervisor runs it (大厅实况, D7): every line with range and score, every counter, and what may be stopped, closed, voided, ended.

use std::collections::BTreeMap;

use kernel::{AccountId, Both, CentreId, Id, Instant, LineId, Missing, No, Refusal, SessionId, TicketId, VisitId, of};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use web::{
    Answer, App, Ask, Body, Duty, Markup, Now, Once, Owns, Page, QueueRun, QueueSee, Reply, Route, Surface, axum::extract::Query, centre_in_path, html, icon,
    route,
};

use super::{
    desk_view::take_up,
    manager, object,
    shared::range_short,
    shell::{Links, Nothing, Place, age, head, refused},
};
use crate::{
    CounterSession, Limits, OverrideReason, SessionState, State, Ticket,
    api::{self, LineLive, Live, StopReason, TicketNow, VisitNow},
};

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/d/hall/{centre}", QueueSee, hall, "queue.hall").own(Owns::SameCentre, centre_in_path),
    route!(GET "/d/hall/{centre}/end", QueueRun, end_form, "queue.day.end.form").own(Owns::SameCentre, centre_in_path),
    route!(POST "/centres/{centre}/end-day", QueueRun, end_day, "queue.day.end.now").own(Owns::SameCentre, centre_in_path),
    route!(POST "/lines/{line}/stop", QueueRun, stop, "queue.line.stop").own(Owns::SameCentre, object::line),
    route!(POST "/lines/{line}/start", QueueRun, start, "queue.line.start").own(Owns::SameCentre, object::line),
    route!(POST "/sessions/{session}/close", QueueRun, close, "queue.session.close").own(Owns::SameCentre, object::session),
    route!(POST "/visits/{visit}/void", QueueRun, void, "queue.visit.void").own(Owns::SameCentre, object::visit),
    route!(POST "/visits/{visit}/call", QueueRun, call, "queue.visit.call").own(Owns::SameCentre, object::visit),
    route!(POST "/visits/{visit}/send", QueueRun, send, "queue.visit.send").own(Owns::SameCentre, object::visit),
];

/// Why a number is voided, as its step keeps it.
const VOID_REASONS: &[(&str, &str)] =
    &[("misprint", "queue.h.void.misprint"), ("twice", "queue.h.void.twice"), ("gone", "queue.h.void.gone"), ("other", "queue.h.void.other")];

/// Everything of the page.
pub(crate) struct Hall {
    pub name: Both,
    pub live: Live,
    pub limits: Limits,
    /// Names of who works at the counters and of who called out of order.
    pub shown: BTreeMap<AccountId, String>,
    /// The number that was looked for.
    pub found: Option<Result<VisitNow, Refusal>>,
    pub now: Instant,
}

/// A number to look for.
#[derive(Deserialize)]
pub(crate) struct Find {
    #[serde(default)]
    find: Option<String>,
}

fn read(tx: &mut Tx, centre: CentreId, time: &kernel::TimeZone, find: Option<&str>, now: Instant) -> Result<Hall, No> {
    let (name, live) = manager::read(tx, centre, time, now)?;
    let mut accounts: Vec<AccountId> = live.counters.iter().map(|s| s.account).chain(live.overrides.iter().map(|o| o.account)).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let shown = people::api::shown(tx, &accounts)?.into_iter().collect();
    let found = match find.map(|typed| api::find(tx, centre, time.service_day(now), typed, now)) {
        Some(Ok(visit)) => Some(Ok(visit)),
        Some(Err(No::Refused(refusal))) => Some(Err(refusal)),
        Some(Err(other)) => return Err(other),
        None => None,
    };
    Ok(Hall { name, live, limits: api::limits(tx, centre, now)?, shown, found, now })
}

/// The live hall.
pub(crate) async fn hall(app: App, see: Duty<QueueSee>, Now(now): Now, Query(q): Query<Find>) -> Reply {
    let find = q.find.filter(|f| !f.trim().is_empty());
    show(&app, &see, find, None, now).await
}
pub(crate) async fn show<D>(app: &App, duty: &Duty<D>, find: Option<String>, refusal: Option<(u16, String)>, now: Instant) -> Reply {
    let (centre, time) = (duty.centre(), duty.ask.district.time.clone());
    let seen = app.read(move |tx| read(tx, centre, &time, find.as_deref(), now)).await?;
    if duty.ask.json() {
        return Ok(Answer::json(200, &manager::live_json(&seen.live)));
    }
    let (status, text) = refusal.map_or((200, None), |(s, t)| (s, Some(t)));
    let page = page(&duty.ask, &seen, Links::of(duty), duty.may("queue.run", centre), text.as_deref());
    Ok(Answer::html(&page).status(status))
}
/// A refused step is a sentence on the page itself.
async fn again(app: &App, run: &Duty<QueueRun>, done: Answer, now: Instant) -> Reply {
    match refused(&run.ask, &done) {
        Some((status, text, _)) => show(app, run, None, Some((status, text)), now).await,
        None => Ok(done),
    }
}
fn here(centre: CentreId) -> String {
    format!("/d/hall/{centre}")
}

// ── what a supervisor does ──

/// Why, by code.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    #[serde(default)]
    reason: String,
}

/// Stops giving numbers for a line; who waits is still called (停止取号).
pub(crate) async fn stop(app: App, run: Duty<QueueRun>, once: Once, Now(now): Now, Body(b): Body<Why>) -> Reply {
    let line: LineId = run.object.id.parse().map_err(|_| Missing("line"))?;
    let (ask, centre) = (run.ask.clone(), run.centre());
    let done = app
        .write(&run, once, "queue.line.stop", move |tx| {
            let why = StopReason::parse(&b.reason).ok_or_else(|| Refusal::invalid("stop.reason").at("reason"))?;
            api::close_line(tx, line, why, now)?;
            Ok(Answer::of(&ask, 200, &json!({ "line": line, "stopped": true, "why": why.code() }), here(centre)))
        })
        .await?;
    again(&app, &run, done, now).await
}
/// Gives numbers for a line again: one press.
pub(crate) async fn start(app: App, run: Duty<QueueRun>, once: Once, Body(_): Body<Nothing>) -> Reply {
    let line: LineId = run.object.id.parse().map_err(|_| Missing("line"))?;
    let (ask, centre) = (run.ask.clone(), run.centre());
    app.write(&run, once, "queue.line.start", move |tx| {
        api::open_line(tx, line)?;
        Ok(Answer::of(&ask, 200, &json!({ "line": line, "stopped": false }), here(centre)))
    })
    .await
}
/// Closes anybody's counter; with somebody at it, once they are finished.
pub(crate) async fn close(app: App, run: Duty<QueueRun>, once: Once, Now(now): Now, Body(_): Body<Nothing>) -> Reply {
    let id: SessionId = run.object.id.parse().map_err(|_| Missing("session"))?;
    let (ask, centre) = (run.ask.clone(), run.centre());
    let done = app
        .write(&run, once, "queue.session.close", move |tx| {
            let counter = api::session(tx, id)?.counter;
            let at = api::any_at_work(tx, counter, now)?;
            if at.session.id != id {
                return Err(Refusal::conflict("counter.closed").into()); // somebody else has sat down there since
            }
            let session = api::close_counter(tx, &at, now)?;
            Ok(Answer::of(&ask, 200, &json!({ "session": id, "counter": session.counter, "state": session.state.code() }), here(centre)))
        })
        .await?;
    again(&app, &run, done, now).await
}
/// Voids every errand of a number that is not over; the number stays used (作废).
pub(crate) async fn void(app: App, run: Duty<QueueRun>, once: Once, Now(now): Now, Body(b): Body<Why>) -> Reply {
    let visit: VisitId = run.object.id.parse().map_err(|_| Missing("visit"))?;
    let (ask, centre, by) = (run.ask.clone(), run.centre(), run.actor());
    let done = app
        .write(&run, once, "queue.visit.void", move |tx| {
            let (why, _) = VOID_REASONS.iter().find(|(code, _)| *code == b.reason).ok_or_else(|| Refusal::invalid("void.reason").at("reason"))?;
            let seen = api::visit(tx, visit, now)?;
            let mut voided = Vec::new();
            for t in seen.tickets.iter().filter(|t| !t.ticket.state.ended()) {
                voided.push(api::void(tx, t.ticket.id, why, &by, now)?.id);
            }
            if voided.is_empty() {
                return Err(Refusal::conflict("visit.ended").arg("no", &seen.visit.number).into());
            }
            Ok(Answer::of(&ask, 200, &json!({ "visit": visit, "voided": voided }), here(centre)))
        })
        .await?;
    again(&app, &run, done, now).await
}

/// One errand of a number, called to a counter.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Summoned {
    ticket: TicketId,
    counter: kernel::CounterId,
    #[serde(default)]
    reason: String,
}
/// Calls a number to an open counter out of order, with a reason; the record names the supervisor (不按序叫号).
pub(crate) async fn call(app: App, run: Duty<QueueRun>, once: Once, Now(now): Now, Body(b): Body<Summoned>) -> Reply {
    let visit: VisitId = run.object.id.parse().map_err(|_| Missing("visit"))?;
    let (ask, centre, account) = (run.ask.clone(), run.centre(), run.account()?);
    let done = app
        .write(&run, once, "queue.visit.call", move |tx| {
            let number = leg(tx, visit, b.ticket)?;
            let reason = OverrideReason::chosen(Some(b.reason.as_str()).filter(|r| !r.is_empty()))?;
            if places::api::counter(tx, b.counter)?.centre != centre {
                return Err(Missing("counter").into());
            }
            let at = api::any_at_work(tx, b.counter, now)?;
            let called = api::override_by(tx, &at, b.ticket, reason, account, now)?;
            Ok(Answer::of(&ask, 200, &super::desk::state_json(&called), found_again(centre, &number)))
        })
        .await?;
    again_with(&app, &run, visit, done, now).await
}
/// One errand of a number, sent to another line.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    ticket: TicketId,
    #[serde(default)]
    line: String,
}
/// Sends a number to another line; it keeps its key (转队列).
pub(crate) async fn send(app: App, run: Duty<QueueRun>, once: Once, Now(now): Now, Body(b): Body<Sent>) -> Reply {
    let visit: VisitId = run.object.id.parse().map_err(|_| Missing("visit"))?;
    let (ask, centre, by) = (run.ask.clone(), run.centre(), run.actor());
    let done = app
        .write(&run, once, "queue.visit.send", move |tx| {
            let number = leg(tx, visit, b.ticket)?;
            let to = api::lines(tx, centre)?.into_iter().find(|l| l.code == b.line).ok_or_else(|| Refusal::invalid("line.unknown").at("line"))?;
            let sent = api::reassign(tx, b.ticket, to.id, &by, now)?;
            Ok(Answer::of(&ask, 200, &super::desk::state_json(&sent), found_again(centre, &number)))
        })
        .await?;
    again_with(&app, &run, visit, done, now).await
}
/// The number of a visit whose ticket is named; another's looks like none.
fn leg(tx: &mut Tx, visit: VisitId, ticket: TicketId) -> Result<String, No> {
    let ticket = api::ticket(tx, ticket)?;
    if ticket.visit == visit { Ok(ticket.number.to_string()) } else { Err(Missing("ticket").into()) }
}
/// The page with the number found, as it is now.
fn found_again(centre: CentreId, number: &str) -> String {
    super::shared::link(&here(centre), &[("find", number)])
}
/// A refused step is a sentence on the page, beside the number that was found.
async fn again_with(app: &App, run: &Duty<QueueRun>, visit: VisitId, done: Answer, now: Instant) -> Reply {
    let Some((status, text, _)) = refused(&run.ask, &done) else { return Ok(done) };
    let number = app.read(move |tx| Ok(api::visit(tx, visit, now)?.visit.number.to_string())).await?;
    show(app, run, Some(number), Some((status, text)), now).await
}

/// Ends the service day of the centre now (日终).
pub(crate) async fn end_day(app: App, run: Duty<QueueRun>, once: Once, Now(now): Now, Body(_): Body<Nothing>) -> Reply {
    let (ask, centre, by) = (run.ask.clone(), run.centre(), run.actor());
    app.write(&run, once, "queue.day.end.now", move |tx| {
        let time = &ask.district.time;
        let day = time.service_day(now);
        let (expired, unrecorded) = api::end_of_day(tx, centre, day, time, &by, now)?;
        Ok(Answer::of(&ask, 200, &json!({ "centre": centre, "day": day, "expired": expired, "unrecorded": unrecorded }), here(centre)))
    })
    .await
}
/// What ending the day means, before it is done.
pub(crate) async fn end_form(app: App, run: Duty<QueueRun>, Now(now): Now) -> Reply {
    let (centre, time) = (run.centre(), run.ask.district.time.clone());
    let seen = app.read(move |tx| read(tx, centre, &time, None, now)).await?;
    if run.ask.json() {
        return Ok(Answer::json(200, &end_json(&seen)));
    }
    Ok(Answer::html(&end_page(&run.ask, &seen, Links::of(&run))))
}

/// Waiting, at counters, counters at work.
fn counts(h: &Hall) -> (i64, usize, usize) {
    (h.live.lines.iter().map(|l| l.now.waiting).sum(), h.live.between.iter().filter(|t| t.state.counter().is_some()).count(), h.live.counters.len())
}
fn end_json(h: &Hall) -> Value {
    let (waiting, at_counters, counters) = counts(h);
    json!({ "centre": h.live.centre, "waiting": waiting, "at_counters": at_counters, "counters": counters })
}

pub(crate) fn end_page(ask: &Ask, h: &Hall, links: Links) -> Markup {
    let (title, centre) = (ask.t("queue.h.end.title"), h.live.centre);
    let (waiting, at_counters, counters) = counts(h);
    let row = |word: &str, value: String| html! { div { dt { (ask.t(word)) } dd { (value) } } };
    let body = html! {
        (head(ask, ask.b(&h.name), ask.t("queue.h.sign"), links, Place::Hall))
        main id="main" class="page narrow" tabindex="-1" {
            h1 { (title) }
            (web::notice("wrn", ask.t("queue.h.end.what"), ask.t("queue.h.end.back")))
            dl class="rows card" {
                (row("queue.h.waiting", waiting.to_string()))
                (row("queue.h.end.at", at_counters.to_string()))
                (row("queue.h.counters", counters.to_string()))
            }
            div class="btns" {
                (ask.button(&format!("/centres/{centre}/end-day"), ask.t("queue.h.end.do"), "btn bad", &[]))
                a class="btn" href=(ask.href(&here(centre))) { (ask.t("queue.h.end.not")) }
            }
        }
    };
    Page::new(Surface::Desk, title, body).render(ask)
}

// ── the page ──

fn min(ask: &Ask, seconds: i64) -> String {
    ask.tf("queue.h.min", &[("n", &(seconds / 60).to_string())])
}
fn helps(ask: &Ask, h: &Hall, links: Links) -> Markup {
    if h.live.help.is_empty() {
        return html! {};
    }
    let n = h.live.help.len().to_string();
    html! {
        div class="notice alr" role="status" {
            (icon("bell"))
            div { b { (ask.tf("queue.h.help", &[("n", &n)])) } p { @for (n, c) in h.live.help.iter().enumerate() { @if n > 0 { " · " } (c.place) " " (min(ask, h.now.seconds_since(c.at))) } } }
            @if links.guide { p class="end" { a class="btn" href=(ask.href(&format!("/d/guide/{}", h.live.centre))) { (ask.t("queue.h.help.go")) } } }
            @else if let Some(first) = h.live.help.first() { p class="end" { (ask.button(&format!("/help/{}/answer", Id::<of::Session>::from_bytes(first.id)), ask.t("queue.h.help.go"), "btn", &[])) } }
        }
    }
}

/// Today's share of tickets with priority, when it is above what the figures allow (day-one §4).
fn priority(ask: &Ask, h: &Hall) -> Markup {
    let (issued, priority) = h.live.lines.iter().fold((0, 0), |(i, p), l| (i + l.today.issued, p + l.today.priority));
    if issued < h.limits.priority_least.max(1) || priority * 100 <= issued * h.limits.priority_most_pct {
        return html! {};
    }
    let (p, most) = ((priority * 100 / issued).to_string(), h.limits.priority_most_pct.to_string());
    web::notice(
        "wrn",
        &ask.tf("queue.h.priority", &[("p", &p), ("a", &priority.to_string()), ("n", &issued.to_string())]),
        &ask.tf("queue.h.priority.most", &[("n", &most)]),
    )
}
/// What a line needs somebody for: stopped, nobody calls it, or too long. Every page of staff says it in these words.
pub(crate) fn troubles(ask: &Ask, late_min: i64, l: &LineLive) -> Vec<(&'static str, &'static str, String)> {
    let mut all = Vec::new();
    if l.now.line.closed_at.is_some() {
        let why = l.now.stopped_why.as_deref().and_then(StopReason::parse).map(|why| format!(" · {}", ask.b(&why.name()))).unwrap_or_default();
        all.push(("wrn", "pause", format!("{}{why}", ask.t("queue.h.stopped"))));
    }
    if l.now.counters == 0 && l.now.waiting > 0 {
        all.push(("alr", "warn", ask.t("queue.h.no_counter").to_owned()));
    }
    if l.now.oldest_s > late_min * 60 {
        all.push(("alr", "warn", ask.tf("queue.h.late", &[("n", &late_min.to_string())])));
    }
    all
}
pub(crate) fn state(ask: &Ask, late_min: i64, l: &LineLive) -> Markup {
    let all = troubles(ask, late_min, l);
    html! {
        @for (class, sign, text) in &all { span class={ "pill " (class) } { (icon(sign)) (text) } " " }
        @if all.is_empty() { span class="pill soc" { (icon("check")) (ask.t("queue.h.fine")) } }
    }
}
/// The prefix of a line before its name, where the lines of the centre have several.
pub(crate) fn prefixed(all: &[LineLive], l: &LineLive) -> Markup {
    html! { @if all.iter().any(|o| o.now.line.prefix != l.now.line.prefix) { span class={ "letter " (l.now.line.class.css()) } { (l.now.line.prefix) } " " } }
}
fn run_line(ask: &Ask, l: &LineLive) -> Markup {
    let line = l.now.line.id;
    let name = ask.b(&l.now.line.name);
    html! {
        @if l.now.line.closed_at.is_some() {
            form method="post" action=(ask.href(&format!("/lines/{line}/start"))) { (ask.once()) button class="btn" { (ask.t("queue.h.start")) span class="sr" { " " (name) } } }
        } @else {
            details {
                summary { (ask.t("queue.h.stop")) span class="sr" { " " (name) } }
                form method="post" action=(ask.href(&format!("/lines/{line}/stop"))) {
                    (ask.once())
                    div class="field" {
                        label for={ "why-" (line) } { (ask.t("queue.h.why")) }
                        select id={ "why-" (line) } name="reason" { @for r in StopReason::ALL { option value=(r.code()) { (ask.b(&r.name())) } } }
                    }
                    button class="btn bad" { (ask.t("queue.h.stop.do")) }
                }
            }
        }
    }
}
fn lines(ask: &Ask, h: &Hall, run: bool) -> Markup {
    let heads = ["queue.h.waiting", "queue.h.range", "queue.h.oldest", "queue.h.open", "queue.h.done", "queue.h.score"];
    html! {
        section class="card" {
            h2 { (ask.t("queue.h.lines")) }
            div class="scroll" tabindex="0" role="region" aria-label=(ask.t("queue.h.lines")) {
                table class="table cards" {
                    caption { (ask.tf("queue.h.caption", &[("t", &ask.district.time.hhmmss(h.now))])) }
                    thead { tr {
                        th scope="col" { (ask.t("queue.h.line")) }
                        @for w in heads { th scope="col" { (ask.t(w)) } }
                        th scope="col" class="l" { (ask.t("queue.h.state")) }
                        @if run { th scope="col" { span class="sr" { (ask.t("queue.h.do")) } } }
                    } }
                    tbody { @for l in &h.live.lines { tr {
                        th scope="row" { (prefixed(&h.live.lines, l)) (ask.b(&l.now.line.name)) }
                        td data-l=(ask.t(heads[0])) { (l.now.waiting) }
                        td data-l=(ask.t(heads[1])) { (range_short(ask, &l.now.forecast, &h.limits)) }
                        td data-l=(ask.t(heads[2])) { (min(ask, l.now.oldest_s)) }
                        td data-l=(ask.t(heads[3])) { (l.now.counters) }
                        td data-l=(ask.t(heads[4])) { (l.today.done) }
                        td data-l=(ask.t(heads[5])) { @match l.now.score.percent() { Some(p) => { (ask.tf("queue.h.score.n", &[("p", &p.to_string()), ("n", &l.now.score.n.to_string())])) } None => { "—" } } }
                        td data-l=(ask.t("queue.h.state")) class="l" { (state(ask, h.limits.late_min, l)) }
                        @if run { td { (run_line(ask, l)) } }
                    } } }
                }
            }
        }
    }
}
fn doing(ask: &Ask, h: &Hall, s: &CounterSession, t: Option<&Ticket>) -> String {
    match (s.state, t.map(|t| &t.state)) {
        (SessionState::Closing, Some(_)) => ask.tf("queue.h.counter.closing", &[("no", &t.map_or_else(String::new, |t| t.number.to_string()))]),
        (_, Some(State::Called { at, .. })) => ask.tf("queue.h.counter.called", &[("n", &(h.now.seconds_since(*at) / 60).to_string())]),
        (_, Some(State::Serving { since, .. })) => ask.tf("queue.h.counter.serving", &[("n", &(h.now.seconds_since(*since) / 60).to_string())]),
        (SessionState::Paused { why, back_at: Some(at) }, _) => ask.tf("queue.h.counter.back", &[("why", ask.b(&why.name())), ("t", &ask.hhmm(at))]),
        (SessionState::Paused { why, back_at: None }, _) => ask.tf("queue.h.counter.paused", &[("why", ask.b(&why.name()))]),
        (SessionState::Closing | SessionState::Closed { .. }, _) => ask.t("queue.d.closed").to_owned(),
        (SessionState::Open, _) => ask.t("queue.h.counter.idle").to_owned(),
    }
}
fn counters(ask: &Ask, h: &Hall, run: bool) -> Markup {
    let heads = ["queue.h.state", "queue.h.number", "queue.h.who"];
    html! {
        section class="card" {
            h2 { (ask.t("queue.h.counters")) }
            @if h.live.counters.is_empty() { p class="empty" { (ask.t("queue.h.counters.none")) } }
            @else {
                table class="table cards" {
                    caption class="sr" { (ask.t("queue.h.counters")) }
                    thead { tr { th scope="col" { (ask.t("queue.h.counter")) } th scope="col" class="l" { (ask.t(heads[0])) } th scope="col" { (ask.t(heads[1])) } th scope="col" class="l" { (ask.t(heads[2])) } @if run { th scope="col" { span class="sr" { (ask.t("queue.h.do")) } } } } }
                    tbody { @for s in &h.live.counters {
                        @let t = h.live.between.iter().find(|t| t.state.counter() == Some(s.counter));
                        @let sign = ask.tf("queue.h.counter.n", &[("n", &s.number.to_string())]);
                        tr {
                            th scope="row" { (sign) }
                            td data-l=(ask.t(heads[0])) class="l" { (doing(ask, h, s, t)) }
                            td data-l=(ask.t(heads[1])) { @match t { Some(t) => { (t.number) } None => { "—" } } }
                            td data-l=(ask.t(heads[2])) class="l" { (h.shown.get(&s.account).map_or("", String::as_str)) }
                            @if run { td { @if s.state != SessionState::Closing { form method="post" action=(ask.href(&format!("/sessions/{}/close", s.id))) { (ask.once()) button class="btn" { @match t { Some(t) => { (ask.tf("queue.h.close.after", &[("no", &t.number.to_string())])) } None => { (ask.t("queue.h.close")) } } span class="sr" { " " (sign) } } } } } }
                        }
                    } }
                }
            }
        }
    }
}
/// Who was set aside; in bold who has been for long.
fn parked(ask: &Ask, h: &Hall, run: bool) -> Markup {
    let all: Vec<_> = h.live.between.iter().filter_map(|t| if let State::Parked { since, why } = &t.state { Some((t, *since, *why)) } else { None }).collect();
    html! { @if !all.is_empty() {
        h2 { (ask.t("queue.d.parked")) " " span class="small" { (ask.tf("queue.h.parked", &[("n", &h.limits.parked_long_min.to_string())])) } }
        dl class="rows" { @for (t, since, why) in all { div {
            dt { (t.number) }
            dd {
                (ask.b(&why.name())) " · " @let m = min(ask, h.now.seconds_since(since)); @if h.now > since.plus_min(h.limits.parked_long_min) { b { (m) } } @else { (m) }
                @if run { (take_up(ask, t, "hall")) }
            }
        } } }
    } }
}
fn records(ask: &Ask, h: &Hall, run: bool) -> Markup {
    let n = h.live.overrides.len().to_string();
    let counter = |account: AccountId| h.shown.get(&account).cloned().unwrap_or_default();
    html! {
        section class="card" {
            h2 { (ask.t("queue.h.overrides")) " " span class="small" { (ask.tf("queue.h.overrides.n", &[("n", &n)])) } }
            @if h.live.overrides.is_empty() { p class="quiet" { (ask.t("queue.h.overrides.none")) } }
            @else { dl class="rows" { @for o in &h.live.overrides { div { dt { (ask.hhmm(o.at)) } dd { (ask.tf("queue.h.override", &[("who", &counter(o.account)), ("no", &o.number.to_string()), ("why", ask.b(&o.reason.name())), ("n", &o.passed_over.to_string())])) } } } } }
            (parked(ask, h, run))
        }
    }
}
fn find(ask: &Ask, h: &Hall, run: bool) -> Markup {
    let path = here(h.live.centre);
    html! {
        section class="card" aria-labelledby="find-h" {
            h2 id="find-h" { (ask.t("queue.h.find")) }
            form class="find" role="search" method="get" action=(ask.href(&path)) {
                input type="search" name="find" aria-label=(ask.t("queue.h.find.no")) maxlength="12" autocomplete="off";
                button class="btn" { (icon("search")) (ask.t("queue.h.find.go")) }
            }
            @match &h.found {
                None => {}
                Some(Err(refusal)) => { (web::notice("wrn", &ask.words.refusal(ask.lang, refusal), "")) }
                Some(Ok(v)) => { (found(ask, h, v, run)) }
            }
        }
    }
}
fn found(ask: &Ask, h: &Hall, v: &VisitNow, run: bool) -> Markup {
    let (visit, number) = (v.visit.id, v.visit.number.to_string());
    let live = v.tickets.iter().any(|t| !t.ticket.state.ended());
    // one press for who was away, missed or set aside, and stands here now
    let back = v.tickets.iter().any(|t| t.rejoin_until.is_some() || matches!(t.ticket.state, State::Parked { .. }));
    let gone = v.tickets.iter().find(|t| matches!(t.ticket.state, State::Missed { .. }) && t.rejoin_until.is_none());
    html! {
        h3 { (number) }
        dl class="rows" {
            @for t in &v.tickets { div { dt { (ask.b(&t.line.name)) } dd { (ask.b(&t.ticket.state.name())) @if let Some(n) = t.counter_number { " · " (ask.tf("queue.h.counter.n", &[("n", &n.to_string())])) } @if let Some(until) = t.rejoin_until { " · " (ask.tf("queue.h.found.until", &[("t", &ask.hhmm(until))])) } } } }
            div { dt { (ask.t("queue.h.found.taken")) } dd { (ask.hhmm(v.visit.issued_at)) " · " (ask.b(&v.visit.channel.name())) } }
        }
        @if run && live {
            @if back { (ask.button(&format!("/visits/{visit}/arrived"), ask.t("queue.h.found.back"), "btn pri", &[("at", "hall")])) }
            @else if v.visit.arrived_at.is_none() { (ask.button(&format!("/visits/{visit}/arrived"), ask.t("queue.g.here"), "btn pri", &[("at", "hall")])) }
            @else if gone.is_some() { p class="quiet" { (ask.t("queue.h.found.gone")) } }
            @for t in &v.tickets { (found_leg(ask, h, v, t)) }
            details {
                summary { (ask.tf("queue.h.void", &[("no", &number)])) }
                form method="post" action=(ask.href(&format!("/visits/{visit}/void"))) {
                    (ask.once())
                    div class="field" { label for="void" { (ask.t("queue.h.void.why")) } select id="void" name="reason" { @for (code, word) in VOID_REASONS { option value=(code) { (ask.t(word)) } } } }
                    button class="btn bad" { (ask.tf("queue.h.void", &[("no", &number)])) }
                }
            }
        }
    }
}
/// Called to a counter, or sent to another line.
fn found_leg(ask: &Ask, h: &Hall, v: &VisitNow, t: &TicketNow) -> Markup {
    let (visit, id, line) = (v.visit.id, t.ticket.id, ask.b(&t.line.name));
    let free = || h.live.counters.iter().filter(|s| s.state == SessionState::Open && !h.live.between.iter().any(|b| b.state.counter() == Some(s.counter)));
    let waits = matches!(t.ticket.state, State::Waiting) && t.ticket.here.is_some();
    let moves = matches!(t.ticket.state, State::Waiting | State::Called { .. } | State::Serving { .. } | State::Parked { .. });
    html! {
        @if waits { details {
            summary { (ask.tf("queue.h.found.call", &[("line", line)])) }
            @if free().next().is_none() { p class="quiet" { (ask.t("queue.h.found.no_counter")) } }
            @else { form method="post" action=(ask.href(&format!("/visits/{visit}/call"))) {
                (ask.once())
                input type="hidden" name="ticket" value=(id);
                div class="field" { label for={ "c-" (id) } { (ask.t("queue.h.counter")) } select id={ "c-" (id) } name="counter" { @for s in free() { option value=(s.counter) { (ask.tf("queue.h.counter.n", &[("n", &s.number.to_string())])) } } } }
                div class="field" { label for={ "r-" (id) } { (ask.t("queue.d.override.why")) } select id={ "r-" (id) } name="reason" required { option value="" { (ask.t("queue.d.choose")) } @for r in OverrideReason::ALL { option value=(r.code()) { (ask.b(&r.name())) } } } }
                button class="btn" { (ask.t("queue.h.found.call.do")) }
            } }
        } }
        @if moves && h.live.lines.len() > 1 { details {
            summary { (ask.tf("queue.h.found.send", &[("line", line)])) }
            form method="post" action=(ask.href(&format!("/visits/{visit}/send"))) {
                (ask.once())
                input type="hidden" name="ticket" value=(id);
                div class="field" { label for={ "l-" (id) } { (ask.t("queue.d.transfer.to")) } select id={ "l-" (id) } name="line" { @for l in h.live.lines.iter().filter(|l| l.now.line.id != t.ticket.line) { option value=(l.now.line.code) { (ask.b(&l.now.line.name)) } } } }
                button class="btn" { (ask.t("queue.h.found.send.do")) }
            }
        } }
    }
}

pub(crate) fn page(ask: &Ask, h: &Hall, links: Links, run: bool, refusal: Option<&str>) -> Markup {
    let (title, centre) = (ask.t("queue.h.title"), h.live.centre);
    let body = html! {
        (head(ask, ask.b(&h.name), ask.t("queue.h.sign"), links, Place::Hall))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            @if let Some(text) = refusal { (web::notice("wrn", text, "")) }
            div id="live" {
                (age(ask, &here(centre)))
                (helps(ask, h, links))
                (priority(ask, h))
                (lines(ask, h, run))
                div class="cols" { (counters(ask, h, run)) (records(ask, h, run)) }
            }
            (find(ask, h, run))
            @if run { p class="btns" { a class="btn" href=(ask.href(&format!("/m/{centre}/lines"))) { (icon("gear")) (ask.t("queue.h.set")) } a class="btn" href=(ask.href(&format!("/m/places/{centre}"))) { (icon("clock")) (ask.t("queue.h.hours")) } a class="btn bad" href=(ask.href(&format!("/d/hall/{centre}/end"))) { (ask.t("queue.h.end")) } } }
        }
    };
    Page::new(Surface::Desk, title, body).live(ask.href(&format!("/sse/manager/{centre}")), "queues reset").render(ask)
}
