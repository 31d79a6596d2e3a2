//! `import` and `export`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use kernel::{Actor, Lang};

use super::{os_user, say};
use crate::{
    Config,
    import::{self, Asked},
    open,
};

pub(super) fn import(config: &Config, paths: &[PathBuf], dry: bool) -> Result<u8> {
    let files = import::read_files(paths)?;
    let store = open::open_store(config)?;
    let now = open::machine_now();
    let bar = indicatif::ProgressBar::new(files.len() as u64);
    let asked = Asked { by: Actor::Shell(os_user()), now, real: now, dry };
    let ticking = bar.clone();
    let outcome = import::run(&store, files, &asked, move |n, _| ticking.set_position(n as u64)).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    bar.finish_and_clear();
    for s in &outcome.sheets {
        say(format_args!("{:<28} new {:>5}  changed {:>5}  unchanged {:>5}  refused {:>4}", s.file, s.new, s.changed, s.unchanged, s.faults.len()));
    }
    for (login, link) in outcome.sheets.iter().flat_map(|s| &s.links) {
        say(format_args!("{login:<20} {link}"));
    }
    for fault in outcome.faults() {
        eprintln!("{}", fault.text(Lang::Zh));
        eprintln!("    {}", fault.text(Lang::En));
    }
    if outcome.done {
        say("imported");
        return Ok(0);
    }
    let faults = outcome.faults().count();
    say(if faults == 0 { "preview: nothing was written".to_owned() } else { format!("{faults} faults: nothing was written") });
    Ok(u8::from(faults > 0))
}

pub(super) fn export(config: &Config, to: &Path) -> Result<u8> {
    let store = open::open_store(config)?;
    let files = store.read_blocking(import::export).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    for (name, text) in &files {
        let path = to.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, text)?;
    }
    say(format_args!("{} sheets in {}", files.len(), to.display()));
    Ok(0)
}
