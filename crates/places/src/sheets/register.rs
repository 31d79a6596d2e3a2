//! `district.csv`, `areas.csv` and `centres.csv`.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, Day, Id, No, TimeZone};
use store::Tx;
use web::{Change, ImportCtx, Read, SheetFile, SheetReport, SheetText, Table};

use super::Out;
use crate::{Area, Centre, Datum, Sample, Status, api, opening, place::DistrictEntry, rows};

const DISTRICT: &[&str] = &["name_zh", "name_en", "time_zone", "day_turn"];
/// The service day turns at noon at the latest (`places_day_turn`).
const TURN_LATEST: i64 = 720;

pub(super) fn district(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, DISTRICT);
    let all = table.rows(|r| {
        let zone = |zone: &str| {
            let why = || Both::new("没有这个时区，例如 Asia/Shanghai", "There is no such time zone; an example is Asia/Shanghai");
            TimeZone::named(zone, 0).map(|_| zone.to_owned()).map_err(|_| why())
        };
        let turn = |turn: &str| {
            let why = || Both::new("写成 04:00，最晚 12:00", "Write it like 04:00; 12:00 at the latest");
            opening::clock(turn).filter(|m| *m <= TURN_LATEST).ok_or_else(why)
        };
        DistrictEntry { name: r.both("name", 60), zone: r.read("time_zone", String::new(), zone), turn_min: r.read("day_turn", 0, turn) }
    });
    if let Some(second) = all.get(1) {
        table.fault(second.line, "name_zh", "一个区只有一行", "A district has one row");
    }
    let there = rows::district::entry(tx)?;
    for Read { line, value } in all.iter().take(1) {
        let day = |d: &DistrictEntry| TimeZone::named(&d.zone, d.turn_min).map(|time| time.service_day(ctx.now)).ok();
        if there.as_ref().is_some_and(|old| day(value) < day(old)) {
            let (zh, en) = ("这样改，今天就变回昨天：过了新的换日时刻再导入", "Today would become yesterday again: import it after the new turn of the day");
            table.fault(*line, "day_turn", zh, en);
        }
        match table.compare(there.as_ref(), value) {
            Change::New if table.ok() => rows::district::make(tx, value, None)?,
            Change::Changed if table.ok() => rows::district::set(tx, value)?,
            Change::New | Change::Changed | Change::Unchanged => {}
        }
    }
    Ok(table.report())
}
pub(super) fn district_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(DISTRICT);
    if let Some(d) = rows::district::entry(tx)? {
        sheet.row([d.name.zh, d.name.en, d.zone, kernel::hhmm(d.turn_min)]);
    }
    Ok(vec![("district.csv".into(), sheet.text())])
}

const AREAS: &[&str] = &["code", "name_zh", "name_en", "known_as", "source"];

pub(super) fn areas(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, AREAS);
    let all =
        table.rows(|r| Area { code: r.code("code"), name: r.both("name", 60), known_as: r.maybe_text("known_as", 200), source: r.maybe_text("source", 300) });
    table.once(&all, "code", |a| a.code.clone());
    let there = rows::district::areas(tx)?;
    for Read { line, value } in &all {
        match table.compare(there.get(&value.code), value) {
            Change::New if table.ok() => rows::district::new_area(tx, Id::new(ctx.now, ctx.dice("areas", *line)), value)?,
            Change::Changed => rows::district::set_area(tx, value)?,
            Change::New | Change::Unchanged => {}
        }
    }
    Ok(table.report())
}
pub(super) fn areas_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(AREAS);
    for a in rows::district::areas(tx)?.into_values() {
        sheet.row([a.code, a.name.zh, a.name.en, a.known_as.unwrap_or_default(), a.source.unwrap_or_default()]);
    }
    Ok(vec![("areas.csv".into(), sheet.text())])
}

