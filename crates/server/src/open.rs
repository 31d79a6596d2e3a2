//! Opening a district: folder, keys, database, `App`.

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::{Context, Result, bail};
use kernel::{Actor, Both, CentreId, Instant, No, TimeZone};
use store::{Clock, Command, Database, Store, Tx};
use web::{App, District, Inner, Limits, Settings, Words, live::Hub};

use crate::{commands::os_user, rows, slices::SLICES};

/// The zone of districts until one says otherwise: China has one.
pub const TIME_ZONE: &str = "Asia/Shanghai";
/// The service day turns at 04:00 `[A]` (registries §3.5).
pub const DAY_TURN_MIN: i64 = 240;

/// How a district is opened.
#[allow(clippy::struct_excessive_bools)] // each is an option of the command line
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Folder of the database, the keys and backups.
    pub data: PathBuf,
    /// `postgres://…`, or none for the embedded file.
    pub database: Option<String>,
    /// The sample district.
    pub demo: bool,
    /// The district's clock: start and speed.
    pub clock: Option<(String, i64)>,
    /// What phones can reach.
    pub public_url: String,
    /// No rate limits (benchmarks, replays): said at start.
    pub limits_off: bool,
    /// For check and verify.
    pub read_only: bool,
    /// The first machine's keys are lost: this folder's are the district's from now on.
    pub new_key: bool,
}

/// Every sentence of the program.
///
/// # Errors
/// The first faulty entry.
pub fn words() -> Result<Words> {
    let mut files = vec![("web", web::WORDS)];
    files.extend(SLICES.iter().map(|s| (s.name, s.words)));
    Words::load(&files).map_err(anyhow::Error::msg)
}

/// The database's address.
///
/// # Errors
/// For any other address.
pub fn database(config: &Config) -> Result<Database> {
    Database::parse(config.database.as_deref(), &config.data).map_err(anyhow::Error::msg)
}

/// Every slice's migrations.
pub(crate) fn migrations() -> Vec<store::Migrations> {
    SLICES.iter().map(|s| s.migrations).filter(|m| !m.files.is_empty()).collect()
}

/// Opens the database only.
///
/// # Errors
/// When it cannot be opened, or belongs to a newer program.
pub fn open_store(config: &Config) -> Result<Store> {
    make_folder(&config.data)?;
    // What registries must be told by who lies beside them.
    let _ = people::hooks::BUSY.set(|tx, account| match queue::api::where_works(tx, account)? {
        None => Ok(false),
        Some(session) => Ok(queue::api::any_at_work(tx, session.counter, Instant::default())?.current.is_some()),
    });
    let _ = people::hooks::CENTRES.set(|tx| Ok(places::api::centres(tx)?.into_iter().map(|c| (c.id, c.name)).collect()));
    let _ = people::hooks::CHANGE.set(hall::api::change);
    web::speak(&words()?);
    let mut options = store::Options::new(database(config)?, migrations(), web::problem);
    options.read_only = config.read_only;
    Store::open(options).map_err(|f| anyhow::anyhow!(f.what))
}

/// Opens everything a server needs. Starts nothing but the database's threads.
///
/// # Errors
/// When the folder, the keys or the database cannot be opened.
pub fn open(config: &Config) -> Result<App> {
    open_with(config, None)
}

/// As [`open`], with a clock that a test moves by hand.
///
/// # Errors
/// As [`open`].
pub fn open_with(config: &Config, hand: Option<Clock>) -> Result<App> {
    let store = open_store(config)?;
    let key = key(&store, config, "token")?;
    let time = TimeZone::named(TIME_ZONE, DAY_TURN_MIN).map_err(anyhow::Error::msg)?;
    let clock = match (hand, &config.clock) {
        (Some(hand), _) => hand,
        (None, None) => Clock::real(),
        (None, Some((start, speed))) => {
            let start = time.parse(start).with_context(|| format!("--clock {start}: write it like 2020-01-14T07:00"))?;
            Clock::demo(start, *speed)
        }
    };
    let settings = Settings {
        public_url: config.public_url.trim_end_matches('/').to_owned(),
        demo: config.demo,
        clock_set: config.clock.is_some(),
        key,
        set_up: Arc::new(AtomicBool::new(true)),
        data: config.data.clone(),
        limits_off: config.limits_off,
    };
    let district = District { name: Both::new("一站", "yizhan"), time, sample: config.demo };
    let inner = Inner {
        store: store.clone(),
        clock,
        words: words()?,
        slices: SLICES,
        district: RwLock::new(Arc::new(district)),
        who: people::api::who,
        device: places::api::web_device,
        touch: people::api::touch,
        settings,
        hub: Hub::default(),
        limits: Limits::new(config.limits_off),
        memory: RwLock::new(HashMap::new()),
    };
    let app = App(Arc::new(inner));
    let for_hub = app.clone();
    store.on_commit(move |row| for_hub.0.hub.committed(row));
    refresh_district(&app)?;
    Ok(app)
}

/// Reads what every page needs of the database and other processes may change: the district, and whether it is set up.
///
/// # Errors
/// A fault of the database.
pub fn refresh_district(app: &App) -> Result<()> {
    let stands = app.store().read_blocking(stands).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    taken(app, stands);
    Ok(())
}
/// [`refresh_district`] inside async code.
pub(crate) async fn reread(app: App) -> Result<(), No> {
    let stands = app.read(stands).await?;
    taken(&app, stands);
    Ok(())
}
fn stands(tx: &mut Tx) -> Result<(Option<places::District>, bool), No> {
    let district = match places::api::district(tx) {
        Ok(d) => Some(d),
        Err(No::Missing(_)) => None,
        Err(other) => return Err(other),
    };
    Ok((district, people::api::is_set_up(tx)?))
}
fn taken(app: &App, (district, set_up): (Option<places::District>, bool)) {
    if let Some(d) = district {
        app.set_district(District { name: d.name, time: d.time, sample: d.sample });
    }
    if set_up {
        app.0.settings.set_up.store(true, Ordering::Relaxed);
    }
}

