//! SQL ⇄ nouns: one file a noun. The only place of this crate with SQL.

pub mod cell;
pub mod claim;
pub mod pass;
pub mod prove;
pub mod quota;
pub mod resource;
pub mod wait;

use kernel::Fault;
use store::{FromValue, Row, Sql};

/// Every statement of this crate, by file.
pub static STATEMENTS: &[&[&Sql]] =
    &[cell::STATEMENTS, claim::STATEMENTS, pass::STATEMENTS, prove::STATEMENTS, quota::STATEMENTS, resource::STATEMENTS, wait::STATEMENTS];

/// Takes the columns of a row one after another, in the order of the statement.
pub(crate) struct Columns<'r>(pub &'r mut Row, pub usize);
impl Columns<'_> {
    pub(crate) fn next<T: FromValue>(&mut self) -> Result<T, Fault> {
        self.1 += 1;
        self.0.get(self.1 - 1)
    }
    /// A column that holds the code of one of ours.
    pub(crate) fn coded<T>(&mut self, parse: fn(&str) -> Option<T>) -> Result<T, Fault> {
        let code: String = self.next()?;
        parse(&code).ok_or_else(|| Fault::new(format!("{code:?} is not a {}", std::any::type_name::<T>())))
    }
}
