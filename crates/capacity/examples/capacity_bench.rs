//! Bookings a second, durable, beside one transaction per request and beside looking first and writing then; one hot cell; the availability of a month.
//! `cargo run --release -p capacity --example capacity_bench [SECONDS]`. A report, never a gate.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::panic, missing_docs)]

use std::{
    env,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant as Watch},
};

use capacity::{
    Channel, MIGRATIONS, Moment, Resource, Rules, Want, What, Wish,
    api::{self, CellSpec, How},
    rows,
};
use kernel::{Actor, Both, CentreId, Instant, No, PersonId, ResourceId, TimeZone};
use store::{Command, Database, Dice, Migrations, Options, Store, params};

const NAIVE: Migrations = Migrations {
    crate_name: "bench",
    files: &[("0001-bench.sql", "create table bench_sold (cell int8 not null); create index bench_sold_of on bench_sold (cell);")],
};
store::statements! {
    /// How many were sold.
    SOLD = "select count(*) from bench_sold where cell = $1";
    /// One more.
    SELL = "insert into bench_sold (cell) values ($1)";
}

fn zone() -> &'static TimeZone {
    static ZONE: std::sync::OnceLock<TimeZone> = std::sync::OnceLock::new();
    ZONE.get_or_init(|| TimeZone::named("Asia/Shanghai", 240).unwrap())
}
fn now() -> Instant {
    zone().parse("2026-11-28T10:00").unwrap()
}
fn moment() -> Moment<'static> {
    Moment { now: now(), zone: zone() }
}
fn command() -> Command {
    Command {
        chain: CentreId::new(1).unwrap(),
        also: Vec::new(),
        once: None,
        action: "bench.book",
        actor: Actor::System("bench"),
        role: String::new(),
        device: None,
        object: ("claim", String::new()),
        trace: "0123456789".into(),
        at: now(),
    }
}
fn resource(n: u8) -> ResourceId {
    ResourceId::from_bytes([n; 16])
}
fn minute(n: i64) -> i64 {
    zone().parse("2026-11-29T00:00").unwrap().minute() + n * 30
}
static NEXT: AtomicU64 = AtomicU64::new(0);
fn dice() -> Dice {
    let mut seed = [3; 32];
    seed[..8].copy_from_slice(&NEXT.fetch_add(1, Relaxed).to_le_bytes());
    Dice::new(seed)
}
fn wish(who: u64, thing: u8, cell: i64) -> Wish {
    let mut id = [1; 16];
    id[..8].copy_from_slice(&who.to_be_bytes());
    let want = Want { what: What::Resource(resource(thing)), from: minute(cell), to: minute(cell + 1), units: 1 };
    Wish::one("bench", "b", PersonId::from_bytes(id), "p", Channel::Phone, want)
}

async fn set_up(store: &Store, things: u8, days: i64, cap: i64) {
    let made = store.command(command(), move |tx| {
        let (m, dice) = (moment(), &mut dice());
        for n in 0..things {
            let r = Resource {
                id: resource(n),
                centre: CentreId::new(1).unwrap(),
                kind: "court".into(),
                code: format!("c{n}"),
                name: Both::new("球场", "court"),
                pool: None,
                share_of: None,
                cell_minutes: 30,
                rules: Rules { closes_before_min: 0, online_share_pct: 100, open_ahead_days: 60, source: "bench".into(), ..Rules::default() },
                closed: None,
            };
            api::set_resource(tx, &r, &[], m, dice)?;
            let cells: Vec<_> = (0..days * 48).map(|c| CellSpec { start: minute(c), end: minute(c + 1), cap, shut: None }).collect();
            api::publish(tx, r.id, &cells, minute(0)..minute(days * 48), false, m, dice)?;
        }
        Ok(())
    });
    made.await.unwrap();
}

/// Books for so long with so many at once; how many a second, and the 99th percentile in ms.
async fn spread(store: &Store, tasks: u64, seconds: u64) -> (f64, f64) {
    let until = Watch::now() + Duration::from_secs(seconds);
    let done: Vec<_> = (0..tasks)
        .map(|t| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                let mut n = t;
                while Watch::now() < until {
                    n = n.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407 + t);
                    let (thing, cell, from) = ((n >> 33) as u8 % 20, (n >> 40) as i64 % 50, Watch::now());
                    let booked = store.command(command(), move |tx| api::take(tx, &wish(n, thing, cell), How::Book, moment(), &mut dice())).await;
                    if booked.is_ok() {
                        took.push(from.elapsed().as_secs_f64() * 1e3);
                    }
                }
                took
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in done {
        all.extend(task.await.unwrap());
    }
    all.sort_by(f64::total_cmp);
    (all.len() as f64 / seconds as f64, all.get(all.len() * 99 / 100).copied().unwrap_or(0.0))
}

