//! Visits and their numbers: `queue_visit`, `queue_day`.

use kernel::{CentreId, DeviceId, Fault, Instant, ServiceDay, VisitId};
use store::{Row, Tx, params};

use super::Columns;
use crate::{Channel, Code8, Number, Visit, VisitState};

store::statements! {
    /// The next number of a prefix on a service day.
    NUMBER = "insert into queue_day (centre_id, day, prefix, last_no) values ($1, $2, $3, 1)
        on conflict (centre_id, day, prefix) do update set last_no = queue_day.last_no + 1 returning last_no";
    /// A new visit; nothing when its code is taken today.
    INSERT = "insert into queue_visit (visit_id, centre_id, day, prefix, number, code8, token_hash, class, channel, device_id, browser_hash, issued_at_us, arrived_at_us, seq, state)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open') on conflict (day, code8, centre_id) do nothing";
    /// One visit.
    ONE = "select visit_id, centre_id, day, prefix, number, code8, class, channel, issued_at_us, arrived_at_us, state from queue_visit where visit_id = $1";
    /// That a booking was given.
    OF_BOOKING = "select v.visit_id, v.centre_id, v.day, v.prefix, v.number, v.code8, v.class, v.channel, v.issued_at_us, v.arrived_at_us, v.state
        from queue_ticket t join queue_visit v on v.visit_id = t.visit_id where t.appointment_id = $1 order by t.leg_no limit 1";
    /// The visit of a token.
    BY_TOKEN = "select visit_id, centre_id, day, prefix, number, code8, class, channel, issued_at_us, arrived_at_us, state from queue_visit where token_hash = $1";
    /// The visits of a day with a code: one a centre at most.
    BY_CODE = "select visit_id, centre_id, day, prefix, number, code8, class, channel, issued_at_us, arrived_at_us, state from queue_visit where day = $1 and code8 = $2";
    /// The visit with a code on the last day on which a centre gave numbers.
    LATEST = "select visit_id, centre_id, day, prefix, number, code8, class, channel, issued_at_us, arrived_at_us, state from queue_visit
        where day = (select max(d.day) from queue_day d where d.centre_id = $1) and code8 = $2 and centre_id = $1";
    /// The visit of a printed number.
    BY_NUMBER = "select visit_id, centre_id, day, prefix, number, code8, class, channel, issued_at_us, arrived_at_us, state from queue_visit
        where centre_id = $1 and day = $2 and prefix = $3 and number = $4";
    /// The prefixes used on a day.
    PREFIXES = "select prefix, last_no from queue_day where centre_id = $1 and day = $2 order by prefix";
    /// Its holder came.
    ARRIVED = "update queue_visit set arrived_at_us = $2 where visit_id = $1 and arrived_at_us is null";
    /// Where it stands.
    STATE = "update queue_visit set state = $2, ended_at_us = $3 where visit_id = $1";
    /// Live visits taken by one browser at one centre.
    OF_BROWSER = "select count(*) from queue_visit where browser_hash = $1 and centre_id = $2 and state = 'open' and browser_hash is not null";
    /// Days before `$1` that have open visits.
    UNENDED = "select distinct centre_id, day from queue_visit where state = 'open' and day < $1 order by centre_id, day";
    /// Open visits of a centre up to a day.
    OPEN = "select visit_id from queue_visit where state = 'open' and day <= $2 and centre_id = $1 order by day, visit_id";
}

fn visit(row: &mut Row) -> Result<Visit, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Visit {
        id: c.next()?,
        centre: c.next()?,
        day: c.next()?,
        number: Number { prefix: c.next()?, no: c.next()? },
        code: c.coded(|code| Code8::parse(code).ok())?,
        class: c.next()?,
        channel: c.coded(Channel::parse)?,
        issued_at: c.next()?,
        arrived_at: c.next()?,
        state: c.coded(VisitState::parse)?,
    })
}

