//! The roll (点名) of a date.

use std::collections::BTreeMap;

use capacity::Moment;
use kernel::{EnrolmentId, Instant, LessonId, No, Refusal};
use store::Tx;

use super::read;
use crate::course::{Course, Enrolment, Lesson, LessonState, Mark, rows};

/// The roll opens so many minutes before a date begins, and closes so many days after it [A].
pub const OPENS_MIN: i64 = 30;
const CLOSES_DAYS: i64 = 7;

/// Somebody on the roll.
#[derive(Clone, Debug)]
pub struct Pupil {
    /// Who.
    pub enrolment: Enrolment,
    /// What was marked.
    pub mark: Option<Mark>,
}
/// The roll of a date.
#[derive(Clone, Debug)]
pub struct Roll {
    /// The course.
    pub course: Course,
    /// The date.
    pub lesson: Lesson,
    /// Who is in the course.
    pub pupils: Vec<Pupil>,
}

/// The roll of a date: everybody who has a place now, and who was marked before they left.
///
/// # Errors
/// Missing.
pub fn roll(tx: &mut Tx, id: LessonId) -> Result<Roll, No> {
    let (course, lesson) = read::lesson(tx, id)?;
    let marks: BTreeMap<EnrolmentId, Mark> = rows::roll::of_lesson(tx, id)?.into_iter().collect();
    let mut pupils = Vec::new();
    for (enrolment, standing) in read::pupils(tx, course.id)? {
        let mark = marks.get(&enrolment.id).copied();
        if standing.on_roll() || mark.is_some() {
            pupils.push(Pupil { enrolment, mark });
        }
    }
    pupils.sort_by(|a, b| (&a.enrolment.label, a.enrolment.id).cmp(&(&b.enrolment.label, b.enrolment.id)));
    Ok(Roll { course, lesson, pupils })
}

/// Marks who was there. The first mark says that the date was held.
///
/// # Errors
/// Missing; `roll.early`, `roll.late`, `lesson.cancelled`; `roll.stranger` for who is not on it.
pub fn mark(tx: &mut Tx, id: LessonId, marks: &BTreeMap<EnrolmentId, Mark>, by: &str, m: Moment) -> Result<Roll, No> {
    let mut now = roll(tx, id)?;
    super::hold(tx, now.course.plan.centre)?;
    let start = Instant::from_minute(now.lesson.start);
    if now.lesson.state == LessonState::Cancelled {
        return Err(Refusal::conflict("lesson.cancelled").into());
    }
    if m.now < start.plus_min(-OPENS_MIN) {
        return Err(Refusal::conflict("roll.early").both("when", capacity::moment_words(m, now.lesson.start - OPENS_MIN)).into());
    }
    if m.now > Instant::from_minute(now.lesson.end).plus_min(CLOSES_DAYS * 1_440) {
        return Err(Refusal::conflict("roll.late").arg("n", CLOSES_DAYS).into());
    }
    for (who, mark) in marks {
        let pupil = now.pupils.iter_mut().find(|p| p.enrolment.id == *who).ok_or_else(|| Refusal::invalid("roll.stranger"))?;
        if pupil.mark != Some(*mark) {
            rows::roll::save(tx, id, *who, *mark, by, m.now)?;
            pupil.mark = Some(*mark);
        }
    }
    if !marks.is_empty() && now.lesson.state == LessonState::Planned {
        now.lesson.state = LessonState::Held;
        rows::lesson::save(tx, &now.lesson)?;
    }
    tx.about("lesson", id);
    Ok(now)
}
