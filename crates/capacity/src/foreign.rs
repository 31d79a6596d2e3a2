//! Another program's calendar file (RFC 5545), read leniently: what it says is busy, and every line that makes no sense.
//!
//! Files of real programs are often broken; what can be read is read, what cannot is named with its line, and nothing ends the program.

use calcard::{
    Entry, Parser,
    common::timezone::Tz,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarStatus, ICalendarTransparency, ICalendarValue,
        dates::CalendarErrorType,
    },
};
use kernel::{Both, Minutes};

/// Something that takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// First minute since 1970 UTC.
    pub from: Minutes,
    /// Minute after the last.
    pub to: Minutes,
    /// As the file calls it; may be empty.
    pub name: String,
}

/// A line that makes no sense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub says: Both,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// In the order of time; without cancelled ones and those that leave people free.
    pub busy: Vec<Busy>,
    /// In the order of the file.
    pub faults: Vec<Fault>,
}

/// Most occurrences of all repetitions together [A]: one a day for a century.
const MOST: usize = 40_000;
/// Longest file, bytes [A].
pub const LONGEST: usize = 4 << 20;

/// Reads a calendar. Times without a zone are of `zone` (an IANA name); repetitions are followed.
pub fn read(text: &str, zone: &str) -> Read {
    let mut out = Read::default();
    if text.len() > LONGEST {
        out.fault(1, "文件超过 4 MB", "the file is longer than 4 MB");
        return out;
    }
    let zone: Tz = zone.parse().unwrap_or_default();
    let begins: Vec<usize> =
        text.lines().enumerate().filter(|(_, l)| l.trim_start_matches('\u{feff}').to_ascii_uppercase().starts_with("BEGIN:")).map(|(n, _)| n + 1).collect();
    let (mut parser, mut begun, mut any) = (Parser::new(text), 0, false);
    // Each turn eats something of the file; the bound only says that it must end.
    for _ in 0..=text.len() {
        match parser.entry() {
            Entry::ICalendar(calendar) => {
                any = true;
                out.take(&calendar, zone, begins.get(begun..).unwrap_or_default());
                begun += calendar.components.len();
            }
            Entry::InvalidLine(line) => out.fault(line_of(text, &line), "这一行不在日历里面", "this line belongs to no calendar"),
            Entry::UnexpectedComponentEnd { found, .. } => {
                let line = line_of(text, &format!("END:{}", found.as_str()));
                out.fault(line, "这里结束的不是正在写的那一段", "this ends something else than what was begun");
            }
            Entry::UnterminatedComponent(_) => out.fault(text.lines().count().max(1), "有一段没有结束", "something that was begun does not end"),
            Entry::TooManyComponents => out.fault(1, "一个日历里的内容太多", "too much in one calendar"),
            Entry::Eof => break,
            _ => out.fault(1, "不是日历", "not a calendar"),
        }
    }
    if !any {
        out.fault(1, "文件里没有日历（BEGIN:VCALENDAR）", "there is no calendar in the file (BEGIN:VCALENDAR)");
    }
    out.busy.sort_by(|a, b| (a.from, a.to, &a.name).cmp(&(b.from, b.to, &b.name)));
    out.faults.sort_by_key(|f| f.line);
    out.faults.dedup();
    out
}

/// The first line that begins like this one; 1 when there is none.
fn line_of(text: &str, what: &str) -> usize {
    let head = what.lines().next().unwrap_or_default().trim();
    text.lines().position(|l| !head.is_empty() && l.trim().starts_with(head)).map_or(1, |n| n + 1)
}

impl Read {
    fn fault(&mut self, line: usize, zh: &str, en: &str) {
        self.faults.push(Fault { line, says: Both::new(zh, en) });
    }
    fn take(&mut self, calendar: &ICalendar, zone: Tz, begins: &[usize]) {
        // The library repeats a start in UTC (`…Z`) by the default zone's clock: those are expanded with UTC as the default.
        let in_utc = |id: u32| calendar.components.get(id as usize).is_some_and(starts_in_utc);
        let mut expanded = calendar.expand_dates(zone, MOST);
        expanded.events.retain(|e| !in_utc(e.comp_id));
        expanded.events.extend(calendar.expand_dates(Tz::UTC, MOST).events.into_iter().filter(|e| in_utc(e.comp_id)));
        let line = |id: u32| begins.get(id as usize).copied().unwrap_or(1);
        for error in &expanded.errors {
            let (zh, en) = match &error.error {
                CalendarErrorType::MissingDtStart => ("没有开始时间（DTSTART）".to_owned(), "it has no start (DTSTART)".to_owned()),
                CalendarErrorType::InvalidDtStart => ("开始时间看不懂（DTSTART）".to_owned(), "its start cannot be read (DTSTART)".to_owned()),
                CalendarErrorType::InvalidDtEnd => ("结束时间看不懂（DTEND）".to_owned(), "its end cannot be read (DTEND)".to_owned()),
                CalendarErrorType::InvalidDuration => ("时长看不懂（DURATION）".to_owned(), "its length cannot be read (DURATION)".to_owned()),
                CalendarErrorType::RRule(why) => (format!("重复规则看不懂（RRULE）：{why}"), format!("its repetition cannot be read (RRULE): {why}")),
            };
            self.fault(line(error.comp_id), &zh, &en);
        }
        let before = self.busy.len();
        for event in expanded.events {
            let Some(component) = calendar.components.get(event.comp_id as usize) else { continue };
            if !takes_place(component) {
                continue;
            }
            let (from, to) = event.timestamps();
            if to <= from {
                // A moment takes no place; an end before its start is a mistake.
                if to < from {
                    self.fault(line(event.comp_id), "结束在开始之前", "it ends before it begins");
                }
                continue;
            }
            self.busy.push(Busy { from: from.div_euclid(60), to: (to + 59).div_euclid(60), name: name(component) });
        }
        if self.busy.len() - before >= MOST {
            self.fault(1, "重复得太多，后面的没有读", "too many repetitions: the last ones were not read");
        }
    }
}

