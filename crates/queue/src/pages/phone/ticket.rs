//! P5: my number. Who knows the token, or what is printed, sees it, and may come, come later, give up, come back, or add an errand.

use std::{future::Future, pin::Pin};

use kernel::{CentreId, Instant, No, TicketId, VisitId};
use places::phone::{self, Head, Tab};
use serde::Deserialize;
use store::Tx;
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Now, Once, Open, QueueOwn, Refuse, Reply,
    axum::{extract::Path, response::Response},
    error_summary, field, html, icon, notice,
};

use super::view::{age, boxes, head};
use crate::{
    Limits, ParkReason, State, VisitState,
    api::{self, TicketNow, VisitNow},
    pages::shared::{self, CentreNow, Facts, Slices},
};

/// A visit with everything its holder is told.
pub(crate) struct Own {
    pub here: CentreNow,
    pub facts: Facts,
    pub now: VisitNow,
    /// The errands of its tickets, by leg.
    pub errands: Vec<web::Errand>,
    pub key: String,
}
impl Own {
    pub fn read(tx: &mut Tx, ask: &Ask, slices: Slices, visit: VisitId, key: &str, at: Instant) -> Result<Self, No> {
        let now = api::visit(tx, visit, at)?;
        shared::in_its_day(&now.visit, key, ask.district.time.service_day(at))?;
        let centre = now.visit.centre;
        let (here, facts) = (CentreNow::read(tx, ask, centre, at)?, Facts::read(tx, ask, centre, at)?);
        let named = now.tickets.iter().any(|t| t.ticket.item.is_some());
        let all = if named { shared::errands(tx, slices, centre, &facts.lines)? } else { Vec::new() };
        let of = |t: &TicketNow| {
            let item = t.ticket.item.as_ref().and_then(|code| all.iter().find(|e| e.code == *code));
            item.cloned().unwrap_or_else(|| shared::of_line(&t.line))
        };
        let errands = now.tickets.iter().map(of).collect();
        Ok(Self { here, facts, now, errands, key: key.to_owned() })
    }
    fn json(&self, ask: &Ask, at: Instant) -> serde_json::Value {
        shared::holder_json(ask, &self.facts, &self.now, &self.errands, &self.key, at)
    }
    /// Each ticket with its errand.
    pub fn legs(&self) -> impl Iterator<Item = (&TicketNow, &web::Errand)> {
        self.now.tickets.iter().zip(&self.errands)
    }
    /// The ticket that matters most to its holder now.
    pub fn first(&self) -> Option<(&TicketNow, &web::Errand)> {
        let weight = |t: &TicketNow| match &t.ticket.state {
            State::Called { .. } => 0,
            State::Serving { .. } => 1,
            State::Missed { .. } if t.rejoin_until.is_some() => 2,
            State::Waiting => 3,
            State::Parked { .. } => 4,
            State::Missed { .. } => 5,
            State::Ended { .. } => 6,
        };
        self.legs().min_by_key(|(t, _)| (weight(t), t.ticket.leg))
    }
}

pub(super) async fn page(app: App, own: Duty<QueueOwn>, Path(key): Path<String>, Now(now): Now) -> Reply {
    let (ask, slices, visit) = (own.ask.clone(), app.0.slices, own.visit()?);
    let (asked, token) = (ask.clone(), key.clone());
    let view = app.read(move |tx| Own::read(tx, &asked, slices, visit, &token, now)).await?;
    if ask.json() {
        return Ok(Answer::json(200, &view.json(&ask, now)));
    }
    // The door's QR code then needs one tap only.
    Ok(Answer::html(&render(&ask, &view)).cookie(shared::set_cookie(&app.0.settings, "t", &key)))
}

