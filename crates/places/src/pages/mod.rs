//! Request → one call → markup. Phone pages P1, P2, P22, the device's door, A5, and the hours of one day.

mod centre;
pub(crate) mod devices;
pub(crate) mod enrol;
pub(crate) mod help;
mod home;
pub(crate) mod hours;
pub mod phone;
pub(crate) mod say;
pub(crate) mod view;

use kernel::{DeviceId, No};
use store::Tx;
use web::{Object, Open, Owns, Params, PlacesDevices, PlacesHours, Rate, Route, centre_in_path, route};

pub(crate) use centre::render as centre_page;
pub(crate) use home::{render_choice, render_home, render_list};

pub const ROUTES: &[Route] = &[
    route!(GET "/", Open, home::home, "places.home"),
    route!(GET "/c", Open, home::list, "places.list"),
    route!(GET "/c/{centre}", Open, centre::page, "places.centre").own(Owns::Nothing, centre_in_path),
    route!(GET "/centres", Open, home::list, "places.centres.read"),
    route!(GET "/centres/{centre}", Open, centre::page, "places.centre.read").own(Owns::Nothing, centre_in_path),
    route!(GET "/help", Open, help::page, "places.help"),
    route!(GET "/problems/{code}", Open, help::problem, "places.problem"),
    route!(GET "/admin/devices", PlacesDevices, devices::list, "places.device.list"),
    route!(POST "/admin/centres/{centre}/devices", PlacesDevices, devices::add, "places.device.add").own(Owns::SameCentre, centre_in_path),
    route!(POST "/admin/devices/{device}/revoke", PlacesDevices, devices::revoke, "places.device.revoke").own(Owns::SameCentre, device_in_path),
    route!(GET "/k/enrol", Open, enrol::page, "places.enrol.kiosk.form"),
    route!(GET "/s/enrol", Open, enrol::page, "places.enrol.screen.form"),
    route!(GET "/d/enrol", Open, enrol::page, "places.enrol.desk.form"),
    route!(POST "/k/enrol", Open, enrol::enrol, "places.enrol.kiosk").sets_cookie().rate(Rate::Login),
    route!(POST "/s/enrol", Open, enrol::enrol, "places.enrol.screen").sets_cookie().rate(Rate::Login),
    route!(POST "/d/enrol", Open, enrol::enrol, "places.enrol.desk").sets_cookie().rate(Rate::Login),
    // A heartbeat is no effect to repeat: it needs no key, like the rows that set a cookie.
    route!(POST "/device/beat", Open, enrol::beat, "places.device.beat").sets_cookie().rate(Rate::Device),
    route!(GET "/m/places", PlacesHours, hours::choose, "places.hours.list"),
    route!(GET "/m/places/{centre}", PlacesHours, hours::page, "places.hours.see").own(Owns::SameCentre, centre_in_path),
    route!(POST "/m/places/{centre}/day", PlacesHours, hours::set, "places.hours.set").own(Owns::SameCentre, centre_in_path),
    route!(POST "/m/places/{centre}/day/clear", PlacesHours, hours::clear, "places.hours.clear").own(Owns::SameCentre, centre_in_path),
    route!(POST "/m/places/{centre}/counters/{counter}/use", PlacesHours, hours::counter, "places.counter.use").own(Owns::SameCentre, centre_in_path),
];

fn device_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let id: DeviceId = params.get("device")?;
    let found = crate::rows::device::one(tx, id)?;
    Ok(Object::of(found.device.centre, "device", id))
}
