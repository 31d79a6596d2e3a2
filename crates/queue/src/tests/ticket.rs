//! Every (state, action) cell of hall §4.1, then the guards.

use kernel::{CentreId, CounterId, Instant, LineId, Refusal, TicketId, VisitId};

use crate::{Done, End, Finish, Limits, Number, Outcome, OverrideReason, ParkReason, State, Ticket, Undo, VisitState};

fn t(s: i64) -> Instant {
    Instant::from_micros(1_800_000_000_000_000).plus_s(s)
}
fn id(n: u8) -> [u8; 16] {
    [n; 16]
}
fn counter(n: u8) -> CounterId {
    CounterId::from_bytes(id(n))
}
fn line(n: u8) -> LineId {
    LineId::from_bytes(id(n))
}
fn done() -> End {
    End::Done(Done { since: t(40), inferred: false, finish: Finish { item: None, count: 1, outcome: Outcome::Done } })
}
/// A ticket issued at 0 whose state was entered at 60.
fn ticket(state: &str) -> Ticket {
    let ended = |how| State::Ended { at: t(60), how };
    let state = match state {
        "waiting" => State::Waiting,
        "called" => State::Called { at: t(60), counter: counter(1), calls: 1 },
        "serving" => State::Serving { since: t(60), counter: counter(1), inferred: false },
        "parked" => State::Parked { since: t(60), why: ParkReason::Copy },
        "missed" => State::Missed { at: t(60), called_at: t(10), calls: 1 },
        "done" => ended(done()),
        "left" => ended(End::Left),
        "cancelled" => ended(End::Cancelled),
        "expired" => ended(End::Expired),
        "void" => ended(End::Void),
        other => panic!("{other}"),
    };
    Ticket {
        id: TicketId::from_bytes(id(1)),
        visit: VisitId::from_bytes(id(2)),
        centre: CentreId::new(1).unwrap(),
        number: Number { prefix: "A".into(), no: 37 },
        leg: 1,
        line: line(1),
        item: None,
        class: "walk_in".into(),
        credit_s: 0,
        base: t(0),
        here: Some(t(0)),
        passed: 3,
        rejoins: 0,
        defers: 0,
        transfers: 0,
        state,
        version: 7,
    }
}
fn act(ticket: Ticket, action: &str, s: i64) -> Result<Ticket, Refusal> {
    let (l, now) = (&Limits::default(), t(s));
    match action {
        "call" => ticket.call(counter(1), true, now),
        "recall" => ticket.recall(l, now),
        "arrive" => ticket.arrive(l, now),
        "miss" => ticket.miss(now),
        "rejoin" => ticket.rejoin(l, now),
        "expire" => ticket.expire(l, None, now),
        "finish" => {
            let f = ticket.default_finish();
            ticket.finish(f, l, now)
        }
        "park" => ticket.park(ParkReason::Copy, now),
        "return" => ticket.take_up(),
        "transfer" => ticket.transfer(line(2), l),
        "reassign" => ticket.reassign(line(2)),
        "defer" => ticket.defer(20, l, now),
        "leave" => ticket.leave(now),
        "undo" => ticket.undo(Undo { counter: counter(1), own_step: true, newer_call: false }, l, now),
        "close" => ticket.close(now),
        "void" => ticket.void(now),
        other => panic!("{other}"),
    }
}
fn outcome(result: Result<Ticket, Refusal>) -> String {
    result.map_or_else(|r| r.code.to_owned(), |t| t.state.code().to_owned())
}

/// Acted on 4 s (15 s for a recall, 16 min for an expiry) after the state was entered. `-` is `ticket.state`.
const CELLS: &str = "
           waiting  called   serving  parked   missed          done     left  cancelled  expired         void
