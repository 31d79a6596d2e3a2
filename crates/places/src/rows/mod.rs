//! SQL ⇄ nouns: the only place with SQL. Tables `places_*`.

pub mod calendar;
pub mod centre;
pub mod device;
pub mod district;
pub mod hours;
pub mod place;

use kernel::Fault;
use store::{Row, Sql};

/// Every statement of this crate.
pub static STATEMENTS: &[&[&Sql]] = &[calendar::STATEMENTS, centre::STATEMENTS, device::STATEMENTS, district::STATEMENTS, hours::STATEMENTS, place::STATEMENTS];

/// A column that holds one of our words.
pub(crate) fn word<T>(row: &mut Row, i: usize, read: impl Fn(&str) -> Option<T>) -> Result<T, Fault> {
    let text: String = row.get(i)?;
    read(&text).ok_or_else(|| Fault::new(format!("column {i} holds a word this program does not know: {text}")))
}
/// A column pair `…_zh`, `…_en`.
pub(crate) fn both(row: &mut Row, i: usize) -> Result<kernel::Both, Fault> {
    Ok(kernel::Both::new(row.get::<String>(i)?, row.get::<String>(i + 1)?))
}
/// A column of JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &mut Row, i: usize) -> Result<T, Fault> {
    let text: String = row.get(i)?;
    serde_json::from_str(&text).map_err(|e| Fault::new(format!("column {i}: {e}")))
}
/// JSON for a column.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|e| Fault::new(e.to_string()))
}
