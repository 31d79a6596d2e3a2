//! The pages of courses: residents find, enrol, apply for a lot; planners make and publish; teachers keep the roll; the screen and the calendars of a centre.

mod calendar;
mod class;
mod list;
mod lots;
mod one;
mod planner;
mod samples;
mod screen;

use capacity::Moment;
use kernel::{Both, CentreId, CourseId, Day, Instant, LessonId, Minutes, Missing, No, ResourceId, VisitId};
use store::Tx;
use web::{
    Ask, Markup, Object, Open, Owns, Params, QueueOwn, Rate, Route, VenuesClass, VenuesCourse, axum::http::HeaderMap, centre_in_path, cookie, html, icon, route,
};

use super::{Course, State, rows};

pub(crate) use samples::samples;

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/courses", Open, list::page, "venues.course.list"),
    route!(GET "/courses/{course}", Open, one::page, "venues.course.page").own(Owns::Nothing, course_in_path),
    route!(POST "/courses/{course}/enrol", Open, one::enrol, "venues.course.enrol").own(Owns::Nothing, course_in_path),
    route!(POST "/courses/{course}/wait", Open, one::wait, "venues.course.wait").own(Owns::Nothing, course_in_path),
    route!(GET "/courses/{course}/calendar.ics", Open, calendar::course, "venues.course.calendar").own(Owns::Nothing, course_in_path),
    route!(GET "/courses/{course}/lot", Open, lots::page, "venues.course.lot").own(Owns::Nothing, course_in_path),
    route!(POST "/courses/{course}/apply", Open, lots::apply, "venues.course.apply").own(Owns::Nothing, course_in_path),
    route!(GET "/lot/{token}", QueueOwn, lots::own, "venues.course.application").own(Owns::TicketCode, application_in_path),
    route!(POST "/lot/{token}/withdraw", QueueOwn, lots::withdraw, "venues.course.withdraw").own(Owns::TicketCode, application_in_path).rate(Rate::Open),
    route!(GET "/venue/{centre}/today", Open, screen::page, "venues.time.screen").own(Owns::Nothing, centre_in_path),
    route!(GET "/venue/area/{resource}/busy.ics", Open, calendar::area, "venues.time.busy").own(Owns::Nothing, resource_in_path),
    route!(GET "/d/courses/{centre}", VenuesCourse, planner::page, "venues.course.plans").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/courses/{centre}", VenuesCourse, planner::draft, "venues.course.draft").own(Owns::SameCentre, centre_in_path),
    route!(GET "/d/course/{course}", VenuesCourse, planner::one, "venues.course.plan").own(Owns::SameCentre, course_in_path),
    route!(POST "/d/course/{course}/publish", VenuesCourse, planner::publish, "venues.course.publish").own(Owns::SameCentre, course_in_path),
    route!(POST "/d/course/{course}/cancel", VenuesCourse, planner::cancel, "venues.course.cancel").own(Owns::SameCentre, course_in_path),
    route!(POST "/d/course/{course}/draw", VenuesCourse, planner::draw, "venues.course.draw").own(Owns::SameCentre, course_in_path),
    route!(POST "/d/course/{course}/places", VenuesCourse, planner::places, "venues.course.places").own(Owns::SameCentre, course_in_path),
    route!(POST "/d/lesson/{lesson}/cancel", VenuesCourse, planner::cancel_lesson, "venues.course.lesson.cancel").own(Owns::SameCentre, lesson_in_path),
    route!(POST "/d/lesson/{lesson}/move", VenuesCourse, planner::move_lesson, "venues.course.lesson.move").own(Owns::SameCentre, lesson_in_path),
    route!(GET "/d/classes", VenuesClass, class::own, "venues.course.classes.own"),
    route!(GET "/d/classes/{centre}", VenuesClass, class::list, "venues.course.classes").own(Owns::SameCentre, centre_in_path),
    route!(GET "/d/class/{lesson}", VenuesClass, class::page, "venues.course.class").own(Owns::SameCentre, lesson_in_path),
    route!(POST "/d/class/{lesson}", VenuesClass, class::mark, "venues.course.mark").own(Owns::SameCentre, lesson_in_path),
    route!(POST "/d/class/{lesson}/leave", VenuesClass, class::leave, "venues.course.leave").own(Owns::SameCentre, lesson_in_path),
];

