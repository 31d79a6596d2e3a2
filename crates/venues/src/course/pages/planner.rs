//! The planner's pages: the courses of a centre, making one, its dates before and after it is published, its end.

use std::sync::{Arc, Mutex};

use kernel::{Both, CentreId, CourseId, Day, LessonId, Minutes, No, Refusal};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Once, Page, Params, Reply, Surface, VenuesCourse, choices, error_summary, field, html, masthead,
    notice,
};

use super::{ages, centre_name, day_of, list::chance, moment, one::date, span, weekly};
use crate::course::{
    Admission, Course, Enrolment, Kind, Lesson, LessonState, Plan, State,
    api::{self, Preview, Standing},
    lot, rows,
    sheets::clock,
};

/// One course of the list.
pub(super) struct Listed {
    pub course: Course,
    /// Places, and how many are taken.
    pub places: (i64, i64),
    /// Who waits, or has applied for the lot.
    pub waiting: usize,
}
pub(super) struct Plans {
    pub centre: CentreId,
    pub name: Both,
    pub all: Vec<Listed>,
}
impl Plans {
    fn read(tx: &mut Tx, centre: CentreId) -> Result<Self, No> {
        let mut all = Vec::new();
        for course in rows::course::of_centre(tx, centre)? {
            let waiting = match (course.plan.admission, course.drawn) {
                (Admission::Lot, None) => rows::application::of_course(tx, course.id)?.iter().filter(|a| a.withdrawn.is_none()).count(),
                _ => capacity::api::line(tx, course.resource, course.starts, course.ends)?.len(),
            };
            all.push(Listed { places: api::places(tx, &course)?, waiting, course });
        }
        Ok(Self { centre, name: centre_name(tx, centre)?, all })
    }
}

pub(super) async fn page(app: App, duty: Duty<VenuesCourse>) -> Reply {
    let centre = duty.centre();
    let view = app.read(move |tx| Plans::read(tx, centre)).await?;
    let ask = &duty.ask;
    if ask.json() {
        let row = |l: &Listed| json!({ "course": l.course.id, "code": l.course.plan.code, "title": ask.b(&l.course.plan.title), "state": l.course.state.code(), "places": l.places.0, "taken": l.places.1, "waiting": l.waiting });
        return Ok(Answer::json(200, &json!({ "centre": centre, "courses": view.all.iter().map(row).collect::<Vec<_>>() })));
    }
    Ok(Answer::html(&render(ask, &view, &DraftBody::default(), &[])))
}

