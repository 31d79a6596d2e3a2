//! The one program. Nouns: [`Config`], [`serve`]. `main.rs` reads the command line; everything else can be started in process.

pub mod commands;
pub mod import;
pub mod open;
mod pages;
pub mod reactions;
pub mod serve;
pub mod slices;

use kernel::No;
use store::Tx;
use web::{Device, Slice};

pub use open::Config;

/// The machine's own pages: doors of the sample, status, journal, import.
pub static SLICE: Slice = Slice {
    name: "server",
    migrations: store::Migrations { crate_name: "server", files: &[] },
    words: include_str!("../words.toml"),
    routes: &[pages::ROUTES],
    statements: &[],
    errands: None,
    reactions: &[],
    cards: None,
    checks: &[],
    sheets: &[],
    samples: Some(pages::samples),
};

/// `places` knows devices, `web` needs them: the two do not know each other.
///
/// # Errors
/// A fault of the database.
pub fn device_of(tx: &mut Tx, token: &[u8; 32]) -> Result<Option<Device>, No> {
    let Some(d) = places::api::device(tx, *token)? else { return Ok(None) };
    let zone = match d.zone {
        Some(id) => places::api::zones(tx, d.centre)?.into_iter().find(|z| z.id == id).map(|z| z.code),
        None => None,
    };
    Ok(Some(Device { id: d.id, kind: d.kind, centre: d.centre, zone, counter: d.counter }))
}
