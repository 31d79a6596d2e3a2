//! What the lanes measured.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

/// A reading of the store's counters since it was opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metrics {
    /// Commands waiting, per lane.
    pub waiting: Vec<usize>,
    /// Reads waiting.
    pub reading: usize,
    /// Transactions committed by lanes.
    pub batches: u64,
    /// Commands that committed, refusals and faults among them.
    pub commands: u64,
    /// Of these, refused.
    pub refused: u64,
    /// Of these, faults in closures.
    pub faults: u64,
    /// Commands answered from their key.
    pub replayed: u64,
    /// Batches that were run again (deadlock, lost connection, undo without savepoints).
    pub again: u64,
    /// Time of a commit (one fsync), median of the last 1,000, milliseconds.
    pub fsync_p50_ms: f64,
    /// The same, 99 %.
    pub fsync_p99_ms: f64,
    /// Whether writes are turned away because the disk is full.
    pub disk_full: bool,
}

#[derive(Default)]
pub(crate) struct Counters {
    pub batches: AtomicU64,
    pub commands: AtomicU64,
    pub refused: AtomicU64,
    pub faults: AtomicU64,
    pub replayed: AtomicU64,
    pub again: AtomicU64,
    commits: Mutex<VecDeque<f64>>,
}

impl Counters {
    pub fn add(counter: &AtomicU64, n: usize) {
        counter.fetch_add(n as u64, Relaxed);
    }
    pub fn committed(&self, took: Duration) {
        let mut last = self.commits.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() == 1_000 {
            last.pop_front();
        }
        last.push_back(took.as_secs_f64() * 1_000.0);
    }
    pub fn read(&self) -> Metrics {
        let mut times: Vec<f64> = self.commits.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1))).copied().unwrap_or(0.0);
        Metrics {
            batches: self.batches.load(Relaxed),
            commands: self.commands.load(Relaxed),
            refused: self.refused.load(Relaxed),
            faults: self.faults.load(Relaxed),
            replayed: self.replayed.load(Relaxed),
            again: self.again.load(Relaxed),
            fsync_p50_ms: at(0.5),
            fsync_p99_ms: at(0.99),
            ..Metrics::default()
        }
    }
}
