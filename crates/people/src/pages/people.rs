//! A4 `/admin/people`: accounts, roles × centres, invitations, grants.

use kernel::{AccountId, Both, CentreId, GrantId, Instant, Lang, No, Refusal};
use serde::{Deserialize, Serialize};
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Once, Page, PeopleAccounts, PeopleAsk, Real, Reply, admin_page, axum::extract::Query, choices,
    error_summary, field, html, icon, notice,
};

use super::{by_name, centre_name, form_again, moment, names, noted};
use crate::{
    api::{self, Account, Asker, Grant, GrantState, Login, NewGrant, ShownName, State},
    grant::{self, role_name},
    hooks, rows,
};

/// Accounts a page.
const PAGE: usize = 200;

/// Which accounts.
#[derive(Deserialize, Default)]
pub(crate) struct Which {
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

/// A new account.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invite {
    login: String,
    shown: String,
}

/// Why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Why {
    reason: String,
}

/// Nothing but the button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

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

/// An account as lists have it.
#[derive(Serialize)]
pub(super) struct Person {
    account: AccountId,
    login: String,
    shown: String,
    state: &'static str,
    roles: Vec<Standing>,
}
/// A grant as lists have it.
#[derive(Serialize, Clone)]
pub(super) struct Standing {
    pub(super) grant: GrantId,
    account: AccountId,
    pub(super) login: String,
    pub(super) shown: String,
    pub(super) role: String,
    pub(super) centre: CentreId,
    pub(super) state: &'static str,
    pub(super) from_us: i64,
    pub(super) until_us: i64,
    pub(super) asked_by: String,
    pub(super) agreed_by: Option<String>,
    pub(super) alone_why: Option<String>,
    pub(super) reason: String,
}

