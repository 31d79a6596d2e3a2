//! Who may do what (registries §2): accounts, passwords, sessions, grants, two-person requests, the first administrator.
//!
//! Nouns: [`api::Account`], [`api::Grant`], [`api::Two`], [`api::NewSession`], [`api::Login`]. Facts told: `people.account_left`, `people.grant_ended`,
//! `people.two_asked`, `people.two_settled`. Facts heard: none. Invariants: PE1–PE7 in [`mod@checks`].
//!
//! Grants are rows, duties are code (`web::ROLES`); nothing is cached, so a revoked grant ends with the next request. Hashing never runs in a lane.
//! Deliberately absent: residents' accounts, proxies, second factors, PINs, and any knowledge of centres or of who stands at a counter ([`hooks`]).

pub mod account;
pub mod api;
mod checks;
pub mod grant;
pub mod hooks;
pub mod login;
mod object;
mod pages;
pub mod password;
pub mod policy;
mod reactions;
mod rows;
mod samples;
pub mod session;
mod sheet;
pub mod shell;
#[cfg(test)]
mod tests;
pub mod tries;
pub mod two;

use store::Migrations;
use web::Slice;

/// The tables of this crate.
pub const MIGRATIONS: Migrations = store::migrations!("0001-people.sql");

/// The `set-cookie` line of a new session.
pub fn cookie(settings: &web::Settings, session: &api::NewSession) -> String {
    web::cookie::set(settings, "s", &session.cookie, session::LONGEST_S)
}

/// The `set-cookie` line that takes the session away.
pub fn no_cookie(settings: &web::Settings) -> String {
    web::cookie::set(settings, "s", "", 0)
}

/// This crate's public face.
pub static SLICE: Slice = Slice {
    name: "people",
    migrations: MIGRATIONS,
    words: include_str!("../words.toml"),
    routes: &[pages::ROUTES],
    statements: rows::STATEMENTS,
    reactions: reactions::REACTIONS,
    checks: checks::CHECKS,
    sheets: sheet::SHEETS,
    samples: Some(samples::samples),
    ..Slice::NONE
};
