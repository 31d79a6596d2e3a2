//! A5 `/admin/devices`: list, add with a code that is shown once, revoke.

use std::collections::BTreeMap;

use kernel::{CentreId, DeviceKind, Id, Instant, No, Refusal};
use serde::Deserialize;
use web::{
    Answer, App, Ask, Body, Dice, Duty, Markup, Once, Page, PlacesDevices, Real, Reply, Surface,
    axum::extract::{Path, Query},
    choices, field, html, masthead,
};

use super::enrol::Heard;
use crate::{
    Centre, Counter, Device, Zone, api,
    device::{CODE_MINUTES, KINDS, Listed, State, door},
};

/// Silent this long = not connected, in seconds: two beats of five.
const OFFLINE_S: i64 = 10;

/// Everything of the page.
pub(crate) struct Shown {
    pub centres: Vec<Centre>,
    pub devices: Vec<Listed>,
    /// The centre a device is being added to, with what it may be bound to.
    pub adding: Option<(Centre, Vec<Zone>, Vec<Counter>)>,
    pub real: Instant,
    /// Name and code of what was just added.
    pub code: Option<(String, DeviceKind, String)>,
}

fn read(tx: &mut store::Tx, scope: &[CentreId], chosen: Option<CentreId>, real: Instant) -> Result<Shown, No> {
    let covers = |c: CentreId| scope.contains(&CentreId::DISTRICT) || scope.contains(&c);
    let centres: Vec<_> = api::centres(tx)?.into_iter().filter(|c| covers(c.id)).collect();
    let devices = api::devices(tx)?.into_iter().filter(|l| covers(l.device.centre)).collect();
    let adding = match centres.iter().find(|c| Some(c.id) == chosen) {
        Some(c) => Some((c.clone(), api::zones(tx, c.id)?, api::counters(tx, c.id)?)),
        None => None,
    };
    Ok(Shown { centres, devices, adding, real, code: None })
}
fn scope<D>(duty: &Duty<D>) -> Vec<CentreId> {
    duty.signed.as_ref().map(|s| s.scope("places.devices")).unwrap_or_default()
}

pub(super) async fn list(app: App, duty: Duty<PlacesDevices>, Real(real): Real, Query(query): Query<BTreeMap<String, String>>) -> Reply {
    let (scope, chosen) = (scope(&duty), query.get("centre").and_then(|c| c.parse().ok()));
    let mut shown = app.read(move |tx| read(tx, &scope, chosen, real)).await?;
    let heard = app.memory::<Heard>();
    for l in &mut shown.devices {
        l.seen = heard.last(l.device.id).max(l.seen);
    }
    if duty.ask.json() {
        let all: Vec<_> = shown.devices.iter().map(|l| serde_json::json!({ "id": l.device.id, "centre": l.device.centre, "kind": l.device.kind.code(), "name": l.device.name, "state": l.state.code(), "seen_us": l.seen.map(Instant::micros) })).collect();
        return Ok(Answer::json(200, &serde_json::json!({ "devices": all })));
    }
    Ok(Answer::html(&render(&duty.ask, &shown)))
}

/// A new device.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    kind: String,
    name: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    counter: String,
}

pub(super) async fn add(app: App, duty: Duty<PlacesDevices>, once: Once, Real(real): Real, Dice(dice): Dice, Body(new): Body<New>) -> Reply {
    // The code is computed from the one-time key, so that a retry shows it again although only its hash is stored.
    let code = web::token::code(&web::token::hash(&once.secret(&app)), 8);
    let (ask, centre, scope, shown_code) = (duty.ask.clone(), duty.centre(), scope(&duty), code.clone());
    let mut ten = [0; 10];
    ten.copy_from_slice(&dice[..10]);
    let answer = app
        .write(&duty, once, "places.device.add", move |tx| {
            let kind = DeviceKind::parse(&new.kind).ok_or_else(|| Refusal::invalid("device.kind").at("kind"))?;
            let zone = if new.zone.is_empty() { None } else { Some(api::zone(tx, centre, &new.zone)?.id) };
            let counter = if new.counter.is_empty() { None } else { Some(new.counter.parse().map_err(|_| kernel::Missing("counter"))?) };
            let device = Device { id: Id::new(real, ten), centre, kind, name: new.name.trim().to_owned(), zone, counter };
            api::add_device(tx, &device, &code, real)?;
            tx.about("device", device.id);
            if ask.json() {
                return Ok(Answer::json(
                    201,
                    &serde_json::json!({ "device": device.id, "code": store::SECRET, "path": format!("{}/enrol", door(kind)), "minutes": CODE_MINUTES }),
                ));
            }
            let mut shown = read(tx, &scope, Some(centre), real)?;
            shown.code = Some((device.name, kind, store::SECRET.into()));
            Ok(Answer::html(&render(&ask, &shown)))
        })
        .await?;
    Ok(answer.fill(&shown_code))
}

/// Nothing to say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

pub(super) async fn revoke(
    app: App,
    duty: Duty<PlacesDevices>,
    once: Once,
    Path(path): Path<BTreeMap<String, String>>,
    Real(real): Real,
    Body(_): Body<Nothing>,
) -> Reply {
    let id: kernel::DeviceId = web::Params(path).get("device")?;
    let ask = duty.ask.clone();
    app.write(&duty, once, "places.device.revoke", move |tx| {
        let device = api::revoke(tx, id, real)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "device": id, "state": "revoked" }), format!("/admin/devices?centre={}", device.centre)))
    })
    .await
}

