//! Writes: keys, refusals, faults, group commit.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use kernel::{Missing, No, Refusal};

use super::*;
use crate::{How, testing::both};

#[tokio::test]
async fn the_same_key_gives_the_same_bytes_and_no_second_row() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        let first = deal_once(&store, 1, "a").await.unwrap();
        let again = deal_once(&store, 1, "a").await.unwrap();
        assert_eq!((first.answer.clone(), How::Ok, false), (answer("1"), first.how, first.replayed), "{engine}");
        assert_eq!((first.answer, How::Ok, true), (again.answer, again.how, again.replayed), "{engine}");
        assert_eq!((count(&store, &COUNT).await, count(&store, &ANSWERS).await), (1, 1), "{engine}");
        assert_eq!(entries(&store, "test.deal", "ok").await, 1, "{engine}");
    }
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        deal_once(&store, 1, "a").await.unwrap();
        let command = Command { once: Some(testing::once("a", "other")), ..testing::command(1, "test.deal") };
        assert_eq!(store.write(command, |_| Ok(answer("x"))).await, Err(Unsaved::KeyReused), "{engine}");
    }
}

#[tokio::test]
async fn two_with_one_key_in_one_batch_are_one() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        let all = (0..50).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { deal_once(&store, 1, "a").await.unwrap() })
        });
        let mut fresh = 0;
        for one in all.collect::<Vec<_>>() {
            let written = one.await.unwrap();
            assert_eq!(written.answer, answer("1"), "{engine}");
            fresh += usize::from(!written.replayed);
        }
        assert_eq!((fresh, count(&store, &COUNT).await), (1, 1), "{engine}");
        assert_eq!(store.metrics().again, 0, "{engine}: found in its batch, not by the rule of the table");
    }
}

#[tokio::test]
async fn a_refusal_is_undone_kept_and_replayed() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        let ran = Arc::new(AtomicUsize::new(0));
        for replayed in [false, true] {
            let ran = Arc::clone(&ran);
            let command = Command { once: Some(testing::once("r", "")), ..testing::command(1, "test.refuse") };
            let written = store.write(command, move |tx| {
                ran.fetch_add(1, SeqCst);
                deal(tx, 1, "gone", "x")?;
                Err(Refusal::conflict("test.closed").into())
            });
            let written = written.await.unwrap();
            assert_eq!((written.how, written.replayed, written.answer.status), (How::Refused, replayed, 409), "{engine}");
            assert!(String::from_utf8_lossy(&written.answer.body).contains("test.closed"), "{engine}");
        }
        // Without savepoints it runs a second time alone; a replay never runs.
        assert!(ran.load(SeqCst) <= 2, "{engine}");
        assert_eq!((count(&store, &COUNT).await, entries(&store, "test.refuse", "refused").await), (0, 1), "{engine}");
        assert_eq!(deal_once(&store, 1, "b").await.unwrap().answer, answer("1"), "{engine}: the number was given back");
        verified(&store).await;
    }
}

#[tokio::test]
async fn a_panic_is_a_fault_and_the_lane_lives_on() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        for _ in 0..2 {
            let command = Command { once: Some(testing::once("p", "")), ..testing::command(1, "test.panic") };
            let panicked = store.write(command, |tx| {
                deal(tx, 1, "gone", "x")?;
                panic!("on purpose")
            });
            assert!(matches!(panicked.await, Err(Unsaved::Fault(code)) if code.len() == 8), "{engine}");
        }
        assert_eq!(deal_once(&store, 1, "a").await.unwrap().answer, answer("1"), "{engine}");
        assert_eq!(entries(&store, "test.panic", "fault").await, 2, "{engine}: a fault is not kept with its key");
        assert_eq!(count(&store, &ANSWERS).await, 1, "{engine}");
        let failed = store.command(testing::command(1, "test.fault"), |_| Err::<(), _>(fault())).await;
        assert!(matches!(failed, Err(No::Fault(f)) if f.what.starts_with("on purpose")), "{engine}");
        verified(&store).await;
    }
}

