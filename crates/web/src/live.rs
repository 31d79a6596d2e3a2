//! Live streams: the journal's public facts, one channel per (centre, topic), resumed by `Last-Event-ID`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use kernel::{CentreId, No};
use serde::Deserialize;
use serde_json::value::RawValue;
use store::Committed;
use tokio::sync::{broadcast, mpsc, watch};

use crate::{App, Ask, Refuse};

/// Events remembered for a stream that lags; more than that and it starts again from the journal.
const BEHIND: usize = 1_024;
/// How far back a stream may resume, in seconds and rows (QUALITY §16.3).
const RESUME_S: i64 = 600;
const RESUME_ROWS: usize = 10_000;

/// One public fact on its way to streams.
#[derive(Clone, Debug)]
pub struct Event {
    /// Chain of its journal row.
    pub chain: CentreId,
    /// Seq of its journal row.
    pub seq: i64,
    /// Last part of the fact's name: `call`.
    pub name: String,
    /// Its data, JSON.
    pub data: String,
}

impl Event {
    fn text(&self) -> String {
        format!("event: {}\nid: {}:{}\ndata: {}\n\n", self.name, self.chain, self.seq, self.data)
    }
}

#[derive(Deserialize)]
struct ToldRow {
    fact: String,
    topics: Vec<String>,
    data: Box<RawValue>,
}

/// Who listens to what.
pub struct Hub {
    channels: Mutex<HashMap<(CentreId, String), broadcast::Sender<Arc<Event>>>>,
    /// How far each chain was published by this process.
    at: Mutex<HashMap<CentreId, i64>>,
    over: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { channels: Mutex::default(), at: Mutex::default(), over: watch::channel(false).0 }
    }
}

impl Hub {
    /// Ends every stream: a process with an open stream would not stop.
    pub fn close(&self) {
        let _ = self.over.send(true);
    }
    /// How many streams are open.
    pub fn listeners(&self) -> usize {
        self.channels.lock().map_or(0, |c| c.values().map(broadcast::Sender::receiver_count).sum())
    }
    fn listen(&self, chain: CentreId, topic: &str) -> broadcast::Receiver<Arc<Event>> {
        let Ok(mut channels) = self.channels.lock() else { return broadcast::channel(1).1 };
        channels.entry((chain, topic.to_owned())).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe()
    }
    /// Called after each commit of this process, in order within a chain. When another process wrote in between, the tail fills the gap from the journal.
    pub fn committed(&self, row: &Committed) {
        let Ok(mut at) = self.at.lock() else { return };
        match at.get(&row.chain) {
            Some(&last) if row.seq == last + 1 => {
                at.insert(row.chain, row.seq);
                self.say(row.chain, row.seq, &row.told);
            }
            Some(_) => {} // the tail reads what lies between, and this row too
            None => {
                at.insert(row.chain, row.seq);
                self.say(row.chain, row.seq, &row.told);
            }
        }
    }
    fn say(&self, chain: CentreId, seq: i64, told: &str) {
        if told.len() <= 2 {
            return;
        }
        let Ok(rows) = serde_json::from_str::<Vec<ToldRow>>(told) else { return };
        let Ok(mut channels) = self.channels.lock() else { return };
        for row in rows {
            for topic in &row.topics {
                let key = (chain, topic.clone());
                let Some(sender) = channels.get(&key) else { continue };
                let event = Arc::new(Event { chain, seq, name: short(&row.fact), data: row.data.get().to_owned() });
                if sender.send(event).is_err() {
                    channels.remove(&key);
                }
            }
        }
    }
    fn chains_heard(&self) -> Vec<CentreId> {
        let mut chains: Vec<_> = self.channels.lock().map(|c| c.keys().map(|(chain, _)| *chain).collect()).unwrap_or_default();
        chains.sort_unstable();
        chains.dedup();
        chains
    }
}

fn short(fact: &str) -> String {
    fact.rsplit('.').next().unwrap_or(fact).to_owned()
}

/// Reads what other processes committed: every 100 ms the heads of heard chains, then only chains that moved. `[A]` 100 ms.
pub async fn tail(app: App) {
    let mut over = app.0.hub.over.subscribe();
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
            _ = over.changed() => return,
        }
        let heard = app.0.hub.chains_heard();
        if heard.is_empty() {
            continue;
        }
        let Ok(heads) = app.read(store::heads).await else { continue };
        for head in heads.into_iter().filter(|h| heard.contains(&h.chain)) {
            catch_up(&app, head.chain, head.seq).await;
        }
    }
}

async fn catch_up(app: &App, chain: CentreId, head: i64) {
    let from = {
        let Ok(mut at) = app.0.hub.at.lock() else { return };
        *at.entry(chain).or_insert(head)
    };
    if from >= head {
        return;
    }
    let Ok(rows) = app.read(move |tx| store::since(tx, chain, from, RESUME_ROWS)).await else { return };
    for row in rows {
        let Ok(mut at) = app.0.hub.at.lock() else { return };
        let last = at.entry(chain).or_insert(from);
        if row.seq == *last + 1 {
            *last = row.seq;
            app.0.hub.say(chain, row.seq, &row.told);
        }
    }
}

