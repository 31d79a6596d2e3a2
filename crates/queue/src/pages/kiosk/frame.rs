//! The frame of every kiosk page: head, now calling, the five helpers, the question at 45 s; and what the person has said so far.

use std::collections::BTreeMap;

use kernel::{CentreId, DeviceKind, Instant, No};
use store::Tx;
use web::{Answer, App, Ask, Device, Duty, Markup, Open, Page, Problem, Reply, Surface, assets, axum::http::HeaderMap, html, icon, skip};

use crate::{
    Class,
    api::{self, LineNow},
    pages::shared::{self, CentreNow, weekday},
    rows,
};

/// A call is shown on the strip for so long, in seconds [A]: as on the screens.
const CALLED_S: i64 = 60;

/// What the person has said so far; it stands in the address, and nowhere else.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    /// Self-declared, or from the card's age.
    pub class: Option<String>,
    /// A card was read: the next tap takes the number.
    pub card: bool,
    /// The number to which an errand is added.
    pub add: Option<String>,
}
impl Wish {
    pub fn of(query: &BTreeMap<String, String>) -> Self {
        let plain = |v: &&String| !v.is_empty() && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let value = |name: &str| query.get(name).filter(plain).cloned();
        Self { class: value("class"), card: value("card").is_some(), add: value("add") }
    }
    /// A path that keeps what was said.
    pub fn to(&self, path: &str, more: &[(&str, &str)]) -> String {
        let flag = |on: bool, v: &'static str| if on { v } else { "" };
        let own = [("class", self.class.as_deref().unwrap_or_default()), ("card", flag(self.card, "1")), ("add", self.add.as_deref().unwrap_or_default())];
        shared::link(path, &[&own[..], more].concat())
    }
}

/// Whether this machine's paper is 58 mm wide: as the address says, else as `/k?w=58` was once opened here.
pub(super) fn narrow(headers: &HeaderMap, query: &BTreeMap<String, String>) -> bool {
    query.get("w").cloned().or_else(|| web::cookie::read(headers, "w").map(str::to_owned)).as_deref() == Some("58")
}
/// The page's class of a paper.
pub(super) fn sheet(narrow: bool) -> &'static str {
    if narrow { "sheet-58" } else { "sheet-80" }
}

/// The machine: where it stands, and the hall around it.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub here: CentreNow,
    pub lines: Vec<LineNow>,
    /// Visits that wait, however many errands each has.
    pub people: i64,
    /// A counter is at work.
    pub staffed: bool,
    pub classes: Vec<Class>,
    /// Number and counter of the newest call.
    pub called: Option<(String, i64)>,
    /// Whose stream refreshes the start page.
    pub zone: Option<String>,
}
impl Machine {
    pub fn read(tx: &mut Tx, ask: &Ask, device: Option<&Device>, centre: CentreId, now: Instant) -> Result<Self, No> {
        let lines = api::line_now(tx, centre, now)?;
        let called = rows::step::calls(tx, centre, now.plus_s(-CALLED_S))?.pop().map(|c| (c.number.to_string(), c.counter_number));
        let zone = device.and_then(|d| d.zone.clone()).or_else(|| lines.first().map(|l| l.line.zone.clone()));
        let (people, staffed) = (api::people_waiting(tx, centre)?, !api::sessions(tx, centre)?.is_empty());
        Ok(Self { here: CentreNow::read(tx, ask, centre, now)?, classes: api::classes(tx)?, called, zone, lines, people, staffed })
    }
    pub fn id(&self) -> CentreId {
        self.here.centre.id
    }
    /// Whether somebody of the staff is here to come: by the clock, or because a counter is still at work.
    pub fn anybody(&self, now: Instant) -> bool {
        self.staffed || self.here.in_time(now)
    }
    pub fn line(&self, code: &str) -> Option<&LineNow> {
        self.lines.iter().find(|l| l.line.code == code)
    }
    /// Now calling, and how many wait.
    pub fn strip(&self, ask: &Ask) -> Markup {
        html! {
            p class="now" role="status" {
                (icon("sound"))
                @match &self.called {
                    Some((number, counter)) => span { (ask.t("queue.k.calling")) " " b { (number) } " " (ask.t("queue.k.to")) " " b { (counter) } @if ask.lang == kernel::Lang::Zh { " " (ask.t("queue.k.counter")) } },
                    None => span { (ask.t("queue.k.nobody_called")) },
                }
                span class="end" { (ask.tf("queue.k.waiting", &[("n", &self.people.to_string())])) }
            }
        }
    }
}

