//! Where a device types its code: `/k/enrol`, `/s/enrol`, `/d/enrol`; and its heartbeat.

use std::{collections::HashMap, sync::Mutex};

use kernel::{CentreId, DeviceId, Instant};
use serde::Deserialize;
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Once, Open, Page, Real, Refuse, Reply, Surface, field, html, masthead};

use crate::api;

/// A row is written at most this often for a device that is heard, in seconds [A]; between, this process remembers.
const WRITE_SEEN_S: i64 = 3_600;

/// The eight characters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    code: String,
}

/// `/k`, `/s` or `/d`, from the path asked.
fn door(ask: &Ask) -> &'static str {
    match Surface::of(&ask.path) {
        Surface::Screen => "/s",
        Surface::Desk => "/d",
        _ => "/k",
    }
}

pub(super) async fn page(_: App, open: Duty<Open>) -> Reply {
    Ok(Answer::html(&render(&open.ask)))
}

pub(crate) fn render(ask: &Ask) -> Markup {
    let door = door(ask);
    let title = ask.t("places.enrol");
    let body = html! {
        (masthead(ask, ask.b(&ask.district.name), &html! { (ask.t("places.title")) }))
        main id="main" tabindex="-1" {
            h1 { (title) }
            form class="card" method="post" action=(ask.href(&format!("{door}/enrol"))) {
                (field("code", ask.t("places.enrol.code"), ask.t("places.enrol.hint"), "text", "", &[]))
                p { button type="submit" class="btn pri wide" { (ask.t("places.enrol.do")) } }
            }
        }
    };
    Page::new(Surface::Admin, title, body).class("gate").render(ask)
}

pub(super) async fn enrol(app: App, open: Duty<Open>, once: Once, Real(real): Real, Dice(dice): Dice, Body(typed): Body<Typed>) -> Reply {
    let (ask, door) = (open.ask.clone(), door(&open.ask));
    let token = api::new_token(dice);
    let hash = web::token::hash(&token);
    let answer = app
        .write_at(&open, CentreId::DISTRICT, once, open.ask.route.action, move |tx| {
            let device = api::enrol(tx, &typed.code, door, hash, real)?;
            // The token leaves in the cookie; a program that asked for JSON reads it from the body, which is stored nowhere.
            Ok(Answer::of(
                &ask,
                200,
                &serde_json::json!({ "device": device.id, "kind": device.kind.code(), "centre": device.centre, "token": store::SECRET }),
                door,
            ))
        })
        .await?;
    if answer.code() >= 400 {
        return Ok(answer);
    }
    Ok(answer.fill(&token).cookie(crate::cookie(&app.0.settings, &token)))
}

/// When each device was heard by this process, and when that was written.
#[derive(Default)]
pub struct Heard(Mutex<HashMap<DeviceId, (Instant, Instant)>>);
impl Heard {
    /// Notes it; says whether it is time to write.
    fn note(&self, device: DeviceId, now: Instant) -> bool {
        let Ok(mut all) = self.0.lock() else { return false };
        let (seen, written) = all.entry(device).or_insert((now, Instant::default()));
        *seen = now;
        let due = now.seconds_since(*written) >= WRITE_SEEN_S;
        if due {
            *written = now;
        }
        due
    }
    /// When a device was heard by this process.
    pub fn last(&self, device: DeviceId) -> Option<Instant> {
        self.0.lock().ok().and_then(|all| all.get(&device).map(|(seen, _)| *seen))
    }
}

pub(super) async fn beat(app: App, open: Duty<Open>, Real(real): Real) -> Reply {
    let Some(device) = &open.device else { return Err(Refuse::status(401, "device.none")) };
    let (id, centre) = (device.id, device.centre);
    if app.memory::<Heard>().note(id, real) {
        app.store().command(app.own_command("places.device.seen", centre), move |tx| api::seen(tx, id, real)).await?;
    }
    Ok(Answer::text("text/plain", "").status(204))
}