call       called   -        -        call.parked  call.missed  -       -     -          -               -
recall     -        called   -        -        -               -        -     -          -               -
arrive     -        serving  -        -        ticket.missed   -        -     -          -               -
miss       -        missed   -        -        -               -        -     -          -               -
rejoin     -        -        -        -        waiting         -        -     -          ticket.expired  -
expire     -        -        -        -        expired         -        -     -          -               -
finish     -        -        done     -        -               -        -     -          -               -
park       -        -        parked   -        -               -        -     -          -               -
return     -        -        -        waiting  -               -        -     -          -               -
transfer   -        waiting  waiting  -        -               -        -     -          -               -
reassign   waiting  waiting  waiting  waiting  -               -        -     -          -               -
defer      waiting  -        -        -        -               -        -     -          -               -
leave      left     -        -        left     -               -        -     -          -               -
undo       -        waiting  -        -        called          serving  -     -          -               -
close      expired  expired  done     expired  expired         -        -     -          -               -
void       void     void     void     void     void            void     void  void       void            -
";

#[test]
fn every_state_and_action_is_as_printed() {
    let mut rows = CELLS.trim_matches('\n').lines().map(|l| l.split_whitespace().collect::<Vec<_>>());
    let states = rows.next().unwrap();
    let mut cells = 0;
    for row in rows {
        for (state, want) in states.iter().zip(&row[1..]) {
            let s = match row[0] {
                "recall" => 75,
                "expire" => 60 + 16 * 60,
                _ => 64,
            };
            let want = if *want == "-" { "ticket.state" } else { want };
            assert_eq!(outcome(act(ticket(state), row[0], s)), want, "{} on {state}", row[0]);
            cells += 1;
        }
    }
    assert_eq!(cells, 160);
}

#[test]
fn each_step_counts_one_and_keeps_the_key_unless_it_says_otherwise() {
    for (state, action) in [("waiting", "call"), ("called", "arrive"), ("serving", "park"), ("parked", "return"), ("serving", "transfer"), ("called", "undo")] {
        let after = act(ticket(state), action, 64).unwrap();
        assert_eq!((after.version, after.base, after.passed), (8, t(0), 3), "{action}");
    }
}

#[test]
fn a_ticket_is_called_only_here_and_with_its_holder_free() {
    let away = Ticket { here: None, ..ticket("waiting") };
    assert_eq!(outcome(away.call(counter(1), true, t(1))), "ticket.not_here");
    assert_eq!(outcome(ticket("waiting").call(counter(1), false, t(1))), "visit.elsewhere");
}

#[test]
fn a_call_is_repeated_twice_and_not_at_once() {
    let l = &Limits::default();
    let check = |calls, s, want: &str| {
        let mut x = ticket("called");
        x.state = State::Called { at: t(60), counter: counter(1), calls };
        assert_eq!(outcome(x.recall(l, t(s))), want, "{calls} calls at {s}");
    };
    check(1, 74, "recall.soon");
    check(1, 75, "called");
    check(2, 75, "called");
    check(3, 75, "recall.max");
}

#[test]
fn a_missed_ticket_rejoins_once_in_time_behind_five_minutes() {
    let back = act(ticket("missed"), "rejoin", 60 + 900).unwrap();
    assert_eq!((back.base, back.passed, back.rejoins), (t(10).plus_min(5), 0, 1));
    assert_eq!(outcome(act(ticket("missed"), "rejoin", 60 + 901)), "ticket.expired");
    assert_eq!(outcome(act(Ticket { rejoins: 1, ..ticket("missed") }, "rejoin", 61)), "ticket.rejoined");
    let booked_later = Ticket { base: t(1_000), ..ticket("missed") };
    assert_eq!(act(booked_later, "rejoin", 61).unwrap().base, t(1_300));
}

#[test]
fn the_clock_misses_nobody_with_priority() {
    let l = &Limits::default();
    let elder = Ticket { class: "elder".into(), credit_s: 600, ..ticket("called") };
    let booked = Ticket { class: "booked".into(), credit_s: 1_500, ..ticket("called") };
    assert!(!ticket("called").misses_itself(l, t(149)) && ticket("called").misses_itself(l, t(150)));
    assert!(!elder.misses_itself(l, t(9_999)) && !elder.asks_clerk(l, t(239)) && elder.asks_clerk(l, t(240)));
    assert!(booked.misses_itself(l, t(150)) && !booked.priority() && elder.priority());
}

