//! A1 `/admin/start`: the first administrators. Closed for ever once they exist.

use std::sync::atomic::Ordering;

use kernel::{CentreId, Missing, No, Refusal};
use serde::Deserialize;
use web::{Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Open, Page, Real, Reply, error_summary, field, html};

use super::{form_again, gate, secret};
use crate::{
    api::{self, Login, NewAdmin, NewSession, ShownName},
    password, policy,
};

/// The code and one or two accounts; an empty `login2` means one person only.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Start {
    code: String,
    login: String,
    shown: String,
    new: String,
    again: String,
    login2: String,
    shown2: String,
    new2: String,
    again2: String,
}

/// The form, while nobody administers this district.
pub(crate) async fn page(app: App, duty: Duty<Open>) -> Reply {
    if app.read(api::is_set_up).await? {
        return Err(Missing("set-up").into());
    }
    Ok(Answer::page(&duty.ask, view(&duty.ask, &Start::default(), &[])))
}

/// Reads one account of the form; `second` gives its fields their names.
fn admin(login: &str, shown: &str, new: &str, again: &str, ask: &Ask, second: bool) -> Result<Named, Refusal> {
    let name = |no: Refusal| {
        let at = match (no.field.unwrap_or("login"), second) {
            (first, false) => first,
            ("shown", true) => "shown2",
            ("new", true) => "new2",
            ("again", true) => "again2",
            (_, true) => "login2",
        };
        no.at(at)
    };
    let (login, shown) = (Login::parse(login).map_err(name)?, ShownName::parse(if shown.trim().is_empty() { login } else { shown }).map_err(name)?);
    policy::check(new, &[login.text(), shown.text(), &ask.district.name.zh, &ask.district.name.en]).map_err(name)?;
    if new != again {
        return Err(name(Refusal::invalid("password.differs").at("again")));
    }
    Ok((login, shown))
}

/// Makes the accounts, signs the first one in, opens the district.
pub(crate) async fn set_up(app: App, duty: Duty<Open>, Real(now): Real, Dice(dice): Dice, Body(b): Body<Start>) -> Reply {
    match made(&app, &duty, now, dice, &b).await {
        Ok(new) => {
            app.0.settings.set_up.store(true, Ordering::Relaxed);
            // The file lies beside the database; its code is used, so a leftover would only mislead.
            let _ = std::fs::remove_file(app.0.settings.data.join("setup-code"));
            Ok(Answer::of(&duty.ask, 200, &serde_json::json!({ "to": "/admin" }), "/admin").cookie(crate::cookie(&app.0.settings, &new)))
        }
        Err(no) => {
            let wait = matches!(&no, No::Refused(r) if r.status.0 == 429).then_some(60);
            form_again(&duty.ask, no, "code", wait, |faults| view(&duty.ask, &b, faults))
        }
    }
}

type Named = (Login, ShownName);

/// Both accounts of the form; the second is left out by who is alone.
fn both(b: &Start, ask: &Ask) -> Result<(Named, Option<Named>), Refusal> {
    let first = admin(&b.login, &b.shown, &b.new, &b.again, ask, false)?;
    if b.login2.trim().is_empty() {
        return Ok((first, None));
    }
    let second = admin(&b.login2, &b.shown2, &b.new2, &b.again2, ask, true)?;
    if second.0 == first.0 { Err(Refusal::conflict("login.taken").at("login2")) } else { Ok((first, Some(second))) }
}

async fn made(app: &App, duty: &Duty<Open>, now: kernel::Instant, dice: [u8; 32], b: &Start) -> Result<NewSession, No> {
    let ask = &duty.ask;
    if app.read(api::is_set_up).await? {
        return Err(Missing("set-up").into());
    }
    if let Some(until) = app.read(move |tx| api::set_up_blocked(tx, now)).await? {
        return Err(Refusal::with("setup.slow", 429).arg("t", ask.district.time.hhmmss(until)).into());
    }
    let command = |action| app.command(duty, CentreId::DISTRICT, action, None);
    let code = b.code.clone();
    let hash = match app.read(move |tx| api::set_up_opens(tx, &code, now)).await {
        Err(No::Refused(r)) if r.code == "setup.code" => {
            app.store().command(command("people.setup.fail"), move |tx| api::set_up_failed(tx, now)).await?;
            return Err(r.into());
        }
        other => other?,
    };
    let ((login, shown), second) = both(b, ask)?;
    let first = NewAdmin { login, shown, phc: password::hash(b.new.clone(), dice).await? };
    let second = match second {
        Some((login, shown)) => {
            Some(NewAdmin { login, shown, phc: password::hash(b.new2.clone(), web::token::hash(&web::token::derived(&dice, b"second"))).await? })
        }
        None => None,
    };
    let new = NewSession::new(dice);
    let session = new.clone();
    app.store()
        .command(command("people.setup"), move |tx| {
            let account = api::set_up(tx, &hash, &first, second.as_ref(), now, &dice)?;
            crate::rows::session::open(tx, &session.hash, account, now)
        })
        .await?;
    Ok(new)
}

fn view<'a>(ask: &'a Ask, b: &Start, faults: &[FieldFault]) -> Page<'a> {
    let hint = ask.tf("people.password.hint", &[("n", &policy::FEWEST.to_string())]);
    let body = html! {
        (error_summary(ask, faults))
        p { (ask.t("people.start.lead")) }
        form method="post" action=(ask.href("/admin/start")) {
            section class="card" {
                (field("code", ask.t("people.start.code"), ask.t("people.start.code.hint"), "text", &b.code, faults))
            }
            fieldset class="card" {
                legend { (ask.t("people.start.first")) }
                (field("login", ask.t("people.login"), ask.t("people.login.hint"), "text", &b.login, faults))
                (field("shown", ask.t("people.shown"), "", "text", &b.shown, faults))
                (secret("new", ask.t("people.password.new"), &hint, "new-password", true, faults))
                (secret("again", ask.t("people.password.again"), "", "new-password", true, faults))
            }
            fieldset class="card" {
                legend { (ask.t("people.start.second")) }
                p class="hint" { (ask.t("people.start.second.hint")) }
                (field("login2", ask.t("people.login"), "", "text", &b.login2, faults))
                (field("shown2", ask.t("people.shown"), "", "text", &b.shown2, faults))
                (secret("new2", ask.t("people.password.new"), "", "new-password", false, faults))
                (secret("again2", ask.t("people.password.again"), "", "new-password", false, faults))
            }
            p { button class="btn pri wide" { (ask.t("people.start.do")) } }
        }
    };
    gate(ask, ask.t("people.start.title"), &body)
}

pub(super) fn sample(ask: &Ask) -> Markup {
    let b = Start { login: "system".into(), shown: "示例·系统管理".into(), ..Start::default() };
    view(ask, &b, &[FieldFault { field: "code", text: ask.t("setup.code").to_owned() }]).render(ask)
}