/// The kiosk that asks, if it is one.
pub(super) fn machine(open: &Duty<Open>) -> Option<Device> {
    open.device.clone().filter(|d| d.kind == DeviceKind::Kiosk)
}
/// Reads the machine of a kiosk; a browser that is none is told how to become one.
pub(super) async fn with_machine(app: &App, open: &Duty<Open>, now: Instant, page: impl for<'a> FnOnce(&'a Ask, &Machine) -> Page<'a>) -> Reply {
    let ask = &open.ask;
    let Some(device) = machine(open) else { return Ok(Answer::page(ask, enrol(ask))) };
    let asked = ask.clone();
    let read = app.read(move |tx| Machine::read(tx, &asked, Some(&device), device.centre, now)).await?;
    Ok(Answer::page(ask, page(ask, &read)))
}

/// The parts of a page that differ.
pub(super) struct Parts<'a> {
    /// The centre's name and number.
    pub centre: (String, CentreId),
    /// Above `main`; the start page has it inside.
    pub strip: Markup,
    pub h1: &'a str,
    /// One sentence below it.
    pub line: String,
    pub main: Markup,
    /// The paper that is printed.
    pub paper: Markup,
    /// Not on K12 itself.
    pub still: bool,
    /// When the page forgets: the word of the footer.
    pub forget: &'static str,
}
impl<'a> Parts<'a> {
    pub fn of(ask: &'a Ask, m: &Machine, h1: &'a str, line: &str, main: Markup) -> Self {
        Self {
            centre: (ask.b(&m.here.centre.name).to_owned(), m.id()),
            strip: m.strip(ask),
            h1,
            line: line.to_owned(),
            main,
            paper: html! {},
            still: true,
            forget: "queue.k.forget",
        }
    }
}

/// A kiosk page.
pub(super) fn page<'a>(ask: &'a Ask, parts: &Parts<'a>) -> Page<'a> {
    let body = html! {
        (skip(ask))
        (head(ask, &parts.centre.0))
        (parts.strip)
        main id="main" tabindex="-1" {
            @if !parts.h1.is_empty() { (asking(parts.h1, &parts.line)) }
            (parts.main)
        }
        (bar(ask, parts.centre.1))
        footer { p class="pv" { (icon("shield")) (ask.t(parts.forget)) } p class="pv" data-novoice="" hidden { (ask.t("queue.k.no_voice")) } }
        (parts.paper)
        @if parts.still { (still(ask)) }
    };
    let title = if parts.h1.is_empty() { ask.t("queue.k.h1") } else { parts.h1 };
    Page::new(Surface::Kiosk, title, body).scripts(&["kiosk.js"]).data("idle-s", "60").data("home", "/k").data("beat", "/device/beat")
}
/// The question of the page.
pub(super) fn asking(h1: &str, line: &str) -> Markup {
    html! { div class="ask" { h1 { (h1) } @if !line.is_empty() { p { (line) } } } }
}
fn head(ask: &Ask, name: &str) -> Markup {
    let t = ask.hhmm(ask.now);
    let day = weekday(&ask.words, ask.district.time.day(ask.now));
    html! {
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", assets::url("icons.svg"))) {} }
            div { p class="name" { (name) } p class="st" { (ask.t("queue.k.motto")) } }
            p class="clk" { time datetime=(t) data-clock="" { (t) } span { (ask.b(&day)) } }
        }
    }
}
/// Help, read aloud, lower, bigger, the other language: on every page.
fn bar(ask: &Ask, centre: CentreId) -> Markup {
    html! {
        nav class="bar5" aria-label=(ask.t("queue.k.bar")) {
            form method="post" action=(ask.href(&format!("/centres/{centre}/help"))) {
                (ask.once())
                button type="submit" class="sos" { (icon("person-help")) (ask.t("queue.k.help")) }
            }
            button type="button" data-read="" aria-pressed="false" { (icon("sound")) (ask.t("queue.k.read")) }
            button type="button" data-low="" aria-pressed="false" { (icon("wheel")) (ask.t("queue.k.low")) }
            button type="button" data-big="" { (icon("textup")) span { (ask.t("queue.k.big")) } span data-least="" hidden { (ask.t("queue.k.big.least")) } }
            a href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (icon("globe")) (ask.t("queue.k.other_lang")) }
        }
    }
}
/// Asked at 45 s.
fn still(ask: &Ask) -> Markup {
    html! {
        div class="still" id="still" role="alertdialog" aria-modal="true" aria-labelledby="still-h" aria-describedby="still-p" hidden {
            div {
                div { h2 id="still-h" { (ask.t("queue.k.still")) } p id="still-p" { b data-count="" { "15" } " " (ask.t("queue.k.still.note")) } }
                div class="count" aria-hidden="true" { i data-countbar="" {} }
                div class="btns" {
                    button type="button" class="btn pri" data-stay="" { (ask.t("queue.k.still.yes")) }
                    button type="button" class="btn" data-leave="" { (ask.t("queue.k.still.no")) }
                }
            }
        }
    }
}
/// Back to an earlier page.
pub(super) fn back(ask: &Ask, to: &str, word: &str) -> Markup {
    html! { a class="strip push" href=(ask.href(to)) { (icon("undo")) span { b { (ask.t(word)) } } } }
}

