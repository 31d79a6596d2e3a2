//! What this crate must be told by who lies beside it; `server` sets both once at start.

use std::sync::OnceLock;

use kernel::{AccountId, Both, CentreId, No};
use store::Tx;

/// Whether this account has a ticket called or serving (`queue`): a pause does not lock it then.
pub static BUSY: OnceLock<fn(&mut Tx, AccountId) -> Result<bool, No>> = OnceLock::new();

/// The centres with their names (`places`), for A4. Unset, pages show numbers.
pub static CENTRES: OnceLock<fn(&mut Tx) -> Result<Vec<(CentreId, Both)>, No>> = OnceLock::new();

/// Asks [`BUSY`]; unset, nobody is.
pub(crate) fn busy(tx: &mut Tx, account: AccountId) -> Result<bool, No> {
    BUSY.get().map_or(Ok(false), |f| f(tx, account))
}

/// Asks [`CENTRES`]; unset, none are known.
pub(crate) fn centres(tx: &mut Tx) -> Result<Vec<(CentreId, Both)>, No> {
    CENTRES.get().map_or(Ok(Vec::new()), |f| f(tx))
}
