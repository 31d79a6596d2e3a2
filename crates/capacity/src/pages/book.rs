//! What can be booked in a centre, and one resource with its days and times.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, Day, Instant, Minutes, No, Refusal, ResourceId};
use places::phone::{self, Head, Tab};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{Answer, App, Ask, Body, Dice, Duty, Errand, Markup, Once, Open, Params, Reply, Slice, axum::extract::Query, cookie, html, icon};

use super::{centre_name, moment, person, span};
use crate::{
    Cell, Channel, Claim, Resource, Want, What, Wish,
    api::{self, How},
    hall_places,
    refused::Counts,
    resource::covering,
    rows,
    rows::pass::Pass,
};

/// One resource in the list, with when it is next free.
pub(super) struct Listed {
    pub resource: Resource,
    pub next: Vec<Minutes>,
}
pub(super) struct List {
    pub centre: CentreId,
    pub name: Both,
    pub all: Vec<Listed>,
    /// Other centres with something to book.
    pub others: Vec<(CentreId, Both)>,
}

/// What whoever asks can take: staff at a desk also the places that are kept for people who come.
fn of(tx: &mut Tx, ask: &Ask, resource: &Resource, from: Minutes, to: Minutes) -> Result<api::Free, No> {
    if at_desk(ask) { api::free(tx, resource, from, to) } else { api::free_from_away(tx, resource, from, to, moment(ask)) }
}
pub(super) fn at_desk(ask: &Ask) -> bool {
    ask.duties.contains(&"capacity.desk")
}

/// Free times shown beside each thing of the list.
const NEXT: usize = 3;
/// Days in which a free time is looked for; what has a page of its own begins later than tomorrow's court.
const LOOK_DAYS: i64 = 8;
const LOOK_FAR_DAYS: i64 = 366;

impl List {
    fn read(tx: &mut Tx, ask: &Ask, asked: Option<CentreId>) -> Result<Self, No> {
        let centres = rows::resource::centres(tx)?;
        let centre = asked.or(centres.first().copied()).ok_or(kernel::Missing("centre"))?;
        let m = moment(ask);
        let mut all = Vec::new();
        for resource in rows::resource::of_centre(tx, centre)?.into_iter().filter(|r| r.closed.is_none() && r.kind != "coach") {
            let from = m.now.minute() + if resource.cell_minutes == 0 { 0 } else { resource.rules.closes_before_min };
            let days = if resource.rules.page.is_some() { LOOK_FAR_DAYS } else { LOOK_DAYS };
            let free = of(tx, ask, &resource, from, from + days * 1_440)?;
            let next = free.cells.iter().filter(|c| c.free() > 0).take(NEXT).map(|c| c.start).collect();
            all.push(Listed { resource, next });
        }
        let mut others = Vec::new();
        for other in centres.into_iter().filter(|c| *c != centre) {
            others.push((other, centre_name(tx, other)?));
        }
        Ok(Self { name: centre_name(tx, centre)?, centre, all, others })
    }
}

pub(super) async fn list(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>) -> Reply {
    let ask = open.ask.clone();
    let centre = query.get("centre").and_then(|c| c.parse().ok()).filter(|c| *c != CentreId::DISTRICT);
    let list = app.read(move |tx| List::read(tx, &ask, centre)).await?;
    let ask = &open.ask;
    if ask.json() {
        let row = |l: &Listed| json!({ "resource": l.resource.id, "kind": l.resource.kind, "name": ask.b(&l.resource.name), "next": l.next.iter().map(|m| when(ask, *m)).collect::<Vec<_>>() });
        return Ok(Answer::json(200, &json!({ "centre": list.centre, "resources": list.all.iter().map(row).collect::<Vec<_>>() })));
    }
    Ok(Answer::html(&render_list(ask, &list)))
}

fn when(ask: &Ask, minute: Minutes) -> String {
    ask.district.time.rfc3339(Instant::from_minute(minute))
}

/// Where it is booked.
pub(super) fn door(r: &Resource) -> String {
    r.rules.page.clone().unwrap_or_else(|| format!("/book/{}", r.id))
}

/// Kinds in the order of the list; others come last.
const KINDS: [&str; 7] = [hall_places::PLACES, "event", "class_session", "court", "open_session", "room", "hall"];