const CENTRES: &[&str] = &[
    "centre",
    "area",
    "name_zh",
    "name_en",
    "address_zh",
    "address_en",
    "lon",
    "lat",
    "datum",
    "position_source",
    "phase",
    "status",
    "status_since",
    "planned_month",
    "phone",
    "sample",
];

pub(super) fn centres(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, CENTRES);
    let all = table.rows(|r| {
        let (lon_e7, lat_e7, datum) = (r.maybe_e7("lon", -180..=180), r.maybe_e7("lat", -90..=90), r.maybe_one_of("datum", &Datum::ALL));
        if [lon_e7.is_some(), lat_e7.is_some(), datum.is_some()].into_iter().collect::<std::collections::BTreeSet<_>>().len() > 1 {
            r.fault("datum", "lon、lat、datum 要么都写，要么都空", "Give lon, lat and datum, or none of them");
        }
        Centre {
            id: r.centre("centre"),
            area_code: r.code("area"),
            name: r.both("name", 60),
            address: r.both("address", 120),
            lon_e7,
            lat_e7,
            datum,
            position_source: r.maybe_text("position_source", 200),
            phase: r.maybe_int("phase", 1..=9),
            status: r.one_of("status", &Status::ALL),
            status_since: r.day("status_since").to_string(),
            planned_month: r.maybe_month("planned_month"),
            phone: r.maybe_text("phone", 30).unwrap_or_default(),
            sample: r.one_of("sample", &Sample::ALL),
            version: 0,
        }
    });
    table.once(&all, "centre", |c| c.id);
    let areas = rows::district::areas(tx)?;
    let there: BTreeMap<CentreId, Centre> = rows::centre::all(tx)?.into_iter().map(|c| (c.id, c)).collect();
    for Read { line, value } in &all {
        if !areas.contains_key(&value.area_code) {
            table.fault(*line, "area", "没有这个街道代码，先写进 areas.csv", "No such area code; put it in areas.csv first");
            continue;
        }
        let old = there.get(&value.id);
        if old.is_some_and(|o| o.status == Status::Closed && value.status != Status::Closed) {
            table.fault(*line, "status", "关闭的中心不再开，新中心用新编号", "A closed centre stays closed; a new centre takes a new number");
            continue;
        }
        let change = table.compare(old, &Centre { version: old.map_or(0, |o| o.version), ..value.clone() });
        if change != Change::Unchanged && table.ok() {
            rows::centre::save(tx, value, change == Change::New)?;
        }
        if let (Some(old), Ok(since)) = (old, value.status_since.parse::<Day>())
            && old.status != value.status
            && table.ok()
        {
            api::status_changed(tx, value.id, value.status, since, ctx.real)?;
        }
    }
    Ok(table.report())
}
pub(super) fn centres_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(CENTRES);
    for c in rows::centre::all(tx)? {
        sheet.row([
            c.id.to_string(),
            c.area_code,
            c.name.zh,
            c.name.en,
            c.address.zh,
            c.address.en,
            degrees(c.lon_e7),
            degrees(c.lat_e7),
            c.datum.map_or("", Datum::code).into(),
            c.position_source.unwrap_or_default(),
            c.phase.map_or_else(String::new, |p| p.to_string()),
            c.status.code().into(),
            c.status_since,
            c.planned_month.unwrap_or_default(),
            c.phone,
            c.sample.code().into(),
        ]);
    }
    Ok(vec![("centres.csv".into(), sheet.text())])
}
/// `113.7616` from 1,137,616,000; empty from nothing.
pub(crate) fn degrees(e7: Option<i64>) -> String {
    let Some(e7) = e7 else { return String::new() };
    let (sign, e7) = if e7 < 0 { ("-", -e7) } else { ("", e7) };
    let text = format!("{sign}{}.{:07}", e7 / 10_000_000, e7 % 10_000_000);
    let text = text.trim_end_matches('0');
    text.strip_suffix('.').unwrap_or(text).to_owned()
}
