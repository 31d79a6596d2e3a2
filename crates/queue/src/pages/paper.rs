//! The paper ticket (小票): 80 and 58 mm, black only, no name, no ID; for elders in letters of at least 4 mm.

use std::collections::BTreeMap;

use web::{
    Answer, App, Ask, Duty, Markup, Now, Owns, Page, QueueOwn, Reply, Route, Surface, assets,
    axum::extract::{Path, Query},
    html, route, skip,
};

use super::{
    phone::{Own, spaced_code},
    shared::{self, visit_in_path},
};
use crate::State;

pub(crate) static ROUTES: &[Route] = &[route!(GET "/print/{token}", QueueOwn, page, "queue.print").own(Owns::TicketCode, visit_in_path)];

async fn page(app: App, own: Duty<QueueOwn>, Path(key): Path<String>, Query(query): Query<BTreeMap<String, String>>, Now(now): Now) -> Reply {
    let (ask, slices, visit) = (own.ask.clone(), app.0.slices, own.visit()?);
    let asked = ask.clone();
    let own = app.read(move |tx| Own::read(tx, &asked, slices, visit, &key, now)).await?;
    Ok(Answer::html(&render(&ask, &own, query.get("w").map(String::as_str) == Some("58"))))
}

pub(crate) fn render(ask: &Ask, own: &Own, narrow: bool) -> Markup {
    let title = ask.tf("queue.p.paper", &[("no", &own.now.visit.number.to_string())]);
    let body = html! {
        (skip(ask))
        main id="main" tabindex="-1" {
            h1 class="sr" { (title) }
            (paper(ask, own, own.here.centre.sample != places::Sample::No))
            p class="noprint" { a class="btn" href=(ask.href(&format!("/t/{}", own.key))) { (ask.t("queue.p.mine")) } }
        }
    };
    Page::new(if narrow { Surface::Sheet58 } else { Surface::Sheet80 }, &title, body).render(ask)
}

/// Letters of at least 4 mm for who has priority by age or need (day-one §1).
fn elderly(own: &Own) -> bool {
    own.now.tickets.iter().any(|t| t.ticket.priority())
}

/// The paper itself; on K4 it is hidden on the screen and alone in print.
pub(crate) fn paper(ask: &Ask, own: &Own, sample: bool) -> Markup {
    let visit = &own.now.visit;
    let Some((t, _)) = own.first() else { return html! {} };
    let names: Vec<_> = own.legs().filter(|(t, _)| !t.ticket.state.ended()).map(|(_, e)| ask.b(&e.name)).collect();
    let day = visit.day.to_string();
    html! {
        section class=(if elderly(own) { "paper elderly" } else { "paper" }) aria-label=(ask.t("queue.p.paper.label")) {
            @if sample || ask.district.sample { p class="stamp" { (ask.t("queue.p.paper.sample")) } }
            (top(ask.b(&own.here.centre.name)))
            h2 class="ttl" { (ask.t(if visit.arrived_at.is_some() { "queue.p.paper.wait" } else { "queue.p.paper.remote" })) }
            p class="no" { (visit.number) }
            p class="svc" { (names.join(" · ")) @if t.ticket.priority() { " · " (ask.t("queue.p.priority")) } }
            (facts(ask, own))
            (rows(ask, own))
            div class="q2" {
                @if !ask.public_url.is_empty() { (web::qr(&format!("{}/t/{}", ask.public_url, own.key), ask.t("queue.p.paper.qr"))) }
                p {
                    @if !ask.public_url.is_empty() { b { (ask.t("queue.p.paper.scan")) } }
                    (ask.t("queue.p.paper.rejoin")) br; (ask.t("queue.p.paper.heard")) br;
                    (ask.tf("queue.p.paper.code", &[("code", &spaced_code(visit.code.as_str()))]))
                }
            }
            p class="ft" { (ask.tf("queue.p.paper.taken", &[("day", &day), ("t", &ask.hhmm(visit.issued_at))])) br; (ask.t("queue.p.paper.nobody")) }
        }
    }
}
fn top(centre: &str) -> Markup {
    html! { p class="hd" { svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", assets::url("icons.svg"))) {} } (centre) } }
}
/// The range as it was first shown, or as it is now when errands were added.
fn facts(ask: &Ask, own: &Own) -> Markup {
    let Some((t, _)) = own.first() else { return html! {} };
    let (at, first) = t.first;
    let limits = &own.facts.limits;
    html! {
        @if let Some(clock) = shared::clock(ask, &first, limits, at) {
            dl class="facts" {
                div { dt { (ask.t("queue.k.ahead")) } dd { (ask.tf("queue.p.people", &[("n", &shared::ahead(&first, limits))])) } }
                div { dt { (ask.t("queue.k.about")) } dd { (clock) } }
            }
        } @else { p class="est" { (shared::unsaid(ask, &first, limits)) } }
    }
}
/// Where for each errand, and where the papers are listed.
fn rows(ask: &Ask, own: &Own) -> Markup {
    let live: Vec<_> = own.legs().filter(|(t, _)| !matches!(t.ticket.state, State::Ended { .. })).collect();
    let papers = live.iter().any(|(_, e)| e.papers.is_some());
    html! {
        dl class="rows" {
            @for (t, errand) in &live {
                div { dt { @if live.len() > 1 { (ask.b(&errand.short)) } @else { (ask.t("queue.p.where.label")) } } dd { (own.facts.place(ask, t.ticket.line)) } }
            }
            @if papers { div { dt { (ask.t("queue.p.bring")) } dd { (ask.t(if ask.public_url.is_empty() { "queue.p.paper.bring.ask" } else { "queue.p.paper.bring" })) } } }
        }
    }
}

/// A test of the printer: no number at all.
pub(crate) fn test(ask: &Ask, centre: &str) -> Markup {
    html! {
        section class="paper" aria-label=(ask.t("queue.p.paper.label")) {
            p class="stamp" { (ask.t("queue.p.paper.test")) }
            (top(centre))
            h2 class="ttl" { (ask.t("queue.p.paper.test.line")) }
            p class="no" { "0000" }
            p class="ft" { (ask.district.time.rfc3339(ask.now)) }
        }
    }
}

/// Name and page.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let own = |credit_s, states: &[State]| super::made_up::own(ask, true, states, credit_s);
    vec![
        ("paper-80", render(ask, &own(0, &[State::Waiting]), false)),
        ("paper-58", render(ask, &own(0, &[State::Waiting]), true)),
        ("paper-80-elder", render(ask, &own(600, &[State::Waiting]), false)),
        ("paper-58-elder", render(ask, &own(600, &[State::Waiting, State::Waiting]), true)),
    ]
}