/// The next number of `prefix` (取号).
pub fn number(tx: &mut Tx, centre: CentreId, day: ServiceDay, prefix: &str) -> Result<Number, Fault> {
    let no = tx.returning(&NUMBER, params![centre, day, prefix], |r| r.get(0))?;
    let no = no.into_iter().next().ok_or_else(|| Fault::new("queue_day returned nothing"))?;
    Ok(Number { prefix: prefix.to_owned(), no })
}
/// What a new visit has beside the noun.
pub struct Extra {
    /// SHA-256 of its token.
    pub token_hash: [u8; 32],
    /// The device it was taken at.
    pub device: Option<DeviceId>,
    /// Keyed hash of the browser's random cookie.
    pub browser: Option<[u8; 32]>,
}
/// Writes a new visit; `false` when its code is taken today.
pub fn insert(tx: &mut Tx, v: &Visit, extra: &Extra) -> Result<bool, Fault> {
    let seq = tx.seq();
    let rows = tx.run(
        &INSERT,
        params![
            v.id,
            v.centre,
            v.day,
            v.number.prefix,
            v.number.no,
            v.code.as_str(),
            extra.token_hash,
            v.class,
            v.channel.code(),
            extra.device,
            extra.browser,
            v.issued_at,
            v.arrived_at,
            seq
        ],
    )?;
    Ok(rows == 1)
}
/// One visit.
pub fn one(tx: &mut Tx, id: VisitId) -> Result<Option<Visit>, Fault> {
    tx.optional(&ONE, params![id], visit)
}
/// The visit of a booking.
pub fn of_booking(tx: &mut Tx, appointment: [u8; 16]) -> Result<Option<Visit>, Fault> {
    tx.optional(&OF_BOOKING, params![appointment], visit)
}
/// The visit of a token.
pub fn by_token(tx: &mut Tx, token_hash: [u8; 32]) -> Result<Option<Visit>, Fault> {
    tx.optional(&BY_TOKEN, params![token_hash], visit)
}
/// The visits with a code on a day.
pub fn by_code(tx: &mut Tx, day: ServiceDay, code: &Code8) -> Result<Vec<Visit>, Fault> {
    tx.many(&BY_CODE, params![day, code.as_str()], visit)
}
/// The visit with a code on the last day on which `centre` gave numbers: where no clock is at hand, and the caller looks at the day.
pub fn latest(tx: &mut Tx, centre: CentreId, code: &Code8) -> Result<Option<Visit>, Fault> {
    tx.optional(&LATEST, params![centre, code.as_str()], visit)
}
/// The visit with a printed number.
pub fn by_number(tx: &mut Tx, centre: CentreId, day: ServiceDay, number: &Number) -> Result<Option<Visit>, Fault> {
    tx.optional(&BY_NUMBER, params![centre, day, number.prefix, number.no], visit)
}
/// The last number of each prefix on a day.
pub fn last_numbers(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Vec<Number>, Fault> {
    tx.many(&PREFIXES, params![centre, day], |r| Ok(Number { prefix: r.get(0)?, no: r.get(1)? }))
}
/// Its holder came.
pub fn arrived(tx: &mut Tx, id: VisitId, now: Instant) -> Result<(), Fault> {
    tx.run(&ARRIVED, params![id, now]).map(drop)
}
/// Where it stands now.
pub fn set_state(tx: &mut Tx, id: VisitId, state: VisitState, now: Instant) -> Result<(), Fault> {
    let ended = (state != VisitState::Open).then_some(now);
    tx.run(&STATE, params![id, state.code(), ended]).map(drop)
}
/// Live visits of one browser at one centre.
pub fn of_browser(tx: &mut Tx, browser: [u8; 32], centre: CentreId) -> Result<i64, Fault> {
    Ok(tx.optional(&OF_BROWSER, params![browser, centre], |r| r.get(0))?.unwrap_or(0))
}
/// Centres and days before `today` on which somebody still waits.
pub fn unended(tx: &mut Tx, today: ServiceDay) -> Result<Vec<(CentreId, ServiceDay)>, Fault> {
    tx.many(&UNENDED, params![today], |r| Ok((r.get(0)?, r.get(1)?)))
}
/// Open visits of a centre up to a day.
pub fn open(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Vec<VisitId>, Fault> {
    tx.many(&OPEN, params![centre, day], |r| r.get(0))
}
