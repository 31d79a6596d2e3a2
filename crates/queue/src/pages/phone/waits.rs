//! What everybody may see of the lines of a centre: the card on its page, and `/centres/{centre}/waits`.

use kernel::{CentreId, No};
use places::phone::{self, Tab};
use serde_json::json;
use store::Tx;
use web::{Answer, App, Ask, Duty, Markup, Now, Open, Reply, html, icon};

use super::view::{age, head, wait_row};
use crate::{
    Limits,
    api::{self, LineNow},
    pages::shared::{CentreNow, line_json},
};

/// The panels of this slice for the home page and the centre's page.
pub(crate) fn cards(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Vec<Markup>, No> {
    let lines = api::line_now(tx, centre, ask.now)?;
    let limits = api::limits(tx, centre, ask.now)?;
    Ok(if lines.is_empty() { Vec::new() } else { vec![card(ask, centre, &lines, &limits)] })
}
pub(super) fn card(ask: &Ask, centre: CentreId, lines: &[LineNow], limits: &Limits) -> Markup {
    html! {
        section class="card" aria-label=(ask.t("queue.p.lines")) {
            ul { @for l in lines { (wait_row(ask, l, limits)) } }
            (age(ask))
            p { a class="btn wide" href=(ask.href(&format!("/c/{centre}/take"))) { (icon("ticket")) (ask.t("queue.p.take")) } }
        }
    }
}

pub(super) async fn page(app: App, open: Duty<Open>, Now(now): Now) -> Reply {
    let (ask, centre) = (open.ask.clone(), open.centre());
    let asked = ask.clone();
    let (here, lines) = app.read(move |tx| Ok((CentreNow::read(tx, &asked, centre, now)?, api::line_now(tx, centre, now)?))).await?;
    if ask.json() {
        let lines: Vec<_> = lines.iter().map(|l| line_json(&ask, l, now)).collect();
        return Ok(Answer::json(200, &json!({ "centre": centre, "at": ask.district.time.rfc3339(now), "open": here.in_time(now), "lines": lines })));
    }
    Ok(Answer::html(&render(&ask, &here, &lines)))
}

pub(super) fn render(ask: &Ask, here: &CentreNow, lines: &[LineNow]) -> Markup {
    let title = ask.t("queue.p.waits");
    let main = html! {
        a class="back" href=(ask.href(&format!("/c/{}", here.centre.id))) { (icon("right")) (ask.b(&here.centre.name)) }
        h1 { (title) }
        @if lines.is_empty() { div class="empty" { (icon("ticket")) p { (ask.t("queue.p.no_lines")) } } } @else { (card(ask, here.centre.id, lines, &here.limits)) }
        p class="quiet" { (ask.t("queue.p.how")) }
    };
    phone::page(ask, title, Tab::Other, &head(ask, here), &main).render(ask)
}
