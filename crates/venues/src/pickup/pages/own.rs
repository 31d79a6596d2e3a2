//! P21: the guardian's page, opened by its token. Who may collect, today's stay and code, and what was.

use kernel::{AuthorityId, Both, Day, No};
use places::phone::{self, Head, Tab};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Once, Params, QueueOwn, Refuse, Reply, axum::response::Response, html, live, notice, qr};

use super::{Acts, centre_name, days, span, who};
use crate::pickup::{
    api,
    child::{Authority, Child},
    handover::{RULES, hashed},
    rows::{self, stay::Handed},
    stay::{State, Stay},
};

/// A stay as the guardian sees it.
pub(super) struct Seen {
    pub stay: Stay,
    pub place: Both,
    /// The six digits, while they open something.
    pub code: Option<String>,
    pub handed: Option<Handed>,
}
/// Everything of P21.
pub(super) struct Own {
    pub token: String,
    pub code8: String,
    pub child: Child,
    pub centre: Both,
    pub authorities: Vec<Authority>,
    pub stays: Vec<Seen>,
    /// Read at a desk: the link is shown as a code to photograph.
    pub paper: bool,
}

/// Days of stays that a guardian sees [A].
const PAST_DAYS: i64 = 14;

impl Own {
    fn read(tx: &mut Tx, ask: &Ask, key: &[u8; 32], token: &str, paper: bool) -> Result<Self, No> {
        let (child, code8) = api::open_token(tx, token)?;
        let today = ask.district.time.day(ask.now);
        let authorities: Vec<Authority> = rows::child::authorities(tx, child.id)?.into_iter().filter(|a| !a.over(today)).collect();
        let somebody = authorities.iter().any(|a| a.holds(today));
        let since = ask.district.time.moment(today.plus(-PAST_DAYS), 0);
        let mut stays = Vec::new();
        for stay in rows::stay::of_child(tx, child.id, since)? {
            // The digits are made again from the key; what is kept can only tell that they are the ones.
            let code = (stay.state.in_care() && stay.locked_at.is_none() && somebody).then(|| (RULES.code)(key, &stay));
            let code = code.filter(|c| stay.code_hash.as_deref() == Some(hashed(key, stay.id, c).as_str()));
            stays.push(Seen { place: centre_name(tx, stay.centre)?, handed: rows::stay::handed(tx, stay.id)?, code, stay });
        }
        Ok(Self { token: token.to_owned(), code8, centre: centre_name(tx, child.centre)?, child, authorities, stays, paper })
    }
    fn json(&self, ask: &Ask) -> serde_json::Value {
        let today = ask.district.time.day(ask.now);
        let at = |t: kernel::Instant| ask.district.time.rfc3339(t);
        json!({
            "child": self.child.id,
            "code8": self.code8,
            "authorities": self.authorities.iter().map(|a| json!({ "authority": a.id, "name": a.name, "tail": a.tail, "weekdays": a.weekdays, "once_on": a.once_on, "today": a.holds(today) })).collect::<Vec<_>>(),
            "stays": self.stays.iter().map(|s| json!({
                "stay": s.stay.id, "label": s.stay.label, "state": s.stay.state.code(), "code": s.code, "locked": s.stay.locked_at.is_some(),
                "dropped_at": s.stay.dropped_at.map(at), "ended_at": s.stay.ended_at.map(at), "to": s.handed.as_ref().map(|h| &h.to),
            })).collect::<Vec<_>>(),
        })
    }
}

pub(super) async fn page(app: App, own: Duty<QueueOwn>, params: Params) -> Reply {
    let (token, ask, key, paper) = (params.get::<String>("token")?, own.ask.clone(), app.0.settings.key, own.signed.is_some());
    let view = app.read(move |tx| Own::read(tx, &ask, &key, &token, paper)).await?;
    let ask = &own.ask;
    Ok(if ask.json() { Answer::json(200, &view.json(ask)) } else { Answer::html(&render(ask, &view)) })
}

