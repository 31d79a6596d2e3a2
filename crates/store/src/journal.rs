//! The journal: who did what and what was told, one chain of hashes per centre, in commit order and without gaps.

use std::{fmt, str::FromStr};

use kernel::{CentreId, Fault, Instant, No};
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use crate::verify::verify;
use crate::{Fact, Row, Tx, params};

/// One fact as it stands in the journal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// `queue.called`
    pub fact: &'static str,
    /// Live topics of the chain on which it is said.
    pub topics: Vec<String>,
    /// Ids only.
    pub data: serde_json::Value,
}
impl Told {
    /// The journal's form of a fact.
    pub fn of<F: Fact>(fact: &F) -> Self {
        Self { fact: F::NAME, topics: fact.topics(), data: serde_json::to_value(fact).unwrap_or_default() }
    }
}

/// The newest row of a chain. Text form `1:1198004:<64 hex digits>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The chain.
    pub chain: CentreId,
    /// Its newest row; 0 when it has none.
    pub seq: i64,
    /// That row's hash; zeros when it has none.
    pub hash: [u8; 32],
}
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.chain, self.seq, hex(&self.hash))
    }
}
impl FromStr for Head {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.trim().splitn(3, ':');
        let mut next = || parts.next().ok_or("a head is written chain:seq:hash");
        let chain = next()?.parse()?;
        let seq = next()?.parse().map_err(|_| "a seq is a whole number")?;
        let hash = unhex(next()?).and_then(|h| h.try_into().ok()).ok_or("a hash is 64 hex digits")?;
        Ok(Self { chain, seq, hash })
    }
}

/// What streams and reactions need of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The chain.
    pub chain: CentreId,
    /// Its place, from 1.
    pub seq: i64,
    /// When.
    pub at: Instant,
    /// `queue.ticket.call`
    pub action: String,
    /// The JSON list of facts.
    pub told: String,
}

/// A whole row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullEntry {
    /// The chain: a centre, or the district.
    pub chain: CentreId,
    /// Its place, from 1 without gaps.
    pub seq: i64,
    /// When, by the district's clock.
    pub at: Instant,
    /// `account`, `device`, `holder`, `shell`, `system`, `open`
    pub actor_kind: String,
    /// An id or a name, never a person's name.
    pub actor: String,
    /// In whose role, or empty.
    pub role: String,
    /// The device on which an account acted.
    pub device: Option<[u8; 16]>,
    /// `queue.ticket.call`
    pub action: String,
    /// Kind of the thing.
    pub object_kind: String,
    /// Id of the thing.
    pub object: String,
    /// The person concerned, when there is one.
    pub subject: Option<Vec<u8>>,
    /// Why: of a refusal its code, of a fault the short code of the log.
    pub purpose: Option<String>,
    /// `ok`, `refused`, `fault`
    pub outcome: String,
    /// The JSON list of facts; `[]` unless `ok`.
    pub told: String,
    /// The one-time key's hash.
    pub once: Option<[u8; 32]>,
    /// Correlates with log lines.
    pub trace: String,
    /// The hash of the row before; zeros at the beginning.
    pub prev_hash: [u8; 32],
    /// Over all of the above.
    pub hash: [u8; 32],
}

