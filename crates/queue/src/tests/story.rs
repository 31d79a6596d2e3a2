//! One day by hand on both engines: every function of the api once, every row written and read back.

use kernel::{Both, ServiceClass};
use store::{Store, testing};

use super::world::{BY, Hall, TEN, act, classes, code, day, dice, errand, hours, zone};
use crate::{
    Channel, Finish, MIGRATIONS, Outcome, OverrideReason, ParkReason, PauseReason, SessionState, State, TransferReason, VisitState, Why,
    api::{self, Errand, NewLine, StopReason},
    check, rows,
};

fn on_both(story: fn(&Store)) {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        eprintln!("{engine}");
        classes(&store);
        story(&store);
    }
}

#[test]
fn every_statement_is_understood_by_both_engines() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        let all: Vec<_> = rows::STATEMENTS.iter().flat_map(|s| s.iter().copied()).collect();
        assert_eq!(testing::statements_work(&store, &all), Vec::<String>::new(), "{engine}");
    }
}

#[test]
fn only_the_insert_writes_the_first_range() {
    let writes = |sql: &&&store::Sql| sql.postgres.contains("shown_") && !sql.postgres.trim_start().starts_with("select");
    let names: Vec<_> = rows::STATEMENTS.iter().flat_map(|s| s.iter()).filter(writes).map(|s| s.name).collect();
    assert_eq!(names, ["INSERT"], "H9: a range is frozen when it is first shown");
}

#[test]
fn a_person_takes_a_number_and_is_served() {
    on_both(|store| {
        let hall = Hall::new(store, 1, 3);
        let h = hall.clone();
        let elder = act(store, hall.centre, TEN, move |tx| h.take(tx, 0, "walk_in", TEN.plus_s(-60)).and_then(|_| h.take(tx, 0, "elder", TEN))).unwrap();
        assert_eq!((elder.visit.number.to_string(), elder.tickets[0].1.ahead), ("A002".into(), 0));
        let (h, id) = (hall.clone(), elder.tickets[0].0.id);
        let called = act(store, hall.centre, TEN.plus_s(5), move |tx| {
            let at = h.at(tx, 0, TEN)?;
            api::call_next(tx, &at, None, TEN.plus_s(5))
        })
        .unwrap();
        let (ticket, why) = called.called.unwrap();
        assert_eq!((ticket.id, why, ticket.priority()), (id, Why::Key, true));

        // the screen shows it, with 「优先」; the clerk's page has it; the first one is next
        let c = hall.centre;
        let view = store.read_blocking(move |tx| api::hall_view(tx, c, "hall1", TEN.plus_s(6))).unwrap();
        assert_eq!((view.calls.len(), view.calls[0].number.to_string(), view.calls[0].counter_number, view.calls[0].priority), (1, "A002".into(), 1, true));
        assert_eq!(view.next.iter().map(|n| n.number.to_string()).collect::<Vec<_>>(), ["A001"]);
        let counter = hall.counters[0].id;
        let desk = store.read_blocking(move |tx| api::counter_view(tx, counter, TEN.plus_s(200))).unwrap();
        assert_eq!((desk.current.unwrap().id, desk.ask, desk.next.len(), desk.waiting), (id, true, 1, 1));

        // the whole circle: recall, arrive, park, return, call again, serve, finish with another item
        let h = hall.clone();
        let step = move |s: i64, f: fn(&mut store::Tx, &api::AtWork, kernel::TicketId, kernel::Instant) -> Result<crate::Ticket, kernel::No>| {
            let h = h.clone();
            move |store: &Store| {
                act(store, h.centre, TEN.plus_s(s), {
                    let h = h.clone();
                    move |tx| {
                        let at = h.at(tx, 0, TEN)?;
                        f(tx, &at, id, TEN.plus_s(s))
                    }
                })
            }
        };
        assert_eq!(code(step(10, api::recall)(store)), "recall.soon");
        step(20, api::recall)(store).unwrap();
        step(30, api::arrive_at_counter)(store).unwrap();
        step(40, |tx, at, id, now| api::park(tx, at, id, ParkReason::Copy, now))(store).unwrap();
        let desk = store.read_blocking(move |tx| api::counter_view(tx, counter, TEN.plus_s(45))).unwrap();
        assert_eq!((desk.parked.len(), desk.current), (1, None));
        step(50, |tx, _, id, now| api::return_(tx, id, &BY, now))(store).unwrap();
        step(60, |tx, at, id, now| api::override_call(tx, at, id, OverrideReason::CameBack, now))(store).unwrap();
        let finish = |tx: &mut store::Tx, at: &api::AtWork, id, now| {
            api::finish(tx, at, id, Some(Finish { item: Some("HN-PS-00231".into()), count: 2, outcome: Outcome::ToCase }), now)
        };
        step(120, finish)(store).unwrap();
        assert_eq!(code(step(130, api::undo)(store)), "undo.late");
        let done = store.read_blocking(move |tx| api::ticket(tx, id)).unwrap();
        let State::Ended { how: crate::End::Done(d), .. } = done.state else { panic!() };
        assert_eq!(
            (d.since, d.inferred, d.finish.count, d.finish.outcome, d.finish.item.as_deref()),
            (TEN.plus_s(80), true, 2, Outcome::ToCase, Some("HN-PS-00231"))
        );
        let visit = store.read_blocking(move |tx| api::visit(tx, done.visit, TEN.plus_s(130))).unwrap();
        assert_eq!(visit.visit.state, VisitState::Done);

        // Space finishes and calls; the last Space says that nobody waits, and still finishes
        let next = |store: &Store, hall: &Hall, s: i64| {
            let h = hall.clone();
            act(store, hall.centre, TEN.plus_s(s), move |tx| {
                let at = h.at(tx, 0, TEN)?;
                api::call_next(tx, &at, at.default_finish(), TEN.plus_s(s))
            })
        };
        let first = next(store, &hall, 140).unwrap().called.unwrap().0;
        assert_eq!(code(next(store, &hall, 141)), "counter.busy");
        let h = hall.clone();
        act(store, c, TEN.plus_s(150), move |tx| {
            let at = h.at(tx, 0, TEN)?;
            api::arrive_at_counter(tx, &at, first.id, TEN.plus_s(150))
        })
        .unwrap();
        let last = next(store, &hall, 200).unwrap();
        assert_eq!((last.finished.unwrap().id, last.called), (first.id, None));
        assert_eq!(code(next(store, &hall, 201)), "queue.empty");

        let live = store.read_blocking(move |tx| api::live(tx, c, day(), TEN.plus_min(-300), TEN.plus_s(210))).unwrap();
        assert_eq!((live.lines[0].today.issued, live.lines[0].today.called, live.lines[0].today.done, live.overrides.len()), (2, 2, 2, 1));
        assert_eq!(live.lines[0].last.as_ref().unwrap().to_string(), "A001");
        let report = store.read_blocking(move |tx| check::day(tx, c, day(), true)).unwrap();
        assert_eq!((report.tickets, report.calls, report.overrides, report.violations), (2, 3, 1, vec![]));
    });
}

