//! Publishing (放号): a weekly pattern and dated exceptions become cells; the difference is shown before it is saved.

use std::ops::Range;

use kernel::{CentreId, Day, Instant, Minutes, Missing, No, Refusal, ResourceId, TimeZone};
use serde::{Deserialize, Serialize};
use store::{Dice, Tx};

use super::{
    give::{Freed, hand_over},
    hold,
};
use crate::{
    Cell, Claim, Moment, Resource,
    resource::{CELL_MINUTES, on_grid},
    rows,
};

/// A cell as it shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellSpec {
    /// First minute.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// How many units.
    pub cap: i64,
    /// Why it is shut.
    pub shut: Option<String>,
}

/// Hours of a weekly pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// Days of the week, 0 = Monday … 6 = Sunday.
    pub days: Vec<usize>,
    /// Minute after midnight.
    pub from_min: Minutes,
    /// Minute after midnight, at most 1,440.
    pub to_min: Minutes,
    /// Units in each cell.
    pub cap: i64,
}
/// A weekly pattern with dated exceptions (周样).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pattern {
    /// The week.
    pub week: Vec<Span>,
    /// Days that differ: their hours instead of the week's; none at all shuts the day.
    pub except: Vec<(Day, Vec<Span>)>,
}

/// The cells that a pattern gives on `days` days from `first` on. `acts_as` says for a day which day of the week it is worked as; `None`: a statutory holiday.
/// An exception counts before the calendar.
pub fn pattern_cells(
    pattern: &Pattern,
    cell_minutes: Minutes,
    first: Day,
    days: i64,
    zone: &TimeZone,
    acts_as: &dyn Fn(Day) -> Option<usize>,
) -> Vec<CellSpec> {
    let mut cells = Vec::new();
    for day in (0..days).map(|n| first.plus(n)) {
        let other = pattern.except.iter().find(|(d, _)| *d == day).map(|(_, spans)| spans.iter().collect::<Vec<_>>());
        let spans = other.unwrap_or_else(|| match acts_as(day) {
            Some(weekday) => pattern.week.iter().filter(|s| s.days.contains(&weekday)).collect(),
            None => Vec::new(),
        });
        for span in spans {
            let mut at = span.from_min;
            while at < span.to_min {
                let next = if cell_minutes == 0 { span.to_min } else { at + cell_minutes };
                if next > span.to_min {
                    break;
                }
                cells.push(CellSpec { start: zone.moment(day, at).minute(), end: zone.moment(day, next).minute(), cap: span.cap, shut: None });
                at = next;
            }
        }
    }
    cells.sort_by_key(|c| c.start);
    cells.dedup_by_key(|c| c.start);
    cells
}

/// What publishing changes, or would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Cells that did not exist.
    pub added: usize,
    /// Cells with another cap or open again.
    pub changed: usize,
    /// Cells nobody held, dropped.
    pub removed: usize,
    /// Cells that somebody holds: shut, not dropped.
    pub shut: usize,
    /// Who holds those: to be moved.
    pub to_move: Vec<Claim>,
}

/// Makes or changes a resource, with its share when a part of it is kept for people who come.
///
/// # Errors
/// `rules.*`, `cell.length`, `part.cycle`, `name.empty`.
pub fn set_resource(tx: &mut Tx, resource: &Resource, parts: &[(ResourceId, i64)], m: Moment, dice: &mut Dice) -> Result<Resource, No> {
    hold(tx, resource.centre)?;
    if !CELL_MINUTES.contains(&resource.cell_minutes) {
        return Err(Refusal::invalid("cell.length").at("cell_minutes").into());
    }
    if resource.name.zh.trim().is_empty() || resource.code.trim().is_empty() {
        return Err(Refusal::invalid("name.empty").at("name").into());
    }
    resource.rules.clone().checked()?;
    let mut saved = resource.clone();
    if let Some(known) = rows::resource::by_code(tx, resource.centre, &resource.code)? {
        if known.cell_minutes != resource.cell_minutes || known.kind != resource.kind {
            return Err(Refusal::conflict("cell.length").at("cell_minutes").into());
        }
        saved.id = known.id;
    }
    rows::resource::save(tx, &saved)?;
    for (child, _) in parts {
        if *child == saved.id || below(tx, *child, 4)?.contains(&saved.id) {
            return Err(Refusal::conflict("part.cycle").into());
        }
    }
    rows::resource::set_parts(tx, saved.id, parts)?;
    if saved.rules.online_share_pct < 100 && parts.is_empty() && rows::resource::share(tx, saved.id)?.is_none() {
        let share = Resource {
            id: dice.id(m.now),
            kind: "share_online".into(),
            code: format!("{}/online", saved.code),
            pool: None,
            share_of: Some(saved.id),
            ..saved.clone()
        };
        rows::resource::save(tx, &share)?;
    }
    tx.about("resource", saved.id);
    Ok(saved)
}