/// So many attempts at one cell of `cap`; winners, attempts a second, p99 of a refusal.
async fn hot(store: &Store, cell: i64, attempts: u64, naive: bool) -> (u64, f64, f64) {
    let (won, tried) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let from = Watch::now();
    let tasks: Vec<_> = (0..64_u64)
        .map(|_| {
            let (store, won, tried) = (store.clone(), Arc::clone(&won), Arc::clone(&tried));
            tokio::spawn(async move {
                let mut refused = Vec::new();
                loop {
                    let n = tried.fetch_add(1, Relaxed);
                    if n >= attempts {
                        return refused;
                    }
                    let at = Watch::now();
                    let got = if naive { look_then_write(&store, cell).await } else { take(&store, n, cell).await };
                    if got {
                        won.fetch_add(1, Relaxed);
                    } else {
                        refused.push(at.elapsed().as_secs_f64() * 1e3);
                    }
                }
            })
        })
        .collect();
    let mut refused = Vec::new();
    for task in tasks {
        refused.extend(task.await.unwrap());
    }
    refused.sort_by(f64::total_cmp);
    let p99 = refused.get(refused.len() * 99 / 100).copied().unwrap_or(0.0);
    (won.load(Relaxed), attempts as f64 / from.elapsed().as_secs_f64(), p99)
}
async fn take(store: &Store, n: u64, cell: i64) -> bool {
    match store.command(command(), move |tx| api::take(tx, &wish(n, 0, cell), How::Book, moment(), &mut dice())).await {
        Ok(_) => true,
        Err(No::Refused(_)) => false,
        Err(other) => panic!("{other}"),
    }
}
/// As most programs do it: count, then insert, in two transactions.
async fn look_then_write(store: &Store, cell: i64) -> bool {
    let sold: i64 = store.read(move |tx| tx.one("count", &SOLD, params![cell], |r| r.get(0))).await.unwrap();
    if sold >= 500 {
        return false;
    }
    store.command(command(), move |tx| Ok(tx.run(&SELL, params![cell])?)).await.unwrap();
    true
}

async fn month(store: &Store) -> (f64, f64) {
    let mut took = Vec::new();
    for n in 0..400_u64 {
        let from = Watch::now();
        let free = store.read(move |tx| {
            let r = rows::resource::one(tx, resource(n as u8 % 20))?.unwrap();
            Ok(api::free(tx, &r, minute(0), minute(31 * 48))?.cells.len())
        });
        assert_eq!(free.await.unwrap(), 31 * 48);
        took.push(from.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    (took[200], took[396])
}

#[tokio::main]
async fn main() {
    let seconds = env::args().nth(1).and_then(|s| s.parse().ok()).unwrap_or(5);
    let folder = env::temp_dir().join(format!("yizhan-capacity-bench-{}", std::process::id()));
    let open = |name: &str| {
        let file: PathBuf = folder.join(name);
        Store::open(Options::new(Database::Sqlite(file), vec![MIGRATIONS, NAIVE], |_, _| store::Answer::none())).unwrap()
    };
    let store = open("spread.db");
    set_up(&store, 20, 31, 100_000).await;
    let (many, p99) = spread(&store, 64, seconds).await;
    let (one, _) = spread(&store, 1, seconds).await;
    let (p50_month, p99_month) = month(&store).await;
    println!("| bookings, SQLite FULL, 1,000 cells | /s | p99 ms |\n|---|---|---|");
    println!("| 64 at once, group commit | {many:.0} | {p99:.1} |\n| one transaction per request | {one:.0} | |\nratio {:.1}", many / one);
    let rush = open("hot.db");
    set_up(&rush, 2, 1, 500).await;
    let (won, rate, refused) = hot(&rush, 3, 20_000, false).await;
    println!("\n| one cell of 500, 20,000 attempts, 64 at once | winners | attempts/s | p99 of a refusal, ms |\n|---|---|---|---|");
    println!("| conditional update | {won} | {rate:.0} | {refused:.1} |");
    let (sold, rate, _) = hot(&rush, 3, 2_000, true).await;
    println!("| look, then write, as most programs do | {sold} of 500 | {rate:.0} | |");
    println!("\navailability of a month (1,488 cells): p50 {p50_month:.2} ms, p99 {p99_month:.2} ms (aim ≤ 5)");
    let _ = std::fs::remove_dir_all(&folder);
}
