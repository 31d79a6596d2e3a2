//! Migrations, names of constraints, addresses, statements.

use std::path::Path;

use super::{journal as tampering, *};
use crate::{
    Database, Options, Sql, Value, migrate,
    migrate::{Dialect, split, translate},
    testing::{Place, both, statements_work},
};

#[test]
fn house_words_are_whole_words_outside_quotes() {
    let cases = [
        (
            "create table a (b int8, c bytes, d float8, e text)",
            "create table a (b integer, c blob, d real, e text) strict",
            "create table a (b int8, c bytea, d float8, e text)",
        ),
        (
            "create table a (size_bytes int8, int8x int8)",
            "create table a (size_bytes integer, int8x integer) strict",
            "create table a (size_bytes int8, int8x int8)",
        ),
        ("update a set b = 'int8 and bytes'", "update a set b = 'int8 and bytes'", "update a set b = 'int8 and bytes'"),
        ("create index a on b (c)", "create index a on b (c)", "create index a on b (c)"),
    ];
    for (text, sqlite, postgres) in cases {
        assert_eq!((translate(text, Dialect::Sqlite).as_str(), translate(text, Dialect::Postgres).as_str()), (sqlite, postgres));
    }
}

#[test]
fn a_file_is_split_at_its_semicolons() {
    let text = "-- a; b\ncreate table a (b text default ';'); -- it's c\n\ninsert into a values ('x''; y');\n";
    assert_eq!(split(text), ["create table a (b text default ';')", "insert into a values ('x''; y')"]);
}

#[test]
fn addresses_are_parsed() {
    let parse = |url| Database::parse(url, Path::new("data"));
    let postgres = |url: &str, schema: &str| Ok(Database::Postgres { url: url.into(), schema: schema.into() });
    assert_eq!(parse(None), Ok(Database::Sqlite("data/yizhan.db".into())));
    assert_eq!(parse(Some("postgres://u@h/d")), postgres("postgres://u@h/d", "yizhan"));
    assert_eq!(parse(Some("postgres://u@h/d?schema=east&connect_timeout=3")), postgres("postgres://u@h/d?connect_timeout=3", "east"));
    assert!(parse(Some("mysql://h")).is_err() && parse(Some("postgres://h/d?schema=a\"b")).is_err());
}

#[tokio::test]
async fn a_violated_rule_has_its_name_on_both() {
    let ticket =
        |ticket: &'static str, line: i64, number: i64, walk: Option<f64>| move |tx: &mut Tx| Ok(tx.run(&ADD_TICKET, params![ticket, line, number, "x", walk])?);
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        store.command(testing::command(1, "test.one"), ticket("a", 1, 50, Some(1.5))).await.unwrap();
        for (number, (run, name)) in [
            (ticket("a", 1, 2, None), "test_ticket_key"),
            (ticket("b", 1, 50, None), "test_number_once"),
            (ticket("b", 1, 2, Some(1.5)), "test_walk_once"),
            (ticket("b", 1, 0, None), "test_number_positive"),
            (ticket("b", 9, 1, None), "foreign_key"),
        ]
        .into_iter()
        .enumerate()
        {
            let no = store.command(testing::command(1, "test.violate"), run).await;
            let Err(No::Fault(fault)) = no else { panic!("{engine} {number}: {no:?}") };
            assert_eq!(fault.violated.as_deref(), Some(name), "{engine}");
        }
        let line = store.command(testing::command(1, "test.line"), |tx| Ok(tx.run(&ADD_LINE, params![1_i64])?)).await;
        assert!(matches!(line, Err(No::Fault(f)) if f.violated.as_deref() == Some("test_line_key")), "{engine}");
        let twice = deal_once(&store, 1, "new").await.unwrap();
        assert_eq!(twice.how, crate::How::Ok);
        let refused = store.write(testing::command(1, "test.deal"), |tx| Ok(answer(&deal(tx, 1, "new", "x")?.to_string()))).await.unwrap();
        assert_eq!(refused.how, crate::How::Refused, "{engine}: a violation is a refusal where it is expected");
        verified(&store).await;
    }
}

