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

#[test]
fn a_court_is_booked_checked_in_and_booked_for_who_has_no_phone() {
    both(|world| async move {
        let nobody = Who::nobody();
        let list = world.get(&nobody, "/api/v1/book?centre=1").await.is(200).json();
        let court = list["resources"].as_array().unwrap().iter().find(|r| r["kind"] == "court").unwrap()["resource"].as_str().unwrap().to_owned();
        let free = world.get(&nobody, &format!("/api/v1/book/{court}")).await.is(200).json();
        let from = free["starts"].as_array().unwrap().iter().find(|s| s["open"] == true).unwrap()["minute"].clone();
        let held = world.post(&nobody, &format!("/book/{court}"), json!({ "from": from, "label": "妈妈" })).await.is(201).json();
        let (token, code) = (held["token"].as_str().unwrap().to_owned(), held["code"].as_str().unwrap().to_owned());
        let full = world.post(&nobody, &format!("/book/{court}"), json!({ "from": from })).await.is(409);
        assert_eq!(full.code(), "slot.gone");
        assert_eq!(full.json()["alternatives"].as_array().unwrap().len(), 3, "{}", full.body);
        world.post(&nobody, &format!("/b/{token}/confirm"), json!({})).await.is(200);
        world.get(&nobody, "/b/another-token-of-22-chr").await.is(404);
        let guide = world.staff("guide").await;
        assert_eq!(world.post(&guide, "/d/bookings/1/here", json!({ "code": "ZZZZZZZZ" })).await.code(), "booking.code");
        world.pass_s(40 * 60);
        let here = world.post(&guide, "/d/bookings/1/here", json!({ "code": code.to_lowercase() })).await.is(200).json();
        assert_eq!(here["state"], "checked_in");
        let later = world.get(&nobody, &format!("/api/v1/book/{court}")).await.is(200).json();
        let later = later["starts"].as_array().unwrap().iter().find(|s| s["open"] == true && s["free"] == 1).unwrap()["minute"].clone();
        let booked = world.post(&guide, &format!("/d/bookings/1/book/{court}"), json!({ "from": later, "label": "老张" })).await.is(201).json();
        let shown = world.get(&nobody, &format!("/b/{}", booked["token"].as_str().unwrap())).await.is(200);
        assert!(shown.body.contains("约好了") && shown.body.contains("老张"), "{}", shown.body);
        // An unused hold of another ends by itself, and the proof holds after it.
        let third = later.as_i64().unwrap() + 60;
        let token = world.post(&nobody, &format!("/book/{court}"), json!({ "from": third })).await.is(201).json()["token"].as_str().unwrap().to_owned();
        world.pass_s(301);
        world.tick().await;
        assert_eq!(world.get(&nobody, &format!("/api/v1/b/{token}")).await.is(200).json()["state"], "expired");
        assert_eq!(world.get(&nobody, "/api/v1/capacity/proof").await.is(200).json()["breaches"], 0);
    });
}

