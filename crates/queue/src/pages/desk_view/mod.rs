//! What the clerk sees: the counter (窗口, D2) here; signing on, sending on and the keys in the files beside.

mod keys;
mod moving;
mod start;

use std::{collections::BTreeMap, pin::Pin};

use kernel::{AccountId, Both, CentreId, CounterId, Instant, LineId, No};
use serde_json::json;
use store::Tx;
use web::{Answer, App, Ask, Duty, Errand, Markup, Now, Page, QueueCall, QueueOpen, Refuse, Reply, Surface, axum::response::Response, html, icon, live};

use super::{
    desk::{counter_json, named_choices},
    shell::{Links, Place, head, refused},
};
use crate::{
    Action, End, Line, Outcome, OverrideReason, SessionState, State, Ticket,
    api::{self, CounterView, JustDone},
    rows,
};

pub(crate) use keys::{keys, keys_page};
pub(crate) use moving::{Moving, moving_page, park, pause, pause_page, transfer};
pub(crate) use start::{Chosen, Seat, Start, start, start_again, start_page};

/// What the counter's page shows.
pub(crate) struct Desk {
    pub centre: Both,
    pub view: CounterView,
    /// The last own step, while it is said or can still be taken back.
    pub just: Option<JustDone>,
    pub errands: Vec<Errand>,
    pub lines: BTreeMap<LineId, Line>,
    /// Further errands of the person at the counter, with their lines.
    pub rest: Vec<(Both, LineId)>,
    /// Finished since the counter opened, and their service in microseconds.
    pub done: (i64, i64),
    /// What was refused just now.
    pub notice: Option<String>,
    pub now: Instant,
}

type Errands = fn(&mut Tx, CentreId) -> Result<Vec<Errand>, No>;
fn read(tx: &mut Tx, account: AccountId, slices: &[Errands], now: Instant) -> Result<Option<Desk>, No> {
    let Some(session) = api::where_works(tx, account)? else { return Ok(None) };
    let view = api::counter_view(tx, session.counter, now)?;
    let centre = places::api::centre(tx, session.centre)?.name;
    let lines: BTreeMap<LineId, Line> = api::lines(tx, session.centre)?.into_iter().map(|l| (l.id, l)).collect();
    let mut errands = Vec::new();
    for of in slices {
        errands.extend(of(tx, session.centre)?);
    }
    let mut rest = Vec::new();
    if let Some(current) = &view.current {
        let others = rows::ticket::of_visit(tx, current.visit)?.into_iter().filter(|t| t.id != current.id && !t.state.ended());
        rest.extend(others.map(|t| (name_of(&errands, &lines, &t), t.line)));
    }
    let just = api::just_done(tx, &view.session, now)?;
    let done = rows::desk::done(tx, &view.session)?;
    Ok(Some(Desk { centre, view, just, errands, lines, rest, done, notice: None, now }))
}
fn name_of(errands: &[Errand], lines: &BTreeMap<LineId, Line>, t: &Ticket) -> Both {
    let item = t.item.as_ref().and_then(|code| errands.iter().find(|e| e.code == *code)).map(|e| e.name.clone());
    item.or_else(|| lines.get(&t.line).map(|l| l.name.clone())).unwrap_or_default()
}
async fn desk_of<D>(app: &App, duty: &Duty<D>, now: Instant) -> Result<Option<Desk>, No> {
    let account = duty.account()?;
    let slices: Vec<Errands> = app.0.slices.iter().filter_map(|s| s.errands).collect();
    app.read(move |tx| read(tx, account, &slices, now)).await
}

