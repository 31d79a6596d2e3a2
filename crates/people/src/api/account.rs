//! Accounts and the links that open them.

use kernel::{AccountId, Instant, Lang, No, Refusal};
use store::Tx;

use super::{Account, Checked, EndWhy, GrantState, Login, NewSession, Phc, ShownName, State, Step, grant::end_grant, grant::not_the_last, id};
use crate::{login, rows};

/// How long an invitation holds, seconds: 7 days [A].
pub const INVITATION_S: i64 = 7 * 86_400;
/// How long a reset link and a set-up code hold, seconds: 24 h [A].
pub const RESET_S: i64 = 86_400;

/// Makes an account that waits for its holder (邀请). `code_hash` is of the one-time code that goes into the link.
///
/// # Errors
/// `login.taken` (409).
pub fn invite(tx: &mut Tx, login: &Login, shown: &ShownName, code_hash: &[u8; 32], made_by: &str, now: Instant, dice: &[u8; 32]) -> Result<AccountId, No> {
    let account = new_account(login, shown, State::Invited, made_by, now, dice);
    rows::account::add(tx, &account)?;
    rows::link::add(tx, code_hash, "invite", Some(account.id), made_by, now.plus_s(INVITATION_S))?;
    tx.about("account", account.id);
    Ok(account.id)
}

pub(super) fn new_account(login: &Login, shown: &ShownName, state: State, made_by: &str, now: Instant, dice: &[u8; 32]) -> Account {
    let (login, shown, made_by) = (login.text().to_owned(), shown.text().to_owned(), made_by.to_owned());
    Account { id: id(now, dice, &login), login, shown, lang: Lang::Zh, state, why: None, since: now, made_at: now, made_by, version: 1 }
}

/// One account.
///
/// # Errors
/// Missing.
pub fn account(tx: &mut Tx, id: AccountId) -> Result<Account, No> {
    rows::account::one(tx, id)
}

/// The account of a login.
///
/// # Errors
/// `login.unknown` (422).
pub fn account_of(tx: &mut Tx, login: &str) -> Result<Account, No> {
    rows::account::by_login(tx, &login.trim().to_ascii_lowercase())?.ok_or_else(|| Refusal::invalid("login.unknown").at("login").into())
}

/// The account that an open link is for.
///
/// # Errors
/// `link.used` (410).
pub fn link_opens(tx: &mut Tx, code_hash: &[u8; 32], now: Instant) -> Result<Account, No> {
    match rows::link::open(tx, code_hash, now)? {
        Some((kind, Some(account))) if kind != "setup" => rows::account::one(tx, account),
        _ => Err(link_used()),
    }
}

fn link_used() -> No {
    Refusal::with("link.used", 410).into()
}

/// Uses an invitation or a reset: sets the password, ends what was open, and opens a session unless the account is locked.
/// Once, also when two browsers come at the same moment.
///
/// # Errors
/// `link.used` (410).
pub fn accept_link(tx: &mut Tx, code_hash: &[u8; 32], phc: &Phc, new: &NewSession, now: Instant) -> Result<Account, No> {
    let Some((kind, Some(id))) = rows::link::use_once(tx, code_hash, now)? else { return Err(link_used()) };
    let mut account = rows::account::one(tx, id)?;
    tx.about("account", id);
    match (kind.as_str(), account.state) {
        ("invite", State::Invited) => {
            step(tx, &account, Step::Accept, None, now)?;
            account.state = State::Active;
        }
        ("reset", State::Active | State::Locked) => {}
        _ => return Err(link_used()),
    }
    rows::account::set_password(tx, id, phc, now)?;
    rows::link::void(tx, id, now)?;
    rows::session::end_of(tx, id, None, EndWhy::Password, now)?;
    if account.state == State::Active {
        rows::session::open(tx, &new.hash, id, now)?;
    }
    Ok(account)
}

