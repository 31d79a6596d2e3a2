//! Who was there.

use kernel::{EnrolmentId, Fault, Instant, LessonId};
use store::{Tx, known, params};

use crate::course::nouns::Mark;

store::statements! {
    /// The marks of a date.
    OF_LESSON = "select enrolment_id, mark from venues_roll where lesson_id = $1 order by enrolment_id";
    /// Sets or changes one.
    SAVE = "insert into venues_roll (lesson_id, enrolment_id, mark, at_us, marked_by) values ($1, $2, $3, $4, $5)
        on conflict (lesson_id, enrolment_id) do update set mark = $3, at_us = $4, marked_by = $5";
    /// Marks of somebody who is not of the course of that date.
    STRAY = "select r.lesson_id, r.enrolment_id from venues_roll r left join venues_lesson l on l.lesson_id = r.lesson_id
        left join venues_enrolment e on e.enrolment_id = r.enrolment_id where l.course_id is null or e.course_id is null or l.course_id <> e.course_id";
}

/// The marks of a date.
pub fn of_lesson(tx: &mut Tx, lesson: LessonId) -> Result<Vec<(EnrolmentId, Mark)>, Fault> {
    tx.many(&OF_LESSON, params![lesson], |r| Ok((r.get(0)?, known(&r.get::<String>(1)?, Mark::parse)?)))
}
/// Sets or changes one.
pub fn save(tx: &mut Tx, lesson: LessonId, of: EnrolmentId, mark: Mark, by: &str, now: Instant) -> Result<(), Fault> {
    tx.run(&SAVE, params![lesson, of, mark.code(), now, by]).map(drop)
}
/// Marks of somebody who is not of the course of that date.
pub fn stray(tx: &mut Tx) -> Result<Vec<(LessonId, EnrolmentId)>, Fault> {
    tx.many(&STRAY, params![], |r| Ok((r.get(0)?, r.get(1)?)))
}
