//! P3, second view: the guide of one item.

use kernel::{Both, CentreId, Instant, Missing, No, ResourceId};
use places::{Centre, Status};
use queue::{Method, api::LineNow};
use store::Tx;
use web::{
    Answer, App, Ask, Duty, Markup, Open, Page, Reply,
    axum::extract::{Path, RawQuery},
    html, icon, notice,
};

use super::{Here, day, days, fee, framed, here, link, pairs, value};
use crate::{
    api,
    catalogue::{Catalogue, Current},
    guide::{Answers, Guide, Paper, field_of, guide},
    held,
    item::{Answer as Kind, Mode, Question, State, Target},
};

/// What the page shows.
pub struct View {
    /// The item as it stands.
    pub current: Current,
    /// What is done instead of a withdrawn item: code and name.
    pub successor: Option<(String, Both)>,
    /// The guide for the answers given.
    pub guide: Guide,
    /// The centre that was chosen.
    pub here: Option<Here>,
    /// Whether that centre does it.
    pub done_here: bool,
    /// Floor and zone, when it is done here.
    pub place: Option<(i64, Both)>,
    /// The line now, when it is done here.
    pub line: Option<LineNow>,
    /// Centres that do it: nearest first where a centre was chosen and positions are known, open ones before others.
    pub centres: Vec<Centre>,
    /// The booked places of its line here.
    pub places: Option<ResourceId>,
    /// The number to which this is added; may be empty.
    pub add: String,
}

/// `GET /errands/{code}?centre=&…answers`.
pub async fn show(app: App, duty: Duty<Open>, Path(code): Path<String>, RawQuery(query): RawQuery) -> Reply {
    let pairs = pairs(query.as_deref());
    let centre = value(&pairs, "centre").and_then(|c| c.parse::<CentreId>().ok());
    let add = value(&pairs, "add").unwrap_or_default().to_owned();
    let answers: Answers = pairs.into_iter().filter(|(name, _)| name != "centre" && name != "add").map(|(n, v)| (n, v.trim().to_owned())).collect();
    let (held, ask) = (held::held(&app), duty.ask.clone());
    let view = app
        .read(move |tx| {
            let catalogue = held::catalogue(tx, &held)?;
            let here = here(tx, centre, &ask)?;
            Ok(View { add, ..view(tx, &catalogue, &code, here, &answers, ask.now)? })
        })
        .await?;
    if view.current.state == State::Withdrawn && duty.ask.json() {
        return Err(api::gone(view.current.since, view.successor.map(|(_, name)| name), &duty.ask.district.time).into());
    }
    if duty.ask.json() {
        return Ok(Answer::json(200, &json(&view)));
    }
    let status = if view.current.state == State::Withdrawn { 410 } else { 200 };
    Ok(Answer::page(&duty.ask, page(&duty.ask, &view)).status(status))
}

/// Reads everything the page needs.
///
/// # Errors
/// [`Missing`] for an unknown code.
pub fn view(tx: &mut Tx, catalogue: &Catalogue, code: &str, here: Option<Here>, answers: &Answers, now: Instant) -> Result<View, No> {
    let current = catalogue.items.get(code).cloned().ok_or(Missing("item"))?;
    let lines = crate::lines::everywhere(tx)?;
    let doing = crate::guide::centres_of(&current.item, &lines);
    let mut centres: Vec<Centre> = places::api::centres(tx)?.into_iter().filter(|c| doing.contains(&c.id)).collect();
    let from = here.as_ref().map(|h| h.centre.clone());
    centres.sort_by_key(|c| (c.status != Status::Open, from.as_ref().and_then(|f| apart(f, c)).unwrap_or(i64::MAX), c.id));
    let offer = match &here {
        Some(h) => current.item.offer_in(h.centre.id, &h.lines),
        None => current.item.offer.first(),
    };
    let (mut place, mut line) = (None, None);
    if let (Some(h), Some(offer)) = (&here, offer) {
        line = queue::api::line_now(tx, h.centre.id, now)?.into_iter().find(|l| l.line.code == offer.queue);
        if let Some(l) = &line {
            place = places::api::zones(tx, h.centre.id)?.into_iter().find(|z| z.code == l.line.zone).map(|z| (z.floor, z.name));
        }
    }
    let places = match (&here, offer) {
        (Some(h), Some(offer)) => crate::appointment::places(tx, h.centre.id, &offer.queue)?,
        _ => None,
    };
    let guide = guide(&current.item, &catalogue.documents, answers, offer);
    let successor = current.successor.as_ref().and_then(|code| catalogue.items.get(code)).map(|c| (c.item.code.clone(), c.item.plain.clone()));
    Ok(View { done_here: here.is_some() && offer.is_some(), successor, guide, place, line, centres, here, places, current, add: String::new() })
}

