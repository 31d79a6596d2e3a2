//! What pages show. Reads only; "now" is the district's clock.

use kernel::{AccountId, CentreId, CounterId, Instant, LineId, Missing, No, ServiceDay, SessionId, TicketId, VisitId};
use store::Tx;

use super::clerk::{candidates, set_aside_at};
use crate::{
    Basis, Class, Code8, CounterSession, Forecast, Limits, Line, Number, Rule, Score, Skill, State, Ticket, Visit, forecast, order,
    rows::{
        self,
        help::HelpCall,
        stat::Today,
        step::{Overridden, ShownCall},
    },
    unknown_ticket,
};

/// A line as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineNow {
    /// The line; `closed_at` when issuing is stopped.
    pub line: Line,
    /// Code of the reason why it is stopped.
    pub stopped_why: Option<String>,
    /// Everybody who waits.
    pub waiting: i64,
    /// Of these, not here yet.
    pub away: i64,
    /// Open counters with the skill.
    pub counters: i64,
    /// How long the one who waits longest here has waited, in seconds.
    pub oldest_s: i64,
    /// What somebody who took a number now would be told.
    pub forecast: Forecast,
    /// How good its ranges were.
    pub score: Score,
}

/// The lines of a centre, as they are set.
pub fn lines(tx: &mut Tx, centre: CentreId) -> Result<Vec<Line>, No> {
    Ok(rows::line::all(tx, centre)?.into_iter().map(|(line, _)| line).collect())
}
/// One line.
///
/// # Errors
/// Missing.
pub fn line(tx: &mut Tx, id: LineId) -> Result<Line, No> {
    Ok(rows::line::one(tx, id)?.ok_or(Missing("line"))?.0)
}
/// All classes with their credit and evidence.
pub fn classes(tx: &mut Tx) -> Result<Vec<Class>, No> {
    Ok(rows::line::classes(tx)?)
}
/// What the counters of a centre may serve.
pub fn skills(tx: &mut Tx, centre: CentreId) -> Result<Vec<(CounterId, Skill)>, No> {
    Ok(rows::line::skills_of_centre(tx, centre)?)
}

/// The lines of a centre as they are now: waiting, range, counters (P3, P4, K1).
pub fn line_now(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<LineNow>, No> {
    let limits = rows::line::limits(tx, centre, now)?;
    let scores = rows::stat::scores(tx, centre)?;
    let mut all = Vec::new();
    for (line, basis) in rows::line::all(tx, centre)? {
        let score = score_of(&scores, line.id.bytes());
        all.push(of_line(tx, line, basis, score, &limits, now)?);
    }
    Ok(all)
}
fn score_of(scores: &[([u8; 16], Score)], line: [u8; 16]) -> Score {
    scores.iter().find(|(id, _)| *id == line).map(|(_, s)| *s).unwrap_or_default()
}
fn of_line(tx: &mut Tx, line: Line, basis: Basis, score: Score, limits: &Limits, now: Instant) -> Result<LineNow, No> {
    let (waiting, away) = rows::ticket::length(tx, line.id)?;
    let oldest_s = rows::ticket::oldest(tx, line.id)?.map_or(0, |base| now.seconds_since(base));
    let stopped_why = if line.closed_at.is_some() { rows::line::closed_why(tx, line.id)? } else { None };
    // Who takes a number now stands at `now`: ahead is who a ticket of that moment would find ahead, not everybody who put it off to later.
    let ahead = rows::ticket::ahead(tx, line.id, now, limits.ahead_most)?;
    let forecast = forecast(&Basis { ahead, ..basis }, limits);
    Ok(LineNow { line, stopped_why, waiting, away, counters: basis.counters, oldest_s, forecast, score })
}

/// How many people wait in a centre: visits, however many errands each has.
pub fn people_waiting(tx: &mut Tx, centre: CentreId) -> Result<i64, No> {
    Ok(rows::ticket::people(tx, centre)?)
}

/// A ticket as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketNow {
    /// The ticket.
    pub ticket: Ticket,
    /// Its line.
    pub line: Line,
    /// Who is ahead and the range from now, while it waits.
    pub forecast: Option<Forecast>,
    /// The range first shown, and when.
    pub first: (Instant, Forecast),
    /// The number on the sign of the counter it stands at.
    pub counter_number: Option<i64>,
    /// Until when a missed ticket may rejoin; `None` when it may not.
    pub rejoin_until: Option<Instant>,
}
/// A visit with its tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitNow {
    /// The visit.
    pub visit: Visit,
    /// Its tickets by leg.
    pub tickets: Vec<TicketNow>,
}

