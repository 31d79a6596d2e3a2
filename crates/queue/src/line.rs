//! Who is next (叫号规则): one pure rule over the candidates of the lines a counter serves.

use kernel::{Instant, LineId, TicketId};

use crate::Limits;

/// One who may be called: waiting, arrived, with no other errand at a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Breaks ties.
    pub ticket: TicketId,
    /// Where it stands.
    pub line: LineId,
    /// When its waiting counts from.
    pub base: Instant,
    /// `base − credit`.
    pub key: Instant,
    /// A booking checked in on time, which has the promise.
    pub booked: bool,
    /// Later arrivals that passed it.
    pub passed: i64,
}

/// What a counter may serve (窗口技能): rank 1 first; rank 2 helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skill {
    /// Which line.
    pub line: LineId,
    /// 1 or 2.
    pub rank: i64,
    /// Rank 2 helps when the oldest key of the line is older than this.
    pub help_after_s: i64,
}

/// The two figures of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// See [`Limits::cap`].
    pub cap: i64,
    /// See [`Limits::promise_s`].
    pub promise_s: i64,
}
impl From<&Limits> for Rule {
    fn from(limits: &Limits) -> Self {
        Self { cap: limits.cap, promise_s: limits.promise_s }
    }
}

kernel::coded! {
    /// Why this one is next; stored with every call.
    Why {
        Key = "key", "按序", "in order";
        Promise = "promise", "预约承诺", "booking promise";
        Cap = "cap", "超越上限", "passed often enough";
        Override = "override", "不按序", "out of order";
    }
}

impl Candidate {
    fn capped(&self, rule: Rule) -> bool {
        self.passed >= rule.cap
    }
    fn promised(&self, rule: Rule, now: Instant) -> bool {
        self.booked && now >= self.base.plus_s(rule.promise_s)
    }
}

/// Chooses who is called next to a counter with `skills` (hall §6.2); `None` when nobody may be.
///
/// 1. Cap: one that `cap` later arrivals have passed goes first; among them the earliest base.
/// 2. Promise: then a booking that has waited `promise_s`; among them the earliest base.
/// 3. Otherwise the smallest key; lines of rank 2 only when no line of rank 1 has anybody, or their own oldest key is past its help threshold.
///
/// Ties go by ticket id. Cap and promise hold at every counter with the skill, of either rank (hall §6.4).
pub fn choose(candidates: &[Candidate], skills: &[Skill], rule: Rule, now: Instant) -> Option<(TicketId, Why)> {
    let rule = twin(rule);
    let mine = || candidates.iter().filter(|c| skills.iter().any(|s| s.line == c.line));
    let by_base = |c: &&Candidate| (c.base, c.ticket);
    if let Some(c) = mine().filter(|c| c.capped(rule)).min_by_key(by_base) {
        return Some((c.ticket, Why::Cap));
    }
    if let Some(c) = mine().filter(|c| c.promised(rule, now)).min_by_key(by_base) {
        return Some((c.ticket, Why::Promise));
    }
    let open = open_lines(candidates, skills, now);
    mine().filter(|c| open.contains(&c.line)).min_by_key(|c| (c.key, c.ticket)).map(|c| (c.ticket, Why::Key))
}

/// The lines whose smallest keys compete.
fn open_lines(candidates: &[Candidate], skills: &[Skill], now: Instant) -> Vec<LineId> {
    let oldest = |line: LineId| candidates.iter().filter(|c| c.line == line).map(|c| c.key).min();
    let first_empty = skills.iter().filter(|s| s.rank == 1).all(|s| oldest(s.line).is_none());
    let helps = |s: &Skill| s.rank == 1 || first_empty || oldest(s.line).is_some_and(|key| now > key.plus_s(s.help_after_s));
    skills.iter().filter(|s| helps(s)).map(|s| s.line).collect()
}

/// The first `n` in the order in which they would be called if nothing else happened.
pub fn order(mut candidates: Vec<Candidate>, skills: &[Skill], rule: Rule, now: Instant, n: usize) -> Vec<TicketId> {
    let mut next = Vec::new();
    while next.len() < n
        && let Some((ticket, _)) = choose(&candidates, skills, rule, now)
    {
        next.push(ticket);
        candidates.retain(|c| c.ticket != ticket);
    }
    next
}

#[cfg(not(test))]
fn twin(rule: Rule) -> Rule {
    rule
}
/// In tests a broken twin may take the rule's place; the checks must catch it.
#[cfg(test)]
fn twin(rule: Rule) -> Rule {
    crate::tests::twins::of_rule(rule)
}