/// What a stream says, beside the journal's facts.
pub type Computed = fn(App, CentreId, String) -> std::pin::Pin<Box<dyn Future<Output = Vec<(&'static str, String)>> + Send>>;

/// Answers with a stream of `topics` of `chain`. `computed` adds events without id (waits, next) at the start, after a fact, and every 10 s.
///
/// # Errors
/// A fault of reading; a full stream limit is the guard's matter.
pub async fn stream(app: App, ask: &Ask, chain: CentreId, topics: Vec<String>, computed: Option<(Computed, String)>) -> Result<Response, Refuse> {
    let mut receivers: Vec<_> = topics.iter().map(|t| app.0.hub.listen(chain, t)).collect();
    let (resumed, reset, mut last) = resume(&app, ask, chain, &topics).await?;
    let (to, from) = mpsc::channel::<Result<Bytes, std::convert::Infallible>>(64);
    let mut over = app.0.hub.over.subscribe();
    let session = ask.session.clone().filter(|_| ask.route.duty != "open");
    tokio::spawn(async move {
        let mut first = format!("retry: 2000\n: {chain}:{last}\n\n");
        if reset {
            first.push_str("event: reset\ndata: {}\n\n");
        }
        for event in &resumed {
            first.push_str(&event.text());
        }
        if to.send(Ok(first.into())).await.is_err() {
            return;
        }
        let mut seconds = 0_u64;
        let mut stale = true;
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                event = next(&mut receivers) => {
                    let Some(event) = event else { let _ = to.send(Ok("event: reset\ndata: {}\n\n".into())).await; return };
                    if event.seq <= last { continue; }
                    last = event.seq;
                    stale = true;
                    if to.send(Ok(event.text().into())).await.is_err() { return; }
                }
                _ = tick.tick() => {
                    if let Some(cookie) = &session && !still_in(&app, cookie).await { return; }
                    let mut text = String::new();
                    if let Some((compute, arg)) = &computed && (stale || seconds.is_multiple_of(10)) {
                        for (name, data) in compute(app.clone(), chain, arg.clone()).await { text.push_str(&format!("event: {name}\ndata: {data}\n\n")); }
                    }
                    stale = false;
                    if seconds.is_multiple_of(5) { text.push_str(&format!("event: beat\ndata: \"{}\"\n\n", app.district().time.hhmmss(app.now()))); }
                    seconds += 1;
                    if !text.is_empty() && to.send(Ok(text.into())).await.is_err() { return; }
                }
                _ = over.changed() => return,
                () = to.closed() => return,
            }
        }
    });
    let body = Body::from_stream(tokio_stream::wrappers::ReceiverStream::new(from));
    Ok(([("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")], body).into_response())
}

/// A stream asks every second whether its session still stands (P20).
async fn still_in(app: &App, cookie: &str) -> bool {
    let (who, hash, real) = (app.0.who, crate::token::hash(cookie), app.real());
    !matches!(app.read(move |tx| who(tx, &hash, real)).await, Ok(None))
}

/// The next event of any receiver; `None` when one lagged too far.
async fn next(receivers: &mut [broadcast::Receiver<Arc<Event>>]) -> Option<Arc<Event>> {
    let waiting = receivers.iter_mut().map(|r| Box::pin(r.recv()));
    if waiting.len() == 0 {
        return std::future::pending().await;
    }
    match futures_util::future::select_all(waiting).await.0 {
        Ok(event) => Some(event),
        Err(broadcast::error::RecvError::Lagged(_)) => None,
        Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
    }
}

/// The events since `Last-Event-ID`, whether that was too long ago, and the seq to go on from.
async fn resume(app: &App, ask: &Ask, chain: CentreId, topics: &[String]) -> Result<(Vec<Event>, bool, i64), No> {
    let sent = ask.last_event.as_deref().and_then(|id| id.split_once(':')).and_then(|(c, s)| Some((c.parse::<CentreId>().ok()?, s.parse::<i64>().ok()?)));
    let after = sent.filter(|(c, _)| *c == chain).map(|(_, seq)| seq);
    let (topics, now) = (topics.to_vec(), app.now());
    app.read(move |tx| {
        let head = store::heads(tx)?.into_iter().find(|h| h.chain == chain).map_or(0, |h| h.seq);
        let Some(after) = after.filter(|a| *a <= head) else { return Ok((Vec::new(), sent.is_some(), head)) };
        let rows = store::since(tx, chain, after, RESUME_ROWS + 1)?;
        let too_old = rows.len() > RESUME_ROWS || rows.first().is_some_and(|r| now.seconds_since(r.at) > RESUME_S);
        if too_old {
            return Ok((Vec::new(), true, head));
        }
        Ok((rows.iter().flat_map(|row| public(chain, row.seq, &row.told, &topics)).collect(), false, head))
    })
    .await
}

fn public(chain: CentreId, seq: i64, told: &str, topics: &[String]) -> Vec<Event> {
    let rows: Vec<ToldRow> = serde_json::from_str(told).unwrap_or_default();
    rows.into_iter()
        .filter(|r| r.topics.iter().any(|t| topics.contains(t)))
        .map(|r| Event { chain, seq, name: short(&r.fact), data: r.data.get().to_owned() })
        .collect()
}
