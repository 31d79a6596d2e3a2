//! Accounts and their passwords.

use kernel::{AccountId, Fault, Instant, Lang, No, OnViolation, Refusal};
use store::{Row, Tx, params};

use crate::{
    account::{Account, State},
    password::Phc,
};

store::statements! {
    /// One account.
    ONE = "select account_id, login, shown, lang, state, state_why, state_at_us, made_at_us, made_by, version from people_account where account_id = $1";
    /// By its login.
    BY_LOGIN = "select account_id, login, shown, lang, state, state_why, state_at_us, made_at_us, made_by, version from people_account where login = $1";
    /// A page of accounts.
    PAGE = "select account_id, login, shown, lang, state, state_why, state_at_us, made_at_us, made_by, version from people_account
        where login > $1 and (cast($3 as text) is null or state = $3) order by login limit $2";
    /// How many stand in each state.
    COUNTS = "select state, count(*) from people_account group by state";
    /// A new account.
    ADD = "insert into people_account (account_id, kind, login, shown, lang, state, state_at_us, made_at_us, made_by, version)
        values ($1, 'staff', $2, $3, $4, $5, $6, $6, $7, 1)";
    /// The next state, only from the one it was read in.
    STEP = "update people_account set state = $2, state_why = $3, state_at_us = $4, version = version + 1 where account_id = $1 and state = $5";
    /// Another shown name.
    RENAME = "update people_account set shown = $2, version = version + 1 where account_id = $1";
    /// Names for lists, eight a statement; a parameter without an id finds nobody.
    SHOWN = "select account_id, shown from people_account where account_id = $1 or account_id = $2 or account_id = $3 or account_id = $4
        or account_id = $5 or account_id = $6 or account_id = $7 or account_id = $8";
    /// A login with its hash.
    SECRET = "select a.account_id, p.phc from people_account a join people_password p on p.account_id = a.account_id where a.login = $1";
    /// The hash of one account.
    SECRET_OF = "select phc from people_password where account_id = $1";
    /// Sets a password.
    SET_PASSWORD = "insert into people_password (account_id, phc, set_at_us) values ($1, $2, $3)
        on conflict (account_id) do update set phc = excluded.phc, set_at_us = excluded.set_at_us";
    /// The same password under today's parameters.
    REHASH = "update people_password set phc = $2 where account_id = $1";
    /// PE1: accounts of no known maker, and working ones without a password.
    PE1 = "select a.login from people_account a left join people_password p on p.account_id = a.account_id
        where not (a.made_by = 'setup' or a.made_by like 'account:%' or a.made_by like 'shell:%')
        or (a.state = 'active' and p.account_id is null) or (a.state = 'invited' and p.account_id is not null) order by a.login limit 100";
    /// PE5: passwords that are not Argon2id hashes.
    PE5 = "select a.login from people_account a join people_password p on p.account_id = a.account_id where substr(p.phc, 2, 8) <> 'argon2id' order by a.login limit 100";
}

fn account(r: &mut Row) -> Result<Account, Fault> {
    let state: String = r.get(4)?;
    let lang: String = r.get(3)?;
    Ok(Account {
        id: r.get(0)?,
        login: r.get(1)?,
        shown: r.get(2)?,
        lang: if lang == "en" { Lang::En } else { Lang::Zh },
        state: State::parse(&state).ok_or_else(|| Fault::new(format!("account state {state}")))?,
        why: r.get(5)?,
        since: r.get(6)?,
        made_at: r.get(7)?,
        made_by: r.get(8)?,
        version: r.get(9)?,
    })
}

/// One account.
pub fn one(tx: &mut Tx, id: AccountId) -> Result<Account, No> {
    tx.one("account", &ONE, params![id], account)
}
/// By its login.
pub fn by_login(tx: &mut Tx, login: &str) -> Result<Option<Account>, No> {
    Ok(tx.optional(&BY_LOGIN, params![login], account)?)
}
/// A page of accounts by login, in one state or any.
pub fn page(tx: &mut Tx, after: &str, limit: usize, state: Option<State>) -> Result<Vec<Account>, No> {
    Ok(tx.many(&PAGE, params![after, limit, state.map(State::code)], account)?)
}
/// How many stand in each state.
pub fn counts(tx: &mut Tx) -> Result<Vec<(String, i64)>, No> {
    Ok(tx.many(&COUNTS, params![], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
/// A new account.
pub fn add(tx: &mut Tx, a: &Account) -> Result<(), No> {
    let lang = a.lang.code();
    tx.run(&ADD, params![a.id, a.login, a.shown, lang, a.state.code(), a.made_at, a.made_by])
        .map(drop)
        .on_violation("people_login_once", || Refusal::conflict("login.taken").at("login"))
}
/// The next state; `false` when somebody else moved it first.
pub fn step(tx: &mut Tx, id: AccountId, from: State, to: State, why: Option<&str>, now: Instant) -> Result<bool, No> {
    Ok(tx.run(&STEP, params![id, to.code(), why, now, from.code()])? == 1)
}
/// Another shown name.
pub fn rename(tx: &mut Tx, id: AccountId, shown: &str) -> Result<(), No> {
    Ok(tx.run(&RENAME, params![id, shown]).map(drop)?)
}
/// Shown names, eight a statement.
pub fn shown(tx: &mut Tx, ids: &[AccountId]) -> Result<Vec<(AccountId, String)>, No> {
    let mut all = Vec::new();
    for eight in ids.chunks(8) {
        let at = |i: usize| eight.get(i).copied();
        let found = tx.many(&SHOWN, params![at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)], |r| Ok((r.get(0)?, r.get(1)?)))?;
        all.extend(found);
    }
    Ok(all)
}
/// The account and hash of a login.
pub fn secret(tx: &mut Tx, login: &str) -> Result<Option<(AccountId, Phc)>, No> {
    Ok(tx.optional(&SECRET, params![login], |r| Ok((r.get(0)?, Phc::stored(r.get(1)?))))?)
}
/// The hash of one account.
pub fn secret_of(tx: &mut Tx, id: AccountId) -> Result<Option<Phc>, No> {
    Ok(tx.optional(&SECRET_OF, params![id], |r| Ok(Phc::stored(r.get(0)?)))?)
}
/// Sets a password.
pub fn set_password(tx: &mut Tx, id: AccountId, phc: &Phc, now: Instant) -> Result<(), No> {
    Ok(tx.run(&SET_PASSWORD, params![id, phc.text(), now]).map(drop)?)
}
/// The same password under today's parameters.
pub fn rehash(tx: &mut Tx, id: AccountId, phc: &Phc) -> Result<(), No> {
    Ok(tx.run(&REHASH, params![id, phc.text()]).map(drop)?)
}
