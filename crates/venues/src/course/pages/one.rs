//! P11: one course, and enrolling in it.

use capacity::api::person;
use kernel::{Both, CourseId, Day, Missing, No, PersonId};
use places::phone::{self, Head, Tab};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Once, Open, Params, Reply, cookie, html, notice};

use super::{ages, centre_name, day_of, list::chance, moment, span, weekly};
use crate::course::{
    Admission, Course, Lesson, LessonState, Skipped, State,
    api::{self, Applicant},
    rows,
};

/// Everything of a course's page.
pub(super) struct View {
    pub course: Course,
    pub centre: Both,
    pub room: Option<Both>,
    pub lessons: Vec<Lesson>,
    /// Days between the first and the last date that are none, and why.
    pub skipped: Vec<Skipped>,
    pub unpublished: bool,
    pub places: (i64, i64),
    /// Applications of a lot.
    pub applied: usize,
}

impl View {
    pub(super) fn read(tx: &mut Tx, ask: &Ask, id: CourseId) -> Result<Self, No> {
        let course = api::course(tx, id)?;
        if course.state == State::Draft {
            return Err(Missing("course").into());
        }
        let lessons = rows::lesson::of_course(tx, id)?;
        let (skipped, unpublished) = skipped(tx, ask, &course, &lessons)?;
        let room = match &course.plan.room {
            Some(code) => capacity::api::resource_of(tx, course.plan.centre, code)?.map(|r| r.name),
            None => None,
        };
        let applied =
            if course.plan.admission == Admission::Lot { rows::application::of_course(tx, id)?.iter().filter(|a| a.withdrawn.is_none()).count() } else { 0 };
        Ok(Self { centre: centre_name(tx, course.plan.centre)?, places: api::places(tx, &course)?, room, lessons, skipped, unpublished, applied, course })
    }
    fn json(&self, ask: &Ask) -> serde_json::Value {
        let at = |m| ask.district.time.rfc3339(kernel::Instant::from_minute(m));
        let lesson = |l: &Lesson| json!({ "lesson": l.id, "no": l.no, "from": at(l.start), "to": at(l.end), "state": l.state.code(), "why": l.why, "said": l.said, "moved_from": l.moved_from.map(at) });
        let c = &self.course;
        json!({
            "course": c.id, "title": ask.b(&c.plan.title), "text": ask.b(&c.plan.text), "teacher": c.plan.teacher, "kind": c.plan.kind.code(), "state": c.state.code(), "why": c.why,
            "admission": c.plan.admission.code(), "places": self.places.0, "free": self.places.0 - self.places.1, "min": c.plan.least, "sure": c.sure.is_some(),
            "age_min": c.plan.age_min, "age_max": c.plan.age_max, "enrol_from": c.plan.enrol_from, "enrol_until": c.plan.enrol_until, "price_fen": 0,
            "lessons": self.lessons.iter().map(lesson).collect::<Vec<_>>(),
            "skipped": self.skipped.iter().map(|s| json!({ "day": s.day, "why": ask.b(&s.why) })).collect::<Vec<_>>(),
            "applications": self.applied, "drawn": c.drawn.is_some(),
        })
    }
}

/// Days of the course's weekday between its first and last date on which there is none, with the calendar's word for it.
fn skipped(tx: &mut Tx, ask: &Ask, c: &Course, lessons: &[Lesson]) -> Result<(Vec<Skipped>, bool), No> {
    let planned: Vec<Day> = lessons.iter().map(|l| day_of(ask, l.moved_from.unwrap_or(l.start))).collect();
    let (Some(first), Some(last)) = (planned.iter().min().copied(), planned.iter().max().copied()) else { return Ok((Vec::new(), false)) };
    let hours = places::api::hours(tx, c.plan.centre, first, last)?;
    let mut all = Vec::new();
    let mut unpublished = false;
    let mut day = first;
    while day <= last {
        let opening = hours.on(day);
        unpublished |= opening.why == places::Why::Unpublished;
        if !planned.contains(&day) {
            let why = if opening.note.zh.is_empty() { Both::new("这天不上", "left out") } else { opening.note };
            all.push(Skipped { day, why });
        }
        day = day.plus(7);
    }
    Ok((all, unpublished))
}

