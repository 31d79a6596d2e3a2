//! What a person does, or a kiosk, a guide or a clerk for them: take, add, come, come later, give up, come back.

use facts::queue::{Issued as IssuedFact, IssuedTicket};
use kernel::{Actor, Both, CentreId, DeviceId, Instant, Missing, No, OnViolation, Refusal, ServiceDay, TicketId, VisitId};
use store::{Dice, Tx};

use super::{Who, held, hold, record};
use crate::{
    Action, BOOKED, Basis, Channel, Class, Code8, Forecast, Hours, Limits, Line, ParkReason, State, Ticket, Visit, VisitState, check_in, forecast, rows,
    unknown_ticket,
};

/// What one may take a number for; each slice says its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// Code of the line.
    pub line: String,
    /// The item, when one was named.
    pub item: Option<String>,
    /// Its name.
    pub name: Both,
    /// What it typically takes.
    pub minutes: i64,
}

/// A booking that checks in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The appointment.
    pub appointment: [u8; 16],
    /// The booked time.
    pub at: Instant,
}

/// A number that is asked for.
#[derive(Clone, Copy, Debug)]
pub struct NewVisit<'a> {
    /// Where.
    pub centre: CentreId,
    /// The service day at `now`.
    pub day: ServiceDay,
    /// 1…8 errands; the first one's line gives the prefix.
    pub errands: &'a [Errand],
    /// Code of `queue_class`.
    pub class: &'a str,
    /// How it is taken.
    pub channel: Channel,
    /// Its holder is away, and not callable until [`arrive`].
    pub remote: bool,
    /// A booking that checks in.
    pub booked: Option<Booking>,
    /// SHA-256 of the token, which is `HMAC(server key, once)`.
    pub token_hash: [u8; 32],
    /// The device it is taken at.
    pub device: Option<DeviceId>,
    /// Keyed hash of the browser's random cookie, for `per_browser`.
    pub browser: Option<[u8; 32]>,
    /// When the centre is open today.
    pub hours: &'a Hours,
}

/// A number that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The visit with number and code.
    pub visit: Visit,
    /// Its new tickets, each with its frozen range.
    pub tickets: Vec<(Ticket, Forecast)>,
}

/// Gives a number for one or more errands (取号), each a ticket in its line with its range frozen.
///
/// # Errors
/// `errand.none`, `errand.twice`, `visit.full`, `class.unknown`, `line.unknown`, `queue.stopped`, `queue.closed`, `queue.remote_full`, `queue.too_many`, `visit.taken`.
pub fn issue(tx: &mut Tx, new: &NewVisit, now: Instant, dice: [u8; 32]) -> Result<Issued, No> {
    hold(tx, new.centre)?;
    let limits = rows::line::limits(tx, new.centre, now)?;
    let class = rows::line::class(tx, new.class)?.ok_or_else(|| Refusal::invalid("class.unknown").at("class"))?;
    few_enough(tx, new, &limits)?;
    let mut lines = Vec::with_capacity(new.errands.len());
    for errand in new.errands {
        lines.push(open_line(tx, new.centre, &errand.line, new.remote, new.hours, &limits, now)?);
    }
    let Some((first, _)) = lines.first() else { return Err(Refusal::invalid("errand.none").at("errands").into()) };
    let dice = &mut Dice::new(dice);
    let visit = new_visit(tx, new, &first.prefix.clone(), now, dice)?;
    let place = place(&class, new.booked, &limits, now);
    let mut tickets = Vec::with_capacity(lines.len());
    for (leg, (errand, (line, basis))) in (1..).zip(new.errands.iter().zip(lines)) {
        tickets.push(new_ticket(tx, &visit, leg, (line, basis), errand, &place, &limits, now, dice)?);
    }
    tell(tx, &visit, &tickets, now);
    tx.about("visit", visit.id);
    Ok(Issued { visit, tickets })
}

fn few_enough(tx: &mut Tx, new: &NewVisit, limits: &Limits) -> Result<(), No> {
    if new.errands.len() > limits.legs as usize {
        return Err(Refusal::conflict("visit.full").arg("n", limits.legs).into());
    }
    let twice = new.errands.iter().enumerate().any(|(i, e)| new.errands[..i].iter().any(|o| o.line == e.line && o.item == e.item));
    if twice {
        return Err(Refusal::invalid("errand.twice").at("errands").into());
    }
    if let Some(browser) = new.browser
        && rows::visit::of_browser(tx, browser, new.centre)? >= limits.per_browser
    {
        return Err(Refusal::conflict("queue.too_many").arg("n", limits.per_browser).into());
    }
    Ok(())
}