/// A course, with its centre.
pub(crate) fn course_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: CourseId = params.get("course")?;
    let course = rows::course::one(tx, id)?.ok_or(Missing("course"))?;
    Ok(Object::of(course.plan.centre, "course", id))
}
/// A date of a course, with its centre.
pub(crate) fn lesson_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: LessonId = params.get("lesson")?;
    let (course, _) = super::api::lesson(tx, id)?;
    Ok(Object::of(course.plan.centre, "lesson", id))
}
/// An area, with its centre.
pub(crate) fn resource_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: ResourceId = params.get("resource")?;
    let resource = capacity::api::resource(tx, id)?;
    if resource.share_of.is_some() {
        return Err(Missing("resource").into());
    }
    Ok(Object::of(resource.centre, "resource", id))
}
/// What a token opens; the application stands where a visit stands on the tickets' routes.
pub(crate) fn application_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let token: String = params.get("token")?;
    let a = rows::application::by_token(tx, web::token::hash(&token))?.ok_or(Missing("application"))?;
    let course = super::api::course(tx, a.course)?;
    let visit: VisitId = a.id.cast();
    Ok(Object::of(course.plan.centre, "application", a.id).visit(visit))
}

pub(crate) fn moment(ask: &Ask) -> Moment<'_> {
    Moment { now: ask.now, zone: &ask.district.time }
}
/// `周四 19:00–20:30`
pub(crate) fn weekly(ask: &Ask, c: &Course) -> String {
    let day = ask.t(WEEKDAYS[c.plan.weekday.min(6)]);
    let end = if c.plan.to_min == 1_440 { "24:00".to_owned() } else { kernel::hhmm(c.plan.to_min) };
    format!("{day} {}–{end}", kernel::hhmm(c.plan.from_min))
}
const WEEKDAYS: [&str; 7] = [
    "venues.course.day.0",
    "venues.course.day.1",
    "venues.course.day.2",
    "venues.course.day.3",
    "venues.course.day.4",
    "venues.course.day.5",
    "venues.course.day.6",
];
/// The civil day of a minute.
pub(crate) fn day_of(ask: &Ask, minute: Minutes) -> Day {
    ask.district.time.day(Instant::from_minute(minute))
}
/// `9月3日 周四 19:00–20:30`
pub(crate) fn span(ask: &Ask, start: Minutes, end: Minutes) -> String {
    let at = |m| ask.hhmm(Instant::from_minute(m));
    format!("{} {}–{}", ask.day(day_of(ask, start)), at(start), at(end))
}
/// `6–12 岁`, `60 岁以上`, `3 岁以下`; nothing when all may come.
pub(crate) fn ages(ask: &Ask, c: &Course) -> Option<String> {
    Some(match (c.plan.age_min, c.plan.age_max) {
        (Some(a), Some(b)) => ask.tf("venues.course.ages.both", &[("a", &a.to_string()), ("b", &b.to_string())]),
        (Some(a), None) => ask.tf("venues.course.ages.from", &[("a", &a.to_string())]),
        (None, Some(b)) => ask.tf("venues.course.ages.to", &[("b", &b.to_string())]),
        (None, None) => return None,
    })
}
/// The centre's name, for heads.
pub(crate) fn centre_name(tx: &mut Tx, centre: CentreId) -> Result<Both, No> {
    Ok(places::api::centre(tx, centre)?.name)
}

/// Applications of this browser that wait for their lot, for 我的号; after the draw the same token opens a booking.
pub(crate) fn mine(tx: &mut Tx, ask: &Ask, headers: &HeaderMap) -> Result<Vec<Markup>, No> {
    let mut all = Vec::new();
    for token in cookie::list(headers, "k", KEPT) {
        let Some(a) = rows::application::by_token(tx, web::token::hash(&token))? else { continue };
        let course = super::api::course(tx, a.course)?;
        if a.withdrawn.is_none() && course.drawn.is_none() && course.state.live() {
            all.push((token, a.code, course));
        }
    }
    Ok(if all.is_empty() { Vec::new() } else { vec![panel(ask, &all)] })
}
/// As many tokens as the pages of bookings keep.
const KEPT: usize = 8;
pub(super) fn panel(ask: &Ask, all: &[(String, String, Course)]) -> Markup {
    html! {
        section class="card" aria-label=(ask.t("venues.course.mine")) {
            h2 { (ask.t("venues.course.mine")) }
            ul class="links" { @for (token, code, c) in all { li { a href=(ask.href(&format!("/lot/{token}"))) {
                span { b { (ask.b(&c.plan.title)) } small { (code) " · " (ask.tf("venues.course.lot.will", &[("day", &ask.day(c.plan.enrol_until.plus(1)))])) } }
                (icon("right"))
            } } } }
        }
    }
}

/// On the centre's page: the way to its courses.
pub(crate) fn cards(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Vec<Markup>, No> {
    let n = rows::course::of_centre(tx, centre)?.iter().filter(|c| matches!(c.state, State::Published | State::Enrolling)).count();
    if n == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![html! {
        section class="card" aria-label=(ask.t("venues.course.title")) {
            p { a class="btn wide" href=(ask.href(&format!("/courses?centre={centre}"))) { (icon("book")) (ask.tf("venues.course.card", &[("n", &n.to_string())])) } }
        }
    }])
}
