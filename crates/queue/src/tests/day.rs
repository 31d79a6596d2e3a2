//! Random days over real rows on SQLite against the model, each then done again by `check`; and broken twins that both must catch.

use std::sync::{
    Arc, Mutex, MutexGuard,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use kernel::{CentreId, Instant, No, TicketId, VisitId};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use store::{
    Store, Tx,
    testing::{self, Scratch},
};

use super::{
    model::{CAP, Model, Mt, Said},
    seeds,
    twins::{self, Twin},
    world::{BY, Hall, TEN, classes, day, dice, errand, hours, zone},
};
use crate::{Action, Channel, Forecast, MIGRATIONS, OverrideReason, ParkReason, State, Ticket, TransferReason, Why, api, check, rows};

/// One thing that happens: which, to whom, where, after how many seconds.
#[derive(Clone, Copy, Debug)]
struct Op {
    what: u8,
    a: usize,
    b: usize,
    after: i64,
}
fn ops(n: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Op>> {
    let after = prop_oneof![4 => 0_i64..4, 4 => 4_i64..40, 2 => 40_i64..400, 1 => 400_i64..1_200];
    proptest::collection::vec((0_u8..42, any::<u16>(), any::<u16>(), after).prop_map(|(what, a, b, after)| Op { what, a: a.into(), b: b.into(), after }), n)
}

/// Where the days happen: one store, a centre a day.
struct Days {
    store: Scratch,
    next: AtomicI64,
}
impl Days {
    fn new() -> Self {
        let store = testing::sqlite_with(&[MIGRATIONS]);
        classes(&store);
        Self { store, next: AtomicI64::new(0) }
    }
    fn hall(&self) -> Hall {
        let hall = Hall::new(&self.store, self.next.fetch_add(1, Relaxed) + 1, 3);
        let centre = hall.centre;
        super::world::act(&self.store, centre, TEN.plus_min(-15), move |tx| api::set_limit(tx, centre, "cap", CAP, "test", &BY, TEN.plus_min(-15))).unwrap();
        hall
    }
}
thread_local! { static DAYS: std::cell::RefCell<Option<Arc<Days>>> = const { std::cell::RefCell::new(None) }; }
/// The store of this test, made again when its centres are used up.
fn days() -> Arc<Days> {
    DAYS.with_borrow_mut(|days| {
        let used_up = days.as_ref().is_none_or(|d| d.next.load(Relaxed) >= 990);
        if used_up {
            *days = Some(Arc::new(Days::new()));
        }
        days.clone().unwrap()
    })
}

/// A day under way: the model, what the rows are called, and what differed.
#[derive(Default)]
struct Run {
    model: Model,
    visits: Vec<VisitId>,
    frozen: Vec<Forecast>,
    wrong: Vec<String>,
    now: i64,
}
type Shared = Arc<Mutex<Run>>;
fn lock(run: &Shared) -> MutexGuard<'_, Run> {
    run.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
fn at(s: i64) -> Instant {
    TEN.plus_s(s)
}

/// Lets a day happen: every op is a command of its own; they share commits, as in life. Gives what differed from the model, and the check's report.
fn live(days: &Days, ops: &[Op], twin: Twin, with_model: bool) -> (Vec<String>, check::Report, i64) {
    let hall = days.hall();
    let run: Shared = Arc::default();
    lock(&run).model.serves =
        (0..3).map(|n| hall.skills(n).iter().map(|s| (hall.lines.iter().position(|l| *l == s.line).unwrap(), s.rank)).collect()).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut sent = Vec::new();
        let mut now = 0;
        for op in ops.iter().copied().map(Some).chain([None]) {
            now += op.map_or(0, |op| op.after);
            let (run, hall) = (run.clone(), hall.clone());
            let command = testing::command_at(hall.centre.number(), "queue.test", at(now));
            sent.push(Box::pin(days.store.command(command, move |tx| {
                twins::set(twin);
                let mut run = lock(&run);
                run.now = now;
                if with_model {
                    compare(tx, &hall, &mut run, false)?;
                }
                let done = match op {
                    Some(op) => one(tx, &hall, &mut run, op, with_model),
                    None => end(tx, &hall, &mut run),
                };
                twins::set(Twin::None);
                done
            })));
        }
        for one in futures(sent).await {
            if let Err(No::Fault(fault)) = one {
                lock(&run).wrong.push(fault.what);
            }
        }
    });
    let centre = hall.centre;
    let report = days.store.read_blocking(move |tx| {
        let mut run = lock(&run);
        if with_model {
            compare(tx, &hall, &mut run, true)?;
        }
        Ok((std::mem::take(&mut run.wrong), run.model.calls.len() as i64))
    });
    let (wrong, calls) = report.unwrap();
    (wrong, days.store.read_blocking(move |tx| check::day(tx, centre, day(), true)).unwrap(), calls)
}
/// Sends all in order, then waits for all.
async fn futures<F: Future + Unpin>(mut sent: Vec<F>) -> Vec<F::Output> {
    let mut out: Vec<Option<F::Output>> = sent.iter().map(|_| None).collect();
    std::future::poll_fn(|cx| {
        for (f, o) in sent.iter_mut().zip(&mut out).filter(|(_, o)| o.is_none()) {
            if let std::task::Poll::Ready(v) = std::pin::Pin::new(f).poll(cx) {
                *o = Some(v);
            }
        }
        if out.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    out.into_iter().flatten().collect()
}

fn end(tx: &mut Tx, hall: &Hall, run: &mut Run) -> Result<(), No> {
    run.model.end(run.now);
    api::end_of_day(tx, hall.centre, day(), &zone(), &BY, at(run.now)).map(drop)
}

/// H1, H2, H3, H6–H8: the rows are what the model says; at the end H9: the first ranges are as they were shown.
fn compare(tx: &mut Tx, hall: &Hall, run: &mut Run, over: bool) -> Result<(), No> {
    for (i, m) in run.model.tickets.iter().enumerate() {
        let t = rows::ticket::one(tx, TicketId::from_bytes(m.id))?.unwrap();
        let line = hall.lines.iter().position(|l| *l == t.line).unwrap();
        let counter = t.state.counter().map(|c| hall.counters.iter().position(|s| s.id == c).unwrap());
        let got = (t.state.code(), t.base, line, counter, t.passed, t.here.is_some(), t.version);
        let want = (m.state, at(m.base), m.line, m.counter, m.passed, m.here, m.version);
        if got != want {
            run.wrong.push(format!("{}: rows say {got:?}, the model {want:?}", t.number));
        }
        if let State::Serving { since, .. } = t.state
            && since != at(m.serving_at)
        {
            run.wrong.push(format!("{}: serving since {since:?}", t.number));
        }
        if !over {
            continue;
        }
        let (_, shown) = rows::ticket::shown(tx, t.id)?.unwrap();
        if shown != run.frozen[i] {
            run.wrong.push(format!("{}: the first range was {:?} and is {shown:?} (H9)", t.number, run.frozen[i]));
        }
    }
    for last in rows::visit::last_numbers(tx, hall.centre, day())? {
        if run.model.numbers.get(last.prefix.as_str()) != Some(&last.no) {
            run.wrong.push(format!("last number {last}, the model {:?} (H1)", run.model.numbers));
        }
    }
    Ok(())
}

/// Holds what was refused against what the model refuses.
fn agree<T>(run: &mut Run, op: Op, did: Result<T, No>, model: Said, with_model: bool) -> Result<(), No> {
    let said = match &did {
        Ok(_) => Ok(()),
        Err(No::Refused(r)) => Err(r.code),
        Err(other) => return Err(other.clone()),
    };
    if with_model && said != model {
        run.wrong.push(format!("{op:?} at {}: {said:?}, the model {model:?}", run.now));
    }
    did.map(drop)
}

fn one(tx: &mut Tx, hall: &Hall, run: &mut Run, op: Op, with_model: bool) -> Result<(), No> {
    let (s, now) = (run.now, at(run.now));
    // busy counters: many arrive, finish and call
    let op = Op {
        what: match op.what {
            32..=34 => 20,
            35..=37 => 16,
            38..=41 => 12,
            other => other,
        },
        ..op
    };
    if op.what < 10 || run.model.tickets.is_empty() {
        return take(tx, hall, run, op);
    }
    let counter = op.a % 3;
    let i = op.b % run.model.tickets.len();
    let i = if op.what < 22 { run.model.at(counter).unwrap_or(i) } else { i };
    let (id, visit) = (TicketId::from_bytes(run.model.tickets[i].id), run.visits[run.model.tickets[i].visit]);
    let desk = hall.at(tx, counter, now)?;
    let m = &mut run.model;
    // the model steps on only with the rows; a refusal leaves both
    match op.what {
        10..=14 => {
            let finish = if op.what > 11 { desk.default_finish() } else { None };
            let (said, did) = (m.call_next(counter, finish.is_some(), s), api::call_next(tx, &desk, finish, now));
            agree(run, op, did, said, with_model)
        }
        15 => {
            let said = m.recall(counter, i, s);
            agree(run, op, api::recall(tx, &desk, id, now), said, with_model)
        }
        16 | 17 => {
            let said = m.arrive(counter, i, s);
            agree(run, op, api::arrive_at_counter(tx, &desk, id, now), said, with_model)
        }
        18 => {
            let said = m.miss(counter, i, s);
            agree(run, op, api::miss(tx, &desk, id, now), said, with_model)
        }
        19 => {
            let said = m.park(counter, i, s);
            agree(run, op, api::park(tx, &desk, id, ParkReason::Copy, now), said, with_model)
        }
        20 => {
            let said = m.finish(counter, i, s);
            agree(run, op, api::finish(tx, &desk, id, None, now), said, with_model)
        }
        21 => {
            let line = op.b / 7 % 3;
            let said = m.transfer(counter, i, line, s);
            agree(run, op, api::transfer(tx, &desk, id, hall.lines[line], TransferReason::Skill, now), said, with_model)
        }
        22 => {
            let said = m.override_call(counter, i, s);
            agree(run, op, api::override_call(tx, &desk, id, OverrideReason::Other, now), said, with_model)
        }
        23 => {
            let said = m.undo(counter, i, s);
            agree(run, op, api::undo(tx, &desk, id, now), said, with_model)
        }
        24 => {
            let said = m.take_up(i, s);
            agree(run, op, api::return_(tx, id, &BY, now), said, with_model)
        }
        25 | 26 => {
            let said = m.rejoin(i, s);
            agree(run, op, api::rejoin(tx, visit, id, &BY, now), said, with_model)
        }
        27 => {
            let minutes = op.a as i64 % 40;
            let said = m.defer(i, minutes, s);
            agree(run, op, api::defer(tx, visit, id, minutes, &BY, now), said, with_model)
        }
        28 => {
            let said = m.leave(i, s);
            agree(run, op, api::leave(tx, visit, Some(id), &BY, now), said, with_model)
        }
        29 if op.a.is_multiple_of(4) => {
            let said = m.void(i, s);
            agree(run, op, api::void(tx, id, "test", &BY, now), said, with_model)
        }
        29 | 30 => {
            let v = m.tickets[i].visit;
            let said = m.here(v, s);
            agree(run, op, api::arrive(tx, visit, &BY, now), said, with_model)
        }
        _ => {
            m.settle(s);
            agree(run, op, api::settle(tx, hall.centre, now), Ok(()), with_model)
        }
    }
}

/// Takes a number: walk-in, elder, booked, from home, or for two errands.
fn take(tx: &mut Tx, hall: &Hall, run: &mut Run, op: Op) -> Result<(), No> {
    let (s, now, hours) = (run.now, at(run.now), hours());
    let errands: Vec<api::Errand> = if op.b.is_multiple_of(5) { vec![errand(op.a % 3), errand((op.a + 1) % 3)] } else { vec![errand(op.a % 3)] };
    let class = if op.what == 7 { "elder" } else { "walk_in" };
    let booked = (op.what == 8).then(|| api::Booking { appointment: [1; 16], at: at(s + (op.b as i64 % 40 - 25) * 60) });
    let new = api::NewVisit {
        remote: op.what == 9,
        channel: if op.what == 9 { Channel::Phone } else { Channel::Kiosk },
        booked,
        ..hall.new_visit(&errands, class, &hours)
    };
    let issued = api::issue(tx, &new, now, dice())?; // queue.remote_full alone may refuse, and changes nothing
    let m = &mut run.model;
    let visit = m.visits;
    m.visits += 1;
    *m.numbers.entry(["A", "A", "C1"][op.a % 3]).or_default() += 1;
    let (base, credit, on_time) = match booked {
        Some(b) if s * 1_000_000 + TEN.micros() <= b.at.micros() + 900_000_000 => (s.max((b.at.micros() - TEN.micros()) / 1_000_000), 1_500, true),
        _ => (s, if class == "elder" { 600 } else { 0 }, false),
    };
    for (t, forecast) in &issued.tickets {
        let line = hall.lines.iter().position(|l| *l == t.line).unwrap();
        m.tickets.push(Mt {
            id: t.id.bytes(),
            visit,
            line,
            base,
            credit,
            booked: on_time,
            issued: s,
            here: !new.remote,
            passed: 0,
            rejoins: 0,
            defers: 0,
            transfers: 0,
            state: "waiting",
            counter: None,
            at: s,
            called_at: 0,
            calls: 0,
            serving_at: 0,
            last_by: None,
            version: 0,
        });
        run.frozen.push(*forecast);
    }
    run.visits.push(issued.visit.id);
    Ok(())
}

#[test]
fn random_days_are_as_the_model_says_and_pass_the_check() {
    let mut runner = TestRunner::new(Config { cases: seeds(), failure_persistence: None, ..Config::default() });
    let (mut calls, mut overtaken, mut promised) = (0, 0, 0);
    let total = std::cell::RefCell::new((&mut calls, &mut overtaken, &mut promised));
    let done = runner.run(&ops(30..90), |ops| {
        let (wrong, report, model_calls) = live(&days(), &ops, Twin::None, true);
        prop_assert!(wrong.is_empty(), "{:#?}", wrong);
        prop_assert!(report.violations.is_empty(), "{:#?}", report.violations);
        prop_assert_eq!(report.calls, model_calls);
        let t = &mut *total.borrow_mut();
        *t.0 += report.calls;
        *t.1 = (*t.1).max(report.largest_overtake);
        *t.2 += report.promised;
        Ok(())
    });
    if let Err(why) = done {
        panic!("{why}");
    }
    eprintln!("{calls} calls, {promised} bookings, largest overtake {overtaken}");
    // Who reaches the cap is `walk_in_among_elders`; of random days only 2,000 reach it surely.
    assert!(calls > i64::from(seeds()) && promised > 0 && overtaken > 0, "the days are too quiet: {calls} {promised} {overtaken}");
}

/// Days of a broken twin until the check finds it; the model is not asked.
fn caught(twin: Twin, rules: &[&str]) {
    let days = Days::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..200 {
        let busy = ops(80..120).new_tree(&mut runner).unwrap().current();
        let (_, report, _) = live(&days, &busy, twin, false);
        if report.violations.iter().any(|v| rules.contains(&v.rule)) {
            return;
        }
    }
    panic!("{twin:?} was not caught");
}
/// One walk-in, then elders who come later and stand before them, four calls: the walk-in is the fourth of the house, never of the twin.
fn walk_in_among_elders(twin: Twin) -> check::Report {
    let store = testing::sqlite_with(&[MIGRATIONS]);
    classes(&store);
    let hall = Hall::new(&store, 1, 1);
    let centre = hall.centre;
    super::world::act(&store, centre, at(0), move |tx| api::set_limit(tx, centre, "cap", CAP, "test", &BY, at(0))).unwrap();
    for n in 0..6 {
        let h = hall.clone();
        super::world::act(&store, centre, at(n), move |tx| h.take(tx, 0, if n == 0 { "walk_in" } else { "elder" }, at(n))).unwrap();
    }
    for n in 10..15 {
        let h = hall.clone();
        super::world::act(&store, centre, at(n), move |tx| {
            twins::set(twin);
            let desk = h.at(tx, 0, at(n))?;
            let called = api::call_next(tx, &desk, None, at(n));
            twins::set(Twin::None);
            let desk = h.at(tx, 0, at(n))?;
            api::finish(tx, &desk, called?.called.unwrap().0.id, None, at(n))
        })
        .unwrap();
    }
    store.read_blocking(move |tx| check::day(tx, centre, day(), false)).unwrap()
}
#[test]
fn a_twin_that_ignores_the_cap_is_caught() {
    let house = walk_in_among_elders(Twin::None);
    assert_eq!((house.violations, house.largest_overtake), (vec![], CAP));
    let twin = walk_in_among_elders(Twin::IgnoresCap);
    assert!(["H7", "H8"].iter().all(|rule| twin.violations.iter().any(|v| v.rule == *rule)), "{:?}", twin.violations);
    caught(Twin::IgnoresCap, &["H7", "H8"]);
}
#[test]
fn a_twin_that_calls_a_booking_early_is_caught() {
    caught(Twin::BookingEarly, &["H7"]);
}
#[test]
fn a_twin_whose_rejoin_costs_nothing_is_caught() {
    caught(Twin::FreeRejoin, &["H6"]);
}

/// Two tickets taken, a counter calls twice without finishing: what the database says, and what the check says.
fn calls_while_busy(store: &Store, hall: &Hall) -> Result<(), No> {
    let h = hall.clone();
    let call = move |s: i64| {
        let h = h.clone();
        super::world::act(store, hall.centre, at(s), move |tx| {
            twins::set(Twin::CallsWhileBusy);
            let desk = h.at(tx, 0, at(s))?;
            let done = api::call_next(tx, &desk, None, at(s)).map(drop);
            twins::set(Twin::None);
            done
        })
    };
    let h = hall.clone();
    super::world::act(store, hall.centre, at(0), move |tx| {
        h.take(tx, 0, "walk_in", at(0))?;
        h.take(tx, 0, "walk_in", at(0))
    })
    .unwrap();
    call(1).unwrap();
    call(2)
}
#[test]
fn a_busy_counter_is_held_by_the_index_and_without_it_by_the_check() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        classes(&store);
        let refused = calls_while_busy(&store, &Hall::new(&store, 1, 1));
        assert!(matches!(&refused, Err(No::Refused(r)) if r.code == "counter.busy"), "{engine}: {refused:?}");
        store.place().tamper("drop index queue_counter_serves_one");
        let hall = Hall::new(&store, 2, 1);
        calls_while_busy(&store, &hall).unwrap();
        let centre = hall.centre;
        let report = store.read_blocking(move |tx| check::day(tx, centre, day(), false)).unwrap();
        assert!(report.violations.iter().any(|v| v.rule == "H2"), "{engine}: {:?}", report.violations);
    }
}

