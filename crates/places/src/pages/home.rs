//! P1 `/`: choose a centre, or the chosen one at a glance. `/c`: the centres by area. Nothing is remembered: the choice is in the address.

use std::collections::BTreeMap;

use axum::extract::Query;
use kernel::{CentreId, No};
use web::{Answer, App, Ask, Duty, Markup, Open, Page, Reply, axum, html, icon};

use super::{
    phone::{self, Head, Tab},
    say,
    view::{self, CentreJson, Entry, View},
};
use crate::{Area, Status};

pub(super) async fn home(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>) -> Reply {
    let ask = open.ask;
    let (slices, chosen) = (app.0.slices, query.get("centre").and_then(|c| c.parse::<CentreId>().ok()));
    let asked = ask.clone();
    let (view, areas) = app
        .read(move |tx| {
            let areas = view::list(tx, &asked)?;
            let mut of_open = areas.iter().flat_map(|(_, e)| e).filter(|e| e.centre.status == Status::Open).map(|e| e.centre.id);
            // One open centre leaves nothing to choose.
            let only = match (of_open.next(), of_open.next()) {
                (Some(one), None) => Some(one),
                _ => None,
            };
            let view = match chosen.or(only).map(|id| View::read(tx, id, &asked, slices)) {
                Some(Ok(view)) if view.today.is_some() => Some(view),
                Some(Err(No::Fault(fault))) => return Err(fault.into()),
                _ => None,
            };
            Ok((view, areas))
        })
        .await?;
    if ask.json() {
        return Ok(list_json(&areas));
    }
    Ok(Answer::html(&match view {
        Some(view) => render_home(&ask, &view),
        None => render_choice(&ask, &areas),
    }))
}

pub(super) async fn list(app: App, open: Duty<Open>) -> Reply {
    let ask = open.ask;
    let asked = ask.clone();
    let areas = app.read(move |tx| view::list(tx, &asked)).await?;
    Ok(if ask.json() { list_json(&areas) } else { Answer::html(&render_list(&ask, &areas)) })
}

fn list_json(areas: &[(Area, Vec<Entry>)]) -> Answer {
    let all: Vec<_> = areas.iter().flat_map(|(_, entries)| entries).map(|e| CentreJson::of(&e.centre, e.today.as_ref())).collect();
    Answer::json(200, &serde_json::json!({ "centres": all }))
}

/// One row of a list: name, and whether it is open, or when it is planned.
fn entry(ask: &Ask, e: &Entry, to: &str) -> Markup {
    let c = &e.centre;
    let second = match (c.status, &c.planned_month) {
        (Status::Open, _) => say::line(ask, c.status, e.today.as_ref()),
        (Status::Closed, _) | (_, None) => html! { (ask.b(&c.status.name())) },
        (_, Some(month)) => html! { (ask.b(&c.status.name())) " · " (ask.tf("places.planned", &[("month", month)])) },
    };
    html! { li { a href=(ask.href(&format!("{to}{}", c.id))) { span { (ask.b(&c.name)) small { (second) } } (icon("right")) } } }
}

/// Nothing chosen yet: open centres first by area, then those being prepared.
pub(crate) fn render_choice(ask: &Ask, areas: &[(Area, Vec<Entry>)]) -> Markup {
    let of = |status: Status| areas.iter().any(|(_, e)| e.iter().any(|e| e.centre.status == status));
    let title = ask.t("places.choose");
    let main = html! {
        h1 { (title) }
        p class="quiet" { (ask.t("places.choose.note")) }
        (phone::bigger(ask))
        h2 class="sec" { (ask.t("places.find.label")) }
        (phone::find(ask, "", &[]))
        @if !of(Status::Open) { p class="empty" { (ask.t("places.choose.none")) } }
        @for (area, entries) in areas {
            @if entries.iter().any(|e| e.centre.status == Status::Open) {
                h2 class="sec" { (ask.b(&area.name)) }
                section class="card" aria-label=(ask.b(&area.name)) {
                    ul class="links" { @for e in entries.iter().filter(|e| e.centre.status == Status::Open) { (entry(ask, e, "/?centre=")) } }
                }
            }
        }
        @if of(Status::Preparing) {
            h2 class="sec" { (ask.t("places.preparing")) }
            section class="card" aria-label=(ask.t("places.preparing")) {
                ul class="links" { @for e in areas.iter().flat_map(|(_, e)| e).filter(|e| e.centre.status == Status::Preparing) { (entry(ask, e, "/c/")) } }
            }
        }
        p { a class="btn wide" href=(ask.href("/c")) { (icon("pin")) (ask.t("places.all")) } }
    };
    phone::page(ask, title, Tab::Home, &Head::district(ask), &main).render(ask)
}

