//! Verification of the journal's chains: finds an edit, a gap, rows out of order, a truncation, an old copy.

use std::{collections::BTreeSet, fmt};

use kernel::{CentreId, No};

use crate::{
    Head, Tx,
    journal::{CHAINS, FULL, FullEntry, HASH, heads},
    params,
};

/// Rows read at once.
const PAGE: usize = 1_000;

/// The first thing wrong with a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// This row's hash is not that of its fields, or an outside head names another hash for it.
    Edited {
        /// The row.
        seq: i64,
    },
    /// This row is not there.
    Gap {
        /// The row.
        seq: i64,
    },
    /// This row does not follow the one before it.
    Reordered {
        /// The row.
        seq: i64,
    },
    /// An outside head names this row, the chain ends before it: truncated, or an old copy.
    Truncated {
        /// The row the outside head names.
        outside: i64,
        /// Where the chain ends.
        seq: i64,
    },
    /// The chain's head is not its last row.
    HeadDiffers,
}

/// One chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainReport {
    /// The chain.
    pub chain: CentreId,
    /// Rows read.
    pub rows: i64,
    /// The first thing wrong, or nothing.
    pub broken: Option<Broken>,
}

/// Every chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By chain.
    pub chains: Vec<ChainReport>,
}
impl Report {
    /// Whether nothing is wrong.
    pub fn ok(&self) -> bool {
        self.chains.iter().all(|c| c.broken.is_none())
    }
    /// Rows read in all chains.
    pub fn rows(&self) -> i64 {
        self.chains.iter().map(|c| c.rows).sum()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in &self.chains {
            write!(f, "chain {:<4} {:>10} rows  ", c.chain, c.rows)?;
            match &c.broken {
                None => writeln!(f, "ok")?,
                Some(Broken::Edited { seq }) => writeln!(f, "BROKEN at {seq}: hash differs (row edited)")?,
                Some(Broken::Gap { seq }) => writeln!(f, "BROKEN at {seq}: the row is missing")?,
                Some(Broken::Reordered { seq }) => writeln!(f, "BROKEN at {seq}: it does not follow the row before it")?,
                Some(Broken::Truncated { outside, seq }) => {
                    writeln!(f, "MISSING: an outside head names {outside}, the chain ends at {seq} (truncated or old copy)")?;
                }
                Some(Broken::HeadDiffers) => writeln!(f, "BROKEN: the chain's head is not its last row")?,
            }
        }
        write!(f, "verified {} rows", self.rows())
    }
}

/// Reads every chain from its first row, a page at a time, and compares it with its head and with heads kept outside.
pub fn verify(tx: &mut Tx, outside: &[Head]) -> Result<Report, No> {
    let kept = heads(tx)?;
    let mut chains: BTreeSet<CentreId> = tx.many(&CHAINS, params![], |r| r.get(0))?.into_iter().collect();
    chains.extend(kept.iter().map(|h| h.chain));
    chains.extend(outside.iter().map(|h| h.chain));
    let mut report = Report::default();
    for chain in chains {
        let (last, mut broken) = walk(tx, chain)?;
        let end = last.seq;
        for head in outside.iter().filter(|h| h.chain == chain && broken.is_none()).collect::<Vec<_>>() {
            broken = against(tx, head, end)?;
        }
        let inside = kept.iter().find(|h| h.chain == chain).copied().unwrap_or(Head { chain, seq: 0, hash: [0; 32] });
        if broken.is_none() && inside != last {
            broken = Some(Broken::HeadDiffers);
        }
        report.chains.push(ChainReport { chain, rows: end, broken });
    }
    Ok(report)
}

/// Follows a chain as far as it holds.
fn walk(tx: &mut Tx, chain: CentreId) -> Result<(Head, Option<Broken>), No> {
    let mut last = Head { chain, seq: 0, hash: [0; 32] };
    loop {
        let page = tx.many(&FULL, params![chain, last.seq, PAGE], FullEntry::read)?;
        if page.is_empty() {
            return Ok((last, None));
        }
        for row in page {
            let broken = match () {
                () if row.seq != last.seq + 1 => Broken::Gap { seq: last.seq + 1 },
                () if row.prev_hash != last.hash => Broken::Reordered { seq: row.seq },
                () if row.digest() != row.hash => Broken::Edited { seq: row.seq },
                () => {
                    last = Head { chain, seq: row.seq, hash: row.hash };
                    continue;
                }
            };
            return Ok((last, Some(broken)));
        }
    }
}

fn against(tx: &mut Tx, outside: &Head, end: i64) -> Result<Option<Broken>, No> {
    if outside.seq > end {
        return Ok(Some(Broken::Truncated { outside: outside.seq, seq: end }));
    }
    if outside.seq == 0 {
        return Ok(None);
    }
    let hash: [u8; 32] = tx.one("journal row", &HASH, params![outside.chain, outside.seq], |r| r.get(0))?;
    Ok((hash != outside.hash).then_some(Broken::Edited { seq: outside.seq }))
}