pub(super) fn render_list(ask: &Ask, list: &List) -> Markup {
    let mut kinds: Vec<&str> = list.all.iter().map(|l| l.resource.kind.as_str()).collect();
    kinds.sort_by_key(|k| (KINDS.iter().position(|x| x == k).unwrap_or(KINDS.len()), *k));
    kinds.dedup();
    let main = html! {
        h1 { (ask.t("capacity.list.title")) }
        @if list.all.is_empty() { p { (ask.t("capacity.list.none")) } }
        @for kind in kinds {
            section class="card" aria-label=(kind_word(ask, kind)) {
                h2 { (kind_word(ask, kind)) }
                ul class="list" {
                    @for l in list.all.iter().filter(|l| l.resource.kind == kind) {
                        li {
                            a href=(ask.href(&door(&l.resource))) { b { (ask.b(&l.resource.name)) } }
                            p class="st" { @match l.next.first() { Some(next) => { (ask.tf("capacity.next", &[("t", &next_words(ask, &l.resource, *next))])) } None => { (ask.t("capacity.full")) } } }
                        }
                    }
                }
            }
        }
        @if !list.others.is_empty() {
            details class="card" {
                summary { (ask.t("capacity.others")) }
                ul class="list" { @for (id, name) in &list.others { li { a href=(ask.href(&format!("/book?centre={id}"))) { (ask.b(name)) } } } }
            }
        }
    };
    let head = Head { name: ask.b(&list.name), to: format!("/c/{}", list.centre), line: html! { (ask.t("capacity.list.line")) } };
    phone::page(ask, ask.t("capacity.list.title"), Tab::Other, &head, &main).render(ask)
}

/// A kind as people say it; its code when no sentence is there.
pub(super) fn kind_word<'a>(ask: &'a Ask, kind: &'a str) -> &'a str {
    match kind {
        "court" => ask.t("capacity.kind.court"),
        "open_session" => ask.t("capacity.kind.open_session"),
        "event" => ask.t("capacity.kind.event"),
        "class_session" => ask.t("capacity.kind.class_session"),
        "room" => ask.t("capacity.kind.room"),
        "hall" => ask.t("capacity.kind.hall"),
        "clinician" => ask.t("capacity.kind.clinician"),
        "portion_meal" => ask.t("capacity.kind.portion_meal"),
        hall_places::PLACES => ask.t("capacity.kind.hall_places"),
        "chair_daycare" => ask.t("capacity.kind.chair_daycare"),
        other => other,
    }
}
/// `今天 13:00`, `11月28日 周六 13:00`
pub(super) fn when_words(ask: &Ask, minute: Minutes) -> String {
    let at = Instant::from_minute(minute);
    let day = ask.district.time.day(at);
    let word = if day == ask.district.time.day(ask.now) { ask.t("capacity.today").to_owned() } else { ask.day(day) };
    format!("{word} {}", ask.hhmm(at))
}

/// The next free time; half a day is no clock time.
fn next_words(ask: &Ask, r: &Resource, minute: Minutes) -> String {
    if r.cell_minutes < 720 {
        return when_words(ask, minute);
    }
    format!("{} {}", ask.day(ask.district.time.day(Instant::from_minute(minute))), span(ask, minute, minute + r.cell_minutes))
}

/// One day in the strip.
#[derive(Clone, Debug)]
pub(super) struct DayNow {
    pub day: Day,
    /// Starts that can be booked; `None`: nothing is published.
    pub free: Option<usize>,
}
/// One time of the chosen day.
#[derive(Clone, Debug)]
pub(super) struct Start {
    pub from: Minutes,
    pub to: Minutes,
    pub free: i64,
    pub cap: i64,
    /// Not too near, not shut.
    pub open: bool,
    pub shut: bool,
}
/// Everything of P6.
pub(super) struct View {
    pub resource: Resource,
    pub centre: Both,
    pub days: Vec<DayNow>,
    pub day: Day,
    pub starts: Vec<Start>,
    /// A booking that is moved: its token.
    pub moves: Option<String>,
    /// A clash with another booking was seen and is accepted.
    pub clash: bool,
    /// What it may be booked for, where it is a line; and what was chosen.
    pub errands: Vec<Errand>,
    pub chosen: Vec<String>,
}

