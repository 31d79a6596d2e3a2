//! What comes back from a write, and what is published after its commit.

use std::sync::Arc;

use kernel::{CentreId, Instant, No};

use crate::Answer;

/// A write that is durable: its answer, and whether it had been answered before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// As stored with its key; of a refusal the problem.
    pub answer: Answer,
    /// Whether it was done or refused.
    pub how: How,
    /// Whether an earlier request with the same key had this answer.
    pub replayed: bool,
}

/// How a durable write ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Done.
    Ok,
    /// Refused by the rules: the answer is the stored problem.
    Refused,
}

/// Nothing was written, or nobody can say more than a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsaved {
    /// The lane's queue is full, or the row it needs is held elsewhere: try again in a second (503).
    Busy,
    /// Its turn came later than ten seconds after it was sent: dropped before it started (503).
    Late,
    /// The same one-time key came before with another body (422).
    KeyReused,
    /// The disk is full: reads go on (507).
    DiskFull,
    /// Our fault, by its short code; logged already.
    Fault(String),
}

/// Why a [`command`](crate::Store::command) gave no value: as its closure said, or a refusal `busy` (503), `late` (503), `disk.full` (507).
pub type CommandError = No;

/// One journal row that is durable now.
#[derive(Clone, Debug, PartialEq)]
pub struct Committed {
    /// The chain: a centre, or the district.
    pub chain: CentreId,
    /// Its place in the chain, from 1 without gaps.
    pub seq: i64,
    /// When, by the district's clock.
    pub at: Instant,
    /// `queue.ticket.call`
    pub action: &'static str,
    /// The facts as stored: `[{"fact":"queue.called","topics":["hall/hall1"],"data":{…}}]`; `[]` when nothing was told or it was refused.
    pub told: Arc<str>,
}
