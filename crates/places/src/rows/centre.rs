//! Centres.

use kernel::{CentreId, Fault, No};
use store::{Row, Tx, params};

use super::{both, word};
use crate::{Centre, Datum, Sample, Status};

store::statements! {
    /// One centre.
    CENTRE = "select c.centre_id, a.code, c.name_zh, c.name_en, c.address_zh, c.address_en, c.lon_e7, c.lat_e7, c.datum, c.position_source, c.phase,
        c.status, c.status_since, c.planned_month, c.phone, c.sample, c.version
        from places_centre c join places_area a on a.area_id = c.area_id where c.centre_id = $1";
    /// All, by register number.
    CENTRES = "select c.centre_id, a.code, c.name_zh, c.name_en, c.address_zh, c.address_en, c.lon_e7, c.lat_e7, c.datum, c.position_source, c.phase,
        c.status, c.status_since, c.planned_month, c.phone, c.sample, c.version
        from places_centre c join places_area a on a.area_id = c.area_id order by c.centre_id";
    /// A new centre in the area of a code.
    NEW_CENTRE = "insert into places_centre (centre_id, area_id, name_zh, name_en, address_zh, address_en, lon_e7, lat_e7, datum, position_source, phase,
        status, status_since, planned_month, phone, sample, version)
        select cast($1 as int8), a.area_id, cast($3 as text), cast($4 as text), cast($5 as text), cast($6 as text), cast($7 as int8), cast($8 as int8),
        cast($9 as text), cast($10 as text), cast($11 as int8), cast($12 as text), cast($13 as text), cast($14 as text), cast($15 as text), cast($16 as text), 1
        from places_area a where a.code = $2";
    /// A corrected centre.
    SET_CENTRE = "update places_centre set area_id = (select a.area_id from places_area a where a.code = $2), name_zh = $3, name_en = $4, address_zh = $5,
        address_en = $6, lon_e7 = $7, lat_e7 = $8, datum = $9, position_source = $10, phase = $11, status = $12, status_since = $13, planned_month = $14,
        phone = $15, sample = $16, version = version + 1 where centre_id = $1";
    /// Positions without a datum, or the reverse (PL6).
    NO_DATUM = "select centre_id from places_centre where (lon_e7 is null) <> (datum is null) or (lat_e7 is null) <> (datum is null)";
}

fn read(r: &mut Row) -> Result<Centre, Fault> {
    let datum = match r.get::<Option<String>>(8)? {
        None => None,
        Some(text) => Some(Datum::parse(&text).ok_or_else(|| Fault::new("a datum this program does not know"))?),
    };
    Ok(Centre {
        id: r.get(0)?,
        area_code: r.get(1)?,
        name: both(r, 2)?,
        address: both(r, 4)?,
        lon_e7: r.get(6)?,
        lat_e7: r.get(7)?,
        datum,
        position_source: r.get(9)?,
        phase: r.get(10)?,
        status: word(r, 11, Status::parse)?,
        status_since: r.get(12)?,
        planned_month: r.get(13)?,
        phone: r.get::<Option<String>>(14)?.unwrap_or_default(),
        sample: word(r, 15, Sample::parse)?,
        version: r.get(16)?,
    })
}

pub fn one(tx: &mut Tx, id: CentreId) -> Result<Centre, No> {
    tx.one("centre", &CENTRE, params![id], read)
}
pub fn all(tx: &mut Tx) -> Result<Vec<Centre>, No> {
    Ok(tx.many(&CENTRES, params![], read)?)
}

/// Writes a centre; `new` inserts.
pub fn save(tx: &mut Tx, c: &Centre, new: bool) -> Result<(), No> {
    let phone = (!c.phone.is_empty()).then_some(&c.phone);
    let sql = if new { &NEW_CENTRE } else { &SET_CENTRE };
    tx.run(
        sql,
        params![
            c.id,
            c.area_code,
            c.name.zh,
            c.name.en,
            c.address.zh,
            c.address.en,
            c.lon_e7,
            c.lat_e7,
            c.datum.map(Datum::code).map(str::to_owned),
            c.position_source,
            c.phase,
            c.status.code(),
            c.status_since,
            c.planned_month,
            phone,
            c.sample.code()
        ],
    )?;
    Ok(())
}
pub fn without_datum(tx: &mut Tx) -> Result<Vec<CentreId>, No> {
    Ok(tx.many(&NO_DATUM, params![], |r| r.get(0))?)
}
