//! What the clerk sees: signing on (D1), the counter (D2), transfer and park (D5), keys (D15).

use std::collections::BTreeMap;

use kernel::{AccountId, Both, CentreId, CounterId, Instant, LineId, No, TicketId};
use store::Tx;
use web::{Answer, App, Ask, Duty, Errand, Markup, Myself, Now, Page, QueueCall, QueueOpen, Reply, Surface, axum::extract::Query, axum::response::Response, html, icon, live};

use super::desk::{desk_json, named_choices};
use crate::{CounterSession, Line, Outcome, OverrideReason, ParkReason, PauseReason, SessionState, State, Ticket, TransferReason, api};

/// A counter one may sit down at.
pub(crate) struct Seat {
    pub id: CounterId,
    pub centre: CentreId,
    pub number: i64,
    pub zone: String,
    /// Code and name of the lines it may serve.
    pub lines: Vec<(String, Both)>,
    /// Name of who works there.
    pub held_by: Option<String>,
    pub mine: bool,
}

/// The head of every page of the desk.
fn head(ask: &Ask, name: &str, counter: Option<i64>, current: &str, centre: CentreId) -> Markup {
    let sign = counter.map_or_else(|| ask.t("queue.d.closed").to_owned(), |n| ask.tf("queue.d.counter", &[("n", &n.to_string())]));
    let links = [("/d/counter", "queue.d.nav.counter"), ("hall", "queue.d.nav.hall"), ("guide", "queue.d.nav.guide"), ("/d/keys", "queue.d.nav.keys")];
    html! {
        (web::skip(ask))
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} }
            p class="name" { (name) }
            span class="w" { (sign) }
            nav aria-label=(ask.t("queue.d.nav")) { ul { @for (path, word) in links {
                @let path = match path { "hall" => format!("/d/hall/{centre}"), "guide" => format!("/d/guide/{centre}"), p => p.to_owned() };
                li { a href=(ask.href(&path)) aria-current=[(path == current).then_some("page")] { (ask.t(word)) } }
            } } }
            div class="tool" {
                @if let Some(shown) = &ask.shown { span class="st" { (shown) } }
                a class="btn lnk" href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) }
                form method="post" action=(ask.href("/out")) { (ask.once()) button class="btn lnk" { (ask.t("web.out")) } }
            }
        }
        p class="notice wrn" role="status" data-stale="" hidden { (icon("warn")) span data-text=(ask.t("queue.d.stale")) {} }
    }
}

// ── D1 ──

/// Signing on (上岗): every counter of the centres in scope.
pub(crate) async fn start(app: App, clerk: Duty<QueueOpen>) -> Reply {
    let (account, scope) = (clerk.account()?, clerk.signed.as_ref().map(|s| s.scope("queue.open")).unwrap_or_default());
    let (seats, mine, names) = app.read(move |tx| seats(tx, account, &scope)).await?;
    if clerk.ask.json() {
        return Ok(Answer::json(200, &desk_json(&seats, mine.as_ref())));
    }
    if mine.is_some() {
        return Ok(Answer::see("/d/counter"));
    }
    Ok(Answer::html(&start_page(&clerk.ask, &seats, &names)))
}

type Seats = (Vec<Seat>, Option<CounterSession>, BTreeMap<CentreId, Both>);

