//! Tests of safe pick-up: pure tables, stories, a pick-up day in random orders, broken twins; on both engines where rows matter.

mod day;
mod pure;
mod race;
mod story;
mod twins;
mod world;

#[test]
fn every_statement_runs_on_both_engines() {
    use super::rows;
    for (engine, store) in store::testing::both(&[crate::MIGRATIONS]) {
        for statements in [rows::block::STATEMENTS, rows::child::STATEMENTS, rows::prove::STATEMENTS, rows::stay::STATEMENTS] {
            let wrong = store::testing::statements_work(&store, statements);
            assert!(wrong.is_empty(), "{engine}: {wrong:?}");
        }
    }
}
