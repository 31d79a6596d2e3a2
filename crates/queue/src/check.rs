//! `yizhan check queue --centre C --day D`: the day again, from what the journal told and from `queue_step`.
//!
//! Nothing here is shared with `ticket.rs`, `line.rs` or `api`: own model, own sort, states as they are written. It finds a wrong call, a base that moved
//! without a step of hall §4.1, a step nobody told, a number that is nobody's. A day must be over on the days before it (the turn of the day sees to it).

use std::collections::{BTreeMap, HashMap, VecDeque};

use kernel::{CentreId, Fault, Id, Instant, No, ServiceDay, of};
use serde_json::Value;
use store::Tx;

use crate::{
    Limits,
    rows::{
        day::{self, StepRow, TicketRow},
        desk,
    },
};

type Key = [u8; 16];

/// What `yizhan check` evaluates over all days at once; a single day is [`day`]'s.
pub const CHECKS: &[web::Check] = &[
    web::Check { id: "H1", says: "every number from 1 to the last of its prefix and day has its visit", run: |tx| Ok(day::broken_h1(tx)?) },
    web::Check { id: "H2", says: "a counter serves one ticket, a visit is at one counter", run: |tx| Ok(day::broken_h2(tx)?) },
    web::Check { id: "H20", says: "nobody waits on a day that is over", run: |tx| Ok(day::broken_h20(tx)?) },
    web::Check { id: "H20c", says: "no counter works on from a day that is over", run: counters_of_old },
];

/// What a day looks like when it is done again (hall §6.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Tickets of the day.
    pub tickets: i64,
    /// Calls, recalls not counted.
    pub calls: i64,
    /// Of these out of order, with a reason.
    pub overrides: i64,
    /// Most later arrivals that passed one ticket between two moves of its base.
    pub largest_overtake: i64,
    /// Bookings that were called.
    pub promised: i64,
    /// Of these, never passed over after their sixth minute but for a capped ticket.
    pub kept: i64,
    /// What does not hold, in the order of the journal.
    pub violations: Vec<Violation>,
}
impl Report {
    /// Promises kept in per cent; `None` without bookings.
    pub fn kept_percent(&self) -> Option<i64> {
        (self.promised > 0).then(|| self.kept * 100 / self.promised)
    }
}

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// `H1`, `H2`, `H6`, `H7`, `H8`, `H20`.
    pub rule: &'static str,
    /// The journal row where it shows; 0 when it shows in none.
    pub seq: i64,
    /// What.
    pub says: String,
}

/// A ticket as the journal has told it so far.
#[allow(clippy::struct_excessive_bools)] // told facts, each by itself
struct Seen {
    visit: Key,
    number: String,
    line: Key,
    base: i64,
    credit_s: i64,
    booked: bool,
    issued: i64,
    here: bool,
    deferred: bool,
    state: String,
    counter: Option<Key>,
    called_at: i64,
    passed: i64,
    promise_broken: bool,
    was_called: bool,
    steps: i64,
}
impl Seen {
    fn key(&self) -> i64 {
        self.base - self.credit_s * 1_000_000
    }
    fn at_counter(&self) -> bool {
        self.state == "called" || self.state == "serving"
    }
}

/// One day being done again.
struct Replay {
    seen: BTreeMap<Key, Seen>,
    steps: HashMap<(i64, Key), VecDeque<StepRow>>,
    overrides: HashMap<(Key, i64), String>,
    /// Calls of each line: when, with which key.
    called: HashMap<Key, Vec<(i64, i64)>>,
    figures: Vec<(String, Instant, i64)>,
    day: String,
    report: Report,
}

/// Counters opened on a day after which their centre dealt numbers again.
fn counters_of_old(tx: &mut Tx) -> Result<Vec<String>, No> {
    let at_work = desk::at_work(tx)?;
    if at_work.is_empty() {
        return Ok(Vec::new());
    }
    let (time, newest) = (places::api::district(tx)?.time, day::newest(tx)?);
    let old = |(centre, _, opened): &(CentreId, i64, Instant)| newest.iter().any(|(c, day)| c == centre && *day > time.service_day(*opened));
    Ok(at_work.into_iter().filter(old).map(|(centre, number, at)| format!("centre {centre}: counter {number} works since {}", time.rfc3339(at))).collect())
}