pub(super) fn standing((g, login, shown): rows::grant::Whose) -> Standing {
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

type Centres = Vec<(CentreId, Both)>;

struct List {
    people: Vec<Person>,
    counts: Vec<(String, i64)>,
    centres: Centres,
    state: String,
    more: Option<String>,
}

/// All accounts with their roles.
pub(crate) async fn list(app: App, duty: Duty<PeopleAccounts>, Query(which): Query<Which>) -> Reply {
    let list = app.read(move |tx| read_list(tx, which)).await?;
    if duty.ask.json() {
        return Ok(Answer::json(200, &list.people));
    }
    Ok(Answer::page(&duty.ask, list_page(&duty.ask, &list, ("", ""), &[])))
}

fn read_list(tx: &mut store::Tx, which: Which) -> Result<List, No> {
    let state = State::parse(&which.state);
    let accounts = rows::account::page(tx, &which.after, PAGE, state)?;
    let grants = rows::grant::standing(tx)?;
    let more = (accounts.len() == PAGE).then(|| accounts.last().map(|a| a.login.clone())).flatten();
    let people = accounts.into_iter().map(|a| {
        let roles = grants.iter().filter(|g| g.account == a.id).map(|g| standing((g.clone(), a.login.clone(), a.shown.clone()))).collect();
        Person { account: a.id, login: a.login, shown: a.shown, state: a.state.code(), roles }
    });
    Ok(List {
        people: people.collect(),
        counts: rows::account::counts(tx)?,
        centres: hooks::centres(tx)?,
        state: state.map(State::code).unwrap_or_default().to_owned(),
        more,
    })
}

/// Makes an account and shows its one-time link, once. The stored answer holds no secret: the code is computed again from the request's key.
pub(crate) async fn invite(app: App, duty: Duty<PeopleAccounts>, once: Once, Real(now): Real, Dice(dice): Dice, Body(b): Body<Invite>) -> Reply {
    let parsed = Login::parse(&b.login).and_then(|login| Ok((login, ShownName::parse(&b.shown)?))).map_err(No::from);
    let (login, shown) = match noted(&app, &duty, "people.account.invite", parsed).await? {
        Ok(both) => both,
        Err(no) => return again(&app, &duty, no, &b).await,
    };
    let (secret, ask, by) = (once.secret(&app), duty.ask.clone(), api::maker(&duty));
    let hash = web::token::hash(&secret);
    let reply = app
        .write(&duty, once, "people.account.invite", move |tx| {
            let account = api::invite(tx, &login, &shown, &hash, &by, now, &dice)?;
            Ok(link_answer(&ask, account, login.text(), "people.invited"))
        })
        .await?;
    if reply.code() == 409 && !duty.ask.json() {
        return again(&app, &duty, Refusal::conflict("login.taken").at("login").into(), &b).await;
    }
    Ok(reply.fill(&secret))
}

async fn again(app: &App, duty: &Duty<PeopleAccounts>, no: No, b: &Invite) -> Reply {
    let list = app.read(|tx| read_list(tx, Which::default())).await?;
    form_again(&duty.ask, no, "login", None, |faults| list_page(&duty.ask, &list, (&b.login, &b.shown), faults))
}

/// The page that shows a link once; the secret is filled in on the way out.
fn link_answer(ask: &Ask, account: AccountId, login: &str, title: &'static str) -> Answer {
    let path = format!("/in/link/{}", store::SECRET);
    if ask.json() {
        return Answer::json(201, &serde_json::json!({ "account": account, "link": path }));
    }
    Answer::page(ask, link_page(ask, account, login, title, &path))
}

/// One account.
pub(crate) async fn one(app: App, duty: Duty<PeopleAccounts>) -> Reply {
    let id = account_id(&duty)?;
    let seen = app.read(move |tx| read_one(tx, id)).await?;
    if duty.ask.json() {
        let One { account: a, grants, .. } = seen;
        return Ok(Answer::json(200, &Person { account: a.id, login: a.login, shown: a.shown, state: a.state.code(), roles: grants }));
    }
    Ok(Answer::page(&duty.ask, one_page(&duty.ask, &seen, &[])))
}

struct One {
    account: Account,
    grants: Vec<Standing>,
    names: Vec<(String, String)>,
    centres: Centres,
}

fn read_one(tx: &mut store::Tx, id: AccountId) -> Result<One, No> {
    let account = rows::account::one(tx, id)?;
    let grants: Vec<Standing> = rows::grant::of(tx, id)?.into_iter().map(|g| standing((g, account.login.clone(), account.shown.clone()))).collect();
    let names = names(tx, grants.iter().flat_map(|g| [Some(g.asked_by.clone()), g.agreed_by.clone()]).flatten().chain([account.made_by.clone()]))?;
    Ok(One { centres: hooks::centres(tx)?, account, grants, names })
}

fn account_id<D>(duty: &Duty<D>) -> Result<AccountId, No> {
    duty.object.id.parse().map_err(|_| No::Missing(kernel::Missing("account")))
}

/// A step that needs a reason: the page again when it is refused.
async fn reasoned(
    app: App,
    duty: Duty<PeopleAccounts>,
    once: Once,
    action: &'static str,
    reason: String,
    step: fn(&mut store::Tx, AccountId, &str, Instant) -> Result<(), No>,
    now: Instant,
) -> Reply {
    let (id, ask) = (account_id(&duty)?, duty.ask.clone());
    if let Err(no) = noted(&app, &duty, action, crate::login::reason(&reason).map_err(No::from)).await? {
        let seen = app.read(move |tx| read_one(tx, id)).await?;
        return form_again(&duty.ask, no, "reason", None, |faults| one_page(&duty.ask, &seen, faults));
    }
    app.write(&duty, once, action, move |tx| {
        step(tx, id, &reason, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({}), format!("/admin/people/{id}")))
    })
    .await
}

/// Locks an account.
pub(crate) async fn lock(app: App, duty: Duty<PeopleAccounts>, once: Once, Real(now): Real, Body(b): Body<Why>) -> Reply {
    reasoned(app, duty, once, "people.account.lock", b.reason, api::lock, now).await
}

/// The person left.
pub(crate) async fn leave(app: App, duty: Duty<PeopleAccounts>, once: Once, Real(now): Real, Body(b): Body<Why>) -> Reply {
    reasoned(app, duty, once, "people.account.leave", b.reason, api::leave, now).await
}

