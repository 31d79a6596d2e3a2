//! Stories of the line in a town: timers, and who may do what through the real router.

use kernel::{CentreId, No};
use serde_json::{Value, json};
use web::Reaction;

use super::{
    app::{Came, Town, account, on_both},
    world::zone,
};
use crate::{SLICE, SessionState, api};

/// Runs one of our timers.
async fn timer(town: &Town, wanted: &str) -> Result<(), No> {
    let run = SLICE.reactions.iter().find_map(|r| match r {
        Reaction::Every { name, run, .. } if *name == wanted => Some(*run),
        _ => None,
    });
    run.unwrap()(town.app.clone()).await
}
/// Lets what hears a fact hear everything that centre 1 ever told.
fn hear(town: &Town) {
    let now = town.now();
    town.act(1, move |tx| {
        let centre = CentreId::new(1).unwrap();
        for entry in store::since(tx, centre, 0, 500)? {
            for told in serde_json::from_str::<Vec<Value>>(&entry.told).unwrap() {
                for reaction in SLICE.reactions {
                    if let Reaction::Heard { fact, run, .. } = reaction
                        && told["fact"] == *fact
                    {
                        run(tx, centre, &told["data"], now)?;
                    }
                }
            }
        }
        Ok(())
    });
}
/// What `yizhan check` finds.
fn broken(town: &Town) -> Vec<String> {
    town.read(|tx| Ok(SLICE.checks.iter().map(|c| (c.run)(tx)).collect::<Result<Vec<_>, _>>()?.concat()))
}
/// Opens a counter as this clerk.
async fn open(town: &Town, name: &str, centre: i64, number: i64) -> String {
    let counter = town.counter(centre, number).to_string();
    let (status, said) = town.post(&format!("s={name}"), &format!("/counters/{counter}/open"), &json!({})).await;
    assert_eq!(status, 200, "{said}");
    counter
}
async fn take(town: &Town, cookie: &str, centre: i64) -> Value {
    let (status, said) = town.post(cookie, &format!("/centres/{centre}/visits/here"), &json!({ "errands": ["social"] })).await;
    assert_eq!(status, 201, "{said}");
    said
}
async fn call(town: &Town, cookie: &str, counter: &str) -> String {
    let (status, said) = town.post(cookie, &format!("/counters/{counter}/call-next"), &json!({})).await;
    assert_eq!(status, 200, "{said}");
    said["call"]["ticket"].as_str().unwrap().to_owned()
}

#[test]
fn the_turn_of_the_day_closes_counters_also_where_nobody_waits() {
    on_both(|town| async move {
        let one = CentreId::new(1).unwrap();
        open(&town, "one", 1, 1).await;
        timer(&town, "queue.day.end").await.unwrap();
        assert_eq!(town.read(move |tx| api::sessions(tx, one)).len(), 1, "not before the day turns");
        // after the turn a second clerk opens; then the timer comes
        town.pass_s(24 * 3_600);
        open(&town, "two", 1, 2).await;
        take(&town, "s=two", 1).await;
        assert!(broken(&town).iter().any(|b| b.contains("counter 1 works since")), "{:?}", broken(&town));
        timer(&town, "queue.day.end").await.unwrap();
        let left: Vec<_> = town.read(move |tx| api::sessions(tx, one)).iter().map(|s| s.number).collect();
        assert_eq!((left, broken(&town)), (vec![2], vec![]));
        assert!(town.read(move |tx| api::unended(tx, &zone(), zone().parse("2026-11-25T10:00").unwrap())).is_empty());
        open(&town, "one", 1, 3).await; // not `clerk.elsewhere`
    });
}

#[test]
fn a_counter_that_calls_over_the_turn_closes_with_its_number() {
    on_both(|town| async move {
        let counter = open(&town, "one", 1, 1).await;
        town.pass_s(24 * 3_600);
        take(&town, "s=one", 1).await;
        let ticket = call(&town, "s=one", &counter).await;
        for _ in 0..2 {
            timer(&town, "queue.day.end").await.unwrap();
        }
        let works = move |town: &Town| town.read(|tx| api::where_works(tx, account("one"))).map(|s| s.state);
        assert_eq!((works(&town), broken(&town)), (Some(SessionState::Closing), vec![]));
        let (status, _) = town.post("s=one", &format!("/tickets/{ticket}/finish"), &json!({})).await;
        assert_eq!((status, works(&town)), (200, None));
    });
}

