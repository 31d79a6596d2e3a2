//! Licences, sources and bans of the dependency tree, from `cargo metadata`: what cargo-deny would check, without another program to install.

use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Licences that may enter the program (QUALITY §17.3).
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "MPL-2.0",
    "Unicode-3.0",
    "CC0-1.0",
    "Unlicense",
    "0BSD",
    "MIT-0",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
];
/// Crates that may not, with the reason.
const BANNED: &[(&str, &str)] = &[
    ("openssl-sys", "TLS is rustls"),
    ("figment", "not kept up since 2024-05"),
    ("actix-web", "the web layer is axum"),
    ("sqlx", "storage is `store`"),
    ("diesel", "storage is `store`"),
];
/// Crates that none of ours may name, though a library below may use them.
const NOT_OURS: &[(&str, &str)] = &[("chrono", "time is jiff, through kernel"), ("rand", "randomness is a parameter: web::Dice")];
/// More crates than this ask for a decision page `[A]`.
const MOST: usize = 330;

/// Fails on a licence, source or crate that may not enter.
///
/// # Errors
/// Every finding.
pub fn check() -> Result<()> {
    let out = Command::new("cargo").args(["metadata", "--format-version", "1", "--locked"]).output().context("cargo metadata")?;
    if !out.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
    }
    let meta: Value = serde_json::from_slice(&out.stdout)?;
    let packages = meta["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut faults = Vec::new();
    for p in packages {
        let (name, licence, source) = (p["name"].as_str().unwrap_or_default(), p["license"].as_str().unwrap_or_default(), p["source"].as_str());
        if !allowed(licence) {
            faults.push(format!("{name}: licence {licence:?}"));
        }
        if source.is_some_and(|s| !s.starts_with("registry+")) {
            faults.push(format!("{name}: from outside the registry"));
        }
        let deps = p["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (banned, why) in NOT_OURS.iter().filter(|_| source.is_none()) {
            if deps.iter().any(|d| d["name"] == *banned) {
                faults.push(format!("{name} names {banned}: {why}"));
            }
        }
        if let Some((_, why)) = BANNED.iter().find(|(banned, _)| *banned == name) {
            faults.push(format!("{name} is banned: {why}"));
        }
    }
    if packages.len() > MOST {
        faults.push(format!("{} crates in the tree, more than {MOST}", packages.len()));
    }
    if !faults.is_empty() {
        bail!("licences and bans:\n{}", faults.join("\n"));
    }
    eprintln!("── licences: {} crates ok", packages.len());
    Ok(())
}

/// Any alternative of an `OR` may be chosen; every part of an `AND` must hold.
fn allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    plain.split(" OR ").any(|choice| choice.split(" AND ").all(|one| ALLOWED.contains(&one.trim().trim_end_matches(" WITH LLVM-exception").trim())))
}