/// A quiet day of three tickets, all called in order.
fn quiet_day() -> (Scratch, Hall, Vec<Ticket>) {
    let store = testing::sqlite_with(&[MIGRATIONS]);
    classes(&store);
    let hall = Hall::new(&store, 1, 1);
    let tickets = (0..3)
        .map(|n| {
            let h = hall.clone();
            super::world::act(&store, hall.centre, at(n), move |tx| h.take(tx, 0, "walk_in", at(n))).unwrap().tickets.remove(0).0
        })
        .collect();
    (store, hall, tickets)
}
fn rules(store: &Store, centre: CentreId) -> Vec<&'static str> {
    let mut rules: Vec<_> = store.read_blocking(move |tx| check::day(tx, centre, day(), false)).unwrap().violations.iter().map(|v| v.rule).collect();
    rules.dedup();
    rules
}

#[test]
fn a_planted_wrong_call_is_found() {
    let (store, hall, tickets) = quiet_day();
    let (h, third) = (hall.clone(), tickets[2].id);
    super::world::act(&store, hall.centre, at(9), move |tx| {
        let desk = h.at(tx, 0, at(9))?;
        api::clerk::call_it(tx, &desk, third, Action::Call, Why::Key, None, &desk.who(at(9)))
    })
    .unwrap();
    let centre = hall.centre;
    let report = store.read_blocking(move |tx| check::day(tx, centre, day(), false)).unwrap();
    assert_eq!(report.violations.iter().map(|v| (v.rule, v.says.as_str())).collect::<Vec<_>>(), [("H7", "A003 was called, A001 was next")]);
    assert_eq!(report.largest_overtake, 1);
}

