//! One transaction of a lane: heads locked, keys looked up, closures run, journal and answers written, committed.

use std::{
    collections::{BTreeSet, HashMap},
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant as Moment},
};

use kernel::{CentreId, Fault, Instant, No};

use crate::{
    Answer, Command, Head, How, Once, Tx, Unsaved, Written,
    engine::{Db, Kept, Trouble},
    journal::FullEntry,
    outcome::Committed,
};

/// A one-time key is remembered so long, by the machine's clock.
const KEPT_US: i64 = 25 * 3_600 * 1_000_000;
/// A command that waited longer is dropped before it starts.
const DEADLINE: Duration = Duration::from_secs(10);

/// A command in a lane.
pub(crate) struct Job {
    pub command: Command,
    pub entered: Moment,
    pub work: Box<dyn Work>,
    /// Said by a run that could not be undone alone: written instead of running again.
    pub verdict: Option<No>,
}

/// The closure of a command and the one who waits for it.
pub(crate) trait Work: Send {
    /// Runs the closure; may happen twice.
    fn run(&mut self, tx: &mut Tx) -> Result<Answer, No>;
    /// Tells the one who waits.
    fn end(self: Box<Self>, end: End);
}

/// How a command ended.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// Durable: done, or found by its key.
    Done(Written),
    /// Durable as refused.
    Refused(No, Answer),
    /// Nothing of it is durable but its journal row; code as logged there.
    Fault(Fault, String),
    /// Not even that.
    Unsaved(Unsaved),
}

/// What a transaction has made of its jobs, in order.
#[derive(Default)]
pub(crate) struct Sheet {
    pub ends: Vec<End>,
    pub entries: Vec<FullEntry>,
    pub published: Vec<Committed>,
    pub commit_took: Duration,
    kept: Vec<Kept>,
}

/// Why a transaction was rolled back, or may have been.
pub(crate) struct Stop {
    pub why: Why,
    pub fault: Fault,
    /// While committing: what will stand if it went through after all.
    pub unknown: Option<Box<Sheet>>,
}
pub(crate) enum Why {
    Engine(Trouble),
    /// The command at this place wrote and then said no, where that cannot be undone alone.
    Undo(usize, No),
    /// A statement of ours failed.
    Plain,
}

/// What does not change from batch to batch.
pub(crate) struct Desk {
    pub problem: fn(&No, &str) -> Answer,
    /// Work of one transaction.
    pub budget: Duration,
}

/// Runs as many of the jobs as the budget allows, at least one; commits.
pub(crate) fn attempt(db: &mut Db, desk: &Desk, jobs: &mut [Job], now: Instant) -> Result<Sheet, Box<Stop>> {
    let stop = |db: &mut Db, why: Option<Why>, fault: Fault| {
        let why = db.take_trouble().map(Why::Engine).or(why).unwrap_or(Why::Plain);
        Box::new(Stop { why, fault, unknown: None })
    };
    db.take_trouble();
    db.begin().map_err(|f| stop(db, None, f))?;
    let mut sheet = Sheet::default();
    let filled = fill(db, desk, jobs, now, &mut sheet);
    let (why, fault) = match filled {
        Ok(()) => {
            let started = Moment::now();
            let Err(fault) = db.commit() else {
                sheet.commit_took = started.elapsed();
                return Ok(sheet);
            };
            let mut stopped = stop(db, None, fault);
            stopped.unknown = Some(Box::new(sheet));
            db.rollback();
            return Err(stopped);
        }
        Err(Failed::Engine(fault)) => (None, fault),
        Err(Failed::Undo(at, no)) => (Some(Why::Undo(at, no)), Fault::new("undo")),
    };
    let stopped = stop(db, why, fault);
    db.rollback();
    Err(stopped)
}

enum Failed {
    Engine(Fault),
    Undo(usize, No),
}
impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Engine(fault)
    }
}

