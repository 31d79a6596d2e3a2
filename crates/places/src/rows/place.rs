//! Zones, counters, functions.

use kernel::{CentreId, CounterId, Fault, Instant, No};
use store::{Row, Tx, params};

use super::{both, word};
use crate::{Counter, Function, FunctionState, Sample, Zone};

store::statements! {
    /// Zones of a centre, floor by floor.
    ZONES = "select zone_id, centre_id, code, floor, name_zh, name_en, class from places_zone where centre_id = $1 and closed_at_us is null order by floor, code";
    /// Zones of every centre.
    ALL_ZONES = "select zone_id, centre_id, code, floor, name_zh, name_en, class from places_zone where closed_at_us is null order by centre_id, floor, code";
    /// One zone.
    ZONE = "select zone_id, centre_id, code, floor, name_zh, name_en, class from places_zone where centre_id = $1 and code = $2 and closed_at_us is null";
    /// A new zone.
    NEW_ZONE = "insert into places_zone (zone_id, centre_id, code, floor, name_zh, name_en, class, closed_at_us) values ($1, $2, $3, $4, $5, $6, $7, null)";
    /// A corrected zone.
    SET_ZONE = "update places_zone set floor = $2, name_zh = $3, name_en = $4, class = $5 where zone_id = $1";
    /// One counter.
    COUNTER = "select k.counter_id, k.centre_id, k.number, k.zone_id, z.code, k.features, k.closed_at_us
        from places_counter k join places_zone z on z.zone_id = k.zone_id where k.counter_id = $1";
    /// Counters of a centre, closed ones too.
    COUNTERS = "select k.counter_id, k.centre_id, k.number, k.zone_id, z.code, k.features, k.closed_at_us
        from places_counter k join places_zone z on z.zone_id = k.zone_id where k.centre_id = $1 order by k.number, k.counter_id";
    /// Counters of every centre, open ones.
    ALL_COUNTERS = "select k.counter_id, k.centre_id, k.number, k.zone_id, z.code, k.features, k.closed_at_us
        from places_counter k join places_zone z on z.zone_id = k.zone_id where k.closed_at_us is null order by k.centre_id, k.number";
    /// The open counter of a number.
    COUNTER_NUMBERED = "select k.counter_id, k.centre_id, k.number, k.zone_id, z.code, k.features, k.closed_at_us
        from places_counter k join places_zone z on z.zone_id = k.zone_id where k.centre_id = $1 and k.number = $2 and k.closed_at_us is null";
    /// A new counter.
    NEW_COUNTER = "insert into places_counter (counter_id, centre_id, number, zone_id, features, closed_at_us) values ($1, $2, $3, $4, $5, null)";
    /// A corrected counter.
    SET_COUNTER = "update places_counter set zone_id = $2, features = $3 where counter_id = $1";
    /// Out of use, or back.
    CLOSE_COUNTER = "update places_counter set closed_at_us = $2 where counter_id = $1 and centre_id = $3";
    /// Numbers that two open counters of one centre carry (PL1): the index forbids it.
    TWICE = "select centre_id, number from places_counter where closed_at_us is null group by centre_id, number having count(*) > 1";
    /// Counters whose zone is of another centre.
    STRAYED = "select k.centre_id, k.number from places_counter k join places_zone z on z.zone_id = k.zone_id where z.centre_id <> k.centre_id";
    /// Functions of a centre.
    FUNCTIONS = "select centre_id, code, sort, class, name_zh, name_en, floor, operator_zh, operator_en, hours_zh, hours_en, state, where_zh, where_en, sample
        from places_function where centre_id = $1 order by sort, code";
    /// Functions of every centre.
    ALL_FUNCTIONS = "select centre_id, code, sort, class, name_zh, name_en, floor, operator_zh, operator_en, hours_zh, hours_en, state, where_zh, where_en, sample
        from places_function order by centre_id, sort, code";
    /// A function, new or corrected.
    SAVE_FUNCTION = "insert into places_function (centre_id, code, sort, class, name_zh, name_en, floor, operator_zh, operator_en, hours_zh, hours_en, state,
        where_zh, where_en, sample) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        on conflict (centre_id, code) do update set sort = excluded.sort, class = excluded.class, name_zh = excluded.name_zh, name_en = excluded.name_en,
        floor = excluded.floor, operator_zh = excluded.operator_zh, operator_en = excluded.operator_en, hours_zh = excluded.hours_zh,
        hours_en = excluded.hours_en, state = excluded.state, where_zh = excluded.where_zh, where_en = excluded.where_en, sample = excluded.sample";
}