/// Squared distance in units of 10⁻⁷ degrees ÷ 1,000, longitude at 0.82 of latitude (34.8° N): only to put centres in order.
fn apart(a: &Centre, b: &Centre) -> Option<i64> {
    if a.datum != b.datum {
        return None;
    }
    let (dx, dy) = ((a.lon_e7? - b.lon_e7?) / 1_000 * 82 / 100, (a.lat_e7? - b.lat_e7?) / 1_000);
    Some(dx * dx + dy * dy)
}

fn json(view: &View) -> serde_json::Value {
    let centres: Vec<_> = view.centres.iter().map(|c| serde_json::json!({ "centre": c.id, "name": c.name, "status": c.status.code() })).collect();
    serde_json::json!({ "item": view.current.item, "version": view.current.version, "state": view.current.state.code(), "guide": view.guide, "done_here": view.here.as_ref().map(|_| view.done_here), "centres": centres })
}

/// The page.
pub fn page<'a>(ask: &'a Ask, view: &'a View) -> Page<'a> {
    let item = &view.current.item;
    let centre = view.here.as_ref().map(|h| h.centre.id.to_string()).unwrap_or_default();
    let body = html! {
        a class="back" href=(ask.href(&link("/errands", &[("centre", &centre), ("add", &view.add)]))) { (icon("right")) (ask.t("hall.title")) }
        h1 { (ask.b(&item.plain)) }
        (places::phone::bigger(ask))
        p class="quiet" { (ask.b(&item.name)) " · " (ask.b(&item.owner)) @if item.sample { " · " (ask.t("web.sample")) } }
        div class="stack" { @if view.current.state == State::Withdrawn { (withdrawn(ask, view, &centre)) } @else { (open(ask, view, &centre)) } }
    };
    framed(ask, ask.b(&item.plain), view.here.as_ref(), &body)
}

fn withdrawn(ask: &Ask, view: &View, centre: &str) -> Markup {
    html! {
        (notice("alr", &ask.tf("hall.withdrawn", &[("d", &day(ask, view.current.since))]), ""))
        @if let Some((code, name)) = &view.successor {
            p { (ask.t("hall.successor")) }
            p class="btns" { a class="btn pri wide" href=(ask.href(&link(&format!("/errands/{code}"), &[("centre", centre)]))) { (ask.b(name)) } }
        } @else {
            p class="btns" { a class="btn pri" href="tel:12345" { (ask.t("hall.call")) } }
        }
    }
}

