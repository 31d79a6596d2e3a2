//! The door (`/here/{centre}/{k}`): its QR code carries the code of the day; whoever opens it is here.

use kernel::{Actor, CentreId, Instant, No};
use places::phone::{self, Tab};
use serde::Deserialize;
use store::Tx;
use web::{
    Answer, App, Ask, Body, Duty, FieldFault, Markup, Now, Once, Open, Page, QueueTake, Reply, Surface,
    axum::{extract::Path, http::HeaderMap},
    field, html, icon, skip,
};

use super::view::head;
use crate::{
    Visit, VisitState, api,
    pages::shared::{self, CentreNow},
    unknown_ticket,
};

/// What the door shows: whose number this browser holds, if any.
pub(super) struct Door {
    pub here: CentreNow,
    pub k: String,
    pub mine: Option<Visit>,
}

pub(super) async fn page(app: App, open: Duty<Open>, headers: HeaderMap, Path((centre, k)): Path<(CentreId, String)>, Now(now): Now) -> Reply {
    let ask = open.ask.clone();
    shared::at_the_door(&app.0.settings, centre, ask.district.time.service_day(now), &k)?;
    let (asked, keys) = (ask.clone(), shared::keys(&headers));
    let door = app
        .read(move |tx| {
            let mine = mine(tx, &asked, centre, &keys, now)?;
            Ok(Door { here: CentreNow::read(tx, &asked, centre, now)?, k, mine })
        })
        .await?;
    Ok(Answer::html(&render(&ask, &door, "", &[])))
}
/// The open number of today that this browser holds here: one that has not come yet before one that has.
fn mine(tx: &mut Tx, ask: &Ask, centre: CentreId, keys: &[String], now: Instant) -> Result<Option<Visit>, No> {
    let held = shared::held(tx, ask, keys, Some(centre), now)?;
    Ok(held.into_iter().map(|(_, v)| v).filter(|v| v.state == VisitState::Open).min_by_key(|v| v.arrived_at.is_some()))
}

/// The eight characters, where the browser holds no number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    #[serde(default)]
    code: Option<String>,
}
pub(super) async fn arrive(
    app: App,
    open: Duty<Open>,
    once: Once,
    headers: HeaderMap,
    Path((centre, k)): Path<(CentreId, String)>,
    Now(now): Now,
    Body(body): Body<Code>,
) -> Reply {
    let ask = open.ask.clone();
    let day = ask.district.time.service_day(now);
    let (asked, keys, typed) = (ask.clone(), shared::keys(&headers), body.code.clone().unwrap_or_default());
    let found = app.read(move |tx| match body.code.filter(|c| !c.trim().is_empty()) {
        Some(code) => shared::by_code(tx, centre, day, &code),
        None => mine(tx, &asked, centre, &keys, now)?.ok_or_else(|| unknown_ticket().into()),
    });
    let found = shared::settled(found.await)?;
    let key = found.as_ref().map(shared::key_of).unwrap_or_default();
    let settings = app.0.settings.clone();
    let (again, at_door) = (ask.clone(), k.clone());
    let answer = app
        .write(&open, once, "queue.here", move |tx| {
            shared::at_the_door(&settings, centre, day, &k)?;
            let visit = found.clone()?;
            api::come(tx, visit.id, &Actor::Holder(visit.id), now)?;
            Ok(Answer::of(&ask, 200, &serde_json::json!({ "number": visit.number.to_string(), "here": true }), format!("/t/{}", store::SECRET)))
        })
        .await?;
    // A number that is not found is said at its field; the door's own code stands in the address.
    if answer.code() == 404 && !again.json() {
        let ask = again;
        let asked = ask.clone();
        let here = app.read(move |tx| CentreNow::read(tx, &asked, centre, now)).await?;
        let faults = [FieldFault { field: "code", text: ask.t("queue.p.find.code.unknown").to_owned() }];
        return Ok(Answer::html(&render(&ask, &Door { here, k: at_door, mine: None }, &typed, &faults)).status(404));
    }
    Ok(answer.fill(&key))
}

/// The sheet that hangs at the door today, from the ticket printer: only staff and kiosks of the centre see its code.
pub(super) async fn sheet(app: App, who: Duty<QueueTake>, Now(now): Now) -> Reply {
    let (ask, centre) = (who.ask.clone(), who.centre());
    let k = shared::door_code(&app.0.settings, centre, ask.district.time.service_day(now));
    let name = app.read(move |tx| Ok(places::api::centre(tx, centre)?.name)).await?;
    if ask.json() {
        return Ok(Answer::json(200, &serde_json::json!({ "centre": centre, "k": k })));
    }
    Ok(Answer::html(&render_sheet(&ask, centre, ask.b(&name), &k)))
}
pub(super) fn render_sheet(ask: &Ask, centre: CentreId, name: &str, k: &str) -> Markup {
    let title = ask.t("queue.p.door.sheet");
    let day = shared::weekday(&ask.words, ask.district.time.day(ask.now));
    let body = html! {
        (skip(ask))
        main id="main" tabindex="-1" {
            h1 class="sr" { (title) }
            section class="paper elderly" aria-label=(title) {
                @if ask.district.sample { p class="stamp" { (ask.t("queue.p.paper.sample")) } }
                p class="hd" { svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} } (name) }
                h2 class="ttl" { (ask.t("queue.p.door.sheet.line")) }
                p class="no long" { (k) }
                div class="q2" {
                    @if !ask.public_url.is_empty() { (web::qr(&format!("{}/here/{centre}/{k}", ask.public_url), ask.t("queue.p.door.qr"))) }
                    p { (ask.t("queue.p.door.how")) }
                }
                p class="ft" { (ask.tf("queue.p.door.day", &[("day", ask.b(&day))])) }
            }
        }
    };
    Page::new(Surface::Sheet80, title, body).render(ask)
}

pub(super) fn render(ask: &Ask, door: &Door, typed: &str, faults: &[FieldFault]) -> Markup {
    let title = ask.t("queue.p.here.title");
    let post = format!("/here/{}/{}", door.here.centre.id, door.k);
    let main = html! {
        h1 { (title) }
        @match &door.mine {
            Some(visit) if visit.arrived_at.is_some() => {
                div class="notice soc" { (icon("check")) div { b { (ask.tf("queue.p.here.done", &[("no", &visit.number.to_string())])) } p { (ask.t("queue.p.here.done.note")) } } }
            }
            Some(visit) => {
                section class="card" {
                    h2 { (ask.tf("queue.p.here.no", &[("no", &visit.number.to_string())])) }
                    p class="quiet" { (ask.t("queue.p.here.note")) }
                    (ask.button(&post, ask.t("queue.p.here"), "btn pri wide", &[]))
                }
            }
            None => {
                form class="card" method="post" action=(ask.href(&post)) {
                    (ask.once())
                    (field("code", ask.t("queue.p.find.code"), ask.t("queue.p.find.code.hint"), "text", typed, faults))
                    button type="submit" class="btn pri wide" { (ask.t("queue.p.here")) }
                }
                p { a class="btn wide" href=(ask.href(&format!("/c/{}/take", door.here.centre.id))) { (icon("ticket")) (ask.t("queue.p.here.none")) } }
            }
        }
    };
    phone::page(ask, title, Tab::Ticket, &head(ask, &door.here), &main).render(ask)
}
