mod district;
mod guide;
mod load;
mod pages;
mod rows;
mod search;

use std::{collections::BTreeMap, fs, path::PathBuf};

use kernel::{Both, CentreId, Instant};

use crate::{
    catalogue::{Catalogue, Current},
    item::{Form, Item, State},
    load::{Known, item as read_item},
    taxonomy::{Document, Event, Synonym},
};

/// The sample district, read as files.
pub fn district() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/demo-district"))
}

pub fn centre(n: i64) -> CentreId {
    CentreId::new(n).unwrap()
}

/// Rows of a CSV file, by column.
pub fn csv(name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(district().join(name)).unwrap();
    let head = reader.headers().unwrap().clone();
    reader.records().map(|r| head.iter().zip(r.unwrap().iter()).map(|(h, c)| (h.to_owned(), c.to_owned())).collect()).collect()
}

pub fn documents() -> Vec<Document> {
    csv("documents.csv")
        .into_iter()
        .map(|r| Document {
            id: r["document"].clone(),
            name: Both::new(&r["name_zh"], &r["name_en"]),
            who_issues: r["who_issues"].clone(),
            form: Form::parse(&r["form"]).unwrap(),
            reusable: r["reusable"] == "yes",
        })
        .collect()
}
pub fn events() -> Vec<Event> {
    csv("events.csv")
        .into_iter()
        .map(|r| Event {
            id: r["event"].clone(),
            name: Both::new(&r["name_zh"], &r["name_en"]),
            items: r["items"].split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}
pub fn synonyms() -> Vec<Synonym> {
    csv("synonyms.csv")
        .into_iter()
        .map(|r| Synonym { word: r["word"].clone(), other: r["other"].clone(), both_ways: r["way"] == "both", note: String::new(), source: String::new() })
        .collect()
}
pub fn known() -> Known {
    let mut lines: BTreeMap<CentreId, Vec<String>> = BTreeMap::new();
    for r in csv("lines.csv") {
        lines.entry(r["centre"].parse().unwrap()).or_default().push(r["line"].clone());
    }
    Known { documents: documents().into_iter().map(|d| d.id).collect(), lines, events: Some(events().into_iter().map(|e| e.id).collect()) }
}
/// Name and text of every item's file.
pub fn files() -> Vec<(String, String)> {
    let mut all: Vec<_> = fs::read_dir(district().join("items")).unwrap().map(|f| f.unwrap().path()).collect();
    all.sort();
    all.into_iter().map(|p| (format!("items/{}", p.file_name().unwrap().to_string_lossy()), fs::read_to_string(&p).unwrap())).collect()
}
pub fn items() -> Vec<Item> {
    let known = known();
    files().iter().map(|(name, text)| read_item(name, text, &known).unwrap_or_else(|f| panic!("{}", f[0].text(kernel::Lang::En)))).collect()
}
pub fn item_of(file: &str) -> Item {
    let text = fs::read_to_string(district().join("items").join(file)).unwrap();
    read_item(file, &text, &known()).unwrap()
}
pub fn catalogue() -> Catalogue {
    let current = |item| Current { item, version: 1, state: State::Published, successor: None, since: Instant::default() };
    Catalogue::build(items().into_iter().map(current).collect(), documents(), events(), &synonyms())
}
