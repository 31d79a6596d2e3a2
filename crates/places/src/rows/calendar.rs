//! Days that differ from their weekday.

use kernel::{Day, Instant, No};
use store::{Tx, params};

use super::{both, word};
use crate::calendar::{CalendarDay, Kind, WorkCalendar};

store::statements! {
    /// A span of days. Authorities that disagree are refused at import, so any of them speaks.
    SPAN = "select day, kind, name_zh, name_en, source from places_calendar where day >= $1 and day <= $2 order by day, authority desc";
    /// Whether anything is known of a span: is the year's arrangement published?
    ANY = "select 1 from places_calendar where day >= $1 and day <= $2 limit 1";
    /// Everything.
    ALL_DAYS = "select authority, day, kind, name_zh, name_en, source from places_calendar order by authority, day";
    /// A day, new or corrected.
    SAVE_DAY = "insert into places_calendar (authority, day, kind, name_zh, name_en, source, set_at_us) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (authority, day) do update set kind = excluded.kind, name_zh = excluded.name_zh, name_en = excluded.name_en,
        source = excluded.source, set_at_us = excluded.set_at_us";
}

/// One row of the calendar with who said it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub authority: String,
    pub day: Day,
    pub is: CalendarDay,
}

pub fn span(tx: &mut Tx, from: Day, to: Day) -> Result<WorkCalendar, No> {
    let days = tx.many(&SPAN, params![from, to], |r| Ok((r.get::<Day>(0)?, CalendarDay { kind: word(r, 1, kind)?, name: both(r, 2)?, source: r.get(4)? })))?;
    let mut years = Vec::new();
    for year in from.parts().0..=to.parts().0 {
        if tx.optional(&ANY, params![format!("{year:04}-01-01"), format!("{year:04}-12-31")], |r| r.get::<i64>(0))?.is_some() {
            years.push(year);
        }
    }
    Ok(WorkCalendar::new(days.into_iter().collect(), years))
}
pub fn all(tx: &mut Tx) -> Result<Vec<Said>, No> {
    Ok(tx.many(&ALL_DAYS, params![], |r| {
        Ok(Said { authority: r.get(0)?, day: r.get(1)?, is: CalendarDay { kind: word(r, 2, kind)?, name: both(r, 3)?, source: r.get(5)? } })
    })?)
}
pub fn save(tx: &mut Tx, s: &Said, now: Instant) -> Result<(), No> {
    tx.run(&SAVE_DAY, params![s.authority, s.day, s.is.kind.code(), s.is.name.zh, s.is.name.en, s.is.source, now])?;
    Ok(())
}
fn kind(code: &str) -> Option<Kind> {
    Kind::ALL.iter().find(|(c, _)| *c == code).map(|(_, k)| *k)
}
