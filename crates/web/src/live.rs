//! Live streams: the journal's public facts, one channel per chain, resumed by `Last-Event-ID`.

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

/// Journal rows remembered for a stream that lags; more than that and it starts again from the journal.
const BEHIND: usize = 1_024;
/// How far back a stream may resume, in seconds and rows (QUALITY §16.3).
const RESUME_S: i64 = 600;
const RESUME_ROWS: usize = 10_000;

/// A journal row on its way to streams.
struct Said {
    seq: i64,
    facts: Vec<ToldRow>,
}

#[derive(Deserialize)]
struct ToldRow {
    fact: String,
    topics: Vec<String>,
    data: Box<RawValue>,
}

impl Said {
    fn of(seq: i64, told: &str) -> Option<Self> {
        let facts: Vec<ToldRow> = (told.len() > 2).then(|| serde_json::from_str(told).ok())??;
        Some(Self { seq, facts })
    }
    /// Its facts on these topics, as events; empty when there is none. Only the last carries the id: a stream cut between two hears both again.
    fn text(&self, chain: CentreId, topics: &[String]) -> String {
        let mut text = String::new();
        let mut heard = self.facts.iter().filter(|f| f.topics.iter().any(|t| topics.contains(t))).peekable();
        while let Some(fact) = heard.next() {
            let name = fact.fact.rsplit('.').next().unwrap_or(&fact.fact);
            let id = if heard.peek().is_none() { format!("id: {chain}:{}\n", self.seq) } else { String::new() };
            text.push_str(&format!("event: {name}\n{id}data: {}\n\n", fact.data.get()));
        }
        text
    }
}