#[tokio::test]
async fn a_command_gives_its_value_or_its_no() {
    for (engine, store) in both(&[LINES]) {
        assert_eq!(store.command(testing::command(0, "test.value"), |_| Ok(7)).await, Ok(7), "{engine}");
        let missing = store.command(testing::command(0, "test.value"), |_| Err::<(), _>(Missing("x").into())).await;
        assert_eq!(missing, Err(No::Missing(Missing("x"))), "{engine}");
        let refused = store.command(testing::command(0, "test.value"), |_| Err::<(), _>(Refusal::conflict("test.no").into())).await;
        assert_eq!(refused, Err(Refusal::conflict("test.no").into()), "{engine}");
        store.note_refusal(testing::command(0, "test.note"), "test.gate").await.unwrap();
        let noted = store.read(|tx| crate::journal::search(tx, &crate::Search { action_prefix: Some("test.note".into()), ..Default::default() }));
        assert_eq!(noted.await.unwrap()[0].purpose.as_deref(), Some("test.gate"), "{engine}");
    }
}

#[tokio::test]
async fn going_on_after_a_failed_statement_is_a_fault_on_both() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        let went_on = store.write(testing::command(1, "test.on"), |tx| {
            let _ = tx.run(&ADD_LINE, params![1_i64]);
            Ok(answer("fine?"))
        });
        assert!(matches!(went_on.await, Err(Unsaved::Fault(_))), "{engine}");
    }
}

#[tokio::test]
async fn a_thousand_commands_leave_a_gapless_chain() {
    for (engine, store) in both(&[LINES]) {
        for line in 1..=3 {
            add_line(&store, line).await;
        }
        let seen = Arc::new(AtomicUsize::new(0));
        let told = Arc::clone(&seen);
        store.on_commit(move |c| {
            assert!(c.seq > 0);
            told.fetch_add(usize::from(c.told.contains("test.dealt")), SeqCst);
        });
        let all = (0..1_000).map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let written = deal_once(&store, n % 3 + 1, &n.to_string()).await.unwrap();
                assert!(!written.replayed);
            })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert_eq!(seen.load(SeqCst), 1_000, "{engine}: published before answered");
        assert_eq!(verified(&store).await, 1_003, "{engine}");
        for line in 1..=3 {
            let dealt: Vec<i64> = numbers(&store, line).await.into_iter().map(|t| t.1).collect();
            assert_eq!(dealt, (1..).take(dealt.len()).collect::<Vec<_>>(), "{engine}");
        }
        let metrics = store.metrics();
        assert!(metrics.batches < 600, "{engine}: {metrics:?}");
    }
}

#[tokio::test]
async fn what_waits_is_done_before_the_lanes_end() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        let all = (0..100).map(|n| {
            let store = store.clone();
            tokio::spawn(async move { deal_once(&store, 1, &n.to_string()).await })
        });
        let all: Vec<_> = all.collect();
        tokio::task::yield_now().await;
        store.shutdown().await;
        let mut done = 0;
        for one in all {
            done += i64::from(one.await.unwrap().is_ok());
        }
        assert_eq!(done, count(&store, &COUNT).await, "{engine}");
        assert_eq!(deal_once(&store, 1, "late").await, Err(Unsaved::Busy), "{engine}");
    }
}

#[tokio::test]
async fn keys_are_forgotten_when_their_time_is_over() {
    for (engine, store) in both(&[LINES]) {
        add_line(&store, 1).await;
        deal_once(&store, 1, "a").await.unwrap();
        let now = crate::Clock::real().real_now();
        assert_eq!(store.prune(now.plus_s(24 * 3_600)).await, Ok(0), "{engine}");
        assert_eq!(store.prune(now.plus_s(26 * 3_600)).await, Ok(1), "{engine}");
    }
}

#[tokio::test]
async fn a_full_queue_turns_away_before_any_work() {
    let place = testing::Place::sqlite();
    let store = Store::open(crate::Options { queue: 1, ..place.options(&[LINES]) }).unwrap();
    let (hold, held) = std::sync::mpsc::channel::<()>();
    let held = std::sync::Mutex::new(held);
    let slow = store.clone();
    let slow = tokio::spawn(async move {
        slow.write(testing::command(1, "test.slow"), move |_| {
            let _ = held.lock().unwrap().recv();
            Ok(answer("slow"))
        })
        .await
    });
    let mut busy = 0;
    let mut waiting = Vec::new();
    for n in 0..300 {
        let store = store.clone();
        waiting.push(tokio::spawn(async move { store.write(testing::command(1, "test.quick"), |_| Ok(answer("quick"))).await }));
        if n == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    hold.send(()).unwrap();
    slow.await.unwrap().unwrap();
    for one in waiting {
        busy += usize::from(one.await.unwrap() == Err(Unsaved::Busy));
    }
    assert!(busy > 200, "{busy}");
    assert_eq!(store.command(testing::command(1, "test.after"), |_| Ok(())).await, Ok(()));
}
