//! D14: today's bookings of a centre, who is here, and booking for who has no phone.

use std::sync::{Arc, Mutex};

use kernel::{Both, CentreId, ClaimId, Minutes, No, Refusal, ResourceId};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{
    Answer, App, Arrival, Ask, Body, Booked, CapacityDesk, Dice, Duty, FieldFault, Markup, Once, Page, Params, QueueRun, Reply, Surface, axum::extract::Query,
    error_summary, field, html, notice, skip,
};

use super::{
    book::{Maker, TakeBody},
    centre_name, moment, person, span,
};
use crate::{
    Channel, Claim, Resource, State,
    api::{self, How},
    missed::{self, Missed},
    rows,
    rows::pass::Pass,
};

/// One booking of today.
pub(super) struct Today {
    pub claim: Claim,
    pub name: Both,
    pub label: String,
    /// Opens its page.
    pub code: String,
}
impl Today {
    fn read(tx: &mut Tx, claim: Claim) -> Result<Self, No> {
        let asked = rows::claim::lines(tx, claim.id)?.first().map(|l| l.asked);
        let name = match asked {
            Some(id) => rows::resource::one(tx, id)?.map(|r| r.name).unwrap_or_default(),
            None => Both::default(),
        };
        let pass = rows::pass::of_claim(tx, claim.id)?;
        let (label, code) = pass.map(|p| (p.label, p.code)).unwrap_or_default();
        Ok(Self { claim, name, label, code })
    }
}
/// Bookings of the next two weeks that are listed [A].
const LATER: usize = 100;

/// Everything of the desk.
pub(super) struct Desk {
    pub centre: CentreId,
    pub name: Both,
    pub today: Vec<Today>,
    /// Of the next two weeks.
    pub later: Vec<Today>,
    /// Who was checked in just now: what for, and what their slice says.
    pub came: Option<(Both, Vec<Markup>)>,
    /// Wait for an answer.
    pub requests: Vec<Today>,
    /// What was turned away in the last seven days: kind, why, how often.
    pub refused: Vec<(String, String, i64)>,
    /// Who did not come in the last four weeks.
    pub missed: Missed,
    pub resources: Vec<Resource>,
}
impl Desk {
    fn read(tx: &mut Tx, ask: &Ask, centre: CentreId) -> Result<Self, No> {
        let (zone, day) = (&ask.district.time, ask.district.time.day(ask.now));
        let (from, to): (Minutes, Minutes) = (zone.moment(day, 0).minute(), zone.moment(day.plus(1), 0).minute());
        let today = rows::claim::of_centre(tx, centre, from, to)?.into_iter().map(|c| Today::read(tx, c)).collect::<Result<_, _>>()?;
        let later = rows::claim::of_centre(tx, centre, to, to + 14 * 1_440)?;
        let later = later.into_iter().filter(|c| c.start >= to && c.holder.is_some()).take(LATER).map(|c| Today::read(tx, c)).collect::<Result<_, _>>()?;
        let requests = rows::claim::requested(tx, centre)?.into_iter().map(|c| Today::read(tx, c)).collect::<Result<_, _>>()?;
        let refused = rows::claim::refusals(tx, centre, &day.plus(-7).to_string())?;
        let missed = missed::count(&rows::claim::came(tx, centre, from - 28 * 1_440, ask.now.minute())?);
        let resources = rows::resource::of_centre(tx, centre)?.into_iter().filter(|r| r.closed.is_none()).collect();
        Ok(Self { centre, name: centre_name(tx, centre)?, later, came: None, today, requests, refused, missed, resources })
    }
}

/// Who was checked in just now.
#[derive(Deserialize, Clone, Debug, Default)]
pub(super) struct Came {
    came: Option<ClaimId>,
}