/// What the address of the page says.
#[derive(Clone, Debug, Default)]
struct Asked {
    day: Option<Day>,
    from: Option<Minutes>,
    /// The booking that is moved.
    moves: Option<String>,
    /// Codes of errands.
    chosen: Vec<String>,
}

impl View {
    fn read(tx: &mut Tx, ask: &Ask, id: ResourceId, asked: Asked, slices: &[&Slice]) -> Result<Self, No> {
        let Asked { day, from, moves, chosen } = asked;
        let resource = rows::resource::one(tx, id)?.ok_or(kernel::Missing("resource"))?;
        let (zone, today) = (&ask.district.time, ask.district.time.day(ask.now));
        let errands = hall_places::errands(tx, slices, &resource)?;
        // As long as what was chosen takes; who moves a booking keeps its length.
        let moved = moves.as_deref().map(|token| api::open_token(tx, token)).transpose()?.and_then(|o| o.claim);
        let each = match (&moved, hall_places::chosen(&errands, &chosen, resource.cell_minutes)) {
            (Some(claim), _) if resource.line().is_some() => (claim.end - claim.start) / resource.cell_minutes.max(1),
            (None, Ok((_, n))) => n,
            _ => resource.rules.min_cells,
        };
        let ahead = resource.rules.open_ahead_days.min(31);
        let (first, end) = (zone.moment(today, 0).minute(), zone.moment(today.plus(ahead + 1), 0).minute());
        let cells = of(tx, ask, &resource, first, end)?.cells;
        let mut days = Vec::new();
        for day in (0..=ahead).map(|n| today.plus(n)) {
            let starts = starts(ask, &resource, &cells, each, day);
            days.push(DayNow { day, free: (!starts.is_empty()).then(|| starts.iter().filter(|s| s.open && s.free > 0).count()) });
        }
        let of_start = from.map(|m| zone.day(Instant::from_minute(m)));
        let room = days.iter().find(|d| d.free.is_some_and(|n| n > 0)).map_or(today, |d| d.day);
        let booked = moved.map(|claim| zone.day(Instant::from_minute(claim.start)));
        let day = day.or(of_start).or(booked).unwrap_or(room);
        Ok(Self {
            starts: starts(ask, &resource, &cells, each, day),
            centre: centre_name(tx, resource.centre)?,
            days,
            day,
            errands,
            chosen,
            resource,
            moves,
            clash: false,
        })
    }
}

/// The times of a day at which a booking of so many cells may begin.
fn starts(ask: &Ask, resource: &Resource, cells: &[Cell], each: i64, day: Day) -> Vec<Start> {
    let (zone, r) = (&ask.district.time, &resource.rules);
    let within = zone.moment(day, 0).minute()..zone.moment(day.plus(1), 0).minute();
    let mut all = Vec::new();
    for cell in cells.iter().filter(|c| within.contains(&c.start)) {
        let to = if resource.cell_minutes == 0 { cell.end } else { cell.start + each * resource.cell_minutes };
        let Some(run) = covering(cells, cell.start, to, 0, 0) else { continue };
        let free = run.iter().map(Cell::free).min().unwrap_or(0);
        let cap = run.iter().map(|c| c.cap).min().unwrap_or(0);
        let open = Instant::from_minute(cell.start).plus_min(-r.closes_before_min) > ask.now;
        all.push(Start { from: cell.start, to, free, cap, open, shut: run.iter().any(|c| c.shut.is_some()) });
    }
    all
}

