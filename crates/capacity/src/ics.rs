//! Bookings as a calendar file (RFC 5545): CRLF, lines folded at 75 octets, text escaped, times in UTC.

use kernel::{Instant, TimeZone};

use crate::{Claim, State};

/// One booking as it stands in a calendar.
pub struct Event<'a> {
    pub claim: &'a Claim,
    pub name: &'a str,
    pub place: &'a str,
    pub note: &'a str,
}

/// A calendar of these bookings.
pub fn calendar(events: &[Event], now: Instant) -> String {
    let head = ["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".into(), "PRODID:-//yizhan//booking//ZH".into()];
    let lines = head.into_iter().chain(events.iter().flat_map(|e| lines(e, now))).chain(["END:VCALENDAR".to_owned()]);
    lines.fold(String::new(), |out, line| out + &folded(&line) + "\r\n")
}

fn lines(event: &Event, now: Instant) -> [String; 10] {
    let claim = event.claim;
    let status = match claim.state {
        State::Cancelled | State::Expired | State::Rejected => "CANCELLED",
        State::Held | State::Requested => "TENTATIVE",
        _ => "CONFIRMED",
    };
    [
        "BEGIN:VEVENT".into(),
        format!("UID:{}@yizhan", claim.id),
        format!("DTSTAMP:{}", utc(now)),
        format!("DTSTART:{}", utc(Instant::from_minute(claim.start))),
        format!("DTEND:{}", utc(Instant::from_minute(claim.end))),
        format!("SUMMARY:{}", escaped(event.name)),
        format!("LOCATION:{}", escaped(event.place)),
        format!("DESCRIPTION:{}", escaped(event.note)),
        format!("STATUS:{status}"),
        "END:VEVENT".into(),
    ]
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
    fn lines_are_folded_between_characters_and_text_is_escaped() {
        let long = format!("SUMMARY:{}", "羽毛球场".repeat(12));
        let folded = folded(&long);
        assert!(folded.split("\r\n").all(|l| l.len() <= 75), "{folded}");
        assert_eq!(folded.replace("\r\n ", ""), long);
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
        assert_eq!(utc(Instant::from_micros(1_795_485_600_000_000)), "20261124T020000Z");
    }
}
