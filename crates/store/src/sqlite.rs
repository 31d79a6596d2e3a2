//! The embedded engine. With `postgres.rs` the only file that names an engine's crate.

use std::{
    cell::Cell,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use kernel::{CentreId, Fault};
use rusqlite::{
    Connection, Error, ErrorCode, OpenFlags,
    config::DbConfig,
    ffi, params,
    types::{ToSqlOutput, Value as Owned, ValueRef},
};

use crate::{
    Row, Sql, Value,
    engine::{Kept, Role, Trouble},
    journal::{FullEntry, Head},
    migrate::Names,
};

/// `YIZH`: a foreign file is refused.
const APPLICATION: i64 = 0x5949_5A48;
/// Statements kept prepared by each connection.
const PREPARED: usize = 512;
/// Only backup, `doctor` and the shell compete for the file.
const BUSY: Duration = Duration::from_secs(5);
/// A log larger than this is truncated when the lane is idle.
const LOG_BYTES: u64 = 16 << 20;

/// One connection.
pub(crate) struct Db {
    conn: Connection,
    file: PathBuf,
    role: Role,
    names: Arc<Names>,
    trouble: Cell<Option<Trouble>>,
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Owned::Null),
            Self::Int(v) => ToSqlOutput::Owned(Owned::Integer(*v)),
            Self::Float(v) => ToSqlOutput::Owned(Owned::Real(*v)),
            Self::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Self::Bytes(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
        })
    }
}

fn value(from: ValueRef<'_>) -> Result<Value, Fault> {
    Ok(match from {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(v) => Value::Int(v),
        ValueRef::Real(v) => Value::Float(v),
        ValueRef::Text(v) => Value::Text(String::from_utf8(v.to_vec()).map_err(|_| Fault::new("a text that is not UTF-8"))?),
        ValueRef::Blob(v) => Value::Bytes(v.to_vec()),
    })
}

