//! `calendar`: reads another program's calendar file, and shuts the hours it says are busy.

use std::path::Path;

use anyhow::{Context, Result, bail};
use capacity::foreign;
use kernel::{CentreId, Instant, Lang};

use super::{known_centre, os_user, say};
use crate::{Config, open};

/// What to do with what was read.
pub(super) struct Shut {
    pub centre: i64,
    pub resource: String,
    pub yes: bool,
}

pub(super) fn run(config: &Config, file: &Path, shut: Option<Shut>) -> Result<u8> {
    let bytes = std::fs::read(file).with_context(|| format!("{}: 读不了 / cannot be read", file.display()))?;
    let store = open::open_store(config)?;
    let zone = store.read_blocking(places::api::district).map_err(|no| anyhow::anyhow!(no.to_string()))?.time;
    let found = foreign::read(&String::from_utf8_lossy(&bytes), zone.name());
    for fault in &found.faults {
        eprintln!("{}:{} {}\n    {}", file.display(), fault.line, fault.says.get(Lang::Zh), fault.says.get(Lang::En));
    }
    let Some(shut) = shut else {
        for b in &found.busy {
            let at = |minute| zone.rfc3339(Instant::from_minute(minute));
            say(format_args!("{}  {}  {}", at(b.from), at(b.to), b.name));
        }
        say(format_args!("{} busy, {} lines that make no sense", found.busy.len(), found.faults.len()));
        return Ok(u8::from(!found.faults.is_empty()));
    };
    if !found.faults.is_empty() {
        bail!("文件里有看不懂的行，什么也没有停开\n        some lines make no sense: nothing was shut");
    }
    let centre = CentreId::new(shut.centre).filter(|c| *c != CentreId::DISTRICT).context("a centre's number is 1…999")?;
    known_centre(&store, centre)?;
    let done = capacity::shell::shut(&store, centre, &shut.resource, &found.busy, !shut.yes, &os_user(), open::machine_now());
    let done = done.map_err(|no| anyhow::anyhow!("{}: {no}", shut.resource))?;
    say(done.text(Lang::Zh));
    say(done.text(Lang::En));
    if !shut.yes {
        say("preview: nothing was written; --yes does it");
    }
    Ok(0)
}
