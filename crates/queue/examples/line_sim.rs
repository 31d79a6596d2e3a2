//! The fair line, simulated (hall §6.3): a seeded model of a hall's days, in which the real [`queue::choose`] calls who is next under six other rules and the house rule.
//! `cargo run --release -p queue --example line_sim`, or `cargo xtask bench line`. The same seed gives the same table.
//!
//! The model is ours and is not the one behind the specification's table: only its inputs as stated there are shared (80 days, 75 % walk-ins of whom elders are 15 % of
//! all, 25 % booked, no-shows, walk-outs, a lunch dip). Figures marked [A] are assumed; counters, service time and the spread of days were chosen among seven
//! combinations by the rows "first come" alone, which wait about as long as the specification says; no other row was fitted.
//!
//! It ends with a panic when the house rule breaks what hall §6.4 states, when a rule without cap or promise does not (the days would ask too little), or when the
//! counts of `passed` differ from a count that knows only who came and who was called when.
#![allow(clippy::print_stdout, clippy::panic, missing_docs)]

use std::{cmp::Reverse, collections::BinaryHeap};

use kernel::{Instant, LineId, TicketId};
use queue::{Candidate, Limits, Rule, Skill, Why, choose};

/// Simulated days a rule.
const DAYS: u64 = 80;
/// Seconds of a day: opening, last number, closing.
const OPEN: i64 = 9 * 3_600;
const LAST: i64 = 16 * 3_600 + 1_800;
const CLOSE: i64 = 17 * 3_600;
/// Lunch, and the counters that stay [A].
const LUNCH: std::ops::Range<i64> = 12 * 3_600..13 * 3_600;
const COUNTERS: usize = 6;
const AT_LUNCH: usize = 2;
/// Service: log-normal, mean in seconds [A: hall §3 has 8 to 10 minutes] and spread of the logarithm [A].
const SERVICE_S: f64 = 8.0 * 60.0;
const SERVICE_SIGMA: f64 = 0.6;
/// A day is busier or quieter than the mean by this (spread of the logarithm) [A].
const DAY_SIGMA: f64 = 0.2;
/// Arrivals of walk-ins by half hour from 09:00 to 16:30 [A]: a morning peak, a lunch dip, a smaller afternoon peak.
const PROFILE: [f64; 15] = [1.3, 1.5, 1.6, 1.5, 1.2, 1.0, 0.5, 0.4, 1.0, 1.2, 1.2, 1.1, 0.9, 0.7, 0.5];
/// Of all visits.
const BOOKED: f64 = 0.25;
const ELDERS: f64 = 0.15;
/// Booked places that nobody comes to: appointments of the same day 4.9 % (n = 25,881), 1 to 14 days ahead 25.8 % (n = 29,466). Counted in
/// `../shared/data/load/appointments-noshow` (its MANIFEST: 110,527 medical appointments, Vitória 2016, of which 73,859 are open); half of each [A].
const NO_SHOW_SAME_DAY: f64 = 0.049;
const NO_SHOW_AHEAD: f64 = 0.258;
const SAME_DAY: f64 = 0.5;
/// Who is booked comes so much before the time, seconds: mean and spread [A].
const EARLY_S: f64 = 480.0;
const EARLY_SPREAD_S: f64 = 480.0;
/// Patience of who is not booked: log-normal, median and spread [A]; every second one goes without a word [A].
const PATIENCE_S: f64 = 90.0 * 60.0;
const PATIENCE_SIGMA: f64 = 0.5;
const SILENT: f64 = 0.5;
/// Credit of an elder, `classes.csv` of the sample and hall §6.1.
const ELDER_CREDIT_S: i64 = 600;
/// Longer than any day: a figure that is switched off.
const NEVER: i64 = 1_000_000;

