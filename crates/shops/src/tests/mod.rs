//! The sample's shops on scratch stores of both engines; the sheet's faults; each invariant broken once.

mod sheet;
mod twins;

use std::{fs, path::Path};

use kernel::{Actor, Both, CentreId, Instant, Lang, No, Refusal, ServiceClass, TimeZone};
use store::{
    Store, Tx,
    testing::{self, Scratch},
};
use web::{ImportCtx, SheetFile, SheetReport};

use crate::{MIGRATIONS, Trade, api, checks::CHECKS, rows, sheets::SHEETS, shop::is_phone};

fn centre(n: i64) -> CentreId {
    CentreId::new(n).unwrap()
}
fn now() -> Instant {
    TimeZone::named("Asia/Shanghai", 240).unwrap().parse("2026-11-24T10:00").unwrap()
}
/// One of the sample's files.
fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo-district").join(name)).unwrap()
}
/// Runs a command that holds every centre's chain, as an import does.
fn run<T: Send + 'static>(store: &Store, f: impl FnMut(&mut Tx) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    let mut command = testing::command_at(0, "shops.test", now());
    command.also = (1..=31).map(centre).collect();
    store.command_blocking(command, f)
}
fn read<T: Send + 'static>(store: &Store, f: impl FnOnce(&mut Tx) -> Result<T, No> + Send + 'static) -> T {
    store.read_blocking(f).unwrap()
}
fn apply(tx: &mut Tx, name: &str, text: String) -> Result<SheetReport, No> {
    let all = places::SLICE.sheets.iter().chain(queue::SLICE.sheets).chain(SHEETS);
    let sheet = all.into_iter().find(|s| s.file == name).unwrap();
    let ctx = ImportCtx { by: Actor::Shell("test".into()), now: now(), real: now(), seed: [7; 32] };
    (sheet.import)(tx, &SheetFile { name: name.into(), text }, &ctx)
}
/// Imports `shops.csv` as the server does: a fault leaves nothing.
fn import(store: &Store, text: &str) -> SheetReport {
    let text = text.to_owned();
    let kept = std::sync::Arc::new(std::sync::Mutex::new(SheetReport::default()));
    let seen = kept.clone();
    let done = run(store, move |tx| {
        let report = apply(tx, "shops.csv", text.clone())?;
        let wrong = !report.faults.is_empty();
        *seen.lock().unwrap() = report;
        if wrong { Err(Refusal::invalid("import.faults").into()) } else { Ok(()) }
    });
    assert!(matches!(done, Ok(()) | Err(No::Refused(_))), "{done:?}");
    let report = kept.lock().unwrap().clone();
    assert_eq!(done.is_ok(), report.faults.is_empty());
    report
}
fn furnish(store: &Store) {
    run(store, |tx| {
        places::api::make_district(tx, &Both::new("郑东新区", "Zhengdong"), "Asia/Shanghai", 240, true, now())?;
        for name in ["areas.csv", "centres.csv", "zones.csv", "counters.csv", "hours.csv", "calendar.csv", "classes.csv", "lines.csv", "skills.csv"] {
            let report = apply(tx, name, text(name))?;
            assert!(report.faults.is_empty(), "{name}: {:?}", report.faults);
        }
        Ok(())
    })
    .unwrap();
}
/// The sample's centres, lines and shops on each engine.
fn districts() -> [(&'static str, Scratch); 2] {
    let both = testing::both(&[people::MIGRATIONS, places::SLICE.migrations, queue::MIGRATIONS, MIGRATIONS]);
    for (engine, store) in &both {
        furnish(store);
        let report = import(store, &text("shops.csv"));
        assert_eq!((report.new, report.faults.len()), (11, 0), "{engine}: {:?}", report.faults);
    }
    both
}
/// What every check finds.
fn found(store: &Store) -> Vec<String> {
    read(store, |tx| {
        let mut all = Vec::new();
        for check in CHECKS {
            all.extend((check.run)(tx)?.into_iter().map(|line| format!("{} {line}", check.id)));
        }
        Ok(all)
    })
}

#[test]
fn every_statement_runs_on_both_engines() {
    for (engine, store) in testing::both(&[MIGRATIONS]) {
        for statements in rows::STATEMENTS {
            assert_eq!(testing::statements_work(&store, statements), [""; 0], "{engine}");
        }
    }
}

#[test]
fn a_shop_with_a_line_is_an_errand_and_others_are_not() {
    for (engine, store) in districts() {
        let errands = read(&store, |tx| api::errands(tx, centre(1)));
        let said: Vec<_> = errands.iter().map(|e| (e.code.as_str(), e.line.as_str(), e.class, e.minutes)).collect();
        assert_eq!(said, [("pharmacy-1", "pharmacy", ServiceClass::C, 4), ("clinic-1", "clinic", ServiceClass::B, 8)], "{engine}");
        assert_eq!(read(&store, |tx| api::shops(tx, centre(1))).len(), 8, "{engine}");
        assert!(read(&store, |tx| api::errands(tx, centre(2))).is_empty(), "{engine}: no shop of centre 2 gives numbers");
        assert!(read(&store, |tx| api::shops(tx, centre(3))).is_empty(), "{engine}");
        assert_eq!(found(&store), [""; 0], "{engine}");
    }
}

#[test]
fn a_shop_that_left_gives_no_number_and_is_not_listed() {
    for (engine, store) in districts() {
        let gone = text("shops.csv").replace("取药问药,Medicine,4,open", "取药问药,Medicine,4,closed");
        let report = import(&store, &gone);
        assert_eq!((report.new, report.changed, report.unchanged), (0, 1, 10), "{engine}");
        assert_eq!(read(&store, |tx| api::errands(tx, centre(1))).len(), 1, "{engine}");
        assert!(read(&store, |tx| api::shops(tx, centre(1))).iter().all(|s| s.trade != Trade::Pharmacy), "{engine}");
    }
}

#[test]
fn the_database_keeps_a_line_and_its_errand_together() {
    for (engine, store) in districts() {
        let shop = read(&store, |tx| api::shops(tx, centre(1))).into_iter().find(|s| s.trade == Trade::Pharmacy).unwrap();
        // What is read back is what was written, and half an errand cannot be written at all.
        assert_eq!(shop.served.as_ref().map(|s| s.short.zh.as_str()), Some("取药问药"), "{engine}");
        let mut half = shop.clone();
        if let Some(served) = &mut half.served {
            served.minutes = 0;
        }
        let refused = run(&store, move |tx| Ok(rows::shop::save(tx, &half)?)).unwrap_err();
        assert!(matches!(&refused, No::Fault(f) if f.violated.as_deref() == Some("shops_shop_errand")), "{engine}: {refused:?}");
    }
}

#[test]
fn telephone_numbers() {
    for good in ["120", "12345", "0371-0000-0001"] {
        assert!(is_phone(good), "{good}");
    }
    for bad in ["", "12", "-12345", "12345-", "0371 0000", "电话12345", "123456789012345678901"] {
        assert!(!is_phone(bad), "{bad}");
    }
}