#[test]
fn a_request_is_answered_by_another_and_refused_demand_is_counted() {
    both(|world| async move {
        let nobody = Who::nobody();
        let list = world.get(&nobody, "/api/v1/book?centre=1").await.is(200).json();
        let of = |kind: &str| list["resources"].as_array().unwrap().iter().find(|r| r["kind"] == kind).unwrap()["resource"].as_str().unwrap().to_owned();
        let hall = of("hall");
        let free = world.get(&nobody, &format!("/api/v1/book/{hall}")).await.is(200).json();
        let from = free["starts"].as_array().unwrap().iter().rfind(|s| s["open"] == true).unwrap()["minute"].clone();
        let asked = world.post(&nobody, &format!("/book/{hall}"), json!({ "from": from })).await.is(201).json();
        let (token, claim) = (asked["token"].as_str().unwrap().to_owned(), asked["claim"].as_str().unwrap().to_owned());
        assert_eq!(world.get(&nobody, &format!("/api/v1/b/{token}")).await.json()["state"], "requested");
        // A court of the hall is taken with it: that is demand turned away.
        assert_eq!(world.post(&nobody, &format!("/book/{}", of("court")), json!({ "from": from })).await.is(409).code(), "slot.gone");
        world.post(&world.staff("guide").await, &format!("/bookings/{claim}/approve"), json!({})).await.is(403);
        let supervisor = world.staff("supervisor").await;
        assert_eq!(world.post(&supervisor, &format!("/bookings/{claim}/reject"), json!({ "why": " " })).await.code(), "reject.why");
        world.post(&supervisor, &format!("/bookings/{claim}/reject"), json!({ "why": "当天维修" })).await.is(200);
        let shown = world.get(&nobody, &format!("/b/{token}")).await.is(200);
        assert!(shown.body.contains("当天维修"), "{}", shown.body);
        let again = world.post(&nobody, &format!("/book/{hall}"), json!({ "from": from })).await.is(201).json();
        let claim = again["claim"].as_str().unwrap().to_owned();
        let desk = world.get(&supervisor, "/d/bookings/1").await.is(200);
        assert!(desk.body.contains(&format!("/bookings/{claim}/approve")), "{}", desk.body);
        world.post(&supervisor, &format!("/bookings/{claim}/approve"), json!({})).await.is(200);
        // The desk says what is wrong with a code where it was typed.
        let form = world.form(&supervisor, "/d/bookings/1/here", &[("code", "ZZZZZZZZ")]).await.is(422);
        assert!(form.body.contains("ZZZZZZZZ") && form.body.contains("没有这个预约码"), "{}", form.body);
        // Another centre's court is none of this desk's.
        world.post(&supervisor, &format!("/d/bookings/2/book/{hall}"), json!({ "from": from })).await.is(404);
        world.tick().await;
        let desk = world.get(&supervisor, "/d/bookings/1").await.is(200);
        assert!(desk.body.contains("近 7 天没约上的") && desk.body.contains("球场"), "{}", desk.body);
        assert_eq!(world.get(&nobody, "/api/v1/capacity/proof").await.is(200).json()["breaches"], 0);
    });
}

/// The booked places of a line of centre 1, and what is free of them, two hours from now and later.
async fn places_of(world: &World, line: &str) -> (String, Vec<i64>) {
    let code = format!("line-{line}");
    let centre = kernel::CentreId::new(1).unwrap();
    let id = world.app.read(move |tx| Ok(capacity::rows::resource::by_code(tx, centre, &code)?.unwrap().id.to_string())).await.unwrap();
    let free = world.get(&Who::nobody(), &format!("/api/v1/book/{id}")).await.is(200).json();
    let minutes = free["starts"].as_array().unwrap().iter().filter(|s| s["open"] == true && s["free"].as_i64() > Some(0));
    let from = world.app.now().minute() + 120;
    (id, minutes.map(|s| s["minute"].as_i64().unwrap()).filter(|m| *m >= from).collect())
}

