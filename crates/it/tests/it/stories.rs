//! Stories through the real router, on both engines.

use it::{Who, World, both};
use serde_json::json;

/// A clerk signed in at a counter of centre 1, ready to call.
pub async fn at_work(world: &World, login: &str, number: i64) -> (Who, String) {
    let clerk = world.staff(login).await;
    let desk = world.get(&clerk, "/api/v1/d").await.is(200).json();
    let counter = desk["counters"].as_array().unwrap().iter().find(|c| c["number"] == number).unwrap()["counter"].as_str().unwrap().to_owned();
    world.post(&clerk, &format!("/counters/{counter}/open"), json!({})).await.is(200);
    (clerk, counter)
}

#[test]
fn a_resident_takes_a_number_and_is_served() {
    both(|world| async move {
        let kiosk = world.kiosk().await;
        let taken = world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] })).await.is(201).json();
        assert_eq!(taken["number"], "A001");
        let token = taken["token"].as_str().unwrap().to_owned();
        let (clerk, counter) = at_work(&world, "clerk1", 1).await;
        let called = world.post(&clerk, &format!("/counters/{counter}/call-next"), json!({})).await.is(200).json();
        assert_eq!(called["call"]["number"], "A001");
        assert_eq!(called["call"]["why"], "key");
        let shown = world.get(&Who::nobody(), &format!("/t/{token}")).await.is(200);
        assert!(shown.body.contains("A001"));
        let ticket = called["call"]["ticket"].as_str().unwrap().to_owned();
        world.post(&clerk, &format!("/tickets/{ticket}/arrive"), json!({})).await.is(200);
        world.pass_s(300);
        world.post(&clerk, &format!("/tickets/{ticket}/finish"), json!({ "outcome": "done" })).await.is(200);
        let empty = world.post(&clerk, &format!("/counters/{counter}/call-next"), json!({})).await.is(409);
        assert_eq!(empty.code(), "queue.empty");
        let report = world.app.read(|tx| store::verify(tx, &[])).await.unwrap();
        assert!(report.ok(), "{report}");
    });
}

#[test]
fn a_retry_reads_the_first_answer_and_changes_nothing() {
    both(|world| async move {
        let kiosk = world.kiosk().await;
        let key = "the-same-key-as-before-0001";
        let first = world.post_once(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] }), key).await.is(201);
        let again = world.post_once(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] }), key).await.is(201);
        assert_eq!(first.body, again.body);
        assert_eq!(again.header("idempotency-replayed"), "true");
        let other = world.post_once(&kiosk, "/centres/1/visits/here", json!({ "errands": ["civil"] }), key).await.is(422);
        assert_eq!(other.code(), "key.reused");
        let next = world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] })).await.is(201).json();
        assert_eq!(next["number"], "A002");
        let without =
            world.send(&kiosk, http::Method::POST, "/api/v1/centres/1/visits/here", r#"{"errands":["social"]}"#, "application/json", None).await.is(400);
        assert_eq!(without.code(), "key.missing");
    });
}
