//! Request → one call → markup. One route answers a page or JSON by `Accept`: the API's `/items` of hall §17 is `/errands` here.

pub mod admin;
pub mod find;
pub mod item;
pub mod samples;

use kernel::{Both, CentreId, Instant, No};
use places::{
    Centre,
    phone::{self, Head, Tab},
};
use store::Tx;
use web::{Ask, HallItems, HallPublish, Markup, Open, Page, Route, html, icon, route};

use crate::{
    item::{Mode, State},
    rows,
    taxonomy::Event,
};

/// Every route of this crate.
pub const ROUTES: &[Route] = &[
    route!(GET "/errands", Open, find::list, "hall.item.list"),
    route!(GET "/find", Open, find::list, "hall.find"),
    route!(GET "/errands/{code}", Open, item::show, "hall.item.show"),
    route!(GET "/admin/items", HallPublish, admin::list, "hall.item.manage"),
    route!(GET "/admin/items/new", HallItems, admin::new, "hall.item.new"),
    route!(POST "/admin/items", HallItems, admin::create, "hall.item.create").body(256 * 1024),
    route!(GET "/admin/items/{code}", HallPublish, admin::show, "hall.item.versions"),
    route!(POST "/admin/items/{code}/draft", HallItems, admin::edit, "hall.item.edit").body(256 * 1024),
    route!(POST "/admin/items/{code}/discard", HallItems, admin::discard, "hall.item.discard"),
    route!(POST "/admin/items/{code}/publish", HallPublish, admin::publish, "hall.item.publish"),
    route!(POST "/admin/items/{code}/agree", HallPublish, admin::agree, "hall.item.agree"),
    route!(POST "/admin/items/{code}/suspend", HallPublish, admin::suspend, "hall.item.suspend"),
    route!(POST "/admin/items/{code}/resume", HallPublish, admin::resume, "hall.item.resume"),
    route!(POST "/admin/items/{code}/withdraw", HallPublish, admin::withdraw, "hall.item.withdraw"),
];

/// A centre that was chosen, as pages need it.
#[derive(Clone, Debug)]
pub struct Here {
    /// The centre.
    pub centre: Centre,
    /// Codes of its lines.
    pub lines: Vec<String>,
    /// Hours of today, as text; empty when it is shut.
    pub hours: String,
}

/// Reads the centre that was chosen; one that does not exist is simply not chosen.
pub fn here(tx: &mut Tx, centre: Option<CentreId>, ask: &Ask) -> Result<Option<Here>, No> {
    let Some(id) = centre else { return Ok(None) };
    let centre = match places::api::centre(tx, id) {
        Ok(centre) => centre,
        Err(No::Missing(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let opening = places::api::opening(tx, id, ask.district.time.day(ask.now))?;
    let hours = opening.blocks.iter().map(|b| b.times().join("–")).collect::<Vec<_>>().join(ask.t("hall.comma"));
    Ok(Some(Here { centre, lines: crate::lines::of(tx, id)?, hours }))
}

/// Pairs of the query, in their order. What cannot be read is not there.
pub fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query.unwrap_or_default()).unwrap_or_default()
}
/// A value of the query.
pub fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim()).filter(|v| !v.is_empty())
}
/// A path with a query of these pairs; empty values are left out.
pub fn link(path: &str, pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().filter(|(_, v)| !v.is_empty()).collect();
    let query = serde_urlencoded::to_string(&pairs).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A resident's page of this crate, in the phone's frame: of the centre that was chosen, or of the district.
pub fn framed<'a>(ask: &Ask, title: &'a str, here: Option<&Here>, main: &Markup) -> Page<'a> {
    let head = match here {
        Some(h) => Head {
            name: ask.b(&h.centre.name),
            to: format!("/c/{}", h.centre.id),
            line: html! { @if h.hours.is_empty() { (ask.t("hall.shut_today")) } @else { (ask.t("hall.today")) " " (h.hours) } },
        },
        None => Head { line: html! { (ask.t("hall.any_centre")) }, ..Head::district(ask) },
    };
    phone::page(ask, title, Tab::Errands, &head, main)
}

/// Life events as doors, with how many items each has.
pub fn event_doors(ask: &Ask, doors: &[(Event, usize)], kept: &[(&str, &str)]) -> Markup {
    let to = |id: &str| link("/errands", &[&[("event", id)], kept].concat());
    html! {
        ul class="doors" {
            @for (e, n) in doors {
                li {
                    a class="door soc" href=(ask.href(&to(&e.id))) {
                        (icon(crate::taxonomy::icon_of(&e.id)))
                        span { b { (ask.b(&e.name)) } span { (ask.tf("hall.event.n", &[("n", &n.to_string())])) } }
                    }
                }
            }
        }
    }
}

/// 当场 or how many working days.
pub fn days(ask: &Ask, mode: Mode, promised: Option<i64>) -> String {
    match (mode, promised) {
        (Mode::Promised, Some(n)) => ask.tf("hall.days", &[("n", &n.to_string())]),
        _ => ask.t("hall.on_the_spot").to_owned(),
    }
}

/// What it costs.
pub fn fee(ask: &Ask, fen: i64, rule: &Both) -> String {
    if *rule != Both::default() {
        return ask.b(rule).to_owned();
    }
    if fen == 0 {
        return ask.t("hall.free").to_owned();
    }
    let yuan = if fen % 100 == 0 { (fen / 100).to_string() } else { format!("{}.{:02}", fen / 100, fen % 100) };
    ask.tf("hall.yuan", &[("n", &yuan)])
}

/// A day by the district's clock.
pub fn day(ask: &Ask, at: Instant) -> String {
    ask.district.time.day(at).to_string()
}

/// The panel of home page and centre page: 办什么事.
pub fn cards(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Vec<Markup>, No> {
    let standing: Vec<String> = rows::item::list(tx)?.into_iter().filter(|l| matches!(l.state, State::Published | State::Suspended)).map(|l| l.code).collect();
    if standing.is_empty() {
        return Ok(Vec::new());
    }
    let count = |e: &Event| e.items.iter().filter(|c| standing.contains(c)).count();
    let doors: Vec<(Event, usize)> = rows::taxonomy::events(tx)?.into_iter().map(|e| (e.clone(), count(&e))).collect();
    let centre = Some(centre).filter(|c| *c != CentreId::DISTRICT);
    Ok(vec![card(ask, &doors, centre)])
}

/// The panel itself.
pub fn card(ask: &Ask, doors: &[(Event, usize)], centre: Option<CentreId>) -> Markup {
    let centre = centre.map(|c| c.to_string()).unwrap_or_default();
    let kept = [("centre", centre.as_str())];
    let all = link("/errands", &kept);
    html! {
        section class="card" aria-labelledby="hall-card" {
            div class="sec" { h2 id="hall-card" { (ask.t("hall.what")) } a href=(ask.href(&all)) { (ask.t("hall.all")) } }
            (phone::find(ask, "", &kept))
            (event_doors(ask, doors, &kept))
        }
    }
}
