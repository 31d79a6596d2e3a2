//! What other crates may call; joins the caller's transaction.

use kernel::{CentreId, No};
use store::Tx;
use web::Errand;

use crate::{Shop, rows};

/// The shops of a centre that are there, by trade.
///
/// # Errors
/// A fault of the database.
pub fn shops(tx: &mut Tx, centre: CentreId) -> Result<Vec<Shop>, No> {
    Ok(rows::shop::of_centre(tx, centre)?.into_iter().filter(|s| !s.closed).collect())
}

/// What one may take a number for in the shops of a centre.
///
/// # Errors
/// A fault of the database.
pub fn errands(tx: &mut Tx, centre: CentreId) -> Result<Vec<Errand>, No> {
    Ok(shops(tx, centre)?.iter().filter_map(Shop::errand).collect())
}
