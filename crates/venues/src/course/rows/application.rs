//! Wishes that take part in a lot.

use kernel::{CourseId, Fault, Instant, PersonId};
use store::{Row, Tx, params};

use super::Columns;
use crate::course::nouns::Application;

store::statements! {
    /// By its token.
    BY_TOKEN = "select application_id, course_id, person_id, label, birth_year, code, token_hash, made_at_us, withdrawn_at_us, drawn_no, enrolment_id
        from venues_application where token_hash = $1";
    /// Those of a course in the order of their arrival; also those withdrawn.
    OF_COURSE = "select application_id, course_id, person_id, label, birth_year, code, token_hash, made_at_us, withdrawn_at_us, drawn_no, enrolment_id
        from venues_application where course_id = $1 order by made_at_us, application_id";
    /// The one of a person that stands.
    OF_PERSON = "select application_id, course_id, person_id, label, birth_year, code, token_hash, made_at_us, withdrawn_at_us, drawn_no, enrolment_id
        from venues_application where course_id = $1 and person_id = $2 and withdrawn_at_us is null";
    /// A new one; nothing happens when its code is taken in that course.
    INSERT = "insert into venues_application (application_id, course_id, person_id, label, birth_year, code, token_hash, made_at_us) values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (course_id, code) do nothing";
    /// It is taken back.
    WITHDRAW = "update venues_application set withdrawn_at_us = $2 where application_id = $1 and withdrawn_at_us is null and drawn_no is null";
    /// It was drawn.
    DRAWN = "update venues_application set drawn_no = $2, enrolment_id = $3 where application_id = $1 and withdrawn_at_us is null and drawn_no is null";
}

fn application(row: &mut Row) -> Result<Application, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Application {
        id: c.next()?,
        course: c.next()?,
        person: c.next()?,
        label: c.next()?,
        birth_year: c.next()?,
        code: c.next()?,
        token_hash: c.next()?,
        made_at: c.next()?,
        withdrawn: c.next()?,
        drawn_no: c.next()?,
        enrolment: c.next()?,
    })
}
/// By its token.
pub fn by_token(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<Application>, Fault> {
    tx.optional(&BY_TOKEN, params![hash], application)
}
/// Those of a course in the order of their arrival; also those withdrawn.
pub fn of_course(tx: &mut Tx, course: CourseId) -> Result<Vec<Application>, Fault> {
    tx.many(&OF_COURSE, params![course], application)
}
/// The one of a person that stands.
pub fn of_person(tx: &mut Tx, course: CourseId, person: PersonId) -> Result<Option<Application>, Fault> {
    tx.optional(&OF_PERSON, params![course, person], application)
}
/// A new one; `false` when its code is taken.
pub fn insert(tx: &mut Tx, a: &Application) -> Result<bool, Fault> {
    Ok(tx.run(&INSERT, params![a.id, a.course, a.person, a.label, a.birth_year, a.code, a.token_hash, a.made_at])? == 1)
}
/// It is taken back; `false` when it no longer stood.
pub fn withdraw(tx: &mut Tx, a: &Application, now: Instant) -> Result<bool, Fault> {
    Ok(tx.run(&WITHDRAW, params![a.id, now])? == 1)
}
/// It was drawn; a fault when it no longer stood.
pub fn drawn(tx: &mut Tx, a: &Application) -> Result<(), Fault> {
    match tx.run(&DRAWN, params![a.id, a.drawn_no, a.enrolment])? {
        1 => Ok(()),
        _ => Err(Fault::new("an application was drawn twice, or after it was withdrawn")),
    }
}