pub(super) async fn page(app: App, desk: Duty<CapacityDesk>, Query(q): Query<Came>) -> Reply {
    let (ask, centre, slices) = (desk.ask.clone(), desk.centre(), app.0.slices);
    let view = app
        .read(move |tx| {
            let mut view = Desk::read(tx, &ask, centre)?;
            if let Some(t) = q.came.and_then(|id| view.today.iter().find(|t| t.claim.id == id)) {
                let booked = Booked { claim: t.claim.id, centre, purpose: &t.claim.purpose, subject: &t.claim.subject };
                let mut panels = Vec::new();
                for hook in slices.iter().filter_map(|s| s.booked) {
                    panels.extend(hook(tx, &ask, &booked)?);
                }
                view.came = Some((t.name.clone(), panels));
            }
            Ok(view)
        })
        .await?;
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
            @if ask.duties.contains(&"queue.help") { p { a href=(ask.href(&format!("/d/guide/{}", desk.centre))) { (ask.t("capacity.desk.guide")) } } }
            h1 { (title) }
            @if let Some((name, panels)) = &desk.came { (notice("ok", &ask.tf("capacity.desk.came", &[("what", ask.b(name))]), "")) @for panel in panels { (panel) } }
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
                            td data-l=(ask.t("capacity.state")) { (ask.b(&t.claim.state.name())) @if !t.code.is_empty() { " " (open(ask, desk.centre, t)) } }
                        } } }
                    } }
                }
            }
            @if !desk.later.is_empty() {
                details class="card" {
                    summary { (ask.tf("capacity.desk.later", &[("n", &desk.later.len().to_string())])) }
                    ul class="list" { @for t in &desk.later { li { (super::book::when_words(ask, t.claim.start)) " · " (ask.b(&t.name)) @if !t.label.is_empty() { " · " (t.label) } " " (open(ask, desk.centre, t)) } } }
                }
            }
            @if !desk.requests.is_empty() {
                h2 { (ask.t("capacity.desk.requests")) }
                @for t in &desk.requests { (request(ask, t)) }
            }
            @if !desk.refused.is_empty() {
                h2 { (ask.t("capacity.desk.refused")) }
                ul class="list" { @for (kind, code, n) in &desk.refused { li { (super::book::kind_word(ask, kind)) " · " (ask.t(&format!("capacity.why.{code}"))) " · " b { (n) } } } }
                p class="small" { (ask.t("capacity.desk.refused.more")) }
            }
            (missed_table(ask, &desk.missed))
            h2 { (ask.t("capacity.desk.book")) }
            ul class="list" { @for r in &desk.resources { li { a href=(ask.href(&super::book::door(r))) { (ask.b(&r.name)) } } } }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}

/// The way to a booking's page: to print it again, move it, give it up.
fn open(ask: &Ask, centre: CentreId, t: &Today) -> Markup {
    html! { a href=(ask.href(&format!("/b/{centre}-{}", t.code))) { (ask.t("capacity.desk.open")) span class="sr" { " " (ask.b(&t.name)) " " (t.label) } } }
}

/// How many did not come, by how long before it was booked.
fn missed_table(ask: &Ask, missed: &Missed) -> Markup {
    if missed.is_empty() {
        return html! {};
    }
    let leads = ["capacity.missed.same", "capacity.missed.three", "capacity.missed.week", "capacity.missed.later"];
    let cell = |(all, none): (i64, i64)| {
        if all == 0 { "–".to_owned() } else { ask.tf("capacity.missed.of", &[("n", &none.to_string()), ("all", &all.to_string())]) }
    };
    html! {
        h2 { (ask.t("capacity.missed")) }
        section class="card" { table class="table cards" {
            thead { tr { th scope="col" { (ask.t("capacity.what")) } @for lead in leads { th scope="col" { (ask.t(lead)) } } } }
            tbody { @for (kind, of) in missed { tr {
                th scope="row" { (super::book::kind_word(ask, kind)) }
                @for (lead, n) in leads.iter().zip(of) { td data-l=(ask.t(lead)) { (cell(*n)) } }
            } } }
        } }
    }
}

/// A request with who may answer it; whoever made it may not.
fn request(ask: &Ask, t: &Today) -> Markup {
    let until = t.claim.expires.map(|e| ask.b(&crate::moment_words(moment(ask), e.minute())).to_owned()).unwrap_or_default();
    let day = ask.day(ask.district.time.day(kernel::Instant::from_minute(t.claim.start)));
    html! {
        section class="card stack" aria-label=(ask.b(&t.name)) {
            p { b { (ask.b(&t.name)) } " · " (day) " " (span(ask, t.claim.start, t.claim.end)) @if !t.label.is_empty() { " · " (t.label) } }
            p class="small" { (ask.tf("capacity.desk.until", &[("t", &until)])) }
            @if ask.duties.contains(&"queue.run") {
                (ask.button(&format!("/bookings/{}/approve", t.claim.id), ask.t("capacity.desk.approve"), "btn pri", &[]))
                form method="post" action=(ask.href(&format!("/bookings/{}/reject", t.claim.id))) {
                    (ask.once())
                    label for=(format!("why-{}", t.claim.id)) { (ask.t("capacity.desk.why")) }
                    input id=(format!("why-{}", t.claim.id)) name="why" maxlength="200" required;
                    button type="submit" class="btn" { (ask.t("capacity.desk.reject")) }
                }
            }
        }
    }
}

/// What is typed or scanned.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeBody {
    code: String,
}

