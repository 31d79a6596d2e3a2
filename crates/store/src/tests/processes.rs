//! Several processes, and processes that die: the test binary runs itself as a child.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    io::{BufRead, BufReader, Write},
    process::{Child, Command as Process, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use super::*;
use crate::{Database, How, Options, testing::Place};

fn start(place: &Place, job: &str) -> Child {
    let mut child = Process::new(env::current_exe().unwrap());
    child.args(["tests::processes::child", "--exact", "--nocapture", "--test-threads=1"]).env("YIZHAN_CHILD", job);
    match &place.database {
        Database::Sqlite(file) => child.env("YIZHAN_CHILD_FILE", file),
        Database::Postgres { url, schema } => child.env("YIZHAN_CHILD_URL", url).env("YIZHAN_CHILD_SCHEMA", schema),
    };
    child.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap()
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n@{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// Not a test of its own: what a child process does. Without its variables it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(job) = env::var("YIZHAN_CHILD") else { return };
    let database = env::var("YIZHAN_CHILD_FILE").map_or_else(
        |_| Database::Postgres { url: env::var("YIZHAN_CHILD_URL").unwrap(), schema: env::var("YIZHAN_CHILD_SCHEMA").unwrap() },
        |file| Database::Sqlite(file.into()),
    );
    let store = Store::open(Options::new(database, vec![LINES], testing::problem)).unwrap();
    say("ready");
    std::io::stdin().lock().read_line(&mut String::new()).unwrap();
    match job.strip_prefix("until ") {
        Some(last) => race(&store, last.parse().unwrap()).await,
        None => forever(&store).await,
    }
}

/// Says each key before it is sent and after it is answered, until killed.
async fn forever(store: &Store) {
    let next = Arc::new(AtomicU64::new(0));
    let tasks = (0..16).map(|_| {
        let (store, next) = (store.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            loop {
                let key = format!("{}-{}", std::process::id(), next.fetch_add(1, Relaxed));
                say(&format!("sent {key}"));
                let written = deal_once(&store, 1, &key).await.unwrap();
                say(&format!("got {key} {}", String::from_utf8(written.answer.body).unwrap()));
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        let () = task.await.unwrap();
    }
}

/// Deals numbers until the line has `last`; says how many were its own and how often it was turned away.
async fn race(store: &Store, last: i64) {
    let next = Arc::new(AtomicU64::new(0));
    let tasks = (0..32).map(|_| {
        let (store, next) = (store.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            let (mut dealt, mut busy) = (0, 0);
            loop {
                let key = format!("{}-{}", std::process::id(), next.fetch_add(1, Relaxed));
                let by = std::process::id().to_string();
                let command = Command { once: Some(testing::once(&key, "")), ..testing::command(1, "test.deal") };
                let written = store.write(command, move |tx| {
                    let number = deal(tx, 1, &key, &by)?;
                    if number > last { Err(Refusal::conflict("test.enough").into()) } else { Ok(answer(&number.to_string())) }
                });
                match written.await {
                    Ok(w) if w.how == How::Refused => return (dealt, busy),
                    Ok(_) => dealt += 1,
                    Err(Unsaved::Busy) => busy += 1,
                    Err(other) => panic!("{other:?}"),
                }
            }
        })
    });
    let (mut dealt, mut busy) = (0, 0);
    for task in tasks.collect::<Vec<_>>() {
        let (d, b) = task.await.unwrap();
        dealt += d;
        busy += b;
    }
    say(&format!("dealt {dealt} {busy} {}", store.metrics().again));
}

#[tokio::test]
async fn a_killed_process_loses_nothing_and_does_nothing_twice() {
    for place in [Place::sqlite(), Place::postgres()] {
        let engine = place.database.engine();
        let began = std::time::Instant::now();
        let store = place.open(&[LINES]);
        add_line(&store, 1).await;
        store.shutdown().await;
        drop(store);
        let mut sent = BTreeSet::new();
        let mut got = BTreeMap::new();
        for kill in 0..4_u64 {
            let mut child = start(&place, "forever");
            let out = BufReader::new(child.stdout.take().unwrap());
            child.stdin.take().unwrap().write_all(b"go\n").unwrap();
            let reading = std::thread::spawn(move || out.lines().map_while(Result::ok).filter(|l| l.starts_with('@')).collect::<Vec<_>>());
            std::thread::sleep(Duration::from_millis(400 + 170 * kill));
            child.kill().unwrap();
            child.wait().unwrap();
            for line in reading.join().unwrap() {
                let words: Vec<&str> = line[1..].split(' ').collect();
                match words[..] {
                    ["sent", key] => drop(sent.insert(key.to_owned())),
                    ["got", key, number] => drop(got.insert(key.to_owned(), number.to_owned())),
                    _ => {}
                }
            }
        }
        assert!(got.len() > 50, "{engine}: {} answers", got.len());
        let store = place.open(&[LINES]);
        let keys: Vec<String> = sent.iter().cloned().collect();
        for some in keys.chunks(1_000) {
            let again = some.iter().cloned().map(|key| {
                let store = store.clone();
                tokio::spawn(async move { deal_once(&store, 1, &key).await.unwrap() })
            });
            for (key, again) in some.iter().zip(again.collect::<Vec<_>>()) {
                let again = again.await.unwrap();
                if let Some(number) = got.get(key) {
                    assert!(again.replayed, "{engine}: {key} was answered and lost");
                    assert_eq!(again.answer, answer(number), "{engine}");
                }
            }
        }
        let tickets = numbers(&store, 1).await;
        assert_eq!(tickets.len(), sent.len(), "{engine}: one ticket a key");
        assert_eq!(tickets.iter().map(|t| t.1).collect::<Vec<_>>(), (1..).take(sent.len()).collect::<Vec<_>>(), "{engine}: no gap");
        verified(&store).await;
        eprintln!("{engine}: {} sent, {} answered, {:?}", sent.len(), got.len(), began.elapsed());
    }
}

#[tokio::test]
async fn two_processes_deal_one_line_evenly() {
    const LAST: i64 = 2_000;
    let place = Place::postgres();
    let store = place.open(&[LINES]);
    add_line(&store, 1).await;
    let mut children: Vec<Child> = (0..2).map(|_| start(&place, &format!("until {LAST}"))).collect();
    let mut outs: Vec<_> = children.iter_mut().map(|c| BufReader::new(c.stdout.take().unwrap()).lines().map_while(Result::ok)).collect();
    for out in &mut outs {
        assert!(out.any(|l| l == "@ready"));
    }
    for child in &mut children {
        child.stdin.take().unwrap().write_all(b"go\n").unwrap();
    }
    let told: Vec<Vec<i64>> =
        outs.iter_mut().map(|out| out.find_map(|l| l.strip_prefix("@dealt ").map(|r| r.split(' ').map(|n| n.parse().unwrap()).collect())).unwrap()).collect();
    for (child, out) in children.iter_mut().zip(outs) {
        out.for_each(drop);
        assert!(child.wait().unwrap().success());
    }
    let tickets = numbers(&store, 1).await;
    assert_eq!(tickets.iter().map(|t| t.1).collect::<Vec<_>>(), (1..=LAST).collect::<Vec<_>>(), "no gap, none twice");
    assert_eq!(told.iter().map(|t| t[0]).sum::<i64>(), LAST, "{told:?}");
    assert!(told.iter().all(|t| t[0] >= LAST * 4 / 10 && t[1] == 0), "both at least 40 %, none turned away: {told:?}");
    verified(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_drops_its_connections_loses_nothing_and_does_nothing_twice() {
    let place = Place::postgres();
    let store = place.open(&[LINES]);
    let Database::Postgres { schema, .. } = &place.database else { return };
    let cut = format!("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lane of {schema}' and pid <> pg_backend_pid()");
    add_line(&store, 1).await;
    let tasks = (0..16).map(|task| {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..100 {
                let written = deal_once(&store, 1, &format!("{task}-{n}")).await.unwrap();
                assert!(!written.replayed || written.how == How::Ok);
            }
        })
    });
    let tasks: Vec<_> = tasks.collect();
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_millis(40)).await;
        tokio::task::block_in_place(|| place.tamper(&cut));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(numbers(&store, 1).await.iter().map(|t| t.1).collect::<Vec<_>>(), (1..=1_600).collect::<Vec<_>>());
    assert!(store.metrics().again > 0, "no connection was cut while it was needed");
    verified(&store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_over_two_chains_take_them_in_one_order() {
    let place = Place::postgres();
    let stores = [place.open(&[LINES]), place.open(&[LINES])];
    for line in [1, 2] {
        add_line(&stores[0], line).await;
    }
    let tasks = (0..40).map(|n: i64| {
        let store = stores[n as usize % 2].clone();
        tokio::spawn(async move {
            let (own, other) = if n % 4 < 2 { (1, 2) } else { (2, 1) };
            for step in 0..10 {
                let command = Command { also: vec![chain(other)], ..testing::command(own, "test.both") };
                let both = store.command(command, move |tx| {
                    assert!(tx.holds(chain(1)) && tx.holds(chain(2)) && !tx.holds(chain(3)));
                    deal(tx, own, &format!("{n}-{step}-own"), "x")?;
                    deal(tx, other, &format!("{n}-{step}-other"), "x")
                });
                both.await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    for line in [1, 2] {
        assert_eq!(numbers(&stores[1], line).await.iter().map(|t| t.1).collect::<Vec<_>>(), (1..=400).collect::<Vec<_>>());
    }
    assert_eq!(stores[0].metrics().again + stores[1].metrics().again, 0, "no deadlock, nothing run twice");
    verified(&stores[0]).await;
}
