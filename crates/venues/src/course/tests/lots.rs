//! Lots: drawn once, worked out again, and every unfair draw is caught.

use kernel::{CourseId, Instant};
use store::{Store, testing};

use super::world::*;
use crate::course::{Admission, Course, api, api::Standing, lot, rows};

const NOW: &str = "2026-08-26T00:00";

fn apply(store: &Store, now: Instant, course: CourseId, n: u8) -> Result<crate::course::Application, kernel::No> {
    act(store, now, move |tx, m, dice| api::apply(tx, course, &who(n), token(n, course), m, dice))
}
fn draw(store: &Store, course: CourseId, order: lot::Order) -> Result<Course, kernel::No> {
    act(store, at(NOW), move |tx, m, dice| api::draw(tx, course, order, m, dice))
}
/// A lot with twelve applications for four places; the third is withdrawn.
fn applied(store: &Store) -> Course {
    district(store);
    let c = course(store, plan("lot", Admission::Lot), 4);
    for n in 1..=12 {
        apply(store, august().plus_s(i64::from(n)), c.id, n).unwrap();
    }
    let id = c.id;
    let token_text = format!("token 3 of {id}");
    act(store, august().plus_s(60), move |tx, m, dice| api::withdraw(tx, &token_text, m, dice)).unwrap();
    c
}

#[test]
fn a_lot_is_drawn_once_and_can_be_worked_out_again() {
    for (engine, store) in testing::both(MIGRATIONS) {
        eprintln!("{engine}");
        let c = applied(&store);
        assert_eq!(code(apply(&store, august(), c.id, 1)), "lot.twice");
        let direct = act(&store, august(), move |tx, m, dice| api::enrol(tx, c.id, &who(9), token(99, c.id), false, m, dice).map(drop));
        assert_eq!(code(direct), "lot.only", "nobody passes the lot by");
        let early = act(&store, at("2026-08-25T23:59"), move |tx, m, dice| api::draw(tx, c.id, lot::order, m, dice));
        assert_eq!(code(early), "lot.early");
        proved(&store, august());
        // By the clock, not by a button.
        let drawn = act(&store, at(NOW), move |tx, m, dice| api::advance(tx, c.id, m, dice)).unwrap();
        assert!(drawn.drawn.is_some());
        assert_eq!(code(draw(&store, c.id, lot::order)), "lot.once");
        proved(&store, at(NOW));
        let all = store.read_blocking(move |tx| Ok(rows::application::of_course(tx, c.id)?)).unwrap();
        let codes: Vec<String> = all.iter().filter(|a| a.withdrawn.is_none()).map(|a| a.code.clone()).collect();
        let order = lot::order(&drawn.secret.unwrap(), &codes);
        assert_eq!(lot::commitment(&drawn.secret.unwrap()), c.commitment.unwrap(), "promised before the first application");
        let mut stands: Vec<(i64, Standing)> = Vec::new();
        for a in &all {
            let (id, withdrawn) = (a.enrolment, a.withdrawn.is_some());
            assert_eq!(withdrawn, a.drawn_no.is_none());
            let Some(no) = a.drawn_no else { continue };
            assert_eq!(order[usize::try_from(no).unwrap() - 1], a.code);
            let standing = store.read_blocking(move |tx| {
                let e = rows::enrolment::one(tx, id.unwrap())?.unwrap();
                api::standing(tx, &e)
            });
            stands.push((no, standing.unwrap()));
        }
        stands.sort_by_key(|(no, _)| *no);
        let expect: Vec<(i64, Standing)> = (1..=11).map(|n| (n, if n <= 4 { Standing::In } else { Standing::Waiting(n - 4) })).collect();
        assert_eq!(stands, expect);
        // The token of an application opens what it led to.
        let first = all.iter().find(|a| a.drawn_no == Some(1)).unwrap().person.bytes()[0];
        let token_text = format!("token {first} of {}", c.id);
        let opened = store.read_blocking(move |tx| capacity::api::open_token(tx, &token_text)).unwrap();
        assert!(opened.claim.is_some());
        // Somebody leaves: the place goes to the first of those who wait, in the drawn order; who comes later waits behind the lot.
        let claim = opened.claim.unwrap().id;
        let late =
            act(&store, at("2026-08-26T09:00"), move |tx, m, dice| api::enrol(tx, c.id, &who(40), token(40, c.id), true, m, dice).map(|(e, _)| e)).unwrap();
        act(&store, at("2026-08-26T09:01"), move |tx, m, dice| capacity::api::cancel(tx, claim, "p", false, None, m, dice)).unwrap();
        let fifth = all.iter().find(|a| a.drawn_no == Some(5)).unwrap().enrolment.unwrap();
        let both = store.read_blocking(move |tx| {
            let (a, b) = (rows::enrolment::one(tx, fifth)?.unwrap(), rows::enrolment::one(tx, late.id)?.unwrap());
            Ok((api::standing(tx, &a)?, api::standing(tx, &b)?))
        });
        assert_eq!(both.unwrap(), (Standing::Offered, Standing::Waiting(7)));
        proved(&store, at("2026-08-26T09:01"));
    }
}

#[test]
fn whoever_applies_withdraws_and_applies_again_is_drawn_once() {
    let store = testing::sqlite_with(MIGRATIONS);
    let c = applied(&store);
    let again = act(&store, august().plus_s(90), move |tx, m, dice| api::apply(tx, c.id, &who(3), token(103, c.id), m, dice)).unwrap();
    draw(&store, c.id, lot::order).unwrap();
    let all = store.read_blocking(move |tx| Ok(rows::application::of_course(tx, c.id)?)).unwrap();
    let drawn: Vec<_> = all.iter().filter(|a| a.drawn_no.is_some()).collect();
    let mut persons: Vec<_> = drawn.iter().map(|a| a.person).collect();
    persons.sort_unstable();
    persons.dedup();
    assert_eq!((drawn.len(), persons.len()), (12, 12), "nobody twice");
    assert!(drawn.iter().any(|a| a.code == again.code));
    let token_text = format!("token 1 of {}", c.id);
    assert_eq!(code(act(&store, at(NOW), move |tx, m, dice| api::withdraw(tx, &token_text, m, dice))), "lot.over");
    proved(&store, at(NOW));
}

/// Draws that are not fair, each with what is wrong with it. The check must catch every one.
#[test]
fn an_unfair_draw_is_caught() {
    let by_arrival: lot::Order = |_, codes| codes.to_vec();
    let by_code: lot::Order = |_, codes| {
        let mut all = codes.to_vec();
        all.sort_unstable();
        all
    };
    let friend_first: lot::Order = |secret, codes| {
        let mut all = lot::order(secret, codes);
        let friend = all.pop().unwrap();
        all.insert(0, friend);
        all
    };
    let forgets_one: lot::Order = |secret, codes| lot::order(secret, codes).into_iter().skip(1).collect();
    let other_secret: lot::Order = |_, codes| lot::order(&[7; 32], codes);
    for (what, order) in
        [("by arrival", by_arrival), ("by code", by_code), ("a friend first", friend_first), ("one forgotten", forgets_one), ("another secret", other_secret)]
    {
        let store = testing::sqlite_with(MIGRATIONS);
        let c = applied(&store);
        draw(&store, c.id, order).unwrap();
        let found = wrong(&store);
        assert!(found.iter().any(|w| w.starts_with("VL1")), "{what}: {found:?}");
    }
}