#[test]
fn a_remote_number_waits_for_its_holder() {
    on_both(|store| {
        let hall = Hall::new(store, 2, 1);
        let (h, token, browser) = (hall.clone(), dice(), dice());
        let take = move |store: &Store, s: i64| {
            let h = h.clone();
            act(store, h.centre, TEN.plus_s(s), move |tx| {
                let (errands, open) = ([errand(0)], hours());
                let new = api::NewVisit {
                    channel: Channel::Phone,
                    remote: true,
                    token_hash: if s == 0 { token } else { dice() },
                    browser: Some(browser),
                    ..h.new_visit(&errands, "walk_in", &open)
                };
                api::issue(tx, &new, TEN.plus_s(s), dice())
            })
        };
        let issued = take(store, 0).unwrap();
        assert_eq!(code(take(store, 0)), "visit.taken");
        take(store, 1).unwrap();
        take(store, 2).unwrap();
        assert_eq!(code(take(store, 3)), "queue.too_many");
        let h = hall.clone();
        assert_eq!(
            code(act(store, hall.centre, TEN, move |tx| {
                let at = h.at(tx, 0, TEN)?;
                api::call_next(tx, &at, None, TEN)
            })),
            "queue.empty"
        );

        let (number, code8) = (issued.visit.number.to_string().to_lowercase(), issued.visit.code.as_str().to_lowercase());
        let found = store.read_blocking(move |tx| api::visit_by_code(tx, None, day(), &number, &format!("{} {}", &code8[..4], &code8[4..]), TEN)).unwrap();
        assert_eq!((found.visit.id, found.tickets[0].ticket.here), (issued.visit.id, None));
        let by_token = store.read_blocking(move |tx| api::visit_by_token_hash(tx, token, TEN)).unwrap();
        assert_eq!(by_token, found);
        assert_eq!(code(store.read_blocking(move |tx| api::visit_by_token_hash(tx, [0; 32], TEN))), "ticket.unknown");
        let c = hall.centre;
        assert_eq!(store.read_blocking(move |tx| api::find(tx, c, day(), "A1", TEN)).unwrap().visit.id, issued.visit.id);

        let find = |typed: String| store.read_blocking(move |tx| api::find(tx, c, day(), &typed, TEN));
        assert_eq!(find(format!("a {:0>10}", 1)).unwrap().visit.id, issued.visit.id);
        assert_eq!((code(find(format!("A{:0>12}", 1))), code(find("0".repeat(60_000)))), ("ticket.unknown", "ticket.unknown"), "no longer than 12");

        // somebody who came later is called first: its turn has come, and is kept for ten minutes
        let h = hall.clone();
        act(store, c, TEN.plus_s(10), move |tx| {
            h.take(tx, 0, "walk_in", TEN.plus_s(10))?;
            let at = h.at(tx, 0, TEN)?;
            api::call_next(tx, &at, None, TEN.plus_s(10))
        })
        .unwrap();
        let visit = issued.visit.id;
        let here = act(store, c, TEN.plus_s(610), move |tx| api::arrive(tx, visit, &BY, TEN.plus_s(610))).unwrap();
        assert_eq!((here[0].base, here[0].here), (TEN, Some(TEN.plus_s(610))));
        // the others never come
        act(store, c, TEN.plus_s(10 + 3_601), move |tx| api::expire_away(tx, c, TEN.plus_s(10 + 3_601))).unwrap();
        let lines = store.read_blocking(move |tx| api::line_now(tx, c, TEN.plus_s(4_000))).unwrap();
        assert_eq!((lines[0].waiting, lines[0].away), (1, 0));
        let left = act(store, c, TEN.plus_s(4_000), move |tx| api::leave(tx, visit, None, &BY, TEN.plus_s(4_000))).unwrap();
        assert_eq!(left[0].state.code(), "left");
        assert_eq!(code(act(store, c, TEN.plus_s(4_001), move |tx| api::leave(tx, visit, None, &BY, TEN.plus_s(4_001)))), "visit.ended");
    });
}

