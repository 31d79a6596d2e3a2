//! A number taken at home arrives: its eight characters are typed on the pad, or scanned.

use kernel::{DeviceKind, Missing, No};
use serde::Deserialize;
use web::{Answer, App, Arrival, Arrived, Ask, Body, Dice, Duty, Now, Once, Open, Page, QueueTake, Refuse, Reply, html, icon};

use super::frame::{self, Machine, Parts, dressed};
use crate::{
    api,
    pages::{phone::spaced_code, shared},
};

/// Keys of the pad, in rows of six so that each is as wide as a thumb.
const KEYS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code.
const LONG: usize = 8;

pub(super) async fn page(app: App, open: Duty<Open>, Now(now): Now) -> Reply {
    frame::with_machine(&app, &open, now, |ask, m| render(ask, m, "", "")).await
}

/// What stands there, and the key that was pressed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pressed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    key: String,
}
pub(super) async fn keys(app: App, who: Duty<QueueTake>, Now(now): Now, Body(pressed): Body<Pressed>) -> Reply {
    let Some(device) = who.device.clone().filter(|d| d.kind == DeviceKind::Kiosk) else { return Err(Refuse::from(Missing("kiosk"))) };
    // The page in the other language starts anew: this address cannot be opened.
    let ask = Ask { path: "/k/arrive".into(), ..who.ask.clone() };
    let asked = ask.clone();
    let m = app.read(move |tx| Machine::read(tx, &asked, Some(&device), device.centre, now)).await?;
    let code = press(&web::token::read_code(&pressed.code), &pressed.key);
    Ok(Answer::page(&ask, render(&ask, &m, &code, "")))
}
fn press(code: &str, key: &str) -> String {
    match key {
        "clear" => String::new(),
        "less" => code.chars().take(code.chars().count().saturating_sub(1)).collect(),
        _ => code.chars().chain(web::token::read_code(key).chars().take(1)).take(LONG).collect(),
    }
}

/// The code, and the centre where no kiosk asks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Code {
    code: String,
    #[serde(default)]
    centre: Option<kernel::CentreId>,
}
/// From now on it may be called; its paper is printed.
pub(super) async fn arrive(app: App, who: Duty<QueueTake>, once: Once, Now(now): Now, Dice(dice): Dice, Body(body): Body<Code>) -> Reply {
    let ask = who.ask.clone();
    let kiosk = who.device.as_ref().filter(|d| d.kind == DeviceKind::Kiosk && who.role.is_empty());
    // Whoever signs in says where, and must work there.
    let centre = kiosk.map(|d| d.centre).or_else(|| body.centre.filter(|c| who.may("queue.take", *c))).ok_or(Missing("centre"))?;
    let typed = web::token::read_code(&body.code);
    let (day, to) = (ask.district.time.service_day(now), if kiosk.is_some() { "/k/done" } else { "/t" });
    let found = shared::settled(app.read(move |tx| shared::by_code(tx, centre, day, &body.code)).await)?;
    let key = found.as_ref().map(shared::key_of).unwrap_or_default();
    let (by, slices) = (who.actor(), app.0.slices);
    let booking = Arrival { centre, code: typed.clone(), slices, by: by.clone(), device: kiosk.map(|d| d.id), staff: kiosk.is_none(), dice };
    let answer = app
        .write_at(&who, centre, once, "queue.kiosk.arrive", move |tx| {
            let visit = match found.clone() {
                Ok(visit) => visit,
                // No number has this code; a booking may.
                Err(No::Refused(unknown)) if unknown.code == "ticket.unknown" => {
                    let arrived = web::arrive(tx, &ask, &booking)?.ok_or(unknown)?;
                    return Ok(booked(&ask, to, &arrived));
                }
                Err(no) => return Err(no),
            };
            api::come(tx, visit.id, &by, now)?;
            Ok(Answer::of(&ask, 200, &serde_json::json!({ "number": visit.number.to_string(), "here": true }), format!("{to}/{}", store::SECRET)))
        })
        .await?;
    if kiosk.is_none() || who.ask.json() || !matches!(answer.code(), 404 | 409 | 422) {
        return dressed(&app, &who.ask, centre, now, answer.fill(&key)).await;
    }
    // What is wrong with the code is said at its field, and what was typed stays. The other language starts anew.
    let status = answer.code();
    let ask = Ask { path: "/k/arrive".into(), ..who.ask.clone() };
    let asked = ask.clone();
    let m = app.read(move |tx| Machine::read(tx, &asked, None, centre, now)).await?;
    let text = match status {
        404 if typed.is_empty() => ask.t("queue.k.arrive.empty").to_owned(),
        404 => ask.t("queue.k.arrive.unknown").to_owned(),
        _ => frame::why(&ask, answer),
    };
    Ok(Answer::page(&ask, render(&ask, &m, &typed, &text)).status(status))
}

