//! The calendar (节假日): days that differ from their weekday, as data with a source.

use std::collections::BTreeMap;

use kernel::{Both, Day};

/// How a day differs from its weekday.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Public holiday.
    Holiday,
    /// A make-up workday (调休上班).
    Workday,
}
impl Kind {
    /// As stored, with what it stands for.
    pub const ALL: [(&'static str, Self); 2] = [("holiday", Self::Holiday), ("workday", Self::Workday)];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL[self as usize].0
    }
}

/// One day that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CalendarDay {
    /// How.
    pub kind: Kind,
    /// 春节
    pub name: Both,
    /// Document and address.
    pub source: String,
}

/// The days that differ within a span, for arithmetic without a database.
#[derive(Clone, Debug, Default)]
pub struct WorkCalendar {
    days: BTreeMap<Day, CalendarDay>,
    years: Vec<i16>,
}

impl WorkCalendar {
    /// From the days that differ, and the years whose arrangement is published.
    pub fn new(days: BTreeMap<Day, CalendarDay>, years: Vec<i16>) -> Self {
        Self { days, years }
    }
    /// What is said of a day.
    pub fn on(&self, day: Day) -> Option<&CalendarDay> {
        self.days.get(&day)
    }
    /// Whether the holidays of that year are published.
    pub fn published(&self, day: Day) -> bool {
        self.years.contains(&day.parts().0)
    }
}
