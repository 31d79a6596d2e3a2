//! The draw (抽签): once, after the last day of enrolment.

use capacity::{Channel, Moment, Want, What, Wish, api as ledger, api::How, rows::pass::Pass};
use kernel::{CourseId, No, Refusal};
use store::{Dice, Tx};

use super::{PURPOSE, advance::enrol_end, held, moved};
use crate::course::{Admission, Application, Course, Enrolment, State, lot, rows};

/// Draws the lot: in the drawn order each gets a place while there are any, and the rest wait in that order. `order` is [`lot::order`]; a test draws unfairly.
///
/// # Errors
/// Missing; `lot.not`, `lot.once`, `lot.early`, `course.ended`.
pub fn draw(tx: &mut Tx, id: CourseId, order: lot::Order, m: Moment, dice: &mut Dice) -> Result<Course, No> {
    let mut c = held(tx, id)?;
    let (Admission::Lot, Some(secret)) = (c.plan.admission, c.secret) else { return Err(Refusal::conflict("lot.not").into()) };
    if c.drawn.is_some() {
        return Err(Refusal::conflict("lot.once").into());
    }
    if c.state.ended() {
        return Err(Refusal::conflict("course.ended").into());
    }
    if m.now < enrol_end(m.zone, c.plan.enrol_until) || c.state == State::Published {
        return Err(Refusal::conflict("lot.early").arg("day", c.plan.enrol_until).into());
    }
    let all: Vec<Application> = rows::application::of_course(tx, id)?.into_iter().filter(|a| a.withdrawn.is_none()).collect();
    let codes: Vec<String> = all.iter().map(|a| a.code.clone()).collect();
    let mut room = true;
    for (n, code) in order(&secret, &codes).into_iter().enumerate() {
        let Some(mut a) = all.iter().find(|a| a.code == code).cloned() else { continue };
        a.drawn_no = Some(n as i64 + 1);
        a.enrolment = given(tx, &c, &a, n as i64, &mut room, m, dice)?;
        rows::application::drawn(tx, &a)?;
    }
    c.drawn = Some(m.now);
    moved(tx, &c, true)?;
    tx.about("course", id);
    Ok(c)
}

/// A place while there is one, else a place in the waiting list at `priority`; nothing when that is full.
fn given(tx: &mut Tx, c: &Course, a: &Application, priority: i64, room: &mut bool, m: Moment, dice: &mut Dice) -> Result<Option<kernel::EnrolmentId>, No> {
    let want = Want { what: What::Resource(c.resource), from: c.starts, to: c.ends, units: 1 };
    let mut wish = Wish::one(PURPOSE, &c.id.to_string(), a.person, &format!("p:{}", a.person), Channel::Counter, want);
    wish.clash_accepted = true;
    let (mut claim, mut wait) = (None, None);
    if *room {
        match ledger::take(tx, &wish, How::Book, m, dice) {
            Ok(got) => claim = Some(got.id),
            Err(No::Refused(no)) if no.code == "slot.gone" => *room = false,
            Err(no) => return Err(no),
        }
    }
    if claim.is_none() {
        match ledger::join(tx, &wish, priority, m, dice) {
            Ok(entry) => wait = Some(entry.id),
            Err(No::Refused(no)) if matches!(no.code, "wait.full" | "wait.too_late") => return Ok(None),
            Err(no) => return Err(no),
        }
    }
    let e = Enrolment {
        id: dice.id(m.now),
        course: c.id,
        person: a.person,
        label: a.label.clone(),
        birth_year: a.birth_year,
        claim,
        wait,
        made_at: m.now,
        left: None,
    };
    rows::enrolment::insert(tx, &e)?;
    let pass = Pass { code: String::new(), centre: c.plan.centre, claim, wait, label: a.label.clone() };
    ledger::issue_pass(tx, a.token_hash, pass, m, dice)?;
    Ok(Some(e.id))
}
