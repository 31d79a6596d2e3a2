//! Random days against a small model: what is accepted and refused, where every claim and every waiting entry stands, and the proof after each step.

use std::collections::BTreeMap;

use kernel::{ClaimId, Instant, No, WaitId};
use proptest::{prelude::*, test_runner::TestRunner};
use store::{Store, testing};

use super::world::*;
use crate::{
    MIGRATIONS, Rules, State, WaitState,
    api::{self, How},
    rows,
};

/// Half hours of the day that are played: 12:00, 12:30, …
type Slot = i64;

/// One thing somebody does.
#[derive(Clone, Copy, Debug)]
enum Op {
    Take { who: u8, what: u8, from: Slot, len: Slot, units: i64, hold: bool },
    Join { who: u8, what: u8, from: Slot, len: Slot, units: i64 },
    Confirm { nth: usize },
    Cancel { nth: usize },
    Decline { nth: usize },
    Swap { nth: usize, from: Slot },
    CheckIn { nth: usize },
    Finish { nth: usize },
    Cap { cap: i64 },
    Wait { min: i64 },
    Settle,
}

fn op() -> impl Strategy<Value = Op> {
    let what = prop_oneof![Just(COURT_1), Just(COURT_2), Just(HALL), Just(GYM), Just(GYM)];
    let place = (1..6_u8, what, 0..7_i64, 1..3_i64, 1..3_i64);
    prop_oneof![
        6 => (place.clone(), any::<bool>()).prop_map(|((who, what, from, len, units), hold)| Op::Take { who, what, from, len, units, hold }),
        4 => place.prop_map(|(who, what, from, len, units)| Op::Join { who, what, from, len, units }),
        3 => (0..9_usize).prop_map(|nth| Op::Confirm { nth }),
        3 => (0..9_usize).prop_map(|nth| Op::Cancel { nth }),
        1 => (0..9_usize).prop_map(|nth| Op::Decline { nth }),
        2 => (0..9_usize, 0..7_i64).prop_map(|(nth, from)| Op::Swap { nth, from }),
        1 => (0..9_usize).prop_map(|nth| Op::CheckIn { nth }),
        1 => (0..9_usize).prop_map(|nth| Op::Finish { nth }),
        1 => (0..5_i64).prop_map(|cap| Op::Cap { cap }),
        3 => (1..40_i64).prop_map(|min| Op::Wait { min }),
        2 => Just(Op::Settle),
    ]
}

/// What a thing is made of.
fn leaves(what: u8) -> &'static [u8] {
    match what {
        COURT_1 => &[COURT_1],
        COURT_2 => &[COURT_2],
        HALL => &[COURT_1, COURT_2],
        _ => &[GYM],
    }
}

#[derive(Clone, Debug)]
struct MClaim {
    id: ClaimId,
    what: u8,
    from: Slot,
    len: Slot,
    units: i64,
    state: State,
    /// Slots from here on are given back.
    until: Slot,
    expires: Option<i64>,
    wait: Option<usize>,
    who: u8,
}
#[derive(Clone, Debug)]
struct MWait {
    id: WaitId,
    who: u8,
    what: u8,
    from: Slot,
    len: Slot,
    units: i64,
    state: WaitState,
}

