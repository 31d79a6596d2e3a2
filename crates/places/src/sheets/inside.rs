//! `zones.csv`, `counters.csv` and `functions.csv`.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, Id, Instant, No, ZoneId};
use store::Tx;
use web::{Change, ImportCtx, Read, SheetFile, SheetReport, SheetText, Table};

use super::{Out, class, has, known};
use crate::{Counter, Function, FunctionState, Sample, Zone, place::FEATURES, rows};

const ZONES: &[&str] = &["centre", "zone", "floor", "name_zh", "name_en", "class"];

/// An id that no row carries: stands in until the row is known.
fn nobody<T>() -> Id<T> {
    Id::new(Instant::default(), [0; 10])
}

pub(super) fn zones(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, ZONES);
    let all = table.rows(|r| {
        let floor = r.int("floor", -9..=99);
        if floor == 0 {
            r.fault("floor", "没有 0 层：地上从 1，地下从 -1", "There is no floor 0: 1 and up, -1 and down");
        }
        Zone { id: nobody(), centre: r.centre("centre"), code: r.code("zone"), floor, name: r.both("name", 30), class: class(r) }
    });
    table.once(&all, "zone", |z| (z.centre, z.code.clone()));
    let known = known(tx)?;
    let there: BTreeMap<(CentreId, String), Zone> = rows::place::all_zones(tx)?.into_iter().map(|z| ((z.centre, z.code.clone()), z)).collect();
    for Read { line, value } in &all {
        if !has(&table, &known, *line, value.centre) {
            continue;
        }
        let old = there.get(&(value.centre, value.code.clone()));
        let id = old.map_or_else(|| Id::new(ctx.now, ctx.dice("zones", *line)), |o| o.id);
        let zone = Zone { id, ..value.clone() };
        let change = table.compare(old, &zone);
        if change != Change::Unchanged && table.ok() {
            rows::place::save_zone(tx, &zone, change == Change::New)?;
        }
    }
    Ok(table.report())
}
pub(super) fn zones_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(ZONES);
    for z in rows::place::all_zones(tx)? {
        sheet.row([z.centre.to_string(), z.code, z.floor.to_string(), z.name.zh, z.name.en, z.class.letter().into()]);
    }
    Ok(vec![("zones.csv".into(), sheet.text())])
}

const COUNTERS: &[&str] = &["centre", "counter", "zone", "features"];

pub(super) fn counters(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, COUNTERS);
    let all = table.rows(|r| Counter {
        id: nobody(),
        centre: r.centre("centre"),
        number: r.int("counter", 1..=999),
        zone: nobody(),
        zone_code: r.code("zone"),
        features: r.words("features", FEATURES),
        closed: false,
    });
    table.once(&all, "counter", |c| (c.centre, c.number));
    let known = known(tx)?;
    let zones: BTreeMap<(CentreId, String), ZoneId> = rows::place::all_zones(tx)?.into_iter().map(|z| ((z.centre, z.code), z.id)).collect();
    let there: BTreeMap<(CentreId, i64), Counter> = rows::place::all_counters(tx)?.into_iter().map(|c| ((c.centre, c.number), c)).collect();
    for Read { line, value } in &all {
        if !has(&table, &known, *line, value.centre) {
            continue;
        }
        let Some(zone) = zones.get(&(value.centre, value.zone_code.clone())) else {
            table.fault(*line, "zone", "这个中心没有这个区域，先写进 zones.csv", "This centre has no such zone; put it in zones.csv first");
            continue;
        };
        let old = there.get(&(value.centre, value.number));
        let id = old.map_or_else(|| Id::new(ctx.now, ctx.dice("counters", *line)), |o| o.id);
        let counter = Counter { id, zone: *zone, ..value.clone() };
        let change = table.compare(old, &counter);
        if change != Change::Unchanged && table.ok() {
            rows::place::save_counter(tx, &counter, change == Change::New)?;
        }
    }
    Ok(table.report())
}
pub(super) fn counters_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(COUNTERS);
    for c in rows::place::all_counters(tx)? {
        sheet.row([c.centre.to_string(), c.number.to_string(), c.zone_code, c.features.join(" ")]);
    }
    Ok(vec![("counters.csv".into(), sheet.text())])
}

const FUNCTIONS: &[&str] = &[
    "centre",
    "function",
    "order",
    "class",
    "name_zh",
    "name_en",
    "floor",
    "operator_zh",
    "operator_en",
    "hours_zh",
    "hours_en",
    "state",
    "where_zh",
    "where_en",
    "sample",
];

pub(super) fn functions(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, FUNCTIONS);
    let all = table.rows(|r| {
        let (code, state) = (r.code("function"), r.one_of("state", &FunctionState::ALL));
        let place = r.maybe_both("where", 300);
        // What is not served by this program says where to go.
        if place == Both::default() && !(state == FunctionState::Open && code == "gov_hall") {
            r.fault("where_zh", "写清去哪里、打什么电话", "Say where to go and whom to call");
        }
        Function {
            centre: r.centre("centre"),
            code,
            sort: r.int("order", 1..=99),
            class: class(r),
            name: r.both("name", 60),
            floor: r.maybe("floor", floor).unwrap_or_default(),
            operator: r.maybe_both("operator", 60),
            hours: r.maybe_both("hours", 120),
            state,
            place,
            sample: r.one_of("sample", &Sample::ALL),
        }
    });
    table.once(&all, "function", |f| (f.centre, f.code.clone()));
    table.once(&all, "order", |f| (f.centre, f.sort));
    let known = known(tx)?;
    let there: BTreeMap<(CentreId, String), Function> = rows::place::all_functions(tx)?.into_iter().map(|f| ((f.centre, f.code.clone()), f)).collect();
    for Read { line, value } in &all {
        if has(&table, &known, *line, value.centre) && table.compare(there.get(&(value.centre, value.code.clone())), value) != Change::Unchanged {
            rows::place::save_function(tx, value)?;
        }
    }
    Ok(table.report())
}
/// `1`, `-1`, `1-2`.
fn floor(cell: &str) -> Result<String, Both> {
    let one = |t: &str| t.parse::<i64>().is_ok_and(|n| n != 0 && (-9..=99).contains(&n));
    if one(cell) || cell.rsplit_once('-').is_some_and(|(a, b)| one(a) && one(b)) {
        return Ok(cell.to_owned());
    }
    Err(Both::new("楼层写成 1、-1 或 1-2", "A floor is written 1, -1 or 1-2"))
}
pub(super) fn functions_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(FUNCTIONS);
    for f in rows::place::all_functions(tx)? {
        sheet.row([
            f.centre.to_string(),
            f.code,
            f.sort.to_string(),
            f.class.letter().into(),
            f.name.zh,
            f.name.en,
            f.floor,
            f.operator.zh,
            f.operator.en,
            f.hours.zh,
            f.hours.en,
            f.state.code().into(),
            f.place.zh,
            f.place.en,
            f.sample.code().into(),
        ]);
    }
    Ok(vec![("functions.csv".into(), sheet.text())])
}
