//! Joining and leaving a waiting list, and answering an offer.

use kernel::{ClaimId, Fault, Missing, No, OnViolation, Refusal, ResourceId, WaitId};
use store::{Dice, Tx};

use super::{
    change::confirm_offer,
    give::{Ending, end},
    held, hold,
};
use crate::{
    Claim, Deltas, Look, Moment, State, WaitState, What, Wish,
    claim::Action,
    delta::apply,
    plan, rows,
    wait::{WAIT, Wait, cut_off},
};

/// Joins the waiting list of what is full now (候补).
///
/// # Errors
/// `wait.off`, `wait.not_full`, `wait.once`, `wait.full`, `wait.too_late`; the rules' own reasons.
pub fn join(tx: &mut Tx, wish: &Wish, priority: i64, m: Moment, dice: &mut Dice) -> Result<Wait, No> {
    let plan = plan::plan(tx, wish, None, Look::Asked, m)?;
    hold(tx, plan.centre)?;
    let holder = wish.holder.ok_or_else(|| Refusal::invalid("wait.nobody"))?;
    let first = wish.lines.first().ok_or_else(|| Refusal::invalid("wish.empty"))?;
    if !plan.rules.wait_list {
        return Err(Refusal::conflict("wait.off").into());
    }
    if let Some(no) = plan.full.iter().find(|r| matches!(r.code, "slot.shut" | "slot.not_published")) {
        return Err(no.clone().into());
    }
    if let Some(no) = Refusal::all(plan.rule.clone()) {
        return Err(no.into());
    }
    if plan.full.is_empty() {
        return Err(Refusal::conflict("wait.not_full").into());
    }
    let cut_off = cut_off(wish.start());
    if cut_off <= m.now {
        return Err(Refusal::conflict("wait.too_late").into());
    }
    let mut on: Vec<ResourceId> = plan.lines.iter().map(|l| l.resource).collect();
    for want in &wish.lines {
        if let What::AnyOf(pool) = &want.what {
            pool_members(tx, plan.centre, pool, &mut on)?;
        }
    }
    for pool in &plan.rules.needs {
        pool_members(tx, plan.centre, pool, &mut on)?;
    }
    on.sort_unstable();
    on.dedup();
    let resource = match &first.what {
        What::Resource(id) => *id,
        What::AnyOf(_) => on.first().copied().ok_or(Missing("pool"))?,
    };
    let wait = Wait {
        id: dice.id(m.now),
        centre: plan.centre,
        wish: wish.clone(),
        resource,
        start: wish.start(),
        end: wish.end(),
        units: first.units,
        holder,
        priority,
        joined: tx.seq(),
        state: WaitState::Waiting,
        cut_off,
        claim: None,
        passed: 0,
    };
    if rows::wait::ahead(tx, &wait)? >= WAIT.most {
        return Err(Refusal::conflict("wait.full").arg("n", WAIT.most).into());
    }
    if let Some(mine) = rows::wait::of_holder(tx, holder)?.into_iter().find(|w| (w.resource, w.start, w.end) == (wait.resource, wait.start, wait.end)) {
        let place = rows::wait::ahead(tx, &mine)? + 1;
        return Err(Refusal::conflict("wait.once").arg("n", place).into());
    }
    rows::wait::insert(tx, &wait, m.now).on_violation("capacity_wait_once", || Refusal::conflict("wait.once").arg("n", ""))?;
    rows::wait::on(tx, wait.id, &on)?;
    tx.about("wait", wait.id);
    Ok(wait)
}

fn pool_members(tx: &mut Tx, centre: kernel::CentreId, pool: &str, on: &mut Vec<ResourceId>) -> Result<(), Fault> {
    let name = pool.rsplit('/').next().unwrap_or(pool);
    on.extend(rows::resource::pool(tx, centre, name)?.into_iter().map(|r| r.id));
    Ok(())
}

