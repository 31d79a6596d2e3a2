//! Counters at work: `queue_session`, `queue_session_line`.

use kernel::{AccountId, CentreId, CounterId, Fault, Instant, SessionId};
use store::{Row, Tx, params};

use super::{Columns, known};
use crate::{CounterSession, PauseReason, SessionState, Skill};

store::statements! {
    /// The counter's time at work that is not over.
    OF_COUNTER = "select session_id, centre_id, counter_id, number, zone, account_id, opened_at_us, state, reason, back_at_us, closed_at_us from queue_session
        where counter_id = $1 and closed_at_us is null";
    /// The account's.
    OF_ACCOUNT = "select session_id, centre_id, counter_id, number, zone, account_id, opened_at_us, state, reason, back_at_us, closed_at_us from queue_session
        where account_id = $1 and closed_at_us is null";
    /// One, over or not.
    ONE = "select session_id, centre_id, counter_id, number, zone, account_id, opened_at_us, state, reason, back_at_us, closed_at_us from queue_session where session_id = $1";
    /// Everybody's at a centre.
    OF_CENTRE = "select session_id, centre_id, counter_id, number, zone, account_id, opened_at_us, state, reason, back_at_us, closed_at_us from queue_session
        where centre_id = $1 and closed_at_us is null order by number";
    /// Everybody's everywhere, but those that end with their ticket.
    AT_WORK = "select centre_id, number, opened_at_us from queue_session where closed_at_us is null and state <> 'closing' order by centre_id, number";
    /// What it serves.
    LINES = "select line_id, rank, help_after_s from queue_session_line where session_id = $1 order by rank, line_id";
    /// A counter opens.
    INSERT = "insert into queue_session (session_id, centre_id, counter_id, number, zone, account_id, state, opened_at_us) values ($1, $2, $3, $4, $5, $6, 'open', $7)";
    /// One line it serves.
    ADD_LINE = "insert into queue_session_line (session_id, line_id, rank, help_after_s) values ($1, $2, $3, $4)";
    /// Forgets what it serves.
    CLEAR_LINES = "delete from queue_session_line where session_id = $1";
    /// Finished at it since it opened, and the sum of their service; `$2` is its opening. A ticket called twice counts once; who was sent away undone is no
    /// work done.
    DONE = "select count(*), cast(coalesce(sum(x.us), 0) as int8) from (
        select distinct t.ticket_id, t.ended_at_us - t.serving_at_us as us from queue_step s join queue_ticket t on t.ticket_id = s.ticket_id
        where s.centre_id = $1 and s.action in ('call', 'override', 'recall') and s.action <> 'recall' and s.at_us >= $2 and s.session_id = $3 and t.state = 'done'
          and t.outcome not in ('more_papers', 'wrong_counter')) x";
    /// The account's time at work that ended last, since a moment.
    ENDED = "select session_id, centre_id, counter_id, number, zone, account_id, opened_at_us, state, reason, back_at_us, closed_at_us from queue_session
        where account_id = $1 and closed_at_us >= $2 order by closed_at_us desc limit 1";
    /// What it does now.
    SAVE = "update queue_session set state = $2, reason = $3, back_at_us = $4, closed_at_us = $5 where session_id = $1 and closed_at_us is null";
}

fn session(row: &mut Row) -> Result<CounterSession, Fault> {
    let c = &mut Columns(row, 0);
    Ok(CounterSession {
        id: c.next()?,
        centre: c.next()?,
        counter: c.next()?,
        number: c.next()?,
        zone: c.next()?,
        account: c.next()?,
        opened_at: c.next()?,
        state: state(c)?,
        skills: Vec::new(),
    })
}
fn state(c: &mut Columns) -> Result<SessionState, Fault> {
    let (code, why, back_at, closed): (String, Option<String>, Option<Instant>, Option<Instant>) = (c.next()?, c.next()?, c.next()?, c.next()?);
    match (code.as_str(), why, closed) {
        ("open", _, _) => Ok(SessionState::Open),
        ("paused", Some(why), _) => Ok(SessionState::Paused { why: known(&why, PauseReason::parse)?, back_at }),
        ("closing", _, _) => Ok(SessionState::Closing),
        ("closed", _, Some(at)) => Ok(SessionState::Closed { at }),
        _ => Err(Fault::new(format!("{code:?} is not a state of a counter at work"))),
    }
}
fn with_skills(tx: &mut Tx, session: Option<CounterSession>) -> Result<Option<CounterSession>, Fault> {
    let Some(mut session) = session else { return Ok(None) };
    session.skills = tx.many(&LINES, params![session.id], |r| Ok(Skill { line: r.get(0)?, rank: r.get(1)?, help_after_s: r.get(2)? }))?;
    Ok(Some(session))
}
/// The counter at work, with the lines it serves.
pub fn of_counter(tx: &mut Tx, counter: CounterId) -> Result<Option<CounterSession>, Fault> {
    let session = tx.optional(&OF_COUNTER, params![counter], session)?;
    with_skills(tx, session)
}
/// Where an account works.
pub fn of_account(tx: &mut Tx, account: AccountId) -> Result<Option<CounterSession>, Fault> {
    let session = tx.optional(&OF_ACCOUNT, params![account], session)?;
    with_skills(tx, session)
}
/// The account's time at work that ended last, since a moment.
pub fn ended(tx: &mut Tx, account: AccountId, since: Instant) -> Result<Option<CounterSession>, Fault> {
    tx.optional(&ENDED, params![account, since], session)
}
/// One time at work, over or not.
pub fn one(tx: &mut Tx, id: SessionId) -> Result<Option<CounterSession>, Fault> {
    let session = tx.optional(&ONE, params![id], session)?;
    with_skills(tx, session)
}
/// Every counter at work of a centre, without the lines it serves.
pub fn of_centre(tx: &mut Tx, centre: CentreId) -> Result<Vec<CounterSession>, Fault> {
    tx.many(&OF_CENTRE, params![centre], session)
}
/// Every counter at work that does not end with its ticket: where, its sign, since when.
pub fn at_work(tx: &mut Tx) -> Result<Vec<(CentreId, i64, Instant)>, Fault> {
    tx.many(&AT_WORK, params![], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
}
/// How many were finished at it since it opened, and their service in microseconds.
pub fn done(tx: &mut Tx, s: &CounterSession) -> Result<(i64, i64), Fault> {
    Ok(tx.optional(&DONE, params![s.centre, s.opened_at, s.id], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or((0, 0)))
}
/// A counter opens.
pub fn insert(tx: &mut Tx, s: &CounterSession) -> Result<(), Fault> {
    tx.run(&INSERT, params![s.id, s.centre, s.counter, s.number, s.zone, s.account, s.opened_at]).map(drop)
}
/// The lines a counter at work serves from now on.
pub fn set_skills(tx: &mut Tx, session: SessionId, skills: &[Skill]) -> Result<(), Fault> {
    tx.run(&CLEAR_LINES, params![session])?;
    for s in skills {
        tx.run(&ADD_LINE, params![session, s.line, s.rank, s.help_after_s])?;
    }
    Ok(())
}
/// What it does now.
pub fn save(tx: &mut Tx, s: &CounterSession) -> Result<(), Fault> {
    let (why, back, closed) = match s.state {
        SessionState::Open | SessionState::Closing => (None, None, None),
        SessionState::Paused { why, back_at } => (Some(why.code()), back_at, None),
        SessionState::Closed { at } => (None, None, Some(at)),
    };
    tx.run(&SAVE, params![s.id, s.state.code(), why, back, closed]).map(drop)
}
