//! The sheets: the sample district goes in, comes out equal, and one bad line leaves nothing. On both engines.

use kernel::Lang;
use store::testing;

use super::world::{at, centre, district, files, import, make_district, run, zone};
use crate::{SLICE, Why, api, rows, sheets::SHEETS};

#[test]
fn every_statement_is_prepared_on_both_engines() {
    for (engine, store) in testing::both(&[SLICE.migrations]) {
        let all: Vec<_> = SLICE.statements.iter().copied().flatten().copied().collect();
        assert_eq!(testing::statements_work(&store, &all), Vec::<String>::new(), "{engine}");
        // PL2: no statement takes a centre away.
        assert!(all.iter().all(|s| !s.postgres.contains("delete from places_centre")));
    }
}

#[test]
fn the_sample_district_goes_in_and_comes_out_equal() {
    for (engine, store) in testing::both(&[SLICE.migrations]) {
        make_district(&store);
        let first = import(&store, files(), 1);
        for r in &first {
            let faults: Vec<_> = r.faults.iter().map(|f| f.text(Lang::En)).collect();
            assert_eq!((faults, r.changed, r.unchanged), (Vec::new(), 0, usize::from(r.file == "district.csv")), "{engine} {}", r.file);
        }
        assert_eq!(first.iter().map(|r| r.new).collect::<Vec<_>>(), [0, 12, 31, 28, 25, 31, 72, 372]);
        let out = store.read_blocking(|tx| SHEETS.iter().map(|s| (s.export)(tx)).collect::<Result<Vec<_>, _>>()).unwrap();
        let out: Vec<_> = out.into_iter().flatten().collect();
        // The same rows as the files we were given, whatever their order.
        for (name, text) in &out {
            let sorted = |t: &str| {
                let mut lines: Vec<_> = t.lines().map(str::to_owned).collect();
                lines.sort();
                lines
            };
            assert_eq!(sorted(text), sorted(&files()[name.as_str()]), "{engine} {name}");
        }
        let again = SHEETS.iter().map(|s| (s.file, out.iter().find(|(n, _)| n == s.file).unwrap().1.clone())).collect();
        for r in import(&store, again, 2) {
            assert_eq!((r.new, r.changed, r.faults.len()), (0, 0, 0), "{engine} {}", r.file);
        }
        for check in SLICE.checks {
            assert_eq!(store.read_blocking(check.run).unwrap(), Vec::<String>::new(), "{engine} {}", check.id);
        }
        assert_eq!(store.read_blocking(|tx| api::warnings(tx, at("2026-11-24T08:00"))).unwrap(), Vec::<String>::new());
        assert_eq!(store.read_blocking(|tx| api::warnings(tx, at("2026-12-01T08:00"))).unwrap().len(), 1);
    }
}

#[test]
fn one_bad_line_in_any_sheet_leaves_nothing() {
    for (engine, store) in testing::both(&[SLICE.migrations]) {
        make_district(&store);
        let mut all = files();
        let break_line = |text: &str, line: usize, from: &str, to: &str| {
            let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
            lines[line - 1] = lines[line - 1].replacen(from, to, 1);
            lines.join("\n") + "\n"
        };
        all.insert("counters.csv", break_line(&all["counters.csv"], 3, "hall1", "nohall"));
        all.insert("hours.csv", break_line(&all["hours.csv"], 2, "13:00-17:00", "11:00-17:00"));
        all.insert("functions.csv", break_line(&all["functions.csv"], 4, "B", "D"));
        let reports = import(&store, all, 1);
        let faults: Vec<_> = reports.iter().flat_map(|r| &r.faults).map(|f| format!("{}:{} {}", f.file, f.line, f.field)).collect();
        assert_eq!(faults, ["counters.csv:3 zone", "hours.csv:2 mon", "functions.csv:4 class"], "{engine}");
        assert!(store.read_blocking(api::centres).unwrap().is_empty(), "{engine}");
    }
}

