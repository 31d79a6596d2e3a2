//! SQL ⇄ nouns: one file a noun. The only place of this crate with SQL.

pub mod day;
pub mod desk;
pub mod help;
pub mod line;
pub mod stat;
pub mod step;
pub mod ticket;
pub mod visit;

use store::Sql;
pub(crate) use store::{Columns, known};

/// Every statement of this crate, by file.
pub static STATEMENTS: &[&[&Sql]] =
    &[day::STATEMENTS, desk::STATEMENTS, help::STATEMENTS, line::STATEMENTS, stat::STATEMENTS, step::STATEMENTS, ticket::STATEMENTS, visit::STATEMENTS];