/// Every day on which a centre gave a number.
pub fn days(tx: &mut Tx) -> Result<Vec<(CentreId, ServiceDay)>, No> {
    Ok(day::days(tx)?)
}

/// Does the day again. `over`: the service day has ended, so nobody may still wait (H20).
pub fn day(tx: &mut Tx, centre: CentreId, day: ServiceDay, over: bool) -> Result<Report, No> {
    let rows = day::tickets(tx, centre, day)?;
    let steps = day::steps(tx, centre, day)?;
    let from = rows.iter().map(|t| t.seq).min().unwrap_or(0);
    // up to the next day's first number, so that a call whose step was taken away is read too
    let last = steps.iter().map(|s| s.seq).chain(rows.iter().map(|t| t.seq)).max().unwrap_or(0);
    let to = day::next_first(tx, centre, day)?.map_or(i64::MAX, |next| last.max(next - 1));
    let mut replay = Replay {
        seen: BTreeMap::new(),
        steps: HashMap::new(),
        overrides: day::overrides(tx, centre, day)?.into_iter().map(|(t, no, reason)| ((t, no), reason)).collect(),
        called: HashMap::new(),
        figures: day::figures(tx, centre)?,
        day: day.to_string(),
        report: Report { tickets: i64::try_from(rows.len()).unwrap_or(i64::MAX), ..Report::default() },
    };
    for step in steps {
        replay.steps.entry((step.seq, step.ticket)).or_default().push_back(step);
    }
    let known: HashMap<Key, &TicketRow> = rows.iter().map(|t| (t.ticket, t)).collect();
    let mut after = from - 1;
    while after < to {
        let page = store::since(tx, centre, after, 500)?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        for entry in page.iter().filter(|e| e.seq <= to) {
            replay.entry(entry.seq, &entry.told, &known)?;
        }
    }
    replay.numbers(&day::numbers(tx, centre, day)?);
    replay.finish(&rows, over);
    Ok(replay.report)
}

fn text<'v>(fact: &'v Value, name: &str) -> &'v str {
    fact[name].as_str().unwrap_or_default()
}
fn id(fact: &Value, name: &str) -> Option<Key> {
    text(fact, name).parse::<Id<of::Ticket>>().ok().map(Id::bytes)
}

impl Replay {
    fn wrong(&mut self, rule: &'static str, seq: i64, says: String) {
        self.report.violations.push(Violation { rule, seq, says });
    }
    /// A figure as it was at a moment: the last set before it, the centre's after the district's.
    fn figure(&self, name: &str, at: i64) -> i64 {
        let set = self.figures.iter().rfind(|(n, from, _)| n == name && from.micros() <= at).map(|(_, _, v)| *v);
        set.or_else(|| Limits::FIGURES.iter().find(|f| f.name == name).map(|f| f.value)).unwrap_or(0)
    }

    fn entry(&mut self, seq: i64, told: &str, known: &HashMap<Key, &TicketRow>) -> Result<(), Fault> {
        let told: Vec<Value> = serde_json::from_str(told).map_err(|e| Fault::new(format!("journal row {seq}: {e}")))?;
        for fact in &told {
            let data = &fact["data"];
            match text(fact, "fact") {
                "queue.issued" => self.issued(seq, data, known),
                "queue.called" => self.called(seq, data),
                "queue.moved" => self.moved(seq, data),
                "queue.day_ended" if text(data, "day") == self.day => self.nobody_left(seq),
                _ => {}
            }
        }
        Ok(())
    }

