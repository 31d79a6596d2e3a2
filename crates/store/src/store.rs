//! The store: the one handle through which everything is read and written.

use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock, atomic::AtomicI64},
    thread,
    time::Instant as Moment,
};

use crossbeam_channel::Sender;
use kernel::{Actor, CentreId, Fault, Instant, No, Refusal};
use tokio::sync::oneshot;

use crate::{
    Answer, Clock, Command, Committed, Database, How, Metrics, Migrations, Options, Tx, Unsaved, Written,
    batch::{Desk, End, Job, Work},
    engine::{Db, Role},
    journal::PRUNE,
    lane::{self, Gate, Shared},
    migrate::{self, Names},
    params,
    readers::{self, Read, guarded},
};

/// One database of one district. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    lanes: Vec<Gate>,
    readers: Sender<Read>,
    migrations: Vec<Migrations>,
}

impl Store {
    /// Opens the database: makes folder and file (0700, 0600), migrates, guards the journal, starts lanes and readers.
    ///
    /// # Errors
    /// The place cannot be opened, belongs to another program, its schema is newer, or a migration that was applied has changed.
    pub fn open(options: Options) -> Result<Self, Fault> {
        let migrations = migrate::with_own(&options.migrations);
        let shared = Arc::new(Shared {
            database: options.database.clone(),
            names: Arc::new(Names::of(&migrations)),
            counters: crate::metrics::Counters::default(),
            listener: OnceLock::new(),
            full_at: AtomicI64::new(0),
            clock: Clock::real(),
        });
        if let Database::Sqlite(file) = &options.database {
            make_private(file, options.read_only)?;
        }
        apart(|| prepare(&shared, &migrations, options.read_only))?;
        let (lanes, most, budget) = match &options.database {
            Database::Sqlite(_) => (1, 256, std::time::Duration::from_millis(5)),
            Database::Postgres { .. } => (options.lanes.max(1), 64, std::time::Duration::from_millis(200)),
        };
        let lanes = if options.read_only { 0 } else { lanes };
        let lanes = (0..lanes).map(|n| lane::start(&shared, Desk { problem: options.problem, budget }, most, options.queue.max(1), n));
        let lanes = lanes.collect::<Result<_, _>>()?;
        let readers = readers::start(&shared, options.readers.max(1), options.queue.max(1))?;
        Ok(Self(Arc::new(Inner { shared, lanes, readers, migrations })))
    }

