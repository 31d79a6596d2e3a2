//! Backup and restore: one file `NAME.yzb` with its manifest `NAME.yzb.json` beside it, both 0600 and synced with their folder.
//!
//! On SQLite the file is the database itself, on PostgreSQL what `pg_dump -Fc` writes of the schema. Counts and heads of the manifest are of the same
//! snapshot as the copy.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Command as Process, Stdio},
    sync::Arc,
};

use kernel::{Fault, No};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Clock, Database, Head, Store, Tx,
    engine::{Db, Role},
    journal::{self, hex},
    migrate, postgres,
    store::apart,
    verify::{self, verify},
};

const FORMAT: u32 = 1;

/// What a backup holds, in the words of its snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// 1.
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    /// `sqlite` or `postgres`.
    pub engine: String,
    /// Migrations applied: `crate/file`, SHA-256 in hex.
    pub migrations: Vec<(String, String)>,
    /// Rows by table.
    pub tables: BTreeMap<String, i64>,
    /// Chain heads, `chain:seq:hash`.
    pub heads: Vec<String>,
    /// The file's size in bytes.
    pub bytes: u64,
    /// The file's SHA-256 in hex.
    pub sha256: String,
}
impl Manifest {
    /// Rows in all tables.
    pub fn rows(&self) -> i64 {
        self.tables.values().sum()
    }
}

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The manifest it was held against.
    pub manifest: Manifest,
    /// Rows found in all tables; 0 when it could not be restored here.
    pub rows: i64,
    /// The journal's chains, against themselves and the manifest's heads.
    pub journal: verify::Report,
    /// Whether the copy was really opened; a server's dump is only hashed and listed.
    pub restored: bool,
    /// Everything wrong, in words; empty when all is well.
    pub findings: Vec<String>,
}
impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "made by {} · engine {} · {} migrations", self.manifest.program, self.manifest.engine, self.manifest.migrations.len())?;
        if self.restored {
            writeln!(f, "rows {} (manifest {}) · integrity and foreign keys read", self.rows, self.manifest.rows())?;
        } else {
            writeln!(f, "hash read; a server's dump is listed, not opened here")?;
        }
        for finding in &self.findings {
            writeln!(f, "BROKEN: {finding}")?;
        }
        write!(f, "{}", self.journal)
    }
}
impl Report {
    /// Whether nothing is wrong.
    pub fn ok(&self) -> bool {
        self.findings.is_empty() && self.journal.ok()
    }
}

impl Store {
    /// Copies everything as it is at this moment to `to` (`NAME.yzb`), while writes go on. Blocks; `progress` gets pages done and in all.
    ///
    /// # Errors
    /// The file exists, cannot be written, or (PostgreSQL) `pg_dump` is missing or failed.
    pub fn backup(&self, to: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Manifest, Fault> {
        if to.exists() {
            return Err(Fault::new(format!("{}: exists already", to.display())));
        }
        let part = beside(to, ".part");
        private(&part)?;
        let shared = self.shared();
        let made = match &shared.database {
            Database::Sqlite(_) => {
                let mut db = Db::open(&shared.database, Role::Reader, &shared.names)?;
                snapshot(&mut db, &shared.database, |db| match db {
                    Db::Sqlite(db) => db.copy(&part, progress),
                    Db::Postgres(_) => Ok(()),
                })
            }
            Database::Postgres { url, schema } => {
                progress(0, 1);
                let made = apart(|| {
                    let mut db = Db::open(&shared.database, Role::Reader, &shared.names)?;
                    snapshot(&mut db, &shared.database, |db| match db {
                        Db::Postgres(db) => dump(&db.snapshot()?, url, schema, &part),
                        Db::Sqlite(_) => Ok(()),
                    })
                });
                progress(1, 1);
                made
            }
        };
        let finished = made.and_then(|manifest| finish(manifest, &part, to));
        if finished.is_err() {
            let _ = fs::remove_file(&part);
        }
        finished
    }
}

/// Counts and heads, then the copy, in one read transaction.
fn snapshot(db: &mut Db, database: &Database, copy: impl FnOnce(&mut Db) -> Result<(), Fault>) -> Result<Manifest, Fault> {
    db.begin()?;
    let manifest = describe(db, database.engine());
    let copied = manifest.and_then(|m| copy(db).map(|()| m));
    db.rollback();
    copied
}

fn describe(db: &mut Db, engine: &str) -> Result<Manifest, Fault> {
    let heads = journal::heads(&mut Tx::new(db.conn(), &[], 0)).map_err(as_fault)?;
    let migrations = migrate::applied(db)?.into_iter().map(|(of, file, sum, _)| (format!("{of}/{file}"), hex(&sum))).collect();
    Ok(Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        engine: engine.to_owned(),
        migrations,
        tables: counts(db)?,
        heads: heads.iter().map(Head::to_string).collect(),
        bytes: 0,
        sha256: String::new(),
    })
}

