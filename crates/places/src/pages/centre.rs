//! P2 `/c/{centre}`: when it is open and why, where it is, the cards of every slice, and its twelve functions.

use kernel::CentreId;
use web::{Answer, App, Ask, Duty, Markup, Open, Reply, html, icon, notice};

use super::{
    phone::{self, Head, Tab},
    say,
    view::{CentreJson, View},
};
use crate::{Centre, Function, FunctionState, Sample, Status};

pub(super) async fn page(app: App, open: Duty<Open>) -> Reply {
    let (id, ask): (CentreId, Ask) = (open.centre(), open.ask);
    let (slices, asked) = (app.0.slices, ask.clone());
    let view = app.read(move |tx| View::read(tx, id, &asked, slices)).await?;
    Ok(if ask.json() { Answer::json(200, &CentreJson::whole(&view)) } else { Answer::html(&render(&ask, &view)) })
}

pub(crate) fn render(ask: &Ask, view: &View) -> Markup {
    let c = &view.centre;
    let name = ask.b(&c.name);
    let head = Head { name, to: format!("/c/{}", c.id), line: say::line(ask, c.status, view.today.as_ref()) };
    let main = html! {
        a class="back" href=(ask.href("/c")) { (icon("right")) (ask.t("places.all")) }
        h1 { (name) }
        (phone::bigger(ask))
        div class="stack" {
            @if c.sample == Sample::Yes { p { span class="pill plain" { (ask.t("web.sample")) } } }
            @if c.sample == Sample::Part { p { span class="pill plain" { (ask.t("places.sample.part")) } } }
            @if c.status != Status::Open { (not_open(ask, c, view.nearest.as_ref())) }
            section class="card" aria-label=(ask.t("places.about")) {
                dl class="rows" {
                    @if let Some(today) = &view.today {
                        div {
                            dt { (ask.t("places.today")) }
                            dd {
                                @if today.opening.blocks.is_empty() { (ask.t("places.shut_today")) } @else { (say::blocks(ask, &today.opening.blocks)) }
                                @let why = say::why(ask, &today.opening);
                                @if !why.is_empty() { br; (why) }
                                @if today.open.is_none() { br; b { (say::next(ask, today)) } }
                            }
                        }
                    }
                    div { dt { (ask.t("places.address")) } dd { (ask.b(&c.address)) } }
                    @if let Some(area) = &view.area { div { dt { (ask.t("places.area")) } dd { (ask.b(&area.name)) } } }
                    div { dt { (ask.t("places.phone")) } dd {
                        @if c.phone.is_empty() { a href="tel:12345" { "12345" } } @else { a href={ "tel:" (c.phone) } { (c.phone) } }
                    } }
                }
                @if c.status == Status::Open { p { a class="btn pri wide" href=(ask.href(&format!("/errands?centre={}", c.id))) { (ask.t("places.go")) } } }
            }
        }
        @if !view.cards.is_empty() {
            div class="sec" { h2 { (ask.t("places.now")) } }
            div id="live" { @for card in &view.cards { (card) } }
        }
        @if !view.functions.is_empty() {
            div class="sec" { h2 id="functions" { (ask.tf("places.functions.n", &[("n", &view.functions.len().to_string())])) } span { (ask.t("places.functions.note")) } }
            ul class="doors" { @for f in &view.functions { li { (function(ask, f)) } } }
            p class="quiet" { (ask.t("places.classes")) }
        }
    };
    phone::page(ask, name, Tab::Other, &head, &main).render(ask)
}

/// Phase and month, and where to go instead.
fn not_open(ask: &Ask, c: &Centre, nearest: Option<&Centre>) -> Markup {
    let phase = c.phase.map(|p| ask.tf("places.phase", &[("n", &p.to_string())]));
    let month = match &c.planned_month {
        Some(m) => ask.tf("places.planned", &[("month", m)]),
        None => ask.t("places.planned.none").to_owned(),
    };
    let title = ask.tf("places.not_open", &[("status", ask.b(&c.status.name()))]);
    let text = match c.status {
        Status::Closed | Status::Paused => ask.tf("places.since", &[("day", &c.status_since)]),
        _ => [phase, Some(month)].into_iter().flatten().collect::<Vec<_>>().join(ask.t("places.join")),
    };
    html! {
        (notice("wrn", &title, &text))
        @if let Some(other) = nearest {
            p { a class="btn pri wide" href=(ask.href(&format!("/c/{}", other.id))) { (ask.tf("places.nearest", &[("centre", ask.b(&other.name))])) } }
        }
    }
}

/// One of the twelve: floor, hours, operator, whether it is there, and where to go.
fn function(ask: &Ask, f: &Function) -> Markup {
    let (colour, key) = match f.state {
        FunctionState::Open => ("soc", "places.state.open"),
        FunctionState::Preparing => ("wrn", "places.state.preparing"),
        FunctionState::None => ("plain", "places.state.none"),
    };
    let floor = (!f.floor.is_empty()).then(|| say::floor(ask, &f.floor));
    let facts: Vec<String> =
        [floor, Some(ask.b(&f.hours).to_owned()), Some(ask.b(&f.operator).to_owned())].into_iter().flatten().filter(|t| !t.is_empty()).collect();
    html! {
        div class={ "door " (f.class.css()) } {
            (icon(sign(&f.code)))
            span {
                b { (ask.b(&f.name)) " " span class="letter" title=(ask.t(class_key(f.class))) { (f.class) } }
                @if !facts.is_empty() { span { (facts.join(" · ")) } }
                @if !ask.b(&f.place).is_empty() { span { (ask.b(&f.place)) } }
            }
            span class="end" { span class={ "pill " (colour) } { (ask.t(key)) } }
        }
    }
}
fn class_key(class: kernel::ServiceClass) -> &'static str {
    match class {
        kernel::ServiceClass::A => "places.class.a",
        kernel::ServiceClass::B => "places.class.b",
        kernel::ServiceClass::C => "places.class.c",
    }
}
/// The icon of a function; any other code has a plain one.
fn sign(code: &str) -> &'static str {
    match code {
        "gov_hall" => "shield",
        "clinic" => "pulse",
        "elder_daycare" => "elder",
        "culture" => "book",
        "gym" => "gym",
        "wet_market" => "basket",
        "supermarket" | "repairs" => "shop",
        "restaurants" => "bowl",
        "bank" => "lock",
        "post" => "paper",
        "pharmacy" => "med",
        _ => "layers",
    }
}
