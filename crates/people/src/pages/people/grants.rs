//! The roles at one centre: who holds them, asking for one, taking one back.

use kernel::{AccountId, CentreId, GrantId, Instant, Lang, No};
use serde::{Deserialize, Serialize};
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Once, Page, PeopleAsk, Real, Reply, admin_page, axum::extract::Query, choices, error_summary,
    field, html,
};

use super::{Centres, Nothing, accounts::sample_person, sample_centres, state_word};
use crate::{
    api::{self, Account, Asker, Grant, GrantState, NewGrant},
    grant::{self, role_name},
    hooks,
    pages::{by_name, centre_name, form_again, names, noted},
    rows,
};

/// A role asked for, in the centre of the path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskGrant {
    login: String,
    #[serde(default)]
    role: String,
    reason: String,
    /// Days from now; a year when left out.
    #[serde(default)]
    days: Option<i64>,
}

/// Whom the form is for.
#[derive(Deserialize, Default)]
pub(crate) struct Whom {
    #[serde(default)]
    login: String,
}

/// A grant as lists have it.
#[derive(Serialize, Clone)]
pub(crate) struct Standing {
    pub(crate) grant: GrantId,
    account: AccountId,
    login: String,
    pub(crate) shown: String,
    pub(crate) role: String,
    pub(super) centre: CentreId,
    pub(super) state: &'static str,
    pub(crate) from_us: i64,
    until_us: i64,
    pub(crate) asked_by: String,
    pub(super) agreed_by: Option<String>,
    pub(super) alone_why: Option<String>,
    pub(crate) reason: String,
}

pub(crate) fn standing((g, login, shown): rows::grant::Whose) -> Standing {
    Standing {
        grant: g.id,
        account: g.account,
        login,
        shown,
        role: g.role,
        centre: g.centre,
        state: g.state.code(),
        from_us: g.from.micros(),
        until_us: g.until.micros(),
        asked_by: g.asked_by,
        agreed_by: g.agreed_by,
        alone_why: g.alone_why,
        reason: g.reason,
    }
}

struct At {
    centre: CentreId,
    grants: Vec<Standing>,
    centres: Centres,
    names: Vec<(String, String)>,
    roles: Vec<&'static str>,
    /// Holds `people.accounts`: may open accounts.
    accounts: bool,
}

fn read_at(tx: &mut store::Tx, asker: &Asker, centre: CentreId, accounts: bool) -> Result<At, No> {
    let grants: Vec<Standing> = rows::grant::at(tx, centre)?.into_iter().map(standing).collect();
    let names = names(tx, grants.iter().map(|g: &Standing| g.asked_by.clone()))?;
    let roles = web::ROLES.iter().map(|(role, _)| *role).filter(|role| grant::may_ask(asker, role, centre).is_ok()).collect();
    Ok(At { centre, grants, centres: hooks::centres(tx)?, names, roles, accounts })
}

/// The roles of one centre, and the form to ask for one.
pub(crate) async fn at(app: App, duty: Duty<PeopleAsk>, Query(whom): Query<Whom>) -> Reply {
    let (asker, centre, accounts) = (api::asker(&duty)?, duty.centre(), duty.may("people.accounts", CentreId::DISTRICT));
    let seen = app.read(move |tx| read_at(tx, &asker, centre, accounts)).await?;
    if duty.ask.json() {
        return Ok(Answer::json(200, &seen.grants));
    }
    Ok(Answer::page(&duty.ask, at_page(&duty.ask, &seen, &whom.login, "", "", &[])))
}

/// Asks for a role in the centre of the path.
pub(crate) async fn ask(app: App, duty: Duty<PeopleAsk>, once: Once, Real(now): Real, Dice(dice): Dice, Body(b): Body<AskGrant>) -> Reply {
    let (asker, centre, accounts, ask) = (api::asker(&duty)?, duty.centre(), duty.may("people.accounts", CentreId::DISTRICT), duty.ask.clone());
    let early = crate::login::reason(&b.reason).and_then(|_| grant::may_ask(&asker, &b.role, centre));
    let login = b.login.clone();
    let who = match early {
        Ok(()) => app.read(move |tx| api::account_of(tx, &login)).await,
        Err(no) => Err(no.into()),
    };
    let who = match noted(&app, &duty, "people.grant.ask", who).await? {
        Ok(who) => who,
        Err(no) => {
            let seen = app.read(move |tx| read_at(tx, &asker, centre, accounts)).await?;
            return form_again(&duty.ask, no, "login", None, |faults| at_page(&duty.ask, &seen, &b.login, &b.role, &b.reason, faults));
        }
    };
    let new = NewGrant { account: who.id, role: b.role, centre, until: b.days.map(|d| now.plus_s(d.clamp(1, 365) * 86_400)), reason: b.reason };
    app.write_at(&duty, CentreId::DISTRICT, once, "people.grant.ask", move |tx| {
        let grant = api::ask_grant(tx, &asker, &new, now, &dice)?;
        Ok(Answer::of(&ask, 201, &serde_json::json!({ "grant": grant.id, "state": grant.state.code() }), format!("/admin/centres/{centre}/people")))
    })
    .await
}

/// Takes a role back.
pub(crate) async fn revoke(app: App, duty: Duty<PeopleAsk>, once: Once, Real(now): Real, Body(Nothing {}): Body<Nothing>) -> Reply {
    let (asker, centre, ask) = (api::asker(&duty)?, duty.centre(), duty.ask.clone());
    let id: GrantId = duty.object.id.parse().map_err(|_| No::Missing(kernel::Missing("grant")))?;
    app.write_at(&duty, CentreId::DISTRICT, once, "people.grant.revoke", move |tx| {
        api::revoke(tx, &asker, id, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({}), format!("/admin/centres/{centre}/people")))
    })
    .await
}

