//! The guide's tablet (引导台, D8): who asks for help, a number for somebody, who has come with a number from home, who has waited long.

use kernel::{Both, CentreId, Id, Instant, LineId, No, Refusal, ServiceDay, VisitId, of};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use web::{
    Answer, App, Arrival, Arrived, Ask, Body, Dice, Duty, Markup, Now, Once, Owns, Page, QueueHelp, QueueTake, Rate, Refuse, Reply, Route, Surface,
    axum::{extract::Query, response::Response},
    centre_in_path, html, icon, live, route,
};

use super::{
    desk::BackBody,
    desk_view::take_up,
    manager::queues,
    object,
    shared::{by_code, door_code, range_short},
    shell::{Links, Nothing, Place, age, head, refused},
};
use crate::{
    BOOKED, Class, Limits, Number, State, Ticket, Visit,
    api::{self, GuideView, VisitNow},
    rows::{self, help::HelpCall},
};

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/d/guide", QueueHelp, own, "queue.guide.own"),
    route!(GET "/d/guide/{centre}", QueueHelp, guide, "queue.guide").own(Owns::SameCentre, centre_in_path),
    route!(GET "/sse/guide/{centre}", QueueHelp, stream, "queue.guide.stream").own(Owns::SameCentre, centre_in_path).rate(Rate::Stream),
    route!(POST "/help/{help}/answer", QueueHelp, answer, "queue.help.answer").own(Owns::SameCentre, object::help),
    route!(POST "/visits/{visit}/arrived", QueueTake, arrived, "queue.visit.arrived").own(Owns::SameCentre, object::visit),
    route!(POST "/centres/{centre}/arrived", QueueTake, arrived_typed, "queue.visit.arrived.typed").own(Owns::SameCentre, centre_in_path),
];

/// Everything of the page.
pub(crate) struct Guide {
    pub centre: CentreId,
    pub name: Both,
    pub view: GuideView,
    /// Numbers taken at home whose holders have not come: visit, number, name of the first line.
    pub away: Vec<(VisitId, Number, LineId)>,
    pub classes: Vec<Class>,
    pub limits: Limits,
    /// The code at the door today, where the reader may check people in.
    pub door: Option<String>,
    /// The number that was just given.
    pub done: Option<VisitNow>,
    /// Whose holder has just come.
    pub came: Option<VisitNow>,
    pub now: Instant,
}

fn read(tx: &mut Tx, centre: CentreId, done: Option<[u8; 32]>, now: Instant) -> Result<Guide, No> {
    let name = places::api::centre(tx, centre)?.name;
    let view = api::guide_view(tx, centre, now)?;
    let mut away: Vec<(VisitId, Number, LineId)> = Vec::new();
    for l in view.lines.iter().filter(|l| l.away > 0) {
        for t in rows::ticket::away(tx, l.line.id)? {
            if !away.iter().any(|(v, ..)| *v == t.visit) {
                away.push((t.visit, t.number, t.line));
            }
        }
    }
    away.sort_by(|a, b| a.1.cmp(&b.1));
    let done = match done.map(|hash| api::visit_by_token_hash(tx, hash, now)) {
        Some(Ok(visit)) => Some(visit).filter(|v| v.visit.centre == centre),
        Some(Err(No::Refused(_))) | None => None,
        Some(Err(other)) => return Err(other),
    };
    Ok(Guide {
        centre,
        name,
        view,
        away,
        classes: api::classes(tx)?.into_iter().filter(|c| c.code != BOOKED).collect(),
        limits: api::limits(tx, centre, now)?,
        door: None,
        done,
        came: None,
        now,
    })
}

/// Which number was given.
#[derive(Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    done: Option<String>,
    /// Who has come.
    #[serde(default)]
    came: Option<String>,
}

/// The guide's own centre: where a form comes back to that knows no centre.
pub(crate) async fn own(app: App, guide: Duty<QueueHelp>, Query(q): Query<Done>) -> Reply {
    let Some(signed) = &guide.signed else { return Ok(Answer::see("/k")) };
    let (hash, token) = (q.done.as_deref().map(web::token::hash), q.done.clone().unwrap_or_default());
    let given = match hash {
        Some(hash) => app.read(move |tx| Ok(rows::visit::by_token(tx, hash)?)).await?.map(|v: Visit| v.centre),
        None => None,
    };
    let scope = signed.scope("queue.help");
    let centre = match given.or_else(|| scope.iter().find(|c| **c != CentreId::DISTRICT).copied()) {
        Some(centre) => centre,
        None => app.read(|tx| Ok(places::api::centres(tx)?.into_iter().find(|c| c.status == places::Status::Open))).await?.ok_or(kernel::Missing("centre"))?.id,
    };
    Ok(Answer::see(if given.is_some() { super::shared::link(&format!("/d/guide/{centre}"), &[("done", &token)]) } else { format!("/d/guide/{centre}") }))
}

