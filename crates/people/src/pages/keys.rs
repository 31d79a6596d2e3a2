//! `/me/keys`: the own password and sessions.

use kernel::Instant;
use serde::{Deserialize, Serialize};
use web::{Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Myself, Once, Page, Real, Reply, Surface, error_summary, html, masthead};

use super::{form_again, moment, new_password, noted, secret, sign_in::attempted};
use crate::{
    api::{self, Attempt, EndWhy, Mine, NewSession},
    password, rows,
};

/// The old password, and the new one twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    password: String,
    new: String,
    again: String,
}

#[derive(Serialize)]
struct Session {
    this: bool,
    since: String,
    seen: String,
}

/// The own keys.
pub(crate) async fn page(app: App, duty: Duty<Myself>, Real(now): Real) -> Reply {
    let (account, session) = (duty.account()?, duty.signed.as_ref().map(|s| s.session).unwrap_or_default());
    let mine = app.read(move |tx| rows::session::of(tx, account, now)).await?;
    let ask = &duty.ask;
    if ask.json() {
        let time = &ask.district.time;
        let list: Vec<Session> = mine.iter().map(|m| Session { this: m.hash == session, since: time.rfc3339(m.made_at), seen: time.rfc3339(m.seen) }).collect();
        return Ok(Answer::json(200, &list));
    }
    Ok(Answer::page(ask, view(ask, &mine, &session, &[])))
}

/// Changes the own password: the old one is asked, other sessions end, this one gets a new id.
pub(crate) async fn password(app: App, duty: Duty<Myself>, Real(now): Real, Dice(dice): Dice, Body(b): Body<Change>) -> Reply {
    let (ask, id) = (&duty.ask, duty.account()?);
    let old = duty.signed.as_ref().map(|s| s.session).unwrap_or_default();
    let (account, own, mine) =
        app.read(move |tx| Ok((rows::account::one(tx, id)?, rows::account::secret_of(tx, id)?, rows::session::of(tx, id, now)?))).await?;
    let known = [account.login.as_str(), &account.shown, &ask.district.name.zh, &ask.district.name.en];
    if let Err(no) = noted(&app, &duty, "people.password.change", new_password(&b.new, &b.again, &known)).await? {
        return form_again(ask, no, "new", None, |faults| view(ask, &mine, &old, faults));
    }
    let phc = password::hash(b.new, dice).await?;
    let attempt = Attempt::new(&account.login, &ask.address, &app.0.settings.key);
    let new = NewSession::new(dice);
    let session = new.clone();
    let done = attempted(&app, &duty, "people.password.change", &attempt, own.map(|own| (id, own)), b.password, now, dice, move |tx, checked| {
        api::change_password(tx, checked, &phc, &old, &session, now)
    })
    .await;
    match done {
        Ok(()) => Ok(Answer::of(ask, 200, &serde_json::json!({}), "/me/keys").cookie(crate::cookie(&app.0.settings, &new))),
        Err((no, wait)) => form_again(ask, no, "password", wait, |faults| view(ask, &mine, &old, faults)),
    }
}

/// Ends all other sessions of this person.
pub(crate) async fn others(app: App, duty: Duty<Myself>, once: Once, Real(now): Real) -> Reply {
    let (ask, account, keep) = (duty.ask.clone(), duty.account()?, duty.signed.as_ref().map(|s| s.session));
    app.write(&duty, once, "people.session.others", move |tx| {
        let ended = rows::session::end_of(tx, account, keep.as_ref(), EndWhy::Revoke, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "ended": ended }), "/me/keys"))
    })
    .await
}

fn view<'a>(ask: &'a Ask, mine: &[Mine], this: &[u8; 32], faults: &[FieldFault]) -> Page<'a> {
    let n = crate::policy::FEWEST.to_string();
    let body = html! {
        (masthead(ask, ask.t("people.keys.title"), &html! { (ask.shown.as_deref().unwrap_or("")) }))
        main id="main" class="page narrow" tabindex="-1" {
            h1 { (ask.t("people.keys.title")) }
            (error_summary(ask, faults))
            form class="card" method="post" action=(ask.href("/me/keys/password")) {
                h2 { (ask.t("people.keys.password")) }
                (secret("password", ask.t("people.password.old"), "", "current-password", true, faults))
                (secret("new", ask.t("people.password.new"), &ask.tf("people.password.hint", &[("n", &n)]), "new-password", true, faults))
                (secret("again", ask.t("people.password.again"), "", "new-password", true, faults))
                p { button class="btn pri" { (ask.t("people.keys.change")) } }
            }
            section class="card" aria-labelledby="sessions" {
                h2 id="sessions" { (ask.t("people.keys.sessions")) }
                dl class="rows" {
                    @for m in mine {
                        div {
                            dt { (ask.tf("people.keys.since", &[("t", &moment(ask, m.made_at))])) }
                            dd { @if m.hash == *this { span class="pill" { (ask.t("people.keys.this")) } } @else { (ask.tf("people.keys.seen", &[("t", &moment(ask, m.seen))])) } }
                        }
                    }
                }
                @if mine.len() > 1 { (ask.button("/me/keys/others", ask.t("people.keys.others"), "btn bad", &[])) }
            }
            p class="btns" { (ask.button("/in/lock", ask.t("people.keys.lock"), "btn", &[])) (ask.button("/out", ask.t("web.out"), "btn", &[])) }
        }
    };
    Page::new(Surface::Admin, ask.t("people.keys.title"), body)
}

pub(super) fn sample(ask: &Ask) -> Markup {
    let at = |min: i64| Instant::from_micros(ask.now.micros()).plus_min(-min);
    let mine = |hash, min| Mine { hash: [hash; 32], made_at: at(min), seen: at(min / 2), ends_at: at(min).plus_min(720) };
    view(ask, &[mine(1, 20), mine(2, 200)], &[1; 32], &[]).render(ask)
}
