//! The program in process, on both engines, with a clock moved by hand.

mod audit;
mod import;
mod open;
mod reactions;

use std::sync::atomic::AtomicI64;

use kernel::No;
use store::{Clock, Database, testing::Place};
use web::{App, Reaction};

use crate::{Config, open::open_with};

/// A district's place, and how it is opened.
pub struct World {
    pub app: App,
    pub config: Config,
    pub place: Place,
}

/// The configuration that opens this place.
pub fn config(place: &Place) -> Config {
    let database = match &place.database {
        Database::Sqlite(_) => None,
        Database::Postgres { url, schema } => Some(format!("{url}?schema={schema}")),
    };
    Config { data: place.folder.clone(), database, limits_off: true, ..Config::default() }
}
/// Tuesday 2026-11-24, 10:00 in Zhengzhou.
pub fn clock() -> Clock {
    Clock::by_hand(Box::leak(Box::new(AtomicI64::new(1_795_485_600_000_000))))
}
/// One world of each engine.
pub fn both() -> [World; 2] {
    [Place::sqlite(), Place::postgres()].map(|place| {
        let config = config(&place);
        World { app: open_with(&config, Some(clock())).unwrap(), config, place }
    })
}
/// Runs every timer that the program would run, once.
pub async fn timers(app: &App) -> Result<(), No> {
    for reaction in app.0.slices.iter().flat_map(|s| s.reactions) {
        if let Reaction::Every { run, .. } = reaction {
            run(app.clone()).await?;
        }
    }
    Ok(())
}
