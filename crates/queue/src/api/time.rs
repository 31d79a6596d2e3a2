//! What happens with time: misses, expiries, the minute's figures, the end of the day.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use facts::queue::DayEnded;
use kernel::{AccountId, Actor, CentreId, CounterId, Instant, No, Refusal, ServiceDay, TimeZone};
use store::Tx;

use super::{Who, hold, record, save_session};
use crate::{Action, CounterSession, End, Limits, Score, State, Ticket, ratios, rows};

/// Centres where a clock has something to do now: run [`settle`] on each, as a command of its chain. A cheap read for every second.
pub fn due(tx: &mut Tx, now: Instant) -> Result<Vec<CentreId>, No> {
    let mut figures: HashMap<CentreId, Limits> = HashMap::new();
    let mut centres = Vec::new();
    for t in rows::ticket::clocked(tx)? {
        if centres.last() == Some(&t.centre) {
            continue;
        }
        let limits = match figures.entry(t.centre) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(rows::line::limits(tx, t.centre, now)?),
        };
        let up = if t.missed { now > t.since.plus_min(limits.rejoin_min) } else { !t.priority && now >= t.called_at.plus_s(limits.miss_after_s) };
        if up {
            centres.push(t.centre);
        }
    }
    Ok(centres)
}

/// Misses who did not come to the counter (never with priority), expires who did not come back. Says how many tickets moved.
pub fn settle(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<u32, No> {
    hold(tx, centre)?;
    let limits = rows::line::limits(tx, centre, now)?;
    let who = Who::person(&Actor::System("queue.clock"), now);
    let mut moved = 0;
    for before in rows::ticket::between(tx, centre)? {
        let (after, action) = if before.misses_itself(&limits, now) {
            (before.clone().miss(now)?, Action::Miss)
        } else if let Ok(after) = before.clone().expire(&limits, None, now) {
            (after, Action::Expire)
        } else {
            continue;
        };
        record(tx, &before, &after, action, &who, None)?;
        if let Some(counter) = before.state.counter()
            && let Some(session) = rows::desk::of_counter(tx, counter)?
        {
            super::clerk::freed(tx, session, now)?;
        }
        moved += 1;
    }
    Ok(moved)
}

/// A rejoin, as the house or (in tests) a broken twin has it.
pub(super) fn rejoined(ticket: Ticket, limits: &Limits, now: Instant) -> Result<Ticket, Refusal> {
    #[cfg(test)]
    if crate::tests::twins::current() == crate::tests::twins::Twin::FreeRejoin {
        return ticket.rejoin(&Limits { rejoin_cost_min: 0, ..limits.clone() }, now);
    }
    ticket.rejoin(limits, now)
}

/// What a minute has to do at a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MinuteDue {
    /// Where.
    pub centre: CentreId,
    /// Remote numbers have run out: [`expire_away`].
    pub gone: bool,
    /// The figures behind the ranges are old: [`refresh`].
    pub stale: bool,
}
/// Centres where a minute has something to do. A read, so that a quiet minute leaves no journal row.
pub fn minute_due(tx: &mut Tx, now: Instant) -> Result<Vec<MinuteDue>, No> {
    let mut all = Vec::new();
    for centre in rows::line::centres(tx)? {
        let limits = rows::line::limits(tx, centre, now)?;
        let (gone, stale) = (!away_too_long(tx, centre, &limits, now)?.is_empty(), is_stale(tx, centre)?);
        if gone || stale {
            all.push(MinuteDue { centre, gone, stale });
        }
    }
    Ok(all)
}

