//! `hours.csv` and `calendar.csv`.

use std::collections::BTreeMap;

use facts::places::HoursChanged;
use kernel::{Both, CentreId, Day, No};
use store::Tx;
use web::{Cells, Change, ImportCtx, Read, SheetFile, SheetReport, SheetText, Table};

use super::{Out, has, known};
use crate::{
    Block, Weekly,
    calendar::{CalendarDay, Kind},
    opening::{Swap, blocks_text, parse_blocks},
    rows::{self, calendar::Said, hours::Pattern},
};

const HOURS: &[&str] = &["centre", "valid_from", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday", "swap", "source"];

/// `09:00-12:00 13:00-17:00`, or empty = shut.
fn blocks(r: &Cells, field: &str) -> Vec<Block> {
    r.read(field, Vec::new(), |cell| {
        parse_blocks(cell).map_err(|no| {
            let k = no.args_in(kernel::Lang::Zh).first().map(|(_, v)| (*v).to_owned()).unwrap_or_default();
            if no.code == "hours.overlap" {
                Both::new(format!("第 {k} 段和上一段重叠"), format!("Block {k} overlaps the one before"))
            } else {
                Both::new(format!("{k} 看不懂，写成 09:00-12:00 13:00-17:00"), format!("{k}: write 09:00-12:00 13:00-17:00"))
            }
        })
    })
}

pub(super) fn hours(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, HOURS);
    let all = table.rows(|r| Pattern {
        centre: r.centre("centre"),
        from: r.day("valid_from"),
        weekly: Weekly {
            mon: blocks(r, "mon"),
            tue: blocks(r, "tue"),
            wed: blocks(r, "wed"),
            thu: blocks(r, "thu"),
            fri: blocks(r, "fri"),
            sat: blocks(r, "sat"),
            sun: blocks(r, "sun"),
            holiday: blocks(r, "holiday"),
            swap: r.one_of("swap", &Swap::ALL),
        },
        source: r.text("source", 300),
    });
    table.once(&all, "valid_from", |p| (p.centre, p.from));
    let known = known(tx)?;
    let there: BTreeMap<(CentreId, Day), Pattern> = rows::hours::all(tx)?.into_iter().map(|p| ((p.centre, p.from), p)).collect();
    for Read { line, value } in &all {
        if has(&table, &known, *line, value.centre) && table.compare(there.get(&(value.centre, value.from)), value) != Change::Unchanged {
            rows::hours::save(tx, value, &ctx.by.to_string())?;
            tx.tell(&HoursChanged { centre: value.centre, from: value.from });
        }
    }
    Ok(table.report())
}
pub(super) fn hours_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(HOURS);
    for p in rows::hours::all(tx)? {
        let mut cells = vec![p.centre.to_string(), p.from.to_string()];
        cells.extend((0..7).map(|n| blocks_text(p.weekly.on(n))));
        cells.extend([blocks_text(&p.weekly.holiday), p.weekly.swap.code().into(), p.source]);
        sheet.row(cells);
    }
    Ok(vec![("hours.csv".into(), sheet.text())])
}

const CALENDAR: &[&str] = &["authority", "day", "kind", "name_zh", "name_en", "source"];

pub(super) fn calendar(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, CALENDAR);
    let all = table.rows(|r| Said {
        authority: r.text("authority", 60),
        day: r.day("day"),
        is: CalendarDay { kind: r.one_of("kind", &Kind::ALL), name: r.both("name", 80), source: r.text("source", 300) },
    });
    table.once(&all, "day", |s| (s.authority.clone(), s.day));
    let there: BTreeMap<(Day, String), Said> = rows::calendar::all(tx)?.into_iter().map(|s| ((s.day, s.authority.clone()), s)).collect();
    let mut said = there.clone();
    said.extend(all.iter().map(|r| ((r.value.day, r.value.authority.clone()), r.value.clone())));
    for Read { line, value } in &all {
        // Authorities that disagree: the person who imports chooses, the program does not.
        let other = said.range((value.day, String::new())..).take_while(|((day, _), _)| *day == value.day).map(|(_, s)| s).find(|s| s.is.kind != value.is.kind);
        if let Some(other) = other {
            let (d, a, b) = (value.day, format!("{} {}", value.authority, value.is.kind.code()), format!("{} {}", other.authority, other.is.kind.code()));
            table.fault(*line, "kind", &format!("{d} 两份来源不一致：{a} / {b}，请选一个"), &format!("Sources disagree on {d}: {a} / {b}; choose one"));
        }
        if table.compare(there.get(&(value.day, value.authority.clone())), value) != Change::Unchanged {
            rows::calendar::save(tx, value, ctx.now)?;
        }
    }
    Ok(table.report())
}
pub(super) fn calendar_out(tx: &mut Tx) -> Out {
    let mut sheet = SheetText::new(CALENDAR);
    for s in rows::calendar::all(tx)? {
        sheet.row([s.authority, s.day.to_string(), s.is.kind.code().into(), s.is.name.zh, s.is.name.en, s.is.source]);
    }
    Ok(vec![("calendar.csv".into(), sheet.text())])
}
