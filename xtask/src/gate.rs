//! The gate and its quick part.

use std::{process::Command, time::Instant};

use anyhow::{Result, bail};

use crate::{licences, setup};

/// Format, lints, unit tests. At most three minutes warm.
///
/// # Errors
/// The first step that fails.
pub fn check() -> Result<()> {
    step("format", &["fmt", "--all", "--check"])?;
    step("lints", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    licences::check()?;
    tests(&["--workspace", "--lib", "--bins"], &[])
}

/// Everything: what CI runs.
///
/// # Errors
/// The first step that fails; a missing engine or browser is a failure.
pub fn test() -> Result<()> {
    setup::run()?;
    browser_packages()?;
    step("format", &["fmt", "--all", "--check"])?;
    step("lints", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    licences::check()?;
    step("program", &["build", "--quiet", "--package", "server"])?;
    // The property tests' full number of seeds; a quick loop takes fewer by itself.
    tests(&["--workspace"], &[("YIZHAN_SEEDS", "2000")])
}

/// The browser tests' packages, as locked; nothing of them is shipped.
fn browser_packages() -> Result<()> {
    timed(
        "browser packages",
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PUPPETEER_SKIP_DOWNLOAD", "1")
            .current_dir("crates/it/browser"),
    )
}

fn tests(what: &[&str], env: &[(&str, &str)]) -> Result<()> {
    let runner: &[&str] = if setup::on_path("cargo-nextest") { &["nextest", "run", "--no-fail-fast"] } else { &["test", "--no-fail-fast"] };
    timed("tests", cargo(&[runner, what].concat()).envs(env.iter().copied()))
}

fn step(name: &str, args: &[&str]) -> Result<()> {
    timed(name, &mut cargo(args))
}

fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

fn timed(name: &str, command: &mut Command) -> Result<()> {
    let start = Instant::now();
    eprintln!("── {name}");
    if !command.status()?.success() {
        bail!("{name} failed");
    }
    eprintln!("── {name}: {} s", start.elapsed().as_secs());
    Ok(())
}
