//! This crate's one public face.

use web::Slice;

use crate::{api, pages, prove, reactions, rows, sheets};

/// The mechanism of everything that can run out (余量账) with its pages.
pub static SLICE: Slice = Slice {
    name: "capacity",
    migrations: crate::MIGRATIONS,
    words: include_str!("../words.toml"),
    routes: &[pages::ROUTES],
    statements: rows::STATEMENTS,
    reactions: reactions::REACTIONS,
    cards: Some(pages::cards),
    mine: Some(pages::mine),
    find: Some(api::page_of_code),
    arrive: Some(pages::arrive),
    checks: prove::CHECKS,
    sheets: sheets::SHEETS,
    samples: Some(pages::samples),
    ..Slice::NONE
};
