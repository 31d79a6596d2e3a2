//! D14e: who is in care now, the oldest first, late ones in red; the door in and the door out.

use std::sync::{Arc, Mutex};

use kernel::{AuthorityId, Both, CentreId, Instant, No, PersonId, Refusal, StayId};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{
    Answer, App, Ask, Body, Dice, Duty, Markup, Once, Page, Params, Refuse, Reply, Surface, VenuesClass, axum::response::Response, html, icon, live, notice,
};

use super::{Acts, centre_name, clock, own::ended_words, span, who};
use crate::pickup::{
    api::{self, Done},
    child::{Authority, Child},
    handover::{Collector, Means},
    rows::{self, stay::Handed},
    stay::{State, Stay},
};

/// A stay as the desk sees it.
pub(super) struct Row {
    pub stay: Stay,
    pub child: Child,
    /// Who may collect today, and whether a block stands: then nobody hands over.
    pub list: Vec<(Authority, bool)>,
    pub handed: Option<Handed>,
}
/// Everything of the desk.
pub(super) struct Desk {
    pub centre: CentreId,
    pub name: Both,
    pub in_care: Vec<Row>,
    pub expected: Vec<Row>,
    pub ended: Vec<Row>,
    /// The children registered here.
    pub children: Vec<Child>,
    /// The day was closed at.
    pub closed: Option<Instant>,
    /// The house has shut.
    pub shut: bool,
    /// Holds `venues.block` here.
    pub lead: bool,
}

impl Desk {
    fn read(tx: &mut Tx, ask: &Ask, centre: CentreId, lead: bool) -> Result<Self, No> {
        let (zone, today) = (&ask.district.time, ask.district.time.day(ask.now));
        let (mut in_care, mut expected, mut ended) = (Vec::new(), Vec::new(), Vec::new());
        for stay in rows::stay::of_centre(tx, centre, zone.moment(today, 0), zone.moment(today.plus(1), 0))? {
            let child = rows::child::one(tx, stay.child)?.ok_or(kernel::Missing("child"))?;
            let mut list = Vec::new();
            if stay.state.in_care() {
                let blocks = rows::block::of_child(tx, child.id)?;
                for a in rows::child::authorities(tx, child.id)?.into_iter().filter(|a| a.holds(today)) {
                    let barred = blocks.iter().any(|b| b.stands(ask.now) && b.names(&a.name, &a.tail));
                    list.push((a, barred));
                }
            }
            let row = Row { handed: rows::stay::handed(tx, stay.id)?, stay, child, list };
            match row.stay.state {
                State::Expected => expected.push(row),
                s if s.in_care() => in_care.push(row),
                _ => ended.push(row),
            }
        }
        let name = centre_name(tx, centre)?;
        let shut = matches!(places::api::open_now(tx, centre, zone, ask.now), Err(No::Refused(_)));
        let children = rows::child::of_centre(tx, centre)?;
        Ok(Self { centre, name, in_care, expected, ended, children, closed: rows::stay::closed(tx, centre, today)?, shut, lead })
    }
}

pub(super) async fn page(app: App, duty: Duty<VenuesClass>) -> Reply {
    let (ask, centre, lead) = (duty.ask.clone(), duty.centre(), duty.may("venues.block", duty.centre()));
    let desk = app.read(move |tx| Desk::read(tx, &ask, centre, lead)).await?;
    let ask = &duty.ask;
    if ask.json() {
        let row = |r: &Row| {
            json!({
                "stay": r.stay.id, "child": r.child.id, "name": r.child.name, "label": r.stay.label, "state": r.stay.state.code(), "allergies": r.child.allergies,
                "locked": r.stay.locked_at.is_some(), "collectors": r.list.iter().map(|(a, barred)| json!({ "authority": a.id, "name": a.name, "stop": barred })).collect::<Vec<_>>(),
            })
        };
        let rows = |all: &[Row]| all.iter().map(row).collect::<Vec<_>>();
        return Ok(Answer::json(
            200,
            &json!({ "centre": centre, "in_care": rows(&desk.in_care), "expected": rows(&desk.expected), "ended": rows(&desk.ended) }),
        ));
    }
    Ok(Answer::html(&render(ask, &desk, None)))
}