fn counts(db: &mut Db) -> Result<BTreeMap<String, i64>, Fault> {
    match db {
        Db::Sqlite(db) => db.tables()?.into_iter().map(|t| db.count(&t).map(|n| (t, n))).collect(),
        Db::Postgres(db) => db.tables()?.into_iter().map(|t| db.count(&t).map(|n| (t, n))).collect(),
    }
}

fn dump(snapshot: &str, url: &str, schema: &str, to: &Path) -> Result<(), Fault> {
    let mut dump = Process::new(tool("pg_dump"));
    dump.args(["-Fc", "--no-owner", "--no-privileges"]).arg(format!("--snapshot={snapshot}")).arg(format!("--schema={schema}")).arg("-f").arg(to);
    dump.envs(postgres::environment(url)?);
    run(&mut dump).map(drop)
}

/// Syncs and hashes the copy, gives it its name, writes the manifest.
fn finish(mut manifest: Manifest, part: &Path, to: &Path) -> Result<Manifest, Fault> {
    let failed = |e: io::Error| Fault::new(format!("{}: {e}", to.display()));
    File::open(part).and_then(|f| f.sync_all()).map_err(failed)?;
    (manifest.sha256, manifest.bytes) = sum(part)?;
    let text = serde_json::to_vec_pretty(&manifest).map_err(|e| Fault::new(e.to_string()))?;
    let described = beside(to, ".json");
    let writing = beside(to, ".json.part");
    private(&writing)?;
    let mut file = OpenOptions::new().write(true).open(&writing).map_err(failed)?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&writing, &described).map_err(failed)?;
    fs::rename(part, to).map_err(failed)?;
    sync_folder(to)?;
    Ok(manifest)
}

/// The manifest beside a backup.
///
/// # Errors
/// It is missing, cannot be read, or is of a later format.
pub fn manifest(file: &Path) -> Result<Manifest, Fault> {
    let path = beside(file, ".json");
    let text = fs::read(&path).map_err(|e| Fault::new(format!("{}: {e}", path.display())))?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| Fault::new(format!("{}: {e}", path.display())))?;
    if manifest.format != FORMAT {
        return Err(Fault::new(format!("{}: format {} is newer than this program", path.display(), manifest.format)));
    }
    Ok(manifest)
}

/// Restores into the folder `scratch` (made when missing, the copy removed afterwards) and looks at everything: hash, integrity, foreign keys, row
/// counts, journal. Of a server's dump: hash and list of contents. Blocks.
///
/// # Errors
/// It cannot even be opened. What is wrong with it stands in the report.
pub fn restore_verify(file: &Path, scratch: &Path) -> Result<Report, Fault> {
    let manifest = manifest(file)?;
    let mut findings = Vec::new();
    let (sha256, bytes) = sum(file)?;
    if (sha256.as_str(), bytes) != (manifest.sha256.as_str(), manifest.bytes) {
        findings.push("the file is not the one the manifest describes (SHA-256 differs)".to_owned());
    }
    let nothing = Report { rows: 0, journal: verify::Report::default(), restored: false, findings, manifest };
    if nothing.manifest.engine == "sqlite" { look(file, scratch, nothing) } else { list(file, nothing) }
}

fn look(file: &Path, scratch: &Path, mut report: Report) -> Result<Report, Fault> {
    let failed = |e: io::Error| Fault::new(format!("{}: {e}", scratch.display()));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(scratch).map_err(failed)?;
    let copy = scratch.join(format!("verify-{}.db", Clock::real().real_now().micros()));
    fs::copy(file, &copy).map_err(failed)?;
    let looked = look_at(&copy, &mut report);
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(beside(&copy, end));
    }
    if let Err(fault) = looked {
        report.findings.push(fault.what);
    }
    Ok(report)
}

fn look_at(copy: &Path, report: &mut Report) -> Result<(), Fault> {
    let database = Database::Sqlite(copy.to_owned());
    let mut db = Db::open(&database, Role::Reader, &Arc::default())?;
    if let Db::Sqlite(db) = &db {
        db.claim()?;
        report.findings.extend(db.findings()?);
    }
    let tables = counts(&mut db)?;
    report.rows = tables.values().sum();
    for (table, rows) in &report.manifest.tables {
        if tables.get(table) != Some(rows) {
            report.findings.push(format!("{table}: {rows} rows in the manifest, {} here", tables.get(table).copied().unwrap_or(0)));
        }
    }
    let heads: Vec<Head> = report.manifest.heads.iter().filter_map(|h| h.parse().ok()).collect();
    report.journal = verify(&mut Tx::new(db.conn(), &[], 0), &heads).map_err(as_fault)?;
    report.restored = true;
    Ok(())
}