pub(super) fn render(ask: &Ask, view: &Plans, typed: &DraftBody, faults: &[FieldFault]) -> Markup {
    let title = ask.t("venues.course.plans");
    let body = html! {
        (masthead(ask, ask.b(&view.name), &html! { (title) }))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            (error_summary(ask, faults))
            @if view.all.is_empty() { p { (ask.t("venues.course.none")) } } @else {
                section class="card" { table class="table cards" {
                    thead { tr { th scope="col" { (ask.t("venues.course.what")) } th scope="col" { (ask.t("venues.course.state")) } th scope="col" { (ask.t("venues.course.when")) } th scope="col" { (ask.t("venues.course.places")) } th scope="col" { (ask.t("venues.course.waiting")) } } }
                    tbody { @for l in &view.all {
                        @let c = &l.course;
                        tr {
                            th scope="row" { a href=(ask.href(&format!("/d/course/{}", c.id))) { (ask.b(&c.plan.title)) } " " code { (c.plan.code) } }
                            td data-l=(ask.t("venues.course.state")) { (ask.b(&c.state.name())) @if c.plan.admission == Admission::Lot { " · " (ask.b(&c.plan.admission.name())) } }
                            td data-l=(ask.t("venues.course.when")) { (weekly(ask, c)) " · " (ask.day(day_of(ask, c.starts))) }
                            td data-l=(ask.t("venues.course.places")) { (l.places.1) "/" (l.places.0) }
                            td data-l=(ask.t("venues.course.waiting")) { (l.waiting) }
                        }
                    } }
                } }
            }
            details class="card" open[!faults.is_empty()] {
                summary { (ask.t("venues.course.make")) }
                (form(ask, &format!("/d/courses/{}", view.centre), typed, faults))
            }
            p { a href=(ask.href(&format!("/d/classes/{}", view.centre))) { (ask.t("venues.course.classes")) } }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}

fn form(ask: &Ask, to: &str, t: &DraftBody, faults: &[FieldFault]) -> Markup {
    let kinds: Vec<(String, String)> = Kind::ALL.iter().map(|k| (k.code().to_owned(), ask.b(&k.name()).to_owned())).collect();
    let admissions: Vec<(String, String)> = Admission::ALL.iter().map(|a| (a.code().to_owned(), ask.b(&a.name()).to_owned())).collect();
    let days: Vec<(String, String)> = super::WEEKDAYS.iter().enumerate().map(|(n, key)| ((n + 1).to_string(), ask.t(key).to_owned())).collect();
    let hint = |key: &'static str| ask.t(key);
    html! {
        form method="post" action=(ask.href(to)) class="stack" {
            (ask.once())
            @if !t.change.is_empty() { input type="hidden" name="change" value=(t.change); }
            (field("code", ask.t("venues.course.f.code"), hint("venues.course.f.code.hint"), "text", &t.code, faults))
            (field("title_zh", ask.t("venues.course.f.title_zh"), "", "text", &t.title_zh, faults))
            (field("title_en", ask.t("venues.course.f.title_en"), "", "text", &t.title_en, faults))
            (field("text_zh", ask.t("venues.course.f.text_zh"), "", "text", &t.text_zh, faults))
            (field("text_en", ask.t("venues.course.f.text_en"), "", "text", &t.text_en, faults))
            (choices("kind", ask.t("venues.course.f.kind"), &kinds, if t.kind.is_empty() { "sport" } else { &t.kind }))
            (field("teacher", ask.t("venues.course.teacher"), "", "text", &t.teacher, faults))
            (field("age_min", ask.t("venues.course.f.age_min"), hint("venues.course.f.age.hint"), "number", &t.age_min, faults))
            (field("age_max", ask.t("venues.course.f.age_max"), "", "number", &t.age_max, faults))
            (field("term_from", ask.t("venues.course.f.term_from"), "", "date", &t.term_from, faults))
            (field("term_to", ask.t("venues.course.f.term_to"), "", "date", &t.term_to, faults))
            (choices("weekday", ask.t("venues.course.f.weekday"), &days, if t.weekday.is_empty() { "1" } else { &t.weekday }))
            (field("from", ask.t("venues.course.f.from"), "", "time", &t.from, faults))
            (field("to", ask.t("venues.course.f.to"), "", "time", &t.to, faults))
            (field("lessons", ask.t("venues.course.f.lessons"), "", "number", &t.lessons, faults))
            (field("min", ask.t("venues.course.f.min"), hint("venues.course.f.min.hint"), "number", &t.min, faults))
            (field("max", ask.t("venues.course.f.max"), "", "number", &t.max, faults))
            (choices("admission", ask.t("venues.course.admission"), &admissions, if t.admission.is_empty() { "order" } else { &t.admission }))
            (field("enrol_from", ask.t("venues.course.f.enrol_from"), "", "date", &t.enrol_from, faults))
            (field("enrol_until", ask.t("venues.course.f.enrol_until"), hint("venues.course.f.enrol_until.hint"), "date", &t.enrol_until, faults))
            (field("room", ask.t("venues.course.room"), hint("venues.course.f.room.hint"), "text", &t.room, faults))
            button type="submit" class="btn pri" { (ask.t("venues.course.f.save")) }
        }
    }
}

/// What is typed of a course; the columns of `courses.csv`.
#[derive(Deserialize, Clone, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DraftBody {
    pub code: String,
    pub title_zh: String,
    pub title_en: String,
    pub text_zh: String,
    pub text_en: String,
    pub kind: String,
    pub teacher: String,
    pub age_min: String,
    pub age_max: String,
    pub term_from: String,
    pub term_to: String,
    pub weekday: String,
    pub from: String,
    pub to: String,
    pub lessons: String,
    pub min: String,
    pub max: String,
    pub admission: String,
    pub enrol_from: String,
    pub enrol_until: String,
    pub room: String,
    /// Code of the draft that is changed; empty for a new one.
    pub change: String,
}
impl DraftBody {
    fn of(c: &Course, places: i64) -> Self {
        let p = &c.plan;
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        Self {
            code: p.code.clone(),
            title_zh: p.title.zh.clone(),
            title_en: p.title.en.clone(),
            text_zh: p.text.zh.clone(),
            text_en: p.text.en.clone(),
            kind: p.kind.code().into(),
            teacher: p.teacher.clone(),
            age_min: number(p.age_min),
            age_max: number(p.age_max),
            term_from: p.term.0.to_string(),
            term_to: p.term.1.to_string(),
            weekday: (p.weekday + 1).to_string(),
            from: kernel::hhmm(p.from_min),
            to: kernel::hhmm(p.to_min),
            lessons: p.lessons.to_string(),
            min: p.least.to_string(),
            max: places.to_string(),
            admission: p.admission.code().into(),
            enrol_from: p.enrol_from.to_string(),
            enrol_until: p.enrol_until.to_string(),
            room: p.room.clone().unwrap_or_default(),
            change: p.code.clone(),
        }
    }
    /// The plan, or everything that cannot be read. `today` stands in for a day that cannot.
    fn plan(&self, centre: CentreId, today: Day) -> Result<(Plan, i64), Refusal> {
        let mut no: Vec<Refusal> = Vec::new();
        let code_ok = (1..=32).contains(&self.code.len()) && self.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if !code_ok {
            no.push(Refusal::invalid("course.code").at("code"));
        }
        let mut text = |value: &str, most: usize, field: &'static str| {
            let value = value.trim();
            if value.is_empty() || value.chars().count() > most || value.chars().any(char::is_control) {
                no.push(Refusal::invalid("course.text").arg("n", most).at(field));
            }
            value.to_owned()
        };
        let title = Both::new(text(&self.title_zh, 40, "title_zh"), text(&self.title_en, 40, "title_en"));
        let words = Both::new(text(&self.text_zh, 300, "text_zh"), text(&self.text_en, 300, "text_en"));
        let teacher = text(&self.teacher, 20, "teacher");
        let mut day = |value: &str, field: &'static str| {
            value.parse::<Day>().unwrap_or_else(|_| {
                no.push(Refusal::invalid("course.day").at(field));
                today
            })
        };
        let term = (day(&self.term_from, "term_from"), day(&self.term_to, "term_to"));
        let (enrol_from, enrol_until) = (day(&self.enrol_from, "enrol_from"), day(&self.enrol_until, "enrol_until"));
        let mut time = |value: &str, field: &'static str| {
            clock(value).unwrap_or_else(|| {
                no.push(Refusal::invalid("course.time").at(field));
                0
            })
        };
        let (from_min, to_min) = (time(&self.from, "from"), time(&self.to, "to"));
        let mut number = |value: &str, field: &'static str| {
            value.trim().parse::<i64>().unwrap_or_else(|_| {
                no.push(Refusal::invalid("course.number").at(field));
                1
            })
        };
        let (lessons, least, places) = (number(&self.lessons, "lessons"), number(&self.min, "min"), number(&self.max, "max"));
        let mut age = |value: &str, field: &'static str| (!value.trim().is_empty()).then(|| number(value, field));
        let (age_min, age_max) = (age(&self.age_min, "age_min"), age(&self.age_max, "age_max"));
        let weekday = number(&self.weekday, "weekday");
        let kind = Kind::parse(&self.kind).unwrap_or(Kind::Sport);
        let admission = Admission::parse(&self.admission).unwrap_or(Admission::Order);
        if !(1..=7).contains(&weekday) {
            no.push(Refusal::invalid("course.number").at("weekday"));
        }
        if let Some(no) = Refusal::all(no) {
            return Err(no);
        }
        let room = Some(self.room.trim().to_owned()).filter(|r| !r.is_empty());
        let plan = Plan {
            centre,
            code: self.code.clone(),
            title,
            kind,
            text: words,
            teacher,
            teacher_login: None,
            age_min,
            age_max,
            term,
            weekday: usize::try_from(weekday - 1).unwrap_or(0),
            from_min,
            to_min,
            lessons,
            least,
            admission,
            enrol_from,
            enrol_until,
            room,
        };
        Ok((plan, places))
    }
}

