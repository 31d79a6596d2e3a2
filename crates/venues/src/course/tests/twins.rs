//! The proof itself: each invariant is broken once in the tables, and the check that guards it must name it.

use store::testing;

use super::world::*;
use crate::course::{Admission, api, lot, rows};

/// A course with people in it, one that waits, a mark; a lot that was drawn; a course that was cancelled.
fn full(store: &store::Store) {
    district(store);
    let c = course(store, plan("taichi", Admission::Order), 2);
    let gone = course(store, plan("gone", Admission::Order), 2);
    let l = course(store, plan("lot", Admission::Lot), 2);
    for n in 1..=3 {
        act(store, august(), move |tx, m, dice| {
            api::enrol(tx, c.id, &who(n), token(n, c.id), n == 3, m, dice)?;
            api::apply(tx, l.id, &who(n), token(n, l.id), m, dice)?;
            api::apply(tx, l.id, &who(n + 10), token(n + 10, l.id), m, dice).map(drop)
        })
        .unwrap();
    }
    let token_text = format!("token 13 of {}", l.id);
    act(store, august(), move |tx, m, dice| {
        api::withdraw(tx, &token_text, m, dice)?;
        api::enrol(tx, gone.id, &who(1), token(50, gone.id), false, m, dice)?;
        api::cancel(tx, gone.id, "停办", m, dice).map(drop)
    })
    .unwrap();
    act(store, at("2026-08-26T00:00"), move |tx, m, dice| api::draw(tx, l.id, lot::order, m, dice)).unwrap();
    act(store, at("2026-09-03T19:05"), move |tx, m, _| {
        let lesson = rows::lesson::of_course(tx, c.id)?[0].id;
        let one = rows::enrolment::of_person(tx, c.id, who(1).person)?[0].id;
        api::mark(tx, lesson, &[(one, crate::course::Mark::Present)].into_iter().collect(), "s", m).map(drop)
    })
    .unwrap();
    let found = wrong(store);
    assert!(found.is_empty(), "{found:#?}");
}

/// What breaks each invariant, and which check must see it.
const BROKEN: &[(&str, &str)] = &[
    // A pupil whom nobody sees; a pupil without a place; a place of somebody else; twice in one course.
    ("VC1", "delete from venues_enrolment where claim_id is not null"),
    ("VC1", "delete from venues_enrolment where wait_id is not null"),
    ("VC1", "update venues_enrolment set person_id = x'01010101010101010101010101010101' where label = '人2'"),
    ("VC1", "update capacity_claim set subject_ref = 'another' where state = 'confirmed'"),
    ("VC1", "update venues_enrolment set left_at_us = 1 where claim_id is not null"),
    ("VC2", "update venues_lesson set start_min = start_min + 259200, end_min = end_min + 259200 where lesson_no = 10"),
    // Thursday 8 October back to 1 October.
    ("VC2", "update venues_lesson set start_min = start_min - 10080, end_min = end_min - 10080 where lesson_no = 5"),
    ("VC2", "delete from venues_lesson where lesson_no = 10"),
    ("VC3", "update capacity_claim set state = 'confirmed', late_at_us = 1 where state = 'cancelled'"),
    (
        "VC3",
        "update venues_roll set lesson_id = (select lesson_id from venues_lesson where course_id <> (select course_id from venues_course where code = 'taichi') limit 1)",
    ),
    // The order, the secret, who was withdrawn, who got the place, who waits first.
    ("VL1", "update venues_application set drawn_no = 6 - drawn_no where drawn_no is not null"),
    ("VL1", "update venues_course set lot_secret = x'0000000000000000000000000000000000000000000000000000000000000000' where lot_secret is not null"),
    ("VL1", "update venues_course set lot_commitment = x'0000000000000000000000000000000000000000000000000000000000000000' where lot_secret is not null"),
    ("VL1", "update venues_application set withdrawn_at_us = null, drawn_no = 6 where withdrawn_at_us is not null"),
    ("VL1", "update venues_application set enrolment_id = null where drawn_no = 1"),
    ("VL1", "update venues_application set enrolment_id = (select enrolment_id from venues_application where drawn_no = 2) where drawn_no = 1"),
    ("VL1", "update capacity_wait set priority = 9 - priority where priority > 0"),
    ("VL1", "update venues_enrolment set made_at_us = 1 where label = '人1'; update venues_application set enrolment_id = null where drawn_no = 5"),
    ("VL1", "update venues_course set drawn_at_us = null where lot_secret is not null"),
];

#[test]
fn each_broken_invariant_is_named() {
    for (id, sql) in BROKEN {
        let store = testing::sqlite_with(MIGRATIONS);
        full(&store);
        store.place().tamper(sql);
        let found = wrong(&store);
        assert!(found.iter().any(|w| w.split(' ').next() == Some(id)), "{id} was broken by {sql}: {found:#?}");
    }
    let guarded: Vec<&str> = BROKEN.iter().map(|(id, _)| *id).collect();
    for check in crate::SLICE.checks.iter().filter(|c| c.id.starts_with("VC") || c.id.starts_with("VL")) {
        assert!(guarded.contains(&check.id), "no row of the table breaks {}", check.id);
    }
}
