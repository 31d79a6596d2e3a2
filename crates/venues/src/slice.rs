//! This crate's one public face.

use web::Slice;

use crate::{course, pickup};

/// Courses, timetables, safe pick-up.
pub static SLICE: Slice = Slice {
    name: "venues",
    migrations: crate::MIGRATIONS,
    words: include_str!("../words.toml"),
    routes: &[course::ROUTES, pickup::ROUTES],
    statements: &[
        course::rows::application::STATEMENTS,
        course::rows::course::STATEMENTS,
        course::rows::enrolment::STATEMENTS,
        course::rows::lesson::STATEMENTS,
        course::rows::roll::STATEMENTS,
        pickup::rows::block::STATEMENTS,
        pickup::rows::child::STATEMENTS,
        pickup::rows::prove::STATEMENTS,
        pickup::rows::stay::STATEMENTS,
    ],
    reactions: &[course::ADVANCE, course::ROOMS, pickup::CLOCK],
    cards: Some(course::cards),
    mine: Some(course::mine),
    checks: &[course::VC1, course::VC2, course::VC3, course::VL1, pickup::VE8, pickup::VE9],
    sheets: course::SHEETS,
    samples: Some(samples),
    ..Slice::NONE
};

/// Every page with made-up data.
fn samples(ask: &web::Ask) -> Vec<(&'static str, web::Markup)> {
    course::samples(ask).into_iter().chain(pickup::samples(ask)).collect()
}
