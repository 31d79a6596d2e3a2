//! `backup`, `restore`, `migrate`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::say;
use crate::{Config, open};

/// Where a backup goes when nobody says: `backups/<time>.yzb` in the data folder.
pub(crate) fn default_path(data: &Path) -> PathBuf {
    let time = kernel::TimeZone::named(open::TIME_ZONE, open::DAY_TURN_MIN).map_or_else(|_| "backup".into(), |z| z.rfc3339(open::machine_now()));
    let time: String = time.chars().filter(char::is_ascii_alphanumeric).take(15).collect();
    let name = |n: u32| data.join("backups").join(if n == 0 { format!("{time}.yzb") } else { format!("{time}-{n}.yzb") });
    // Two in one second each get a name of their own.
    (0..100).map(name).find(|p| !p.exists()).unwrap_or_else(|| name(100))
}

pub(super) fn backup(config: &Config, to: Option<PathBuf>) -> Result<u8> {
    let to = to.unwrap_or_else(|| default_path(&config.data));
    if let Some(folder) = to.parent() {
        open::make_folder(folder)?;
    }
    let store = open::open_store(&Config { read_only: true, ..config.clone() })?;
    let bar = indicatif::ProgressBar::new(0);
    let manifest = store
        .backup(&to, &mut |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })
        .map_err(|f| anyhow::anyhow!(f.what))?;
    bar.finish_and_clear();
    say(format_args!("{} · {} rows in {} tables · {} chains", to.display(), manifest.rows(), manifest.tables.len(), manifest.heads.len()));
    Ok(0)
}

pub(super) fn restore(file: &Path, verify: bool, into: Option<PathBuf>) -> Result<u8> {
    let scratch = std::env::temp_dir().join(format!("yizhan-verify-{}", std::process::id()));
    let report = store::restore_verify(file, &scratch).map_err(|f| anyhow::anyhow!(f.what))?;
    say(&report);
    let _ = std::fs::remove_dir_all(&scratch);
    if !report.ok() {
        return Ok(1);
    }
    if verify {
        return Ok(0);
    }
    let Some(into) = into else {
        eprintln!("yizhan: the backup is whole. Say where: --into FOLDER (stop the server first; the old folder is kept aside)");
        return Ok(2);
    };
    let aside = store::restore(file, &into).map_err(|f| anyhow::anyhow!(f.what))?;
    say(format_args!("restored into {}", into.display()));
    // A backup holds no keys; the district opens with those it had.
    let keys: Vec<_> = aside.and_then(|a| std::fs::read_dir(a.join("secrets")).ok()).into_iter().flatten().flatten().collect();
    if keys.is_empty() {
        say(format_args!("copy secrets/ of the first machine into {} before you start it", into.display()));
    } else {
        open::make_folder(&into.join("secrets"))?;
    }
    for key in keys {
        open::write_private(&into.join("secrets").join(key.file_name()), &std::fs::read(key.path())?)?;
    }
    Ok(0)
}

pub(super) fn migrate(config: &Config) -> Result<u8> {
    let store = open::open_store(config)?;
    for m in store.migrations() {
        say(format_args!("{:<8} {}", m.crate_name, m.files.iter().map(|(f, _)| *f).collect::<Vec<_>>().join(" ")));
    }
    Ok(0)
}
