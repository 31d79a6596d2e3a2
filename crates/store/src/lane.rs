//! A lane: one thread, one connection; takes what waits, commits it together, publishes, answers.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant as Moment},
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use kernel::{Fault, Instant};
use tokio::sync::oneshot;

use crate::{
    Clock, Committed, Database, Unsaved,
    batch::{Desk, End, Job, Sheet, Stop, Why, attempt, code, said},
    engine::{Db, Role, Trouble},
    journal::{FullEntry, HASH},
    metrics::Counters,
    migrate::Names,
    params,
};

/// A batch is run again so often before it counts as a fault.
const TRIES: u32 = 10;
/// After a full disk the next command that comes this much later tries again.
const PROBE_US: i64 = 1_000_000;

pub(crate) type Listener = Box<dyn Fn(&Committed) + Send + Sync>;

/// What all lanes and readers of a store share.
pub(crate) struct Shared {
    pub database: Database,
    pub names: Arc<Names>,
    pub counters: Counters,
    pub listener: OnceLock<Listener>,
    /// When the disk was last found full, microseconds by the machine's clock; 0 when it is not.
    pub full_at: AtomicI64,
    pub clock: Clock,
}
impl Shared {
    /// Whether writes are turned away now.
    pub fn disk_full(&self) -> bool {
        let at = self.full_at.load(Relaxed);
        at != 0 && self.clock.real_now().micros() - at < PROBE_US
    }
}

/// The way into a lane. Closing it drops the only sender, so the lane does what waits and then ends; nothing can slip in behind.
pub(crate) struct Gate {
    send: RwLock<Option<Sender<Job>>>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}
impl Gate {
    /// Puts a job into the queue, or says that it is full or closed.
    pub fn send(&self, job: Job) -> Result<(), Unsaved> {
        let send = self.send.read().unwrap_or_else(PoisonError::into_inner);
        send.as_ref().ok_or(Unsaved::Busy)?.try_send(job).map_err(|_| Unsaved::Busy)
    }
    /// How many wait.
    pub fn len(&self) -> usize {
        self.send.read().unwrap_or_else(PoisonError::into_inner).as_ref().map_or(0, Sender::len)
    }
    /// Closes the way in and waits for the lane's end.
    pub async fn close(&self) {
        drop(self.send.write().unwrap_or_else(PoisonError::into_inner).take());
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended {
            let _ = ended.await;
        }
    }
}

/// Starts a lane; returns when its connection stands.
pub(crate) fn start(shared: &Arc<Shared>, desk: Desk, most: usize, queue: usize, number: usize) -> Result<Gate, Fault> {
    let (send, receive) = bounded(queue);
    let (ready, opened) = bounded(1);
    let (end, ended) = oneshot::channel();
    let shared = Arc::clone(shared);
    thread::Builder::new()
        .name(format!("lane {number}"))
        .spawn(move || {
            let db = match Db::open(&shared.database, Role::Lane, &shared.names) {
                Ok(db) => db,
                Err(fault) => return drop(ready.send(Err(fault))),
            };
            let _ = ready.send(Ok(()));
            Lane { db, shared, desk, most, receive, waiting: VecDeque::new() }.run();
            let _ = end.send(());
        })
        .map_err(|e| Fault::new(format!("a lane's thread: {e}")))?;
    opened.recv().unwrap_or_else(|_| Err(Fault::new("a lane did not start")))?;
    Ok(Gate { send: RwLock::new(Some(send)), ended: Mutex::new(Some(ended)) })
}

struct Lane {
    db: Db,
    shared: Arc<Shared>,
    desk: Desk,
    /// Commands of one transaction.
    most: usize,
    receive: Receiver<Job>,
    /// Taken from the queue, not yet run.
    waiting: VecDeque<Job>,
}