pub(super) async fn page(app: App, open: Duty<Open>, params: Params, Query(query): Query<BTreeMap<String, String>>) -> Reply {
    let (ask, id) = (open.ask.clone(), params.get::<ResourceId>("resource")?);
    let asked = Asked {
        day: query.get("day").and_then(|d| d.parse().ok()),
        from: query.get("from").and_then(|m| m.parse().ok()),
        moves: query.get("move").filter(|t| t.len() <= 22).cloned(),
        chosen: query.get("errands").map(|e| e.split(' ').map(str::to_owned).collect()).unwrap_or_default(),
    };
    let slices = app.0.slices;
    let mut view = app.read(move |tx| View::read(tx, &ask, id, asked.clone(), slices)).await?;
    view.clash = query.contains_key("clash");
    let ask = &open.ask;
    if let (Some(page), false) = (&view.resource.rules.page, ask.json()) {
        return Ok(Answer::see(page.clone()));
    }
    if ask.json() {
        let starts: Vec<_> = view
            .starts
            .iter()
            .map(|s| json!({ "from": when(ask, s.from), "minute": s.from, "free": s.free, "cap": s.cap, "open": s.open && !s.shut }))
            .collect();
        let days: Vec<_> = view.days.iter().map(|d| json!({ "day": d.day, "free": d.free })).collect();
        return Ok(Answer::json(200, &json!({ "resource": id, "name": ask.b(&view.resource.name), "day": view.day, "days": days, "starts": starts })));
    }
    let answer = Answer::html(&render(ask, &view));
    Ok(if ask.browser.is_some() { answer } else { answer.cookie(cookie::set(&app.0.settings, cookie::BROWSER.0, &web::token::fresh(), cookie::BROWSER.1)) })
}

pub(super) fn render(ask: &Ask, view: &View) -> Markup {
    let r = &view.resource;
    let path = format!("/book/{}", r.id);
    let (action, verb) = match &view.moves {
        Some(token) => (format!("/b/{token}/move"), "capacity.move.here"),
        // Staff at a desk book at once, from the places kept for who comes.
        None if at_desk(ask) => (format!("/d/bookings/{}/book/{}", r.centre, r.id), "capacity.hold"),
        None => (path.clone(), "capacity.hold"),
    };
    let mut kept = view.moves.as_ref().map(|t| format!("&move={t}")).unwrap_or_default();
    if !view.chosen.is_empty() {
        kept = format!("{kept}&errands={}", view.chosen.join("%20"));
    }
    // Whoever moves a line's booking keeps what it is for, and so how long it is.
    let length = view.errands.is_empty() && r.cell_minutes > 0 && r.rules.max_cells > r.rules.min_cells;
    let main = html! {
        p { a href=(ask.href(&format!("/book?centre={}", r.centre))) { (ask.t("capacity.back")) } }
        h1 { (ask.b(&r.name)) }
        @if view.moves.is_some() { p { (ask.t("capacity.move.lead")) } }
        nav class="days" aria-label=(ask.t("capacity.days")) {
            ul { @for d in &view.days { li {
                a href=(ask.href(&format!("{path}?day={}{kept}", d.day))) aria-current=[(d.day == view.day).then_some("date")] {
                    (ask.day(d.day)) " " span class="st" { @match d.free { None => { (ask.t("capacity.day.none")) } Some(0) => { (ask.t("capacity.full")) } Some(n) => { (ask.tf("capacity.day.free", &[("n", &n.to_string())])) } } }
                }
            } } }
        }
        h2 { (ask.day(view.day)) }
        @if view.starts.is_empty() { p { (ask.t("capacity.day.unpublished")) } } @else {
            form method="post" action=(ask.href(&action)) class="card stack" {
                (ask.once())
                @if view.moves.is_some() { input type="hidden" name="resource" value=(r.id); }
                @if view.clash { input type="hidden" name="clash" value="1"; p { (ask.t("capacity.clash")) } }
                @if view.moves.is_none() && !view.errands.is_empty() { (errand_boxes(ask, view)) }
                @if length {
                    label for="cells" { (ask.t("capacity.length")) }
                    select id="cells" name="cells" { @for n in r.rules.min_cells..=r.rules.max_cells { option value=(n) { (minutes_word(ask, n * r.cell_minutes)) } } }
                }
                @if r.rules.max_units > 1 {
                    label for="units" { (ask.t("capacity.units")) }
                    select id="units" name="units" { @for n in r.rules.min_units..=r.rules.max_units { option value=(n) { (n) } } }
                }
                @if view.moves.is_none() {
                    label for="label" { (ask.t("capacity.for")) }
                    input id="label" name="label" maxlength="8" placeholder=(ask.t("capacity.for.example")) autocomplete="off";
                }
                fieldset {
                    legend { (ask.t("capacity.times")) }
                    ul class="times" { @for s in &view.starts { li {
                        @let word = span(ask, s.from, s.to);
                        @if s.shut { span class="st" { (word) " " (ask.t("capacity.shut")) } }
                        @else if !s.open { span class="st" { (word) " " (ask.t("capacity.past")) } }
                        @else if s.free > 0 {
                            button type="submit" class="btn wide" name="from" value=(s.from) { b { (word) } " " span { @if s.cap > 1 { (ask.tf("capacity.left", &[("n", &s.free.to_string())])) } @else { (ask.t(verb)) } } }
                        } @else if r.rules.wait_list && view.moves.is_none() {
                            button type="submit" class="btn wide" name="from" value=(s.from) formaction=(ask.href(&format!("{path}/wait"))) { (word) " " span { (ask.t("capacity.wait.join")) } }
                        } @else { span class="st" { (word) " " (ask.t("capacity.full")) } }
                    } } }
                }
                p class="small" { (rules_words(ask, r)) }
            }
        }
    };
    let main = html! { (main) @if view.moves.is_none() { (over(ask, view)) } };
    let head = Head { name: ask.b(&view.centre), to: format!("/c/{}", r.centre), line: html! { (kind_word(ask, &r.kind)) } };
    phone::page(ask, ask.b(&r.name), Tab::Other, &head, &main).render(ask)
}

