//! P5: my number. Who knows the token, or what is printed, sees it, and may come, come later, give up, come back, or add an errand.

use std::{future::Future, pin::Pin};

use kernel::{CentreId, Instant, No, TicketId, VisitId};
use places::phone::{self, Tab};
use serde::Deserialize;
use store::Tx;
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Now, Once, QueueOwn, Refuse, Reply,
    axum::{extract::Path, http::HeaderMap, response::Response},
    html, icon, notice,
};

use super::view::{age, boxes, head};
use crate::{
    End, Limits, ParkReason, State, VisitState,
    api::{self, TicketNow, VisitNow},
    pages::{
        shared::{self, CentreNow, Facts, Slices},
        shell,
    },
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
    /// The ticket that matters most to its holder now: what lives before what was served, a number missed for good only when nothing else is left.
    pub fn first(&self) -> Option<(&TicketNow, &web::Errand)> {
        let weight = |t: &TicketNow| match &t.ticket.state {
            State::Called { .. } => 0,
            State::Serving { .. } => 1,
            State::Missed { .. } if t.rejoin_until.is_some() => 2,
            State::Waiting => 3,
            State::Parked { .. } => 4,
            State::Ended { how: End::Done(_), .. } => 5,
            State::Missed { .. } => 6,
            State::Ended { .. } => 7,
        };
        let ended = |t: &TicketNow| match t.ticket.state {
            State::Ended { at, .. } => at.micros(),
            _ => 0,
        };
        self.legs().min_by_key(|(t, _)| (weight(t), std::cmp::Reverse(ended(t)), t.ticket.leg))
    }
    /// Whether something of it can still be called or served.
    pub fn lives(&self) -> bool {
        self.now.visit.state == VisitState::Open && self.now.tickets.iter().any(alive)
    }
}
/// It waits, is at a counter, or may rejoin.
pub(super) fn alive(t: &TicketNow) -> bool {
    match t.ticket.state {
        State::Waiting | State::Called { .. } | State::Serving { .. } | State::Parked { .. } => true,
        State::Missed { .. } => t.rejoin_until.is_some(),
        State::Ended { .. } => false,
    }
}