#[test]
fn a_defer_moves_back_only_and_twice() {
    let at = |minutes| act_defer(ticket("waiting"), minutes);
    assert_eq!(at(9).unwrap_err().code, "defer.minutes");
    assert_eq!(at(181).unwrap_err().code, "defer.minutes");
    assert_eq!(at(-5).unwrap_err().code, "defer.minutes");
    let later = at(10).unwrap();
    assert_eq!((later.base, later.passed, later.defers), (t(600), 0, 1));
    assert_eq!(act_defer(Ticket { base: t(9_999), ..ticket("waiting") }, 10).unwrap().base, t(9_999));
    assert_eq!(act_defer(Ticket { defers: 2, ..ticket("waiting") }, 10).unwrap_err().code, "defer.max");
}
fn act_defer(ticket: Ticket, minutes: i64) -> Result<Ticket, Refusal> {
    ticket.defer(minutes, &Limits::default(), t(0))
}

#[test]
fn an_undo_is_short_and_ones_own() {
    let l = &Limits::default();
    let own = Undo { counter: counter(1), own_step: true, newer_call: false };
    for state in ["done", "missed"] {
        assert_eq!(outcome(ticket(state).undo(own, l, t(66))), "undo.late", "{state}");
        assert_eq!(outcome(ticket(state).undo(Undo { own_step: false, ..own }, l, t(61))), "undo.other", "{state}");
        assert_eq!(outcome(ticket(state).undo(Undo { newer_call: true, ..own }, l, t(61))), "undo.newer", "{state}");
    }
    assert_eq!(outcome(ticket("called").undo(own, l, t(9_999))), "waiting");
    assert_eq!(outcome(ticket("called").undo(Undo { counter: counter(2), ..own }, l, t(61))), "undo.other");
}

#[test]
fn a_remote_ticket_keeps_its_place_for_ten_minutes_after_its_turn() {
    let l = &Limits::default();
    let away = || Ticket { here: None, ..ticket("waiting") };
    assert_eq!(away().here(None, l, t(3_000)).unwrap().base, t(0));
    assert_eq!(away().here(Some(t(100)), l, t(700)).unwrap().base, t(0));
    assert_eq!(away().here(Some(t(100)), l, t(701)).unwrap().base, t(701));
    assert_eq!(outcome(ticket("waiting").here(None, l, t(1))), "ticket.state");
    assert_eq!(outcome(away().leave(t(1))), "cancelled");
    assert_eq!(outcome(away().expire(l, Some(t(100)), t(3_700))), "ticket.state");
    assert_eq!(outcome(away().expire(l, Some(t(100)), t(3_701))), "expired");
    assert_eq!(outcome(away().expire(l, None, t(99_999))), "ticket.state");
}

#[test]
fn the_rest_of_the_limits_hold() {
    let l = &Limits::default();
    assert_eq!(outcome(ticket("serving").transfer(line(1), l)), "transfer.same");
    assert_eq!(outcome(Ticket { transfers: 2, ..ticket("serving") }.transfer(line(2), l)), "transfer.max");
    for (count, want) in [(0, "finish.count"), (-1, "finish.count"), (99, "done"), (100, "finish.count")] {
        let f = Finish { count, ..ticket("serving").default_finish() };
        assert_eq!(outcome(ticket("serving").finish(f, l, t(99))), want, "{count}");
    }
    let f = Finish { outcome: Outcome::Unrecorded, ..ticket("serving").default_finish() };
    assert_eq!(outcome(ticket("serving").finish(f, l, t(99))), "finish.outcome");
    let State::Serving { since, inferred, .. } = ticket("called").arrive_inferred(l, t(70)).unwrap().state else { panic!() };
    assert_eq!((since, inferred), (t(70), true));
    assert_eq!(OverrideReason::parse("because"), None);
}

#[test]
fn a_visit_is_what_its_tickets_make_of_it() {
    let check = |states: &[&str], want: VisitState| {
        let states: Vec<State> = states.iter().map(|s| ticket(s).state).collect();
        assert_eq!(VisitState::of(&states), want, "{states:?}");
    };
    check(&["done", "waiting"], VisitState::Open);
    check(&["missed"], VisitState::Open);
    check(&["left", "done", "expired"], VisitState::Done);
    check(&["expired", "left"], VisitState::Left);
    check(&["cancelled"], VisitState::Left);
    check(&["void", "expired"], VisitState::Expired);
    check(&["void", "void"], VisitState::Void);
}