/// The counter (窗口).
pub(crate) async fn counter(app: App, clerk: Duty<QueueOpen>, Now(now): Now) -> Reply {
    let Some(desk) = desk_of(&app, &clerk, now).await? else { return Ok(Answer::see("/d")) };
    if clerk.ask.json() {
        return Ok(Answer::json(200, &counter_json(&desk.view)));
    }
    Ok(Answer::html(&counter_page(&clerk.ask, &desk, Links::at(&clerk, desk.view.session.centre))))
}
/// A step that was refused leaves the clerk where they are: the same page says why.
pub(crate) async fn again<D>(app: &App, clerk: &Duty<D>, done: Answer, now: Instant) -> Reply {
    let Some((status, text, _)) = refused(&clerk.ask, &done) else { return Ok(done) };
    let Some(mut desk) = desk_of(app, clerk, now).await? else { return Ok(done) };
    desk.notice = Some(text);
    let links = Links::at(clerk, desk.view.session.centre);
    Ok(Answer::html(&counter_page(&clerk.ask, &desk, links)).status(status))
}

impl Desk {
    fn name(&self, t: &Ticket) -> Both {
        name_of(&self.errands, &self.lines, t)
    }
    fn line(&self, t: &Ticket) -> Option<&Line> {
        self.lines.get(&t.line)
    }
}

/// Minutes since, for lists.
fn min(ask: &Ask, now: Instant, since: Instant) -> String {
    ask.tf("queue.h.min", &[("n", &(now.seconds_since(since) / 60).to_string())])
}
fn key(ask: &Ask, path: &str, key: &str, cap: &str, word: &str, class: &str) -> Markup {
    html! { form method="post" action=(ask.href(path)) { (ask.once()) button class=(class) data-key=(key) { (ask.t(word)) " " kbd { (cap) } } } }
}

fn queue(ask: &Ask, d: &Desk) -> Markup {
    let v = &d.view;
    let counter = v.session.counter;
    html! { section class="q" aria-label=(ask.t("queue.d.queue")) {
        div class="lists" {
            h2 { (ask.t("queue.d.next")) " " span { (ask.tf("queue.d.next_of", &[("n", &v.waiting.to_string()), ("m", &(v.oldest_s / 60).to_string())])) } }
            @if v.next.is_empty() { p class="empty" { (ask.t("queue.d.nobody")) } }
            ol { @for (n, t) in v.next.iter().enumerate() {
                li class={ "qi" @if n == 0 { " next" } @if d.now.seconds_since(t.base) > v.late_min * 60 { " late" } } {
                    span class="no" { (t.number) }
                    span class="d" { @if t.priority() { span class="pill liv" { (ask.t("queue.s.priority")) } " " } (ask.b(&d.name(t))) }
                    span class="t" { (min(ask, d.now, t.base)) }
                }
            } }
            details {
                summary { (ask.t("queue.d.override")) }
                form method="post" action=(ask.href(&format!("/counters/{counter}/override"))) {
                    (ask.once())
                    div class="field" { label for="ov-no" { (ask.t("queue.d.override.no")) } input type="text" id="ov-no" name="ticket" autocomplete="off" maxlength="12" required; }
                    div class="field" { label for="ov-why" { (ask.t("queue.d.override.why")) }
                        select id="ov-why" name="reason" required { option value="" { (ask.t("queue.d.choose")) } @for (code, name) in named_choices(ask, OverrideReason::ALL.iter().map(|r| (r.code(), r.name())).collect()) { option value=(code) { (name) } } } }
                    button class="btn" { (ask.t("queue.d.override.call")) }
                }
            }
            @if !v.parked.is_empty() {
                h2 { (ask.t("queue.d.parked")) " " span { (v.parked.len()) } }
                ul { @for (n, t) in v.parked.iter().enumerate() { @if let State::Parked { why, since } = &t.state { li class="qi held" {
                    span class="no" { (t.number) }
                    span class="d" { (ask.b(&d.name(t))) " · " (ask.b(&why.name())) }
                    span class="t" { (min(ask, d.now, *since)) }
                    (back(ask, t, "counter", n == 0))
                } } } }
            }
            @if !v.missed.is_empty() {
                h2 { (ask.t("queue.d.missed")) " " span { (v.missed.len()) } }
                ul { @for (n, t) in v.missed.iter().enumerate() { @if let State::Missed { at, .. } = &t.state { li class="qi held" {
                    span class="no" { (t.number) }
                    span class="d" { (ask.b(&d.name(t))) }
                    span class="t" { (min(ask, d.now, *at)) }
                    form method="post" action=(ask.href(&format!("/visits/{}/arrived", t.visit))) { (ask.once()) input type="hidden" name="at" value="counter"; @let key = n == 0 && v.parked.is_empty(); button class="btn" data-key=[key.then_some("g")] { (ask.t("queue.d.rejoin")) span class="sr" { " " (t.number) } @if key { " " kbd { "G" } } } }
                } } } }
            }
        }
        (callbox(ask, d))
    } }
}

