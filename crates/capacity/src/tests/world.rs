//! A small sports hall on a scratch store: two courts that make the hall, a gym with three places, two coaches.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use kernel::{Both, CentreId, Instant, Minutes, No, PersonId, ResourceId, TimeZone};
use store::{Dice, Store, Tx, testing};

use crate::{
    Channel, Moment, Resource, Rules, Want, What, Wish,
    api::{self, CellSpec},
    prove::prove,
};

pub fn zone() -> &'static TimeZone {
    static ZONE: std::sync::OnceLock<TimeZone> = std::sync::OnceLock::new();
    ZONE.get_or_init(|| TimeZone::named("Asia/Shanghai", 240).unwrap())
}
pub fn at(text: &str) -> Instant {
    zone().parse(text).unwrap()
}
/// Saturday morning, 28 November 2026: the day everything happens on.
pub fn ten() -> Instant {
    at("2026-11-28T10:00")
}
/// Minutes of that day.
pub fn minute(hour: i64, min: i64) -> Minutes {
    at("2026-11-28T00:00").minute() + hour * 60 + min
}
pub fn moment(now: Instant) -> Moment<'static> {
    Moment { now, zone: zone() }
}
pub fn centre() -> CentreId {
    CentreId::new(1).unwrap()
}
pub fn person(n: u8) -> PersonId {
    PersonId::from_bytes([n; 16])
}
/// Other dice each time.
pub fn dice() -> Dice {
    static N: AtomicU64 = AtomicU64::new(0);
    let mut d = [7; 32];
    d[..8].copy_from_slice(&N.fetch_add(1, Relaxed).to_le_bytes());
    Dice::new(d)
}
/// A command of the centre at a moment.
pub fn act<T: Send + 'static>(store: &Store, now: Instant, mut f: impl FnMut(&mut Tx, Moment, &mut Dice) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    store.command_blocking(testing::command_at(1, "capacity.test", now), move |tx| f(tx, moment(now), &mut dice()))
}
/// The code of a refusal with the codes of its further reasons.
pub fn code<T: std::fmt::Debug>(result: Result<T, No>) -> String {
    match result.unwrap_err() {
        No::Refused(r) => std::iter::once(r.code).chain(r.also().iter().map(|a| a.code)).collect::<Vec<_>>().join("+"),
        No::Missing(m) => format!("missing {}", m.0),
        No::Fault(f) => panic!("{}", f.what),
    }
}
/// Fails unless every invariant holds now.
pub fn proved(store: &Store, now: Instant) {
    let wrong = store.read_blocking(move |tx| prove(tx, moment(now))).unwrap();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

pub fn rules() -> Rules {
    Rules { closes_before_min: 0, online_share_pct: 100, source: "test".into(), ..Rules::default() }
}
pub fn resource(n: u8, kind: &str, code: &str, rules: Rules) -> Resource {
    Resource {
        id: ResourceId::from_bytes([n; 16]),
        centre: centre(),
        kind: kind.into(),
        code: code.into(),
        name: Both::new(code, code),
        pool: None,
        share_of: None,
        cell_minutes: 30,
        rules,
        closed: None,
    }
}
pub const COURT_1: u8 = 1;
pub const COURT_2: u8 = 2;
pub const HALL: u8 = 3;
pub const GYM: u8 = 4;
pub fn id(n: u8) -> ResourceId {
    ResourceId::from_bytes([n; 16])
}

/// Cells of half an hour from 12 to 16.
pub fn cells(cap: i64) -> Vec<CellSpec> {
    (0..8).map(|n| CellSpec { start: minute(12, n * 30), end: minute(12, n * 30 + 30), cap, shut: None }).collect()
}
/// The hall as everybody finds it in the morning.
pub fn hall(store: &Store, rules: Rules) {
    act(store, ten(), move |tx, m, dice| {
        for (n, code, cap) in [(COURT_1, "court-1", 1), (COURT_2, "court-2", 1), (GYM, "gym", 3)] {
            let r = resource(n, if n == GYM { "gym" } else { "court" }, code, rules.clone());
            api::set_resource(tx, &r, &[], m, dice)?;
            api::publish(tx, r.id, &cells(cap), minute(12, 0)..minute(16, 0), false, m, dice)?;
        }
        api::set_resource(tx, &resource(HALL, "hall", "hall", rules.clone()), &[(id(COURT_1), 1), (id(COURT_2), 1)], m, dice)?;
        for (n, code) in [(5, "coach-1"), (6, "coach-2")] {
            let r = Resource { pool: Some("coach".into()), ..resource(n, "coach", code, rules.clone()) };
            api::set_resource(tx, &r, &[], m, dice)?;
            api::publish(tx, r.id, &cells(1), minute(12, 0)..minute(16, 0), false, m, dice)?;
        }
        Ok(())
    })
    .unwrap();
}
pub fn want(n: u8, from: Minutes, to: Minutes, units: i64) -> Want {
    Want { what: What::Resource(id(n)), from, to, units }
}
pub fn wish(who: u8, want: Want) -> Wish {
    let mut wish = Wish::one("test.booking", "b", person(who), &format!("p:{who}"), Channel::Phone, want);
    wish.clash_accepted = true;
    wish
}