    fn issued(&mut self, seq: i64, data: &Value, known: &HashMap<Key, &TicketRow>) {
        let (Some(visit), tickets) = (id(data, "visit"), data["tickets"].as_array().cloned().unwrap_or_default()) else { return };
        let ours = tickets.iter().any(|t| id(t, "ticket").is_some_and(|t| known.contains_key(&t)));
        for t in &tickets {
            let (Some(ticket), Some(line)) = (id(t, "ticket"), id(t, "line")) else { continue };
            if !known.contains_key(&ticket) {
                if ours {
                    self.wrong("H1", seq, format!("{}: a ticket was told and is gone", text(data, "number")));
                }
                continue;
            }
            let seen = Seen {
                visit,
                number: text(data, "number").to_owned(),
                line,
                base: t["base_us"].as_i64().unwrap_or(0),
                credit_s: t["credit_s"].as_i64().unwrap_or(0),
                booked: t["booked"].as_bool().unwrap_or(false),
                issued: data["at_us"].as_i64().unwrap_or(0),
                here: data["here"].as_bool().unwrap_or(false),
                deferred: false,
                state: "waiting".to_owned(),
                counter: None,
                called_at: 0,
                passed: 0,
                promise_broken: false,
                was_called: false,
                steps: 0,
            };
            self.seen.insert(ticket, seen);
        }
    }

    /// The row of `queue_step` that belongs to a told fact; says so when there is none or it says something else.
    fn step(&mut self, seq: i64, ticket: Key, data: &Value, action: &[&str]) -> Option<StepRow> {
        let number = self.seen.get(&ticket)?.number.clone();
        let Some(step) = self.steps.get_mut(&(seq, ticket)).and_then(VecDeque::pop_front) else {
            self.wrong("H7", seq, format!("{number}: told but not written in queue_step"));
            return None;
        };
        let same = action.contains(&step.action.as_str())
            && Some(step.line) == id(data, "line")
            && Some(step.base_us) == data["base_us"].as_i64()
            && Some(step.at_us) == data["at_us"].as_i64();
        if !same {
            self.wrong("H7", seq, format!("{number}: queue_step says {} where the journal says {}", step.action, action.join(" or ")));
        }
        let seen = self.seen.get_mut(&ticket)?;
        seen.steps += 1;
        let (from, steps) = (seen.state.clone(), seen.steps);
        if step.from != from || step.no != steps || !LEGAL.contains(&(step.action.as_str(), step.from.as_str(), step.to.as_str())) {
            self.wrong(
                "H2",
                seq,
                format!("{number}: step {} {} from {} to {}, but it was {from} after {} steps", step.no, step.action, step.from, step.to, steps - 1),
            );
        }
        Some(step)
    }

    fn moved(&mut self, seq: i64, data: &Value) {
        let Some(ticket) = id(data, "ticket") else { return };
        let Some(step) = self.step(seq, ticket, data, &[text(data, "action")]) else { return };
        self.base_moves_as_it_may(seq, ticket, &step);
        let counter = step.counter;
        let Some(seen) = self.seen.get_mut(&ticket) else { return };
        (seen.line, seen.base) = (step.line, step.base_us);
        seen.state.clone_from(&step.to);
        seen.counter = if seen.at_counter() { counter } else { None };
        match step.action.as_str() {
            "here" => seen.here = true,
            "defer" => (seen.deferred, seen.passed) = (true, 0),
            "rejoin" => seen.passed = 0,
            "undo" if step.to == "called" => seen.called_at = step.at_us,
            _ => {}
        }
        self.one_place_each(seq, ticket);
    }

    /// H6: a base moves by `here`, `rejoin` and `defer` alone, and by as much as they say.
    fn base_moves_as_it_may(&mut self, seq: i64, ticket: Key, step: &StepRow) {
        let Some(seen) = self.seen.get(&ticket) else { return };
        let minute = |name| self.figure(name, step.at_us) * 60_000_000;
        let old = seen.base;
        let right = match step.action.as_str() {
            "rejoin" => step.base_us == old.max(seen.called_at) + minute("rejoin_cost_min"),
            "defer" => {
                let later = (step.at_us + minute("defer_least_min"))..=(step.at_us + minute("defer_most_min"));
                step.base_us >= old && (later.contains(&step.base_us) || (step.base_us == old && old >= *later.start()))
            }
            "here" => {
                let turn = self.called.get(&seen.line).and_then(|calls| calls.iter().find(|(at, key)| *at >= seen.issued && *key > seen.key()));
                let late = turn.is_some_and(|(at, _)| step.at_us > at + minute("remote_keep_min"));
                step.base_us == if late { old.max(step.at_us) } else { old }
            }
            _ => step.base_us == old,
        };
        let says = format!("{}: {} moved the base from {old} to {}", seen.number, step.action, step.base_us);
        let other_line = step.line != seen.line && step.action != "transfer";
        let number = seen.number.clone();
        if !right {
            self.wrong("H6", seq, says);
        }
        if other_line {
            self.wrong("H6", seq, format!("{number}: {} changed its line", step.action));
        }
    }