#[test]
fn one_number_stands_in_several_lines() {
    on_both(|store| {
        let hall = Hall::new(store, 3, 3);
        let (h, c) = (hall.clone(), hall.centre);
        let issued = act(store, c, TEN, move |tx| {
            let errands = [errand(0), errand(1)];
            api::issue(tx, &h.new_visit(&errands, "walk_in", &hours()), TEN, dice())
        })
        .unwrap();
        let visit = issued.visit.id;
        assert_eq!(code(act(store, c, TEN, move |tx| api::add_errand(tx, visit, &errand(0), &hours(), TEN, dice()))), "queue.once");
        let (added, _) =
            act(store, c, TEN, move |tx| api::add_errand(tx, visit, &Errand { item: Some("x".into()), ..errand(0) }, &hours(), TEN, dice())).unwrap();
        assert_eq!((added.leg, added.number.to_string()), (3, "A001".into()));
        // called at one counter, it is not called at another
        let h = hall.clone();
        let (first, _) = act(store, c, TEN, move |tx| {
            let at = h.at(tx, 0, TEN)?;
            api::call_next(tx, &at, None, TEN)
        })
        .unwrap()
        .called
        .unwrap();
        let h = hall.clone();
        assert_eq!(
            code(act(store, c, TEN, move |tx| {
                let at = h.at(tx, 2, TEN)?;
                api::call_next(tx, &at, None, TEN)
            })),
            "queue.empty"
        );
        let (h, second) = (hall.clone(), issued.tickets[1].0.id);
        assert_eq!(
            code(act(store, c, TEN, move |tx| {
                let at = h.at(tx, 2, TEN)?;
                api::override_call(tx, &at, second, OverrideReason::Other, TEN)
            })),
            "visit.elsewhere"
        );
        // sent to the second line it waits there with its key; the other legs go on
        let (h, first, to) = (hall.clone(), first.id, hall.lines[2]);
        let moved = act(store, c, TEN.plus_s(9), move |tx| {
            let at = h.at(tx, 0, TEN)?;
            api::transfer(tx, &at, first, to, TransferReason::NextStep, TEN.plus_s(9))
        })
        .unwrap();
        assert_eq!((moved.base, moved.state, moved.line), (TEN, State::Waiting, to));
        let h = hall.clone();
        let (t, _) = act(store, c, TEN.plus_s(10), move |tx| {
            let at = h.at(tx, 2, TEN)?;
            api::call_next(tx, &at, None, TEN.plus_s(10))
        })
        .unwrap()
        .called
        .unwrap();
        assert!([first, second].contains(&t.id));
        let ended = act(store, c, TEN.plus_s(20), move |tx| api::end_of_day(tx, c, day(), &zone(), &BY, TEN.plus_s(20))).unwrap();
        assert_eq!(ended, (3, 0));
        let report = store.read_blocking(move |tx| check::day(tx, c, day(), true)).unwrap();
        assert_eq!(report.violations, vec![]);
        assert_eq!(store.read_blocking(move |tx| api::sessions(tx, c)).unwrap(), vec![]);
        assert_eq!(store.read_blocking(move |tx| api::unended(tx, &zone(), TEN.plus_min(24 * 60))).unwrap().len(), 0);
    });
}

