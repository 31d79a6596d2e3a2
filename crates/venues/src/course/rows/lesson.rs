//! Dates of courses.

use kernel::{CentreId, CourseId, Fault, LessonId, Minutes};
use store::{Row, Tx, params};

use super::Columns;
use crate::course::nouns::{Lesson, LessonState};

store::statements! {
    /// One date.
    ONE = "select lesson_id, course_id, lesson_no, start_min, end_min, state, why, said, moved_from_min, room_claim_id from venues_lesson where lesson_id = $1";
    /// The dates of a course.
    OF_COURSE = "select lesson_id, course_id, lesson_no, start_min, end_min, state, why, said, moved_from_min, room_claim_id from venues_lesson
        where course_id = $1 order by start_min, lesson_no";
    /// The dates of a centre in a stretch of time, also those that were moved away from it.
    OF_CENTRE = "select l.lesson_id, l.course_id, l.lesson_no, l.start_min, l.end_min, l.state, l.why, l.said, l.moved_from_min, l.room_claim_id
        from venues_lesson l join venues_course c on c.course_id = l.course_id
        where c.centre_id = $1 and l.start_min >= $2 and l.start_min < $3 and c.state in ('published', 'enrolling', 'running', 'done')
        order by l.start_min, l.lesson_id limit 400";
    /// Dates with a room that began before one minute and ended after another.
    ROOMS = "select lesson_id, course_id, lesson_no, start_min, end_min, state, why, said, moved_from_min, room_claim_id from venues_lesson
        where start_min <= $1 and start_min > $2 and room_claim_id is not null and state <> 'cancelled' order by start_min, lesson_id limit 1000";
    /// Makes or changes one.
    SAVE = "insert into venues_lesson (lesson_id, course_id, lesson_no, start_min, end_min, state, why, said, moved_from_min, room_claim_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (lesson_id) do update set start_min = $4, end_min = $5, state = $6, why = $7, said = $8, moved_from_min = $9, room_claim_id = $10";
}

fn lesson(row: &mut Row) -> Result<Lesson, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Lesson {
        id: c.next()?,
        course: c.next()?,
        no: c.next()?,
        start: c.next()?,
        end: c.next()?,
        state: c.coded(LessonState::parse)?,
        why: c.next()?,
        said: c.next()?,
        moved_from: c.next()?,
        room: c.next()?,
    })
}
/// One date.
pub fn one(tx: &mut Tx, id: LessonId) -> Result<Option<Lesson>, Fault> {
    tx.optional(&ONE, params![id], lesson)
}
/// The dates of a course, by time.
pub fn of_course(tx: &mut Tx, id: CourseId) -> Result<Vec<Lesson>, Fault> {
    tx.many(&OF_COURSE, params![id], lesson)
}
/// The dates of a centre that begin in a stretch of time, at most 400.
pub fn of_centre(tx: &mut Tx, centre: CentreId, from: Minutes, to: Minutes) -> Result<Vec<Lesson>, Fault> {
    tx.many(&OF_CENTRE, params![centre, from, to], lesson)
}
/// Dates with a room that began before `now` and not longer than a day ago.
pub fn rooms(tx: &mut Tx, now: Minutes) -> Result<Vec<Lesson>, Fault> {
    tx.many(&ROOMS, params![now, now - 1_440], lesson)
}
/// Makes or changes one.
pub fn save(tx: &mut Tx, l: &Lesson) -> Result<(), Fault> {
    tx.run(&SAVE, params![l.id, l.course, l.no, l.start, l.end, l.state.code(), l.why, l.said, l.moved_from, l.room]).map(drop)
}
