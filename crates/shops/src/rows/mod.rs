//! All SQL of this crate.

pub mod shop;

/// Every statement, for the test that runs them on both engines.
pub static STATEMENTS: &[&[&store::Sql]] = &[shop::STATEMENTS];
