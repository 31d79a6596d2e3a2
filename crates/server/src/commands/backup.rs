//! `backup`, `restore`, `migrate`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

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

/// A backup is two files; says which of them is not there.
fn both_there(file: &Path) -> Result<()> {
    let mut described = file.as_os_str().to_owned();
    described.push(".json");
    let described = PathBuf::from(described);
    if !file.exists() {
        bail!("{} 不存在 / is not there", file.display());
    }
    if !described.exists() {
        let (file, described) = (file.display(), described.display());
        bail!(
            "缺 {described}：它是备份的清单（行数、校验值、审计链头），和 {file} 一起生成，没有它不能核对备份。请把两个文件一起拷来\n        {described} is missing: it is the \
             manifest of the backup (counts, checksums, heads of the journal), written together with {file}; without it the backup cannot be checked. Copy both files"
        );
    }
    Ok(())
}

/// The folders where the keys of a backup may lie: beside it, in the data folder whose `backups/` it stands in, in the folder that made way.
fn places_of_keys(file: &Path, aside: Option<&Path>) -> Vec<PathBuf> {
    let beside = file.parent().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p });
    [beside, beside.and_then(Path::parent), aside].into_iter().flatten().map(|p| p.join("secrets")).filter(|p| p.join(TOKEN).exists()).collect()
}
/// The key every district has.
const TOKEN: &str = "token";

/// A backup holds no keys; the district opens with those it had. Brings them when they are found, else says what is missing.
fn bring_keys(file: &Path, into: &Path, aside: Option<&Path>) -> Result<()> {
    let known = open::fingerprint(into, TOKEN);
    let fits = |folder: &PathBuf| known.is_none() || open::fingerprint_of(&folder.join(TOKEN)) == known;
    let (to, found) = (into.join("secrets"), places_of_keys(file, aside).into_iter().find(fits));
    let Some(from) = found else {
        let to = to.display();
        say(format_args!(
            "缺 {to}：备份里没有密钥，旁边也没找到。请把原来那台机器数据文件夹里的 secrets/ 拷到这里再启动；真的丢了，就用 --new-key 启动一次：今天发出的门口码和链接作废，\
             其他数据不受影响\n{to} is missing: a backup holds no keys, and none lie beside it. Copy secrets/ of the first machine's data folder here before you start; if \
             they are lost, start once with --new-key: door codes and links given out today end, nothing else changes"
        ));
        return Ok(());
    };
    open::make_folder(&to)?;
    for key in std::fs::read_dir(&from)?.flatten() {
        open::write_private(&to.join(key.file_name()), &std::fs::read(key.path())?)?;
    }
    say(format_args!("密钥取自 / keys from {}", from.display()));
    Ok(())
}

pub(super) fn restore(file: &Path, verify: bool, into: Option<PathBuf>) -> Result<u8> {
    both_there(file)?;
    // Held to the end: the name of the file goes with the folder that makes way.
    let _held = match &into {
        Some(into) if !verify && into.exists() => Some(open::hold(into, false)?),
        _ => None,
    };
    let scratch = std::env::temp_dir().join(format!("yizhan-verify-{}", std::process::id()));
    let mut report = store::restore_verify(file, &scratch).map_err(|f| anyhow::anyhow!(f.what))?;
    report.journal = super::audit::with_rows(&report.journal);
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
    if let Some(aside) = &aside {
        say(format_args!("原来的文件夹留在 / the old folder is kept at {}", aside.display()));
    }
    bring_keys(file, &into, aside.as_deref())?;
    Ok(0)
}

pub(super) fn migrate(config: &Config) -> Result<u8> {
    let store = open::open_store(config)?;
    for m in store.migrations() {
        say(format_args!("{:<8} {}", m.crate_name, m.files.iter().map(|(f, _)| *f).collect::<Vec<_>>().join(" ")));
    }
    Ok(0)
}
