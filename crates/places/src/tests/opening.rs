//! PL3, PL5, swaps, holidays, blocks past midnight, and the turn of the service day.

use std::{collections::BTreeMap, fs, path::Path};

use kernel::{Both, Day, Instant, ServiceDay, TimeZone, civil};
use proptest::prelude::*;

use crate::{
    Block, Opening, Weekly, Why,
    calendar::{CalendarDay, Kind},
    opening::{DayNote, Swap, blocks_text, in_order, open_blocks, opening, parse_blocks},
};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}
fn office() -> Weekly {
    let d = "09:00-12:00 13:00-17:00";
    Weekly::parse([d, d, d, d, "09:00-12:00", "", ""], "10:00-11:00", Swap::Mon).unwrap()
}
fn differs(kind: Kind) -> CalendarDay {
    CalendarDay { kind, name: Both::new("春节", "Spring Festival"), source: "国务院办公厅".into() }
}

#[test]
fn note_wins_over_holiday_over_swap_over_weekday() {
    let w = office();
    let (holiday, swap) = (differs(Kind::Holiday), differs(Kind::Workday));
    let note = DayNote { blocks: parse_blocks("14:00-15:00").unwrap(), note: Both::new("检修", "maintenance"), source: "x".into() };
    let (tuesday, friday, saturday) = (day("2026-11-24"), day("2026-11-27"), day("2026-11-28"));
    let check = |c: Option<&CalendarDay>, n: Option<&DayNote>, d, text: &str, why| {
        let o = opening(Some((&w, "s")), c, n, d, true);
        assert_eq!((blocks_text(&o.blocks).as_str(), o.why), (text, why), "{d}");
        assert_eq!(o.blocks, open_blocks(&w, c, n, d));
    };
    check(None, None, tuesday, "09:00-12:00 13:00-17:00", Why::Pattern);
    check(None, None, friday, "09:00-12:00", Why::Pattern);
    check(None, None, saturday, "", Why::Pattern);
    check(Some(&holiday), None, tuesday, "10:00-11:00", Why::Holiday);
    // A swap Saturday opens as Monday, not as a Saturday and not as a Friday.
    check(Some(&swap), None, saturday, "09:00-12:00 13:00-17:00", Why::Swap);
    check(Some(&holiday), Some(&note), tuesday, "14:00-15:00", Why::Note);
    check(Some(&swap), Some(&note), saturday, "14:00-15:00", Why::Note);
    assert_eq!(opening(Some((&w, "s")), None, None, tuesday, false).why, Why::Unpublished);
    let unset = opening(None, Some(&swap), None, saturday, true);
    assert_eq!((unset.blocks.len(), unset.why), (0, Why::Unset));
    let fridays = Weekly { swap: Swap::Fri, ..office() };
    assert_eq!(blocks_text(&open_blocks(&fridays, Some(&swap), None, saturday)), "09:00-12:00");
}

#[test]
fn blocks_are_read_or_refused_with_their_number() {
    let ok = |text: &str, back: &str| assert_eq!(blocks_text(&parse_blocks(text).unwrap()), back);
    ok("", "");
    ok("9:00-12:00  13:00–17:00", "09:00-12:00 13:00-17:00");
    ok("00:00-24:00", "00:00-24:00");
    ok("22:00-02:00", "22:00-02:00");
    ok("09:00-12:00 12:00-13:00", "09:00-12:00 12:00-13:00");
    let no = |text: &str, code: &str, arg: &str| {
        let refusal = parse_blocks(text).unwrap_err();
        assert_eq!((refusal.code, refusal.args.0[0].1.zh.as_str()), (code, arg), "{text}");
    };
    no("09:00-12:00 11:59-13:00", "hours.overlap", "2");
    no("13:00-17:00 09:00-12:00", "hours.overlap", "2");
    no("08:00-09:00 22:00-02:00 01:00-03:00", "hours.overlap", "3");
    no("9-12", "hours.time", "9-12");
    no("09:00", "hours.time", "09:00");
    no("09:60-12:00", "hours.time", "09:60-12:00");
    no("25:00-26:00", "hours.time", "25:00-26:00");
    no("09:00-09:00", "hours.time", "09:00-09:00");
    no("+9:00-12:00", "hours.time", "+9:00-12:00");
    no("24:00-01:00", "hours.time", "24:00-01:00");
}