/// A supervisor adds a place where none is left, with a reason that stays on record (加额).
fn over(ask: &Ask, view: &View) -> Markup {
    let full: Vec<&Start> = view.starts.iter().filter(|s| s.free == 0 && s.open && !s.shut).collect();
    if full.is_empty() || !at_desk(ask) || !ask.duties.contains(&"queue.run") {
        return html! {};
    }
    let r = &view.resource;
    html! {
        details class="card" {
            summary { (ask.t("capacity.over")) }
            form method="post" action=(ask.href(&format!("/d/bookings/{}/over/{}", r.centre, r.id))) class="stack" {
                (ask.once())
                @if !view.errands.is_empty() { (errand_boxes(ask, view)) }
                label for="over-from" { (ask.t("capacity.times")) }
                select id="over-from" name="from" { @for s in full { option value=(s.from) { (span(ask, s.from, s.to)) } } }
                label for="over-label" { (ask.t("capacity.for")) }
                input id="over-label" name="label" maxlength="8" autocomplete="off";
                label for="over-why" { (ask.t("capacity.over.why")) }
                input id="over-why" name="why" maxlength="200" required;
                button type="submit" class="btn" { (ask.t("capacity.over.do")) }
            }
        }
    }
}

/// What the booking is for: it takes the time these usually need.
fn errand_boxes(ask: &Ask, view: &View) -> Markup {
    html! {
        fieldset {
            legend { (ask.t("capacity.errands")) }
            @for e in &view.errands { label class="choice" {
                input type="checkbox" name="errands" value=(e.code) checked[view.chosen.contains(&e.code) || view.errands.len() == 1];
                " " span { b { (ask.b(&e.name)) } span class="hint" { (minutes_word(ask, e.minutes)) } }
            } }
        }
    }
}

fn minutes_word(ask: &Ask, minutes: Minutes) -> String {
    ask.tf("capacity.minutes", &[("n", &minutes.to_string())])
}
fn rules_words(ask: &Ask, r: &Resource) -> Markup {
    html! {
        (icon("clock")) " "
        (ask.tf("capacity.rules", &[("hold", &(r.rules.hold_s / 60).to_string()), ("free", &r.rules.cancel_free_before_min.to_string()), ("late", &r.rules.no_show_after_min.to_string())]))
    }
}

/// What is sent to book.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeBody {
    /// First minute since 1970 UTC.
    from: Minutes,
    /// How many cells.
    #[serde(default)]
    cells: Option<i64>,
    #[serde(default)]
    units: Option<i64>,
    /// For whom, as the maker calls them.
    #[serde(default)]
    label: String,
    /// A clash with another booking was seen.
    #[serde(default)]
    clash: Option<String>,
    /// Of a line: what for.
    #[serde(default)]
    errands: Vec<String>,
    /// Of a place that is added: why.
    #[serde(default)]
    pub why: String,
    /// In a move: which.
    #[serde(default)]
    pub resource: Option<ResourceId>,
}

