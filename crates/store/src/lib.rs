//! One database handle, two engines (SQLite embedded, PostgreSQL 15+).
//!
//! Nouns: [`Store`], [`Tx`], [`Command`], [`Answer`], [`Sql`], [`Committed`]. A write is a closure handed to a serial lane with group commit; its rows,
//! its journal row and its answer commit together. Reads run on reader threads. Engine crates are named only in `sqlite.rs` and `postgres.rs`.
//!
//! A command goes: lock the chain's head → answer known? → closure → journal row → answer row; commit; publish; answer (`lane.rs`, `batch.rs`).
//! A closure may run twice, so nothing in it touches the outside world. A statement that failed ends its command: an `Ok` after it is a fault on both
//! engines, so use `on conflict do nothing` where a collision is expected.
//!
//! Deliberately absent: any noun of the district; async inside a transaction.

mod answer;
pub mod backup;
mod batch;
mod clock;
mod dice;
mod engine;
pub mod journal;
mod lane;
mod metrics;
mod migrate;
mod options;
mod outcome;
mod postgres;
mod readers;
mod sql;
mod sqlite;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod tx;
mod value;
mod verify;

pub use answer::{Answer, SECRET};
pub use backup::{Manifest, Report as BackupReport, restore, restore_verify};
pub use clock::Clock;
pub use dice::Dice;
pub use journal::{Entry, FullEntry, Head, Search, Told, heads, heard, move_on, search, since, tail};
pub use metrics::Metrics;
pub use options::{Database, Migrations, Options};
pub use outcome::{CommandError, Committed, How, Unsaved, Written};
pub use sql::{Sql, question_marks, text_of};
pub use store::Store;
pub use tx::{Command, Fact, Once, QUIET, Tx};
pub use value::{Columns, FromValue, Row, ToValue, Value, known};
/// Every statement of this crate, by file, for the test that prepares all statements of the program.
pub static STATEMENTS: &[&[&Sql]] = &[journal::STATEMENTS, migrate::STATEMENTS];
pub use verify::{Broken, ChainReport, Report, verify};
