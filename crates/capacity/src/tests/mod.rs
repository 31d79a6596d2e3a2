//! Tests of capacity: stories, a model, races, each on both engines.

mod calendar;
mod model;
mod offers;
mod race;
mod story;
mod twins;
mod world;

/// How many seeds a property runs: `YIZHAN_SEEDS`, 100 for the quick loop; the gate sets 2,000.
fn seeds() -> u32 {
    std::env::var("YIZHAN_SEEDS").ok().and_then(|s| s.parse().ok()).unwrap_or(100)
}

#[test]
fn every_statement_runs_on_both_engines() {
    for (engine, store) in store::testing::both(&[crate::MIGRATIONS]) {
        for statements in crate::rows::STATEMENTS {
            let wrong = store::testing::statements_work(&store, statements);
            assert!(wrong.is_empty(), "{engine}: {wrong:?}");
        }
    }
}
