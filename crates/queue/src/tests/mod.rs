//! Tests of the line: tables of cells, the rule against itself, days against a model, races.
#![allow(clippy::cast_possible_wrap)]

pub mod app;
mod day;
mod figures;
mod line;
mod model;
mod pages;
mod people;
mod race;
mod reactions;
mod residents;
mod story;
mod ticket;
mod town;
pub mod twins;
mod wait;
mod words;
mod world;

/// How many seeds a property runs: `YIZHAN_SEEDS`, 200 for the quick loop; the gate sets 2,000.
pub fn seeds() -> u32 {
    std::env::var("YIZHAN_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(200)
}
