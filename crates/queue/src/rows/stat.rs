//! The past of each line, rolled up each minute: `queue_stat`. Real waits come from `queue_step` alone.

use kernel::{CentreId, Fault, Instant, LineId, ServiceDay};
use store::{Row, Tx, params};

use crate::{Past, Range, Score};

store::statements! {
    /// When a centre's figures were made.
    MADE = "select max(made_at_us) from queue_stat where centre_id = $1";
    /// Whether something ended in a line since a moment.
    ENDED = "select count(*) from (select 1 as one from queue_ticket where line_id = $1 and state = 'done' and ended_at_us >= $2 limit 1) x";
    /// Finished since a moment and the sum of their service times; a close of day says nothing about service.
    SERVED = "select count(*), cast(coalesce(sum(ended_at_us - serving_at_us), 0) as int8) from queue_ticket
        where line_id = $1 and state = 'done' and ended_at_us >= $2 and outcome <> 'unrecorded'";
    /// The newest served tickets that stood where they were shown to: real and predicted seconds, and the range shown.
    REAL = "select t.predicted_s, t.shown_lo, t.shown_hi, t.shown_at_us,
        (select min(s.at_us) from queue_step s where s.ticket_id = t.ticket_id and s.action in ('call', 'override'))
        from queue_ticket t where t.line_id = $1 and t.state = 'done' and t.shown_line_id = t.line_id and t.defers = 0 and t.transfers = 0 and t.here_us = t.shown_at_us
        order by t.ended_at_us desc limit $2";
    /// Writes a line's figures.
    SET = "insert into queue_stat (centre_id, line_id, mean_ms, served, q10_pm, q90_pm, ratios, scored, covered, made_at_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        on conflict (centre_id, line_id) do update set mean_ms = $3, served = $4, q10_pm = $5, q90_pm = $6, ratios = $7, scored = $8, covered = $9, made_at_us = $10";
    /// The scores of a centre's lines.
    SCORES = "select line_id, scored, covered from queue_stat where centre_id = $1";
    /// Counts of each line on a service day: called, done (not who was sent away undone), missed, taken.
    TODAY = "select t.line_id, count(t.called_at_us), cast(sum(case when t.state = 'done' and t.outcome not in ('more_papers', 'wrong_counter') then 1 else 0 end) as int8),
        cast(sum(case when t.state = 'missed' or t.rejoins > 0 then 1 else 0 end) as int8), count(*), cast(sum(case when t.credit_s > 0 and t.class <> 'booked' then 1 else 0 end) as int8),
        cast(sum(case when t.state in ('left', 'cancelled') then 1 else 0 end) as int8)
        from queue_visit v join queue_ticket t on t.visit_id = v.visit_id where v.centre_id = $1 and v.day = $2 group by t.line_id";
}

/// When the figures of a centre were made.
pub fn made(tx: &mut Tx, centre: CentreId) -> Result<Option<Instant>, Fault> {
    Ok(tx.optional(&MADE, params![centre], |r| r.get(0))?.flatten())
}
/// Whether a ticket of a line was finished since a moment.
pub fn ended_since(tx: &mut Tx, line: LineId, since: Instant) -> Result<bool, Fault> {
    Ok(tx.optional(&ENDED, params![line, since], |r| r.get::<i64>(0))?.unwrap_or(0) > 0)
}
/// Finished tickets of a line and the sum of their service in microseconds.
pub fn served(tx: &mut Tx, line: LineId, since: Instant) -> Result<(i64, i64), Fault> {
    Ok(tx.optional(&SERVED, params![line, since], |r| Ok((r.get(0)?, r.get(1)?)))?.unwrap_or((0, 0)))
}

/// A wait that came true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Real {
    /// When it ended in a call, since the range was shown.
    pub real_s: i64,
    /// What was predicted.
    pub predicted_s: i64,
    /// What was shown.
    pub range: Option<Range>,
}
fn real(row: &mut Row) -> Result<Option<Real>, Fault> {
    let (predicted, lo, hi): (Option<i64>, Option<i64>, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let (shown, called): (Instant, Option<Instant>) = (row.get(3)?, row.get(4)?);
    let range = lo.zip(hi).map(|(lo, hi)| Range { lo, hi });
    Ok(called.map(|at| Real { real_s: at.seconds_since(shown), predicted_s: predicted.unwrap_or(0), range }))
}
/// The newest real waits of a line.
pub fn reals(tx: &mut Tx, line: LineId, most: i64) -> Result<Vec<Real>, Fault> {
    Ok(tx.many(&REAL, params![line, most], real)?.into_iter().flatten().collect())
}
/// Writes figures of a line (or of [`super::line::WHOLE_CENTRE`]).
pub fn set(tx: &mut Tx, centre: CentreId, line: [u8; 16], past: &Past, served: i64, score: Score, now: Instant) -> Result<(), Fault> {
    tx.run(&SET, params![centre, line, past.mean_ms, served, past.q10_pm, past.q90_pm, past.ratios, score.n, score.covered, now]).map(drop)
}
/// Scores by line.
pub fn scores(tx: &mut Tx, centre: CentreId) -> Result<Vec<([u8; 16], Score)>, Fault> {
    tx.many(&SCORES, params![centre], |r| Ok((r.get(0)?, Score { n: r.get(1)?, covered: r.get(2)? })))
}

/// A line's day so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Today {
    /// Called at least once.
    pub called: i64,
    /// Finished.
    pub done: i64,
    /// Missed at least once.
    pub missed: i64,
    /// Taken.
    pub issued: i64,
    /// Taken with priority.
    pub priority: i64,
    /// Given up by their holders.
    pub left: i64,
}
/// Counts by line on a service day; a line without tickets is not in it.
pub fn today(tx: &mut Tx, centre: CentreId, day: ServiceDay) -> Result<Vec<(LineId, Today)>, Fault> {
    tx.many(&TODAY, params![centre, day], |r| {
        Ok((r.get(0)?, Today { called: r.get(1)?, done: r.get(2)?, missed: r.get(3)?, issued: r.get(4)?, priority: r.get(5)?, left: r.get(6)? }))
    })
}