fn open_line(tx: &mut Tx, centre: CentreId, code: &str, remote: bool, hours: &Hours, limits: &Limits, now: Instant) -> Result<(Line, Basis), No> {
    let (line, basis) = rows::line::by_code(tx, centre, code)?.ok_or_else(|| Refusal::invalid("line.unknown").at("line"))?;
    line.may_issue(hours, limits, now)?;
    if remote {
        let (waiting, away) = rows::ticket::length(tx, line.id)?;
        line.may_take_remote(away, waiting, limits)?;
    }
    Ok((line, basis))
}

fn new_visit(tx: &mut Tx, new: &NewVisit, prefix: &str, now: Instant, dice: &mut Dice) -> Result<Visit, No> {
    let mut visit = Visit {
        id: dice.id(now),
        centre: new.centre,
        day: new.day,
        number: next_number(tx, new, prefix)?,
        code: code(dice),
        class: new.class.to_owned(),
        channel: new.channel,
        issued_at: now,
        arrived_at: (!new.remote).then_some(now),
        state: VisitState::Open,
    };
    let extra = rows::visit::Extra { token_hash: new.token_hash, device: new.device, browser: new.browser };
    // Two of a day's 40-bit codes may be the same; another throw helps.
    while !rows::visit::insert(tx, &visit, &extra).on_violation("queue_token_once", || Refusal::conflict("visit.taken"))? {
        visit.code = code(dice);
    }
    Ok(visit)
}

/// The code of a number, from the request's dice.
fn code(dice: &mut Dice) -> Code8 {
    let bytes = dice.throw();
    Code8::new([bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]])
}

fn next_number(tx: &mut Tx, new: &NewVisit, prefix: &str) -> Result<crate::Number, No> {
    let number = rows::visit::number(tx, new.centre, new.day, prefix)?;
    #[cfg(test)]
    let number = crate::tests::twins::of_number(number);
    Ok(number)
}

/// Where a new ticket stands: class, base and credit.
struct Standing {
    class: String,
    base: Instant,
    credit_s: i64,
    appointment: Option<[u8; 16]>,
}
/// Credits do not add up; the largest counts.
fn place(class: &Class, booked: Option<Booking>, limits: &Limits, now: Instant) -> Standing {
    let walk_in = Standing { class: class.code.clone(), base: now, credit_s: class.credit_min * 60, appointment: booked.map(|b| b.appointment) };
    let Some(booking) = booked else { return walk_in };
    match check_in(booking.at, now, limits) {
        (base, BOOKED, credit_s) => Standing { class: BOOKED.to_owned(), base, credit_s: credit_s.max(walk_in.credit_s), ..walk_in },
        _ => walk_in,
    }
}

#[allow(clippy::too_many_arguments)] // one place, two callers, all of it needed
fn new_ticket(
    tx: &mut Tx,
    visit: &Visit,
    leg: i64,
    (line, basis): (Line, Basis),
    errand: &Errand,
    at: &Standing,
    limits: &Limits,
    now: Instant,
    dice: &mut Dice,
) -> Result<(Ticket, Forecast), No> {
    let ticket = Ticket {
        id: dice.id(now),
        visit: visit.id,
        centre: visit.centre,
        number: visit.number.clone(),
        leg,
        line: line.id,
        item: errand.item.clone(),
        class: at.class.clone(),
        credit_s: at.credit_s,
        base: at.base,
        here: visit.arrived_at.map(|_| now),
        passed: 0,
        rejoins: 0,
        defers: 0,
        transfers: 0,
        state: State::Waiting,
        version: 0,
    };
    let ahead = rows::ticket::ahead(tx, line.id, ticket.key(), limits.ahead_most)?;
    let shown = forecast(&Basis { ahead, ..basis }, limits);
    rows::ticket::insert(tx, &ticket, at.appointment, &shown, now)?;
    Ok((ticket, shown))
}

fn tell(tx: &mut Tx, visit: &Visit, tickets: &[(Ticket, Forecast)], now: Instant) {
    let tickets = tickets
        .iter()
        .map(|(t, _)| IssuedTicket { ticket: t.id, line: t.line, base_us: t.base.micros(), credit_s: t.credit_s, booked: t.class == BOOKED })
        .collect();
    tx.tell(&IssuedFact { visit: visit.id, number: visit.number.to_string(), here: visit.arrived_at.is_some(), tickets, at_us: now.micros() });
}

/// An open visit of a centre whose chain is held.
fn open(tx: &mut Tx, id: VisitId) -> Result<Visit, No> {
    let visit = rows::visit::one(tx, id)?.ok_or_else(unknown_ticket)?;
    hold(tx, visit.centre)?;
    tx.about("visit", id);
    if visit.state != VisitState::Open {
        return Err(Refusal::conflict("visit.ended").arg("no", &visit.number).into());
    }
    Ok(visit)
}

