//! One day as it was, for `check queue`: read only, shared with nothing.

use kernel::{CentreId, Fault, Id, Instant, ServiceDay, of};
use store::{Tx, params};

use super::Columns;

store::statements! {
    /// Every day of every centre on which a number was given.
    DAYS = "select distinct centre_id, day from queue_day order by centre_id, day";
    /// The newest of each centre.
    NEWEST = "select centre_id, max(day) from queue_day group by centre_id";
    /// Every ticket of a day as it stands, with its visit.
    TICKETS = "select t.ticket_id, v.prefix, v.number, v.seq, t.line_id, t.class, t.base_us, t.credit_s, t.key_us, t.state, t.version
        from queue_visit v join queue_ticket t on t.visit_id = v.visit_id where v.centre_id = $1 and v.day = $2 order by t.ticket_id";
    /// Every step of the day's tickets, as written.
    STEPS = "select s.seq, s.ticket_id, s.step_no, s.at_us, s.action, s.from_state, s.to_state, s.line_id, s.base_us, s.actor, s.counter_id, s.why
        from queue_visit v join queue_ticket t on t.visit_id = v.visit_id join queue_step s on s.ticket_id = t.ticket_id
        where v.centre_id = $1 and v.day = $2 order by s.seq, s.ticket_id, s.step_no";
    /// Overrides of the day's tickets: which step, whether a person and a reason are named.
    OVERRIDES = "select o.ticket_id, o.step_no, o.reason from queue_visit v join queue_ticket t on t.visit_id = v.visit_id join queue_override o on o.ticket_id = t.ticket_id
        where v.centre_id = $1 and v.day = $2";
    /// The last number dealt of each prefix, and the visits that have one.
    NUMBERS = "select d.prefix, d.last_no, (select count(*) from queue_visit v where v.centre_id = d.centre_id and v.day = d.day and v.prefix = d.prefix),
        (select cast(coalesce(max(v.number), 0) as int8) from queue_visit v where v.centre_id = d.centre_id and v.day = d.day and v.prefix = d.prefix)
        from queue_day d where d.centre_id = $1 and d.day = $2 order by d.prefix";
    /// In which journal row the next day with numbers begins.
    NEXT_FIRST = "select min(v.seq) from queue_visit v where v.centre_id = $1 and v.day = (select min(d.day) from queue_day d where d.centre_id = $1 and d.day > $2)";
    /// H1 over all days: prefixes whose numbers are not 1…last, each with its visit.
    H1 = "select d.centre_id, d.day, d.prefix, d.last_no from queue_day d
        where d.last_no <> (select count(*) from queue_visit v where v.centre_id = d.centre_id and v.day = d.day and v.prefix = d.prefix)
        order by d.centre_id, d.day, d.prefix limit 100";
    /// H2: counters and visits with more than one ticket at work.
    H2 = "select t.ticket_id from queue_ticket t where t.state in ('called', 'serving') and exists (select 1 from queue_ticket o
        where o.ticket_id <> t.ticket_id and o.state in ('called', 'serving') and (o.counter_id = t.counter_id or o.visit_id = t.visit_id)) order by t.ticket_id limit 100";
    /// H20: tickets that live on a day after which their centre dealt numbers again.
    H20 = "select v.centre_id, v.day, v.prefix, v.number from queue_visit v join queue_ticket t on t.visit_id = v.visit_id
        where v.state = 'open' and t.state in ('waiting', 'called', 'serving', 'parked', 'missed')
          and exists (select 1 from queue_day d where d.centre_id = v.centre_id and d.day > v.day) order by v.centre_id, v.day, v.number limit 100";
    /// The figures that were ever set for the district and a centre.
    FIGURES = "select name, centre_id, from_us, value from queue_setting where centre_id in (0, $1) and name in ('cap', 'promise_s', 'rejoin_cost_min', 'remote_keep_min', 'defer_least_min', 'defer_most_min')
        order by centre_id, from_us";
}

