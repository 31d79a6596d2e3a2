//! Taking: hold, request, book; several at once; a series.

use kernel::{Both, BundleId, CentreId, ClaimId, Day, Instant, Minutes, No, Refusal, WaitId};
use store::{Dice, Tx};

use super::{give::settle, hold, read::ways, record};
use crate::{
    Deltas, Look, Moment, Plan, Wish,
    claim::{Action, Claim, State},
    delta::apply,
    plan, rows,
};

/// How a wish is taken when its resource leaves the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// For a few minutes, until it is confirmed.
    Hold,
    /// At once.
    Book,
}

/// Takes what a wish wants, all of it or nothing. A resource that needs agreement gets a request, which holds its units meanwhile.
///
/// # Errors
/// Every reason at once, with what is free instead: `slot.*`, `window.*`, `units.rule`, `length.rule`, `quota.*`, `eligible.not`, `clash`; `grid.off` and other shapes.
pub fn take(tx: &mut Tx, wish: &Wish, how: How, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    let mut all = take_all(tx, std::slice::from_ref(wish), how, m, dice)?;
    all.pop().ok_or_else(|| Refusal::invalid("wish.empty").into())
}

/// Wishes of one bundle.
const MOST: usize = 20;

/// Takes several wishes together in one pass; all of them or none. Two and more live and fail together.
///
/// # Errors
/// As [`take`]; of several `bundle.part` with the reasons of the first that is not possible; `bundle.too_big`.
pub fn take_all(tx: &mut Tx, wishes: &[Wish], how: How, m: Moment, dice: &mut Dice) -> Result<Vec<Claim>, No> {
    if wishes.len() > MOST {
        return Err(Refusal::invalid("bundle.too_big").arg("max", MOST).into());
    }
    let mut plans = Vec::with_capacity(wishes.len());
    let mut settled: Vec<CentreId> = Vec::new();
    let mut deltas = Deltas::default();
    for (k, wish) in wishes.iter().enumerate() {
        let mut plan = plan::plan(tx, wish, None, Look::Asked, m)?;
        hold(tx, plan.centre)?;
        // What has run out is free: it goes back, first to those who wait, before anybody new is judged.
        if !settled.contains(&plan.centre) {
            settled.push(plan.centre);
            if settle(tx, plan.centre, m, dice)? > 0 {
                plan = plan::plan(tx, wish, None, Look::Asked, m)?;
            }
        }
        if !(plan.full.is_empty() && plan.rule.is_empty()) {
            return Err(refused(tx, wish, plan, wishes.len(), k, m)?);
        }
        deltas.merge(&plan.deltas);
        plans.push(plan);
    }
    if let Some(key) = apply(tx, &deltas)? {
        // Each fits alone, together they do not.
        tracing::debug!(?key, "a bundle does not fit");
        let k = wishes.len().saturating_sub(1);
        let gone = Refusal::conflict("slot.gone").both("date", plan::day_words(m, wishes[k].start()));
        return Err(part(gone, wishes.len(), k).into());
    }
    let bundle: Option<BundleId> = (wishes.len() > 1).then(|| dice.id(m.now));
    wishes.iter().zip(plans).map(|(wish, plan)| write(tx, wish, &plan, how, bundle, m, dice)).collect()
}

fn part(reason: Refusal, of: usize, k: usize) -> Refusal {
    if of == 1 {
        return reason;
    }
    let ways = reason.ways().to_vec();
    Refusal::conflict("bundle.part").arg("k", k + 1).and(reason).instead(ways)
}

/// The refusal of a plan, with what is free instead.
pub(super) fn refused(tx: &mut Tx, wish: &Wish, plan: Plan, of: usize, k: usize, m: Moment) -> Result<No, No> {
    let full = !plan.full.is_empty();
    let only_clash = !full && plan.rule.len() == 1 && plan.rule[0].code == "clash";
    let Some(mut reason) = plan.refusal() else { return Ok(kernel::Fault::new("a refusal without a reason").into()) };
    if full {
        reason = reason.instead(ways(tx, wish, m)?);
    }
    if only_clash && let Some(crate::Want { what: crate::What::Resource(id), from, .. }) = wish.lines.first() {
        reason = reason.instead(vec![(Both::new("知道，仍要约", "I know, book it all the same"), format!("/book/{id}?from={from}&clash=1"))]);
    }
    Ok(part(reason, of, k).into())
}

