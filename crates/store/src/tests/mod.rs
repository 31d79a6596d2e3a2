//! Tests of the store, on both engines where it makes sense.

mod backup;
mod journal;
mod processes;
mod schema;
mod write;

use kernel::{CentreId, Fault, No, OnViolation, Refusal};
use serde::Serialize;

use crate::{Answer, Command, Fact, Migrations, Store, Tx, Unsaved, Written, params, testing};

/// Lines that deal numbers, as a hall's do.
pub const LINES: Migrations = Migrations {
    crate_name: "test",
    files: &[(
        "0001-line.sql",
        "create table test_line (line int8 not null, next int8 not null, constraint test_line_key primary key (line));
         create table test_ticket (ticket text not null, line int8 not null, number int8 not null, made_by text not null, walk float8, photo bytes,
           constraint test_ticket_key primary key (ticket), constraint test_number_once unique (line, number),
           constraint test_number_positive check (number > 0),
           constraint test_ticket_line foreign key (line) references test_line (line));
         create unique index test_walk_once on test_ticket (line, coalesce(walk, 0)) where walk is not null;",
    )],
};

crate::statements! {
    ADD_LINE = "insert into test_line (line, next) values ($1, 1)";
    NEXT = "update test_line set next = next + 1 where line = $1 returning next - 1";
    ADD_TICKET = "insert into test_ticket (ticket, line, number, made_by, walk) values ($1, $2, $3, $4, $5)";
    TICKETS = "select ticket, number, made_by from test_ticket where line = $1 order by number";
    COUNT = "select count(*) from test_ticket";
    ANSWERS = "select count(*) from store_answer";
    ENTRIES = "select count(*) from store_journal where action = $1 and outcome = $2";
}

#[derive(Serialize)]
struct Dealt {
    number: i64,
}
impl Fact for Dealt {
    const NAME: &'static str = "test.dealt";
    fn topics(&self) -> Vec<String> {
        vec!["hall/hall1".into()]
    }
}

/// Deals the next number of a line.
pub fn deal(tx: &mut Tx, line: i64, ticket: &str, made_by: &str) -> Result<i64, No> {
    let numbers = tx.returning(&NEXT, params![line], |r| r.get::<i64>(0))?;
    let number = *numbers.first().ok_or_else(|| Refusal::conflict("test.no_line"))?;
    tx.run(&ADD_TICKET, params![ticket, line, number, made_by, None::<f64>]).on_violation("test_ticket_key", || Refusal::conflict("test.twice"))?;
    tx.tell(&Dealt { number });
    Ok(number)
}
/// The command that deals, with a key of its own.
pub async fn deal_once(store: &Store, line: i64, key: &str) -> Result<Written, Unsaved> {
    let (ticket, by) = (key.to_owned(), std::process::id().to_string());
    let command = Command { once: Some(testing::once(key, "")), ..testing::command(line, "test.deal") };
    store.write(command, move |tx| Ok(answer(&deal(tx, line, &ticket, &by)?.to_string()))).await
}
pub fn answer(body: &str) -> Answer {
    Answer { status: 200, headers: vec![("content-type".into(), "text/plain".into())], body: body.as_bytes().to_vec() }
}
pub async fn add_line(store: &Store, line: i64) {
    store.command(testing::command(line, "test.line"), move |tx| Ok(tx.run(&ADD_LINE, params![line])?)).await.unwrap();
}
pub async fn count(store: &Store, sql: &'static crate::Sql) -> i64 {
    store.read(|tx| tx.one("count", sql, params![], |r| r.get(0))).await.unwrap()
}
pub async fn entries(store: &Store, action: &'static str, outcome: &'static str) -> i64 {
    store.read(move |tx| tx.one("count", &ENTRIES, params![action, outcome], |r| r.get(0))).await.unwrap()
}
pub async fn numbers(store: &Store, line: i64) -> Vec<(String, i64, String)> {
    store.read(move |tx| Ok(tx.many(&TICKETS, params![line], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?)).await.unwrap()
}
/// The journal holds, row by row.
pub async fn verified(store: &Store) -> i64 {
    let report = store.read(|tx| crate::journal::verify(tx, &[])).await.unwrap();
    assert!(report.ok(), "{report:?}");
    report.rows()
}
pub fn chain(n: i64) -> CentreId {
    CentreId::new(n).unwrap()
}
pub fn fault() -> No {
    Fault::new("on purpose").into()
}
