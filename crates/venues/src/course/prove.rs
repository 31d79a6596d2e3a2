//! The proof of the courses: asked of the live rows. It shares no code with enrolling; the draw is worked out again from its published parts.

use std::collections::BTreeMap;

use capacity::{Wait, WaitState, api as ledger};
use kernel::No;
use store::Tx;
use web::Check;

use super::{
    Admission, Application, Course, LessonState, State,
    api::{self, PURPOSE},
    lot, rows,
};

/// Every claim and waiting entry of a course is one enrolment of it, and nobody is in a course twice.
pub const VC1: Check =
    Check { id: "VC1", says: "every claim and waiting entry of a course is one enrolment of it, and nobody is in a course twice", run: enrolments };
/// Dates of a course lie in its term, and on no holiday unless it is said why.
pub const VC2: Check = Check { id: "VC2", says: "dates of a course lie in its term, and on no holiday unless it is said why", run: dates };
/// A course that ended, or was never published, holds nobody; who is marked is of the course.
pub const VC3: Check = Check { id: "VC3", says: "a course that ended, or was never published, holds nobody; who is marked is of the course", run: ended };
/// Every drawn lot gives the same order again, and places went to the first.
pub const VL1: Check = Check { id: "VL1", says: "every drawn lot gives the same order again, and places went to the first", run: lots };

fn each(tx: &mut Tx, check: impl Fn(&mut Tx, &Course, &mut Vec<String>) -> Result<(), No>) -> Result<Vec<String>, No> {
    let mut wrong = Vec::new();
    for c in rows::course::all(tx)? {
        check(tx, &c, &mut wrong)?;
    }
    Ok(wrong)
}

fn enrolments(tx: &mut Tx) -> Result<Vec<String>, No> {
    each(tx, |tx, c, wrong| {
        let subject = c.id.to_string();
        let mut live: BTreeMap<_, usize> = BTreeMap::new();
        let all = rows::enrolment::of_course(tx, c.id)?;
        for e in &all {
            let (purpose, of, holder) = match (e.claim, e.wait) {
                (Some(claim), _) => {
                    let k = ledger::claim(tx, claim)?;
                    if e.left.is_some() && k.state.live() {
                        wrong.push(format!("enrolment {} has left and still holds a place", e.id));
                    }
                    (k.purpose, k.subject, k.holder)
                }
                (None, Some(wait)) => ledger::waiting(tx, wait).map(|w| (w.wish.purpose, w.wish.subject, Some(w.holder)))?,
                (None, None) => (String::new(), String::new(), None),
            };
            if (purpose.as_str(), &of, holder) != (PURPOSE, &subject, Some(e.person)) {
                wrong.push(format!("enrolment {} points at {purpose} {of} of somebody else", e.id));
            }
            if api::standing(tx, e)?.live() {
                *live.entry(e.person).or_default() += 1;
            }
        }
        wrong.extend(live.iter().filter(|(_, n)| **n > 1).map(|(who, n)| format!("course {}: {who} is in it {n} times", c.id)));
        for claim in ledger::claims_for(tx, PURPOSE, &subject)? {
            let known = all.iter().any(|e| e.claim == Some(claim.id) || (claim.wait.is_some() && e.wait == claim.wait));
            if !known {
                wrong.push(format!("course {}: claim {} is no enrolment", c.id, claim.id));
            }
        }
        for wait in ledger::line(tx, c.resource, c.starts, c.ends)? {
            if !all.iter().any(|e| e.wait == Some(wait.id)) {
                wrong.push(format!("course {}: waiting entry {} is no enrolment", c.id, wait.id));
            }
        }
        Ok(())
    })
}

fn dates(tx: &mut Tx) -> Result<Vec<String>, No> {
    let zone = places::api::district(tx)?.time;
    each(tx, |tx, c, wrong| {
        let lessons = rows::lesson::of_course(tx, c.id)?;
        let hours = places::api::hours(tx, c.plan.centre, c.plan.term.0, c.plan.term.1)?;
        for l in lessons.iter().filter(|l| l.state == LessonState::Planned && !c.state.ended()) {
            let day = zone.day(kernel::Instant::from_minute(l.start));
            if !(c.plan.term.0..=c.plan.term.1).contains(&day) {
                wrong.push(format!("course {} date {} on {day} lies outside its term", c.id, l.no));
            } else if hours.on(day).why == places::Why::Holiday && l.said.is_none() {
                wrong.push(format!("course {} date {} on {day} is a holiday and nobody said why", c.id, l.no));
            }
        }
        if c.state != State::Draft && lessons.len() as i64 != c.plan.lessons {
            wrong.push(format!("course {} has {} dates of {}", c.id, lessons.len(), c.plan.lessons));
        }
        Ok(())
    })
}

