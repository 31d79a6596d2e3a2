//! Forward migrations: one text for both engines in three house words, each file one transaction, recorded with its SHA-256.

use std::collections::HashMap;

use kernel::{Fault, Instant};
use sha2::{Digest, Sha256};

use crate::{Migrations, Row, engine::Db, params};

/// Store's own come before all others.
const OWN: Migrations = crate::migrations!("0001-store.sql");
const VERSION: &str = env!("CARGO_PKG_VERSION");
const RECORDS: &str = "create table if not exists store_migration (of_crate text not null, file text not null, sha256 bytes not null, \
                       applied_at_us int8 not null, version text not null, constraint store_migration_key primary key (of_crate, file))";

crate::statements! {
    /// Every file that was applied.
    APPLIED = "select of_crate, file, sha256, version from store_migration order by of_crate, file";
    /// One file.
    WAS_APPLIED = "select 1 from store_migration where of_crate = $1 and file = $2";
    /// Records a file.
    RECORD = "insert into store_migration (of_crate, file, sha256, applied_at_us, version) values ($1, $2, $3, $4, $5)";
}

/// How a file's house words are written for an engine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// Store's own migrations, then these.
pub(crate) fn with_own(others: &[Migrations]) -> Vec<Migrations> {
    std::iter::once(OWN).chain(others.iter().copied()).collect()
}

/// A file that was applied: crate, file, SHA-256, program version.
pub(crate) type Applied = (String, String, Vec<u8>, String);

pub(crate) fn applied(db: &mut Db) -> Result<Vec<Applied>, Fault> {
    let mut all = Vec::new();
    db.conn().run(&APPLIED, params![], &mut |mut row: Row| {
        all.push((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        Ok(())
    })?;
    Ok(all)
}

/// Brings the schema up to `all` and guards the journal. Refuses a changed file and a newer schema before anything is touched.
pub(crate) fn up(db: &mut Db, all: &[Migrations], now: Instant) -> Result<(), Fault> {
    match db {
        Db::Sqlite(db) => db.claim()?,
        Db::Postgres(db) => db.migrating()?,
    }
    run(db, RECORDS)?;
    pending(db, all)?;
    for set in all {
        for (file, text) in set.files {
            one(db, set.crate_name, file, text, now).map_err(|f| Fault::new(format!("migration {}/{file}: {}", set.crate_name, f.what)))?;
        }
    }
    match db {
        Db::Sqlite(db) => db.guard(all.iter().map(|m| m.files.len()).sum()),
        Db::Postgres(db) => db.guard(),
    }
}

/// How many files are not applied yet.
///
/// # Errors
/// A file that was applied has changed, or the schema is newer than this program.
pub(crate) fn pending(db: &mut Db, all: &[Migrations]) -> Result<usize, Fault> {
    let known: HashMap<(&str, &str), &str> = all.iter().flat_map(|m| m.files.iter().map(|(file, text)| ((m.crate_name, *file), *text))).collect();
    let applied = applied(db)?;
    for (of, file, sum, version) in &applied {
        let Some(text) = known.get(&(of.as_str(), file.as_str())) else {
            return Err(Fault::new(format!("数据库是 {version} 的，请用 {version} 以上的程序 / This database belongs to {version} or newer ({of}/{file})")));
        };
        if Sha256::digest(text.as_bytes())[..] != sum[..] {
            return Err(Fault::new(format!("migration {of}/{file} was applied and has changed since: write a new file instead")));
        }
    }
    Ok(known.len() - applied.len())
}

fn one(db: &mut Db, of: &str, file: &str, text: &str, now: Instant) -> Result<(), Fault> {
    db.begin()?;
    let done = (|| {
        if db.conn().run(&WAS_APPLIED, params![of, file], &mut |_| Ok(()))? > 0 {
            return Ok(());
        }
        for statement in split(text) {
            run(db, &statement)?;
        }
        let sum = Sha256::digest(text.as_bytes()).to_vec();
        db.conn().run(&RECORD, params![of, file, sum, now, VERSION], &mut |_| Ok(())).map(drop)
    })();
    match done {
        Ok(()) => db.commit(),
        Err(fault) => {
            db.rollback();
            Err(fault)
        }
    }
}

fn run(db: &mut Db, statement: &str) -> Result<(), Fault> {
    match db {
        Db::Sqlite(db) => db.migrate(&translate(statement, Dialect::Sqlite)),
        Db::Postgres(db) => db.simple(&translate(statement, Dialect::Postgres)),
    }
}

/// A piece of SQL: quoted text and comments are pieces of their own.
fn pieces(text: &str) -> Vec<&str> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    let mut all = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '\'' || first == '"' {
            rest[1..].find(first).map_or(rest.len(), |i| i + 2)
        } else if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (piece, after) = rest.split_at(end);
        all.push(piece);
        rest = after;
    }
    all
}

