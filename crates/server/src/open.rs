//! Opening a district: folder, keys, database, `App`.

use std::{
    collections::HashMap,
    fs,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Arc, RwLock, atomic::AtomicBool},
};

use anyhow::{Context, Result, bail};
use kernel::{Both, Instant, TimeZone};
use store::{Clock, Database, Store};
use web::{App, District, Inner, Limits, Settings, Words, live::Hub};

use crate::slices::SLICES;

/// The zone of districts until one says otherwise: China has one.
pub const TIME_ZONE: &str = "Asia/Shanghai";
/// The service day turns at 04:00 `[A]` (registries §3.5).
pub const DAY_TURN_MIN: i64 = 240;

/// How a district is opened.
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

/// Opens the database only.
///
/// # Errors
/// When it cannot be opened, or belongs to a newer program.
pub fn open_store(config: &Config) -> Result<Store> {
    make_folder(&config.data)?;
    web::speak(&words()?);
    let migrations = SLICES.iter().map(|s| s.migrations).filter(|m| !m.files.is_empty()).collect();
    let mut options = store::Options::new(database(config)?, migrations, web::problem);
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
    // What registries must be told by who lies beside them.
    let _ = people::hooks::BUSY.set(|tx, account| match queue::api::where_works(tx, account)? {
        None => Ok(false),
        Some(session) => Ok(queue::api::any_at_work(tx, session.counter, Instant::default())?.current.is_some()),
    });
    let _ = people::hooks::CENTRES.set(|tx| Ok(places::api::centres(tx)?.into_iter().map(|c| (c.id, c.name)).collect()));
    let store = open_store(config)?;
    let key = key(&config.data, "token")?;
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

/// Reads the district's row into what every page shows.
///
/// # Errors
/// A fault of the database.
pub fn refresh_district(app: &App) -> Result<()> {
    let found = app.store().read_blocking(|tx| match places::api::district(tx) {
        Ok(d) => Ok(Some(d)),
        Err(kernel::No::Missing(_)) => Ok(None),
        Err(other) => Err(other),
    });
    if let Some(d) = found.map_err(|no| anyhow::anyhow!(no.to_string()))? {
        app.set_district(District { name: d.name, time: d.time, sample: d.sample });
    }
    Ok(())
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

/// A key of `secrets/`, made at first start.
fn key(data: &Path, name: &str) -> Result<[u8; 32]> {
    let folder = data.join("secrets");
    make_folder(&folder)?;
    let path = folder.join(name);
    if let Ok(bytes) = fs::read(&path) {
        return bytes.try_into().map_err(|_| anyhow::anyhow!("{}: a key has 32 bytes", path.display()));
    }
    let fresh = web::token::random();
    write_private(&path, &fresh)?;
    Ok(fresh)
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