#[test]
fn an_appointment_joins_the_one_fair_line() {
    both(|world| async move {
        let (nobody, kiosk) = (Who::nobody(), world.kiosk().await);
        let (places, minutes) = places_of(&world, "civil").await;
        let path = format!("/book/{places}");
        assert_eq!(world.post(&nobody, &path, json!({ "from": minutes[0] })).await.is(422).code(), "booking.errand");
        assert_eq!(world.post(&nobody, &path, json!({ "from": minutes[0], "errands": ["no-such"] })).await.is(422).code(), "booking.errand");
        let errand = {
            let centre = kernel::CentreId::new(1).unwrap();
            let all = world.app.read(move |tx| hall::api::errands(tx, centre)).await.unwrap();
            all.into_iter().find(|e| e.line == "civil" && e.minutes <= 15).unwrap().code
        };
        let held = world.post(&nobody, &path, json!({ "from": minutes[0], "errands": [errand], "label": "奶奶" })).await.is(201).json();
        let (token, code) = (held["token"].as_str().unwrap().to_owned(), held["code"].as_str().unwrap().to_owned());
        assert_eq!(world.post(&kiosk, "/k/arrive", json!({ "code": code })).await.is(409).code(), "state.wrong", "only held");
        world.post(&nobody, &format!("/b/{token}/confirm"), json!({})).await.is(200);
        // Who lost the page and kept the code finds it again.
        let found = world.post(&nobody, "/t", json!({ "code": code })).await.is(200).json();
        assert_eq!(world.get(&nobody, &format!("/api/v1{}", found["page"].as_str().unwrap())).await.is(200).json()["code"], code.as_str());
        world.get(&nobody, "/b/1-ZZZZZZZZ").await.is(404);
        world.get(&nobody, &format!("/b/2-{code}")).await.is(404);
        let moved = world.post(&nobody, &format!("/b/{token}/move"), json!({ "from": minutes[1] })).await.is(200).json();
        assert_eq!(moved["state"], "confirmed");
        world.post(&nobody, &format!("/b/{token}/move"), json!({ "from": minutes[0] })).await.is(200);
        assert_eq!(world.post(&kiosk, "/k/arrive", json!({ "code": code })).await.is(409).code(), "check_in.early");

        // Half an hour before the time; two walk-ins are there first.
        world.pass_s(minutes[0] * 60 - world.app.now().micros() / 1_000_000 - 1_800);
        let first = world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["civil"] })).await.is(201).json();
        world.pass_s(1);
        world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["civil"] })).await.is(201);
        world.pass_s(1);
        let key = "the-code-was-typed-twice-0001";
        let here = world.post_once(&kiosk, "/k/arrive", json!({ "code": code.to_lowercase() }), key).await.is(200);
        let again = world.post_once(&kiosk, "/k/arrive", json!({ "code": code.to_lowercase() }), key).await.is(200);
        assert_eq!(here.body, again.body);
        let number = here.json()["number"].as_str().unwrap().to_owned();
        let shown = world.post(&kiosk, "/k/arrive", json!({ "code": code })).await.is(200).json();
        assert_eq!(shown["number"], number.as_str(), "a code shown twice is one number");
        let page = world.get(&nobody, &format!("/b/{token}")).await.is(200);
        assert!(page.body.contains(&number), "the booking's page leads to its number");

        // Early brings nothing: the walk-ins who came before its time go first.
        let (clerk, counter) = at_work(&world, "clerk1", 1).await;
        let called = world.post(&clerk, &format!("/counters/{counter}/call-next"), json!({})).await.is(200).json();
        assert_eq!(called["call"]["number"], first["number"]);
        let ticket = called["call"]["ticket"].as_str().unwrap().to_owned();
        world.post(&clerk, &format!("/tickets/{ticket}/arrive"), json!({})).await.is(200);
        // Six minutes past its time it is the next, whoever came before.
        world.pass_s(1_800 + 370);
        world.post(&clerk, &format!("/tickets/{ticket}/finish"), json!({ "outcome": "done" })).await.is(200);
        let called = world.post(&clerk, &format!("/counters/{counter}/call-next"), json!({})).await.is(200).json();
        assert_eq!((called["call"]["number"].as_str().unwrap(), called["call"]["why"].as_str().unwrap()), (number.as_str(), "promise"));
        let ticket = called["call"]["ticket"].as_str().unwrap().to_owned();
        world.post(&clerk, &format!("/tickets/{ticket}/arrive"), json!({})).await.is(200);
        world.pass_s(300);
        world.post(&clerk, &format!("/tickets/{ticket}/finish"), json!({ "outcome": "done" })).await.is(200);
        assert_eq!(world.post(&kiosk, "/k/arrive", json!({ "code": code })).await.is(409).code(), "booking.used");
        // `check queue` does the day again without `choose`, the booking's promise among it.
        let day = world.app.district().time.service_day(world.app.now());
        let centre = kernel::CentreId::new(1).unwrap();
        let again = world.app.read(move |tx| queue::check::day(tx, centre, day, false)).await.unwrap();
        assert!(again.violations.is_empty(), "{again:?}");
        assert_eq!((again.tickets, again.promised, again.kept), (3, 1, 1), "{again:?}");
        let report = world.app.read(|tx| store::verify(tx, &[])).await.unwrap();
        assert!(report.ok(), "{report}");
    });
}

