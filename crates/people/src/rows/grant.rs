//! Grants.

use kernel::{AccountId, CentreId, Fault, GrantId, Instant, No, OnViolation, Refusal};
use store::{Row, Tx, params};

use crate::grant::{Grant, GrantState};

store::statements! {
    /// One grant.
    ONE = "select grant_id, account_id, role, centre_id, organisation_id, from_us, until_us, asked_by, agreed_by, alone_why, reason, state from people_grant where grant_id = $1";
    /// All of one account, newest first.
    OF = "select grant_id, account_id, role, centre_id, organisation_id, from_us, until_us, asked_by, agreed_by, alone_why, reason, state
        from people_grant where account_id = $1 order by from_us desc, grant_id limit 200";
    /// What stands or waits in one centre.
    AT = "select g.grant_id, g.account_id, g.role, g.centre_id, g.organisation_id, g.from_us, g.until_us, g.asked_by, g.agreed_by, g.alone_why, g.reason,
        g.state, a.login, a.shown from people_grant g join people_account a on a.account_id = g.account_id
        where g.state in ('asked', 'active') and g.centre_id = $1 order by g.role, g.account_id limit 1000";
    /// What stands or waits anywhere.
    STANDING = "select grant_id, account_id, role, centre_id, organisation_id, from_us, until_us, asked_by, agreed_by, alone_why, reason, state
        from people_grant where state in ('asked', 'active') order by account_id, role, centre_id limit 10000";
    /// What waits for a second person.
    WAITING = "select g.grant_id, g.account_id, g.role, g.centre_id, g.organisation_id, g.from_us, g.until_us, g.asked_by, g.agreed_by, g.alone_why, g.reason,
        g.state, a.login, a.shown from people_grant g join people_account a on a.account_id = g.account_id
        where g.state = 'asked' order by g.from_us, g.grant_id limit 200";
    /// Those of one role that were ever active, for the walk over time.
    EVER = "select grant_id, account_id, role, centre_id, organisation_id, from_us, until_us, asked_by, agreed_by, alone_why, reason, state
        from people_grant where state in ('active', 'expired', 'revoked') and (role = $1 or alone_why is not null) order by from_us, grant_id";
    /// When a grant ended.
    ENDED = "select ended_at_us from people_grant where grant_id = $1";
    /// A new grant.
    ADD = "insert into people_grant (grant_id, account_id, role, centre_id, organisation_id, from_us, until_us, asked_by, agreed_by, alone_why, reason, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// The second person agrees: it holds from now.
    AGREE = "update people_grant set state = 'active', agreed_by = $2, from_us = $3 where grant_id = $1 and state = 'asked' and until_us > $3";
    /// It ends, only from the state it was read in.
    END = "update people_grant set state = $2, ended_at_us = $3 where grant_id = $1 and state = $4";
    /// A longer time for the same grant.
    EXTEND = "update people_grant set until_us = $2 where grant_id = $1 and state = 'active' and until_us < $2";
    /// Active accounts with an active grant of one role now.
    HOLDERS = "select distinct g.account_id from people_grant g join people_account a on a.account_id = g.account_id and a.state = 'active'
        where g.role = $1 and g.state = 'active' and g.from_us <= $2 and g.until_us > $2";
    /// Administrators' grants that end before a moment.
    ENDING = "select grant_id, account_id, role, centre_id, organisation_id, from_us, until_us, asked_by, agreed_by, alone_why, reason, state
        from people_grant where state = 'active' and until_us <= $1 and role in ('system_admin', 'security_admin', 'auditor') order by until_us limit 20";
    /// Grants whose time is over.
    EXPIRED = "select grant_id from people_grant where state = 'active' and until_us <= $1 order by until_us limit 100";
    /// Requests nobody answered.
    UNANSWERED = "select grant_id from people_grant where state = 'asked' and from_us <= $1 order by from_us limit 100";
    /// Whether anybody was ever given a role.
    ANY = "select 1 from people_grant limit 1";
    /// PE4: administrators of the rules.
    PE4 = "select count(*) from people_grant g join people_account a on a.account_id = g.account_id and a.state = 'active' where g.role = 'security_admin' and g.state = 'active'";
    /// PE7: every role that stands.
    ROLES = "select distinct role from people_grant where state in ('asked', 'active')";
    /// PE3: what two should have agreed to and one did, without saying so; and who agreed to the own request.
    PE3 = "select grant_id from people_grant where agreed_by = asked_by or (state in ('active', 'expired', 'revoked') and role in ('system_admin', 'security_admin', 'auditor')
        and asked_by like 'account:%' and agreed_by is null and alone_why is null) order by grant_id limit 100";
}