#[test]
fn a_block_past_midnight_belongs_to_the_day_it_starts() {
    let o = Opening { blocks: parse_blocks("09:00-12:00 22:00-02:00").unwrap(), why: Why::Pattern, note: Both::default(), source: String::new() };
    for (minute, open) in
        [(539, false), (540, true), (719, true), (720, false), (1_319, false), (1_320, true), (1_440, true), (1_559, true), (1_560, false), (60, false)]
    {
        assert_eq!(o.at(minute).is_some(), open, "{minute}");
    }
    assert_eq!((o.ends(), o.opens_after(541), o.opens_after(1_321)), (Some(1_560), Some(1_320), None));
}

#[test]
fn weekly_hours_are_the_json_of_the_specification() {
    let text =
        r#"{"mon":[["09:00","12:00"],["13:00","17:00"]],"tue":[],"wed":[],"thu":[],"fri":[["22:00","02:00"]],"sat":[],"sun":[],"holiday":[],"swap":"mon"}"#;
    let w: Weekly = serde_json::from_str(text).unwrap();
    assert_eq!(w.fri, [Block { from: 1_320, to: 1_560 }]);
    assert_eq!(serde_json::to_string(&w).unwrap(), text);
}

fn zone(name: &str) -> TimeZone {
    TimeZone::named(name, 240).unwrap()
}

#[test]
fn the_service_day_turns_at_four() {
    let shanghai = zone("Asia/Shanghai");
    let on = |text: &str| shanghai.service_day(shanghai.parse(text).unwrap()).to_string();
    assert_eq!(on("2026-11-24T03:59"), "2026-11-23");
    assert_eq!(on("2026-11-24T03:59:59"), "2026-11-23");
    assert_eq!(on("2026-11-24T04:00"), "2026-11-24");
    assert_eq!(on("2026-11-25T00:00"), "2026-11-24");
    let noon = TimeZone::named("Asia/Shanghai", 0).unwrap();
    assert_eq!(noon.service_day(noon.parse("2026-11-24T00:00").unwrap()).to_string(), "2026-11-24");
}

/// The State Council's days of the years that are there (2017, 2020, 2023 are not): days off are shut, make-up days open as Monday, and every other day is its weekday.
#[test]
fn holiday_weeks_2007_to_2026() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/cn/holiday-cn");
    if !folder.exists() {
        eprintln!("skipped: no ../shared/data");
        return;
    }
    let mut days: BTreeMap<Day, CalendarDay> = BTreeMap::new();
    for year in 2007..=2026 {
        let Ok(text) = fs::read_to_string(folder.join(format!("{year}.json"))) else {
            eprintln!("skipped: ../shared/data has no {year}");
            continue;
        };
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        for d in json["days"].as_array().unwrap() {
            let kind = if d["isOffDay"].as_bool().unwrap() { Kind::Holiday } else { Kind::Workday };
            days.insert(day(d["date"].as_str().unwrap()), differs(kind));
        }
    }
    let w = Weekly { holiday: Vec::new(), ..office() };
    let (monday, weekend) = (w.mon.clone(), |d: Day| d.weekday() >= 5);
    let (mut swaps, mut off, mut d) = (0, 0, civil(2007, 1, 1).unwrap());
    while d <= civil(2026, 12, 31).unwrap() {
        let blocks = open_blocks(&w, days.get(&d), None, d);
        match days.get(&d).map(|c| c.kind) {
            Some(Kind::Holiday) => {
                assert!(blocks.is_empty(), "{d}");
                off += 1;
            }
            Some(Kind::Workday) => {
                assert_eq!(blocks, monday, "{d}");
                swaps += i32::from(weekend(d));
            }
            None => assert_eq!(blocks.is_empty(), weekend(d), "{d}"),
        }
        assert!(in_order(&blocks).is_ok());
        d = d.plus(1);
    }
    // Our own file of 2026 says the same as the crawled one.
    let own = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo-district/calendar.csv")).unwrap();
    for line in own.lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        assert_eq!(days[&day(cells[1])].kind.code(), cells[2], "{}", cells[1]);
    }
    assert!(swaps > 80 && off > 400, "{swaps} {off}");
}

