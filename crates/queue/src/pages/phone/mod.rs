//! The resident's phone: P4 take a number, P5 my number, the door, and what everybody may see of the lines.

mod find;
mod here;
mod samples;
mod take;
mod ticket;
mod view;
mod waits;

use web::{Open, Owns, QueueOwn, QueueTake, Rate, Route, centre_in_path, route};

use super::shared::visit_in_path;

pub(crate) use samples::samples;
pub(crate) use take::{TakeBody, Taking, issue, named};
pub(crate) use ticket::{Own, spaced_code};
pub(crate) use waits::cards;

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/c/{centre}/take", Open, take::page, "queue.take").own(Owns::Nothing, centre_in_path),
    route!(POST "/centres/{centre}/visits", Open, take::remote, "queue.visit.remote").own(Owns::Nothing, centre_in_path),
    route!(GET "/centres/{centre}/waits", Open, waits::page, "queue.waits").own(Owns::Nothing, centre_in_path),
    route!(GET "/t", Open, find::find_form, "queue.find.form"),
    route!(POST "/t", Open, find::find, "queue.find").rate(Rate::Login),
    route!(GET "/t/{token}", QueueOwn, ticket::page, "queue.own").own(Owns::TicketCode, visit_in_path),
    route!(GET "/sse/ticket/{token}", QueueOwn, ticket::stream, "queue.own.stream").own(Owns::TicketCode, visit_in_path).rate(Rate::Stream),
    route!(POST "/t/{token}/arrived", QueueOwn, ticket::arrived, "queue.own.arrived").own(Owns::TicketCode, visit_in_path).rate(Rate::Open),
    route!(POST "/t/{token}/defer", QueueOwn, ticket::defer, "queue.own.defer").own(Owns::TicketCode, visit_in_path).rate(Rate::Open),
    route!(POST "/t/{token}/leave", QueueOwn, ticket::leave, "queue.own.leave").own(Owns::TicketCode, visit_in_path).rate(Rate::Open),
    route!(POST "/t/{token}/rejoin", QueueOwn, ticket::rejoin, "queue.own.rejoin").own(Owns::TicketCode, visit_in_path).rate(Rate::Open),
    route!(POST "/t/{token}/return", QueueOwn, ticket::back, "queue.own.return").own(Owns::TicketCode, visit_in_path).rate(Rate::Open),
    route!(POST "/t/{token}/add", QueueOwn, ticket::add, "queue.own.add").own(Owns::TicketCode, visit_in_path).rate(Rate::Open),
    route!(GET "/here/{centre}", QueueTake, here::sheet, "queue.here.sheet").own(Owns::SameCentre, centre_in_path),
    route!(GET "/here/{centre}/{k}", Open, here::page, "queue.here.form").own(Owns::Nothing, centre_in_path),
    route!(POST "/here/{centre}/{k}", Open, here::arrive, "queue.here").own(Owns::Nothing, centre_in_path),
];
