//! Enrolling, waiting, applying for a lot, leaving.

use capacity::{Channel, Moment, Want, What, Wish, api as ledger, api::How, rows::pass::Pass};
use kernel::{Both, CourseId, EnrolmentId, Instant, Missing, No, PersonId, Refusal};
use store::{Dice, Tx};

use super::{PURPOSE, advance, advance::enrol_end, read};
use crate::course::{Admission, Application, Course, Enrolment, State, age, rows};

/// Most letters of a label; the pass has the same.
const LABEL: usize = 8;
/// Who joins after a lot was drawn waits behind everybody of the lot.
const AFTER_LOT: i64 = 1_000_000;

/// Who wants to be in a course.
#[derive(Clone, Debug)]
pub struct Applicant {
    /// A keyed hash, no name.
    pub person: PersonId,
    /// As the maker calls them.
    pub label: String,
    /// Asked only when the course has ages.
    pub birth_year: Option<i64>,
}

/// Whether `who` may be in the course at all; after this the course stands where time put it.
fn admitted(tx: &mut Tx, id: CourseId, who: &Applicant, m: Moment, dice: &mut Dice) -> Result<Course, No> {
    let c = advance(tx, id, m, dice)?;
    if who.label.chars().count() > LABEL {
        return Err(Refusal::invalid("label.long").arg("n", LABEL).at("label").into());
    }
    let (opens, ends) = (m.zone.moment(c.plan.enrol_from, 0), enrol_end(m.zone, c.plan.enrol_until));
    match c.state {
        State::Draft => return Err(Missing("course").into()),
        State::Published => return Err(Refusal::conflict("course.not_yet").both("day", capacity::day_words(m, opens.minute())).into()),
        State::Enrolling => {}
        State::Running | State::Done | State::NotStarted | State::Cancelled => return Err(Refusal::conflict("course.closed").into()),
    }
    // What a lot left free is given in order until it begins.
    let over = if c.drawn.is_some() { m.now >= Instant::from_minute(c.starts) } else { m.now >= ends };
    if over {
        return Err(Refusal::conflict("course.closed").into());
    }
    let year = i64::from(m.zone.day(Instant::from_minute(c.starts)).parts().0);
    age::fits(c.plan.age_min, c.plan.age_max, &who.label, who.birth_year, year)?;
    for mine in rows::enrolment::of_person(tx, id, who.person)? {
        if read::standing(tx, &mine)?.live() {
            return Err(Refusal::conflict("course.twice").into());
        }
    }
    Ok(c)
}
/// A year that nobody asks for is not kept.
fn kept_year(c: &Course, who: &Applicant) -> Option<i64> {
    who.birth_year.filter(|_| c.plan.age_min.is_some() || c.plan.age_max.is_some())
}

/// Takes a place at once, or with `wait` a place in the waiting list. The pass opens it at `/b/{token}`.
///
/// # Errors
/// Missing; `course.not_yet`, `course.closed`, `course.twice`, `lot.only`, `age.year`, `age.not`, `label.long`; `course.full`; those of the waiting list.
pub fn enrol(tx: &mut Tx, id: CourseId, who: &Applicant, token_hash: [u8; 32], wait: bool, m: Moment, dice: &mut Dice) -> Result<(Enrolment, Pass), No> {
    let c = admitted(tx, id, who, m, dice)?;
    if c.plan.admission == Admission::Lot && c.drawn.is_none() {
        return Err(Refusal::conflict("lot.only").instead(vec![(Both::new("报名抽签", "Apply for the lot"), format!("/courses/{id}"))]).into());
    }
    let want = Want { what: What::Resource(c.resource), from: c.starts, to: c.ends, units: 1 };
    let mut wish = Wish::one(PURPOSE, &id.to_string(), who.person, &format!("p:{}", who.person), Channel::Phone, want);
    wish.clash_accepted = true;
    let mut pass = Pass { code: String::new(), centre: c.plan.centre, claim: None, wait: None, label: who.label.clone() };
    if wait {
        pass.wait = Some(ledger::join(tx, &wish, if c.drawn.is_some() { AFTER_LOT } else { 0 }, m, dice)?.id);
    } else {
        let full = |no: No| match no {
            No::Refused(r) if r.code == "slot.gone" => {
                Refusal::conflict("course.full").instead(vec![(Both::new("排候补", "Join the waiting list"), format!("/courses/{id}"))]).into()
            }
            other => other,
        };
        pass.claim = Some(ledger::take(tx, &wish, How::Book, m, dice).map_err(full)?.id);
    }
    let e = Enrolment {
        id: dice.id(m.now),
        course: id,
        person: who.person,
        label: who.label.clone(),
        birth_year: kept_year(&c, who),
        claim: pass.claim,
        wait: pass.wait,
        made_at: m.now,
        left: None,
    };
    rows::enrolment::insert(tx, &e)?;
    let pass = ledger::issue_pass(tx, token_hash, pass, m, dice)?;
    tx.about("course", id);
    Ok((e, pass))
}

