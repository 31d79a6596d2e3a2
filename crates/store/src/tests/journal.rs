//! The journal: what tampering leaves behind, guards, reading.

use super::*;
use crate::{
    Broken, Head, Search, journal,
    testing::{Scratch, both},
};

async fn filled(store: &Store) {
    add_line(store, 1).await;
    for n in 0..9 {
        deal_once(store, 1, &format!("j{n}")).await.unwrap();
    }
}
async fn found(store: &Store, outside: &[Head]) -> Option<Broken> {
    let outside = outside.to_vec();
    let report = store.read(move |tx| journal::verify(tx, &outside)).await.unwrap();
    report.chains.into_iter().find_map(|c| c.broken)
}
fn unguarded(store: &Scratch, sql: &str) {
    let off = if matches!(store.database(), crate::Database::Sqlite(_)) {
        "drop trigger store_journal_no_update; drop trigger store_journal_no_delete;"
    } else {
        "alter table store_journal disable trigger all;"
    };
    store.place().tamper(&format!("{off} {sql}"));
}

#[tokio::test]
async fn tampering_is_found() {
    let cases: &[(&str, Broken)] = &[
        ("update store_journal set object = 'x' where seq = 4", Broken::Edited { seq: 4 }),
        ("update store_journal set device_id = prev_hash where seq = 4", Broken::Edited { seq: 4 }),
        ("delete from store_journal where seq = 4", Broken::Gap { seq: 4 }),
        ("delete from store_journal where seq = 1", Broken::Gap { seq: 1 }),
        (
            "update store_journal set seq = 100 where seq = 4; update store_journal set seq = 4 where seq = 5; update store_journal set seq = 5 where seq = 100",
            Broken::Reordered { seq: 4 },
        ),
        ("delete from store_journal where seq > 7", Broken::HeadDiffers),
        ("delete from store_journal where seq > 0", Broken::HeadDiffers),
        (
            "delete from store_journal where seq > 7; update store_chain set seq = 7, hash = (select hash from store_journal where seq = 7)",
            Broken::Truncated { outside: 10, seq: 7 },
        ),
    ];
    for (sql, expect) in cases {
        for (engine, store) in both(&[LINES]) {
            filled(&store).await;
            let outside = store.read(journal::heads).await.unwrap();
            assert_eq!((outside.len(), outside[0].seq), (1, 10), "{engine}");
            assert_eq!(outside[0].to_string().parse(), Ok(outside[0]), "{engine}");
            assert_eq!(found(&store, &outside).await, None, "{engine}");
            if sql.contains("device_id") && engine == "postgres" {
                continue; // one engine is enough for odd widths
            }
            unguarded(&store, &sql.replace("prev_hash", "substr(prev_hash, 1, 16)"));
            // What only the head inside can tell is asked without a head from outside.
            let outside = if *expect == Broken::HeadDiffers { vec![] } else { outside };
            let broken = found(&store, &outside).await;
            assert_eq!(broken.as_ref(), Some(expect), "{engine}: {sql}");
        }
    }
}

#[tokio::test]
async fn an_old_copy_is_found_by_a_head_kept_outside() {
    for (engine, store) in both(&[LINES]) {
        filled(&store).await;
        let mut outside = store.read(journal::heads).await.unwrap();
        outside[0].hash[0] ^= 1;
        assert_eq!(found(&store, &outside).await, Some(Broken::Edited { seq: 10 }), "{engine}");
    }
}

#[tokio::test]
async fn guards_refuse_change_and_removal() {
    for (engine, store) in both(&[LINES]) {
        filled(&store).await;
        for sql in [&EDIT, &REMOVE] {
            let refused = store.command(testing::command(1, "test.tamper"), move |tx| Ok(tx.run(sql, params![])?)).await;
            assert!(matches!(&refused, Err(No::Fault(f)) if f.what.contains("append only")), "{engine}: {refused:?}");
        }
        verified(&store).await;
    }
}
crate::statements! {
    EDIT = "update store_journal set told = '[]'";
    REMOVE = "delete from store_journal where seq = 1";
}

#[tokio::test]
async fn rows_are_read_in_order_and_found() {
    for (engine, store) in both(&[LINES]) {
        filled(&store).await;
        add_line(&store, 2).await;
        deal_once(&store, 2, "two").await.unwrap();
        let since = store.read(|tx| journal::since(tx, chain(1), 7, 2)).await.unwrap();
        assert_eq!(since.iter().map(|e| e.seq).collect::<Vec<_>>(), [8, 9], "{engine}");
        assert_eq!(since[0].told, r#"[{"fact":"test.dealt","topics":["hall/hall1"],"data":{"number":7}}]"#, "{engine}");
        let tail = store.read(|tx| journal::tail(tx, chain(1), 2)).await.unwrap();
        assert_eq!(tail.iter().map(|e| e.seq).collect::<Vec<_>>(), [9, 10], "{engine}");
        let page = |after| Search { action_prefix: Some("test.de".into()), actor: Some("test".into()), after, limit: 4, ..Search::default() };
        let mut after = None;
        let mut seen = Vec::new();
        loop {
            let search = page(after);
            let rows = store.read(move |tx| journal::search(tx, &search)).await.unwrap();
            let Some(last) = rows.last() else { break };
            after = Some((last.chain, last.seq));
            seen.extend(rows.into_iter().map(|r| (r.chain.number(), r.seq)));
        }
        let expect: Vec<_> = std::iter::once((2, 2)).chain((2..=10).rev().map(|s| (1, s))).collect();
        assert_eq!(seen, expect, "{engine}");
        let none = Search { chain: Some(chain(1)), actor: Some("nobody".into()), ..Search::default() };
        assert!(store.read(move |tx| journal::search(tx, &none)).await.unwrap().is_empty(), "{engine}");
    }
}

#[tokio::test]
async fn a_cursor_moves_only_from_where_it_stood() {
    for (engine, store) in both(&[]) {
        let moved = |from, to| store.command(testing::command(1, "test.cursor"), move |tx| journal::move_on(tx, "news", chain(1), from, to));
        assert_eq!(store.read(|tx| journal::heard(tx, "news", chain(1))).await, Ok(0), "{engine}");
        assert_eq!(moved(0, 3).await, Ok(true), "{engine}");
        assert_eq!(moved(0, 4).await, Ok(false), "{engine}");
        assert_eq!(moved(3, 5).await, Ok(true), "{engine}");
        assert_eq!(store.read(|tx| journal::heard(tx, "news", chain(1))).await, Ok(5), "{engine}");
    }
}