fn seats(tx: &mut Tx, account: AccountId, scope: &[CentreId]) -> Result<Seats, No> {
    let mut seats = Vec::new();
    let mut names = BTreeMap::new();
    for centre in places::api::centres(tx)?.into_iter().filter(|c| c.status == places::Status::Open && (scope.contains(&CentreId::DISTRICT) || scope.contains(&c.id))) {
        let lines: BTreeMap<LineId, Line> = api::lines(tx, centre.id)?.into_iter().map(|l| (l.id, l)).collect();
        let skills = api::skills(tx, centre.id)?;
        let at_work = api::sessions(tx, centre.id)?;
        let accounts: Vec<AccountId> = at_work.iter().map(|s| s.account).collect();
        let shown: BTreeMap<AccountId, String> = people::api::shown(tx, &accounts)?.into_iter().collect();
        for counter in places::api::counters(tx, centre.id)? {
            let holder = at_work.iter().find(|s| s.counter == counter.id).map(|s| s.account);
            let lines = skills.iter().filter(|(c, _)| *c == counter.id).filter_map(|(_, s)| lines.get(&s.line)).map(|l| (l.code.clone(), l.name.clone())).collect();
            let held_by = holder.map(|h| shown.get(&h).cloned().unwrap_or_default());
            seats.push(Seat { id: counter.id, centre: centre.id, number: counter.number, zone: counter.zone_code, lines, held_by, mine: holder == Some(account) });
        }
        names.insert(centre.id, centre.name);
    }
    Ok((seats, api::where_works(tx, account)?, names))
}

fn start_page(ask: &Ask, seats: &[Seat], names: &BTreeMap<CentreId, Both>) -> Markup {
    let centre = seats.first().map_or(CentreId::DISTRICT, |s| s.centre);
    let body = html! {
        (head(ask, names.get(&centre).map_or("", |n| ask.b(n)), None, "/d", centre))
        main id="main" class="page narrow" tabindex="-1" {
            h1 { (ask.t("queue.d.start.title")) }
            @if seats.is_empty() { p class="empty" { (ask.t("queue.d.start.none")) } }
            @for (id, name) in names {
                form class="card" method="post" action=(ask.href("/d/start")) {
                    (ask.once())
                    h2 { (ask.b(name)) }
                    fieldset class="field" {
                        legend { (ask.t("queue.d.start.which")) }
                        @for seat in seats.iter().filter(|s| s.centre == *id && !s.lines.is_empty()) {
                            label class="choice" {
                                input type="radio" name="counter" value=(seat.id) required disabled[seat.held_by.is_some()]; " "
                                span { b { (ask.tf("queue.d.counter", &[("n", &seat.number.to_string())])) } span class="hint" {
                                    @match &seat.held_by {
                                        Some(who) => (ask.tf("queue.d.start.held", &[("who", who)])),
                                        None => { @for (n, (_, line)) in seat.lines.iter().enumerate() { @if n > 0 { " · " } (ask.b(line)) } }
                                    }
                                } }
                            }
                        }
                    }
                    fieldset class="field" {
                        legend { (ask.t("queue.d.start.lines")) }
                        p class="hint" { (ask.t("queue.d.start.lines_hint")) }
                        div class="picks" { @for (code, line) in lines_of(seats, *id) { label class="choice" { input type="checkbox" name="skills" value=(code); " " span { (ask.b(&line)) } } } }
                    }
                    p class="btns" { button class="btn pri" { (ask.t("queue.d.start.open")) } }
                }
            }
        }
    };
    Page::new(Surface::Desk, ask.t("queue.d.start.title"), body).render(ask)
}

fn lines_of(seats: &[Seat], centre: CentreId) -> BTreeMap<String, Both> {
    seats.iter().filter(|s| s.centre == centre).flat_map(|s| s.lines.clone()).collect()
}

// ── D2 ──

/// What the counter's page shows.
pub(crate) struct Desk {
    centre: Both,
    session: CounterSession,
    current: Option<(Ticket, Option<String>)>,
    ask_clerk: bool,
    next: Vec<(Ticket, Both)>,
    parked: Vec<(Ticket, Both)>,
    waiting: i64,
    oldest_s: i64,
    /// The last own step that can still be taken back.
    undo: Option<(TicketId, String, i64)>,
    errands: Vec<Errand>,
    lines: BTreeMap<LineId, Line>,
    /// Further legs of the person at the counter.
    rest: Vec<Both>,
    empty: bool,
    now: Instant,
}

