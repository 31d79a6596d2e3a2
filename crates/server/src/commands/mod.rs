//! The commands (QUALITY §17.1).

mod audit;
mod backup;
mod calendar;
mod check;
pub mod demo;
mod doctor;
mod import;
mod serve;
mod who;

use std::{io::Write, path::PathBuf};

use anyhow::{Result, bail};
use clap::{Args, Parser, Subcommand};
use kernel::CentreId;

use crate::Config;

/// 一站 yizhan: one program for a district's one-stop neighbourhood centres.
#[derive(Parser, Debug)]
#[command(name = "yizhan", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Cmd>,
}

/// Where the district is.
#[derive(Args, Clone, Debug, Default)]
pub struct Where {
    /// Folder of the database, keys and backups.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    /// `postgres://user@host/db?schema=NAME` instead of the embedded file.
    #[arg(long, global = true)]
    database: Option<String>,
}
impl Where {
    fn config(&self, default: &str) -> Config {
        Config { data: self.data.clone().unwrap_or_else(|| default.into()), database: self.database.clone(), ..Config::default() }
    }
    /// The folder a command works on: the one given, else the real district, else the sample.
    fn existing(&self) -> Config {
        let real = std::path::Path::new("yizhan-data").exists();
        self.config(if real { "yizhan-data" } else { "yizhan-demo" })
    }
}

/// Options of a served district.
#[derive(Args, Clone, Debug, Default)]
pub struct Served {
    #[command(flatten)]
    place: Where,
    /// Address to listen on; loopback only.
    #[arg(long, default_value = "127.0.0.1:8460")]
    listen: String,
    /// What phones can reach, for QR codes; empty prints none.
    #[arg(long, default_value = "")]
    public_url: String,
    /// No rate limits: for benchmarks and replays.
    #[arg(long)]
    limits_off: bool,
    /// The keys of the first machine are lost: take those of this folder from now on.
    #[arg(long)]
    new_key: bool,
}

/// Options of the sample district.
#[derive(Args, Clone, Debug, Default)]
pub struct Demo {
    #[command(flatten)]
    served: Served,
    /// Without content: accounts only.
    #[arg(long)]
    empty: bool,
    /// The district's clock at start, like 2020-01-14T07:00.
    #[arg(long)]
    clock: Option<String>,
    /// How many times faster than real time the district's clock runs.
    #[arg(long, default_value_t = 1)]
    speed: i64,
}

#[derive(Subcommand, Debug)]
enum Cmd {
    /// Open the sample district (what `yizhan` alone does).
    Demo(Demo),
    /// Serve a real district.
    Serve(Served),
    /// Import sheets (files or folders); with --dry-run only say what would change.
    Import {
        #[command(flatten)]
        place: Where,
        /// Sheets.
        files: Vec<PathBuf>,
        /// Preview only.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write every sheet into a folder.
    Export {
        #[command(flatten)]
        place: Where,
        /// The folder.
        #[arg(long)]
        to: PathBuf,
    },
    /// Copy the district while it runs.
    Backup {
        #[command(flatten)]
        place: Where,
        /// File to write; default: backups/ in the data folder.
        #[arg(long)]
        to: Option<PathBuf>,
    },
    /// Bring a backup back, or only prove that it could be.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Into a scratch folder, with every check; changes nothing.
        #[arg(long)]
        verify: bool,
        /// The folder to restore into.
        #[arg(long)]
        into: Option<PathBuf>,
    },
    /// Bring the schema up to this program.
    Migrate {
        #[command(flatten)]
        place: Where,
    },
    /// Evaluate every invariant; `check queue` re-derives a day's calls.
    Check {
        #[command(flatten)]
        place: Where,
        #[command(subcommand)]
        what: Option<Checked>,
    },
    /// Read another program's calendar file; with --shut close the hours it says are busy.
    Calendar {
        #[command(flatten)]
        place: Where,
        /// The .ics file.
        file: PathBuf,
        /// Centre of what is shut.
        #[arg(long, default_value_t = 1)]
        centre: i64,
        /// Code of what is shut, like court-1.
        #[arg(long)]
        shut: Option<String>,
        /// Do it; without it only say what would change.
        #[arg(long)]
        yes: bool,
    },
    /// Look at the machine and say what to mend.
    Doctor {
        #[command(flatten)]
        place: Where,
    },
    /// Accounts, from the machine's shell.
    User {
        #[command(flatten)]
        place: Where,
        #[command(subcommand)]
        what: who::User,
    },
    /// Devices, from the machine's shell.
    Device {
        #[command(flatten)]
        place: Where,
        #[command(subcommand)]
        what: who::Device,
    },
    /// The journal: verify its chains, print its heads, export it.
    Audit {
        #[command(flatten)]
        place: Where,
        #[command(subcommand)]
        what: audit::Audit,
    },
}

