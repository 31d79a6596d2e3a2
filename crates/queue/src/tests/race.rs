//! Many at once, on both engines: one number each, one ticket each.

use std::collections::HashSet;

use kernel::No;
use store::testing;
use tokio::task::JoinSet;

use super::{
    twins::{self, Twin},
    world::{BY, Hall, TEN, classes, day, zone},
};
use crate::{MIGRATIONS, api, check};

fn at_once() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap()
}

#[test]
fn sixty_four_take_a_number_and_forty_counters_call_at_once() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        classes(&store);
        let hall = Hall::new(&store, 1, 40);
        let centre = hall.centre;
        let (numbers, called) = at_once().block_on(async {
            let mut tasks = JoinSet::new();
            for n in 0..64 {
                let (store, h) = ((*store).clone(), hall.clone());
                tasks.spawn(async move {
                    store
                        .command(testing::command_at(1, "queue.take", TEN), move |tx| h.take(tx, n % 2, "walk_in", TEN))
                        .await
                        .unwrap()
                        .visit
                        .number
                        .to_string()
                });
            }
            let numbers: Vec<String> = tasks.join_all().await;
            let mut tasks = JoinSet::new();
            for n in 0..40 {
                let (store, h) = ((*store).clone(), hall.clone());
                tasks.spawn(async move {
                    let called = store
                        .command(testing::command_at(1, "queue.call", TEN), move |tx| {
                            let desk = h.at(tx, n, TEN)?;
                            api::call_next(tx, &desk, None, TEN)
                        })
                        .await;
                    match called {
                        Ok(next) => next.called.map(|(t, _)| t.id),
                        Err(No::Refused(r)) if r.code == "queue.empty" => None,
                        Err(other) => panic!("{other}"),
                    }
                });
            }
            (numbers, tasks.join_all().await)
        });
        let distinct: HashSet<_> = numbers.iter().collect();
        assert_eq!((numbers.len(), distinct.len()), (64, 64), "{engine}");
        let called: Vec<_> = called.into_iter().flatten().collect();
        assert_eq!(called.len(), called.iter().collect::<HashSet<_>>().len(), "{engine}: a ticket was called twice");
        assert_eq!(called.len(), 34, "{engine}: 2 counters with line a, 32 others want one of 32 of line b and none of line c");
        super::world::act(&store, centre, TEN.plus_s(9), move |tx| api::end_of_day(tx, centre, day(), &zone(), &BY, TEN.plus_s(9))).unwrap();
        let report = store.read_blocking(move |tx| check::day(tx, centre, day(), true)).unwrap();
        assert_eq!(report.violations, vec![], "{engine}");
    }
}

#[test]
fn a_twin_that_repeats_numbers_is_held_by_the_rule_and_without_it_found_by_the_check() {
    let two = |store: &store::Store, hall: &Hall| {
        let h = hall.clone();
        super::world::act(store, hall.centre, TEN, move |tx| {
            twins::set(Twin::RepeatsNumbers);
            let done = h.take(tx, 0, "walk_in", TEN).and_then(|_| h.take(tx, 0, "walk_in", TEN)).map(drop);
            twins::set(Twin::None);
            done
        })
    };
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        classes(&store);
        let held = two(&store, &Hall::new(&store, 1, 1));
        assert!(matches!(&held, Err(No::Fault(f)) if f.violated.as_deref() == Some("queue_number_once")), "{engine}: {held:?}");
        if engine == "sqlite" {
            continue; // a rule of a table cannot be taken out there
        }
        store.place().tamper("alter table queue_visit drop constraint queue_number_once");
        let hall = Hall::new(&store, 2, 1);
        two(&store, &hall).unwrap();
        let report = store.read_blocking(move |tx| check::day(tx, hall.centre, day(), false)).unwrap();
        assert_eq!(report.violations.iter().map(|v| v.rule).collect::<Vec<_>>(), ["H1"]);
    }
}

#[test]
fn one_ticket_goes_to_one_of_forty_counters() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        classes(&store);
        let hall = Hall::new(&store, 1, 40);
        let h = hall.clone();
        super::world::act(&store, hall.centre, TEN, move |tx| h.take(tx, 1, "walk_in", TEN)).unwrap();
        let won = at_once().block_on(async {
            let mut tasks = JoinSet::new();
            for n in 2..40 {
                let (store, h) = ((*store).clone(), hall.clone());
                tasks.spawn(async move {
                    store
                        .command(testing::command_at(1, "queue.call", TEN), move |tx| {
                            let desk = h.at(tx, n, TEN)?;
                            api::call_next(tx, &desk, None, TEN)
                        })
                        .await
                        .is_ok()
                });
            }
            tasks.join_all().await.into_iter().filter(|w| *w).count()
        });
        assert_eq!(won, 1, "{engine}");
    }
}