    /// H2: a counter has one ticket, a visit is at one counter.
    fn one_place_each(&mut self, seq: i64, ticket: Key) {
        let Some(seen) = self.seen.get(&ticket).filter(|s| s.at_counter()) else { return };
        let other = self.seen.iter().find(|(k, o)| **k != ticket && o.at_counter() && (o.visit == seen.visit || o.counter == seen.counter));
        if let Some((_, other)) = other {
            let says = format!("{} and {} are at a counter at once", seen.number, other.number);
            self.wrong("H2", seq, says);
        }
    }

    fn called(&mut self, seq: i64, data: &Value) {
        let Some(ticket) = id(data, "ticket") else { return };
        let Some(step) = self.step(seq, ticket, data, &["call", "override", "recall"]) else { return };
        if step.action != "recall" {
            self.call(seq, ticket, &step, data["by_override"].as_bool().unwrap_or(false));
        }
        if let Some(seen) = self.seen.get_mut(&ticket) {
            seen.called_at = step.at_us;
        }
        self.one_place_each(seq, ticket);
    }

    /// Who might be called at `at`: waits, is here, has no other errand at a counter, and has not asked to come later; out of order also who has.
    fn callable(&self, at: i64, out_of_order: bool) -> Vec<Key> {
        let busy: Vec<Key> = self.seen.values().filter(|s| s.at_counter()).map(|s| s.visit).collect();
        let may = |s: &Seen| s.state == "waiting" && s.here && !busy.contains(&s.visit) && (out_of_order || !s.deferred || s.base <= at);
        self.seen.iter().filter(|(_, s)| may(s)).map(|(k, _)| *k).collect()
    }

    fn call(&mut self, seq: i64, ticket: Key, step: &StepRow, told_override: bool) {
        let at = step.at_us;
        let why: Value = step.why.as_deref().and_then(|w| serde_json::from_str(w).ok()).unwrap_or_default();
        let serves = lines_of(&why);
        let out_of_order = step.action == "override";
        let callable = self.callable(at, out_of_order);
        self.report.calls += 1;
        self.report.overrides += i64::from(out_of_order);
        if out_of_order != told_override {
            self.wrong("H7", seq, "an override was told as a call, or the reverse".to_owned());
        }
        if !callable.contains(&ticket) {
            let says = format!("{}: called while it could not be", self.number(ticket));
            self.wrong("H7", seq, says);
        }
        if out_of_order {
            if self.overrides.get(&(ticket, step.no)).is_none_or(String::is_empty) || step.actor.is_empty() {
                let says = format!("{}: called out of order without a person or a reason", self.number(ticket));
                self.wrong("H7", seq, says);
            }
        } else {
            self.in_order(seq, ticket, at, &serves, &callable, text(&why, "by"));
        }
        self.promises(seq, ticket, at, &serves, &callable, out_of_order);
        self.apply_call(seq, ticket, step, out_of_order);
    }

    fn number(&self, ticket: Key) -> String {
        self.seen.get(&ticket).map_or_else(String::new, |s| s.number.clone())
    }

