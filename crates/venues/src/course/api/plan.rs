//! Making and publishing a course; moving and cancelling a date.

use capacity::{
    Channel, Moment, Resource, Rules, Want, What, Wish,
    api::{self as ledger, CellSpec},
};
use kernel::{Both, CourseId, Day, Instant, LessonId, Minutes, No, Refusal};
use store::{Dice, Tx};

use super::{DECIDE_DAYS, ROOM, held, moved, read};
use crate::course::{Admission, Course, Dates, Lesson, LessonState, Plan, Skipped, State, dates, lot, rows};

/// Longest term, days [A].
const TERM_DAYS: i64 = 366;
/// Most dates and most places of a course [A].
const LESSONS: i64 = 60;
const PLACES: i64 = 500;

/// What is wrong with a plan, all of it.
fn checked(p: &Plan, places: i64) -> Result<(), Refusal> {
    let mut no: Vec<Refusal> = Vec::new();
    if p.title.zh.trim().is_empty() || p.code.trim().is_empty() {
        no.push(Refusal::invalid("course.title").at("title_zh"));
    }
    if p.term.0 > p.term.1 || p.term.1.days_since(p.term.0) > TERM_DAYS {
        no.push(Refusal::invalid("course.term").arg("n", TERM_DAYS).at("term_to"));
    }
    if p.from_min >= p.to_min || p.from_min < 0 || p.to_min > 1_440 {
        no.push(Refusal::invalid("course.hours").at("to"));
    }
    if !(1..=LESSONS).contains(&p.lessons) {
        no.push(Refusal::invalid("course.lessons").arg("n", LESSONS).at("lessons"));
    }
    if p.least < 1 || places < p.least || places > PLACES {
        no.push(Refusal::invalid("course.people").arg("n", PLACES).at("max"));
    }
    if p.age_min.zip(p.age_max).is_some_and(|(a, b)| a > b) || [p.age_min, p.age_max].into_iter().flatten().any(|a| !(0..=120).contains(&a)) {
        no.push(Refusal::invalid("course.ages").at("age_max"));
    }
    if p.enrol_from > p.enrol_until {
        no.push(Refusal::invalid("course.enrol").at("enrol_until"));
    }
    Refusal::all(no).map_or(Ok(()), Err)
}

/// The dates of a plan by the calendar of its centre.
fn dates_of(tx: &mut Tx, p: &Plan, left_out: &[Day]) -> Result<Dates, No> {
    let hours = places::api::hours(tx, p.centre, p.term.0, p.term.1)?;
    Ok(dates(p.term.0, p.term.1, p.weekday, p.lessons, left_out, &|day| hours.on(day)))
}
fn span(p: &Plan, day: Day, m: Moment) -> (Minutes, Minutes) {
    (m.zone.moment(day, p.from_min).minute(), m.zone.moment(day, p.to_min).minute())
}
/// The dates are as many as there shall be, and enrolment ends in time.
fn enough(p: &Plan, found: &Dates) -> Result<(), Refusal> {
    if (found.days.len() as i64) < p.lessons {
        return Err(Refusal::invalid("course.few_dates").arg("n", found.days.len()).arg("want", p.lessons).at("lessons"));
    }
    // Whoever is missing is known only when enrolment is over.
    if found.days.first().is_some_and(|first| p.enrol_until.plus(DECIDE_DAYS + 1) > *first) {
        return Err(Refusal::invalid("course.enrol_late").arg("n", DECIDE_DAYS + 1).at("enrol_until"));
    }
    Ok(())
}

/// Rules of the places of a course: one each, no sooner than enrolment, no quota of the courts [A].
fn rules(id: CourseId) -> Rules {
    Rules {
        open_ahead_days: 366,
        open_at_min: 0,
        closes_before_min: 0,
        max_units: 1,
        hold_s: 0,
        cancel_free_before_min: 0,
        // Whoever misses the first date stays in the course: it is checked in when it begins.
        no_show_after_min: 1_440,
        online_share_pct: 100,
        page: Some(format!("/courses/{id}")),
        source: "venues §6 [A]".into(),
        ..Rules::default()
    }
}

