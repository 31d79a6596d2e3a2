//! Import sheets: `classes.csv`, `lines.csv`, `skills.csv`. Parsed whole, every fault named; rows absent from a sheet stay.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use kernel::{CentreId, CounterId, LineId, No, ServiceClass};
use store::Tx;
use web::{Change, ImportCtx, Read, Sheet, SheetFile, SheetReport, SheetText, Table};

use crate::{
    Class, Line, Skill,
    api::{self, NewLine},
};

/// In the order of their application: after the sheets of `places`.
pub static SHEETS: &[Sheet] = &[
    Sheet { file: "classes.csv", order: 100, duty: "queue.set", import: classes, export: classes_out },
    Sheet { file: "lines.csv", order: 101, duty: "queue.set", import: lines, export: lines_out },
    Sheet { file: "skills.csv", order: 110, duty: "queue.set", import: skills, export: skills_out },
];

type Out = Result<Vec<(String, String)>, No>;

const CLASSES: &[&str] = &["class", "name_zh", "name_en", "credit_min", "from_age", "evidence_zh", "source"];

fn classes(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, CLASSES);
    let all = table.rows(|r| Class {
        code: r.code("class"),
        name: r.both("name", 60),
        credit_min: r.int("credit_min", 0..=240),
        from_age: r.maybe_int("from_age", 0..=120),
        evidence: r.maybe_text("evidence_zh", 200).unwrap_or_default(),
        source: r.text("source", 400),
    });
    table.once(&all, "class", |c| c.code.clone());
    let there: BTreeMap<String, Class> = api::classes(tx)?.into_iter().map(|c| (c.code.clone(), c)).collect();
    for Read { value, .. } in &all {
        if table.compare(there.get(&value.code), value) != Change::Unchanged && table.ok() {
            api::set_class(tx, value)?;
        }
    }
    Ok(table.report())
}

fn classes_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(CLASSES);
    for c in api::classes(tx)? {
        sheet.row([c.code, c.name.zh, c.name.en, c.credit_min.to_string(), c.from_age.map(|a| a.to_string()).unwrap_or_default(), c.evidence, c.source]);
    }
    Ok(vec![("classes.csv".into(), sheet.text())])
}

const LINES: &[&str] = &["centre", "line", "prefix", "class", "name_zh", "name_en", "zone", "last_issue_min", "remote_share_pct", "typical_min"];

fn lines(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, LINES);
    let all = table.rows(|r| NewLine {
        centre: r.centre("centre"),
        code: r.code("line"),
        prefix: r.text("prefix", 3),
        class: r.one_of("class", &[("A", ServiceClass::A), ("B", ServiceClass::B), ("C", ServiceClass::C)]),
        name: r.both("name", 60),
        zone: r.code("zone"),
        last_issue_min: r.int("last_issue_min", 0..=720),
        remote_share_pct: r.int("remote_share_pct", 0..=100),
        typical_min: r.int("typical_min", 1..=480),
    });
    table.once(&all, "line", |l| (l.centre, l.code.clone()));
    let zones = zones(tx)?;
    let mut there: BTreeMap<CentreId, BTreeMap<String, NewLine>> = BTreeMap::new();
    for Read { line, value } in &all {
        let Some(codes) = zones.get(&value.centre) else {
            table.fault(*line, "centre", "没有这个中心，先写进 centres.csv", "No such centre; put it in centres.csv first");
            continue;
        };
        if !codes.contains(&value.zone) {
            table.fault(*line, "zone", "这个中心没有这个区域，先写进 zones.csv", "This centre has no such zone; put it in zones.csv first");
            continue;
        }
        if !well_formed(&value.prefix) {
            table.fault(*line, "prefix", "号码前缀写成一个大写字母，后面最多一位数字", "A prefix is one capital letter, then at most one digit");
            continue;
        }
        if let Entry::Vacant(unread) = there.entry(value.centre) {
            unread.insert(api::lines(tx, value.centre)?.into_iter().map(|l| (l.code.clone(), new_of(l))).collect());
        }
        let old = there.get(&value.centre).and_then(|known| known.get(&value.code));
        if table.compare(old, value) != Change::Unchanged && table.ok() {
            let mut dice = [0; 32];
            dice[..10].copy_from_slice(&ctx.dice("lines", *line));
            dice[10..20].copy_from_slice(&ctx.dice("lines", *line));
            api::set_line(tx, value.clone(), ctx.now, dice)?;
        }
    }
    Ok(table.report())
}

fn well_formed(prefix: &str) -> bool {
    prefix.len() <= 2 && prefix.starts_with(|c: char| c.is_ascii_uppercase()) && prefix[1..].bytes().all(|b| b.is_ascii_digit())
}

fn new_of(l: Line) -> NewLine {
    NewLine {
        centre: l.centre,
        code: l.code,
        prefix: l.prefix,
        class: l.class,
        name: l.name,
        zone: l.zone,
        last_issue_min: l.last_issue_min,
        remote_share_pct: l.remote_share_pct,
        typical_min: l.typical_min,
    }
}