#[test]
fn every_wrong_cell_is_named() {
    let store = testing::sqlite_with(&[SLICE.migrations]);
    district(&store);
    let check = |file: &'static str, row: &str, want: &[&str]| {
        let head = files()[file].lines().next().unwrap().to_owned();
        let got: Vec<_> = import(&store, [(file, format!("{head}\n{row}\n"))].into(), 3).into_iter().flat_map(|r| r.faults).map(|f| f.field).collect();
        assert_eq!(got, want, "{row}");
    };
    check("district.csv", ",b,Asia/Nowhere,13:00", &["name_zh", "time_zone", "day_turn"]);
    check("district.csv", "甲,A,Asia/Shanghai,04:00\n乙,B,Asia/Shanghai,04:00", &["name_zh"]);
    check("district.csv", "甲,A,Asia/Shanghai,09:00", &["day_turn"]);
    check("areas.csv", "X,,Name,,", &["code", "name_zh"]);
    check(
        "centres.csv",
        "1000,none,a,b,c,d,113.7,,gcj02,,0,opened,2026-02-30,2026-13,,maybe",
        &["datum", "centre", "phase", "status", "status_since", "planned_month", "sample"],
    );
    check("centres.csv", "32,nowhere,a,b,c,d,,,,,1,open,2026-01-01,,,yes", &["area"]);
    check("zones.csv", "1,hall9,0,大厅,Hall,A", &["floor"]);
    check("zones.csv", "77,hall9,1,大厅,Hall,A", &["centre"]);
    check("counters.csv", "1,50,hall1,low low tall", &["features", "features"]);
    check("hours.csv", "1,2026-06-01,09:00-12:00 11:00-13:00,9,,,,,,,sat,source", &["mon", "tue", "swap"]);
    check("calendar.csv", "省政府,2026-01-01,workday,上班,Work,x", &["kind"]);
    check("functions.csv", "1,clinic,2,B,社区,Clinic,0,甲,,,,none,,,yes", &["where_zh", "floor", "operator_en"]);
}

#[test]
fn a_district_is_named_by_its_sheet() {
    for (engine, store) in testing::both(&[SLICE.migrations]) {
        let sheet = "name_zh,name_en,time_zone,day_turn\n东区,East District,Asia/Urumqi,03:30\n".to_owned();
        for (changed, new) in [(0, 1), (0, 0)] {
            let report = &import(&store, [("district.csv", sheet.clone())].into(), 1)[0];
            assert_eq!((report.changed, report.new, report.faults.len()), (changed, new, 0), "{engine}");
        }
        let d = store.read_blocking(api::district).unwrap();
        let expected = kernel::TimeZone::named("Asia/Urumqi", 210).unwrap();
        assert_eq!((d.name.en.as_str(), d.sample), ("East District", false), "{engine}");
        let night = at("2026-11-24T05:15");
        assert_eq!((d.time.service_day(night), d.time.hhmm(night)), (expected.service_day(night), "03:15".into()), "{engine}");
        let out = store.read_blocking(|tx| (SHEETS[0].export)(tx)).unwrap();
        assert_eq!(out, [("district.csv".into(), sheet.clone())], "{engine}");
        let renamed = &import(&store, [("district.csv", sheet.replace("东区", "西区"))].into(), 1)[0];
        assert_eq!((renamed.new, renamed.changed), (0, 1), "{engine}");
    }
}