/// What a planner types now is of courses to come; a sheet may tell of those that were.
///
/// # Errors
/// `course.enrol_past`; `course.code_taken` when `change` does not name the course that has this code.
pub fn new_or_named(tx: &mut Tx, plan: &Plan, change: &str, m: Moment) -> Result<(), No> {
    if change != plan.code && rows::course::by_code(tx, plan.centre, &plan.code)?.is_some() {
        return Err(Refusal::conflict("course.code_taken").at("code").into());
    }
    if super::advance::enrol_end(m.zone, plan.enrol_until) <= m.now {
        return Err(Refusal::invalid("course.enrol_past").at("enrol_until").into());
    }
    Ok(())
}

/// Makes a draft, or changes it while it is one. Its places are one cell of a closed resource from the first day.
///
/// # Errors
/// `course.*` with every fault; `course.published` when it is no draft any more.
pub fn draft(tx: &mut Tx, plan: &Plan, places: i64, m: Moment, dice: &mut Dice) -> Result<Course, No> {
    super::hold(tx, plan.centre)?;
    checked(plan, places)?;
    let found = dates_of(tx, plan, &[])?;
    enough(plan, &found)?;
    if let Some(room) = &plan.room
        && ledger::resource_of(tx, plan.centre, room)?.is_none()
    {
        return Err(Refusal::invalid("course.room").arg("code", room).at("room").into());
    }
    let (starts, ends) = whole(plan, &found.days, m);
    let there = rows::course::by_code(tx, plan.centre, &plan.code)?;
    if there.as_ref().is_some_and(|c| c.state != State::Draft) {
        return Err(Refusal::conflict("course.published").at("code").into());
    }
    let id = there.as_ref().map_or_else(|| dice.id(m.now), |c| c.id);
    let resource = Resource {
        id: there.as_ref().map_or_else(|| dice.id(m.now), |c| c.resource),
        centre: plan.centre,
        kind: "class_session".into(),
        code: format!("course-{}", plan.code),
        name: plan.title.clone(),
        pool: None,
        share_of: None,
        cell_minutes: 0,
        rules: rules(id),
        closed: None,
    };
    let resource = ledger::set_resource(tx, &resource, &[], m, dice)?.id;
    ledger::close(tx, resource, Some(m.now))?;
    if let Some(old) = &there {
        // The term may be another one: its old cell goes, nobody holds it.
        ledger::publish(tx, resource, &[], old.starts..old.ends, false, m, dice)?;
    }
    let course =
        Course { id, plan: plan.clone(), state: State::Draft, resource, starts, ends, commitment: None, secret: None, drawn: None, sure: None, why: None };
    cell(tx, &course, places, m, dice)?;
    rows::course::save(tx, &course)?;
    tx.about("course", id);
    Ok(course)
}
/// From the first lesson to the end of the last.
fn whole(p: &Plan, days: &[Day], m: Moment) -> (Minutes, Minutes) {
    let (first, last) = (days.first().copied().unwrap_or(p.term.0), days.last().copied().unwrap_or(p.term.1));
    (span(p, first, m).0, span(p, last, m).1)
}
fn cell(tx: &mut Tx, c: &Course, places: i64, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let spec = CellSpec { start: c.starts, end: c.ends, cap: places, shut: None };
    ledger::publish(tx, c.resource, &[spec], c.starts..c.ends, false, m, dice).map(drop)
}

/// Another number of places; who waits gets what is added.
///
/// # Errors
/// Missing; `cap.below_taken`; `course.people`; `course.ended`.
pub fn set_places(tx: &mut Tx, id: CourseId, places: i64, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let course = held(tx, id)?;
    if course.state.ended() {
        return Err(Refusal::conflict("course.ended").into());
    }
    if !(course.plan.least..=PLACES).contains(&places) {
        return Err(Refusal::invalid("course.people").arg("n", PLACES).at("max").into());
    }
    ledger::set_cap(tx, course.resource, course.starts, course.ends, places, m, dice).map(drop)
}