fn open(ask: &Ask, view: &View, centre: &str) -> Markup {
    let (item, g) = (&view.current.item, &view.guide);
    html! {
        @if view.current.state == State::Suspended { (notice("wrn", ask.t("hall.suspended"), "")) }
        @if let (Some(h), false) = (&view.here, view.done_here) { (notice("wrn", &ask.tf("hall.not_here", &[("centre", ask.b(&h.centre.name))]), "")) }
        @if let Some(t) = &g.terms {
            dl class="facts" {
                div { dt { (ask.t("hall.fee")) } dd { (fee(ask, t.fee_fen, &t.fee_rule)) } }
                div { dt { (ask.t("hall.days.label")) } dd { (days(ask, if t.on_the_spot { Mode::OnTheSpot } else { Mode::Promised }, t.promised_days)) } }
                @if let Some(l) = &view.line { div { dt { (ask.t("hall.wait")) } dd { (wait(ask, l)) } } }
                @else { div { dt { (ask.t("hall.minutes.label")) } dd { (ask.tf("hall.minutes", &[("n", &t.typical_min.to_string())])) } } }
            }
        }
        @if item.guide != Both::default() { p { (ask.b(&item.guide)) } }
        (questions(ask, view, centre))
        (papers(ask, g))
        (rows(ask, view))
        (take(ask, view))
        (elsewhere(ask, view))
    }
}

fn wait(ask: &Ask, l: &LineNow) -> String {
    let n = l.forecast.ahead.to_string();
    match l.forecast.range {
        Some(r) => ask.tf("hall.wait.range", &[("lo", &r.lo.to_string()), ("hi", &r.hi.to_string())]),
        None if l.forecast.method == Method::NoCounter => ask.t("hall.wait.no_counter").to_owned(),
        None => ask.tf("hall.wait.ahead", &[("n", &n)]),
    }
}

/// Questions as a plain GET form; what was answered travels along and can be taken back.
fn questions(ask: &Ask, view: &View, centre: &str) -> Markup {
    let g = &view.guide;
    let path = format!("/errands/{}", view.current.item.code);
    let without = |id: &str| {
        let mut kept: Vec<(&str, &str)> = g.answered.iter().filter(|a| a.id != id).map(|a| (a.id.as_str(), a.answer.as_str())).collect();
        kept.extend([("centre", centre), ("add", view.add.as_str())]);
        ask.href(&link(&path, &kept))
    };
    html! {
        @if !g.answered.is_empty() {
            dl class="rows card" {
                @for a in &g.answered {
                    div { dt { (ask.b(&a.question)) } dd { (said(ask, &a.answer, &a.label)) " " a href=(without(&a.id)) { (ask.t("hall.again")) span class="sr" { " " (ask.b(&a.question)) } } } }
                }
            }
        }
        @if !g.ask.is_empty() {
            form class="card" method="get" action=(ask.href(&path)) {
                h2 { (ask.t("hall.questions")) }
                @if !centre.is_empty() { input type="hidden" name="centre" value=(centre); }
                @if !view.add.is_empty() { input type="hidden" name="add" value=(view.add); }
                @for a in &g.answered { input type="hidden" name=(a.id) value=(a.answer); }
                @for q in &g.ask { (question(ask, q, g.odd.get(&q.id).map(String::as_str))) }
                p class="btns" { button class="btn" { (ask.t("hall.questions.go")) } }
            }
        }
    }
}

fn said(ask: &Ask, answer: &str, label: &Both) -> String {
    match answer {
        _ if *label != Both::default() => ask.b(label).to_owned(),
        "yes" => ask.t("hall.yes").to_owned(),
        "no" => ask.t("hall.no").to_owned(),
        // What a number is compared with, as `guide.rs` writes it.
        _ if answer.starts_with("< ") => ask.tf("hall.below", &[("n", &answer[2..])]),
        _ if answer.starts_with("≥ ") => ask.tf("hall.at_least", &[("n", answer.trim_start_matches("≥ "))]),
        other => other.to_owned(),
    }
}

