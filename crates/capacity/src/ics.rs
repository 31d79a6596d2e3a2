//! Calendar files (RFC 5545): CRLF, lines folded at 75 octets, text escaped, times in UTC.

use kernel::{Instant, Minutes, TimeZone};

use crate::{Claim, State};

/// Whether an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Held or asked for.
    Tentative,
    /// It does.
    Confirmed,
    /// It does not.
    Cancelled,
}

/// One event of a calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Stays the same while the event is changed.
    pub uid: String,
    /// First minute.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// What.
    pub summary: String,
    /// Where.
    pub place: String,
    /// What else is to be known; may be empty.
    pub note: String,
    /// Whether it takes place.
    pub status: Status,
}
impl Event {
    /// A booking.
    pub fn booking(claim: &Claim, name: &str, place: &str, note: &str) -> Self {
        let status = match claim.state {
            State::Cancelled | State::Expired | State::Rejected => Status::Cancelled,
            State::Held | State::Requested => Status::Tentative,
            _ => Status::Confirmed,
        };
        Self { uid: claim.id.to_string(), start: claim.start, end: claim.end, summary: name.into(), place: place.into(), note: note.into(), status }
    }
    fn lines(&self, now: Instant) -> Vec<String> {
        let status = match self.status {
            Status::Tentative => "TENTATIVE",
            Status::Confirmed => "CONFIRMED",
            Status::Cancelled => "CANCELLED",
        };
        let mut lines = vec![
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@yizhan", self.uid),
            format!("DTSTAMP:{}", utc(now)),
            format!("DTSTART:{}", utc(Instant::from_minute(self.start))),
            format!("DTEND:{}", utc(Instant::from_minute(self.end))),
            format!("SUMMARY:{}", escaped(&self.summary)),
            format!("LOCATION:{}", escaped(&self.place)),
        ];
        if !self.note.is_empty() {
            lines.push(format!("DESCRIPTION:{}", escaped(&self.note)));
        }
        lines.extend([format!("STATUS:{status}"), "END:VEVENT".into()]);
        lines
    }
}

/// A calendar with a name: a person's bookings, a course, a room.
pub fn calendar(name: &str, events: &[Event], now: Instant) -> String {
    let head = ["METHOD:PUBLISH".to_owned(), format!("X-WR-CALNAME:{}", escaped(name))];
    wrapped(head.into_iter().chain(events.iter().flat_map(|e| e.lines(now))))
}

fn wrapped(lines: impl Iterator<Item = String>) -> String {
    let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//yizhan//calendar//ZH"].map(str::to_owned);
    let all = head.into_iter().chain(lines).chain(["END:VCALENDAR".to_owned()]);
    all.fold(String::new(), |out, line| out + &folded(&line) + "\r\n")
}

/// When a thing is taken, and nothing else (VFREEBUSY): stretches that touch are told as one.
pub fn busy(uid: &str, within: std::ops::Range<Minutes>, taken: &[(Minutes, Minutes)], now: Instant) -> String {
    let mut all: Vec<(Minutes, Minutes)> = taken.to_vec();
    all.sort_unstable();
    let mut joined: Vec<(Minutes, Minutes)> = Vec::new();
    for (from, to) in all {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    let at = |m| utc(Instant::from_minute(m));
    let mut lines = vec!["METHOD:PUBLISH".to_owned(), "BEGIN:VFREEBUSY".to_owned(), format!("UID:{uid}@yizhan"), format!("DTSTAMP:{}", utc(now))];
    lines.extend([format!("DTSTART:{}", at(within.start)), format!("DTEND:{}", at(within.end))]);
    lines.extend(joined.iter().map(|(from, to)| format!("FREEBUSY;FBTYPE=BUSY:{}/{}", at(*from), at(*to))));
    lines.push("END:VFREEBUSY".to_owned());
    wrapped(lines.into_iter())
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
        let (name, place) = ("书法；第 1 次".repeat(9), "1 室, 二楼".to_owned());
        let one =
            |status| Event { uid: format!("{status:?}"), start: 60, end: 120, summary: name.clone(), place: place.clone(), note: "码 K3M7".into(), status };
        let text = calendar("书法", &[one(Status::Confirmed), one(Status::Cancelled)], Instant::from_minute(0));
        assert!(text.split("\r\n").all(|l| l.len() <= 75) && text.ends_with("END:VCALENDAR\r\n"));
        assert_eq!((text.matches("STATUS:CONFIRMED").count(), text.matches("STATUS:CANCELLED").count(), text.matches("1 室\\, 二楼").count()), (1, 1, 2));
        // Read by somebody else's reader: the one that takes place, at its time, under its name.
        let back = crate::foreign::read(&text, "Asia/Shanghai");
        assert_eq!(
            back,
            crate::foreign::Read { busy: vec![crate::foreign::Busy { from: 60, to: 120, name: name.chars().take(80).collect() }], faults: vec![] }
        );
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
