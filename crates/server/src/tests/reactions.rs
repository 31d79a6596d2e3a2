//! Timers and hearing reactions of the whole program.

use kernel::{CentreId, Fault, No, Refusal};
use store::{Answer, How, Unsaved, testing};

use super::{both, timers};
use crate::reactions::{Hearing, hear_chain};

#[tokio::test]
async fn answers_whose_time_is_over_are_forgotten_by_the_running_program() {
    for w in both() {
        let send = async |body: &str| {
            let command = store::Command { once: Some(testing::once("key", body)), ..testing::command(0, "test.write") };
            w.app.store().write(command, |_| Ok(Answer::none())).await
        };
        send("first").await.unwrap();
        timers(&w.app).await.unwrap();
        assert_eq!(send("other").await, Err(Unsaved::KeyReused), "{:?}: too early", w.config.database);
        w.place.tamper("update store_answer set expires_at_us = 1");
        timers(&w.app).await.unwrap();
        let again = send("other").await.unwrap();
        assert_eq!((again.how, again.replayed), (How::Ok, false), "{:?}", w.config.database);
    }
}

#[derive(serde::Serialize)]
struct Said(i64);
impl store::Fact for Said {
    const NAME: &'static str = "test.said";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}

/// The second fact can never be heard: a fault on chain 6, a refusal on others.
fn run(tx: &mut store::Tx, chain: CentreId, said: &serde_json::Value, _: kernel::Instant) -> Result<(), No> {
    match said.as_i64() {
        Some(2) if chain.number() == 6 => Err(Fault::new("never").into()),
        Some(2) => Err(Refusal::conflict("import.faults").into()),
        said => {
            tx.about("heard", said.unwrap_or_default());
            Ok(())
        }
    }
}

#[tokio::test]
async fn a_fact_that_cannot_be_heard_is_passed_over_after_five_tries_and_holds_up_nothing() {
    let hearing = Hearing { name: "test.hears", fact: "test.said", run };
    for w in both() {
        let app = &w.app;
        for chain in [6, 7] {
            for n in 1..=3 {
                let say = move |tx: &mut store::Tx| {
                    tx.tell(&Said(n));
                    Ok(())
                };
                app.store().command(testing::command(chain, "test.say"), say).await.unwrap();
            }
            let chain = CentreId::new(chain).unwrap();
            let head = async || app.read(store::heads).await.unwrap().into_iter().find(|h| h.chain == chain).unwrap();
            let mut failed = 0;
            while hear_chain(app, &hearing, &head().await).await.is_err() {
                failed += 1;
            }
            assert_eq!(failed, 4, "{:?}", w.config.database);
            let rows = app.read(move |tx| store::search(tx, &store::Search { chain: Some(chain), ..Default::default() })).await.unwrap();
            let rows: Vec<_> =
                rows.iter().rev().filter(|r| r.action.starts_with("test.hears")).map(|r| (r.action.as_str(), r.object.as_str(), r.outcome.as_str())).collect();
            let wrong = if chain.number() == 6 { "fault" } else { "refused" };
            let second = format!("{chain}:2");
            let mut want = vec![("test.hears", "1", "ok")];
            want.extend([("test.hears", "", wrong); 5]);
            want.extend([("test.hears.gave_up", second.as_str(), "ok"), ("test.hears", "3", "ok")]);
            assert_eq!(rows, want, "{:?}", w.config.database);
            // Nothing is left, and nothing is heard twice.
            let before = head().await.seq;
            hear_chain(app, &hearing, &head().await).await.unwrap();
            assert_eq!(head().await.seq, before);
        }
    }
}
