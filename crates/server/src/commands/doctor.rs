//! `doctor`: what a careful administrator would look at, with the way to mend it.

use std::{os::unix::fs::PermissionsExt, path::Path};

use anyhow::Result;

use super::say;
use crate::{Config, open};

/// A backup older than this is worth a word `[A]`, QUALITY Q16.
const BACKUP_OLD_MIN: i64 = 20;
/// Less free space than this is worth a word `[A]`, QUALITY §17.1.
const DISK_LOW_GIB: u64 = 5;

pub(super) fn run(config: &Config) -> Result<u8> {
    let mut findings: Vec<(u8, String)> = Vec::new();
    let mut find = |level: u8, text: String| findings.push((level, text));
    for (path, want) in [(config.data.clone(), 0o700), (config.data.join("yizhan.db"), 0o600), (config.data.join("secrets"), 0o700)] {
        if let Some(mode) = mode(&path)
            && mode & 0o077 != 0
        {
            find(2, format!("别人也能读 / others can read {}: chmod {want:o} {}", path.display(), path.display()));
        }
    }
    let store = open::open_store(&Config { read_only: true, ..config.clone() });
    match store {
        Err(error) => find(2, format!("数据库打不开 / the database does not open: {error:#}")),
        Ok(store) => {
            let now = open::machine_now();
            for fault in store.read_blocking(move |tx| places::api::warnings(tx, now)).map_err(|no| anyhow::anyhow!(no.to_string()))? {
                find(1, fault);
            }
            for fault in store.read_blocking(move |tx| people::api::warnings(tx, now)).map_err(|no| anyhow::anyhow!(no.to_string()))? {
                find(1, fault);
            }
        }
    }
    match newest_backup_min(&config.data) {
        None => find(1, "还没有备份 / no backup yet: yizhan backup".into()),
        Some(age) if age > BACKUP_OLD_MIN => find(1, format!("备份是 {age} 分钟前的 / the newest backup is {age} minutes old: yizhan backup")),
        Some(_) => {}
    }
    if let Some(free) = free_gib(&config.data)
        && free < DISK_LOW_GIB
    {
        find(1, format!("磁盘只剩 {free} GiB / only {free} GiB left"));
    }
    for (level, text) in &findings {
        say(format_args!("{} {text}", if *level == 2 { "error  " } else { "warning" }));
    }
    if findings.is_empty() {
        say("ok: nothing to mend");
    }
    Ok(findings.iter().map(|(l, _)| *l).max().unwrap_or(0))
}

fn mode(path: &Path) -> Option<u32> {
    Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

/// Age of the newest backup in the data folder, in minutes.
pub(crate) fn newest_backup_min(data: &Path) -> Option<i64> {
    let newest = std::fs::read_dir(data.join("backups")).ok()?.filter_map(|e| e.ok()?.metadata().ok()?.modified().ok()).max()?;
    Some((newest.elapsed().ok()?.as_secs() / 60) as i64)
}

fn free_gib(path: &Path) -> Option<u64> {
    let out = std::process::Command::new("df").arg("-Pk").arg(path).output().ok()?;
    let text = String::from_utf8(out.stdout).ok()?;
    text.lines().nth(1)?.split_whitespace().nth(3)?.parse::<u64>().ok().map(|kib| kib / 1024 / 1024)
}
