//! Signing on (上岗, D1): which counter, and which of its lines.

use std::collections::BTreeMap;

use kernel::{AccountId, Both, CentreId, CounterId, Instant, LineId, No};
use store::Tx;
use web::{Answer, App, Ask, Duty, Markup, Myself, Page, Reply, Surface, axum::extract::Query, html};

use crate::{
    CounterSession, Line, SessionState, api,
    pages::{
        desk::desk_json,
        shell::{Links, Place, head, refused},
    },
};

/// A counter one may sit down at.
pub(crate) struct Seat {
    pub id: CounterId,
    pub centre: CentreId,
    pub number: i64,
    pub zone: String,
    /// Code and name of the lines it may serve.
    pub lines: Vec<(String, Both)>,
    /// Name of who works there.
    pub held_by: Option<String>,
    pub mine: bool,
}

/// Everything of the page.
pub(crate) struct Start {
    pub seats: Vec<Seat>,
    /// Where the reader works now.
    pub session: Option<CounterSession>,
    /// Where the reader worked until just now.
    pub ended: Option<CounterSession>,
    pub names: BTreeMap<CentreId, Both>,
}
/// A counter that closed so many minutes ago is said where its clerk signs on again [A].
const ENDED_MIN: i64 = 30;
/// What was chosen so far.
#[derive(serde::Deserialize, Clone, Default)]
pub(crate) struct Chosen {
    #[serde(default)]
    pub counter: Option<CounterId>,
    /// Codes of the lines; none means all.
    #[serde(skip)]
    pub lines: Vec<String>,
    /// The lines are chosen, too.
    #[serde(default)]
    pub some: Option<String>,
}

fn read_start(tx: &mut Tx, account: AccountId, scope: &[CentreId], now: Instant) -> Result<Start, No> {
    let (mut seats, mut names) = (Vec::new(), BTreeMap::new());
    let open = |c: &places::Centre| c.status == places::Status::Open && (scope.contains(&CentreId::DISTRICT) || scope.contains(&c.id));
    for centre in places::api::centres(tx)?.into_iter().filter(open) {
        let lines: BTreeMap<LineId, Line> = api::lines(tx, centre.id)?.into_iter().map(|l| (l.id, l)).collect();
        let skills = api::skills(tx, centre.id)?;
        let at_work = api::sessions(tx, centre.id)?;
        let accounts: Vec<AccountId> = at_work.iter().map(|s| s.account).collect();
        let shown: BTreeMap<AccountId, String> = people::api::shown(tx, &accounts)?.into_iter().collect();
        for counter in places::api::counters(tx, centre.id)? {
            let holder = at_work.iter().find(|s| s.counter == counter.id).map(|s| s.account);
            seats.push(Seat {
                id: counter.id,
                centre: centre.id,
                number: counter.number,
                zone: counter.zone_code,
                lines: skills
                    .iter()
                    .filter(|(c, _)| *c == counter.id)
                    .filter_map(|(_, s)| lines.get(&s.line))
                    .map(|l| (l.code.clone(), l.name.clone()))
                    .collect(),
                held_by: holder.map(|h| shown.get(&h).cloned().unwrap_or_default()),
                mine: holder == Some(account),
            });
        }
        names.insert(centre.id, centre.name);
    }
    let (session, ended) = (api::where_works(tx, account)?, api::worked_until(tx, account, now.plus_min(-ENDED_MIN))?);
    Ok(Start { seats, session, ended, names })
}
async fn start_of<D>(app: &App, duty: &Duty<D>) -> Result<Start, No> {
    let (account, scope) = (duty.account()?, duty.signed.as_ref().map(|s| s.scope("queue.open")).unwrap_or_default());
    let now = app.now();
    app.read(move |tx| read_start(tx, account, &scope, now)).await
}