/// One visit with its tickets and ranges.
///
/// # Errors
/// `ticket.unknown`.
pub fn visit(tx: &mut Tx, id: VisitId, now: Instant) -> Result<VisitNow, No> {
    let visit = rows::visit::one(tx, id)?.ok_or_else(unknown_ticket)?;
    with_tickets(tx, visit, now)
}
/// The visit whose token has this SHA-256 (P5).
///
/// # Errors
/// `ticket.unknown`.
pub fn visit_by_token_hash(tx: &mut Tx, token_hash: [u8; 32], now: Instant) -> Result<VisitNow, No> {
    let visit = rows::visit::by_token(tx, token_hash)?.ok_or_else(unknown_ticket)?;
    with_tickets(tx, visit, now)
}
/// The visit of a printed number and code, on the same day only; both as typed. Without a centre every centre is looked at.
///
/// # Errors
/// `ticket.unknown`.
pub fn visit_by_code(tx: &mut Tx, centre: Option<CentreId>, day: ServiceDay, number: &str, code: &str, now: Instant) -> Result<VisitNow, No> {
    let code = Code8::parse(code)?;
    let found = rows::visit::by_code(tx, day, &code)?.into_iter().find(|v| v.number.is(number) && centre.is_none_or(|c| c == v.centre));
    with_tickets(tx, found.ok_or_else(unknown_ticket)?, now)
}
/// No number is longer as anybody types it, in characters.
const NUMBER_LONGEST: usize = 12;

/// The visit of a printed number of a day, for staff (D11).
///
/// # Errors
/// `ticket.unknown`.
pub fn find(tx: &mut Tx, centre: CentreId, day: ServiceDay, number: &str, now: Instant) -> Result<VisitNow, No> {
    if number.chars().count() > NUMBER_LONGEST {
        return Err(unknown_ticket().into());
    }
    for last in rows::visit::last_numbers(tx, centre, day)? {
        let digits: String = number.chars().rev().take_while(char::is_ascii_digit).collect::<Vec<_>>().into_iter().rev().collect();
        // a prefix may end with a digit: every split of the digits is tried
        for at in 0..digits.len() {
            let Ok(no) = digits[at..].parse() else { continue };
            let wanted = Number { prefix: last.prefix.clone(), no };
            if wanted.is(number)
                && let Some(visit) = rows::visit::by_number(tx, centre, day, &wanted)?
            {
                return with_tickets(tx, visit, now);
            }
        }
    }
    Err(unknown_ticket().into())
}
fn with_tickets(tx: &mut Tx, visit: Visit, now: Instant) -> Result<VisitNow, No> {
    let limits = rows::line::limits(tx, visit.centre, now)?;
    let mut tickets = Vec::new();
    for ticket in rows::ticket::of_visit(tx, visit.id)? {
        tickets.push(of_ticket(tx, ticket, &limits, now)?);
    }
    Ok(VisitNow { visit, tickets })
}
fn of_ticket(tx: &mut Tx, ticket: Ticket, limits: &Limits, now: Instant) -> Result<TicketNow, No> {
    let (line, basis) = rows::line::one(tx, ticket.line)?.ok_or(Missing("line"))?;
    let first = rows::ticket::shown(tx, ticket.id)?.ok_or(Missing("ticket"))?;
    let mut range = None;
    if ticket.state == State::Waiting {
        let ahead = rows::ticket::ahead(tx, line.id, ticket.key(), limits.ahead_most)?;
        range = Some(forecast(&Basis { ahead, ..basis }, limits));
    }
    let mut counter_number = None;
    if let Some(counter) = ticket.state.counter() {
        counter_number = rows::desk::of_counter(tx, counter)?.map(|s| s.number);
    }
    let rejoin_until = ticket.rejoin_until(limits, now);
    Ok(TicketNow { ticket, line, forecast: range, first, counter_number, rejoin_until })
}
/// The printed number of a visit.
///
/// # Errors
/// `ticket.unknown`.
pub fn visit_number(tx: &mut Tx, id: VisitId) -> Result<Number, No> {
    Ok(rows::visit::one(tx, id)?.ok_or_else(unknown_ticket)?.number)
}
/// One ticket: centre, visit and state decide who may act on it.
///
/// # Errors
/// Missing.
pub fn ticket(tx: &mut Tx, id: TicketId) -> Result<Ticket, No> {
    Ok(rows::ticket::one(tx, id)?.ok_or(Missing("ticket"))?)
}

