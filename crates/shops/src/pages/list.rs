//! The list itself.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, No};
use places::{
    Zone,
    phone::{self, Head, Tab},
};
use serde_json::{Value, json};
use store::Tx;
use web::{Answer, App, Ask, Duty, Markup, Open, Reply, axum::extract::Query, html, icon};

use super::take;
use crate::{Shop, Trade, api, rows};

/// How a shop's line is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LineNow {
    /// So many wait.
    Waiting(i64),
    /// No more numbers today.
    Stopped,
}
/// A shop with where it is.
pub(super) struct Listed {
    pub shop: Shop,
    pub zone: Option<Zone>,
    /// `None`: one walks in.
    pub line: Option<LineNow>,
}
/// Everything of P16.
pub(super) struct List {
    pub centre: CentreId,
    pub name: Both,
    /// Only these were asked for.
    pub trade: Option<Trade>,
    pub all: Vec<Listed>,
    /// Other centres with shops.
    pub others: Vec<(CentreId, Both)>,
}

impl List {
    fn read(tx: &mut Tx, ask: &Ask, asked: Option<CentreId>, trade: Option<Trade>) -> Result<Self, No> {
        let centres = rows::shop::centres(tx)?;
        let centre = asked.or(centres.first().copied()).ok_or(kernel::Missing("centre"))?;
        let name = places::api::centre(tx, centre)?.name;
        let shops: Vec<Shop> = api::shops(tx, centre)?.into_iter().filter(|s| trade.is_none_or(|t| s.trade == t)).collect();
        let zones = places::api::zones(tx, centre)?;
        let lines = if shops.iter().any(|s| s.served.is_some()) { queue::api::line_now(tx, centre, ask.now)? } else { Vec::new() };
        let now = |code: &str| {
            let line = lines.iter().find(|l| l.line.code == code);
            line.map(|l| if l.line.closed_at.is_some() { LineNow::Stopped } else { LineNow::Waiting(l.waiting) })
        };
        let listed =
            |shop: Shop| Listed { zone: zones.iter().find(|z| z.code == shop.zone).cloned(), line: shop.served.as_ref().and_then(|v| now(&v.line)), shop };
        let all = shops.into_iter().map(listed).collect();
        let mut others = Vec::new();
        for other in centres.into_iter().filter(|c| *c != centre) {
            others.push((other, places::api::centre(tx, other)?.name));
        }
        Ok(Self { centre, name, trade, all, others })
    }
}

pub(super) async fn page(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>) -> Reply {
    let ask = open.ask.clone();
    let centre = query.get("centre").and_then(|c| c.parse().ok()).filter(|c| *c != CentreId::DISTRICT);
    let trade = query.get("trade").and_then(|t| Trade::parse(t));
    let list = app.read(move |tx| List::read(tx, &ask, centre, trade)).await?;
    let ask = &open.ask;
    Ok(if ask.json() {
        let shops: Vec<Value> = list.all.iter().map(|l| of(ask, l)).collect();
        Answer::json(200, &json!({ "centre": list.centre, "shops": shops }))
    } else {
        Answer::html(&render(ask, &list))
    })
}

fn of(ask: &Ask, l: &Listed) -> Value {
    let s = &l.shop;
    let waiting = match l.line {
        Some(LineNow::Waiting(n)) => Some(n),
        _ => None,
    };
    let errand = s.served.as_ref().map(
        |v| json!({ "code": s.code, "name": ask.b(&v.errand), "line": v.line, "minutes": v.minutes, "waiting": waiting, "stopped": l.line == Some(LineNow::Stopped) }),
    );
    json!({
        "shop": s.code, "trade": s.trade.code(), "name": ask.b(&s.name), "where": place(ask, l), "hours": ask.b(&s.hours), "phone": s.phone,
        "errand": errand, "sample": s.sample,
    })
}

/// `1 层 · 药店`
fn place(ask: &Ask, l: &Listed) -> String {
    let Some(zone) = &l.zone else { return String::new() };
    let n = zone.floor.abs().to_string();
    let floor = ask.tf(if zone.floor < 0 { "shops.floor.below" } else { "shops.floor" }, &[("n", &n)]);
    format!("{floor} · {}", ask.b(&zone.name))
}

pub(super) fn render(ask: &Ask, list: &List) -> Markup {
    let here = format!("/shops?centre={}", list.centre);
    let main = html! {
        a class="back" href=(ask.href(&format!("/c/{}", list.centre))) { (icon("right")) (ask.t("shops.centre")) }
        h1 { (ask.t("shops.title")) }
        @if list.all.is_empty() {
            div class="empty" { (icon("shop")) p { (ask.t(if list.trade.is_some() { "shops.none.trade" } else { "shops.none" })) } }
        }
        div class="stack" { @for l in &list.all { (one(ask, l)) } }
        @if list.trade.is_some() { p { a class="btn wide" href=(ask.href(&here)) { (ask.t("shops.all")) } } }
        @if !list.others.is_empty() {
            details class="card" {
                summary { (ask.t("shops.others")) }
                ul class="links" { @for (id, name) in &list.others { li { a href=(ask.href(&format!("/shops?centre={id}"))) { span { (ask.b(name)) } (icon("right")) } } } }
            }
        }
    };
    let head = Head { name: ask.b(&list.name), to: format!("/c/{}", list.centre), line: html! { (ask.t("shops.line")) } };
    phone::page(ask, ask.t("shops.title"), Tab::Other, &head, &main).render(ask)
}

fn one(ask: &Ask, l: &Listed) -> Markup {
    let s = &l.shop;
    html! {
        section class="card stack" aria-label=(ask.b(&s.name)) {
            h2 { (icon(s.trade.sign())) " " (ask.b(&s.name)) @if s.sample { " " span class="pill plain" { (ask.t("web.sample")) } } }
            p class="st" { (ask.b(&s.trade.name())) }
            dl class="rows" {
                @if l.zone.is_some() { div { dt { (ask.t("shops.where")) } dd { (place(ask, l)) } } }
                div { dt { (ask.t("shops.hours")) } dd { (ask.b(&s.hours)) } }
                div { dt { (ask.t("shops.phone")) } dd { a href={ "tel:" (s.phone) } { (s.phone) } } }
            }
            @match (&s.served, l.line) {
                (Some(_), Some(LineNow::Stopped)) => p { (ask.t("shops.stopped")) },
                (Some(served), Some(LineNow::Waiting(n))) => {
                    p { a class="btn pri wide" href=(ask.href(&take(s))) { (icon("ticket")) (ask.tf("shops.take", &[("what", ask.b(&served.errand))])) } }
                    p { @if n == 0 { (ask.t("shops.waiting.none")) } @else { (ask.tf("shops.waiting", &[("n", &n.to_string())])) } }
                    p class="quiet small" { (ask.t("shops.private")) }
                    p class="quiet small" { (ask.t("shops.hall_hours")) }
                }
                _ => p { (ask.t("shops.walk_in")) },
            }
        }
    }
}