/// Expires remote numbers whose holders never came, an hour after their turn. Says how many.
pub fn expire_away(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<usize, No> {
    hold(tx, centre)?;
    let limits = rows::line::limits(tx, centre, now)?;
    let who = Who::person(&Actor::System("queue.clock"), now);
    let gone = away_too_long(tx, centre, &limits, now)?;
    for (before, after) in &gone {
        record(tx, before, after, Action::Expire, &who, None)?;
    }
    Ok(gone.len())
}
/// Before and after of every remote ticket that has run out.
fn away_too_long(tx: &mut Tx, centre: CentreId, limits: &Limits, now: Instant) -> Result<Vec<(Ticket, Ticket)>, No> {
    let mut gone = Vec::new();
    for (line, _) in rows::line::all(tx, centre)? {
        for before in rows::ticket::away(tx, line.id)? {
            let turn = rows::ticket::turn(tx, line.id, before.base, before.key())?;
            if let Ok(after) = before.clone().expire(limits, turn, now) {
                gone.push((before, after));
            }
        }
    }
    Ok(gone)
}

fn is_stale(tx: &mut Tx, centre: CentreId) -> Result<bool, No> {
    let lines = rows::line::all(tx, centre)?;
    let Some(made) = rows::stat::made(tx, centre)? else { return Ok(!lines.is_empty()) };
    for (line, _) in &lines {
        if rows::stat::ended_since(tx, line.id, made)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the figures behind the ranges of a centre again, when one of its tickets was finished since the last time. No act: it may run quietly.
pub fn refresh(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<bool, No> {
    hold(tx, centre)?;
    if !is_stale(tx, centre)? {
        return Ok(false);
    }
    let limits = &rows::line::limits(tx, centre, now)?;
    let lines = rows::line::all(tx, centre)?;
    let since = now.plus_min(-limits.mean_days * 24 * 60);
    let (mut all, mut whole, mut served) = (Vec::new(), Score::default(), 0);
    for (line, _) in &lines {
        let (n, sum_us) = rows::stat::served(tx, line.id, since)?;
        let reals = rows::stat::reals(tx, line.id, limits.ratios_most)?;
        let pairs: Vec<(i64, i64)> = reals.iter().map(|r| (r.real_s, r.predicted_s)).collect();
        let mut score = Score::default();
        for (range, real) in reals.iter().filter_map(|r| Some((r.range?, r.real_s))) {
            score.add(range, real, limits);
            whole.add(range, real, limits);
        }
        let past = crate::Past { mean_ms: (n > 0).then(|| sum_us / n.max(1) / 1_000), ..ratios(&pairs) };
        rows::stat::set(tx, centre, line.id.bytes(), &past, n, score, now)?;
        all.extend(pairs);
        served += n;
    }
    rows::stat::set(tx, centre, rows::line::WHOLE_CENTRE, &ratios(&all), served, whole, now)?;
    Ok(true)
}

/// Centres and service days before today that nobody ended: somebody still waits, or a counter opened then still works. The timer ends them.
pub fn unended(tx: &mut Tx, time: &TimeZone, now: Instant) -> Result<BTreeSet<(CentreId, ServiceDay)>, No> {
    let today = time.service_day(now);
    let mut days: BTreeSet<_> = rows::visit::unended(tx, today)?.into_iter().collect();
    days.extend(rows::desk::at_work(tx)?.into_iter().map(|(centre, _, opened)| (centre, time.service_day(opened))).filter(|(_, day)| *day < today));
    Ok(days)
}

/// Ends a service day (日终): who is being served is done but unrecorded, everybody else expires, counters opened by then close (H20); one that
/// already has a ticket of the next day closes with it. Says how many expired and how many are unrecorded.
pub fn end_of_day(tx: &mut Tx, centre: CentreId, day: ServiceDay, time: &TimeZone, by: &Actor, now: Instant) -> Result<(i64, i64), No> {
    hold(tx, centre)?;
    let who = Who::person(by, now);
    let (mut expired, mut unrecorded) = (0, 0);
    for visit in rows::visit::open(tx, centre, day)? {
        for before in rows::ticket::of_visit(tx, visit)? {
            if before.state.ended() {
                continue;
            }
            let after = before.clone().close(now)?;
            record(tx, &before, &after, Action::Close, &who, None)?;
            match after.state {
                State::Ended { how: End::Done(_), .. } => unrecorded += 1,
                _ => expired += 1,
            }
        }
    }
    for session in rows::desk::of_centre(tx, centre)?.into_iter().filter(|s| time.service_day(s.opened_at) <= day) {
        closes(tx, Some(session), now)?;
    }
    tx.tell(&DayEnded { centre, day: day.to_string(), expired, unrecorded });
    Ok((expired, unrecorded))
}

/// An account left or lost its grant: its counter closes, with its ticket when it has one (heard from `people`). Says whether there was one.
pub fn account_left(tx: &mut Tx, centre: CentreId, account: AccountId, now: Instant) -> Result<bool, No> {
    let session = rows::desk::of_account(tx, account)?.filter(|s| s.centre == centre);
    closes(tx, session, now)
}
/// A counter is out of use as a place: whoever works there stops, with their ticket when they have one (heard from `places`). Says whether anybody did.
pub fn counter_gone(tx: &mut Tx, counter: CounterId, now: Instant) -> Result<bool, No> {
    let session = rows::desk::of_counter(tx, counter)?;
    closes(tx, session, now)
}
fn closes(tx: &mut Tx, session: Option<CounterSession>, now: Instant) -> Result<bool, No> {
    let Some(session) = session else { return Ok(false) };
    hold(tx, session.centre)?;
    let with_ticket = rows::ticket::at_counter(tx, session.counter)?.is_some();
    save_session(tx, &session.close(with_ticket, now)?)?;
    Ok(true)
}
