//! Who may not collect a child, and why; and worries. For `venues.block` only.

use kernel::{BlockId, Both, CentreId, ConcernId, No, Refusal};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Once, Page, Params, Reply, Surface, VenuesBlock, choices, field, html, notice};

use super::{
    Acts, centre_name,
    desk::{child_choice, child_here},
    who,
};
use crate::pickup::{
    api,
    child::{Child, ConcernState, Reason},
    handover::Collector,
    rows::{
        self,
        block::{Concern, Full, Why},
    },
};

/// Everything of the page.
pub(super) struct Blocks {
    pub centre: CentreId,
    pub name: Both,
    pub all: Vec<Full>,
    pub concerns: Vec<(Concern, String)>,
    pub children: Vec<Child>,
    /// The account that reads.
    pub reader: String,
}
impl Blocks {
    fn read(tx: &mut Tx, centre: CentreId, reader: String) -> Result<Self, No> {
        let (all, concerns) = (rows::block::full(tx, centre)?, rows::block::concerns(tx, centre)?);
        Ok(Self { centre, name: centre_name(tx, centre)?, all, concerns, children: rows::child::of_centre(tx, centre)?, reader })
    }
}

pub(super) async fn page(app: App, duty: Duty<VenuesBlock>) -> Reply {
    let (centre, reader) = (duty.centre(), duty.actor().to_string());
    let view = app.read(move |tx| Blocks::read(tx, centre, reader)).await?;
    let ask = &duty.ask;
    if ask.json() {
        let block = |f: &Full| json!({ "block": f.block.id, "child": f.child, "name": f.block.name, "tail": f.block.tail, "reason": f.why.reason.code(), "evidence": f.why.evidence, "ended": f.block.ended_at.is_some() });
        let concern = |(c, name): &(Concern, String)| json!({ "concern": c.id, "child": name, "what": c.what, "state": c.state.code() });
        let body = json!({ "centre": centre, "blocks": view.all.iter().map(block).collect::<Vec<_>>(), "concerns": view.concerns.iter().map(concern).collect::<Vec<_>>() });
        return Ok(Answer::json(200, &body));
    }
    Ok(Answer::html(&render(ask, &view)))
}