impl Lane {
    fn run(mut self) {
        let mut tidy = false;
        loop {
            if self.waiting.is_empty() {
                let next = if tidy { self.receive.recv_timeout(Duration::from_secs(2)) } else { self.receive.recv().map_err(Into::into) };
                match next {
                    Ok(job) => self.waiting.push_back(job),
                    Err(RecvTimeoutError::Timeout) => {
                        self.db.idle();
                        tidy = false;
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            while self.waiting.len() < self.most {
                match self.receive.try_recv() {
                    Ok(job) => self.waiting.push_back(job),
                    Err(_) => break,
                }
            }
            let jobs: Vec<Job> = self.waiting.drain(..self.waiting.len().min(self.most)).collect();
            match catch_unwind(AssertUnwindSafe(|| self.process(jobs))) {
                // What the budget left over goes first in the next transaction, with what came meanwhile.
                Ok(left) => left.into_iter().rev().for_each(|job| self.waiting.push_front(job)),
                Err(panic) => {
                    tracing::error!(what = said(&*panic), "a batch panicked outside its closures");
                    self.db.rollback();
                }
            }
            tidy = true;
        }
        self.db.finish();
    }
    fn now(&self) -> Instant {
        self.shared.clock.real_now()
    }
    /// Runs a transaction to its end; gives back what the budget left over.
    fn process(&mut self, mut jobs: Vec<Job>) -> Vec<Job> {
        let mut tries = 0;
        loop {
            let now = self.now();
            let stopped = match attempt(&mut self.db, &self.desk, &mut jobs, now) {
                Ok(sheet) => return self.answer(jobs, sheet),
                Err(stopped) => stopped,
            };
            tries += 1;
            let Stop { why, fault, unknown } = *stopped;
            match why {
                Why::Engine(Trouble::Again) if tries < TRIES => {}
                Why::Engine(Trouble::Lost) if tries < TRIES => {
                    if let Err(fault) = self.reopen() {
                        return Self::give_up(jobs, &fault);
                    }
                    if let Some(sheet) = unknown {
                        match self.landed(&sheet) {
                            Ok(true) => return self.answer(jobs, *sheet),
                            Ok(false) => {}
                            Err(fault) => return Self::give_up(jobs, &fault),
                        }
                    }
                }
                Why::Engine(Trouble::Io) => {
                    tracing::error!(what = fault.what, "writing failed: opening again");
                    let landed = self.reopen().and_then(|()| unknown.as_ref().map_or(Ok(false), |sheet| self.landed(sheet)));
                    return match (landed, unknown) {
                        (Ok(true), Some(sheet)) => self.answer(jobs, *sheet),
                        (Err(fault), _) => Self::give_up(jobs, &fault),
                        _ => Self::give_up(jobs, &fault),
                    };
                }
                Why::Engine(Trouble::Full) => {
                    tracing::error!(what = fault.what, "the disk is full");
                    self.shared.full_at.store(self.now().micros(), Relaxed);
                    return Self::all(jobs, &Unsaved::DiskFull);
                }
                Why::Engine(Trouble::Busy) => {
                    tracing::warn!(what = fault.what, "the lock is held elsewhere");
                    return Self::all(jobs, &Unsaved::Busy);
                }
                Why::Undo(at, no) if jobs.len() == 1 && jobs[at].verdict.is_none() => jobs[at].verdict = Some(no),
                Why::Undo(..) | Why::Plain if jobs.len() > 1 => return self.one_by_one(jobs),
                Why::Undo(..) | Why::Plain | Why::Engine(Trouble::Again | Trouble::Lost) => return Self::give_up(jobs, &fault),
            }
            Counters::add(&self.shared.counters.again, 1);
        }
    }
    fn one_by_one(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        Counters::add(&self.shared.counters.again, 1);
        for job in jobs {
            self.process(vec![job]);
        }
        Vec::new()
    }
    /// Opens again, with patience: a server that restarts is back within seconds.
    fn reopen(&mut self) -> Result<(), Fault> {
        let started = Moment::now();
        loop {
            match self.db.reopen() {
                Ok(()) => return Ok(()),
                Err(fault) if started.elapsed() > Duration::from_secs(5) => return Err(fault),
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }
    /// Whether a transaction whose commit was cut off is durable: its first journal row is there, with the hash it had.
    fn landed(&mut self, sheet: &Sheet) -> Result<bool, Fault> {
        let Some(first) = sheet.entries.first() else { return Ok(false) };
        self.db.begin()?;
        // Behind the lock the old transaction is over, one way or the other.
        let found = self.db.lock(&[first.chain]).and_then(|_| same(&mut self.db, first));
        self.db.rollback();
        found
    }
    /// Publishes and answers; gives back the jobs that were not reached.
    fn answer(&mut self, mut jobs: Vec<Job>, sheet: Sheet) -> Vec<Job> {
        self.shared.full_at.store(0, Relaxed);
        let counters = &self.shared.counters;
        Counters::add(&counters.batches, 1);
        Counters::add(&counters.commands, sheet.ends.len());
        counters.committed(sheet.commit_took);
        if let Some(listener) = self.shared.listener.get() {
            for committed in &sheet.published {
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| listener(committed))) {
                    tracing::error!(what = said(&*panic), "the listener panicked");
                }
            }
        }
        let left = jobs.split_off(sheet.ends.len());
        for (job, end) in jobs.into_iter().zip(sheet.ends) {
            match &end {
                End::Done(written) if written.replayed => Counters::add(&counters.replayed, 1),
                End::Refused(..) => Counters::add(&counters.refused, 1),
                End::Fault(..) => Counters::add(&counters.faults, 1),
                _ => {}
            }
            job.work.end(end);
        }
        left
    }
    fn give_up(jobs: Vec<Job>, fault: &Fault) -> Vec<Job> {
        let code = code();
        tracing::error!(code, what = fault.what, commands = jobs.len(), "not saved");
        Self::all(jobs, &Unsaved::Fault(code))
    }
    fn all(jobs: Vec<Job>, why: &Unsaved) -> Vec<Job> {
        for job in jobs {
            job.work.end(End::Unsaved(why.clone()));
        }
        Vec::new()
    }
}

fn same(db: &mut Db, row: &FullEntry) -> Result<bool, Fault> {
    let mut same = false;
    db.conn().run(&HASH, params![row.chain, row.seq], &mut |mut found| {
        same = found.get::<[u8; 32]>(0)? == row.hash;
        Ok(())
    })?;
    Ok(same)
}
