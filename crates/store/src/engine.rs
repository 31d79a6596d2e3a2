//! The two engines behind one face: every `match` on the engine is here.

use std::sync::Arc;

use kernel::{CentreId, Fault};

use crate::{
    Database, Row, Sql, Value,
    journal::{FullEntry, Head},
    migrate::Names,
    postgres, sqlite,
};

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// The lane: writes.
    Lane,
    /// A reader: the engine refuses writes.
    Reader,
}

/// What kind of failure the engine met, beyond a statement that was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Trouble {
    /// Deadlock or serialization: run the batch again.
    Again,
    /// The connection is gone.
    Lost,
    /// The disk is full; rolled back.
    Full,
    /// Writing or syncing failed: what is durable is unknown.
    Io,
    /// Somebody else holds the lock for too long.
    Busy,
}

/// An answer as stored with its key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Kept {
    pub key: [u8; 32],
    pub body_hash: [u8; 32],
    pub status: u16,
    pub headers: String,
    pub body: Vec<u8>,
    pub made_at_us: i64,
    pub expires_at_us: i64,
}

/// A borrowed connection inside a transaction.
pub(crate) enum Conn<'a> {
    Sqlite(&'a sqlite::Db),
    Postgres(&'a mut postgres::Db),
}
impl Conn<'_> {
    /// Runs one statement, gives each row, says how many rows it touched or gave.
    pub fn run(&mut self, sql: &Sql, params: &[Value], rows: &mut dyn FnMut(Row) -> Result<(), Fault>) -> Result<u64, Fault> {
        match self {
            Self::Sqlite(db) => db.run(sql, params, rows),
            Self::Postgres(db) => db.run(sql, params, rows),
        }
    }
}

/// One connection of either engine. Made, used and dropped on its own thread.
pub(crate) enum Db {
    Sqlite(Box<sqlite::Db>),
    Postgres(Box<postgres::Db>),
}

macro_rules! both {
    ($self:ident, $db:ident => $e:expr) => {
        match $self {
            Self::Sqlite($db) => $e,
            Self::Postgres($db) => $e,
        }
    };
}

impl Db {
    pub fn open(database: &Database, role: Role, names: &Arc<Names>) -> Result<Self, Fault> {
        Ok(match database {
            Database::Sqlite(file) => Self::Sqlite(Box::new(sqlite::Db::open(file, role, names)?)),
            Database::Postgres { url, schema } => Self::Postgres(Box::new(postgres::Db::open(url, schema, role)?)),
        })
    }
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(db) => Conn::Sqlite(db),
            Self::Postgres(db) => Conn::Postgres(db),
        }
    }
    /// Begins the transaction of a batch, or a read snapshot.
    pub fn begin(&mut self) -> Result<(), Fault> {
        both!(self, db => db.begin())
    }
    pub fn commit(&mut self) -> Result<(), Fault> {
        both!(self, db => db.commit())
    }
    /// Rolls back as far as that is possible; a connection that cannot is found out by the next `begin`.
    pub fn rollback(&mut self) {
        both!(self, db => db.rollback());
    }
    /// Marks the place to which [`Db::undo`] goes back. Nothing on an engine without savepoints.
    pub fn mark(&mut self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(db) => db.simple("savepoint command"),
            Self::Postgres(_) => Ok(()),
        }
    }
    /// Forgets the mark.
    pub fn keep_mark(&mut self) -> Result<(), Fault> {
        match self {
            Self::Sqlite(db) => db.simple("release command"),
            Self::Postgres(_) => Ok(()),
        }
    }
    /// Undoes what came after the mark. `false`: this engine cannot, roll back the batch.
    pub fn undo(&mut self) -> Result<bool, Fault> {
        match self {
            Self::Sqlite(db) => db.simple("rollback to command").and_then(|()| db.simple("release command")).map(|()| true),
            Self::Postgres(_) => Ok(false),
        }
    }
    /// Locks the heads of these chains, sorted by the caller; a missing chain begins at 0.
    pub fn lock(&mut self, chains: &[CentreId]) -> Result<Vec<Head>, Fault> {
        both!(self, db => db.lock(chains))
    }
    /// The answers stored with these keys.
    pub fn known(&mut self, keys: &[[u8; 32]]) -> Result<Vec<Kept>, Fault> {
        both!(self, db => db.known(keys))
    }
    /// Inserts journal rows.
    pub fn append(&mut self, entries: &[FullEntry]) -> Result<(), Fault> {
        both!(self, db => db.append(entries))
    }
    /// Inserts answers.
    pub fn keep(&mut self, answers: &[Kept]) -> Result<(), Fault> {
        both!(self, db => db.keep(answers))
    }
    /// Writes the heads back.
    pub fn put_heads(&mut self, heads: &[Head]) -> Result<(), Fault> {
        both!(self, db => db.put_heads(heads))
    }
    /// What the engine met since this was last asked.
    pub fn take_trouble(&mut self) -> Option<Trouble> {
        both!(self, db => db.take_trouble())
    }
    /// Puts it back for whoever decides.
    pub fn put_trouble(&mut self, trouble: Trouble) {
        both!(self, db => db.put_trouble(trouble));
    }
    /// Closes and opens again. On SQLite with a full checkpoint, so that what only pages in memory hold is written and synced again.
    pub fn reopen(&mut self) -> Result<(), Fault> {
        both!(self, db => db.reopen())
    }
    /// Nothing to do for two seconds: a good moment to tidy up.
    pub fn idle(&mut self) {
        if let Self::Sqlite(db) = self {
            db.idle();
        }
    }
    /// The lane ends: leaves the files as small as they go.
    pub fn finish(&mut self) {
        if let Self::Sqlite(db) = self
            && let Err(fault) = db.checkpoint()
        {
            tracing::warn!(what = fault.what, "the last checkpoint did not finish; the next start does it");
        }
    }
    #[cfg(any(test, feature = "testing"))]
    /// Prepares a statement without running it.
    pub fn prepare(&mut self, sql: &Sql) -> Result<(), Fault> {
        both!(self, db => db.prepare(sql))
    }
}