impl Db {
    /// Opens a file that exists or is to be made; sets it up as one of ours.
    pub fn open(file: &Path, role: Role, names: &Arc<Names>) -> Result<Self, Fault> {
        let conn = connect(file, role).map_err(|e| Fault::new(format!("{}: {e}", file.display())))?;
        Ok(Self { conn, file: file.to_owned(), role, names: Arc::clone(names), trouble: Cell::new(None) })
    }
    fn fault(&self, at: &str, error: &Error) -> Fault {
        let Error::SqliteFailure(code, message) = error else { return Fault::new(format!("{at}: {error}")) };
        let message = message.as_deref().unwrap_or("");
        self.trouble.set(match code.code {
            ErrorCode::DiskFull => Some(Trouble::Full),
            ErrorCode::SystemIoFailure | ErrorCode::CannotOpen => Some(Trouble::Io),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Some(Trouble::Busy),
            _ => self.trouble.get(),
        });
        match code.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Fault::violated(self.names.unique(message)),
            ffi::SQLITE_CONSTRAINT_CHECK => Fault::violated(message.rsplit(": ").next().unwrap_or(message)),
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Fault::violated("foreign_key"),
            ffi::SQLITE_CONSTRAINT_NOTNULL => Fault::violated("not_null"),
            _ => Fault::new(format!("{at}: {error}")),
        }
    }
    /// Runs one of ours without parameters or rows, prepared once.
    pub fn simple(&self, sql: &str) -> Result<(), Fault> {
        self.conn.prepare_cached(sql).and_then(|mut s| s.raw_execute()).map(drop).map_err(|e| self.fault(sql, &e))
    }
    pub fn run(&self, sql: &Sql, values: &[Value], rows: &mut dyn FnMut(Row) -> Result<(), Fault>) -> Result<u64, Fault> {
        let failed = |e: Error| self.fault(sql.name, &e);
        let mut statement = self.conn.prepare_cached(sql.sqlite).map_err(failed)?;
        if statement.parameter_count() != values.len() {
            return Err(Fault::new(format!("{}: {} parameters, {} given", sql.name, statement.parameter_count(), values.len())));
        }
        for (i, v) in values.iter().enumerate() {
            statement.raw_bind_parameter(i + 1, v).map_err(failed)?;
        }
        let columns = statement.column_count();
        if columns == 0 {
            return statement.raw_execute().map(|n| n as u64).map_err(failed);
        }
        let mut given = 0;
        let mut cursor = statement.raw_query();
        while let Some(row) = cursor.next().map_err(failed)? {
            let mut values = Vec::with_capacity(columns);
            for i in 0..columns {
                values.push(value(row.get_ref(i).map_err(failed)?)?);
            }
            rows(Row(values))?;
            given += 1;
        }
        Ok(given)
    }
    #[cfg(any(test, feature = "testing"))]
    pub fn prepare(&self, sql: &Sql) -> Result<(), Fault> {
        self.conn.prepare(sql.sqlite).map(drop).map_err(|e| self.fault(sql.name, &e))
    }
    pub fn begin(&self) -> Result<(), Fault> {
        self.simple(if self.role == Role::Lane { "begin immediate" } else { "begin deferred" })
    }
    pub fn commit(&self) -> Result<(), Fault> {
        self.simple("commit")
    }
    pub fn rollback(&self) {
        if !self.conn.is_autocommit()
            && let Err(fault) = self.simple("rollback")
        {
            tracing::warn!(what = fault.what, "rollback");
        }
    }
    pub fn lock(&self, chains: &[CentreId]) -> Result<Vec<Head>, Fault> {
        let failed = |e: Error| self.fault("lock", &e);
        let mut get = self.conn.prepare_cached("select seq, hash from store_chain where chain = ?1").map_err(failed)?;
        let mut heads = Vec::with_capacity(chains.len());
        for &chain in chains {
            let found = get.query_row([chain.number()], |r| Ok(Head { chain, seq: r.get(0)?, hash: r.get(1)? }));
            heads.push(match found {
                Ok(head) => head,
                Err(Error::QueryReturnedNoRows) => {
                    let head = Head { chain, seq: 0, hash: [0; 32] };
                    let mut add = self.conn.prepare_cached("insert into store_chain (chain, seq, hash) values (?1, 0, ?2)").map_err(failed)?;
                    add.execute(params![chain.number(), head.hash]).map_err(failed)?;
                    head
                }
                Err(e) => return Err(failed(e)),
            });
        }
        Ok(heads)
    }
    pub fn known(&self, keys: &[[u8; 32]]) -> Result<Vec<Kept>, Fault> {
        let failed = |e: Error| self.fault("known", &e);
        let sql = "select body_hash, status, headers, body, made_at_us, expires_at_us from store_answer where once = ?1";
        let mut get = self.conn.prepare_cached(sql).map_err(failed)?;
        let mut found = Vec::new();
        for key in keys {
            let row = get.query_row([&key[..]], |r| {
                Ok(Kept {
                    key: *key,
                    body_hash: r.get(0)?,
                    status: r.get(1)?,
                    headers: r.get(2)?,
                    body: r.get(3)?,
                    made_at_us: r.get(4)?,
                    expires_at_us: r.get(5)?,
                })
            });
            match row {
                Ok(kept) => found.push(kept),
                Err(Error::QueryReturnedNoRows) => {}
                Err(e) => return Err(failed(e)),
            }
        }
        Ok(found)
    }
    pub fn append(&self, entries: &[FullEntry]) -> Result<(), Fault> {
        let failed = |e: Error| self.fault("append", &e);
        let sql = "insert into store_journal (chain, seq, at_us, actor_kind, actor, role, device_id, action, object_kind, object, subject, purpose, \
                   outcome, told, once, trace, prev_hash, hash) \
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
        let mut add = self.conn.prepare_cached(sql).map_err(failed)?;
        for e in entries {
            add.execute(params![
                e.chain.number(),
                e.seq,
                e.at.micros(),
                e.actor_kind,
                e.actor,
                e.role,
                e.device,
                e.action,
                e.object_kind,
                e.object,
                e.subject,
                e.purpose,
                e.outcome,
                e.told,
                e.once,
                e.trace,
                e.prev_hash,
                e.hash
            ])
            .map_err(failed)?;
        }
        Ok(())
    }
    pub fn keep(&self, answers: &[Kept]) -> Result<(), Fault> {
        let failed = |e: Error| self.fault("keep", &e);
        let sql = "insert into store_answer (once, body_hash, status, headers, body, made_at_us, expires_at_us) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        let mut add = self.conn.prepare_cached(sql).map_err(failed)?;
        for a in answers {
            add.execute(params![a.key, a.body_hash, a.status, a.headers, a.body, a.made_at_us, a.expires_at_us]).map_err(failed)?;
        }
        Ok(())
    }
    pub fn put_heads(&self, heads: &[Head]) -> Result<(), Fault> {
        let failed = |e: Error| self.fault("heads", &e);
        let mut put = self.conn.prepare_cached("update store_chain set seq = ?2, hash = ?3 where chain = ?1").map_err(failed)?;
        for head in heads {
            put.execute(params![head.chain.number(), head.seq, head.hash]).map_err(failed)?;
        }
        Ok(())
    }
    pub fn take_trouble(&self) -> Option<Trouble> {
        self.trouble.take()
    }
    pub fn put_trouble(&self, trouble: Trouble) {
        self.trouble.set(Some(trouble));
    }
    pub fn reopen(&mut self) -> Result<(), Fault> {
        // The old handle goes first: its cached pages may be what the disk never got.
        let closed = Connection::open_in_memory().map_err(|e| self.fault("reopen", &e))?;
        drop(std::mem::replace(&mut self.conn, closed));
        self.conn = connect(&self.file, self.role).map_err(|e| self.fault("reopen", &e))?;
        self.trouble.set(None);
        self.checkpoint()
    }
    pub fn checkpoint(&self) -> Result<(), Fault> {
        self.conn.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).map_err(|e| self.fault("checkpoint", &e))
    }
    pub fn idle(&self) {
        let mut log = self.file.clone().into_os_string();
        log.push("-wal");
        if fs::metadata(log).is_ok_and(|m| m.len() > LOG_BYTES) {
            // A long read (a backup) blocks truncation: then the next idle moment does it, and nobody waits.
            let _ = self.conn.busy_timeout(Duration::from_millis(50));
            if let Err(fault) = self.checkpoint() {
                tracing::debug!(what = fault.what, "idle checkpoint");
            }
            self.trouble.set(None);
            let _ = self.conn.busy_timeout(BUSY);
        }
    }
    /// Runs a migration's statement.
    pub fn migrate(&self, statement: &str) -> Result<(), Fault> {
        self.conn.execute_batch(statement).map_err(|e| self.fault("migrate", &e))
    }
    /// Makes the journal append only, and says whose file this is.
    pub fn guard(&self, files: usize) -> Result<(), Fault> {
        let guards = "create trigger if not exists store_journal_no_update before update on store_journal \
                      begin select raise(abort, 'store_journal is append only'); end;
                      create trigger if not exists store_journal_no_delete before delete on store_journal \
                      begin select raise(abort, 'store_journal is append only'); end;";
        self.conn.execute_batch(&format!("{guards} pragma user_version = {files};")).map_err(|e| self.fault("guards", &e))
    }
    /// Refuses a file that another program made; marks an empty one as ours.
    pub fn claim(&self) -> Result<(), Fault> {
        let failed = |e: Error| self.fault("claim", &e);
        let owner: i64 = self.conn.query_row("pragma application_id", [], |r| r.get(0)).map_err(failed)?;
        let tables: i64 = self.conn.query_row("select count(*) from sqlite_schema", [], |r| r.get(0)).map_err(failed)?;
        match (owner, tables) {
            (APPLICATION, _) => Ok(()),
            (0, 0) if self.role == Role::Lane => self.migrate(&format!("pragma application_id = {APPLICATION}")),
            (0, 0) => Ok(()),
            _ => Err(Fault::new(format!("{}: this is not a database of yizhan", self.file.display()))),
        }
    }
    /// Copies everything, as it is at this moment, into `to`; the connection must be in a read transaction, so that writers do not restart it.
    pub fn copy(&self, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<(), Fault> {
        let failed = |e: Error| self.fault("backup", &e);
        let mut target = Connection::open(to).map_err(failed)?;
        target.execute_batch("pragma synchronous = off").map_err(failed)?;
        let copy = rusqlite::backup::Backup::new(&self.conn, &mut target).map_err(failed)?;
        loop {
            let step = copy.step(1_024).map_err(failed)?;
            let p = copy.progress();
            let total = u64::try_from(p.pagecount).unwrap_or(0);
            progress(total - u64::try_from(p.remaining).unwrap_or(0).min(total), total);
            match step {
                rusqlite::backup::StepResult::Done => return Ok(()),
                rusqlite::backup::StepResult::Busy | rusqlite::backup::StepResult::Locked => std::thread::sleep(Duration::from_millis(5)),
                _ => {}
            }
        }
    }
    /// What `integrity_check` and `foreign_key_check` find; empty when all is well.
    pub fn findings(&self) -> Result<Vec<String>, Fault> {
        let failed = |e: Error| self.fault("check", &e);
        let mut found = Vec::new();
        let mut check = self.conn.prepare("pragma integrity_check").map_err(failed)?;
        for line in check.query_map([], |r| r.get::<_, String>(0)).map_err(failed)? {
            found.push(line.map_err(failed)?);
        }
        found.retain(|line| line != "ok");
        let mut check = self.conn.prepare("pragma foreign_key_check").map_err(failed)?;
        for line in check.query_map([], |r| r.get::<_, String>(0)).map_err(failed)? {
            found.push(format!("foreign key of {}", line.map_err(failed)?));
        }
        Ok(found)
    }
    /// The names of our tables.
    pub fn tables(&self) -> Result<Vec<String>, Fault> {
        let failed = |e: Error| self.fault("tables", &e);
        let sql = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name";
        let mut all = self.conn.prepare(sql).map_err(failed)?;
        all.query_map([], |r| r.get(0)).and_then(Iterator::collect).map_err(failed)
    }
    /// How many rows a table of ours has.
    pub fn count(&self, table: &str) -> Result<i64, Fault> {
        self.conn.query_row(&format!("select count(*) from \"{table}\""), [], |r| r.get(0)).map_err(|e| self.fault("count", &e))
    }
}