fn question(ask: &Ask, q: &Question, given: Option<&str>) -> Markup {
    let odd = given.is_some();
    let yes_no = || [("yes", ask.t("hall.yes")), ("no", ask.t("hall.no"))].map(|(v, l)| (v.to_owned(), l.to_owned())).to_vec();
    let options = if q.kind == Kind::YesNo { yes_no() } else { q.options.iter().map(|(v, l)| (v.clone(), ask.b(l).to_owned())).collect() };
    let error = format!("{}-e", q.id);
    html! {
        @match q.kind {
            Kind::YesNo | Kind::Choice => {
                fieldset class=(if odd { "field bad" } else { "field" }) {
                    legend { (ask.b(&q.text)) }
                    @if odd { p class="err" { (icon("warn")) (ask.t("hall.odd")) } }
                    div class="picks" { @for (value, label) in &options { label class="choice" { input type=(field_of(q)) name=(q.id) value=(value); " " span { (label) } } } }
                }
            }
            Kind::Number | Kind::Date => {
                div class=(if odd { "field short bad" } else { "field short" }) {
                    label for=(q.id) { (ask.b(&q.text)) }
                    @if odd { p class="err" id=(error) { (icon("warn")) (ask.t(if q.kind == Kind::Number { "hall.odd.number" } else { "hall.odd" })) } }
                    input type=(field_of(q)) id=(q.id) name=(q.id) value=[given] min=[(q.kind == Kind::Number).then_some("0")] inputmode=[(q.kind == Kind::Number).then_some("numeric")]
                        aria-describedby=[odd.then_some(&error)] aria-invalid=[odd.then_some("true")];
                }
            }
        }
    }
}

fn papers(ask: &Ask, g: &Guide) -> Markup {
    html! {
        h2 class="sec" { (ask.t("hall.papers")) }
        form class="card" {
            @if g.bring.is_empty() && g.follow.is_empty() && g.perhaps.is_empty() { p { (ask.t("hall.papers.none")) } }
            @if !g.bring.is_empty() {
                fieldset class="field" {
                    legend class="sr" { (ask.t("hall.papers.tick")) }
                    @for p in &g.bring { (tick(ask, p, None)) }
                }
            }
            @if !g.follow.is_empty() {
                fieldset class="field" {
                    legend { (ask.t("hall.papers.follow")) }
                    @for p in &g.follow { (tick(ask, p, None)) }
                }
            }
            @if !g.perhaps.is_empty() {
                fieldset class="field" {
                    legend { (ask.t("hall.papers.perhaps")) }
                    @for p in &g.perhaps {
                        @let when = ask.tf("hall.papers.when", &[("question", ask.b(&p.question)), ("answer", &said(ask, &p.answer, &p.label))]);
                        (tick(ask, &p.paper, Some(&when)))
                    }
                }
            }
        }
        @if !g.conditions.is_empty() { h2 class="sec" { (ask.t("hall.conditions")) } ul class="card" { @for c in &g.conditions { li { (ask.b(c)) } } } }
    }
}

fn tick(ask: &Ask, p: &Paper, when: Option<&str>) -> Markup {
    let form = format!("hall.form.{}", p.form.code());
    let mut hints = vec![ask.t(&form).to_owned()];
    hints.extend(when.map(str::to_owned));
    if p.note != Both::default() {
        hints.push(ask.b(&p.note).to_owned());
    }
    if !p.required {
        hints.push(ask.t("hall.optional").to_owned());
    }
    if p.reusable {
        hints.push(ask.t("hall.reusable").to_owned());
    }
    if let Some(n) = p.follow_days {
        hints.push(ask.tf("hall.follow", &[("n", &n.to_string())]));
    }
    let hints = hints.join(if ask.lang == kernel::Lang::Zh { "。" } else { "; " });
    html! { label class="choice" { input type="checkbox"; " " span { b { (ask.b(&p.name)) } span class="hint" { (hints) } } } }
}