pub(super) async fn stream(app: App, own: Duty<QueueOwn>, Path(key): Path<String>) -> Result<Response, Refuse> {
    let visit = own.visit()?;
    let today = own.ask.district.time.service_day(app.now());
    app.read(move |tx| shared::in_its_day(&api::visit(tx, visit, Instant::default())?.visit, &key, today)).await?;
    web::live::stream(app, &own.ask, own.centre(), vec![format!("visit/{visit}")], Some((ranges, visit.to_string()))).await
}
/// `range` of the first ticket that waits.
fn ranges(app: App, _: CentreId, visit: String) -> Pin<Box<dyn Future<Output = Vec<(&'static str, String)>> + Send>> {
    Box::pin(async move {
        let (Ok(visit), now) = (visit.parse::<VisitId>(), app.now()) else { return Vec::new() };
        let Ok(found) = app.read(move |tx| api::visit(tx, visit, now)).await else { return Vec::new() };
        let hhmm = |minutes| app.district().time.hhmm(now.plus_min(minutes));
        let waiting = found.tickets.iter().find_map(|t| t.forecast);
        let json = waiting.map(|f| {
            let range = f.range.map(|r| (r.lo, r.hi));
            serde_json::json!({ "ahead": f.ahead, "lo": range.map(|r| r.0), "hi": range.map(|r| r.1), "from": range.map(|r| hhmm(r.0)), "to": range.map(|r| hhmm(r.1)), "method": f.method.code() })
        });
        json.map(|j| ("range", j.to_string())).into_iter().collect()
    })
}

/// The shape of every step its holder takes: the answer names no secret, the key comes from the address again.
async fn step(
    app: App,
    own: Duty<QueueOwn>,
    once: Once,
    key: String,
    now: Instant,
    to: &'static str,
    mut run: impl FnMut(&mut Tx, VisitId) -> Result<(), No> + Send + 'static,
) -> Reply {
    let (ask, slices, visit) = (own.ask.clone(), app.0.slices, own.visit()?);
    let asked = key.clone();
    let answer = app
        .write(&own, once, own.ask.route.action, move |tx| {
            shared::in_its_day(&api::visit(tx, visit, now)?.visit, &asked, ask.district.time.service_day(now))?;
            run(tx, visit)?;
            if !ask.json() {
                return Ok(Answer::see(format!("{to}/{}", store::SECRET)));
            }
            let after = Own { key: store::SECRET.to_owned(), ..Own::read(tx, &ask, slices, visit, &asked, now)? };
            Ok(Answer::json(200, &after.json(&ask, now)))
        })
        .await?;
    Ok(answer.fill(&key))
}

/// The code at the door.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Arrived {
    #[serde(default)]
    k: String,
}
/// 我到了: whoever says so from home is not here, hence the code at the door.
pub(super) async fn arrived(app: App, own: Duty<QueueOwn>, once: Once, Path(key): Path<String>, Now(now): Now, Body(body): Body<Arrived>) -> Reply {
    let (settings, centre, by) = (app.0.settings.clone(), own.centre(), own.actor());
    let day = own.ask.district.time.service_day(now);
    step(app, own, once, key, now, "/t", move |tx, visit| {
        shared::at_the_door(&settings, centre, day, &body.k)?;
        api::arrive(tx, visit, &by, now).map(drop)
    })
    .await
}

/// Which ticket; without it the first that can take the step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Later {
    minutes: i64,
    #[serde(default)]
    ticket: Option<TicketId>,
}
/// 晚点再来
pub(super) async fn defer(app: App, own: Duty<QueueOwn>, once: Once, Path(key): Path<String>, Now(now): Now, Body(body): Body<Later>) -> Reply {
    let by = own.actor();
    step(app, own, once, key, now, "/t", move |tx, visit| {
        let ticket = which(tx, visit, body.ticket, now, |s| matches!(s, State::Waiting))?;
        api::defer(tx, visit, ticket, body.minutes, &by, now).map(drop)
    })
    .await
}