pub(super) async fn stream(app: App, duty: Duty<VenuesClass>) -> Result<Response, Refuse> {
    let centre = duty.centre();
    live::stream(app, &duty.ask, centre, vec![format!("handover/{centre}")], None).await
}

pub(super) fn render(ask: &Ask, desk: &Desk, refused: Option<&Refusal>) -> Markup {
    let title = ask.t("venues.handover.title");
    let base = format!("/d/handover/{}", desk.centre);
    let body = html! {
        (web::masthead(ask, ask.b(&desk.name), &html! { (title) }))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            @if let Some(r) = refused {
                (notice("alr", &ask.words.refusal(ask.lang, r), if r.code == "pickup.desk" { ask.t("venues.handover.stop") } else { "" }))
            }
            div id="live" class="stack" {
                @if !desk.in_care.is_empty() && (desk.shut || desk.closed.is_some()) {
                    (notice("alr", &ask.tf("venues.handover.still", &[("n", &desk.in_care.len().to_string())]), ask.t("venues.handover.still.more")))
                }
                h2 { (ask.tf("venues.handover.in_care", &[("n", &desk.in_care.len().to_string())])) }
                @if desk.in_care.is_empty() { p { (ask.t("venues.handover.none")) } }
                @for row in &desk.in_care { (in_care(ask, row)) }
                h2 { (ask.tf("venues.handover.expected", &[("n", &desk.expected.len().to_string())])) }
                @for row in &desk.expected { (expected(ask, row)) }
                @if !desk.ended.is_empty() {
                    h2 { (ask.t("venues.handover.ended")) }
                    ul class="list" { @for r in &desk.ended { li {
                        b { (r.child.name) } " · " (r.stay.label) " · " (ended_words(ask, &r.stay, r.handed.as_ref()))
                        @if let Some(note) = &r.stay.note { " · " (note) }
                    } } }
                }
                @match desk.closed {
                    Some(at) => p { (ask.tf("venues.handover.closed", &[("t", &ask.hhmm(at))])) },
                    None => (ask.button(&format!("{base}/close"), ask.t("venues.handover.close"), "btn", &[])),
                }
            }
            details class="card" {
                summary { (ask.t("venues.handover.add")) }
                form method="post" action=(ask.href(&format!("{base}/expect"))) class="stack" {
                    (ask.once())
                    (child_choice(ask, &desk.children, "e-child"))
                    label for="code8" { (ask.t("venues.handover.code8")) }
                    input id="code8" name="code8" maxlength="12" autocomplete="off";
                    label for="label" { (ask.t("venues.handover.label")) }
                    input id="label" name="label" maxlength="40" required;
                    label for="from" { (ask.t("venues.handover.from")) }
                    input id="from" name="from" type="time" required value=(ask.hhmm(ask.now));
                    label for="to" { (ask.t("venues.handover.to")) }
                    input id="to" name="to" type="time" required;
                    button type="submit" class="btn" { (ask.t("venues.handover.add.yes")) }
                }
            }
            details class="card" {
                summary { (ask.t("venues.concern.add")) }
                p { (ask.t("venues.concern.law")) }
                form method="post" action=(ask.href(&format!("{base}/concerns"))) class="stack" {
                    (ask.once())
                    (child_choice(ask, &desk.children, "c-child"))
                    label for="what" { (ask.t("venues.concern.what")) }
                    textarea id="what" name="what" maxlength="1000" rows="4" required {}
                    button type="submit" class="btn" { (ask.t("venues.concern.add.yes")) }
                }
            }
            ul class="list" {
                li { a href=(ask.href(&format!("{base}/children"))) { (ask.t("venues.children.title")) } }
                @if desk.lead { li { a href=(ask.href(&format!("{base}/blocks"))) { (ask.t("venues.blocks.title")) } } }
            }
        }
    };
    Page::new(Surface::Desk, title, body)
        .class("page")
        .live(format!("/sse{base}"), "child_dropped child_handed_over child_late pickup_changed block_changed")
        .render(ask)
}