/// A booking that was checked in: with its number where it stands in a line, else who came may go in.
fn booked(ask: &Ask, to: &str, arrived: &Arrived) -> Answer {
    let number = arrived.number.as_ref().map(|(_, number)| number);
    let json = serde_json::json!({ "number": number, "here": true, "name": ask.b(&arrived.name), "note": arrived.note.as_ref().map(|n| ask.b(n)) });
    let to = arrived.number.as_ref().map_or_else(|| "/k/came".to_owned(), |(key, _)| format!("{to}/{key}"));
    Answer::of(ask, 200, &json, to)
}
pub(super) async fn came(app: App, open: Duty<Open>, Now(now): Now) -> Reply {
    frame::with_machine(&app, &open, now, render_came).await
}
/// Nothing of whose booking it is stands on a screen that others see.
pub(super) fn render_came<'a>(ask: &'a Ask, m: &Machine) -> Page<'a> {
    let main = html! {
        div class="stack" {
            p class="notice ok" { (icon("check")) span { (ask.t("queue.k.came")) } }
            div class="btns" { a class="btn pri" href=(ask.href("/k")) { (ask.t("queue.k.done.ok")) } }
        }
    };
    frame::page(ask, &Parts::of(ask, m, ask.t("queue.k.came.h1"), ask.t("queue.k.came.line"), main))
}

/// `wrong`: why the code did not do; empty before it was tried.
pub(super) fn render<'a>(ask: &'a Ask, m: &Machine, code: &str, wrong: &str) -> Page<'a> {
    let keys: Vec<char> = KEYS.chars().collect();
    let main = html! {
        form method="post" action=(ask.href("/k/arrive")) {
            (ask.once())
            div class={ "field" @if !wrong.is_empty() { " bad" } } {
                label for="code" { (ask.t("queue.k.arrive.code")) }
                @if !wrong.is_empty() { p class="err" id="code-e" role="alert" { (icon("warn")) (wrong) } }
                input type="text" id="code" name="code" value=(spaced_code(code)) autocomplete="off" inputmode="none" maxlength="12" data-reader=""
                    aria-describedby=[(!wrong.is_empty()).then_some("code-e")] aria-invalid=[(!wrong.is_empty()).then_some("true")];
            }
            div class="btns" {
                a class="btn" href=(ask.href("/k")) { (icon("undo")) (ask.t("queue.k.again")) }
                button type="submit" class="btn pri" { (icon("check")) (ask.t("queue.k.arrive.do")) }
            }
        }
        form method="post" action=(ask.href("/k/keys")) aria-label=(ask.t("queue.k.arrive.pad")) {
            input type="hidden" name="code" value=(code);
            div class="stack" {
                @for row in keys.chunks(6) {
                    div class="btns" {
                        @for key in row { button type="submit" class="btn" name="key" value=(key) { (key) } }
                        @if row.len() < 6 {
                            button type="submit" class="btn" name="key" value="less" { (ask.t("queue.k.arrive.less")) }
                            button type="submit" class="btn" name="key" value="clear" { (ask.t("queue.k.arrive.clear")) }
                        }
                    }
                }
            }
        }
    };
    let parts = Parts { strip: html! {}, ..Parts::of(ask, m, ask.t("queue.k.arrive"), ask.t("queue.k.arrive.line"), main) };
    frame::page(ask, &parts)
}
