//! `yizhan user …` and the sample's maker, at the machine's shell: actor `shell:<os user>`, alone, on record. Each returns what to print.

use std::{collections::BTreeMap, fmt::Write as _};

use kernel::{Actor, CentreId, Instant, No, Refusal};
use store::{Command, Store, Tx};

use crate::{
    api::{self, NewGrant, State},
    grant::{Asker, GrantState},
    login::{Login, ShownName},
    password, rows,
};

fn command(action: &'static str, os_user: &str, now: Instant) -> Command {
    Command {
        chain: CentreId::DISTRICT,
        also: Vec::new(),
        once: None,
        action,
        actor: Actor::Shell(os_user.to_owned()),
        role: String::new(),
        device: None,
        object: ("account", String::new()),
        trace: "shell".into(),
        at: now,
    }
}

fn asker(os_user: &str) -> Asker {
    Asker::machine(format!("shell:{os_user}"))
}

fn reason(os_user: &str) -> String {
    format!("命令行 {os_user} / shell")
}

fn link(code: &str) -> String {
    format!("/in/link/{code}")
}

/// Makes an account, gives it a role when one is named, and returns its one-time link. Lost access to a district is repaired so.
///
/// # Errors
/// `login.shape`, `login.taken`, `grant.role`, `grant.scope`.
pub fn add(store: &Store, login: &str, role: Option<&str>, centre: CentreId, os_user: &str, now: Instant) -> Result<String, No> {
    let (login, shown, code, dice) = (Login::parse(login)?, ShownName::parse(login)?, web::token::fresh(), web::token::random());
    let (hash, role, os_user) = (web::token::hash(&code), role.map(str::to_owned), os_user.to_owned());
    store.command_blocking(command("people.account.invite", &os_user, now), move |tx| {
        let account = api::invite(tx, &login, &shown, &hash, &asker(&os_user).by, now, &dice)?;
        if let Some(role) = &role {
            api::ask_grant(tx, &asker(&os_user), &NewGrant { account, role: role.clone(), centre, until: None, reason: reason(&os_user) }, now, &dice)?;
        }
        Ok(())
    })?;
    Ok(format!("{}\n7 天内有效，只能用一次 / valid 7 days, once", link(&code)))
}

/// Lists accounts with state and standing roles.
///
/// # Errors
/// A fault of the database.
pub fn list(store: &Store) -> Result<String, No> {
    store.read_blocking(|tx| {
        let grants = rows::grant::standing(tx)?;
        let (mut text, mut after) = (String::new(), String::new());
        loop {
            let page = api::accounts(tx, &after, 200)?;
            let Some(last) = page.last() else { return Ok(text) };
            after.clone_from(&last.login);
            for a in page {
                let roles: Vec<String> =
                    grants.iter().filter(|g| g.account == a.id && g.state == GrantState::Active).map(|g| format!("{}@{}", g.role, g.centre)).collect();
                let _ = writeln!(text, "{:<32} {:<8} {:<40} {}", a.login, a.state.code(), roles.join(" "), a.shown);
            }
        }
    })
}

/// A one-time link to choose a new password; ends all sessions.
///
/// # Errors
/// `login.unknown`, `account.state`.
pub fn reset(store: &Store, login: &str, os_user: &str, now: Instant) -> Result<String, No> {
    let code = web::token::fresh();
    let (hash, login, by) = (web::token::hash(&code), login.to_owned(), asker(os_user).by);
    store.command_blocking(command("people.account.reset", os_user, now), move |tx| {
        let account = api::account_of(tx, &login)?;
        api::reset(tx, account.id, &hash, &by, now)
    })?;
    Ok(format!("{}\n24 小时内有效，只能用一次 / valid 24 h, once", link(&code)))
}

/// Locks an account; its sessions end.
///
/// # Errors
/// `login.unknown`, `account.state`, `grant.last`.
pub fn lock(store: &Store, login: &str, os_user: &str, now: Instant) -> Result<String, No> {
    let (login, why) = (login.to_owned(), reason(os_user));
    let text = format!("{login} 已停用 / locked");
    store.command_blocking(command("people.account.lock", os_user, now), move |tx| {
        let account = api::account_of(tx, &login)?;
        api::lock(tx, account.id, &why, now)
    })?;
    Ok(text)
}

