//! The one program. Nouns: [`Config`], [`serve`]. `main.rs` reads the command line; everything else can be started in process.

pub mod commands;
pub mod import;
pub mod open;
mod pages;
pub mod reactions;
mod rows;
pub mod serve;
pub mod slices;
#[cfg(test)]
mod tests;

use web::Slice;

pub use open::Config;

/// The machine's own pages: doors of the sample, status, journal, import.
pub static SLICE: Slice = Slice {
    name: "server",
    migrations: store::migrations!("0001-server.sql"),
    words: include_str!("../words.toml"),
    routes: &[pages::ROUTES],
    statements: rows::ALL,
    reactions: reactions::REACTIONS,
    samples: Some(pages::samples),
    ..Slice::NONE
};
