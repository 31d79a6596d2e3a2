//! What the pages of places show, read in one snapshot.

use kernel::{Both, CentreId, Day, Instant, Minutes, No, TimeZone};
use serde::Serialize;
use store::Tx;
use web::{Ask, Markup, Slice};

use crate::{Area, Block, Centre, Function, Opening, Sample, Status, api, sheets::degrees};

/// A centre's day.
#[derive(Clone, Debug)]
pub struct Today {
    pub day: Day,
    pub opening: Opening,
    /// The block that is open now, with the day it began.
    pub open: Option<(Day, Block)>,
    /// The first opening after now.
    pub next: Option<(Day, Minutes)>,
}
impl Today {
    pub fn read(tx: &mut Tx, centre: CentreId, time: &TimeZone, now: Instant) -> Result<Self, No> {
        let day = time.day(now);
        let hours = api::hours(tx, centre, day.plus(-1), day.plus(api::AHEAD_DAYS))?;
        Ok(Self { day, opening: hours.on(day), open: hours.open_at(time, now), next: hours.next(time, now, api::AHEAD_DAYS) })
    }
}

/// Everything of a centre's page.
pub struct View {
    pub centre: Centre,
    pub area: Option<Area>,
    /// Of an open centre.
    pub today: Option<Today>,
    pub functions: Vec<Function>,
    /// For a centre that is not open.
    pub nearest: Option<Centre>,
    pub cards: Vec<Markup>,
}
impl View {
    pub fn read(tx: &mut Tx, id: CentreId, ask: &Ask, slices: &[&Slice]) -> Result<Self, No> {
        let centre = api::centre(tx, id)?;
        let area = api::areas(tx)?.remove(&centre.area_code);
        let open = centre.status == Status::Open;
        let today = if open { Some(Today::read(tx, id, &ask.district.time, ask.now)?) } else { None };
        let nearest = if open { None } else { api::nearest_open(tx, &centre)? };
        let functions = api::functions(tx, id)?;
        let mut cards = Vec::new();
        for card in slices.iter().filter_map(|s| s.cards) {
            if open && !ask.json() {
                cards.extend(card(tx, ask, id)?);
            }
        }
        Ok(Self { centre, area, today, functions, nearest, cards })
    }
}

/// A row of a list of centres.
#[derive(Clone, Debug)]
pub struct Entry {
    pub centre: Centre,
    pub today: Option<Today>,
}
/// Areas in order, with their centres; areas without one are left out.
pub fn list(tx: &mut Tx, ask: &Ask) -> Result<Vec<(Area, Vec<Entry>)>, No> {
    let mut by_area: Vec<(Area, Vec<Entry>)> = api::areas(tx)?.into_values().map(|a| (a, Vec::new())).collect();
    for centre in api::centres(tx)? {
        let today = if centre.status == Status::Open { Some(Today::read(tx, centre.id, &ask.district.time, ask.now)?) } else { None };
        if let Some((_, entries)) = by_area.iter_mut().find(|(a, _)| a.code == centre.area_code) {
            entries.push(Entry { centre, today });
        }
    }
    by_area.retain(|(_, entries)| !entries.is_empty());
    Ok(by_area)
}

/// A centre as JSON.
#[derive(Serialize)]
pub struct CentreJson<'a> {
    id: CentreId,
    name: &'a Both,
    area: &'a str,
    address: &'a Both,
    phone: &'a str,
    lon: Option<String>,
    lat: Option<String>,
    datum: Option<crate::Datum>,
    phase: Option<i64>,
    status: Status,
    status_since: &'a str,
    planned_month: Option<&'a str>,
    sample: Sample,
    today: Option<TodayJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    functions: Option<&'a [Function]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest_open: Option<CentreId>,
}
#[derive(Serialize)]
struct TodayJson<'a> {
    day: Day,
    #[serde(flatten)]
    opening: &'a Opening,
    open_now: bool,
    next_opening: Option<NextJson>,
}
#[derive(Serialize)]
struct NextJson {
    day: Day,
    time: String,
}
impl<'a> CentreJson<'a> {
    /// Of a list.
    pub fn of(c: &'a Centre, today: Option<&'a Today>) -> Self {
        let e7 = |v: Option<i64>| v.map(|v| degrees(Some(v)));
        Self {
            id: c.id,
            name: &c.name,
            area: &c.area_code,
            address: &c.address,
            phone: &c.phone,
            lon: e7(c.lon_e7),
            lat: e7(c.lat_e7),
            datum: c.datum,
            phase: c.phase,
            status: c.status,
            status_since: &c.status_since,
            planned_month: c.planned_month.as_deref(),
            sample: c.sample,
            today: today.map(|t| TodayJson {
                day: t.day,
                opening: &t.opening,
                open_now: t.open.is_some(),
                next_opening: t.next.map(|(day, m)| NextJson { day, time: kernel::hhmm(m) }),
            }),
            functions: None,
            nearest_open: None,
        }
    }
    /// Of its page.
    pub fn whole(v: &'a View) -> Self {
        let nearest_open = v.nearest.as_ref().map(|c| c.id);
        Self { functions: Some(&v.functions), nearest_open, ..Self::of(&v.centre, v.today.as_ref()) }
    }
}