fn connect(file: &Path, role: Role) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_WRITE;
    let conn = match role {
        Role::Lane => Connection::open_with_flags(file, flags | OpenFlags::SQLITE_OPEN_CREATE)?,
        // Read and write, so that the log of a killed process can be recovered; `query_only` keeps the reader honest.
        Role::Reader => Connection::open_with_flags(file, flags)
            .or_else(|_| Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_READ_ONLY))?,
    };
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(PREPARED);
    // A statement keeps its plan: without this SQLite plans again whenever a bound value could have changed the choice.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.execute_batch(
        "pragma foreign_keys = on; pragma trusted_schema = off; pragma cell_size_check = on; pragma mmap_size = 0; pragma temp_store = memory;",
    )?;
    if role == Role::Lane {
        conn.execute_batch(
            "pragma page_size = 4096; pragma journal_mode = wal; pragma synchronous = full; pragma fullfsync = on; pragma checkpoint_fullfsync = on;
             pragma wal_autocheckpoint = 8000; pragma secure_delete = on; pragma cache_size = -65536;",
        )?;
    } else {
        conn.execute_batch("pragma query_only = on; pragma cache_size = -8192;")?;
    }
    Ok(conn)
}

/// Refuses a file that another program made, without touching it.
pub(crate) fn ours(file: &Path) -> Result<(), Fault> {
    Db::open(file, Role::Reader, &Arc::default())?.claim()
}
