//! `/in`, `/in/again`, `/in/lock`, `/out`.

use kernel::{AccountId, Actor, CentreId, Instant, No};
use serde::{Deserialize, Serialize};
use store::Tx;
use web::{Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Myself, Once, Open, Page, Real, Reply, axum::extract::Query, error_summary, field, html};

use super::{form_again, gate, home, local, secret};
use crate::{
    api::{self, Attempt, Checked, EndWhy, NewSession, Phc},
    password, rows,
};

/// Where to go on to.
#[derive(Deserialize)]
pub(crate) struct To {
    #[serde(default)]
    to: String,
}

/// What `/in` sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    login: String,
    password: String,
    #[serde(default)]
    to: String,
}

/// What `/in/again` sends.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Again {
    password: String,
    #[serde(default)]
    to: String,
}

#[derive(Serialize)]
struct Role {
    role: String,
    centre: CentreId,
}
#[derive(Serialize)]
struct In {
    account: AccountId,
    shown: String,
    roles: Vec<Role>,
    to: String,
}

/// The sign-in page; who is signed in goes on, who is locked unlocks.
pub(crate) async fn open(_: App, duty: Duty<Open>, Query(q): Query<To>) -> Reply {
    let ask = &duty.ask;
    let to = local(&q.to);
    match &duty.signed {
        Some(s) if s.locked => Ok(Answer::see(with_to("/in/again", to))),
        Some(s) => Ok(Answer::see(to.unwrap_or(home(s)))),
        None => Ok(Answer::page(ask, page(ask, "", &q.to, &[]))),
    }
}

