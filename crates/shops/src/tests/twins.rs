//! The checks themselves: each invariant is broken once in the tables, and the check that guards it must name it.

use super::*;

/// What breaks each invariant, and which check must see it.
const BROKEN: &[(&str, &str)] = &[
    ("SL1", "update shops_shop set line = 'nobody' where code = 'pharmacy-1' and line is not null"),
    ("SL1", "update queue_line set code = 'chemist' where code = 'pharmacy'"),
    ("SL1", "update shops_shop set zone = 'nowhere' where code = 'hair-1'"),
    ("SL2", "update shops_shop set code = 'clinic' where code = 'clinic-1'"),
    ("SL2", "update queue_line set code = 'keys-1' where code = 'bills' and centre_id = 1"),
];

#[test]
fn each_broken_invariant_is_named() {
    for (id, sql) in BROKEN {
        for (engine, store) in districts() {
            assert_eq!(found(&store), [""; 0], "{engine}");
            store.place().tamper(sql);
            let said = found(&store);
            assert!(!said.is_empty() && said.iter().all(|w| w.split(' ').next() == Some(id)), "{engine}: {id} was broken by {sql}: {said:?}");
        }
    }
    let never: Vec<_> = CHECKS.iter().map(|c| c.id).filter(|id| !BROKEN.iter().any(|(b, _)| b == id)).collect();
    assert!(never.is_empty(), "no row of the table breaks {never:?}");
}
