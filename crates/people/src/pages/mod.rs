//! Signing in, own keys, set-up, people and roles, two persons. One table of routes.

mod keys;
mod link;
mod people;
mod sign_in;
mod start;
mod two;

use kernel::{Both, CentreId, Instant, No, Refusal};
use web::{
    Answer, App, Ask, Duty, FieldFault, Markup, Myself, Open, Owns, Page, PeopleAccounts, PeopleAgree, PeopleAsk, Rate, Refuse, Reply, Route, Surface, html,
    icon, route,
};

use crate::object;

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/in", Open, sign_in::open, "people.session.page"),
    route!(POST "/in", Open, sign_in::sign_in, "people.session.open").sets_cookie().rate(Rate::Login),
    route!(GET "/in/again", Myself, sign_in::again, "people.session.again").while_locked(),
    route!(POST "/in/again", Myself, sign_in::unlock, "people.session.unlock").sets_cookie().rate(Rate::Login).while_locked(),
    route!(POST "/in/lock", Myself, sign_in::lock, "people.session.lock").while_locked(),
    route!(POST "/out", Open, sign_in::out, "people.session.close").sets_cookie(),
    route!(GET "/in/link/{code}", Open, link::page, "people.link.page"),
    route!(POST "/in/link/{code}", Open, link::accept, "people.link.accept").sets_cookie().rate(Rate::Login),
    route!(GET "/me/keys", Myself, keys::page, "people.keys"),
    route!(POST "/me/keys/password", Myself, keys::password, "people.password.change").sets_cookie().rate(Rate::Login),
    route!(POST "/me/keys/others", Myself, keys::others, "people.session.others"),
    route!(GET "/admin/start", Open, start::page, "people.setup.page"),
    route!(POST "/admin/start", Open, start::set_up, "people.setup").sets_cookie().rate(Rate::Login),
    route!(GET "/admin/people", PeopleAccounts, people::list, "people.account.list"),
    route!(POST "/admin/people", PeopleAccounts, people::invite, "people.account.invite"),
    route!(GET "/admin/people/{account}", PeopleAccounts, people::one, "people.account.see").own(Owns::Nothing, object::account),
    route!(POST "/admin/people/{account}/lock", PeopleAccounts, people::lock, "people.account.lock").own(Owns::Nothing, object::account),
    route!(POST "/admin/people/{account}/unlock", PeopleAccounts, people::unlock, "people.account.unlock").own(Owns::Nothing, object::account),
    route!(POST "/admin/people/{account}/leave", PeopleAccounts, people::leave, "people.account.leave").own(Owns::Nothing, object::account),
    route!(POST "/admin/people/{account}/reset", PeopleAccounts, people::reset, "people.account.reset").own(Owns::Nothing, object::account),
    route!(GET "/admin/centres/{centre}/people", PeopleAsk, people::at, "people.grant.list").own(Owns::SameCentre, web::centre_in_path),
    route!(POST "/admin/centres/{centre}/grants", PeopleAsk, people::ask, "people.grant.ask").own(Owns::SameCentre, web::centre_in_path),
    route!(POST "/admin/grants/{grant}/revoke", PeopleAsk, people::revoke, "people.grant.revoke").own(Owns::SameCentre, object::grant),
    route!(POST "/admin/grants/{grant}/agree", PeopleAgree, two::agree_grant, "people.grant.agree").own(Owns::Nothing, object::grant),
    route!(POST "/admin/grants/{grant}/refuse", PeopleAgree, two::refuse_grant, "people.grant.refuse").own(Owns::Nothing, object::grant),
    route!(GET "/admin/two", PeopleAgree, two::list, "people.two.list"),
    route!(POST "/admin/two/{two}/agree", PeopleAgree, two::agree, "people.two.agree").own(Owns::Nothing, object::two),
    route!(POST "/admin/two/{two}/refuse", PeopleAgree, two::refuse, "people.two.refuse").own(Owns::Nothing, object::two),
];

/// Every page with made-up data.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    vec![
        ("in", sign_in::sample(ask)),
        ("in-wrong", sign_in::sample_wrong(ask)),
        ("in-again", sign_in::sample_again(ask)),
        ("in-link", link::sample(ask)),
        ("me-keys", keys::sample(ask)),
        ("admin-start", start::sample(ask)),
        ("admin-people", people::sample_list(ask)),
        ("admin-people-link", people::sample_link(ask)),
        ("admin-people-one", people::sample_one(ask)),
        ("admin-people-at", people::sample_at(ask)),
        ("admin-two", two::sample(ask)),
    ]
}

/// A narrow page without navigation: signing in, set-up.
fn gate<'a>(ask: &Ask, title: &'a str, body: &Markup) -> Page<'a> {
    let body = html! {
        (web::skip(ask))
        main id="main" tabindex="-1" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} }
            h1 { (title) }
            (body)
            p { a class="btn lnk" href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) } }
        }
    };
    Page::new(Surface::Admin, title, body).class("gate")
}

