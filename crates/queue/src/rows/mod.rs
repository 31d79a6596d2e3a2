//! SQL ⇄ nouns: one file a noun. The only place of this crate with SQL.

pub mod day;
pub mod desk;
pub mod help;
pub mod line;
pub mod stat;
pub mod step;
pub mod ticket;
pub mod visit;

use kernel::Fault;
use store::{FromValue, Row, Sql};

/// Every statement of this crate, by file.
pub static STATEMENTS: &[&[&Sql]] =
    &[day::STATEMENTS, desk::STATEMENTS, help::STATEMENTS, line::STATEMENTS, stat::STATEMENTS, step::STATEMENTS, ticket::STATEMENTS, visit::STATEMENTS];

/// Takes the columns of a row one after another, in the order of the statement.
pub(crate) struct Columns<'r>(pub &'r mut Row, pub usize);
impl Columns<'_> {
    pub(crate) fn next<T: FromValue>(&mut self) -> Result<T, Fault> {
        self.1 += 1;
        self.0.get(self.1 - 1)
    }
    /// A column that holds the code of one of ours.
    pub(crate) fn coded<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<T, Fault> {
        known(&self.next::<String>()?, parse)
    }
}

/// A stored code as its noun; a fault when it is none of ours.
pub(crate) fn known<T>(code: &str, parse: fn(&str) -> Option<T>) -> Result<T, Fault> {
    parse(code).ok_or_else(|| Fault::new(format!("{code:?} is not a {}", std::any::type_name::<T>())))
}
