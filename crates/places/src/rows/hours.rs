//! Weekly patterns and day notes.

use kernel::{CentreId, Day, No};
use store::{Tx, params};

use super::{both, json, to_json};
use crate::{Weekly, opening::DayNote};

store::statements! {
    /// The pattern in force on a day.
    WEEKLY = "select h.weekly, h.source from places_hours h where h.centre_id = $1 and h.valid_from <= $2 order by h.valid_from desc limit 1";
    /// Patterns of a centre, newest first.
    WEEKLIES = "select h.valid_from, h.weekly, h.source from places_hours h where h.centre_id = $1 order by h.valid_from desc";
    /// Every pattern.
    ALL_WEEKLIES = "select h.centre_id, h.valid_from, h.weekly, h.source from places_hours h order by h.centre_id, h.valid_from";
    /// A pattern from a day on.
    SAVE_WEEKLY = "insert into places_hours (centre_id, valid_from, weekly, source, set_by) values ($1, $2, $3, $4, $5)
        on conflict (centre_id, valid_from) do update set weekly = excluded.weekly, source = excluded.source, set_by = excluded.set_by";
    /// Notes of a span of days.
    NOTES = "select n.day, n.blocks, n.note_zh, n.note_en, n.source from places_day n where n.centre_id = $1 and n.day >= $2 and n.day <= $3 order by n.day";
    /// The note of a day.
    SAVE_NOTE = "insert into places_day (centre_id, day, blocks, note_zh, note_en, source, set_by) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (centre_id, day) do update set blocks = excluded.blocks, note_zh = excluded.note_zh, note_en = excluded.note_en,
        source = excluded.source, set_by = excluded.set_by";
    /// Takes a note away: the day is as the pattern says.
    DROP_NOTE = "delete from places_day where centre_id = $1 and day = $2";
}

/// A pattern with the day from which it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    pub centre: CentreId,
    pub from: Day,
    pub weekly: Weekly,
    pub source: String,
}

/// Newest first.
pub fn of(tx: &mut Tx, centre: CentreId) -> Result<Vec<Pattern>, No> {
    Ok(tx.many(&WEEKLIES, params![centre], |r| Ok(Pattern { centre, from: r.get(0)?, weekly: json(r, 1)?, source: r.get(2)? }))?)
}
pub fn on(tx: &mut Tx, centre: CentreId, day: Day) -> Result<Option<(Weekly, String)>, No> {
    Ok(tx.optional(&WEEKLY, params![centre, day], |r| Ok((json(r, 0)?, r.get(1)?)))?)
}
pub fn all(tx: &mut Tx) -> Result<Vec<Pattern>, No> {
    Ok(tx.many(&ALL_WEEKLIES, params![], |r| Ok(Pattern { centre: r.get(0)?, from: r.get(1)?, weekly: json(r, 2)?, source: r.get(3)? }))?)
}
pub fn save(tx: &mut Tx, p: &Pattern, by: &str) -> Result<(), No> {
    tx.run(&SAVE_WEEKLY, params![p.centre, p.from, to_json(&p.weekly)?, p.source, by])?;
    Ok(())
}
pub fn notes(tx: &mut Tx, centre: CentreId, from: Day, to: Day) -> Result<Vec<(Day, DayNote)>, No> {
    Ok(tx.many(&NOTES, params![centre, from, to], |r| Ok((r.get(0)?, DayNote { blocks: json(r, 1)?, note: both(r, 2)?, source: r.get(4)? })))?)
}
pub fn save_note(tx: &mut Tx, centre: CentreId, day: Day, n: &DayNote, by: &str) -> Result<(), No> {
    tx.run(&SAVE_NOTE, params![centre, day, to_json(&n.blocks)?, n.note.zh, n.note.en, n.source, by])?;
    Ok(())
}
/// Whether there was one.
pub fn drop_note(tx: &mut Tx, centre: CentreId, day: Day) -> Result<bool, No> {
    Ok(tx.run(&DROP_NOTE, params![centre, day])? > 0)
}
