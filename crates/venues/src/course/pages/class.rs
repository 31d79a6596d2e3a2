//! D14d: the classes of a centre, and the roll of one.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, EnrolmentId, LessonId, No, Refusal};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Once, Page, Params, Reply, Surface, VenuesClass, html, masthead, notice};

use super::{centre_name, day_of, moment, span};
use crate::course::{
    Course, Lesson, LessonState, Mark,
    api::{self, Roll},
    rows,
};

/// Days of classes shown before and after today [A]: a roll may be kept for a week.
const BACK_DAYS: i64 = 7;
const AHEAD_DAYS: i64 = 14;

/// One class of the list.
pub(super) struct Listed {
    pub course: Course,
    pub lesson: Lesson,
    /// Marked, of so many.
    pub marked: (usize, usize),
}
pub(super) struct Classes {
    pub centre: CentreId,
    pub name: Both,
    pub all: Vec<Listed>,
}
impl Classes {
    fn read(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Self, No> {
        let (zone, today) = (&ask.district.time, ask.district.time.day(ask.now));
        let (from, to) = (zone.moment(today.plus(-BACK_DAYS), 0).minute(), zone.moment(today.plus(AHEAD_DAYS), 0).minute());
        let mut all = Vec::new();
        for lesson in rows::lesson::of_centre(tx, centre, from, to)? {
            let roll = api::roll(tx, lesson.id)?;
            let marked = (roll.pupils.iter().filter(|p| p.mark.is_some()).count(), roll.pupils.len());
            // What is over and kept is done.
            if lesson.end > ask.now.minute() || marked.0 < marked.1 {
                all.push(Listed { course: roll.course, lesson, marked });
            }
        }
        Ok(Self { centre, name: centre_name(tx, centre)?, all })
    }
}

/// The teacher's own centre.
pub(super) async fn own(app: App, class: Duty<VenuesClass>) -> Reply {
    let scope = class.signed.as_ref().map(|s| s.scope("venues.class")).unwrap_or_default();
    let centre = match scope.into_iter().find(|c| *c != CentreId::DISTRICT) {
        Some(centre) => centre,
        None => app.read(|tx| Ok(places::api::centres(tx)?.into_iter().find(|c| c.status == places::Status::Open))).await?.ok_or(kernel::Missing("centre"))?.id,
    };
    if class.ask.json() {
        return Ok(Answer::json(200, &json!({ "centre": centre })));
    }
    Ok(Answer::see(format!("/d/classes/{centre}")))
}

pub(super) async fn list(app: App, class: Duty<VenuesClass>) -> Reply {
    let (ask, centre) = (class.ask.clone(), class.centre());
    let view = app.read(move |tx| Classes::read(tx, &ask, centre)).await?;
    let ask = &class.ask;
    if ask.json() {
        let row = |l: &Listed| json!({ "lesson": l.lesson.id, "course": l.course.id, "title": ask.b(&l.course.plan.title), "no": l.lesson.no, "from": l.lesson.start, "state": l.lesson.state.code(), "marked": l.marked.0, "pupils": l.marked.1 });
        return Ok(Answer::json(200, &json!({ "centre": centre, "classes": view.all.iter().map(row).collect::<Vec<_>>() })));
    }
    Ok(Answer::html(&render_list(ask, &view)))
}

pub(super) fn render_list(ask: &Ask, view: &Classes) -> Markup {
    let title = ask.t("venues.course.classes");
    let body = html! {
        (masthead(ask, ask.b(&view.name), &html! { (title) }))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            p { a href=(ask.href(&format!("/d/handover/{}", view.centre))) { (ask.t("venues.handover.title")) } }
            @if view.all.is_empty() { p { (ask.t("venues.course.classes.none")) } } @else {
                section class="card" { table class="table cards" {
                    thead { tr { th scope="col" { (ask.t("venues.course.when")) } th scope="col" { (ask.t("venues.course.what")) } th scope="col" { (ask.t("venues.course.teacher")) } th scope="col" { (ask.t("venues.course.roll")) } } }
                    tbody { @for l in &view.all { tr {
                        th scope="row" { (span(ask, l.lesson.start, l.lesson.end)) @if l.lesson.state == LessonState::Cancelled { " · " b { (ask.b(&l.lesson.state.name())) } } }
                        td data-l=(ask.t("venues.course.what")) { a href=(ask.href(&format!("/d/class/{}", l.lesson.id))) { (ask.b(&l.course.plan.title)) " " (l.lesson.no) "/" (l.course.plan.lessons) } }
                        td data-l=(ask.t("venues.course.teacher")) { (l.course.plan.teacher) }
                        td data-l=(ask.t("venues.course.roll")) { (l.marked.0) "/" (l.marked.1) }
                    } } }
                } }
            }
            @if ask.duties.contains(&"venues.course") { p { a href=(ask.href(&format!("/d/courses/{}", view.centre))) { (ask.t("venues.course.plans")) } } }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}

pub(super) async fn page(app: App, class: Duty<VenuesClass>, params: Params) -> Reply {
    let id = params.get::<LessonId>("lesson")?;
    let (roll, name) = app
        .read(move |tx| {
            let roll = api::roll(tx, id)?;
            Ok((centre_name(tx, roll.course.plan.centre)?, roll)).map(|(n, r)| (r, n))
        })
        .await?;
    let ask = &class.ask;
    if ask.json() {
        return Ok(Answer::json(200, &value(&roll)));
    }
    Ok(Answer::html(&render(ask, &name, &roll)))
}
fn value(roll: &Roll) -> serde_json::Value {
    let row = |p: &api::Pupil| json!({ "enrolment": p.enrolment.id, "label": p.enrolment.label, "mark": p.mark.map(Mark::code) });
    json!({ "lesson": roll.lesson.id, "course": roll.course.id, "state": roll.lesson.state.code(), "pupils": roll.pupils.iter().map(row).collect::<Vec<_>>() })
}

pub(super) fn render(ask: &Ask, name: &Both, roll: &Roll) -> Markup {
    let title = ask.b(&roll.course.plan.title);
    let l = &roll.lesson;
    let body = html! {
        (masthead(ask, ask.b(name), &html! { (ask.t("venues.course.roll")) }))
        main id="main" class="page" tabindex="-1" {
            p { a href=(ask.href(&format!("/d/classes/{}", roll.course.plan.centre))) { (ask.t("venues.course.classes")) } }
            h1 { (title) " " (l.no) "/" (roll.course.plan.lessons) }
            p class="big" { (span(ask, l.start, l.end)) " · " (ask.b(&l.state.name())) }
            @if l.state == LessonState::Cancelled { (notice("wrn", ask.t("venues.course.roll.cancelled"), l.why.as_deref().unwrap_or_default())) }
            @else if roll.pupils.is_empty() { p { (ask.t("venues.course.roll.nobody")) } }
            @else {
                p { (ask.t("venues.course.roll.how")) }
                form method="post" action=(ask.href(&format!("/d/class/{}", l.id))) class="stack" {
                    (ask.once())
                    @for p in &roll.pupils {
                        @let chosen = p.mark.unwrap_or(Mark::Present);
                        div class="card" { fieldset class="field" {
                            legend { b { @if p.enrolment.label.is_empty() { (ask.t("venues.course.roll.nameless")) " " code { (short(p.enrolment.id)) } } @else { (p.enrolment.label) } } @if p.mark.is_none() { " " span class="st" { (ask.t("venues.course.roll.open")) } } }
                            div class="picks" { @for mark in Mark::ALL { label class="choice" {
                                input type="radio" name=(p.enrolment.id) value=(mark.code()) checked[*mark == chosen]; " " span { (ask.b(&mark.name())) }
                            } } }
                        } }
                    }
                    @let opens = kernel::Instant::from_minute(l.start - api::OPENS_MIN);
                    @if ask.now < opens { (notice("wrn", &ask.tf("venues.course.roll.early", &[("t", &format!("{} {}", ask.day(ask.district.time.day(opens)), ask.hhmm(opens)))]), "")) }
                    @else { button type="submit" class="btn pri wide" { (ask.t("venues.course.roll.save")) } }
                }
                details class="card" {
                    summary { (ask.t("venues.course.leave")) }
                    p { (ask.t("venues.course.leave.more")) }
                    form method="post" action=(ask.href(&format!("/d/class/{}/leave", l.id))) class="stack" {
                        (ask.once())
                        label for="enrolment" { (ask.t("venues.course.leave.who")) }
                        select id="enrolment" name="enrolment" { @for p in &roll.pupils { option value=(p.enrolment.id) { (p.enrolment.label) " " (short(p.enrolment.id)) } } }
                        button type="submit" class="btn" { (ask.t("venues.course.leave.yes")) }
                    }
                }
            }
            p class="small" { (ask.tf("venues.course.roll.day", &[("day", &ask.day(day_of(ask, l.start)))])) }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}
/// The last four letters of an id: enough to tell two people without a label apart.
fn short(id: EnrolmentId) -> String {
    let text = id.to_string();
    text[text.len() - 4..].to_owned()
}

/// Marks by enrolment.
pub(super) async fn mark(app: App, class: Duty<VenuesClass>, once: Once, params: Params, Body(body): Body<BTreeMap<String, String>>) -> Reply {
    let (ask, by, id) = (class.ask.clone(), class.actor().to_string(), params.get::<LessonId>("lesson")?);
    app.write(&class, once, ask.route.action, move |tx| {
        let mut marks = BTreeMap::new();
        for (who, mark) in &body {
            let who: EnrolmentId = who.parse().map_err(|_| Refusal::invalid("roll.stranger"))?;
            marks.insert(who, Mark::parse(mark).ok_or_else(|| Refusal::invalid("roll.mark"))?);
        }
        let roll = api::mark(tx, id, &marks, &by, moment(&ask))?;
        Ok(Answer::of(&ask, 200, &value(&roll), format!("/d/class/{id}")))
    })
    .await
}

/// Who leaves a course that has begun.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct LeaveBody {
    enrolment: EnrolmentId,
}
pub(super) async fn leave(app: App, class: Duty<VenuesClass>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<LeaveBody>) -> Reply {
    let (ask, by, id) = (class.ask.clone(), class.actor().to_string(), params.get::<LessonId>("lesson")?);
    app.write(&class, once, ask.route.action, move |tx| {
        let (course, _) = api::lesson(tx, id)?;
        let e = api::leave(tx, course.id, body.enrolment, &by, moment(&ask), &mut Ids::new(dice))?;
        Ok(Answer::of(&ask, 200, &json!({ "enrolment": e.id }), format!("/d/class/{id}")))
    })
    .await
}
