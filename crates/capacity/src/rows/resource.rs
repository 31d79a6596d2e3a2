//! Resources and what they are made of.

use kernel::{Both, CentreId, Day, Fault, Instant, ResourceId};
use store::{Row, Tx, params};

use super::Columns;
use crate::{Resource, Rules};

store::statements! {
    /// One resource.
    ONE = "select resource_id, centre_id, kind, code, name_zh, name_en, pool, share_of, cell_minutes, rules, closed_at_us from capacity_resource where resource_id = $1";
    /// One of a centre by its code.
    BY_CODE = "select resource_id, centre_id, kind, code, name_zh, name_en, pool, share_of, cell_minutes, rules, closed_at_us from capacity_resource
        where centre_id = $1 and code = $2";
    /// Those of a centre, without shares.
    OF_CENTRE = "select resource_id, centre_id, kind, code, name_zh, name_en, pool, share_of, cell_minutes, rules, closed_at_us from capacity_resource
        where centre_id = $1 and share_of is null order by kind, code";
    /// Interchangeable ones.
    POOL = "select resource_id, centre_id, kind, code, name_zh, name_en, pool, share_of, cell_minutes, rules, closed_at_us from capacity_resource
        where centre_id = $1 and pool = $2 and closed_at_us is null order by resource_id";
    /// The part of a resource that may be taken from away.
    SHARE = "select resource_id from capacity_resource where share_of = $1";
    /// Makes or changes one; its id, centre, kind and cells stay.
    SAVE = "insert into capacity_resource (resource_id, centre_id, kind, code, name_zh, name_en, pool, share_of, cell_minutes, rules)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (centre_id, code) do update set name_zh = $5, name_en = $6, pool = $7, rules = $10";
    /// Its week.
    SET_PATTERN = "update capacity_resource set pattern = $2, published_to = null where resource_id = $1";
    /// Its week, and the last day whose cells were made.
    PATTERN = "select pattern, published_to from capacity_resource where resource_id = $1";
    /// Cells are made up to this day.
    PUBLISHED = "update capacity_resource set published_to = $2 where resource_id = $1";
    /// Those with a week, with the last day whose cells were made.
    WEEKS = "select resource_id, centre_id, rules, published_to from capacity_resource where pattern is not null and closed_at_us is null order by centre_id, resource_id";
    /// Centres that have something to book.
    CENTRES = "select distinct centre_id from capacity_resource where share_of is null and closed_at_us is null order by centre_id";
    /// Nothing new may be taken, or again.
    CLOSE = "update capacity_resource set closed_at_us = $2 where resource_id = $1";
    /// What it is made of.
    PARTS = "select child_id, units from capacity_part where parent_id = $1 order by child_id";
    /// Forgets that.
    CLEAR_PARTS = "delete from capacity_part where parent_id = $1";
    /// One part.
    ADD_PART = "insert into capacity_part (parent_id, child_id, units) values ($1, $2, $3)";
}

fn resource(row: &mut Row) -> Result<Resource, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Resource {
        id: c.next()?,
        centre: c.next()?,
        kind: c.next()?,
        code: c.next()?,
        name: Both { zh: c.next()?, en: c.next()? },
        pool: c.next()?,
        share_of: c.next()?,
        cell_minutes: c.next()?,
        rules: {
            let text: String = c.next()?;
            Rules::parse(&text).map_err(|r| Fault::new(format!("stored rules: {}", r.code)))?
        },
        closed: c.next()?,
    })
}
/// One resource.
pub fn one(tx: &mut Tx, id: ResourceId) -> Result<Option<Resource>, Fault> {
    tx.optional(&ONE, params![id], resource)
}
/// One of a centre by its code.
pub fn by_code(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Option<Resource>, Fault> {
    tx.optional(&BY_CODE, params![centre, code], resource)
}
/// Those of a centre, without shares.
pub fn of_centre(tx: &mut Tx, centre: CentreId) -> Result<Vec<Resource>, Fault> {
    tx.many(&OF_CENTRE, params![centre], resource)
}
/// Interchangeable ones that are open, by id.
pub fn pool(tx: &mut Tx, centre: CentreId, pool: &str) -> Result<Vec<Resource>, Fault> {
    tx.many(&POOL, params![centre, pool], resource)
}
/// The part that may be taken from away.
pub fn share(tx: &mut Tx, of: ResourceId) -> Result<Option<ResourceId>, Fault> {
    tx.optional(&SHARE, params![of], |r| r.get(0))
}
/// Makes or changes one.
pub fn save(tx: &mut Tx, r: &Resource) -> Result<(), Fault> {
    tx.run(&SAVE, params![r.id, r.centre, r.kind, r.code, r.name.zh, r.name.en, r.pool, r.share_of, r.cell_minutes, r.rules.text()]).map(drop)
}
/// Nothing new may be taken, or again.
pub fn close(tx: &mut Tx, id: ResourceId, at: Option<Instant>) -> Result<(), Fault> {
    tx.run(&CLOSE, params![id, at]).map(drop)
}
/// What it is made of, with how many units of each one of it takes.
pub fn parts(tx: &mut Tx, id: ResourceId) -> Result<Vec<(ResourceId, i64)>, Fault> {
    tx.many(&PARTS, params![id], |r| Ok((r.get(0)?, r.get(1)?)))
}
/// Makes it of these.
pub fn set_parts(tx: &mut Tx, id: ResourceId, parts: &[(ResourceId, i64)]) -> Result<(), Fault> {
    tx.run(&CLEAR_PARTS, params![id])?;
    for (child, units) in parts {
        tx.run(&ADD_PART, params![id, child, units])?;
    }
    Ok(())
}
/// Gives it a week (JSON); cells are made anew from today on.
pub fn set_pattern(tx: &mut Tx, id: ResourceId, pattern: Option<&str>) -> Result<(), Fault> {
    tx.run(&SET_PATTERN, params![id, pattern]).map(drop)
}
/// Its week (JSON) and the last day whose cells were made.
pub fn pattern(tx: &mut Tx, id: ResourceId) -> Result<(Option<String>, Option<Day>), Fault> {
    Ok(tx.optional(&PATTERN, params![id], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or((None, None)))
}
/// Cells are made up to this day.
pub fn published(tx: &mut Tx, id: ResourceId, to: Day) -> Result<(), Fault> {
    tx.run(&PUBLISHED, params![id, to]).map(drop)
}
/// Those with a week: id, centre, how far ahead one may book, the last day whose cells were made.
pub fn weeks(tx: &mut Tx) -> Result<Vec<(ResourceId, CentreId, i64, Option<Day>)>, Fault> {
    tx.many(&WEEKS, params![], |r| {
        let rules = Rules::parse(&r.get::<String>(2)?).map_err(|e| Fault::new(e.code))?;
        Ok((r.get(0)?, r.get(1)?, rules.open_ahead_days, r.get(3)?))
    })
}
/// Centres that have something to book.
pub fn centres(tx: &mut Tx) -> Result<Vec<CentreId>, Fault> {
    tx.many(&CENTRES, params![], |r| r.get(0))
}