#[derive(Subcommand, Debug)]
enum Checked {
    /// Re-derive every call of a day with code that shares nothing with the rule.
    Queue {
        /// Centre; without it every centre.
        #[arg(long)]
        centre: Option<i64>,
        /// Service day, like 2026-11-24; without it every day.
        #[arg(long)]
        day: Option<String>,
    },
}

/// Runs a command; the exit code is part of its answer.
///
/// # Errors
/// What stopped it, in a sentence.
pub fn run(cli: Cli) -> Result<u8> {
    match cli.command.unwrap_or(Cmd::Demo(Demo { served: Served { listen: "127.0.0.1:8460".into(), ..Served::default() }, speed: 1, ..Demo::default() })) {
        Cmd::Demo(demo) => demo::run(&demo),
        Cmd::Serve(served) => serve::run(&served),
        Cmd::Import { place, files, dry_run } => import::import(&place.existing(), &files, dry_run),
        Cmd::Export { place, to } => import::export(&place.existing(), &to),
        Cmd::Backup { place, to } => backup::backup(&place.existing(), to),
        Cmd::Restore { file, verify, into } => backup::restore(&file, verify, into),
        Cmd::Migrate { place } => backup::migrate(&place.existing()),
        Cmd::Check { place, what: None } => check::all(&place.existing()),
        Cmd::Check { place, what: Some(Checked::Queue { centre, day }) } => check::queue(&place.existing(), centre, day.as_deref()),
        Cmd::Calendar { place, file, centre, shut, yes } => {
            calendar::run(&place.existing(), &file, shut.map(|resource| calendar::Shut { centre, resource, yes }))
        }
        Cmd::Doctor { place } => doctor::run(&place.existing()),
        Cmd::User { place, what } => who::user(&place.existing(), what),
        Cmd::Device { place, what } => who::device(&place.existing(), what),
        Cmd::Audit { place, what } => audit::run(&place.existing(), what),
    }
}

/// Prints a line of a command's answer. Whoever stopped reading (`… | head`) hears no more; the exit code still says how it went.
pub(crate) fn say(line: impl std::fmt::Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// A centre that a command names.
///
/// # Errors
/// When the district has none of that number.
pub(crate) fn known_centre(store: &store::Store, asked: CentreId) -> Result<()> {
    let all = store.read_blocking(places::api::centres).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    if all.iter().any(|c| c.id == asked) {
        return Ok(());
    }
    let known: Vec<String> = all.iter().map(|c| c.id.to_string()).collect();
    let known = if known.is_empty() { "–".to_owned() } else { known.join(" ") };
    bail!("没有 {asked} 号中心；有的是 {known}\n        there is no centre {asked}; there are {known}")
}

/// The operating system's user, for `shell:<user>`.
pub(crate) fn os_user() -> String {
    std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "root".into())
}

pub(crate) use audit::with_rows;
pub(crate) use backup::default_path as backup_path;
pub(crate) use doctor::newest_backup_min;