#[test]
fn a_counter_opens_once_and_a_clerk_works_at_one() {
    on_both(|store| {
        let hall = Hall::new(store, 4, 2);
        let c = hall.centre;
        let open = |n: usize, clerk: usize| {
            let h = hall.clone();
            act(store, c, TEN, move |tx| api::open_counter(tx, &h.counters[n], h.clerks[clerk], &[], TEN, dice()))
        };
        assert_eq!(code(open(0, 1)), "counter.taken");
        assert_eq!(code(open(1, 1)), "clerk.elsewhere");
        let h = hall.clone();
        assert_eq!(code(act(store, c, TEN, move |tx| api::at_work(tx, h.counters[0].id, h.clerks[1], TEN))), "counter.other");
        let run = |f: fn(&mut store::Tx, &api::AtWork) -> Result<crate::CounterSession, kernel::No>| {
            let h = hall.clone();
            act(store, c, TEN, move |tx| {
                let at = h.at(tx, 0, TEN)?;
                f(tx, &at)
            })
        };
        let paused = run(|tx, at| api::pause_counter(tx, at, PauseReason::Lunch, Some(TEN.plus_min(30)))).unwrap();
        assert_eq!(paused.state, SessionState::Paused { why: PauseReason::Lunch, back_at: Some(TEN.plus_min(30)) });
        let h = hall.clone();
        assert_eq!(
            code(act(store, c, TEN, move |tx| {
                h.take(tx, 0, "walk_in", TEN)?;
                let at = h.at(tx, 0, TEN)?;
                api::call_next(tx, &at, None, TEN)
            })),
            "counter.paused"
        );
        run(api::resume_counter).unwrap();
        let h = hall.clone();
        let (t, _) = act(store, c, TEN, move |tx| {
            h.take(tx, 0, "walk_in", TEN)?;
            let at = h.at(tx, 0, TEN)?;
            api::call_next(tx, &at, None, TEN)
        })
        .unwrap()
        .called
        .unwrap();
        assert_eq!(code(run(|tx, at| api::pause_counter(tx, at, PauseReason::Lunch, None))), "counter.busy");
        assert_eq!(run(|tx, at| api::close_counter(tx, at, TEN)).unwrap().state, SessionState::Closing);
        let h = hall.clone();
        act(store, c, TEN.plus_s(1), move |tx| {
            let at = h.at(tx, 0, TEN)?;
            api::miss(tx, &at, t.id, TEN.plus_s(1))
        })
        .unwrap();
        let h = hall.clone();
        assert_eq!(code(act(store, c, TEN, move |tx| h.at(tx, 0, TEN))), "counter.closed");
        // the account leaves: its counter closes
        let clerk = hall.clerks[1];
        assert!(act(store, c, TEN, move |tx| api::account_left(tx, c, clerk, TEN)).unwrap());
        assert_eq!(store.read_blocking(move |tx| api::where_works(tx, clerk)).unwrap(), None);
    });
}

