//! Every registered statement is prepared and executed on both engines after all migrations.

use server::slices::SLICES;

#[test]
fn every_statement_runs_on_both_engines() {
    let migrations: Vec<_> = SLICES.iter().map(|s| s.migrations).filter(|m| !m.files.is_empty()).collect();
    let statements: Vec<_> = SLICES.iter().flat_map(|s| s.statements.iter().copied().flatten().copied()).collect();
    assert!(statements.len() > 100, "only {} statements are registered", statements.len());
    for store in store::testing::both(&migrations) {
        store::testing::statements_work(&store, &statements);
    }
}
