//! S7: what goes on in a centre today and tomorrow, for a screen on the wall: no names, no scripts, read again every minute.

use std::collections::BTreeMap;

use capacity::api as ledger;
use kernel::{Both, CentreId, Day, Instant, Minutes, No};
use serde_json::json;
use store::Tx;
use web::{Answer, App, Ask, Duty, Markup, Open, Page, Reply, Surface, html};

use super::centre_name;
use crate::course::{Course, Lesson, LessonState, api, rows};

/// Kinds of areas whose hours are shown, in this order.
const KINDS: [&str; 6] = ["hall", "court", "room", "studio", "open_session", "gym"];
/// The header that makes a browser without scripts come again, seconds.
const AGAIN: (&str, &str) = ("refresh", "60");

/// One area with what is free of it, by hour of the day.
pub(super) struct Area {
    pub name: Both,
    /// Free at least and at most within the hour, of so many; absent: nothing is published.
    pub hours: BTreeMap<i64, (i64, i64, i64)>,
}
pub(super) struct Screen {
    pub name: Both,
    /// Today and tomorrow with their dates.
    pub days: Vec<(Day, Vec<(Course, Lesson, Option<Both>)>)>,
    pub areas: Vec<Area>,
}
impl Screen {
    fn read(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Self, No> {
        let (zone, today) = (&ask.district.time, ask.district.time.day(ask.now));
        let at = |day: Day| zone.moment(day, 0).minute();
        let mut days = Vec::new();
        for day in [today, today.plus(1)] {
            let mut all = Vec::new();
            for lesson in rows::lesson::of_centre(tx, centre, at(day), at(day.plus(1)))? {
                let course = api::course(tx, lesson.course)?;
                let room = match &course.plan.room {
                    Some(code) => ledger::resource_of(tx, centre, code)?.map(|r| r.name),
                    None => None,
                };
                all.push((course, lesson, room));
            }
            days.push((day, all));
        }
        let mut areas = Vec::new();
        let mut resources: Vec<_> = ledger::resources(tx, centre)?.into_iter().filter(|r| KINDS.contains(&r.kind.as_str()) && r.rules.page.is_none()).collect();
        resources.sort_by_key(|r| (KINDS.iter().position(|k| *k == r.kind), r.code.clone()));
        for r in resources {
            let mut hours: BTreeMap<i64, (i64, i64, i64)> = BTreeMap::new();
            for cell in ledger::free(tx, &r, at(today), at(today.plus(1)))?.cells {
                let free = if cell.shut.is_some() { 0 } else { cell.free() };
                let hour = hours.entry(hour(ask, cell.start)).or_insert((free, free, cell.cap));
                *hour = (hour.0.min(free), hour.1.max(free), hour.2.max(cell.cap));
            }
            areas.push(Area { name: r.name, hours });
        }
        Ok(Self { name: centre_name(tx, centre)?, days, areas })
    }
}
fn hour(ask: &Ask, minute: Minutes) -> i64 {
    ask.district.time.minute_of_day(Instant::from_minute(minute)) / 60
}

pub(super) async fn page(app: App, open: Duty<Open>) -> Reply {
    let (ask, centre) = (open.ask.clone(), open.centre());
    let view = app.read(move |tx| Screen::read(tx, &ask, centre)).await?;
    let ask = &open.ask;
    if ask.json() {
        let lesson = |(c, l, _): &(Course, Lesson, Option<Both>)| json!({ "course": c.id, "title": ask.b(&c.plan.title), "from": l.start, "to": l.end, "state": l.state.code() });
        let days: Vec<_> = view.days.iter().map(|(day, all)| json!({ "day": day, "lessons": all.iter().map(lesson).collect::<Vec<_>>() })).collect();
        let areas: Vec<_> = view
            .areas
            .iter()
            .map(|a| json!({ "name": ask.b(&a.name), "hours": a.hours.iter().map(|(h, (least, _, cap))| json!([h, least, cap])).collect::<Vec<_>>() }))
            .collect();
        return Ok(Answer::json(200, &json!({ "centre": centre, "days": days, "areas": areas })));
    }
    Ok(Answer::html(&render(ask, &view)).with(AGAIN.0, AGAIN.1))
}

pub(super) fn render(ask: &Ask, view: &Screen) -> Markup {
    let title = ask.t("venues.time.title");
    let now = hour(ask, ask.now.minute());
    let used: Vec<i64> = view.areas.iter().flat_map(|a| a.hours.keys().copied()).collect();
    let hours = used.iter().min().copied().unwrap_or(9)..=used.iter().max().copied().unwrap_or(20);
    let today = ask.district.time.day(ask.now);
    let at = |m| ask.hhmm(Instant::from_minute(m));
    let body = html! {
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} }
            h1 { (ask.b(&view.name)) " · " (title) }
            p class="d" { (ask.day(today)) }
            p class="clk" { time datetime=(ask.hhmm(ask.now)) { (ask.hhmm(ask.now)) } }
        }
        main id="main" class="one" tabindex="-1" {
            section {
                div class="pair" { @for (day, all) in &view.days {
                    div class="panel" {
                        h2 { (ask.t(if *day == today { "venues.time.day.today" } else { "venues.time.day.tomorrow" })) small { (ask.day(*day)) } }
                        @if all.is_empty() { p { (ask.t("venues.time.none")) } } @else {
                            table class="sched" { tbody { @for (c, l, room) in all { tr {
                                th scope="row" { (at(l.start)) "–" (at(l.end)) }
                                td { b { (ask.b(&c.plan.title)) } }
                                td { @if let Some(room) = room { (ask.b(room)) } }
                                td { @if l.state == LessonState::Cancelled { b { (ask.b(&l.state.name())) } } @else if l.moved_from.is_some() { (ask.t("venues.time.moved")) } }
                            } } } }
                        }
                    }
                } }
                @if !view.areas.is_empty() {
                    div class="panel" {
                        h2 { (ask.t("venues.time.areas")) small { (ask.t("venues.time.areas.how")) } }
                        table class="sched hours" {
                            thead { tr { th scope="col" { (ask.t("venues.time.area")) } @for h in hours.clone() { th scope="col" { (h) } } } }
                            tbody { @for a in &view.areas { tr {
                                th scope="row" { (ask.b(&a.name)) }
                                @for h in hours.clone() { td { @match a.hours.get(&h) {
                                    None => { "–" }
                                    Some(_) if h < now => { "–" }
                                    Some((_, 0, _)) => { b { (ask.t("venues.time.taken")) } }
                                    Some((0, _, _)) => { (ask.t("venues.time.partly")) }
                                    Some((_, _, 1)) => { (ask.t("venues.time.free")) }
                                    Some((least, _, _)) => { (least) }
                                } } }
                            } } }
                        }
                    }
                }
            }
        }
    };
    Page::new(Surface::Screen, title, body).render(ask)
}