/// The whole truth in forty lines: no counters, every question is answered by counting claims.
struct Model {
    /// Seconds after ten.
    now: i64,
    claims: Vec<MClaim>,
    waits: Vec<MWait>,
    gym: i64,
}
impl Model {
    fn slot_s(slot: Slot) -> i64 {
        2 * 3_600 + slot * 1_800
    }
    fn cap(&self, leaf: u8) -> i64 {
        if leaf == GYM { self.gym } else { 1 }
    }
    fn free(&self, leaf: u8, slot: Slot, without: Option<usize>) -> i64 {
        let held = |(n, c): (usize, &MClaim)| {
            if Some(n) != without && leaves(c.what).contains(&leaf) && c.from <= slot && slot < c.until { c.units } else { 0 }
        };
        self.cap(leaf) - self.claims.iter().enumerate().map(held).sum::<i64>()
    }
    fn fits(&self, what: u8, from: Slot, len: Slot, units: i64, without: Option<usize>) -> bool {
        leaves(what).iter().all(|l| (from..from + len).all(|s| self.free(*l, s, without) >= units))
    }
    fn end(&mut self, n: usize, to: State) {
        let begun = (self.claims[n].from..self.claims[n].until).filter(|s| Self::slot_s(*s) <= self.now).count() as i64;
        let c = &mut self.claims[n];
        let freed = (c.from + begun, c.until, c.what);
        (c.until, c.state, c.expires) = (c.from + begun, to, None);
        if let Some(w) = c.wait.filter(|w| self.waits[*w].state == WaitState::Offered) {
            self.waits[w].state = if to == State::Expired { WaitState::Lapsed } else { WaitState::Declined };
        }
        if to == State::Cancelled {
            let c = self.claims[n].clone();
            for w in &mut self.waits {
                if w.state == WaitState::Waiting && (w.who, w.what, w.from, w.len) == (c.who, c.what, c.from, c.len) {
                    w.state = WaitState::Withdrawn;
                }
            }
        }
        if freed.0 < freed.1 {
            self.hand_over(leaves(freed.2), freed.0, freed.1);
        }
    }
    fn hand_over(&mut self, on: &[u8], from: Slot, to: Slot) {
        for leaf in on {
            for w in 0..self.waits.len() {
                let e = self.waits[w].clone();
                let cut = Self::slot_s(e.from) - 30 * 60;
                let near = leaves(e.what).contains(leaf) && e.from < to && e.from + e.len > from;
                if e.state != WaitState::Waiting || !near || cut <= self.now || !self.fits(e.what, e.from, e.len, e.units, None) {
                    continue;
                }
                let life = if Self::slot_s(e.from) - self.now >= 3_600 { 20 * 60 } else { 5 * 60 };
                self.waits[w].state = WaitState::Offered;
                self.claims.push(MClaim {
                    id: ClaimId::from_bytes([0; 16]),
                    what: e.what,
                    from: e.from,
                    len: e.len,
                    units: e.units,
                    state: State::Held,
                    until: e.from + e.len,
                    expires: Some((self.now + life).min(cut)),
                    wait: Some(w),
                    who: e.who,
                });
            }
        }
    }
    fn settle(&mut self) {
        for w in &mut self.waits {
            if w.state == WaitState::Waiting && Self::slot_s(w.from) - 30 * 60 <= self.now {
                w.state = WaitState::TooLate;
            }
        }
        let mut due: Vec<(i64, ClaimId, usize)> =
            (0..self.claims.len()).filter_map(|n| self.claims[n].expires.filter(|e| *e <= self.now).map(|e| (e, self.claims[n].id, n))).collect();
        due.sort_unstable();
        for (_, _, n) in due {
            self.end(n, State::Expired);
        }
        let mut late: Vec<(i64, ClaimId, usize)> = (0..self.claims.len())
            .filter(|n| self.claims[*n].state == State::Confirmed)
            .map(|n| (Self::slot_s(self.claims[n].from) + 15 * 60, self.claims[n].id, n))
            .filter(|(at, ..)| *at <= self.now)
            .collect();
        late.sort_unstable();
        for (_, _, n) in late {
            self.end(n, State::NoShow);
        }
        for n in 0..self.claims.len() {
            if self.claims[n].state == State::CheckedIn && Self::slot_s(self.claims[n].until) <= self.now {
                self.end(n, State::Done);
            }
        }
    }
    fn pending_over(&self, n: usize) -> bool {
        self.claims[n].expires.is_some_and(|e| e <= self.now)
    }
}

/// Gives the model the ids that the store made for its new claims, in the order of the offers.
fn learn(store: &Store, model: &mut Model) {
    let offers: BTreeMap<WaitId, ClaimId> = store
        .read_blocking(|tx| {
            let mut all = BTreeMap::new();
            for who in 1..6 {
                for w in rows::wait::of_holder(tx, person(who))? {
                    all.extend(w.claim.map(|c| (w.id, c)));
                }
            }
            Ok(all)
        })
        .unwrap();
    for n in 0..model.claims.len() {
        if let Some(w) = model.claims[n].wait.filter(|_| model.claims[n].state == State::Held)
            && let Some(id) = offers.get(&model.waits[w].id)
        {
            model.claims[n].id = *id;
        }
    }
}