fn with_to(path: &str, to: Option<&str>) -> String {
    match to.and_then(|to| serde_urlencoded::to_string([("to", to)]).ok()) {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

/// Signs in: the hash is checked outside the lane, one transaction records the outcome.
pub(crate) async fn sign_in(app: App, duty: Duty<Open>, Real(now): Real, Dice(dice): Dice, Body(b): Body<SignIn>) -> Reply {
    let ask = &duty.ask;
    let attempt = Attempt::new(&b.login, &ask.address, &app.0.settings.key);
    let (new, before, time) = (NewSession::new(dice), ask.session.as_deref().map(web::token::hash), ask.district.time.clone());
    let (session, tried) = (new.clone(), attempt.clone());
    let done = attempted(&app, &duty, "people.session.open", &attempt, None, b.password, now, dice, move |tx, checked| {
        api::sign_in(tx, checked, &tried, before.as_ref(), &session, &time, now)?;
        api::who(tx, &session.hash, now)
    })
    .await;
    match done {
        Ok(Some(signed)) => {
            let to = local(&b.to).unwrap_or(home(&signed)).to_owned();
            let roles = signed.grants.into_iter().map(|g| Role { role: g.role, centre: g.centre }).collect();
            let body = In { account: signed.account, shown: signed.shown, roles, to: to.clone() };
            Ok(Answer::of(ask, 200, &body, to).cookie(crate::cookie(&app.0.settings, &new)))
        }
        Ok(None) => Err(web::Refuse::fault("a session that was opened is not there")),
        Err((no, wait)) => form_again(ask, no, "login", wait, |faults| page(ask, &b.login, &b.to, faults)),
    }
}

/// One try of a password, with its counting: blocked tries never reach the hash; wrong ones are counted in a command of their own, because a
/// refused command leaves nothing. `own` is the stored hash when the account is known already (a locked session, an old password).
#[allow(clippy::too_many_arguments)]
pub(super) async fn attempted<D, T, F>(
    app: &App,
    duty: &Duty<D>,
    action: &'static str,
    attempt: &Attempt,
    own: Option<(AccountId, Phc)>,
    typed: String,
    now: Instant,
    dice: [u8; 32],
    mut then: F,
) -> Result<T, (No, Option<i64>)>
where
    T: Send + 'static,
    F: FnMut(&mut Tx, &Checked) -> Result<T, No> + Send + 'static,
{
    let plain = |no: No| (no, None);
    let mut command = app.command(duty, CentreId::DISTRICT, action, None);
    command.object = ("login", attempt.shadow());
    let look = attempt.clone();
    let (until, stored) =
        app.read(move |tx| Ok((api::blocked(tx, &look, now)?, if own.is_some() { own } else { api::stored(tx, &look)? }))).await.map_err(plain)?;
    if let Some(until) = until {
        // The journal's row is the only thing that could fail here, and the answer is no either way.
        let _ = app.store().note_refusal(command, "login.slow").await;
        return Err((api::slow(until, &duty.ask.district.time).into(), Some(until.seconds_since(now))));
    }
    let checked = password::check(typed, stored, dice).await.map_err(plain)?;
    if let Some(account) = checked.account() {
        command.object = ("account", account.to_string());
        if checked.right() {
            command.actor = Actor::Account(account);
        }
    }
    let done = app.store().command(command, move |tx| then(tx, &checked)).await;
    match done {
        Err(No::Refused(r)) if r.code == "login.wrong" => {
            let mut command = app.command(duty, CentreId::DISTRICT, "people.session.fail", None);
            command.object = ("login", attempt.shadow());
            let count = attempt.clone();
            app.store().command(command, move |tx| api::failed(tx, &count, now)).await.map_err(plain)?;
            Err((r.into(), None))
        }
        other => other.map_err(plain),
    }
}

/// The lock page: the password opens it, what was typed elsewhere stays.
pub(crate) async fn again(_: App, duty: Duty<Myself>, Query(q): Query<To>) -> Reply {
    let locked = duty.signed.as_ref().is_some_and(|s| s.locked);
    if !locked && let Some(s) = &duty.signed {
        return Ok(Answer::see(local(&q.to).unwrap_or(home(s))));
    }
    Ok(Answer::page(&duty.ask, again_page(&duty.ask, &q.to, &[])))
}

/// Unlocks: the same session under a new id.
pub(crate) async fn unlock(app: App, duty: Duty<Myself>, Real(now): Real, Dice(dice): Dice, Body(b): Body<Again>) -> Reply {
    let (ask, account) = (&duty.ask, duty.account()?);
    let (login, own) = app.read(move |tx| Ok((rows::account::one(tx, account)?.login, rows::account::secret_of(tx, account)?))).await?;
    let attempt = Attempt::new(&login, &ask.address, &app.0.settings.key);
    let (new, time) = (NewSession::new(dice), ask.district.time.clone());
    let old = ask.session.as_deref().map(web::token::hash).unwrap_or_default();
    let (session, tried) = (new.clone(), attempt.clone());
    let done = attempted(&app, &duty, "people.session.unlock", &attempt, own.map(|phc| (account, phc)), b.password, now, dice, move |tx, checked| {
        api::unlock_session(tx, checked, &tried, &old, &session, &time, now)
    })
    .await;
    match done {
        Ok(()) => {
            let to = local(&b.to).or(duty.signed.as_ref().map(home)).unwrap_or("/").to_owned();
            Ok(Answer::of(ask, 200, &serde_json::json!({ "to": to }), to.clone()).cookie(crate::cookie(&app.0.settings, &new)))
        }
        Err((no, wait)) => form_again(ask, no, "password", wait, |faults| again_page(ask, &b.to, faults)),
    }
}

/// Locks this session at once: leaving the counter for a moment.
pub(crate) async fn lock(app: App, duty: Duty<Myself>, once: Once, Real(now): Real) -> Reply {
    let (ask, session) = (duty.ask.clone(), duty.signed.as_ref().map(|s| s.session).unwrap_or_default());
    app.write(&duty, once, "people.session.lock", move |tx| {
        rows::session::lock(tx, &session, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({}), "/in/again"))
    })
    .await
}

/// Signs out. Without a session it is the same answer.
pub(crate) async fn out(app: App, duty: Duty<Open>, Real(now): Real) -> Reply {
    if let Some(signed) = &duty.signed {
        let session = signed.session;
        let command = app.command(&duty, CentreId::DISTRICT, "people.session.close", None);
        app.store().command(command, move |tx| api::end_session(tx, &session, EndWhy::Logout, now)).await?;
    }
    Ok(Answer::of(&duty.ask, 200, &serde_json::json!({}), "/in").cookie(crate::no_cookie(&app.0.settings)))
}

fn page<'a>(ask: &'a Ask, login: &str, to: &str, faults: &[FieldFault]) -> Page<'a> {
    let body = html! {
        (error_summary(ask, faults))
        form class="card" method="post" action=(ask.href("/in")) {
            @if local(to).is_some() { input type="hidden" name="to" value=(to); }
            (field("login", ask.t("people.login"), "", "text", login, faults))
            (secret("password", ask.t("people.password"), "", "current-password", true, faults))
            p { button class="btn pri wide" { (ask.t("people.in.do")) } }
        }
        p class="quiet" { (ask.t("people.in.forgot")) }
    };
    gate(ask, ask.t("people.in.title"), &body)
}

fn again_page<'a>(ask: &'a Ask, to: &str, faults: &[FieldFault]) -> Page<'a> {
    let body = html! {
        (error_summary(ask, faults))
        p { (ask.tf("people.again.who", &[("who", ask.shown.as_deref().unwrap_or(""))])) }
        form class="card" method="post" action=(ask.href("/in/again")) {
            @if local(to).is_some() { input type="hidden" name="to" value=(to); }
            (secret("password", ask.t("people.password"), "", "current-password", true, faults))
            p { button class="btn pri wide" { (ask.t("people.again.do")) } }
        }
        form method="post" action=(ask.href("/out")) { p { button class="btn lnk" { (ask.t("people.again.other")) } } }
    };
    gate(ask, ask.t("people.again.title"), &body)
}

pub(super) fn sample(ask: &Ask) -> Markup {
    page(ask, "", "/d", &[]).render(ask)
}
pub(super) fn sample_wrong(ask: &Ask) -> Markup {
    page(ask, "clerk1", "/d", &[FieldFault { field: "login", text: ask.t("login.wrong").to_owned() }]).render(ask)
}
pub(super) fn sample_again(ask: &Ask) -> Markup {
    again_page(ask, "/d", &[]).render(ask)
}
