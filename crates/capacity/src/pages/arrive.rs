//! A code at the kiosk or the guide's: a booking that needs nothing but its holder is checked in.

use kernel::No;
use store::Tx;
use web::{Arrival, Arrived, Ask};

use super::moment;
use crate::{PLACES, api, rows};

/// See [`web::Slice::arrive`]. What joins a line is left to the slice that gives the number.
pub(crate) fn arrive(tx: &mut Tx, ask: &Ask, arrival: &Arrival) -> Result<Option<Arrived>, No> {
    let Some(claim) = api::claim_of_code(tx, arrival.centre, &arrival.code)? else { return Ok(None) };
    let asked = rows::claim::lines(tx, claim.id)?.first().map(|l| l.asked);
    let resource = asked.map(|id| rows::resource::one(tx, id)).transpose()?.flatten();
    if resource.as_ref().is_some_and(|r| r.kind == PLACES) {
        return Ok(None);
    }
    // Shown twice, a code is still right.
    let claim = if claim.state == crate::State::CheckedIn { claim } else { api::check_in(tx, claim.id, &arrival.by.to_string(), moment(ask))? };
    Ok(Some(Arrived { claim: claim.id, name: resource.map(|r| r.name).unwrap_or_default(), number: None, note: None }))
}
