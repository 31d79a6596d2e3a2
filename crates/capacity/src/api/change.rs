//! What happens to a claim after it was made.

use kernel::{ClaimId, Instant, No, Refusal};
use store::{Dice, Tx};

use super::{
    give::{Ending, end, give_cells, hand_over},
    held, hold, record, step,
    take::{late, new_claim, refused},
};
use crate::{
    Claim, Deltas, Key, Look, Moment, State, Wish,
    claim::{Action, Charge},
    delta::apply,
    plan, rows,
};

fn grace(tx: &mut Tx, claim: &Claim) -> Result<(i64, i64, i64), No> {
    let line = rows::claim::lines(tx, claim.id)?.into_iter().next();
    let rules = match line {
        Some(line) => rows::resource::one(tx, line.asked)?.map(|r| r.rules).unwrap_or_default(),
        None => crate::Rules::default(),
    };
    Ok((rules.no_show_after_min, rules.hold_s, rules.check_in_before_min))
}

fn to_confirmed(tx: &mut Tx, id: ClaimId, action: Action, by: &str, m: Moment) -> Result<Claim, No> {
    let mut claim = held(tx, id)?;
    let to = step(&claim, action, m)?;
    let from = claim.state;
    let (after, ..) = grace(tx, &claim)?;
    (claim.state, claim.expires, claim.late) = (to, None, Some(late(claim.start, after)));
    rows::claim::save(tx, &claim, from, None, m.now)?;
    record(tx, &claim, action, Some(from), by, None, m)?;
    Ok(claim)
}

/// Makes a hold last (确认). Of an offer use [`super::accept`].
///
/// # Errors
/// Missing; `hold.expired`, `state.wrong`.
pub fn confirm(tx: &mut Tx, id: ClaimId, by: &str, m: Moment) -> Result<Claim, No> {
    let claim = held(tx, id)?;
    if claim.wait.is_some() && claim.state == State::Held {
        return super::accept(tx, id, by, m);
    }
    to_confirmed(tx, id, Action::Confirm, by, m)
}

/// Says yes to a request; never the one who made it.
///
/// # Errors
/// Missing; `approve.own`, `hold.expired`, `state.wrong`.
pub fn approve(tx: &mut Tx, id: ClaimId, by: &str, m: Moment) -> Result<Claim, No> {
    if held(tx, id)?.made_by == by {
        return Err(Refusal::conflict("approve.own").into());
    }
    to_confirmed(tx, id, Action::Approve, by, m)
}

/// Makes an offer last, with what its quotas take.
pub(super) fn confirm_offer(tx: &mut Tx, id: ClaimId, charges: &[Charge], by: &str, m: Moment) -> Result<Claim, No> {
    for charge in charges {
        rows::claim::set_charge(tx, id, charge)?;
    }
    to_confirmed(tx, id, Action::Confirm, by, m)
}

/// A little more time, once, as long as the hold was.
///
/// # Errors
/// Missing; `hold.expired`, `hold.extended`, `state.wrong`.
pub fn extend(tx: &mut Tx, id: ClaimId, by: &str, m: Moment) -> Result<Claim, No> {
    let mut claim = held(tx, id)?;
    step(&claim, Action::Extend, m)?;
    if claim.extended > 0 || claim.wait.is_some() {
        return Err(Refusal::conflict("hold.extended").into());
    }
    let (_, hold_s, _) = grace(tx, &claim)?;
    claim.extended += 1;
    claim.expires = claim.expires.map(|e| e.plus_s(hold_s));
    rows::claim::save(tx, &claim, State::Held, None, m.now)?;
    record(tx, &claim, Action::Extend, Some(State::Held), by, None, m)?;
    Ok(claim)
}

fn ended(tx: &mut Tx, id: ClaimId, action: Action, by: &str, why: Option<&str>, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    let mut claim = held(tx, id)?;
    let to = step(&claim, action, m)?;
    end(tx, &mut claim, &Ending { action, to, by, why }, m, dice)?;
    Ok(claim)
}

