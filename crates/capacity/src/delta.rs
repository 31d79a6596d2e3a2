//! The one primitive: a map of what is taken and given back, applied in one sorted pass (差额).

use std::collections::BTreeMap;

use kernel::{Fault, Minutes, ResourceId};
use store::Tx;

use crate::{Charge, rows};

/// What can be counted: a cell of a thing, or of a person. Cells sort first, by resource and start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A cell of a resource.
    Cell(ResourceId, Minutes),
    /// A quota row: rule, subject, period.
    Quota(String, String, Minutes),
}

/// Units by key: positive takes, negative gives back. A key that comes to nothing is not touched.
#[derive(Clone, Debug, Default)]
pub struct Deltas {
    units: BTreeMap<Key, i64>,
    /// Today's limit of each quota rule.
    most: BTreeMap<String, i64>,
}

impl Deltas {
    /// Adds units to a cell.
    pub fn cell(&mut self, resource: ResourceId, start: Minutes, units: i64) {
        *self.units.entry(Key::Cell(resource, start)).or_default() += units;
    }
    /// Adds a charge under a limit; `sign` −1 gives it back.
    pub fn quota(&mut self, charge: &Charge, most: i64, sign: i64) {
        *self.units.entry(Key::Quota(charge.rule.clone(), charge.subject.clone(), charge.period)).or_default() += sign * charge.units;
        self.most.insert(charge.rule.clone(), most);
    }
    /// Both together.
    pub fn merge(&mut self, other: &Self) {
        for (key, n) in &other.units {
            *self.units.entry(key.clone()).or_default() += n;
        }
        self.most.extend(other.most.iter().map(|(r, n)| (r.clone(), *n)));
    }
    /// What changes, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, i64)> {
        self.units.iter().filter(|(_, n)| **n != 0).map(|(k, n)| (k, *n))
    }
}

/// Takes and gives back everything, one statement a key, in the order of the keys. `Some`: the first key that could not be taken; the caller refuses, which
/// undoes what was done before it.
///
/// # Errors
/// A fault of the store; giving back what is not there.
pub fn apply(tx: &mut Tx, deltas: &Deltas) -> Result<Option<Key>, Fault> {
    for (key, n) in deltas.iter() {
        let done = match key {
            Key::Cell(resource, start) if n > 0 => rows::cell::take(tx, *resource, *start, n)?,
            Key::Cell(resource, start) => rows::cell::give(tx, *resource, *start, -n)?,
            Key::Quota(rule, subject, period) if n > 0 => rows::quota::take(tx, rule, subject, *period, deltas.most.get(rule).copied().unwrap_or(0), n)?,
            Key::Quota(rule, subject, period) => rows::quota::give(tx, rule, subject, *period, -n)?,
        };
        match (done, n > 0) {
            (true, _) => {}
            (false, true) => return Ok(Some(key.clone())),
            (false, false) => return Err(Fault::new("units were given back to nothing")),
        }
    }
    Ok(None)
}