fn read_zone(r: &mut Row) -> Result<Zone, Fault> {
    Ok(Zone { id: r.get(0)?, centre: r.get(1)?, code: r.get(2)?, floor: r.get(3)?, name: both(r, 4)?, class: word(r, 6, |t| t.parse().ok())? })
}
fn read_counter(r: &mut Row) -> Result<Counter, Fault> {
    Ok(Counter {
        id: r.get(0)?,
        centre: r.get(1)?,
        number: r.get(2)?,
        zone: r.get(3)?,
        zone_code: r.get(4)?,
        features: r.get::<String>(5)?.split_whitespace().map(str::to_owned).collect(),
        closed: r.get::<Option<i64>>(6)?.is_some(),
    })
}
fn read_function(r: &mut Row) -> Result<Function, Fault> {
    Ok(Function {
        centre: r.get(0)?,
        code: r.get(1)?,
        sort: r.get(2)?,
        class: word(r, 3, |t| t.parse().ok())?,
        name: both(r, 4)?,
        floor: r.get(6)?,
        operator: both(r, 7)?,
        hours: both(r, 9)?,
        state: word(r, 11, FunctionState::parse)?,
        place: both(r, 12)?,
        sample: word(r, 14, Sample::parse)?,
    })
}

pub fn zones(tx: &mut Tx, centre: CentreId) -> Result<Vec<Zone>, No> {
    Ok(tx.many(&ZONES, params![centre], read_zone)?)
}
pub fn all_zones(tx: &mut Tx) -> Result<Vec<Zone>, No> {
    Ok(tx.many(&ALL_ZONES, params![], read_zone)?)
}
pub fn zone(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Zone, No> {
    tx.one("zone", &ZONE, params![centre, code], read_zone)
}
/// Writes a zone; `new` inserts.
pub fn save_zone(tx: &mut Tx, z: &Zone, new: bool) -> Result<(), No> {
    if new {
        tx.run(&NEW_ZONE, params![z.id, z.centre, z.code, z.floor, z.name.zh, z.name.en, z.class.letter()])?;
    } else {
        tx.run(&SET_ZONE, params![z.id, z.floor, z.name.zh, z.name.en, z.class.letter()])?;
    }
    Ok(())
}
pub fn counter(tx: &mut Tx, id: CounterId) -> Result<Counter, No> {
    tx.one("counter", &COUNTER, params![id], read_counter)
}
pub fn counter_numbered(tx: &mut Tx, centre: CentreId, number: i64) -> Result<Counter, No> {
    tx.one("counter", &COUNTER_NUMBERED, params![centre, number], read_counter)
}
/// Closed ones too.
pub fn counters(tx: &mut Tx, centre: CentreId) -> Result<Vec<Counter>, No> {
    Ok(tx.many(&COUNTERS, params![centre], read_counter)?)
}
/// Open ones of every centre.
pub fn all_counters(tx: &mut Tx) -> Result<Vec<Counter>, No> {
    Ok(tx.many(&ALL_COUNTERS, params![], read_counter)?)
}
/// Writes a counter; `new` inserts. A taken number is a fault `places_counter_number`.
pub fn save_counter(tx: &mut Tx, c: &Counter, new: bool) -> Result<(), Fault> {
    let features = c.features.join(" ");
    if new {
        tx.run(&NEW_COUNTER, params![c.id, c.centre, c.number, c.zone, features])?;
    } else {
        tx.run(&SET_COUNTER, params![c.id, c.zone, features])?;
    }
    Ok(())
}
/// Closes a counter at a moment, or opens it again. A taken number is a fault `places_counter_number`.
pub fn close_counter(tx: &mut Tx, c: &Counter, at: Option<Instant>) -> Result<(), Fault> {
    tx.run(&CLOSE_COUNTER, params![c.id, at, c.centre]).map(drop)
}
pub fn twice(tx: &mut Tx) -> Result<Vec<(CentreId, i64)>, No> {
    Ok(tx.many(&TWICE, params![], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
pub fn strayed(tx: &mut Tx) -> Result<Vec<(CentreId, i64)>, No> {
    Ok(tx.many(&STRAYED, params![], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
pub fn functions(tx: &mut Tx, centre: CentreId) -> Result<Vec<Function>, No> {
    Ok(tx.many(&FUNCTIONS, params![centre], read_function)?)
}
pub fn all_functions(tx: &mut Tx) -> Result<Vec<Function>, No> {
    Ok(tx.many(&ALL_FUNCTIONS, params![], read_function)?)
}
pub fn save_function(tx: &mut Tx, f: &Function) -> Result<(), No> {
    tx.run(
        &SAVE_FUNCTION,
        params![
            f.centre,
            f.code,
            f.sort,
            f.class.letter(),
            f.name.zh,
            f.name.en,
            f.floor,
            f.operator.zh,
            f.operator.en,
            f.hours.zh,
            f.hours.en,
            f.state.code(),
            f.place.zh,
            f.place.en,
            f.sample.code()
        ],
    )?;
    Ok(())
}