/// SplitMix64: the whole of this model's chance.
struct Chance(u64);
impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// In (0, 1).
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }
    fn yes(&mut self, share: f64) -> bool {
        self.unit() < share
    }
    fn normal(&mut self) -> f64 {
        let (a, b) = (self.unit(), self.unit());
        (-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()
    }
    /// A log-normal with this median.
    fn around(&mut self, median: f64, sigma: f64) -> f64 {
        median * (sigma * self.normal()).exp()
    }
    fn poisson(&mut self, mean: f64) -> usize {
        let (mut n, mut p, least) = (0, self.unit(), (-mean).exp());
        while p > least {
            p *= self.unit();
            n += 1;
        }
        n
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    WalkIn,
    Elder,
    /// Checked in on time, so with the promise.
    Booked,
    /// Booked and too late: a walk-in (hall §6.1).
    Late,
}
/// One who comes.
#[derive(Clone, Copy, Debug)]
struct Visitor {
    kind: Kind,
    /// Checks in, or takes a number.
    here: i64,
    /// Where the waiting counts from: for a booking not before its time.
    base: i64,
    service: i64,
    /// Goes then, when not called before.
    until: i64,
    /// Says nothing when going: the call finds nobody.
    silent: bool,
}

/// Who comes on one day, in order; the same for every rule.
fn day(seed: u64, visits: f64, limits: &Limits) -> Vec<Visitor> {
    let mut chance = Chance(seed.wrapping_mul(0xA076_1D64_78BD_642F) ^ 0x5EED);
    let today = visits * chance.around(1.0, DAY_SIGMA) * (-DAY_SIGMA * DAY_SIGMA / 2.0).exp();
    let mut all = Vec::new();
    let mut visitor = |chance: &mut Chance, kind, here: i64, base| {
        let service = chance.around(SERVICE_S * (-SERVICE_SIGMA * SERVICE_SIGMA / 2.0).exp(), SERVICE_SIGMA).max(30.0) as i64;
        let patience = chance.around(PATIENCE_S, PATIENCE_SIGMA) as i64;
        let until = if kind == Kind::Booked { NEVER } else { here + patience };
        let silent = chance.yes(SILENT);
        all.push(Visitor { kind, here, base, service, until, silent });
    };
    let (whole, half_hour) = (PROFILE.iter().sum::<f64>(), (LAST - OPEN) as f64 / PROFILE.len() as f64);
    for (n, weight) in PROFILE.iter().enumerate() {
        for _ in 0..chance.poisson(today * (1.0 - BOOKED) * weight / whole) {
            let here = OPEN + ((n as f64 + chance.unit()) * half_hour) as i64;
            let kind = if chance.yes(ELDERS / (1.0 - BOOKED)) { Kind::Elder } else { Kind::WalkIn };
            visitor(&mut chance, kind, here, here);
        }
    }
    // Places every quarter of an hour but at lunch; as many as are needed for a quarter of the visits after those who do not come.
    let no_show = SAME_DAY * NO_SHOW_SAME_DAY + (1.0 - SAME_DAY) * NO_SHOW_AHEAD;
    let times: Vec<i64> = (OPEN..LAST).step_by(900).filter(|t| !LUNCH.contains(t)).collect();
    let places = (visits * BOOKED / (1.0 - no_show)).round() as usize;
    for n in 0..places {
        let missing = if chance.yes(SAME_DAY) { NO_SHOW_SAME_DAY } else { NO_SHOW_AHEAD };
        let time = times[n * times.len() / places];
        let here = (time as f64 - EARLY_S + EARLY_SPREAD_S * chance.normal()).max(OPEN as f64) as i64;
        let gone = chance.yes(missing);
        if !gone && here < CLOSE {
            let late = here > time + limits.booked_late_min * 60;
            visitor(&mut chance, if late { Kind::Late } else { Kind::Booked }, here, if late { here } else { here.max(time) });
        }
    }
    all.sort_by_key(|v| v.here);
    all
}

/// A rule under trial: the figures of the real one, with some switched off.
struct Trial {
    name: &'static str,
    /// Everybody by arrival.
    first_come: bool,
    booked_credit_s: i64,
    elder_credit_s: i64,
    /// Whether a booking has the promise.
    promise: bool,
    rule: Rule,
}

/// How one day went.
#[derive(Default)]
struct Went {
    walk_in: Vec<i64>,
    elder: Vec<i64>,
    booked: Vec<i64>,
    /// Later arrivals that passed each walk-in without priority.
    passed: Vec<i64>,
    /// The same over everybody.
    most: i64,
    /// Calls while a booking past its promise waited; how many of them took such a booking; how many took somebody who was neither that nor capped.
    due: usize,
    taken: usize,
    broken: usize,
    missed: usize,
    left: usize,
}

struct Waiting {
    who: usize,
    passed: i64,
}
fn at(second: i64) -> Instant {
    Instant::from_micros(second * 1_000_000)
}
fn ticket(n: usize) -> TicketId {
    TicketId::from_bytes((n as u128).to_be_bytes())
}

fn play(people: &[Visitor], t: &Trial, limits: &Limits) -> Went {
    let line = LineId::from_bytes([1; 16]);
    let skills = [Skill { line, rank: 1, help_after_s: 600 }];
    let candidate = |w: &Waiting| {
        let v = &people[w.who];
        let base = if t.first_come { v.here } else { v.base };
        let credit = match v.kind {
            Kind::Booked => t.booked_credit_s,
            Kind::Elder => t.elder_credit_s,
            Kind::WalkIn | Kind::Late => 0,
        };
        Candidate { ticket: ticket(w.who), line, base: at(base), key: at(base - credit), booked: t.promise && v.kind == Kind::Booked, passed: w.passed }
    };
    let mut went = Went::default();
    let mut waiting: Vec<Waiting> = Vec::new();
    // Busy counters by when they are free; a counter above those of lunch rests while lunch lasts.
    let mut busy: BinaryHeap<Reverse<i64>> = BinaryHeap::new();
    let mut calls: Vec<(usize, i64)> = Vec::new();
    let mut ends: Vec<Option<i64>> = vec![None; people.len()];
    let (mut next, mut now) = (0, OPEN);
    loop {
        while busy.peek().is_some_and(|Reverse(free)| *free <= now) {
            busy.pop();
        }
        while next < people.len() && people[next].here <= now {
            waiting.push(Waiting { who: next, passed: 0 });
            next += 1;
        }
        // Who has had enough goes; who says nothing stays in the list until called.
        waiting.retain(|w| {
            let v = &people[w.who];
            let goes = v.until <= now && !v.silent;
            if goes {
                went.left += 1;
                ends[w.who] = Some(v.until);
                note_passed(&mut went, v, w.passed);
            }
            !goes
        });
        let open = if LUNCH.contains(&now) { AT_LUNCH } else { COUNTERS };
        while busy.len() < open && !waiting.is_empty() {
            let candidates: Vec<Candidate> = waiting.iter().map(candidate).collect();
            let Some((chosen, why)) = choose(&candidates, &skills, t.rule, at(now)) else { break };
            let place = waiting.iter().position(|w| ticket(w.who) == chosen).unwrap_or_else(|| panic!("somebody who does not wait was called"));
            let called = waiting.swap_remove(place);
            let (v, base) = (&people[called.who], candidate(&called).base);
            // The promise, asked in other words than those of the rule.
            let due = |w: &Waiting| people[w.who].kind == Kind::Booked && now - people[w.who].base >= limits.promise_s;
            let capped = called.passed >= t.rule.cap;
            if waiting.iter().any(due) || due(&called) {
                went.due += 1;
                went.taken += usize::from(due(&called));
                went.broken += usize::from(!due(&called) && !capped);
            }
            assert!(why != Why::Cap || called.passed >= t.rule.cap, "called as capped without being so");
            for w in waiting.iter_mut().filter(|w| candidate(w).base < base) {
                w.passed += 1;
            }
            calls.push((called.who, now));
            ends[called.who] = Some(now);
            note_passed(&mut went, v, called.passed);
            if v.until <= now {
                went.missed += 1;
                busy.push(Reverse(now + limits.miss_after_s));
                continue;
            }
            let waited = (now - v.base).max(0);
            match v.kind {
                Kind::WalkIn => went.walk_in.push(waited),
                Kind::Elder => went.elder.push(waited),
                Kind::Booked => went.booked.push(waited),
                Kind::Late => {}
            }
            busy.push(Reverse(now + limits.walk_s + v.service));
        }
        let arrives = people.get(next).map(|v| v.here);
        let free = busy.peek().map(|Reverse(t)| *t);
        // A counter that rested over lunch comes back without anybody else's doing.
        let back = (LUNCH.contains(&now) && !waiting.is_empty()).then_some(LUNCH.end);
        match [arrives, free, back].into_iter().flatten().min() {
            Some(t) => now = t.max(now),
            None => break,
        }
    }
    assert!(waiting.is_empty(), "{} still wait at the end of the day", waiting.len());
    recount(people, t, &calls, &ends, &went);
    went
}
fn note_passed(went: &mut Went, v: &Visitor, passed: i64) {
    went.most = went.most.max(passed);
    if v.kind == Kind::WalkIn {
        went.passed.push(passed);
    }
}
/// Counts the overtaking once more, knowing only who came and who was called when: what `passed` says must be that.
fn recount(people: &[Visitor], t: &Trial, calls: &[(usize, i64)], ends: &[Option<i64>], went: &Went) {
    let came = |n: usize| if t.first_come { people[n].here } else { people[n].base };
    let order: Vec<usize> = calls.iter().map(|(who, _)| *who).collect();
    let place = |n: usize| order.iter().position(|o| *o == n).unwrap_or(order.len());
    let mut again: Vec<i64> = Vec::new();
    let mut most = 0;
    for (n, v) in people.iter().enumerate() {
        let until = ends[n].unwrap_or(NEVER);
        let mine = place(n);
        // Who was called while this one waited, and came later. Who left is gone with the moment of leaving.
        let by = calls.iter().enumerate().filter(|(k, (who, at))| {
            let here = *at >= v.here && if mine < order.len() { *k < mine } else { *at < until };
            here && came(*who) > came(n)
        });
        let count = i64::try_from(by.count()).unwrap_or(NEVER);
        most = most.max(count);
        if v.kind == Kind::WalkIn {
            again.push(count);
        }
    }
    let mut told = went.passed.clone();
    told.sort_unstable();
    again.sort_unstable();
    assert_eq!(told, again, "{}: passed is not what a recount finds", t.name);
    assert_eq!(most, went.most, "{}", t.name);
}

fn mean(seconds: &[i64]) -> f64 {
    seconds.iter().sum::<i64>() as f64 / seconds.len().max(1) as f64 / 60.0
}
/// The value below which a share of them lies; `all` is sorted.
fn quantile(all: &[i64], share: f64) -> i64 {
    all.get(((all.len() as f64 * share) as usize).min(all.len().saturating_sub(1))).copied().unwrap_or(0)
}
fn cell(all: &mut [i64]) -> String {
    all.sort_unstable();
    format!("{:.1} / {:.0}", mean(all), quantile(all, 0.95) as f64 / 60.0)
}

fn main() {
    let limits = Limits::default();
    let house = Rule::from(&limits);
    let booked_credit_s = limits.booked_credit_min * 60;
    let off = Rule { cap: NEVER, promise_s: NEVER };
    let credits = |name, promise, rule| Trial { name, first_come: false, booked_credit_s, elder_credit_s: ELDER_CREDIT_S, promise, rule };
    let trials = [
        Trial { name: "first come", first_come: true, booked_credit_s: 0, elder_credit_s: 0, promise: false, rule: off },
        Trial { name: "bookings always first", first_come: false, booked_credit_s: NEVER, elder_credit_s: 0, promise: false, rule: off },
        credits("credit 25 / 10", false, off),
        credits("+ promise 6 min", true, Rule { cap: NEVER, ..house }),
        credits("**+ overtake cap 12 (house rule)**", true, house),
        credits("+ cap 8", true, Rule { cap: 8, ..house }),
        credits("+ cap 5", true, Rule { cap: 5, ..house }),
    ];
    assert_eq!((house.cap, house.promise_s), (12, 360), "the rule that ships is not the one the names of the rows say");
    println!(
        "{DAYS} days a row, the same people in every row; {COUNTERS} counters ({AT_LUNCH} at lunch), service {:.0} min on average. Minutes from the base of hall §6.1, mean / p95.",
        SERVICE_S / 60.0
    );
    // Rows without the cap, or without the promise, must be seen to break what the house rule keeps: else the days asked too little.
    let (mut uncapped, mut unpromised) = (0, 0);
    for visits in [260.0, 200.0, 300.0] {
        println!(
            "\n| Rule, {visits} visits/day | walk-in | elder | booked | later arrivals that passed one walk-in (p99 / max) | booked called within 6 min | promise kept as §6.4 states (its own cap) / taken at once | missed, left a day |\n|---|---|---|---|---|---|---|---|"
        );
        let days: Vec<_> = (0..DAYS).map(|seed| day(seed, visits, &limits)).collect();
        for t in &trials {
            let mut sum = Went::default();
            for people in &days {
                let went = play(people, t, &limits);
                sum.walk_in.extend(went.walk_in);
                sum.elder.extend(went.elder);
                sum.booked.extend(went.booked);
                sum.passed.extend(went.passed);
                sum.most = sum.most.max(went.most);
                sum.due += went.due;
                sum.taken += went.taken;
                sum.broken += went.broken;
                sum.missed += went.missed;
                sum.left += went.left;
            }
            sum.passed.sort_unstable();
            let most = sum.passed.last().copied().unwrap_or(0);
            let soon = sum.booked.iter().filter(|s| **s <= limits.promise_s).count() as f64 / sum.booked.len().max(1) as f64 * 100.0;
            let share = |n: usize| n as f64 / sum.due.max(1) as f64 * 100.0;
            let (kept, taken) = (100.0 - share(sum.broken), share(sum.taken));
            println!(
                "| {} | {} | {} | {} | {} / {most} | {soon:.1} % | {kept:.1} / {taken:.1} % | {:.1}, {:.1} |",
                t.name,
                cell(&mut sum.walk_in),
                cell(&mut sum.elder),
                cell(&mut sum.booked),
                quantile(&sum.passed, 0.99),
                sum.missed as f64 / DAYS as f64,
                sum.left as f64 / DAYS as f64,
            );
            if !t.promise && !t.first_come {
                unpromised += sum.broken;
            }
            if t.rule.cap == NEVER && t.promise {
                uncapped = uncapped.max(sum.most);
            }
            if t.promise && t.rule == house {
                assert!(sum.most <= house.cap, "the house rule let {} pass one", sum.most);
                assert_eq!(sum.broken, 0, "the house rule broke the promise");
                assert!(sum.due > 0, "nothing was promised in {DAYS} days: the model shows nothing");
            }
        }
    }
    assert!(uncapped > house.cap && unpromised > 0, "without the cap {uncapped} passed one, without the promise {unpromised} calls broke it");
}