/// Which child, by name.
pub(super) fn child_choice(ask: &Ask, children: &[Child], id: &'static str) -> Markup {
    html! {
        label for=(id) { (ask.t("venues.children.child")) }
        select id=(id) name="child" {
            option value="" { (ask.t("venues.children.choose")) }
            @for c in children { option value=(c.id) { (c.name) " · " (c.birth_year) } }
        }
    }
}

fn allergy(ask: &Ask, child: &Child) -> Markup {
    html! { @if !child.allergies.is_empty() { p { (icon("warn")) " " b { (ask.tf("venues.handover.allergy", &[("list", &child.allergies)])) } } } }
}

fn in_care(ask: &Ask, row: &Row) -> Markup {
    let stay = &row.stay;
    let red = matches!(stay.state, State::Late | State::Escalated) || stay.over_at.is_some();
    let to = |what: &str| format!("/stays/{}/{what}", stay.id);
    let field = |name: &str| format!("{name}-{}", stay.id);
    html! {
        section class={ "card stack" @if red { " notice alr" } } aria-label=(row.child.name) {
            p { b { (row.child.name) } " · " (stay.label) " " (span(ask, stay.from, stay.to)) " · " b { (ask.b(&stay.state.name())) } }
            @if let (Some(at), Some(by)) = (stay.dropped_at, &stay.dropped_by) { p { (ask.tf("venues.pickup.dropped", &[("t", &ask.hhmm(at)), ("who", by)])) } }
            (allergy(ask, &row.child))
            @if stay.locked_at.is_some() { p { (icon("warn")) " " b { (ask.t("venues.handover.locked")) } } }
            @if row.list.is_empty() { p { b { (ask.t("venues.pickup.nobody_today")) } } }
            @if row.list.iter().any(|(_, barred)| *barred) { p { (icon("warn")) " " b { (ask.t("venues.handover.stop")) } } }
            @if stay.state == State::InCare || red { (ask.button(&to("call"), ask.t("venues.handover.call"), "btn", &[])) }
            details {
                summary { (ask.t("venues.handover.give")) }
                form method="post" action=(ask.href(&to("handover"))) class="stack" data-id=(field("give")) {
                    (ask.once())
                    fieldset class="field" {
                        legend { (ask.t("venues.handover.who")) }
                        @for (a, barred) in &row.list {
                            label class="choice" { input type="radio" name="to" value=(a.id); " " span {
                                (who(ask, &a.name, &a.tail)) @if *barred { span class="hint" { (ask.t("venues.handover.stop")) } }
                            } }
                        }
                        label for=(field("name")) { (ask.t("venues.handover.other")) }
                        input id=(field("name")) name="name" maxlength="40" autocomplete="off";
                    }
                    label for=(field("code")) { (ask.t("venues.handover.code")) }
                    input id=(field("code")) name="code" inputmode="numeric" maxlength="7" autocomplete="off";
                    p class="btns" {
                        button type="submit" class="btn ok" name="means" value="code" { (ask.t("venues.handover.by_code")) }
                        button type="submit" class="btn" name="means" value="card" { (ask.t("venues.handover.by_card")) }
                    }
                }
            }
            details {
                summary { (ask.t("venues.handover.else")) }
                @if row.child.may_leave_alone(ask.district.time.day(ask.now)) { (ask.button(&to("alone"), ask.t("venues.handover.alone"), "btn", &[])) }
                @else { p class="small" { (ask.t("pickup.alone")) } }
                form method="post" action=(ask.href(&to("to-authority"))) class="stack" data-id=(field("authority")) {
                    (ask.once())
                    label for=(field("to")) { (ask.t("venues.handover.authority")) }
                    input id=(field("to")) name="to" maxlength="200" required autocomplete="off";
                    button type="submit" class="btn bad" { (ask.t("venues.handover.authority.yes")) }
                }
            }
        }
    }
}

