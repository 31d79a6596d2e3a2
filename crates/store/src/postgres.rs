//! The server engine. With `sqlite.rs` the only file that names an engine's crate. The client is made, used and dropped on its own thread.

use std::{collections::HashMap, time::Duration};

use ::postgres::{
    Client, Config, Error, NoTls, Statement,
    error::SqlState,
    types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked},
};
use kernel::{CentreId, Fault};

use crate::{
    Row, Sql, Value,
    engine::{Kept, Role, Trouble},
    journal::{FullEntry, Head},
};

/// How long a lane waits for a chain's row that another process holds, and how long a silent process may hold it.
const SETTINGS: &str = "set lock_timeout = '8s'; set idle_in_transaction_session_timeout = '20s'; set synchronous_commit = on; \
                        set client_min_messages = warning; set standard_conforming_strings = on";

/// A lane finds its rows by key. A plan kept from when a table was young would read all of it, for each command, until the next `analyze`.
const LANE_PLANS: &str = "set enable_seqscan = off";

/// One connection.
pub(crate) struct Db {
    client: Client,
    url: String,
    schema: String,
    role: Role,
    /// By address of the statement's text: texts are statics.
    prepared: HashMap<(usize, usize), Statement>,
    trouble: Option<Trouble>,
}

/// Writes by the column's type, so that a null needs no type of its own.
impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(v), &Type::INT8) => v.to_sql(ty, out),
            (Self::Int(v), &Type::INT4) => i32::try_from(*v)?.to_sql(ty, out),
            (Self::Int(v), &Type::INT2) => i16::try_from(*v)?.to_sql(ty, out),
            (Self::Int(v), &Type::BOOL) => (*v != 0).to_sql(ty, out),
            (Self::Int(v), &Type::FLOAT8) => (*v as f64).to_sql(ty, out),
            (Self::Float(v), &Type::FLOAT8) => v.to_sql(ty, out),
            (Self::Text(v), &Type::TEXT | &Type::VARCHAR | &Type::NAME | &Type::UNKNOWN) => v.to_sql(ty, out),
            (Self::Bytes(v), &Type::BYTEA) => v.to_sql(ty, out),
            (other, ty) => Err(format!("{} for a parameter of type {ty}: cast it in the statement", other.kind()).into()),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

fn value(row: &::postgres::Row, i: usize) -> Result<Value, Fault> {
    let ty = row.columns()[i].type_();
    let failed = |e: Error| Fault::new(format!("column {i}: {e}"));
    macro_rules! get {
        ($t:ty, $as:expr) => {
            row.try_get::<_, Option<$t>>(i).map_err(failed)?.map_or(Value::Null, $as)
        };
    }
    Ok(match *ty {
        Type::INT8 => get!(i64, Value::Int),
        Type::INT4 => get!(i32, |v| Value::Int(v.into())),
        Type::INT2 => get!(i16, |v| Value::Int(v.into())),
        Type::BOOL => get!(bool, |v| Value::Int(v.into())),
        Type::FLOAT8 => get!(f64, Value::Float),
        Type::FLOAT4 => get!(f32, |v| Value::Float(v.into())),
        Type::TEXT | Type::VARCHAR | Type::NAME => get!(String, Value::Text),
        Type::BYTEA => get!(Vec<u8>, Value::Bytes),
        ref other => return Err(Fault::new(format!("column {i} is {other}: cast it in the statement"))),
    })
}

