//! Streams: resumed by `Last-Event-ID` without loss, also across a restart; too old says `reset`; a revoked session's stream ends.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use it::{
    folder,
    process::{Http, Server, port},
};
use serde_json::json;

/// Reads a stream until `enough` says so, at most ten seconds; gives (event, id) pairs.
fn read(url: &str, path: &str, last: &str, cookie: &str, enough: impl Fn(&[(String, String)]) -> bool) -> Vec<(String, String)> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    let resume = if last.is_empty() { String::new() } else { format!("last-event-id: {last}\r\n") };
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n{resume}\r\n").as_bytes())
        .unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let (mut events, mut event, mut id) = (Vec::new(), String::new(), String::new());
    let until = Instant::now() + Duration::from_secs(10);
    let mut reader = BufReader::new(stream);
    while Instant::now() < until && !enough(&events) {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) => break,
            Ok(_) => {}
            Err(_) => continue,
        }
        if let Some(e) = line.strip_prefix("event: ") {
            event = e.trim().to_owned();
        } else if let Some(i) = line.strip_prefix("id: ") {
            id = i.trim().to_owned();
        } else if line.trim().is_empty() && !event.is_empty() {
            events.push((std::mem::take(&mut event), std::mem::take(&mut id)));
        }
    }
    events
}

fn calls(events: &[(String, String)]) -> Vec<String> {
    events.iter().filter(|(e, id)| e.starts_with("call") && !id.is_empty()).map(|(_, id)| id.clone()).collect()
}

#[test]
fn a_stream_resumes_across_a_restart_without_losing_a_call() {
    let data = folder("resume").join("d");
    let at = port();
    let args = ["demo", "--data", data.to_str().unwrap(), "--clock", "2026-11-24T10:00"];
    let mut server = Server::start_at(&args, at);
    let url = server.url.clone();
    let kiosk = Http::door(&url, "device/kiosk");
    let clerk = Http::door(&url, "as/clerk1");
    for n in 0..8 {
        assert_eq!(kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), &format!("number-for-a-stream-{n:04}")).unwrap().status, 201);
    }
    let desk = clerk.get("/api/v1/d").unwrap().json();
    let counter = desk["counters"].as_array().unwrap().iter().find(|c| c["number"] == 1).unwrap()["counter"].as_str().unwrap().to_owned();
    clerk.post(&format!("/counters/{counter}/open"), &json!({}), "open-the-counter-now-01").unwrap();
    let call = |n: i64| {
        let called = clerk.post(&format!("/counters/{counter}/call-next"), &json!({}), &format!("call-for-the-stream-{n:05}")).unwrap();
        assert_eq!(called.status, 200, "{}", called.body);
        let ticket = called.json()["call"]["ticket"].as_str().unwrap().to_owned();
        clerk.post(&format!("/tickets/{ticket}/arrive"), &json!({}), &format!("arrive-for-the-stream-{n:03}")).unwrap();
    };
    call(0);
    let first = read(&url, "/sse/hall/1/hall1?after=1:0", "", "", |e| !calls(e).is_empty());
    let seen = calls(&first);
    assert_eq!(seen.len(), 1, "{first:?}");
    call(1);
    call(2);
    server.kill();
    drop(server);
    let server = Server::start_at(&args, at);
    call(3);
    let rest = read(&server.url, "/sse/hall/1/hall1", &seen[0], "", |e| calls(e).len() >= 3);
    let rest = calls(&rest);
    assert_eq!(rest.len(), 3, "{rest:?}");
    let seq = |id: &String| id.split_once(':').unwrap().1.parse::<i64>().unwrap();
    assert!(rest.iter().map(seq).is_sorted() && seq(&rest[0]) > seq(&seen[0]));
    // A place in the chain that does not exist yet, or another chain's: start again.
    let strange = read(&server.url, "/sse/hall/1/hall1", "1:999999", "", |e| e.iter().any(|(e, _)| e == "reset"));
    assert!(strange.iter().any(|(e, _)| e == "reset"));
    assert_eq!(server.stop(), Some(0), "a process with an open stream stops");
}

#[test]
fn a_stream_ends_with_its_session() {
    let data = folder("stream-end").join("d");
    let server = Server::start(&["demo", "--data", data.to_str().unwrap(), "--clock", "2026-11-24T10:00"]);
    let manager = Http::door(&server.url, "as/manager");
    let (url, cookie) = (server.url.clone(), manager.cookie.clone());
    let reading = std::thread::spawn(move || {
        let started = Instant::now();
        read(&url, "/sse/manager/1", "", &cookie, |_| false);
        started.elapsed()
    });
    std::thread::sleep(Duration::from_millis(800));
    let out = manager.post("/out", &json!({}), "leave-leave-leave-leave-1").unwrap();
    assert!(out.status < 400, "{}", out.body);
    assert!(reading.join().unwrap() < Duration::from_secs(4), "the stream outlived its session");
    let none = Http::new(&server.url).get("/sse/manager/1").unwrap();
    assert!(none.status == 401 || none.status == 303, "{}", none.status);
}