impl FullEntry {
    /// As one line of an export: hashes and ids in hex.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "chain": self.chain, "seq": self.seq, "at_us": self.at.micros(), "actor_kind": self.actor_kind, "actor": self.actor, "role": self.role,
            "device": self.device.map(|d| hex(&d)), "action": self.action, "object_kind": self.object_kind, "object": self.object,
            "subject": self.subject.as_deref().map(hex), "purpose": self.purpose, "outcome": self.outcome, "told": self.told,
            "once": self.once.map(|o| hex(&o)), "trace": self.trace, "prev_hash": hex(&self.prev_hash), "hash": hex(&self.hash),
        })
    }
    /// SHA-256 over `yizhan-journal-1`, every field behind its length (4 bytes, big-endian; `ffffffff` for null; numbers are 8 bytes, big-endian),
    /// and the hash of the row before.
    pub fn digest(&self) -> [u8; 32] {
        fn field(buffer: &mut Vec<u8>, bytes: Option<&[u8]>) {
            let Some(bytes) = bytes else { return buffer.extend_from_slice(&u32::MAX.to_be_bytes()) };
            buffer.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
            buffer.extend_from_slice(bytes);
        }
        let mut b = Vec::with_capacity(512);
        b.extend_from_slice(b"yizhan-journal-1");
        for number in [self.chain.number(), self.seq, self.at.micros()] {
            field(&mut b, Some(&number.to_be_bytes()));
        }
        for text in [&self.actor_kind, &self.actor, &self.role] {
            field(&mut b, Some(text.as_bytes()));
        }
        field(&mut b, self.device.as_ref().map(|d| &d[..]));
        for text in [&self.action, &self.object_kind, &self.object] {
            field(&mut b, Some(text.as_bytes()));
        }
        field(&mut b, self.subject.as_deref());
        field(&mut b, self.purpose.as_ref().map(String::as_bytes));
        for text in [&self.outcome, &self.told] {
            field(&mut b, Some(text.as_bytes()));
        }
        field(&mut b, self.once.as_ref().map(|o| &o[..]));
        field(&mut b, Some(self.trace.as_bytes()));
        b.extend_from_slice(&self.prev_hash);
        Sha256::digest(&b).into()
    }
    /// Puts it behind `head` and makes it the new head.
    pub(crate) fn chain_to(&mut self, head: &mut Head) {
        self.seq = head.seq + 1;
        self.prev_hash = head.hash;
        self.hash = self.digest();
        head.seq = self.seq;
        head.hash = self.hash;
    }
    pub(crate) fn read(row: &mut Row) -> Result<Self, Fault> {
        Ok(Self {
            chain: row.get(0)?,
            seq: row.get(1)?,
            at: row.get(2)?,
            actor_kind: row.get(3)?,
            actor: row.get(4)?,
            role: row.get(5)?,
            device: row.get(6)?,
            action: row.get(7)?,
            object_kind: row.get(8)?,
            object: row.get(9)?,
            subject: row.get(10)?,
            purpose: row.get(11)?,
            outcome: row.get(12)?,
            told: row.get(13)?,
            once: row.get(14)?,
            trace: row.get(15)?,
            prev_hash: row.get(16)?,
            hash: row.get(17)?,
        })
    }
}

crate::statements! {
    /// Every chain's head.
    HEADS = "select chain, seq, hash from store_chain order by chain";
    /// What came after a row.
    SINCE = "select chain, seq, at_us, action, told from store_journal where chain = $1 and seq > $2 order by seq limit $3";
    /// The newest rows.
    TAIL = "select chain, seq, at_us, action, told from store_journal where chain = $1 order by seq desc limit $2";
    /// Whole rows after one, for verification and export.
    FULL = "select chain, seq, at_us, actor_kind, actor, role, device_id, action, object_kind, object, subject, purpose, outcome, told, once, trace, prev_hash, hash
        from store_journal where chain = $1 and seq > $2 order by seq limit $3";
    /// Search in one chain, newest first.
    SEARCH_CHAIN = "select chain, seq, at_us, actor_kind, actor, role, device_id, action, object_kind, object, subject, purpose, outcome, told, once, trace, prev_hash, hash
        from store_journal where chain = $1 and seq < $2 and substr(action, 1, length(cast($3 as text))) = $3 and (cast($4 as text) is null or actor = $4)
        and at_us >= $5 and at_us < $6 order by seq desc limit $7";
    /// Search in all chains, highest chain first, newest first in each.
    SEARCH_ALL = "select chain, seq, at_us, actor_kind, actor, role, device_id, action, object_kind, object, subject, purpose, outcome, told, once, trace, prev_hash, hash
        from store_journal where (chain, seq) < ($1, $2) and substr(action, 1, length(cast($3 as text))) = $3 and (cast($4 as text) is null or actor = $4)
        and at_us >= $5 and at_us < $6 order by chain desc, seq desc limit $7";
    /// How far a reaction has heard.
    HEARD = "select seq from store_cursor where reaction = $1 and chain = $2";
    /// Its first step.
    FIRST_STEP = "insert into store_cursor (reaction, chain, seq) values ($1, $2, $3) on conflict do nothing";
    /// Its next step, only from where it stood.
    STEP = "update store_cursor set seq = $3 where reaction = $1 and chain = $2 and seq = $4";
    /// The hash of one row.
    HASH = "select hash from store_journal where chain = $1 and seq = $2";
    /// Chains that have rows but perhaps no head.
    CHAINS = "select distinct chain from store_journal order by chain";
    /// Keys whose time is over, a thousand at a time.
    PRUNE = "delete from store_answer where once in (select a.once from store_answer a where a.expires_at_us <= $1 order by a.expires_at_us limit 1000)";
}