/// Unlocks an account.
pub(crate) async fn unlock(app: App, duty: Duty<PeopleAccounts>, once: Once, Real(now): Real, Body(Nothing {}): Body<Nothing>) -> Reply {
    let (id, ask) = (account_id(&duty)?, duty.ask.clone());
    app.write(&duty, once, "people.account.unlock", move |tx| {
        api::unlock(tx, id, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({}), format!("/admin/people/{id}")))
    })
    .await
}

/// A new one-time link; sessions end.
pub(crate) async fn reset(app: App, duty: Duty<PeopleAccounts>, once: Once, Real(now): Real, Body(Nothing {}): Body<Nothing>) -> Reply {
    let (id, secret, ask, by) = (account_id(&duty)?, once.secret(&app), duty.ask.clone(), api::maker(&duty));
    let hash = web::token::hash(&secret);
    let reply = app
        .write(&duty, once, "people.account.reset", move |tx| {
            api::reset(tx, id, &hash, &by, now)?;
            let login = rows::account::one(tx, id)?.login;
            Ok(link_answer(&ask, id, &login, "people.reset_done"))
        })
        .await?;
    Ok(reply.fill(&secret))
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

const STATES: [State; 4] = [State::Active, State::Invited, State::Locked, State::Left];

fn state_word(state: &str) -> &'static str {
    match state {
        "invited" => "people.state.invited",
        "locked" => "people.state.locked",
        "left" => "people.state.left",
        "asked" => "people.grant.asked",
        "refused" => "people.grant.refused",
        "expired" => "people.grant.expired",
        "revoked" => "people.grant.revoked",
        _ => "people.state.active",
    }
}

fn day(ask: &Ask, at_us: i64) -> String {
    let d = ask.district.time.day(Instant::from_micros(at_us));
    d.to_string()
}

fn list_page<'a>(ask: &'a Ask, list: &List, typed: (&str, &str), faults: &[FieldFault]) -> Page<'a> {
    let body = html! {
        (error_summary(ask, faults))
        nav class="tabs" aria-label=(ask.t("people.tabs")) {
            a href=(ask.href("/admin/people")) aria-current=[list.state.is_empty().then_some("page")] { (ask.t("people.all")) " " (list.counts.iter().map(|(_, n)| n).sum::<i64>()) }
            @for s in STATES {
                @let n = list.counts.iter().find(|(c, _)| c == s.code()).map_or(0, |(_, n)| *n);
                a href=(ask.href(&format!("/admin/people?state={}", s.code()))) aria-current=[(list.state == s.code()).then_some("page")] { (ask.t(state_word(s.code()))) " " (n) }
            }
        }
        section class="card" {
            @if list.people.is_empty() { div class="empty" { (icon("users")) p { (ask.t("people.none")) } } }
            @else {
                table class="table cards" {
                    caption class="sr" { (ask.t("people.title")) }
                    thead { tr {
                        th scope="col" { (ask.t("people.shown")) }
                        th scope="col" class="l" { (ask.t("people.login")) }
                        th scope="col" class="l" { (ask.t("people.roles")) }
                        th scope="col" class="l" { (ask.t("people.state")) }
                        th scope="col" { span class="sr" { (ask.t("people.actions")) } }
                    } }
                    tbody { @for p in &list.people { tr {
                        th scope="row" { (p.shown) }
                        td class="l" data-l=(ask.t("people.login")) { (p.login) }
                        td class="l" data-l=(ask.t("people.roles")) { (roles_line(ask, &p.roles, &list.centres)) }
                        td class="l" data-l=(ask.t("people.state")) { (ask.t(state_word(p.state))) }
                        td { a class="btn" href=(ask.href(&format!("/admin/people/{}", p.account))) { (ask.t("people.open")) span class="sr" { " " (p.shown) } } }
                    } } }
                }
            }
        }
        @if let Some(after) = &list.more { p class="btns" { a class="btn" rel="next" href=(ask.href(&format!("/admin/people?state={}&after={after}", list.state))) { (ask.t("people.more")) } } }
        form class="card narrow" method="post" action=(ask.href("/admin/people")) {
            (ask.once())
            h2 { (ask.t("people.invite")) }
            (field("login", ask.t("people.login"), ask.t("people.login.hint"), "text", typed.0, faults))
            (field("shown", ask.t("people.shown"), "", "text", typed.1, faults))
            p { button class="btn pri" { (ask.t("people.invite.do")) } }
        }
        (centres_list(ask, &list.centres, ""))
    };
    admin_page(ask, "/admin/people", ask.t("people.title"), &body)
}