#[test]
fn who_comes_too_late_for_an_appointment_waits_like_everybody() {
    both(|world| async move {
        let (nobody, guide) = (Who::nobody(), world.staff("guide").await);
        let (places, minutes) = places_of(&world, "civil").await;
        let errand = {
            let centre = kernel::CentreId::new(1).unwrap();
            let all = world.app.read(move |tx| hall::api::errands(tx, centre)).await.unwrap();
            all.into_iter().find(|e| e.line == "civil" && e.minutes <= 15).unwrap().code
        };
        let held = world.post(&nobody, &format!("/book/{places}"), json!({ "from": minutes[0], "errands": [errand] })).await.is(201).json();
        let (token, code) = (held["token"].as_str().unwrap().to_owned(), held["code"].as_str().unwrap().to_owned());
        world.post(&nobody, &format!("/b/{token}/confirm"), json!({})).await.is(200);
        world.pass_s(minutes[0] * 60 - world.app.now().micros() / 1_000_000 + 16 * 60);
        let here = world.post(&guide, "/centres/1/arrived", json!({ "code": code })).await.is(200).json();
        assert!(here["number"].as_str().unwrap().starts_with('A'));
        assert!(here["note"].as_str().unwrap().contains("15"), "{here}");
        assert_eq!(world.get(&nobody, "/api/v1/capacity/proof").await.is(200).json()["breaches"], 0);
    });
}

#[test]
fn what_is_shown_as_free_can_be_booked_also_on_a_later_day() {
    both(|world| async move {
        let nobody = Who::nobody();
        let list = world.get(&nobody, "/api/v1/book?centre=1").await.is(200).json();
        for r in list["resources"].as_array().unwrap().iter().filter(|r| ["court", "open_session", "event", "clinician"].contains(&r["kind"].as_str().unwrap()))
        {
            let path = format!("/book/{}", r["resource"].as_str().unwrap());
            let days = world.get(&nobody, &format!("/api/v1{path}")).await.is(200).json()["days"].as_array().unwrap().clone();
            let day = days.iter().skip(2).find(|d| d["free"].as_i64() > Some(0)).unwrap()["day"].as_str().unwrap().to_owned();
            let starts = world.get(&nobody, &format!("/api/v1{path}?day={day}")).await.is(200).json()["starts"].clone();
            let start = starts.as_array().unwrap().iter().find(|s| s["open"] == true && s["free"].as_i64() > Some(0)).unwrap().clone();
            for _ in 0..start["free"].as_i64().unwrap() {
                world.post(&nobody, &path, json!({ "from": start["minute"] })).await.is(201);
            }
            let refused = world.post(&nobody, &path, json!({ "from": start["minute"] })).await.is(409);
            assert!(["slot.gone", "slot.full_online"].contains(&refused.code().as_str()), "{}", refused.body);
            let after = world.get(&nobody, &format!("/api/v1{path}?day={day}")).await.is(200).json()["starts"].clone();
            assert_eq!(after.as_array().unwrap().iter().find(|s| s["minute"] == start["minute"]).unwrap()["free"], 0);
        }
        assert_eq!(world.get(&nobody, "/api/v1/capacity/proof").await.is(200).json()["breaches"], 0);
    });
}

#[test]
fn a_supervisor_adds_a_place_where_it_is_full_on_record() {
    both(|world| async move {
        let (nobody, guide, supervisor) = (Who::nobody(), world.staff("guide").await, world.staff("supervisor").await);
        let list = world.get(&nobody, "/api/v1/book?centre=1").await.is(200).json();
        let court = list["resources"].as_array().unwrap().iter().find(|r| r["kind"] == "court").unwrap()["resource"].as_str().unwrap().to_owned();
        let free = world.get(&nobody, &format!("/api/v1/book/{court}")).await.is(200).json();
        let from = free["starts"].as_array().unwrap().iter().rfind(|s| s["open"] == true && s["free"] == 1).unwrap()["minute"].clone();
        world.post(&guide, &format!("/d/bookings/1/book/{court}"), json!({ "from": from })).await.is(201);
        let over = format!("/d/bookings/1/over/{court}");
        world.post(&guide, &over, json!({ "from": from, "why": "a match" })).await.is(403);
        assert_eq!(world.post(&supervisor, &over, json!({ "from": from })).await.is(422).code(), "cap.reason");
        let added = world.post(&supervisor, &over, json!({ "from": from, "why": "世锦赛选手训练", "label": "教练" })).await.is(201).json();
        let token = added["token"].as_str().unwrap().to_owned();
        world.post(&supervisor, &over, json!({ "from": from, "why": "another" })).await.is(201);
        assert_eq!(world.post(&supervisor, &over, json!({ "from": from, "why": "a third" })).await.is(409).code(), "cap.second");
        world.post(&nobody, &format!("/b/{token}/cancel"), json!({})).await.is(200);
        assert_eq!(world.get(&nobody, "/api/v1/capacity/proof").await.is(200).json()["breaches"], 0, "the cap went back");
    });
}