#[test]
fn rows_changed_behind_the_journal_are_found() {
    let check = |sql: &str, want: &[&str]| {
        let (store, hall, _) = quiet_day();
        let h = hall.clone();
        super::world::act(&store, hall.centre, at(9), move |tx| {
            let desk = h.at(tx, 0, at(9))?;
            api::call_next(tx, &desk, None, at(9))
        })
        .unwrap();
        assert_eq!(rules(&store, hall.centre), Vec::<&str>::new());
        store.place().tamper(sql);
        assert_eq!(rules(&store, hall.centre), want, "{sql}");
    };
    check("update queue_ticket set base_us = base_us - 1000000, key_us = key_us - 1000000 where state = 'waiting'", &["H6"]);
    check("update queue_ticket set credit_s = 600, key_us = base_us - 600000000 where state = 'waiting'", &["H6"]);
    check("update queue_step set action = 'override'", &["H7"]);
    check("update queue_step set why = replace(why, '\"by\":\"key\"', '\"by\":\"cap\"')", &["H7"]);
    check("update queue_step set why = '{}'", &["H7"]);
    check("delete from queue_step", &["H7", "H2"]);
    check("update queue_ticket set state = 'void', ended_at_us = 1 where state = 'waiting'", &["H2"]);
    check("update queue_day set last_no = 9", &["H1"]);
    check("delete from queue_ticket where state = 'waiting'; delete from queue_visit where number = 3", &["H1"]);
}
