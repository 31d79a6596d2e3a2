//! What a request is about: read in the same snapshot as the actor, so that relation and scope are one decision.

use kernel::{CounterId, Id, LineId, Missing, No, SessionId, TicketId, VisitId, of};
use store::Tx;
use web::{Object, Params};

use crate::{api, rows};

/// A counter and who works at it.
pub(crate) fn counter(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: CounterId = params.get("counter")?;
    let counter = places::api::counter(tx, id)?;
    let holder = api::sessions(tx, counter.centre)?.into_iter().find(|s| s.counter == id).map(|s| s.account);
    Ok(Object::of(counter.centre, "counter", id).held_by(holder))
}

/// A ticket and who works where it stands, or stood last.
pub(crate) fn ticket(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: TicketId = params.get("ticket")?;
    let ticket = api::ticket(tx, id)?;
    let at = api::last_at(tx, id)?;
    Ok(Object::of(ticket.centre, "ticket", id).held_by(at.map(|s| s.account)))
}

/// A line.
pub(crate) fn line(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: LineId = params.get("line")?;
    Ok(Object::of(api::line(tx, id)?.centre, "line", id))
}

/// A visit, by its id: for staff.
pub(crate) fn visit(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: VisitId = params.get("visit")?;
    let visit = rows::visit::one(tx, id)?.ok_or(Missing("visit"))?;
    Ok(Object::of(visit.centre, "visit", id))
}

/// A time at work.
pub(crate) fn session(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: SessionId = params.get("session")?;
    let session = api::session(tx, id)?;
    Ok(Object::of(session.centre, "session", id).held_by(Some(session.account)))
}

/// A help call; its id is written like one of a session.
pub(crate) fn help(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: Id<of::Session> = params.get("help")?;
    let centre = rows::help::centre(tx, id.bytes())?.ok_or(Missing("help"))?;
    Ok(Object::of(centre, "help", id))
}
