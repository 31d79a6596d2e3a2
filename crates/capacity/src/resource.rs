//! A resource (资源) and its cells (时格).

use kernel::{Both, CentreId, Instant, Minutes, ResourceId, TimeZone};

use crate::Rules;

/// One thing that can run out: a court, a class, the booked places of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Where.
    pub centre: CentreId,
    /// `court`, `event`, `hall_places`: what it is for lists and figures.
    pub kind: String,
    /// Its code in the centre.
    pub code: String,
    /// Its name.
    pub name: Both,
    /// Interchangeable with the others of this name in its centre.
    pub pool: Option<String>,
    /// The part of another resource that may be taken from away.
    pub share_of: Option<ResourceId>,
    /// Length of a cell in minutes; 0: each cell has its own span.
    pub cell_minutes: Minutes,
    /// How it may be taken.
    pub rules: Rules,
    /// Nothing new may be taken since then.
    pub closed: Option<Instant>,
}

/// The lengths a cell may have, minutes.
pub const CELL_MINUTES: [Minutes; 8] = [0, 5, 10, 15, 30, 60, 720, 1_440];

/// The smallest piece of a resource in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// First minute.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// How many units there are.
    pub cap: i64,
    /// How many are taken.
    pub taken: i64,
    /// Why it is not open: `holiday`, `works`, `staff`, `event`, `rule`.
    pub shut: Option<String>,
}
impl Cell {
    /// Units that can be taken now.
    pub fn free(&self) -> i64 {
        if self.shut.is_some() { 0 } else { (self.cap - self.taken).max(0) }
    }
}

/// Whether a minute is the start of a cell of this length by the wall clock.
pub fn on_grid(zone: &TimeZone, minute: Minutes, cell_minutes: Minutes) -> bool {
    cell_minutes == 0 || zone.minute_of_day(Instant::from_minute(minute)) % cell_minutes == 0
}

/// The run of cells without a gap that covers `from..to` and reaches as far as it can into the pads. `None`: not all of `from..to` is published.
pub fn covering(cells: &[Cell], from: Minutes, to: Minutes, pad_before: Minutes, pad_after: Minutes) -> Option<&[Cell]> {
    let first = cells.iter().position(|c| c.start == from)?;
    let mut last = first;
    while cells[last].end < to {
        last += 1;
        if cells.get(last)?.start != cells[last - 1].end {
            return None;
        }
    }
    if cells[last].end != to {
        return None;
    }
    let (mut low, mut high) = (first, last);
    while low > 0 && cells[low - 1].end == cells[low].start && cells[low - 1].start >= from - pad_before {
        low -= 1;
    }
    while high + 1 < cells.len() && cells[high + 1].start == cells[high].end && cells[high + 1].end <= to + pad_after {
        high += 1;
    }
    cells.get(low..=high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(spans: &[(i64, i64)]) -> Vec<Cell> {
        spans.iter().map(|&(start, end)| Cell { start, end, cap: 1, taken: 0, shut: None }).collect()
    }

    #[test]
    fn a_window_is_covered_without_gap_or_overlap() {
        let all = cells(&[(0, 30), (30, 60), (60, 90), (120, 150), (150, 180)]);
        let span = |from, to, before, after| covering(&all, from, to, before, after).map(|c| (c[0].start, c[c.len() - 1].end));
        assert_eq!(span(0, 60, 0, 0), Some((0, 60)));
        assert_eq!(span(30, 60, 30, 30), Some((0, 90)));
        assert_eq!(span(60, 90, 15, 15), Some((60, 90)), "a pad is whole cells");
        assert_eq!(span(120, 150, 30, 30), Some((120, 180)), "a pad ends where nothing is published");
        assert_eq!(span(60, 150, 0, 0), None, "a gap");
        assert_eq!(span(10, 60, 0, 0), None);
        assert_eq!(span(0, 50, 0, 0), None);
        assert_eq!(span(150, 210, 0, 0), None);
    }

    #[test]
    fn half_days_begin_at_local_midnight_and_noon() {
        let zone = TimeZone::named("Asia/Shanghai", 240).unwrap();
        let midnight = zone.parse("2026-11-28T00:00").unwrap().minute();
        assert!(on_grid(&zone, midnight, 1_440) && on_grid(&zone, midnight + 720, 720) && on_grid(&zone, midnight + 7, 0));
        assert!(!on_grid(&zone, midnight + 720, 1_440) && !on_grid(&zone, midnight + 7, 5));
    }
}
