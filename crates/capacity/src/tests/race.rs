//! Many at once on both engines: winners are exactly the cap, over- and underselling both fail. A naive twin beside it must be caught.

use kernel::No;
use store::{Store, testing};
use tokio::task::JoinSet;

use super::world::*;
use crate::{
    MIGRATIONS,
    api::{self, How},
};

fn at_once() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap()
}

/// How many of 24 who ask at once for overlapping, not identical windows get the gym's three places at 14:00.
fn race(store: &Store, round: i64) -> usize {
    let slot = minute(12, (round % 6) * 30);
    at_once().block_on(async {
        let mut tasks = JoinSet::new();
        for n in 0..24_u8 {
            let store = store.clone();
            let (from, to) = match n % 3 {
                0 => (slot, slot + 60),
                1 => (slot + 30, slot + 90),
                _ => (slot + 30, slot + 60),
            };
            tasks.spawn(async move {
                let done = store
                    .command(testing::command_at(1, "capacity.take", ten()), move |tx| {
                        api::take(tx, &wish(n, want(GYM, from, to.min(minute(16, 0)), 1)), How::Book, moment(ten()), &mut dice())
                    })
                    .await;
                match done {
                    Ok(_) => true,
                    Err(No::Refused(r)) if r.code == "slot.gone" => false,
                    Err(other) => panic!("{other}"),
                }
            });
        }
        tasks.join_all().await.into_iter().filter(|won| *won).count()
    })
}

#[test]
fn twenty_four_want_three_places() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        hall(&store, rules());
        assert_eq!(race(&store, 3), 3, "{engine}: all windows meet in one half hour");
        proved(&store, ten());
    }
}

#[test]
fn looking_first_and_writing_then_is_caught() {
    // The twin looks in one transaction and books in another, as most programs do: the proof must see what it did.
    let store = testing::sqlite_with(&[MIGRATIONS]);
    hall(&store, rules());
    let sold = at_once().block_on(async {
        let mut tasks = JoinSet::new();
        let gate = std::sync::Arc::new(tokio::sync::Barrier::new(8));
        for _ in 0..8 {
            let (store, gate) = ((*store).clone(), gate.clone());
            tasks.spawn(async move {
                let free = store.read(|tx| Ok(crate::rows::cell::between(tx, id(COURT_1), minute(13, 0), minute(13, 30))?[0].free())).await.unwrap();
                gate.wait().await;
                if free < 1 {
                    return 0;
                }
                let book = move |tx: &mut store::Tx| {
                    // Without the condition, and with the cap raised so that the table's own check does not stop it.
                    crate::rows::cell::raise(tx, id(COURT_1), minute(13, 0), 1)?;
                    crate::rows::cell::take(tx, id(COURT_1), minute(13, 0), 1)?;
                    Ok(())
                };
                store.command(testing::command_at(1, "capacity.twin", ten()), book).await.unwrap();
                1
            });
        }
        tasks.join_all().await.into_iter().sum::<i32>()
    });
    assert!(sold > 1, "the twin oversold: {sold}");
    let wrong = store.read_blocking(|tx| crate::prove::prove(tx, moment(ten()))).unwrap();
    assert!(wrong.iter().any(|w| w.starts_with("C1")), "{wrong:?}");
}