/// Zone codes of every centre.
fn zones(tx: &mut Tx) -> Result<BTreeMap<CentreId, BTreeSet<String>>, No> {
    let mut all = BTreeMap::new();
    for centre in places::api::centres(tx)? {
        all.insert(centre.id, places::api::zones(tx, centre.id)?.into_iter().map(|z| z.code).collect());
    }
    Ok(all)
}

fn lines_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(LINES);
    for centre in places::api::centres(tx)? {
        for l in api::lines(tx, centre.id)? {
            sheet.row([
                l.centre.to_string(),
                l.code,
                l.prefix,
                l.class.letter().into(),
                l.name.zh,
                l.name.en,
                l.zone,
                l.last_issue_min.to_string(),
                l.remote_share_pct.to_string(),
                l.typical_min.to_string(),
            ]);
        }
    }
    Ok(vec![("lines.csv".into(), sheet.text())])
}

const SKILLS: &[&str] = &["centre", "counter", "line", "rank", "help_after_min"];

/// A second-rank counter helps when the line's oldest waits longer, unless the sheet says otherwise `[A]` (hall §3).
const HELP_AFTER_MIN: i64 = 10;

#[derive(Clone, Debug, PartialEq)]
struct SkillRow {
    centre: CentreId,
    counter: i64,
    line: String,
    rank: i64,
    help_after_min: i64,
}

/// A centre's counters by number, lines by code, and skills as they are.
struct Known {
    counters: BTreeMap<i64, CounterId>,
    lines: BTreeMap<String, LineId>,
    skills: BTreeMap<CounterId, Vec<Skill>>,
}
fn known(tx: &mut Tx, centre: CentreId) -> Result<Known, No> {
    let mut skills: BTreeMap<CounterId, Vec<Skill>> = BTreeMap::new();
    for (counter, skill) in api::skills(tx, centre)? {
        skills.entry(counter).or_default().push(skill);
    }
    Ok(Known {
        counters: places::api::counters(tx, centre)?.into_iter().map(|c| (c.number, c.id)).collect(),
        lines: api::lines(tx, centre)?.into_iter().map(|l| (l.code, l.id)).collect(),
        skills,
    })
}

fn skills(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, SKILLS);
    let all = table.rows(|r| SkillRow {
        centre: r.centre("centre"),
        counter: r.int("counter", 1..=999),
        line: r.code("line"),
        rank: r.int("rank", 1..=2),
        help_after_min: r.maybe_int("help_after_min", 0..=240).unwrap_or(HELP_AFTER_MIN),
    });
    table.once(&all, "line", |s| (s.centre, s.counter, s.line.clone()));
    let mut centres: BTreeMap<CentreId, Known> = BTreeMap::new();
    let mut touched: BTreeSet<(CentreId, CounterId)> = BTreeSet::new();
    for Read { line, value } in &all {
        if let Entry::Vacant(unread) = centres.entry(value.centre) {
            unread.insert(known(tx, value.centre)?);
        }
        let Some(k) = centres.get_mut(&value.centre) else { continue };
        let Some(counter) = k.counters.get(&value.counter).copied() else {
            table.fault(*line, "counter", "这个中心没有这个窗口，先写进 counters.csv", "This centre has no such counter; put it in counters.csv first");
            continue;
        };
        let Some(id) = k.lines.get(&value.line).copied() else {
            table.fault(*line, "line", "这个中心没有这个队列，先写进 lines.csv", "This centre has no such line; put it in lines.csv first");
            continue;
        };
        let skill = Skill { line: id, rank: value.rank, help_after_s: value.help_after_min * 60 };
        let mine = k.skills.entry(counter).or_default();
        let old = mine.iter().position(|s| s.line == id);
        if table.compare(old.map(|i| mine[i]).as_ref(), &skill) != Change::Unchanged {
            match old {
                Some(i) => mine[i] = skill,
                None => mine.push(skill),
            }
            touched.insert((value.centre, counter));
        }
    }
    if table.ok() {
        for (centre, counter) in touched {
            let skills = centres.get(&centre).and_then(|k| k.skills.get(&counter)).cloned().unwrap_or_default();
            api::set_skills(tx, centre, counter, &skills)?;
        }
    }
    Ok(table.report())
}

fn skills_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(SKILLS);
    for centre in places::api::centres(tx)? {
        let k = known(tx, centre.id)?;
        let code: BTreeMap<LineId, &String> = k.lines.iter().map(|(code, id)| (*id, code)).collect();
        for (number, counter) in &k.counters {
            let mut skills = k.skills.get(counter).cloned().unwrap_or_default();
            skills.sort_by_key(|s| code.get(&s.line).copied());
            for s in skills {
                sheet.row([
                    centre.id.to_string(),
                    number.to_string(),
                    code.get(&s.line).map(|c| (*c).clone()).unwrap_or_default(),
                    s.rank.to_string(),
                    (s.help_after_s / 60).to_string(),
                ]);
            }
        }
    }
    Ok(vec![("skills.csv".into(), sheet.text())])
}