/// A date before it is published.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Which day.
    pub day: Day,
    /// First minute.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// Why its room cannot be had then.
    pub clash: Option<Refusal>,
}
/// What publishing would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The dates, with what stands in their way.
    pub dates: Vec<Planned>,
    /// Days that are left out, and why.
    pub skipped: Vec<Skipped>,
    /// The holidays of a year are not published yet.
    pub unpublished: bool,
}

/// The wish for the room of one date.
fn room_wish(tx: &mut Tx, c: &Course, start: Minutes, end: Minutes, by: &str) -> Result<Option<Wish>, No> {
    let Some(code) = &c.plan.room else { return Ok(None) };
    let room = ledger::resource_of(tx, c.plan.centre, code)?.ok_or_else(|| Refusal::invalid("course.room").arg("code", code).at("room"))?;
    Ok(Some(Wish {
        purpose: ROOM.into(),
        subject: c.id.to_string(),
        holder: None,
        age: None,
        made_by: by.into(),
        channel: Channel::Staff.code().into(),
        lines: vec![Want { what: What::Resource(room.id), from: start, to: end, units: 1 }],
        clash_accepted: true,
    }))
}

/// Shows the dates of a draft and what stands in the way of its room, without taking anything.
///
/// # Errors
/// Missing.
pub fn preview(tx: &mut Tx, c: &Course, left_out: &[Day], m: Moment) -> Result<Preview, No> {
    let found = dates_of(tx, &c.plan, left_out)?;
    let mut all = Vec::new();
    for day in found.days {
        let (start, end) = span(&c.plan, day, m);
        let clash = match room_wish(tx, c, start, end, "preview")? {
            Some(wish) => match ledger::ask(tx, &wish, m) {
                Ok(plan) => plan.refusal(),
                Err(No::Refused(no)) => Some(no),
                Err(no) => return Err(no),
            },
            None => None,
        };
        all.push(Planned { day, start, end, clash });
    }
    Ok(Preview { dates: all, skipped: found.skipped, unpublished: found.unpublished })
}

/// Publishes a draft: its dates are made, its room is taken for all of them or none, its places open, and a lot commits to its secret.
///
/// # Errors
/// Missing; `course.published`; `course.few_dates`, `course.enrol_late`; `course.conflicts` naming every date whose room cannot be had.
pub fn publish(tx: &mut Tx, id: CourseId, left_out: &[Day], by: &str, m: Moment, dice: &mut Dice) -> Result<Course, No> {
    let mut course = held(tx, id)?;
    if course.state != State::Draft {
        return Err(Refusal::conflict("course.published").into());
    }
    let preview = preview(tx, &course, left_out, m)?;
    let days: Vec<Day> = preview.dates.iter().map(|d| d.day).collect();
    enough(&course.plan, &Dates { days: days.clone(), ..Dates::default() })?;
    let clashes: Vec<&Planned> = preview.dates.iter().filter(|d| d.clash.is_some()).collect();
    if !clashes.is_empty() {
        let list = clashes.iter().map(|d| d.day.to_string()).collect::<Vec<_>>();
        return Err(Refusal::conflict("course.conflicts").both("list", Both::new(list.join("、"), list.join(", "))).arg("n", list.len()).into());
    }
    let (places, _) = read::places(tx, &course)?;
    let (starts, ends) = whole(&course.plan, &days, m);
    if (starts, ends) != (course.starts, course.ends) {
        ledger::publish(tx, course.resource, &[], course.starts..course.ends, false, m, dice)?;
        (course.starts, course.ends) = (starts, ends);
        cell(tx, &course, places, m, dice)?;
    }
    for (n, date) in preview.dates.iter().enumerate() {
        let room = match room_wish(tx, &course, date.start, date.end, by)? {
            Some(wish) => Some(ledger::take(tx, &wish, ledger::How::Book, m, dice)?.id),
            None => None,
        };
        let lesson = Lesson {
            id: dice.id(m.now),
            course: id,
            no: n as i64 + 1,
            start: date.start,
            end: date.end,
            state: LessonState::Planned,
            why: None,
            said: None,
            moved_from: None,
            room,
        };
        rows::lesson::save(tx, &lesson)?;
    }
    if course.plan.admission == Admission::Lot {
        let secret = dice.throw();
        (course.commitment, course.secret) = (Some(lot::commitment(&secret)), Some(secret));
    }
    course.state = State::Published;
    ledger::close(tx, course.resource, None)?;
    moved(tx, &course, false)?;
    tx.about("course", id);
    Ok(course)
}