#[derive(serde::Deserialize)]
pub(crate) struct CounterQuery {
    #[serde(default)]
    empty: Option<String>,
}

/// The counter (窗口).
pub(crate) async fn counter(app: App, clerk: Duty<QueueOpen>, Now(now): Now, Query(q): Query<CounterQuery>) -> Reply {
    let account = clerk.account()?;
    let errands: Vec<_> = app.0.slices.iter().filter_map(|s| s.errands).collect();
    let desk = app.read(move |tx| read(tx, account, &errands, now, q.empty.is_some())).await?;
    let Some(desk) = desk else { return Ok(Answer::see("/d")) };
    Ok(Answer::html(&counter_page(&clerk.ask, &desk)))
}

fn read(tx: &mut Tx, account: AccountId, errands: &[fn(&mut Tx, CentreId) -> Result<Vec<Errand>, No>], now: Instant, empty: bool) -> Result<Option<Desk>, No> {
    let Some(session) = api::where_works(tx, account)? else { return Ok(None) };
    let view = api::counter_view(tx, session.counter, now)?;
    let centre = places::api::centre(tx, session.centre)?.name;
    let lines: BTreeMap<LineId, Line> = api::lines(tx, session.centre)?.into_iter().map(|l| (l.id, l)).collect();
    let mut all = Vec::new();
    for f in errands {
        all.extend(f(tx, session.centre)?);
    }
    let named = |t: &Ticket| t.item.as_ref().and_then(|code| all.iter().find(|e| e.code == *code)).map(|e| e.name.clone()).or_else(|| lines.get(&t.line).map(|l| l.name.clone())).unwrap_or_default();
    let with = |tickets: Vec<Ticket>| tickets.into_iter().map(|t| { let n = named(&t); (t, n) }).collect::<Vec<_>>();
    let rest = match &view.current {
        None => Vec::new(),
        Some(current) => api::visit(tx, current.visit, now)?.tickets.into_iter().filter(|t| t.ticket.id != current.id && !t.ticket.state.ended()).map(|t| named(&t.ticket)).collect(),
    };
    let undo = api::undoable(tx, &view.session, now)?.map(|(t, left)| (t.id, t.number.to_string(), left));
    let current = view.current.map(|t| { let papers = t.item.as_ref().and_then(|code| all.iter().find(|e| e.code == *code)).and_then(|e| e.papers.clone()); (t, papers) });
    Ok(Some(Desk { centre, session: view.session, current, ask_clerk: view.ask, next: with(view.next), parked: with(view.parked), waiting: view.waiting, oldest_s: view.oldest_s, undo, errands: all, lines, rest, empty, now }))
}

impl Desk {
    fn name(&self, t: &Ticket) -> Both {
        t.item.as_ref().and_then(|code| self.errands.iter().find(|e| e.code == *code)).map(|e| e.name.clone()).or_else(|| self.lines.get(&t.line).map(|l| l.name.clone())).unwrap_or_default()
    }
    fn class(&self, t: &Ticket) -> &'static str {
        self.lines.get(&t.line).map_or("gov", |l| l.class.css())
    }
}

/// Minutes since, for lists.
fn minutes(now: Instant, since: Instant) -> String {
    (now.seconds_since(since) / 60).to_string()
}

fn key(ask: &Ask, path: &str, key: &str, cap: &str, word: &str, class: &str) -> Markup {
    html! { form method="post" action=(ask.href(path)) { (ask.once()) button class=(class) data-key=(key) { (ask.t(word)) " " kbd { (cap) } } } }
}

fn queue_item(ask: &Ask, t: &Ticket, name: &Both, now: Instant, class: &str) -> Markup {
    html! { li class=(class) {
        span class="no" { (t.number) }
        span class="d" { @if t.priority() { span class="pill liv" { (ask.t("queue.s.priority")) } " " } (ask.b(name)) }
        span class="t" { (ask.tf("queue.d.min", &[("n", &minutes(now, t.base))])) }
    } }
}

