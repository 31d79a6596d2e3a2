//! The first administrator, the sample, and what an administrator should see.

use kernel::{AccountId, Actor, CentreId, Instant, No, Refusal, never};
use store::Tx;

use super::{
    Asker, Grant, GrantState, Login, NewSession, Phc, RESET_S, ShownName, State, Step, account::new_account, account::step, account_of, alone, by, id,
    role_name,
};
use crate::{grant, rows, tries, tries::Kind};

/// Whether an administrator was ever made: before that only set-up answers.
pub fn is_set_up(tx: &mut Tx) -> Result<bool, No> {
    rows::grant::any(tx)
}

/// A set-up code as shown on the machine: 20 characters without I, L, O, U; with its hash as stored.
pub fn set_up_code(dice: [u8; 32]) -> (String, [u8; 32]) {
    let code = web::token::code(&dice, 20);
    let hash = web::token::hash(&code);
    (code, hash)
}

/// Keeps the hash of a new set-up code for 24 h and voids the codes of earlier starts.
pub fn new_set_up_code(tx: &mut Tx, hash: &[u8; 32], now: Instant) -> Result<(), No> {
    rows::link::void_setup(tx, now)?;
    rows::link::add(tx, hash, "setup", None, "start", now.plus_s(RESET_S))
}

/// All addresses together share this count.
const SET_UP: [u8; 32] = [0; 32];

/// Until when no set-up code may be tried.
pub fn set_up_blocked(tx: &mut Tx, now: Instant) -> Result<Option<Instant>, No> {
    Ok(rows::tries::one(tx, Kind::SetUp, &SET_UP)?.and_then(|t| t.blocked(now)))
}

/// Counts a wrong set-up code.
pub fn set_up_failed(tx: &mut Tx, now: Instant) -> Result<(), No> {
    let before = rows::tries::one(tx, Kind::SetUp, &SET_UP)?;
    rows::tries::put(tx, Kind::SetUp, &SET_UP, tries::failed(Kind::SetUp, false, before, now))
}

/// Whether a typed set-up code is the open one, before anything is hashed.
///
/// # Errors
/// `setup.code` (422).
pub fn set_up_opens(tx: &mut Tx, typed: &str, now: Instant) -> Result<[u8; 32], No> {
    let hash = web::token::hash(&web::token::read_code(typed));
    match rows::link::open(tx, &hash, now)? {
        Some((kind, None)) if kind == "setup" => Ok(hash),
        _ => Err(set_up_wrong()),
    }
}

fn set_up_wrong() -> No {
    Refusal::invalid("setup.code").at("code").into()
}

/// An administrator made at set-up.
#[derive(Clone, Debug)]
pub struct NewAdmin {
    /// Its login.
    pub login: Login,
    /// Its shown name.
    pub shown: ShownName,
    /// Its password's hash.
    pub phc: Phc,
}

/// Makes the first administrators (第一次): two accounts in one sitting, or one alone with both roles.
///
/// # Errors
/// Missing once the district is set up; `setup.code` (422); `login.taken` (409).
pub fn set_up(tx: &mut Tx, code_hash: &[u8; 32], first: &NewAdmin, second: Option<&NewAdmin>, now: Instant, dice: &[u8; 32]) -> Result<AccountId, No> {
    if is_set_up(tx)? {
        return Err(No::Missing(kernel::Missing("set-up")));
    }
    match rows::link::use_once(tx, code_hash, now)? {
        Some((kind, None)) if kind == "setup" => {}
        _ => return Err(set_up_wrong()),
    }
    let system = made(tx, first, "setup", now, dice)?;
    let security = match second {
        Some(second) => made(tx, second, "setup", now, dice)?,
        None => system,
    };
    for (account, role) in [(system, "system_admin"), (security, "security_admin")] {
        given(tx, account, role, CentreId::DISTRICT, "setup", second.is_none().then_some("set-up"), now, dice)?;
    }
    tx.about("account", system);
    Ok(system)
}

fn made(tx: &mut Tx, who: &NewAdmin, by: &str, now: Instant, dice: &[u8; 32]) -> Result<AccountId, No> {
    let account = new_account(&who.login, &who.shown, State::Active, by, now, dice);
    rows::account::add(tx, &account)?;
    rows::account::set_password(tx, account.id, &who.phc, now)?;
    Ok(account.id)
}