/// Which ticket; without it all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default)]
    ticket: Option<TicketId>,
}
/// 取消
pub(super) async fn leave(app: App, own: Duty<QueueOwn>, once: Once, Path(key): Path<String>, Now(now): Now, Body(body): Body<Which>) -> Reply {
    let by = own.actor();
    step(app, own, once, key, now, "/t", move |tx, visit| api::leave(tx, visit, body.ticket, &by, now).map(drop)).await
}
/// 我回来了
pub(super) async fn rejoin(app: App, own: Duty<QueueOwn>, once: Once, Path(key): Path<String>, Now(now): Now, Body(body): Body<Which>) -> Reply {
    let by = own.actor();
    step(app, own, once, key, now, "/t", move |tx, visit| {
        let ticket = which(tx, visit, body.ticket, now, |s| matches!(s, State::Missed { .. }))?;
        api::rejoin(tx, visit, ticket, &by, now).map(drop)
    })
    .await
}
/// The named ticket, else the first in a fitting state, else the first: the rule then says why not.
fn which(tx: &mut Tx, visit: VisitId, named: Option<TicketId>, now: Instant, fits: impl Fn(&State) -> bool) -> Result<TicketId, No> {
    if let Some(ticket) = named {
        return Ok(ticket);
    }
    let tickets = api::visit(tx, visit, now)?.tickets;
    let fitting = tickets.iter().find(|t| fits(&t.ticket.state)).or(tickets.first());
    fitting.map(|t| t.ticket.id).ok_or_else(|| crate::unknown_ticket().into())
}

/// One more errand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Add {
    errand: String,
    /// `kiosk`: the paper is printed again.
    #[serde(default)]
    at: Option<String>,
}
/// 再加一件
pub(super) async fn add(app: App, own: Duty<QueueOwn>, once: Once, Path(key): Path<String>, Now(now): Now, Dice(dice): Dice, Body(body): Body<Add>) -> Reply {
    let (ask, centre) = (own.ask.clone(), own.centre());
    let kiosk = body.at.as_deref() == Some("kiosk");
    let app_too = app.clone();
    let plan = shared::settled(shared::plan(&app, &ask, centre, vec![body.errand], now).await)?;
    let answer = step(app, own, once, key, now, if kiosk { "/k/added" } else { "/t" }, move |tx, visit| {
        let plan = plan.clone()?;
        let Some(errand) = plan.asked().pop() else { return Err(kernel::Refusal::invalid("errand.none").at("errand").into()) };
        api::add_errand(tx, visit, &errand, &plan.hours, now, dice).map(drop)
    })
    .await?;
    // A refusal at the kiosk is a page of the kiosk, which forgets.
    if kiosk { crate::pages::kiosk::dressed(&app_too, &ask, centre, now, answer).await } else { Ok(answer) }
}

/// Number and code as printed.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Printed {
    #[serde(default)]
    centre: Option<CentreId>,
    #[serde(default)]
    number: String,
    #[serde(default)]
    code: String,
}

pub(super) async fn find_form(_: App, open: Duty<Open>) -> Reply {
    Ok(Answer::html(&render_find(&open.ask, "", &[])))
}
/// Finds a number of today by what is printed; the code is not kept in the stored answer.
pub(super) async fn find(app: App, open: Duty<Open>, once: Once, Now(now): Now, Body(body): Body<Printed>) -> Reply {
    let ask = open.ask.clone();
    let (day, centre, number, code) = (ask.district.time.service_day(now), body.centre, body.number.clone(), body.code.clone());
    let found = shared::settled(app.read(move |tx| api::visit_by_code(tx, centre, day, &number, &code, now)).await)?;
    let key = found.as_ref().map(|v| shared::key_of(&v.visit)).unwrap_or_default();
    let asked = ask.clone();
    let answer = app
        .write(&open, once, "queue.find", move |_| match &found {
            Ok(_) => Ok(Answer::of(&asked, 200, &serde_json::json!({ "token": store::SECRET }), format!("/t/{}", store::SECRET))),
            Err(no) => Err(no.clone()),
        })
        .await?;
    if answer.code() >= 400 && !ask.json() {
        let faults = [FieldFault { field: "number", text: ask.t("ticket.unknown").to_owned() }];
        return Ok(Answer::html(&render_find(&ask, &body.number, &faults)).status(answer.code()));
    }
    Ok(answer.fill(&key))
}

