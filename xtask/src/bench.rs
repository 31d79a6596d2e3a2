//! `bench hall`: durable ticket issue over HTTP with the full write path, the server on one core, the load on the other; beside it, in the same run, the bare lane
//! and one transaction per request. A report, never a gate.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;

#[derive(Args)]
pub struct Bench {
    /// What to measure: `hall`, `capacity`, `line`.
    name: String,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// Streams of another centre that are open in the last row.
    #[arg(long, default_value_t = 4_000)]
    streams: usize,
}

/// A port of this machine that nobody uses now.
static LISTEN: LazyLock<String> = LazyLock::new(|| {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    free.map_or_else(|_| "127.0.0.1:8479".into(), |a| a.to_string())
});

/// Measures and prints a table.
///
/// # Errors
/// When the server does not start or refuses.
pub fn run(args: &Bench) -> Result<()> {
    match args.name.as_str() {
        "hall" => {}
        "capacity" => {
            example("capacity", "capacity_bench", args.seconds)?;
            return bookings(args.seconds);
        }
        "line" => return example("queue", "line_sim", args.seconds),
        other => bail!("bench {other}: there are `bench hall`, `bench capacity` and `bench line`"),
    }
    build()?;
    let folder = std::env::temp_dir().join(format!("yizhan-bench-{}", std::process::id()));
    let server = Server::start(&folder)?;
    let kiosk = cookie("/demo/device/kiosk")?;
    println!("| tickets over HTTP, full write path, SQLite FULL | /s | p50 ms | p99 ms | refused |\n|---|---|---|---|---|");
    let mut at_64 = 0.0;
    for connections in [16, 64, 256] {
        let m = load(&kiosk, connections, args.seconds, &ticket)?;
        m.print(&format!("{connections} connections"));
        if connections == 64 {
            at_64 = m.rate;
        }
    }
    let stop = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicU64::new(0));
    let caller = caller(&stop, &calls)?;
    let calling = load(&kiosk, 64, args.seconds, &ticket)?;
    stop.store(true, Ordering::SeqCst);
    caller.join().map_err(|_| anyhow::anyhow!("the caller panicked"))??;
    calling.print(&format!("64 connections, a clerk calling flat out ({} calls/s)", calls.load(Ordering::SeqCst) / args.seconds));
    let open = streams(args.streams)?;
    let streamed = load(&kiosk, 64, args.seconds, &ticket)?;
    streamed.print(&format!("64 connections, {} streams of another centre", open.len()));
    drop(open);
    println!("server: {} MB resident", server.resident_mb());
    drop(server);
    let _ = std::fs::remove_dir_all(&folder);
    let (lane, single) = bare()?;
    println!("\n| beside it, in the same run | /s |\n|---|---|\n| bare lane, group commit | {lane:.0} |\n| one transaction per request | {single:.0} |");
    println!(
        "\nratios: full path at 64 / bare lane {:.2} (aim ≥ 0.5) · with calling {:.2} (aim ≥ 0.8) · with streams {:.2} (aim ≥ 0.8)",
        at_64 / lane,
        calling.rate / at_64,
        streamed.rate / at_64
    );
    Ok(())
}

/// A report that an example of a crate prints by itself.
fn example(package: &str, name: &str, seconds: u64) -> Result<()> {
    let status = Command::new("cargo").args(["run", "--release", "--quiet", "--package", package, "--example", name, "--", &seconds.to_string()]).status()?;
    if !status.success() {
        bail!("{name} ended with {status}");
    }
    Ok(())
}

fn build() -> Result<()> {
    for args in
        [vec!["build", "--release", "--quiet", "--package", "server"], vec!["build", "--release", "--quiet", "--package", "store", "--example", "lane_bench"]]
    {
        if !Command::new("cargo").args(args).status()?.success() {
            bail!("the release build failed");
        }
    }
    Ok(())
}

fn binary(name: &str) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    target.join("release").join(name)
}

/// A server on core 0; ends with its value.
struct Server(Child);

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(binary("yizhan"))
            .args(["demo", "--listen", &LISTEN, "--clock", "2026-11-24T09:10", "--data"])
            .arg(folder)
            .stdout(Stdio::null())
            .spawn()
            .context("taskset and the release binary")?;
        let server = Self(child);
        for _ in 0..600 {
            if TcpStream::connect(&*LISTEN).is_ok() {
                return Ok(server);
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("the server did not start")
    }
    fn resident_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        status.lines().find_map(|l| l.strip_prefix("VmRSS:")).and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
    }
}
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One keep-alive connection.
struct Http(BufReader<TcpStream>);