fn kind_key(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Kiosk => "places.kind.kiosk",
        DeviceKind::Display => "places.kind.display",
        DeviceKind::Desk => "places.kind.desk",
        DeviceKind::Printer => "places.kind.printer",
        DeviceKind::Rating => "places.kind.rating",
    }
}

pub(crate) fn render(ask: &Ask, s: &Shown) -> Markup {
    let title = ask.t("places.devices");
    let name_of = |id: CentreId| s.centres.iter().find(|c| c.id == id).map_or_else(|| id.to_string(), |c| ask.b(&c.name).to_owned());
    let body = html! {
        (masthead(ask, ask.b(&ask.district.name), &html! { @if let Some(name) = &ask.shown { (name) } }))
        main id="main" class="page" tabindex="-1" {
            div class="head" { h1 { (title) } a class="btn" href=(ask.href("/admin")) { (ask.t("places.back.admin")) } }
            @if let Some((name, kind, code)) = &s.code {
                section class="card hero narrow" role="status" aria-labelledby="code-h" {
                    h2 id="code-h" { (ask.tf("places.code", &[("name", name)])) }
                    p class="sum num" { (code) }
                    p { (ask.tf("places.code.note", &[("path", &format!("{}/enrol", door(*kind))), ("n", &CODE_MINUTES.to_string())])) }
                }
            }
            section class="card" aria-label=(title) {
                @if s.devices.is_empty() { p class="empty" { (ask.t("places.devices.none")) } } @else {
                    table class="table cards" {
                        caption class="sr" { (title) }
                        thead { tr {
                            th scope="col" { (ask.t("places.device.name")) }
                            th scope="col" class="l" { (ask.t("places.device.kind")) }
                            th scope="col" class="l" { (ask.t("places.device.centre")) }
                            th scope="col" class="l" { (ask.t("places.device.state")) }
                            th scope="col" { span class="sr" { (ask.t("places.device.act")) } }
                        } }
                        tbody { @for l in &s.devices { tr {
                            th scope="row" { (l.device.name) }
                            td data-l=(ask.t("places.device.kind")) class="l" { (ask.t(kind_key(l.device.kind))) }
                            td data-l=(ask.t("places.device.centre")) class="l" { (name_of(l.device.centre)) }
                            td data-l=(ask.t("places.device.state")) class="l" { (state(ask, l, s.real)) }
                            td { @if l.state != State::Revoked {
                                (ask.button(&format!("/admin/devices/{}/revoke", l.device.id), &ask.tf("places.device.revoke", &[("name", &l.device.name)]), "btn bad", &[]))
                            } }
                        } } }
                    }
                }
            }
            section class="card narrow" aria-labelledby="add-h" {
                h2 id="add-h" { (ask.t("places.device.add")) }
                form class="field" method="get" action=(ask.href("/admin/devices")) {
                    label for="centre" { (ask.t("places.device.centre")) }
                    select id="centre" name="centre" {
                        @for c in &s.centres { option value=(c.id) selected[s.adding.as_ref().is_some_and(|(a, ..)| a.id == c.id)] { (ask.b(&c.name)) } }
                    }
                    " " button type="submit" class="btn" { (ask.t("places.device.pick")) }
                }
                @if let Some((centre, zones, counters)) = &s.adding { (add_form(ask, centre, zones, counters)) }
            }
        }
    };
    Page::new(Surface::Admin, title, body).render(ask)
}
fn add_form(ask: &Ask, centre: &Centre, zones: &[Zone], counters: &[Counter]) -> Markup {
    let kinds: Vec<_> = KINDS.iter().map(|k| (k.code().to_owned(), ask.t(kind_key(*k)).to_owned())).collect();
    html! {
        form method="post" action=(ask.href(&format!("/admin/centres/{}/devices", centre.id))) {
            (ask.once())
            (choices("kind", ask.t("places.device.kind"), &kinds, "kiosk"))
            (field("name", ask.t("places.device.name"), ask.t("places.device.name.hint"), "text", "", &[]))
            div class="field" {
                label for="zone" { (ask.t("places.device.zone")) }
                select id="zone" name="zone" {
                    option value="" { (ask.t("places.device.unbound")) }
                    @for z in zones { option value=(z.code) { (ask.b(&z.name)) } }
                }
            }
            div class="field" {
                label for="counter" { (ask.t("places.device.counter")) }
                select id="counter" name="counter" {
                    option value="" { (ask.t("places.device.unbound")) }
                    @for c in counters { option value=(c.id) { (ask.tf("places.counter", &[("n", &c.number.to_string())])) } }
                }
            }
            p { button type="submit" class="btn pri" { (ask.t("places.device.make")) } }
        }
    }
}
fn state(ask: &Ask, l: &Listed, real: Instant) -> Markup {
    let (colour, text) = match l.state {
        State::New { until } if real < until => ("wrn", ask.tf("places.device.new", &[("t", &ask.hhmm(until))])),
        State::New { .. } => ("plain", ask.t("places.device.lapsed").to_owned()),
        State::Revoked => ("plain", ask.t("places.device.revoked").to_owned()),
        State::Enrolled { .. } if l.seen.is_some_and(|s| real.seconds_since(s) <= OFFLINE_S) => ("soc", ask.t("places.device.online").to_owned()),
        State::Enrolled { at } => {
            let seen = ask.district.time.rfc3339(l.seen.unwrap_or(at));
            ("plain", ask.tf("places.device.seen", &[("t", &seen.get(..16).unwrap_or_default().replace('T', " "))]))
        }
    };
    html! { span class={ "pill " (colour) } { (text) } }
}
