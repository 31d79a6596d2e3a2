//! 政务大厅 (government hall), first release: the catalogue of service items (事项), their guide and search.
//!
//! Nouns: [`item::Item`] (one version, its [`item::Offer`]s, [`item::Need`]s, [`item::Question`]s), [`taxonomy::Document`], [`taxonomy::Event`], [`guide::Guide`].
//! Rules, pure: `load.rs` (a file or all its faults), `guide.rs` (item × answers → papers), `search.rs` (documents → ranked hits), `catalogue.rs` (what is held in memory).
//! An item is data: a TOML file or the admin page's text area, the same shape, the same checks.
//!
//! Facts told: `hall.item_published`, `hall.item_suspended`, `hall.item_withdrawn`. Facts heard: `people.two_settled` (a publishing that was agreed to is done).
//! Invariants: a published version is never edited (no statement does); one draft and one standing version a code (unique indexes); a standing version has two
//! persons or a stored reason (check constraint); HI1–HI4 in `checks.rs`. Every command of this crate runs in the district's chain.
//! The JSON of hall §17 (`/items…`) is `/errands`, `/errands/{code}` (item and guide in one) under `Accept: application/json`, and below `/api/v1`.
//!
//! Deliberately absent: tickets and lines (`queue`), cases, appointments, reviews, HSDS (later), persons. `valid_from/to` of an item and number rules of codes are later too.

pub mod api;
mod appointment;
pub mod catalogue;
mod checks;
pub mod guide;
mod held;
pub mod item;
mod lines;
pub mod load;
mod pages;
mod reactions;
mod rows;
pub mod search;
mod sheets;
pub mod taxonomy;
#[cfg(test)]
mod tests;

use web::Slice;

/// The tables of this crate.
pub const MIGRATIONS: store::Migrations = store::migrations!("0001-hall.sql");

/// This crate's public face.
pub static SLICE: Slice = Slice {
    name: "hall",
    migrations: MIGRATIONS,
    words: include_str!("../words.toml"),
    routes: &[pages::ROUTES],
    statements: rows::STATEMENTS,
    errands: Some(api::errands),
    reactions: reactions::REACTIONS,
    cards: Some(pages::cards),
    checks: checks::CHECKS,
    sheets: sheets::SHEETS,
    samples: Some(pages::samples::samples),
    arrive: Some(appointment::arrive),
    booked: Some(appointment::booked),
    ..Slice::NONE
};