#[test]
fn a_changed_row_is_changed_and_a_status_is_told() {
    let store = testing::sqlite_with(&[SLICE.migrations]);
    district(&store);
    let mut all = files();
    let changed = all["centres.csv"].replacen("preparing,2026-05-11", "open,2026-11-24", 1);
    all.insert("centres.csv", changed);
    let reports = import(&store, all, 4);
    assert_eq!(reports.iter().map(|r| (r.new, r.changed)).filter(|c| *c != (0, 0)).collect::<Vec<_>>(), [(0, 1)]);
    let told = store.read_blocking(|tx| store::journal::tail(tx, centre(0), 1)).unwrap();
    assert!(told[0].told.contains(r#""fact":"places.centre_status""#), "{}", told[0].told);
    assert_eq!(store.read_blocking(|tx| api::centre(tx, centre(3))).unwrap().version, 2);
}

#[test]
fn hours_of_a_centre_on_both_engines() {
    for (engine, store) in testing::both(&[SLICE.migrations]) {
        district(&store);
        let on = |c: i64, d: &str| {
            let d = d.parse().unwrap();
            let (o, same) = store.read_blocking(move |tx| Ok((api::opening(tx, centre(c), d)?, api::hours(tx, centre(c), d, d)?.on(d)))).unwrap();
            assert_eq!(o, same);
            (crate::opening::blocks_text(&o.blocks), o.why)
        };
        let full = "09:00-12:00 13:00-17:00";
        assert_eq!(on(1, "2026-11-24"), (full.into(), Why::Pattern), "{engine}");
        assert_eq!(on(1, "2026-11-28"), ("09:00-12:00".into(), Why::Pattern));
        assert_eq!(on(1, "2026-10-01"), (String::new(), Why::Holiday));
        assert_eq!(on(1, "2026-10-10"), (full.into(), Why::Swap));
        assert_eq!(on(1, "2025-11-24"), (String::new(), Why::Unset));
        assert_eq!(on(1, "2027-11-24"), (full.into(), Why::Unpublished));
        let next = |now: &str| {
            let now = at(now);
            let today = zone().day(now);
            let hours = store.read_blocking(move |tx| api::hours(tx, centre(2), today, today.plus(api::AHEAD_DAYS))).unwrap();
            hours.next(&zone(), now, api::AHEAD_DAYS).map(|(d, m)| format!("{d} {}", kernel::hhmm(m)))
        };
        assert_eq!(next("2026-11-24T08:59").as_deref(), Some("2026-11-24 09:00"));
        assert_eq!(next("2026-11-24T09:00").as_deref(), Some("2026-11-24 13:00"));
        assert_eq!(next("2026-11-24T17:00").as_deref(), Some("2026-11-25 09:00"));
        assert_eq!(next("2026-11-27T17:00").as_deref(), Some("2026-11-30 09:00"));
        let refused = |c: i64, now: &str| {
            let now = at(now);
            match store.read_blocking(move |tx| api::open_now(tx, centre(c), &zone(), now)) {
                Ok(_) => "open",
                Err(kernel::No::Refused(r)) => r.code,
                Err(_) => "?",
            }
        };
        assert_eq!(refused(2, "2026-11-24T11:59"), "open");
        assert_eq!(refused(2, "2026-11-24T12:00"), "centre.shut_today");
        assert_eq!(refused(3, "2026-11-24T11:00"), "centre.not_open");
    }
}

#[test]
fn a_note_of_one_day_wins_and_can_be_taken_back() {
    let store = testing::sqlite_with(&[SLICE.migrations]);
    district(&store);
    let (today, by) = ("2026-11-24".parse().unwrap(), kernel::Actor::System("test"));
    let note = |blocks: &str, zh: &str| crate::opening::DayNote {
        blocks: crate::opening::parse_blocks(blocks).unwrap(),
        note: kernel::Both::new(zh, "late"),
        source: "x".into(),
    };
    let late = note("18:00-02:00", "晚场");
    let by_ = by.clone();
    let set = run(&store, 1, move |tx| api::set_day(tx, centre(1), today, &late, &by_, today)).unwrap();
    assert_eq!(set.why, Why::Note);
    let open = |now: &str| {
        let now = at(now);
        store.read_blocking(move |tx| api::open_now(tx, centre(1), &zone(), now)).ok().map(|(d, _)| d.to_string())
    };
    assert_eq!(open("2026-11-24T10:00"), None);
    assert_eq!(open("2026-11-24T23:59").as_deref(), Some("2026-11-24"));
    // After midnight the block still belongs to the day it started.
    assert_eq!(open("2026-11-25T01:59").as_deref(), Some("2026-11-24"));
    assert_eq!(open("2026-11-25T02:00"), None);
    let refused = |day: &str, n: crate::opening::DayNote| {
        let (day, by) = (day.parse().unwrap(), by.clone());
        match run(&store, 1, move |tx| api::set_day(tx, centre(1), day, &n, &by, today)) {
            Err(kernel::No::Refused(r)) => r.code,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused("2026-11-23", note("", "昨天")), "hours.past");
    assert_eq!(refused("2026-11-25", note("", "")), "hours.note");
    let back = run(&store, 1, move |tx| api::clear_day(tx, centre(1), today)).unwrap();
    assert_eq!(back.why, Why::Pattern);
}

#[test]
fn a_counter_goes_out_of_use_and_its_number_stays_once() {
    let store = testing::sqlite_with(&[SLICE.migrations]);
    district(&store);
    let now = at("2026-11-24T08:00");
    let one = store.read_blocking(|tx| api::counter_numbered(tx, centre(1), 1)).unwrap();
    let id = one.id;
    run(&store, 1, move |tx| api::use_counter(tx, centre(1), id, false, now)).unwrap();
    assert!(store.read_blocking(|tx| api::counter_numbered(tx, centre(1), 1)).is_err());
    assert!(store.read_blocking(move |tx| api::counter(tx, id)).unwrap().closed);
    // Not through another centre's path.
    assert!(matches!(run(&store, 2, move |tx| api::use_counter(tx, centre(2), id, true, now)), Err(kernel::No::Missing(_))));
    // The number is given to a new counter; the old one cannot come back.
    let added = import(&store, [("counters.csv", "centre,counter,zone,features\n1,1,hall1,\n".to_owned())].into(), 9);
    assert_eq!(added[0].new, 1);
    match run(&store, 1, move |tx| api::use_counter(tx, centre(1), id, true, now)) {
        Err(kernel::No::Refused(r)) => assert_eq!(r.code, "counter.number_taken"),
        other => panic!("{other:?}"),
    }
    assert_eq!(store.read_blocking(rows::place::twice).unwrap(), Vec::new());
}
