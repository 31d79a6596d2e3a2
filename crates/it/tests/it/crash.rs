//! `kill -9` under load, over HTTP: what was acknowledged is there, once; a retry with the same key reads the first answer.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use it::{
    folder,
    process::{Http, Server, port, run},
};
use serde_json::json;

/// What a client asks for, and the field of the answer that must never change.
#[derive(Clone)]
enum Asks {
    /// A number at the kiosk.
    Number,
    /// A place in the gym, on these days.
    Place { path: String, starts: Vec<i64> },
}
impl Asks {
    /// The gym of centre 1 with every time that is open.
    fn place(http: &Http) -> Self {
        let list = http.get("/api/v1/book?centre=1").unwrap().json();
        let gym = list["resources"].as_array().unwrap().iter().find(|r| r["kind"] == "open_session").unwrap()["resource"].as_str().unwrap().to_owned();
        let path = format!("/book/{gym}");
        let starts = Self::cells(http, &path).iter().filter(|s| s["open"] == true).map(|s| s["minute"].as_i64().unwrap()).collect();
        Self::Place { path, starts }
    }
    /// Every time of every day that is published.
    fn cells(http: &Http, path: &str) -> Vec<serde_json::Value> {
        let get = |path: &str| http.get(&format!("/api/v1{path}")).unwrap().json();
        let days = get(path)["days"].as_array().unwrap().clone();
        days.iter().flat_map(|d| get(&format!("{path}?day={}", d["day"].as_str().unwrap()))["starts"].as_array().unwrap().clone()).collect()
    }
    fn request(&self, n: usize) -> (&str, serde_json::Value, &'static str) {
        match self {
            Self::Number => ("/centres/1/visits/here", json!({ "errands": ["social"] }), "number"),
            Self::Place { path, starts } => (path, json!({ "from": starts[n % starts.len()] }), "code"),
        }
    }
}

/// What was asked, as which request, and what was given.
type Acknowledged = (Asks, usize, String);

/// Rounds: the gate kills twenty times.
const KILLS: u64 = 20;
const CLIENTS: u64 = 8;

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_kill_nine() {
    let data = folder("crash").join("d");
    let dir = data.to_str().unwrap();
    let args = ["demo", "--data", dir, "--clock", "2026-11-24T10:00"];
    let at = port();
    let mut server = Server::start_at(&args, at);
    let url = server.url.clone();
    let kiosk = Http::door(&url, "device/kiosk");
    let gym = Asks::place(&kiosk);
    // Client journal: key → what was asked and what was given, written only after the answer came.
    let journal: Arc<Mutex<HashMap<String, Acknowledged>>> = Arc::default();
    let (over, retried) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|c| {
            let (kiosk, journal, over, retried) = (kiosk.clone(), Arc::clone(&journal), Arc::clone(&over), Arc::clone(&retried));
            let asks = if c % 2 == 0 { Asks::Number } else { gym.clone() };
            thread::spawn(move || {
                for n in 0..usize::MAX {
                    let nth = n * 4 + c as usize / 2;
                    let (path, body, field) = asks.request(nth);
                    let key = format!("crash-client-{c:02}-{n:08}");
                    loop {
                        match kiosk.post(path, &body, &key) {
                            Ok(answer) if answer.status == 201 => {
                                retried.fetch_add(u64::from(answer.replayed), Ordering::Relaxed);
                                journal.lock().unwrap().insert(key, (asks.clone(), nth, answer.json()[field].as_str().unwrap().to_owned()));
                                break;
                            }
                            // That hour is full.
                            Ok(answer) if answer.status == 409 => break,
                            _ => {}
                        }
                        if over.load(Ordering::SeqCst) {
                            return;
                        }
                        thread::sleep(Duration::from_millis(5));
                    }
                    if over.load(Ordering::SeqCst) {
                        return;
                    }
                }
            })
        })
        .collect();
    for round in 0..KILLS {
        thread::sleep(Duration::from_millis(120 + (round * 37) % 150));
        server.kill();
        server = Server::start_at(&args, at);
    }
    thread::sleep(Duration::from_millis(200));
    over.store(true, Ordering::SeqCst);
    for c in clients {
        c.join().unwrap();
    }
    let journal = journal.lock().unwrap();
    assert!(journal.len() > 200, "only {} numbers were acknowledged", journal.len());
    // Each key answers as before, from what was stored with it.
    for (key, (asks, nth, given)) in journal.iter().take(300) {
        let (path, body, field) = asks.request(*nth);
        let again = kiosk.post(path, &body, key).unwrap();
        assert!(again.replayed, "{key} was lost");
        assert_eq!(again.json()[field].as_str(), Some(given.as_str()));
    }
    let codes: Vec<&String> = journal.values().filter(|(asks, ..)| matches!(asks, Asks::Place { .. })).map(|(.., code)| code).collect();
    assert!(codes.len() > 50, "only {} places were acknowledged", codes.len());
    assert_eq!(codes.iter().collect::<std::collections::BTreeSet<_>>().len(), codes.len(), "a code was given twice");
    // Every acknowledged place is one booking: the proof counts what the cells hold, this what was promised.
    // The desk's page says what is free without what is kept for people who come.
    let desk = Http::door(&url, "as/guide");
    let Asks::Place { path, .. } = &gym else { unreachable!("the gym is a place") };
    let held: i64 = Asks::cells(&desk, path).iter().map(|s| s["cap"].as_i64().unwrap() - s["free"].as_i64().unwrap()).sum();
    let lost = codes.len() as i64 - held;
    assert!((-(CLIENTS as i64) / 2..=0).contains(&lost), "{} places were acknowledged, {held} are held", codes.len());
    let numbers = journal.values().filter(|(asks, ..)| matches!(asks, Asks::Number)).map(|(.., n)| n);
    let mut numbers: Vec<i64> = numbers.map(|n| n[1..].parse().unwrap()).collect();
    let given = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), given, "a number was given twice");
    eprintln!(
        "{KILLS} kills, {given} numbers and {} places acknowledged, {} answered from their key after a kill",
        codes.len(),
        retried.load(Ordering::Relaxed)
    );
    assert_eq!(server.stop(), Some(0));
    for args in [["check", "--data", dir].as_slice(), ["check", "--data", dir, "queue"].as_slice(), ["audit", "--data", dir, "verify"].as_slice()] {
        let out = run(args);
        assert!(out.status.success(), "{args:?}: {}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    }
}