/// Nothing new of it may be taken from `at` on; `None` opens it again. What is held stays held.
///
/// # Errors
/// Missing.
pub fn close(tx: &mut Tx, id: ResourceId, at: Option<Instant>) -> Result<(), No> {
    let resource = rows::resource::one(tx, id)?.ok_or(Missing("resource"))?;
    hold(tx, resource.centre)?;
    rows::resource::close(tx, id, at)?;
    tx.about("resource", id);
    Ok(())
}

fn below(tx: &mut Tx, id: ResourceId, depth: usize) -> Result<Vec<ResourceId>, No> {
    let mut all = Vec::new();
    for (child, _) in rows::resource::parts(tx, id)? {
        all.push(child);
        if depth == 0 {
            return Err(Refusal::conflict("part.cycle").into());
        }
        all.extend(below(tx, child, depth - 1)?);
    }
    Ok(all)
}

/// Makes the cells of `within` be these and no others. A cell with fewer units than are taken is refused with who holds them; a cell that falls away is
/// dropped when it is free, else shut. With `dry` nothing is written.
///
/// # Errors
/// Missing; `grid.off`, `cap.shape`, `cap.below_taken`.
pub fn publish(tx: &mut Tx, id: ResourceId, cells: &[CellSpec], within: Range<Minutes>, dry: bool, m: Moment, dice: &mut Dice) -> Result<Diff, No> {
    let (from, to) = (within.start, within.end);
    let resource = rows::resource::one(tx, id)?.ok_or(Missing("resource"))?;
    if !dry {
        hold(tx, resource.centre)?;
    }
    let mut end = from;
    for cell in cells {
        if !(on_grid(m.zone, cell.start, resource.cell_minutes) && cell.start >= end && cell.end > cell.start && cell.end <= to) {
            return Err(Refusal::invalid("grid.off").arg("n", resource.cell_minutes).into());
        }
        if !(0..=100_000).contains(&cell.cap) {
            return Err(Refusal::invalid("cap.shape").at("cap").into());
        }
        end = cell.end;
    }
    let (diff, freed) = make(tx, &resource, cells, from, to, dry)?;
    if let Some(share) = rows::resource::share(tx, id)?
        && let Some(share) = rows::resource::one(tx, share)?
    {
        // A share never falls below what is taken of it: who has booked keeps the place.
        let known = rows::cell::between(tx, share.id, from, to)?;
        let taken = |start| known.iter().find(|c| c.start == start).map_or(0, |c| c.taken);
        let part: Vec<CellSpec> = cells.iter().map(|c| CellSpec { cap: resource.rules.share_of(c.cap).max(taken(c.start)), ..c.clone() }).collect();
        make(tx, &share, &part, from, to, dry)?;
    }
    if !dry {
        tx.tell(&facts::capacity::Published { resource: id, from_min: from, to_min: to });
        tx.about("resource", id);
        hand_over(tx, &freed, m, dice)?;
    }
    Ok(diff)
}

