//! Somebody stands in a centre with the code of a booking: whoever made it checks it in. And what a booking is for, on its own page.

use kernel::{Actor, Both, CentreId, ClaimId, DeviceId, No};
use store::Tx;

use crate::{Ask, Slice};

/// A code that was typed or scanned in a centre (到场签到).
#[derive(Clone)]
pub struct Arrival {
    /// Where.
    pub centre: CentreId,
    /// As [`crate::token::read_code`] reads it.
    pub code: String,
    /// Every slice, for what a number may be taken for.
    pub slices: &'static [&'static Slice],
    /// Who checks in, for the journal.
    pub by: Actor,
    /// The kiosk, when it is one.
    pub device: Option<DeviceId>,
    /// By a guide or a clerk, not by a machine.
    pub staff: bool,
    /// The request's randomness.
    pub dice: [u8; 32],
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The booking.
    pub claim: ClaimId,
    /// What it is for.
    pub name: Both,
    /// The key of the number that was given with it, where it stands in a line (`1-A012-K7QM2F9X`), and the number.
    pub number: Option<(String, String)>,
    /// Something its holder must know: why they wait like everybody.
    pub note: Option<Both>,
}

/// Asks every slice in turn whose booking this is. `None`: nobody's.
///
/// # Errors
/// Of the slice that knows it: too early, cancelled, …
pub fn arrive(tx: &mut Tx, ask: &Ask, arrival: &Arrival) -> Result<Option<Arrived>, No> {
    for hook in arrival.slices.iter().filter_map(|s| s.arrive) {
        if let Some(arrived) = hook(tx, ask, arrival)? {
            return Ok(Some(arrived));
        }
    }
    Ok(None)
}

/// A booking whose page is shown.
#[derive(Clone, Debug)]
pub struct Booked<'a> {
    /// Which.
    pub claim: ClaimId,
    /// Where.
    pub centre: CentreId,
    /// `hall_places.booking`
    pub purpose: &'a str,
    /// What it is for, as its slice wrote it.
    pub subject: &'a str,
}