/// Writes a claim whose units were taken.
fn write(tx: &mut Tx, wish: &Wish, plan: &Plan, how: How, bundle: Option<BundleId>, m: Moment, dice: &mut Dice) -> Result<Claim, No> {
    let start = Instant::from_minute(wish.start());
    let by_staff = matches!(wish.channel(), crate::Channel::Staff | crate::Channel::Counter);
    let (state, action, expires) = match (plan.rules.approval, how) {
        (Some(a), _) if !by_staff => (State::Requested, Action::Request, Some(m.now.plus_min(a.within_h * 60).min(start))),
        (_, How::Hold) if plan.rules.hold_s > 0 => (State::Held, Action::Hold, Some(m.now.plus_s(plan.rules.hold_s))),
        _ => (State::Confirmed, Action::Book, None),
    };
    let late = (state == State::Confirmed).then(|| late(wish.start(), plan.rules.no_show_after_min));
    let claim = new_claim(wish, plan, state, expires, late, bundle, None, m, dice.id(m.now));
    rows::claim::insert(tx, &claim, &plan.lines, &plan.charges)?;
    record(tx, &claim, action, None, &wish.made_by, None, m)?;
    tx.about("claim", claim.id);
    Ok(claim)
}

/// When a booking that starts at `start` counts as missed.
pub(super) fn late(start: Minutes, grace: Minutes) -> Instant {
    Instant::from_minute(start).plus_min(grace)
}

#[allow(clippy::too_many_arguments)] // one constructor, all of it needed
pub(super) fn new_claim(
    wish: &Wish,
    plan: &Plan,
    state: State,
    expires: Option<Instant>,
    late: Option<Instant>,
    bundle: Option<BundleId>,
    wait: Option<WaitId>,
    m: Moment,
    id: ClaimId,
) -> Claim {
    Claim {
        id,
        centre: plan.centre,
        purpose: wish.purpose.clone(),
        subject: wish.subject.clone(),
        holder: wish.holder,
        made_by: wish.made_by.clone(),
        channel: wish.channel(),
        state,
        start: wish.start(),
        end: wish.end(),
        expires,
        late,
        bundle,
        wait,
        extended: 0,
        made_at: m.now,
    }
}

/// A date of a series that could not be taken, and why.
pub type Skipped = (Day, Refusal);

/// Books the same thing on several days at the same time of day (系列). With `skip` the days that are not possible are left out and said; else one of them refuses all.
///
/// # Errors
/// As [`take`]; `series.none` when no day is possible; `bundle.too_big` above 60 days.
pub fn book_series(tx: &mut Tx, wish: &Wish, days: &[Day], skip: bool, m: Moment, dice: &mut Dice) -> Result<(Vec<Claim>, Vec<Skipped>), No> {
    if days.len() > 60 {
        return Err(Refusal::invalid("bundle.too_big").arg("max", 60).into());
    }
    let (mut claims, mut skipped) = (Vec::new(), Vec::new());
    for day in days {
        let wish = on_day(wish, *day, m);
        let plan = plan::plan(tx, &wish, None, Look::Asked, m)?;
        hold(tx, plan.centre)?;
        match plan.clone().refusal() {
            Some(reason) if skip => skipped.push((*day, reason)),
            Some(_) => return Err(refused(tx, &wish, plan, 1, 0, m)?),
            None => {
                if apply(tx, &plan.deltas)?.is_some() {
                    return Err(kernel::Fault::new("a free cell was not free").into());
                }
                claims.push(write(tx, &wish, &plan, How::Book, None, m, dice)?);
            }
        }
    }
    if claims.is_empty() {
        return Err(Refusal::conflict("series.none").into());
    }
    Ok((claims, skipped))
}

/// The same wish at the same times of another day.
fn on_day(wish: &Wish, day: Day, m: Moment) -> Wish {
    let first = m.zone.day(Instant::from_minute(wish.start()));
    let mut moved = wish.clone();
    for line in &mut moved.lines {
        let at = |minute: Minutes| {
            let then = Instant::from_minute(minute);
            let of = m.zone.day(then).days_since(first);
            m.zone.moment(day.plus(of), m.zone.minute_of_day(then)).minute()
        };
        (line.from, line.to) = (at(line.from), at(line.to));
    }
    moved
}
