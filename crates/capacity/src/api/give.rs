//! Giving back: every end of a claim frees its units, and what is freed goes to those who wait, in the same transaction.

use std::collections::BTreeSet;

use kernel::{CentreId, Minutes, No, ResourceId};
use store::{Dice, Tx};

use super::{hold, record, take::new_claim};
use crate::{
    Charge, Claim, Deltas, Look, Moment, State, WaitState,
    claim::Action,
    delta::apply,
    plan,
    quota::Period,
    rows,
    wait::{Wait, offer_until},
};

/// A stretch of a resource that was freed.
pub(super) type Freed = BTreeSet<(ResourceId, Minutes, Minutes)>;

/// How a claim ends.
pub(super) struct Ending<'a> {
    pub action: Action,
    pub to: State,
    /// Who ends it, as the journal names them.
    pub by: &'a str,
    pub why: Option<&'a str>,
}

/// Ends a claim: gives back the cells from now on and what its quotas give back, takes raised caps back, hands the freed units over.
pub(super) fn end(tx: &mut Tx, claim: &mut Claim, how: &Ending, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let from = claim.state;
    let mut deltas = Deltas::default();
    let freed = give_cells(tx, claim, m, &mut deltas)?;
    give_quota(tx, claim, how, m, &mut deltas)?;
    if apply(tx, &deltas)?.is_some() {
        return Err(kernel::Fault::new("giving back was refused").into());
    }
    lower(tx, claim, &freed, m)?;
    (claim.state, claim.expires, claim.late) = (how.to, None, None);
    rows::claim::save(tx, claim, from, how.why, m.now)?;
    record(tx, claim, how.action, Some(from), how.by, how.why, m)?;
    if let Some(mut wait) = rows::wait::of_claim(tx, claim.id)?
        && wait.state == WaitState::Offered
    {
        (wait.state, wait.claim) = (if how.action == Action::Expire { WaitState::Lapsed } else { WaitState::Declined }, None);
        rows::wait::save(tx, &wait, WaitState::Offered)?;
    }
    if how.action == Action::Cancel {
        withdraw(tx, claim)?;
    }
    hand_over(tx, &freed, m, dice)
}

/// Who gives a window up does not go on waiting for the same one: it would come straight back to them.
fn withdraw(tx: &mut Tx, claim: &Claim) -> Result<(), No> {
    let (Some(holder), Some(line)) = (claim.holder, rows::claim::lines(tx, claim.id)?.into_iter().next()) else { return Ok(()) };
    for mut wait in rows::wait::of_holder(tx, holder)? {
        if wait.state == WaitState::Waiting && (wait.resource, wait.start, wait.end) == (line.asked, claim.start, claim.end) {
            wait.state = WaitState::Withdrawn;
            rows::wait::save(tx, &wait, WaitState::Waiting)?;
        }
    }
    Ok(())
}

/// All cells before the start; after it those that have not begun.
pub(super) fn give_cells(tx: &mut Tx, claim: &Claim, m: Moment, deltas: &mut Deltas) -> Result<Freed, No> {
    let mut freed = Freed::new();
    for (n, line) in rows::claim::lines(tx, claim.id)?.into_iter().enumerate() {
        let cells = rows::cell::between(tx, line.resource, line.start, line.held_until)?;
        let begun = if line.start > m.now.minute() { 0 } else { cells.iter().filter(|c| c.start <= m.now.minute()).count() };
        let until = cells.get(begun).map_or(line.held_until, |c| c.start);
        for cell in &cells[begun..] {
            deltas.cell(line.resource, cell.start, -line.units);
        }
        if until < line.held_until {
            rows::claim::holds(tx, claim.id, n, until)?;
            freed.insert((line.resource, until, line.held_until));
        }
    }
    Ok(freed)
}

fn give_quota(tx: &mut Tx, claim: &Claim, how: &Ending, m: Moment, deltas: &mut Deltas) -> Result<(), No> {
    let before_start_s = kernel::Instant::from_minute(claim.start).seconds_since(m.now);
    for charge in rows::claim::charges(tx, claim.id)? {
        let Some(rule) = rows::quota::one(tx, &charge.rule)? else { continue };
        let free_s = 60 * lead_rules(tx, claim)?.map_or(0, |r| r.cancel_free_before_min);
        let in_time = claim.state.pending() || before_start_s >= free_s;
        let back = match how.action {
            _ if rule.period == Period::Live => true,
            Action::Expire | Action::Reject => true,
            Action::Cancel => in_time,
            _ => false,
        };
        if back && charge.units > 0 {
            deltas.quota(&charge, rule.most, -1);
            rows::claim::set_charge(tx, claim.id, &Charge { units: 0, ..charge })?;
        }
    }
    Ok(())
}