fn agree(store: &Store, model: &Model, now: Instant) -> Result<(), String> {
    let claims: Vec<ClaimId> = model.claims.iter().map(|c| c.id).collect();
    let waits: Vec<WaitId> = model.waits.iter().map(|w| w.id).collect();
    let (found, entries) = store
        .read_blocking(move |tx| {
            let found = claims.iter().map(|id| rows::claim::one(tx, *id)).collect::<Result<Vec<_>, _>>()?;
            Ok((found, waits.iter().map(|id| rows::wait::one(tx, *id)).collect::<Result<Vec<_>, _>>()?))
        })
        .map_err(|e| e.to_string())?;
    for (c, f) in model.claims.iter().zip(found) {
        let is = f.as_ref().map(|f| (f.state, f.start));
        if is != Some((c.state, minute(12, c.from * 30))) {
            return Err(format!("claim {}: the model says {:?} from {}, the store {is:?}", c.id, c.state, c.from));
        }
    }
    for (w, f) in model.waits.iter().zip(entries) {
        let is = f.as_ref().map(|f| f.state);
        if is != Some(w.state) {
            return Err(format!("wait {}: the model says {:?}, the store {is:?}", w.id, w.state));
        }
    }
    let cells = store
        .read_blocking(|tx| {
            [COURT_1, COURT_2, GYM].into_iter().map(|n| Ok((n, rows::cell::between(tx, id(n), minute(12, 0), minute(16, 0))?))).collect::<Result<Vec<_>, No>>()
        })
        .map_err(|e| e.to_string())?;
    for (leaf, cells) in cells {
        for (slot, cell) in (0..).zip(cells) {
            if cell.cap - cell.taken != model.free(leaf, slot, None) {
                return Err(format!(
                    "resource {leaf}, half hour {slot}: the model has {} free, the store {}",
                    model.free(leaf, slot, None),
                    cell.cap - cell.taken
                ));
            }
        }
    }
    let m = now;
    let wrong = store.read_blocking(move |tx| crate::prove::prove(tx, moment(m))).map_err(|e| e.to_string())?;
    // What has run out and was not touched yet is C15's, and C6's, matter of the timer: judged after it ran.
    let wrong: Vec<_> = wrong.into_iter().filter(|w| !w.starts_with("C15") && !w.starts_with("C6")).collect();
    if wrong.is_empty() { Ok(()) } else { Err(format!("{wrong:#?}")) }
}

fn same<T: std::fmt::Debug>(what: Op, expected: bool, got: &Result<T, No>) -> Result<bool, String> {
    match got {
        Ok(_) if expected => Ok(true),
        Err(No::Refused(_)) if !expected => Ok(false),
        other => Err(format!("{what:?}: the model says {expected}, the store {other:?}")),
    }
}

