//! Import and export: papers, items, life events, search words. Nothing is deleted by an import; what is absent stays.

use std::collections::BTreeMap;

use kernel::{Actor, No};
use store::Tx;
use web::{Change, ImportCtx, Read, Sheet, SheetFile, SheetReport, SheetText, Table};

use crate::{
    api,
    item::{Form, State},
    load,
    rows::{self, item::By, taxonomy},
    taxonomy::{Document, Event, Synonym},
};

/// In their order: papers before items, items before life events.
pub const SHEETS: &[Sheet] = &[
    Sheet { file: "documents.csv", order: 200, duty: "hall.items", import: documents, export: export_documents },
    Sheet { file: "items/*.toml", order: 210, duty: "hall.items", import: items, export: export_items },
    Sheet { file: "events.csv", order: 220, duty: "hall.items", import: events, export: export_events },
    Sheet { file: "synonyms.csv", order: 230, duty: "hall.items", import: synonyms, export: export_synonyms },
];

const DOCUMENTS: &[&str] = &["document", "name_zh", "name_en", "who_issues", "form", "reusable"];
const EVENTS: &[&str] = &["event", "name_zh", "name_en", "items"];
const SYNONYMS: &[&str] = &["word", "other", "way", "note", "source"];
/// Why an item from the machine's shell needs no second person: whoever holds the shell holds the database.
const SHELL: &str = "import at the machine";

fn documents(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, DOCUMENTS);
    let forms = [("original", Form::Original), ("copy", Form::Copy), ("electronic", Form::Electronic), ("reader", Form::Reader)];
    let read = table.rows(|r| Document {
        id: r.code("document"),
        name: r.both("name", 80),
        who_issues: r.text("who_issues", 80),
        form: r.one_of("form", &forms),
        reusable: r.yes("reusable"),
    });
    table.once(&read, "document", |d| d.id.clone());
    if !table.ok() {
        return Ok(table.report());
    }
    let there: BTreeMap<_, _> = taxonomy::documents(tx)?.into_iter().map(|d| (d.id.clone(), d)).collect();
    for Read { value, .. } in &read {
        if table.compare(there.get(&value.id), value) != Change::Unchanged {
            taxonomy::set_document(tx, value)?;
            taxonomy::turn_on(tx)?;
        }
    }
    Ok(table.report())
}

fn export_documents(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    let mut sheet = SheetText::new(DOCUMENTS);
    for d in taxonomy::documents(tx)? {
        sheet.row([d.id.as_str(), &d.name.zh, &d.name.en, &d.who_issues, d.form.code(), if d.reusable { "yes" } else { "no" }]);
    }
    Ok(vec![("documents.csv".into(), sheet.text())])
}

/// One file, one item. From the machine's shell it stands at once, alone and written down so; over HTTP it becomes a draft.
fn items(tx: &mut Tx, file: &SheetFile, ctx: &ImportCtx) -> Result<SheetReport, No> {
    let mut report = SheetReport { file: file.name.clone(), ..SheetReport::default() };
    // Life events come after the items, and name them.
    let known = load::Known { events: None, ..api::known(tx)? };
    let item = match load::item(&file.name, &file.text, &known) {
        Ok(item) => item,
        Err(faults) => return Ok(SheetReport { faults, ..report }),
    };
    let shell = matches!(ctx.by, Actor::Shell(_) | Actor::System(_));
    let (current, draft) = (rows::item::current(tx, &item.code)?, rows::item::draft(tx, &item.code)?);
    let there = if shell { current.as_ref() } else { draft.as_ref().or(current.as_ref()) };
    match there {
        Some(v) if v.item == item => {
            report.unchanged = 1;
            return Ok(report);
        }
        Some(_) => report.changed = 1,
        None => report.new = 1,
    }
    let number = match &draft {
        Some(d) => d.version,
        None => rows::item::next_version(tx, &item.code)?,
    };
    let by = people::api::by(&ctx.by);
    rows::item::save_draft(tx, &item, &file.text, number, draft.map(|d| d.rev), &by, ctx.now)?;
    if shell {
        let saved = rows::item::one(tx, &item.code, number)?;
        api::stand(tx, &saved, &By { asked: by, agreed: None, alone_why: Some(SHELL.into()) }, ctx.now)?;
    }
    Ok(report)
}

