//! Import sheets: `quotas.csv` and `resources.csv`. Parsed whole, every fault named; rows absent from a sheet stay.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, No, ResourceId};
use store::{Dice, Tx};
use web::{Change, ImportCtx, Read, Sheet, SheetFile, SheetReport, SheetText, Table};

use crate::{
    Moment, Period, QuotaRule, Resource, Rules, Subject,
    api::{self, Pattern},
    resource::CELL_MINUTES,
    rows,
};

/// In the order of their application: after the sheets of `places`.
pub static SHEETS: &[Sheet] = &[
    Sheet { file: "quotas.csv", order: 120, duty: "places.set", import: quotas, export: quotas_out },
    Sheet { file: "resources.csv", order: 121, duty: "places.set", import: resources, export: resources_out },
];

type Out = Result<Vec<(String, String)>, No>;

const QUOTAS: &[&str] = &["rule", "subject", "period", "most", "name_zh", "name_en", "source"];

fn quotas(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, QUOTAS);
    let all = table.rows(|r| QuotaRule {
        code: r.text("rule", 40),
        subject: r.one_of("subject", &[("person", Subject::Person), ("item", Subject::Item), ("booker", Subject::Booker)]),
        period: r.one_of("period", &[("live", Period::Live), ("day", Period::Day), ("week", Period::Week), ("month", Period::Month)]),
        most: r.int("most", 1..=1_000),
        name: r.both("name", 60),
        source: r.text("source", 400),
    });
    table.once(&all, "rule", |q| q.code.clone());
    let there: BTreeMap<String, QuotaRule> = rows::quota::all(tx)?.into_iter().map(|q| (q.code.clone(), q)).collect();
    for Read { value, .. } in &all {
        if table.compare(there.get(&value.code), value) != Change::Unchanged && table.ok() {
            rows::quota::save(tx, value)?;
        }
    }
    Ok(table.report())
}

fn quotas_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(QUOTAS);
    for q in rows::quota::all(tx)? {
        sheet.row([q.code, q.subject.code().into(), q.period.code().into(), q.most.to_string(), q.name.zh, q.name.en, q.source]);
    }
    Ok(vec![("quotas.csv".into(), sheet.text())])
}

const RESOURCES: &[&str] = &["centre", "code", "kind", "name_zh", "name_en", "pool", "cell_minutes", "parts", "rules", "week"];

/// A row of the sheet. `parts` names other rows of the same centre; `rules` and `week` are JSON.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    centre: CentreId,
    code: String,
    kind: String,
    name: Both,
    pool: Option<String>,
    cell_minutes: i64,
    parts: Vec<String>,
    rules: Rules,
    week: Option<Pattern>,
}

fn wrong(zh: &str, en: &str, why: impl std::fmt::Display) -> Both {
    Both::new(format!("{zh}：{why}"), format!("{en}: {why}"))
}