/// The guide's page. A kiosk holds the same duty to ask for help; it sees nothing here (P2).
pub(crate) async fn guide(app: App, guide: Duty<QueueHelp>, Now(now): Now, Query(q): Query<Done>) -> Reply {
    if guide.signed.is_none() {
        return Ok(Answer::see("/k"));
    }
    shown(&app, &guide, &q, None, now).await
}

pub(crate) async fn show<D>(app: &App, duty: &Duty<D>, refusal: Option<(u16, String)>, now: Instant) -> Reply {
    shown(app, duty, &Done { done: None, came: None }, refusal, now).await
}
async fn shown<D>(app: &App, duty: &Duty<D>, q: &Done, refusal: Option<(u16, String)>, now: Instant) -> Reply {
    let (centre, done) = (duty.centre(), q.done.as_deref());
    let (hash, came) = (done.map(web::token::hash), q.came.as_deref().and_then(|id| id.parse::<VisitId>().ok()));
    let read = app.read(move |tx| {
        let mut seen = read(tx, centre, hash, now)?;
        seen.came = match came.map(|id| api::visit(tx, id, now)) {
            Some(Ok(visit)) => Some(visit).filter(|v| v.visit.centre == centre),
            Some(Err(No::Refused(_))) | None => None,
            Some(Err(other)) => return Err(other),
        };
        Ok(seen)
    });
    let mut seen = read.await?;
    if duty.may("queue.take", centre) {
        seen.door = Some(door_code(&app.0.settings, centre, duty.ask.district.time.service_day(now)));
    }
    if duty.ask.json() {
        return Ok(Answer::json(200, &guide_json(&seen)));
    }
    let (status, text) = refusal.map_or((200, None), |(s, t)| (s, Some(t)));
    let page = page(&duty.ask, &seen, Links::of(duty), done, text.as_deref());
    Ok(Answer::html(&page).status(status))
}

fn help_id(h: &HelpCall) -> String {
    Id::<of::Session>::from_bytes(h.id).to_string()
}
fn minutes(now: Instant, since: Instant) -> i64 {
    now.seconds_since(since) / 60
}
fn guide_json(g: &Guide) -> Value {
    json!({
        "help": g.view.help.iter().map(|h| json!({ "help": help_id(h), "place": h.place, "min": minutes(g.now, h.at) })).collect::<Vec<_>>(),
        "elders": g.view.elders.iter().map(|t| json!({ "ticket": t.id, "number": t.number.to_string(), "min": minutes(g.now, t.base) })).collect::<Vec<_>>(),
        "away": g.away.iter().map(|(v, n, _)| json!({ "visit": v, "number": n.to_string() })).collect::<Vec<_>>(),
    })
}

/// Help calls and who waits long, live.
pub(crate) async fn stream(app: App, guide: Duty<QueueHelp>) -> Result<Response, Refuse> {
    if guide.signed.is_none() {
        return Err(Refuse::status(401, "session.none"));
    }
    live::stream(app, &guide.ask, guide.centre(), vec!["manager".into()], Some((queues, String::new()))).await
}

/// Somebody is on the way. A kiosk may ask for help, it does not answer.
pub(crate) async fn answer(app: App, guide: Duty<QueueHelp>, once: Once, Now(now): Now, Body(_): Body<Nothing>) -> Reply {
    if guide.signed.is_none() {
        return Err(Refuse::status(401, "session.none"));
    }
    let help: Id<of::Session> = guide.object.id.parse().map_err(|_| kernel::Missing("help"))?;
    let (ask, centre, by) = (guide.ask.clone(), guide.centre(), guide.actor());
    let done = app
        .write(&guide, once, "queue.help.answer", move |tx| {
            api::answer_help(tx, centre, help.bytes(), &by, now)?;
            Ok(Answer::of(&ask, 200, &json!({ "help": help, "answered": true }), format!("/d/guide/{centre}")))
        })
        .await?;
    match refused(&guide.ask, &done) {
        Some((status, text, _)) => show(&app, &guide, Some((status, text)), now).await,
        None => Ok(done),
    }
}

