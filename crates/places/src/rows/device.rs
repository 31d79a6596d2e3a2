//! Devices. Codes and tokens are stored as hashes only.

use kernel::{CentreId, DeviceId, DeviceKind, Fault, Instant, No};
use store::{Row, Tx, params};

use super::word;
use crate::{
    Device,
    device::{Listed, State},
};

store::statements! {
    /// Whose token this is.
    BY_TOKEN = "select d.device_id, d.centre_id, d.kind, d.name, d.zone_id, d.counter_id, z.code from places_device d
        left join places_zone z on z.zone_id = d.zone_id where d.token_hash = $1 and d.state = 'enrolled'";
    /// Whose code this is.
    BY_CODE = "select device_id, centre_id, kind, name, zone_id, counter_id, state, code_until_us, enrolled_at_us, seen_at_us from places_device where code_hash = $1";
    /// One device.
    DEVICE = "select device_id, centre_id, kind, name, zone_id, counter_id, state, code_until_us, enrolled_at_us, seen_at_us from places_device where device_id = $1";
    /// Every device, those in use first.
    DEVICES = "select device_id, centre_id, kind, name, zone_id, counter_id, state, code_until_us, enrolled_at_us, seen_at_us from places_device
        order by centre_id, kind, name, device_id";
    /// A new device.
    ADD = "insert into places_device (device_id, centre_id, kind, name, zone_id, counter_id, code_hash, code_until_us, token_hash, state, added_at_us,
        enrolled_at_us, seen_at_us, settings, report, revoked_at_us) values ($1, $2, $3, $4, $5, $6, $7, $8, null, 'new', $9, null, null, null, null, null)";
    /// The code becomes a token: once, also at the same moment in two browsers.
    ENROL = "update places_device set state = 'enrolled', token_hash = $2, code_hash = null, code_until_us = null, enrolled_at_us = $3, seen_at_us = $3
        where device_id = $1 and state = 'new' and code_until_us > $3";
    /// Takes code and token away.
    REVOKE = "update places_device set state = 'revoked', token_hash = null, code_hash = null, code_until_us = null, revoked_at_us = $2
        where device_id = $1 and state <> 'revoked'";
    /// It was heard.
    SEEN = "update places_device set seen_at_us = $2 where device_id = $1 and state = 'enrolled'";
    /// Enrolled devices silent since then.
    SILENT = "select device_id, centre_id from places_device where state = 'enrolled' and coalesce(seen_at_us, enrolled_at_us) < $1";
    /// Devices of a centre that are not revoked.
    OF_CENTRE = "select device_id, centre_id from places_device where centre_id = $1 and state <> 'revoked'";
}

fn kind(r: &mut Row, i: usize) -> Result<DeviceKind, Fault> {
    word(r, i, DeviceKind::parse)
}
fn device(r: &mut Row) -> Result<Device, Fault> {
    Ok(Device { id: r.get(0)?, centre: r.get(1)?, kind: kind(r, 2)?, name: r.get(3)?, zone: r.get(4)?, counter: r.get(5)? })
}
fn listed(r: &mut Row) -> Result<Listed, Fault> {
    let (state, until, at, seen): (String, Option<Instant>, Option<Instant>, Option<Instant>) = (r.get(6)?, r.get(7)?, r.get(8)?, r.get(9)?);
    let state = match state.as_str() {
        "new" => State::New { until: until.unwrap_or_default() },
        "enrolled" => State::Enrolled { at: at.unwrap_or_default() },
        _ => State::Revoked,
    };
    Ok(Listed { device: device(r)?, state, seen })
}

/// With its zone's code.
pub fn by_token(tx: &mut Tx, token: &[u8; 32]) -> Result<Option<(Device, Option<String>)>, No> {
    Ok(tx.optional(&BY_TOKEN, params![*token], |r| Ok((device(r)?, r.get(6)?)))?)
}
pub fn by_code(tx: &mut Tx, code: &[u8; 32]) -> Result<Option<Listed>, No> {
    Ok(tx.optional(&BY_CODE, params![*code], listed)?)
}
pub fn one(tx: &mut Tx, id: DeviceId) -> Result<Listed, No> {
    tx.one("device", &DEVICE, params![id], listed)
}
pub fn all(tx: &mut Tx) -> Result<Vec<Listed>, No> {
    Ok(tx.many(&DEVICES, params![], listed)?)
}
pub fn add(tx: &mut Tx, d: &Device, code: &[u8; 32], until: Instant, now: Instant) -> Result<(), No> {
    tx.run(&ADD, params![d.id, d.centre, d.kind.code(), d.name, d.zone, d.counter, *code, until, now])?;
    Ok(())
}
/// Whether this was the one that used the code.
pub fn enrol(tx: &mut Tx, id: DeviceId, token: &[u8; 32], now: Instant) -> Result<bool, No> {
    Ok(tx.run(&ENROL, params![id, *token, now])? == 1)
}
/// Whether it was not revoked before.
pub fn revoke(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<bool, No> {
    Ok(tx.run(&REVOKE, params![id, now])? == 1)
}
pub fn seen(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<(), No> {
    tx.run(&SEEN, params![id, now])?;
    Ok(())
}
pub fn silent(tx: &mut Tx, since: Instant) -> Result<Vec<(DeviceId, CentreId)>, No> {
    Ok(tx.many(&SILENT, params![since], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
pub fn of_centre(tx: &mut Tx, centre: CentreId) -> Result<Vec<(DeviceId, CentreId)>, No> {
    Ok(tx.many(&OF_CENTRE, params![centre], |r| Ok((r.get(0)?, r.get(1)?)))?)
}
