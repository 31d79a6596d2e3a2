//! P21 for guardians; D14e and the blocks for the house.

mod blocks;
mod children;
mod desk;
mod own;
mod samples;

use kernel::{BlockId, CentreId, ConcernId, Instant, No, PersonId, Refusal, StayId};
use store::Tx;
use web::{App, Ask, Duty, Object, Owns, Params, QueueOwn, Rate, Route, VenuesBlock, VenuesClass, centre_in_path, route};

use super::{
    api,
    handover::{At, RULES},
    rows,
};

pub(crate) use samples::samples;

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/pickup/{token}", QueueOwn, own::page, "venues.pickup.own").own(Owns::TicketCode, pass_in_path),
    route!(GET "/sse/pickup/{token}", QueueOwn, own::stream, "venues.pickup.own.stream").own(Owns::TicketCode, pass_in_path).rate(Rate::Stream),
    route!(POST "/pickup/{token}/authorities", QueueOwn, own::grant, "venues.pickup.grant").own(Owns::TicketCode, pass_in_path).rate(Rate::Open),
    route!(POST "/pickup/{token}/authorities/{authority}/withdraw", QueueOwn, own::withdraw, "venues.pickup.withdraw")
        .own(Owns::TicketCode, pass_in_path)
        .rate(Rate::Open),
    route!(GET "/d/handover/{centre}", VenuesClass, desk::page, "venues.handover").own(Owns::SameCentre, centre_in_path),
    route!(GET "/sse/d/handover/{centre}", VenuesClass, desk::stream, "venues.handover.stream").own(Owns::SameCentre, centre_in_path).rate(Rate::Stream),
    route!(POST "/d/handover/{centre}/expect", VenuesClass, desk::expect, "venues.stay.expect").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/handover/{centre}/close", VenuesClass, desk::close, "venues.handover.close").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/handover/{centre}/concerns", VenuesClass, desk::worry, "venues.concern.open").own(Owns::SameCentre, centre_in_path),
    route!(POST "/stays/{stay}/drop", VenuesClass, desk::drop_off, "venues.stay.drop").own(Owns::SameCentre, stay_in_path),
    route!(POST "/stays/{stay}/absent", VenuesClass, desk::absent, "venues.stay.absent").own(Owns::SameCentre, stay_in_path),
    route!(POST "/stays/{stay}/call", VenuesClass, desk::call, "venues.stay.call").own(Owns::SameCentre, stay_in_path),
    route!(POST "/stays/{stay}/handover", VenuesClass, desk::hand_over, "venues.stay.handover").own(Owns::SameCentre, stay_in_path),
    route!(POST "/stays/{stay}/alone", VenuesClass, desk::alone, "venues.stay.alone").own(Owns::SameCentre, stay_in_path),
    route!(POST "/stays/{stay}/to-authority", VenuesClass, desk::to_authority, "venues.stay.authority").own(Owns::SameCentre, stay_in_path),
    route!(GET "/d/handover/{centre}/children", VenuesClass, children::page, "venues.children").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/handover/{centre}/children", VenuesClass, children::register, "venues.child.register").own(Owns::SameCentre, centre_in_path),
    route!(POST "/children/{child}", VenuesClass, children::edit, "venues.child.edit").own(Owns::SameCentre, child_in_path),
    route!(POST "/children/{child}/pass", VenuesClass, children::pass, "venues.child.pass").own(Owns::SameCentre, child_in_path),
    route!(GET "/d/handover/{centre}/blocks", VenuesBlock, blocks::page, "venues.blocks").own(Owns::SameCentre, centre_in_path),
    route!(POST "/d/handover/{centre}/blocks", VenuesBlock, blocks::set, "venues.block.set").own(Owns::SameCentre, centre_in_path),
    route!(POST "/blocks/{block}/end", VenuesBlock, blocks::end, "venues.block.end").own(Owns::SameCentre, block_in_path),
    route!(POST "/concerns/{concern}/report", VenuesBlock, blocks::report, "venues.concern.report").own(Owns::SameCentre, concern_in_path),
    route!(POST "/concerns/{concern}/close", VenuesBlock, blocks::close, "venues.concern.close").own(Owns::SameCentre, concern_in_path),
];