fn queue(ask: &Ask, d: &Desk) -> Markup {
    let counter = d.session.counter;
    html! { section class="q" aria-label=(ask.t("queue.d.queue")) {
        h2 { (ask.t("queue.d.next")) " " span { (ask.tf("queue.d.next_of", &[("n", &d.waiting.to_string()), ("m", &(d.oldest_s / 60).to_string())])) } }
        @if d.next.is_empty() { p class="quiet" role="status" { (ask.t("queue.empty")) } }
        ol { @for (n, (t, name)) in d.next.iter().enumerate() { (queue_item(ask, t, name, d.now, if n == 0 { "qi next" } else { "qi" })) } }
        details {
            summary { (ask.t("queue.d.override")) }
            form method="post" action=(ask.href(&format!("/counters/{counter}/override"))) {
                (ask.once())
                div class="field" { label for="ov-no" { (ask.t("queue.d.override.no")) } input type="text" id="ov-no" name="ticket" autocomplete="off"; }
                div class="field" { label for="ov-why" { (ask.t("queue.d.override.why")) }
                    select id="ov-why" name="reason" { option value="" { (ask.t("queue.d.choose")) } @for (code, name) in named_choices(ask, OverrideReason::ALL.iter().map(|r| (r.code(), r.name())).collect()) { option value=(code) { (name) } } } }
                button class="btn" { (ask.t("queue.d.override.call")) }
            }
        }
        @if !d.parked.is_empty() {
            h2 { (ask.t("queue.d.parked")) " " (d.parked.len()) }
            ul { @for (t, name) in &d.parked { li class="qi held" {
                span class="no" { (t.number) }
                span class="d" { (ask.b(name)) @if let State::Parked { why, .. } = &t.state { " · " (ask.b(&why.name())) } }
                span class="t" { @if let State::Parked { since, .. } = &t.state { (ask.tf("queue.d.min", &[("n", &minutes(d.now, *since))])) } }
                form method="post" action=(ask.href(&format!("/tickets/{}/return", t.id))) { (ask.once()) button class="btn" { (ask.t("queue.d.return")) span class="sr" { " " (t.number) } } }
            } } }
        }
        (callbox(ask, d))
    } }
}

fn callbox(ask: &Ask, d: &Desk) -> Markup {
    let counter = d.session.counter;
    let next = d.next.first().map(|(t, _)| t.number.to_string()).unwrap_or_default();
    html! { div class="callbox" {
        @match d.session.state {
            SessionState::Paused { why, back_at } => {
                p class="notice wrn" role="status" { (icon("pause")) span { (ask.tf("queue.d.paused", &[("why", ask.b(&why.name())), ("t", &back_at.map(|t| ask.hhmm(t)).unwrap_or_default())])) } }
                form method="post" action=(ask.href(&format!("/counters/{counter}/resume"))) { (ask.once()) button class="btn pri call" data-key="b" { (ask.t("queue.d.resume")) " " kbd { "B" } } }
            }
            _ => {
                form method="post" action=(ask.href(&format!("/counters/{counter}/call-next"))) { (ask.once()) button class="btn pri call" data-key="Space" { (icon("sound")) (ask.tf("queue.d.call", &[("no", &next)])) " " kbd { (ask.t("queue.d.space")) } } }
            }
        }
    } }
}

