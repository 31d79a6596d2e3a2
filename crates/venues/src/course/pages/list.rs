//! P11: the courses of a centre.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, Missing, No};
use places::phone::{self, Head, Tab};
use serde_json::json;
use store::Tx;
use web::{Answer, App, Ask, Duty, Markup, Open, Reply, axum::extract::Query, html};

use super::{ages, centre_name, day_of, weekly};
use crate::course::{Admission, Course, State, api, rows};

/// One course of the list.
pub(super) struct Listed {
    pub course: Course,
    /// Places, and how many are taken.
    pub places: (i64, i64),
}
pub(super) struct List {
    pub centre: CentreId,
    pub name: Both,
    pub all: Vec<Listed>,
    /// Other centres with courses.
    pub others: Vec<(CentreId, Both)>,
}

impl List {
    fn read(tx: &mut Tx, asked: Option<CentreId>) -> Result<Self, No> {
        let centres = rows::course::centres(tx)?;
        let first = places::api::centres(tx)?.into_iter().map(|c| c.id).next();
        let centre = asked.or(centres.first().copied()).or(first).ok_or(Missing("centre"))?;
        let mut all = Vec::new();
        for course in rows::course::of_centre(tx, centre)?.into_iter().filter(|c| c.state.live()) {
            all.push(Listed { places: api::places(tx, &course)?, course });
        }
        // What one may still join comes first, then what begins first.
        all.sort_by_key(|l| (l.course.state == State::Running, l.course.starts, l.course.plan.code.clone()));
        let mut others = Vec::new();
        for other in centres.into_iter().filter(|c| *c != centre) {
            others.push((other, centre_name(tx, other)?));
        }
        Ok(Self { name: centre_name(tx, centre)?, centre, all, others })
    }
}

pub(super) async fn page(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>) -> Reply {
    let centre = query.get("centre").and_then(|c| c.parse().ok()).filter(|c| *c != CentreId::DISTRICT);
    let list = app.read(move |tx| List::read(tx, centre)).await?;
    let ask = &open.ask;
    if ask.json() {
        let row = |l: &Listed| {
            json!({
                "course": l.course.id, "title": ask.b(&l.course.plan.title), "kind": l.course.plan.kind.code(), "state": l.course.state.code(),
                "admission": l.course.plan.admission.code(), "places": l.places.0, "free": l.places.0 - l.places.1,
                "age_min": l.course.plan.age_min, "age_max": l.course.plan.age_max, "enrol_from": l.course.plan.enrol_from, "enrol_until": l.course.plan.enrol_until,
            })
        };
        return Ok(Answer::json(200, &json!({ "centre": list.centre, "courses": list.all.iter().map(row).collect::<Vec<_>>() })));
    }
    Ok(Answer::html(&render(ask, &list)))
}

/// Whether one may join, in a few words.
pub(super) fn chance(ask: &Ask, c: &Course, (cap, taken): (i64, i64)) -> String {
    let day = |d| ask.day(d);
    match c.state {
        State::Published => ask.tf("venues.course.opens", &[("day", &day(c.plan.enrol_from))]),
        State::Enrolling if c.plan.admission == Admission::Lot && c.drawn.is_none() => {
            ask.tf("venues.course.lot_until", &[("day", &day(c.plan.enrol_until)), ("n", &cap.to_string())])
        }
        State::Enrolling if taken >= cap => ask.t("venues.course.full_wait").to_owned(),
        State::Enrolling => ask.tf("venues.course.left", &[("n", &(cap - taken).to_string()), ("day", &day(c.plan.enrol_until))]),
        State::Draft | State::Running | State::Done | State::NotStarted | State::Cancelled => ask.b(&c.state.name()).to_owned(),
    }
}

pub(super) fn render(ask: &Ask, list: &List) -> Markup {
    let main = html! {
        h1 { (ask.t("venues.course.title")) }
        @if list.all.is_empty() { p { (ask.t("venues.course.none")) } } @else {
            section class="card" aria-label=(ask.t("venues.course.title")) { ul class="list" { @for l in &list.all {
                @let c = &l.course;
                li {
                    a href=(ask.href(&format!("/courses/{}", c.id))) { b { (ask.b(&c.plan.title)) } }
                    p class="st" { (weekly(ask, c)) " · " (ask.day(day_of(ask, c.starts))) " – " (ask.day(day_of(ask, c.ends))) @if let Some(ages) = ages(ask, c) { " · " (ages) } }
                    p { (chance(ask, c, l.places)) }
                }
            } } }
        }
        p { a class="btn wide" href=(ask.href(&format!("/venue/{}/today", list.centre))) { (ask.t("venues.time.today")) } }
        @if !list.others.is_empty() {
            details class="card" {
                summary { (ask.t("venues.course.others")) }
                ul class="list" { @for (id, name) in &list.others { li { a href=(ask.href(&format!("/courses?centre={id}"))) { (ask.b(name)) } } } }
            }
        }
    };
    let head = Head { name: ask.b(&list.name), to: format!("/c/{}", list.centre), line: html! { (ask.t("venues.course.line")) } };
    phone::page(ask, ask.t("venues.course.title"), Tab::Other, &head, &main).render(ask)
}