fn visit_json(visit: VisitId, tickets: &[Ticket]) -> Value {
    json!({ "visit": visit, "tickets": tickets.iter().map(|t| json!({ "ticket": t.id, "number": t.number.to_string(), "state": t.state.code() })).collect::<Vec<_>>() })
}
/// Where a form of staff comes back to: the page it names, else the guide's, else the hall's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Back {
    Counter,
    Guide,
    Hall,
}
impl Back {
    fn of(duty: &Duty<QueueTake>, at: Option<&str>) -> Self {
        let may = |d| duty.signed.is_some() && duty.may(d, duty.centre());
        match at {
            Some("counter") if may("queue.call") => Self::Counter,
            Some("hall") if may("queue.see") => Self::Hall,
            _ if may("queue.help") => Self::Guide,
            _ => Self::Hall,
        }
    }
    /// With the number that is meant.
    fn to(self, centre: CentreId, visit: VisitId, number: &str) -> String {
        match self {
            Self::Counter => "/d/counter".to_owned(),
            Self::Guide => format!("/d/guide/{centre}?came={visit}"),
            Self::Hall => super::shared::link(&format!("/d/hall/{centre}"), &[("find", number)]),
        }
    }
    /// A refusal is a sentence on the page it came from.
    async fn again(self, app: &App, by: &Duty<QueueTake>, typed: Option<String>, done: Answer, now: Instant) -> Reply {
        // 404 of an unknown number is a sentence on this page, too
        let unknown = if done.code() == 404 && !by.ask.json() { Some((404, by.ask.t("ticket.unknown").to_owned())) } else { None };
        let Some(why) = refused(&by.ask, &done).map(|(s, t, _)| (s, t)).or(unknown).filter(|_| by.signed.is_some()) else { return Ok(done) };
        match self {
            Self::Counter => super::desk_view::again(app, by, done, now).await,
            Self::Guide if by.may("queue.help", by.centre()) => show(app, by, Some(why), now).await,
            Self::Hall if by.may("queue.see", by.centre()) => super::hall::show(app, by, typed, Some(why), now).await,
            Self::Guide | Self::Hall => Ok(done),
        }
    }
}

/// Somebody with a number has come: from home, after a miss, or back with what was missing. One tap.
pub(crate) async fn arrived(app: App, by: Duty<QueueTake>, once: Once, Now(now): Now, Body(b): Body<BackBody>) -> Reply {
    let visit: VisitId = by.object.id.parse().map_err(|_| kernel::Missing("visit"))?;
    let (ask, actor, centre, back) = (by.ask.clone(), by.actor(), by.centre(), Back::of(&by, b.at.as_deref()));
    let done = app
        .write(&by, once, "queue.visit.arrived", move |tx| {
            let tickets = api::come(tx, visit, &actor, now)?;
            let number = tickets.first().map(|t| t.number.to_string()).unwrap_or_default();
            Ok(Answer::of(&ask, 200, &visit_json(visit, &tickets), back.to(centre, visit, &number)))
        })
        .await?;
    back.again(&app, &by, None, done, now).await
}

/// A number or the eight characters, as typed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    code: String,
}