fn starts_in_utc(component: &ICalendarComponent) -> bool {
    let zoned = |v: &ICalendarValue| matches!(v, ICalendarValue::PartialDateTime(at) if at.has_zone());
    component.property(&ICalendarProperty::Dtstart).is_some_and(|e| e.values.iter().any(zoned))
}
fn takes_place(component: &ICalendarComponent) -> bool {
    let free = || {
        let transparent = |v: &ICalendarValue| matches!(v, ICalendarValue::Transparency(ICalendarTransparency::Transparent));
        component.property(&ICalendarProperty::Transp).is_some_and(|e| e.values.iter().any(transparent))
    };
    matches!(component.component_type, ICalendarComponentType::VEvent) && component.status() != Some(&ICalendarStatus::Cancelled) && !free()
}
fn name(component: &ICalendarComponent) -> String {
    let text = component.property(&ICalendarProperty::Summary).and_then(|e| e.values.first()).and_then(|v| v.as_text());
    text.unwrap_or_default().chars().filter(|c| !c.is_control()).take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar(body: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//\r\n{body}END:VCALENDAR\r\n")
    }
    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n{lines}END:VEVENT\r\n")
    }

    #[test]
    fn what_is_busy_is_read_with_zones_repetitions_and_days() {
        let zone = "Asia/Shanghai";
        let of = |lines: &str| read(&calendar(&event(lines)), zone);
        let start = 1_795_485_600 / 60; // 2026-11-24T10:00 in Shanghai
        let one = of("DTSTART:20261124T020000Z\r\nDTEND:20261124T033000Z\r\nSUMMARY:比赛\r\n");
        assert_eq!(one.busy, [Busy { from: start, to: start + 90, name: "比赛".into() }]);
        assert_eq!(one.faults, []);
        assert_eq!(of("DTSTART:20261124T100000\r\nDURATION:PT1H30M\r\n").busy[0], Busy { name: String::new(), ..one.busy[0].clone() }, "of this zone");
        assert_eq!(of("DTSTART;TZID=Europe/Lisbon:20261124T020000\r\nDURATION:PT1H30M\r\n").busy[0].from, start);
        let day = of("DTSTART;VALUE=DATE:20261124\r\nDTEND;VALUE=DATE:20261125\r\n").busy;
        assert_eq!((day[0].from, day[0].to), (start - 600, start + 840), "the whole day here");
        let weekly = of("DTSTART:20261124T020000Z\r\nDTEND:20261124T030000Z\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE:20261201T020000Z\r\n").busy;
        assert_eq!(weekly.iter().map(|b| (b.from - start) / 1_440).collect::<Vec<_>>(), [0, 14]);
        assert_eq!(of("DTSTART:20261124T020000Z\r\nDTEND:20261124T030000Z\r\nSTATUS:CANCELLED\r\n").busy, []);
        assert_eq!(of("DTSTART:20261124T020000Z\r\nDTEND:20261124T030000Z\r\nTRANSP:TRANSPARENT\r\n").busy, []);
    }

    #[test]
    fn what_makes_no_sense_is_named_with_its_line() {
        let zone = "Asia/Shanghai";
        let text = calendar(&(event("DTSTART:20261124T020000Z\r\nDTEND:20261124T030000Z\r\n") + &event("SUMMARY:no start\r\n")));
        let found = read(&text, zone);
        assert_eq!((found.busy.len(), found.faults.iter().map(|f| f.line).collect::<Vec<_>>()), (1, vec![10]), "{found:?}");
        assert_eq!(read(&text.replace("T030000Z", "T010000Z"), zone).faults[0].says.en, "it ends before it begins");
        for text in ["", "hello\r\n", "\u{feff}", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"] {
            let found = read(text, zone);
            assert!(found.busy.is_empty() && !found.faults.is_empty(), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn the_calendars_of_other_programs_are_read_or_refused_with_a_reason() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/standards/icalendar");
        let Ok(files) = std::fs::read_dir(&folder) else {
            eprintln!("skipped: no ../shared/data");
            return;
        };
        let (mut whole, mut partly, mut refused) = (0, 0, 0);
        for file in files.flatten().filter(|f| f.path().extension().is_some_and(|e| e == "ics")) {
            let text = String::from_utf8_lossy(&std::fs::read(file.path()).unwrap()).into_owned();
            let found = read(&text, "Asia/Shanghai");
            let lines = text.lines().count().max(1);
            assert!(found.faults.iter().all(|f| (1..=lines).contains(&f.line)), "{:?}: {:?}", file.file_name(), found.faults);
            match (found.busy.is_empty(), found.faults.is_empty()) {
                (_, true) => whole += 1,
                (false, false) => partly += 1,
                (true, false) => refused += 1,
            }
        }
        eprintln!("{whole} read, {partly} read but for what is named, {refused} refused with a reason");
        assert_eq!(whole + partly + refused, 78);
    }
}
