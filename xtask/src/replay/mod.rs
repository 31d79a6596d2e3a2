//! Plays an office's real log into a running server, over its public HTTP API alone, and compares after every poll.
//!
//! The log (`warsaw-offices`): every queue polled about every five minutes: people waiting, number now served. The first poll counts from 0; an empty
//! number means unchanged; served = increase of the number (0 where it falls); issued = change of waiting + served; where that is negative that many of
//! the newest waiting people leave.

mod client;
mod log;
mod sheets;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use client::Client;
pub use client::key;
use log::{Log, Office, Poll};
use serde_json::{Value, json};

#[derive(Args)]
pub struct Replay {
    /// The log: a CSV file, `.gz` or a folder that holds one.
    log: PathBuf,
    /// The server, started with `yizhan demo --empty --clock '<day>T07:00' --speed N`.
    #[arg(long, default_value = "http://127.0.0.1:8460")]
    url: String,
    /// The day to play, as stamped in the log.
    #[arg(long)]
    day: String,
    /// The server's speed; 0 plays as fast as it answers.
    #[arg(long, default_value_t = 0)]
    speed: u64,
    /// The demo's accounts.
    #[arg(long, default_value = "yizhan-demo/accounts.txt")]
    accounts: PathBuf,
}

/// What one queue came to.
#[derive(Default, Clone)]
struct Tally {
    waiting: i64,
    issued: i64,
    called: i64,
    left: i64,
    number: i64,
    /// Its number never falls, never jumps by more than 30, and nobody left: then the last number must agree too.
    regular: bool,
}

/// A queue while it is played.
struct Playing {
    counter: String,
    clerk: Client,
    /// Tokens and numbers of who waits, oldest first.
    line: Vec<(String, String)>,
    serving: Option<String>,
    tally: Tally,
}

#[derive(Default)]
struct Score {
    polls: usize,
    compared: usize,
    disagreements: Vec<String>,
    total: Tally,
    regular: usize,
}

/// Plays the log.
///
/// # Errors
/// When the server refuses something it should not, or any figure disagrees.
pub fn run(args: &Replay) -> Result<()> {
    let log = Log::read(&args.log, &args.day)?;
    for (why, rows) in &log.dirty {
        println!("dirty: {why}: {} rows, first: line {}", rows.len(), rows.first().copied().unwrap_or_default());
    }
    if log.offices.is_empty() {
        bail!("no row of {} is stamped {}", args.log.display(), args.day);
    }
    let queues: usize = log.offices.iter().map(|o| o.queues.len()).sum();
    println!("{}: {} offices, {queues} queues, {} polls", args.day, log.offices.len(), log.offices.iter().map(|o| o.polls.len()).sum::<usize>());
    let accounts = accounts(&args.accounts)?;
    let started = Instant::now();
    let clerks = sheets::set_up(&args.url, &accounts, &log).context("set-up")?;
    println!("set up in {:.0} s: one centre an office, one line, one counter and one clerk a queue", started.elapsed().as_secs_f64());
    let watcher = Client::sign_in(&args.url, "supervisor", accounts.get("supervisor").context("accounts: no supervisor")?)?;
    let bar = indicatif::ProgressBar::new(log.offices.iter().map(|o| o.polls.len() as u64).sum());
    let score = Arc::new(Mutex::new(Score::default()));
    let began = Instant::now();
    let offices: Vec<Result<()>> = thread::scope(|scope| {
        let playing: Vec<_> = log
            .offices
            .iter()
            .map(|office| {
                let (score, bar, watcher, clerks) = (Arc::clone(&score), bar.clone(), watcher.clone(), &clerks);
                scope.spawn(move || play(office, clerks, &watcher, began, args.speed, &score, &bar))
            })
            .collect();
        playing.into_iter().map(|t| t.join().unwrap_or_else(|_| Err(anyhow::anyhow!("an office's thread panicked")))).collect()
    });
    bar.finish_and_clear();
    for done in offices {
        done?;
    }
    let score = score.lock().map_err(|_| anyhow::anyhow!("the score is lost"))?;
    report(&score, queues, began.elapsed())
}

fn report(score: &Score, queues: usize, took: Duration) -> Result<()> {
    let t = &score.total;
    println!("queues {queues} · polls {} · figures compared {} · {:.0} s", score.polls, score.compared, took.as_secs_f64());
    println!(
        "issued {} · called {} · left {} · still waiting {} · last number compared for {} regular queues",
        t.issued, t.called, t.left, t.waiting, score.regular
    );
    for d in score.disagreements.iter().take(20) {
        println!("disagrees: {d}");
    }
    println!("{} disagreements", score.disagreements.len());
    if score.disagreements.is_empty() { Ok(()) } else { bail!("{} disagreements", score.disagreements.len()) }
}

fn accounts(path: &std::path::Path) -> Result<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{}: start the server first", path.display()))?;
    Ok(text.lines().filter_map(|l| l.split_once('\t')).map(|(l, p)| (l.to_owned(), p.to_owned())).collect())
}