/// The same by what is written on phone or paper.
pub(crate) async fn arrived_typed(app: App, by: Duty<QueueTake>, once: Once, Now(now): Now, Dice(dice): Dice, Body(b): Body<Typed>) -> Reply {
    let (ask, actor, centre, day, back) = (by.ask.clone(), by.actor(), by.centre(), by.ask.district.time.service_day(now), Back::of(&by, None));
    let slices = app.0.slices;
    let done = app
        .write(&by, once, "queue.visit.arrived.typed", move |tx| {
            let visit = match typed(tx, centre, day, &b.code, now) {
                // No number has this code; a booking may.
                Err(No::Refused(unknown)) if unknown.code == "ticket.unknown" => {
                    let arrival = Arrival { centre, code: web::token::read_code(&b.code), slices, by: actor.clone(), device: None, staff: true, dice };
                    let arrived = web::arrive(tx, &ask, &arrival)?.ok_or(unknown)?;
                    return Ok(booked(&ask, centre, &arrived));
                }
                other => other?,
            };
            let tickets = api::come(tx, visit, &actor, now)?;
            let number = tickets.first().map(|t| t.number.to_string()).unwrap_or_default();
            Ok(Answer::of(&ask, 200, &visit_json(visit, &tickets), back.to(centre, visit, &number)))
        })
        .await?;
    back.again(&app, &by, None, done, now).await
}
/// A booking that was checked in: its number's paper can be printed; who joins no line may go in.
fn booked(ask: &Ask, centre: CentreId, arrived: &Arrived) -> Answer {
    let number = arrived.number.as_ref().map(|(_, number)| number);
    let json = json!({ "number": number, "name": ask.b(&arrived.name), "note": arrived.note.as_ref().map(|n| ask.b(n)) });
    let to = arrived.number.as_ref().map_or_else(|| format!("/d/bookings/{centre}"), |(key, _)| format!("/t/{key}"));
    Answer::of(ask, 200, &json, to)
}
fn typed(tx: &mut Tx, centre: CentreId, day: ServiceDay, typed: &str, now: Instant) -> Result<VisitId, No> {
    match by_code(tx, centre, day, typed) {
        Ok(visit) => Ok(visit.id),
        Err(No::Refused(Refusal { code: "ticket.unknown", .. })) => Ok(api::find(tx, centre, day, typed, now)?.visit.id),
        Err(other) => Err(other),
    }
}

// ── the page ──

fn line_name<'a>(ask: &'a Ask, g: &'a Guide, line: LineId) -> &'a str {
    g.view.lines.iter().find(|l| l.line.id == line).map_or("", |l| ask.b(&l.line.name))
}

fn helps(ask: &Ask, g: &Guide) -> Markup {
    html! {
        section class="card" aria-labelledby="help" {
            h2 id="help" { (ask.t("queue.g.help")) }
            @if g.view.help.is_empty() { p class="empty" { (ask.t("queue.g.help.none")) } }
            ul {
                @for (n, h) in g.view.help.iter().enumerate() {
                    li class=(if n == 0 { "wait alr" } else { "wait" }) {
                        span class="n" { (h.place) }
                        span class="quiet" { (ask.tf("queue.g.ago", &[("n", &minutes(g.now, h.at).to_string())])) }
                        form method="post" action=(ask.href(&format!("/help/{}/answer", help_id(h)))) { (ask.once()) button class=(if n == 0 { "btn pri" } else { "btn" }) { (ask.t("queue.g.go")) span class="sr" { (ask.tf("queue.g.go.to", &[("place", &h.place)])) } } }
                    }
                }
            }
        }
    }
}
fn long(ask: &Ask, g: &Guide) -> Markup {
    let n = g.limits.elder_long_min.to_string();
    html! {
        section class="card" aria-labelledby="long" {
            h2 id="long" { (ask.tf("queue.g.long", &[("n", &n)])) }
            @if g.view.elders.is_empty() { p class="empty" { (ask.t("queue.g.none")) } }
            ul { @for t in &g.view.elders { li class="wait wrn" {
                span class="n" { b { (t.number) } " " (line_name(ask, g, t.line)) }
                span class="v" { (ask.tf("queue.h.min", &[("n", &minutes(g.now, t.base).to_string())])) }
            } } }
        }
    }
}
fn parked(ask: &Ask, g: &Guide) -> Markup {
    html! { @if !g.view.parked.is_empty() {
        section class="card" aria-labelledby="parked" {
            h2 id="parked" { (ask.t("queue.d.parked")) }
            ul { @for t in &g.view.parked { @if let State::Parked { since, why } = &t.state { li class="wait" {
                span class="n" { b { (t.number) } " " (ask.b(&why.name())) }
                span class="quiet" { (ask.tf("queue.g.ago", &[("n", &minutes(g.now, *since).to_string())])) }
                (take_up(ask, t, "guide"))
            } } } }
        }
    } }
}
fn away(ask: &Ask, g: &Guide) -> Markup {
    html! {
        section class="card" aria-labelledby="away" {
            h2 id="away" { (ask.t("queue.g.away")) }
            @if g.away.is_empty() { p class="empty" { (ask.t("queue.g.none")) } }
            ul { @for (visit, number, line) in &g.away { li class="wait" {
                span class="n" { b { (number) } " " (line_name(ask, g, *line)) }
                form method="post" action=(ask.href(&format!("/visits/{visit}/arrived"))) { (ask.once()) button class="btn" { (ask.t("queue.g.here")) span class="sr" { " " (number) } } }
            } } }
        }
    }
}
fn take(ask: &Ask, g: &Guide) -> Markup {
    let centre = g.centre;
    let open = |l: &&api::LineNow| l.line.closed_at.is_none();
    html! {
        form class="card" method="post" action=(ask.href(&format!("/centres/{centre}/visits/here"))) {
            (ask.once())
            h2 { (ask.t("queue.g.take")) }
            fieldset class="field" { legend { (ask.t("queue.g.which")) } div class="picks" {
                @for l in g.view.lines.iter().filter(open) { label class="choice" { input type="radio" name="errands" value=(l.line.code) required; " " span { b { (ask.b(&l.line.name)) } span class="hint" { (range_short(ask, &l.forecast, &g.limits)) } } } }
            } }
            fieldset class="field" { legend { (ask.t("queue.g.class")) } div class="picks" {
                @for c in &g.classes { label class="choice" { input type="radio" name="class" value=(c.code) checked[c.credit_min == 0]; " " span { (ask.b(&c.name)) } } }
            } }
            button class="btn pri" { (ask.t("queue.g.take.do")) }
        }
    }
}

