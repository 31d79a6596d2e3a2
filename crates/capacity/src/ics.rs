//! A booking as a calendar file (RFC 5545): CRLF, lines folded at 75 octets, text escaped, times in UTC.

use kernel::{Instant, TimeZone};

use crate::{Claim, State};

/// One event of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Stays the same while the event is changed.
    pub uid: String,
    /// First minute.
    pub start: kernel::Minutes,
    /// Minute after the last.
    pub end: kernel::Minutes,
    /// What.
    pub summary: String,
    /// Where.
    pub place: String,
    /// It does not take place.
    pub cancelled: bool,
}

/// A calendar of several events: a course, a room.
pub fn calendar(name: &str, events: &[Event], now: Instant) -> String {
    let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".into(), "PRODID:-//yizhan//calendar//ZH".into(), "METHOD:PUBLISH".into()];
    lines.push(format!("X-WR-CALNAME:{}", escaped(name)));
    for e in events {
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@yizhan", e.uid),
            format!("DTSTAMP:{}", utc(now)),
            format!("DTSTART:{}", utc(Instant::from_minute(e.start))),
            format!("DTEND:{}", utc(Instant::from_minute(e.end))),
            format!("SUMMARY:{}", escaped(&e.summary)),
            format!("LOCATION:{}", escaped(&e.place)),
            format!("STATUS:{}", if e.cancelled { "CANCELLED" } else { "CONFIRMED" }),
            "END:VEVENT".into(),
        ]);
    }
    lines.push("END:VCALENDAR".into());
    lines.iter().fold(String::new(), |out, line| out + &folded(line) + "\r\n")
}

/// When a thing is taken, and nothing else (VFREEBUSY): stretches that touch are told as one.
pub fn busy(uid: &str, within: std::ops::Range<kernel::Minutes>, taken: &[(kernel::Minutes, kernel::Minutes)], now: Instant) -> String {
    let mut all: Vec<(kernel::Minutes, kernel::Minutes)> = taken.to_vec();
    all.sort_unstable();
    let mut joined: Vec<(kernel::Minutes, kernel::Minutes)> = Vec::new();
    for (from, to) in all {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    let at = |m| utc(Instant::from_minute(m));
    let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".into(), "PRODID:-//yizhan//busy//ZH".into(), "METHOD:PUBLISH".into()];
    lines.extend(["BEGIN:VFREEBUSY".to_owned(), format!("UID:{uid}@yizhan"), format!("DTSTAMP:{}", utc(now))]);
    lines.extend([format!("DTSTART:{}", at(within.start)), format!("DTEND:{}", at(within.end))]);
    lines.extend(joined.iter().map(|(from, to)| format!("FREEBUSY;FBTYPE=BUSY:{}/{}", at(*from), at(*to))));
    lines.extend(["END:VFREEBUSY".to_owned(), "END:VCALENDAR".into()]);
    lines.iter().fold(String::new(), |out, line| out + &folded(line) + "\r\n")
}

/// One booking.
pub fn event(claim: &Claim, name: &str, place: &str, note: &str, now: Instant) -> String {
    let status = match claim.state {
        State::Cancelled | State::Expired | State::Rejected => "CANCELLED",
        State::Held | State::Requested => "TENTATIVE",
        _ => "CONFIRMED",
    };
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".into(),
        "PRODID:-//yizhan//booking//ZH".into(),
        "BEGIN:VEVENT".into(),
        format!("UID:{}@yizhan", claim.id),
        format!("DTSTAMP:{}", utc(now)),
        format!("DTSTART:{}", utc(Instant::from_minute(claim.start))),
        format!("DTEND:{}", utc(Instant::from_minute(claim.end))),
        format!("SUMMARY:{}", escaped(name)),
        format!("LOCATION:{}", escaped(place)),
        format!("DESCRIPTION:{}", escaped(note)),
        format!("STATUS:{status}"),
        "END:VEVENT".into(),
        "END:VCALENDAR".into(),
    ];
    lines.iter().fold(String::new(), |out, line| out + &folded(line) + "\r\n")
}

/// `20261128T050000Z`
fn utc(at: Instant) -> String {
    let Ok(zone) = TimeZone::named("UTC", 0) else { return String::new() };
    let text = zone.rfc3339(at);
    format!("{}Z", text[..19].replace(['-', ':'], ""))
}
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}
/// Never cuts inside a character.
fn folded(line: &str) -> String {
    let (mut out, mut room) = (String::new(), 75);
    for c in line.chars() {
        if c.len_utf8() > room {
            out.push_str("\r\n ");
            room = 74;
        }
        room -= c.len_utf8();
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_stretches_that_touch_are_told_as_one_and_nobody_is_named() {
        let text = busy("r", 0..1_440, &[(60, 90), (90, 120), (30, 60), (600, 630)], Instant::from_minute(0));
        let lines: Vec<&str> = text.split("\r\n").filter(|l| l.starts_with("FREEBUSY")).collect();
        assert_eq!(lines, ["FREEBUSY;FBTYPE=BUSY:19700101T003000Z/19700101T020000Z", "FREEBUSY;FBTYPE=BUSY:19700101T100000Z/19700101T103000Z"]);
        let one = |cancelled| Event { uid: "a".into(), start: 60, end: 120, summary: "书法；第 1 次".repeat(9), place: "1 室, 二楼".into(), cancelled };
        let text = calendar("书法", &[one(false), one(true)], Instant::from_minute(0));
        assert!(text.split("\r\n").all(|l| l.len() <= 75) && text.ends_with("END:VCALENDAR\r\n"));
        assert_eq!((text.matches("STATUS:CONFIRMED").count(), text.matches("STATUS:CANCELLED").count(), text.matches("1 室\\, 二楼").count()), (1, 1, 2));
    }
    #[test]
    fn lines_are_folded_between_characters_and_text_is_escaped() {
        let long = format!("SUMMARY:{}", "羽毛球场".repeat(12));
        let folded = folded(&long);
        assert!(folded.split("\r\n").all(|l| l.len() <= 75), "{folded}");
        assert_eq!(folded.replace("\r\n ", ""), long);
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
        assert_eq!(utc(Instant::from_micros(1_795_485_600_000_000)), "20261124T020000Z");
    }
}
