//! This crate's one public face.

use web::Slice;

use crate::{api, checks, pages, rows, sheets};

/// Small shops (小微便民业态).
pub static SLICE: Slice = Slice {
    name: "shops",
    migrations: crate::MIGRATIONS,
    words: include_str!("../words.toml"),
    routes: &[pages::ROUTES],
    statements: rows::STATEMENTS,
    errands: Some(api::errands),
    cards: Some(pages::cards),
    checks: checks::CHECKS,
    sheets: sheets::SHEETS,
    samples: Some(pages::samples),
    ..Slice::NONE
};
