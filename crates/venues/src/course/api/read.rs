//! What is there.

use capacity::{State as ClaimState, WaitState, api as ledger};
use kernel::{CourseId, LessonId, Missing, No};
use store::Tx;

use crate::course::{Course, Enrolment, Lesson, rows};

/// One course.
///
/// # Errors
/// Missing.
pub fn course(tx: &mut Tx, id: CourseId) -> Result<Course, No> {
    Ok(rows::course::one(tx, id)?.ok_or(Missing("course"))?)
}
/// One date with its course.
///
/// # Errors
/// Missing.
pub fn lesson(tx: &mut Tx, id: LessonId) -> Result<(Course, Lesson), No> {
    let lesson = rows::lesson::one(tx, id)?.ok_or(Missing("lesson"))?;
    Ok((course(tx, lesson.course)?, lesson))
}
/// How many places a course has and how many of them are taken: its one cell, asked of the ledger each time.
///
/// # Errors
/// A fault of the store.
pub fn places(tx: &mut Tx, course: &Course) -> Result<(i64, i64), No> {
    let resource = ledger::resource(tx, course.resource)?;
    let cells = ledger::free(tx, &resource, course.starts, course.starts + 1)?.cells;
    Ok(cells.first().map_or((0, 0), |c| (c.cap, c.taken)))
}

/// Where an enrolment stands: what its claim or its waiting entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Has a place.
    In,
    /// A place is held and waits for a yes.
    Offered,
    /// Waits; 1 is next.
    Waiting(i64),
    /// The course is over and they were in it.
    Done,
    /// Has no place and waits for none.
    Out,
}
impl Standing {
    /// Whether they have a place or wait for one.
    pub fn live(self) -> bool {
        matches!(self, Self::In | Self::Offered | Self::Waiting(_))
    }
    /// Whether they belong on the roll.
    pub fn on_roll(self) -> bool {
        matches!(self, Self::In | Self::Done)
    }
}

/// Where an enrolment stands.
///
/// # Errors
/// Missing.
pub fn standing(tx: &mut Tx, e: &Enrolment) -> Result<Standing, No> {
    if e.left.is_some() {
        return Ok(Standing::Out);
    }
    let (claim, wait) = match (e.claim, e.wait) {
        (Some(claim), _) => (Some(claim), None),
        (None, Some(wait)) => {
            let wait = ledger::waiting(tx, wait)?;
            (wait.claim, Some(wait))
        }
        (None, None) => return Ok(Standing::Out),
    };
    if let Some(wait) = wait.filter(|w| w.state == WaitState::Waiting) {
        return Ok(Standing::Waiting(ledger::position(tx, wait.id)?.place));
    }
    let Some(claim) = claim else { return Ok(Standing::Out) };
    Ok(match ledger::claim(tx, claim)?.state {
        ClaimState::Held | ClaimState::Requested => Standing::Offered,
        // Nobody is taken off a course because the first date was missed.
        ClaimState::Confirmed | ClaimState::CheckedIn | ClaimState::NoShow => Standing::In,
        ClaimState::Done => Standing::Done,
        ClaimState::Expired | ClaimState::Cancelled | ClaimState::Rejected => Standing::Out,
    })
}
/// Everybody of a course with where they stand, in the order of their making.
///
/// # Errors
/// A fault of the store.
pub fn pupils(tx: &mut Tx, course: CourseId) -> Result<Vec<(Enrolment, Standing)>, No> {
    let all = rows::enrolment::of_course(tx, course)?;
    all.into_iter().map(|e| standing(tx, &e).map(|s| (e, s))).collect()
}