fn roles_line(ask: &Ask, roles: &[Standing], centres: &Centres) -> Markup {
    html! {
        @if roles.is_empty() { "–" }
        @for (i, g) in roles.iter().enumerate() {
            @if i > 0 { br; }
            (ask.b(&role_name(&g.role))) " · " (centre_name(ask, g.centre, centres))
            @if g.state == "asked" { " " span class="pill wrn" { (ask.t("people.grant.asked")) } }
            @if g.alone_why.is_some() { " " span class="pill alr" { (ask.t("people.alone")) } }
        }
    }
}

/// Where roles are given: the district, then every centre.
fn centres_list(ask: &Ask, centres: &Centres, login: &str) -> Markup {
    let query = if login.is_empty() { String::new() } else { format!("?login={login}") };
    let path = |c: CentreId| ask.href(&format!("/admin/centres/{c}/people{query}"));
    html! {
        details {
            summary { (ask.t("people.by_centre")) }
            ul class="links" {
                li { a href=(path(CentreId::DISTRICT)) { span { (ask.t("people.everywhere")) } (icon("right")) } }
                @for (c, name) in centres { li { a href=(path(*c)) { span { (ask.b(name)) } (icon("right")) } } }
            }
        }
    }
}

fn link_page<'a>(ask: &'a Ask, account: AccountId, login: &str, title: &'static str, path: &str) -> Page<'a> {
    let body = html! {
        (notice("wrn", ask.t("people.link.once"), &ask.tf("people.link.once.why", &[("login", login)])))
        section class="card" { p { b { (ask.public_url) (path) } } }
        p class="btns" {
            a class="btn pri" href=(ask.href(&format!("/admin/people/{account}"))) { (ask.t("people.link.on")) }
            a class="btn" href=(ask.href("/admin/people")) { (ask.t("people.title")) }
        }
    };
    admin_page(ask, "/admin/people", ask.t(title), &body)
}

fn one_page<'a>(ask: &'a Ask, seen: &One, faults: &[FieldFault]) -> Page<'a> {
    let a = &seen.account;
    let post = |what: &str| format!("/admin/people/{}/{what}", a.id);
    let reasoned = |what: &str, word: &'static str, class: &'static str| {
        let fault = faults.iter().find(|f| f.field == "reason");
        let id = format!("reason-{what}");
        html! {
            details open[fault.is_some()] {
                summary { (ask.t(word)) }
                form method="post" action=(ask.href(&post(what))) {
                    (ask.once())
                    div class=(if fault.is_some() { "field bad" } else { "field" }) {
                        label for=(id) { (ask.t("people.reason")) }
                        @if let Some(f) = fault { p class="err" { (icon("warn")) (f.text) } }
                        input type="text" id=(id) name="reason" maxlength="200" required;
                    }
                    p { button class=(class) { (ask.t(word)) } }
                }
            }
        }
    };
    let body = html! {
        (error_summary(ask, &faults.iter().filter(|f| f.field != "reason").cloned().collect::<Vec<_>>()))
        section class="card" { dl class="rows" {
            div { dt { (ask.t("people.shown")) } dd { (a.shown) } }
            div { dt { (ask.t("people.login")) } dd { (a.login) } }
            div { dt { (ask.t("people.state")) } dd { (ask.t(state_word(a.state.code()))) " · " (moment(ask, a.since)) @if let Some(why) = &a.why { " · " (why) } } }
            div { dt { (ask.t("people.made_by")) } dd { (by_name(ask, &a.made_by, &seen.names)) " · " (moment(ask, a.made_at)) } }
        } }
        section class="card" aria-labelledby="roles" {
            h2 id="roles" { (ask.t("people.roles")) }
            (grants_table(ask, &seen.grants, &seen.names, &seen.centres, false, true))
            @if a.state != State::Left { (centres_list(ask, &seen.centres, &a.login)) }
        }
        @if a.state != State::Left {
            section class="card" aria-labelledby="steps" {
                h2 id="steps" { (ask.t("people.actions")) }
                p class="btns" {
                    (ask.button(&post("reset"), ask.t(if a.state == State::Invited { "people.invite_again" } else { "people.reset" }), "btn", &[]))
                    @if a.state == State::Locked { (ask.button(&post("unlock"), ask.t("people.unlock"), "btn ok", &[])) }
                }
                @if a.state == State::Active { (reasoned("lock", "people.lock", "btn bad")) }
                (reasoned("leave", "people.leave", "btn bad"))
            }
        }
    };
    admin_page(ask, "/admin/people", ask.t("people.one"), &body)
}