fn lead_rules(tx: &mut Tx, claim: &Claim) -> Result<Option<crate::Rules>, No> {
    let Some(line) = rows::claim::lines(tx, claim.id)?.into_iter().next() else { return Ok(None) };
    Ok(rows::resource::one(tx, line.asked)?.map(|r| r.rules))
}

/// Takes caps back that were raised for this claim. A cell whose time was used keeps both, the unit and the cap it stood on.
fn lower(tx: &mut Tx, claim: &Claim, freed: &Freed, m: Moment) -> Result<(), No> {
    for (resource, start, delta) in rows::claim::raised(tx, claim.id)? {
        if freed.iter().any(|(r, from, to)| *r == resource && (*from..*to).contains(&start)) {
            rows::cell::raise(tx, resource, start, -delta)?;
        }
    }
    Ok(rows::claim::reverted(tx, claim.id, m.now)?)
}

/// Ends what has run out in a centre, marks who did not come, ends what was used, and closes waiting entries whose time is over; says how many. Bounded; the next run goes on.
///
/// # Errors
/// A fault of the store.
pub fn settle(tx: &mut Tx, centre: CentreId, m: Moment, dice: &mut Dice) -> Result<usize, No> {
    hold(tx, centre)?;
    let mut done = 0;
    for mut wait in rows::wait::late(tx, centre, m.now)? {
        wait.state = WaitState::TooLate;
        rows::wait::save(tx, &wait, WaitState::Waiting)?;
        done += 1;
    }
    for mut claim in rows::claim::due(tx, centre, m.now)? {
        end(tx, &mut claim, &Ending { action: Action::Expire, to: State::Expired, by: "capacity.settle", why: Some("ttl") }, m, dice)?;
        done += 1;
    }
    for mut claim in rows::claim::late(tx, centre, m.now)? {
        end(tx, &mut claim, &Ending { action: Action::NoShow, to: State::NoShow, by: "capacity.settle", why: None }, m, dice)?;
        done += 1;
    }
    for mut claim in rows::claim::used(tx, centre, m.now)? {
        end(tx, &mut claim, &Ending { action: Action::Finish, to: State::Done, by: "capacity.settle", why: None }, m, dice)?;
        done += 1;
    }
    Ok(done)
}

/// Gives freed units to those who wait, in order: each whose whole wish can be taken now gets an offer that holds it. Nobody of the same or a smaller need is
/// overtaken, for who cannot be served leaves too little for the next of the same size.
pub(super) fn hand_over(tx: &mut Tx, freed: &Freed, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let mut seen = BTreeSet::new();
    for (resource, from, to) in freed {
        let mut skipped: Vec<Wait> = Vec::new();
        for mut wait in rows::wait::line(tx, *resource, *from, *to)? {
            if wait.cut_off <= m.now || !seen.insert(wait.id) {
                continue;
            }
            let plan = plan::plan(tx, &wait.wish, None, Look::Offer, m)?;
            if !plan.full.is_empty() {
                seen.remove(&wait.id);
                skipped.push(wait);
                continue;
            }
            if apply(tx, &plan.deltas)?.is_some() {
                return Err(kernel::Fault::new("a free cell was not free").into());
            }
            let until = offer_until(m.zone, wait.start, m.now);
            let claim = new_claim(&wait.wish, &plan, State::Held, Some(until), None, None, Some(wait.id), m, dice.id(m.now));
            rows::claim::insert(tx, &claim, &plan.lines, &[])?;
            record(tx, &claim, Action::Hold, None, "capacity.offer", None, m)?;
            tx.tell(&facts::capacity::Offered { wait: wait.id, claim: claim.id, until_us: until.micros() });
            for passed in &mut skipped {
                if passed.start < wait.end && passed.end > wait.start {
                    passed.passed += 1;
                    rows::wait::save(tx, passed, WaitState::Waiting)?;
                }
            }
            (wait.state, wait.claim) = (WaitState::Offered, Some(claim.id));
            rows::wait::save(tx, &wait, WaitState::Waiting)?;
        }
    }
    Ok(())
}