impl Db {
    /// Connects and makes the schema the connection's own.
    pub fn open(url: &str, schema: &str, role: Role) -> Result<Self, Fault> {
        let client = connect(url, schema, role)?;
        Ok(Self { client, url: url.to_owned(), schema: schema.to_owned(), role, prepared: HashMap::new(), trouble: None })
    }
    fn fault(&mut self, at: &str, error: &Error) -> Fault {
        let Some(db) = error.as_db_error() else {
            if self.client.is_closed() || error.is_closed() {
                self.trouble = Some(Trouble::Lost);
            }
            return Fault::new(format!("{at}: {error}"));
        };
        let code = db.code();
        if *code == SqlState::T_R_DEADLOCK_DETECTED || *code == SqlState::T_R_SERIALIZATION_FAILURE {
            self.trouble = Some(Trouble::Again);
        } else if *code == SqlState::LOCK_NOT_AVAILABLE {
            self.trouble = Some(Trouble::Busy);
        } else if *code == SqlState::DISK_FULL {
            self.trouble = Some(Trouble::Full);
        } else if code.code().starts_with("57P") || code.code().starts_with("08") || code.code() == "25P03" {
            self.trouble = Some(Trouble::Lost);
        }
        match code.code() {
            "23505" | "23514" | "23P01" => Fault::violated(db.constraint().unwrap_or("unnamed")),
            "23503" => Fault::violated("foreign_key"),
            "23502" => Fault::violated("not_null"),
            // The message of class 22 repeats the value: only its code goes to the log.
            other if other.starts_with("22") => Fault::new(format!("{at}: error {other}")),
            other => Fault::new(format!("{at}: {} ({other})", db.message())),
        }
    }
    fn statement(&mut self, sql: &'static str, at: &str) -> Result<Statement, Fault> {
        let key = (sql.as_ptr() as usize, sql.len());
        if let Some(statement) = self.prepared.get(&key) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|e| self.fault(at, &e))?;
        self.prepared.insert(key, statement.clone());
        Ok(statement)
    }
    pub fn run(&mut self, sql: &Sql, values: &[Value], rows: &mut dyn FnMut(Row) -> Result<(), Fault>) -> Result<u64, Fault> {
        let statement = self.statement(sql.postgres, sql.name)?;
        if statement.params().len() != values.len() {
            return Err(Fault::new(format!("{}: {} parameters, {} given", sql.name, statement.params().len(), values.len())));
        }
        let bound: Vec<&(dyn ToSql + Sync)> = values.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        if statement.columns().is_empty() {
            return self.client.execute(&statement, &bound).map_err(|e| self.fault(sql.name, &e));
        }
        let found = self.client.query(&statement, &bound).map_err(|e| self.fault(sql.name, &e))?;
        for row in &found {
            rows(Row((0..row.len()).map(|i| value(row, i)).collect::<Result<_, _>>()?))?;
        }
        Ok(found.len() as u64)
    }
    #[cfg(any(test, feature = "testing"))]
    pub fn prepare(&mut self, sql: &Sql) -> Result<(), Fault> {
        self.client.prepare(sql.postgres).map(drop).map_err(|e| self.fault(sql.name, &e))
    }
    /// Runs one of ours without parameters or rows.
    pub fn simple(&mut self, sql: &str) -> Result<(), Fault> {
        self.client.batch_execute(sql).map_err(|e| self.fault(sql.split(';').next().unwrap_or(sql), &e))
    }
    pub fn begin(&mut self) -> Result<(), Fault> {
        let sql = match self.role {
            Role::Lane => "begin isolation level read committed",
            Role::Reader => "begin isolation level repeatable read read only",
        };
        if self.client.is_closed() {
            self.trouble = Some(Trouble::Lost);
            return Err(Fault::new("the connection was closed"));
        }
        self.simple(sql)
    }
    pub fn commit(&mut self) -> Result<(), Fault> {
        self.simple("commit")
    }
    pub fn rollback(&mut self) {
        if !self.client.is_closed()
            && let Err(e) = self.client.batch_execute("rollback")
        {
            tracing::warn!(what = %e, "rollback");
        }
    }
    /// Takes the heads in sorted order: the row of a chain is its centre's mutex, across processes too.
    pub fn lock(&mut self, chains: &[CentreId]) -> Result<Vec<Head>, Fault> {
        const LOCK: &str = "select chain, seq, hash from store_chain where chain = any($1) order by chain for update";
        const ADD: &str = "insert into store_chain (chain, seq, hash) select n, 0, $2 from unnest($1::int8[]) n order by n on conflict do nothing";
        let numbers: Vec<i64> = chains.iter().map(|c| c.number()).collect();
        let lock = self.statement(LOCK, "lock")?;
        let mut rows = self.client.query(&lock, &[&numbers]).map_err(|e| self.fault("lock", &e))?;
        if rows.len() < chains.len() {
            let add = self.statement(ADD, "chain")?;
            self.client.execute(&add, &[&numbers, &&[0_u8; 32][..]]).map_err(|e| self.fault("chain", &e))?;
            rows = self.client.query(&lock, &[&numbers]).map_err(|e| self.fault("lock", &e))?;
        }
        rows.iter()
            .map(|row| {
                let chain = CentreId::new(row.try_get(0).map_err(|e| self.fault("lock", &e))?).ok_or_else(|| Fault::new("a chain out of range"))?;
                let hash: Vec<u8> = row.try_get(2).map_err(|e| self.fault("lock", &e))?;
                let hash = hash.try_into().map_err(|_| Fault::new("a head that is not 32 bytes"))?;
                Ok(Head { chain, seq: row.try_get(1).map_err(|e| self.fault("lock", &e))?, hash })
            })
            .collect()
    }
    pub fn known(&mut self, keys: &[[u8; 32]]) -> Result<Vec<Kept>, Fault> {
        const KNOWN: &str = "select once, body_hash, status, headers, body, made_at_us, expires_at_us from store_answer where once = any($1)";
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.statement(KNOWN, "known")?;
        let keys: Vec<&[u8]> = keys.iter().map(|k| &k[..]).collect();
        let rows = self.client.query(&known, &[&keys]).map_err(|e| self.fault("known", &e))?;
        rows.iter().map(|row| kept(row).map_err(|e| e.unwrap_or_else(|| Fault::new("an odd answer row")))).collect()
    }
    /// One insert for all rows of a batch.
    pub fn append(&mut self, entries: &[FullEntry]) -> Result<(), Fault> {
        const APPEND: &str = "insert into store_journal (chain, seq, at_us, actor_kind, actor, role, device_id, action, object_kind, object, \
                              subject, purpose, outcome, told, once, trace, prev_hash, hash) \
                              select * from unnest($1::int8[], $2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::text[], \
                              $9::text[], $10::text[], $11::bytea[], $12::text[], $13::text[], $14::text[], $15::bytea[], $16::text[], $17::bytea[], \
                              $18::bytea[])";
        if entries.is_empty() {
            return Ok(());
        }
        let append = self.statement(APPEND, "append")?;
        let e = entries;
        self.client
            .execute(
                &append,
                &[
                    &column(e, |e| e.chain.number()),
                    &column(e, |e| e.seq),
                    &column(e, |e| e.at.micros()),
                    &column(e, |e| e.actor_kind.as_str()),
                    &column(e, |e| e.actor.as_str()),
                    &column(e, |e| e.role.as_str()),
                    &column(e, |e| e.device.as_ref().map(|d| &d[..])),
                    &column(e, |e| e.action.as_str()),
                    &column(e, |e| e.object_kind.as_str()),
                    &column(e, |e| e.object.as_str()),
                    &column(e, |e| e.subject.as_deref()),
                    &column(e, |e| e.purpose.as_deref()),
                    &column(e, |e| e.outcome.as_str()),
                    &column(e, |e| e.told.as_str()),
                    &column(e, |e| e.once.as_ref().map(|o| &o[..])),
                    &column(e, |e| e.trace.as_str()),
                    &column(e, |e| &e.prev_hash[..]),
                    &column(e, |e| &e.hash[..]),
                ],
            )
            .map(drop)
            .map_err(|e| self.fault("append", &e))
    }
    pub fn keep(&mut self, answers: &[Kept]) -> Result<(), Fault> {
        const KEEP: &str = "insert into store_answer (once, body_hash, status, headers, body, made_at_us, expires_at_us) \
                            select * from unnest($1::bytea[], $2::bytea[], $3::int8[], $4::text[], $5::bytea[], $6::int8[], $7::int8[])";
        if answers.is_empty() {
            return Ok(());
        }
        let keep = self.statement(KEEP, "keep")?;
        let keys: Vec<&[u8]> = answers.iter().map(|a| &a.key[..]).collect();
        let hashes: Vec<&[u8]> = answers.iter().map(|a| &a.body_hash[..]).collect();
        let status: Vec<i64> = answers.iter().map(|a| a.status.into()).collect();
        let headers: Vec<&str> = answers.iter().map(|a| a.headers.as_str()).collect();
        let bodies: Vec<&[u8]> = answers.iter().map(|a| &a.body[..]).collect();
        let made: Vec<i64> = answers.iter().map(|a| a.made_at_us).collect();
        let expires: Vec<i64> = answers.iter().map(|a| a.expires_at_us).collect();
        let values: &[&(dyn ToSql + Sync)] = &[&keys, &hashes, &status, &headers, &bodies, &made, &expires];
        self.client.execute(&keep, values).map(drop).map_err(|e| self.fault("keep", &e))
    }
    pub fn put_heads(&mut self, heads: &[Head]) -> Result<(), Fault> {
        const PUT: &str = "update store_chain c set seq = n.seq, hash = n.hash from unnest($1::int8[], $2::int8[], $3::bytea[]) n (chain, seq, hash) \
                           where c.chain = n.chain";
        if heads.is_empty() {
            return Ok(());
        }
        let put = self.statement(PUT, "heads")?;
        let chains: Vec<i64> = heads.iter().map(|h| h.chain.number()).collect();
        let seqs: Vec<i64> = heads.iter().map(|h| h.seq).collect();
        let hashes: Vec<&[u8]> = heads.iter().map(|h| &h.hash[..]).collect();
        self.client.execute(&put, &[&chains, &seqs, &hashes]).map(drop).map_err(|e| self.fault("heads", &e))
    }
    pub fn take_trouble(&mut self) -> Option<Trouble> {
        self.trouble.take()
    }
    pub fn put_trouble(&mut self, trouble: Trouble) {
        self.trouble = Some(trouble);
    }
    pub fn reopen(&mut self) -> Result<(), Fault> {
        self.prepared.clear();
        self.trouble = None;
        self.client = connect(&self.url, &self.schema, self.role)?;
        Ok(())
    }
    /// Takes the lock that only migrating processes take, and makes the schema when it is missing.
    pub fn migrating(&mut self) -> Result<(), Fault> {
        let lock = "select pg_advisory_lock(hashtext('yizhan ' || $1)::int8)";
        self.simple("set lock_timeout = 0")?;
        let schema = self.schema.clone();
        self.client.query(lock, &[&schema]).map_err(|e| self.fault("migrating", &e))?;
        self.simple(&format!("create schema if not exists \"{schema}\""))
    }
    /// Makes the journal append only, and lets the next process migrate.
    pub fn guard(&mut self) -> Result<(), Fault> {
        const GUARDS: &str = "create or replace function store_journal_guard() returns trigger language plpgsql as \
                              $$ begin raise exception 'store_journal is append only'; end $$; \
                              create trigger store_journal_no_change before update or delete on store_journal \
                              for each row execute function store_journal_guard(); \
                              create trigger store_journal_no_truncate before truncate on store_journal \
                              for each statement execute function store_journal_guard()";
        let there = "select 1 from pg_trigger where tgrelid = 'store_journal'::regclass and tgname = 'store_journal_no_change'";
        if self.client.query(there, &[]).map_err(|e| self.fault("guards", &e))?.is_empty() {
            self.simple(&format!("begin; {GUARDS}; commit"))?;
        }
        self.simple("select pg_advisory_unlock_all(); set lock_timeout = '8s'")
    }
    /// The names of our tables.
    pub fn tables(&mut self) -> Result<Vec<String>, Fault> {
        let sql = "select tablename::text from pg_tables where schemaname = current_schema() order by 1";
        let rows = self.client.query(sql, &[]).map_err(|e| self.fault("tables", &e))?;
        rows.iter().map(|r| r.try_get(0).map_err(|e| self.fault("tables", &e))).collect()
    }
    /// How many rows a table of ours has.
    pub fn count(&mut self, table: &str) -> Result<i64, Fault> {
        let row = self.client.query_one(&format!("select count(*) from \"{table}\""), &[]).map_err(|e| self.fault("count", &e))?;
        row.try_get(0).map_err(|e| self.fault("count", &e))
    }
    /// A name under which `pg_dump` sees the snapshot of this transaction.
    pub fn snapshot(&mut self) -> Result<String, Fault> {
        let row = self.client.query_one("select pg_export_snapshot()::text", &[]).map_err(|e| self.fault("snapshot", &e))?;
        row.try_get(0).map_err(|e| self.fault("snapshot", &e))
    }
}

