//! `/demo`: the doors of the sample district. Exists only there.

use kernel::DeviceKind;
use web::{Answer, App, Ask, Dice, Duty, Markup, Open, Page, Real, Reply, Surface, axum::extract::Path, html, icon};

/// Sample accounts with a door: login, where it leads, icon.
const STAFF: &[(&str, &str, &str)] = &[
    ("clerk1", "/d", "kbd"),
    ("clerk2", "/d", "kbd"),
    ("clerk7", "/d", "med"),
    ("clerk8", "/d", "pulse"),
    ("guide", "/d/guide/1", "person-help"),
    ("teacher", "/d/classes/1", "book"),
    ("supervisor", "/d/hall/1", "chart"),
    ("manager", "/m", "chart"),
    ("editor", "/admin/items", "book"),
    ("system", "/admin", "gear"),
    ("security", "/admin/people", "users"),
    ("auditor", "/admin/audit", "shield"),
];
const DOORS: &[(&str, &str, &str)] = &[
    ("/", "server.doors.phone", "phone"),
    ("/c/1", "server.doors.centre", "home"),
    ("/courses?centre=1", "server.doors.courses", "book"),
    ("/venue/1/today", "server.doors.timetable", "tv"),
    ("/s/1/hall1/call", "server.doors.screen", "tv"),
    ("/s/1/hall1/call?plain=1", "server.doors.plain", "tv"),
    ("/shops?centre=1", "server.doors.shops", "shop"),
    ("/s/1/pharm1/call", "server.doors.pharmacy", "tv"),
];

fn only_here(app: &App) -> Result<(), kernel::No> {
    if app.0.settings.demo { Ok(()) } else { Err(kernel::Missing("demo").into()) }
}

pub(super) async fn doors(app: App, open: Duty<Open>) -> Reply {
    only_here(&app)?;
    Ok(Answer::html(&sample(&open.ask)))
}

pub(super) fn sample(ask: &Ask) -> Markup {
    let body = html! {
        (web::skip(ask))
        main id="main" class="page" tabindex="-1" {
            h1 { (ask.t("server.doors.title")) }
            p class="quiet" { (ask.t("server.doors.hint")) }
            h2 { (ask.t("server.doors.open")) }
            ul class="doors" { @for (path, word, sign) in DOORS { li { a class="door gov" href=(ask.href(path)) { (icon(sign)) span { b { (ask.t(word)) } span { (path) } } } } } }
            h2 { (ask.t("server.doors.devices")) }
            ul class="doors" {
                li { form method="post" action=(ask.href("/demo/device/kiosk")) { button class="door soc" { (icon("elder")) span { b { (ask.tf("server.doors.device", &[("what", ask.t("server.doors.kiosk"))])) } span { "/k" } } } } }
            }
            h2 { (ask.t("server.doors.staff")) }
            ul class="doors" {
                @for (login, to, sign) in STAFF {
                    li { form method="post" action=(ask.href(&format!("/demo/as/{login}"))) { button class="door liv" { (icon(sign)) span { b { (ask.tf("server.doors.as", &[("who", login)])) } span { (to) } } } } }
                }
            }
        }
    };
    Page::new(Surface::Admin, ask.t("server.doors.title"), body).render(ask)
}

/// Signs in as a sample account.
pub(super) async fn enter(app: App, open: Duty<Open>, Path(path): Path<std::collections::HashMap<String, String>>, Real(now): Real, Dice(dice): Dice) -> Reply {
    only_here(&app)?;
    let login = path.get("login").cloned().unwrap_or_default();
    let to = STAFF.iter().find(|(l, ..)| *l == login).map_or("/d", |(_, to, _)| *to);
    let command = app.command(&open, kernel::CentreId::DISTRICT, "server.demo.enter", None);
    let session = app.store().command(command, move |tx| people::api::enter_sample(tx, &login, now, dice)).await?;
    let answer = Answer::of(&open.ask, 200, &serde_json::json!({ "to": to }), to);
    Ok(answer.cookie(people::cookie(&app.0.settings, &session)))
}

/// Makes this browser a device of the first centre.
pub(super) async fn device(
    app: App,
    open: Duty<Open>,
    Path(path): Path<std::collections::HashMap<String, String>>,
    Real(now): Real,
    Dice(dice): Dice,
) -> Reply {
    only_here(&app)?;
    let kind = path.get("kind").and_then(|k| DeviceKind::parse(k)).ok_or(kernel::No::Missing(kernel::Missing("kind")))?;
    let centre = kernel::CentreId::new(1).ok_or(kernel::No::Missing(kernel::Missing("centre")))?;
    let command = app.command(&open, centre, "server.demo.device", None);
    let token = app.store().command(command, move |tx| places::api::enrol_sample(tx, centre, kind, now, dice)).await?;
    let to = if kind == DeviceKind::Kiosk { "/k" } else { "/d" };
    let answer = Answer::of(&open.ask, 200, &serde_json::json!({ "token": token }), to);
    Ok(answer.cookie(places::cookie(&app.0.settings, &token)))
}
