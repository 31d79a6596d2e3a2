//! The line of a one-stop centre (排队叫号): a person takes a number, waits, is called, is served.
//!
//! Nouns: [`Visit`] with its [`Number`] and code, [`Ticket`], [`Line`], [`Class`], [`CounterSession`], [`Forecast`], [`Limits`].
//! Rules: `ticket.rs` (every step), `line.rs` ([`choose`]: who is next), `wait.rs` (the range), `session.rs`, `visit.rs`; all figures in `limits.rs`.
//! Facts told: `facts::queue`. Heard: an account left or lost its grant ([`api::account_left`]), a counter is out of use
//! ([`api::counter_gone`]).
//! [`check`] re-derives a day from the journal with code that shares nothing with `choose`.
//!
//! Invariants (hall §21): H1 numbers of a prefix are 1…n, each once; H2 a counter and a visit have one ticket at work; H3 two calls never return one
//! ticket; H6 bases move only by `here`, `rejoin`, `defer`; H7 the order is `choose` or an override with a reason; H8 nobody is passed more than `cap`
//! times; H9 the first range is written by the insert alone; H20 after the close of a day nobody waits.
//!
//! Choices that hall.md leaves open: who deferred is not called by the rule before the new time comes (a clerk may, out of order); cap and promise hold at
//! counters of either rank; the help threshold looks at the oldest key; a transfer and a return keep `passed`, an undone call does not take it back; a
//! remote number expires an hour after its turn, when a new one would stand at the same place; a pause waits for the counter's ticket.
//!
//! Deliberately absent: items, money, rooms, what the errands are (each slice says), who may do what (`web`, `people`), opening hours (`places`).

pub mod api;
pub mod check;
mod limits;
mod line;
mod pages;
pub mod reactions;
pub mod rows;
mod session;
mod sheets;
mod slice;
mod ticket;
mod visit;
mod wait;

pub use limits::{Figure, Limits};
pub use line::{Candidate, Rule, Skill, Why, choose, order};
pub use session::{CounterSession, PauseReason, SessionState};
pub use slice::SLICE;
pub use ticket::{Action, Done, End, Finish, Outcome, OverrideReason, ParkReason, State, Ticket, TransferReason, Undo};
pub use visit::{BOOKED, Channel, Class, Code8, Hours, Line, Number, Visit, VisitState, check_in, unknown_ticket};
pub use wait::{Basis, Forecast, Method, Past, Range, Score, Shown, forecast, ratios};

/// The tables of this crate, for `store::Options::migrations`.
pub const MIGRATIONS: store::Migrations = store::migrations!("0001-queue.sql", "0002-booking.sql");
/// The sentences of this crate.
pub static WORDS: &str = include_str!("../words.toml");

#[cfg(test)]
mod tests;
