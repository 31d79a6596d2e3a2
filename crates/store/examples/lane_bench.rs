//! How many ticket-like commands a second the bare lane carries, `synchronous=FULL`: 32 tasks with group commit, against one task, which is one
//! transaction per request. `cargo run --release -p store --example lane_bench [SECONDS] [postgres://…]`; aim on SQLite: ≥ 15,000/s.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::{
    env,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use kernel::{Actor, CentreId, No, OnViolation, Refusal};
use store::{Answer, Clock, Command, Database, Migrations, Once, Options, Store, params};

const BENCH: Migrations = Migrations {
    crate_name: "bench",
    files: &[(
        "0001-bench.sql",
        "create table bench_line (line int8 not null, day text not null, next int8 not null, closed_at_us int8, constraint bench_line_key primary key (line));
         create table bench_ticket (ticket_id bytes not null, line int8 not null, day text not null, number int8 not null, shown text not null,
           state text not null, taken_at_us int8 not null,
           constraint bench_ticket_key primary key (ticket_id), constraint bench_number_once unique (line, day, number),
           constraint bench_ticket_line foreign key (line) references bench_line (line));
         create index bench_waiting on bench_ticket (line, taken_at_us) where state = 'waiting';",
    )],
};

store::statements! {
    /// A line.
    LINE = "insert into bench_line (line, day, next) values ($1, '2026-11-23', 1) on conflict do nothing";
    /// The next number.
    NEXT = "update bench_line set next = next + 1 where line = $1 and closed_at_us is null returning next - 1, day";
    /// The ticket.
    TICKET = "insert into bench_ticket (ticket_id, line, day, number, shown, state, taken_at_us) values ($1, $2, $3, $4, $5, 'waiting', $6)";
}

#[derive(serde::Serialize)]
struct Issued {
    ticket: String,
    line: i64,
    number: i64,
}
impl store::Fact for Issued {
    const NAME: &'static str = "bench.issued";
    fn topics(&self) -> Vec<String> {
        vec!["hall/hall1".into()]
    }
}

fn command(line: i64, once: Option<Once>, at: kernel::Instant) -> Command {
    Command {
        chain: CentreId::new(line % 4).unwrap(),
        also: Vec::new(),
        once,
        action: "bench.issue",
        actor: Actor::System("bench"),
        role: "kiosk".into(),
        device: None,
        object: ("line", line.to_string()),
        trace: "0123456789abcdef".into(),
        at,
    }
}

async fn issue(store: &Store, line: i64, n: u64) {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&n.to_be_bytes());
    key[8..16].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    key.rotate_left(8);
    let now = Clock::real().real_now();
    let id: kernel::TicketId = kernel::Id::new(now, key[..10].try_into().unwrap());
    let once = Some(Once { key, body: [1; 32] });
    let written = store.write(command(line, once, now), move |tx| -> Result<Answer, No> {
        let dealt = tx.returning(&NEXT, params![line], |r| Ok((r.get::<i64>(0)?, r.get::<String>(1)?)))?;
        let (number, day) = dealt.into_iter().next().ok_or_else(|| Refusal::conflict("bench.closed"))?;
        let shown = format!("A{number:03}");
        tx.run(&TICKET, params![id, line, day, number, shown, now]).on_violation("bench_number_once", || Refusal::conflict("bench.twice"))?;
        tx.tell(&Issued { ticket: id.to_string(), line, number });
        Ok(Answer { status: 303, headers: vec![("location".into(), format!("/v/{number}"))], body: Vec::new() })
    });
    written.await.unwrap();
}

async fn round(store: &Store, tasks: u64, lines: i64, length: Duration) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let started = Instant::now();
    let all: Vec<_> = (0..tasks)
        .map(|task| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                while started.elapsed() < length {
                    let one = Instant::now();
                    let n = NEXT.fetch_add(1, Relaxed);
                    issue(&store, n.wrapping_add(task).cast_signed() % lines + 1, n).await;
                    took.push(one.elapsed().as_secs_f64() * 1_000.0);
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for one in all {
        took.extend(one.await.unwrap());
    }
    took.sort_by(f64::total_cmp);
    let rate = took.len() as f64 / started.elapsed().as_secs_f64();
    let at = |share: f64| took[(took.len() as f64 * share) as usize];
    println!("{tasks:>4} tasks {lines:>4} lines  {rate:>8.0}/s  p50 {:.2} ms  p99 {:.2} ms", at(0.5), at(0.99));
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let seconds: f64 = env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(4.0);
    let url = env::args().nth(2);
    let folder = PathBuf::from(format!("bench-lane-{}", std::process::id()));
    let database = Database::parse(url.as_deref(), &folder).unwrap();
    let problem = |_: &No, _: &str| Answer::none();
    let store = Store::open(Options::new(database, vec![BENCH], problem)).unwrap();
    let heard = Arc::new(AtomicU64::new(0));
    let hears = Arc::clone(&heard);
    store.on_commit(move |_| {
        hears.fetch_add(1, Relaxed);
    });
    for line in 1..=155 {
        store.command(command(line, None, Clock::real().real_now()), move |tx| Ok(tx.run(&LINE, params![line])?)).await.unwrap();
    }
    let length = Duration::from_secs_f64(seconds);
    for _ in 0..2 {
        round(&store, 1, 155, length).await;
        round(&store, 32, 155, length).await;
        round(&store, 32, 1, length).await;
    }
    round(&store, 128, 155, length).await;
    let started = Instant::now();
    let report = store.read(|tx| store::journal::verify(tx, &[])).await.unwrap();
    println!("{} rows verified in {:.2?}, ok {}; {} published; {:?}", report.rows(), started.elapsed(), report.ok(), heard.load(Relaxed), store.metrics());
    store.shutdown().await;
    let _ = std::fs::remove_dir_all(folder);
}