impl TakeBody {
    /// The wish, for a resource that is read here, with its kind. `moved`: a claim that takes another time for the same.
    pub(super) fn wish(&self, tx: &mut Tx, slices: &[&Slice], id: ResourceId, by: &Maker, moved: Option<&Claim>) -> Result<(String, Wish), No> {
        let resource = rows::resource::one(tx, id)?.filter(|r| r.share_of.is_none()).ok_or(kernel::Missing("resource"))?;
        here(&resource)?;
        let errands = hall_places::errands(tx, slices, &resource)?;
        let (subject, cells) = match (moved, resource.line()) {
            (Some(claim), Some(_)) => (claim.subject.clone(), Some((claim.end - claim.start) / resource.cell_minutes.max(1))),
            (Some(claim), None) => (claim.subject.clone(), self.cells),
            (None, Some(_)) => hall_places::chosen(&errands, &self.errands, resource.cell_minutes).map(|(what, n)| (what, Some(n)))?,
            (None, None) => (id.to_string(), self.cells),
        };
        let to = if resource.cell_minutes == 0 {
            rows::cell::between(tx, id, self.from, self.from + 1)?.first().map_or(self.from + 1, |c| c.end)
        } else {
            self.from.saturating_add(cells.unwrap_or(resource.rules.min_cells).clamp(0, 1_000) * resource.cell_minutes)
        };
        let want = Want { what: What::Resource(id), from: self.from, to, units: self.units.unwrap_or(1) };
        let mut wish = Wish::one(&format!("{}.booking", resource.kind), &subject, by.holder, &by.name, by.channel, want);
        wish.clash_accepted = self.clash.is_some();
        Ok((resource.kind, wish))
    }
    pub(super) fn label(&self) -> &str {
        self.label.trim()
    }
}

/// What has a page of its own is given only there.
pub(super) fn here(resource: &Resource) -> Result<(), Refusal> {
    match &resource.rules.page {
        Some(page) => Err(Refusal::conflict("book.elsewhere").instead(vec![(resource.name.clone(), page.clone())])),
        None => Ok(()),
    }
}

/// Who makes a wish, for whom, from where.
pub(super) struct Maker {
    pub holder: kernel::PersonId,
    pub name: String,
    pub channel: Channel,
}

/// Who books in this browser; without a cookie everybody is somebody new.
fn holder(app: &App, ask: &Ask, label: &str) -> kernel::PersonId {
    ask.browser.as_ref().map_or_else(|| person(app, &web::token::fresh(), label), |b| person(app, b, label))
}

pub(super) async fn take(app: App, open: Duty<Open>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    made(app, open, once, params, dice, body, false).await
}
pub(super) async fn wait(app: App, open: Duty<Open>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    made(app, open, once, params, dice, body, true).await
}

async fn made(app: App, open: Duty<Open>, once: Once, params: Params, dice: [u8; 32], body: TakeBody, wait: bool) -> Reply {
    let (ask, id, token) = (open.ask.clone(), params.get::<ResourceId>("resource")?, once.secret(&app));
    let (holder, hash, counts) = (holder(&app, &ask, body.label()), web::token::hash(&token), app.memory::<Counts>());
    let (centre, slices, maker) = (open.centre(), app.0.slices, Maker { holder, name: format!("p:{holder}"), channel: Channel::Phone });
    let answer = app
        .write(&open, once, ask.route.action, move |tx| {
            let (m, dice) = (moment(&ask), &mut Ids::new(dice));
            let (kind, wish) = body.wish(tx, slices, id, &maker, None)?;
            let counted = |no: &No| counts.note(centre, &kind, wish.start(), Channel::Phone, no, m.zone);
            let mut pass = Pass { code: String::new(), centre: CentreId::DISTRICT, claim: None, wait: None, label: body.label().to_owned() };
            if wait {
                let entry = api::join(tx, &wish, 0, m, dice).inspect_err(counted)?;
                (pass.centre, pass.wait) = (entry.centre, Some(entry.id));
            } else {
                let claim = api::take(tx, &wish, How::Hold, m, dice).inspect_err(counted)?;
                (pass.centre, pass.claim) = (claim.centre, Some(claim.id));
            }
            let pass = api::issue_pass(tx, hash, pass, m, dice)?;
            let to = format!("/b/{}", store::SECRET);
            Ok(Answer::of(&ask, 201, &json!({ "token": store::SECRET, "code": pass.code, "claim": pass.claim, "wait": pass.wait }), to))
        })
        .await?;
    Ok(answer.fill(&token))
}
