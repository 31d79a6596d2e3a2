//! Instants, civil days, service days, and the one place where they are converted.

use std::{fmt, str::FromStr};

use jiff::{Timestamp, ToSpan, civil, tz};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment in microseconds since 1970 UTC, as stored (`…_us int8`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Instant(i64);

/// Whole minutes.
pub type Minutes = i64;

impl Instant {
    /// From stored microseconds.
    pub const fn from_micros(us: i64) -> Self {
        Self(us)
    }
    /// Microseconds since 1970 UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }
    /// The whole minute since 1970 UTC in which it lies.
    pub const fn minute(self) -> Minutes {
        self.0.div_euclid(60_000_000)
    }
    /// The moment at which a minute since 1970 UTC begins.
    pub const fn from_minute(minute: Minutes) -> Self {
        Self(minute.saturating_mul(60_000_000))
    }
    /// This much later (or earlier, when negative), in seconds.
    pub const fn plus_s(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
    /// This many minutes later.
    pub const fn plus_min(self, minutes: Minutes) -> Self {
        self.plus_s(minutes.saturating_mul(60))
    }
    /// Seconds since `earlier`; never negative (Q12).
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        let d = (self.0 - earlier.0) / 1_000_000;
        if d < 0 { 0 } else { d }
    }
    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// The district's time zone with the minute at which its service day turns (04:00 by default).
#[derive(Clone, Debug)]
pub struct TimeZone {
    tz: tz::TimeZone,
    turn_min: i64,
}

impl TimeZone {
    /// The zone of an IANA name and the turn of the service day in minutes after midnight (0…720).
    ///
    /// # Errors
    /// The name when no such zone is known.
    pub fn named(name: &str, turn_min: i64) -> Result<Self, String> {
        let tz = tz::TimeZone::get(name).map_err(|e| format!("{name}: {e}"))?;
        Ok(Self { tz, turn_min: turn_min.clamp(0, 720) })
    }
    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.tz.iana_name().unwrap_or("UTC")
    }
    fn at(&self, now: Instant) -> jiff::ZonedDateTime {
        now.timestamp().to_zoned_datetime(self.tz.clone())
    }
    /// The civil day at `now`.
    pub fn day(&self, now: Instant) -> Day {
        Day(self.at(now).date())
    }
    /// The service day at `now`: the civil day of `now` less the turn.
    pub fn service_day(&self, now: Instant) -> ServiceDay {
        ServiceDay(self.day(now.plus_min(-self.turn_min)).0)
    }
    /// Minutes after local midnight at `now`.
    pub fn minute_of_day(&self, now: Instant) -> i64 {
        let t = self.at(now).time();
        i64::from(t.hour()) * 60 + i64::from(t.minute())
    }
    /// The moment `minute` minutes after midnight of `day` by the wall clock; minutes past 1,440 fall on the next day.
    pub fn moment(&self, day: Day, minute: i64) -> Instant {
        let date = day.plus(minute.div_euclid(1_440)).0;
        let m = minute.rem_euclid(1_440);
        let time = civil::Time::new((m / 60) as i8, (m % 60) as i8, 0, 0).unwrap_or_default();
        let zoned = date.to_datetime(time).to_zoned_datetime(self.tz.clone());
        Instant(zoned.map(|z| z.timestamp().as_microsecond()).unwrap_or_default())
    }
    /// The end of a service day: its turn on the following civil day.
    pub fn end_of(&self, day: ServiceDay) -> Instant {
        self.moment(day.civil().plus(1), self.turn_min)
    }
    /// `10:07` by the wall clock.
    pub fn hhmm(&self, now: Instant) -> String {
        hhmm(self.minute_of_day(now))
    }
    /// `10:07:31` by the wall clock.
    pub fn hhmmss(&self, now: Instant) -> String {
        self.at(now).strftime("%H:%M:%S").to_string()
    }
    /// RFC 3339 with the zone's offset, whole seconds.
    pub fn rfc3339(&self, now: Instant) -> String {
        self.at(now).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }
    /// Parses `2020-01-14T07:00` (local) or a full RFC 3339 time.
    pub fn parse(&self, text: &str) -> Option<Instant> {
        if let Ok(t) = text.parse::<Timestamp>() {
            return Some(Instant(t.as_microsecond()));
        }
        let local = text.parse::<civil::DateTime>().ok()?;
        Some(Instant(local.to_zoned_datetime(self.tz.clone()).ok()?.timestamp().as_microsecond()))
    }
}

/// `09:05` from minutes after midnight.
pub fn hhmm(minute: i64) -> String {
    let m = minute.rem_euclid(1_440);
    format!("{:02}:{:02}", m / 60, m % 60)
}

/// A civil day: calendars, hours, bookings, legal clocks. Text and JSON form `2026-11-24`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Day(civil::Date);

/// The day that numbers, codes, screens and reports use: it turns at 04:00, not at midnight. A different type from [`Day`] on purpose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServiceDay(civil::Date);

/// A civil day of year, month, day; `None` when there is no such day.
pub fn civil(year: i16, month: i8, day: i8) -> Option<Day> {
    civil::Date::new(year, month, day).ok().map(Day)
}

impl Day {
    /// This many days later (earlier when negative).
    pub fn plus(self, days: i64) -> Self {
        Self(self.0.checked_add(days.days()).unwrap_or(self.0))
    }
    /// 0 = Monday … 6 = Sunday.
    pub fn weekday(self) -> usize {
        self.0.weekday().to_monday_zero_offset() as usize
    }
    /// Year, month, day of month.
    pub fn parts(self) -> (i16, i8, i8) {
        (self.0.year(), self.0.month(), self.0.day())
    }
    /// Whole days from `earlier` to this one.
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.since(earlier.0).map_or(0, |s| i64::from(s.get_days()))
    }
}
impl ServiceDay {
    /// The civil day on which it begins.
    pub fn civil(self) -> Day {
        Day(self.0)
    }
    /// The service day that begins on this civil day.
    pub fn starting(day: Day) -> Self {
        Self(day.0)
    }
}
macro_rules! day_text {
    ($t:ty) => {
        impl fmt::Display for $t {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $t {
            type Err = String;
            fn from_str(s: &str) -> Result<Self, String> {
                s.parse().map(Self).map_err(|_| format!("{s}: a day is written 2026-11-24"))
            }
        }
        impl Serialize for $t {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $t {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
day_text!(Day);
day_text!(ServiceDay);