pub(super) fn render_find(ask: &Ask, number: &str, faults: &[FieldFault]) -> Markup {
    let title = ask.t("queue.p.find");
    let main = html! {
        h1 { (title) }
        (error_summary(ask, faults))
        form class="card" method="post" action=(ask.href("/t")) {
            (ask.once())
            (field("number", ask.t("queue.p.find.number"), ask.t("queue.p.find.number.hint"), "text", number, faults))
            (field("code", ask.t("queue.p.find.code"), ask.t("queue.p.find.code.hint"), "text", "", &[]))
            button type="submit" class="btn pri wide" { (title) }
        }
    };
    phone::page(ask, title, Tab::Ticket, &Head::district(ask), &main).render(ask)
}

/// The words over the number, and the colour of its card.
fn state_words(ask: &Ask, own: &Own, t: &TicketNow) -> (&'static str, String, &'static str) {
    let n = t.counter_number.map_or_else(String::new, |n| n.to_string());
    let class = t.line.class.css();
    match &t.ticket.state {
        State::Waiting if own.now.visit.arrived_at.is_none() => ("remote", ask.t("queue.p.state.remote").to_owned(), class),
        State::Waiting => ("waiting", ask.t("queue.p.state.waiting").to_owned(), class),
        State::Called { .. } => ("called", ask.tf("queue.p.state.called", &[("n", &n)]), "soc"),
        State::Serving { .. } => ("serving", ask.tf("queue.p.state.serving", &[("n", &n)]), "soc"),
        State::Parked { .. } => ("parked", ask.t("queue.p.state.parked").to_owned(), "wrn"),
        State::Missed { .. } => ("missed", ask.t("queue.p.state.missed").to_owned(), "wrn"),
        State::Ended { .. } => ("ended", ask.b(&t.ticket.state.name()).to_owned(), class),
    }
}

pub(super) fn render(ask: &Ask, own: &Own) -> Markup {
    let number = own.now.visit.number.to_string();
    let words = own.first().map_or_else(String::new, |(t, _)| state_words(ask, own, t).1);
    let title = format!("{number} · {words}");
    let main = html! {
        h1 class="sr" { (ask.tf("queue.p.mine.h1", &[("no", &number), ("state", &words)])) }
        (phone::bigger(ask))
        p class="notice wrn" role="status" data-stale="" hidden { (icon("warn")) span data-text=(ask.t("queue.p.stale")) {} }
        div id="live" { (card(ask, own)) (more(ask, own)) (age(ask)) }
    };
    phone::page(ask, &title, Tab::Ticket, &head(ask, &own.here), &main).live(format!("/sse/ticket/{}", own.key), "called moved issued range reset").render(ask)
}

fn card(ask: &Ask, own: &Own) -> Markup {
    let Some((t, errand)) = own.first() else { return html! {} };
    let (state, words, colour) = state_words(ask, own, t);
    let class = format!("ticket {colour}{}", if state == "called" { " called" } else { "" });
    html! {
        section class=(class) data-state=(state) aria-label=(ask.t("queue.p.mine")) {
            div class="hd" role=[(state == "called").then_some("alert")] {
                p { (words) }
                p class="no" { (own.now.visit.number) }
                p { (ask.b(&errand.name)) @if t.ticket.priority() { " · " (ask.t("queue.p.priority")) } }
            }
            div class="bd" {
                (told(ask, own, t))
                (rows(ask, own, t))
                @if own.now.visit.state == VisitState::Open && matches!(t.ticket.state, State::Waiting | State::Parked { .. }) { (acts(ask, t)) }
            }
        }
    }
}

