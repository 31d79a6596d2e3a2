//! What other crates may call, in the caller's transaction. All times are the machine's (`web::Real`), never a set clock's.
//!
//! Every command on these tables runs in the district's chain (`CentreId::DISTRICT`): that row is their mutex.

use kernel::{AccountId, Actor, CentreId, GrantId, Id, Instant, Lang, No, Refusal, TimeZone, TwoId, never};
use sha2::{Digest, Sha256};
use store::Tx;
use web::Signed;

pub use crate::{
    account::{Account, State, Step},
    grant::{Asker, Grant, GrantState, NewGrant, by, role_name},
    login::{Login, ShownName},
    password::{Checked, Phc},
    rows::session::Mine,
    session::{EndWhy, NewSession},
    two::{Go, Two, TwoAnswer, TwoNeed, TwoState},
};
use crate::{
    grant::{self, Start},
    hooks, login, rows, session, tries,
    tries::Kind,
};

/// How long an invitation holds, seconds: 7 days [A].
pub const INVITATION_S: i64 = 7 * 86_400;
/// How long a reset link and a set-up code hold, seconds: 24 h [A].
pub const RESET_S: i64 = 86_400;

/// Who a session cookie stands for, read anew for every request: account, grants, lock. One statement, and one more when a pause is over.
///
/// # Errors
/// A fault of the database.
pub fn who(tx: &mut Tx, cookie: &[u8; 32], now: Instant) -> Result<Option<Signed>, No> {
    let Some(found) = rows::session::who(tx, cookie, now)? else { return Ok(None) };
    let mut signed = found.signed;
    signed.locked = found.locked_at.is_some();
    if session::idle(session::seen().latest(cookie, found.seen), now) {
        if hooks::busy(tx, signed.account)? {
            session::seen().at_work(cookie, now);
        } else {
            signed.locked = true;
        }
    }
    Ok(Some(signed))
}

/// A person's own request came with this cookie: streams and refreshes by script are no sign of life. `server` calls it before routing.
pub fn touch(cookie: &str, now: Instant) {
    session::seen().touch(&web::token::hash(cookie), now);
}

/// An id from the request's dice; `salt` tells the ids of one request apart.
pub(crate) fn id<T>(now: Instant, dice: &[u8; 32], salt: &str) -> Id<T> {
    let hash = Sha256::new().chain_update(dice).chain_update(salt).finalize();
    let mut ten = [0; 10];
    ten.copy_from_slice(&hash[..10]);
    Id::new(now, ten)
}

// ---- signing in ----

/// One try to sign in: what is counted, as keyed hashes.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// As typed, in lower case.
    pub login: String,
    pair: [u8; 32],
    alone: [u8; 32],
}
impl Attempt {
    /// From what was typed and whence it came; `key` is the server's.
    pub fn new(typed: &str, address: &str, key: &[u8; 32]) -> Self {
        let login: String = typed.trim().to_ascii_lowercase().chars().take(64).collect();
        let keyed = |what: &str| web::token::hash(&web::token::derived(key, what.as_bytes()));
        Self { pair: keyed(&format!("pair\0{login}\0{address}")), alone: keyed(&format!("login\0{login}")), login }
    }
    /// How the journal names it when the login is unknown: never the text itself, which may be a password typed into the wrong field.
    pub fn shadow(&self) -> String {
        self.alone[..8].iter().fold(String::new(), |t, b| format!("{t}{b:02x}"))
    }
}

/// Until when this attempt may not be made.
pub fn blocked(tx: &mut Tx, attempt: &Attempt, now: Instant) -> Result<Option<Instant>, No> {
    let pair = rows::tries::one(tx, Kind::Pair, &attempt.pair)?.and_then(|t| t.blocked(now));
    let login = rows::tries::one(tx, Kind::Login, &attempt.alone)?.and_then(|t| t.blocked(now));
    Ok(pair.max(login))
}

/// The refusal of a try during a block.
pub fn slow(until: Instant, time: &TimeZone) -> Refusal {
    Refusal::with("login.slow", 429).arg("t", time.hhmmss(until))
}