/// The statements of a file, without comments.
pub(crate) fn split(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    for piece in pieces(text) {
        if piece == ";" {
            all.push(String::new());
        } else if !piece.starts_with("--")
            && let Some(last) = all.last_mut()
        {
            last.push_str(piece);
        }
    }
    all.into_iter().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect()
}

/// Writes the house words as the engine knows them; tables are strict on SQLite.
pub(crate) fn translate(statement: &str, to: Dialect) -> String {
    let mut out: String = pieces(statement)
        .into_iter()
        .map(|piece| match (piece, to) {
            ("int8", Dialect::Sqlite) => "integer",
            ("float8", Dialect::Sqlite) => "real",
            ("bytes", Dialect::Sqlite) => "blob",
            ("bytes", Dialect::Postgres) => "bytea",
            (other, _) => other,
        })
        .collect();
    let mut words = statement.split_whitespace().map(str::to_lowercase);
    if to == Dialect::Sqlite && words.next().as_deref() == Some("create") && words.next().as_deref() == Some("table") {
        out.push_str(" strict");
    }
    out
}

/// The names of unique rules by their columns, which is all that SQLite says: `t.a, t.b`.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    pub fn of(all: &[Migrations]) -> Self {
        let mut names = HashMap::new();
        for (_, text) in all.iter().flat_map(|m| m.files) {
            for statement in split(text) {
                let words: Vec<&str> = pieces(&statement).into_iter().filter(|p| !p.trim().is_empty()).collect();
                learn(&words, &mut names);
            }
        }
        Self(names)
    }
    /// The rule that `UNIQUE constraint failed: …` speaks of; the columns themselves when it has no name.
    pub fn unique(&self, message: &str) -> String {
        let about = message.rsplit("constraint failed: ").next().unwrap_or(message);
        if let Some(index) = about.strip_prefix("index '") {
            return index.trim_end_matches('\'').to_owned();
        }
        self.0.get(about).cloned().unwrap_or_else(|| about.to_owned())
    }
}

fn learn(words: &[&str], names: &mut HashMap<String, String>) {
    let is = |i: usize, word: &str| words.get(i).is_some_and(|w| w.eq_ignore_ascii_case(word));
    let skip = |i: usize| if is(i, "if") { i + 3 } else { i };
    let key = |table: &str, from: usize| {
        let end = words[from..].iter().position(|w| *w == ")").map_or(words.len(), |i| from + i);
        let columns = words[from..end].iter().filter(|w| **w != ",").map(|c| format!("{table}.{c}"));
        columns.collect::<Vec<_>>().join(", ")
    };
    if is(0, "create") && is(1, "unique") && is(2, "index") {
        let at = skip(3);
        if let (Some(name), Some(table)) = (words.get(at), words.get(at + 2)) {
            names.insert(key(table, at + 4), (*name).to_owned());
        }
    } else if is(0, "create") && is(1, "table") {
        let Some(table) = words.get(skip(2)) else { return };
        for i in 0..words.len() {
            let from = match () {
                () if is(i, "constraint") && is(i + 2, "unique") => i + 4,
                () if is(i, "constraint") && is(i + 2, "primary") && is(i + 3, "key") => i + 5,
                () => continue,
            };
            names.insert(key(table, from), words[i + 1].to_owned());
        }
    }
}
