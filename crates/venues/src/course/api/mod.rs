//! What may be done with courses; each joins the caller's transaction, which holds the centre's chain.

mod advance;
mod draw;
mod enrol;
mod plan;
mod read;
mod roll;

pub(crate) use advance::enrol_end;
pub(crate) use advance::room;
pub use advance::{DECIDE_DAYS, advance, cancel, due, rooms};
pub use draw::draw;
pub use enrol::{Applicant, apply, enrol, leave, withdraw};
pub use plan::{Planned, Preview, cancel_lesson, draft, move_lesson, new_or_named, preview, publish, set_places};
pub use read::{Standing, course, lesson, places, pupils, standing};
pub use roll::{OPENS_MIN, Pupil, Roll, mark, roll};

use kernel::{CentreId, CourseId, Fault, No};
use store::Tx;

use super::{Course, rows};

/// What the claims of a course are for.
pub const PURPOSE: &str = "venues.course";
/// What the claims of its rooms are for.
pub const ROOM: &str = "venues.class";

/// Decisions are made only on rows of chains that are held.
fn hold(tx: &mut Tx, centre: CentreId) -> Result<(), No> {
    if tx.holds(centre) { Ok(()) } else { Err(Fault::new(format!("centre {centre} is not held")).into()) }
}
/// A course whose centre's chain is held.
fn held(tx: &mut Tx, id: CourseId) -> Result<Course, No> {
    let course = course(tx, id)?;
    hold(tx, course.plan.centre)?;
    tx.about("course", id);
    Ok(course)
}
/// Writes where a course stands and tells it.
fn moved(tx: &mut Tx, course: &Course, drawn: bool) -> Result<(), No> {
    rows::course::save(tx, course)?;
    tx.tell(&facts::venues::CourseMoved { course: course.id, centre: course.plan.centre, state: course.state.code().into(), drawn });
    Ok(())
}
