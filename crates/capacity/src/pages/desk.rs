//! D14: today's bookings of a centre, who is here, and booking for who has no phone.

use kernel::{CentreId, Minutes, No, ResourceId};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{Answer, App, Ask, Body, CapacityDesk, Dice, Duty, FieldFault, Markup, Once, Page, Params, Reply, Surface, error_summary, field, html, skip};

use super::{book::TakeBody, centre_name, moment, person, span};
use crate::{
    Channel, Claim, Resource, State,
    api::{self, How},
    rows,
    rows::pass::Pass,
};

/// One booking of today.
pub(super) struct Today {
    pub claim: Claim,
    pub name: kernel::Both,
    pub label: String,
}
/// Everything of the desk.
pub(super) struct Desk {
    pub centre: CentreId,
    pub name: kernel::Both,
    pub today: Vec<Today>,
    pub resources: Vec<Resource>,
}
impl Desk {
    fn read(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Self, No> {
        let (zone, day) = (&ask.district.time, ask.district.time.day(ask.now));
        let (from, to): (Minutes, Minutes) = (zone.moment(day, 0).minute(), zone.moment(day.plus(1), 0).minute());
        let mut today = Vec::new();
        for claim in rows::claim::of_centre(tx, centre, from, to)? {
            let asked = rows::claim::lines(tx, claim.id)?.first().map(|l| l.asked);
            let name = match asked {
                Some(id) => rows::resource::one(tx, id)?.map(|r| r.name).unwrap_or_default(),
                None => kernel::Both::default(),
            };
            let label = rows::pass::of_claim(tx, claim.id)?.map(|p| p.label).unwrap_or_default();
            today.push(Today { claim, name, label });
        }
        let resources = rows::resource::of_centre(tx, centre)?.into_iter().filter(|r| r.closed.is_none()).collect();
        Ok(Self { centre, name: centre_name(tx, centre)?, today, resources })
    }
}

pub(super) async fn page(app: App, desk: Duty<CapacityDesk>) -> Reply {
    let (ask, centre) = (desk.ask.clone(), desk.centre());
    let view = app.read(move |tx| Desk::read(tx, &ask, centre)).await?;
    let ask = &desk.ask;
    if ask.json() {
        let row = |t: &Today| json!({ "claim": t.claim.id, "name": ask.b(&t.name), "state": t.claim.state.code(), "from": t.claim.start, "to": t.claim.end });
        return Ok(Answer::json(200, &json!({ "centre": centre, "bookings": view.today.iter().map(row).collect::<Vec<_>>() })));
    }
    Ok(Answer::html(&render(ask, &view, "", &[])))
}

pub(super) fn render(ask: &Ask, desk: &Desk, typed: &str, faults: &[FieldFault]) -> Markup {
    let title = ask.t("capacity.desk.title");
    let body = html! {
        (skip(ask))
        (web::masthead(ask, ask.b(&desk.name), &html! { (title) }))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            (error_summary(ask, faults))
            form method="post" action=(ask.href(&format!("/d/bookings/{}/here", desk.centre))) class="card" {
                (ask.once())
                (field("code", ask.t("capacity.desk.code"), ask.t("capacity.desk.code.hint"), "text", typed, faults))
                button type="submit" class="btn pri" { (ask.t("capacity.desk.here")) }
            }
            div id="live" {
                h2 { (ask.t("capacity.desk.today")) }
                @if desk.today.is_empty() { p { (ask.t("capacity.desk.none")) } } @else {
                    section class="card" { table class="table cards" {
                        thead { tr { th scope="col" { (ask.t("capacity.times")) } th scope="col" { (ask.t("capacity.what")) } th scope="col" { (ask.t("capacity.desk.for")) } th scope="col" { (ask.t("capacity.state")) } } }
                        tbody { @for t in &desk.today { tr {
                            th scope="row" { (span(ask, t.claim.start, t.claim.end)) }
                            td data-l=(ask.t("capacity.what")) { (ask.b(&t.name)) }
                            td data-l=(ask.t("capacity.desk.for")) { (t.label) }
                            td data-l=(ask.t("capacity.state")) { (ask.b(&crate::words::state(t.claim.state))) }
                        } } }
                    } }
                }
            }
            h2 { (ask.t("capacity.desk.book")) }
            ul class="list" { @for r in &desk.resources { li { a href=(ask.href(&format!("/book/{}", r.id))) { (ask.b(&r.name)) } } } }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}

/// What is typed or scanned.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeBody {
    code: String,
}

/// Somebody is here with a code.
pub(super) async fn here(app: App, desk: Duty<CapacityDesk>, once: Once, Body(body): Body<CodeBody>) -> Reply {
    let (ask, centre, by) = (desk.ask.clone(), desk.centre(), desk.actor().to_string());
    app.write(&desk, once, ask.route.action, move |tx| {
        let claim = api::open_code(tx, centre, &body.code)?.claim.ok_or_else(|| kernel::Refusal::invalid("booking.code").at("code"))?;
        let m = moment(&ask);
        let done = api::check_in(tx, claim.id, &by, m)?;
        Ok(Answer::of(&ask, 200, &json!({ "claim": done.id, "state": done.state.code() }), format!("/d/bookings/{centre}")))
    })
    .await
}

/// Books for somebody without a phone: at once, from the places kept for people who come; the page with the code is printed.
pub(super) async fn book(app: App, desk: Duty<CapacityDesk>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    let (ask, centre, by, id) = (desk.ask.clone(), desk.centre(), desk.actor().to_string(), params.get::<ResourceId>("resource")?);
    let token = once.secret(&app);
    let (holder, hash) = (person(&app, &token, body.label()), web::token::hash(&token));
    let answer = app
        .write(&desk, once, ask.route.action, move |tx| {
            let (m, dice) = (moment(&ask), &mut Ids::new(dice));
            let wish = body.wish(tx, id, holder, &by, Channel::Counter)?;
            let claim = api::take(tx, &wish, How::Book, m, dice)?;
            if claim.centre != centre {
                return Err(kernel::Missing("resource").into());
            }
            debug_assert!(claim.state == State::Confirmed);
            let pass = Pass { code: String::new(), centre, claim: Some(claim.id), wait: None, label: body.label().to_owned() };
            let pass = api::issue_pass(tx, hash, pass, m, dice)?;
            Ok(Answer::of(&ask, 201, &json!({ "token": store::SECRET, "code": pass.code, "claim": claim.id }), format!("/b/{}", store::SECRET)))
        })
        .await?;
    Ok(answer.fill(&token))
}