/// The chosen centre: its day, what one may do, and the cards of every slice.
pub(crate) fn render_home(ask: &Ask, view: &View) -> Markup {
    let c = &view.centre;
    let name = ask.b(&c.name);
    let head = Head { name, to: format!("/c/{}", c.id), line: say::line(ask, c.status, view.today.as_ref()) };
    let open = view.today.as_ref().is_some_and(|t| t.open.is_some());
    let verb = |colour: &str, to: String, sign: &str, key: &'static str| {
        html! { li { a class={ "verb " (colour) } href=(ask.href(&to)) { (icon(sign)) b { (ask.t(key)) } } } }
    };
    // Straight to the list of errands one taps (J1: three taps); closed, to what to bring.
    let papers = format!("/errands?centre={}", c.id);
    let take = if open { format!("/c/{}/take", c.id) } else { papers.clone() };
    let main = html! {
        h1 class="sr" { (name) }
        (phone::bigger(ask))
        section class="card hero" aria-labelledby="t1" {
            h2 id="t1" { (ask.t("places.hero")) }
            @if open {
                p class="sum" { (ask.t("places.hero.take")) }
                p class="quiet" { (ask.t("places.hero.note")) }
            } @else if let Some(today) = &view.today {
                p class="sum" { (say::next(ask, today)) }
                @let why = say::why(ask, &today.opening);
                @if !why.is_empty() { p class="quiet" { (why) } }
            }
            p { a class="btn pri wide" href=(ask.href(&take)) { (icon("ticket")) (ask.t(if open { "places.take" } else { "places.papers" })) } }
        }
        h2 class="sec" { (ask.t("places.what")) }
        ul class="verbs" {
            (verb("gov", take.clone(), "ticket", "places.take"))
            (verb("gov", papers, "book", "places.papers"))
            (verb("soc", format!("/c/{}#functions", c.id), "layers", "places.functions"))
            (verb("alr", "/help".into(), "person-help", "places.ask_person"))
        }
        div class="sec" { h2 { (ask.t("places.now")) } a href=(ask.href("/c")) { (ask.t("places.other")) } }
        div id="live" { @for card in &view.cards { (card) } }
        @if view.cards.is_empty() { p class="quiet" { (ask.t("places.now.none")) } }
    };
    phone::page(ask, name, Tab::Home, &head, &main).render(ask)
}

/// Every centre by area, in whatever state.
pub(crate) fn render_list(ask: &Ask, areas: &[(Area, Vec<Entry>)]) -> Markup {
    let title = ask.t("places.all");
    let main = html! {
        a class="back" href=(ask.href("/")) { (icon("right")) (ask.t("places.nav.home")) }
        h1 { (title) }
        @for (area, entries) in areas {
            h2 class="sec" { (ask.b(&area.name)) }
            section class="card" aria-label=(ask.b(&area.name)) { ul class="links" { @for e in entries { (entry(ask, e, "/c/")) } } }
        }
        @if areas.is_empty() { p class="empty" { (ask.t("places.none")) } }
    };
    let page: Page = phone::page(ask, title, Tab::Other, &Head::district(ask), &main);
    page.render(ask)
}
