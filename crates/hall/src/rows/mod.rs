//! All SQL of this crate.

pub mod item;
pub mod miss;
pub mod taxonomy;

/// Every statement, for the test that runs them on both engines.
pub static STATEMENTS: &[&[&store::Sql]] = &[item::STATEMENTS, miss::STATEMENTS, taxonomy::STATEMENTS];
