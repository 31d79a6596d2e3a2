//! `/admin/two`: what waits for a second person.

use kernel::{CentreId, GrantId, Instant, No, TwoId};
use serde::Serialize;
use web::{Answer, App, Ask, Body, Duty, Markup, Once, Page, PeopleAgree, Real, Reply, admin_page, html, icon};

use super::{
    by_name, moment, names,
    people::{Nothing, Standing, sample_grant, sample_person, standing},
};
use crate::{
    api::{self, Two, TwoState},
    grant::role_name,
    hooks::{self, Change},
    rows,
};

#[derive(Serialize)]
struct Waits {
    two: TwoId,
    action: String,
    object: String,
    reason: String,
    asked_by: String,
    asked_at_us: i64,
    until_us: i64,
    state: &'static str,
    /// What it changes; `None` when it cannot be done any more as it was asked.
    #[serde(skip)]
    change: Option<Change>,
}

#[derive(Serialize)]
struct Open {
    grants: Vec<Standing>,
    two: Vec<Waits>,
    #[serde(skip)]
    names: Vec<(String, String)>,
}

fn read(tx: &mut store::Tx) -> Result<Open, No> {
    let grants: Vec<Standing> = rows::grant::waiting(tx)?.into_iter().map(standing).collect();
    let mut two = Vec::new();
    for t in rows::two::open(tx)?.into_iter().filter(|t| t.state == TwoState::Asked) {
        let change = hooks::change(tx, &t.action, &t.object, &t.command)?;
        two.push(Waits { change, ..waits(t) });
    }
    let names = names(tx, grants.iter().map(|g: &Standing| g.asked_by.clone()).chain(two.iter().map(|t| t.asked_by.clone())))?;
    Ok(Open { grants, two, names })
}

fn waits(t: Two) -> Waits {
    Waits {
        two: t.id,
        action: t.action,
        object: t.object,
        reason: t.reason,
        asked_by: t.asked_by,
        asked_at_us: t.asked_at.micros(),
        until_us: t.until.micros(),
        state: t.state.code(),
        change: None,
    }
}

/// Everything that waits.
pub(crate) async fn list(app: App, duty: Duty<PeopleAgree>) -> Reply {
    let open = app.read(read).await?;
    if duty.ask.json() {
        return Ok(Answer::json(200, &open));
    }
    Ok(Answer::page(&duty.ask, view(&duty.ask, &open, &api::maker(&duty))))
}

fn grant_id(duty: &Duty<PeopleAgree>) -> Result<GrantId, No> {
    duty.object.id.parse().map_err(|_| No::Missing(kernel::Missing("grant")))
}

/// Agrees to a grant.
pub(crate) async fn agree_grant(app: App, duty: Duty<PeopleAgree>, once: Once, Real(now): Real, Body(Nothing {}): Body<Nothing>) -> Reply {
    let (id, by, ask) = (grant_id(&duty)?, api::maker(&duty), duty.ask.clone());
    app.write_at(&duty, CentreId::DISTRICT, once, "people.grant.agree", move |tx| {
        let grant = api::agree(tx, id, &by, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "grant": grant.id, "state": grant.state.code() }), "/admin/two"))
    })
    .await
}

/// Says no to a grant, or withdraws the own request.
pub(crate) async fn refuse_grant(app: App, duty: Duty<PeopleAgree>, once: Once, Real(now): Real, Body(Nothing {}): Body<Nothing>) -> Reply {
    let (id, ask) = (grant_id(&duty)?, duty.ask.clone());
    app.write_at(&duty, CentreId::DISTRICT, once, "people.grant.refuse", move |tx| {
        api::refuse(tx, id, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({}), "/admin/two"))
    })
    .await
}

/// Agrees to another slice's request; that slice does it when it hears so.
pub(crate) async fn agree(app: App, duty: Duty<PeopleAgree>, once: Once, Real(now): Real, Body(Nothing {}): Body<Nothing>) -> Reply {
    settle(app, duty, once, "people.two.agree", true, now).await
}

/// Says no to another slice's request.
pub(crate) async fn refuse(app: App, duty: Duty<PeopleAgree>, once: Once, Real(now): Real, Body(Nothing {}): Body<Nothing>) -> Reply {
    settle(app, duty, once, "people.two.refuse", false, now).await
}

async fn settle(app: App, duty: Duty<PeopleAgree>, once: Once, action: &'static str, yes: bool, now: Instant) -> Reply {
    let id: TwoId = duty.object.id.parse().map_err(|_| No::Missing(kernel::Missing("two")))?;
    let (by, ask) = (api::maker(&duty), duty.ask.clone());
    app.write(&duty, once, action, move |tx| {
        let two = api::settle_two(tx, id, yes, &by, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "two": two.id, "state": two.state.code() }), "/admin/two"))
    })
    .await
}

