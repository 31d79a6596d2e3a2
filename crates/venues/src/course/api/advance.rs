//! What happens to a course with time, and its end before time.

use capacity::{Action, Moment, State as ClaimState, WaitState, api as ledger};
use kernel::{CentreId, ClaimId, CourseId, Day, Instant, No, Refusal, TimeZone};
use store::{Dice, Tx};

use super::{PURPOSE, draw, held, moved};
use crate::course::{Admission, Course, LessonState, State, lot, rows};

/// So many days before the first date it is decided whether enough people joined; venues §6 [A].
pub const DECIDE_DAYS: i64 = 3;
/// Who does what time does, for the ledger.
const BY: &str = "venues.advance";

/// What time does to a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Open,
    Draw,
    Decide,
    Start,
    End,
}
/// The moment at which enrolment ends: midnight after its last day.
pub(crate) fn enrol_end(zone: &TimeZone, until: Day) -> Instant {
    zone.moment(until.plus(1), 0)
}
/// What is due now. `last`: the end of its last date.
pub(crate) fn step(c: &Course, last: i64, m: Moment) -> Option<Step> {
    let decided_at = m.zone.moment(m.zone.day(Instant::from_minute(c.starts)).plus(-DECIDE_DAYS), 0);
    match c.state {
        State::Published if m.now >= m.zone.moment(c.plan.enrol_from, 0) => Some(Step::Open),
        State::Enrolling if c.plan.admission == Admission::Lot && c.drawn.is_none() && m.now >= enrol_end(m.zone, c.plan.enrol_until) => Some(Step::Draw),
        State::Enrolling if c.sure.is_none() && m.now >= decided_at => Some(Step::Decide),
        State::Enrolling if c.sure.is_some() && m.now.minute() >= c.starts => Some(Step::Start),
        State::Running if m.now.minute() >= last => Some(Step::End),
        _ => None,
    }
}
fn last_end(tx: &mut Tx, c: &Course) -> Result<i64, No> {
    let lessons = rows::lesson::of_course(tx, c.id)?;
    Ok(lessons.iter().filter(|l| l.state != LessonState::Cancelled).map(|l| l.end).max().unwrap_or(c.starts))
}

/// Courses for which something is due, with their centres.
///
/// # Errors
/// A fault of the store.
pub fn due(tx: &mut Tx, m: Moment) -> Result<Vec<(CentreId, CourseId)>, No> {
    let mut all = Vec::new();
    for c in rows::course::live(tx)? {
        let last = if c.state == State::Running { last_end(tx, &c)? } else { c.ends };
        if step(&c, last, m).is_some() {
            all.push((c.plan.centre, c.id));
        }
    }
    Ok(all)
}

/// Takes every step that is due: opens enrolment, draws the lot, decides whether it begins, begins it, ends it.
///
/// # Errors
/// Missing; a fault.
pub fn advance(tx: &mut Tx, id: CourseId, m: Moment, dice: &mut Dice) -> Result<Course, No> {
    let mut c = held(tx, id)?;
    loop {
        let last = last_end(tx, &c)?;
        match step(&c, last, m) {
            None => return Ok(c),
            Some(Step::Open) => c.state = State::Enrolling,
            Some(Step::Draw) => {
                c = draw(tx, id, lot::order, m, dice)?;
                continue;
            }
            Some(Step::Decide) if in_it(tx, &c)? < c.plan.least => {
                (c.state, c.why) = (State::NotStarted, Some(format!("不足 {} 人 · fewer than {}", c.plan.least, c.plan.least)));
                end_all(tx, &c, m, dice)?;
            }
            Some(Step::Decide) => c.sure = Some(m.now),
            Some(Step::Start) => {
                for claim in of(tx, &c, |s| matches!(s, ClaimState::Confirmed | ClaimState::NoShow))? {
                    if m.now.minute() < c.ends {
                        ledger::check_in(tx, claim, BY, m)?;
                    }
                }
                c.state = State::Running;
            }
            Some(Step::End) => {
                for claim in of(tx, &c, |s| s == ClaimState::CheckedIn)? {
                    ledger::finish(tx, claim, BY, m, dice)?;
                }
                ledger::close(tx, c.resource, Some(m.now))?;
                c.state = State::Done;
            }
        }
        moved(tx, &c, false)?;
        tx.about("course", id);
    }
}
fn of(tx: &mut Tx, c: &Course, which: fn(ClaimState) -> bool) -> Result<Vec<ClaimId>, No> {
    Ok(ledger::claims_for(tx, PURPOSE, &c.id.to_string())?.into_iter().filter(|k| which(k.state)).map(|k| k.id).collect())
}
/// How many have a place.
fn in_it(tx: &mut Tx, c: &Course) -> Result<i64, No> {
    Ok(of(tx, c, |s| s.live() || s == ClaimState::NoShow)?.len() as i64)
}