/// Who serves a folder, or puts another in its place, holds this file of it.
const LOCK: &str = "yizhan.lock";

/// Holds a data folder until what this gives is dropped, or its process ends. The embedded database has one server; on PostgreSQL several may share the
/// folder of their keys, but nobody restores over them.
///
/// # Errors
/// When another process holds it.
pub fn hold(folder: &Path, shared: bool) -> Result<fs::File> {
    make_folder(folder)?;
    let path = folder.join(LOCK);
    let file = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).with_context(|| format!("{}", path.display()))?;
    let locked = if shared { file.try_lock_shared() } else { file.try_lock() };
    match locked {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            let at = folder.display();
            bail!(
                "{at} 正有一个 yizhan 在运行，先停下它再试，或换一个文件夹。什么都没有改\n        a running yizhan holds {at}: stop it first, or give another folder. Nothing was \
                 changed"
            )
        }
        Err(fs::TryLockError::Error(e)) => Err(e).with_context(|| format!("{}", path.display())),
    }
}
/// [`hold`] for a server.
///
/// # Errors
/// As [`hold`], or for a faulty address.
pub fn hold_served(config: &Config) -> Result<fs::File> {
    hold(&config.data, !matches!(database(config)?, Database::Sqlite(_)))
}

/// Makes a folder only its owner may enter.
///
/// # Errors
/// When it cannot be made.
pub fn make_folder(folder: &Path) -> Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(|| format!("{}", folder.display()))
}

/// Writes a file only its owner may read.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, text: &[u8]) -> Result<()> {
    use std::io::Write;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).with_context(|| format!("{}", path.display()))?;
    file.write_all(text)?;
    file.sync_all()?;
    Ok(())
}

/// A key of `secrets/`, made at the district's first start. Its fingerprint stands in the database: processes with different keys would give out
/// different door codes and read each other's tokens as forged.
fn key(store: &Store, config: &Config, name: &'static str) -> Result<[u8; 32]> {
    let folder = config.data.join("secrets");
    let path = folder.join(name);
    let failed = |no: No| anyhow::anyhow!(no.to_string());
    let stands = if config.new_key { None } else { store.read_blocking(move |tx| rows::key(tx, name)).map_err(failed)? };
    let other = || {
        let (folder, at) = (folder.display(), config.data.display());
        anyhow::anyhow!(
            "{folder} does not hold the key of this district: copy secrets/ from the first machine's data folder into {at}. If it is lost, start once with --new-key: \
             door codes and links handed out today end"
        )
    };
    let mine: [u8; 32] = match fs::read(&path) {
        Ok(bytes) => bytes.try_into().map_err(|_| anyhow::anyhow!("{}: a key has 32 bytes", path.display()))?,
        Err(_) if stands.is_some() => return Err(other()),
        Err(_) => {
            make_folder(&folder)?;
            let fresh = web::token::random();
            write_private(&path, &fresh)?;
            fresh
        }
    };
    let fingerprint = print(&mine);
    let stands = match stands {
        Some(stands) => stands,
        None => {
            let (now, new, mine) = (machine_now(), config.new_key, fingerprint.clone());
            let command = Command {
                chain: CentreId::DISTRICT,
                also: Vec::new(),
                once: None,
                action: "server.key.keep",
                actor: Actor::Shell(os_user()),
                role: String::new(),
                device: None,
                object: ("key", name.into()),
                trace: String::new(),
                at: now,
            };
            let keep = move |tx: &mut Tx| match rows::key(tx, name)? {
                // Another process was first.
                Some(stands) if !new => Ok(stands),
                _ => rows::keep_key(tx, name, &mine, now).map(|()| mine.clone()),
            };
            store.command_blocking(command, keep).map_err(failed)?
        }
    };
    if stands == fingerprint { Ok(mine) } else { Err(other()) }
}

/// What of a key may be known.
fn print(key: &[u8; 32]) -> String {
    web::token::derived(key, b"fingerprint")
}
/// The fingerprint of a key's file.
pub(crate) fn fingerprint_of(path: &Path) -> Option<String> {
    let key: [u8; 32] = fs::read(path).ok()?.try_into().ok()?;
    Some(print(&key))
}
/// Which key the database of a folder was opened with; nothing when it does not say.
pub(crate) fn fingerprint(folder: &Path, name: &'static str) -> Option<String> {
    let store = open_store(&Config { data: folder.to_owned(), read_only: true, ..Config::default() }).ok()?;
    store.read_blocking(move |tx| rows::key(tx, name)).ok()?
}

/// A folder knows what it is: sample accounts never guard real data.
///
/// # Errors
/// When the folder is of the other kind.
pub fn right_kind(app: &App, demo: bool, empty: bool) -> Result<()> {
    if empty {
        return Ok(());
    }
    match (demo, app.district().sample) {
        (true, false) => bail!("this folder holds a real district; `demo` does not touch it. Start it with `yizhan serve`"),
        (false, true) => bail!("this folder holds the sample district; start it with `yizhan demo`, or give `serve` another --data"),
        _ => Ok(()),
    }
}

/// District time for commands without an `App`.
pub fn machine_now() -> Instant {
    Clock::real().real_now()
}