// ---- pages ----

fn day(ask: &Ask, at_us: i64) -> String {
    let d = ask.district.time.day(Instant::from_micros(at_us));
    d.to_string()
}

pub(super) fn grants_table(ask: &Ask, grants: &[Standing], names: &[(String, String)], centres: &Centres, who: bool, may_revoke: bool) -> Markup {
    html! {
        @if grants.is_empty() { p class="quiet" { (ask.t("people.grant.none")) } }
        @else {
            table class="table cards" {
                caption class="sr" { (ask.t("people.roles")) }
                thead { tr {
                    @if who { th scope="col" { (ask.t("people.shown")) } }
                    th scope="col" class="l" { (ask.t("people.role")) }
                    th scope="col" class="l" { (ask.t("people.centre")) }
                    th scope="col" class="l" { (ask.t("people.state")) }
                    th scope="col" { (ask.t("people.until")) }
                    th scope="col" class="l" { (ask.t("people.asked_by")) }
                    th scope="col" { span class="sr" { (ask.t("people.actions")) } }
                } }
                tbody { @for g in grants { tr {
                    @if who { th scope="row" { (g.shown) " " span class="quiet" { (g.login) } } }
                    td class="l" data-l=(ask.t("people.role")) { (ask.b(&role_name(&g.role))) @if !grant::known(&g.role) { " " span class="pill alr" { (ask.t("people.role.unknown")) } } }
                    td class="l" data-l=(ask.t("people.centre")) { (centre_name(ask, g.centre, centres)) }
                    td class="l" data-l=(ask.t("people.state")) { (ask.t(state_word(g.state))) @if let Some(why) = &g.alone_why { " " span class="pill alr" title=(why) { (ask.t("people.alone")) } } }
                    td data-l=(ask.t("people.until")) { (day(ask, g.until_us)) }
                    td class="l" data-l=(ask.t("people.asked_by")) { (by_name(ask, &g.asked_by, names)) @if let Some(by) = &g.agreed_by { " + " (by_name(ask, by, names)) } br; span class="quiet" { (g.reason) } }
                    td {
                        @if g.state == GrantState::Active.code() && may_revoke { (ask.button(&format!("/admin/grants/{}/revoke", g.grant), ask.t("people.revoke"), "btn bad", &[])) }
                        @if g.state == GrantState::Asked.code() { a href=(ask.href("/admin/two")) { (ask.t("people.grant.asked")) } }
                    }
                } } }
            }
        }
    }
}

fn at_page<'a>(ask: &'a Ask, seen: &At, login: &str, role: &str, reason: &str, faults: &[FieldFault]) -> Page<'a> {
    let roles: Vec<(String, String)> = seen.roles.iter().map(|r| ((*r).to_owned(), ask.b(&role_name(r)).to_owned())).collect();
    let two: Vec<String> = seen.roles.iter().filter(|r| grant::ADMIN.contains(r)).map(|r| ask.b(&role_name(r)).to_owned()).collect();
    let body = html! {
        (error_summary(ask, faults))
        p { b { (centre_name(ask, seen.centre, &seen.centres)) } }
        section class="card" aria-labelledby="roles" {
            h2 id="roles" { (ask.t("people.roles")) }
            (grants_table(ask, &seen.grants, &seen.names, &seen.centres, true, true))
        }
        form class="card narrow" method="post" action=(ask.href(&format!("/admin/centres/{}/grants", seen.centre))) {
            (ask.once())
            h2 { (ask.t("people.ask")) }
            (field("login", ask.t("people.login"), "", "text", login, faults))
            (choices("role", ask.t("people.role"), &roles, role))
            @if !two.is_empty() { p class="hint" { (ask.tf("people.ask.two", &[("roles", &two.join(if ask.lang == Lang::Zh { "、" } else { ", " }))])) } }
            (field("reason", ask.t("people.reason"), ask.t("people.reason.hint"), "text", reason, faults))
            div class="field short" { label for="days" { (ask.t("people.days")) } input type="number" id="days" name="days" min="1" max="365" value="365" inputmode="numeric"; }
            p { button class="btn pri" { (ask.t("people.ask.do")) } }
        }
        @if seen.accounts { p { a href=(ask.href("/admin/people")) { (ask.t("people.title")) } } }
    };
    admin_page(ask, "/admin/people", ask.t("people.at"), &body)
}

// ---- samples ----

pub(crate) fn sample_grant(ask: &Ask, n: u8, who: &Account, role: &str, centre: i64, state: GrantState) -> Standing {
    let grant = Grant {
        id: GrantId::from_bytes([n; 16]),
        account: who.id,
        role: role.into(),
        centre: CentreId::new(centre).unwrap_or(CentreId::DISTRICT),
        organisation: None,
        from: ask.now,
        until: ask.now.plus_s(grant::LONGEST_S),
        asked_by: "shell:demo".into(),
        agreed_by: None,
        alone_why: (role == "security_admin").then(|| "只有一位管理员".into()),
        reason: "示例".into(),
        state,
    };
    standing((grant, who.login.clone(), who.shown.clone()))
}

pub(crate) fn sample_at(ask: &Ask) -> Markup {
    let clerk = sample_person(ask);
    let grants = vec![sample_grant(ask, 1, &clerk, "clerk", 1, GrantState::Active)];
    let seen = At {
        centre: CentreId::DISTRICT,
        grants,
        centres: sample_centres(),
        names: Vec::new(),
        roles: vec!["clerk", "guide", "security_admin"],
        accounts: true,
    };
    at_page(ask, &seen, "clerk2", "clerk", "", &[FieldFault { field: "reason", text: ask.t("reason.needed").to_owned() }]).render(ask)
}