/// The person behind a parked ticket is back; the form comes back to page `at`.
pub(crate) fn take_up(ask: &Ask, t: &Ticket, at: &str) -> Markup {
    back(ask, t, at, false)
}
/// `key`: it is the one that G means.
fn back(ask: &Ask, t: &Ticket, at: &str, key: bool) -> Markup {
    html! { form method="post" action=(ask.href(&format!("/tickets/{}/return", t.id))) { (ask.once()) input type="hidden" name="at" value=(at); button class="btn" data-key=[key.then_some("g")] { (ask.t("queue.d.return")) span class="sr" { " " (t.number) } @if key { " " kbd { "G" } } } } }
}

fn callbox(ask: &Ask, d: &Desk) -> Markup {
    let counter = d.view.session.counter;
    let next = d.view.next.first().map(|t| t.number.to_string()).unwrap_or_default();
    html! { div class="callbox" {
        @match d.view.session.state {
            SessionState::Paused { .. } | SessionState::Closing | SessionState::Closed { .. } => {
                form method="post" action=(ask.href(&format!("/counters/{counter}/resume"))) { (ask.once()) button class="btn pri call" data-key="b" { (ask.t("queue.d.resume")) " " kbd { "B" } } }
            }
            // who is called is not here yet: the next one has to wait for what becomes of them
            SessionState::Open if d.view.current.as_ref().is_some_and(|t| matches!(t.state, State::Called { .. })) => {
                button type="button" class="btn call" disabled aria-describedby="first" { (icon("sound")) (ask.tf("queue.d.call", &[("no", &next)])) }
                p class="small" id="first" { (ask.t("queue.d.call.first")) }
            }
            SessionState::Open => {
                form method="post" action=(ask.href(&format!("/counters/{counter}/call-next"))) {
                    (ask.once())
                    @if let Some(t) = &d.view.current { input type="hidden" name="ticket" value=(t.id); }
                    button class="btn pri call" data-key="Space" { (icon("sound")) (ask.tf("queue.d.call", &[("no", &next)])) " " kbd { (ask.t("queue.d.space")) } }
                }
            }
        }
    } }
}

/// What the counter does when nobody is at it.
fn idle(ask: &Ask, d: &Desk) -> Markup {
    let sign = ask.tf("queue.d.counter", &[("n", &d.view.session.number.to_string())]);
    let (colour, sign_icon, title, text) = match d.view.session.state {
        SessionState::Paused { why, back_at: Some(at) } => {
            ("wrn", "pause", ask.tf("queue.d.paused.back", &[("why", ask.b(&why.name())), ("t", &ask.hhmm(at))]), ask.t("queue.d.paused.how"))
        }
        SessionState::Paused { why, back_at: None } => {
            ("wrn", "pause", ask.tf("queue.d.paused.for", &[("why", ask.b(&why.name()))]), ask.t("queue.d.paused.how"))
        }
        SessionState::Closing | SessionState::Closed { .. } => ("wrn", "pause", ask.t("queue.d.closing").to_owned(), ask.t("queue.d.paused.how")),
        SessionState::Open => {
            ("", "clock", ask.t("queue.d.idle").to_owned(), if d.view.next.is_empty() { ask.t("queue.d.idle.none") } else { ask.t("queue.d.idle.how") })
        }
    };
    html! {
        h1 class="sr" { (sign) }
        div class={ "notice " (colour) } { (icon(sign_icon)) span { b { (title) } (text) } }
    }
}

