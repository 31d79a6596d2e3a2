//! The kiosk (自助机): K1 what for, K2 which kind, K3 card, K4 ticket, and what else stands before a person without a phone.
//!
//! Nothing of a person is kept: a card is looked at within one request, and sixty seconds of silence forget the rest (`kiosk.js`).

mod arrive;
mod card;
mod done;
mod frame;
mod help;
mod home;
mod more;
mod samples;

use web::{Open, Owns, QueueHelp, QueueOwn, QueueTake, Rate, Route, centre_in_path, route};

use super::shared::visit_in_path;

#[cfg(test)]
pub(crate) use card::age;
pub(crate) use frame::dressed;
pub(crate) use samples::samples;

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/k", Open, home::page, "queue.kiosk"),
    route!(GET "/k/take", Open, home::kinds, "queue.kiosk.kinds"),
    route!(GET "/k/first", Open, home::first, "queue.kiosk.first"),
    route!(GET "/k/card", Open, card::page, "queue.kiosk.card.form"),
    // Nothing is written, so there is nothing to repeat; the card must not reach a stored answer.
    route!(POST "/k/card", QueueTake, card::read, "queue.kiosk.card").sets_cookie().rate(Rate::Device),
    route!(POST "/centres/{centre}/visits/here", QueueTake, home::take, "queue.visit.here").own(Owns::SameCentre, centre_in_path),
    route!(GET "/k/done/{token}", QueueOwn, done::page, "queue.kiosk.done").own(Owns::TicketCode, visit_in_path),
    route!(GET "/k/done/{token}/{legs}", QueueOwn, done::page, "queue.kiosk.done.more").own(Owns::TicketCode, visit_in_path),
    route!(GET "/k/added/{token}", QueueOwn, done::added, "queue.kiosk.added").own(Owns::TicketCode, visit_in_path),
    route!(GET "/k/paper", Open, done::no_paper, "queue.kiosk.paper"),
    route!(GET "/k/paper/{token}", QueueOwn, done::on_screen, "queue.kiosk.paper.number").own(Owns::TicketCode, visit_in_path),
    route!(GET "/k/help", Open, help::page, "queue.kiosk.help"),
    route!(POST "/centres/{centre}/help", QueueHelp, help::raise, "queue.help.raise").own(Owns::SameCentre, centre_in_path),
    route!(GET "/k/still", Open, more::still, "queue.kiosk.still"),
    route!(GET "/k/closed", Open, more::closed, "queue.kiosk.closed"),
    route!(GET "/k/staff", Open, more::staff, "queue.kiosk.staff"),
    route!(GET "/k/came", Open, arrive::came, "queue.kiosk.came"),
    route!(GET "/k/arrive", Open, arrive::page, "queue.kiosk.arrive.form"),
    route!(POST "/k/arrive", QueueTake, arrive::arrive, "queue.kiosk.arrive"),
    // A key of the pad writes nothing either.
    route!(POST "/k/keys", QueueTake, arrive::keys, "queue.kiosk.keys").sets_cookie().rate(Rate::Device),
];