fn make(tx: &mut Tx, resource: &Resource, cells: &[CellSpec], from: Minutes, to: Minutes, dry: bool) -> Result<(Diff, Freed), No> {
    let (mut diff, mut freed) = (Diff::default(), Freed::new());
    let known = rows::cell::between(tx, resource.id, from, to)?;
    for old in &known {
        if cells.iter().any(|c| c.start == old.start && c.end == old.end) {
            continue;
        }
        if old.taken > 0 {
            diff.shut += 1;
            diff.to_move.extend(rows::claim::on(tx, resource.id, old.start, old.end)?);
            if !dry {
                rows::cell::set(tx, resource.id, &Cell { shut: Some("rule".into()), ..old.clone() })?;
            }
        } else {
            diff.removed += 1;
            if !dry && !rows::cell::drop_free(tx, resource.id, old.start)? {
                return Err(kernel::Fault::new("a free cell was taken").into());
            }
        }
    }
    for cell in cells {
        match known.iter().find(|k| k.start == cell.start) {
            Some(old) if old.end != cell.end && old.taken > 0 => {}
            Some(old) if old.end == cell.end => {
                if cell.cap < old.taken {
                    let holders = rows::claim::on(tx, resource.id, old.start, old.end)?;
                    let list = holders.iter().map(|c| c.id.to_string()).collect::<Vec<_>>().join("、");
                    return Err(Refusal::conflict("cap.below_taken").arg("taken", old.taken).arg("cap", cell.cap).arg("list", list).into());
                }
                if (old.cap, &old.shut) != (cell.cap, &cell.shut) {
                    diff.changed += 1;
                    if !dry {
                        rows::cell::set(tx, resource.id, &Cell { start: cell.start, end: cell.end, cap: cell.cap, taken: 0, shut: cell.shut.clone() })?;
                    }
                    freed.insert((resource.id, cell.start, cell.end));
                }
            }
            _ => {
                diff.added += 1;
                if !dry {
                    rows::cell::add(tx, resource.id, &Cell { start: cell.start, end: cell.end, cap: cell.cap, taken: 0, shut: cell.shut.clone() })?;
                }
                freed.insert((resource.id, cell.start, cell.end));
            }
        }
    }
    diff.to_move.sort_by_key(|c| c.id);
    diff.to_move.dedup_by_key(|c| c.id);
    Ok((diff, freed))
}

/// Days of cells beyond the earliest day that can be booked.
const SPARE_DAYS: i64 = 2;

/// Makes the cells of a resource with a week from the first day that has none up to its horizon, by the hours and the calendar of its centre. What was made
/// before stays: [`set_pattern`] makes all anew.
///
/// # Errors
/// Missing; those of [`publish`]; `pattern.shape`.
pub fn top_up(tx: &mut Tx, id: ResourceId, m: Moment, dice: &mut Dice) -> Result<Diff, No> {
    let resource = rows::resource::one(tx, id)?.ok_or(Missing("resource"))?;
    let (pattern, done) = rows::resource::pattern(tx, id)?;
    let Some(pattern) = pattern else { return Ok(Diff::default()) };
    let pattern: Pattern = serde_json::from_str(&pattern).map_err(|e| Refusal::invalid("pattern.shape").arg("why", e))?;
    let today = m.zone.day(m.now);
    let (first, last) = (done.map_or(today, |d| d.plus(1).max(today)), today.plus(resource.rules.open_ahead_days + SPARE_DAYS));
    if first > last {
        return Ok(Diff::default());
    }
    let hours = places::api::hours(tx, resource.centre, first, last)?;
    let acts_as = |day: Day| {
        let opening = hours.on(day);
        match opening.why {
            // A holiday, or a day that the centre shut by a note. Its weekly hours are the hall's; a gym has its own week.
            places::Why::Holiday => None,
            places::Why::Note if opening.blocks.is_empty() => None,
            // A make-up workday is worked as a Monday to Friday; which of them makes no difference to a week that opens on working days.
            places::Why::Swap => Some(0),
            _ => Some(day.weekday()),
        }
    };
    let cells = pattern_cells(&pattern, resource.cell_minutes, first, last.days_since(first) + 1, m.zone, &acts_as);
    let within = m.zone.moment(first, 0).minute()..m.zone.moment(last.plus(1), 0).minute();
    let diff = publish(tx, id, &cells, within, false, m, dice)?;
    rows::resource::published(tx, id, last)?;
    Ok(diff)
}