/// Where a ticket stands, or stood at its last step, and who worked there: whose it is to act on.
///
/// # Errors
/// Missing.
pub fn last_at(tx: &mut Tx, id: TicketId) -> Result<Option<CounterSession>, No> {
    let ticket = ticket(tx, id)?;
    if let Some(counter) = ticket.state.counter() {
        return Ok(rows::desk::of_counter(tx, counter)?);
    }
    let Some(session) = rows::step::last_at(tx, id)? else { return Ok(None) };
    Ok(rows::desk::one(tx, session)?)
}

/// A counter as its clerk sees it (D2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterView {
    /// The counter at work with the lines it serves.
    pub session: CounterSession,
    /// Called or served.
    pub current: Option<Ticket>,
    /// Whether to ask if anybody came: a ticket with priority, called long ago.
    pub ask: bool,
    /// The next five in the order of the rule.
    pub next: Vec<Ticket>,
    /// Parked tickets of its lines, and those it set aside itself whatever it serves now.
    pub parked: Vec<Ticket>,
    /// Missed tickets of its lines that may still rejoin.
    pub missed: Vec<Ticket>,
    /// Everybody who waits in its lines.
    pub waiting: i64,
    /// Since how many seconds the longest.
    pub oldest_s: i64,
    /// See [`Limits::late_min`].
    pub late_min: i64,
}
/// How many are shown as next.
const NEXT: i64 = 5;

/// The counter's page.
///
/// # Errors
/// `counter.closed`.
pub fn counter_view(tx: &mut Tx, counter: CounterId, now: Instant) -> Result<CounterView, No> {
    let at = super::any_at_work(tx, counter, now)?;
    let next = next_of(tx, &at.session.skills, &at.limits, now)?;
    let (mut parked, mut missed) = (Vec::new(), Vec::new());
    for t in rows::ticket::between(tx, at.session.centre)? {
        let mine = at.session.skills.iter().any(|s| s.line == t.line);
        match &t.state {
            State::Parked { .. } if mine || set_aside_at(tx, &t)? == Some(counter) => parked.push(t),
            State::Missed { .. } if mine && t.rejoin_until(&at.limits, now).is_some() => missed.push(t),
            _ => {}
        }
    }
    let (waiting, oldest_s) = length(tx, &at.session.skills, now)?;
    let ask = at.current.as_ref().is_some_and(|t| t.asks_clerk(&at.limits, now));
    Ok(CounterView { session: at.session, current: at.current, ask, next, parked, missed, waiting, oldest_s, late_min: at.limits.late_min })
}
/// How many wait in the lines of these skills, and how long the first of them has, in seconds.
pub fn length(tx: &mut Tx, skills: &[Skill], now: Instant) -> Result<(i64, i64), No> {
    let (mut waiting, mut oldest_s) = (0, 0);
    for skill in skills {
        waiting += rows::ticket::length(tx, skill.line)?.0;
        oldest_s = oldest_s.max(rows::ticket::oldest(tx, skill.line)?.map_or(0, |base| now.seconds_since(base)));
    }
    Ok((waiting, oldest_s))
}
fn next_of(tx: &mut Tx, skills: &[Skill], limits: &Limits, now: Instant) -> Result<Vec<Ticket>, No> {
    let found = candidates(tx, skills, limits, NEXT, now)?;
    let mut next = Vec::new();
    for id in order(found, skills, Rule::from(limits), now, NEXT as usize) {
        next.extend(rows::ticket::one(tx, id)?);
    }
    Ok(next)
}
/// The counter an account works at.
pub fn where_works(tx: &mut Tx, account: AccountId) -> Result<Option<CounterSession>, No> {
    Ok(rows::desk::of_account(tx, account)?)
}
/// The counter an account worked at until a moment ago, over now.
pub fn worked_until(tx: &mut Tx, account: AccountId, since: Instant) -> Result<Option<CounterSession>, No> {
    Ok(rows::desk::ended(tx, account, since)?)
}
/// One time at work, over or not.
///
/// # Errors
/// Missing.
pub fn session(tx: &mut Tx, id: SessionId) -> Result<CounterSession, No> {
    Ok(rows::desk::one(tx, id)?.ok_or(Missing("session"))?)
}
/// The counters at work of a centre, without the lines they serve.
pub fn sessions(tx: &mut Tx, centre: CentreId) -> Result<Vec<CounterSession>, No> {
    Ok(rows::desk::of_centre(tx, centre)?)
}

