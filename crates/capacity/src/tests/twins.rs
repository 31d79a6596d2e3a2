//! The proof itself: each invariant is broken once in the tables, and the question that guards it must name it, and no other does.

use store::testing;

use super::world::*;
use crate::{
    MIGRATIONS, Period, QuotaRule, Rules, Subject,
    api::{self, How},
    prove, rows,
};

/// A hall in which every table has a row: bookings of three states, an override, a quota, a waiting entry and an offer.
fn full(store: &store::Store) {
    hall(store, Rules { quotas: vec!["live".into()], ..rules() });
    act(store, ten(), |tx, m, dice| {
        let rule = QuotaRule {
            code: "live".into(),
            subject: Subject::Person,
            period: Period::Live,
            most: 9,
            name: kernel::Both::new("在约", "live"),
            source: "test".into(),
        };
        rows::quota::save(tx, &rule)?;
        let court = |n| want(n, minute(13, 0), minute(14, 0), 1);
        api::take(tx, &wish(1, court(COURT_1)), How::Book, m, dice)?;
        let given = api::take(tx, &wish(2, court(COURT_2)), How::Book, m, dice)?;
        api::cancel(tx, given.id, "p:2", false, None, m, dice)?;
        api::join(tx, &wish(3, court(COURT_1)), 0, m, dice)?;
        api::override_take(tx, &wish(4, court(COURT_1)), "培训", None, m, dice)?;
        let other = api::take(tx, &wish(5, want(COURT_2, minute(15, 0), minute(15, 30), 1)), How::Book, m, dice)?;
        api::join(tx, &wish(6, want(COURT_2, minute(15, 0), minute(15, 30), 1)), 0, m, dice)?;
        api::cancel(tx, other.id, "p:5", false, None, m, dice)?;
        Ok(())
    })
    .unwrap();
    proved(store, ten());
}

/// What breaks each invariant, and which question must see it.
const BROKEN: &[(&str, &str)] = &[
    ("C1", "update capacity_cell set cap = cap + 1, taken = taken + 1 where taken = 2"),
    ("C2", "pragma ignore_check_constraints = on; update capacity_cell set cap = 1 where taken = 2; pragma ignore_check_constraints = off"),
    ("C3", "update capacity_line set start_min = start_min + 10 where held_until_min > start_min + 10"),
    ("C4", "update capacity_step set to_state = 'done' where action = 'cancel'"),
    ("C4", "update capacity_claim set state = 'done', late_at_us = null where state = 'confirmed'"),
    ("C6", "delete from capacity_claim where state = 'held'; update capacity_cell set cap = cap + 1"),
    ("C7", "update capacity_claim set state = 'cancelled', expires_at_us = null where state = 'held'"),
    ("C9", "update capacity_quota set taken = taken + 1"),
    (
        "C10",
        "update capacity_wait set state = 'waiting', claim_id = null, joined_seq = 0 where state = 'offered'; insert into capacity_wait select x'00', centre_id, wish, resource_id, start_min, end_min, units, x'01', priority, 9, joined_at_us, 'accepted', cut_off_us, x'02', 0 from capacity_wait where joined_seq = 0",
    ),
    ("C12", "update capacity_line set held_until_min = end_min where claim_id in (select claim_id from capacity_claim where state = 'cancelled')"),
    ("C14", "update capacity_change set reason = ''"),
    ("C15", "update capacity_claim set expires_at_us = made_at_us - 60000000 where state = 'held'"),
];

#[test]
fn each_broken_invariant_is_named() {
    let mut guarded: Vec<&str> = Vec::new();
    for (id, sql) in BROKEN {
        let store = testing::sqlite_with(&[MIGRATIONS]);
        full(&store);
        store.place().tamper(sql);
        let wrong = store.read_blocking(|tx| prove::prove(tx, moment(ten()))).unwrap();
        assert!(wrong.iter().any(|w| w.split(' ').next() == Some(id)), "{id} was broken by {sql}: {wrong:#?}");
        guarded.push(id);
    }
    let asked = prove::CHECKS.iter().map(|c| c.id).chain(["C6", "C10", "C15"]);
    let never: Vec<_> = asked.filter(|id| !guarded.contains(id)).collect();
    assert!(never.is_empty(), "no row of the table breaks {never:?}");
}
