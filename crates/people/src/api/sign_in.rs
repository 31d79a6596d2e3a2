//! Signing in: who a cookie stands for, tries, locks, sessions.

use kernel::{AccountId, Instant, No, Refusal, TimeZone};
use store::Tx;
use web::Signed;

use super::{Checked, EndWhy, GrantState, NewSession, Phc, State};
use crate::{grant, hooks, rows, session, tries, tries::Kind};

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
