//! The proof for everybody: every rule asked of the live data.

use serde_json::json;
use tokio::sync::Mutex;
use web::{Answer, App, Ask, Duty, Markup, Open, Page, Reply, Surface, html, notice};

use super::moment;
use crate::prove::{self, CHECKS};

/// The newest answer and when it was made, machine seconds. One is made at a time.
#[derive(Default)]
struct Newest(Mutex<Option<(i64, Vec<String>)>>);
/// An answer is shown again for so long, seconds [A].
const AGAIN_S: i64 = 30;

pub(super) async fn page(app: App, open: Duty<Open>) -> Reply {
    let newest = app.memory::<Newest>();
    let mut newest = newest.0.lock().await;
    let now_s = app.real().micros() / 1_000_000;
    if newest.as_ref().is_none_or(|(at, _)| now_s - at > AGAIN_S) {
        let ask = open.ask.clone();
        let found = app.read(move |tx| prove::prove(tx, moment(&ask))).await?;
        *newest = Some((now_s, found));
    }
    let found = newest.as_ref().map(|(_, f)| f.clone()).unwrap_or_default();
    let ask = &open.ask;
    if ask.json() {
        return Ok(Answer::json(200, &json!({ "rules": CHECKS.len() + 3, "breaches": found.len() })));
    }
    Ok(Answer::html(&render(ask, &found)))
}

pub(super) fn render(ask: &Ask, found: &[String]) -> Markup {
    let title = ask.t("capacity.proof.title");
    let rules = CHECKS.iter().map(|c| c.id).chain(["C6", "C10", "C15"]);
    let body = html! {
        (web::masthead(ask, ask.b(&ask.district.name), &html! { (title) }))
        main id="main" tabindex="-1" {
            h1 { (title) }
            p { (ask.t("capacity.proof.lead")) }
            @if found.is_empty() { (notice("ok", ask.t("capacity.proof.ok"), "")) } @else { (notice("alr", &ask.tf("capacity.proof.wrong", &[("n", &found.len().to_string())]), "")) }
            dl class="rows card" { @for id in rules { div {
                dt { (id) " " (ask.t(&format!("capacity.rule.{id}"))) }
                dd { (found.iter().filter(|f| f.split(' ').next() == Some(id)).count()) }
            } } }
        }
    };
    Page::new(Surface::Phone, title, body).render(ask)
}