fn current(ask: &Ask, d: &Desk, t: &Ticket) -> Markup {
    let line = d.line(t);
    let (serving, since, calls) = match &t.state {
        State::Serving { since, .. } => (true, *since, 0),
        State::Called { at, calls, .. } => (false, *at, *calls),
        State::Waiting | State::Parked { .. } | State::Missed { .. } | State::Ended { .. } => (false, d.now, 0),
    };
    let ran = d.now.seconds_since(since);
    let (typical, minutes) = (line.map_or(0, |l| l.typical_min), (ran / 60).min(60));
    let waited = (since.seconds_since(t.base) / 60).to_string();
    let papers = t.item.as_ref().and_then(|code| d.errands.iter().find(|e| e.code == *code)).and_then(|e| e.papers.clone());
    html! {
        section class={ "cur " (line.map_or("gov", |l| l.class.css())) } aria-label=(ask.t("queue.d.now")) {
            p class="no" { (ask.t(if serving { "queue.d.serving" } else { "queue.d.called" })) b { (t.number) } }
            div {
                h1 class="what" { (ask.b(&d.name(t))) }
                p class="quiet" {
                    @if t.priority() { span class="pill liv" { (ask.t("queue.s.priority")) } " " }
                    (ask.tf(if serving { "queue.d.since.serving" } else { "queue.d.since.called" }, &[("t", &ask.district.time.hhmmss(since))]))
                    " · " (ask.tf("queue.d.waited", &[("n", &waited)]))
                    @if calls > 0 { " · " (ask.tf("queue.d.calls", &[("n", &calls.to_string())])) }
                    @if let Some(p) = &papers { " · " a href=(ask.href(p)) { (ask.t("queue.d.papers")) } }
                }
            }
            p class="tm" {
                b data-since=(ran) { (format!("{:02}:{:02}", ran / 60, ran % 60)) }
                @if serving && typical > 0 {
                    svg class="bar" viewBox="0 0 60 10" preserveAspectRatio="none" aria-hidden="true" { rect class="soft" width=(typical.min(60)) height="10" {} rect x="0" width=(minutes) height="10" {} }
                    span { (ask.tf("queue.d.target", &[("n", &typical.to_string())])) }
                }
            }
        }
    }
}
/// What may be done with who is here: Enter goes on, the rest is beside it.
fn doing(ask: &Ask, d: &Desk, t: &Ticket) -> Markup {
    let serving = matches!(t.state, State::Serving { .. });
    html! {
        @if d.view.ask { (web::notice("wrn", ask.t("queue.d.ask_clerk"), "")) }
        @if serving { (finish_form(ask, d, t)) }
        @else { section class="card finish" aria-label=(ask.t("queue.d.arrive")) { (key(ask, &format!("/tickets/{}/arrive", t.id), "Enter", "Enter", "queue.d.arrive", "btn ok wide")) } }
        div class="acts" {
            @if !serving {
                (key(ask, &format!("/tickets/{}/recall", t.id), "c", "C", "queue.d.recall", "btn"))
                (key(ask, &format!("/tickets/{}/miss", t.id), "n", "N", "queue.d.miss", "btn bad"))
                @if d.just.as_ref().is_none_or(|j| !j.undo) { (key(ask, &format!("/tickets/{}/undo", t.id), "u", "U", "queue.d.uncall", "btn")) }
            } @else { a class="btn" data-key="h" href=(ask.href(&format!("/d/park/{}", t.id))) { (ask.t("queue.d.park")) " " kbd { "H" } } }
            a class="btn" data-key="t" href=(ask.href(&format!("/d/transfer/{}", t.id))) { (ask.t("queue.d.transfer")) " " kbd { "T" } }
        }
    }
}