/// A field for a password; `complete` is what password managers go by.
fn secret(name: &'static str, label: &str, hint: &str, complete: &str, required: bool, faults: &[FieldFault]) -> Markup {
    let fault = faults.iter().find(|f| f.field == name);
    let described = [(!hint.is_empty()).then(|| format!("{name}-h")), fault.map(|_| format!("{name}-e"))].into_iter().flatten().collect::<Vec<_>>().join(" ");
    html! {
        div class=(if fault.is_some() { "field bad" } else { "field" }) {
            label for=(name) { (label) }
            @if !hint.is_empty() { p class="hint" id={ (name) "-h" } { (hint) } }
            @if let Some(f) = fault { p class="err" id={ (name) "-e" } { (icon("warn")) (f.text) } }
            input type="password" id=(name) name=(name) autocomplete=(complete) required[required]
                aria-describedby=[(!described.is_empty()).then_some(described.as_str())] aria-invalid=[fault.map(|_| "true")];
        }
    }
}

/// A form again with what was wrong, or the problem itself for programs and for what is no fault of the form. `or` is the field a refusal without
/// one points at.
fn form_again<'a>(ask: &'a Ask, no: No, or: &'static str, wait_s: Option<i64>, page: impl FnOnce(&[FieldFault]) -> Page<'a>) -> Reply {
    let wait = wait_s.map(|s| u32::try_from(s.max(1)).unwrap_or(u32::MAX));
    match no {
        No::Refused(r) if !ask.json() && r.status.0 != 503 => {
            let fault = FieldFault { field: r.field.unwrap_or(or), text: ask.words.refusal(ask.lang, &r) };
            let answer = Answer::page(ask, page(&[fault])).status(r.status.0);
            Ok(match wait {
                Some(s) => answer.with("retry-after", s.to_string()),
                None => answer,
            })
        }
        other => {
            let refuse = Refuse::from(other);
            Err(match wait {
                Some(s) => refuse.retry_after(s),
                None => refuse,
            })
        }
    }
}

/// Writes down a refusal that never reaches a lane: what was typed did not hold, or was not this person's to ask.
///
/// # Errors
/// The same refusal; `busy` when it could not be written down.
async fn noted<D, T>(app: &App, duty: &Duty<D>, action: &'static str, checked: Result<T, No>) -> Result<Result<T, No>, Refuse> {
    if let Err(No::Refused(r)) = &checked {
        let command = app.command(duty, CentreId::DISTRICT, action, None);
        app.store().note_refusal(command, r.code).await.map_err(|_| Refuse::status(503, "busy"))?;
    }
    Ok(checked)
}

/// Two typings of a new password that must be the same and good enough.
///
/// # Errors
/// `password.differs` at `again`, or what the policy says.
fn new_password(new: &str, again: &str, known: &[&str]) -> Result<(), No> {
    crate::policy::check(new, known)?;
    if new == again { Ok(()) } else { Err(Refusal::invalid("password.differs").at("again").into()) }
}

/// A path of this site to go on to; anything else is dropped.
fn local(to: &str) -> Option<&str> {
    let plain = to.starts_with('/') && !to.starts_with("//") && to.len() <= 500 && !to.contains('\\') && !to.chars().any(char::is_control);
    (plain && !to.starts_with("/in") && !to.starts_with("/out")).then_some(to)
}

/// Where somebody with these roles begins.
fn home(signed: &web::Signed) -> &'static str {
    let has = |duty| signed.has(duty);
    if has("queue.open") || has("queue.help") {
        "/d"
    } else if has("venues.class") && !has("queue.see") {
        "/d/classes"
    } else if has("queue.see") {
        "/m"
    } else if has("hall.items") {
        "/admin/items"
    } else if has("people.accounts") || has("store.operate") {
        "/admin"
    } else if has("store.audit") {
        "/admin/audit"
    } else {
        "/me/keys"
    }
}

/// `2026年11月23日 10:07` / `23 November 2026, 10:07`
fn moment(ask: &Ask, at: Instant) -> String {
    let (y, m, d) = ask.district.time.day(at).parts();
    let hhmm = ask.hhmm(at);
    let month = usize::try_from(m).unwrap_or(1).clamp(1, 12) - 1;
    const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    match ask.lang {
        kernel::Lang::Zh => format!("{y}年{m}月{d}日 {hhmm}"),
        kernel::Lang::En => format!("{d} {} {y}, {hhmm}", MONTHS[month]),
    }
}

/// A centre's name, or its number where no name is known.
fn centre_name(ask: &Ask, centre: CentreId, centres: &[(CentreId, Both)]) -> String {
    if centre == CentreId::DISTRICT {
        return ask.t("people.everywhere").to_owned();
    }
    centres.iter().find(|(c, _)| *c == centre).map_or_else(|| ask.tf("people.centre_n", &[("n", &centre.to_string())]), |(_, name)| ask.b(name).to_owned())
}

/// Who did something, as people read it: the shown name where `by` is an account.
fn by_name(ask: &Ask, by: &str, names: &[(String, String)]) -> String {
    if let Some((_, shown)) = names.iter().find(|(b, _)| b == by) {
        return shown.clone();
    }
    match by.split_once(':') {
        Some(("shell", user)) => ask.tf("people.by.shell", &[("who", user)]),
        _ if by == "setup" => ask.t("people.by.setup").to_owned(),
        _ => by.to_owned(),
    }
}

/// Shown names of everybody in `asked_by`-like texts.
fn names(tx: &mut store::Tx, bys: impl Iterator<Item = String>) -> Result<Vec<(String, String)>, No> {
    let mut ids: Vec<kernel::AccountId> = bys.filter_map(|b| b.strip_prefix("account:")?.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(crate::rows::account::shown(tx, &ids)?.into_iter().map(|(id, shown)| (format!("account:{id}"), shown)).collect())
}