fn fill(db: &mut Db, desk: &Desk, jobs: &mut [Job], now: Instant, sheet: &mut Sheet) -> Result<(), Failed> {
    let started = Moment::now();
    let chains: BTreeSet<CentreId> = jobs.iter().flat_map(|j| std::iter::once(j.command.chain).chain(j.command.also.iter().copied())).collect();
    let chains: Vec<CentreId> = chains.into_iter().collect();
    let mut heads: HashMap<CentreId, Head> = db.lock(&chains)?.into_iter().map(|h| (h.chain, h)).collect();
    let keys: Vec<[u8; 32]> = jobs.iter().filter_map(|j| j.command.once.map(|o| o.key)).collect();
    let mut known: HashMap<[u8; 32], ([u8; 32], Answer)> = db.known(&keys)?.into_iter().map(|k| (k.key, (k.body_hash, from_kept(&k)))).collect();
    for (at, job) in jobs.iter_mut().enumerate() {
        if at > 0 && started.elapsed() > desk.budget {
            break;
        }
        if job.entered.elapsed() > DEADLINE {
            sheet.ends.push(End::Unsaved(Unsaved::Late));
            continue;
        }
        if let Some(once) = job.command.once
            && let Some((body, answer)) = known.get(&once.key)
        {
            sheet.ends.push(if *body == once.body { End::Done(replay(answer)) } else { End::Unsaved(Unsaved::KeyReused) });
            continue;
        }
        let mut held: Vec<CentreId> = job.command.also.clone();
        held.push(job.command.chain);
        let head = heads.get_mut(&job.command.chain).ok_or_else(|| Fault::new("a chain without a head"))?;
        let ran = run(db, job, &held, head.seq + 1).map_err(|f| match f {
            Failed::Undo(_, no) => Failed::Undo(at, no),
            engine @ Failed::Engine(_) => engine,
        })?;
        let trace = &job.command.trace;
        let (end, outcome, purpose, answer) = match ran.result {
            Ok(answer) => (End::Done(Written { answer: answer.clone(), how: How::Ok, replayed: false }), "ok", None, Some(answer)),
            Err(No::Fault(fault)) => {
                let code = code();
                (End::Fault(fault, code.clone()), "fault", Some(code), None)
            }
            Err(no) => {
                let answer = (desk.problem)(&no, trace);
                let why = match &no {
                    No::Refused(r) => r.code,
                    _ => "missing",
                };
                (End::Refused(no, answer.clone()), "refused", Some(why.to_owned()), Some(answer))
            }
        };
        if job.command.action == crate::QUIET && matches!(end, End::Done(_)) {
            sheet.ends.push(end);
            continue;
        }
        let mut entry = entry(&job.command, ran.object, outcome, purpose, ran.told);
        entry.chain_to(head);
        sheet.published.push(Committed { chain: entry.chain, seq: entry.seq, at: entry.at, action: job.command.action, told: entry.told.as_str().into() });
        sheet.entries.push(entry);
        sheet.ends.push(end);
        if let (Some(once), Some(answer)) = (job.command.once, answer) {
            sheet.kept.push(to_kept(once, &answer, now)?);
            known.insert(once.key, (once.body, answer));
        }
    }
    db.append(&sheet.entries)?;
    db.keep(&sheet.kept)?;
    let moved: BTreeSet<CentreId> = sheet.entries.iter().map(|e| e.chain).collect();
    let moved: Vec<Head> = moved.iter().filter_map(|c| heads.get(c).copied()).collect();
    db.put_heads(&moved)?;
    Ok(())
}