fn ended(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut wrong = each(tx, |tx, c, wrong| {
        if c.state.live() {
            return Ok(());
        }
        for (e, standing) in api::pupils(tx, c.id)? {
            let held = match e.claim {
                Some(claim) => ledger::claim(tx, claim)?.state.live(),
                None => standing.live() && standing != api::Standing::In,
            };
            if held {
                wrong.push(format!("course {} is {} and still holds enrolment {}", c.id, c.state.code(), e.id));
            }
        }
        Ok(())
    })?;
    wrong.extend(rows::roll::stray(tx)?.into_iter().map(|(l, e)| format!("lesson {l} has a mark of {e}, who is not of its course")));
    Ok(wrong)
}

/// What an application led to, as a rank: a place, the waiting list, nothing.
enum Led {
    Place,
    Waits(Box<Wait>),
    Nothing,
}

fn lots(tx: &mut Tx) -> Result<Vec<String>, No> {
    each(tx, |tx, c, wrong| {
        let all = rows::application::of_course(tx, c.id)?;
        let Some(drawn_at) = c.drawn else {
            wrong.extend(all.iter().filter(|a| a.drawn_no.is_some()).map(|a| format!("course {}: {} was drawn before the draw", c.id, a.code)));
            return Ok(());
        };
        let (Admission::Lot, Some(secret), Some(commitment)) = (c.plan.admission, c.secret, c.commitment) else {
            wrong.push(format!("course {} was drawn without a secret", c.id));
            return Ok(());
        };
        if lot::commitment(&secret) != commitment {
            wrong.push(format!("course {}: the secret is not the one that was promised", c.id));
        }
        let mut drawn: Vec<&Application> = all.iter().filter(|a| a.withdrawn.is_none()).collect();
        drawn.sort_by_key(|a| (a.drawn_no, a.id));
        let codes: Vec<String> = drawn.iter().map(|a| a.code.clone()).collect();
        if lot::order(&secret, &codes) != codes || drawn.iter().enumerate().any(|(n, a)| a.drawn_no != Some(n as i64 + 1)) {
            wrong.push(format!("course {}: the drawn order is not the one that its secret and its applications give", c.id));
        }
        wrong.extend(
            all.iter().filter(|a| a.withdrawn.is_some() && a.drawn_no.is_some()).map(|a| format!("course {}: {} was withdrawn and drawn", c.id, a.code)),
        );
        places_in_order(tx, c, &drawn, wrong)?;
        // Nobody came in beside the lot.
        for e in rows::enrolment::of_course(tx, c.id)?.iter().filter(|e| e.made_at <= drawn_at) {
            if !all.iter().any(|a| a.enrolment == Some(e.id)) {
                wrong.push(format!("course {}: enrolment {} came in beside the lot", c.id, e.id));
            }
        }
        Ok(())
    })
}

/// Places went to the first of the order, and the rest wait in that order.
fn places_in_order(tx: &mut Tx, c: &Course, drawn: &[&Application], wrong: &mut Vec<String>) -> Result<(), No> {
    let (mut rank, mut before) = (0, None);
    for a in drawn {
        let led = match a.enrolment {
            None => Led::Nothing,
            Some(id) => match rows::enrolment::one(tx, id)?.filter(|e| e.person == a.person && e.course == c.id) {
                None => {
                    wrong.push(format!("course {}: what {} got is another's", c.id, a.code));
                    continue;
                }
                Some(e) => match e.wait {
                    None => Led::Place,
                    Some(wait) => Led::Waits(Box::new(ledger::waiting(tx, wait)?)),
                },
            },
        };
        let now = match led {
            Led::Place => 0,
            Led::Waits(ref wait) => {
                let order = (wait.priority, wait.joined, wait.id);
                if before.is_some_and(|b| b > order) {
                    wrong.push(format!("course {}: {} waits before somebody drawn earlier", c.id, a.code));
                }
                before = Some(order);
                if wait.state == WaitState::Waiting && wait.priority >= drawn.len() as i64 {
                    wrong.push(format!("course {}: {} waits behind people who were not drawn", c.id, a.code));
                }
                1
            }
            Led::Nothing => 2,
        };
        if now < rank {
            wrong.push(format!("course {}: {} was served before somebody drawn earlier", c.id, a.code));
        }
        rank = rank.max(now);
    }
    Ok(())
}