/// What is stored for a login, to check a password against outside the lane.
pub fn stored(tx: &mut Tx, attempt: &Attempt) -> Result<Option<(AccountId, Phc)>, No> {
    rows::account::secret(tx, &attempt.login)
}

/// Opens a session when the password was right, the account is active and nothing blocks: the one transaction of signing in. The session that this
/// browser had before ends.
///
/// # Errors
/// `login.slow` (429) during a block, also with the right password; `login.wrong` (422) for everything else.
pub fn sign_in(
    tx: &mut Tx,
    checked: &Checked,
    attempt: &Attempt,
    before: Option<&[u8; 32]>,
    new: &NewSession,
    time: &TimeZone,
    now: Instant,
) -> Result<AccountId, No> {
    if let Some(until) = blocked(tx, attempt, now)? {
        return Err(slow(until, time).into());
    }
    let wrong = || No::Refused(Refusal::invalid("login.wrong"));
    let id = checked.account().filter(|_| checked.right()).ok_or_else(wrong)?;
    let account = rows::account::one(tx, id)?;
    if account.state != State::Active {
        return Err(wrong());
    }
    tx.about("account", id);
    rows::tries::clear(tx, Kind::Pair, &attempt.pair)?;
    if let Some(phc) = checked.fresh() {
        rows::account::rehash(tx, id, phc)?;
    }
    if let Some(before) = before {
        rows::session::end(tx, before, EndWhy::Logout, now)?;
    }
    rows::session::open(tx, &new.hash, id, now)?;
    Ok(id)
}

/// Counts a failed try; says until when the next must wait.
pub fn failed(tx: &mut Tx, attempt: &Attempt, now: Instant) -> Result<Option<Instant>, No> {
    let admin = match rows::account::by_login(tx, &attempt.login)? {
        Some(a) => rows::grant::of(tx, a.id)?.iter().any(|g| g.state == GrantState::Active && grant::ADMIN.contains(&g.role.as_str())),
        None => false,
    };
    let mut until = None;
    for (kind, subject) in [(Kind::Pair, &attempt.pair), (Kind::Login, &attempt.alone)] {
        let before = rows::tries::one(tx, kind, subject)?;
        let after = tries::failed(kind, admin, before, now);
        rows::tries::put(tx, kind, subject, after)?;
        until = until.max(after.blocked(now));
    }
    Ok(until)
}

/// Opens a locked session again with the account's password: a new id for the same session, stepped up for ten minutes.
///
/// # Errors
/// `login.slow`, `login.wrong`; `session.none` (401) when the session ended in between.
pub fn unlock_session(tx: &mut Tx, checked: &Checked, attempt: &Attempt, old: &[u8; 32], new: &NewSession, time: &TimeZone, now: Instant) -> Result<(), No> {
    if let Some(until) = blocked(tx, attempt, now)? {
        return Err(slow(until, time).into());
    }
    if !checked.right() {
        return Err(Refusal::invalid("login.wrong").into());
    }
    rows::tries::clear(tx, Kind::Pair, &attempt.pair)?;
    if rows::session::rotate(tx, old, &new.hash, now)? { Ok(()) } else { Err(Refusal::with("session.none", 401).into()) }
}

/// Ends one session.
pub fn end_session(tx: &mut Tx, session: &[u8; 32], why: EndWhy, now: Instant) -> Result<(), No> {
    rows::session::end(tx, session, why, now)
}

// ---- accounts ----

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