fn entry(row: &mut Row) -> Result<Entry, Fault> {
    Ok(Entry { chain: row.get(0)?, seq: row.get(1)?, at: row.get(2)?, action: row.get(3)?, told: row.get(4)? })
}

/// Every chain's head, by chain.
pub fn heads(tx: &mut Tx) -> Result<Vec<Head>, No> {
    Ok(tx.many(&HEADS, params![], |r| Ok(Head { chain: r.get(0)?, seq: r.get(1)?, hash: r.get(2)? }))?)
}
/// At most `limit` rows of a chain after `after_seq`, oldest first.
pub fn since(tx: &mut Tx, chain: CentreId, after_seq: i64, limit: usize) -> Result<Vec<Entry>, No> {
    Ok(tx.many(&SINCE, params![chain, after_seq, limit], entry)?)
}
/// The newest `limit` rows of a chain, oldest first.
pub fn tail(tx: &mut Tx, chain: CentreId, limit: usize) -> Result<Vec<Entry>, No> {
    let mut rows = tx.many(&TAIL, params![chain, limit], entry)?;
    rows.reverse();
    Ok(rows)
}

/// What an auditor looks for. Empty finds everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// One chain only.
    pub chain: Option<CentreId>,
    /// Actions beginning so: `queue.ticket.`; empty for all.
    pub action_prefix: Option<String>,
    /// One actor.
    pub actor: Option<String>,
    /// From this moment on, microseconds since 1970 UTC.
    pub from_us: Option<i64>,
    /// Before this moment.
    pub to_us: Option<i64>,
    /// Continue behind this row (chain, seq) of the page before.
    pub after: Option<(CentreId, i64)>,
    /// At most so many rows; 0 gives 100.
    pub limit: usize,
}

/// Rows that match, newest first within a chain (order is by seq, never by time); chains from the highest number down.
pub fn search(tx: &mut Tx, search: &Search) -> Result<Vec<FullEntry>, No> {
    let prefix = search.action_prefix.as_deref().unwrap_or("");
    let (from, to) = (search.from_us.unwrap_or(i64::MIN), search.to_us.unwrap_or(i64::MAX));
    let limit = if search.limit == 0 { 100 } else { search.limit };
    let (sql, chain, before) = match (search.chain, search.after) {
        (Some(chain), after) => (&SEARCH_CHAIN, chain.number(), after.map_or(i64::MAX, |(_, seq)| seq)),
        (None, Some((chain, seq))) => (&SEARCH_ALL, chain.number(), seq),
        (None, None) => (&SEARCH_ALL, i64::MAX, i64::MAX),
    };
    Ok(tx.many(sql, params![chain, before, prefix, search.actor, from, to, limit], FullEntry::read)?)
}

/// How far a reaction has heard a chain; 0 before its first step.
pub fn heard(tx: &mut Tx, reaction: &str, chain: CentreId) -> Result<i64, No> {
    Ok(tx.optional(&HEARD, params![reaction, chain], |r| r.get(0))?.unwrap_or(0))
}
/// Moves a reaction's cursor from where it stood. `false`: somebody else moved it, roll back by refusing.
pub fn move_on(tx: &mut Tx, reaction: &str, chain: CentreId, from: i64, to: i64) -> Result<bool, No> {
    if from == 0 && tx.run(&FIRST_STEP, params![reaction, chain, to])? == 1 {
        return Ok(true);
    }
    Ok(tx.run(&STEP, params![reaction, chain, to, from])? == 1)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let digit = |n: u8| char::from(if n < 10 { b'0' + n } else { b'a' + n - 10 });
        out.push(digit(b >> 4));
        out.push(digit(b & 15));
        out
    })
}
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect();
    digits.filter(|d| d.len() % 2 == 0).map(|d| d.chunks(2).map(|p| p[0] << 4 | p[1]).collect())
}
