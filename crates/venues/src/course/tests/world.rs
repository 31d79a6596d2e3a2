//! A centre of the sample district on a scratch store, with one room.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use capacity::{Moment, Resource, Rules, api as ledger, prove};
use kernel::{Actor, Both, CentreId, CourseId, Day, Instant, No, PersonId, TimeZone};
use store::{Dice, Migrations, Store, Tx, testing};
use web::{ImportCtx, SheetFile};

use crate::course::{
    Admission, Course, Kind, Plan,
    api::{self, Applicant},
};

pub const MIGRATIONS: &[Migrations] = &[people::MIGRATIONS, places::SLICE.migrations, capacity::MIGRATIONS, crate::MIGRATIONS];

pub fn zone() -> &'static TimeZone {
    static ZONE: std::sync::OnceLock<TimeZone> = std::sync::OnceLock::new();
    ZONE.get_or_init(|| TimeZone::named("Asia/Shanghai", 240).unwrap())
}
pub fn at(text: &str) -> Instant {
    zone().parse(text).unwrap()
}
pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}
pub fn moment(now: Instant) -> Moment<'static> {
    Moment { now, zone: zone() }
}
pub fn centre() -> CentreId {
    CentreId::new(1).unwrap()
}
/// A morning in the days of enrolment of [`plan`].
pub fn august() -> Instant {
    at("2026-08-18T10:00")
}
/// Other dice each time.
pub fn dice() -> Dice {
    static N: AtomicU64 = AtomicU64::new(0);
    let mut d = [9; 32];
    d[..8].copy_from_slice(&N.fetch_add(1, Relaxed).to_le_bytes());
    Dice::new(d)
}
/// A command of the centre at a moment.
pub fn act<T: Send + 'static>(store: &Store, now: Instant, mut f: impl FnMut(&mut Tx, Moment, &mut Dice) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    store.command_blocking(testing::command_at(1, "venues.test", now), move |tx| f(tx, moment(now), &mut dice()))
}
/// The code of a refusal with the codes of its further reasons.
pub fn code<T: std::fmt::Debug>(result: Result<T, No>) -> String {
    match result.unwrap_err() {
        No::Refused(r) => std::iter::once(r.code).chain(r.also().iter().map(|a| a.code)).collect::<Vec<_>>().join("+"),
        No::Missing(m) => format!("missing {}", m.0),
        No::Fault(f) => panic!("{}", f.what),
    }
}
/// What is wrong with the courses, by check.
pub fn wrong(store: &Store) -> Vec<String> {
    store
        .read_blocking(|tx| {
            let mut all = Vec::new();
            for check in crate::SLICE.checks.iter().filter(|c| c.id.starts_with("VC") || c.id.starts_with("VL")) {
                all.extend((check.run)(tx)?.into_iter().map(|line| format!("{} {line}", check.id)));
            }
            Ok(all)
        })
        .unwrap()
}
/// Fails unless every invariant of the courses and of the ledger holds now.
pub fn proved(store: &Store, now: Instant) {
    let mut all = wrong(store);
    all.extend(store.read_blocking(move |tx| prove::prove(tx, moment(now))).unwrap());
    assert!(all.is_empty(), "{all:#?}");
}
/// The sample's places, and a room that is free in the evening.
pub fn district(store: &Store) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo-district");
    let now = at("2026-07-01T08:00");
    let files: Vec<(usize, String)> = places::SLICE.sheets.iter().enumerate().map(|(n, s)| (n, fs::read_to_string(folder.join(s.file)).unwrap())).collect();
    store
        .command_blocking(testing::command_at(0, "test.district", now), move |tx| {
            places::api::make_district(tx, &Both::new("郑东新区", "Zhengdong New District"), "Asia/Shanghai", 240, true, now)?;
            let ctx = ImportCtx { by: Actor::Shell("test".into()), now, real: now, seed: [1; 32] };
            for (n, text) in &files {
                let sheet = &places::SLICE.sheets[*n];
                let report = (sheet.import)(tx, &SheetFile { name: sheet.file.into(), text: text.clone() }, &ctx)?;
                assert!(report.faults.is_empty(), "{:?}", report.faults);
            }
            Ok(())
        })
        .unwrap();
    act(store, now, |tx, m, dice| {
        let room = Resource {
            id: dice.id(m.now),
            centre: centre(),
            kind: "room".into(),
            code: "studio".into(),
            name: Both::new("二楼教室", "Studio"),
            pool: None,
            share_of: None,
            cell_minutes: 30,
            rules: Rules { source: "test".into(), online_share_pct: 100, ..Rules::default() },
            closed: None,
        };
        let room = ledger::set_resource(tx, &room, &[], m, dice)?;
        let first = day("2026-08-01");
        let cells: Vec<ledger::CellSpec> = (0..200)
            .flat_map(|d| (0..8).map(move |n| (first.plus(d), 1_080 + n * 30)))
            .map(|(d, min)| ledger::CellSpec { start: m.zone.moment(d, min).minute(), end: m.zone.moment(d, min + 30).minute(), cap: 1, shut: None })
            .collect();
        ledger::publish(tx, room.id, &cells, m.zone.moment(first, 0).minute()..m.zone.moment(first.plus(200), 0).minute(), false, m, dice).map(drop)
    })
    .unwrap();
}
/// Thursday evenings, ten times, from September; the holiday of October falls on one.
pub fn plan(code: &str, admission: Admission) -> Plan {
    Plan {
        centre: centre(),
        code: code.into(),
        title: Both::new("太极拳入门", "Tai chi for beginners"),
        kind: Kind::Sport,
        text: Both::new("从零开始", "From the beginning"),
        teacher: "示例·老师".into(),
        teacher_login: None,
        age_min: None,
        age_max: None,
        term: (day("2026-09-01"), day("2026-12-20")),
        weekday: 3,
        from_min: 1_140,
        to_min: 1_230,
        lessons: 10,
        least: 2,
        admission,
        enrol_from: day("2026-08-10"),
        enrol_until: day("2026-08-25"),
        room: None,
    }
}
/// A published course.
pub fn course(store: &Store, plan: Plan, places: i64) -> Course {
    act(store, at("2026-08-01T09:00"), move |tx, m, dice| {
        let draft = api::draft(tx, &plan, places, m, dice)?;
        api::publish(tx, draft.id, &[], "s:planner", m, dice)
    })
    .unwrap()
}
pub fn who(n: u8) -> Applicant {
    Applicant { person: PersonId::from_bytes([n; 16]), label: format!("人{n}"), birth_year: None }
}
/// A token's hash that nobody else has.
pub fn token(n: u8, course: CourseId) -> [u8; 32] {
    web::token::hash(&format!("token {n} of {course}"))
}