/// What became of the number of somebody who came.
fn came(ask: &Ask, v: &VisitNow) -> Markup {
    html! { div class="notice soc" role="status" { (icon("check")) div {
        b { (ask.tf("queue.g.came", &[("no", &v.visit.number.to_string())])) }
        @for t in v.tickets.iter().filter(|t| !t.ticket.state.ended()) { p {
            (ask.b(&t.line.name)) " · " (ask.b(&t.ticket.state.name()))
            @if let Some(n) = t.counter_number { " · " (ask.tf("queue.h.counter.n", &[("n", &n.to_string())])) }
            @if let Some(f) = &t.forecast { " · " (ask.tf("queue.g.ahead", &[("n", &f.ahead.to_string())])) }
        } }
    } } }
}

pub(crate) fn page(ask: &Ask, g: &Guide, links: Links, done: Option<&str>, refusal: Option<&str>) -> Markup {
    let (title, centre) = (ask.t("queue.g.title"), g.centre);
    let path = format!("/d/guide/{centre}");
    let body = html! {
        (head(ask, ask.b(&g.name), "", links, Place::Guide))
        main id="main" class="page" tabindex="-1" {
            div class="head" { h1 { (title) } (age(ask, &path)) }
            @if let Some(text) = refusal { (web::notice("wrn", text, "")) }
            @if let Some(v) = &g.done {
                div class="notice soc" role="status" { (icon("ticket")) div {
                    b { (ask.tf("queue.g.done", &[("no", &v.visit.number.to_string())])) }
                    p { (ask.tf("queue.g.done.code", &[("code", v.visit.code.as_str())])) @for t in &v.tickets { " · " (ask.b(&t.line.name)) } }
                    @if let Some(token) = done { p { a class="btn" href=(ask.href(&format!("/print/{token}?w=80"))) { (icon("print")) (ask.t("queue.g.print")) } } }
                } }
            }
            @if let Some(v) = &g.came { (came(ask, v)) }
            div id="live" { (helps(ask, g)) (away(ask, g)) (parked(ask, g)) (long(ask, g)) }
            form class="card" method="post" action=(ask.href(&format!("/centres/{centre}/arrived"))) {
                (ask.once())
                h2 { (ask.t("queue.g.code.title")) }
                div class="field short" { label for="code" { (ask.t("queue.g.code")) } input type="text" id="code" name="code" autocomplete="off" autocapitalize="characters" maxlength="20" required; }
                button class="btn" { (ask.t("queue.g.here")) }
                @if let Some(k) = &g.door { p class="hint" { (ask.tf("queue.g.door", &[("k", k)])) " " a href=(ask.href(&format!("/here/{centre}"))) { (ask.t("queue.g.door.sheet")) } } }
            }
            (take(ask, g))
        }
    };
    Page::new(Surface::Desk, title, body).live(ask.href(&format!("/sse/guide/{centre}")), "queues reset").render(ask)
}