type Said = Arc<Mutex<Option<Refusal>>>;
/// Keeps what was refused, for the form.
fn note<T>(said: &Said, done: Result<T, No>) -> Result<T, No> {
    done.inspect_err(|no| {
        if let (No::Refused(r), Ok(mut kept)) = (no, said.lock()) {
            *kept = Some(r.clone());
        }
    })
}
/// Every reason as a fault of its field.
fn faults(ask: &Ask, refusal: &Refusal) -> Vec<FieldFault> {
    let one = |r: &Refusal| FieldFault { field: r.field.unwrap_or("code"), text: ask.words.refusal(ask.lang, r) };
    std::iter::once(refusal).chain(refusal.also()).map(one).collect()
}

/// Makes a draft or changes one. What is wrong is said in the form.
pub(super) async fn draft(app: App, duty: Duty<VenuesCourse>, once: Once, Dice(dice): Dice, Body(body): Body<DraftBody>) -> Reply {
    let (ask, centre, typed, said) = (duty.ask.clone(), duty.centre(), body.clone(), Said::default());
    let (asked, kept) = (ask.clone(), Arc::clone(&said));
    let answer = app
        .write(&duty, once, ask.route.action, move |tx| {
            let run = |tx: &mut Tx| {
                let (plan, places) = body.plan(centre, asked.district.time.day(asked.now))?;
                api::new_or_named(tx, &plan, &body.change, moment(&asked))?;
                api::draft(tx, &plan, places, moment(&asked), &mut Ids::new(dice))
            };
            let course = note(&kept, run(tx))?;
            Ok(Answer::of(&asked, 201, &json!({ "course": course.id }), format!("/d/course/{}", course.id)))
        })
        .await?;
    let refused = said.lock().ok().and_then(|mut s| s.take());
    let Some(refusal) = refused.filter(|_| !ask.json()) else { return Ok(answer) };
    let view = app.read(move |tx| Plans::read(tx, centre)).await?;
    Ok(Answer::html(&render(&ask, &view, &typed, &faults(&ask, &refusal))).status(answer.code()))
}

