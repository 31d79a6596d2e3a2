//! P6: everything that can be booked is booked, moved and given up on the same pages; and the desk that checks it in.

mod arrive;
mod book;
mod desk;
mod own;
mod proof;
mod samples;

use kernel::{CentreId, ClaimId, Minutes, No, PersonId, ResourceId, VisitId};
use store::Tx;
use web::{App, Ask, CapacityDesk, Object, Open, Owns, Params, QueueOwn, QueueRun, Rate, Route, axum::http::HeaderMap, centre_in_path, cookie, route};

use crate::{Moment, api, rows};

pub(crate) use arrive::arrive;
pub(crate) use samples::samples;

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/book", Open, book::list, "capacity.list"),
    route!(GET "/book/{resource}", Open, book::page, "capacity.resource").own(Owns::Nothing, resource_in_path),
    route!(POST "/book/{resource}", Open, book::take, "capacity.take").own(Owns::Nothing, resource_in_path),
    route!(POST "/book/{resource}/wait", Open, book::wait, "capacity.wait").own(Owns::Nothing, resource_in_path),
    route!(GET "/bookings.ics", Open, own::all, "capacity.own.calendar.all"),
    route!(GET "/b/{token}", QueueOwn, own::page, "capacity.own").own(Owns::TicketCode, pass_in_path),
    route!(GET "/b/{token}/calendar.ics", QueueOwn, own::calendar, "capacity.own.calendar").own(Owns::TicketCode, pass_in_path),
    route!(GET "/sse/b/{token}", QueueOwn, own::stream, "capacity.own.stream").own(Owns::TicketCode, pass_in_path).rate(Rate::Stream),
    route!(POST "/b/{token}/confirm", QueueOwn, own::confirm, "capacity.own.confirm").own(Owns::TicketCode, pass_in_path).rate(Rate::Open),
    route!(POST "/b/{token}/extend", QueueOwn, own::extend, "capacity.own.extend").own(Owns::TicketCode, pass_in_path).rate(Rate::Open),
    route!(POST "/b/{token}/cancel", QueueOwn, own::cancel, "capacity.own.cancel").own(Owns::TicketCode, pass_in_path).rate(Rate::Open),
    route!(POST "/b/{token}/move", QueueOwn, own::swap, "capacity.own.move").own(Owns::TicketCode, pass_in_path).rate(Rate::Open),
    route!(GET "/d/bookings/{centre}", CapacityDesk, desk::page, "capacity.desk").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/bookings/{centre}/here", CapacityDesk, desk::here, "capacity.desk.check_in").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/bookings/{centre}/book/{resource}", CapacityDesk, desk::book, "capacity.desk.book").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/bookings/{centre}/over/{resource}", QueueRun, desk::over, "capacity.desk.over").own(Owns::SameCentre, centre_in_path),
    route!(POST "/bookings/{claim}/approve", QueueRun, desk::approve, "capacity.approve").own(Owns::SameCentre, claim_in_path),
    route!(POST "/bookings/{claim}/reject", QueueRun, desk::reject, "capacity.reject").own(Owns::SameCentre, claim_in_path),
    route!(GET "/capacity/proof", Open, proof::page, "capacity.proof"),
];

/// What is booked, with its centre.
pub(crate) fn resource_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: ResourceId = params.get("resource")?;
    let resource = rows::resource::one(tx, id)?.filter(|r| r.share_of.is_none()).ok_or(kernel::Missing("resource"))?;
    Ok(Object::of(resource.centre, "resource", id))
}
/// A booking, by its id: for staff.
pub(crate) fn claim_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: ClaimId = params.get("claim")?;
    let claim = rows::claim::one(tx, id)?.ok_or(kernel::Missing("claim"))?;
    Ok(Object::of(claim.centre, "claim", id))
}
/// What a token opens; the pass stands where a visit stands on the tickets' routes.
pub(crate) fn pass_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let token: String = params.get("token")?;
    let opened = api::open_token(tx, &token)?;
    let (kind, id): (_, VisitId) = match (&opened.pass.claim, &opened.pass.wait) {
        (Some(claim), _) => ("claim", claim.cast()),
        (None, Some(wait)) => ("wait", wait.cast()),
        (None, None) => return Err(kernel::Missing("pass").into()),
    };
    Ok(Object::of(opened.pass.centre, kind, id).visit(id))
}

/// The person whom a browser's cookie and a label stand for: a keyed hash, so that quotas count without a name.
pub fn person(app: &App, cookie: &str, label: &str) -> PersonId {
    let hash = web::token::hash(&web::token::derived(&app.0.settings.key, format!("person/{cookie}/{label}").as_bytes()));
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    PersonId::from_bytes(id)
}
pub(crate) fn moment(ask: &Ask) -> Moment<'_> {
    Moment { now: ask.now, zone: &ask.district.time }
}
/// `13:00–14:00`; halves of a day by their names.
pub(crate) fn span(ask: &Ask, from: Minutes, to: Minutes) -> String {
    match (moment(ask).zone.minute_of_day(kernel::Instant::from_minute(from)), to - from) {
        (0, 720) => return ask.t("capacity.morning").to_owned(),
        (720, 720) => return ask.t("capacity.afternoon").to_owned(),
        (0, 1_440) => return ask.t("capacity.whole_day").to_owned(),
        _ => {}
    }
    let at = |m| ask.hhmm(kernel::Instant::from_minute(m));
    format!("{}–{}", at(from), at(to))
}
/// The centre's name, for heads.
pub(crate) fn centre_name(tx: &mut Tx, centre: CentreId) -> Result<kernel::Both, No> {
    Ok(places::api::centre(tx, centre)?.name)
}

/// On the centre's page: the way to what can be booked there.
pub(crate) fn cards(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Vec<web::Markup>, No> {
    let all = rows::resource::of_centre(tx, centre)?;
    if !all.iter().any(|r| r.closed.is_none()) {
        return Ok(Vec::new());
    }
    Ok(vec![web::html! {
        section class="card" aria-label=(ask.t("capacity.list.title")) {
            p { a class="btn wide" href=(ask.href(&format!("/book?centre={centre}"))) { (web::icon("clock")) (ask.t("capacity.card")) } }
        }
    }])
}

/// Bookings one browser is reminded of [A]: the newest; a family's of a month.
const KEPT: usize = 40;
/// For so long, seconds [A]: as long as bookings are made ahead.
const KEPT_S: i64 = 5_184_000;
/// The cookie of this browser's bookings with this token in front.
pub fn keep(app: &App, headers: &HeaderMap, token: &str) -> String {
    let all = cookie::in_front(&cookie::list(headers, "k", KEPT), token, KEPT);
    cookie::set(&app.0.settings, "k", &all, KEPT_S)
}
/// The bookings of this browser that have not ended, the next one first.
fn held_here(tx: &mut Tx, ask: &Ask, headers: &HeaderMap) -> Result<Vec<own::Own>, No> {
    let mut all = Vec::new();
    for token in cookie::list(headers, "k", KEPT) {
        if let Some(view) = own::Own::live(tx, ask, &token)? {
            all.push(view);
        }
    }
    all.sort_by_key(own::Own::start);
    Ok(all)
}
/// The same as a panel, for 我的号.
pub(crate) fn mine(tx: &mut Tx, ask: &Ask, headers: &HeaderMap) -> Result<Vec<web::Markup>, No> {
    let all = held_here(tx, ask, headers)?;
    Ok(if all.is_empty() { Vec::new() } else { vec![own::panel(ask, &all)] })
}