fn entry(tx: &mut Tx, id: WaitId) -> Result<Wait, No> {
    let wait = rows::wait::one(tx, id)?.ok_or(Missing("wait"))?;
    hold(tx, wait.centre)?;
    tx.about("wait", id);
    Ok(wait)
}

/// Leaves the list. With an offer in hand the offer is declined.
///
/// # Errors
/// Missing; `wait.ended`.
pub fn leave(tx: &mut Tx, id: WaitId, by: &str, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let mut wait = entry(tx, id)?;
    match (wait.state, wait.claim) {
        (WaitState::Offered, Some(claim)) => decline(tx, claim, by, m, dice).map(drop),
        (WaitState::Waiting, _) => {
            wait.state = WaitState::Withdrawn;
            Ok(rows::wait::save(tx, &wait, WaitState::Waiting)?)
        }
        _ => Err(Refusal::conflict("wait.ended").into()),
    }
}

fn offer(tx: &mut Tx, id: ClaimId, m: Moment) -> Result<(Claim, Wait), No> {
    let claim = held(tx, id)?;
    let wait = rows::wait::of_claim(tx, id)?;
    match (wait, claim.state) {
        (Some(wait), State::Held) if wait.state == WaitState::Offered && claim.expires.is_some_and(|e| e > m.now) => Ok((claim, wait)),
        (Some(wait), _) if wait.state == WaitState::Accepted => Err(Refusal::with("offer.used", 410).into()),
        _ => Err(Refusal::with("offer.lapsed", 410).into()),
    }
}

/// Takes the offer: now its quotas are asked.
///
/// # Errors
/// Missing; `offer.used`, `offer.lapsed` (410); `quota.used`, `quota.live`, `clash` (the offer stays until its time is over).
pub fn accept(tx: &mut Tx, id: ClaimId, by: &str, m: Moment) -> Result<Claim, No> {
    let (claim, mut wait) = offer(tx, id, m)?;
    let plan = plan::plan(tx, &wait.wish, Some(&claim), Look::Asked, m)?;
    let personal: Vec<Refusal> =
        plan.rule.into_iter().filter(|r| r.code.starts_with("quota.used") || r.code.starts_with("quota.live") || r.code == "clash").collect();
    if let Some(no) = Refusal::all(personal) {
        return Err(no.into());
    }
    let mut deltas = Deltas::default();
    for charge in &plan.charges {
        let most = rows::quota::one(tx, &charge.rule)?.map_or(0, |r| r.most);
        deltas.quota(charge, most, 1);
    }
    if apply(tx, &deltas)?.is_some() {
        return Err(Fault::new("a free quota was not free").into());
    }
    let done = confirm_offer(tx, id, &plan.charges, by, m)?;
    wait.state = WaitState::Accepted;
    rows::wait::save(tx, &wait, WaitState::Offered)?;
    Ok(done)
}

/// Says no to the offer; the unit goes to the next.
///
/// # Errors
/// Missing; `offer.used`, `offer.lapsed` (410).
pub fn decline(tx: &mut Tx, id: ClaimId, by: &str, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    let (mut claim, _) = offer(tx, id, m)?;
    end(tx, &mut claim, &Ending { action: Action::Cancel, to: State::Cancelled, by, why: Some("declined") }, m, dice)?;
    Ok(claim)
}

/// A waiting entry as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitNow {
    /// The entry.
    pub wait: Wait,
    /// Its place, from 1; 0 when it no longer waits.
    pub place: i64,
    /// Of so many who waited here before …
    pub past: i64,
    /// … so many got a place. Said from 30 on.
    pub got: i64,
}
/// Where an entry stands.
///
/// # Errors
/// Missing.
pub fn position(tx: &mut Tx, id: WaitId) -> Result<WaitNow, No> {
    let wait = rows::wait::one(tx, id)?.ok_or(Missing("wait"))?;
    let place = if wait.state == WaitState::Waiting { rows::wait::ahead(tx, &wait)? + 1 } else { 0 };
    let (past, got) = rows::wait::past(tx, wait.resource)?;
    Ok(WaitNow { wait, place, past, got })
}
