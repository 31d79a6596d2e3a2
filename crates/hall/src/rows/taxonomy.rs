//! Papers, life events, search words, and the turn of the catalogue.

use kernel::{Both, Fault, No};
use store::{Row, Tx, params};

use crate::{
    item::Form,
    taxonomy::{Document, Event, Synonym},
};

store::statements! {
    /// Papers.
    DOCUMENTS = "select document, name_zh, name_en, who_issues, form, reusable from hall_document order by document";
    /// Makes or changes a paper.
    SET_DOCUMENT = "insert into hall_document (document, name_zh, name_en, who_issues, form, reusable) values ($1, $2, $3, $4, $5, $6)
        on conflict (document) do update set name_zh = $2, name_en = $3, who_issues = $4, form = $5, reusable = $6";
    /// Life events in their order.
    EVENTS = "select event, name_zh, name_en, items from hall_event order by place, event";
    /// Makes or changes a life event.
    SET_EVENT = "insert into hall_event (event, place, name_zh, name_en, items) values ($1, $2, $3, $4, $5)
        on conflict (event) do update set place = $2, name_zh = $3, name_en = $4, items = $5";
    /// Search words.
    SYNONYMS = "select word, other, way, note, source from hall_synonym order by word, other";
    /// Makes or changes a search word.
    SET_SYNONYM = "insert into hall_synonym (word, other, way, note, source) values ($1, $2, $3, $4, $5)
        on conflict (word, other) do update set way = $3, note = $4, source = $5";
    /// How often the catalogue was turned.
    TURN = "select n from hall_turn where one = 1";
    /// Turns it.
    TURN_ON = "insert into hall_turn (one, n) values (1, 1) on conflict (one) do update set n = hall_turn.n + 1";
}

/// Papers.
pub fn documents(tx: &mut Tx) -> Result<Vec<Document>, No> {
    let document = |r: &mut Row| {
        let form: String = r.get(4)?;
        let form = Form::parse(&form).ok_or_else(|| Fault::new(format!("form {form}")))?;
        Ok(Document { id: r.get(0)?, name: Both::new(r.get::<String>(1)?, r.get::<String>(2)?), who_issues: r.get(3)?, form, reusable: r.get(5)? })
    };
    Ok(tx.many(&DOCUMENTS, params![], document)?)
}
/// Makes or changes a paper.
pub fn set_document(tx: &mut Tx, d: &Document) -> Result<(), No> {
    Ok(tx.run(&SET_DOCUMENT, params![d.id, d.name.zh, d.name.en, d.who_issues, d.form.code(), d.reusable]).map(drop)?)
}
/// Life events in their order.
pub fn events(tx: &mut Tx) -> Result<Vec<Event>, No> {
    let event = |r: &mut Row| {
        let items: String = r.get(3)?;
        Ok(Event {
            id: r.get(0)?,
            name: Both::new(r.get::<String>(1)?, r.get::<String>(2)?),
            items: items.split(' ').filter(|c| !c.is_empty()).map(str::to_owned).collect(),
        })
    };
    Ok(tx.many(&EVENTS, params![], event)?)
}
/// Makes or changes a life event at a place of the list.
pub fn set_event(tx: &mut Tx, e: &Event, place: usize) -> Result<(), No> {
    Ok(tx.run(&SET_EVENT, params![e.id, place, e.name.zh, e.name.en, e.items.join(" ")]).map(drop)?)
}
/// Search words.
pub fn synonyms(tx: &mut Tx) -> Result<Vec<Synonym>, No> {
    let synonym = |r: &mut Row| {
        let way: String = r.get(2)?;
        Ok(Synonym { word: r.get(0)?, other: r.get(1)?, both_ways: way == "both", note: r.get(3)?, source: r.get(4)? })
    };
    Ok(tx.many(&SYNONYMS, params![], synonym)?)
}
/// Makes or changes a search word.
pub fn set_synonym(tx: &mut Tx, s: &Synonym) -> Result<(), No> {
    Ok(tx.run(&SET_SYNONYM, params![s.word, s.other, if s.both_ways { "both" } else { "one" }, s.note, s.source]).map(drop)?)
}
/// How often the catalogue was turned.
pub fn turn(tx: &mut Tx) -> Result<i64, No> {
    Ok(tx.optional(&TURN, params![], |r| r.get(0))?.unwrap_or(0))
}
/// Turns it: every process builds it anew with its next question.
pub fn turn_on(tx: &mut Tx) -> Result<(), No> {
    Ok(tx.run(&TURN_ON, params![]).map(drop)?)
}
