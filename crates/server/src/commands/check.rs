//! `check` and `check queue`.

use anyhow::{Result, bail};
use kernel::{CentreId, ServiceDay};

use super::say;
use crate::{Config, open, slices::SLICES};

pub(super) fn all(config: &Config) -> Result<u8> {
    let store = open::open_store(&Config { read_only: true, ..config.clone() })?;
    let mut broken = 0;
    for check in SLICES.iter().flat_map(|s| s.checks) {
        let faults = store.read_blocking(check.run).map_err(|no| anyhow::anyhow!("{}: {no}", check.id))?;
        say(format_args!("{:<5} {}  {}", check.id, if faults.is_empty() { "ok    " } else { "BROKEN" }, check.says));
        for fault in &faults {
            say(format_args!("      {fault}"));
        }
        broken += usize::from(!faults.is_empty());
    }
    let report = store.read_blocking(|tx| store::verify(tx, &[])).map_err(|no| anyhow::anyhow!(no.to_string()))?;
    let whole = report.ok();
    say(format_args!("{:<5} {}  every chain of the journal is gapless and verifies", "Q8", if whole { "ok    " } else { "BROKEN" }));
    broken += usize::from(!whole);
    Ok(u8::from(broken > 0))
}

pub(super) fn queue(config: &Config, centre: Option<i64>, day: Option<&str>) -> Result<u8> {
    let centre = match centre {
        None => None,
        Some(n) => match CentreId::new(n) {
            Some(id) => Some(id),
            None => bail!("--centre {n}: a centre's number is 1…999"),
        },
    };
    let day: Option<ServiceDay> = day.map(|d| d.parse().map_err(anyhow::Error::msg)).transpose()?;
    let store = open::open_store(&Config { read_only: true, ..config.clone() })?;
    let no = |no: kernel::No| anyhow::anyhow!(no.to_string());
    if let Some(asked) = centre {
        super::known_centre(&store, asked)?;
    }
    let days = store.read_blocking(queue::check::days).map_err(no)?;
    let time = store.read_blocking(|tx| Ok(places::api::district(tx)?.time)).map_err(no)?;
    let (mut broken, mut seen) = (0, 0);
    for (c, d) in days.into_iter().filter(|(c, d)| centre.is_none_or(|one| one == *c) && day.is_none_or(|one| one == *d)) {
        // A day is over when its centre has written on a later one: the machine's clock is not the district's, and who is stopped overnight closes nothing.
        let time = time.clone();
        let r = store
            .read_blocking(move |tx| {
                let over = store::tail(tx, c, 1)?.last().is_some_and(|newest| time.service_day(newest.at) > d);
                queue::check::day(tx, c, d, over)
            })
            .map_err(no)?;
        let kept = r.kept_percent().map_or_else(|| "–".to_owned(), |p| format!("{p} %"));
        say(format_args!(
            "centre {c:<4} {d}  tickets {:>5}  calls {:>5}  overrides {:>3}  largest overtake {:>2}  promise kept {kept}  violations {}",
            r.tickets,
            r.calls,
            r.overrides,
            r.largest_overtake,
            r.violations.len()
        ));
        for v in &r.violations {
            say(format_args!("      {} at seq {}: {}", v.rule, v.seq, v.says));
        }
        broken += r.violations.len();
        seen += 1;
    }
    say(format_args!("{seen} centre-days, {broken} violations"));
    Ok(u8::from(broken > 0))
}
