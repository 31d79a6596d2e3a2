//! What a request is about, read in the same snapshot as who asks.

use kernel::{AccountId, CentreId, GrantId, No, TwoId};
use store::Tx;
use web::{Object, Params};

use crate::rows;

/// The account of the path.
pub(crate) fn account(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: AccountId = params.get("account")?;
    rows::account::one(tx, id)?;
    Ok(Object::of(CentreId::DISTRICT, "account", id))
}

/// The grant of the path: its centre is what a supervisor's scope is compared with.
pub(crate) fn grant(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: GrantId = params.get("grant")?;
    let grant = rows::grant::one(tx, id)?;
    Ok(Object::of(grant.centre, "grant", id))
}

/// The two-person request of the path.
pub(crate) fn two(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: TwoId = params.get("two")?;
    rows::two::one(tx, id)?;
    Ok(Object::of(CentreId::DISTRICT, "two", id))
}
