//! K4 the ticket, K14 without paper.

use std::collections::BTreeMap;

use kernel::Instant;
use web::{
    Answer, App, Ask, Duty, Markup, Now, Open, Page, QueueOwn, Reply,
    axum::{
        extract::{Path, Query},
        http::HeaderMap,
    },
    html, icon,
};

use super::frame::{self, Machine, Parts, Wish};
use crate::pages::{paper, phone::Own, shared};

async fn with_own(app: &App, own: &Duty<QueueOwn>, key: String, now: Instant, page: impl for<'a> FnOnce(&'a Ask, &Machine, &Own) -> Page<'a>) -> Reply {
    let (ask, slices, visit, centre, device) = (own.ask.clone(), app.0.slices, own.visit()?, own.centre(), own.device.clone());
    let asked = ask.clone();
    let read = app.read(move |tx| Ok((Machine::read(tx, &asked, device.as_ref(), centre, now)?, Own::read(tx, &asked, slices, visit, &key, now)?)));
    let (machine, own) = read.await?;
    Ok(Answer::page(&ask, page(&ask, &machine, &own)))
}
/// `token` stands in both addresses of this page; the number of legs only makes the second print a new one.
fn token(path: &BTreeMap<String, String>) -> String {
    path.get("token").cloned().unwrap_or_default()
}

pub(super) async fn page(
    app: App,
    own: Duty<QueueOwn>,
    Path(path): Path<BTreeMap<String, String>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
    Now(now): Now,
) -> Reply {
    let narrow = frame::narrow(&headers, &query);
    with_own(&app, &own, token(&path), now, move |ask, m, own| render(ask, m, own, narrow)).await
}
/// After one more errand: an address that was not printed yet.
pub(super) async fn added(app: App, own: Duty<QueueOwn>, Path(key): Path<String>, Now(now): Now) -> Reply {
    let visit = own.visit()?;
    let legs = app.read(move |tx| Ok(crate::api::visit(tx, visit, now)?.tickets.len())).await?;
    Ok(Answer::see(format!("/k/done/{key}/{legs}")))
}
pub(super) async fn on_screen(app: App, own: Duty<QueueOwn>, Path(key): Path<String>, Now(now): Now) -> Reply {
    with_own(&app, &own, key, now, render_screen).await
}
pub(super) async fn no_paper(app: App, open: Duty<Open>, Now(now): Now) -> Reply {
    frame::with_machine(&app, &open, now, render_no_paper).await
}

/// K4: the number, the range, where; the paper prints by itself.
pub(super) fn render<'a>(ask: &'a Ask, m: &Machine, own: &Own, narrow: bool) -> Page<'a> {
    let more = Wish { add: Some(own.key.clone()), ..Wish::default() };
    let main = html! {
        div class="stack" {
            (big(ask, own, "no", false))
            (facts(ask, own))
            div class="btns" {
                a class="btn" href=(ask.href(&more.to("/k", &[]))) { (icon("plus")) (ask.t("queue.p.add")) }
                a class="btn pri" href=(ask.href("/k")) { (ask.t("queue.k.done.ok")) }
            }
            (ask.button(&format!("/centres/{}/help", m.id()), ask.t("queue.k.done.no_paper"), "btn wide", &[("paper", &own.key)]))
            div {
                p class="quiet" { span data-return-text=(ask.t("queue.k.done.return")) { (ask.tf("queue.k.done.return", &[("n", "10")])) } }
                div class="count" aria-hidden="true" { i data-returnbar="" {} }
            }
        }
    };
    let parts = Parts {
        forget: "queue.k.forget.soon",
        paper: paper::paper(ask, own, m.here.centre.sample != places::Sample::No),
        ..Parts::of(ask, m, ask.t("queue.k.done.h1"), ask.t("queue.k.done.line"), main)
    };
    frame::page(ask, &parts).class(frame::sheet(narrow)).data("print", "")
}
fn big(ask: &Ask, own: &Own, no: &str, whole: bool) -> Markup {
    let Some((t, _)) = own.first() else { return html! {} };
    let names: Vec<_> = own.legs().map(|(_, e)| ask.b(&e.name)).collect();
    html! {
        section class={ "big " (t.line.class.css()) } aria-label=(ask.t("queue.k.done.yours")) {
            p { (ask.t("queue.k.done.yours")) @if t.ticket.priority() { " · " (ask.t("queue.p.priority")) } }
            p class=(no) { (own.now.visit.number) }
            p { (names.join(" · ")) }
            @if whole { p { @if let Some(f) = &t.forecast { (shared::range(ask, f, &own.facts.limits)) " · " } (own.facts.place(ask, t.ticket.line)) } }
        }
    }
}
fn facts(ask: &Ask, own: &Own) -> Markup {
    let Some((t, _)) = own.first() else { return html! {} };
    let limits = &own.facts.limits;
    html! {
        @if let Some(f) = &t.forecast {
            @if let Some(clock) = shared::clock(ask, f, limits, ask.now) {
                dl class="facts" {
                    div { dt { (ask.t("queue.k.ahead")) } dd { (ask.tf("queue.p.people", &[("n", &shared::ahead(f, limits))])) } }
                    div { dt { (ask.t("queue.k.about")) } dd { (clock) } }
                }
            } @else { p class="est" { (shared::unsaid(ask, f, limits)) } }
        }
        p { b { (ask.t("queue.p.where.label")) } " " (own.facts.place(ask, t.ticket.line)) }
    }
}

/// K14: the number in letters of 200 px, and a code for the phone.
pub(super) fn render_screen<'a>(ask: &'a Ask, m: &Machine, own: &Own) -> Page<'a> {
    let main = html! {
        div class="stack" {
            (big(ask, own, "no p200", true))
            @if !ask.public_url.is_empty() {
                section class="big" aria-label=(ask.t("queue.k.paper.phone")) {
                    (web::qr(&format!("{}/t/{}", ask.public_url, own.key), ask.t("queue.k.paper.qr")))
                    p { (ask.t("queue.k.paper.phone")) }
                }
            }
            div class="btns" { a class="btn pri" href=(ask.href("/k")) { (ask.t("queue.k.paper.ok")) } }
        }
    };
    frame::page(ask, &Parts::of(ask, m, ask.t("queue.k.paper"), ask.t("queue.k.paper.line"), main))
}
pub(super) fn render_no_paper<'a>(ask: &'a Ask, m: &Machine) -> Page<'a> {
    let main = html! {
        div class="stack" { p class="notice wrn" { (icon("print")) span { (ask.t("queue.k.paper.none")) } } div class="btns" { a class="btn pri" href=(ask.href("/k")) { (ask.t("queue.k.paper.take")) } } }
    };
    frame::page(ask, &Parts::of(ask, m, ask.t("queue.k.paper.h1"), ask.t("queue.k.paper.h1.line"), main))
}
