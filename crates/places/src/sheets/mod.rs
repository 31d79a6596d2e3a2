//! The eight import sheets of places: parse whole, compare with what is there, apply; and write them back.

mod inside;
mod register;
pub(crate) use register::degrees;
mod time;

use std::collections::BTreeSet;

use kernel::{CentreId, No};
use store::Tx;
use web::{Cells, Sheet, Table};

use crate::rows;

/// In the order in which they depend on each other.
pub const SHEETS: &[Sheet] = &[
    Sheet { file: "district.csv", order: 5, duty: "places.set", import: register::district, export: register::district_out },
    Sheet { file: "areas.csv", order: 10, duty: "places.set", import: register::areas, export: register::areas_out },
    Sheet { file: "centres.csv", order: 20, duty: "places.set", import: register::centres, export: register::centres_out },
    Sheet { file: "zones.csv", order: 30, duty: "places.set", import: inside::zones, export: inside::zones_out },
    Sheet { file: "counters.csv", order: 40, duty: "places.set", import: inside::counters, export: inside::counters_out },
    Sheet { file: "hours.csv", order: 50, duty: "places.set", import: time::hours, export: time::hours_out },
    Sheet { file: "calendar.csv", order: 60, duty: "places.set", import: time::calendar, export: time::calendar_out },
    Sheet { file: "functions.csv", order: 70, duty: "places.set", import: inside::functions, export: inside::functions_out },
];

/// What an export gives: name and text.
type Out = Result<Vec<(String, String)>, No>;

/// Register numbers that exist.
fn known(tx: &mut Tx) -> Result<BTreeSet<CentreId>, No> {
    Ok(rows::centre::all(tx)?.into_iter().map(|c| c.id).collect())
}
/// The centre must exist: notes the fault when not.
fn has(table: &Table, known: &BTreeSet<CentreId>, line: usize, centre: CentreId) -> bool {
    let there = known.contains(&centre);
    if !there {
        table.fault(line, "centre", &format!("没有 {centre} 号中心，先写进 centres.csv"), &format!("No centre {centre}; put it in centres.csv first"));
    }
    there
}
/// A cell of class A, B or C.
fn class(r: &Cells) -> kernel::ServiceClass {
    use kernel::ServiceClass::{A, B, C};
    r.one_of("class", &[("A", A), ("B", B), ("C", C)])
}
