//! Appointments (预约办事) join the one fair line: a booking of a line's places becomes a number when its holder is here.
//!
//! The place is a claim of `capacity` on a resource of the kind [`capacity::PLACES`], whose subject names the errands; the number is one of `queue` with the
//! claim's id, so an appointment needs no row of its own. Early brings nothing, late costs the promise and not the number (hall §§ 6.1, 9).

use capacity::{Claim, Moment, PLACES, State};
use kernel::{Both, Instant, Lang, No, Refusal, ResourceId};
use queue::{
    Channel,
    api::{Booking, Here},
};
use store::Tx;
use web::{Arrival, Arrived, Ask, Booked, Markup, html};

/// The booked places of a line in a centre, where it has any.
///
/// # Errors
/// A fault of the store.
pub fn places(tx: &mut Tx, centre: kernel::CentreId, line: &str) -> Result<Option<ResourceId>, No> {
    let found = capacity::rows::resource::by_code(tx, centre, &format!("line-{line}"))?;
    Ok(found.filter(|r| r.line() == Some(line) && r.closed.is_none()).map(|r| r.id))
}

/// The line whose place a claim holds.
fn line_of(tx: &mut Tx, claim: &Claim) -> Result<Option<String>, No> {
    if claim.purpose != format!("{PLACES}.booking") {
        return Ok(None);
    }
    let Some(asked) = capacity::rows::claim::lines(tx, claim.id)?.first().map(|l| l.asked) else { return Ok(None) };
    Ok(capacity::rows::resource::one(tx, asked)?.and_then(|r| r.line().map(str::to_owned)))
}

/// See [`web::Slice::arrive`]: the holder of an appointment is here and gets a number; the same again when the code is shown again.
///
/// # Errors
/// `check_in.early`, `state.wrong` of what was not confirmed or was cancelled; those of [`queue::api::booked`].
pub fn arrive(tx: &mut Tx, ask: &Ask, arrival: &Arrival) -> Result<Option<Arrived>, No> {
    let Some(claim) = capacity::api::claim_of_code(tx, arrival.centre, &arrival.code)? else { return Ok(None) };
    let Some(line) = line_of(tx, &claim)? else { return Ok(None) };
    let m = Moment { now: ask.now, zone: &ask.district.time };
    let start = Instant::from_minute(claim.start);
    let today = m.zone.service_day(start) == m.zone.service_day(m.now);
    match claim.state {
        State::Confirmed if claim.late.is_none_or(|late| m.now < late) => {
            capacity::api::check_in(tx, claim.id, &arrival.by.to_string(), m)?;
        }
        // Too late for the promise, not for the day: the place was given back, the number is one like everybody's.
        State::Confirmed | State::NoShow | State::CheckedIn | State::Done if today => {}
        other => return Err(Refusal::conflict("state.wrong").both("state", other.name()).into()),
    }
    let codes: Vec<String> = claim.subject.split('+').map(str::to_owned).collect();
    let here = Here {
        centre: arrival.centre,
        booking: Booking { appointment: claim.id.bytes(), at: start },
        codes: &codes,
        line: &line,
        channel: if arrival.staff { Channel::Guide } else { Channel::Kiosk },
        device: arrival.device,
        by: &arrival.by,
    };
    let booked = queue::api::booked(tx, ask, arrival.slices, &here, m.now, arrival.dice)?;
    let note = (!booked.promised).then(|| Both::new(ask.words.get(Lang::Zh, "hall.appointment.late"), ask.words.get(Lang::En, "hall.appointment.late")));
    Ok(Some(Arrived { claim: claim.id, name: booked.name, number: Some((booked.key, booked.visit.number.to_string())), note }))
}

/// See [`web::Slice::booked`]: what it is for, what to bring, and its number once its holder is here.
///
/// # Errors
/// A fault of the store.
pub fn booked(tx: &mut Tx, ask: &Ask, booked: &Booked) -> Result<Option<Markup>, No> {
    if booked.purpose != format!("{PLACES}.booking") {
        return Ok(None);
    }
    let errands = crate::api::errands(tx, booked.centre)?;
    let of: Vec<_> = booked.subject.split('+').filter_map(|code| errands.iter().find(|e| e.code == code)).collect();
    let number = queue::api::number_of(tx, booked.claim.bytes())?;
    Ok(Some(panel(ask, booked.centre, &of, number.as_ref().map(|(visit, key)| (visit.number.to_string(), key.as_str())))))
}

/// The panel of an appointment's page.
pub fn panel(ask: &Ask, centre: kernel::CentreId, errands: &[&web::Errand], number: Option<(String, &str)>) -> Markup {
    html! {
        section class="card stack" aria-label=(ask.t("hall.appointment")) {
            @if let Some((number, key)) = &number {
                p { (ask.t("hall.appointment.number")) " " b { (number) } }
                p { a class="btn pri wide" href=(ask.href(&format!("/t/{key}"))) { (ask.t("hall.appointment.follow")) } }
            } @else { p { (ask.t("hall.appointment.come")) } }
            ul class="list" { @for e in errands { li {
                a href=(ask.href(&format!("/errands/{}?centre={centre}", e.code))) { b { (ask.b(&e.name)) } }
                p class="st" { (ask.t("hall.appointment.bring")) }
            } } }
        }
    }
}