fn current(ask: &Ask, d: &Desk) -> Markup {
    let Some((t, papers)) = &d.current else {
        return html! { section class="cur" aria-label=(ask.t("queue.d.now")) { div { h1 class="what" { (ask.t(if d.empty && d.next.is_empty() { "queue.empty" } else { "queue.d.idle" })) } p class="quiet" { (ask.tf("queue.d.next_of", &[("n", &d.waiting.to_string()), ("m", &(d.oldest_s / 60).to_string())])) } } } };
    };
    let serving = matches!(t.state, State::Serving { .. });
    let since = match &t.state {
        State::Called { at, .. } => *at,
        State::Serving { since, .. } => *since,
        _ => d.now,
    };
    html! {
        section class={ "cur " (d.class(t)) } aria-label=(ask.t("queue.d.now")) {
            p class="no" { (ask.t(if serving { "queue.d.serving" } else { "queue.d.called" })) b { (t.number) } }
            div {
                h1 class="what" { (ask.b(&d.name(t))) }
                p class="quiet" {
                    @if t.priority() { span class="pill liv" { (ask.t("queue.s.priority")) } " " }
                    (ask.tf(if serving { "queue.d.since.serving" } else { "queue.d.since.called" }, &[("t", &ask.hhmm(since))]))
                    @if let Some(p) = papers { " · " a href=(ask.href(p)) { (ask.t("queue.d.papers")) } }
                }
            }
            p class="tm" { b data-since=(d.now.seconds_since(since)) { (format!("{:02}:{:02}", d.now.seconds_since(since) / 60, d.now.seconds_since(since) % 60)) } }
        }
        @if d.ask_clerk { (web::notice("wrn", ask.t("queue.d.ask_clerk"), "")) }
        @if serving { (finish_form(ask, d, t)) } @else {
            section class="card" { (key(ask, &format!("/tickets/{}/arrive", t.id), "Enter", "Enter", "queue.d.arrive", "btn ok wide")) }
        }
        div class="acts" {
            @if !serving {
                (key(ask, &format!("/tickets/{}/recall", t.id), "c", "C", "queue.d.recall", "btn"))
                (key(ask, &format!("/tickets/{}/miss", t.id), "n", "N", "queue.d.miss", "btn bad"))
            }
            @if serving { a class="btn" data-key="h" href=(ask.href(&format!("/d/park/{}", t.id))) { (ask.t("queue.d.park")) " " kbd { "H" } } }
            a class="btn" data-key="t" href=(ask.href(&format!("/d/transfer/{}", t.id))) { (ask.t("queue.d.transfer")) " " kbd { "T" } }
        }
    }
}

/// What was really done: Enter takes the defaults.
fn finish_form(ask: &Ask, d: &Desk, t: &Ticket) -> Markup {
    html! { section class="card finish" aria-labelledby="fin" {
        h2 id="fin" { (ask.t("queue.d.finish")) }
        form method="post" action=(ask.href(&format!("/tickets/{}/finish", t.id))) data-id=(t.number) {
            (ask.once())
            div class="line" {
                div class="field" { label for="f-item" { (ask.t("queue.d.finish.item")) }
                    select id="f-item" name="item" {
                        option value=(t.item.as_deref().unwrap_or_default()) selected { (ask.b(&d.name(t))) }
                        @for e in d.errands.iter().filter(|e| t.item.as_ref() != Some(&e.code)) { option value=(e.code) { (ask.b(&e.name)) } }
                    } }
                div class="field" { label for="f-n" { (ask.t("queue.d.finish.count")) } input type="number" id="f-n" name="count" value="1" min="1" max="99" inputmode="numeric"; }
            }
            fieldset class="field" { legend { (ask.t("queue.d.finish.outcome")) } div class="picks" {
                @for o in Outcome::ALL.iter().filter(|o| **o != Outcome::Unrecorded) { label class="choice" { input type="radio" name="outcome" value=(o.code()) checked[*o == Outcome::Done]; " " span { (ask.b(&o.name())) } } }
            } }
            button class="btn ok wide" data-key="Enter" { (icon("check")) (ask.t("queue.d.finish")) " " kbd { "Enter" } }
        }
    } }
}

