//! A house on a scratch store, Tuesday 24 November 2026; children with two who may collect each.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use kernel::{Actor, Both, CentreId, Id, Instant, No, TimeZone};
use store::{Dice, Store, Tx, testing};
use web::{ImportCtx, SheetFile};

use crate::pickup::{
    api::{self, NewChild, NewStay},
    child::{Authority, Block, Child, Verified},
    handover::{At, RULES, Rules},
    prove,
    stay::{State, Stay},
};

pub fn zone() -> &'static TimeZone {
    static ZONE: std::sync::OnceLock<TimeZone> = std::sync::OnceLock::new();
    ZONE.get_or_init(|| TimeZone::named("Asia/Shanghai", 240).unwrap())
}
pub fn at(text: &str) -> Instant {
    zone().parse(text).unwrap()
}
/// The tables below this crate, and its own.
pub const MIGRATIONS: &[store::Migrations] = &[people::MIGRATIONS, places::SLICE.migrations, capacity::MIGRATIONS, crate::MIGRATIONS];
pub const KEY: [u8; 32] = [5; 32];
pub fn centre(n: i64) -> CentreId {
    CentreId::new(n).unwrap()
}
/// Other dice each time.
pub fn dice() -> Dice {
    static N: AtomicU64 = AtomicU64::new(0);
    let mut d = [7; 32];
    d[..8].copy_from_slice(&N.fetch_add(1, Relaxed).to_le_bytes());
    Dice::new(d)
}
pub fn when(now: Instant, by: &str, rules: Rules) -> At<'static> {
    At { now, zone: zone(), key: &KEY, by: by.into(), staff: "示例·李老师".into(), rules }
}
/// A command of a centre at a moment.
pub fn act<T: Send + 'static>(store: &Store, now: Instant, f: impl FnMut(&mut Tx, &At, &mut Dice) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    act_by(store, now, "teacher", RULES, f)
}
/// The same by somebody, by these rules.
pub fn act_by<T: Send + 'static>(
    store: &Store,
    now: Instant,
    by: &'static str,
    rules: Rules,
    mut f: impl FnMut(&mut Tx, &At, &mut Dice) -> Result<T, No> + Send + 'static,
) -> Result<T, No> {
    store.command_blocking(testing::command_at(1, "venues.test", now), move |tx| f(tx, &when(now, by, rules), &mut dice()))
}
/// The code of a refusal.
pub fn refused<T: std::fmt::Debug>(result: Result<T, No>) -> &'static str {
    match result.unwrap_err() {
        No::Refused(r) => r.code,
        No::Missing(m) => m.0,
        No::Fault(f) => panic!("{}", f.what),
    }
}
/// What both proofs find.
pub fn proved(store: &Store) -> Vec<String> {
    store
        .read_blocking(|tx| {
            let mut all: Vec<String> = (prove::VE8.run)(tx)?.into_iter().map(|w| format!("VE8 {w}")).collect();
            all.extend(prove::replay(tx, zone())?.into_iter().map(|w| format!("VE9 {w}")));
            Ok(all)
        })
        .unwrap()
}
/// Runs a story on both engines.
pub fn both(story: impl Fn(&Store)) {
    for (engine, store) in testing::both(MIGRATIONS) {
        eprintln!("{engine}");
        places_of(&store);
        story(&store);
    }
}
/// One store of the embedded engine.
pub fn one() -> testing::Scratch {
    let store = testing::sqlite_with(MIGRATIONS);
    places_of(&store);
    store
}
/// The sample's places.
pub fn places_of(store: &Store) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo-district");
    let now = at("2026-11-01T08:00");
    let files: Vec<String> = places::SLICE.sheets.iter().map(|s| fs::read_to_string(folder.join(s.file)).unwrap()).collect();
    store
        .command_blocking(testing::command_at(0, "test.district", now), move |tx| {
            places::api::make_district(tx, &Both::new("区", "District"), "Asia/Shanghai", 240, true, now)?;
            let ctx = ImportCtx { by: Actor::Shell("test".into()), now, real: now, seed: [1; 32] };
            for (sheet, text) in places::SLICE.sheets.iter().zip(&files) {
                let report = (sheet.import)(tx, &SheetFile { name: sheet.file.into(), text: text.clone() }, &ctx)?;
                assert!(report.faults.is_empty(), "{:?}", report.faults);
            }
            Ok(())
        })
        .unwrap();
}
/// Registers a child with its guardian.
pub fn register(store: &Store, name: &str, guardian: &str, tail: &str, allergies: &str) -> Child {
    let new = NewChild {
        name: name.into(),
        birth_year: 2016,
        guardian: "妈妈".into(),
        guardian_name: guardian.into(),
        tail: tail.into(),
        allergies: allergies.into(),
        verified: Verified::Hukou,
        alone: false,
    };
    act(store, at("2026-11-24T09:00"), move |tx, a, dice| {
        let token = dice.throw();
        api::register(tx, centre(1), &new, token, a, dice).map(|(c, _)| c)
    })
    .unwrap()
}
/// Expects a child from 16:00 to 17:30.
pub fn expect(store: &Store, child: kernel::PersonId, house: i64) -> Result<Stay, No> {
    let new = NewStay { label: "美术".into(), from: at("2026-11-24T16:00"), to: at("2026-11-24T17:30"), session: None };
    act(store, at("2026-11-24T15:00"), move |tx, a, dice| api::expect(tx, centre(house), child, &new, a, dice))
}

/// Nouns without rows.
pub fn child(n: u8) -> Child {
    Child {
        id: Id::from_bytes([n; 16]),
        centre: centre(1),
        name: "小雨".into(),
        birth_year: 2016,
        guardian: "妈妈".into(),
        allergies: String::new(),
        verified: Verified::Hukou,
        alone: None,
    }
}
pub fn authority(n: u8, child: u8, name: &str, tail: &str) -> Authority {
    Authority {
        id: Id::from_bytes([n; 16]),
        child: Id::from_bytes([child; 16]),
        name: name.into(),
        tail: tail.into(),
        weekdays: 127,
        once_on: None,
        granted_by: "p".into(),
        granted_at: at("2026-11-01T10:00"),
        withdrawn_at: None,
    }
}
pub fn block(n: u8, child: u8, name: &str, tail: &str) -> Block {
    Block {
        id: Id::from_bytes([n; 16]),
        child: Id::from_bytes([child; 16]),
        name: name.into(),
        tail: tail.into(),
        set_by: "lead".into(),
        set_at: at("2026-11-01T10:00"),
        until: None,
        ended_at: None,
    }
}
pub fn stay(n: u8, child: u8) -> Stay {
    Stay {
        id: Id::from_bytes([n; 16]),
        centre: centre(1),
        child: Id::from_bytes([child; 16]),
        label: "美术".into(),
        from: at("2026-11-24T16:00"),
        to: at("2026-11-24T17:30"),
        session: None,
        state: State::InCare,
        dropped_by: Some("妈妈".into()),
        dropped_at: Some(at("2026-11-24T16:00")),
        ack_by: None,
        code_hash: None,
        tries: 0,
        locked_at: None,
        called_at: None,
        late_at: None,
        escalated_at: None,
        over_at: None,
        alerted_at: None,
        ended_at: None,
        ended_by: None,
        note: None,
        permit: None,
    }
}
