//! Scratch stores on both engines, for tests of this crate and, behind the feature `testing`, of others.
//!
//! PostgreSQL: one throw-away cluster per machine user in the temporary folder, started on first use, left running and used again; a schema per call,
//! dropped with its [`Scratch`]. `YIZHAN_TEST_POSTGRES=url` names another server. No server is a failure, never a skipped test.
#![allow(clippy::panic, clippy::expect_used, clippy::unwrap_used)]

use std::{
    env, fs,
    net::TcpListener,
    ops::Deref,
    path::{Path, PathBuf},
    process::{self, Command as Process},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use kernel::{Actor, CentreId, Instant, No};

use crate::{
    Answer, Clock, Command, Database, Migrations, Once, Options, Sql, Store,
    engine::{Db, Role},
    postgres,
    store::apart,
};

/// A store that goes away with its rows when it is dropped.
pub struct Scratch {
    store: Store,
    place: Place,
}
impl Deref for Scratch {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

/// A place for one database; emptied when it is dropped.
pub struct Place {
    /// Where.
    pub database: Database,
    /// A folder of its own, also for other files.
    pub folder: PathBuf,
}

impl Place {
    /// A file in a new temporary folder.
    pub fn sqlite() -> Self {
        let folder = folder();
        Self { database: Database::Sqlite(folder.join("yizhan.db")), folder }
    }
    /// A new schema on the test server.
    pub fn postgres() -> Self {
        Self { database: Database::Postgres { url: server().to_owned(), schema: unique("t") }, folder: folder() }
    }
    /// The options that tests open it with.
    pub fn options(&self, migrations: &[Migrations]) -> Options {
        Options::new(self.database.clone(), migrations.to_vec(), problem)
    }
    /// Opens it.
    pub fn open(&self, migrations: &[Migrations]) -> Store {
        Store::open(self.options(migrations)).unwrap_or_else(|fault| panic!("{:?}: {fault}", self.database))
    }
    /// Runs SQL of any kind past all guards, as whoever tampers would.
    pub fn tamper(&self, sql: &str) {
        apart(|| match Db::open(&self.database, Role::Lane, &Arc::default())? {
            Db::Sqlite(db) => db.migrate(sql),
            Db::Postgres(mut db) => db.simple(sql),
        })
        .unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    }
}
impl Drop for Place {
    fn drop(&mut self) {
        if let Database::Postgres { url, schema } = &self.database {
            let dropped = apart(|| postgres::Db::open(url, schema, Role::Lane)?.simple(&format!("drop schema if exists \"{schema}\" cascade")));
            if let Err(fault) = dropped {
                tracing::warn!(what = fault.what, "a test schema stays");
            }
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Scratch {
    /// A store in a place.
    pub fn at(place: Place, migrations: &[Migrations]) -> Self {
        Self { store: place.open(migrations), place }
    }
    /// Its place.
    pub fn place(&self) -> &Place {
        &self.place
    }
}

/// A store with no tables but its own, in a temporary folder.
pub fn sqlite() -> Scratch {
    sqlite_with(&[])
}
/// A store with these migrations, in a temporary folder.
pub fn sqlite_with(migrations: &[Migrations]) -> Scratch {
    Scratch::at(Place::sqlite(), migrations)
}
/// A store with no tables but its own, in a schema of its own.
pub fn postgres() -> Scratch {
    postgres_with(&[])
}
/// A store with these migrations, in a schema of its own.
pub fn postgres_with(migrations: &[Migrations]) -> Scratch {
    Scratch::at(Place::postgres(), migrations)
}
/// One store of each engine, with its name.
pub fn both(migrations: &[Migrations]) -> [(&'static str, Scratch); 2] {
    [("sqlite", sqlite_with(migrations)), ("postgres", postgres_with(migrations))]
}

/// How tests store a refusal.
pub fn problem(no: &No, trace: &str) -> Answer {
    let (code, status) = match no {
        No::Refused(r) => (r.code, r.status.0),
        No::Missing(_) => ("missing", 404),
        No::Fault(_) => ("fault", 500),
    };
    let body = format!("{{\"code\":\"{code}\",\"trace\":\"{trace}\"}}");
    Answer { status, headers: vec![("content-type".into(), "application/problem+json".into())], body: body.into_bytes() }
}

/// A command of the system in a chain, now.
pub fn command(chain: i64, action: &'static str) -> Command {
    Command {
        chain: CentreId::new(chain).expect("a chain"),
        also: Vec::new(),
        once: None,
        action,
        actor: Actor::System("test"),
        role: String::new(),
        device: None,
        object: ("test", "1".into()),
        trace: "t".into(),
        at: Clock::real().real_now(),
    }
}
/// The same at a moment, for tests that know their clock.
pub fn command_at(chain: i64, action: &'static str, at: Instant) -> Command {
    Command { at, ..command(chain, action) }
}
/// A one-time key and a body's hash made of two texts.
pub fn once(key: &str, body: &str) -> Once {
    use sha2::{Digest, Sha256};
    Once { key: Sha256::digest(key).into(), body: Sha256::digest(body).into() }
}

/// Prepares every statement on the store's engine; gives those that fail, with the engine's words.
pub fn statements_work(store: &Store, statements: &[&Sql]) -> Vec<String> {
    let shared = store.shared();
    apart(|| {
        let mut db = Db::open(&shared.database, Role::Reader, &shared.names)?;
        Ok(statements.iter().filter_map(|sql| db.prepare(sql).err()).map(|fault| fault.what).collect())
    })
    .unwrap_or_else(|fault| panic!("{fault}"))
}

fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = Clock::real().real_now().micros();
    format!("{prefix}_{}_{}_{now}", process::id(), NEXT.fetch_add(1, Relaxed))
}
/// A new folder in the temporary folder.
pub fn folder() -> PathBuf {
    let folder = env::temp_dir().join(unique("yizhan-test"));
    fs::create_dir_all(&folder).expect("a temporary folder");
    folder
}

/// The address of the test server; starts it when it does not run.
pub fn server() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        env::var("YIZHAN_TEST_POSTGRES").unwrap_or_else(|_| {
            start().unwrap_or_else(|why| {
                panic!("no PostgreSQL for tests ({why}). Run `apt-get install -y postgresql` or set YIZHAN_TEST_POSTGRES=postgres://user@host/database")
            })
        })
    })
}

fn start() -> Result<String, String> {
    let user = said(Process::new("id").arg("-un"))?;
    let home = env::temp_dir().join(format!("yizhan-test-postgres-{user}"));
    let lock = fs::File::create(home.with_extension("lock")).map_err(|e| e.to_string())?;
    lock.lock().map_err(|e| e.to_string())?;
    let kept = home.join("url");
    if let Ok(url) = fs::read_to_string(&kept)
        && apart(|| postgres::Db::open(&url, "public", Role::Reader).map(drop)).is_ok()
    {
        return Ok(url);
    }
    let bin = programs().ok_or("no initdb found")?;
    let tool = |name: &str| {
        // initdb refuses root.
        let mut tool = if user == "root" { Process::new("runuser") } else { Process::new(bin.join(name)) };
        if user == "root" {
            tool.args(["-u", "postgres", "--"]).arg(bin.join(name));
        }
        tool.current_dir("/");
        tool
    };
    let data = home.join("data");
    let _ = tool("pg_ctl").arg("-D").arg(&data).args(["-m", "immediate", "stop"]).output();
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home).map_err(|e| e.to_string())?;
    if user == "root" {
        said(Process::new("chown").arg("postgres").arg(&home))?;
    }
    said(tool("initdb").arg("-D").arg(&data).args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale"]))?;
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_err(|e| e.to_string())?.port();
    let settings = format!(
        "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={} -c fsync=on -c max_connections=300 -c shared_buffers=128MB",
        home.display()
    );
    said(tool("pg_ctl").arg("-D").arg(&data).args(["-w", "-o", &settings, "-l"]).arg(home.join("log")).arg("start"))?;
    let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
    fs::write(&kept, &url).map_err(|e| e.to_string())?;
    Ok(url)
}

/// Runs a program; what it said, or why it failed.
fn said(program: &mut Process) -> Result<String, String> {
    // No pipe to a server that stays: its output goes to its log.
    let out = program.output().map_err(|e| format!("{}: {e}", program.get_program().display()))?;
    if out.status.success() {
        return Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned());
    }
    Err(format!("{}: {}", program.get_program().display(), String::from_utf8_lossy(&out.stderr).trim()))
}

/// The folder of the server's programs: of the `PATH`, or the newest of Debian's.
fn programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let of_path = env::split_paths(&path).find(|p| p.join("initdb").exists() && p.join("pg_ctl").exists());
    of_path.or_else(|| {
        let mut all: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|e| e.path().join("bin")).collect();
        all.retain(|p: &PathBuf| Path::new(p).join("initdb").exists());
        all.sort();
        all.pop()
    })
}