#[allow(clippy::too_many_arguments)]
fn given(tx: &mut Tx, account: AccountId, role: &str, centre: CentreId, by: &str, alone_why: Option<&str>, now: Instant, dice: &[u8; 32]) -> Result<(), No> {
    rows::grant::add(
        tx,
        &Grant {
            id: id(now, dice, &format!("grant {account} {role} {centre}")),
            account,
            role: role.to_owned(),
            centre,
            organisation: None,
            from: now,
            until: grant::until(None, now),
            asked_by: by.to_owned(),
            agreed_by: None,
            alone_why: alone_why.map(str::to_owned),
            reason: by.to_owned(),
            state: GrantState::Active,
        },
    )
}

/// Logins that were invited and wait: the sample's maker gives each a passphrase.
pub fn invited(tx: &mut Tx) -> Result<Vec<String>, No> {
    Ok(rows::account::page(tx, "", 1_000, Some(State::Invited))?.into_iter().map(|a| a.login).collect())
}

/// Makes an invited account of the sample district active with a passphrase; only `yizhan demo` calls it.
///
/// # Errors
/// `login.unknown`, `account.state`.
pub(crate) fn activate_sample(tx: &mut Tx, login: &str, phc: &Phc, now: Instant) -> Result<(), No> {
    let account = account_of(tx, login)?;
    step(tx, &account, Step::Accept, None, now)?;
    rows::link::void(tx, account.id, now)?;
    rows::account::set_password(tx, account.id, phc, now)
}

/// Opens a session of a sample account without its passphrase: `/demo`, which exists on loopback alone.
///
/// # Errors
/// Missing when there is no such active account of a sample district.
pub fn enter_sample(tx: &mut Tx, login: &str, now: Instant, dice: [u8; 32]) -> Result<NewSession, No> {
    let account = rows::account::by_login(tx, login)?
        .filter(|a| a.state == State::Active && a.made_by == SAMPLE)
        .ok_or(No::Missing(kernel::Missing("sample account")))?;
    let new = NewSession::new(dice);
    rows::session::open(tx, &new.hash, account.id, now)?;
    tx.about("account", account.id);
    Ok(new)
}

/// Who makes the sample district's accounts.
pub(super) const SAMPLE: &str = "shell:demo";
/// How long what was done alone is shown red, seconds: 30 days [A].
const RED_S: i64 = 30 * 86_400;

/// What an administrator should see, zh and en in one line: done alone, nobody to agree, grants that run out.
pub fn warnings(tx: &mut Tx, now: Instant) -> Result<Vec<String>, No> {
    let mut all = Vec::new();
    for a in alone(tx, now.plus_s(-RED_S))? {
        let what = role_name(&a.what);
        all.push(format!("一人办理：{}（{}）。/ Done alone: {} ({})", what.zh, a.why, what.en, a.why));
    }
    let sample = rows::account::by_login(tx, "security")?.is_some_and(|a| a.made_by == SAMPLE);
    match rows::grant::holders(tx, ["security_admin"].into_iter(), now)?.len() {
        0 if is_set_up(tx)? => all.push("没有安全管理员：在本机运行 yizhan user add 账号 --role security_admin / No security administrator: run yizhan user add NAME --role security_admin on this machine".into()),
        1 if !sample => all.push("只有一位安全管理员，双人事项只能一人办 / Only one security administrator: nobody else can agree".into()),
        _ => {}
    }
    for g in rows::grant::ending(tx, now.plus_s(RED_S))? {
        let (role, days) = (role_name(&g.role), g.until.seconds_since(now) / 86_400);
        all.push(format!("{}的授权 {days} 天后到期 / A grant as {} ends in {days} days", role.zh, role.en));
    }
    Ok(all)
}

/// The asker of a duty's request.
///
/// # Errors
/// A fault when nobody is signed in: a staff route without an account.
pub fn asker<D>(duty: &web::Duty<D>) -> Result<Asker, No> {
    match &duty.signed {
        Some(signed) => Ok(Asker::signed(signed)),
        None => never!("a staff route without an account"),
    }
}

/// Who acts, as `made_by` columns have it.
pub fn maker<D>(duty: &web::Duty<D>) -> String {
    by(&duty.signed.as_ref().map_or(Actor::Open, |s| Actor::Account(s.account)))
}
