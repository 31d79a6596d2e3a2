//! SQL ⇄ nouns: one file a noun. The only place of this crate with SQL.

pub mod cell;
pub mod claim;
pub mod pass;
pub mod prove;
pub mod quota;
pub mod resource;
pub mod wait;

pub(crate) use store::Columns;
use store::Sql;

/// Every statement of this crate, by file.
pub static STATEMENTS: &[&[&Sql]] =
    &[cell::STATEMENTS, claim::STATEMENTS, pass::STATEMENTS, prove::STATEMENTS, quota::STATEMENTS, resource::STATEMENTS, wait::STATEMENTS];