/// Gives every place back and ends every waiting entry; nothing new may be taken. The rooms of its dates are free again.
fn end_all(tx: &mut Tx, c: &Course, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let why = c.why.clone().unwrap_or_default();
    ledger::close(tx, c.resource, Some(m.now))?;
    loop {
        let line = ledger::line(tx, c.resource, c.starts, c.ends)?;
        if line.is_empty() {
            break;
        }
        for wait in line.iter().filter(|w| w.state == WaitState::Waiting) {
            ledger::leave(tx, wait.id, BY, m, dice)?;
        }
    }
    for claim in ledger::claims_for(tx, PURPOSE, &c.id.to_string())? {
        if claim.state == ClaimState::CheckedIn {
            ledger::finish(tx, claim.id, BY, m, dice)?;
        } else if claim.state.live() && claim.state.after(Action::Cancel).is_some() && claim.expires.is_none_or(|e| e > m.now) {
            ledger::cancel(tx, claim.id, BY, true, Some(&why), m, dice)?;
        }
    }
    for mut lesson in rows::lesson::of_course(tx, c.id)?.into_iter().filter(|l| l.state == LessonState::Planned && l.start > m.now.minute()) {
        if let Some(room) = lesson.room.take() {
            ledger::cancel(tx, room, BY, true, Some(&why), m, dice)?;
        }
        (lesson.state, lesson.why) = (LessonState::Cancelled, Some(why.clone()));
        rows::lesson::save(tx, &lesson)?;
    }
    Ok(())
}

/// Cancels a course (取消课程) with a reason that everybody reads. Applications of a lot that was not drawn simply end.
///
/// # Errors
/// Missing; `course.ended`, `course.why`.
pub fn cancel(tx: &mut Tx, id: CourseId, why: &str, m: Moment, dice: &mut Dice) -> Result<Course, No> {
    let mut c = held(tx, id)?;
    if c.state.ended() {
        return Err(Refusal::conflict("course.ended").into());
    }
    let why = why.trim();
    if why.is_empty() || why.chars().count() > 200 {
        return Err(Refusal::invalid("course.why").at("why").into());
    }
    (c.state, c.why) = (State::Cancelled, Some(why.to_owned()));
    end_all(tx, &c, m, dice)?;
    moved(tx, &c, false)?;
    tx.about("course", id);
    Ok(c)
}

/// Rooms of dates that have begun or ended: what is due with their claims.
#[derive(Clone, Copy, Debug)]
pub struct RoomDue {
    /// Where.
    pub centre: CentreId,
    /// What holds the room.
    pub claim: ClaimId,
    /// It ended: the room is free.
    pub over: bool,
}
/// What is due with the rooms of dates: a class that began is there without a code.
///
/// # Errors
/// A fault of the store.
pub fn rooms(tx: &mut Tx, m: Moment) -> Result<Vec<RoomDue>, No> {
    let mut all = Vec::new();
    for lesson in rows::lesson::rooms(tx, m.now.minute())? {
        let Some(id) = lesson.room else { continue };
        let claim = ledger::claim(tx, id)?;
        let over = m.now.minute() >= lesson.end;
        let begun = !over && matches!(claim.state, ClaimState::Confirmed | ClaimState::NoShow);
        if begun || (over && claim.state == ClaimState::CheckedIn) {
            all.push(RoomDue { centre: claim.centre, claim: id, over });
        }
    }
    Ok(all)
}
/// Does what is due with a room.
///
/// # Errors
/// Those of the ledger.
pub(crate) fn room(tx: &mut Tx, due: RoomDue, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let done = if due.over { ledger::finish(tx, due.claim, BY, m, dice) } else { ledger::check_in(tx, due.claim, BY, m) };
    done.map(drop)
}
