//! Help calls: `queue_help`.

use kernel::{CentreId, CounterId, DeviceId, Fault, Instant};
use store::{Tx, params};

use super::Columns;

store::statements! {
    /// Somebody asks for a person.
    INSERT = "insert into queue_help (help_id, centre_id, place, device_id, counter_id, at_us) values ($1, $2, $3, $4, $5, $6)";
    /// The open call of a device, so that a second press is the same call.
    OPEN_OF = "select help_id, place from queue_help where centre_id = $1 and answered_at_us is null and device_id = $2";
    /// The open call asks for something else as well.
    AGAIN = "update queue_help set place = $3, at_us = $4 where help_id = $1 and centre_id = $2 and answered_at_us is null";
    /// A person answers.
    ANSWER = "update queue_help set answered_by = $3, answered_at_us = $4 where help_id = $1 and centre_id = $2 and answered_at_us is null";
    /// Where a call is.
    CENTRE = "select centre_id from queue_help where help_id = $1";
    /// Calls nobody has answered, oldest first.
    OPEN = "select help_id, place, device_id, counter_id, at_us from queue_help where centre_id = $1 and answered_at_us is null order by at_us, help_id";
}

/// An open help call (请人帮忙).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelpCall {
    /// Its id.
    pub id: [u8; 16],
    /// Where, in the words of the device's or counter's name.
    pub place: String,
    /// The device, when one asked.
    pub device: Option<DeviceId>,
    /// The counter, when one asked.
    pub counter: Option<CounterId>,
    /// Since when.
    pub at: Instant,
}
/// Writes a call.
pub fn insert(tx: &mut Tx, centre: CentreId, h: &HelpCall) -> Result<(), Fault> {
    tx.run(&INSERT, params![h.id, centre, h.place, h.device, h.counter, h.at]).map(drop)
}
/// The open call of a device, and where or what for.
pub fn open_of(tx: &mut Tx, centre: CentreId, device: DeviceId) -> Result<Option<([u8; 16], String)>, Fault> {
    tx.optional(&OPEN_OF, params![centre, device], |r| Ok((r.get(0)?, r.get(1)?)))
}
/// An open call is asked anew, for something else.
pub fn again(tx: &mut Tx, centre: CentreId, id: [u8; 16], place: &str, now: Instant) -> Result<(), Fault> {
    tx.run(&AGAIN, params![id, centre, place, now]).map(drop)
}
/// Answers a call; `false` when somebody had.
pub fn answer(tx: &mut Tx, centre: CentreId, id: [u8; 16], by: &str, now: Instant) -> Result<bool, Fault> {
    Ok(tx.run(&ANSWER, params![id, centre, by, now])? == 1)
}
/// Where a call is.
pub fn centre(tx: &mut Tx, id: [u8; 16]) -> Result<Option<CentreId>, Fault> {
    tx.optional(&CENTRE, params![id], |r| r.get(0))
}
/// Open calls of a centre.
pub fn open(tx: &mut Tx, centre: CentreId) -> Result<Vec<HelpCall>, Fault> {
    tx.many(&OPEN, params![centre], |r| {
        let c = &mut Columns(r, 0);
        Ok(HelpCall { id: c.next()?, place: c.next()?, device: c.next()?, counter: c.next()?, at: c.next()? })
    })
}