/// What was really done: Enter takes the defaults.
fn finish_form(ask: &Ask, d: &Desk, t: &Ticket) -> Markup {
    // by line, the ticket's own first: what was taken is mostly what is done
    let line = d.line(t).map_or("", |l| l.code.as_str());
    let mut groups: Vec<(&str, Vec<&Errand>)> = Vec::new();
    for e in d.errands.iter().filter(|e| t.item.as_ref() != Some(&e.code)) {
        match groups.iter_mut().find(|(code, _)| *code == e.line) {
            Some((_, group)) => group.push(e),
            None => groups.push((&e.line, vec![e])),
        }
    }
    groups.sort_by_key(|(code, _)| *code != line);
    let named = |code: &str| d.lines.values().find(|l| l.code == code).map_or_else(|| code.to_owned(), |l| ask.b(&l.name).to_owned());
    html! { section class="card finish" aria-labelledby="fin" data-finish="" {
        h2 id="fin" { (ask.t("queue.d.finish")) }
        form method="post" action=(ask.href(&format!("/tickets/{}/finish", t.id))) data-id=(t.number) {
            (ask.once())
            div class="line" {
                div class="field" { label for="f-item" { (ask.t("queue.d.finish.item")) }
                    select id="f-item" name="item" {
                        option value=(t.item.as_deref().unwrap_or_default()) selected { (ask.b(&d.name(t))) }
                        @for (code, group) in &groups { optgroup label=(named(code)) { @for e in group { option value=(e.code) { (ask.b(&e.name)) } } } }
                    } }
                div class="field" data-count="" { label for="f-n" { (ask.t("queue.d.finish.count")) } input type="number" id="f-n" name="count" value="1" min="1" max="99" inputmode="numeric"; }
            }
            fieldset class="field" { legend { (ask.t("queue.d.finish.outcome")) } div class="picks" {
                @for o in Outcome::ALL.iter().filter(|o| **o != Outcome::Unrecorded) { label class="choice" { input type="radio" name="outcome" value=(o.code()) checked[*o == Outcome::Done]; " " span { (ask.b(&o.name())) } } }
            } }
            button class="btn ok wide" data-key="Enter" { (icon("check")) (ask.t("queue.d.finish")) " " kbd { "Enter" } }
        }
    } }
}

fn side(ask: &Ask, d: &Desk) -> Markup {
    let (n, us) = d.done;
    let (counter, number) = (d.view.session.counter, d.view.session.number.to_string());
    let mean = if n > 0 { us / n / 1_000_000 } else { 0 };
    html! { section class="side" aria-label=(ask.t("queue.d.side")) {
        @if !d.rest.is_empty() {
            h2 { (ask.t("queue.d.rest")) " " span { (d.rest.len()) } }
            ul { @for (name, line) in &d.rest { li class="qi" {
                span class="no" { @if let Some(l) = d.lines.get(line) { span class={ "letter " (l.class.css()) } { (l.class.letter()) } } }
                span class="d" { (ask.b(name)) } span class="t" {}
            } } }
        }
        h2 { (ask.tf("queue.d.shift", &[("n", &number)])) }
        dl class="rows card" {
            div { dt { (ask.t("queue.d.shift.since")) } dd { (ask.hhmm(d.view.session.opened_at)) } }
            div { dt { (ask.t("queue.d.shift.done")) } dd { (n) } }
            @if n > 0 { div { dt { (ask.t("queue.d.shift.mean")) } dd { (ask.tf("queue.d.shift.min_s", &[("m", &(mean / 60).to_string()), ("s", &(mean % 60).to_string())])) } } }
        }
        (ask.button(&format!("/counters/{counter}/close"), ask.t("queue.d.close"), "btn", &[]))
        p class="small" { (icon("shield")) " " (ask.t("queue.d.recorded")) }
    } }
}

/// What was done just now, with the way back while there is one.
fn just_done(ask: &Ask, d: &Desk, j: &JustDone) -> Markup {
    let no = j.ticket.number.to_string();
    let said = match (&j.action, &j.ticket.state) {
        (Action::Miss, _) => ask.tf("queue.d.undo.miss", &[("no", &no)]),
        (Action::Transfer, _) => ask.tf("queue.d.undo.sent", &[("no", &no), ("line", d.line(&j.ticket).map_or("", |l| ask.b(&l.name)))]),
        (Action::Park, _) => ask.tf("queue.d.undo.park", &[("no", &no)]),
        (_, State::Ended { how: End::Done(done), .. }) => ask.tf("queue.d.undo.done", &[("no", &no), ("how", ask.b(&done.finish.outcome.name()))]),
        _ => return html! {},
    };
    html! { div class="undo" role="status" data-undo=(j.left_s) {
        span { (said) }
        @if j.undo { form method="post" action=(ask.href(&format!("/tickets/{}/undo", j.ticket.id))) { (ask.once()) button class="btn" data-key="u" { (ask.t("queue.d.undo")) " " b data-undo-left="" { (j.left_s) } " " (ask.t("queue.d.seconds")) " " kbd { "U" } } } }
    } }
}