fn step(store: &Store, model: &mut Model, op: Op) -> Result<(), String> {
    let now = ten().plus_s(model.now);
    let nth = |model: &Model, n: usize| (!model.claims.is_empty()).then(|| n % model.claims.len());
    match op {
        Op::Wait { min } => model.now += min * 60,
        Op::Settle => {
            act(store, now, |tx, m, dice| api::settle(tx, centre(), m, dice)).map_err(|e| e.to_string())?;
            model.settle();
            learn(store, model);
            let wrong = store.read_blocking(move |tx| crate::prove::in_time(tx, moment(now))).map_err(|e| e.to_string())?;
            if !wrong.is_empty() {
                return Err(format!("after the timer: {wrong:?}"));
            }
        }
        Op::Take { who, what, from, len, units, hold } => {
            let how = if hold { How::Hold } else { How::Book };
            let got = act(store, now, move |tx, m, dice| {
                api::take(tx, &wish(who, want(what, minute(12, from * 30), minute(12, (from + len) * 30), units)), how, m, dice)
            });
            // A refusal undoes what ran out before it, too: then only the timer has done it.
            let (claims, waits) = (model.claims.clone(), model.waits.clone());
            model.settle();
            let open = model.now < Model::slot_s(from) && from + len <= 8;
            let fits = open && model.fits(what, from, len, units, None);
            if same(op, fits, &got)? {
                learn(store, model);
                let claim = got.map_err(|e| e.to_string())?;
                let expires = hold.then_some(model.now + 300);
                model.claims.push(MClaim { id: claim.id, what, from, len, units, state: claim.state, until: from + len, expires, wait: None, who });
            } else {
                (model.claims, model.waits) = (claims, waits);
            }
        }
        Op::Join { who, what, from, len, units } => {
            let got = act(store, now, move |tx, m, dice| {
                api::join(tx, &wish(who, want(what, minute(12, from * 30), minute(12, (from + len) * 30), units)), 0, m, dice)
            });
            let twice = model
                .waits
                .iter()
                .any(|w| (w.who, w.what, w.from, w.len) == (who, what, from, len) && matches!(w.state, WaitState::Waiting | WaitState::Offered));
            let possible = from + len <= 8 && model.now < Model::slot_s(from) - 30 * 60;
            if same(op, possible && !twice && !model.fits(what, from, len, units, None), &got)? {
                model.waits.push(MWait { id: got.map_err(|e| e.to_string())?.id, who, what, from, len, units, state: WaitState::Waiting });
            }
        }
        Op::Confirm { nth: n } => {
            let Some(n) = nth(model, n) else { return Ok(()) };
            let c = model.claims[n].clone();
            let got = act(store, now, move |tx, m, _| api::confirm(tx, c.id, "p", m));
            if same(op, c.state == State::Held && !model.pending_over(n), &got)? {
                (model.claims[n].state, model.claims[n].expires) = (State::Confirmed, None);
                if let Some(w) = c.wait {
                    model.waits[w].state = WaitState::Accepted;
                }
            }
        }
        Op::Cancel { nth: n } => {
            let Some(n) = nth(model, n) else { return Ok(()) };
            let c = model.claims[n].clone();
            let got = act(store, now, move |tx, m, dice| api::cancel(tx, c.id, "p", false, None, m, dice));
            let started = c.state == State::Confirmed && Model::slot_s(c.from) <= model.now;
            let can = matches!(c.state, State::Held | State::Confirmed) && !started && !model.pending_over(n);
            if same(op, can, &got)? {
                model.end(n, State::Cancelled);
                learn(store, model);
            }
        }
        Op::Decline { nth: n } => {
            let Some(n) = nth(model, n) else { return Ok(()) };
            let c = model.claims[n].clone();
            let got = act(store, now, move |tx, m, dice| api::decline(tx, c.id, "p", m, dice));
            if same(op, c.wait.is_some() && c.state == State::Held && !model.pending_over(n), &got)? {
                model.end(n, State::Cancelled);
                learn(store, model);
            }
        }
        Op::Swap { nth: n, from } => {
            let Some(n) = nth(model, n) else { return Ok(()) };
            let c = model.claims[n].clone();
            let (a, b) = (minute(12, from * 30), minute(12, (from + c.len) * 30));
            let got = act(store, now, move |tx, m, dice| api::swap(tx, c.id, &wish(c.who, want(c.what, a, b, c.units)), "p", m, dice));
            let live = c.state.live() && !model.pending_over(n) && Model::slot_s(c.from) > model.now;
            let can = live && model.now < Model::slot_s(from) && from + c.len <= 8 && model.fits(c.what, from, c.len, c.units, Some(n));
            if same(op, can, &got)? {
                let old = (c.from, c.until);
                (model.claims[n].from, model.claims[n].until) = (from, from + c.len);
                model.hand_over(leaves(c.what), old.0, old.1);
                learn(store, model);
            }
        }
        Op::CheckIn { nth: n } => {
            let Some(n) = nth(model, n) else { return Ok(()) };
            let c = model.claims[n].clone();
            let got = act(store, now, move |tx, m, _| api::check_in(tx, c.id, "s", m));
            let in_time = model.now >= Model::slot_s(c.from) - 3_600 && model.now < Model::slot_s(c.from + c.len);
            let again = c.state == State::NoShow && leaves(c.what).iter().all(|l| (c.until..c.from + c.len).all(|s| model.free(*l, s, None) >= c.units));
            if same(op, in_time && (c.state == State::Confirmed || again), &got)? {
                (model.claims[n].state, model.claims[n].until) = (State::CheckedIn, c.from + c.len);
            }
        }
        Op::Finish { nth: n } => {
            let Some(n) = nth(model, n) else { return Ok(()) };
            let c = model.claims[n].clone();
            let got = act(store, now, move |tx, m, dice| api::finish(tx, c.id, "s", m, dice));
            if same(op, c.state == State::CheckedIn, &got)? {
                model.end(n, State::Done);
                learn(store, model);
            }
        }
        Op::Cap { cap } => {
            let got = act(store, now, move |tx, m, dice| api::set_cap(tx, id(GYM), minute(12, 0), minute(16, 0), cap, m, dice));
            let most = (0..8).map(|s| model.gym - model.free(GYM, s, None)).max().unwrap_or(0);
            if same(op, cap >= most, &got)? {
                let changed = model.gym != cap;
                model.gym = cap;
                if changed {
                    // Each half hour is freed by itself, in order.
                    for slot in 0..8 {
                        model.hand_over(&[GYM], slot, slot + 1);
                    }
                }
                learn(store, model);
            }
        }
    }
    agree(store, model, ten().plus_s(model.now))
}

fn play(store: &Store, ops: &[Op]) -> Result<(), String> {
    hall(store, Rules { max_cells: 8, hold_s: 300, ..rules() });
    let mut model = Model { now: 75 * 60, claims: Vec::new(), waits: Vec::new(), gym: 3 };
    for (n, op) in ops.iter().enumerate() {
        step(store, &mut model, *op).map_err(|why| format!("step {n}: {why}\n{:#?}", &ops[..=n]))?;
    }
    Ok(())
}

#[test]
fn random_days_go_as_the_model_says() {
    let config = ProptestConfig { cases: super::seeds(), failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(op(), 1..28), |ops| play(&testing::sqlite_with(&[MIGRATIONS]), &ops).map_err(TestCaseError::fail))
        .unwrap();
}

#[test]
fn random_days_go_the_same_on_postgres() {
    let config = ProptestConfig { cases: super::seeds() / 100 + 3, failure_persistence: None, max_shrink_iters: 20, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&prop::collection::vec(op(), 1..28), |ops| play(&testing::postgres_with(&[MIGRATIONS]), &ops).map_err(TestCaseError::fail))
        .unwrap();
}