    /// H7: everybody this counter might have called, sorted by who must go first.
    fn in_order(&mut self, seq: i64, ticket: Key, at: i64, serves: &[(Key, i64, i64)], callable: &[Key], by: &str) {
        let (cap, promise) = (self.figure("cap", at), self.figure("promise_s", at) * 1_000_000);
        let mine: Vec<(Key, &Seen)> =
            callable.iter().filter_map(|k| Some((*k, self.seen.get(k)?))).filter(|(_, s)| serves.iter().any(|(l, ..)| *l == s.line)).collect();
        let oldest = |line: Key| mine.iter().filter(|(_, s)| s.line == line).map(|(_, s)| s.key()).min();
        let own_work = serves.iter().any(|(line, rank, _)| *rank == 1 && oldest(*line).is_some());
        let helps = |line: Key| {
            let Some((_, rank, help_s)) = serves.iter().find(|(l, ..)| *l == line) else { return false };
            *rank == 1 || !own_work || oldest(line).is_some_and(|key| at - key > help_s * 1_000_000)
        };
        let mut order: Vec<(u8, i64, Key)> = Vec::new();
        for (key, s) in &mine {
            if s.passed >= cap {
                order.push((0, s.base, *key));
            } else if s.booked && at - s.base >= promise {
                order.push((1, s.base, *key));
            } else if helps(s.line) {
                order.push((2, s.key(), *key));
            }
        }
        order.sort_unstable();
        let Some(&(level, _, first)) = order.first() else {
            let says = format!("{}: called from a line this counter does not serve", self.number(ticket));
            return self.wrong("H7", seq, says);
        };
        if first != ticket {
            let says = format!("{} was called, {} was next", self.number(ticket), self.number(first));
            self.wrong("H7", seq, says);
        } else if by != ["cap", "promise", "key"][usize::from(level)] {
            let says = format!("{}: called by {by:?}, which is not why", self.number(ticket));
            self.wrong("H7", seq, says);
        }
    }

    /// H8, second half: from its sixth minute a booking is next at any counter with the skill, unless a capped ticket waits.
    fn promises(&mut self, seq: i64, ticket: Key, at: i64, serves: &[(Key, i64, i64)], callable: &[Key], out_of_order: bool) {
        let (cap, promise) = (self.figure("cap", at), self.figure("promise_s", at) * 1_000_000);
        let Some(called) = self.seen.get(&ticket) else { return };
        let (base, excused) = (called.base, called.passed >= cap);
        let due_first = |s: &Seen| s.booked && at - s.base >= promise;
        let earlier_booking = due_first(called);
        let over: Vec<Key> = callable
            .iter()
            .copied()
            .filter(|k| *k != ticket && self.seen.get(k).is_some_and(|s| due_first(s) && serves.iter().any(|(l, ..)| *l == s.line)))
            .collect();
        for key in over {
            let Some(s) = self.seen.get_mut(&key) else { continue };
            if excused || (earlier_booking && base <= s.base) {
                continue;
            }
            s.promise_broken = true;
            let says = format!("{}: a booking past its sixth minute was passed over", s.number);
            if !out_of_order {
                self.wrong("H8", seq, says);
            }
        }
    }

    fn apply_call(&mut self, seq: i64, ticket: Key, step: &StepRow, out_of_order: bool) {
        let Some(seen) = self.seen.get_mut(&ticket) else { return };
        if step.base_us != seen.base || step.line != seen.line {
            let says = format!("{}: a call moved it", seen.number);
            self.report.violations.push(Violation { rule: "H6", seq, says });
        }
        seen.state.clone_from(&step.to);
        seen.counter = step.counter;
        if seen.booked && !seen.was_called {
            self.report.promised += 1;
            self.report.kept += i64::from(!seen.promise_broken);
        }
        seen.was_called = true;
        let (line, base, key) = (seen.line, seen.base, seen.key());
        self.called.entry(line).or_default().push((step.at_us, key));
        let cap = self.figure("cap", step.at_us);
        let mut too_often = Vec::new();
        for passed in self.callable(step.at_us, false) {
            let Some(s) = self.seen.get_mut(&passed).filter(|s| s.line == line && s.base < base) else { continue };
            s.passed += 1;
            self.report.largest_overtake = self.report.largest_overtake.max(s.passed);
            if s.passed > cap && !out_of_order {
                too_often.push(format!("{}: passed by {} later arrivals", s.number, s.passed));
            }
        }
        for says in too_often {
            self.wrong("H8", seq, says);
        }
    }