pub(crate) fn counter_page(ask: &Ask, d: &Desk, links: Links) -> Markup {
    let sign = ask.tf("queue.d.counter", &[("n", &d.view.session.number.to_string())]);
    let title = match &d.view.current {
        Some(t) => format!("{sign} · {}", t.number),
        None => sign.clone(),
    };
    let counter = d.view.session.counter;
    let body = html! {
        (head(ask, ask.b(&d.centre), &sign, links, Place::Counter))
        main id="main" tabindex="-1" { div id="live" class="work" {
            (queue(ask, d))
            div class="mid" {
                @match &d.view.current { Some(t) => (current(ask, d, t)), None => (idle(ask, d)) }
                @if let Some(text) = &d.notice { div class="notice wrn" role="alert" { (icon("warn")) div { b { (text) } } } }
                @if let Some(j) = &d.just { (just_done(ask, d, j)) }
                @if let (SessionState::Closing, Some(t)) = (d.view.session.state, &d.view.current) { (web::notice("wrn", &ask.tf("queue.d.closing.after", &[("no", &t.number.to_string())]), ask.t("queue.d.closing.how"))) }
                @if let Some(t) = &d.view.current { (doing(ask, d, t)) }
            }
            (side(ask, d))
            nav class="keybar" aria-label=(ask.t("queue.h.nav.keys")) {
                @if d.view.session.state == SessionState::Open { a class="key" data-key="b" href=(ask.href("/d/pause")) { kbd { "B" } (ask.t("queue.d.pause")) } }
                a class="key" data-key="?" href=(ask.href("/d/keys")) { kbd { "?" } (ask.t("queue.d.keys.all")) }
                span class="age on" { (ask.tf("queue.h.age", &[("t", &ask.district.time.hhmmss(d.now))])) " · " a href=(ask.href("/d/counter")) { (ask.t("web.refresh")) } }
            }
        } }
    };
    Page::new(Surface::Desk, &title, body).live(ask.href(&format!("/sse/counter/{counter}")), "line counter reset").scripts(&["desk.js"]).render(ask)
}

type Later = Pin<Box<dyn Future<Output = Vec<(&'static str, String)>> + Send>>;
/// The line of a counter, at most once a second and only after something happened in the centre: the page reads itself anew then.
fn line_now(app: App, _: CentreId, counter: String) -> Later {
    Box::pin(async move {
        let (Ok(counter), now) = (counter.parse::<CounterId>(), app.now()) else { return Vec::new() };
        let read = app.read(move |tx| {
            let at = api::any_at_work(tx, counter, now)?;
            api::length(tx, &at.session.skills, now)
        });
        let (waiting, oldest_s) = read.await.unwrap_or((0, 0));
        vec![("line", json!({ "waiting": waiting, "oldest_min": oldest_s / 60 }).to_string())]
    })
}
/// The counter's stream.
pub(crate) async fn stream(app: App, clerk: Duty<QueueCall>) -> Result<Response, Refuse> {
    let counter = clerk.object.id.clone();
    let topics = vec![format!("counter/{counter}"), "manager".to_owned()];
    live::stream(app, &clerk.ask, clerk.centre(), topics, Some((line_now, counter))).await
}

/// The way back, which Esc goes too.
fn to_counter(ask: &Ask) -> Markup {
    html! { a class="btn" href=(ask.href("/d/counter")) data-esc="" { (ask.t("queue.d.back")) " " kbd { "Esc" } } }
}