/// Who listens to what.
pub struct Hub {
    channels: Mutex<HashMap<CentreId, broadcast::Sender<Arc<Said>>>>,
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
    /// Subscribes to a chain. Nobody heard it so far: then `head` says from where on it is said (what lies before is history), and without one nothing is done.
    fn listen(&self, chain: CentreId, head: Option<i64>) -> Option<broadcast::Receiver<Arc<Said>>> {
        let (mut at, mut channels) = (self.at.lock().ok()?, self.channels.lock().ok()?);
        if let Some(sender) = channels.get(&chain) {
            return Some(sender.subscribe());
        }
        let last = at.entry(chain).or_default();
        *last = (*last).max(head?);
        Some(channels.entry(chain).or_insert_with(|| broadcast::channel(BEHIND).0).subscribe())
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
        let Ok(mut channels) = self.channels.lock() else { return };
        let Some(sender) = channels.get(&chain) else { return };
        let Some(said) = Said::of(seq, told) else { return };
        if sender.send(Arc::new(said)).is_err() {
            channels.remove(&chain);
        }
    }
    fn chains_heard(&self) -> Vec<CentreId> {
        self.channels.lock().map(|c| c.keys().copied().collect()).unwrap_or_default()
    }
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
    let mut said = match app.0.hub.listen(chain, None) {
        Some(said) => said,
        None => {
            let heads = app.read(store::heads).await?;
            let head = heads.iter().find(|h| h.chain == chain).map_or(0, |h| h.seq);
            app.0.hub.listen(chain, Some(head)).ok_or_else(|| Refuse::fault("the streams' lock is poisoned"))?
        }
    };
    let (resumed, reset, last) = resume(&app, ask, chain).await?;
    let (to, from) = mpsc::channel::<Result<Bytes, std::convert::Infallible>>(64);
    let mut over = app.0.hub.over.subscribe();
    let session = ask.session.clone().filter(|_| ask.route.duty != "open");
    tokio::spawn(async move {
        let mut first = format!("retry: 2000\n: {chain}:{last}\n\n");
        if reset {
            first.push_str("event: reset\ndata: {}\n\n");
        }
        for row in &resumed {
            first.push_str(&row.text(chain, &topics));
        }
        if to.send(Ok(first.into())).await.is_err() {
            return;
        }
        let mut seconds = 0_u64;
        let mut stale = true;
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                row = said.recv() => {
                    // Behind by more than is remembered: the page reads itself anew.
                    let Ok(row) = row else { let _ = to.send(Ok("event: reset\ndata: {}\n\n".into())).await; return };
                    if row.seq <= last { continue; }
                    let text = row.text(chain, &topics);
                    if text.is_empty() { continue; }
                    stale = true;
                    if to.send(Ok(text.into())).await.is_err() { return; }
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

/// The rows since `Last-Event-ID`, whether that was too long ago, and the seq to go on from.
async fn resume(app: &App, ask: &Ask, chain: CentreId) -> Result<(Vec<Said>, bool, i64), No> {
    let sent = ask.last_event.as_deref().and_then(|id| id.split_once(':')).and_then(|(c, s)| Some((c.parse::<CentreId>().ok()?, s.parse::<i64>().ok()?)));
    let after = sent.filter(|(c, _)| *c == chain).map(|(_, seq)| seq);
    let now = app.now();
    app.read(move |tx| {
        let head = store::heads(tx)?.into_iter().find(|h| h.chain == chain).map_or(0, |h| h.seq);
        let Some(after) = after.filter(|a| *a <= head) else { return Ok((Vec::new(), sent.is_some(), head)) };
        let rows = store::since(tx, chain, after, RESUME_ROWS + 1)?;
        let too_old = rows.len() > RESUME_ROWS || rows.first().is_some_and(|r| now.seconds_since(r.at) > RESUME_S);
        if too_old {
            return Ok((Vec::new(), true, head));
        }
        Ok((rows.iter().filter_map(|row| Said::of(row.seq, &row.told)).collect(), false, head))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub_and_listener() -> (Hub, broadcast::Receiver<Arc<Said>>) {
        let hub = Hub::default();
        let said = hub.listen(CentreId::DISTRICT, Some(0)).unwrap();
        (hub, said)
    }

    #[test]
    fn two_facts_of_one_row_and_rows_of_several_topics_all_come_in_order() {
        let (hub, mut said) = hub_and_listener();
        let chain = CentreId::DISTRICT;
        hub.say(
            chain,
            7,
            r#"[{"fact":"queue.moved","topics":["counter/1"],"data":{}},{"fact":"queue.called","topics":["counter/1","hall/1"],"data":{"no":"A1"}}]"#,
        );
        hub.say(chain, 8, "[]");
        hub.say(chain, 9, r#"[{"fact":"queue.called","topics":["hall/1"],"data":{}}]"#);
        let topics = ["counter/1".to_owned(), "hall/1".to_owned()];
        let mut all = String::new();
        while let Ok(row) = said.try_recv() {
            all.push_str(&row.text(chain, &topics));
        }
        assert_eq!(all, "event: moved\ndata: {}\n\nevent: called\nid: 0:7\ndata: {\"no\":\"A1\"}\n\nevent: called\nid: 0:9\ndata: {}\n\n");
        assert_eq!(Said::of(7, r#"[{"fact":"a.b","topics":["x"],"data":1}]"#).unwrap().text(chain, &topics), "");
    }

    #[test]
    fn history_is_not_said_to_the_first_who_listens() {
        let hub = Hub::default();
        let chain = CentreId::DISTRICT;
        let row = |seq| Committed { chain, seq, at: kernel::Instant::from_micros(0), action: "x", told: r#"[{"fact":"a.b","topics":["x"],"data":1}]"#.into() };
        hub.committed(&row(1));
        // Another process wrote 2 to 5,000 meanwhile.
        assert!(hub.listen(chain, None).is_none());
        let mut said = hub.listen(chain, Some(5_000)).unwrap();
        assert_eq!(hub.at.lock().unwrap()[&chain], 5_000);
        hub.committed(&row(5_001));
        assert_eq!(said.try_recv().unwrap().seq, 5_001);
        assert!(hub.listen(chain, None).is_some());
    }
}
