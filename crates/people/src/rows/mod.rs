//! All SQL of this crate, one file a table.

pub mod account;
pub mod grant;
pub mod link;
pub mod session;
pub mod tries;
pub mod two;

/// Every statement, for the test that runs them on both engines.
pub static STATEMENTS: &[&[&store::Sql]] = &[account::STATEMENTS, grant::STATEMENTS, link::STATEMENTS, session::STATEMENTS, tries::STATEMENTS, two::STATEMENTS];