pub(super) fn render(ask: &Ask, view: &Blocks) -> Markup {
    let title = ask.t("venues.blocks.title");
    let reasons: Vec<(String, String)> = Reason::ALL.iter().map(|r| (r.code().to_owned(), ask.b(&r.name()).to_owned())).collect();
    let (stand, over): (Vec<&Full>, Vec<&Full>) = view.all.iter().partition(|f| f.block.stands(ask.now));
    let body = html! {
        (web::masthead(ask, ask.b(&view.name), &html! { (title) }))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            p { a href=(ask.href(&format!("/d/handover/{}", view.centre))) { (ask.t("venues.handover.title")) } }
            (notice("wrn", ask.t("venues.blocks.secret"), ""))
            @if stand.is_empty() { p { (ask.t("venues.blocks.none")) } }
            @for f in stand { (block(ask, f, view)) }
            details class="card" {
                summary { (ask.t("venues.blocks.set")) }
                form method="post" action=(ask.href(&format!("/d/handover/{}/blocks", view.centre))) {
                    (ask.once())
                    (child_choice(ask, &view.children, "b-child"))
                    (field("name", ask.t("venues.blocks.name"), "", "text", "", &[]))
                    (field("tail", ask.t("venues.pickup.tail"), ask.t("venues.blocks.tail.hint"), "text", "", &[]))
                    (choices("reason", ask.t("venues.blocks.reason"), &reasons, ""))
                    (field("evidence", ask.t("venues.blocks.evidence"), ask.t("venues.blocks.evidence.hint"), "text", "", &[]))
                    (field("note", ask.t("venues.blocks.note"), "", "text", "", &[]))
                    (field("until", ask.t("venues.blocks.until"), "", "date", "", &[]))
                    button type="submit" class="btn bad" { (ask.t("venues.blocks.set.yes")) }
                }
            }
            @if !over.is_empty() {
                h2 { (ask.t("venues.blocks.over")) }
                ul class="list" { @for f in over { li { (f.child) " · " (who(ask, &f.block.name, &f.block.tail)) @if let Some(why) = &f.end_reason { " · " (why) } } } }
            }
            h2 { (ask.t("venues.concern.title")) }
            @if view.concerns.is_empty() { p { (ask.t("venues.concern.none")) } }
            @for (c, name) in &view.concerns { (concern(ask, c, name)) }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}

fn block(ask: &Ask, f: &Full, view: &Blocks) -> Markup {
    let id = format!("why-{}", f.block.id);
    html! {
        section class="card stack" aria-label=(f.child) {
            p { b { (f.child) } " · " b { (who(ask, &f.block.name, &f.block.tail)) } }
            p { (ask.b(&f.why.reason.name())) " · " (f.why.evidence) @if !f.why.note.is_empty() { " · " (f.why.note) } }
            @if let Some(until) = f.block.until { p { (ask.tf("venues.blocks.until_day", &[("day", &ask.day(ask.district.time.day(until.plus_s(-1))))])) } }
            @if f.block.set_by == view.reader { p class="small" { (ask.t("pickup.second")) } } @else {
                form method="post" action=(ask.href(&format!("/blocks/{}/end", f.block.id))) class="stack" {
                    (ask.once())
                    label for=(id) { (ask.t("venues.blocks.end.why")) }
                    input id=(id) name="why" maxlength="200" required;
                    button type="submit" class="btn" { (ask.t("venues.blocks.end")) }
                }
            }
        }
    }
}

fn concern(ask: &Ask, c: &Concern, name: &str) -> Markup {
    let id = |what: &str| format!("{what}-{}", c.id);
    html! {
        section class="card stack" aria-label=(name) {
            p { b { (name) } " · " (ask.day(ask.district.time.day(c.at))) " " (ask.hhmm(c.at)) " · " b { (ask.b(&c.state.name())) } }
            p { (c.what) }
            @if let (Some(authority), Some(no)) = (&c.authority, &c.report_no) { p { (ask.tf("venues.concern.reported", &[("to", authority), ("no", no)])) } }
            @if let Some(outcome) = &c.outcome { p { (outcome) } }
            @match c.state {
                ConcernState::Open => form method="post" action=(ask.href(&format!("/concerns/{}/report", c.id))) class="stack" {
                    (ask.once())
                    label for=(id("authority")) { (ask.t("venues.concern.authority")) }
                    input id=(id("authority")) name="authority" maxlength="80" required;
                    label for=(id("number")) { (ask.t("venues.concern.number")) }
                    input id=(id("number")) name="number" maxlength="80" required;
                    button type="submit" class="btn" { (ask.t("venues.concern.report")) }
                },
                ConcernState::Reported => form method="post" action=(ask.href(&format!("/concerns/{}/close", c.id))) class="stack" {
                    (ask.once())
                    label for=(id("outcome")) { (ask.t("venues.concern.outcome")) }
                    input id=(id("outcome")) name="outcome" maxlength="400" required;
                    button type="submit" class="btn" { (ask.t("venues.concern.close")) }
                },
                ConcernState::Closed => {},
            }
        }
    }
}

/// Who may not collect whom, and why.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct BlockBody {
    child: String,
    name: String,
    #[serde(default)]
    tail: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    note: String,
    /// Last day on which it stands.
    #[serde(default)]
    until: String,
}
pub(super) async fn set(app: App, duty: Duty<VenuesBlock>, once: Once, Dice(dice): Dice, Body(body): Body<BlockBody>) -> Reply {
    let (acts, centre) = (Acts::of(&app, &duty), duty.centre());
    app.write(&duty, once, duty.ask.route.action, move |tx| {
        let child = child_here(tx, centre, &body.child)?;
        let reason = Reason::parse(&body.reason).ok_or_else(|| Refusal::invalid("pickup.evidence").at("reason"))?;
        let why = Why { reason, evidence: body.evidence.trim().to_owned(), note: body.note.trim().to_owned() };
        let until = super::day(&body.until, "until")?.map(|d| acts.ask.district.time.moment(d.plus(1), 0));
        let who = Collector { authority: None, name: body.name.clone(), tail: body.tail.clone() };
        let id = api::block(tx, child.id, &who, &why, until, &acts.at(), &mut Ids::new(dice))?;
        Ok(Answer::of(&acts.ask, 201, &json!({ "block": id }), format!("/d/handover/{centre}/blocks")))
    })
    .await
}

/// Why it ends.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct EndBody {
    why: String,
}
pub(super) async fn end(app: App, duty: Duty<VenuesBlock>, once: Once, params: Params, Body(body): Body<EndBody>) -> Reply {
    let (acts, centre, id) = (Acts::of(&app, &duty), duty.centre(), params.get::<BlockId>("block")?);
    app.write(&duty, once, duty.ask.route.action, move |tx| {
        api::end_block(tx, id, &body.why, &acts.at())?;
        Ok(Answer::of(&acts.ask, 200, &json!({ "block": id }), format!("/d/handover/{centre}/blocks")))
    })
    .await
}

async fn worry_on(app: App, duty: Duty<VenuesBlock>, once: Once, id: ConcernId, to: ConcernState, said: (String, String)) -> Reply {
    let (acts, centre) = (Acts::of(&app, &duty), duty.centre());
    app.write(&duty, once, duty.ask.route.action, move |tx| {
        api::worry_on(tx, id, to, (&said.0, &said.1), &acts.at())?;
        Ok(Answer::of(&acts.ask, 200, &json!({ "concern": id }), format!("/d/handover/{centre}/blocks")))
    })
    .await
}

/// To whom it was reported.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ReportBody {
    authority: String,
    number: String,
}
pub(super) async fn report(app: App, duty: Duty<VenuesBlock>, once: Once, params: Params, Body(body): Body<ReportBody>) -> Reply {
    let id = params.get::<ConcernId>("concern")?;
    worry_on(app, duty, once, id, ConcernState::Reported, (body.authority, body.number)).await
}

/// How it ended.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct CloseBody {
    outcome: String,
}
pub(super) async fn close(app: App, duty: Duty<VenuesBlock>, once: Once, params: Params, Body(body): Body<CloseBody>) -> Reply {
    let id = params.get::<ConcernId>("concern")?;
    worry_on(app, duty, once, id, ConcernState::Closed, (body.outcome, String::new())).await
}
