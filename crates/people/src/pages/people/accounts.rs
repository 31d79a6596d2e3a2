//! The accounts: the list, one of them, inviting, locking, leaving, a new link.

use kernel::{AccountId, CentreId, Instant, Lang, No, Refusal};
use serde::{Deserialize, Serialize};
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Once, Page, PeopleAccounts, Real, Reply, admin_page, axum::extract::Query, error_summary, field,
    html, icon, notice,
};

use super::{
    Centres, Nothing,
    grants::{Standing, grants_table, sample_grant, standing},
    sample_centres, state_word,
};
use crate::{
    api::{self, Account, GrantState, Login, ShownName, State},
    grant::role_name,
    hooks,
    pages::{by_name, centre_name, form_again, moment, names, noted},
    rows,
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

/// An account as lists have it.
#[derive(Serialize)]
struct Person {
    account: AccountId,
    login: String,
    shown: String,
    state: &'static str,
    roles: Vec<Standing>,
}

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

// ---- pages ----

const STATES: [State; 4] = [State::Active, State::Invited, State::Locked, State::Left];

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

pub(crate) fn sample_person(ask: &Ask) -> Account {
    sample_account(ask, 1, "clerk1", "示例·窗口一", State::Active)
}

pub(crate) fn sample_list(ask: &Ask) -> Markup {
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
pub(crate) fn sample_link(ask: &Ask) -> Markup {
    link_page(ask, AccountId::from_bytes([1; 16]), "clerk1", "people.invited", "/in/link/AAAAAAAAAAAAAAAAAAAAAA").render(ask)
}
pub(crate) fn sample_one(ask: &Ask) -> Markup {
    let clerk = sample_person(ask);
    let grants = vec![
        sample_grant(ask, 1, &clerk, "clerk", 1, GrantState::Active),
        sample_grant(ask, 2, &clerk, "stale_role", 1, GrantState::Active),
        sample_grant(ask, 3, &clerk, "guide", 1, GrantState::Revoked),
    ];
    one_page(ask, &One { account: clerk, grants, names: Vec::new(), centres: sample_centres() }, &[]).render(ask)
}
