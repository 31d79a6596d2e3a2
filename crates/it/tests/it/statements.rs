//! Every registered statement is prepared and executed on both engines after all migrations. (Rows are decoded by the stories and each crate's own tests.)

use kernel::{No, Refusal};
use server::slices::SLICES;
use store::{Sql, Value};

/// How many placeholders a statement has.
fn placeholders(sql: &Sql) -> usize {
    sql.postgres.split('$').skip(1).filter_map(|p| p.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<usize>().ok()).max().unwrap_or(0)
}

#[test]
fn every_statement_runs_on_both_engines() {
    let migrations: Vec<_> = SLICES.iter().map(|s| s.migrations).filter(|m| !m.files.is_empty()).collect();
    let statements: Vec<&'static Sql> = SLICES.iter().flat_map(|s| s.statements.iter().copied().flatten().copied()).collect();
    assert!(statements.len() > 100, "only {} statements are registered", statements.len());
    for (engine, store) in store::testing::both(&migrations) {
        let broken = store::testing::statements_work(&store, &statements);
        assert!(broken.is_empty(), "{engine}: {broken:#?}");
        for sql in &statements {
            let sql: &'static Sql = sql;
            let nothing = vec![Value::Null; placeholders(sql)];
            let ran = store.command_blocking(store::testing::command(1, "test.statement"), move |tx| {
                // SQLite takes no null as a limit.
                let ran = match tx.many(sql, &nothing, |_| Ok(())) {
                    Err(fault) if fault.what.contains("datatype mismatch") => tx.many(sql, &vec![Value::Int(1); nothing.len()], |_| Ok(())),
                    other => other,
                };
                match ran {
                    // A rule of the database refused the nulls: the statement was understood and ran.
                    Err(fault) if fault.violated.is_none() => Err(No::Fault(fault)),
                    // Whatever it did is taken back.
                    _ => Err::<(), No>(Refusal::conflict("test.over").into()),
                }
            });
            assert!(!matches!(ran, Err(No::Fault(ref f)) if f.violated.is_none()), "{engine} {}: {ran:?}", sql.name);
        }
    }
}