/// What would change, before anybody agrees.
fn changed(ask: &Ask, t: &Waits) -> Markup {
    html! {
        @match &t.change {
            Some(c) => {
                p class="quiet" { (ask.tf("people.two.code", &[("code", &t.object)])) @if let Some(path) = &c.path { " · " a href=(ask.href(path)) { (ask.t("people.two.now")) } } }
                @if c.lines.is_empty() { p { (ask.t("people.two.same")) } }
                @else { details open { summary { (ask.tf(if c.path.is_some() { "people.two.changes" } else { "people.two.first" }, &[("n", &c.lines.len().to_string())])) } pre class="diff" { @for (sign, line) in &c.lines { @if *sign == '+' { ins { (sign) " " (line) } } @else { del { (sign) " " (line) } } "\n" } } } }
            }
            None => p class="notice wrn" { (icon("warn")) span { (ask.t("people.two.gone")) } }
        }
    }
}

/// One request as a card.
#[allow(clippy::too_many_arguments)]
fn card(
    ask: &Ask,
    what: &Markup,
    more: &Markup,
    path: &str,
    asked_by: &str,
    reason: &str,
    at_us: i64,
    until_us: i64,
    me: &str,
    names: &[(String, String)],
) -> Markup {
    let own = asked_by == me;
    html! {
        section class="card" {
            h2 { (what) }
            (more)
            dl class="rows" {
                div { dt { (ask.t("people.reason")) } dd { (reason) } }
                div { dt { (ask.t("people.asked_by")) } dd { (by_name(ask, asked_by, names)) " · " (moment(ask, Instant::from_micros(at_us))) } }
                div { dt { (ask.t("people.two.until")) } dd { (moment(ask, Instant::from_micros(until_us))) } }
            }
            @if own { p class="quiet" { (ask.t("own.approve")) } }
            p class="btns" {
                @if !own { (ask.button(&format!("{path}/agree"), ask.t("people.two.agree"), "btn pri", &[])) }
                (ask.button(&format!("{path}/refuse"), ask.t(if own { "people.two.withdraw" } else { "people.two.refuse" }), "btn bad", &[]))
            }
        }
    }
}

fn view<'a>(ask: &'a Ask, open: &Open, me: &str) -> Page<'a> {
    let body = html! {
        p class="quiet" { (ask.t("people.two.lead")) }
        @if open.grants.is_empty() && open.two.is_empty() { div class="empty" { (icon("check")) p { (ask.t("people.two.none")) } } }
        @for g in &open.grants {
            @let what = html! { (ask.tf("people.two.grant", &[("who", &g.shown), ("role", ask.b(&role_name(&g.role)))])) };
            (card(ask, &what, &html! {}, &format!("/admin/grants/{}", g.grant), &g.asked_by, &g.reason, g.from_us, Instant::from_micros(g.from_us).plus_s(crate::grant::WAITS_S).micros(), me, &open.names))
        }
        @for t in &open.two {
            @let key = format!("two.{}", t.action);
            @let name = if ask.words.has(&key) { ask.t(&key).to_owned() } else { t.action.clone() };
            @let what = html! { (name) @match &t.change { Some(c) => { " · " (ask.b(&c.name)) } None => { " · " (t.object) } } };
            (card(ask, &what, &changed(ask, t), &format!("/admin/two/{}", t.two), &t.asked_by, &t.reason, t.asked_at_us, t.until_us, me, &open.names))
        }
    };
    admin_page(ask, "/admin/two", ask.t("people.two.title"), &body)
}

pub(super) fn sample(ask: &Ask) -> Markup {
    let clerk = sample_person(ask);
    let two = Waits {
        two: TwoId::from_bytes([9; 16]),
        action: "hall.item.publish".into(),
        object: "HN-SAMPLE-01".into(),
        change: Some(Change {
            name: kernel::Both::new("示例：办老年证", "Sample: senior card"),
            path: Some("/errands/HN-SAMPLE-01".into()),
            lines: vec![('−', "days = 5".into()), ('+', "days = 3".into())],
        }),
        reason: "示例".into(),
        asked_by: "me".into(),
        asked_at_us: ask.now.micros(),
        until_us: ask.now.plus_s(crate::grant::WAITS_S).micros(),
        state: "asked",
    };
    let open = Open { grants: vec![sample_grant(ask, 4, &clerk, "auditor", 0, api::GrantState::Asked)], two: vec![two], names: Vec::new() };
    view(ask, &open, "me").render(ask)
}
