//! A small model of one day: what hall §4.1 and §6 say, in the plainest words, knowing nothing of the crate's rules.

use std::collections::BTreeMap;

pub const CAP: i64 = 3;
const MIN: i64 = 60;

/// One ticket of the model. Times are whole seconds after 10:00, ids are bytes.
#[derive(Clone, Debug)]
pub struct Mt {
    pub id: [u8; 16],
    pub visit: usize,
    pub line: usize,
    pub base: i64,
    pub credit: i64,
    pub booked: bool,
    pub issued: i64,
    pub here: bool,
    pub passed: i64,
    pub rejoins: i64,
    pub defers: i64,
    pub transfers: i64,
    pub state: &'static str,
    pub counter: Option<usize>,
    /// When the present state was entered (for `called`: the last call).
    pub at: i64,
    pub called_at: i64,
    pub calls: i64,
    pub serving_at: i64,
    /// The counter that made the last step, when a counter did.
    pub last_by: Option<usize>,
    pub version: i64,
}
impl Mt {
    pub fn key(&self) -> i64 {
        self.base - self.credit
    }
    pub fn priority(&self) -> bool {
        self.credit > 0 && !self.booked
    }
    pub fn busy(&self) -> bool {
        matches!(self.state, "called" | "serving")
    }
    pub fn live(&self) -> bool {
        matches!(self.state, "waiting" | "called" | "serving" | "parked" | "missed")
    }
    fn step(&mut self, state: &'static str, now: i64, by: Option<usize>) {
        (self.state, self.at, self.last_by) = (state, now, by);
        self.version += 1;
        if !self.busy() {
            self.counter = None;
        }
    }
}

/// What a counter serves: line, rank; rank 2 helps after ten minutes.
pub type Serves = Vec<(usize, i64)>;

#[derive(Debug, Default)]
pub struct Model {
    pub tickets: Vec<Mt>,
    pub visits: usize,
    pub numbers: BTreeMap<&'static str, i64>,
    pub serves: Vec<Serves>,
    /// Every call: when, line, key, counter, ticket.
    pub calls: Vec<(i64, usize, i64, usize, usize)>,
    pub recalls: Vec<(i64, usize, usize)>,
    pub overrides: i64,
}

pub type Said = Result<(), &'static str>;

