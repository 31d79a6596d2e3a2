//! `audit verify | head | export`.

use std::{io::Write, path::PathBuf};

use anyhow::{Context, Result};
use clap::Subcommand;
use store::Head;

use super::say;
use crate::{Config, open};

#[derive(Subcommand, Debug)]
pub(super) enum Audit {
    /// Verify every chain; with --head also against a head kept outside.
    Verify {
        /// A file of heads as printed by `audit head`.
        #[arg(long)]
        head: Option<PathBuf>,
    },
    /// Print the heads, to be kept outside the machine.
    Head,
    /// Print the journal as lines of JSON.
    Export,
}

pub(super) fn run(config: &Config, what: Audit) -> Result<u8> {
    let store = open::open_store(&Config { read_only: true, ..config.clone() })?;
    let no = |no: kernel::No| anyhow::anyhow!(no.to_string());
    match what {
        Audit::Head => {
            for head in store.read_blocking(store::heads).map_err(no)?.into_iter().filter(|h| h.seq > 0) {
                say(head);
            }
            Ok(0)
        }
        Audit::Verify { head } => {
            let outside = match head {
                None => Vec::new(),
                Some(file) => {
                    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
                    text.lines()
                        .map(str::trim)
                        .filter(|l| !l.is_empty())
                        .map(|l| l.parse::<Head>().map_err(|e| anyhow::anyhow!("{l}: {e}")))
                        .collect::<Result<_>>()?
                }
            };
            let report = store.read_blocking(move |tx| store::verify(tx, &outside)).map_err(no)?;
            say(with_rows(&report));
            Ok(u8::from(!report.ok()))
        }
        Audit::Export => {
            let (mut out, mut after) = (std::io::stdout().lock(), None);
            loop {
                let page = store.read_blocking(move |tx| store::search(tx, &store::Search { after, limit: 1_000, ..store::Search::default() })).map_err(no)?;
                let Some(last) = page.last() else { return Ok(0) };
                after = Some((last.chain, last.seq));
                for row in &page {
                    match writeln!(out, "{}", row.json()) {
                        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => return Ok(0),
                        written => written?,
                    }
                }
            }
        }
    }
}

/// The chains that hold something, or miss it; a centre that never opened has nothing to say.
pub(crate) fn with_rows(report: &store::Report) -> store::Report {
    store::Report { chains: report.chains.iter().filter(|c| c.rows > 0 || c.broken.is_some()).cloned().collect() }
}
