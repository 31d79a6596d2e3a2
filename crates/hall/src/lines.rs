//! The lines that centres have: `queue` knows them, items only name them.

use std::collections::BTreeMap;

use kernel::{CentreId, No};
use store::Tx;

/// Codes of the lines of a centre; also of those whose issuing is stopped today.
pub fn of(tx: &mut Tx, centre: CentreId) -> Result<Vec<String>, No> {
    Ok(queue::api::lines(tx, centre)?.into_iter().map(|l| l.code).collect())
}
/// Codes of the lines of every centre that has any.
pub fn everywhere(tx: &mut Tx) -> Result<BTreeMap<CentreId, Vec<String>>, No> {
    let mut all = BTreeMap::new();
    for centre in places::api::centres(tx)? {
        let lines = of(tx, centre.id)?;
        if !lines.is_empty() {
            all.insert(centre.id, lines);
        }
    }
    Ok(all)
}