#[test]
fn a_fault_at_one_centre_does_not_stop_the_timers_of_the_others() {
    on_both(|town| async move {
        for (name, centre) in [("one", 1), ("other", 2)] {
            let (counter, cookie) = (open(&town, name, centre, 1).await, format!("s={name}"));
            take(&town, &cookie, centre).await;
            call(&town, &cookie, &counter).await;
        }
        town.place.tamper("update queue_ticket set class = 'walk_in', called_at_us = null where centre_id = 1");
        town.pass_s(91);
        assert!(matches!(timer(&town, "queue.clock").await, Err(No::Fault(_))), "said once");
        let state = |town: &Town| {
            town.read(|tx| {
                Ok(api::live(
                    tx,
                    CentreId::new(2).unwrap(),
                    "2026-11-24".parse().unwrap(),
                    zone().parse("2026-11-24T04:00").unwrap(),
                    zone().parse("2026-11-24T11:00").unwrap(),
                )?
                .between)
            })
            .pop()
            .map(|t| t.state.code())
        };
        assert_eq!(state(&town), Some("missed"));
        town.pass_s(24 * 3_600);
        assert!(matches!(timer(&town, "queue.day.end").await, Err(No::Fault(_))));
        assert_eq!((state(&town), town.read(|tx| api::where_works(tx, account("other")))), (None, None));
    });
}

/// A ticket parked at counter 1 whose clerk has gone home.
async fn left_behind(town: &Town) -> String {
    let counter = open(town, "one", 1, 1).await;
    take(town, "s=one", 1).await;
    let ticket = call(town, "s=one", &counter).await;
    for (path, body) in [
        (format!("/tickets/{ticket}/arrive"), json!({})),
        (format!("/tickets/{ticket}/park"), json!({ "reason": "copy" })),
        (format!("/counters/{counter}/close"), json!({})),
    ] {
        assert_eq!(town.post("s=one", &path, &body).await.0, 200, "{path}");
    }
    ticket
}