fn list(file: &Path, mut report: Report) -> Result<Report, Fault> {
    let listed = run(Process::new(tool("pg_restore")).arg("--list").arg(file))?;
    for table in report.manifest.tables.keys() {
        if !listed.lines().any(|l| l.contains(" TABLE DATA ") && l.split_whitespace().any(|w| w == table)) {
            report.findings.push(format!("{table}: not in the dump"));
        }
    }
    Ok(report)
}

/// Puts a backup in the place of the data folder `into`; the old folder is kept beside it and its new name given back. The service must not run.
///
/// # Errors
/// The file is not the one of its manifest, is a server's dump (use `pg_restore`), or the disk says no; then the old folder is back in its place.
pub fn restore(file: &Path, into: &Path) -> Result<Option<PathBuf>, Fault> {
    let failed = |e: io::Error| Fault::new(format!("{}: {e}", into.display()));
    let manifest = manifest(file)?;
    if manifest.engine != "sqlite" {
        return Err(Fault::new("a dump of PostgreSQL is restored with: pg_restore --clean --if-exists --no-owner -d URL FILE"));
    }
    if sum(file)?.0 != manifest.sha256 {
        return Err(Fault::new("the file is not the one the manifest describes (SHA-256 differs)"));
    }
    // Opened first: it may lie in the folder that makes way.
    let mut from = File::open(file).map_err(failed)?;
    let kept = if into.exists() {
        let aside = beside(into, &format!(".before-{}", Clock::real().real_now().micros()));
        fs::rename(into, &aside).map_err(failed)?;
        Some(aside)
    } else {
        None
    };
    let placed = (|| {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(into).map_err(failed)?;
        let target = into.join("yizhan.db");
        private(&target)?;
        let mut to = OpenOptions::new().write(true).open(&target).map_err(failed)?;
        io::copy(&mut from, &mut to).and_then(|_| to.sync_all()).map_err(failed)?;
        if sum(&target)?.0 != manifest.sha256 {
            return Err(Fault::new("the disk gave back other bytes than were written"));
        }
        sync_folder(&target)?;
        sync_folder(into)
    })();
    if let (Err(fault), Some(aside)) = (&placed, &kept) {
        let _ = fs::remove_dir_all(into);
        fs::rename(aside, into).map_err(|e| Fault::new(format!("{}; and the old folder stays at {}: {e}", fault.what, aside.display())))?;
    }
    placed.map(|()| kept)
}

/// `PATH` with this at its end.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
/// An empty file, 0600.
fn private(path: &Path) -> Result<(), Fault> {
    let failed = |e: io::Error| Fault::new(format!("{}: {e}", path.display()));
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(failed)
}
/// SHA-256 in hex and size in bytes.
fn sum(path: &Path) -> Result<(String, u64), Fault> {
    let failed = |e: io::Error| Fault::new(format!("{}: {e}", path.display()));
    let mut file = File::open(path).map_err(failed)?;
    let (mut hash, mut bytes, mut page) = (Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        let n = file.read(&mut page).map_err(failed)?;
        if n == 0 {
            return Ok((hex(&hash.finalize()), bytes));
        }
        hash.update(&page[..n]);
        bytes += n as u64;
    }
}
fn sync_folder(of: &Path) -> Result<(), Fault> {
    let folder = of.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| Fault::new(format!("{}: {e}", folder.display())))
}
fn as_fault(no: No) -> Fault {
    match no {
        No::Fault(fault) => fault,
        other => Fault::new(other.to_string()),
    }
}

/// A program of the server: of the `PATH`, or the newest of Debian's.
fn tool(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|p| p.join(name).exists()) {
        return name.into();
    }
    let mut all: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|e| e.path().join("bin").join(name)).collect();
    all.retain(|p| p.exists());
    all.sort();
    all.pop().unwrap_or_else(|| name.into())
}
fn run(program: &mut Process) -> Result<String, Fault> {
    let name = program.get_program().display().to_string();
    let out = program.stdin(Stdio::null()).output().map_err(|e| Fault::new(format!("{name}: {e}; install the server's client programs")))?;
    if out.status.success() {
        return Ok(String::from_utf8_lossy(&out.stdout).into_owned());
    }
    Err(Fault::new(format!("{name}: {}", String::from_utf8_lossy(&out.stderr).lines().next().unwrap_or("failed"))))
}