/// Where the child is now, else where it is registered: facts are said in that centre.
pub(super) async fn stream(app: App, own: Duty<QueueOwn>, params: Params) -> Result<Response, Refuse> {
    let token = params.get::<String>("token")?;
    let now = own.ask.now;
    let (child, at) = app
        .read(move |tx| {
            let (child, _) = api::open_token(tx, &token)?;
            let there = rows::stay::of_child(tx, child.id, now)?.into_iter().find(|s| !s.state.ended()).map(|s| s.centre);
            Ok((child.id, there.unwrap_or(child.centre)))
        })
        .await?;
    live::stream(app, &own.ask, at, vec![format!("child/{child}")], None).await
}

pub(super) fn render(ask: &Ask, view: &Own) -> Markup {
    let today = ask.district.time.day(ask.now);
    let title = ask.tf("venues.pickup.title", &[("name", &view.child.name)]);
    let link = format!("{}/pickup/{}", ask.public_url, view.token);
    let (now, past): (Vec<&Seen>, Vec<&Seen>) = view.stays.iter().partition(|s| !s.stay.state.ended());
    let main = html! {
        h1 { (title) }
        @if view.paper && !ask.public_url.is_empty() {
            section class="card mid" aria-label=(ask.t("venues.pickup.paper")) {
                p { (ask.t("venues.pickup.paper")) }
                (qr(&link, ask.t("venues.pickup.paper.qr")))
                p class="small" { (link) }
                p { (ask.t("venues.pickup.code8")) " " span class="code" { (view.code8) } }
            }
        }
        div id="live" class="stack" {
            @for s in &now { (stay_now(ask, s)) }
            @if now.is_empty() { p { (ask.t("venues.pickup.none_today")) } }
            section class="card" aria-label=(ask.t("venues.pickup.list")) {
                h2 { (ask.t("venues.pickup.list")) }
                @if view.authorities.is_empty() { (notice("wrn", ask.t("venues.pickup.nobody"), "")) }
                ul class="list" { @for a in &view.authorities { li {
                    p { b { (who(ask, &a.name, &a.tail)) } " · " (days(ask, a)) @if a.holds(today) { " · " (ask.t("venues.pickup.today")) } }
                    (ask.button(&format!("/pickup/{}/authorities/{}/withdraw", view.token, a.id), ask.t("venues.pickup.withdraw"), "btn bad", &[]))
                } } }
            }
        }
        details class="card" {
            summary { (ask.t("venues.pickup.add")) }
            form method="post" action=(ask.href(&format!("/pickup/{}/authorities", view.token))) class="stack" data-id="add" {
                (ask.once())
                label for="name" { (ask.t("venues.pickup.name")) }
                input id="name" name="name" maxlength="40" required autocomplete="off";
                label for="tail" { (ask.t("venues.pickup.tail")) }
                input id="tail" name="tail" maxlength="4" inputmode="numeric" pattern="[0-9]{4}" autocomplete="off";
                fieldset class="field" {
                    legend { (ask.t("venues.pickup.weekdays")) }
                    div class="picks" { @for (n, word) in super::WEEKDAYS.iter().enumerate() {
                        label class="choice" { input type="checkbox" name="weekdays" value=(n); " " span { (ask.t(word)) } }
                    } }
                }
                label for="once_on" { (ask.t("venues.pickup.or_once")) }
                input id="once_on" name="once_on" type="date" min=(today);
                button type="submit" class="btn pri wide" { (ask.t("venues.pickup.add.yes")) }
            }
        }
        @if !past.is_empty() {
            h2 { (ask.t("venues.pickup.past")) }
            ul class="list" { @for s in past { li {
                b { (ask.day(ask.district.time.day(s.stay.from))) } " " (s.stay.label) " · " (ended_words(ask, &s.stay, s.handed.as_ref()))
            } } }
        }
        noscript { meta http-equiv="refresh" content="30"; }
    };
    let head = Head { name: ask.b(&view.centre), to: format!("/c/{}", view.child.centre), line: html! { (ask.t("venues.pickup.line")) } };
    phone::page(ask, &title, Tab::Other, &head, &main)
        .live(format!("/sse/pickup/{}", view.token), "child_dropped child_handed_over child_late pickup_changed")
        .render(ask)
}