fn new_account(login: &Login, shown: &ShownName, state: State, made_by: &str, now: Instant, dice: &[u8; 32]) -> Account {
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

fn step(tx: &mut Tx, account: &Account, step: Step, why: Option<&str>, now: Instant) -> Result<(), No> {
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

// ---- grants ----

/// Active accounts that could agree now.
fn agreers(tx: &mut Tx, duty: &str, now: Instant) -> Result<Vec<AccountId>, No> {
    let roles: Vec<&'static str> = grant::roles_with("people.agree").chain(grant::roles_with(duty)).collect();
    rows::grant::holders(tx, roles.into_iter(), now)
}

fn not_the_last(tx: &mut Tx, id: AccountId, now: Instant) -> Result<(), No> {
    if rows::grant::holders(tx, ["security_admin"].into_iter(), now)? == [id] {
        return Err(Refusal::conflict("grant.last").both("role", role_name("security_admin")).into());
    }
    Ok(())
}

/// Asks for a grant: it holds at once where one person is enough, else it waits for [`agree`]. While nobody else could agree, who holds
/// `people.agree` does it alone, with the reason on record (registries §2.5).
///
/// # Errors
/// `grant.role`, `grant.scope`, `grant.not_yours`, `grant.there`, `account.state`, `reason.needed`.
pub fn ask_grant(tx: &mut Tx, asker: &Asker, ask: &NewGrant, now: Instant, dice: &[u8; 32]) -> Result<Grant, No> {
    grant::may_ask(asker, &ask.role, ask.centre)?;
    let reason = login::reason(&ask.reason)?;
    let account = rows::account::one(tx, ask.account)?;
    if account.state == State::Left {
        return Err(Refusal::conflict("account.state").into());
    }
    let others = agreers(tx, "people.agree", now)?.into_iter().filter(|a| Some(*a) != asker.account).count();
    let start = grant::start(asker, grant::needs_two(asker, &ask.role, ask.account), others);
    let grant = Grant {
        id: id(now, dice, &format!("grant {} {} {}", ask.account, ask.role, ask.centre)),
        account: ask.account,
        role: ask.role.clone(),
        centre: ask.centre,
        organisation: None,
        from: now,
        until: grant::until(ask.until, now),
        asked_by: asker.by.clone(),
        agreed_by: None,
        alone_why: (start == Start::Alone || (asker.machine && grant::ADMIN.contains(&ask.role.as_str()))).then(|| reason.clone()),
        reason,
        state: if start == Start::Waits { GrantState::Asked } else { GrantState::Active },
    };
    rows::grant::add(tx, &grant)?;
    tx.about("grant", grant.id);
    if start == Start::Waits {
        tx.tell(&facts::people::TwoAsked { two: grant.id.cast(), action: "people.grant.ask".into() });
    }
    Ok(grant)
}

/// A second person agrees to a grant: it holds from now.
///
/// # Errors
/// `own.approve` (409) to the own request; `two.lapsed` (410) after 72 h; `two.settled` (409) when it was answered before.
pub fn agree(tx: &mut Tx, id: GrantId, by: &str, now: Instant) -> Result<Grant, No> {
    let grant = waiting(tx, id, now)?;
    grant::other(&grant.asked_by, by)?;
    settle(tx, &grant, |tx| rows::grant::agree(tx, id, by, now), "agreed")?;
    rows::grant::one(tx, id)
}

/// A second person says no, or the asker withdraws.
///
/// # Errors
/// `two.lapsed` (410) after 72 h; `two.settled` (409) when it was answered before.
pub fn refuse(tx: &mut Tx, id: GrantId, now: Instant) -> Result<(), No> {
    let grant = waiting(tx, id, now)?;
    settle(tx, &grant, |tx| rows::grant::end(tx, id, GrantState::Asked, GrantState::Refused, now), "refused")
}

fn waiting(tx: &mut Tx, id: GrantId, now: Instant) -> Result<Grant, No> {
    let grant = rows::grant::one(tx, id)?;
    tx.about("grant", id);
    if grant.state != GrantState::Asked {
        return Err(Refusal::conflict("two.settled").into());
    }
    if now.seconds_since(grant.from) >= grant::WAITS_S || grant.until <= now {
        return Err(Refusal::with("two.lapsed", 410).into());
    }
    Ok(grant)
}

fn settle(tx: &mut Tx, grant: &Grant, step: impl FnOnce(&mut Tx) -> Result<bool, No>, how: &str) -> Result<(), No> {
    if !step(tx)? {
        return Err(Refusal::conflict("two.settled").into());
    }
    tx.tell(&facts::people::TwoSettled { two: grant.id.cast(), action: "people.grant.ask".into(), how: how.into() });
    Ok(())
}

/// One grant.
///
/// # Errors
/// Missing.
pub fn grant(tx: &mut Tx, id: GrantId) -> Result<Grant, No> {
    rows::grant::one(tx, id)
}

/// Takes a grant back: it ends with the next request.
///
/// # Errors
/// `grant.not_yours` beyond what a supervisor may ask for, `grant.last` for the last security administrator, `two.settled` when it does not hold.
pub fn revoke(tx: &mut Tx, asker: &Asker, id: GrantId, now: Instant) -> Result<(), No> {
    let grant = rows::grant::one(tx, id)?;
    tx.about("grant", id);
    if !asker.agrees {
        grant::may_ask(asker, &grant.role, grant.centre)?;
    }
    if grant.state != GrantState::Active {
        return Err(Refusal::conflict("two.settled").into());
    }
    if grant.role == "security_admin" {
        not_the_last(tx, grant.account, now)?;
    }
    end_grant(tx, &grant, GrantState::Revoked, now)
}

fn end_grant(tx: &mut Tx, grant: &Grant, to: GrantState, now: Instant) -> Result<(), No> {
    if !rows::grant::end(tx, grant.id, GrantState::Active, to, now)? {
        return Err(Refusal::conflict("two.settled").into());
    }
    tx.tell(&facts::people::GrantEnded { grant: grant.id, account: grant.account, role: grant.role.clone(), centre: grant.centre });
    if !rows::grant::of(tx, grant.account)?.iter().any(|g| g.state == GrantState::Active && g.until > now) {
        rows::session::end_of(tx, grant.account, None, EndWhy::Role, now)?;
    }
    Ok(())
}

/// Ends what has run out: grants on their day, requests after 72 h; says how many.
pub fn expire(tx: &mut Tx, now: Instant) -> Result<usize, No> {
    let mut ended = 0;
    for id in rows::grant::expired(tx, now)? {
        let grant = rows::grant::one(tx, id)?;
        end_grant(tx, &grant, GrantState::Expired, now)?;
        ended += 1;
    }
    let before = now.plus_s(-grant::WAITS_S);
    for id in rows::grant::unanswered(tx, before)? {
        let grant = rows::grant::one(tx, id)?;
        settle(tx, &grant, |tx| rows::grant::end(tx, id, GrantState::Asked, GrantState::Refused, now), "lapsed")?;
        ended += 1;
    }
    for id in rows::two::unanswered(tx, now)? {
        let two = rows::two::one(tx, id)?;
        if rows::two::step(tx, id, two.state, TwoState::Lapsed, None)? {
            tx.tell(&facts::people::TwoSettled { two: id, action: two.action, how: "lapsed".into() });
            ended += 1;
        }
    }
    Ok(ended)
}

// ---- what needs two ----

/// Whether an action that needs two persons may be done now: agreed to before, or nobody else could agree (then the reason is on record), or it
/// waits. `Go` is given once: the request is done with this transaction. After an agreement the asker repeats the same command, or the slice hears
/// `people.two_settled` and takes [`go`].
///
/// # Errors
/// `reason.needed`.
pub fn two(tx: &mut Tx, need: &TwoNeed, asker: &Asker, now: Instant, dice: &[u8; 32]) -> Result<TwoAnswer, No> {
    if let Some(same) = rows::two::same(tx, need.action, &need.object, &need.command, &asker.by, now)? {
        return Ok(if same.state == TwoState::Agreed { TwoAnswer::Go(spend(tx, &same)?) } else { TwoAnswer::Waiting(same.id) });
    }
    let reason = login::reason(&need.reason)?;
    let alone = asker.machine || agreers(tx, need.duty, now)?.into_iter().all(|a| Some(a) == asker.account);
    let two = Two {
        id: id(now, dice, &format!("two {} {}", need.action, need.object)),
        action: need.action.into(),
        object: need.object.clone(),
        command: need.command.clone(),
        alone_why: alone.then(|| reason.clone()),
        reason,
        duty: need.duty.into(),
        asked_by: asker.by.clone(),
        asked_at: now,
        agreed_by: None,
        until: now.plus_s(grant::WAITS_S),
        state: if alone { TwoState::Done } else { TwoState::Asked },
    };
    rows::two::add(tx, &two)?;
    if alone {
        return Ok(TwoAnswer::Go(Go { id: two.id, alone }));
    }
    tx.tell(&facts::people::TwoAsked { two: two.id, action: two.action });
    Ok(TwoAnswer::Waiting(two.id))
}

fn spend(tx: &mut Tx, two: &Two) -> Result<Go, No> {
    if rows::two::step(tx, two.id, TwoState::Agreed, TwoState::Done, None)? {
        Ok(Go { id: two.id, alone: two.alone_why.is_some() })
    } else {
        Err(Refusal::conflict("two.settled").into())
    }
}

/// Takes what was agreed to, once: for a slice that heard `people.two_settled`.
///
/// # Errors
/// `two.settled` (409) when it is not agreed to, or was done before.
pub fn go(tx: &mut Tx, id: TwoId) -> Result<Go, No> {
    let two = rows::two::one(tx, id)?;
    spend(tx, &two)
}

/// One request.
///
/// # Errors
/// Missing.
pub fn two_of(tx: &mut Tx, id: TwoId) -> Result<Two, No> {
    rows::two::one(tx, id)
}

/// Requests that wait, newest first.
pub fn two_open(tx: &mut Tx) -> Result<Vec<Two>, No> {
    rows::two::open(tx)
}

/// A second person agrees (or not) to another slice's request. That this person may is the route's question: `people.agree`, or the request's own duty.
///
/// # Errors
/// `own.approve` (409) to the own request; `two.lapsed` (410); `two.settled` (409).
pub fn settle_two(tx: &mut Tx, id: TwoId, yes: bool, by: &str, now: Instant) -> Result<Two, No> {
    let two = rows::two::one(tx, id)?;
    tx.about("two", id);
    if two.state != TwoState::Asked {
        return Err(Refusal::conflict("two.settled").into());
    }
    if two.until <= now {
        return Err(Refusal::with("two.lapsed", 410).into());
    }
    let (to, how) = if yes { (TwoState::Agreed, "agreed") } else { (TwoState::Refused, "refused") };
    if yes {
        grant::other(&two.asked_by, by)?;
    }
    let agreed_by = Some(by).filter(|by| *by != two.asked_by);
    if !rows::two::step(tx, id, TwoState::Asked, to, agreed_by)? {
        return Err(Refusal::conflict("two.settled").into());
    }
    tx.tell(&facts::people::TwoSettled { two: id, action: two.action.clone(), how: how.into() });
    rows::two::one(tx, id)
}

/// Something that one person did where two are needed: red on A2.
#[derive(Clone, Debug)]
pub struct Alone {
    /// A grant's role, or the action.
    pub what: String,
    /// Who, as `kind:id`.
    pub by: String,
    /// Why.
    pub why: String,
    /// When.
    pub at: Instant,
}

/// What was done alone since a moment.
pub fn alone(tx: &mut Tx, since: Instant) -> Result<Vec<Alone>, No> {
    let grants = rows::grant::ever(tx, "")?.into_iter().filter(|g| g.from >= since && g.asked_by != SAMPLE);
    let mut all: Vec<Alone> = grants.filter_map(|g| g.alone_why.map(|why| Alone { what: g.role, by: g.asked_by, why, at: g.from })).collect();
    all.extend(rows::two::alone(tx, since)?.into_iter().filter_map(|t| t.alone_why.map(|why| Alone { what: t.action, by: t.asked_by, why, at: t.asked_at })));
    Ok(all)
}

// ---- the first administrator, the sample ----

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
const SAMPLE: &str = "shell:demo";
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