#[test]
fn a_line_stops_and_a_person_is_called_for() {
    on_both(|store| {
        let hall = Hall::new(store, 5, 1);
        let (c, line) = (hall.centre, hall.lines[0]);
        act(store, c, TEN, move |tx| api::close_line(tx, line, StopReason::Outage, TEN)).unwrap();
        let h = hall.clone();
        assert_eq!(code(act(store, c, TEN, move |tx| h.take(tx, 0, "walk_in", TEN))), "queue.stopped");
        let now = store.read_blocking(move |tx| api::line_now(tx, c, TEN)).unwrap();
        assert_eq!((now[0].line.closed_at, now[0].stopped_why.as_deref()), (Some(TEN), Some("outage")));
        act(store, c, TEN, move |tx| api::open_line(tx, line)).unwrap();
        let h = hall.clone();
        let late = TEN.plus_min(14 * 60 - 30);
        assert_eq!(code(act(store, c, late, move |tx| h.take(tx, 0, "walk_in", late))), "queue.closed");
        let h = hall.clone();
        assert_eq!(code(act(store, c, TEN, move |tx| h.take(tx, 0, "king", TEN))), "class.unknown");

        let device = kernel::DeviceId::from_bytes([5; 16]);
        let ask = move |store: &Store| act(store, c, TEN, move |tx| api::ask_help(tx, c, "自助机 1", Some(device), None, TEN, dice())).unwrap();
        let help = ask(store);
        assert_eq!(ask(store), help);
        assert_eq!(store.read_blocking(move |tx| api::guide_view(tx, c, TEN)).unwrap().help[0].id, help);
        act(store, c, TEN, move |tx| api::answer_help(tx, c, help, &BY, TEN)).unwrap();
        assert_eq!(code(act(store, c, TEN, move |tx| api::answer_help(tx, c, help, &BY, TEN))), "help.answered");

        // lines keep their id when they change; figures hold from their moment on
        let line = |code: &str, prefix: &str| NewLine {
            centre: c,
            code: code.into(),
            prefix: prefix.into(),
            class: ServiceClass::B,
            name: Both::new("民政", "Civil"),
            zone: "hall2".into(),
            last_issue_min: 0,
            remote_share_pct: 0,
            typical_min: 5,
        };
        let (same, bad) = (line("a", "B"), line("a", "b"));
        assert_eq!(act(store, c, TEN, move |tx| api::set_line(tx, same.clone(), TEN, dice())).unwrap(), hall.lines[0]);
        assert_eq!(code(act(store, c, TEN, move |tx| api::set_line(tx, bad.clone(), TEN, dice()))), "line.prefix");
        act(store, c, TEN, move |tx| api::set_limit(tx, c, "cap", 5, "试行", &BY, TEN)).unwrap();
        let cap = move |store: &Store, at| store.read_blocking(move |tx| api::limits(tx, c, at)).unwrap().cap;
        assert_eq!((cap(store, TEN.plus_s(-1)), cap(store, TEN)), (12, 5));
        assert_eq!(code(act(store, c, TEN, move |tx| api::set_limit(tx, c, "hats", 5, "x", &BY, TEN))), "limit.unknown");
    });
}

#[test]
fn ranges_are_learned_frozen_and_scored() {
    on_both(|store| {
        let hall = Hall::new(store, 6, 1);
        let c = hall.centre;
        for n in 0..60_i64 {
            let (h, at) = (hall.clone(), TEN.plus_s(n * 300));
            let issued = act(store, c, at, move |tx| {
                let issued = h.take(tx, 0, "walk_in", at)?;
                let desk = h.at(tx, 0, at)?;
                api::call_next(tx, &desk, None, at.plus_s(60 + n % 10))?;
                Ok(issued)
            })
            .unwrap();
            let (shown, id, h) = (issued.tickets[0].1, issued.tickets[0].0.id, hall.clone());
            assert_eq!((shown.range.is_some(), shown.predicted_s.is_some()), (n >= 50, true), "{n}");
            let done = at.plus_s(200);
            act(store, c, done, move |tx| {
                let desk = h.at(tx, 0, done)?;
                api::finish(tx, &desk, id, None, done)
            })
            .unwrap();
            act(store, c, done, move |tx| api::refresh(tx, c, done)).unwrap();
        }
        let minute = |n: i64| act(store, c, TEN.plus_min(n), move |tx| api::refresh(tx, c, TEN.plus_min(n))).unwrap();
        assert!(minute(400) && !minute(401), "nothing ended since");
        let live = store.read_blocking(move |tx| api::live(tx, c, day(), TEN, TEN.plus_min(400))).unwrap();
        assert_eq!((live.lines[0].now.score.n, live.score.n), (10, 10));
        assert!(live.score.covered >= 5, "{:?}", live.score);
    });
}