fn planned(tx: &mut Tx, id: LessonId, m: Moment) -> Result<(Course, Lesson), No> {
    let (course, lesson) = read::lesson(tx, id)?;
    super::hold(tx, course.plan.centre)?;
    tx.about("lesson", id);
    if !course.state.live() || lesson.state != LessonState::Planned || Instant::from_minute(lesson.start) <= m.now {
        return Err(Refusal::conflict("lesson.begun").into());
    }
    Ok((course, lesson))
}
fn reason(why: &str) -> Result<String, Refusal> {
    match why.trim() {
        why if why.is_empty() || why.chars().count() > 200 => Err(Refusal::invalid("course.why").at("why")),
        why => Ok(why.to_owned()),
    }
}

/// A date that does not take place (停课); its room is free for others.
///
/// # Errors
/// Missing; `lesson.begun`, `course.why`.
pub fn cancel_lesson(tx: &mut Tx, id: LessonId, why: &str, by: &str, m: Moment, dice: &mut Dice) -> Result<Lesson, No> {
    let why = reason(why)?;
    let (_, mut lesson) = planned(tx, id, m)?;
    if let Some(room) = lesson.room.take() {
        ledger::cancel(tx, room, by, true, Some(&why), m, dice)?;
    }
    (lesson.state, lesson.why) = (LessonState::Cancelled, Some(why));
    rows::lesson::save(tx, &lesson)?;
    Ok(lesson)
}

/// Another day for a date (调课), inside the term. On a holiday it has to be said why. Its room moves with it, or nothing does.
///
/// # Errors
/// Missing; `lesson.begun`, `course.why`; `lesson.term`, `lesson.past`, `lesson.holiday`; those of the room.
#[allow(clippy::too_many_arguments)] // one move, all of it needed
pub fn move_lesson(
    tx: &mut Tx,
    id: LessonId,
    to: Day,
    from_min: Option<Minutes>,
    why: &str,
    said: Option<&str>,
    by: &str,
    m: Moment,
    dice: &mut Dice,
) -> Result<Lesson, No> {
    let why = reason(why)?;
    let (course, mut lesson) = planned(tx, id, m)?;
    let p = &course.plan;
    if !(p.term.0..=p.term.1).contains(&to) {
        return Err(Refusal::invalid("lesson.term").arg("from", p.term.0).arg("to", p.term.1).at("day").into());
    }
    let from_min = from_min.unwrap_or(p.from_min);
    let length = p.to_min - p.from_min;
    if from_min < 0 || from_min + length > 1_440 {
        return Err(Refusal::invalid("course.hours").at("from").into());
    }
    let (start, end) = (m.zone.moment(to, from_min).minute(), m.zone.moment(to, from_min + length).minute());
    if Instant::from_minute(start) <= m.now {
        return Err(Refusal::invalid("lesson.past").at("day").into());
    }
    let said = said.map(str::trim).filter(|s| !s.is_empty()).map(|s| s.chars().take(200).collect::<String>());
    let opening = places::api::opening(tx, p.centre, to)?;
    let off = opening.why == places::Why::Holiday || (opening.why == places::Why::Note && opening.blocks.is_empty());
    if off && said.is_none() {
        return Err(Refusal::invalid("lesson.holiday").both("name", opening.note).at("said").into());
    }
    if let (Some(room), Some(wish)) = (lesson.room, room_wish(tx, &course, start, end, by)?) {
        ledger::swap(tx, room, &wish, by, m, dice)?;
    }
    lesson.moved_from = lesson.moved_from.or(Some(lesson.start));
    (lesson.start, lesson.end, lesson.why, lesson.said) = (start, end, Some(why), if off { said } else { None });
    rows::lesson::save(tx, &lesson)?;
    Ok(lesson)
}
