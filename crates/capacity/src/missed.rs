//! Who did not come (爽约), by what it was and how long before it was booked: what one learns from before one sets reminders and windows.

use std::collections::BTreeMap;

use kernel::{Instant, Minutes};

/// Days between booking and time, as far as this [A]: the same day, up to three days, a week, longer.
pub const LEADS: [i64; 4] = [0, 3, 7, i64::MAX];

/// Of one kind of booking, for each of [`LEADS`]: how many there were, and how many nobody came to.
pub type Missed = BTreeMap<String, [(i64, i64); 4]>;

/// Counts. `all`: purpose, start, when it was made, whether its holder came.
pub fn count(all: &[(String, Minutes, Instant, bool)]) -> Missed {
    let mut out = Missed::new();
    for (purpose, start, made, came) in all {
        let kind = purpose.strip_suffix(".booking").unwrap_or(purpose);
        let days = (start - made.minute()).max(0) / 1_440;
        let lead = LEADS.iter().position(|most| days <= *most).unwrap_or(LEADS.len() - 1);
        let cell = &mut out.entry(kind.to_owned()).or_default()[lead];
        cell.0 += 1;
        cell.1 += i64::from(!came);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missed_are_counted_by_kind_and_by_how_long_before_they_were_booked() {
        let one = |purpose: &str, days: i64, came| (purpose.to_owned(), 100_000, Instant::from_minute(100_000 - days * 1_440), came);
        let all = [one("court.booking", 0, true), one("court.booking", 2, false), one("court.booking", 3, true), one("gym.booking", 9, false)];
        let missed = count(&all);
        assert_eq!(missed["court"], [(1, 0), (2, 1), (0, 0), (0, 0)]);
        assert_eq!(missed["gym"], [(0, 0), (0, 0), (0, 0), (1, 1)]);
    }
}
