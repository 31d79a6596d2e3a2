//! Where the database is and how it is opened.

use std::path::{Path, PathBuf};

use kernel::{Fault, No};

use crate::Answer;

/// The migration files of one crate, in order.
#[derive(Clone, Copy, Debug)]
pub struct Migrations {
    /// Whose they are: `queue`.
    pub crate_name: &'static str,
    /// File name and text.
    pub files: &'static [(&'static str, &'static str)],
}

/// Lists the files of `migrations/` of the calling crate, in order. A test of that crate compares the list with the folder.
///
/// ```text
/// pub const MIGRATIONS: store::Migrations = store::migrations!("0001-queue.sql");
/// ```
#[macro_export]
macro_rules! migrations {
    ($($file:literal),* $(,)?) => {
        $crate::Migrations {
            crate_name: env!("CARGO_PKG_NAME"),
            files: &[$(($file, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $file)))),*],
        }
    };
}

/// One district is one database.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file; its folder is made when missing.
    Sqlite(PathBuf),
    /// One schema of a server, made when missing.
    Postgres {
        /// Without the parameter `schema`. May hold a password: never printed.
        url: String,
        /// Lower-case letters, digits and `_`.
        schema: String,
    },
}

impl Database {
    /// `None` gives `data/yizhan.db`; `postgres://…?schema=NAME` a schema (default `yizhan`).
    ///
    /// # Errors
    /// A fault for any other address or an odd schema name.
    pub fn parse(url: Option<&str>, data: &Path) -> Result<Self, Fault> {
        let Some(url) = url else { return Ok(Self::Sqlite(data.join("yizhan.db"))) };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Fault::new("a database address begins with postgres://; without one the district lives in a file of the data folder"));
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (ours, rest): (Vec<_>, Vec<_>) = query.split('&').filter(|p| !p.is_empty()).partition(|p| p.starts_with("schema="));
        let schema = ours.first().and_then(|p| p.strip_prefix("schema=")).unwrap_or("yizhan").to_owned();
        let plain = schema.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !plain || schema.is_empty() || schema.len() > 60 || schema.starts_with("pg_") {
            return Err(Fault::new("a schema's name is 1–60 lower-case letters, digits and _"));
        }
        let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        Ok(Self::Postgres { url, schema })
    }
    /// `sqlite` or `postgres`, as manifests say.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres { .. } => "postgres",
        }
    }
}
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(file) => write!(f, "Sqlite({})", file.display()),
            Self::Postgres { schema, .. } => write!(f, "Postgres(schema {schema})"),
        }
    }
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where.
    pub database: Database,
    /// Of the crates above, in their order; store's own come first by themselves.
    pub migrations: Vec<Migrations>,
    /// How a refusal is stored with its key (RFC 9457); the second argument is the command's trace.
    pub problem: fn(&No, &str) -> Answer,
    /// Reader threads, each with its connection.
    pub readers: usize,
    /// Lanes on PostgreSQL; SQLite has one.
    pub lanes: usize,
    /// How many commands may wait in a lane, and reads before the readers, before new ones are turned away.
    pub queue: usize,
    /// For check and verify: never migrates, has no lane.
    pub read_only: bool,
}

impl Options {
    /// 4 readers, 4 lanes, 4,096 waiting; read and write.
    pub fn new(database: Database, migrations: Vec<Migrations>, problem: fn(&No, &str) -> Answer) -> Self {
        Self { database, migrations, problem, readers: 4, lanes: 4, queue: 4_096, read_only: false }
    }
}