fn export_items(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    Ok(rows::item::typed(tx)?.into_iter().map(|(code, text)| (format!("items/{code}.toml"), text)).collect())
}

fn events(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, EVENTS);
    let read = table.rows(|r| {
        let items = r.raw("items").split_whitespace().map(str::to_owned).collect();
        Event { id: r.code("event"), name: r.both("name", 40), items }
    });
    table.once(&read, "event", |e| e.id.clone());
    let standing: Vec<String> = rows::item::list(tx)?.into_iter().filter(|l| l.state != State::Withdrawn).map(|l| l.code).collect();
    for Read { line, value } in &read {
        for code in value.items.iter().filter(|c| !standing.contains(c)) {
            table.fault(*line, "items", &format!("没有「{code}」这个事项"), &format!("No item {code}"));
        }
    }
    if !table.ok() {
        return Ok(table.report());
    }
    let there = taxonomy::events(tx)?;
    for (place, Read { value, .. }) in read.iter().enumerate() {
        let old = there.iter().position(|e| e.id == value.id);
        // Their order is part of what the sheet says.
        let change = match old {
            None => Change::New,
            Some(n) if n == place && there[n] == *value => Change::Unchanged,
            Some(_) => Change::Changed,
        };
        table.count(change);
        if change != Change::Unchanged {
            taxonomy::set_event(tx, value, place)?;
            taxonomy::turn_on(tx)?;
        }
    }
    Ok(table.report())
}

fn export_events(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    let mut sheet = SheetText::new(EVENTS);
    for e in taxonomy::events(tx)? {
        sheet.row([e.id.as_str(), &e.name.zh, &e.name.en, &e.items.join(" ")]);
    }
    Ok(vec![("events.csv".into(), sheet.text())])
}

fn synonyms(tx: &mut Tx, file: &SheetFile, _: &ImportCtx) -> Result<SheetReport, No> {
    let table = Table::read(file, SYNONYMS);
    let read = table.rows(|r| Synonym {
        word: r.text("word", 20),
        other: r.text("other", 20),
        both_ways: r.one_of("way", &[("both", true), ("one", false)]),
        note: r.maybe_text("note", 200).unwrap_or_default(),
        source: r.text("source", 200),
    });
    table.once(&read, "word", |s| (s.word.clone(), s.other.clone()));
    for Read { line, value } in read.iter().filter(|s| s.value.word == s.value.other) {
        table.fault(*line, "other", &format!("「{}」和自己是一样的", value.word), "The same word twice");
    }
    if !table.ok() {
        return Ok(table.report());
    }
    let there: BTreeMap<_, _> = taxonomy::synonyms(tx)?.into_iter().map(|s| ((s.word.clone(), s.other.clone()), s)).collect();
    for Read { value, .. } in &read {
        if table.compare(there.get(&(value.word.clone(), value.other.clone())), value) != Change::Unchanged {
            taxonomy::set_synonym(tx, value)?;
            taxonomy::turn_on(tx)?;
        }
    }
    Ok(table.report())
}

fn export_synonyms(tx: &mut Tx) -> Result<Vec<(String, String)>, No> {
    let mut sheet = SheetText::new(SYNONYMS);
    for s in taxonomy::synonyms(tx)? {
        sheet.row([s.word.as_str(), &s.other, if s.both_ways { "both" } else { "one" }, &s.note, &s.source]);
    }
    Ok(vec![("synonyms.csv".into(), sheet.text())])
}
