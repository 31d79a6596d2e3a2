//! Courses.

use kernel::{Both, CentreId, CourseId, Fault};
use store::{Row, Tx, params};

use super::Columns;
use crate::course::nouns::{Admission, Course, Kind, Plan, State};

store::statements! {
    /// One course.
    ONE = "select course_id, centre_id, code, title_zh, title_en, kind, text_zh, text_en, teacher, teacher_login, age_min, age_max, term_from, term_to, weekday, from_min,
        to_min, lessons, least, admission, enrol_from, enrol_until, room, state, resource_id, starts_min, ends_min, lot_commitment, lot_secret, drawn_at_us, sure_at_us, ended_why
        from venues_course where course_id = $1";
    /// One of a centre by its code.
    BY_CODE = "select course_id, centre_id, code, title_zh, title_en, kind, text_zh, text_en, teacher, teacher_login, age_min, age_max, term_from, term_to, weekday, from_min,
        to_min, lessons, least, admission, enrol_from, enrol_until, room, state, resource_id, starts_min, ends_min, lot_commitment, lot_secret, drawn_at_us, sure_at_us, ended_why
        from venues_course where centre_id = $1 and code = $2";
    /// Those of a centre, the newest term first.
    OF_CENTRE = "select course_id, centre_id, code, title_zh, title_en, kind, text_zh, text_en, teacher, teacher_login, age_min, age_max, term_from, term_to, weekday, from_min,
        to_min, lessons, least, admission, enrol_from, enrol_until, room, state, resource_id, starts_min, ends_min, lot_commitment, lot_secret, drawn_at_us, sure_at_us, ended_why
        from venues_course where centre_id = $1 order by term_from desc, code limit 300";
    /// Those that time may move on.
    LIVE = "select course_id, centre_id, code, title_zh, title_en, kind, text_zh, text_en, teacher, teacher_login, age_min, age_max, term_from, term_to, weekday, from_min,
        to_min, lessons, least, admission, enrol_from, enrol_until, room, state, resource_id, starts_min, ends_min, lot_commitment, lot_secret, drawn_at_us, sure_at_us, ended_why
        from venues_course where state in ('published', 'enrolling', 'running') order by centre_id, course_id";
    /// Every course, for the proof and the sheet.
    ALL = "select course_id, centre_id, code, title_zh, title_en, kind, text_zh, text_en, teacher, teacher_login, age_min, age_max, term_from, term_to, weekday, from_min,
        to_min, lessons, least, admission, enrol_from, enrol_until, room, state, resource_id, starts_min, ends_min, lot_commitment, lot_secret, drawn_at_us, sure_at_us, ended_why
        from venues_course order by centre_id, code";
    /// Centres that have courses to show.
    CENTRES = "select distinct centre_id from venues_course where state in ('published', 'enrolling', 'running') order by centre_id";
    /// Makes or changes one.
    SAVE = "insert into venues_course (course_id, centre_id, code, title_zh, title_en, kind, text_zh, text_en, teacher, teacher_login, age_min, age_max, term_from, term_to,
        weekday, from_min, to_min, lessons, least, admission, enrol_from, enrol_until, room, state, resource_id, starts_min, ends_min, lot_commitment, lot_secret, drawn_at_us,
        sure_at_us, ended_why)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
        on conflict (course_id) do update set title_zh = $4, title_en = $5, kind = $6, text_zh = $7, text_en = $8, teacher = $9, teacher_login = $10, age_min = $11,
        age_max = $12, term_from = $13, term_to = $14, weekday = $15, from_min = $16, to_min = $17, lessons = $18, least = $19, admission = $20, enrol_from = $21,
        enrol_until = $22, room = $23, state = $24, starts_min = $26, ends_min = $27, lot_commitment = $28, lot_secret = $29, drawn_at_us = $30, sure_at_us = $31, ended_why = $32";
}

fn course(row: &mut Row) -> Result<Course, Fault> {
    let c = &mut Columns(row, 0);
    let (id, centre, code) = (c.next()?, c.next()?, c.next()?);
    Ok(Course {
        id,
        plan: Plan {
            centre,
            code,
            title: Both { zh: c.next()?, en: c.next()? },
            kind: c.coded(Kind::parse)?,
            text: Both { zh: c.next()?, en: c.next()? },
            teacher: c.next()?,
            teacher_login: c.next()?,
            age_min: c.next()?,
            age_max: c.next()?,
            term: (c.next()?, c.next()?),
            weekday: usize::try_from(c.next::<i64>()?).unwrap_or(0).min(6),
            from_min: c.next()?,
            to_min: c.next()?,
            lessons: c.next()?,
            least: c.next()?,
            admission: c.coded(Admission::parse)?,
            enrol_from: c.next()?,
            enrol_until: c.next()?,
            room: c.next()?,
        },
        state: c.coded(State::parse)?,
        resource: c.next()?,
        starts: c.next()?,
        ends: c.next()?,
        commitment: c.next()?,
        secret: c.next()?,
        drawn: c.next()?,
        sure: c.next()?,
        why: c.next()?,
    })
}
/// One course.
pub fn one(tx: &mut Tx, id: CourseId) -> Result<Option<Course>, Fault> {
    tx.optional(&ONE, params![id], course)
}
/// One of a centre by its code.
pub fn by_code(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Option<Course>, Fault> {
    tx.optional(&BY_CODE, params![centre, code], course)
}
/// Those of a centre, at most 300.
pub fn of_centre(tx: &mut Tx, centre: CentreId) -> Result<Vec<Course>, Fault> {
    tx.many(&OF_CENTRE, params![centre], course)
}
/// Those that time may move on.
pub fn live(tx: &mut Tx) -> Result<Vec<Course>, Fault> {
    tx.many(&LIVE, params![], course)
}
/// Every course.
pub fn all(tx: &mut Tx) -> Result<Vec<Course>, Fault> {
    tx.many(&ALL, params![], course)
}
/// Centres that have courses to show.
pub fn centres(tx: &mut Tx) -> Result<Vec<CentreId>, Fault> {
    tx.many(&CENTRES, params![], |r| r.get(0))
}
/// Makes or changes one.
pub fn save(tx: &mut Tx, c: &Course) -> Result<(), Fault> {
    let p = &c.plan;
    let params = params![
        c.id,
        p.centre,
        p.code,
        p.title.zh,
        p.title.en,
        p.kind.code(),
        p.text.zh,
        p.text.en,
        p.teacher,
        p.teacher_login,
        p.age_min,
        p.age_max,
        p.term.0,
        p.term.1,
        p.weekday,
        p.from_min,
        p.to_min,
        p.lessons,
        p.least,
        p.admission.code(),
        p.enrol_from,
        p.enrol_until,
        p.room,
        c.state.code(),
        c.resource,
        c.starts,
        c.ends,
        c.commitment,
        c.secret,
        c.drawn,
        c.sure,
        c.why
    ];
    tx.run(&SAVE, params).map(drop)
}
