//! K12 still there, K15 closed, K16 for staff.

use std::collections::BTreeMap;

use kernel::{Instant, No};
use store::Tx;
use web::{
    Answer, App, Ask, Duty, Now, Open, Page, Reply,
    axum::{extract::Query, http::HeaderMap},
    html, icon,
};

use super::frame::{self, Machine, Parts, Wish};
use crate::pages::{
    paper,
    shared::{self, CentreNow},
};

pub(super) async fn still(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>, Now(now): Now) -> Reply {
    let wish = Wish::of(&query);
    frame::with_machine(&app, &open, now, move |ask, m| render_still(ask, m, &wish)).await
}
/// As a page, where no script asks.
pub(super) fn render_still<'a>(ask: &'a Ask, m: &Machine, wish: &Wish) -> Page<'a> {
    let main = html! {
        div class="stack push" {
            div class="count" aria-hidden="true" { i {} }
            div class="btns" {
                a class="btn pri" href=(ask.href(&wish.to("/k", &[]))) { (ask.t("queue.k.still.yes")) }
                a class="btn" href=("/k") { (ask.t("queue.k.still.no")) }
            }
        }
    };
    let line = format!("15 {}", ask.t("queue.k.still.note"));
    frame::page(ask, &Parts { still: false, ..Parts::of(ask, m, ask.t("queue.k.still"), &line, main) })
}

/// The nearest centre that gives numbers now.
pub(super) fn near(tx: &mut Tx, ask: &Ask, m: &Machine, now: Instant) -> Result<Option<CentreNow>, No> {
    shared::open_elsewhere(tx, ask, &m.here.centre, now)
}
pub(super) async fn closed(app: App, open: Duty<Open>, Now(now): Now) -> Reply {
    let ask = open.ask.clone();
    let Some(device) = frame::machine(&open) else { return Ok(Answer::page(&ask, frame::enrol(&ask))) };
    let asked = ask.clone();
    let (m, near) = app
        .read(move |tx| {
            let m = Machine::read(tx, &asked, Some(&device), device.centre, now)?;
            let near = near(tx, &asked, &m, now)?;
            Ok((m, near))
        })
        .await?;
    Ok(Answer::page(&ask, render_closed(&ask, &m, near.as_ref())))
}
pub(super) fn render_closed<'a>(ask: &'a Ask, m: &Machine, near: Option<&CentreNow>) -> Page<'a> {
    let next = m.here.hours.next.as_ref().map(|(date, t)| ask.tf("queue.k.closed.next", &[("date", ask.b(date)), ("t", t)]));
    let phone = if m.here.centre.phone.is_empty() { "12345" } else { &m.here.centre.phone };
    let line = match (&m.here.not_open, &next) {
        (Some(refusal), _) => ask.words.refusal(ask.lang, refusal),
        (None, Some(next)) => next.clone(),
        (None, None) => ask.t("queue.k.closed.unknown").to_owned(),
    };
    let main = html! {
        div class="stack" {
            section class="card" aria-label=(ask.t("queue.k.closed.what")) {
                dl class="rows" {
                    div { dt { (ask.t("queue.k.closed.again")) } dd { (next.as_deref().unwrap_or(ask.t("queue.k.closed.unknown"))) } }
                    div { dt { (ask.t("queue.k.closed.phone")) } dd { (phone) } }
                    div { dt { (ask.t("queue.k.closed.else")) } dd {
                        @match near {
                            Some(near) => { (ask.b(&near.centre.name)) @if let Some(t) = &near.until { " · " (ask.tf("queue.k.closed.until", &[("t", t)])) } }
                            None => (ask.t("queue.k.closed.nowhere")),
                        }
                    } }
                }
            }
            p class="notice" { (icon("phone")) span { (ask.t("queue.k.closed.note")) } }
        }
    };
    let parts = Parts { strip: html! {}, ..Parts::of(ask, m, ask.t("queue.k.closed"), &line, main) };
    frame::page(ask, &parts)
}

/// The machine as staff see it.
pub(super) struct Staff {
    pub machine: Machine,
    pub name: String,
}
pub(super) async fn staff(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>, headers: HeaderMap, Now(now): Now) -> Reply {
    let ask = open.ask.clone();
    let Some(device) = frame::machine(&open) else { return Ok(Answer::page(&ask, frame::enrol(&ask))) };
    let asked = ask.clone();
    let staff = app
        .read(move |tx| {
            let name = places::api::devices(tx)?.into_iter().find(|l| l.device.id == device.id).map(|l| l.device.name).unwrap_or_default();
            Ok(Staff { machine: Machine::read(tx, &asked, Some(&device), device.centre, now)?, name })
        })
        .await?;
    Ok(Answer::page(&ask, render_staff(&ask, &staff, frame::narrow(&headers, &query), query.contains_key("test"))))
}
pub(super) fn render_staff<'a>(ask: &'a Ask, staff: &Staff, narrow: bool, test: bool) -> Page<'a> {
    let m = &staff.machine;
    let width = |w: &str| shared_link(ask, w);
    let main = html! {
        div class="stack" {
            section class="card" aria-label=(ask.t("queue.k.staff")) {
                dl class="rows" {
                    div { dt { (ask.t("queue.k.staff.name")) } dd { (staff.name) } }
                    div { dt { (ask.t("queue.k.staff.link")) } dd { span class="pill soc" { (icon("check")) (ask.t("queue.k.staff.ok")) } } }
                    div { dt { (ask.t("queue.k.staff.sync")) } dd { (ask.district.time.hhmmss(ask.now)) } }
                    div { dt { (ask.t("queue.k.staff.paper")) } dd { (ask.tf("queue.k.staff.width", &[("w", if narrow { "58" } else { "80" })])) } }
                    div { dt { (ask.t("queue.k.staff.version")) } dd { (env!("CARGO_PKG_VERSION")) } }
                }
            }
            div class="btns" { a class="btn pri" href=(width("80")) { (ask.t("queue.k.staff.test80")) } a class="btn" href=(width("58")) { (ask.t("queue.k.staff.test58")) } }
            div class="btns" { a class="btn" href=(ask.href(&format!("/here/{}", m.id()))) { (icon("pin")) (ask.t("queue.k.staff.door")) } }
            p class="quiet" { (ask.t("queue.k.staff.note")) }
        }
        a class="strip push" href=(ask.href("/k")) { (icon("home")) span { b { (ask.t("queue.k.staff.home")) } } }
    };
    let line = ask.tf("queue.k.staff.line", &[("name", &staff.name)]);
    let mut parts = Parts::of(ask, m, ask.t("queue.k.staff"), &line, main);
    if test {
        parts.paper = paper::test(ask, ask.b(&m.here.centre.name));
        return frame::page(ask, &parts).class(frame::sheet(narrow)).data("print", "");
    }
    frame::page(ask, &parts)
}
fn shared_link(ask: &Ask, w: &str) -> String {
    ask.href(&shared::link("/k/staff", &[("test", "1"), ("w", w)]))
}
