//! What this crate must be told by who lies beside it; `server` sets both once at start.

use std::sync::OnceLock;

use kernel::{AccountId, Both, CentreId, No};
use store::Tx;

/// Whether this account has a ticket called or serving (`queue`): a pause does not lock it then.
pub static BUSY: OnceLock<fn(&mut Tx, AccountId) -> Result<bool, No>> = OnceLock::new();

/// The centres with their names (`places`), for A4. Unset, pages show numbers.
pub static CENTRES: OnceLock<fn(&mut Tx) -> Result<Vec<(CentreId, Both)>, No>> = OnceLock::new();

/// What a request changes, for a second person who may not open the pages of its slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the thing.
    pub name: Both,
    /// A page of it that everybody may read, when there is one.
    pub path: Option<String>,
    /// Lines that go (`−`) and come (`+`), in their order.
    pub lines: Vec<(char, String)>,
}
/// What a request of this action, object and command changes (`hall`); `None` for what it does not know, or when the draft was edited since.
pub static CHANGE: OnceLock<fn(&mut Tx, &str, &str, &str) -> Result<Option<Change>, No>> = OnceLock::new();

/// Asks [`CHANGE`]; unset, nothing is known.
pub(crate) fn change(tx: &mut Tx, action: &str, object: &str, command: &str) -> Result<Option<Change>, No> {
    CHANGE.get().map_or(Ok(None), |f| f(tx, action, object, command))
}

/// Asks [`BUSY`]; unset, nobody is.
pub(crate) fn busy(tx: &mut Tx, account: AccountId) -> Result<bool, No> {
    BUSY.get().map_or(Ok(false), |f| f(tx, account))
}

/// Asks [`CENTRES`]; unset, none are known.
pub(crate) fn centres(tx: &mut Tx) -> Result<Vec<(CentreId, Both)>, No> {
    CENTRES.get().map_or(Ok(Vec::new()), |f| f(tx))
}
