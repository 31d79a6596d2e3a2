//! Two houses at once: a child is dropped off in both, and somebody is barred or taken off the list while the child is handed over. Each in its own chain.

use std::{sync::Barrier, thread};

use kernel::No;
use store::{Store, testing};

use super::world::*;
use crate::pickup::{
    api::{self, Done, NewStay},
    child::Reason,
    handover::{Collector, Means, RULES},
    rows::{self, block::Why},
};

/// A command in the chain of a house.
fn in_house<T: Send + 'static>(
    store: &Store,
    house: i64,
    by: &'static str,
    mut f: impl FnMut(&mut store::Tx, &crate::pickup::handover::At, &mut store::Dice) -> Result<T, No> + Send + 'static,
) -> Result<T, No> {
    let now = at("2026-11-24T16:30");
    store.command_blocking(testing::command_at(house, "venues.test", now), move |tx| f(tx, &when(now, by, RULES), &mut dice()))
}

#[test]
fn two_houses_take_one_child_once() {
    both(|store| {
        for n in 0..8 {
            let id = register(store, &format!("孩子{n}"), "王芳", &format!("100{n}"), "").id;
            let expected = |house: i64, from: &str, to: &str| {
                let new = NewStay { label: "美术".into(), from: at(&format!("2026-11-24T{from}")), to: at(&format!("2026-11-24T{to}")), session: None };
                in_house(store, house, "teacher", move |tx, a, dice| api::expect(tx, centre(house), id, &new, a, dice)).unwrap().id
            };
            let stays = [(1, expected(1, "16:20", "17:00")), (2, expected(2, "17:00", "18:00"))];
            let start = Barrier::new(2);
            let done: Vec<bool> = thread::scope(|s| {
                let runs = stays.map(|(house, stay)| {
                    let start = &start;
                    s.spawn(move || {
                        start.wait();
                        match in_house(store, house, "teacher", move |tx, a, _| api::drop_off(tx, stay, "妈妈", true, a)) {
                            Ok(_) => true,
                            Err(No::Refused(r)) if r.code == "child.twice" => false,
                            Err(no) => panic!("{no}"),
                        }
                    })
                });
                runs.into_iter().map(|r| r.join().unwrap()).collect()
            });
            assert_eq!(done.iter().filter(|d| **d).count(), 1, "{done:?}");
        }
        assert_eq!(proved(store), Vec::<String>::new());
    });
}

#[test]
fn a_block_of_another_house_is_before_or_after_a_handover_and_never_beside_it() {
    both(|store| {
        for n in 0..12 {
            let id = register(store, &format!("孩子{n}"), &format!("妈妈{n}"), &format!("20{n:02}"), "").id;
            let new = NewStay { label: "美术".into(), from: at("2026-11-24T16:20"), to: at("2026-11-24T17:00"), session: None };
            let stay = in_house(store, 1, "teacher", move |tx, a, dice| {
                let stay = api::expect(tx, centre(1), id, &new, a, dice)?.id;
                api::drop_off(tx, stay, "妈妈", true, a)
            })
            .unwrap()
            .id;
            let right = store.read_blocking(move |tx| Ok(rows::child::authorities(tx, id)?[0].id)).unwrap();
            let start = Barrier::new(2);
            let gone = thread::scope(|s| {
                let barrier = &start;
                let give = s.spawn(move || {
                    barrier.wait();
                    let who = Collector { authority: Some(right), name: String::new(), tail: String::new() };
                    matches!(in_house(store, 1, "teacher", move |tx, a, _| api::hand_over(tx, stay, &who, Means::Card, "", a)), Ok(Done::Handed))
                });
                barrier.wait();
                if n % 2 == 0 {
                    let who = Collector { authority: None, name: format!("妈妈{n}"), tail: String::new() };
                    let why = Why { reason: Reason::Court, evidence: "令".into(), note: String::new() };
                    in_house(store, 2, "lead", move |tx, a, dice| api::block(tx, id, &who, &why, None, a, dice).map(drop)).unwrap();
                } else {
                    in_house(store, 2, "guardian", move |tx, a, _| api::withdraw(tx, id, right, a)).unwrap();
                }
                give.join().unwrap()
            });
            let stands = store.read_blocking(move |tx| Ok(rows::stay::one(tx, stay)?.unwrap().state.ended())).unwrap();
            assert_eq!(stands, gone);
        }
        assert_eq!(proved(store), Vec::<String>::new());
    });
}