/// Everything of one course.
pub(super) struct One {
    pub course: Course,
    pub name: Both,
    pub places: (i64, i64),
    /// Of a draft.
    pub preview: Option<Preview>,
    pub lessons: Vec<Lesson>,
    pub people: Vec<(Enrolment, Standing)>,
    pub applied: usize,
    /// Dates that fall on a holiday that was published later.
    pub holidays: Vec<(Day, Both)>,
}
impl One {
    fn read(tx: &mut Tx, ask: &Ask, id: CourseId) -> Result<Self, No> {
        let course = api::course(tx, id)?;
        let preview = if course.state == State::Draft { Some(api::preview(tx, &course, &[], moment(ask))?) } else { None };
        let lessons = rows::lesson::of_course(tx, id)?;
        let hours = places::api::hours(tx, course.plan.centre, course.plan.term.0, course.plan.term.1)?;
        let holidays = lessons
            .iter()
            .filter(|l| l.state == LessonState::Planned && l.said.is_none())
            .map(|l| day_of(ask, l.start))
            .map(|d| (d, hours.on(d)))
            .filter(|(_, o)| o.why == places::Why::Holiday)
            .map(|(d, o)| (d, o.note))
            .collect();
        let applied = rows::application::of_course(tx, id)?.iter().filter(|a| a.withdrawn.is_none()).count();
        Ok(Self {
            name: centre_name(tx, course.plan.centre)?,
            places: api::places(tx, &course)?,
            people: api::pupils(tx, id)?,
            preview,
            lessons,
            applied,
            holidays,
            course,
        })
    }
}

pub(super) async fn one(app: App, duty: Duty<VenuesCourse>, params: Params) -> Reply {
    let (ask, id) = (duty.ask.clone(), params.get::<CourseId>("course")?);
    let view = app.read(move |tx| One::read(tx, &ask, id)).await?;
    let ask = &duty.ask;
    if ask.json() {
        return Ok(Answer::json(200, &value(ask, &view)));
    }
    Ok(Answer::html(&render_one(ask, &view)))
}
fn value(ask: &Ask, view: &One) -> serde_json::Value {
    let at = |m: Minutes| ask.district.time.rfc3339(kernel::Instant::from_minute(m));
    let dates: Vec<_> = match &view.preview {
        Some(p) => {
            p.dates.iter().map(|d| json!({ "from": at(d.start), "to": at(d.end), "clash": d.clash.as_ref().map(|c| ask.words.refusal(ask.lang, c)) })).collect()
        }
        None => view
            .lessons
            .iter()
            .map(|l| json!({ "lesson": l.id, "no": l.no, "from": at(l.start), "to": at(l.end), "state": l.state.code(), "room": l.room.is_some() }))
            .collect(),
    };
    json!({
        "course": view.course.id, "state": view.course.state.code(), "places": view.places.0, "taken": view.places.1, "applications": view.applied, "dates": dates,
        "skipped": view.preview.as_ref().map(|p| p.skipped.iter().map(|s| json!({ "day": s.day, "why": ask.b(&s.why) })).collect::<Vec<_>>()),
    })
}