pub(super) async fn page(app: App, open: Duty<Open>, params: Params) -> Reply {
    let (ask, id) = (open.ask.clone(), params.get::<CourseId>("course")?);
    let view = app.read(move |tx| View::read(tx, &ask, id)).await?;
    let ask = &open.ask;
    if ask.json() {
        return Ok(Answer::json(200, &view.json(ask)));
    }
    Ok(with_browser(&app, ask, Answer::html(&render(ask, &view))))
}
/// A browser that has no cookie gets one: it is who enrols here.
pub(super) fn with_browser(app: &App, ask: &Ask, answer: Answer) -> Answer {
    if ask.browser.is_some() { answer } else { answer.cookie(cookie::set(&app.0.settings, cookie::BROWSER.0, &web::token::fresh(), cookie::BROWSER.1)) }
}

/// One date as it stands now.
pub(super) fn date(ask: &Ask, l: &Lesson) -> Markup {
    html! {
        @if l.state == LessonState::Cancelled { del { (span(ask, l.start, l.end)) } " " b { (ask.b(&l.state.name())) } } @else { (span(ask, l.start, l.end)) }
        @if let Some(from) = l.moved_from { " · " (ask.tf("venues.course.moved", &[("day", &ask.day(day_of(ask, from)))])) }
        @if let Some(why) = &l.why { " · " (why) }
        @if let Some(said) = &l.said { " · " (said) }
    }
}

/// Who it is for, and the year of birth where ages matter: the fields of every form here.
pub(super) fn who_fields(ask: &Ask, c: &Course) -> Markup {
    html! {
        label for="label" { (ask.t("venues.course.for")) }
        input id="label" name="label" maxlength="8" placeholder=(ask.t("venues.course.for.example")) autocomplete="off";
        @if c.plan.age_min.is_some() || c.plan.age_max.is_some() {
            label for="birth_year" { (ask.t("venues.course.birth_year")) }
            input id="birth_year" name="birth_year" inputmode="numeric" maxlength="4" required autocomplete="off";
        }
    }
}

pub(super) fn render(ask: &Ask, view: &View) -> Markup {
    let c = &view.course;
    let (cap, taken) = view.places;
    let lot = c.plan.admission == Admission::Lot;
    let to = |what: &str| ask.href(&format!("/courses/{}{what}", c.id));
    let main = html! {
        p { a href=(ask.href(&format!("/courses?centre={}", c.plan.centre))) { (ask.t("venues.course.back")) } }
        h1 { (ask.b(&c.plan.title)) }
        @if let Some(why) = &c.why { (notice("wrn", ask.b(&c.state.name()), why)) } @else if c.sure.is_some() && c.state == State::Enrolling { (notice("", ask.t("venues.course.sure"), "")) }
        p class="big" { b { (chance(ask, c, view.places)) } }
        p { (ask.b(&c.plan.text)) }
        dl class="rows card" {
            div { dt { (ask.t("venues.course.when")) } dd { (weekly(ask, c)) br; (ask.tf("venues.course.n", &[("n", &c.plan.lessons.to_string())])) " · " (ask.day(day_of(ask, c.starts))) " – " (ask.day(day_of(ask, c.ends))) } }
            @if let Some(room) = &view.room { div { dt { (ask.t("venues.course.room")) } dd { (ask.b(room)) } } }
            div { dt { (ask.t("venues.course.teacher")) } dd { (c.plan.teacher) } }
            div { dt { (ask.t("venues.course.ages")) } dd { (ages(ask, c).unwrap_or_else(|| ask.t("venues.course.ages.all").to_owned())) } }
            div { dt { (ask.t("venues.course.price")) } dd { (ask.t("venues.course.free")) } }
            div { dt { (ask.t("venues.course.places")) } dd { (ask.tf("venues.course.places.n", &[("n", &cap.to_string()), ("free", &(cap - taken).max(0).to_string())])) br; (ask.tf("venues.course.least", &[("n", &c.plan.least.to_string())])) } }
            div { dt { (ask.t("venues.course.admission")) } dd { (ask.b(&c.plan.admission.name())) @if lot { " · " a href=(to("/lot")) { (ask.t("venues.course.lot.how")) } } } }
            div { dt { (ask.t("venues.course.enrol_days")) } dd { (ask.day(c.plan.enrol_from)) " – " (ask.day(c.plan.enrol_until)) } }
        }
        @if c.state == State::Enrolling {
            @if lot && c.drawn.is_none() {
                form method="post" action=(to("/apply")) class="card stack" {
                    (ask.once()) h2 { (ask.t("venues.course.apply")) } p { (ask.t("venues.course.apply.more")) }
                    (who_fields(ask, c)) button type="submit" class="btn pri wide" { (ask.t("venues.course.apply")) }
                }
            } @else {
                form method="post" action=(to(if taken >= cap { "/wait" } else { "/enrol" })) class="card stack" {
                    (ask.once())
                    h2 { (ask.t(if taken >= cap { "venues.course.wait" } else { "venues.course.enrol" })) }
                    @if taken >= cap { p { (ask.t("venues.course.wait.more")) } }
                    (who_fields(ask, c))
                    button type="submit" class="btn pri wide" { (ask.t(if taken >= cap { "venues.course.wait" } else { "venues.course.enrol" })) }
                }
            }
        }
        details class="card" open[view.lessons.iter().any(|l| l.state == LessonState::Cancelled || l.moved_from.is_some())] {
            summary { (ask.t("venues.course.dates")) }
            ol class="list" { @for l in &view.lessons { li { (date(ask, l)) } } }
            @if !view.skipped.is_empty() {
                h2 { (ask.t("venues.course.skipped")) }
                ul class="list" { @for s in &view.skipped { li { (ask.day(s.day)) " · " (ask.b(&s.why)) } } }
            }
            @if view.unpublished { p class="small" { (ask.t("venues.course.unpublished")) } }
        }
        p { a class="btn wide" href=(to("/calendar.ics")) { (ask.t("venues.course.calendar")) } }
    };
    let head = Head { name: ask.b(&view.centre), to: format!("/c/{}", c.plan.centre), line: html! { (ask.t("venues.course.line")) } };
    phone::page(ask, ask.b(&c.plan.title), Tab::Other, &head, &main).render(ask)
}

