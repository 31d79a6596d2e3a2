//! Quotas (个人限额): cells of a person instead of a thing.

use kernel::{Both, Day, Instant, Minutes, PersonId, TimeZone, coded};

coded! {
    /// Whose units are counted.
    Subject {
        /// The person served.
        Person = "person", "本人", "person";
        /// The person served, for each thing of the slice apart.
        Item = "item", "本人每一项", "person and thing";
        /// Who books for others.
        Booker = "booker", "代约的人", "booker";
    }
}
coded! {
    /// Over what time.
    Period {
        /// Held, requested, confirmed or checked in at once; given back with every end.
        Live = "live", "同时", "at once";
        /// The day of the booking's start.
        Day = "day", "每天", "day";
        /// Its week, from Monday.
        Week = "week", "每周", "week";
        /// Its calendar month.
        Month = "month", "每月", "month";
    }
}

/// How much one person may have. Data, with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRule {
    /// `gym.week`
    pub code: String,
    /// Whose.
    pub subject: Subject,
    /// Over what time.
    pub period: Period,
    /// How many claims.
    pub most: i64,
    /// As people say it: 「每周健身」.
    pub name: Both,
    /// Where the figure comes from.
    pub source: String,
}

impl QuotaRule {
    /// Whose row, for this wish.
    pub fn subject_of(&self, holder: PersonId, item: &str, made_by: &str) -> String {
        match self.subject {
            Subject::Person => format!("p:{holder}"),
            Subject::Item => format!("p:{holder}|{item}"),
            Subject::Booker => format!("b:{made_by}"),
        }
    }
    /// Start of the period in which a booking that begins at `start` counts; 0 for "live at once".
    pub fn period_of(&self, zone: &TimeZone, start: Minutes) -> Minutes {
        let day = zone.day(Instant::from_minute(start));
        let first = match self.period {
            Period::Live => return 0,
            Period::Day => day,
            Period::Week => day.plus(-(day.weekday() as i64)),
            Period::Month => month_start(day),
        };
        zone.moment(first, 0).minute()
    }
    /// The first day on which it can be used again, after a period that is used up.
    pub fn again(&self, zone: &TimeZone, start: Minutes) -> Option<Day> {
        let first = zone.day(Instant::from_minute(self.period_of(zone, start)));
        match self.period {
            Period::Live => None,
            Period::Day => Some(first.plus(1)),
            Period::Week => Some(first.plus(7)),
            Period::Month => Some(month_start(first.plus(31))),
        }
    }
}

fn month_start(day: Day) -> Day {
    day.plus(1 - i64::from(day.parts().2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_civil_days_weeks_and_months() {
        let zone = TimeZone::named("Asia/Shanghai", 240).unwrap();
        let rule = |period| QuotaRule { code: "r".into(), subject: Subject::Person, period, most: 3, name: Both::new("", ""), source: "test".into() };
        let start = |t: &str| zone.parse(t).unwrap().minute();
        let of = |period, t: &str| zone.rfc3339(Instant::from_minute(rule(period).period_of(&zone, start(t))))[..10].to_owned();
        assert_eq!(of(Period::Week, "2026-11-29T23:30"), "2026-11-23", "Sunday belongs to the week of Monday before");
        assert_eq!(of(Period::Week, "2027-01-01T00:00"), "2026-12-28");
        assert_eq!(of(Period::Month, "2028-02-29T12:00"), "2028-02-01");
        assert_eq!(of(Period::Day, "2026-11-29T00:10"), "2026-11-29");
        assert_eq!(rule(Period::Live).period_of(&zone, start("2026-11-29T00:10")), 0);
        let again = |period, t: &str| rule(period).again(&zone, start(t)).map(|d| d.to_string());
        assert_eq!(again(Period::Month, "2026-12-31T10:00").as_deref(), Some("2027-01-01"));
        assert_eq!(again(Period::Month, "2028-01-15T10:00").as_deref(), Some("2028-02-01"));
        assert_eq!(again(Period::Week, "2026-11-25T10:00").as_deref(), Some("2026-11-30"));
        assert_eq!(again(Period::Live, "2026-11-25T10:00"), None);
    }
}