pub(super) async fn page(app: App, own: Duty<QueueOwn>, headers: HeaderMap, Path(key): Path<String>, Now(now): Now) -> Reply {
    let (ask, slices, visit) = (own.ask.clone(), app.0.slices, own.visit()?);
    let (asked, token) = (ask.clone(), key.clone());
    let view = app.read(move |tx| Own::read(tx, &asked, slices, visit, &token, now)).await?;
    if ask.json() {
        return Ok(Answer::json(200, &view.json(&ask, now)));
    }
    // The door's QR code then needs one tap only, and 我的号 finds it again.
    let keys = shared::remembered(&shared::keys(&headers), &key);
    Ok(Answer::html(&render(&ask, &view, "", &[])).cookie(web::cookie::set(&app.0.settings, "t", &keys, 86_400)))
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
/// 我到了: whoever says so from home is not here, hence the code at the door. A wrong code is said at its field.
pub(super) async fn arrived(app: App, own: Duty<QueueOwn>, once: Once, Path(key): Path<String>, Now(now): Now, Body(body): Body<Arrived>) -> Reply {
    let (settings, centre, by) = (app.0.settings.clone(), own.centre(), own.actor());
    let (slices, visit, day) = (app.0.slices, own.visit()?, own.ask.district.time.service_day(now));
    // The other language of what is shown is the number's own page.
    let ask = Ask { path: format!("/t/{key}"), ..own.ask.clone() };
    let (again, token, typed) = (app.clone(), key.clone(), body.k.clone());
    let answer = step(app, own, once, key, now, "/t", move |tx, visit| {
        shared::at_the_door(&settings, centre, day, &body.k)?;
        api::arrive(tx, visit, &by, now).map(drop)
    })
    .await?;
    let Some((status, text, Some(_))) = shell::refused(&ask, &answer) else { return Ok(answer) };
    let asked = ask.clone();
    let view = again.read(move |tx| Own::read(tx, &asked, slices, visit, &token, now)).await?;
    Ok(Answer::html(&render(&ask, &view, &typed, &[FieldFault { field: "k", text }])).status(status))
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
/// 我回来了, after being set aside at the counter.
pub(super) async fn back(app: App, own: Duty<QueueOwn>, once: Once, Path(key): Path<String>, Now(now): Now, Body(body): Body<Which>) -> Reply {
    let by = own.actor();
    step(app, own, once, key, now, "/t", move |tx, visit| {
        let ticket = which(tx, visit, body.ticket, now, |s| matches!(s, State::Parked { .. }))?;
        api::back(tx, visit, ticket, &by, now).map(drop)
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

/// The words over the number, and the colour of its card.
pub(super) fn state_words(ask: &Ask, own: &Own, t: &TicketNow) -> (&'static str, String, &'static str) {
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

/// `typed` stands in the field of the door's code, when it was wrong.
pub(super) fn render(ask: &Ask, own: &Own, typed: &str, faults: &[FieldFault]) -> Markup {
    let number = own.now.visit.number.to_string();
    let words = own.first().map_or_else(String::new, |(t, _)| state_words(ask, own, t).1);
    let title = format!("{number} · {words}");
    let main = html! {
        (phone::bigger(ask))
        p class="notice wrn" role="status" data-stale="" hidden { (icon("warn")) span data-text=(ask.t("queue.p.stale")) {} }
        div id="live" {
            h1 class="sr" { (ask.tf("queue.p.mine.h1", &[("no", &number), ("state", &words)])) }
            (age(ask))
            (card(ask, own, typed, faults))
            (more(ask, own))
        }
        // Said aloud by phone.js when the state changes, and what was just put off.
        p class="sr" role="status" data-said="" {}
        // Without scripts nothing tells of a call; who is not here yet is not called, and types a code in peace.
        @if own.lives() && own.now.visit.arrived_at.is_some() { noscript { meta http-equiv="refresh" content="20"; } }
    };
    let page = phone::page(ask, &title, Tab::Ticket, &head(ask, &own.here), &main);
    // What was wrong stays on the page until the next try; a number that is not here yet is not called meanwhile.
    let page = if faults.is_empty() {
        page.live(format!("/sse/ticket/{}", own.key), "called moved issued range reset")
    } else {
        page.scripts(&["live.js", "phone.js"])
    };
    page.render(ask)
}

fn card(ask: &Ask, own: &Own, typed: &str, faults: &[FieldFault]) -> Markup {
    let Some((t, errand)) = own.first() else { return html! {} };
    let (state, words, colour) = state_words(ask, own, t);
    let called = state == "called";
    let class = format!("ticket {colour}{}", if called { " called" } else { "" });
    html! {
        section class=(class) data-state=(state) aria-label=(ask.t("queue.p.mine")) {
            div class="hd" role=[called.then_some("alert")] {
                p class=[called.then_some("go")] { (words) }
                p class="no" { (own.now.visit.number) }
                p { (ask.b(&errand.name)) @if t.ticket.priority() { " · " (ask.t("queue.p.priority")) } }
            }
            div class="bd" {
                (told(ask, own, t, errand, typed, faults))
                (rows(ask, own, t))
                @if own.now.visit.state == VisitState::Open && matches!(t.ticket.state, State::Waiting | State::Parked { .. }) { (acts(ask, t)) }
            }
        }
    }
}

/// What the state means, and what to do.
fn told(ask: &Ask, own: &Own, t: &TicketNow, errand: &web::Errand, typed: &str, faults: &[FieldFault]) -> Markup {
    let post = |step: &str| format!("/t/{}/{step}", own.key);
    let id = t.ticket.id.to_string();
    match &t.ticket.state {
        State::Waiting => html! {
            @if own.now.visit.arrived_at.is_none() { (here(ask, own, typed, faults)) }
            @if let Some(until) = put_off(ask, t) { div class="notice soc" { (icon("clock")) div { b data-say="" { (ask.tf("queue.p.later.until", &[("t", &until)])) } p { (ask.t("queue.p.later.until.note")) } } } }
            @if let Some(f) = &t.forecast {
                (boxes(ask, f, &own.facts.limits, ask.now))
                @let how = shared::how_made(ask, f, &own.facts.limits, own.facts.score(t.ticket.line));
                @if !how.is_empty() { p class="quiet" { (how) } }
            }
        },
        State::Called { at, .. } => html! { p class="sum" { (ask.tf("queue.p.go.at", &[("t", &ask.hhmm(*at))])) } },
        State::Serving { .. } => html! {
            @if own.now.tickets.iter().any(|o| o.ticket.id != t.ticket.id && alive(o)) { p { (ask.t("queue.p.serving.note")) } } @else { p { (ask.t("queue.p.serving.only")) } }
        },
        State::Parked { why, .. } => html! {
            (notice("", ask.b(&why.name()), ask.t(parked_key(*why))))
            // who waits for the system is called back by the counter
            @if *why != ParkReason::System { (ask.button(&post("return"), ask.t("queue.p.back"), "btn pri wide", &[("ticket", &id)])) }
        },
        State::Missed { at, .. } => match t.rejoin_until {
            Some(until) => html! {
                (notice("wrn", &ask.tf("queue.p.missed", &[("t", &ask.hhmm(until)), ("m", &minutes_left(ask, until).to_string())]), &ask.tf("queue.p.missed.note", &[("t", &ask.hhmm(*at))])))
                (ask.button(&post("rejoin"), ask.t("queue.p.back"), "btn pri wide", &[("ticket", &id)]))
            },
            None => html! { (notice("wrn", ask.t("queue.p.missed.over"), ask.t("queue.p.missed.again"))) (take_again(ask, own, errand)) },
        },
        State::Ended { .. } => html! { p { (ask.t("queue.p.ended")) } (take_again(ask, own, errand)) },
    }
}
/// The way to another number for the same thing.
fn take_again(ask: &Ask, own: &Own, errand: &web::Errand) -> Markup {
    let to = shared::link(&format!("/c/{}/take", own.now.visit.centre), &[("item", &errand.code)]);
    let main = if own.lives() { "btn wide" } else { "btn pri wide" };
    html! { p { a class=(main) href=(ask.href(&to)) { (icon("ticket")) (ask.t("queue.p.again.take")) } } }
}
/// Until when its holder put it off, while that lies ahead.
fn put_off(ask: &Ask, t: &TicketNow) -> Option<String> {
    (t.ticket.defers > 0 && t.ticket.base > ask.now).then(|| ask.hhmm(t.ticket.base))
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
/// 我到了, with the code that only who is there can see.
fn here(ask: &Ask, own: &Own, typed: &str, faults: &[FieldFault]) -> Markup {
    let fault = faults.first();
    html! {
        div class="notice" { (icon("pin")) div { b { (ask.t("queue.p.remote")) } p { (ask.tf("queue.p.remote.note", &[("code", own.now.visit.code.as_str())])) } } }
        form method="post" action=(ask.href(&format!("/t/{}/arrived", own.key))) {
            (ask.once())
            div class=(if fault.is_some() { "field bad" } else { "field" }) {
                label for="k" { (ask.t("queue.p.door")) }
                p class="hint" id="k-h" { (ask.t("queue.p.door.hint")) }
                @if let Some(f) = fault { p class="err" id="k-e" role="alert" { (icon("warn")) (f.text) } }
                input type="text" id="k" name="k" value=(typed) autocomplete="off" autocapitalize="characters" maxlength="8" autofocus[fault.is_some()]
                    aria-describedby=(if fault.is_some() { "k-h k-e" } else { "k-h" }) aria-invalid=[fault.map(|_| "true")];
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
            @if let Some(place) = place(ask, own, first) { div { dt { (ask.t("queue.p.where.label")) } dd { (place) } } }
            @if !papers.is_empty() {
                div { dt { (ask.t("queue.p.bring")) } dd {
                    @for (n, (errand, path)) in papers.iter().enumerate() {
                        @if n > 0 { br; }
                        a href=(ask.href(&shared::link(path, &[("centre", &centre)]))) { (ask.b(&errand.name)) }
                    }
                } }
            }
            @for (t, errand) in own.legs().filter(|(t, _)| t.ticket.id != first.ticket.id) {
                div { dt { (ask.t(if alive(t) { "queue.p.also" } else { "queue.p.also.was" })) } dd {
                    (ask.b(&errand.name)) " · " (leg(ask, own, t))
                    @if alive(t) && let Some(place) = place(ask, own, t) { br; span class="quiet" { (place) } }
                    @if t.rejoin_until.is_some() { (ask.button(&format!("/t/{}/rejoin", own.key), ask.t("queue.p.back"), "btn wide", &[("ticket", &t.ticket.id.to_string())])) }
                } }
            }
            div { dt { (ask.t("queue.p.code")) } dd class="num" { (spaced_code(own.now.visit.code.as_str())) } }
        }
    }
}
/// Where to go: every counter of the line while it waits, the one that called afterwards, nowhere when it is over.
fn place(ask: &Ask, own: &Own, t: &TicketNow) -> Option<String> {
    match (&t.ticket.state, t.counter_number) {
        (State::Called { .. } | State::Serving { .. }, Some(n)) => Some(ask.tf("queue.p.counter", &[("n", &n.to_string())])),
        (State::Ended { .. }, _) => None,
        (State::Missed { .. }, _) if t.rejoin_until.is_none() => None,
        _ => Some(own.facts.place(ask, t.ticket.line).to_owned()),
    }
}
/// Another errand of the same number: where it stands.
fn leg(ask: &Ask, own: &Own, t: &TicketNow) -> String {
    match (&t.ticket.state, &t.forecast) {
        (State::Waiting, Some(f)) => shared::range(ask, f, &own.facts.limits),
        (State::Called { .. } | State::Serving { .. }, _) => state_words(ask, own, t).1,
        (State::Missed { .. }, _) => match t.rejoin_until {
            Some(until) => ask.tf("queue.p.missed.until", &[("t", &ask.hhmm(until))]),
            None => ask.t("queue.p.missed.gone").to_owned(),
        },
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

/// Below the card: one more errand, come later, give up. Nothing of a number that is over.
fn more(ask: &Ask, own: &Own) -> Markup {
    let (visit, key) = (&own.now.visit, own.key.as_str());
    if !own.lives() {
        return html! {};
    }
    let waiting: Vec<_> = own.legs().filter(|(t, _)| t.ticket.state == State::Waiting).collect();
    html! {
        section class="card" {
            h2 { (ask.t("queue.p.add.h")) }
            p class="quiet" { (ask.tf("queue.p.add.note.all", &[("n", &own.facts.limits.legs.to_string())])) }
            p class="btns" { a class="btn" href=(ask.href(&shared::link(&format!("/c/{}/take", visit.centre), &[("add", key)]))) { (icon("plus")) (ask.t("queue.p.add")) } }
        }
        @if !waiting.is_empty() {
            section class="card" id="later" {
                h2 { (ask.t("queue.p.later")) }
                @for (t, errand) in &waiting { (later(ask, key, t, errand, waiting.len() > 1, &own.facts.limits)) }
            }
        }
        @if own.legs().any(|(t, _)| matches!(t.ticket.state, State::Waiting | State::Parked { .. })) { (cancel(ask, own, &waiting)) }
    }
}
/// Asked once: the first press opens, the second gives up.
fn cancel(ask: &Ask, own: &Own, waiting: &[(&TicketNow, &web::Errand)]) -> Markup {
    let (post, no) = (format!("/t/{}/leave", own.key), own.now.visit.number.to_string());
    html! {
        section class="card" id="cancel" {
            details {
                summary { (ask.t("queue.p.cancel")) }
                h2 { (ask.tf("queue.p.cancel.sure", &[("no", &no)])) }
                p class="quiet" { (ask.t("queue.p.cancel.note")) }
                @if waiting.len() > 1 {
                    @for (t, errand) in waiting {
                        p { (ask.button(&post, &ask.tf("queue.p.cancel.one", &[("what", ask.b(&errand.name))]), "btn wide", &[("ticket", &t.ticket.id.to_string())])) }
                    }
                }
                (ask.button(&post, &ask.tf("queue.p.cancel.all", &[("no", &no)]), "btn bad wide", &[]))
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