fn expected(ask: &Ask, row: &Row) -> Markup {
    let stay = &row.stay;
    let field = |name: &str| format!("{name}-{}", stay.id);
    html! {
        section class="card stack" aria-label=(row.child.name) {
            p { b { (row.child.name) } " · " (stay.label) " " (span(ask, stay.from, stay.to)) }
            (allergy(ask, &row.child))
            form method="post" action=(ask.href(&format!("/stays/{}/drop", stay.id))) class="stack" data-id=(field("drop")) {
                (ask.once())
                label for=(field("by")) { (ask.t("venues.handover.brought_by")) }
                input id=(field("by")) name="by" maxlength="40" required autocomplete="off";
                @if !row.child.allergies.is_empty() {
                    label class="choice" { input type="checkbox" name="ack" value="1"; " " span { (ask.tf("venues.handover.ack", &[("list", &row.child.allergies)])) } }
                }
                button type="submit" class="btn ok" { (ask.t("venues.handover.drop")) }
            }
            details {
                summary { (ask.t("venues.handover.absent")) }
                form method="post" action=(ask.href(&format!("/stays/{}/absent", stay.id))) class="stack" data-id=(field("absent")) {
                    (ask.once())
                    label for=(field("why")) { (ask.t("venues.handover.absent.why")) }
                    input id=(field("why")) name="why" maxlength="120" autocomplete="off";
                    button type="submit" class="btn" { (ask.t("venues.handover.absent.yes")) }
                }
            }
        }
    }
}

/// A write of the desk. What is refused is said on the desk itself; a wrong code is written down and said.
async fn change<F>(app: App, duty: Duty<VenuesClass>, once: Once, run: F) -> Reply
where
    F: Fn(&mut Tx, &Acts) -> Result<Option<Refusal>, No> + Send + 'static,
{
    let (acts, centre) = (Acts::of(&app, &duty), duty.centre());
    let (said, asked) = (Arc::new(Mutex::new(None)), duty.ask.clone());
    let kept = Arc::clone(&said);
    let id = duty.object.id.clone();
    let answer = app
        .write(&duty, once, duty.ask.route.action, move |tx| {
            let keep = |r: &Refusal| {
                if let Ok(mut kept) = kept.lock() {
                    *kept = Some(r.clone());
                }
            };
            let done = run(tx, &acts).inspect_err(|no| {
                if let No::Refused(r) = no {
                    keep(r);
                }
            })?;
            let Some(refusal) = done else {
                return Ok(Answer::of(&acts.ask, 200, &json!({ "id": id }), format!("/d/handover/{centre}")));
            };
            keep(&refusal);
            // Not a refusal of the store's: what was written stays written.
            let problem = web::problem(&No::Refused(refusal), &acts.ask.trace);
            Ok(Answer::text("application/problem+json", problem.body).status(problem.status))
        })
        .await?;
    let refused = said.lock().ok().and_then(|mut s| s.take());
    let Some(refusal) = refused.filter(|_| !asked.json() && answer.code() >= 400) else { return Ok(answer) };
    let (ask, lead) = (asked.clone(), duty.may("venues.block", centre));
    let desk = app.read(move |tx| Desk::read(tx, &ask, centre, lead)).await?;
    Ok(Answer::html(&render(&asked, &desk, Some(&refusal))).status(answer.code()))
}

/// Who comes when: a child of this house, or any child by its pass's code.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectBody {
    #[serde(default)]
    child: String,
    #[serde(default)]
    code8: String,
    label: String,
    from: String,
    to: String,
    /// The session of a course, when it is one.
    #[serde(default)]
    session: Option<String>,
}
/// A child registered here, as chosen.
pub(super) fn child_here(tx: &mut Tx, centre: CentreId, chosen: &str) -> Result<Child, No> {
    let id: PersonId = chosen.parse().map_err(|_| Refusal::invalid("pickup.no_child").at("child"))?;
    Ok(rows::child::one(tx, id)?.filter(|c| c.centre == centre).ok_or_else(|| Refusal::invalid("pickup.no_child").at("child"))?)
}

pub(super) async fn expect(app: App, duty: Duty<VenuesClass>, once: Once, Dice(dice): Dice, Body(body): Body<ExpectBody>) -> Reply {
    let centre = duty.centre();
    change(app, duty, once, move |tx, acts| {
        let child = if body.code8.trim().is_empty() { child_here(tx, centre, &body.child)? } else { api::open_code(tx, &body.code8)? };
        let today = acts.ask.district.time.day(acts.ask.now);
        let new = api::NewStay {
            label: body.label.clone(),
            from: clock(&acts.ask, today, &body.from, "from")?,
            to: clock(&acts.ask, today, &body.to, "to")?,
            session: body.session.clone().filter(|s| !s.is_empty() && s.len() <= 64),
        };
        api::expect(tx, centre, child.id, &new, &acts.at(), &mut Ids::new(dice)).map(|_| None)
    })
    .await
}