    fn nobody_left(&mut self, seq: i64) {
        let left: Vec<String> =
            self.seen.values().filter(|s| LIVE.contains(&s.state.as_str())).map(|s| format!("{} is {} after the close of day", s.number, s.state)).collect();
        for says in left {
            self.wrong("H20", seq, says);
        }
    }

    /// H1: numbers of a prefix are 1…last, each with its visit.
    fn numbers(&mut self, numbers: &[(String, i64, i64, i64)]) {
        for (prefix, last, visits, largest) in numbers {
            if last != visits || last != largest {
                self.wrong("H1", 0, format!("{prefix}: {last} numbers were dealt, {visits} visits have one, the largest is {largest}"));
            }
        }
    }

    /// What the rows say now is what the journal told.
    fn finish(&mut self, rows: &[TicketRow], over: bool) {
        for row in rows {
            let Some(seen) = self.seen.get(&row.ticket) else {
                self.wrong("H1", row.seq, format!("{}: a ticket nobody told", row.number));
                continue;
            };
            let (state, base, line, steps, key) = (seen.state.clone(), seen.base, seen.line, seen.steps, seen.key());
            let credit_same = seen.credit_s == row.credit_s && seen.booked == (row.class == "booked");
            if (base, line, key) != (row.base_us, row.line, row.key_us) || !credit_same {
                self.wrong("H6", 0, format!("{}: base, line, key or credit is not what its steps made it", row.number));
            }
            if state != row.state || steps != row.version {
                self.wrong("H2", 0, format!("{}: is {} after {} steps, was told {state} after {steps}", row.number, row.state, row.version));
            }
            if over && LIVE.contains(&row.state.as_str()) {
                self.wrong("H20", 0, format!("{} is still {}", row.number, row.state));
            }
        }
        let mut left: Vec<(i64, String)> = self.steps.values().flatten().map(|s| (s.seq, s.action.clone())).collect();
        left.sort_unstable();
        for (seq, action) in left {
            self.wrong("H7", seq, format!("a step ({action}) that the journal did not tell"));
        }
    }
}

/// `why.lines`: line, rank, help threshold in seconds.
fn lines_of(why: &Value) -> Vec<(Key, i64, i64)> {
    let line = |l: &Value| Some((l[0].as_str()?.parse::<Id<of::Line>>().ok()?.bytes(), l[1].as_i64()?, l[2].as_i64()?));
    why["lines"].as_array().into_iter().flatten().filter_map(line).collect()
}

/// States of H20.
const LIVE: [&str; 5] = ["waiting", "called", "serving", "parked", "missed"];

/// Every step that hall §4.1 knows, written out once more.
const LEGAL: &[(&str, &str, &str)] = &[
    ("call", "waiting", "called"),
    ("override", "waiting", "called"),
    ("recall", "called", "called"),
    ("arrive", "called", "serving"),
    ("miss", "called", "missed"),
    ("rejoin", "missed", "waiting"),
    ("expire", "missed", "expired"),
    ("expire", "waiting", "expired"),
    ("finish", "serving", "done"),
    ("park", "serving", "parked"),
    ("return", "parked", "waiting"),
    ("transfer", "called", "waiting"),
    ("transfer", "serving", "waiting"),
    // by the supervisor
    ("transfer", "waiting", "waiting"),
    ("transfer", "parked", "waiting"),
    ("defer", "waiting", "waiting"),
    ("here", "waiting", "waiting"),
    ("leave", "waiting", "left"),
    ("leave", "waiting", "cancelled"),
    ("leave", "parked", "left"),
    ("undo", "called", "waiting"),
    ("undo", "missed", "called"),
    ("undo", "done", "serving"),
    ("close", "waiting", "expired"),
    ("close", "called", "expired"),
    ("close", "parked", "expired"),
    ("close", "missed", "expired"),
    ("close", "serving", "done"),
    ("void", "waiting", "void"),
    ("void", "called", "void"),
    ("void", "serving", "void"),
    ("void", "parked", "void"),
    ("void", "missed", "void"),
    ("void", "done", "void"),
    ("void", "left", "void"),
    ("void", "cancelled", "void"),
    ("void", "expired", "void"),
];