fn resources(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, RESOURCES);
    let lengths: Vec<(String, i64)> = CELL_MINUTES.iter().map(|m| (m.to_string(), *m)).collect();
    let lengths: Vec<(&str, i64)> = lengths.iter().map(|(t, m)| (t.as_str(), *m)).collect();
    let all = table.rows(|r| Entry {
        centre: r.centre("centre"),
        code: r.code("code"),
        kind: r.code("kind"),
        name: r.both("name", 60),
        pool: r.maybe_text("pool", 40),
        cell_minutes: r.one_of("cell_minutes", &lengths),
        parts: sorted(r.codes("parts")),
        rules: r
            .maybe("rules", |text| {
                Rules::parse(text)
                    .map_err(|no| wrong("规则不对", "These are no rules", no.args_in(kernel::Lang::En).iter().map(|(_, v)| *v).collect::<Vec<_>>().join(" ")))
            })
            .unwrap_or_default(),
        week: r.maybe("week", |text| serde_json::from_str(text).map_err(|e| wrong("这不是一周的安排", "This is no week", e))),
    });
    table.once(&all, "code", |e| (e.centre, e.code.clone()));
    if all.is_empty() {
        return Ok(table.report());
    }
    let district = places::api::district(tx)?;
    let zone = &district.time;
    let m = Moment { now: ctx.now, zone };
    let centres: Vec<CentreId> = places::api::centres(tx)?.into_iter().map(|c| c.id).collect();
    for Read { line, value } in &all {
        if !centres.contains(&value.centre) {
            table.fault(*line, "centre", "没有这个中心，先写进 centres.csv", "No such centre; put it in centres.csv first");
            continue;
        }
        let mut parts = Vec::new();
        for code in &value.parts {
            match rows::resource::by_code(tx, value.centre, code)? {
                Some(part) => parts.push((part.id, 1)),
                None if all.iter().any(|e| e.line < *line && e.value.centre == value.centre && e.value.code == *code) => {}
                None => table.fault(*line, "parts", "部分要写在整体前面", "Parts stand before their whole"),
            }
        }
        if value.rules.source.is_empty() {
            table.fault(*line, "rules", "规则要写明依据（source）", "Say where the rules come from (source)");
        }
        let there = entry(tx, value.centre, &value.code)?;
        if table.compare(there.as_ref(), value) != Change::Unchanged && table.ok() {
            let mut seed = [0; 32];
            seed[..10].copy_from_slice(&ctx.dice("resources", *line));
            save(tx, value, &parts, there.as_ref(), m, &mut Dice::new(seed))?;
        }
    }
    Ok(table.report())
}

fn save(tx: &mut Tx, e: &Entry, parts: &[(ResourceId, i64)], there: Option<&Entry>, m: Moment, dice: &mut Dice) -> Result<(), No> {
    let resource = Resource {
        id: dice.id(m.now),
        centre: e.centre,
        kind: e.kind.clone(),
        code: e.code.clone(),
        name: e.name.clone(),
        pool: e.pool.clone(),
        share_of: None,
        cell_minutes: e.cell_minutes,
        rules: e.rules.clone(),
        closed: None,
    };
    let saved = api::set_resource(tx, &resource, parts, m, dice)?;
    match &e.week {
        Some(week) if there.and_then(|t| t.week.as_ref()) != Some(week) => api::set_pattern(tx, saved.id, week, m, dice).map(drop),
        Some(_) => Ok(()),
        None => Ok(rows::resource::set_pattern(tx, saved.id, None)?),
    }
}

fn sorted(mut codes: Vec<String>) -> Vec<String> {
    codes.sort_unstable();
    codes
}

/// A resource as its row.
fn entry(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Option<Entry>, No> {
    let Some(r) = rows::resource::by_code(tx, centre, code)? else { return Ok(None) };
    let mut parts = Vec::new();
    for (id, _) in rows::resource::parts(tx, r.id)? {
        parts.extend(rows::resource::one(tx, id)?.map(|p| p.code));
    }
    let parts = sorted(parts);
    let week = match rows::resource::pattern(tx, r.id)?.0 {
        Some(text) => serde_json::from_str(&text).ok(),
        None => None,
    };
    Ok(Some(Entry { centre, code: r.code, kind: r.kind, name: r.name, pool: r.pool, cell_minutes: r.cell_minutes, parts, rules: r.rules, week }))
}

fn resources_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(RESOURCES);
    for centre in rows::resource::centres(tx)? {
        let mut all = rows::resource::of_centre(tx, centre)?;
        // Parts stand before their wholes.
        all.sort_by_key(|r| (r.kind == "hall", r.kind.clone(), r.code.clone()));
        // What a slice makes stands in that slice's sheet.
        for r in all.into_iter().filter(|r| r.rules.page.is_none()) {
            let Some(e) = entry(tx, centre, &r.code)? else { continue };
            let week = e.week.as_ref().map(|w| serde_json::to_string(w).unwrap_or_default()).unwrap_or_default();
            sheet.row([
                e.centre.to_string(),
                e.code,
                e.kind,
                e.name.zh,
                e.name.en,
                e.pool.unwrap_or_default(),
                e.cell_minutes.to_string(),
                e.parts.join(" "),
                e.rules.text(),
                week,
            ]);
        }
    }
    Ok(vec![("resources.csv".into(), sheet.text())])
}
