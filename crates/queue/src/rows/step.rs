//! Steps and overrides: append only, `queue_step`, `queue_override`.

use kernel::{AccountId, CentreId, CounterId, Fault, Instant, LineId, SessionId, TicketId};
use store::{Tx, params};

use super::Columns;
use crate::Action;

store::statements! {
    /// One step.
    INSERT = "insert into queue_step (ticket_id, step_no, centre_id, seq, at_us, action, from_state, to_state, line_id, base_us, key_us, actor, counter_id, session_id, why)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    /// The session of a ticket's last step.
    LAST = "select session_id from queue_step where ticket_id = $1 order by step_no desc limit 1";
    /// The session in which somebody last took a step with a ticket; steps of the clock have none.
    LAST_AT = "select session_id from queue_step where ticket_id = $1 and session_id is not null order by step_no desc limit 1";
    /// Calls of other tickets at a counter since a moment.
    NEWER = "select count(*) from queue_step where centre_id = $1 and action in ('call', 'override', 'recall') and at_us >= $2 and counter_id = $3 and ticket_id <> $4";
    /// The newest step of a time at work since a moment.
    NEWEST = "select ticket_id, action, at_us from queue_step where centre_id = $1 and session_id = $2 and at_us >= $3 order by at_us desc, seq desc limit 1";
    /// Calls shown on the screens since a moment, in the order of the journal.
    CALLS = "select s.seq, v.prefix, v.number, s.counter_id, n.number, n.zone, s.action, t.credit_s, t.class, s.at_us, s.ticket_id, t.state
        from queue_step s join queue_ticket t on t.ticket_id = s.ticket_id join queue_visit v on v.visit_id = t.visit_id join queue_session n on n.session_id = s.session_id
        where s.centre_id = $1 and s.action in ('call', 'override', 'recall') and s.at_us >= $2 order by s.seq, s.step_no";
    /// The newest number called from a line since a moment.
    LAST_CALLED = "select v.prefix, v.number from queue_step s join queue_ticket t on t.ticket_id = s.ticket_id join queue_visit v on v.visit_id = t.visit_id
        where s.line_id = $1 and s.action in ('call', 'override') and s.at_us >= $2 order by s.at_us desc, s.seq desc limit 1";
    /// A call out of order.
    OVERRIDE = "insert into queue_override (ticket_id, step_no, centre_id, account_id, reason, by_rule, passed_over, at_us) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Calls out of order since a moment.
    OVERRIDES = "select o.ticket_id, v.prefix, v.number, o.account_id, o.reason, o.passed_over, o.at_us
        from queue_override o join queue_ticket t on t.ticket_id = o.ticket_id join queue_visit v on v.visit_id = t.visit_id
        where o.centre_id = $1 and o.at_us >= $2 order by o.at_us desc, o.ticket_id limit $3";
}

/// The newest step of a time at work since a moment: whose, what, when.
pub fn newest(tx: &mut Tx, centre: CentreId, session: SessionId, since: Instant) -> Result<Option<(TicketId, String, Instant)>, Fault> {
    tx.optional(&NEWEST, params![centre, session, since], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
}

/// A step as written.
pub struct Step<'a> {
    /// Whose.
    pub ticket: TicketId,
    /// The ticket's version after it.
    pub no: i64,
    /// Where.
    pub centre: CentreId,
    /// When.
    pub at: Instant,
    /// What.
    pub action: Action,
    /// Codes of the states.
    pub from: &'a str,
    /// After.
    pub to: &'a str,
    /// Line after.
    pub line: LineId,
    /// Base after.
    pub base: Instant,
    /// Key after.
    pub key: Instant,
    /// Id or name of who did it.
    pub actor: &'a str,
    /// At which counter.
    pub counter: Option<CounterId>,
    /// In which time at work.
    pub session: Option<SessionId>,
    /// See the migration.
    pub why: Option<String>,
}
/// Writes a step.
pub fn insert(tx: &mut Tx, s: Step) -> Result<(), Fault> {
    let seq = tx.seq();
    tx.run(&INSERT, params![s.ticket, s.no, s.centre, seq, s.at, s.action.code(), s.from, s.to, s.line, s.base, s.key, s.actor, s.counter, s.session, s.why])
        .map(drop)
}
/// The session in which somebody last took a step with a ticket.
pub fn last_at(tx: &mut Tx, ticket: TicketId) -> Result<Option<SessionId>, Fault> {
    tx.optional(&LAST_AT, params![ticket], |r| r.get(0))
}
/// The session of a ticket's last step.
pub fn last_session(tx: &mut Tx, ticket: TicketId) -> Result<Option<SessionId>, Fault> {
    Ok(tx.optional(&LAST, params![ticket], |r| r.get(0))?.flatten())
}
/// Whether a counter called another ticket since a moment.
pub fn newer_call(tx: &mut Tx, centre: CentreId, since: Instant, counter: CounterId, than: TicketId) -> Result<bool, Fault> {
    Ok(tx.optional(&NEWER, params![centre, since, counter, than], |r| r.get::<i64>(0))?.unwrap_or(0) > 0)
}