/// Adds an errand to a number that is in use (再加一件); it waits from now.
///
/// # Errors
/// `ticket.unknown`, `visit.ended`, `visit.full`, `queue.once`, and those of [`issue`] about the line.
pub fn add_errand(tx: &mut Tx, visit: VisitId, errand: &Errand, hours: &Hours, now: Instant, dice: [u8; 32]) -> Result<(Ticket, Forecast), No> {
    let visit = open(tx, visit)?;
    let limits = rows::line::limits(tx, visit.centre, now)?;
    let legs = rows::ticket::of_visit(tx, visit.id)?;
    if legs.len() >= limits.legs as usize {
        return Err(Refusal::conflict("visit.full").arg("n", limits.legs).into());
    }
    let remote = visit.arrived_at.is_none();
    let (line, basis) = open_line(tx, visit.centre, &errand.line, remote, hours, &limits, now)?;
    if legs.iter().any(|t| !t.state.ended() && t.line == line.id && t.item == errand.item) {
        return Err(Refusal::conflict("queue.once").arg("no", &visit.number).into());
    }
    let class = rows::line::class(tx, &visit.class)?.ok_or(No::Missing(Missing("class")))?;
    let at = place(&class, None, &limits, now);
    let leg = legs.last().map_or(1, |t| t.leg + 1);
    let added = new_ticket(tx, &visit, leg, (line, basis), errand, &at, &limits, now, &mut Dice::new(dice))?;
    tell(tx, &visit, std::slice::from_ref(&added), now);
    Ok(added)
}

/// The holder of a remote number has come (到场): from now on it may be called. Says the tickets; nothing happens a second time.
///
/// # Errors
/// `ticket.unknown`, `visit.ended`.
pub fn arrive(tx: &mut Tx, visit: VisitId, by: &Actor, now: Instant) -> Result<Vec<Ticket>, No> {
    let visit = open(tx, visit)?;
    let limits = rows::line::limits(tx, visit.centre, now)?;
    rows::visit::arrived(tx, visit.id, now)?;
    let who = Who::person(by, now);
    let mut tickets = rows::ticket::of_visit(tx, visit.id)?;
    for ticket in &mut tickets {
        if ticket.here.is_none() && ticket.state == State::Waiting {
            let turn = rows::ticket::turn(tx, ticket.line, visit.issued_at, ticket.key())?;
            let after = ticket.clone().here(turn, &limits, now)?;
            record(tx, ticket, &after, Action::Here, &who, None)?;
            *ticket = after;
        }
    }
    Ok(tickets)
}

/// The holder stands in the hall (人到了), whatever became of the number meanwhile: from home it may be called from now on, a missed one rejoins, a parked
/// one waits again. Says the tickets; what waits already stays as it is.
///
/// # Errors
/// `ticket.unknown`, `visit.ended`; when nothing of it waits now: `here.called`, `here.serving`, `here.parked`, `ticket.rejoined`, `ticket.expired`.
pub fn come(tx: &mut Tx, visit: VisitId, by: &Actor, now: Instant) -> Result<Vec<Ticket>, No> {
    if rows::ticket::of_visit(tx, visit)?.iter().all(|t| matches!(t.state, State::Ended { how: crate::End::Expired, .. })) {
        let visit = rows::visit::one(tx, visit)?.ok_or_else(unknown_ticket)?;
        return Err(Refusal::conflict("ticket.expired").arg("no", &visit.number).into());
    }
    let mut tickets = arrive(tx, visit, by, now)?;
    let (who, mut why) = (Who::person(by, now), None);
    for ticket in &mut tickets {
        let back = match &ticket.state {
            State::Waiting | State::Ended { .. } => continue,
            State::Missed { .. } => {
                let limits = rows::line::limits(tx, ticket.centre, now)?;
                super::time::rejoined(ticket.clone(), &limits, now).map(|after| (after, Action::Rejoin))
            }
            // who waits for the system is called back by the counter
            State::Parked { why: ParkReason::System, .. } => Err(Refusal::conflict("here.parked").arg("no", &ticket.number)),
            State::Parked { .. } => ticket.clone().take_up().map(|after| (after, Action::Return)),
            State::Called { .. } => Err(at_counter(tx, ticket, "here.called")?),
            State::Serving { .. } => Err(at_counter(tx, ticket, "here.serving")?),
        };
        match back {
            Ok((after, action)) => {
                record(tx, ticket, &after, action, &who, None)?;
                *ticket = after;
            }
            Err(refusal) => why = why.or(Some(refusal)),
        }
    }
    match why {
        Some(refusal) if !tickets.iter().any(|t| t.state == State::Waiting) => Err(refusal.into()),
        _ => Ok(tickets),
    }
}
/// Says at which counter it is.
fn at_counter(tx: &mut Tx, ticket: &Ticket, code: &'static str) -> Result<Refusal, No> {
    let counter = ticket.state.counter().map(|c| rows::desk::of_counter(tx, c)).transpose()?.flatten();
    Ok(Refusal::conflict(code).arg("no", &ticket.number).arg("n", counter.map_or_else(|| "–".to_owned(), |s| s.number.to_string())))
}

