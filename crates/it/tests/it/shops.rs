//! The pharmacy's line: numbers of a shop, with no edit in the hall or the line (issue 4).

use it::{Who, World, both};
use serde_json::json;

use crate::stories::at_work;

/// What stands on a page, without its markup: a name could hide in an attribute too, so the page itself is looked at.
async fn page(world: &World, who: &Who, path: &str) -> String {
    world.get(who, path).await.is(200).body
}

#[test]
fn a_number_of_the_pharmacy_is_taken_at_the_kiosk_and_by_phone_and_called_at_its_counter() {
    both(|world| async move {
        let nobody = Who::nobody();
        // The shops of the centre, and the way to a number, in both languages, on a page without scripts of its own.
        let list = page(&world, &nobody, "/shops?centre=1").await;
        assert!(list.contains("示例·药店") && list.contains("/c/1/take?item=pharmacy-1") && list.contains("示例数据"), "{list}");
        let english = page(&world, &nobody, "/en/shops?centre=1").await;
        assert!(english.contains("/en/c/1/take?item=pharmacy-1") && english.contains("Collect or ask about medicine"), "{english}");
        assert!(page(&world, &nobody, "/c/1").await.contains("/shops?centre=1"), "the centre's page leads there");
        assert!(page(&world, &nobody, "/c/1/take?item=pharmacy-1").await.contains("取药、问药"));
        // At the kiosk: the line is among the choices, behind it the errand.
        let kiosk = world.kiosk().await;
        let choices = page(&world, &kiosk, "/k").await + &page(&world, &kiosk, "/k?from=5").await;
        assert!(choices.contains("/k/take?line=pharmacy") && choices.contains("取药问药"), "{choices}");
        let first = world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["pharmacy-1"] })).await.is(201).json();
        assert_eq!(first["number"], "P001");
        let second = world.post(&nobody, "/centres/1/visits", json!({ "errands": ["pharmacy-1"] })).await.is(201).json();
        assert_eq!(second["number"], "P002");
        let waiting = world.get(&nobody, "/api/v1/shops?centre=1&trade=pharmacy").await.is(200).json();
        assert_eq!((waiting["shops"].as_array().unwrap().len(), &waiting["shops"][0]["errand"]["waiting"]), (1, &json!(2)), "{waiting}");
        // The hall's counter does not call the pharmacy's number; the pharmacy's does.
        let (hall, counter) = at_work(&world, "clerk1", 1).await;
        assert_eq!(world.post(&hall, &format!("/counters/{counter}/call-next"), json!({})).await.is(409).code(), "queue.empty");
        let (chemist, counter) = at_work(&world, "clerk7", 21).await;
        let called = world.post(&chemist, &format!("/counters/{counter}/call-next"), json!({})).await.is(200).json();
        assert_eq!((&called["call"]["number"], &called["call"]["why"]), (&json!("P001"), &json!("key")));
        assert!(page(&world, &chemist, "/d/counter").await.contains("取药、问药"), "the counter sees what for");
        // The screen shows the number only: no name of a person, nothing of what it was for.
        for path in ["/s/1/pharm1/call", "/s/1/pharm1/call?plain=1", "/s/1/counter/21"] {
            let screen = page(&world, &nobody, path).await;
            assert!(screen.contains("P001"), "{path}: {screen}");
            for word in ["取药", "问药", "pharmacy-1", "示例·药店", first["token"].as_str().unwrap()] {
                assert!(!screen.contains(word), "{path} says {word}: {screen}");
            }
        }
        assert!(!page(&world, &nobody, "/s/1/hall1/call").await.contains("P001"), "another zone's screen is not the pharmacy's");
        let token = first["token"].as_str().unwrap();
        assert!(page(&world, &nobody, &format!("/t/{token}")).await.contains("P001"));
        let ticket = called["call"]["ticket"].as_str().unwrap().to_owned();
        world.post(&chemist, &format!("/tickets/{ticket}/arrive"), json!({})).await.is(200);
        world.pass_s(180);
        world.post(&chemist, &format!("/tickets/{ticket}/finish"), json!({ "outcome": "done" })).await.is(200);
        let report = world.app.read(|tx| store::verify(tx, &[])).await.unwrap();
        assert!(report.ok(), "{report}");
        let wrong = world.app.read(|tx| shops::SLICE.checks.iter().try_fold(Vec::new(), |all, c| Ok([all, (c.run)(tx)?].concat()))).await.unwrap();
        assert_eq!(wrong, [""; 0]);
    });
}

#[test]
fn the_clinic_has_a_line_of_its_own() {
    both(|world| async move {
        let kiosk = world.kiosk().await;
        let taken = world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["clinic-1", "pharmacy-1"] })).await.is(201).json();
        assert_eq!(taken["number"], "L001", "one number for both errands");
        let (doctor, counter) = at_work(&world, "clerk8", 31).await;
        let called = world.post(&doctor, &format!("/counters/{counter}/call-next"), json!({})).await.is(200).json();
        assert_eq!(called["call"]["number"], "L001");
        // While the person is upstairs, the pharmacy does not call; afterwards it does.
        let (chemist, pharmacy) = at_work(&world, "clerk7", 21).await;
        assert_eq!(world.post(&chemist, &format!("/counters/{pharmacy}/call-next"), json!({})).await.code(), "queue.empty");
        let ticket = called["call"]["ticket"].as_str().unwrap().to_owned();
        world.post(&doctor, &format!("/tickets/{ticket}/arrive"), json!({})).await.is(200);
        world.pass_s(480);
        world.post(&doctor, &format!("/tickets/{ticket}/finish"), json!({ "outcome": "done" })).await.is(200);
        let next = world.post(&chemist, &format!("/counters/{pharmacy}/call-next"), json!({})).await.is(200).json();
        assert_eq!(next["call"]["number"], "L001");
        // A centre whose shops give no numbers refuses the errand.
        let nobody = Who::nobody();
        assert_eq!(world.post(&nobody, "/centres/2/visits", json!({ "errands": ["pharmacy-1"] })).await.is(422).code(), "errand.unknown");
    });
}