/// The newest number called from a line since a moment.
pub fn last_called(tx: &mut Tx, line: LineId, since: Instant) -> Result<Option<crate::Number>, Fault> {
    tx.optional(&LAST_CALLED, params![line, since], |r| Ok(crate::Number { prefix: r.get(0)?, no: r.get(1)? }))
}

/// A call as the screens show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownCall {
    /// The journal's seq: the order of the screens.
    pub seq: i64,
    /// As printed.
    pub number: crate::Number,
    /// Where to go.
    pub counter: CounterId,
    /// The number on its sign.
    pub counter_number: i64,
    /// Its zone.
    pub zone: String,
    /// A repeated call.
    pub recall: bool,
    /// 「优先」 stands beside it.
    pub priority: bool,
    /// When.
    pub at: Instant,
    /// Which.
    pub ticket: TicketId,
    /// It does not go to that counter any more: missed, parked, sent on, void.
    pub gone: bool,
}
/// The calls of a centre since a moment, in order.
pub fn calls(tx: &mut Tx, centre: CentreId, since: Instant) -> Result<Vec<ShownCall>, Fault> {
    tx.many(&CALLS, params![centre, since], |r| {
        let c = &mut Columns(r, 0);
        let (seq, number) = (c.next()?, crate::Number { prefix: c.next()?, no: c.next()? });
        let (counter, counter_number, zone, action): (CounterId, i64, String, String) = (c.next()?, c.next()?, c.next()?, c.next()?);
        let (credit, class): (i64, String) = (c.next()?, c.next()?);
        let priority = credit > 0 && class != crate::BOOKED;
        let (at, ticket, state): (Instant, TicketId, String) = (c.next()?, c.next()?, c.next()?);
        let gone = !["called", "serving", "done"].contains(&state.as_str());
        Ok(ShownCall { seq, number, counter, counter_number, zone, recall: action == "recall", priority, at, ticket, gone })
    })
}

/// A call out of order as the supervisor sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    /// Which.
    pub ticket: TicketId,
    /// As printed.
    pub number: crate::Number,
    /// Who.
    pub account: AccountId,
    /// Why.
    pub reason: crate::OverrideReason,
    /// Candidates of the line that stood before it.
    pub passed_over: i64,
    /// When.
    pub at: Instant,
}
/// What an override leaves beside its step.
pub struct NewOverride {
    /// Which.
    pub ticket: TicketId,
    /// Its step.
    pub step_no: i64,
    /// Where.
    pub centre: CentreId,
    /// Who.
    pub account: AccountId,
    /// Why.
    pub reason: crate::OverrideReason,
    /// Whom the rule would have called.
    pub by_rule: Option<TicketId>,
    /// Candidates of the line that stood before it.
    pub passed_over: i64,
    /// When.
    pub at: Instant,
}
/// Writes an override.
pub fn insert_override(tx: &mut Tx, o: &NewOverride) -> Result<(), Fault> {
    tx.run(&OVERRIDE, params![o.ticket, o.step_no, o.centre, o.account, o.reason.code(), o.by_rule, o.passed_over, o.at]).map(drop)
}
/// The newest overrides since a moment.
pub fn overrides(tx: &mut Tx, centre: CentreId, since: Instant, limit: i64) -> Result<Vec<Overridden>, Fault> {
    tx.many(&OVERRIDES, params![centre, since, limit], |r| {
        let c = &mut Columns(r, 0);
        Ok(Overridden {
            ticket: c.next()?,
            number: crate::Number { prefix: c.next()?, no: c.next()? },
            account: c.next()?,
            reason: c.coded(crate::OverrideReason::parse)?,
            passed_over: c.next()?,
            at: c.next()?,
        })
    })
}