/// What the state means, and what to do.
fn told(ask: &Ask, own: &Own, t: &TicketNow) -> Markup {
    let post = |step: &str| format!("/t/{}/{step}", own.key);
    let id = t.ticket.id.to_string();
    match &t.ticket.state {
        State::Waiting => html! {
            @if own.now.visit.arrived_at.is_none() { (here(ask, own)) }
            @if let Some(f) = &t.forecast { (boxes(ask, f, &own.facts.limits, ask.now)) p class="quiet" { (how_good(ask, own, t)) } }
        },
        State::Called { at, .. } => html! {
            p class="go" { (ask.tf("queue.p.go", &[("n", &t.counter_number.map_or_else(String::new, |n| n.to_string()))])) }
            p { (ask.tf("queue.p.go.at", &[("t", &ask.hhmm(*at))])) }
        },
        State::Serving { .. } => html! { p { (ask.t("queue.p.serving.note")) } },
        State::Parked { why, .. } => notice("", ask.b(&why.name()), ask.t(parked_key(*why))),
        State::Missed { at, .. } => match t.rejoin_until {
            Some(until) => html! {
                (notice("wrn", &ask.tf("queue.p.missed", &[("t", &ask.hhmm(until)), ("m", &minutes_left(ask, until).to_string())]), &ask.tf("queue.p.missed.note", &[("t", &ask.hhmm(*at))])))
                (ask.button(&post("rejoin"), ask.t("queue.p.back"), "btn pri wide", &[("ticket", &id)]))
            },
            None => notice("wrn", ask.t("queue.p.missed.over"), ask.t("queue.p.missed.again")),
        },
        State::Ended { .. } => html! {
            p { (ask.t("queue.p.ended")) }
            p { a class="btn wide" href=(ask.href(&format!("/c/{}/take", own.now.visit.centre))) { (ask.t("queue.p.again.take")) } }
        },
    }
}
fn parked_key(why: ParkReason) -> &'static str {
    match why {
        ParkReason::Copy | ParkReason::Papers | ParkReason::Person => "queue.p.parked.come",
        ParkReason::System => "queue.p.parked.wait",
    }
}
fn minutes_left(ask: &Ask, until: Instant) -> i64 {
    (until.seconds_since(ask.now) + 59) / 60
}
fn how_good(ask: &Ask, own: &Own, t: &TicketNow) -> String {
    let how = t.forecast.map_or_else(String::new, |f| ask.b(&f.method.name()).to_owned());
    let score = own.facts.score(t.ticket.line);
    match (t.forecast.and_then(|f| f.range), score.percent()) {
        (Some(_), Some(pct)) => ask.tf("queue.p.score", &[("how", &how), ("n", &score.n.to_string()), ("pct", &pct.to_string())]),
        _ => ask.tf("queue.p.made", &[("how", &how)]),
    }
}
/// 我到了, with the code that only who is there can see.
fn here(ask: &Ask, own: &Own) -> Markup {
    html! {
        div class="notice" { (icon("pin")) div { b { (ask.t("queue.p.remote")) } p { (ask.tf("queue.p.remote.note", &[("code", own.now.visit.code.as_str())])) } } }
        form method="post" action=(ask.href(&format!("/t/{}/arrived", own.key))) {
            (ask.once())
            div class="field" {
                label for="k" { (ask.t("queue.p.door")) }
                p class="hint" id="k-h" { (ask.t("queue.p.door.hint")) }
                input type="text" id="k" name="k" autocomplete="off" autocapitalize="characters" maxlength="8" aria-describedby="k-h";
            }
            button type="submit" class="btn pri wide" { (ask.t("queue.p.here")) }
        }
    }
}
/// Where, what to bring, what else, the code.
fn rows(ask: &Ask, own: &Own, first: &TicketNow) -> Markup {
    let papers: Vec<_> = own.legs().filter(|(t, _)| !t.ticket.state.ended()).filter_map(|(_, e)| e.papers.as_ref().map(|p| (e, p))).collect();
    let centre = own.now.visit.centre.to_string();
    html! {
        dl class="rows" {
            div { dt { (ask.t("queue.p.where.label")) } dd { (own.facts.place(ask, first.ticket.line)) } }
            @if !papers.is_empty() {
                div { dt { (ask.t("queue.p.bring")) } dd {
                    @for (n, (errand, path)) in papers.iter().enumerate() {
                        @if n > 0 { br; }
                        a href=(ask.href(&shared::link(path, &[("centre", &centre)]))) { (ask.b(&errand.name)) }
                    }
                } }
            }
            @for (t, errand) in own.legs().filter(|(t, _)| t.ticket.id != first.ticket.id) {
                div { dt { (ask.t("queue.p.also")) } dd { (ask.b(&errand.name)) " · " (leg(ask, own, t)) } }
            }
            div { dt { (ask.t("queue.p.code")) } dd class="num" { (spaced_code(own.now.visit.code.as_str())) } }
        }
    }
}
/// Another errand of the same number: where it stands.
fn leg(ask: &Ask, own: &Own, t: &TicketNow) -> String {
    match (&t.ticket.state, &t.forecast) {
        (State::Waiting, Some(f)) => shared::range(ask, f, &own.facts.limits),
        (State::Called { .. } | State::Serving { .. }, _) => state_words(ask, own, t).1,
        _ => ask.b(&t.ticket.state.name()).to_owned(),
    }
}
/// `K7M2 4PXQ`
pub(crate) fn spaced_code(code: &str) -> String {
    match code.split_at_checked(4) {
        Some((a, b)) => format!("{a} {b}"),
        None => code.to_owned(),
    }
}
fn acts(ask: &Ask, t: &TicketNow) -> Markup {
    html! {
        div class="act" {
            @if t.ticket.state == State::Waiting { a href="#later" { (icon("clock")) (ask.t("queue.p.later")) } }
            a href="#cancel" { (icon("x")) (ask.t("queue.p.cancel")) }
        }
    }
}

