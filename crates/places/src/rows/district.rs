//! The district and its areas.

use std::collections::BTreeMap;

use kernel::{Fault, Id, Instant, No, TimeZone};
use store::{Tx, params};

use super::both;
use crate::{Area, District, place::DistrictEntry};

/// Marks an id of an area.
pub enum AreaRow {}

store::statements! {
    /// The one row.
    DISTRICT = "select code, name_zh, name_en, time_zone, day_turn_min, sample_since_us from places_district";
    /// Makes it.
    MAKE_DISTRICT = "insert into places_district (code, name_zh, name_en, time_zone, day_turn_min, host, sample_since_us, version)
        values ($1, $2, $3, $4, $5, null, $6, 1)";
    /// What its sheet says.
    SET_DISTRICT = "update places_district set name_zh = $1, name_en = $2, time_zone = $3, day_turn_min = $4, version = version + 1";
    /// Every area.
    AREAS = "select code, name_zh, name_en, known_as, source from places_area order by code";
    /// A new area.
    NEW_AREA = "insert into places_area (area_id, code, name_zh, name_en, known_as, source) values ($1, $2, $3, $4, $5, $6)";
    /// A corrected area.
    SET_AREA = "update places_area set name_zh = $2, name_en = $3, known_as = $4, source = $5 where code = $1";
}

pub fn district(tx: &mut Tx) -> Result<District, No> {
    let (code, name, zone, turn, sample) =
        tx.one("district", &DISTRICT, params![], |r| Ok((r.get::<String>(0)?, both(r, 1)?, r.get::<String>(3)?, r.get::<i64>(4)?, r.get::<Option<i64>>(5)?)))?;
    let time = TimeZone::named(&zone, turn).map_err(|e| Fault::new(format!("time zone of the district: {e}")))?;
    Ok(District { code, name, time, sample: sample.is_some() })
}

/// What its sheet would say; nothing before it is made.
pub fn entry(tx: &mut Tx) -> Result<Option<DistrictEntry>, No> {
    Ok(tx.optional(&DISTRICT, params![], |r| Ok(DistrictEntry { name: both(r, 1)?, zone: r.get(3)?, turn_min: r.get(4)? }))?)
}
/// The zone is an IANA name that was checked.
pub fn make(tx: &mut Tx, d: &DistrictEntry, sample: Option<Instant>) -> Result<(), No> {
    tx.run(&MAKE_DISTRICT, params!["district", d.name.zh, d.name.en, d.zone, d.turn_min, sample])?;
    Ok(())
}
pub fn set(tx: &mut Tx, d: &DistrictEntry) -> Result<(), No> {
    tx.run(&SET_DISTRICT, params![d.name.zh, d.name.en, d.zone, d.turn_min])?;
    Ok(())
}

pub fn areas(tx: &mut Tx) -> Result<BTreeMap<String, Area>, No> {
    let all = tx.many(&AREAS, params![], |r| Ok(Area { code: r.get(0)?, name: both(r, 1)?, known_as: r.get(3)?, source: r.get(4)? }))?;
    Ok(all.into_iter().map(|a| (a.code.clone(), a)).collect())
}
pub fn new_area(tx: &mut Tx, id: Id<AreaRow>, a: &Area) -> Result<(), No> {
    tx.run(&NEW_AREA, params![id, a.code, a.name.zh, a.name.en, a.known_as, a.source])?;
    Ok(())
}
pub fn set_area(tx: &mut Tx, a: &Area) -> Result<(), No> {
    tx.run(&SET_AREA, params![a.code, a.name.zh, a.name.en, a.known_as, a.source])?;
    Ok(())
}