/// Changes the own password: the session gets a new id, all others end.
///
/// # Errors
/// `login.wrong` at `password` when the old one was not right; `session.none` when the session ended in between.
pub fn change_password(tx: &mut Tx, checked: &Checked, phc: &Phc, old: &[u8; 32], new: &NewSession, now: Instant) -> Result<(), No> {
    let id = checked.account().filter(|_| checked.right()).ok_or_else(|| No::Refused(Refusal::invalid("login.wrong").at("password")))?;
    tx.about("account", id);
    rows::account::set_password(tx, id, phc, now)?;
    rows::session::end_of(tx, id, Some(old), EndWhy::Password, now)?;
    if rows::session::rotate(tx, old, &new.hash, now)? { Ok(()) } else { Err(Refusal::with("session.none", 401).into()) }
}

/// Gives an account a new one-time link (重设密码): links of before are void, sessions end.
///
/// # Errors
/// `account.state` (409) for an account that left.
pub fn reset(tx: &mut Tx, id: AccountId, code_hash: &[u8; 32], made_by: &str, now: Instant) -> Result<(), No> {
    let account = rows::account::one(tx, id)?;
    tx.about("account", id);
    let (kind, lasts) = match account.state {
        State::Invited => ("invite", INVITATION_S),
        State::Active | State::Locked => ("reset", RESET_S),
        State::Left => return Err(Refusal::conflict("account.state").into()),
    };
    rows::link::void(tx, id, now)?;
    rows::session::end_of(tx, id, None, EndWhy::Password, now)?;
    rows::link::add(tx, code_hash, kind, Some(id), made_by, now.plus_s(lasts))
}

pub(super) fn step(tx: &mut Tx, account: &Account, step: Step, why: Option<&str>, now: Instant) -> Result<(), No> {
    let to = account.state.after(step)?;
    if rows::account::step(tx, account.id, account.state, to, why, now)? { Ok(()) } else { Err(Refusal::conflict("account.state").into()) }
}

/// Locks an account (停用): its sessions end, its grants stay.
///
/// # Errors
/// `grant.last` (409) for the last security administrator; `account.state`; `reason.needed`.
pub fn lock(tx: &mut Tx, id: AccountId, why: &str, now: Instant) -> Result<(), No> {
    let (account, why) = (rows::account::one(tx, id)?, login::reason(why)?);
    tx.about("account", id);
    not_the_last(tx, id, now)?;
    step(tx, &account, Step::Lock, Some(&why), now)?;
    rows::session::end_of(tx, id, None, EndWhy::Revoke, now).map(drop)
}

/// Unlocks an account (恢复).
///
/// # Errors
/// `account.state` (409).
pub fn unlock(tx: &mut Tx, id: AccountId, now: Instant) -> Result<(), No> {
    let account = rows::account::one(tx, id)?;
    tx.about("account", id);
    step(tx, &account, Step::Unlock, None, now)
}

/// The person left (离岗), for good: sessions end, grants are revoked, links are void; the row stays for the audit.
///
/// # Errors
/// `grant.last` (409) for the last security administrator; `account.state`.
pub fn leave(tx: &mut Tx, id: AccountId, why: &str, now: Instant) -> Result<(), No> {
    let (account, why) = (rows::account::one(tx, id)?, login::reason(why)?);
    tx.about("account", id);
    not_the_last(tx, id, now)?;
    step(tx, &account, Step::Leave, Some(&why), now)?;
    rows::link::void(tx, id, now)?;
    rows::session::end_of(tx, id, None, EndWhy::Left, now)?;
    for grant in rows::grant::of(tx, id)? {
        match grant.state {
            GrantState::Active => end_grant(tx, &grant, GrantState::Revoked, now)?,
            GrantState::Asked => drop(rows::grant::end(tx, grant.id, GrantState::Asked, GrantState::Refused, now)?),
            GrantState::Refused | GrantState::Expired | GrantState::Revoked => {}
        }
    }
    tx.tell(&facts::people::AccountLeft { account: id });
    Ok(())
}

/// A page of accounts by login, after `after`.
pub fn accounts(tx: &mut Tx, after: &str, limit: usize) -> Result<Vec<Account>, No> {
    rows::account::page(tx, after, limit, None)
}

/// Shown names, for lists; one statement for eight.
pub fn shown(tx: &mut Tx, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, No> {
    rows::account::shown(tx, ids)
}