/// What a closure left behind.
struct Ran {
    result: Result<Answer, No>,
    told: String,
    object: Option<(&'static str, String)>,
}

/// Runs one closure behind a mark; undoes what it wrote when it says no.
fn run(db: &mut Db, job: &mut Job, held: &[CentreId], seq: i64) -> Result<Ran, Failed> {
    let nothing = || "[]".to_owned();
    if let Some(no) = &job.verdict {
        return Ok(Ran { result: Err(no.clone()), told: nothing(), object: None });
    }
    db.mark()?;
    let (mut result, told, object, wrote, broken) = {
        let mut tx = Tx::new(db.conn(), held, seq);
        let result = catch_unwind(AssertUnwindSafe(|| job.work.run(&mut tx)));
        let panicked = result.is_err();
        let result = result.unwrap_or_else(|panic| Err(Fault::new(format!("panic: {}", said(&*panic))).into()));
        (result, std::mem::take(&mut tx.told), tx.object.take(), tx.wrote, tx.broken || panicked)
    };
    if let Some(trouble) = db.take_trouble() {
        let fault = match result {
            Err(No::Fault(fault)) => fault,
            _ => Fault::new("a statement failed"),
        };
        return Err(failed(db, trouble, fault));
    }
    if broken && result.is_ok() {
        result = Err(Fault::new("it went on after a statement had failed").into());
    }
    match result {
        Ok(answer) => {
            db.keep_mark()?;
            let told = if told.is_empty() { nothing() } else { serde_json::to_string(&told).map_err(|e| Fault::new(e.to_string()))? };
            Ok(Ran { result: Ok(answer), told, object })
        }
        Err(no) => {
            if !(wrote || broken) {
                db.keep_mark()?;
            } else if !db.undo()? {
                return Err(Failed::Undo(0, no));
            }
            Ok(Ran { result: Err(no), told: nothing(), object })
        }
    }
}

/// The engine's trouble was taken to look at it: put it back for the one who decides.
fn failed(db: &mut Db, trouble: Trouble, fault: Fault) -> Failed {
    db.put_trouble(trouble);
    Failed::Engine(fault)
}

fn entry(command: &Command, object: Option<(&'static str, String)>, outcome: &str, purpose: Option<String>, told: String) -> FullEntry {
    let (object_kind, object) = object.unwrap_or_else(|| (command.object.0, command.object.1.clone()));
    FullEntry {
        chain: command.chain,
        seq: 0,
        at: command.at,
        actor_kind: command.actor.kind().to_owned(),
        actor: command.actor.to_string(),
        role: command.role.clone(),
        device: command.device.map(kernel::Id::bytes),
        action: command.action.to_owned(),
        object_kind: object_kind.to_owned(),
        object,
        subject: None,
        purpose,
        outcome: outcome.to_owned(),
        told,
        once: command.once.map(|o| o.key),
        trace: command.trace.clone(),
        prev_hash: [0; 32],
        hash: [0; 32],
    }
}

fn to_kept(once: Once, answer: &Answer, now: Instant) -> Result<Kept, Fault> {
    Ok(Kept {
        key: once.key,
        body_hash: once.body,
        status: answer.status,
        headers: serde_json::to_string(&answer.headers).map_err(|e| Fault::new(e.to_string()))?,
        body: answer.body.clone(),
        made_at_us: now.micros(),
        expires_at_us: now.micros() + KEPT_US,
    })
}
fn from_kept(kept: &Kept) -> Answer {
    Answer { status: kept.status, headers: serde_json::from_str(&kept.headers).unwrap_or_default(), body: kept.body.clone() }
}
/// The first answer again. Whether it was a refusal is read from its status.
fn replay(answer: &Answer) -> Written {
    Written { answer: answer.clone(), how: if answer.status < 400 { How::Ok } else { How::Refused }, replayed: true }
}

/// A short random code under which a fault is found in the log: eight letters and digits.
#[allow(clippy::disallowed_methods)] // names a log line, decides nothing
pub(crate) fn code() -> String {
    let mut dice = [0; 8];
    // Without randomness the code is "aaaaaaaa": still a fault, harder to find.
    let _ = getrandom::fill(&mut dice);
    dice.iter().map(|d| char::from(b"abcdefghjkmnpqrstuvwxyz23456789-"[usize::from(d & 31)])).collect::<String>().replace('-', "0")
}

/// What a panic said.
pub(crate) fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("something else")
}