fn play(
    office: &Office,
    clerks: &BTreeMap<(i64, String), (String, Client)>,
    watcher: &Client,
    began: Instant,
    speed: u64,
    score: &Mutex<Score>,
    bar: &indicatif::ProgressBar,
) -> Result<()> {
    let mut queues: BTreeMap<String, Playing> = BTreeMap::new();
    for q in &office.queues {
        let (counter, clerk) = clerks.get(&(office.centre, q.id.clone())).cloned().with_context(|| format!("{}: no clerk", q.id))?;
        queues.insert(q.id.clone(), Playing { counter, clerk, line: Vec::new(), serving: None, tally: Tally { regular: true, ..Tally::default() } });
    }
    for poll in &office.polls {
        if let Some(real) = (poll.minute - 7 * 60).checked_mul(60).and_then(|s| u64::try_from(s).ok()).and_then(|s| s.checked_div(speed)) {
            let due = Duration::from_secs(real);
            thread::sleep(due.saturating_sub(began.elapsed()));
        }
        for (id, waiting, number) in &poll.queues {
            let q = queues.get_mut(id).with_context(|| format!("{id}: no such queue"))?;
            step(office.centre, id, q, *waiting, *number).with_context(|| format!("{} {id} at {}", office.name, poll.time))?;
        }
        compare(office, poll, &queues, watcher, score)?;
        bar.inc(1);
    }
    for q in queues.values_mut() {
        if let Some(ticket) = q.serving.take() {
            q.clerk.post(&format!("/tickets/{ticket}/finish"), &json!({}))?;
        }
    }
    let mut score = score.lock().map_err(|_| anyhow::anyhow!("the score is lost"))?;
    for q in queues.values() {
        let t = &q.tally;
        score.total.issued += t.issued;
        score.total.called += t.called;
        score.total.left += t.left;
        score.total.waiting += t.waiting;
        score.regular += usize::from(t.regular);
    }
    Ok(())
}

/// One queue at one poll: who came, who was called, who left.
fn step(centre: i64, id: &str, q: &mut Playing, waiting: i64, number: Option<i64>) -> Result<()> {
    let number = number.unwrap_or(q.tally.number);
    let served = (number - q.tally.number).max(0);
    if number < q.tally.number || number - q.tally.number > 30 {
        q.tally.regular = false;
    }
    let change = waiting - q.tally.waiting + served;
    for _ in 0..change.max(0) {
        let visit = q.clerk.post(&format!("/centres/{centre}/visits/here"), &json!({ "errands": [format!("q{id}")] }))?;
        let text = |key: &str| visit[key].as_str().map(str::to_owned).with_context(|| format!("no {key} in {visit}"));
        q.line.push((text("token")?, text("number")?));
    }
    for _ in 0..(-change).max(0) {
        let (token, _) = q.line.pop().context("the log lets somebody leave who never came")?;
        q.clerk.post(&format!("/t/{token}/leave"), &json!({}))?;
        q.tally.regular = false;
    }
    for _ in 0..served {
        let body = q.serving.take().map_or_else(|| json!({}), |ticket| json!({ "finish": { "ticket": ticket } }));
        let called = q.clerk.post(&format!("/counters/{}/call-next", q.counter), &body)?;
        let (_, expected) = if q.line.is_empty() { bail!("called {called} where nobody waits") } else { q.line.remove(0) };
        if called["call"]["number"].as_str() != Some(expected.as_str()) {
            bail!("called {} where {expected} is first", called["call"]["number"]);
        }
        let ticket = called["call"]["ticket"].as_str().context("no ticket")?.to_owned();
        q.clerk.post(&format!("/tickets/{ticket}/arrive"), &json!({}))?;
        q.serving = Some(ticket);
    }
    q.tally.issued += change.max(0);
    q.tally.left += (-change).max(0);
    q.tally.called += served;
    q.tally.waiting = waiting;
    q.tally.number = number;
    Ok(())
}

/// After every poll the server's own figures must be the log's.
fn compare(office: &Office, poll: &Poll, queues: &BTreeMap<String, Playing>, watcher: &Client, score: &Mutex<Score>) -> Result<()> {
    let live = watcher.get(&format!("/m/{}", office.centre))?;
    let lines: BTreeMap<&str, &Value> =
        live["lines"].as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(|l| Some((l["line"].as_str()?, l))).collect();
    let mut score = score.lock().map_err(|_| anyhow::anyhow!("the score is lost"))?;
    score.polls += 1;
    for (id, ..) in &poll.queues {
        let Some(q) = queues.get(id) else { continue };
        let code = format!("q{id}");
        let Some(line) = lines.get(code.as_str()) else {
            score.disagreements.push(format!("{} {} {code}: the server shows no such line", office.name, poll.time));
            continue;
        };
        let t = &q.tally;
        let mut figures = vec![("waiting", t.waiting), ("issued", t.issued), ("called", t.called), ("left", t.left)];
        if t.regular {
            figures.push(("last", t.number));
        }
        for (name, log) in figures {
            score.compared += 1;
            let shown = line[name].as_i64().unwrap_or(0);
            if shown != log {
                score.disagreements.push(format!("{} {} {code}: {name} is {shown}, the log says {log}", office.name, poll.time));
            }
        }
    }
    Ok(())
}
