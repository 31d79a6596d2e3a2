//! Demand that was turned away (没约上), for whoever plans: counted in memory, written once a minute. The last minute may be lost; nobody is named.

use std::{collections::HashMap, sync::Mutex};

use kernel::{CentreId, Instant, Minutes, No, TimeZone};
use store::Tx;

use crate::{Channel, rows, rows::claim::Refused};

/// What was turned away since it was last written.
#[derive(Default)]
pub struct Counts(Mutex<HashMap<(CentreId, Refused), i64>>);

/// Reasons that say that there was too little, or that the rules were too tight; what was typed wrongly is no demand.
const DEMAND: [&str; 5] = ["slot.", "quota.", "window.too_", "eligible.", "wait.full"];

impl Counts {
    /// Counts a refusal of something of this kind, wanted at this minute.
    pub fn note(&self, centre: CentreId, kind: &str, wanted: Minutes, channel: Channel, no: &No, zone: &TimeZone) {
        let No::Refused(r) = no else { return };
        if !DEMAND.iter().any(|d| r.code.starts_with(d)) {
            return;
        }
        let at = Instant::from_minute(wanted);
        let row = Refused {
            kind: kind.to_owned(),
            day: zone.day(at).to_string(),
            hour: zone.minute_of_day(at) / 60,
            code: r.code.to_owned(),
            channel: channel.code().to_owned(),
        };
        if let Ok(mut all) = self.0.lock() {
            *all.entry((centre, row)).or_default() += 1;
        }
    }
    /// Takes everything out, by centre.
    pub fn drain(&self) -> HashMap<CentreId, Vec<(Refused, i64)>> {
        let mut by_centre: HashMap<CentreId, Vec<_>> = HashMap::new();
        if let Ok(mut all) = self.0.lock() {
            for ((centre, row), n) in all.drain() {
                by_centre.entry(centre).or_default().push((row, n));
            }
        }
        by_centre
    }
}

/// Writes what was counted.
///
/// # Errors
/// A fault of the store.
pub fn write(tx: &mut Tx, centre: CentreId, counted: &[(Refused, i64)]) -> Result<(), No> {
    counted.iter().try_for_each(|(row, n)| Ok(rows::claim::add_refused(tx, centre, row, *n)?))
}
