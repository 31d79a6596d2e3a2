//! Dates of a term against a slow generator.

use std::collections::BTreeSet;

use kernel::{Both, Day};
use places::{Opening, Why};
use store::Dice;

use super::world::*;
use crate::course::dates;

fn opening(day: Day, holidays: &BTreeSet<Day>, shut: &BTreeSet<Day>) -> Opening {
    let why = if shut.contains(&day) {
        Why::Note
    } else if holidays.contains(&day) {
        Why::Holiday
    } else {
        Why::Pattern
    };
    Opening { blocks: Vec::new(), why, note: Both::new("节", "feast"), source: String::new() }
}

/// 200 random terms over month ends, 29 February, holidays and shut days: the same dates as looking at every day, each day of the week is a date or is said.
#[test]
fn dates_are_those_of_a_slow_look_at_every_day() {
    let mut dice = Dice::new([4; 32]);
    for n in 0..200 {
        let t = dice.throw();
        let first = day("2027-11-20").plus(i64::from(t[0]) * 2);
        let last = first.plus(i64::from(t[1]));
        let (weekday, want) = (usize::from(t[2] % 7), i64::from(t[3] % 30) + 1);
        let pick = |from: usize| (from..from + 4).map(|k| first.plus(i64::from(t[k]))).collect::<BTreeSet<_>>();
        let (holidays, shut, out) = (pick(4), pick(8), pick(12));
        let left_out: Vec<Day> = out.iter().copied().collect();
        let got = dates(first, last, weekday, want, &left_out, &|d| opening(d, &holidays, &shut));
        let all: Vec<Day> = (0..=last.days_since(first)).map(|k| first.plus(k)).filter(|d| d.weekday() == weekday).collect();
        let slow: Vec<Day> =
            all.iter().copied().filter(|d| !holidays.contains(d) && !shut.contains(d) && !out.contains(d)).take(usize::try_from(want).unwrap()).collect();
        assert_eq!(got.days, slow, "{n}: {first} {last} {weekday}");
        let mut told: Vec<Day> = got.days.iter().copied().chain(got.skipped.iter().map(|s| s.day)).collect();
        told.sort_unstable();
        let until = if got.days.len() as i64 == want { *got.days.last().unwrap() } else { last };
        assert_eq!(told, all.into_iter().filter(|d| *d <= until).collect::<Vec<_>>(), "{n}: a day is neither a date nor said");
    }
}
