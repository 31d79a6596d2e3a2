//! The catalogue as it is held in memory: what pages and search read. Pure; built from rows, thrown away when they changed.

use std::collections::BTreeMap;

use crate::{
    item::{Item, State},
    search::{Doc, Found, Index},
    taxonomy::{Document, Event, Synonym},
};

/// The version of an item that stands now (not a draft, not replaced).
#[derive(Clone, PartialEq, Debug)]
pub struct Current {
    /// The item.
    pub item: Item,
    /// Its version.
    pub version: i64,
    /// Published, suspended or withdrawn.
    pub state: State,
    /// Of a withdrawn item.
    pub successor: Option<String>,
    /// When it was withdrawn or suspended, else when it was published.
    pub since: kernel::Instant,
}

/// Everything at once.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// By code.
    pub items: BTreeMap<String, Current>,
    /// By id.
    pub documents: BTreeMap<String, Document>,
    /// In their order.
    pub events: Vec<Event>,
    by_item: Index,
    by_event: Index,
}

/// What a question found, by kind.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// Items, best first.
    pub items: Found,
    /// Life events.
    pub events: Found,
}

impl Catalogue {
    /// Builds both indexes.
    pub fn build(items: Vec<Current>, documents: Vec<Document>, events: Vec<Event>, synonyms: &[Synonym]) -> Self {
        let items: BTreeMap<_, _> = items.into_iter().map(|c| (c.item.code.clone(), c)).collect();
        let documents: BTreeMap<_, _> = documents.into_iter().map(|d| (d.id.clone(), d)).collect();
        let docs: Vec<Doc> = items.values().filter(|c| c.state != State::Withdrawn).map(|c| item_doc(&c.item, &documents, &events)).collect();
        let by_item = Index::build(&docs, synonyms);
        let by_event = Index::build(&events.iter().map(|e| event_doc(e, &items)).collect::<Vec<_>>(), synonyms);
        Self { items, documents, events, by_item, by_event }
    }
    /// Items and life events for a question; `keep` says which items may be shown.
    pub fn search(&self, asked: &str, limit: usize, keep: &dyn Fn(&str) -> bool) -> Results {
        Results { items: self.by_item.search(asked, limit, keep), events: self.by_event.search(asked, 3, &|_| true) }
    }
    /// A life event by its id.
    pub fn event(&self, id: &str) -> Option<&Event> {
        self.events.iter().find(|e| e.id == id)
    }
    /// Every life event with how many items it has.
    pub fn doors(&self) -> Vec<(Event, usize)> {
        self.events.iter().map(|e| (e.clone(), self.of_event(e).len())).collect()
    }
    /// Items of a life event that can be done, in its order; items that only name the event come after.
    pub fn of_event(&self, event: &Event) -> Vec<&Current> {
        let open = |c: &&Current| c.state != State::Withdrawn;
        let listed = event.items.iter().filter_map(|code| self.items.get(code)).filter(open);
        let naming = self.items.values().filter(|c| c.item.life_events.contains(&event.id) && !event.items.contains(&c.item.code)).filter(open);
        listed.chain(naming).collect()
    }
}

/// Weights: registries.md §5 [A]: plain and official name 3, synonyms and life events 2, papers and guide 1.
fn item_doc(item: &Item, documents: &BTreeMap<String, Document>, events: &[Event]) -> Doc {
    let two = |b: &kernel::Both| format!("{} | {}", b.zh, b.en);
    let of_events: Vec<String> = events.iter().filter(|e| item.life_events.contains(&e.id) || e.items.contains(&item.code)).map(|e| two(&e.name)).collect();
    let papers: Vec<String> = item.need.iter().filter_map(|n| documents.get(&n.document)).map(|d| two(&d.name)).collect();
    Doc {
        id: item.code.clone(),
        fields: vec![
            (3.0, format!("{} | {}", two(&item.plain), two(&item.short))),
            (3.0, two(&item.name)),
            (2.0, item.synonyms.join(" | ")),
            (2.0, of_events.join(" | ")),
            (1.0, papers.join(" | ")),
            (1.0, format!("{} | {} | {}", two(&item.guide), two(&item.owner), item.code)),
        ],
        initials: vec![item.plain.zh.clone(), item.short.zh.clone(), item.name.zh.clone()],
    }
}

fn event_doc(event: &Event, items: &BTreeMap<String, Current>) -> Doc {
    let names: Vec<String> = event.items.iter().filter_map(|code| items.get(code)).map(|c| format!("{} | {}", c.item.plain.zh, c.item.plain.en)).collect();
    Doc {
        id: event.id.clone(),
        fields: vec![(3.0, format!("{} | {}", event.name.zh, event.name.en)), (1.0, names.join(" | "))],
        initials: vec![event.name.zh.clone()],
    }
}