#[test]
fn a_parked_ticket_whose_clerk_has_gone_is_taken_up_by_whoever_serves_or_oversees_its_line() {
    on_both(|town| async move {
        let ticket = left_behind(&town).await;
        let path = format!("/tickets/{ticket}/return");
        let back = async |cookie: &str| {
            let (status, said) = town.post(cookie, &path, &json!({})).await;
            (status, said["code"].as_str().unwrap_or_default().to_owned())
        };
        let kiosk = town.kiosk();
        assert_eq!(back("s=other").await.0, 404, "of another centre");
        assert_eq!(back(&kiosk).await, (409, "counter.closed".into()), "a machine has no counter");
        assert_eq!(back("s=two").await, (409, "counter.closed".into()));
        let upstairs = open(&town, "two", 1, 8).await;
        assert_eq!(back("s=two").await, (409, "return.line".into()));
        assert_eq!(town.post("s=two", &format!("/counters/{upstairs}/close"), &json!({})).await.0, 200);
        let counter = open(&town, "two", 1, 2).await;
        let page = town.get("s=two", "/d/counter").await.2;
        assert!(page.contains(&format!("action=\"{path}\"")), "the button is on the counter's page");
        let came = town.form("s=two", &path, &[("at", "counter")]).await;
        assert_eq!((came.0, came.1.as_str()), (303, "/d/counter"), "{}", came.2);
        assert_eq!(back("s=two").await.1, "ticket.state");
        assert_eq!(call(&town, "s=two", &counter).await, ticket);
        // the same by who oversees the hall, from their own pages
        for (cookie, page) in [("s=guide", "guide"), ("s=supervisor", "hall")] {
            for (step, body) in [("arrive", json!({})), ("park", json!({ "reason": "copy" }))] {
                assert_eq!(town.post("s=two", &format!("/tickets/{ticket}/{step}"), &body).await.0, 200);
            }
            let to = format!("/d/{page}/1");
            assert!(town.get(cookie, &to).await.2.contains(&format!("action=\"{path}\"")), "{page}");
            let came = town.form(cookie, &path, &[("at", page)]).await;
            assert_eq!((came.0, came.1), (303, to), "{}", came.2);
            assert_eq!(call(&town, "s=two", &counter).await, ticket);
        }
        let report = town.read(|tx| crate::check::day(tx, CentreId::new(1).unwrap(), "2026-11-24".parse().unwrap(), false));
        assert_eq!((report.calls, report.violations), (4, vec![]));
        let told = town.read(|tx| store::since(tx, CentreId::new(1).unwrap(), 0, 500));
        assert_eq!(told.iter().filter(|e| e.action == "queue.ticket.return" && e.told.contains(r#""action":"return""#)).count(), 3);
    });
}

#[test]
fn the_holder_of_a_parked_ticket_says_that_they_are_back() {
    on_both(|town| async move {
        let counter = open(&town, "one", 1, 1).await;
        let mine = take(&town, "s=one", 1).await;
        town.pass_s(1);
        let theirs = take(&town, "s=one", 1).await;
        let ticket = call(&town, "s=one", &counter).await;
        for (step, body) in [("arrive", json!({})), ("park", json!({ "reason": "papers" }))] {
            assert_eq!(town.post("s=one", &format!("/tickets/{ticket}/{step}"), &body).await.0, 200);
        }
        let path = |visit: &Value| format!("/t/{}/return", visit["token"].as_str().unwrap());
        let (status, said) = town.post("", &path(&theirs), &json!({ "ticket": ticket })).await;
        assert_eq!((status, said["code"].as_str()), (404, Some("ticket.unknown")), "of somebody else");
        assert!(town.get("", &format!("/t/{}", mine["token"].as_str().unwrap())).await.2.contains(&path(&mine)));
        let (status, said) = town.post("", &path(&mine), &json!({})).await;
        assert_eq!((status, said["tickets"][0]["state"].as_str()), (200, Some("waiting")));
        assert_eq!(town.post("", &path(&mine), &json!({})).await.1["code"], "ticket.state");
        let report = town.read(|tx| crate::check::day(tx, CentreId::new(1).unwrap(), "2026-11-24".parse().unwrap(), false));
        assert_eq!(report.violations, vec![]);
    });
}

#[test]
fn a_counter_taken_out_of_use_closes_at_once_or_with_its_number() {
    on_both(|town| async move {
        open(&town, "one", 1, 1).await;
        let busy = open(&town, "two", 1, 2).await;
        take(&town, "s=two", 1).await;
        let ticket = call(&town, "s=two", &busy).await;
        let used = |number, yes| {
            let (counter, now) = (town.counter(1, number), town.now());
            town.act(1, move |tx| places::api::use_counter(tx, CentreId::new(1).unwrap(), counter, yes, now))
        };
        let [first, _] = [1, 2].map(|n| used(n, false));
        hear(&town);
        let works = |name: &'static str| town.read(move |tx| api::where_works(tx, account(name))).map(|s| s.state);
        assert_eq!((works("one"), works("two")), (None, Some(SessionState::Closing)));
        let (status, said) = town.post("s=two", &format!("/counters/{busy}/resume"), &json!({})).await;
        assert_eq!((status, said["code"].as_str()), (409, Some("counter.unused")));
        assert_eq!(town.post("s=two", &format!("/tickets/{ticket}/finish"), &json!({})).await.0, 200);
        assert_eq!(works("two"), None);
        // in use again: what was told before closes nobody
        let now = town.now();
        town.act(1, move |tx| places::api::use_counter(tx, first.centre, first.id, true, now));
        open(&town, "one", 1, 1).await;
        hear(&town);
        assert_eq!(works("one"), Some(SessionState::Open));
    });
}

#[test]
fn a_kiosk_keeps_the_width_of_its_paper_through_every_page() {
    on_both(|town| async move {
        let plain = town.kiosk();
        assert_eq!((town.set_by(&plain, "/k").await, town.set_by(&plain, "/k?w=x").await), (vec![], vec![]));
        assert_eq!(town.set_by(&plain, "/en/k?w=58").await, ["w=58"]);
        assert_eq!(town.set_by(&plain, "/k?w=80").await, ["w=80"]);
        let narrow = format!("{plain}; w=58");
        let printed = async |came: Came| {
            assert_eq!(came.0, 303, "{}", came.2);
            let page = match town.get(&narrow, &came.1).await {
                (303, to, _) => town.get(&narrow, &to).await.2,
                (_, _, page) => page,
            };
            assert!(page.contains("sheet-58") && !page.contains("sheet-80"), "{}", came.1);
            came.1.trim_start_matches("/en").trim_start_matches("/k/done/").trim_start_matches("/k/added/").to_owned()
        };
        for path in ["/centres/1/visits/here", "/en/centres/1/visits/here"] {
            let token = printed(town.form(&narrow, path, &[("errands", "social"), ("class", "elder")]).await).await;
            printed(town.form(&narrow, &format!("/t/{token}/add"), &[("errand", "tax"), ("at", "kiosk")]).await).await;
        }
        let (status, home) = town.post("", "/centres/1/visits", &json!({ "errands": ["social"] })).await;
        assert_eq!(status, 201, "{home}");
        printed(town.form(&narrow, "/k/arrive", &[("code", home["code"].as_str().unwrap())]).await).await;
        assert!(town.get(&narrow, "/k/staff?test=1").await.2.contains("sheet-58"));
        assert!(town.get(&narrow, "/k/staff?test=1&w=80").await.2.contains("sheet-80"), "the test of the other width");
    });
}
