//! Grants: asked for, agreed to, taken back, run out.

use kernel::{AccountId, GrantId, Instant, No, Refusal};
use store::Tx;

use super::{Asker, EndWhy, Grant, GrantState, NewGrant, State, TwoState, id, role_name};
use crate::{grant, grant::Start, login, rows};

/// Active accounts that could agree now.
pub(super) fn agreers(tx: &mut Tx, duty: &str, now: Instant) -> Result<Vec<AccountId>, No> {
    let roles: Vec<&'static str> = grant::roles_with("people.agree").chain(grant::roles_with(duty)).collect();
    rows::grant::holders(tx, roles.into_iter(), now)
}

pub(super) fn not_the_last(tx: &mut Tx, id: AccountId, now: Instant) -> Result<(), No> {
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

pub(super) fn end_grant(tx: &mut Tx, grant: &Grant, to: GrantState, now: Instant) -> Result<(), No> {
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