fn some_blocks() -> impl Strategy<Value = Vec<Block>> {
    // Any sorted list of distinct moments, taken in pairs; the last may pass midnight.
    proptest::collection::btree_set(0i64..1_440, 0..6).prop_map(|set| {
        let m: Vec<_> = set.into_iter().collect();
        let mut blocks: Vec<_> = m.chunks_exact(2).map(|p| Block { from: p[0], to: p[1] }).collect();
        if m.len() % 2 == 1 {
            blocks.push(Block { from: m[m.len() - 1], to: 1_440 + m[0].min(m[m.len() - 1] - 1).max(0) });
        }
        blocks.retain(|b| b.to - b.from < 1_440);
        blocks
    })
}
fn some_weekly() -> impl Strategy<Value = Weekly> {
    (proptest::collection::vec(some_blocks(), 8), 0usize..5).prop_map(|(b, swap)| {
        let mut b = b.into_iter();
        let mut next = || b.next().unwrap();
        Weekly { mon: next(), tue: next(), wed: next(), thu: next(), fri: next(), sat: next(), sun: next(), holiday: next(), swap: Swap::ALL[swap].1 }
    })
}

proptest! {
    /// PL3: whatever pattern, calendar and note that could be stored, the blocks of a day are sorted and apart; text and JSON give them back.
    #[test]
    fn blocks_of_any_day_are_sorted_and_apart(w in some_weekly(), n in proptest::option::of(some_blocks()), kind in 0usize..3, ahead in 0i64..10_000) {
        let d = civil(2007, 1, 1).unwrap().plus(ahead);
        let c = [None, Some(differs(Kind::Holiday)), Some(differs(Kind::Workday))][kind].clone();
        let note = n.map(|blocks| DayNote { blocks, note: Both::default(), source: String::new() });
        let blocks = open_blocks(&w, c.as_ref(), note.as_ref(), d);
        prop_assert!(blocks.windows(2).all(|p| p[0].to <= p[1].from));
        prop_assert!(blocks.iter().all(|b| (0..1_440).contains(&b.from) && b.from < b.to && b.to <= b.from + 1_440));
        prop_assert_eq!(&parse_blocks(&blocks_text(&blocks)).unwrap(), &blocks);
        let json = serde_json::to_string(&w).unwrap();
        prop_assert_eq!(serde_json::from_str::<Weekly>(&json).unwrap(), w);
    }

    /// PL5: the service day never goes back while the clock goes forward, also over the summer-time years 1986–1991 and in zones that still change.
    #[test]
    fn the_service_day_never_goes_back(start in 504_921_600i64..725_846_400, steps in proptest::collection::vec(0i64..7_200, 1..40), z in 0usize..4, turn in 0i64..=720) {
        let name = ["Asia/Shanghai", "Europe/Warsaw", "America/Sao_Paulo", "Australia/Lord_Howe"][z];
        let tz = TimeZone::named(name, turn).unwrap();
        let mut now = Instant::from_micros(start * 1_000_000);
        let mut last: Option<ServiceDay> = None;
        for step in steps {
            let on = tz.service_day(now);
            prop_assert!(last.is_none_or(|l| l <= on));
            prop_assert!(tz.end_of(on) > now || tz.end_of(on).seconds_since(now) == 0 && now.seconds_since(tz.end_of(on)) <= 3_600);
            last = Some(on);
            now = now.plus_s(step);
        }
    }
}