impl Http {
    fn open() -> Result<Self> {
        let stream = TcpStream::connect(&*LISTEN)?;
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }
    fn send(&mut self, method: &str, path: &str, cookie: &str, body: &str) -> Result<(u16, String, Vec<String>)> {
        let (host, key) = (&*LISTEN, crate::replay::key());
        let text = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\norigin: http://{host}\r\ncookie: {cookie}\r\naccept: application/json\r\nidempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(text.as_bytes())?;
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).context("no status")?;
        let (mut length, mut cookies) = (0, Vec::new());
        loop {
            line.clear();
            self.0.read_line(&mut line)?;
            let header = line.trim_end();
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').unwrap_or((header, ""));
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "set-cookie" => cookies.push(value.trim().split(';').next().unwrap_or_default().to_owned()),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body)?;
        Ok((status, String::from_utf8_lossy(&body).into_owned(), cookies))
    }
}

fn cookie(path: &str) -> Result<String> {
    let (status, body, cookies) = Http::open()?.send("POST", &format!("/api/v1{path}"), "", "")?;
    cookies.first().cloned().with_context(|| format!("{path}: {status} {body}"))
}

struct Measured {
    rate: f64,
    p50: f64,
    p99: f64,
    refused: usize,
    /// Of what was refused.
    refused_p99: f64,
}
impl Measured {
    fn print(&self, what: &str) {
        println!("| {what} | {:.0} | {:.1} | {:.1} | {} (p99 {:.1} ms) |", self.rate, self.p50, self.p99, self.refused, self.refused_p99);
    }
}

/// A number at the kiosk: path and body of the `n`th connection's `k`th request.
fn ticket(n: usize, _: usize) -> (String, String) {
    let lines = ["social", "civil", "police", "health"];
    ("/api/v1/centres/1/visits/here".into(), format!("{{\"errands\":[\"{}\"]}}", lines[n % lines.len()]))
}

/// Bookings over HTTP, spread over many cells; then many for one cell: as many winners as it had places.
fn bookings(seconds: u64) -> Result<()> {
    build()?;
    let folder = std::env::temp_dir().join(format!("yizhan-bench-{}", std::process::id()));
    let server = Server::start(&folder)?;
    let mut http = Http::open()?;
    let mut get = |path: &str| -> Result<serde_json::Value> {
        let (_, text, _) = http.send("GET", path, "", "")?;
        serde_json::from_str(&text).with_context(|| text.clone())
    };
    let mut cells: Vec<(String, i64, i64)> = Vec::new();
    for centre in [1, 2] {
        let list = get(&format!("/api/v1/book?centre={centre}"))?;
        for r in list["resources"].as_array().context("no resources")?.iter().filter(|r| r["kind"] == "open_session") {
            let id = r["resource"].as_str().context("no id")?.to_owned();
            let days = get(&format!("/api/v1/book/{id}"))?["days"].as_array().context("no days")?.clone();
            for day in days.iter().filter_map(|d| d["day"].as_str()) {
                let of = get(&format!("/api/v1/book/{id}?day={day}"))?;
                let open = of["starts"].as_array().context("no starts")?.iter().filter(|s| s["open"] == true);
                cells.extend(open.filter_map(|s| Some((id.clone(), s["minute"].as_i64()?, s["free"].as_i64()?))));
            }
        }
    }
    let (hot, minute, had) = cells.pop().context("nothing can be booked")?;
    let places: i64 = cells.iter().map(|c| c.2).sum();
    println!(
        "\n| bookings over HTTP, {} cells with {places} places, server on one core | /s | p50 ms | p99 ms | refused |\n|---|---|---|---|---|",
        cells.len()
    );
    let spread = |n: usize, k: usize| {
        let (id, from, _) = &cells[(n * 7_919 + k * 104_729) % cells.len()];
        (format!("/api/v1/book/{id}"), format!("{{\"from\":{from}}}"))
    };
    load("", 64, seconds.min(3), &spread)?.print("64 connections, every booking somebody new");
    let before = get("/api/v1/capacity/proof")?;
    let one = |_: usize, _: usize| (format!("/api/v1/book/{hot}"), format!("{{\"from\":{minute}}}"));
    let raced = load("", 64, seconds.min(3), &one)?;
    raced.print("64 connections for one cell");
    let winners = (raced.rate * seconds.min(3) as f64).round();
    println!(
        "\nwinners of the one cell: {winners:.0} of {had} · breaches found by the proof before and after: {} and {}",
        before["breaches"],
        get("/api/v1/capacity/proof")?["breaches"]
    );
    drop(server);
    let _ = std::fs::remove_dir_all(&folder);
    Ok(())
}