pub(super) async fn close(app: App, duty: Duty<VenuesClass>, once: Once) -> Reply {
    let centre = duty.centre();
    change(app, duty, once, move |tx, acts| api::close_day(tx, centre, &acts.at()).map(|()| None)).await
}

/// What worries.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct WorryBody {
    child: String,
    what: String,
}
pub(super) async fn worry(app: App, duty: Duty<VenuesClass>, once: Once, Dice(dice): Dice, Body(body): Body<WorryBody>) -> Reply {
    let centre = duty.centre();
    change(app, duty, once, move |tx, acts| {
        let child = child_here(tx, centre, &body.child)?;
        api::worry(tx, centre, child.id, &body.what, &acts.at(), &mut Ids::new(dice)).map(|_| None)
    })
    .await
}

/// Who brought the child, and whether the allergies shown were acknowledged.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct DropBody {
    by: String,
    #[serde(default)]
    ack: Option<String>,
}
pub(super) async fn drop_off(app: App, duty: Duty<VenuesClass>, once: Once, params: Params, Body(body): Body<DropBody>) -> Reply {
    let id = params.get::<StayId>("stay")?;
    change(app, duty, once, move |tx, acts| api::drop_off(tx, id, &body.by, body.ack.as_deref() == Some("1"), &acts.at()).map(|_| None)).await
}

/// Why the child does not come.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct AbsentBody {
    #[serde(default)]
    why: String,
}
pub(super) async fn absent(app: App, duty: Duty<VenuesClass>, once: Once, params: Params, Body(body): Body<AbsentBody>) -> Reply {
    let id = params.get::<StayId>("stay")?;
    change(app, duty, once, move |tx, acts| api::absent(tx, id, &body.why, &acts.at()).map(|_| None)).await
}

pub(super) async fn call(app: App, duty: Duty<VenuesClass>, once: Once, params: Params) -> Reply {
    let id = params.get::<StayId>("stay")?;
    change(app, duty, once, move |tx, acts| api::call(tx, id, &acts.at()).map(|_| None)).await
}

/// Who stands there, and what they show.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct HandBody {
    #[serde(default)]
    to: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    tail: String,
    #[serde(default)]
    means: String,
    #[serde(default)]
    code: String,
}
pub(super) async fn hand_over(app: App, duty: Duty<VenuesClass>, once: Once, params: Params, Body(body): Body<HandBody>) -> Reply {
    let id = params.get::<StayId>("stay")?;
    change(app, duty, once, move |tx, acts| {
        let authority: Option<AuthorityId> = match body.to.trim() {
            "" => None,
            to => Some(to.parse().map_err(|_| kernel::Missing("authority"))?),
        };
        let means = Means::parse(&body.means).ok_or_else(|| Refusal::invalid("pickup.means").at("means"))?;
        let who = Collector { authority, name: body.name.clone(), tail: body.tail.clone() };
        match api::hand_over(tx, id, &who, means, &body.code, &acts.at())? {
            Done::Handed => Ok(None),
            Done::Wrong(refusal) => Ok(Some(refusal)),
        }
    })
    .await
}

pub(super) async fn alone(app: App, duty: Duty<VenuesClass>, once: Once, params: Params) -> Reply {
    let id = params.get::<StayId>("stay")?;
    change(app, duty, once, move |tx, acts| api::leave_alone(tx, id, &acts.at()).map(|_| None)).await
}

/// Which authority takes the child: names, time.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorityBody {
    to: String,
}
pub(super) async fn to_authority(app: App, duty: Duty<VenuesClass>, once: Once, params: Params, Body(body): Body<AuthorityBody>) -> Reply {
    let id = params.get::<StayId>("stay")?;
    change(app, duty, once, move |tx, acts| api::to_authority(tx, id, &body.to, &acts.at()).map(|_| None)).await
}