/// Resources whose cells end before their horizon, with their centres.
///
/// # Errors
/// A fault of the store.
pub fn behind(tx: &mut Tx, today: Day) -> Result<Vec<(ResourceId, CentreId)>, No> {
    let short = |ahead: i64, made: Option<Day>| made.is_none_or(|d| d < today.plus(ahead + SPARE_DAYS));
    Ok(rows::resource::weeks(tx)?.into_iter().filter(|(_, _, ahead, made)| short(*ahead, *made)).map(|(id, centre, ..)| (id, centre)).collect())
}

/// Another week from today on.
///
/// # Errors
/// Missing; those of [`publish`].
pub fn set_pattern(tx: &mut Tx, id: ResourceId, pattern: &Pattern, m: Moment, dice: &mut Dice) -> Result<Diff, No> {
    let text = serde_json::to_string(pattern).map_err(|e| kernel::Fault::new(e.to_string()))?;
    rows::resource::set_pattern(tx, id, Some(&text))?;
    top_up(tx, id, m, dice)
}

/// Another number of units in every cell of a stretch; who waits gets what is added.
///
/// # Errors
/// Missing; `cap.below_taken`, `cap.shape`.
pub fn set_cap(tx: &mut Tx, id: ResourceId, from: Minutes, to: Minutes, cap: i64, m: Moment, dice: &mut Dice) -> Result<Diff, No> {
    let cells: Vec<CellSpec> = rows::cell::between(tx, id, from, to)?.into_iter().map(|c| CellSpec { start: c.start, end: c.end, cap, shut: c.shut }).collect();
    publish(tx, id, &cells, from..to, false, m, dice)
}

/// Shuts a stretch for a reason, or opens it again (`None`). Stops new claims only; gives back who holds places there, to be moved.
///
/// # Errors
/// Missing.
pub fn shut(tx: &mut Tx, id: ResourceId, from: Minutes, to: Minutes, reason: Option<&str>, m: Moment, dice: &mut Dice) -> Result<Vec<Claim>, No> {
    let cells: Vec<CellSpec> = rows::cell::between(tx, id, from, to)?
        .into_iter()
        .map(|c| CellSpec { start: c.start, end: c.end, cap: c.cap, shut: reason.map(str::to_owned) })
        .collect();
    publish(tx, id, &cells, from..to, false, m, dice)?;
    if reason.is_none() {
        return Ok(Vec::new());
    }
    let until = Instant::from_minute(to).minute();
    Ok(rows::claim::on(tx, id, from, until)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_follows_the_week_the_calendar_and_its_exceptions() {
        let zone = TimeZone::named("Asia/Shanghai", 240).unwrap();
        let span = |days: &[usize], from: i64, to: i64, cap| Span { days: days.to_vec(), from_min: from, to_min: to, cap };
        let pattern = Pattern {
            week: vec![span(&[0, 1, 2, 3, 4], 540, 600, 2), span(&[5], 540, 590, 1)],
            except: vec![("2026-11-25".parse().unwrap(), vec![]), ("2026-11-26".parse().unwrap(), vec![span(&[], 1_380, 1_440, 3)])],
        };
        // Monday the 23rd; Tuesday is a holiday; Sunday is worked as a Monday.
        let acts = |d: Day| match d.to_string().as_str() {
            "2026-11-24" => None,
            "2026-11-29" => Some(0),
            _ => Some(d.weekday()),
        };
        let cells = pattern_cells(&pattern, 30, "2026-11-23".parse().unwrap(), 7, &zone, &acts);
        let text: Vec<String> = cells.iter().map(|c| format!("{} ×{}", &zone.rfc3339(Instant::from_minute(c.start))[5..16], c.cap)).collect();
        assert_eq!(
            text,
            [
                "11-23T09:00 ×2",
                "11-23T09:30 ×2",
                "11-26T23:00 ×3",
                "11-26T23:30 ×3",
                "11-27T09:00 ×2",
                "11-27T09:30 ×2",
                "11-28T09:00 ×1",
                "11-29T09:00 ×2",
                "11-29T09:30 ×2"
            ]
        );
        assert_eq!(pattern_cells(&pattern, 0, "2026-11-23".parse().unwrap(), 1, &zone, &acts).len(), 1, "single cells carry the whole span");
    }
}
