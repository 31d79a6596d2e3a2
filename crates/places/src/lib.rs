//! `places` (场所登记): the district, its centres and what stands in them, when they are open, and the devices in them.
//!
//! Nouns: [`District`], [`Area`], [`Centre`], [`Zone`], [`Counter`] (as a place), [`Function`], [`Opening`], [`Device`].
//! Facts told: `CentreStatus`, `HoursChanged`, `CounterClosed`, `DeviceRevoked`; none heard.
//! Invariants: PL1 a counter's number is unique among open counters of its centre · PL2 centres are never deleted, so a number never comes again ·
//! PL3 blocks of any day are sorted and apart · PL4 a revoked token opens nothing · PL5 the service day never goes back · PL6 a position says its datum.
//! Deliberately absent: who sits at a counter (`queue`), rooms, building states, distances on foot.

pub mod api;
pub mod calendar;
pub mod centre;
pub mod device;
pub mod opening;
mod pages;
pub mod place;
mod reactions;
mod rows;
mod samples;
mod sheets;
pub mod shell;
#[cfg(test)]
mod tests;

pub use centre::{Centre, Datum, Sample, Status};
pub use device::Device;
pub use opening::{Block, Opening, Weekly, Why};
pub use pages::phone;
pub use place::{Area, Counter, District, Function, FunctionState, Zone};

use kernel::No;
use store::Tx;
use web::{Check, Slice};

/// The registry of places.
pub static SLICE: Slice = Slice {
    name: "places",
    migrations: store::migrations!("0001-places.sql"),
    words: include_str!("../words.toml"),
    routes: &[pages::ROUTES],
    statements: rows::STATEMENTS,
    reactions: reactions::REACTIONS,
    checks: CHECKS,
    sheets: sheets::SHEETS,
    samples: Some(samples::samples),
    ..Slice::NONE
};

/// The cookie that makes a browser a device: 400 days.
pub fn cookie(settings: &web::Settings, token: &str) -> String {
    web::cookie::set(settings, "d", token, 34_560_000)
}

const CHECKS: &[Check] = &[
    Check { id: "PL1", says: "a counter's number is unique among open counters of its centre, and its zone is of that centre", run: counters_once },
    Check { id: "PL2", says: "centres have numbers 1 to 999", run: numbers },
    Check { id: "PL3", says: "opening blocks of any stored day are sorted and apart", run: blocks_apart },
    Check { id: "PL6", says: "every position says its datum", run: datum },
];

fn counters_once(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut all: Vec<_> = rows::place::twice(tx)?.iter().map(|(c, n)| format!("centre {c}: two open counters {n}")).collect();
    all.extend(rows::place::strayed(tx)?.iter().map(|(c, n)| format!("centre {c}: counter {n} stands in a zone of another centre")));
    Ok(all)
}
/// That rows are never deleted is not visible in the rows; no statement of this crate deletes a centre (a test reads them all).
fn numbers(tx: &mut Tx) -> Result<Vec<String>, No> {
    Ok(api::centres(tx)?.iter().filter(|c| !(1..=999).contains(&c.id.number())).map(|c| format!("centre {}", c.id)).collect())
}
fn blocks_apart(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut all = Vec::new();
    for p in rows::hours::all(tx)? {
        for day in (0..7).map(|n| p.weekly.on(n)).chain([p.weekly.holiday.as_slice()]) {
            if opening::in_order(day).is_err() {
                all.push(format!("centre {} from {}: {}", p.centre, p.from, opening::blocks_text(day)));
            }
        }
    }
    Ok(all)
}
fn datum(tx: &mut Tx) -> Result<Vec<String>, No> {
    Ok(rows::centre::without_datum(tx)?.iter().map(|c| format!("centre {c}")).collect())
}
