//! A booking becomes a number in the one line (预约签到): its holder stands here.

use kernel::{Both, CentreId, DeviceId, Instant, No, Refusal};
use store::{Dice, Tx};
use web::{Ask, Slice};

use super::{Booking, NewVisit, come, issue};
use crate::{BOOKED, Channel, Ticket, Visit, VisitState, pages::shared, rows};

/// A booking whose holder is here.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// Where.
    pub centre: CentreId,
    /// Which, and its time.
    pub booking: Booking,
    /// What for: codes of errands.
    pub codes: &'a [String],
    /// The line it was booked in; what for, where an errand is no more.
    pub line: &'a str,
    /// At the kiosk, by the guide.
    pub channel: Channel,
    /// The kiosk.
    pub device: Option<DeviceId>,
    /// Who checks in.
    pub by: &'a kernel::Actor,
}

/// The number of a booking.
#[derive(Clone, Debug)]
pub struct Booked {
    /// With its number.
    pub visit: Visit,
    /// Opens its pages today: what is printed on its paper.
    pub key: String,
    /// Name of the line it waits in first.
    pub name: Both,
    /// Whether it has the promise of a booking; who comes too late waits like everybody.
    pub promised: bool,
}

/// Gives the number of a booking, once: who comes again has the same number, and it waits again if it may.
///
/// # Errors
/// Those of [`issue`] about the line; `booking.used` when its number has ended; those of [`come`].
pub fn booked(tx: &mut Tx, ask: &Ask, slices: &'static [&'static Slice], here: &Here, now: Instant, dice: [u8; 32]) -> Result<Booked, No> {
    if let Some(visit) = rows::visit::of_booking(tx, here.booking.appointment)? {
        if visit.state != VisitState::Open {
            return Err(Refusal::conflict("booking.used").arg("no", &visit.number).into());
        }
        let tickets = come(tx, visit.id, here.by, now)?;
        return found(tx, visit, &tickets);
    }
    let dice = &mut Dice::new(dice);
    let errands = shared::errands_or_line(tx, slices, here.centre, here.codes, here.line)?;
    let hours = shared::CentreNow::read(tx, ask, here.centre, now)?.hours;
    let new = NewVisit {
        centre: here.centre,
        day: ask.district.time.service_day(now),
        errands: &errands,
        class: shared::class(None)?,
        channel: here.channel,
        remote: false,
        booked: Some(here.booking),
        // Its pages are opened by what is printed; no other key is given out.
        token_hash: dice.throw(),
        device: here.device,
        browser: None,
        hours: &hours,
    };
    let issued = issue(tx, &new, now, dice.throw())?;
    let tickets: Vec<Ticket> = issued.tickets.into_iter().map(|(t, _)| t).collect();
    found(tx, issued.visit, &tickets)
}
fn found(tx: &mut Tx, visit: Visit, tickets: &[Ticket]) -> Result<Booked, No> {
    let line = tickets.first().map(|t| super::line(tx, t.line)).transpose()?;
    let name = line.map(|l| l.name).unwrap_or_default();
    Ok(Booked { key: shared::key_of(&visit), promised: tickets.iter().any(|t| t.class == BOOKED), name, visit })
}

/// The number that a booking was given, when it was.
///
/// # Errors
/// A fault of the store.
pub fn number_of(tx: &mut Tx, appointment: [u8; 16]) -> Result<Option<(Visit, String)>, No> {
    Ok(rows::visit::of_booking(tx, appointment)?.map(|v| (v.clone(), shared::key_of(&v))))
}