/// Takes part in the lot of a course; takes no place.
///
/// # Errors
/// Missing; `course.not_yet`, `course.closed`, `age.year`, `age.not`, `label.long`; `lot.not`, `lot.once`, `lot.twice`.
pub fn apply(tx: &mut Tx, id: CourseId, who: &Applicant, token_hash: [u8; 32], m: Moment, dice: &mut Dice) -> Result<Application, No> {
    let c = admitted(tx, id, who, m, dice)?;
    if c.plan.admission != Admission::Lot {
        return Err(Refusal::conflict("lot.not").into());
    }
    if c.drawn.is_some() {
        return Err(Refusal::conflict("lot.once").into());
    }
    if rows::application::of_person(tx, id, who.person)?.is_some() {
        return Err(Refusal::conflict("lot.twice").into());
    }
    let mut a = Application {
        id: dice.id(m.now),
        course: id,
        person: who.person,
        label: who.label.clone(),
        birth_year: kept_year(&c, who),
        code: String::new(),
        token_hash,
        made_at: m.now,
        withdrawn: None,
        drawn_no: None,
        enrolment: None,
    };
    for _ in 0..8 {
        a.code = web::token::code(&dice.throw(), 8);
        if rows::application::insert(tx, &a)? {
            tx.about("course", id);
            return Ok(a);
        }
    }
    Err(kernel::Fault::new("eight codes of forty bits were all taken").into())
}

/// Takes an application back before the draw.
///
/// # Errors
/// Missing; `lot.over` when it was drawn or withdrawn, or its time is over.
pub fn withdraw(tx: &mut Tx, token: &str, m: Moment, dice: &mut Dice) -> Result<Application, No> {
    let a = rows::application::by_token(tx, web::token::hash(token))?.ok_or(Missing("application"))?;
    let c = advance(tx, a.course, m, dice)?;
    if c.drawn.is_some() || c.state != State::Enrolling || !rows::application::withdraw(tx, &a, m.now)? {
        return Err(Refusal::conflict("lot.over").into());
    }
    Ok(Application { withdrawn: Some(m.now), ..a })
}

/// Takes somebody out of a course that has begun; before that they give their place up themselves.
///
/// # Errors
/// Missing; `state.wrong` before it began.
pub fn leave(tx: &mut Tx, course: CourseId, id: EnrolmentId, by: &str, m: Moment, dice: &mut Dice) -> Result<Enrolment, No> {
    let e = rows::enrolment::one(tx, id)?.filter(|e| e.course == course).ok_or(Missing("enrolment"))?;
    let claim = match (e.claim, e.wait) {
        (Some(claim), _) => Some(claim),
        (None, Some(wait)) => ledger::waiting(tx, wait)?.claim,
        (None, None) => None,
    };
    ledger::finish(tx, claim.ok_or(Missing("claim"))?, by, m, dice)?;
    rows::enrolment::left(tx, id, m.now)?;
    tx.about("course", e.course);
    Ok(Enrolment { left: Some(m.now), ..e })
}
