//! What this crate keeps in a process's memory: the catalogue with its index, and questions without an answer until they are written.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, RwLock},
};

use kernel::{No, ServiceDay};
use web::App;

use crate::{api, catalogue::Catalogue, rows, search};

/// Questions remembered between two flushes; more are not counted [A].
const MISSES: usize = 1_000;
/// Longest question that is kept, in characters: a longer one may be a person's story.
const ASKED_MAX: usize = 40;

/// In [`App::memory`].
#[derive(Default)]
pub struct Held {
    built: RwLock<Option<(i64, Arc<Catalogue>)>>,
    misses: Mutex<BTreeMap<(ServiceDay, String), i64>>,
}

impl Held {
    fn at(&self, turn: i64) -> Option<Arc<Catalogue>> {
        let built = self.built.read().ok()?;
        built.as_ref().filter(|(t, _)| *t == turn).map(|(_, c)| Arc::clone(c))
    }
    /// Counts a question that found nothing.
    pub fn miss(&self, day: ServiceDay, asked: &str) {
        let Some(asked) = countable(asked) else { return };
        if let Ok(mut misses) = self.misses.lock()
            && (misses.len() < MISSES || misses.contains_key(&(day, asked.clone())))
        {
            *misses.entry((day, asked)).or_default() += 1;
        }
    }
    /// Takes what was counted.
    pub fn take_misses(&self) -> BTreeMap<(ServiceDay, String), i64> {
        self.misses.lock().map(|mut m| std::mem::take(&mut *m)).unwrap_or_default()
    }
    /// Puts back what could not be written.
    pub fn put_back(&self, taken: BTreeMap<(ServiceDay, String), i64>) {
        if let Ok(mut misses) = self.misses.lock() {
            for (key, n) in taken {
                *misses.entry(key).or_default() += n;
            }
        }
    }
}

/// The question as it is counted; `None` when it may be a person's: too long, or with six digits in a row.
pub fn countable(asked: &str) -> Option<String> {
    let asked = search::fold(asked);
    let digits = asked.chars().fold((0, 0), |(run, most), c| if c.is_numeric() { (run + 1, most.max(run + 1)) } else { (0, most) }).1;
    (!asked.is_empty() && asked.chars().count() <= ASKED_MAX && digits < 6).then_some(asked)
}

/// The catalogue as it stands in the snapshot of `tx`; built anew when it was turned since.
pub fn catalogue(tx: &mut store::Tx, held: &Held) -> Result<Arc<Catalogue>, No> {
    let turn = rows::taxonomy::turn(tx)?;
    if let Some(found) = held.at(turn) {
        return Ok(found);
    }
    let fresh = Arc::new(api::catalogue(tx)?);
    if let Ok(mut built) = held.built.write() {
        *built = Some((turn, Arc::clone(&fresh)));
    }
    Ok(fresh)
}

/// Of a process.
pub fn held(app: &App) -> Arc<Held> {
    app.memory()
}