#[tokio::test]
async fn every_value_comes_back_as_it_went() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        let back = store.command(testing::command(1, "test.values"), |tx| {
            tx.run(&ADD_ALL, params!["t", 1_i64, 1_i64, "王阿姨", 0.25, vec![0_u8, 255]])?;
            tx.run(&ADD_ALL, params!["u", 1_i64, 2_i64, "", None::<f64>, None::<Vec<u8>>])?;
            Ok(tx.many(&READ_ALL, params![1_i64], |r| Ok(r.0.clone()))?)
        });
        let text = |t: &str| Value::Text(t.into());
        let expect = vec![
            vec![text("t"), Value::Int(1), text("王阿姨"), Value::Float(0.25), Value::Bytes(vec![0, 255]), Value::Int(1)],
            vec![text("u"), Value::Int(2), text(""), Value::Null, Value::Null, Value::Int(0)],
        ];
        assert_eq!(back.await.unwrap(), expect, "{engine}");
    }
}
crate::statements! {
    ADD_ALL = "insert into test_ticket (ticket, line, number, made_by, walk, photo) values ($1, $2, $3, $4, $5, $6)";
    READ_ALL = "select ticket, number, made_by, walk, photo, walk is not null from test_ticket where line = $1 order by number";
}

#[test]
fn every_statement_of_the_store_is_understood() {
    static ODD: Sql = Sql { name: "ODD", postgres: "select nothing from nowhere", sqlite: "select nothing from nowhere" };
    for (engine, store) in both(&[LINES]) {
        let all: Vec<&Sql> = crate::STATEMENTS.iter().chain([&super::STATEMENTS, &tampering::STATEMENTS, &STATEMENTS]).copied().flatten().copied().collect();
        assert!(statements_work(&store, &all).is_empty(), "{engine}: {:?}", statements_work(&store, &all));
        assert_eq!(statements_work(&store, &[&ODD]).len(), 1, "{engine}");
    }
}

fn refused(options: Options) -> String {
    Store::open(options).map(drop).unwrap_err().what
}

#[test]
fn changed_and_newer_schemas_are_refused_and_untouched_ones_open() {
    const CHANGED: Migrations = Migrations { crate_name: "test", files: &[("0001-line.sql", "create table other (a int8 not null);")] };
    const MORE: Migrations = Migrations { crate_name: "test", files: &[LINES.files[0], ("0002-more.sql", "alter table test_line add column note text;")] };
    const BROKEN: Migrations =
        Migrations { crate_name: "test", files: &[LINES.files[0], ("0002-more.sql", "create table test_half (a int8 not null); create table nonsense;")] };
    for place in [Place::sqlite(), Place::postgres()] {
        drop(place.open(&[LINES]));
        drop(place.open(&[LINES]));
        assert!(refused(place.options(&[CHANGED])).contains("has changed"), "{:?}", place.database);
        assert!(refused(place.options(&[])).contains("This database belongs to"), "{:?}", place.database);
        assert!(refused(place.options(&[])).contains("数据库是"), "{:?}", place.database);
        assert!(refused(place.options(&[BROKEN])).contains("0002-more.sql"), "{:?}", place.database);
        let read_only = |m| Options { read_only: true, ..place.options(m) };
        assert!(refused(read_only(&[MORE])).contains("not applied"), "{:?}", place.database);
        drop(place.open(&[MORE]));
        let store = Store::open(read_only(&[MORE])).unwrap();
        assert_eq!(store.read_blocking(|tx| crate::journal::verify(tx, &[])).map(|r| r.ok()), Ok(true));
        assert!(store.command_blocking(testing::command(1, "test.no"), |_| Ok(())).is_err());
        assert!(refused(place.options(&[LINES])).contains("test/0002-more.sql"), "{:?}", place.database);
    }
}

#[test]
fn a_reader_cannot_write() {
    for (engine, store) in both(&[LINES]) {
        assert!(store.read_blocking(|tx| Ok(tx.run(&ADD_LINE, params![5_i64])?)).is_err(), "{engine}");
        assert_eq!(store.read_blocking(|_| Ok(1)), Ok(1), "{engine}");
        assert!(store.read_blocking(|_| -> Result<(), No> { panic!("on purpose") }).is_err(), "{engine}");
    }
}

#[test]
fn a_foreign_file_is_refused_and_ours_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let folder = testing::folder();
    let file = folder.join("district").join("yizhan.db");
    let options = |file: &Path| Options::new(Database::Sqlite(file.to_owned()), vec![], testing::problem);
    drop(Store::open(options(&file)).unwrap());
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    let other = folder.join("other.db");
    std::fs::write(&other, "this is a text, long enough to be looked at as a database of some kind").unwrap();
    assert!(Store::open(options(&other)).is_err());
    assert!(std::fs::read_to_string(&other).unwrap().starts_with("this is a text"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn migrations_lists_every_file_of_the_folder() {
    let mut files: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().map(|e| e.unwrap().file_name()).collect();
    files.sort();
    let listed: Vec<_> = migrate::with_own(&[])[0].files.iter().map(|f| std::ffi::OsString::from(f.0)).collect();
    assert_eq!(files, listed);
}
