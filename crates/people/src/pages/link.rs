//! `/in/link/{code}`: accepting an invitation, choosing a new password after a reset.

use kernel::{Actor, CentreId};
use serde::Deserialize;
use web::{Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Open, Page, Real, Reply, axum::extract::Path, error_summary, html};

use super::{form_again, gate, home, new_password, noted, secret};
use crate::{
    api::{self, NewSession, State},
    password,
};

/// A new password, typed twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choose {
    new: String,
    again: String,
}

/// The page of an open link.
pub(crate) async fn page(app: App, duty: Duty<Open>, Path(code): Path<String>, Real(now): Real) -> Reply {
    let hash = web::token::hash(&code);
    let account = app.read(move |tx| api::link_opens(tx, &hash, now)).await?;
    Ok(Answer::page(&duty.ask, view(&duty.ask, &code, &account.login, &account.shown, &[])))
}

/// Uses the link, once.
pub(crate) async fn accept(app: App, duty: Duty<Open>, Path(code): Path<String>, Real(now): Real, Dice(dice): Dice, Body(b): Body<Choose>) -> Reply {
    let (ask, hash) = (&duty.ask, web::token::hash(&code));
    let account = app.read(move |tx| api::link_opens(tx, &hash, now)).await?;
    let known = [account.login.as_str(), &account.shown, &ask.district.name.zh, &ask.district.name.en];
    if let Err(no) = noted(&app, &duty, "people.link.accept", new_password(&b.new, &b.again, &known)).await? {
        return form_again(ask, no, "new", None, |faults| view(ask, &code, &account.login, &account.shown, faults));
    }
    let phc = password::hash(b.new, dice).await?;
    let mut command = app.command(&duty, CentreId::DISTRICT, "people.link.accept", None);
    command.actor = Actor::Account(account.id);
    command.object = ("account", account.id.to_string());
    let new = NewSession::new(dice);
    let session = new.clone();
    let (account, signed) =
        app.store().command(command, move |tx| Ok((api::accept_link(tx, &hash, &phc, &session, now)?, api::who(tx, &session.hash, now)?))).await?;
    let to = signed.as_ref().map_or("/in", home);
    let answer = Answer::of(ask, 200, &serde_json::json!({ "account": account.id, "to": to }), to);
    Ok(if account.state == State::Active { answer.cookie(crate::cookie(&app.0.settings, &new)) } else { answer })
}

fn view<'a>(ask: &'a Ask, code: &str, login: &str, shown: &str, faults: &[FieldFault]) -> Page<'a> {
    let n = crate::policy::FEWEST.to_string();
    let body = html! {
        (error_summary(ask, faults))
        dl class="rows" { div { dt { (ask.t("people.shown")) } dd { (shown) } } div { dt { (ask.t("people.login")) } dd { b { (login) } } } }
        form class="card" method="post" action=(ask.href(&format!("/in/link/{code}"))) {
            input type="hidden" name="username" value=(login) autocomplete="username" disabled;
            (secret("new", ask.t("people.password.new"), &ask.tf("people.password.hint", &[("n", &n)]), "new-password", true, faults))
            (secret("again", ask.t("people.password.again"), "", "new-password", true, faults))
            p { button class="btn pri wide" { (ask.t("people.link.do")) } }
        }
    };
    gate(ask, ask.t("people.link.title"), &body)
}

pub(super) fn sample(ask: &Ask) -> Markup {
    view(ask, "x", "clerk1", "示例·窗口一", &[FieldFault { field: "new", text: ask.tf("password.short", &[("n", "15")]) }]).render(ask)
}
