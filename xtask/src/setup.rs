//! What the tests need beside Rust: Chromium, Chinese fonts, PostgreSQL, Node's package manager.

use std::{path::Path, process::Command};

use anyhow::{Result, bail};

/// A need: how to see that it is there, and the Debian package that brings it.
struct Need {
    what: &'static str,
    package: &'static str,
    there: fn() -> bool,
}

const NEEDS: &[Need] = &[
    Need { what: "Chromium", package: "chromium", there: || on_path("chromium") },
    Need { what: "Chinese fonts", package: "fonts-noto-cjk", there: cjk },
    Need { what: "PostgreSQL 15+", package: "postgresql", there: postgres },
    Need { what: "npm", package: "npm", there: || on_path("npm") },
];

/// Installs what is missing.
///
/// # Errors
/// When something is missing and apt cannot bring it: the line to run.
pub fn run() -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|n| !(n.there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().map(|n| n.package).collect();
    let line = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    eprintln!("missing: {}", missing.iter().map(|n| n.what).collect::<Vec<_>>().join(", "));
    if !is_root() || !on_path("apt-get") {
        bail!("run as root, then try again:\n    apt-get update && {line}");
    }
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages.as_slice()].concat())?;
    match NEEDS.iter().find(|n| !(n.there)()) {
        Some(n) => bail!("{} is still missing after:\n    {line}", n.what),
        None => Ok(()),
    }
}

fn apt(args: &[&str]) -> Result<()> {
    let status = Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null()).status()?;
    if !status.success() {
        bail!("apt-get {} failed", args.join(" "));
    }
    Ok(())
}

/// Whether a program is on the path.
pub fn on_path(name: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(name).exists()))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0")
}

fn cjk() -> bool {
    Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc").exists()
        || Command::new("fc-list").arg(":lang=zh").output().is_ok_and(|o| !o.stdout.is_empty())
}

fn postgres() -> bool {
    std::env::var_os("YIZHAN_TEST_POSTGRES").is_some()
        || (15..=19).any(|v| Path::new(&format!("/usr/lib/postgresql/{v}/bin/initdb")).exists())
        || on_path("initdb")
}