fn stay_now(ask: &Ask, s: &Seen) -> Markup {
    let stay = &s.stay;
    html! {
        section class="card" aria-label=(stay.label) {
            h2 { (stay.label) }
            p { (ask.b(&s.place)) " · " (ask.day(ask.district.time.day(stay.from))) " " (span(ask, stay.from, stay.to)) }
            p class="big" { b { (ask.b(&stay.state.name())) } }
            @if let (Some(at), Some(by)) = (stay.dropped_at, &stay.dropped_by) { p { (ask.tf("venues.pickup.dropped", &[("t", &ask.hhmm(at)), ("who", by)])) } }
            @if let Some(at) = stay.called_at { p { (ask.tf("venues.pickup.called", &[("t", &ask.hhmm(at))])) } }
            @if matches!(stay.state, State::Late | State::Escalated) { (notice("alr", ask.t("venues.pickup.late"), "")) }
            @if stay.locked_at.is_some() { (notice("alr", ask.t("venues.pickup.locked"), ask.t("venues.pickup.locked.more"))) }
            @if let Some(code) = &s.code {
                div class="mid" {
                    p { (ask.t("venues.pickup.show")) }
                    p class="code" { (code.get(..3).unwrap_or(code)) " " (code.get(3..).unwrap_or_default()) }
                    p class="small" { (ask.t("venues.pickup.show.more")) }
                }
            } @else if stay.state.in_care() && stay.locked_at.is_none() { (notice("wrn", ask.t("venues.pickup.nobody_today"), "")) }
        }
    }
}

/// `16:42 已交给姥姥（老师 示例·李老师）`
pub(super) fn ended_words(ask: &Ask, stay: &Stay, handed: Option<&Handed>) -> String {
    let t = stay.ended_at.map(|e| ask.hhmm(e)).unwrap_or_default();
    match handed {
        Some(h) => ask.tf("venues.pickup.handed", &[("t", &t), ("who", &h.to), ("staff", &h.staff), ("means", ask.b(&h.means.name()))]),
        None => format!("{t} {}", ask.b(&stay.state.name())),
    }
}

/// Who is added.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct GrantBody {
    name: String,
    #[serde(default)]
    tail: String,
    #[serde(default)]
    weekdays: Vec<i64>,
    #[serde(default)]
    once_on: String,
}

pub(super) async fn grant(app: App, own: Duty<QueueOwn>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<GrantBody>) -> Reply {
    let (acts, token) = (Acts::of(&app, &own), params.get::<String>("token")?);
    app.write(&own, once, own.ask.route.action, move |tx| {
        let once_on: Option<Day> = super::day(&body.once_on, "once_on")?;
        let new = api::NewAuthority { name: body.name.clone(), tail: body.tail.clone(), weekdays: body.weekdays.clone(), once_on };
        let (child, _) = api::open_token(tx, &token)?;
        let done = api::grant(tx, child.id, &new, &acts.at(), &mut Ids::new(dice))?;
        Ok(Answer::of(&acts.ask, 201, &json!({ "authority": done.id }), format!("/pickup/{token}")))
    })
    .await
}

pub(super) async fn withdraw(app: App, own: Duty<QueueOwn>, once: Once, params: Params) -> Reply {
    let (acts, token, id) = (Acts::of(&app, &own), params.get::<String>("token")?, params.get::<AuthorityId>("authority")?);
    app.write(&own, once, own.ask.route.action, move |tx| {
        let (child, _) = api::open_token(tx, &token)?;
        api::withdraw(tx, child.id, id, &acts.at())?;
        Ok(Answer::of(&acts.ask, 200, &json!({ "authority": id }), format!("/pickup/{token}")))
    })
    .await
}