fn grants_table(ask: &Ask, grants: &[Standing], names: &[(String, String)], centres: &Centres, who: bool, may_revoke: bool) -> Markup {
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

fn sample_account(ask: &Ask, n: u8, login: &str, shown: &str, state: State) -> Account {
    Account {
        id: AccountId::from_bytes([n; 16]),
        login: login.into(),
        shown: shown.into(),
        lang: Lang::Zh,
        state,
        why: (state == State::Locked).then(|| "休假".into()),
        since: ask.now,
        made_at: ask.now,
        made_by: "shell:demo".into(),
        version: 1,
    }
}

pub(super) fn sample_grant(ask: &Ask, n: u8, who: &Account, role: &str, centre: i64, state: GrantState) -> Standing {
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

fn sample_centres() -> Centres {
    CentreId::new(1).map(|c| (c, Both::new("示例·一号便民中心", "Sample centre one"))).into_iter().collect()
}

pub(super) fn sample_person(ask: &Ask) -> Account {
    sample_account(ask, 1, "clerk1", "示例·窗口一", State::Active)
}

pub(super) fn sample_list(ask: &Ask) -> Markup {
    let (clerk, admin, gone) =
        (sample_person(ask), sample_account(ask, 2, "security", "示例·安全管理", State::Active), sample_account(ask, 3, "guide", "示例·引导员", State::Locked));
    let person = |a: &Account, roles| Person { account: a.id, login: a.login.clone(), shown: a.shown.clone(), state: a.state.code(), roles };
    let people = vec![
        person(
            &clerk,
            vec![sample_grant(ask, 1, &clerk, "clerk", 1, GrantState::Active), sample_grant(ask, 2, &clerk, "hall_supervisor", 1, GrantState::Asked)],
        ),
        person(&admin, vec![sample_grant(ask, 3, &admin, "security_admin", 0, GrantState::Active)]),
        person(&gone, Vec::new()),
    ];
    let list =
        List { people, counts: vec![("active".into(), 2), ("locked".into(), 1)], centres: sample_centres(), state: String::new(), more: Some("guide".into()) };
    list_page(ask, &list, ("", ""), &[]).render(ask)
}
pub(super) fn sample_link(ask: &Ask) -> Markup {
    link_page(ask, AccountId::from_bytes([1; 16]), "clerk1", "people.invited", "/in/link/AAAAAAAAAAAAAAAAAAAAAA").render(ask)
}
pub(super) fn sample_one(ask: &Ask) -> Markup {
    let clerk = sample_person(ask);
    let grants = vec![
        sample_grant(ask, 1, &clerk, "clerk", 1, GrantState::Active),
        sample_grant(ask, 2, &clerk, "stale_role", 1, GrantState::Active),
        sample_grant(ask, 3, &clerk, "guide", 1, GrantState::Revoked),
    ];
    one_page(ask, &One { account: clerk, grants, names: Vec::new(), centres: sample_centres() }, &[]).render(ask)
}
pub(super) fn sample_at(ask: &Ask) -> Markup {
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
