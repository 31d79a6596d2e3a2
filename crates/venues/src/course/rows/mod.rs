//! SQL ⇄ nouns: one file a noun.

pub mod application;
pub mod course;
pub mod enrolment;
pub mod lesson;
pub mod roll;

pub(crate) use store::Columns;
