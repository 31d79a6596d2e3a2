//! One mechanism for everything that can run out in time (余量账): courts, classes, clinic hours, the booked places of a line, portions of a meal.
//!
//! Nouns: [`Resource`] with its [`Cell`]s and [`Rules`], [`Claim`] with its [`Line`]s and charges, [`Wish`], [`Wait`], [`QuotaRule`].
//! Rules: `claim.rs` (states), `plan.rs` (what a wish comes to and why not), `delta.rs` (the one primitive that takes and gives), `wait.rs`, `quota.rs`.
//! Facts told: `facts::capacity`. [`prove`] asks the live database whether all invariants hold.
//!
//! Invariants (capacity §10): C1 `taken` is the sum of the lines that hold the cell; C2 never above the cap; C3 lines are exact; C4 only the steps of the
//! table; C5 one key, one claim (the store's one-time keys); C6 no unit is free while somebody eligible waits; C7 an offer is used once; C9 quotas; C10
//! nobody equal is overtaken; C11 a bundle is whole or absent; C12 ended claims hold nothing; C13 who gives up is not offered the same; C14 overrides;
//! C15 holds end; C16 parts and wholes agree.
//!
//! Every decision is made while the centre's chain is held, and every unit is taken by a conditional update: one of them would be enough.
//!
//! Deliberately absent: what a booking is for (each slice says), people's names, prices, rosters.

pub mod api;
mod claim;
mod delta;
pub mod foreign;
mod hall_places;
pub mod ics;
mod missed;
mod pages;
mod plan;
pub mod prove;
pub mod quota;
pub mod reactions;
mod refused;
mod resource;
pub mod rows;
mod rules;
mod sheets;
pub mod shell;
mod slice;
mod wait;
mod wish;

pub use claim::{Action, Channel, Charge, Claim, Line, State};
pub use delta::{Deltas, Key, apply};
pub use hall_places::PLACES;
pub use plan::{Look, Moment, Plan, day_words, moment_words};
pub use quota::{Period, QuotaRule, Subject};
pub use resource::{CELL_MINUTES, Cell, Resource};
pub use rules::{Approval, Eligible, Rules};
pub use slice::SLICE;
pub use wait::{Wait, WaitState};
pub use wish::{Want, What, Wish};

/// The tables of this crate.
pub const MIGRATIONS: store::Migrations = store::migrations!("0001-capacity.sql", "0002-used.sql");

#[cfg(test)]
mod tests;
