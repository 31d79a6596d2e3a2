//! Courses (课程): terms, dates, enrolment, lots, rolls.
//!
//! Nouns: [`Course`] with its [`Plan`], [`Lesson`], [`Enrolment`], [`Application`]. Rules: `dates.rs` (which days), `age.rs` (who fits), `lot.rs` (in which
//! order). Places are one cell of a resource of `capacity`, made with the draft; whoever has a place or waits for one is a claim or a waiting entry there.
//!
//! Invariants ([`prove`]): VE1 no count of places here; VC1 every live claim and waiting entry of a course is one enrolment, and nobody is in it twice; VC2
//! dates lie in their term and on no holiday unless said; VC3 an ended course holds nobody; VL1 every drawn lot can be replayed.

mod age;
pub mod api;
mod dates;
pub mod lot;
mod nouns;
mod pages;
mod prove;
mod reactions;
pub(crate) mod rows;
mod sheets;
#[cfg(test)]
mod tests;

pub use dates::{Dates, Skipped, dates};
pub use nouns::{Admission, Application, Course, Enrolment, Kind, Lesson, LessonState, Mark, Plan, State};

pub(crate) use pages::{ROUTES, cards, mine, samples};
pub(crate) use prove::{VC1, VC2, VC3, VL1};
pub(crate) use reactions::{ADVANCE, ROOMS};
pub(crate) use sheets::SHEETS;
