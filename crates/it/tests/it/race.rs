//! Races through the router and between processes.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use it::{
    both,
    process::{Http, Server},
    url,
};
use serde_json::json;

use crate::stories::at_work;

#[test]
fn sixty_four_people_at_once_get_sixty_four_numbers() {
    both(|world| async move {
        let kiosk = world.kiosk().await;
        let all = join_all((0..64).map(|_| world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] })))).await;
        let mut numbers: Vec<String> = all.into_iter().map(|r| r.is(201).json()["number"].as_str().unwrap().to_owned()).collect();
        numbers.sort();
        let expected: Vec<String> = (1..=64).map(|n| format!("A{n:03}")).collect();
        assert_eq!(numbers, expected);
    });
}

#[test]
fn sixty_four_tries_open_one_counter_once() {
    both(|world| async move {
        let mut clerks = Vec::new();
        for login in ["clerk1", "clerk2", "clerk3", "clerk4"] {
            clerks.push(world.staff(login).await);
        }
        let desk = world.get(&clerks[0], "/api/v1/d").await.is(200).json();
        let counter = desk["counters"].as_array().unwrap().iter().find(|c| c["number"] == 1).unwrap()["counter"].as_str().unwrap().to_owned();
        let path = format!("/counters/{counter}/open");
        let all = join_all((0..64).map(|n| world.post(&clerks[n % 4], &path, json!({})))).await;
        assert_eq!(all.iter().filter(|r| r.status.as_u16() == 200).count(), 1);
        assert!(all.iter().all(|r| matches!(r.status.as_u16(), 200 | 409)), "{:?}", all.iter().map(|r| r.status).collect::<Vec<_>>());
    });
}

#[test]
fn one_ticket_goes_to_one_of_many_counters() {
    both(|world| async move {
        let kiosk = world.kiosk().await;
        let mut desks = Vec::new();
        for (login, number) in [("clerk1", 1), ("clerk2", 2), ("clerk3", 3), ("clerk4", 4)] {
            desks.push(at_work(&world, login, number).await);
        }
        for _ in 0..10 {
            world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] })).await.is(201);
            let world = &world;
            let calls =
                join_all(desks.iter().map(|(clerk, counter)| async move { world.post(clerk, &format!("/counters/{counter}/call-next"), json!({})).await }))
                    .await;
            let won: Vec<_> = calls.iter().filter(|r| r.status.as_u16() == 200).collect();
            assert_eq!(won.len(), 1, "{:?}", calls.iter().map(|r| (r.status, r.code())).collect::<Vec<_>>());
            let ticket = won[0].json()["call"]["ticket"].as_str().unwrap().to_owned();
            let clerk = &desks[calls.iter().position(|r| r.status.as_u16() == 200).unwrap()].0;
            world.post(clerk, &format!("/tickets/{ticket}/arrive"), json!({})).await.is(200);
            world.post(clerk, &format!("/tickets/{ticket}/finish"), json!({})).await.is(200);
        }
    });
}

/// Two processes on one schema: each deals at least 40 % of one hot line, nothing is refused as busy, no number twice or missing; a call at one shows on a
/// stream of the other.
#[test]
fn two_processes_deal_one_line_fairly() {
    const TOTAL: usize = 10_000;
    let place = store::testing::Place::postgres();
    let database = url(&place.database).unwrap();
    let data = place.folder.join("d");
    let args = ["demo", "--data", data.to_str().unwrap(), "--database", &database, "--clock", "2026-11-24T10:00"];
    let (a, b) = (Server::start(&args), Server::start(&args));
    let stop = Arc::new(AtomicBool::new(false));
    let dealt = Arc::new(std::sync::Mutex::new([Vec::new(), Vec::new()]));
    let clients: Vec<_> = [&a.url, &b.url]
        .into_iter()
        .enumerate()
        .flat_map(|(side, url)| {
            let kiosk = Http::door(url, "device/kiosk");
            (0..8).map(move |n| (side, n, kiosk.clone()))
        })
        .map(|(side, n, kiosk)| {
            let (stop, dealt) = (Arc::clone(&stop), Arc::clone(&dealt));
            thread::spawn(move || {
                for k in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let got = kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), &format!("two-processes-{side}-{n:02}-{k:08}")).unwrap();
                    assert_eq!(got.status, 201, "{}", got.body);
                    let mut dealt = dealt.lock().unwrap();
                    dealt[side].push(got.json()["number"].as_str().unwrap()[1..].parse::<i64>().unwrap());
                    if dealt[0].len() + dealt[1].len() >= TOTAL {
                        stop.store(true, Ordering::SeqCst);
                    }
                }
            })
        })
        .collect();
    for c in clients {
        c.join().unwrap();
    }
    let dealt = dealt.lock().unwrap();
    let (one, two) = (dealt[0].len(), dealt[1].len());
    eprintln!("dealt {one} + {two}");
    assert!(one.min(two) * 100 >= (one + two) * 40, "{one} + {two} is not fair");
    let mut all: Vec<i64> = dealt.iter().flatten().copied().collect();
    all.sort_unstable();
    assert_eq!(all, (1..=all.len() as i64).collect::<Vec<_>>(), "a number is missing or twice");
    // A call at A shows on a stream of B.
    let mut stream = TcpStream::connect(b.url.trim_start_matches("http://")).unwrap();
    stream.write_all(b"GET /sse/hall/1/hall1 HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut lines = BufReader::new(stream).lines().map(Result::unwrap);
    lines.find(|l| l.contains("retry")).unwrap();
    let clerk = Http::door(&a.url, "as/clerk1");
    let desk: serde_json::Value = clerk.get("/api/v1/d").unwrap().json();
    let counter = desk["counters"].as_array().unwrap().iter().find(|c| c["number"] == 1).unwrap()["counter"].as_str().unwrap().to_owned();
    assert_eq!(clerk.post(&format!("/counters/{counter}/open"), &json!({}), "open-the-counter-now-01").unwrap().status, 200);
    let sent = Instant::now();
    let called = clerk.post(&format!("/counters/{counter}/call-next"), &json!({}), "call-at-a-see-at-b-0001").unwrap();
    assert_eq!(called.status, 200, "{}", called.body);
    lines.find(|l| l.starts_with("event: call")).unwrap();
    eprintln!("seen at the other process after {} ms", sent.elapsed().as_millis());
    assert!(sent.elapsed() < Duration::from_secs(2));
    drop((a, b));
}