/// A ticket that belongs to a visit; another's looks like none.
fn own(tx: &mut Tx, visit: VisitId, ticket: TicketId) -> Result<Ticket, No> {
    let ticket = held(tx, ticket)?;
    tx.about("ticket", ticket.id);
    if ticket.visit == visit { Ok(ticket) } else { Err(unknown_ticket().into()) }
}

/// Comes later (晚点再来): the ticket waits from `minutes` from now.
///
/// # Errors
/// `ticket.unknown`, `ticket.state`, `defer.minutes`, `defer.max`.
pub fn defer(tx: &mut Tx, visit: VisitId, ticket: TicketId, minutes: i64, by: &Actor, now: Instant) -> Result<Ticket, No> {
    let before = own(tx, visit, ticket)?;
    let limits = rows::line::limits(tx, before.centre, now)?;
    let after = before.clone().defer(minutes, &limits, now)?;
    record(tx, &before, &after, Action::Defer, &Who::person(by, now), None)?;
    Ok(after)
}

/// The tickets of a visit that may be given up; when there is none, one that says why not.
fn may_leave(tx: &mut Tx, visit: VisitId) -> Result<Vec<Ticket>, No> {
    let visit = open(tx, visit)?;
    let mut all = rows::ticket::of_visit(tx, visit.id)?;
    all.retain(|t| !t.state.ended());
    let may = |t: &Ticket| matches!(t.state, State::Waiting | State::Parked { .. });
    if all.iter().any(may) {
        all.retain(may);
    }
    Ok(all)
}

/// Gives up one ticket, or every ticket of the visit that waits or is parked.
///
/// # Errors
/// `ticket.unknown`, `visit.ended`, `ticket.state` (also when nothing could be given up).
pub fn leave(tx: &mut Tx, visit: VisitId, only: Option<TicketId>, by: &Actor, now: Instant) -> Result<Vec<Ticket>, No> {
    let who = Who::person(by, now);
    let leaving = if let Some(ticket) = only { vec![own(tx, visit, ticket)?] } else { may_leave(tx, visit)? };
    let mut left = Vec::with_capacity(leaving.len());
    for before in leaving {
        let after = before.clone().leave(now)?;
        record(tx, &before, &after, Action::Leave, &who, None)?;
        left.push(after);
    }
    Ok(left)
}

/// Comes back after a miss (我回来了).
///
/// # Errors
/// `ticket.unknown`, `ticket.state`, `ticket.rejoined`, `ticket.expired`.
pub fn rejoin(tx: &mut Tx, visit: VisitId, ticket: TicketId, by: &Actor, now: Instant) -> Result<Ticket, No> {
    let before = own(tx, visit, ticket)?;
    let limits = rows::line::limits(tx, before.centre, now)?;
    let after = super::time::rejoined(before.clone(), &limits, now)?;
    record(tx, &before, &after, Action::Rejoin, &Who::person(by, now), None)?;
    Ok(after)
}

/// The holder of a parked ticket is back (我回来了): it waits again at its old place.
///
/// # Errors
/// `ticket.unknown`, `ticket.state`.
pub fn back(tx: &mut Tx, visit: VisitId, ticket: TicketId, by: &Actor, now: Instant) -> Result<Ticket, No> {
    let ticket = own(tx, visit, ticket)?.id;
    super::return_(tx, ticket, by, now)
}

/// Voids a ticket printed in error (作废); the number stays used.
///
/// # Errors
/// Missing; `ticket.state`.
pub fn void(tx: &mut Tx, ticket: TicketId, why: &str, by: &Actor, now: Instant) -> Result<Ticket, No> {
    let before = held(tx, ticket)?;
    tx.about("ticket", before.id);
    let after = before.clone().void(now)?;
    record(tx, &before, &after, Action::Void, &Who::person(by, now), Some(super::clerk::reason(why)))?;
    if let Some(counter) = before.state.counter()
        && let Some(session) = rows::desk::of_counter(tx, counter)?
    {
        super::clerk::freed(tx, session, now)?;
    }
    Ok(after)
}