/// Unlocks an account.
///
/// # Errors
/// `login.unknown`, `account.state`.
pub fn unlock(store: &Store, login: &str, os_user: &str, now: Instant) -> Result<String, No> {
    let login = login.to_owned();
    let text = format!("{login} 已恢复 / unlocked");
    store.command_blocking(command("people.account.unlock", os_user, now), move |tx| {
        let account = api::account_of(tx, &login)?;
        api::unlock(tx, account.id, now)
    })?;
    Ok(text)
}

/// Gives a role, alone and on record; a role that stands gets another year.
///
/// # Errors
/// `login.unknown`, `grant.role`, `grant.scope`, `account.state`.
pub fn grant(store: &Store, login: &str, role: &str, centre: CentreId, os_user: &str, now: Instant) -> Result<String, No> {
    let (login, role, os_user, dice) = (login.to_owned(), role.to_owned(), os_user.to_owned(), web::token::random());
    let text = format!("{login}: {role}@{centre}");
    store.command_blocking(command("people.grant.ask", &os_user, now), move |tx| {
        let account = api::account_of(tx, &login)?;
        if let Some(stands) = standing(tx, &account, &role, centre)? {
            tx.about("grant", stands);
            return rows::grant::extend(tx, stands, crate::grant::until(None, now)).map(drop);
        }
        let ask = NewGrant { account: account.id, role: role.clone(), centre, until: None, reason: reason(&os_user) };
        api::ask_grant(tx, &asker(&os_user), &ask, now, &dice).map(drop)
    })?;
    Ok(text)
}

/// Takes a role back.
///
/// # Errors
/// `login.unknown`, `grant.last`, `grant.none` when it does not stand.
pub fn revoke(store: &Store, login: &str, role: &str, centre: CentreId, os_user: &str, now: Instant) -> Result<String, No> {
    let (login, role, os_user) = (login.to_owned(), role.to_owned(), os_user.to_owned());
    let text = format!("{login}: {role}@{centre} 已收回 / revoked");
    store.command_blocking(command("people.grant.revoke", &os_user, now), move |tx| {
        let account = api::account_of(tx, &login)?;
        let stands = standing(tx, &account, &role, centre)?.ok_or_else(|| Refusal::conflict("grant.none"))?;
        api::revoke(tx, &asker(&os_user), stands, now)
    })?;
    Ok(text)
}

fn standing(tx: &mut Tx, account: &api::Account, role: &str, centre: CentreId) -> Result<Option<kernel::GrantId>, No> {
    Ok(rows::grant::of(tx, account.id)?.into_iter().find(|g| g.state == GrantState::Active && g.role == role && g.centre == centre).map(|g| g.id))
}

/// A new set-up code, for the console and the file `setup-code`; codes of earlier starts are void.
///
/// # Errors
/// A fault of the database.
pub fn set_up_code(store: &Store, now: Instant) -> Result<String, No> {
    let (code, hash) = api::set_up_code(web::token::random());
    store.command_blocking(command("people.setup.code", "start", now), move |tx| api::new_set_up_code(tx, &hash, now))?;
    Ok(code)
}

/// Gives the invited accounts of a sample district their passphrases.
///
/// # Errors
/// `login.unknown`, `account.state`; a fault of the hasher.
pub fn activate_sample(store: &Store, passphrases: &BTreeMap<String, String>, now: Instant) -> Result<(), No> {
    let mut hashed = Vec::new();
    for (login, words) in passphrases {
        hashed.push((login.clone(), password::hash_here(words, web::token::random())?));
    }
    store.command_blocking(command("people.sample.activate", "demo", now), move |tx| {
        hashed.iter().try_for_each(|(login, phc)| api::activate_sample(tx, login, phc, now))
    })
}

/// How many accounts stand in each state, for `doctor`.
///
/// # Errors
/// A fault of the database.
pub fn counts(store: &Store) -> Result<Vec<(State, i64)>, No> {
    let all = store.read_blocking(rows::account::counts)?;
    Ok(all.into_iter().filter_map(|(state, n)| Some((State::parse(&state)?, n))).collect())
}