/// A year as typed or as a number.
#[derive(Deserialize, Clone, Debug)]
#[serde(untagged)]
enum Year {
    Number(i64),
    Text(String),
}
/// Who is to be in it.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct WhoBody {
    /// For whom, as the maker calls them.
    #[serde(default)]
    label: String,
    #[serde(default)]
    birth_year: Option<Year>,
}
impl WhoBody {
    /// Who it is in this browser; without a cookie everybody is somebody new.
    pub(super) fn applicant(&self, app: &App, ask: &Ask) -> Applicant {
        let label = self.label.trim().to_owned();
        let browser = ask.browser.clone().unwrap_or_else(web::token::fresh);
        let person: PersonId = person(app, &browser, &label);
        let birth_year = match &self.birth_year {
            Some(Year::Number(n)) => Some(*n),
            Some(Year::Text(t)) => t.trim().parse().ok(),
            None => None,
        };
        Applicant { person, label, birth_year }
    }
}

pub(super) async fn enrol(app: App, open: Duty<Open>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<WhoBody>) -> Reply {
    made(app, open, once, params, dice, body, false).await
}
pub(super) async fn wait(app: App, open: Duty<Open>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<WhoBody>) -> Reply {
    made(app, open, once, params, dice, body, true).await
}
async fn made(app: App, open: Duty<Open>, once: Once, params: Params, dice: [u8; 32], body: WhoBody, wait: bool) -> Reply {
    let (ask, id, token) = (open.ask.clone(), params.get::<CourseId>("course")?, once.secret(&app));
    let (who, hash) = (body.applicant(&app, &ask), web::token::hash(&token));
    let answer = app
        .write(&open, once, ask.route.action, move |tx| {
            let (e, pass) = api::enrol(tx, id, &who, hash, wait, moment(&ask), &mut Ids::new(dice))?;
            let value = json!({ "token": store::SECRET, "code": pass.code, "enrolment": e.id, "claim": e.claim, "wait": e.wait });
            Ok(Answer::of(&ask, 201, &value, format!("/b/{}", store::SECRET)))
        })
        .await?;
    Ok(answer.fill(&token))
}
