//! A district in a scratch store: the sample's centres, lines and staff, then this crate's own sheets.

use std::fs;

use kernel::{AccountId, Actor, Both, Instant, No, ServiceClass};
use people::api::Asker;
use store::{
    Migrations, Store, Tx,
    testing::{self, Scratch},
};
use web::{ImportCtx, Sheet, SheetFile, SheetReport};

use super::{centre, csv, district};
use crate::{api::At, sheets::SHEETS};

pub fn now() -> Instant {
    kernel::TimeZone::named("Asia/Shanghai", 240).unwrap().parse("2026-11-24T10:00").unwrap()
}
/// Grants and requests for two live in machine time.
pub fn real() -> Instant {
    store::Clock::real().real_now()
}
pub fn at(n: u8) -> At {
    At { now: now(), real: real(), dice: [n; 32] }
}

/// Runs a command in the district's chain, with every centre's chain held, as an import does.
pub fn run<T: Send + 'static>(store: &Store, f: impl FnMut(&mut Tx) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    let mut command = testing::command(0, "hall.test");
    command.also = (1..=31).map(centre).collect();
    store.command_blocking(command, f)
}
pub fn read<T: Send + 'static>(store: &Store, f: impl FnOnce(&mut Tx) -> Result<T, No> + Send + 'static) -> T {
    store.read_blocking(f).unwrap()
}

pub fn file(name: &str) -> SheetFile {
    SheetFile { name: name.into(), text: fs::read_to_string(district().join(name)).unwrap() }
}
fn apply(tx: &mut Tx, sheets: &[Sheet], file: &SheetFile, by: &Actor) -> Result<SheetReport, No> {
    let folder = file.name.split_once('/').map(|(folder, _)| format!("{folder}/*.toml"));
    let sheet = sheets.iter().find(|s| s.file == folder.as_deref().unwrap_or(&file.name)).unwrap();
    (sheet.import)(tx, file, &ImportCtx { by: by.clone(), now: now(), real: now(), seed: [7; 32] })
}
pub fn shell() -> Actor {
    Actor::Shell("test".into())
}
/// Imports files with this crate's sheets, all or nothing.
pub fn import(store: &Store, files: Vec<SheetFile>, by: Actor) -> Vec<SheetReport> {
    let kept = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = kept.clone();
    let done = run(store, move |tx| {
        let reports: Vec<_> = files.iter().map(|f| apply(tx, SHEETS, f, &by)).collect::<Result<_, _>>()?;
        *seen.lock().unwrap() = reports.clone();
        if reports.iter().any(|r| !r.faults.is_empty()) { Err(kernel::Refusal::invalid("import.faults").into()) } else { Ok(()) }
    });
    if let Err(No::Fault(fault)) = &done {
        panic!("{fault}");
    }
    let reports = kept.lock().unwrap().clone();
    assert_eq!(done.is_ok(), reports.iter().all(|r| r.faults.is_empty()));
    reports
}
/// Every file of this crate's sheets, in order.
pub fn catalogue_files() -> Vec<SheetFile> {
    let items = super::files().into_iter().map(|(name, text)| SheetFile { name, text });
    [file("documents.csv")].into_iter().chain(items).chain([file("events.csv"), file("synonyms.csv")]).collect()
}

fn lines(tx: &mut Tx) -> Result<(), No> {
    for (n, r) in csv("lines.csv").iter().enumerate() {
        let int = |name: &str| r[name].parse().unwrap();
        let line = queue::api::NewLine {
            centre: centre(int("centre")),
            code: r["line"].clone(),
            prefix: r["prefix"].clone(),
            class: r["class"].parse::<ServiceClass>().unwrap(),
            name: Both::new(&r["name_zh"], &r["name_en"]),
            zone: r["zone"].clone(),
            last_issue_min: int("last_issue_min"),
            remote_share_pct: int("remote_share_pct"),
            typical_min: int("typical_min"),
        };
        queue::api::set_line(tx, line, now(), [n as u8; 32])?;
    }
    Ok(())
}

pub const MIGRATIONS: [Migrations; 5] = [people::MIGRATIONS, places::SLICE.migrations, queue::MIGRATIONS, capacity::MIGRATIONS, crate::MIGRATIONS];

/// Login, role, and the centre of the role.
pub type Staff = &'static [(&'static str, &'static str, i64)];

fn furnish(store: &Store, staff: Staff) {
    run(store, move |tx| {
        places::api::make_district(tx, &Both::new("郑东新区", "Zhengdong"), "Asia/Shanghai", 240, true, now())?;
        for name in ["areas.csv", "centres.csv", "zones.csv", "hours.csv", "calendar.csv"] {
            let report = apply(tx, places::SLICE.sheets, &file(name), &shell())?;
            assert!(report.faults.is_empty(), "{name}: {:?}", report.faults);
        }
        lines(tx)?;
        let rows = staff.iter().map(|(login, role, centre)| format!("{login},{login},{role},{centre}\n"));
        let sheet = SheetFile { name: "staff.csv".into(), text: format!("login,shown,role,centre\n{}", rows.collect::<String>()) };
        let report = apply(tx, people::SLICE.sheets, &sheet, &Actor::Shell("demo".into()))?;
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        Ok(())
    })
    .unwrap();
    let words = staff.iter().map(|(login, ..)| ((*login).to_owned(), "seven quiet herons wade past".to_owned())).collect();
    people::shell::activate_sample(store, &words, real()).unwrap();
}

/// A district on each engine with these staff and, when asked for, the sample's catalogue.
pub fn districts(staff: Staff, full: bool) -> [(&'static str, Scratch); 2] {
    let both = testing::both(&MIGRATIONS);
    for (engine, store) in &both {
        furnish(store, staff);
        if full {
            let reports = import(store, catalogue_files(), shell());
            assert!(reports.iter().all(|r| r.faults.is_empty()), "{engine}");
        }
    }
    both
}

pub fn account(store: &Store, login: &'static str) -> AccountId {
    read(store, move |tx| people::api::account_of(tx, login)).id
}
pub fn asker(store: &Store, login: &'static str) -> Asker {
    let id = account(store, login);
    Asker { by: people::api::by(&Actor::Account(id)), account: Some(id), agrees: false, supervises: Vec::new(), machine: false }
}
