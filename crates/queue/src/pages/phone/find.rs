//! 我的号 (`/t`): the numbers this browser took today, and a form that finds another by what is printed.

use kernel::{CentreId, Instant, No};
use places::phone::{self, Head, Tab};
use serde::Deserialize;
use web::{Answer, App, Ask, Body, Duty, FieldFault, Markup, Now, Once, Open, Reply, axum::http::HeaderMap, error_summary, field, html, icon};

use super::ticket::{Own, state_words};
use crate::{api, pages::shared};

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

pub(super) async fn find_form(app: App, open: Duty<Open>, headers: HeaderMap, Now(now): Now) -> Reply {
    let (mine, more) = (mine(&app, &open.ask, &headers, now).await?, more(&app, &open.ask, &headers).await?);
    Ok(Answer::html(&render(&open.ask, &mine, &more, "", &[])))
}
/// What this browser holds beside numbers: bookings.
async fn more(app: &App, ask: &Ask, headers: &HeaderMap) -> Result<Vec<Markup>, No> {
    let (ask, slices, headers) = (ask.clone(), app.0.slices, headers.clone());
    app.read(move |tx| {
        let mut all = Vec::new();
        for mine in slices.iter().filter_map(|s| s.mine) {
            all.extend(mine(tx, &ask, &headers)?);
        }
        Ok(all)
    })
    .await
}
/// The numbers of today that this browser took.
async fn mine(app: &App, ask: &Ask, headers: &HeaderMap, now: Instant) -> Result<Vec<Own>, No> {
    let (asked, slices, keys) = (ask.clone(), app.0.slices, shared::keys(headers));
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    app.read(move |tx| {
        let held = shared::held(tx, &asked, &keys, None, now)?;
        held.iter().map(|(key, visit)| Own::read(tx, &asked, slices, visit.id, key, now)).collect()
    })
    .await
}
/// Finds a number of today by what is printed; the code is not kept in the stored answer.
pub(super) async fn find(app: App, open: Duty<Open>, once: Once, headers: HeaderMap, Now(now): Now, Body(body): Body<Printed>) -> Reply {
    let ask = open.ask.clone();
    let (day, centre, number, code) = (ask.district.time.service_day(now), body.centre, body.number.clone(), body.code.clone());
    let found = shared::settled(app.read(move |tx| api::visit_by_code(tx, centre, day, &number, &code, now)).await)?;
    let key = found.as_ref().map(|v| shared::key_of(&v.visit)).unwrap_or_default();
    // A code alone may be a booking's.
    let (slices, typed) = (app.0.slices, format!("{}{}", body.number.trim(), body.code.trim()));
    let page = if found.is_ok() { None } else { app.read(move |tx| page_of(tx, slices, &typed)).await? };
    let asked = ask.clone();
    let answer = app
        .write(&open, once, "queue.find", move |_| match &found {
            Ok(_) => Ok(Answer::of(&asked, 200, &serde_json::json!({ "token": store::SECRET }), format!("/t/{}", store::SECRET))),
            Err(no) => match &page {
                Some(page) => Ok(Answer::of(&asked, 200, &serde_json::json!({ "page": page }), page.as_str())),
                None => Err(no.clone()),
            },
        })
        .await?;
    if answer.code() >= 400 && !ask.json() {
        let faults = [FieldFault { field: "number", text: ask.t("ticket.unknown").to_owned() }];
        let (mine, more) = (mine(&app, &ask, &headers, now).await?, more(&app, &ask, &headers).await?);
        return Ok(Answer::html(&render(&ask, &mine, &more, &body.number, &faults)).status(answer.code()));
    }
    Ok(answer.fill(&key))
}

fn page_of(tx: &mut store::Tx, slices: shared::Slices, typed: &str) -> Result<Option<String>, No> {
    for find in slices.iter().filter_map(|s| s.find) {
        if let Some(page) = find(tx, typed)? {
            return Ok(Some(page));
        }
    }
    Ok(None)
}

pub(super) fn render(ask: &Ask, mine: &[Own], more: &[Markup], number: &str, faults: &[FieldFault]) -> Markup {
    let title = ask.t(if mine.is_empty() && more.is_empty() { "queue.p.find" } else { "queue.p.mine" });
    let main = html! {
        h1 { (title) }
        (phone::bigger(ask))
        @for panel in more { (panel) }
        @if !mine.is_empty() {
            section class="card" aria-label=(ask.t("queue.p.mine.today")) { ul class="links" { @for own in mine { (row(ask, own)) } } }
            h2 class="sec" { (ask.t("queue.p.find.other")) }
        }
        (error_summary(ask, faults))
        form class="card" method="post" action=(ask.href("/t")) {
            (ask.once())
            (field("number", ask.t("queue.p.find.number"), ask.t("queue.p.find.number.hint"), "text", number, faults))
            (field("code", ask.t("queue.p.find.code"), ask.t("queue.p.find.code.hint"), "text", "", &[]))
            button type="submit" class={ "btn wide" @if mine.is_empty() { " pri" } } { (ask.t("queue.p.find")) }
        }
    };
    phone::page(ask, title, Tab::Ticket, &Head::district(ask), &main).render(ask)
}
/// A number with its state, and what it is for.
fn row(ask: &Ask, own: &Own) -> Markup {
    let state = own.first().map_or_else(String::new, |(t, _)| state_words(ask, own, t).1);
    let names: Vec<_> = own.legs().map(|(_, e)| ask.b(&e.name)).collect();
    html! {
        li { a href=(ask.href(&format!("/t/{}", own.key))) {
            span { b { (own.now.visit.number) } " · " (state) small { (names.join(" · ")) " · " (ask.b(&own.here.centre.name)) } }
            (icon("right"))
        } }
    }
}