fn grant(r: &mut Row) -> Result<Grant, Fault> {
    let state: String = r.get(11)?;
    Ok(Grant {
        id: r.get(0)?,
        account: r.get(1)?,
        role: r.get(2)?,
        centre: r.get(3)?,
        organisation: r.get(4)?,
        from: r.get(5)?,
        until: r.get(6)?,
        asked_by: r.get(7)?,
        agreed_by: r.get(8)?,
        alone_why: r.get(9)?,
        reason: r.get(10)?,
        state: GrantState::parse(&state).ok_or_else(|| Fault::new(format!("grant state {state}")))?,
    })
}

/// One grant.
pub fn one(tx: &mut Tx, id: GrantId) -> Result<Grant, No> {
    tx.one("grant", &ONE, params![id], grant)
}
/// All of one account, newest first.
pub fn of(tx: &mut Tx, account: AccountId) -> Result<Vec<Grant>, No> {
    Ok(tx.many(&OF, params![account], grant)?)
}
/// A grant with login and shown name of who has it.
pub type Whose = (Grant, String, String);
fn whose(r: &mut Row) -> Result<Whose, Fault> {
    Ok((grant(r)?, r.get(12)?, r.get(13)?))
}
/// What stands or waits in one centre.
pub fn at(tx: &mut Tx, centre: CentreId) -> Result<Vec<Whose>, No> {
    Ok(tx.many(&AT, params![centre], whose)?)
}
/// What stands or waits anywhere, by account.
pub fn standing(tx: &mut Tx) -> Result<Vec<Grant>, No> {
    Ok(tx.many(&STANDING, params![], grant)?)
}
/// What waits for a second person, oldest first.
pub fn waiting(tx: &mut Tx) -> Result<Vec<Whose>, No> {
    Ok(tx.many(&WAITING, params![], whose)?)
}
/// Grants of `role` that were ever active, and all that were done alone.
pub fn ever(tx: &mut Tx, role: &str) -> Result<Vec<Grant>, No> {
    Ok(tx.many(&EVER, params![role], grant)?)
}
/// When a grant ended.
pub fn ended(tx: &mut Tx, id: GrantId) -> Result<Option<Instant>, No> {
    tx.one("grant", &ENDED, params![id], |r| r.get(0))
}
/// A new grant.
pub fn add(tx: &mut Tx, g: &Grant) -> Result<(), No> {
    tx.run(&ADD, params![g.id, g.account, g.role, g.centre, g.organisation, g.from, g.until, g.asked_by, g.agreed_by, g.alone_why, g.reason, g.state.code()])
        .map(drop)
        .on_violation("people_grant_once", || Refusal::conflict("grant.there").at("role"))
}
/// The second person agrees; `false` when it no longer waits.
pub fn agree(tx: &mut Tx, id: GrantId, by: &str, now: Instant) -> Result<bool, No> {
    tx.run(&AGREE, params![id, by, now]).map(|n| n == 1).on_violation("people_grant_two", || Refusal::conflict("own.approve"))
}
/// It ends; `false` when it is no longer in `from`.
pub fn end(tx: &mut Tx, id: GrantId, from: GrantState, to: GrantState, now: Instant) -> Result<bool, No> {
    Ok(tx.run(&END, params![id, to.code(), now, from.code()])? == 1)
}
/// A longer time for the same grant.
pub fn extend(tx: &mut Tx, id: GrantId, until: Instant) -> Result<bool, No> {
    Ok(tx.run(&EXTEND, params![id, until])? == 1)
}
/// Active accounts that hold any of these roles now.
pub fn holders(tx: &mut Tx, roles: impl Iterator<Item = &'static str>, now: Instant) -> Result<Vec<AccountId>, No> {
    let mut all: Vec<AccountId> = Vec::new();
    for role in roles {
        all.extend(tx.many(&HOLDERS, params![role, now], |r| r.get::<AccountId>(0))?);
    }
    all.sort_unstable();
    all.dedup();
    Ok(all)
}
/// Administrators' grants that end before a moment.
pub fn ending(tx: &mut Tx, before: Instant) -> Result<Vec<Grant>, No> {
    Ok(tx.many(&ENDING, params![before], grant)?)
}
/// Grants whose time is over.
pub fn expired(tx: &mut Tx, now: Instant) -> Result<Vec<GrantId>, No> {
    Ok(tx.many(&EXPIRED, params![now], |r| r.get(0))?)
}
/// Requests asked before `before` that nobody answered.
pub fn unanswered(tx: &mut Tx, before: Instant) -> Result<Vec<GrantId>, No> {
    Ok(tx.many(&UNANSWERED, params![before], |r| r.get(0))?)
}
/// Whether anybody was ever given a role.
pub fn any(tx: &mut Tx) -> Result<bool, No> {
    Ok(tx.optional(&ANY, params![], |r| r.get::<i64>(0))?.is_some())
}