pub(crate) fn counter_page(ask: &Ask, d: &Desk) -> Markup {
    let n = d.session.number.to_string();
    let title = ask.tf("queue.d.counter", &[("n", &n)]);
    let counter = d.session.counter;
    let body = html! {
        (head(ask, ask.b(&d.centre), Some(d.session.number), "/d/counter", d.session.centre))
        main id="main" tabindex="-1" { div id="live" class="work" {
            (queue(ask, d))
            div class="mid" {
                (current(ask, d))
                @if let Some((ticket, number, left)) = &d.undo { div class="undo" role="status" data-undo=(left) {
                    span { (ask.tf("queue.d.undo.what", &[("no", number)])) }
                    form method="post" action=(ask.href(&format!("/tickets/{ticket}/undo"))) { (ask.once()) button class="btn" data-key="u" { (ask.t("queue.d.undo")) " " b data-undo-left="" { (left) } " " kbd { "U" } } }
                } }
            }
            section class="side" aria-label=(ask.t("queue.d.side")) {
                @if !d.rest.is_empty() { h2 { (ask.t("queue.d.rest")) } ul { @for name in &d.rest { li class="qi" { span class="d" { (ask.b(name)) } } } } }
                @if d.session.state == SessionState::Open {
                    details { summary { (ask.t("queue.d.pause")) }
                        form method="post" action=(ask.href(&format!("/counters/{counter}/pause"))) {
                            (ask.once())
                            div class="field" { label for="p-why" { (ask.t("queue.d.pause.why")) } select id="p-why" name="reason" { @for r in PauseReason::ALL { option value=(r.code()) { (ask.b(&r.name())) } } } }
                            div class="field" { label for="p-min" { (ask.t("queue.d.pause.min")) } input type="number" id="p-min" name="minutes" value="15" min="1" max="480" inputmode="numeric"; }
                            button class="btn" { (ask.t("queue.d.pause.do")) }
                        }
                    }
                }
                (ask.button(&format!("/counters/{counter}/close"), ask.t("queue.d.close"), "btn", &[]))
                p class="small" { (icon("shield")) " " (ask.t("queue.d.recorded")) }
            }
            nav class="keybar" aria-label=(ask.t("queue.d.nav.keys")) {
                a class="key" data-key="?" href=(ask.href("/d/keys")) { kbd { "?" } (ask.t("queue.d.keys.all")) }
                span class="age" { (ask.tf("queue.d.age", &[("t", &ask.district.time.hhmmss(d.now))])) " · " a href=(ask.href("/d/counter")) { (ask.t("web.refresh")) } }
            }
        } }
    };
    Page::new(Surface::Desk, &title, body).live(format!("/sse/counter/{counter}"), "called moved counter_state help reset").scripts(&["desk.js"]).render(ask)
}

/// The counter's stream.
pub(crate) async fn stream(app: App, clerk: Duty<QueueCall>) -> Result<Response, web::Refuse> {
    let zone = {
        let counter: CounterId = clerk.object.id.parse().map_err(|_| No::Missing(kernel::Missing("counter")))?;
        app.read(move |tx| places::api::counter(tx, counter)).await?.zone_code
    };
    let topics = vec![format!("counter/{}", clerk.object.id), format!("hall/{zone}"), "manager".to_owned()];
    live::stream(app, &clerk.ask, clerk.centre(), topics, None).await
}

// ── D5 ──

fn small(ask: &Ask, title: &str, t: &Ticket, body: &Markup) -> Markup {
    let page = html! {
        (web::skip(ask))
        main id="main" class="page narrow" tabindex="-1" { h1 { (title) " " (t.number) } (body) p { a href=(ask.href("/d/counter")) { (ask.t("queue.d.back")) } } }
    };
    Page::new(Surface::Desk, title, page).render(ask)
}