pub(super) fn render_one(ask: &Ask, view: &One) -> Markup {
    let c = &view.course;
    let title = ask.b(&c.plan.title);
    let to = |what: &str| format!("/d/course/{}/{what}", c.id);
    let body = html! {
        (masthead(ask, ask.b(&view.name), &html! { (ask.t("venues.course.plans")) }))
        main id="main" class="page" tabindex="-1" {
            p { a href=(ask.href(&format!("/d/courses/{}", c.plan.centre))) { (ask.t("venues.course.plans")) } }
            h1 { (title) }
            p class="big" { b { (ask.b(&c.state.name())) } @if matches!(c.state, State::Published | State::Enrolling) { " · " (chance(ask, c, view.places)) } }
            @if let Some(why) = &c.why { (notice("wrn", ask.b(&c.state.name()), why)) }
            @for (day, name) in &view.holidays { (notice("wrn", &ask.tf("venues.course.on_holiday", &[("day", &ask.day(*day)), ("name", ask.b(name))]), "")) }
            dl class="rows card" {
                div { dt { (ask.t("venues.course.when")) } dd { (weekly(ask, c)) " · " (ask.day(c.plan.term.0)) " – " (ask.day(c.plan.term.1)) } }
                div { dt { (ask.t("venues.course.teacher")) } dd { (c.plan.teacher) } }
                div { dt { (ask.t("venues.course.ages")) } dd { (ages(ask, c).unwrap_or_else(|| ask.t("venues.course.ages.all").to_owned())) } }
                div { dt { (ask.t("venues.course.places")) } dd { (view.places.1) "/" (view.places.0) } }
                div { dt { (ask.t("venues.course.admission")) } dd { (ask.b(&c.plan.admission.name())) @if let Some(h) = &c.commitment { br; small { code class="wrap" { (lot::hex(h)) } } } } }
                @if c.plan.admission == Admission::Lot { div { dt { (ask.t("venues.course.applications")) } dd { (view.applied) } } }
                div { dt { (ask.t("venues.course.enrol_days")) } dd { (ask.day(c.plan.enrol_from)) " – " (ask.day(c.plan.enrol_until)) } }
            }
            @if let Some(preview) = &view.preview { (unpublished(ask, c, preview, view.places.0)) } @else { (published(ask, view)) }
            @if !c.state.ended() {
                details class="card" {
                    summary { (ask.t("venues.course.places.change")) }
                    form method="post" action=(ask.href(&to("places"))) class="stack" {
                        (ask.once()) label for="places" { (ask.t("venues.course.places")) }
                        input id="places" name="places" type="number" min=(c.plan.least) value=(view.places.0) required;
                        button type="submit" class="btn" { (ask.t("venues.course.f.save")) }
                    }
                }
                details class="card" {
                    summary { (ask.t("venues.course.cancel")) }
                    p { (ask.t("venues.course.cancel.more")) }
                    form method="post" action=(ask.href(&to("cancel"))) class="stack" {
                        (ask.once()) label for="why" { (ask.t("venues.course.why")) }
                        input id="why" name="why" maxlength="200" required;
                        button type="submit" class="btn" { (ask.t("venues.course.cancel.yes")) }
                    }
                }
            }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}

/// A draft: what publishing would do, and what stands in its way.
fn unpublished(ask: &Ask, c: &Course, preview: &Preview, places: i64) -> Markup {
    let clashes = preview.dates.iter().filter(|d| d.clash.is_some()).count();
    html! {
        form method="post" action=(ask.href(&format!("/d/course/{}/publish", c.id))) class="card stack" {
            (ask.once())
            h2 { (ask.t("venues.course.dates")) }
            p { (ask.t("venues.course.preview.how")) }
            @if clashes > 0 { (notice("wrn", &ask.tf("venues.course.preview.clashes", &[("n", &clashes.to_string())]), "")) }
            ul class="list" {
                @for d in &preview.dates { li { label class="choice" {
                    input type="checkbox" name="left_out" value=(d.day); " "
                    span { (span(ask, d.start, d.end)) @if let Some(no) = &d.clash { " · " b { (ask.words.refusal(ask.lang, no)) } } }
                } } }
                @for s in &preview.skipped { li { (ask.day(s.day)) " · " (ask.b(&s.why)) } }
            }
            @if preview.unpublished { p class="small" { (ask.t("venues.course.unpublished")) } }
            button type="submit" class="btn pri wide" { (ask.t("venues.course.publish")) }
        }
        details class="card" { summary { (ask.t("venues.course.change")) } (form(ask, &format!("/d/courses/{}", c.plan.centre), &DraftBody::of(c, places), &[])) }
    }
}

/// A published course: its dates and its people.
fn published(ask: &Ask, view: &One) -> Markup {
    let c = &view.course;
    html! {
        @if c.plan.admission == Admission::Lot && c.drawn.is_none() && c.state == State::Enrolling {
            section class="card stack" aria-label=(ask.t("venues.course.lot.title")) {
                p { (ask.tf("venues.course.lot.will", &[("day", &ask.day(c.plan.enrol_until.plus(1)))])) }
                @if ask.now >= api::enrol_end(&ask.district.time, c.plan.enrol_until) { (ask.button(&format!("/d/course/{}/draw", c.id), ask.t("venues.course.draw"), "btn", &[])) }
            }
        }
        p { a href=(ask.href(&format!("/courses/{}", c.id))) { (ask.t("venues.course.seen")) } }
        section class="card" aria-label=(ask.t("venues.course.dates")) {
            h2 { (ask.t("venues.course.dates")) }
            ol class="list" { @for l in &view.lessons { li {
                (date(ask, l)) " " a href=(ask.href(&format!("/d/class/{}", l.id))) { (ask.t("venues.course.roll")) }
                @if l.state == LessonState::Planned && l.start > ask.now.minute() && c.state.live() { (lesson_forms(ask, l)) }
            } } }
        }
        section class="card" aria-label=(ask.t("venues.course.people")) {
            h2 { (ask.t("venues.course.people")) }
            @if view.people.iter().all(|(_, s)| !s.live() && *s != Standing::Done) { p { (ask.t("venues.course.people.none")) } } @else {
                table class="table" { tbody { @for (e, s) in view.people.iter().filter(|(_, s)| s.live() || *s == Standing::Done) { tr {
                    th scope="row" { (e.label) } td { @if let Some(year) = e.birth_year { (year) } }
                    td { @match s {
                        Standing::In | Standing::Done => { (ask.t("venues.course.people.in")) }
                        Standing::Offered => { (ask.t("venues.course.people.offered")) }
                        Standing::Waiting(n) => { (ask.tf("venues.course.people.waits", &[("n", &n.to_string())])) }
                        Standing::Out => {}
                    } }
                } } } }
            }
        }
    }
}
fn lesson_forms(ask: &Ask, l: &Lesson) -> Markup {
    let id = |what: &str| format!("{what}-{}", l.no);
    html! {
        details {
            summary { (ask.t("venues.course.lesson.change")) }
            form method="post" action=(ask.href(&format!("/d/lesson/{}/move", l.id))) class="stack" {
                (ask.once())
                label for=(id("day")) { (ask.t("venues.course.lesson.day")) } input id=(id("day")) name="day" type="date" required;
                label for=(id("from")) { (ask.t("venues.course.lesson.from")) } input id=(id("from")) name="from" type="time";
                label for=(id("why")) { (ask.t("venues.course.why")) } input id=(id("why")) name="why" maxlength="200" required;
                label for=(id("said")) { (ask.t("venues.course.lesson.said")) } input id=(id("said")) name="said" maxlength="200";
                button type="submit" class="btn" { (ask.t("venues.course.lesson.move")) }
            }
            form method="post" action=(ask.href(&format!("/d/lesson/{}/cancel", l.id))) class="stack" {
                (ask.once())
                label for=(id("cancel")) { (ask.t("venues.course.why")) } input id=(id("cancel")) name="why" maxlength="200" required;
                button type="submit" class="btn" { (ask.t("venues.course.lesson.cancel")) }
            }
        }
    }
}

/// Dates to leave out.
#[derive(Deserialize, Clone, Debug, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PublishBody {
    left_out: Vec<Day>,
}
pub(super) async fn publish(app: App, duty: Duty<VenuesCourse>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<PublishBody>) -> Reply {
    let (ask, by, id) = (duty.ask.clone(), duty.actor().to_string(), params.get::<CourseId>("course")?);
    app.write(&duty, once, ask.route.action, move |tx| {
        let m = moment(&ask);
        let c = api::publish(tx, id, &body.left_out, &by, m, &mut Ids::new(dice))?;
        let commitment = c.commitment.map(|h| lot::hex(&h));
        Ok(Answer::of(&ask, 200, &json!({ "course": id, "state": c.state.code(), "commitment": commitment }), format!("/d/course/{id}")))
    })
    .await
}

/// Why something does not take place.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct WhyBody {
    why: String,
}
pub(super) async fn cancel(app: App, duty: Duty<VenuesCourse>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<WhyBody>) -> Reply {
    let (ask, id) = (duty.ask.clone(), params.get::<CourseId>("course")?);
    app.write(&duty, once, ask.route.action, move |tx| {
        let c = api::cancel(tx, id, &body.why, moment(&ask), &mut Ids::new(dice))?;
        Ok(Answer::of(&ask, 200, &json!({ "course": id, "state": c.state.code() }), format!("/d/course/{id}")))
    })
    .await
}
pub(super) async fn draw(app: App, duty: Duty<VenuesCourse>, once: Once, params: Params, Dice(dice): Dice) -> Reply {
    let (ask, id) = (duty.ask.clone(), params.get::<CourseId>("course")?);
    app.write(&duty, once, ask.route.action, move |tx| {
        let (m, dice) = (moment(&ask), &mut Ids::new(dice));
        api::draw(tx, id, lot::order, m, dice)?;
        Ok(Answer::of(&ask, 200, &json!({ "course": id, "drawn": true }), format!("/courses/{id}/lot")))
    })
    .await
}