/// Signing on (上岗): every counter of the centres in scope. Who opens no counter is sent to the own page.
pub(crate) async fn start(app: App, me: Duty<Myself>, Query(chosen): Query<Chosen>) -> Reply {
    let has = |duty| me.signed.as_ref().is_some_and(|s| s.has(duty));
    if !has("queue.open") && !me.ask.json() && (has("queue.help") || has("queue.see")) {
        return Ok(Answer::see(if has("queue.help") { "/d/guide" } else { "/m" }));
    }
    if !has("queue.open") && !me.ask.json() && has("venues.class") {
        return Ok(Answer::see("/d/classes"));
    }
    let start = start_of(&app, &me).await?;
    if me.ask.json() {
        return Ok(Answer::json(200, &desk_json(&start.seats, start.session.as_ref())));
    }
    if start.session.is_some() {
        return Ok(Answer::see("/d/counter"));
    }
    Ok(Answer::html(&start_page(&me.ask, &start, links_of(&me, &start), &chosen, None)))
}
/// A refused opening is a sentence on the page itself.
pub(crate) async fn start_again<D>(app: &App, duty: &Duty<D>, chosen: &Chosen, done: Answer) -> Reply {
    let Some((status, text, _)) = refused(&duty.ask, &done) else { return Ok(done) };
    let start = start_of(app, duty).await?;
    Ok(Answer::html(&start_page(&duty.ask, &start, links_of(duty, &start), chosen, Some(&text))).status(status))
}
fn links_of<D>(duty: &Duty<D>, start: &Start) -> Links {
    Links::at(duty, start.names.keys().next().copied().unwrap_or(CentreId::DISTRICT))
}

fn seat(ask: &Ask, s: &Seat, chosen: bool) -> Markup {
    html! {
        label class="choice" {
            input type="radio" name="counter" value=(s.id) required disabled[s.held_by.is_some()] checked[chosen && s.held_by.is_none()]; " "
            span {
                b { (ask.tf("queue.d.counter", &[("n", &s.number.to_string())])) }
                span class="hint" {
                    @match &s.held_by {
                        Some(who) => (ask.tf("queue.d.start.held", &[("who", who)])),
                        None => { @for (n, (_, line)) in s.lines.iter().enumerate() { @if n > 0 { " · " } (ask.b(line)) } }
                    }
                }
            }
        }
    }
}
/// The lines of the counter that was chosen, and only these.
fn start_lines(ask: &Ask, s: &Seat, chosen: &Chosen) -> Markup {
    html! { form class="card" method="post" action=(ask.href("/d/start")) {
        (ask.once())
        input type="hidden" name="counter" value=(s.id);
        input type="hidden" name="some" value="1";
        h2 { (ask.tf("queue.d.counter", &[("n", &s.number.to_string())])) }
        fieldset class="field" {
            legend { (ask.t("queue.d.start.lines")) }
            p class="hint" { (ask.t("queue.d.start.lines_hint")) }
            div class="picks" { @for (code, line) in &s.lines { label class="choice" { input type="checkbox" name="skills" value=(code) checked[chosen.lines.contains(code)]; " " span { (ask.b(line)) } } } }
        }
        p class="btns" { button class="btn pri" { (ask.t("queue.d.start.open")) } a class="btn" href=(ask.href("/d")) { (ask.t("queue.d.start.other")) } }
    } }
}
pub(crate) fn start_page(ask: &Ask, d: &Start, links: Links, chosen: &Chosen, notice: Option<&str>) -> Markup {
    let title = ask.t("queue.d.start.title");
    let name = if let (Some(name), 1) = (d.names.values().next(), d.names.len()) { ask.b(name) } else { ask.b(&ask.district.name) };
    let one = chosen.some.as_ref().and(chosen.counter).and_then(|id| d.seats.iter().find(|s| s.id == id && s.held_by.is_none()));
    let body = html! {
        (head(ask, name, ask.t("queue.d.closed"), links, Place::Elsewhere))
        main id="main" class="page narrow" tabindex="-1" {
            h1 { (title) }
            @if let Some(text) = notice { (web::notice("wrn", text, "")) }
            @else if let Some((s, SessionState::Closed { at })) = d.ended.as_ref().map(|s| (s, s.state)) { (web::notice("", &ask.tf("queue.d.start.ended", &[("n", &s.number.to_string()), ("t", &ask.hhmm(at))]), "")) }
            @if d.seats.is_empty() { p class="empty" { (ask.t("queue.d.start.none")) } }
            @if let Some(s) = one { (start_lines(ask, s, chosen)) }
            @else { @for (id, name) in &d.names {
                form class="card" method="post" action=(ask.href("/d/start")) {
                    (ask.once())
                    @if d.names.len() > 1 { h2 { (ask.b(name)) } }
                    fieldset class="field" {
                        legend { (ask.t("queue.d.start.which")) }
                        @for s in d.seats.iter().filter(|s| s.centre == *id && !s.lines.is_empty()) { (seat(ask, s, chosen.counter == Some(s.id))) }
                    }
                    p class="btns" {
                        button class="btn pri" { (ask.t("queue.d.start.open")) }
                        button class="btn" formmethod="get" formaction=(ask.href("/d")) name="some" value="1" { (ask.t("queue.d.start.some")) }
                    }
                }
            } }
        }
    };
    Page::new(Surface::Desk, title, body).render(ask)
}