fn rows(ask: &Ask, view: &View) -> Markup {
    let (item, g) = (&view.current.item, &view.guide);
    let who = match (item.target, g.by_proxy) {
        (Target::Firm, _) => "hall.who.firm",
        (_, true) => "hall.who.proxy",
        (_, false) => "hall.who.self",
    };
    let law = |b: &crate::item::Basis| {
        let article = if b.article.is_empty() { String::new() } else { ask.tf("hall.article", &[("n", &b.article)]) };
        format!("《{}》{article}", b.law)
    };
    // Once, in small letters: a resident need not stumble over it in the law's name.
    let unverified = item.basis.iter().any(|b| b.status == "unverified");
    html! {
        section class="card" { dl class="rows" {
            @if let (Some(h), true) = (&view.here, view.done_here) {
                div { dt { (ask.t("hall.where")) } dd { (ask.b(&h.centre.name)) @if let Some((floor, zone)) = &view.place { " " (ask.tf("hall.floor", &[("n", &floor.to_string())])) " " (ask.b(zone)) } } }
                div { dt { (ask.t("hall.when")) } dd { @if h.hours.is_empty() { (ask.t("hall.shut_today")) } @else { (ask.t("hall.today")) " " (h.hours) } } }
            }
            div { dt { (ask.t("hall.who")) } dd { (ask.t(who)) } }
            @if let Some(t) = &g.terms {
                @if !t.results.is_empty() { div { dt { (ask.t("hall.get")) } dd { @for (name, how) in &t.results { @let key = format!("hall.how.{}", how.code()); p { (ask.b(name)) " · " (ask.t(&key)) } } } } }
                @if let Some(n) = t.statutory_days { div { dt { (ask.t("hall.statutory")) } dd { (ask.tf("hall.days", &[("n", &n.to_string())])) } } }
                @if !t.fee_basis.is_empty() { div { dt { (ask.t("hall.fee.basis")) } dd { (t.fee_basis) } } }
                @if t.remedies != Both::default() { div { dt { (ask.t("hall.remedies")) } dd { (ask.b(&t.remedies)) } } }
            }
            @if !item.basis.is_empty() { div { dt { (ask.t("hall.basis")) } dd { @for b in &item.basis { p { (law(b)) } } @if unverified { p class="small" { (ask.t("hall.unverified")) } } } } }
        } }
    }
}

fn take(ask: &Ask, view: &View) -> Markup {
    let code = &view.current.item.code;
    html! {
        @if let (Some(h), true, State::Published) = (&view.here, view.done_here, view.current.state) {
            @if h.centre.status == Status::Open { a class="btn pri wide" href=(ask.href(&link(&format!("/c/{}/take", h.centre.id), &[("item", code), ("add", &view.add)]))) { (icon("ticket")) (ask.t(if view.add.is_empty() { "hall.take" } else { "hall.take.add" })) } }
            @else { p class="quiet" { (ask.t("hall.not_open")) } }
            @if let (Some(places), true) = (view.places, view.add.is_empty()) { a class="btn wide" href=(ask.href(&link(&format!("/book/{places}"), &[("errands", code)]))) { (icon("clock")) (ask.t("hall.book")) } }
        }
    }
}

/// Where else, or where at all: the chosen centre is left out.
fn elsewhere(ask: &Ask, view: &View) -> Markup {
    let chosen = view.here.as_ref().map(|h| h.centre.id);
    let others: Vec<&Centre> = view.centres.iter().filter(|c| Some(c.id) != chosen).collect();
    let there = |c: &Centre| {
        let centre = c.id.to_string();
        let mut kept: Vec<(&str, &str)> = view.guide.answered.iter().map(|a| (a.id.as_str(), a.answer.as_str())).collect();
        kept.push(("centre", &centre));
        ask.href(&link(&format!("/errands/{}", view.current.item.code), &kept))
    };
    html! {
        @if !others.is_empty() {
            h2 class="sec" { (ask.t(if view.done_here { "hall.centres.other" } else { "hall.centres" })) }
            ul class="links card" { @for c in others { li { a href=(there(c)) { span { (ask.b(&c.name)) small { (ask.b(&c.address)) @if c.status != Status::Open { " · " (ask.b(&c.status.name())) } } } (icon("right")) } } } }
        } @else if !view.done_here { p class="quiet" { (ask.t("hall.centres.none")) } }
    }
}