/// How many places.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct PlacesBody {
    places: i64,
}
pub(super) async fn places(app: App, duty: Duty<VenuesCourse>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<PlacesBody>) -> Reply {
    let (ask, id) = (duty.ask.clone(), params.get::<CourseId>("course")?);
    app.write(&duty, once, ask.route.action, move |tx| {
        api::set_places(tx, id, body.places, moment(&ask), &mut Ids::new(dice))?;
        Ok(Answer::of(&ask, 200, &json!({ "course": id, "places": body.places }), format!("/d/course/{id}")))
    })
    .await
}

pub(super) async fn cancel_lesson(app: App, duty: Duty<VenuesCourse>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<WhyBody>) -> Reply {
    let (ask, by, id) = (duty.ask.clone(), duty.actor().to_string(), params.get::<LessonId>("lesson")?);
    app.write(&duty, once, ask.route.action, move |tx| {
        let l = api::cancel_lesson(tx, id, &body.why, &by, moment(&ask), &mut Ids::new(dice))?;
        Ok(Answer::of(&ask, 200, &json!({ "lesson": id, "state": l.state.code() }), format!("/d/course/{}", l.course)))
    })
    .await
}

/// Another day, and why.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveBody {
    day: Day,
    #[serde(default)]
    from: String,
    why: String,
    /// Why on a holiday.
    #[serde(default)]
    said: String,
}
pub(super) async fn move_lesson(app: App, duty: Duty<VenuesCourse>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<MoveBody>) -> Reply {
    let (ask, by, id) = (duty.ask.clone(), duty.actor().to_string(), params.get::<LessonId>("lesson")?);
    app.write(&duty, once, ask.route.action, move |tx| {
        let from = match body.from.trim() {
            "" => None,
            typed => Some(clock(typed).ok_or_else(|| Refusal::invalid("course.time").at("from"))?),
        };
        let l = api::move_lesson(tx, id, body.day, from, &body.why, Some(&body.said), &by, moment(&ask), &mut Ids::new(dice))?;
        Ok(Answer::of(&ask, 200, &json!({ "lesson": id, "from": l.start }), format!("/d/course/{}", l.course)))
    })
    .await
}