/// `asks` says path and body of the `n`th connection's `k`th request; what is answered 201 counts.
fn load(cookie: &str, connections: usize, seconds: u64, asks: &(dyn Fn(usize, usize) -> (String, String) + Sync)) -> Result<Measured> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let worker = |n: usize| -> Result<(Vec<f64>, Vec<f64>)> {
        let mut http = Http::open()?;
        let (mut took, mut refused) = (Vec::new(), Vec::new());
        for k in 0.. {
            if Instant::now() >= until {
                break;
            }
            let (path, body) = asks(n, k);
            let sent = Instant::now();
            let (status, ..) = http.send("POST", &path, cookie, &body)?;
            if status == 201 { &mut took } else { &mut refused }.push(sent.elapsed().as_secs_f64() * 1e3);
        }
        Ok((took, refused))
    };
    let (mut took, mut refused) = (Vec::new(), Vec::new());
    thread::scope(|scope| -> Result<()> {
        let start = |n| thread::Builder::new().stack_size(256 * 1024).spawn_scoped(scope, move || worker(n));
        let workers: Vec<_> = (0..connections).map(start).collect::<std::io::Result<_>>()?;
        for w in workers {
            let (some, no) = w.join().map_err(|_| anyhow::anyhow!("a connection's thread panicked"))??;
            took.extend(some);
            refused.extend(no);
        }
        Ok(())
    })?;
    let at = |all: &mut Vec<f64>, q: f64| {
        all.sort_by(f64::total_cmp);
        all.get(((all.len() as f64 * q) as usize).min(all.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    let refused_p99 = at(&mut refused, 0.99);
    Ok(Measured { rate: took.len() as f64 / seconds as f64, p50: at(&mut took, 0.5), p99: at(&mut took, 0.99), refused: refused.len(), refused_p99 })
}

/// A clerk who calls and finishes as fast as the server answers.
fn caller(stop: &Arc<AtomicBool>, calls: &Arc<AtomicU64>) -> Result<thread::JoinHandle<Result<()>>> {
    let clerk = cookie("/demo/as/clerk1")?;
    let mut http = Http::open()?;
    let (_, desk, _) = http.send("GET", "/api/v1/d", &clerk, "")?;
    let desk: serde_json::Value = serde_json::from_str(&desk).with_context(|| desk)?;
    let counter = desk["counters"]
        .as_array()
        .and_then(|c| c.iter().find(|c| c["lines"].as_array().is_some_and(|l| !l.is_empty())))
        .and_then(|c| c["counter"].as_str())
        .context("no counter")?
        .to_owned();
    let (status, body, _) = http.send("POST", &format!("/api/v1/counters/{counter}/open"), &clerk, "{}")?;
    if status >= 300 {
        bail!("open: {status} {body}");
    }
    let (stop, calls) = (Arc::clone(stop), Arc::clone(calls));
    Ok(thread::spawn(move || {
        let mut body = "{}".to_owned();
        while !stop.load(Ordering::SeqCst) {
            let (status, answer, _) = http.send("POST", &format!("/api/v1/counters/{counter}/call-next"), &clerk, &body)?;
            if status != 200 {
                body = "{}".into();
                continue;
            }
            calls.fetch_add(1, Ordering::SeqCst);
            let called: serde_json::Value = serde_json::from_str(&answer)?;
            let ticket = called["call"]["ticket"].as_str().unwrap_or_default().to_owned();
            http.send("POST", &format!("/api/v1/tickets/{ticket}/arrive"), &clerk, "{}")?;
            body = format!("{{\"finish\":{{\"ticket\":\"{ticket}\"}}}}");
        }
        Ok(())
    }))
}

fn streams(count: usize) -> Result<Vec<TcpStream>> {
    let (host, mut open) = (&*LISTEN, Vec::new());
    for _ in 0..count {
        let Ok(mut s) = TcpStream::connect(&*LISTEN) else { break };
        s.write_all(format!("GET /sse/hall/2/hall1 HTTP/1.1\r\nhost: {host}\r\naccept: text/event-stream\r\n\r\n").as_bytes())?;
        let mut first = [0; 12];
        s.read_exact(&mut first)?;
        if &first[9..] != b"200" {
            bail!("a stream was refused: {}", String::from_utf8_lossy(&first));
        }
        // Nobody reads on: the kernel's buffer takes what little comes.
        open.push(s);
    }
    Ok(open)
}

/// The bare lane and one transaction per request, on the same core.
fn bare() -> Result<(f64, f64)> {
    let out = Command::new("taskset").args(["-c", "0"]).arg(binary("examples/lane_bench")).output()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    // Lines like "  32 tasks    1 lines     18800/s  p50 …", one a round: the best round counts, against us.
    let figure = |tasks: &str, lines: &str| {
        let rates = text.lines().filter_map(|l| {
            let words: Vec<&str> = l.split_whitespace().collect();
            (words.first() == Some(&tasks) && words.get(2) == Some(&lines)).then(|| words.get(4)?.trim_end_matches("/s").parse::<f64>().ok())?
        });
        rates.max_by(f64::total_cmp).with_context(|| format!("lane_bench says nothing of {tasks} tasks: {text}"))
    };
    Ok((figure("32", "1")?, figure("1", "155")?))
}
