//! What is free, and what could be taken instead.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, Instant, Minutes, No, PersonId, ResourceId};
use store::Tx;

use crate::{
    Cell, Claim, Look, Moment, Plan, Resource, Want, What, Wish,
    plan::{self, moment_words},
    resource::covering,
    rows,
    wait::Wait,
};

/// Looks at a wish without taking anything: the plan says what is full and which rules say no.
///
/// # Errors
/// As [`crate::plan::plan`].
pub fn ask(tx: &mut Tx, wish: &Wish, m: Moment) -> Result<Plan, No> {
    plan::plan(tx, wish, None, Look::Asked, m)
}

/// The cells of a resource with what is free in each.
#[derive(Clone, Debug)]
pub struct Free {
    /// The resource.
    pub resource: Resource,
    /// Its cells, of a composite the least free of its parts.
    pub cells: Vec<Cell>,
}

/// What is free of a resource in a stretch of time; of a composite what is free in all its parts at once.
///
/// # Errors
/// A fault of the store.
pub fn free(tx: &mut Tx, resource: &Resource, from: Minutes, to: Minutes) -> Result<Free, No> {
    Ok(Free { cells: cells(tx, resource, from, to, None)?, resource: resource.clone() })
}

/// The same for who books from away: without the places that are kept for people who come.
///
/// # Errors
/// A fault of the store.
pub fn free_from_away(tx: &mut Tx, resource: &Resource, from: Minutes, to: Minutes, m: Moment) -> Result<Free, No> {
    Ok(Free { cells: cells(tx, resource, from, to, Some(m))?, resource: resource.clone() })
}

fn cells(tx: &mut Tx, resource: &Resource, from: Minutes, to: Minutes, away: Option<Moment>) -> Result<Vec<Cell>, No> {
    let parts = rows::resource::parts(tx, resource.id)?;
    if parts.is_empty() {
        let mut all = rows::cell::between(tx, resource.id, from, to)?;
        if let Some(m) = away
            && let Some(share) = rows::resource::share(tx, resource.id)?
        {
            let shares: BTreeMap<Minutes, i64> = rows::cell::between(tx, share, from, to)?.iter().map(|c| (c.start, c.free())).collect();
            for cell in all.iter_mut().filter(|c| plan::share_counts(&resource.rules, c.start, m)) {
                cell.taken = cell.cap - cell.free().min(shares.get(&cell.start).copied().unwrap_or(0));
            }
        }
        return Ok(all);
    }
    let mut all: BTreeMap<Minutes, (usize, Cell)> = BTreeMap::new();
    for (child, units) in &parts {
        let Some(part) = rows::resource::one(tx, *child)? else { continue };
        for mut cell in cells(tx, &part, from, to, away)? {
            (cell.cap, cell.taken) = (cell.cap / units, (cell.cap / units) - cell.free() / units);
            let known = all.entry(cell.start).or_insert_with(|| (0, cell.clone()));
            known.0 += 1;
            if cell.free() < known.1.free() || known.1.shut.is_some() {
                known.1 = cell;
            }
        }
    }
    Ok(all.into_values().filter(|(n, _)| *n == parts.len()).map(|(_, c)| c).collect())
}

/// Something that is free and near what was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    /// Which.
    pub resource: ResourceId,
    /// Its name.
    pub name: Both,
    /// First minute.
    pub from: Minutes,
    /// Minute after the last.
    pub to: Minutes,
    /// Units that are free in all of it.
    pub free: i64,
    /// The smaller the nearer: minutes away; a day counts 240. Capacity §8 [A].
    away: i64,
}

/// Hours around the wanted time on the same day, and days at the same hour, in which another place is looked for. Capacity §8.
const NEAR_MIN: Minutes = 180;
const NEAR_DAYS: i64 = 7;

/// Up to three things that are free now and near the wish: the same one within three hours, another of its kind at that time, the same time on the next seven days.
///
/// # Errors
/// A fault of the store.
pub fn alternatives(tx: &mut Tx, wish: &Wish, m: Moment) -> Result<Vec<Alternative>, No> {
    let Some(first) = wish.lines.first() else { return Ok(Vec::new()) };
    let wanted = match &first.what {
        What::Resource(id) => rows::resource::one(tx, *id)?,
        What::AnyOf(_) => None,
    };
    let Some(wanted) = wanted else { return Ok(Vec::new()) };
    let mut all = Vec::new();
    let days: Vec<Minutes> = (1..=NEAR_DAYS).map(|d| later(m, first.from, d)).collect();
    let length = first.to - first.from;
    for resource in rows::resource::of_centre(tx, wanted.centre)?.into_iter().filter(|r| r.kind == wanted.kind && r.closed.is_none()) {
        // Another line does other errands.
        if wanted.line().is_some() && resource.id != wanted.id {
            continue;
        }
        let same = resource.id == wanted.id;
        let near = free(tx, &resource, first.from - NEAR_MIN, first.to + NEAR_MIN)?.cells;
        for cell in &near {
            if (same && cell.start != first.from) || (!same && cell.start == first.from) {
                offer(&mut all, &resource, &near, cell.start, length, first, (cell.start - first.from).abs());
            }
        }
        if same {
            for (n, start) in days.iter().enumerate() {
                let cells = free(tx, &resource, *start, *start + length)?.cells;
                offer(&mut all, &resource, &cells, *start, length, first, 240 * (n as i64 + 1));
            }
        }
    }
    all.sort_by_key(|a: &Alternative| (a.away, a.from, a.resource));
    let mut kept: Vec<Alternative> = Vec::new();
    for a in all {
        // Only what the rules would let this person take: the promise of an alternative is that it can be booked.
        let mut other = wish.clone();
        other.lines = vec![Want { what: What::Resource(a.resource), from: a.from, to: a.to, units: first.units }];
        let plan = plan::plan(tx, &other, None, Look::Asked, m)?;
        let open = plan.full.is_empty() && plan.rule.is_empty();
        let most = if wanted.line().is_some() { 3 } else { 2 };
        if open && kept.iter().filter(|k| k.resource == a.resource).count() < most {
            kept.push(a);
        }
        if kept.len() == 3 {
            break;
        }
    }
    Ok(kept)
}

