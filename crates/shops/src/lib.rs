//! 小微便民业态 (small shops of a centre), first release: the list of shops with their hours, and the lines of those that give numbers (药店, 门诊).
//!
//! Nouns: [`Shop`] with its [`Trade`], [`Served`] (the line it calls from and what one takes a number for).
//! Rules, pure: `shop.rs`. A shop with a line is an errand (`Slice::errands`): kiosk, phone, desk and screens are those of `queue`, with no edit there.
//! Facts told: none. Facts heard: none.
//! Invariants: SL1 a shop's line and zone stand in its centre; SL2 no shop has the code of a line of its centre, or its errand would be taken for the line.
//! Both are refused by the sheet, and looked for by `checks.rs` because a line or a zone may be changed later.
//!
//! Nothing here is about a person: no prescription, no illness, no name. Whoever waits for the pharmacy or the clinic is a number, on screens too.
//!
//! Deliberately absent: orders, tags, shelves, prices, chairs (their own issue); tenants and leases (`letting`); medicines.

pub mod api;
mod checks;
mod pages;
mod rows;
mod sheets;
pub mod shop;
mod slice;
#[cfg(test)]
mod tests;

pub use shop::{Served, Shop, Trade};
pub use slice::SLICE;

/// The tables of this crate.
pub const MIGRATIONS: store::Migrations = store::migrations!("0001-shops.sql");