impl Model {
    pub fn at(&self, counter: usize) -> Option<usize> {
        self.tickets.iter().position(|t| t.counter == Some(counter))
    }
    fn callable(&self, t: &Mt, now: i64) -> bool {
        t.state == "waiting" && t.here && (t.defers == 0 || t.base <= now) && !self.tickets.iter().any(|o| o.visit == t.visit && o.busy())
    }
    /// Who is next at a counter (hall §6.2), read off the page.
    pub fn next(&self, counter: usize, now: i64) -> Option<usize> {
        let rank = |line| self.serves[counter].iter().find(|(l, _)| *l == line).map(|(_, r)| *r);
        let all: Vec<(usize, &Mt)> = self.tickets.iter().enumerate().filter(|(_, t)| rank(t.line).is_some() && self.callable(t, now)).collect();
        let first = |some: Vec<&(usize, &Mt)>, by: fn(&Mt) -> i64| some.into_iter().min_by_key(|(_, t)| (by(t), t.id)).map(|(i, _)| *i);
        let capped: Vec<_> = all.iter().filter(|(_, t)| t.passed >= CAP).collect();
        if !capped.is_empty() {
            return first(capped, |t| t.base);
        }
        let late: Vec<_> = all.iter().filter(|(_, t)| t.booked && now - t.base >= 6 * MIN).collect();
        if !late.is_empty() {
            return first(late, |t| t.base);
        }
        let own = all.iter().any(|(_, t)| rank(t.line) == Some(1));
        let oldest = |line| all.iter().filter(|(_, t)| t.line == line).map(|(_, t)| t.key()).min().unwrap_or(i64::MAX);
        first(all.iter().filter(|(_, t)| rank(t.line) == Some(1) || !own || now - oldest(t.line) > 10 * MIN).collect(), Mt::key)
    }
    fn call(&mut self, i: usize, counter: usize, now: i64) {
        let t = &mut self.tickets[i];
        t.step("called", now, Some(counter));
        (t.counter, t.called_at, t.calls) = (Some(counter), now, 1);
        let (line, base, key) = (t.line, t.base, t.key());
        self.calls.push((now, line, key, counter, i));
        let passed: Vec<usize> = (0..self.tickets.len())
            .filter(|j| self.tickets[*j].line == line && self.tickets[*j].base < base && self.callable(&self.tickets[*j], now))
            .collect();
        for j in passed {
            self.tickets[j].passed += 1;
        }
    }
    pub fn call_next(&mut self, counter: usize, finish: bool, now: i64) -> Said {
        let current = self.at(counter);
        let finishes = finish && current.is_some_and(|i| self.tickets[i].state == "serving");
        if current.is_some() && !finishes {
            return Err("counter.busy");
        }
        if let Some(i) = current {
            self.tickets[i].step("done", now, Some(counter));
        }
        match self.next(counter, now) {
            Some(i) => self.call(i, counter, now),
            None if finishes => {}
            None => return Err("queue.empty"),
        }
        Ok(())
    }
    pub fn override_call(&mut self, counter: usize, i: usize, now: i64) -> Said {
        if self.at(counter).is_some() {
            return Err("counter.busy");
        }
        let t = &self.tickets[i];
        if t.busy() {
            return Err("ticket.taken");
        }
        match t.state {
            "waiting" => {}
            "missed" => return Err("call.missed"),
            "parked" => return Err("call.parked"),
            _ => return Err("ticket.state"),
        }
        if !t.here {
            return Err("ticket.not_here");
        }
        if self.tickets.iter().any(|o| o.visit == t.visit && o.busy()) {
            return Err("visit.elsewhere");
        }
        self.overrides += 1;
        self.call(i, counter, now);
        Ok(())
    }
    /// A step of the ticket at a counter: refused elsewhere and in another state.
    fn own(&self, counter: usize, i: usize, from: &[&str]) -> Said {
        let t = &self.tickets[i];
        if t.busy() && t.counter != Some(counter) {
            return Err("ticket.elsewhere");
        }
        if from.contains(&t.state) { Ok(()) } else { Err("ticket.state") }
    }
    pub fn recall(&mut self, counter: usize, i: usize, now: i64) -> Said {
        self.own(counter, i, &["called"])?;
        let t = &mut self.tickets[i];
        if t.calls > 2 {
            return Err("recall.max");
        }
        if now - t.at < 15 {
            return Err("recall.soon");
        }
        t.step("called", now, Some(counter));
        (t.called_at, t.calls) = (now, t.calls + 1);
        self.recalls.push((now, counter, i));
        Ok(())
    }
    pub fn arrive(&mut self, counter: usize, i: usize, now: i64) -> Said {
        if self.tickets[i].state == "missed" {
            return Err("ticket.missed");
        }
        self.own(counter, i, &["called"])?;
        self.tickets[i].step("serving", now, Some(counter));
        self.tickets[i].serving_at = now;
        Ok(())
    }
    pub fn miss(&mut self, counter: usize, i: usize, now: i64) -> Said {
        self.own(counter, i, &["called"])?;
        self.tickets[i].step("missed", now, Some(counter));
        Ok(())
    }
    pub fn park(&mut self, counter: usize, i: usize, now: i64) -> Said {
        self.own(counter, i, &["serving"])?;
        self.tickets[i].step("parked", now, Some(counter));
        Ok(())
    }
    pub fn finish(&mut self, counter: usize, i: usize, now: i64) -> Said {
        self.own(counter, i, &["called", "serving"])?;
        let t = &mut self.tickets[i];
        if t.state == "called" {
            t.serving_at = now.min(t.at + 20);
            t.step("serving", now, Some(counter));
        }
        t.step("done", now, Some(counter));
        Ok(())
    }
    pub fn transfer(&mut self, counter: usize, i: usize, line: usize, now: i64) -> Said {
        self.own(counter, i, &["called", "serving"])?;
        let t = &mut self.tickets[i];
        if t.line == line {
            return Err("transfer.same");
        }
        if t.transfers == 2 {
            return Err("transfer.max");
        }
        (t.line, t.transfers) = (line, t.transfers + 1);
        t.step("waiting", now, Some(counter));
        Ok(())
    }
    pub fn undo(&mut self, counter: usize, i: usize, now: i64) -> Said {
        let other = self.at(counter).is_some_and(|c| c != i);
        let t = &self.tickets[i];
        let since = t.at;
        let newer = other
            || self.calls.iter().any(|(at, _, _, c, k)| *at >= since && *c == counter && *k != i)
            || self.recalls.iter().any(|(at, c, k)| *at >= since && *c == counter && *k != i);
        match t.state {
            "called" if t.counter == Some(counter) => {
                self.tickets[i].step("waiting", now, Some(counter));
                return Ok(());
            }
            "called" => return Err("undo.other"),
            "missed" | "done" => {}
            _ => return Err("ticket.state"),
        }
        if t.last_by != Some(counter) {
            return Err("undo.other");
        }
        if now - t.at > 5 {
            return Err("undo.late");
        }
        if newer {
            return Err("undo.newer");
        }
        let t = &mut self.tickets[i];
        let back = if t.state == "missed" { "called" } else { "serving" };
        t.step(back, now, Some(counter));
        t.counter = Some(counter);
        if back == "called" {
            t.called_at = now;
        }
        Ok(())
    }
    pub fn take_up(&mut self, i: usize, now: i64) -> Said {
        if self.tickets[i].state != "parked" {
            return Err("ticket.state");
        }
        self.tickets[i].step("waiting", now, None);
        Ok(())
    }
    pub fn rejoin(&mut self, i: usize, now: i64) -> Said {
        let t = &mut self.tickets[i];
        match t.state {
            "missed" if t.rejoins == 1 => return Err("ticket.rejoined"),
            "missed" if now - t.at > 15 * MIN => return Err("ticket.expired"),
            "missed" => {}
            "expired" => return Err("ticket.expired"),
            _ => return Err("ticket.state"),
        }
        (t.base, t.rejoins, t.passed) = (t.base.max(t.called_at) + 5 * MIN, 1, 0);
        t.step("waiting", now, None);
        Ok(())
    }
    pub fn defer(&mut self, i: usize, minutes: i64, now: i64) -> Said {
        let t = &mut self.tickets[i];
        if t.state != "waiting" {
            return Err("ticket.state");
        }
        if !(10..=180).contains(&minutes) {
            return Err("defer.minutes");
        }
        if t.defers == 2 {
            return Err("defer.max");
        }
        (t.base, t.defers, t.passed) = (t.base.max(now + minutes * MIN), t.defers + 1, 0);
        t.step("waiting", now, None);
        Ok(())
    }
    pub fn leave(&mut self, i: usize, now: i64) -> Said {
        let t = &mut self.tickets[i];
        if !matches!(t.state, "waiting" | "parked") {
            return Err("ticket.state");
        }
        let to = if t.here { "left" } else { "cancelled" };
        t.step(to, now, None);
        Ok(())
    }
    pub fn void(&mut self, i: usize, now: i64) -> Said {
        if self.tickets[i].state == "void" {
            return Err("ticket.state");
        }
        self.tickets[i].step("void", now, None);
        Ok(())
    }
    pub fn here(&mut self, visit: usize, now: i64) -> Said {
        if !self.tickets.iter().any(|t| t.visit == visit && t.live()) {
            return Err("visit.ended");
        }
        for i in 0..self.tickets.len() {
            let t = &self.tickets[i];
            if t.visit != visit || t.here || t.state != "waiting" {
                continue;
            }
            let turn = self.calls.iter().find(|(at, line, key, ..)| *line == t.line && *at >= t.issued && *key > t.key()).map(|c| c.0);
            let t = &mut self.tickets[i];
            t.here = true;
            if turn.is_some_and(|turn| now - turn > 10 * MIN) {
                (t.base, t.passed) = (t.base.max(now), 0);
            }
            t.step("waiting", now, None);
        }
        Ok(())
    }
    pub fn settle(&mut self, now: i64) {
        for t in &mut self.tickets {
            match t.state {
                "called" if !t.priority() && now - t.at >= 90 => t.step("missed", now, None),
                "missed" if now - t.at > 15 * MIN => t.step("expired", now, None),
                _ => {}
            }
        }
    }
    pub fn end(&mut self, now: i64) {
        for t in self.tickets.iter_mut().filter(|t| t.live()) {
            let to = if t.state == "serving" { "done" } else { "expired" };
            t.step(to, now, None);
        }
    }
}
