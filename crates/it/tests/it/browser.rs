//! The surfaces in a real browser: one test a suite of `crates/it/browser/suites`, each with a server and a browser of its own.
//!
//! Chromium, npm or a Chinese font that is missing is a failure with the line to run. One suite at a time: two would share the processors, and a time measured
//! in one would be the other's fault.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::Instant,
};

use it::{folder, process::Server};

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("browser")
}

/// Held until the suite ends; also keeps two from installing at once.
fn alone() -> File {
    let lock = File::create(std::env::temp_dir().join("yizhan-browser.lock")).unwrap();
    lock.lock().unwrap();
    lock
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn needs(program: &str, argument: &str, line: &str) {
    let there = Command::new(program).arg(argument).output().is_ok_and(|o| o.status.success());
    assert!(there, "{program} is not there. Run: {line}");
}

/// What a suite needs, or the line that brings it.
fn ready() {
    needs("node", "--version", "apt-get install -y nodejs npm");
    let chromium = std::env::var("YIZHAN_CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into());
    needs(&chromium, "--version", "apt-get install -y chromium");
    let fonts = Command::new("fc-list").args([":lang=zh-cn", "family"]).output();
    assert!(fonts.is_ok_and(|o| !o.stdout.is_empty()), "no Chinese font. Run: apt-get install -y fontconfig fonts-noto-cjk");
    if !here().join("node_modules/playwright-core/package.json").exists() || !here().join("node_modules/axe-core/axe.min.js").exists() {
        let install = Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(here()).output();
        let install = install.expect("npm is not there. Run: apt-get install -y npm");
        assert!(install.status.success(), "npm ci --ignore-scripts in {} failed:\n{}", here().display(), said(&install));
    }
}

fn suite(name: &str) {
    let _alone = alone();
    ready();
    let data = folder(&format!("browser-{name}")).join("d");
    let server = Server::start(&["demo", "--data", data.to_str().unwrap(), "--clock", "2026-11-24T10:00"]);
    let from = Instant::now();
    let ran =
        Command::new("node").args(["run.mjs", name, &server.url]).env("YIZHAN_DATA", &data).env("TZ", "Asia/Shanghai").current_dir(here()).output().unwrap();
    let text = said(&ran);
    assert!(ran.status.success(), "{text}\nthe suite alone: node run.mjs {name} URL in {}", here().display());
    println!("{text}{name}: {:.1} s", from.elapsed().as_secs_f32());
}

#[test]
fn fonts() {
    suite("fonts");
}
/// WCAG 2.0–2.2 A and AA and best practice on every page of every surface, zh and en, light and dark; reflow.
#[test]
fn axe() {
    suite("axe");
}
/// J1, J2, J3, J5, J16, J17 with their taps and keys.
#[test]
fn journeys() {
    suite("journeys");
}
#[test]
fn noscript() {
    suite("noscript");
}
/// A court in four taps, with and without scripts; moved, waited for, given up, checked in.
#[test]
fn booking() {
    suite("booking");
}

#[test]
fn pickup() {
    suite("pickup");
}
/// Wipe, elder numbers, help.
#[test]
fn kiosk() {
    suite("kiosk");
}
#[test]
fn keyboard() {
    suite("keyboard");
}
/// Thirty calls in ten seconds with a cut.
#[test]
fn screen() {
    suite("screen");
}
#[test]
fn live() {
    suite("live");
}
#[test]
fn xss() {
    suite("xss");
}
#[test]
fn print() {
    suite("print");
}
