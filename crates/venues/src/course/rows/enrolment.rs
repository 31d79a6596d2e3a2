//! Who is in a course, or waits for it.

use kernel::{CourseId, EnrolmentId, Fault, Instant, PersonId};
use store::{Row, Tx, params};

use super::Columns;
use crate::course::nouns::Enrolment;

store::statements! {
    /// One.
    ONE = "select enrolment_id, course_id, person_id, label, birth_year, claim_id, wait_id, made_at_us, left_at_us from venues_enrolment where enrolment_id = $1";
    /// Those of a course.
    OF_COURSE = "select enrolment_id, course_id, person_id, label, birth_year, claim_id, wait_id, made_at_us, left_at_us from venues_enrolment where course_id = $1
        order by made_at_us, enrolment_id";
    /// Those of a person in a course.
    OF_PERSON = "select enrolment_id, course_id, person_id, label, birth_year, claim_id, wait_id, made_at_us, left_at_us from venues_enrolment
        where course_id = $1 and person_id = $2 order by made_at_us, enrolment_id";
    /// A new one.
    INSERT = "insert into venues_enrolment (enrolment_id, course_id, person_id, label, birth_year, claim_id, wait_id, made_at_us) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// They left.
    LEFT = "update venues_enrolment set left_at_us = $2 where enrolment_id = $1 and left_at_us is null";
}

fn enrolment(row: &mut Row) -> Result<Enrolment, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Enrolment {
        id: c.next()?,
        course: c.next()?,
        person: c.next()?,
        label: c.next()?,
        birth_year: c.next()?,
        claim: c.next()?,
        wait: c.next()?,
        made_at: c.next()?,
        left: c.next()?,
    })
}
/// One.
pub fn one(tx: &mut Tx, id: EnrolmentId) -> Result<Option<Enrolment>, Fault> {
    tx.optional(&ONE, params![id], enrolment)
}
/// Those of a course, in the order of their making; also those that ended.
pub fn of_course(tx: &mut Tx, course: CourseId) -> Result<Vec<Enrolment>, Fault> {
    tx.many(&OF_COURSE, params![course], enrolment)
}
/// Those of a person in a course; also those that ended.
pub fn of_person(tx: &mut Tx, course: CourseId, person: PersonId) -> Result<Vec<Enrolment>, Fault> {
    tx.many(&OF_PERSON, params![course, person], enrolment)
}
/// A new one.
pub fn insert(tx: &mut Tx, e: &Enrolment) -> Result<(), Fault> {
    tx.run(&INSERT, params![e.id, e.course, e.person, e.label, e.birth_year, e.claim, e.wait, e.made_at]).map(drop)
}
/// They left after it had begun.
pub fn left(tx: &mut Tx, id: EnrolmentId, now: Instant) -> Result<(), Fault> {
    tx.run(&LEFT, params![id, now]).map(drop)
}