/// What a token opens; the child stands where a visit stands on the tickets' routes.
fn pass_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let token: String = params.get("token")?;
    let (child, _) = api::open_token(tx, &token)?;
    Ok(Object::of(child.centre, "child", child.id).visit(child.id.cast()))
}
fn stay_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: StayId = params.get("stay")?;
    let stay = rows::stay::one(tx, id)?.ok_or(kernel::Missing("stay"))?;
    Ok(Object::of(stay.centre, "stay", id))
}
fn child_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: PersonId = params.get("child")?;
    let child = rows::child::one(tx, id)?.ok_or(kernel::Missing("child"))?;
    Ok(Object::of(child.centre, "child", id))
}
fn block_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: BlockId = params.get("block")?;
    let block = rows::block::one(tx, id)?.ok_or(kernel::Missing("block"))?;
    let child = rows::child::one(tx, block.child)?.ok_or(kernel::Missing("child"))?;
    Ok(Object::of(child.centre, "block", id))
}
fn concern_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: ConcernId = params.get("concern")?;
    let concern = rows::block::concern_one(tx, id)?.ok_or(kernel::Missing("concern"))?;
    Ok(Object::of(concern.centre, "concern", id))
}

/// Who acts here and now, kept for a closure that may run twice.
#[derive(Clone)]
struct Acts {
    ask: Ask,
    key: [u8; 32],
    by: String,
    staff: String,
}
impl Acts {
    fn of<D>(app: &App, duty: &Duty<D>) -> Self {
        let staff = duty.signed.as_ref().map(|s| s.shown.clone()).unwrap_or_default();
        Self { ask: duty.ask.clone(), key: app.0.settings.key, by: duty.actor().to_string(), staff }
    }
    fn at(&self) -> At<'_> {
        At { now: self.ask.now, zone: &self.ask.district.time, key: &self.key, by: self.by.clone(), staff: self.staff.clone(), rules: RULES }
    }
}

/// `16:05` of a day.
fn clock(ask: &Ask, day: kernel::Day, text: &str, field: &'static str) -> Result<Instant, Refusal> {
    let minutes = text.split_once(':').and_then(|(h, m)| {
        let (h, m): (i64, i64) = (h.parse().ok()?, m.parse().ok()?);
        ((0..24).contains(&h) && (0..60).contains(&m)).then_some(h * 60 + m)
    });
    minutes.map(|m| ask.district.time.moment(day, m)).ok_or_else(|| Refusal::invalid("pickup.times").at(field))
}
/// A day as typed; nothing when nothing was typed.
fn day(text: &str, field: &'static str) -> Result<Option<kernel::Day>, Refusal> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Refusal::invalid("pickup.day").at(field)),
    }
}
/// `16:00–17:30`
fn span(ask: &Ask, from: Instant, to: Instant) -> String {
    format!("{}–{}", ask.hhmm(from), ask.hhmm(to))
}
/// `王芳（尾号 1234）`
fn who(ask: &Ask, name: &str, tail: &str) -> String {
    if tail.is_empty() { name.to_owned() } else { ask.tf("venues.pickup.who", &[("name", name), ("tail", tail)]) }
}
/// The centre's name, for heads.
fn centre_name(tx: &mut Tx, centre: CentreId) -> Result<kernel::Both, No> {
    Ok(places::api::centre(tx, centre)?.name)
}
/// The weekdays of a right: `周一 周三`, every day, or one day.
fn days(ask: &Ask, a: &super::child::Authority) -> String {
    match a.once_on {
        Some(day) => ask.tf("venues.pickup.once", &[("day", &ask.day(day))]),
        None if a.weekdays == 127 => ask.t("venues.pickup.every_day").to_owned(),
        None => (0..7).filter(|d| a.weekdays >> d & 1 == 1).map(|d| ask.t(WEEKDAYS[d])).collect::<Vec<_>>().join(" "),
    }
}
/// Words of the weekdays, Monday first.
const WEEKDAYS: [&str; 7] =
    ["venues.pickup.mon", "venues.pickup.tue", "venues.pickup.wed", "venues.pickup.thu", "venues.pickup.fri", "venues.pickup.sat", "venues.pickup.sun"];
