//! A waiting list (候补) hands over, it does not shout.

use kernel::{CentreId, ClaimId, Instant, Minutes, PersonId, ResourceId, TimeZone, WaitId, coded};

use crate::Wish;

coded! {
    /// Where a waiting entry stands.
    WaitState {
        Waiting = "waiting", "候补中", "waiting";
        /// A unit is held for it.
        Offered = "offered", "有位置，等确认", "offered";
        Accepted = "accepted", "已确认", "accepted";
        Declined = "declined", "没要", "declined";
        /// It did not answer in time.
        Lapsed = "lapsed", "没确认，过时", "lapsed";
        Withdrawn = "withdrawn", "已退出", "withdrawn";
        /// Too late to come.
        TooLate = "too_late", "来不及了", "too late";
    }
}

/// A wish in a waiting list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Its id.
    pub id: WaitId,
    /// Where.
    pub centre: CentreId,
    /// The full wish.
    pub wish: Wish,
    /// The scarce one.
    pub resource: ResourceId,
    /// First minute.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// How many.
    pub units: i64,
    /// Whose.
    pub holder: PersonId,
    /// 0 first.
    pub priority: i64,
    /// Place in the order of joining.
    pub joined: i64,
    /// Where it stands.
    pub state: WaitState,
    /// No offer from then on.
    pub cut_off: Instant,
    /// The offer.
    pub claim: Option<ClaimId>,
    /// How often a smaller one went before.
    pub passed: i64,
}

/// Figures of waiting lists, capacity §7 [A].
#[derive(Clone, Copy, Debug)]
pub struct WaitFigures {
    /// Entries for one window.
    pub most: i64,
    /// Minutes on the way when nothing better is known.
    pub travel_min: Minutes,
    /// Minutes to get ready.
    pub ready_min: Minutes,
    /// From this minute of the day on the clock of an offer stands still …
    pub quiet_from_min: Minutes,
    /// … until this one.
    pub quiet_to_min: Minutes,
}
/// The figures in force.
pub const WAIT: WaitFigures = WaitFigures { most: 200, travel_min: 20, ready_min: 10, quiet_from_min: 21 * 60 + 30, quiet_to_min: 7 * 60 + 30 };

/// No offer is made from then on: who gets one then could not come in time.
pub fn cut_off(start: Minutes) -> Instant {
    Instant::from_minute(start).plus_min(-(WAIT.travel_min + WAIT.ready_min))
}

/// When an offer made now ends: a day, four hours, twenty or five minutes by how far off the start is; the night does not count; never past the cut-off.
pub fn offer_until(zone: &TimeZone, start: Minutes, now: Instant) -> Instant {
    let to_start_s = Instant::from_minute(start).seconds_since(now);
    let life_s = match to_start_s {
        s if s > 7 * 86_400 => 24 * 3_600,
        s if zone.day(Instant::from_minute(start)) != zone.day(now) && s > 86_400 => 4 * 3_600,
        s if s >= 3_600 => 20 * 60,
        _ => 5 * 60,
    };
    let (day, minute) = (zone.day(now), zone.minute_of_day(now));
    let morning = match minute {
        m if m >= WAIT.quiet_from_min => Some(zone.moment(day.plus(1), WAIT.quiet_to_min)),
        m if m < WAIT.quiet_to_min => Some(zone.moment(day, WAIT.quiet_to_min)),
        _ => None,
    };
    // A start before nine in the morning cannot wait for the end of the night.
    let early = morning.filter(|m| Instant::from_minute(start) >= m.plus_min(90));
    early.unwrap_or(now).plus_s(life_s).min(cut_off(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_lasts_as_long_as_there_is_time() {
        let zone = TimeZone::named("Asia/Shanghai", 240).unwrap();
        let at = |t: &str| zone.parse(t).unwrap();
        let until = |start: &str, now: &str| zone.rfc3339(offer_until(&zone, at(start).minute(), at(now)))[..16].to_owned();
        assert_eq!(until("2026-12-20T10:00", "2026-11-28T10:00"), "2026-11-29T10:00");
        assert_eq!(until("2026-11-30T10:00", "2026-11-28T09:00"), "2026-11-28T13:00");
        assert_eq!(until("2026-11-28T19:00", "2026-11-28T10:00"), "2026-11-28T10:20");
        assert_eq!(until("2026-11-28T10:50", "2026-11-28T10:00"), "2026-11-28T10:05");
        assert_eq!(until("2026-11-28T10:33", "2026-11-28T10:00"), "2026-11-28T10:03", "never past the cut-off");
        assert_eq!(until("2026-12-20T10:00", "2026-11-28T22:00"), "2026-11-30T07:30", "the night does not count");
        assert_eq!(until("2026-11-29T08:30", "2026-11-28T22:00"), "2026-11-28T22:20", "an early start cannot wait for the morning");
    }
}