    /// Runs a command of a request: its rows, its journal row and its answer commit together, or nothing does. `run` may run twice.
    ///
    /// # Errors
    /// [`Unsaved`] when nothing was saved, or a fault by its code, which is logged here.
    pub async fn write<F>(&self, command: Command, run: F) -> Result<Written, Unsaved>
    where
        F: FnMut(&mut Tx) -> Result<Answer, No> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let (action, trace) = (command.action, command.trace.clone());
        self.send(command, Box::new(Request { run, reply, action, trace }))?;
        answer.await.unwrap_or_else(|_| Err(Unsaved::Fault(gone())))
    }

    /// Runs a command whose result is a value: timers, the shell, imports. It has no one-time key.
    ///
    /// # Errors
    /// As the closure said; `busy`, `late` and `disk.full` as refusals. Faults are not logged here.
    pub async fn command<T, F>(&self, command: Command, run: F) -> Result<T, crate::CommandError>
    where
        F: FnMut(&mut Tx) -> Result<T, No> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send_value(command, run, move |result| drop(reply.send(result)))?;
        answer.await.unwrap_or_else(|_| Err(Fault::new(gone()).into()))
    }

    /// [`Store::command`] for threads that may wait: never inside async code.
    ///
    /// # Errors
    /// The same.
    pub fn command_blocking<T, F>(&self, command: Command, run: F) -> Result<T, crate::CommandError>
    where
        F: FnMut(&mut Tx) -> Result<T, No> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = crossbeam_channel::bounded(1);
        self.send_value(command, run, move |result| drop(reply.send(result)))?;
        answer.recv().unwrap_or_else(|_| Err(Fault::new(gone()).into()))
    }

    fn send_value<T, F>(&self, mut command: Command, run: F, reply: impl FnOnce(Result<T, No>) + Send + 'static) -> Result<(), No>
    where
        F: FnMut(&mut Tx) -> Result<T, No> + Send + 'static,
        T: Send + 'static,
    {
        command.once = None;
        self.send(command, Box::new(ValueOf { run, value: None, reply })).map_err(as_no)
    }

    fn send(&self, command: Command, work: Box<dyn Work>) -> Result<(), Unsaved> {
        let inner = &self.0;
        if inner.lanes.is_empty() {
            return Err(Unsaved::Fault("read-only".into()));
        }
        if inner.shared.disk_full() {
            return Err(Unsaved::DiskFull);
        }
        let lane = command.chain.number().unsigned_abs() as usize % inner.lanes.len();
        let job = Job { command, entered: Moment::now(), work, verdict: None };
        inner.lanes[lane].send(job)
    }

    /// Reads in one snapshot on a reader thread.
    ///
    /// # Errors
    /// As the closure said; refusal `busy` when too many reads wait.
    pub async fn read<T, F>(&self, f: F) -> Result<T, No>
    where
        F: FnOnce(&mut Tx) -> Result<T, No> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send_read(Box::new(move |tx| drop(reply.send(guarded(tx, f)))))?;
        answer.await.unwrap_or_else(|_| Err(Fault::new(gone()).into()))
    }

    /// [`Store::read`] for threads that may wait: never inside async code.
    ///
    /// # Errors
    /// The same.
    pub fn read_blocking<T, F>(&self, f: F) -> Result<T, No>
    where
        F: FnOnce(&mut Tx) -> Result<T, No> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = crossbeam_channel::bounded(1);
        self.send_read(Box::new(move |tx| drop(reply.send(guarded(tx, f)))))?;
        answer.recv().unwrap_or_else(|_| Err(Fault::new(gone()).into()))
    }

    fn send_read(&self, read: Read) -> Result<(), No> {
        self.0.readers.try_send(read).map_err(|_| as_no(Unsaved::Busy))
    }

    /// Who hears every journal row after its commit and before its answer, on the lane's thread: be quick. Only the first call counts.
    pub fn on_commit(&self, f: impl Fn(&Committed) + Send + Sync + 'static) {
        if self.0.shared.listener.set(Box::new(f)).is_err() {
            tracing::warn!("a second listener was not taken");
        }
    }

    /// A journal row for a request that was refused before it reached a handler.
    ///
    /// # Errors
    /// When it could not be written.
    pub async fn note_refusal(&self, command: Command, code: &'static str) -> Result<(), Unsaved> {
        let mut command = command;
        command.once = None;
        self.write(command, move |_| Err(Refusal::conflict(code).into())).await.map(drop)
    }

    /// Forgets one-time keys whose time is over at `now`, by the machine's clock; says how many.
    ///
    /// # Errors
    /// As [`Store::command`].
    pub async fn prune(&self, now: Instant) -> Result<u64, No> {
        let mut all = 0;
        loop {
            let command = Command {
                chain: CentreId::DISTRICT,
                also: Vec::new(),
                once: None,
                action: "store.answer.prune",
                actor: Actor::System("prune"),
                role: String::new(),
                device: None,
                object: ("answer", String::new()),
                trace: String::new(),
                at: now,
            };
            let gone = self.command(command, move |tx| Ok(tx.run(&PRUNE, params![now])?)).await?;
            all += gone;
            if gone < 1_000 {
                return Ok(all);
            }
        }
    }

    /// What the lanes measured since the store was opened.
    pub fn metrics(&self) -> Metrics {
        let inner = &self.0;
        Metrics {
            waiting: inner.lanes.iter().map(Gate::len).collect(),
            reading: inner.readers.len(),
            disk_full: inner.shared.disk_full(),
            ..inner.shared.counters.read()
        }
    }

    /// Where it is.
    pub fn database(&self) -> &Database {
        &self.0.shared.database
    }
    /// The migrations it was opened with, its own first.
    pub fn migrations(&self) -> &[Migrations] {
        &self.0.migrations
    }
    pub(crate) fn shared(&self) -> &Shared {
        &self.0.shared
    }

    /// Does what waits, then ends the lanes; on SQLite the log is written into the file. Later writes are turned away as busy.
    pub async fn shutdown(&self) {
        for lane in &self.0.lanes {
            lane.close().await;
        }
    }
}

