//! The dates of a course (课次日期), from its term and the calendar.

use kernel::{Both, Day};
use places::{Opening, Why};

/// A day of the week that is left out, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Which.
    pub day: Day,
    /// The holiday's name, the note that shuts the centre, or that the planner left it out.
    pub why: Both,
}

/// The dates of a term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dates {
    /// On which days it is taught.
    pub days: Vec<Day>,
    /// Days of that weekday before the last date on which it is not.
    pub skipped: Vec<Skipped>,
    /// The calendar of a year of these dates is not published yet: holidays may still fall on them.
    pub unpublished: bool,
}

/// The first `n` days of `weekday` in `first..=last` that are no holiday, on which the centre is not shut by a note, and that are not `left_out`. A make-up
/// workday at a weekend stays a date [A]: who comes on Saturdays comes.
pub fn dates(first: Day, last: Day, weekday: usize, n: i64, left_out: &[Day], on: &dyn Fn(Day) -> Opening) -> Dates {
    let mut dates = Dates::default();
    let ahead = (weekday + 7 - first.weekday() % 7) % 7;
    let mut day = first.plus(ahead as i64);
    while day <= last && (dates.days.len() as i64) < n {
        let opening = on(day);
        dates.unpublished |= opening.why == Why::Unpublished;
        let why = match opening.why {
            _ if left_out.contains(&day) => Some(Both::new("这天不上", "left out")),
            Why::Holiday => Some(opening.note),
            Why::Note if opening.blocks.is_empty() => Some(opening.note),
            _ => None,
        };
        match why {
            Some(why) => dates.skipped.push(Skipped { day, why }),
            None => dates.days.push(day),
        }
        day = day.plus(7);
    }
    dates
}