/// Gives a claim up (取消). Its units go to those who wait, in this transaction.
///
/// # Errors
/// Missing; `state.wrong`, `hold.expired`; `cancel.started` for who is not staff after the start.
pub fn cancel(tx: &mut Tx, id: ClaimId, by: &str, staff: bool, why: Option<&str>, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    let claim = held(tx, id)?;
    if !staff && claim.state == State::Confirmed && Instant::from_minute(claim.start) <= m.now {
        return Err(Refusal::conflict("cancel.started").into());
    }
    ended(tx, id, Action::Cancel, by, why, m, dice)
}

/// Says no to a request, with a reason.
///
/// # Errors
/// Missing; `state.wrong`, `hold.expired`.
pub fn reject(tx: &mut Tx, id: ClaimId, by: &str, why: &str, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    ended(tx, id, Action::Reject, by, Some(why), m, dice)
}

/// It was used; what has not begun goes back.
///
/// # Errors
/// Missing; `state.wrong`.
pub fn finish(tx: &mut Tx, id: ClaimId, by: &str, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    ended(tx, id, Action::Finish, by, None, m, dice)
}

/// Nobody came. Only after the start.
///
/// # Errors
/// Missing; `state.wrong`, `no_show.early`.
pub fn no_show(tx: &mut Tx, id: ClaimId, by: &str, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    let claim = held(tx, id)?;
    if m.now < Instant::from_minute(claim.start) {
        return Err(Refusal::conflict("no_show.early").into());
    }
    ended(tx, id, Action::NoShow, by, None, m, dice)
}

/// The holder is here (签到). Who was recorded as missed may still come while the rest is free.
///
/// # Errors
/// Missing; `state.wrong`, `check_in.early`, `check_in.over`, `slot.gone`.
pub fn check_in(tx: &mut Tx, id: ClaimId, by: &str, m: Moment) -> Result<Claim, No> {
    let mut claim = held(tx, id)?;
    let to = step(&claim, Action::CheckIn, m)?;
    let (_, _, before) = grace(tx, &claim)?;
    let opens = Instant::from_minute(claim.start).plus_min(-before);
    if m.now < opens {
        return Err(Refusal::conflict("check_in.early").both("when", plan::moment_words(m, opens.minute())).into());
    }
    if m.now >= Instant::from_minute(claim.end) {
        return Err(Refusal::conflict("check_in.over").into());
    }
    let from = claim.state;
    if from == State::NoShow {
        retake(tx, &claim, m)?;
    }
    (claim.state, claim.late) = (to, None);
    rows::claim::save(tx, &claim, from, None, m.now)?;
    record(tx, &claim, Action::CheckIn, Some(from), by, None, m)?;
    Ok(claim)
}

/// Takes again what a missed claim gave back and has not ended.
fn retake(tx: &mut Tx, claim: &Claim, m: Moment) -> Result<(), No> {
    let mut deltas = Deltas::default();
    for (n, line) in rows::claim::lines(tx, claim.id)?.into_iter().enumerate() {
        for cell in rows::cell::between(tx, line.resource, line.held_until, line.end)? {
            deltas.cell(line.resource, cell.start, line.units);
        }
        rows::claim::holds(tx, claim.id, n, line.end)?;
    }
    match apply(tx, &deltas)? {
        None => Ok(()),
        Some(_) => Err(Refusal::conflict("slot.gone").both("date", plan::day_words(m, claim.start)).into()),
    }
}

