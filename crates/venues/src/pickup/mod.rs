//! Safe pick-up (接孩子): a child leaves only into a named hand.
//!
//! Rules: `child.rs` (who may collect, who may not, who may leave alone), `stay.rs` (states), `handover.rs` (the one decision). A block beats everything
//! and is looked at first. Whatever is decided about a child is decided while its row is held, in whichever centre: `rev` is the order of it.
//!
//! Deliberately absent: faces, photos, telephone numbers (four digits only), a child's birthday, why somebody is barred (but for `venues.block`).

mod api;
mod child;
mod handover;
mod pages;
mod prove;
mod reactions;
pub(crate) mod rows;
mod stay;

#[cfg(test)]
mod tests;

pub(crate) use pages::{ROUTES, samples};
pub(crate) use prove::{VE8, VE9};
pub(crate) use reactions::CLOCK;
