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
    // Client journal: key → number, written only after the answer came.
    let journal: Arc<Mutex<HashMap<String, String>>> = Arc::default();
    let (over, retried) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|c| {
            let (kiosk, journal, over, retried) = (kiosk.clone(), Arc::clone(&journal), Arc::clone(&over), Arc::clone(&retried));
            thread::spawn(move || {
                for n in 0.. {
                    let key = format!("crash-client-{c:02}-{n:08}");
                    loop {
                        if let Ok(answer) = kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), &key)
                            && answer.status == 201
                        {
                            retried.fetch_add(u64::from(answer.replayed), Ordering::Relaxed);
                            journal.lock().unwrap().insert(key, answer.json()["number"].as_str().unwrap().to_owned());
                            break;
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
    for (key, number) in journal.iter().take(300) {
        let again = kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), key).unwrap();
        assert!(again.replayed, "{key} was lost");
        assert_eq!(again.json()["number"].as_str(), Some(number.as_str()));
    }
    let mut numbers: Vec<i64> = journal.values().map(|n| n[1..].parse().unwrap()).collect();
    let given = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), given, "a number was given twice");
    eprintln!("{KILLS} kills, {given} acknowledged, {} answered from their key after a kill", retried.load(Ordering::Relaxed));
    assert_eq!(server.stop(), Some(0));
    for args in [["check", "--data", dir].as_slice(), ["check", "--data", dir, "queue"].as_slice(), ["audit", "--data", dir, "verify"].as_slice()] {
        let out = run(args);
        assert!(out.status.success(), "{args:?}: {}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    }
}