/// A browser without a device token.
pub(super) fn enrol(ask: &Ask) -> Page<'_> {
    let body = html! {
        (skip(ask))
        (head(ask, ask.b(&ask.district.name)))
        main id="main" tabindex="-1" {
            (asking(ask.t("queue.k.enrol"), ask.t("queue.k.enrol.line")))
            div class="stack" {
                p class="notice" { (icon("lock")) span { (ask.t("queue.k.enrol.note")) } }
                div class="btns" { a class="btn pri" href=(ask.href("/k/enrol")) { (ask.t("queue.k.enrol.do")) } a class="btn" href="tel:12345" { "12345" } }
            }
        }
    };
    Page::new(Surface::Kiosk, ask.t("queue.k.enrol"), body)
}

/// A refused step as a page of the kiosk: what to do, and the way back. Programs get the problem as it is.
pub(crate) async fn dressed(app: &App, ask: &Ask, centre: CentreId, now: Instant, answer: Answer) -> Reply {
    if answer.code() < 400 || ask.json() {
        return Ok(answer);
    }
    let status = answer.code();
    let text = why(ask, answer);
    let asked = ask.clone();
    let m = app.read(move |tx| Machine::read(tx, &asked, None, centre, now)).await?;
    // The other language of this page is the start page: the step itself cannot be opened again.
    let ask = Ask { path: "/k".into(), ..ask.clone() };
    Ok(Answer::page(&ask, refused(&ask, &m, &text)).status(status))
}
/// The sentence of a refused step.
pub(super) fn why(ask: &Ask, answer: Answer) -> String {
    let problem: Option<Problem> = serde_json::from_slice(&answer.stored().body).ok();
    problem.map_or_else(|| ask.t("queue.k.refused.ask").to_owned(), |p| if ask.lang == kernel::Lang::Zh { p.title } else { p.title_en })
}
pub(super) fn refused<'a>(ask: &'a Ask, m: &Machine, text: &str) -> Page<'a> {
    let main = html! {
        div class="stack" { p class="notice wrn" role="alert" { (icon("warn")) span { (text) } } }
        (back(ask, "/k", "queue.k.again"))
    };
    page(ask, &Parts::of(ask, m, ask.t("queue.k.refused"), ask.t("queue.k.refused.line"), main))
}