/// One column of many rows.
fn column<'a, T>(entries: &'a [FullEntry], of: impl Fn(&'a FullEntry) -> T) -> Vec<T> {
    entries.iter().map(of).collect()
}

fn kept(row: &::postgres::Row) -> Result<Kept, Option<Fault>> {
    let bytes = |i: usize| row.try_get::<_, Vec<u8>>(i).map_err(|e| Some(Fault::new(format!("known: {e}"))));
    let int = |i: usize| row.try_get::<_, i64>(i).map_err(|e| Some(Fault::new(format!("known: {e}"))));
    Ok(Kept {
        key: bytes(0)?.try_into().map_err(|_| None)?,
        body_hash: bytes(1)?.try_into().map_err(|_| None)?,
        status: int(2)?.try_into().map_err(|_| None)?,
        headers: row.try_get(3).map_err(|_| None)?,
        body: bytes(4)?,
        made_at_us: int(5)?,
        expires_at_us: int(6)?,
    })
}

/// A client whose `search_path` is the schema alone.
fn connect(url: &str, schema: &str, role: Role) -> Result<Client, Fault> {
    let failed = |e: &Error| Fault::new(format!("the database server: {}", e.as_db_error().map_or_else(|| e.to_string(), |d| d.message().to_owned())));
    let mut config: Config = url.parse().map_err(|_| Fault::new("the database address cannot be read"))?;
    config.application_name(&format!("{} of {schema}", if role == Role::Lane { "lane" } else { "reader" }));
    config.connect_timeout(Duration::from_secs(5)).tcp_user_timeout(Duration::from_secs(10)).keepalives_idle(Duration::from_secs(10));
    let mut client = config.connect(NoTls).map_err(|e| failed(&e))?;
    let plans = if role == Role::Lane { LANE_PLANS } else { "" };
    let path = format!("set search_path to \"{schema}\"; {SETTINGS}; {plans}");
    client.batch_execute(&path).map_err(|e| failed(&e))?;
    Ok(client)
}

/// The connection's parts for the server's own tools, as their environment variables: a password never stands in a list of processes.
pub(crate) fn environment(url: &str) -> Result<Vec<(&'static str, String)>, Fault> {
    let config: Config = url.parse().map_err(|_| Fault::new("the database address cannot be read"))?;
    let mut all = Vec::new();
    match config.get_hosts().first() {
        Some(::postgres::config::Host::Tcp(host)) => all.push(("PGHOST", host.clone())),
        Some(::postgres::config::Host::Unix(path)) => all.push(("PGHOST", path.display().to_string())),
        None => {}
    }
    all.extend(config.get_ports().first().map(|p| ("PGPORT", p.to_string())));
    all.extend(config.get_user().map(|u| ("PGUSER", u.to_owned())));
    all.extend(config.get_dbname().map(|d| ("PGDATABASE", d.to_owned())));
    all.extend(config.get_password().map(|p| ("PGPASSWORD", String::from_utf8_lossy(p).into_owned())));
    Ok(all)
}
