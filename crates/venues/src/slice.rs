//! This crate's one public face.

use web::Slice;

use crate::{course, pickup};

/// Courses, timetables, safe pick-up.
pub static SLICE: Slice = Slice {
    name: "venues",
    migrations: crate::MIGRATIONS,
    words: include_str!("../words.toml"),
    routes: &[course::ROUTES, pickup::ROUTES],
    statements: &[course::STATEMENTS, pickup::STATEMENTS],
    errands: None,
    reactions: &[],
    cards: None,
    mine: None,
    checks: &[],
    sheets: &[],
    samples: None,
};
