//! P16 `/shops`: the shops of a centre with their hours, and the way to a number where one is given.

mod list;
mod samples;

use kernel::{CentreId, No};
use store::Tx;
use web::{Ask, Markup, Open, Route, html, icon, route};

use crate::{Shop, api};

pub(crate) use samples::samples;

/// Every route of this crate.
pub const ROUTES: &[Route] = &[route!(GET "/shops", Open, list::page, "shops.list")];

/// Where a number is taken for what a shop does: the line's own page.
fn take(shop: &Shop) -> String {
    format!("/c/{}/take?item={}", shop.centre, shop.code)
}

/// The panel of the centre's page: how many shops, and the numbers one can take in them.
pub(crate) fn cards(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Vec<Markup>, No> {
    let shops = api::shops(tx, centre)?;
    Ok(if shops.is_empty() { Vec::new() } else { vec![card(ask, centre, &shops)] })
}
fn card(ask: &Ask, centre: CentreId, shops: &[Shop]) -> Markup {
    html! {
        section class="card" aria-label=(ask.t("shops.title")) {
            ul class="links" {
                li { a href=(ask.href(&format!("/shops?centre={centre}"))) { (icon("shop")) span { (ask.tf("shops.card", &[("n", &shops.len().to_string())])) } (icon("right")) } }
                @for (shop, served) in shops.iter().filter_map(|s| Some((s, s.served.as_ref()?))) {
                    li { a href=(ask.href(&take(shop))) { span { (ask.tf("shops.take", &[("what", ask.b(&served.errand))])) } (icon("right")) } }
                }
            }
        }
    }
}