/// A number that comes up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextNumber {
    /// As printed.
    pub number: Number,
    /// 「优先」 stands beside it.
    pub priority: bool,
}
/// What the screens of a zone show (S1, S2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HallView {
    /// Calls of the last 60 s at counters of the zone, in the journal's order.
    pub calls: Vec<ShownCall>,
    /// The next five of the zone's lines.
    pub next: Vec<NextNumber>,
    /// The zone's lines with lengths and ranges.
    pub lines: Vec<LineNow>,
    /// The zone's counters at work: which pause, and until when.
    pub counters: Vec<CounterSession>,
}
/// Calls of so many seconds are shown after a reconnect (hall §7).
const SHOWN_S: i64 = 60;

/// The hall screen of a zone.
pub fn hall_view(tx: &mut Tx, centre: CentreId, zone: &str, now: Instant) -> Result<HallView, No> {
    let limits = rows::line::limits(tx, centre, now)?;
    let lines: Vec<LineNow> = line_now(tx, centre, now)?.into_iter().filter(|l| l.line.zone == zone).collect();
    let skills: Vec<Skill> = lines.iter().map(|l| Skill { line: l.line.id, rank: 1, help_after_s: 0 }).collect();
    let next = next_of(tx, &skills, &limits, now)?.into_iter().map(|t| NextNumber { priority: t.priority(), number: t.number }).collect();
    let calls = rows::step::calls(tx, centre, now.plus_s(-SHOWN_S))?.into_iter().filter(|c| c.zone == zone).collect();
    let counters = rows::desk::of_centre(tx, centre)?.into_iter().filter(|s| s.zone == zone).collect();
    Ok(HallView { calls, next, lines, counters })
}

/// A line as the manager sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineLive {
    /// As it is now.
    pub now: LineNow,
    /// The day so far.
    pub today: Today,
    /// The newest number called from it today.
    pub last: Option<Number>,
}
/// A centre as its supervisor and the district see it (D7, M5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Which.
    pub centre: CentreId,
    /// Its lines.
    pub lines: Vec<LineLive>,
    /// Its counters at work.
    pub counters: Vec<CounterSession>,
    /// The score over all its lines.
    pub score: Score,
    /// Calls out of order today, newest first.
    pub overrides: Vec<Overridden>,
    /// Help calls nobody answered.
    pub help: Vec<HelpCall>,
    /// Called, serving, parked and missed tickets.
    pub between: Vec<Ticket>,
    /// See [`Limits::late_min`].
    pub late_min: i64,
}
/// One centre live; the district is this for each of its centres. `since`: the start of the service day.
pub fn live(tx: &mut Tx, centre: CentreId, day: ServiceDay, since: Instant, now: Instant) -> Result<Live, No> {
    let (today, scores) = (rows::stat::today(tx, centre, day)?, rows::stat::scores(tx, centre)?);
    let mut lines = Vec::new();
    for now in line_now(tx, centre, now)? {
        let today = today.iter().find(|(id, _)| *id == now.line.id).map(|(_, t)| *t).unwrap_or_default();
        let last = rows::step::last_called(tx, now.line.id, since)?;
        lines.push(LineLive { now, today, last });
    }
    let between = rows::ticket::between(tx, centre)?;
    Ok(Live {
        centre,
        lines,
        counters: rows::desk::of_centre(tx, centre)?,
        score: score_of(&scores, rows::line::WHOLE_CENTRE),
        overrides: rows::step::overrides(tx, centre, since, 50)?,
        help: rows::help::open(tx, centre)?,
        between,
        late_min: rows::line::limits(tx, centre, now)?.late_min,
    })
}

/// Help calls nobody answered, oldest first.
pub fn help_calls(tx: &mut Tx, centre: CentreId) -> Result<Vec<HelpCall>, No> {
    Ok(rows::help::open(tx, centre)?)
}
/// What the guide's tablet shows (D8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideView {
    /// Open help calls.
    pub help: Vec<HelpCall>,
    /// People with priority who wait for longer than `elder_long_min`.
    pub elders: Vec<Ticket>,
    /// Parked tickets.
    pub parked: Vec<Ticket>,
    /// The lines now.
    pub lines: Vec<LineNow>,
}
/// The guide's page.
pub fn guide_view(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<GuideView, No> {
    let limits = rows::line::limits(tx, centre, now)?;
    let elders = rows::ticket::elders(tx, centre, now.plus_min(-limits.elder_long_min), 20)?;
    let parked = rows::ticket::between(tx, centre)?.into_iter().filter(|t| matches!(t.state, State::Parked { .. })).collect();
    Ok(GuideView { help: rows::help::open(tx, centre)?, elders, parked, lines: line_now(tx, centre, now)? })
}