/// Somebody is here with a code. What is wrong with it is said in the form.
pub(super) async fn here(app: App, desk: Duty<CapacityDesk>, once: Once, Dice(dice): Dice, Body(body): Body<CodeBody>) -> Reply {
    let (ask, centre, slices) = (desk.ask.clone(), desk.centre(), app.0.slices);
    let arrival = Arrival { centre, code: web::token::read_code(&body.code), slices, by: desk.actor(), device: None, staff: true, dice };
    let (said, noted) = (Arc::new(Mutex::new(None)), desk.ask.clone());
    let kept = Arc::clone(&said);
    let answer = app
        .write(&desk, once, ask.route.action, move |tx| {
            let run = |tx: &mut Tx| {
                let arrived = web::arrive(tx, &noted, &arrival)?;
                Ok::<_, No>(arrived.ok_or_else(|| Refusal::invalid("booking.code").at("code"))?)
            };
            let done = run(tx).inspect_err(|no| {
                if let (No::Refused(r), Ok(mut kept)) = (no, kept.lock()) {
                    *kept = Some(r.clone());
                }
            })?;
            let to = format!("/d/bookings/{centre}?came={}", done.claim);
            let number = done.number.as_ref().map(|(_, number)| number);
            Ok(Answer::of(&noted, 200, &json!({ "claim": done.claim, "state": State::CheckedIn.code(), "name": noted.b(&done.name), "number": number, "note": done.note.as_ref().map(|n| noted.b(n)) }), to))
        })
        .await?;
    let refused = said.lock().ok().and_then(|mut s| s.take());
    let Some(refusal) = refused.filter(|_| !ask.json()) else { return Ok(answer) };
    let asked = ask.clone();
    let view = app.read(move |tx| Desk::read(tx, &asked, centre)).await?;
    let fault = FieldFault { field: "code", text: ask.words.refusal(ask.lang, &refusal) };
    Ok(Answer::html(&render(&ask, &view, &body.code, &[fault])).status(answer.code()))
}

/// Why a request is not granted.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct WhyBody {
    why: String,
}

pub(super) async fn approve(app: App, run: Duty<QueueRun>, once: Once, params: Params) -> Reply {
    let (ask, by, id) = (run.ask.clone(), run.actor().to_string(), params.get::<ClaimId>("claim")?);
    app.write(&run, once, ask.route.action, move |tx| {
        let done = api::approve(tx, id, &by, moment(&ask))?;
        Ok(Answer::of(&ask, 200, &json!({ "claim": id, "state": done.state.code() }), format!("/d/bookings/{}", done.centre)))
    })
    .await
}
pub(super) async fn reject(app: App, run: Duty<QueueRun>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<WhyBody>) -> Reply {
    let (ask, by, id) = (run.ask.clone(), run.actor().to_string(), params.get::<ClaimId>("claim")?);
    app.write(&run, once, ask.route.action, move |tx| {
        let why = body.why.trim();
        if why.is_empty() || why.chars().count() > 200 {
            return Err(Refusal::invalid("reject.why").at("why").into());
        }
        let done = api::reject(tx, id, &by, why, moment(&ask), &mut Ids::new(dice))?;
        Ok(Answer::of(&ask, 200, &json!({ "claim": id, "state": done.state.code() }), format!("/d/bookings/{}", done.centre)))
    })
    .await
}

/// Books for somebody without a phone: at once, from the places kept for people who come; the page with the code is printed.
pub(super) async fn book(app: App, desk: Duty<CapacityDesk>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    made(app, desk, once, params, dice, body, |tx, wish, _, m, dice| api::take(tx, wish, How::Book, m, dice)).await
}
/// The same where nothing is left: the cap is raised for this one booking, with a reason, and goes back when it ends.
pub(super) async fn over(app: App, run: Duty<QueueRun>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    made(app, run, once, params, dice, body, |tx, wish, why, m, dice| api::override_take(tx, wish, why, None, m, dice)).await
}

async fn made<D>(
    app: App,
    desk: Duty<D>,
    once: Once,
    params: Params,
    dice: [u8; 32],
    body: TakeBody,
    take: fn(&mut Tx, &crate::Wish, &str, crate::Moment, &mut Ids) -> Result<Claim, No>,
) -> Reply {
    let (ask, centre, id, slices) = (desk.ask.clone(), desk.centre(), params.get::<ResourceId>("resource")?, app.0.slices);
    let token = once.secret(&app);
    let hash = web::token::hash(&token);
    let maker = Maker { holder: person(&app, &token, body.label()), name: desk.actor().to_string(), channel: Channel::Counter };
    let answer = app
        .write(&desk, once, ask.route.action, move |tx| {
            let (m, dice) = (moment(&ask), &mut Ids::new(dice));
            rows::resource::one(tx, id)?.filter(|r| r.centre == centre).ok_or(kernel::Missing("resource"))?;
            let (_, wish) = body.wish(tx, slices, id, &maker, None)?;
            let claim = take(tx, &wish, &body.why, m, dice)?;
            let pass = Pass { code: String::new(), centre, claim: Some(claim.id), wait: None, label: body.label().to_owned() };
            let pass = api::issue_pass(tx, hash, pass, m, dice)?;
            Ok(Answer::of(&ask, 201, &json!({ "token": store::SECRET, "code": pass.code, "claim": claim.id }), format!("/b/{}", store::SECRET)))
        })
        .await?;
    Ok(answer.fill(&token))
}