fn later(m: Moment, minute: Minutes, days: i64) -> Minutes {
    let then = Instant::from_minute(minute);
    m.zone.moment(m.zone.day(then).plus(days), m.zone.minute_of_day(then)).minute()
}

fn offer(all: &mut Vec<Alternative>, r: &Resource, cells: &[Cell], start: Minutes, length: Minutes, want: &Want, away: i64) {
    let end = match cells.iter().find(|c| c.start == start) {
        Some(cell) if r.cell_minutes == 0 => cell.end,
        Some(_) => start + length,
        None => return,
    };
    let Some(run) = covering(cells, start, end, 0, 0) else { return };
    let least = run.iter().map(Cell::free).min().unwrap_or(0);
    if least >= want.units {
        all.push(Alternative { resource: r.id, name: r.name.clone(), from: start, to: end, free: least, away });
    }
}

/// The alternatives as links to their booking page.
pub(super) fn ways(tx: &mut Tx, wish: &Wish, m: Moment) -> Result<Vec<(Both, String)>, No> {
    let errands = if wish.purpose.starts_with(crate::PLACES) { format!("&errands={}", wish.subject.replace('+', "%20")) } else { String::new() };
    let way = |a: Alternative| {
        let when = moment_words(m, a.from);
        let label = Both::new(format!("{}，{}", when.zh, a.name.zh), format!("{}, {}", when.en, a.name.en));
        (label, format!("/book/{}?from={}{errands}", a.resource, a.from))
    };
    Ok(alternatives(tx, wish, m)?.into_iter().map(way).collect())
}

/// One resource.
///
/// # Errors
/// Missing.
pub fn resource(tx: &mut Tx, id: ResourceId) -> Result<Resource, No> {
    Ok(rows::resource::one(tx, id)?.ok_or(kernel::Missing("resource"))?)
}
/// One resource of a centre by its code.
///
/// # Errors
/// A fault of the store.
pub fn resource_of(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Option<Resource>, No> {
    Ok(rows::resource::by_code(tx, centre, code)?)
}
/// Everything of a centre that is open, without the shares of others.
///
/// # Errors
/// A fault of the store.
pub fn resources(tx: &mut Tx, centre: CentreId) -> Result<Vec<Resource>, No> {
    Ok(rows::resource::of_centre(tx, centre)?.into_iter().filter(|r| r.closed.is_none()).collect())
}
/// One claim.
///
/// # Errors
/// Missing.
pub fn claim(tx: &mut Tx, id: kernel::ClaimId) -> Result<Claim, No> {
    Ok(rows::claim::one(tx, id)?.ok_or(kernel::Missing("claim"))?)
}
/// One waiting entry.
///
/// # Errors
/// Missing.
pub fn waiting(tx: &mut Tx, id: kernel::WaitId) -> Result<Wait, No> {
    Ok(rows::wait::one(tx, id)?.ok_or(kernel::Missing("wait"))?)
}
/// Every claim that was made for a thing of a slice, also those that ended.
///
/// # Errors
/// A fault of the store.
pub fn claims_for(tx: &mut Tx, purpose: &str, subject: &str) -> Result<Vec<Claim>, No> {
    Ok(rows::claim::of_subject(tx, purpose, subject)?)
}
/// Who waits for a resource in a stretch of time, in order; at most 400.
///
/// # Errors
/// A fault of the store.
pub fn line(tx: &mut Tx, resource: ResourceId, from: Minutes, to: Minutes) -> Result<Vec<Wait>, No> {
    Ok(rows::wait::line(tx, resource, from, to)?)
}
/// Everything of a person that has not ended: bookings and waiting entries.
///
/// # Errors
/// A fault of the store.
pub fn mine(tx: &mut Tx, holder: PersonId, m: Moment) -> Result<(Vec<Claim>, Vec<Wait>), No> {
    Ok((rows::claim::of_holder(tx, holder, m.now.minute() - 1_440)?, rows::wait::of_holder(tx, holder)?))
}

/// Centres where a hold has run out, somebody did not come, or a waiting entry is over.
///
/// # Errors
/// A fault of the store.
pub fn due(tx: &mut Tx, now: Instant) -> Result<Vec<CentreId>, No> {
    Ok(rows::claim::centres_due(tx, now)?)
}
