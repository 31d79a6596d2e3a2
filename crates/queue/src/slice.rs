//! This crate's one public face.

use web::Slice;

use crate::{check, pages, reactions, rows, sheets};

/// The mechanism of the line (排队叫号) with its pages.
pub static SLICE: Slice = Slice {
    name: "queue",
    migrations: crate::MIGRATIONS,
    words: include_str!("../words.toml"),
    routes: &[
        pages::phone::ROUTES,
        pages::kiosk::ROUTES,
        pages::paper::ROUTES,
        pages::desk::ROUTES,
        pages::guide::ROUTES,
        pages::hall::ROUTES,
        pages::screen::ROUTES,
        pages::manager::ROUTES,
        pages::set::ROUTES,
        pages::figures::ROUTES,
    ],
    statements: rows::STATEMENTS,
    reactions: reactions::REACTIONS,
    cards: Some(pages::phone::cards),
    checks: check::CHECKS,
    sheets: sheets::SHEETS,
    samples: Some(pages::samples::samples),
    ..Slice::NONE
};