/// A row of [`TICKETS`].
pub struct TicketRow {
    /// Ids as bytes: this side has its own model.
    pub ticket: [u8; 16],
    /// As printed.
    pub number: String,
    /// In which journal row.
    pub seq: i64,
    /// Its line now.
    pub line: [u8; 16],
    /// Code of its class.
    pub class: String,
    /// Its base now.
    pub base_us: i64,
    /// Its credit.
    pub credit_s: i64,
    /// Its key now.
    pub key_us: i64,
    /// Its state now.
    pub state: String,
    /// Its version now: how many steps it took.
    pub version: i64,
}
/// Every ticket of a day.
pub fn tickets(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Vec<TicketRow>, Fault> {
    tx.many(&TICKETS, params![centre, day], |r| {
        let c = &mut Columns(r, 0);
        let ticket = c.next()?;
        let (prefix, no): (String, i64) = (c.next()?, c.next()?);
        let (seq, line, class, base_us, credit_s, key_us, state) = (c.next()?, c.next()?, c.next()?, c.next()?, c.next()?, c.next()?, c.next()?);
        Ok(TicketRow { ticket, number: format!("{prefix}{no:03}"), seq, line, class, base_us, credit_s, key_us, state, version: c.next()? })
    })
}

/// A row of [`STEPS`].
pub struct StepRow {
    /// In which journal row.
    pub seq: i64,
    /// Whose.
    pub ticket: [u8; 16],
    /// 1, 2, … of the ticket.
    pub no: i64,
    /// When.
    pub at_us: i64,
    /// What.
    pub action: String,
    /// State before.
    pub from: String,
    /// State after.
    pub to: String,
    /// Line after.
    pub line: [u8; 16],
    /// Base after.
    pub base_us: i64,
    /// Who.
    pub actor: String,
    /// Where.
    pub counter: Option<[u8; 16]>,
    /// Why.
    pub why: Option<String>,
}
/// Every step of the day's tickets.
pub fn steps(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Vec<StepRow>, Fault> {
    tx.many(&STEPS, params![centre, day], |r| {
        let c = &mut Columns(r, 0);
        Ok(StepRow {
            seq: c.next()?,
            ticket: c.next()?,
            no: c.next()?,
            at_us: c.next()?,
            action: c.next()?,
            from: c.next()?,
            to: c.next()?,
            line: c.next()?,
            base_us: c.next()?,
            actor: c.next()?,
            counter: c.next()?,
            why: c.next()?,
        })
    })
}
/// The steps that have an override row: ticket, step, reason.
pub fn overrides(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Vec<([u8; 16], i64, String)>, Fault> {
    tx.many(&OVERRIDES, params![centre, day], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
}
/// Of each prefix: last number dealt, visits with a number, largest number.
pub fn numbers(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Vec<(String, i64, i64, i64)>, Fault> {
    tx.many(&NUMBERS, params![centre, day], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
}
/// In which journal row the next day with numbers begins.
pub fn next_first(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Option<i64>, Fault> {
    Ok(tx.optional(&NEXT_FIRST, params![centre, day], |r| r.get(0))?.flatten())
}
/// Every day of every centre on which a number was given.
pub fn days(tx: &mut Tx) -> Result<Vec<(CentreId, ServiceDay)>, Fault> {
    tx.many(&DAYS, params![], |r| Ok((r.get(0)?, r.get(1)?)))
}
/// The newest day of every centre on which a number was given.
pub fn newest(tx: &mut Tx) -> Result<Vec<(CentreId, ServiceDay)>, Fault> {
    tx.many(&NEWEST, params![], |r| Ok((r.get(0)?, r.get(1)?)))
}
/// What breaks H1.
pub fn broken_h1(tx: &mut Tx) -> Result<Vec<String>, Fault> {
    tx.many(&H1, params![], |r| {
        let c = &mut Columns(r, 0);
        Ok(format!(
            "centre {} {} {}: {} numbers were dealt, the visits are not as many",
            c.next::<i64>()?,
            c.next::<String>()?,
            c.next::<String>()?,
            c.next::<i64>()?
        ))
    })
}
/// What breaks H2.
pub fn broken_h2(tx: &mut Tx) -> Result<Vec<String>, Fault> {
    tx.many(&H2, params![], |r| Ok(format!("ticket {}: not alone at its counter or of its visit", r.get::<Id<of::Ticket>>(0)?)))
}
/// What breaks H20.
pub fn broken_h20(tx: &mut Tx) -> Result<Vec<String>, Fault> {
    tx.many(&H20, params![], |r| {
        let c = &mut Columns(r, 0);
        Ok(format!("centre {} {} {}{:03} still lives", c.next::<i64>()?, c.next::<String>()?, c.next::<String>()?, c.next::<i64>()?))
    })
}
/// Figures ever set: name, of the centre itself, from when, value.
pub fn figures(tx: &mut Tx, centre: CentreId) -> Result<Vec<(String, Instant, i64)>, Fault> {
    tx.many(&FIGURES, params![centre], |r| Ok((r.get(0)?, r.get(2)?, r.get(3)?)))
}
