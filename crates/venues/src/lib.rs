//! Culture and sport (文体活动): courses with terms, waiting lists and lots, timetables; and the safe handing over of a child.
//!
//! Everything that can run out is a resource of `capacity`: no table here holds a number of places (VE1).
//! Pick-up: VE8 one open stay per child and no end but a hand, alone by permission, an authority; VE9 each handover stands on what held at that time.
//! Facts told: `facts::venues`.

mod course;
mod pickup;
mod slice;

pub use slice::SLICE;

/// The tables of this crate.
pub const MIGRATIONS: store::Migrations = store::migrations!("0001-course.sql", "0002-pickup.sql");