/// Runs on a thread of its own: the server's client may not live inside async code.
pub(crate) fn apart<T: Send>(f: impl FnOnce() -> Result<T, Fault> + Send) -> Result<T, Fault> {
    thread::scope(|s| s.spawn(f).join()).unwrap_or_else(|_| Err(Fault::new("a thread panicked")))
}

fn prepare(shared: &Shared, migrations: &[Migrations], read_only: bool) -> Result<(), Fault> {
    if read_only {
        let mut db = Db::open(&shared.database, Role::Reader, &shared.names)?;
        return match migrate::pending(&mut db, migrations)? {
            0 => Ok(()),
            n => Err(Fault::new(format!("{n} migrations are not applied yet: run `yizhan migrate` first"))),
        };
    }
    let mut db = Db::open(&shared.database, Role::Lane, &shared.names)?;
    migrate::up(&mut db, migrations, shared.clock.real_now())
}

/// Folder 0700, file 0600; refuses a file that is not ours before anything is written to it.
fn make_private(file: &Path, read_only: bool) -> Result<(), Fault> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
    let failed = |e: std::io::Error| Fault::new(format!("{}: {e}", file.display()));
    if read_only {
        return fs::metadata(file).map(drop).map_err(failed);
    }
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|f| !f.exists()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    }
    if fs::metadata(file).is_ok_and(|m| m.len() > 0) {
        crate::sqlite::ours(file)?;
    } else {
        fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file).map_err(failed)?;
        if let Some(folder) = folder {
            fs::File::open(folder).and_then(|f| f.sync_all()).map_err(failed)?;
        }
    }
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).map_err(failed)
}

fn gone() -> String {
    "the lane has ended".into()
}

/// What was not saved, for those who know only three ways to say no.
fn as_no(unsaved: Unsaved) -> No {
    match unsaved {
        Unsaved::Busy => Refusal::with("busy", 503).into(),
        Unsaved::Late => Refusal::with("late", 503).into(),
        Unsaved::DiskFull => Refusal::with("disk.full", 507).into(),
        Unsaved::KeyReused => Refusal::with("once.reused", 422).into(),
        Unsaved::Fault(code) => Fault::new(code).into(),
    }
}

/// A request's closure and its waiting handler.
struct Request<F> {
    run: F,
    reply: oneshot::Sender<Result<Written, Unsaved>>,
    action: &'static str,
    trace: String,
}
impl<F: FnMut(&mut Tx) -> Result<Answer, No> + Send> Work for Request<F> {
    fn run(&mut self, tx: &mut Tx) -> Result<Answer, No> {
        (self.run)(tx)
    }
    fn end(self: Box<Self>, end: End) {
        let result = match end {
            End::Done(written) => Ok(written),
            End::Refused(_, answer) => Ok(Written { answer, how: How::Refused, replayed: false }),
            End::Unsaved(why) => Err(why),
            End::Fault(fault, code) => {
                tracing::error!(code, action = self.action, trace = self.trace, what = fault.what, "fault");
                Err(Unsaved::Fault(code))
            }
        };
        // Whoever asked may have hung up: what was done is done.
        let _ = self.reply.send(result);
    }
}

/// A closure that gives a value.
struct ValueOf<F, T, R> {
    run: F,
    value: Option<T>,
    reply: R,
}
impl<T: Send, F: FnMut(&mut Tx) -> Result<T, No> + Send, R: FnOnce(Result<T, No>) + Send> Work for ValueOf<F, T, R> {
    fn run(&mut self, tx: &mut Tx) -> Result<Answer, No> {
        self.value = Some((self.run)(tx)?);
        Ok(Answer::none())
    }
    fn end(self: Box<Self>, end: End) {
        let result = match end {
            End::Done(_) => self.value.ok_or_else(|| Fault::new("a command without a value").into()),
            End::Refused(no, _) => Err(no),
            End::Fault(fault, code) => Err(Fault { what: format!("{} (code {code})", fault.what), ..fault }.into()),
            End::Unsaved(why) => Err(as_no(why)),
        };
        (self.reply)(result);
    }
}