/// Below the card: one more errand, come later, give up.
fn more(ask: &Ask, own: &Own) -> Markup {
    let (visit, key) = (&own.now.visit, own.key.as_str());
    if visit.state != VisitState::Open {
        return html! {};
    }
    let waiting: Vec<_> = own.legs().filter(|(t, _)| t.ticket.state == State::Waiting).collect();
    html! {
        section class="card" {
            h2 { (ask.t("queue.p.add.h")) }
            p class="quiet" { (ask.t("queue.p.add.note.all")) }
            p class="btns" { a class="btn" href=(ask.href(&shared::link(&format!("/c/{}/take", visit.centre), &[("add", key)]))) { (icon("plus")) (ask.t("queue.p.add")) } }
        }
        @if !waiting.is_empty() {
            section class="card" id="later" {
                h2 { (ask.t("queue.p.later")) }
                @for (t, errand) in &waiting { (later(ask, key, t, errand, waiting.len() > 1, &own.facts.limits)) }
            }
        }
        @if own.legs().any(|(t, _)| matches!(t.ticket.state, State::Waiting | State::Parked { .. })) {
            section class="card" id="cancel" {
                h2 { (ask.t("queue.p.cancel")) }
                p class="quiet" { (ask.t("queue.p.cancel.note")) }
                @if waiting.len() > 1 {
                    @for (t, errand) in &waiting {
                        p { (ask.button(&format!("/t/{key}/leave"), &ask.tf("queue.p.cancel.one", &[("what", ask.b(&errand.name))]), "btn wide", &[("ticket", &t.ticket.id.to_string())])) }
                    }
                }
                (ask.button(&format!("/t/{key}/leave"), &ask.tf("queue.p.cancel.all", &[("no", &visit.number.to_string())]), "btn bad wide", &[]))
            }
        }
    }
}
/// Minutes offered for coming later [A]; the rule allows 10 to 180.
const LATER: [i64; 3] = [15, 30, 60];
fn later(ask: &Ask, key: &str, t: &TicketNow, errand: &web::Errand, named: bool, limits: &Limits) -> Markup {
    let left = limits.defers - t.ticket.defers;
    let legend = if named { ask.b(&errand.name) } else { ask.t("queue.p.later.how") };
    html! {
        @if left > 0 {
            form method="post" action=(ask.href(&format!("/t/{key}/defer"))) data-id=(t.ticket.id) {
                (ask.once())
                input type="hidden" name="ticket" value=(t.ticket.id);
                fieldset class="field" {
                    legend { (legend) }
                    p class="hint" { (ask.tf("queue.p.later.note", &[("n", &left.to_string())])) }
                    div class="picks" {
                        @for (i, m) in LATER.iter().enumerate() {
                            label class="choice" { input type="radio" name="minutes" value=(m) checked[i == 0]; " " span { (ask.tf("queue.p.later.min", &[("m", &m.to_string())])) } }
                        }
                    }
                }
                button type="submit" class="btn wide" { (ask.t("queue.p.later")) }
            }
        } @else { p class="quiet" { (ask.t("queue.p.later.over")) } }
    }
}
