//! Import sheet: `shops.csv`. Parsed whole, every fault named; rows absent from the sheet stay, a shop that left says `closed`.

use std::collections::{BTreeMap, btree_map::Entry};

use kernel::{Both, CentreId, No};
use store::Tx;
use web::{Cells, Change, ImportCtx, Read, Sheet, SheetFile, SheetReport, SheetText, Table};

use crate::{
    Served, Shop, Trade, rows,
    shop::{SHORT_HAN, is_phone},
};

/// After zones and lines, which its rows name.
pub const SHEETS: &[Sheet] = &[Sheet { file: "shops.csv", order: 130, duty: "places.set", import: shops, export: shops_out }];

const SHOPS: &[&str] = &[
    "centre",
    "shop",
    "trade",
    "name_zh",
    "name_en",
    "zone",
    "hours_zh",
    "hours_en",
    "phone",
    "line",
    "errand_zh",
    "errand_en",
    "short_zh",
    "short_en",
    "minutes",
    "state",
    "sample",
];
/// Cells that stand with a line, and only with one.
const SERVED: &[&str] = &["errand_zh", "errand_en", "short_zh", "short_en", "minutes"];

/// Zones and lines of a centre, by code.
#[derive(Default)]
struct Known {
    zones: Vec<String>,
    lines: Vec<String>,
}
fn known(tx: &mut Tx, centre: CentreId) -> Result<Known, No> {
    Ok(Known {
        zones: places::api::zones(tx, centre)?.into_iter().map(|z| z.code).collect(),
        lines: queue::api::lines(tx, centre)?.into_iter().map(|l| l.code).collect(),
    })
}

fn shops(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, SHOPS);
    let trades: Vec<(&str, Trade)> = Trade::ALL.iter().map(|t| (t.code(), *t)).collect();
    let all = table.rows(|r| Shop {
        centre: r.centre("centre"),
        code: r.code("shop"),
        trade: r.one_of("trade", &trades),
        name: r.both("name", 40),
        zone: r.code("zone"),
        hours: r.both("hours", 120),
        phone: r.read("phone", String::new(), |cell| {
            let why = || Both::new("电话写成数字，中间可用 -，3 到 20 位", "A telephone number is digits, with - between, 3 to 20 characters");
            if is_phone(cell) { Ok(cell.to_owned()) } else { Err(why()) }
        }),
        served: served(r),
        closed: r.one_of("state", &[("open", false), ("closed", true)]),
        sample: r.yes("sample"),
    });
    table.once(&all, "shop", |s| (s.centre, s.code.clone()));
    let centres: Vec<CentreId> = places::api::centres(tx)?.into_iter().map(|c| c.id).collect();
    let mut there: BTreeMap<(CentreId, String), Shop> = rows::shop::all(tx)?.into_iter().map(|s| ((s.centre, s.code.clone()), s)).collect();
    let mut seen: BTreeMap<CentreId, Known> = BTreeMap::new();
    for Read { line, value } in &all {
        if !centres.contains(&value.centre) {
            table.fault(*line, "centre", "没有这个中心，先写进 centres.csv", "No such centre; put it in centres.csv first");
            continue;
        }
        let here = match seen.entry(value.centre) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(unread) => unread.insert(known(tx, value.centre)?),
        };
        if !here.zones.contains(&value.zone) {
            table.fault(*line, "zone", "这个中心没有这个区域，先写进 zones.csv", "This centre has no such zone; put it in zones.csv first");
        }
        if value.served.as_ref().is_some_and(|s| !here.lines.contains(&s.line)) {
            table.fault(*line, "line", "这个中心没有这个队列，先写进 lines.csv", "This centre has no such line; put it in lines.csv first");
        }
        if here.lines.contains(&value.code) {
            table.fault(*line, "shop", "这是一个队列的代码，店铺另取一个", "This is the code of a line; give the shop another");
        }
        let old = there.insert((value.centre, value.code.clone()), value.clone());
        if table.compare(old.as_ref(), value) != Change::Unchanged && table.ok() {
            rows::shop::save(tx, value)?;
        }
    }
    Ok(table.report())
}

/// What one takes a number for: all of it with a line, none of it without.
fn served(r: &Cells) -> Option<Served> {
    if r.raw("line").is_empty() {
        for field in SERVED.iter().filter(|f| !r.raw(f).is_empty()) {
            r.fault(field, "没有队列就不取号，这格要空着", "Without a line nobody takes a number; leave this empty");
        }
        return None;
    }
    let short = Both::new(
        r.read("short_zh", String::new(), |cell| {
            let n = cell.chars().count();
            let why = || Both::new(format!("1 到 {SHORT_HAN} 个字，现在 {n} 个"), format!("1 to {SHORT_HAN} characters, now {n}"));
            if (1..=SHORT_HAN).contains(&n) { Ok(cell.to_owned()) } else { Err(why()) }
        }),
        r.text("short_en", 20),
    );
    Some(Served { line: r.code("line"), errand: r.both("errand", 40), short, minutes: r.int("minutes", 1..=480) })
}

fn shops_out(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    let mut sheet = SheetText::new(SHOPS);
    for s in rows::shop::all(tx)? {
        let of = |f: fn(&Served) -> String| s.served.as_ref().map(f).unwrap_or_default();
        sheet.row([
            s.centre.to_string(),
            s.code.clone(),
            s.trade.code().into(),
            s.name.zh.clone(),
            s.name.en.clone(),
            s.zone.clone(),
            s.hours.zh.clone(),
            s.hours.en.clone(),
            s.phone.clone(),
            of(|v| v.line.clone()),
            of(|v| v.errand.zh.clone()),
            of(|v| v.errand.en.clone()),
            of(|v| v.short.zh.clone()),
            of(|v| v.short.en.clone()),
            of(|v| v.minutes.to_string()),
            if s.closed { "closed" } else { "open" }.into(),
            if s.sample { "yes" } else { "no" }.into(),
        ]);
    }
    Ok(vec![("shops.csv".into(), sheet.text())])
}