/// Where to send the person on to.
pub(crate) async fn transfer(app: App, clerk: Duty<QueueCall>, Now(now): Now) -> Reply {
    let (id, centre) = (clerk.object.id.clone(), clerk.centre());
    let (ticket, lines) = app.read(move |tx| Ok((api::ticket(tx, id.parse().map_err(|_| kernel::Missing("ticket"))?)?, api::line_now(tx, centre, now)?))).await?;
    Ok(Answer::html(&transfer_page(&clerk.ask, &ticket, &lines)))
}
pub(crate) fn transfer_page(ask: &Ask, t: &Ticket, lines: &[api::LineNow]) -> Markup {
    let body = html! { form class="card" method="post" action=(ask.href(&format!("/tickets/{}/transfer", t.id))) {
        (ask.once())
        fieldset class="field" { legend { (ask.t("queue.d.transfer.to")) }
            @for l in lines.iter().filter(|l| l.line.id != t.line) { label class="choice" { input type="radio" name="line" value=(l.line.code) required; " " span { b { (ask.b(&l.line.name)) } span class="hint" { (ask.tf("queue.d.waiting", &[("n", &l.waiting.to_string())])) } } } } }
        (web::choices("reason", ask.t("queue.d.why"), &named_choices(ask, TransferReason::ALL.iter().map(|r| (r.code(), r.name())).collect()), "next_step"))
        button class="btn pri" { (ask.t("queue.d.transfer")) }
    } };
    small(ask, ask.t("queue.d.transfer"), t, &body)
}

/// Why the ticket is set aside.
pub(crate) async fn park(app: App, clerk: Duty<QueueCall>) -> Reply {
    let id = clerk.object.id.clone();
    let ticket = app.read(move |tx| api::ticket(tx, id.parse().map_err(|_| kernel::Missing("ticket"))?)).await?;
    Ok(Answer::html(&park_page(&clerk.ask, &ticket)))
}
pub(crate) fn park_page(ask: &Ask, t: &Ticket) -> Markup {
    let body = html! { form class="card" method="post" action=(ask.href(&format!("/tickets/{}/park", t.id))) {
        (ask.once())
        (web::choices("reason", ask.t("queue.d.why"), &named_choices(ask, ParkReason::ALL.iter().map(|r| (r.code(), r.name())).collect()), "papers"))
        button class="btn pri" { (ask.t("queue.d.park")) }
    } };
    small(ask, ask.t("queue.d.park"), t, &body)
}

// ── D15 ──

/// All keys, to be switched off or changed (WCAG 2.1.4).
pub(crate) async fn keys(_: App, me: Duty<Myself>) -> Reply {
    Ok(Answer::html(&keys_page(&me.ask)))
}
pub(crate) fn keys_page(ask: &Ask) -> Markup {
    let keys = [("Space", "queue.d.keys.call"), ("Enter", "queue.d.keys.enter"), ("c", "queue.d.recall"), ("n", "queue.d.miss"), ("h", "queue.d.park"), ("t", "queue.d.transfer"), ("u", "queue.d.undo"), ("b", "queue.d.resume"), ("?", "queue.d.keys.all")];
    let body = html! {
        (web::skip(ask))
        main id="main" class="page narrow" tabindex="-1" {
            h1 { (ask.t("queue.d.keys.title")) }
            p { (ask.t("queue.d.keys.rule")) }
            section class="card" data-keys="" data-saved=(ask.t("queue.d.keys.saved")) data-taken=(ask.t("queue.d.keys.taken")) {
                label class="choice" { input type="checkbox" data-keys-off="" checked; " " span { (ask.t("queue.d.keys.on")) } }
                label class="choice" { input type="checkbox" data-keys-pad="" checked; " " span { (ask.t("queue.d.keys.pad")) } }
                @for (key, word) in keys { div class="field short" { label for={ "key-" (key) } { (ask.t(word)) } input type="text" id={ "key-" (key) } data-remap=(key) data-name=(key) value=(key) autocomplete="off"; } }
                button type="button" class="btn" data-keys-reset="" { (ask.t("queue.d.keys.reset")) }
                p role="status" data-keys-said="" {}
            }
            p { a href=(ask.href("/d/counter")) { (ask.t("queue.d.back")) } }
        }
    };
    Page::new(Surface::Desk, ask.t("queue.d.keys.title"), body).scripts(&["live.js", "desk.js"]).render(ask)
}