/// Other lines, all or nothing (改期): the old place is given up only when the new one is taken.
///
/// # Errors
/// As [`super::take`]; `state.wrong`, `hold.expired`, `move.started`.
pub fn swap(tx: &mut Tx, id: ClaimId, wish: &Wish, by: &str, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    let mut claim = held(tx, id)?;
    step(&claim, Action::Swap, m)?;
    if Instant::from_minute(claim.start) <= m.now {
        return Err(Refusal::conflict("move.started").into());
    }
    let plan = plan::plan(tx, wish, Some(&claim), Look::Asked, m)?;
    if plan.centre != claim.centre {
        return Err(Refusal::invalid("wish.two_centres").into());
    }
    if !(plan.full.is_empty() && plan.rule.is_empty()) {
        return Err(refused(tx, wish, plan, 1, 0, m)?);
    }
    let freed = give_cells(tx, &claim, m, &mut Deltas::default())?;
    if apply(tx, &plan.deltas)?.is_some() {
        return Err(Refusal::conflict("slot.gone").both("date", plan::day_words(m, wish.start())).into());
    }
    let raised = rows::claim::raised(tx, id)?;
    for (resource, start, delta) in &raised {
        rows::cell::raise(tx, *resource, *start, -delta)?;
    }
    rows::claim::reverted(tx, id, m.now)?;
    rows::claim::set_lines(tx, id, &plan.lines)?;
    for old in rows::claim::charges(tx, id)? {
        rows::claim::set_charge(tx, id, &Charge { units: 0, ..old })?;
    }
    for charge in &plan.charges {
        rows::claim::set_charge(tx, id, charge)?;
    }
    let from = claim.state;
    (claim.start, claim.end) = (wish.start(), wish.end());
    claim.late = (from == State::Confirmed).then(|| late(wish.start(), plan.rules.no_show_after_min));
    rows::claim::save(tx, &claim, from, None, m.now)?;
    record(tx, &claim, Action::Swap, Some(from), by, None, m)?;
    hand_over(tx, &freed, m, dice)?;
    Ok(claim)
}

/// Units a supervisor may add alone on one resource and day; above that a second person agrees. Capacity §6.6 [A].
const ALONE: i64 = 2;

/// Takes what is full by raising the cap by what is missing, on record (加额); the cap goes back when the claim ends.
///
/// # Errors
/// `slot.shut`, `slot.not_published`, `cap.reason`, `cap.second`; rules other than of the cells are not asked.
pub fn override_take(tx: &mut Tx, wish: &Wish, reason: &str, second: Option<&str>, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    if reason.trim().is_empty() {
        return Err(Refusal::invalid("cap.reason").at("reason").into());
    }
    let plan = plan::plan(tx, wish, None, Look::Offer, m)?;
    hold(tx, plan.centre)?;
    if let Some(no) = plan.full.iter().find(|r| matches!(r.code, "slot.shut" | "slot.not_published")) {
        return Err(no.clone().into());
    }
    let missing: Vec<_> = plan.missing().collect();
    let day = m.zone.day(Instant::from_minute(wish.start()));
    let (from, to) = (m.zone.moment(day, 0).minute(), m.zone.moment(day.plus(1), 0).minute());
    let id = dice.id(m.now);
    for (resource, start, n) in &missing {
        if rows::claim::raised_on(tx, *resource, from, to)? + n > ALONE && second.is_none() {
            return Err(Refusal::conflict("cap.second").arg("n", ALONE).into());
        }
        rows::cell::raise(tx, *resource, *start, *n)?;
        let change =
            rows::claim::Change { id: dice.id(m.now), resource: *resource, start: *start, delta: *n, reason, actor: &wish.made_by, second, claim: Some(id) };
        rows::claim::change(tx, &change, m.now)?;
    }
    if let Some(Key::Cell(..)) = apply(tx, &plan.deltas)? {
        return Err(Refusal::conflict("slot.gone").both("date", plan::day_words(m, wish.start())).into());
    }
    let late = late(wish.start(), plan.rules.no_show_after_min);
    let claim = new_claim(wish, &plan, State::Confirmed, None, Some(late), None, None, m, id);
    rows::claim::insert(tx, &claim, &plan.lines, &[])?;
    record(tx, &claim, Action::Book, None, &wish.made_by, Some(reason), m)?;
    tx.about("claim", claim.id);
    Ok(claim)
}
