//! What other crates may call; every function joins the caller's transaction.

use std::collections::BTreeMap;

use facts::places::{CentreStatus, CounterClosed, DeviceRevoked, HoursChanged};
use kernel::{Actor, Both, CentreId, CounterId, Day, DeviceId, DeviceKind, Id, Instant, Minutes, Missing, No, OnViolation, Refusal, TimeZone};
use store::Tx;

pub use crate::{
    calendar::{CalendarDay, Kind, WorkCalendar},
    centre::{Centre, Datum, Sample, Status},
    device::Device,
    opening::{Block, DayNote, Opening, Weekly, Why},
    place::{Area, Counter, District, Function, FunctionState, Zone},
};
use crate::{
    device::{self, Listed, State},
    opening,
    place::DistrictEntry,
    rows,
    rows::hours::Pattern,
};

/// How far ahead the next opening is looked for, in days [A].
pub const AHEAD_DAYS: i64 = 60;
/// How far ahead the hours of one day can be set, in days [A].
const SET_AHEAD_DAYS: i64 = 400;
/// Longest note of a day, in characters [A].
const NOTE_LONGEST: usize = 60;

/// The district.
///
/// # Errors
/// Missing before it is made.
pub fn district(tx: &mut Tx) -> Result<District, No> {
    rows::district::district(tx)
}
/// Makes the district's one row, unless it is there; `district.csv` names it. `zone` is an IANA name, `turn_min` minutes after midnight (0…720).
///
/// # Errors
/// A fault.
pub fn make_district(tx: &mut Tx, name: &Both, zone: &str, turn_min: Minutes, sample: bool, now: Instant) -> Result<(), No> {
    if rows::district::entry(tx)?.is_some() {
        return Ok(());
    }
    rows::district::make(tx, &DistrictEntry { name: name.clone(), zone: zone.into(), turn_min }, sample.then_some(now))
}
/// The areas (街道) by code.
///
/// # Errors
/// A fault.
pub fn areas(tx: &mut Tx) -> Result<BTreeMap<String, Area>, No> {
    rows::district::areas(tx)
}
/// One centre.
///
/// # Errors
/// Missing.
pub fn centre(tx: &mut Tx, id: CentreId) -> Result<Centre, No> {
    rows::centre::one(tx, id)
}
/// Every centre, by register number.
///
/// # Errors
/// A fault.
pub fn centres(tx: &mut Tx) -> Result<Vec<Centre>, No> {
    rows::centre::all(tx)
}
/// The zones of a centre, floor by floor.
///
/// # Errors
/// A fault.
pub fn zones(tx: &mut Tx, centre: CentreId) -> Result<Vec<Zone>, No> {
    rows::place::zones(tx, centre)
}
/// The zone of a code.
///
/// # Errors
/// Missing.
pub fn zone(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Zone, No> {
    rows::place::zone(tx, centre, code)
}
/// A counter, closed or not: look at [`Counter::closed`].
///
/// # Errors
/// Missing.
pub fn counter(tx: &mut Tx, id: CounterId) -> Result<Counter, No> {
    rows::place::counter(tx, id)
}
/// The counters of a centre that are in use, by number.
///
/// # Errors
/// A fault.
pub fn counters(tx: &mut Tx, centre: CentreId) -> Result<Vec<Counter>, No> {
    Ok(rows::place::counters(tx, centre)?.into_iter().filter(|c| !c.closed).collect())
}
/// The counter in use that carries this number.
///
/// # Errors
/// Missing.
pub fn counter_numbered(tx: &mut Tx, centre: CentreId, number: i64) -> Result<Counter, No> {
    rows::place::counter_numbered(tx, centre, number)
}
/// The twelve functions of a centre, in order.
///
/// # Errors
/// A fault.
pub fn functions(tx: &mut Tx, centre: CentreId) -> Result<Vec<Function>, No> {
    rows::place::functions(tx, centre)
}

/// Everything that decides a span of days of one centre; pure from here on.
pub struct Hours {
    patterns: Vec<Pattern>,
    notes: BTreeMap<Day, DayNote>,
    calendar: WorkCalendar,
}
impl Hours {
    /// The opening of a day of the span.
    pub fn on(&self, day: Day) -> Opening {
        let pattern = self.patterns.iter().find(|p| p.from <= day).map(|p| (&p.weekly, p.source.as_str()));
        opening::opening(pattern, self.calendar.on(day), self.notes.get(&day), day, self.calendar.published(day))
    }
    /// The same day under another note, for a preview.
    pub fn with_note(mut self, day: Day, note: DayNote) -> Self {
        self.notes.insert(day, note);
        self
    }
    /// Whether a note was set for that day.
    pub fn noted(&self, day: Day) -> bool {
        self.notes.contains_key(&day)
    }
    /// The block that is open at `now` with the day on which it began: yesterday's may pass midnight. The span must hold both days.
    pub fn open_at(&self, time: &TimeZone, now: Instant) -> Option<(Day, Block)> {
        let (today, minute) = (time.day(now), time.minute_of_day(now));
        let yesterday = today.plus(-1);
        self.on(today).at(minute).map(|b| (today, b)).or_else(|| self.on(yesterday).at(minute + 1_440).map(|b| (yesterday, b)))
    }
    /// The first opening after `now` within `days` days.
    pub fn next(&self, time: &TimeZone, now: Instant, days: i64) -> Option<(Day, Minutes)> {
        let (today, minute) = (time.day(now), time.minute_of_day(now));
        (0..=days).find_map(|n| {
            let day = today.plus(n);
            self.on(day).opens_after(if n == 0 { minute + 1 } else { 0 }).map(|from| (day, from))
        })
    }
}

/// What decides the days `from`…`to` of a centre: three statements and one for each year.
///
/// # Errors
/// A fault.
pub fn hours(tx: &mut Tx, centre: CentreId, from: Day, to: Day) -> Result<Hours, No> {
    let patterns = rows::hours::of(tx, centre)?;
    let notes = rows::hours::notes(tx, centre, from, to)?.into_iter().collect();
    Ok(Hours { patterns, notes, calendar: rows::calendar::span(tx, from, to)? })
}
/// The opening of one day (开放时间).
///
/// # Errors
/// A fault. A centre without hours is shut, `why` says so.
pub fn opening(tx: &mut Tx, centre: CentreId, day: Day) -> Result<Opening, No> {
    let weekly = rows::hours::on(tx, centre, day)?;
    let note = rows::hours::notes(tx, centre, day, day)?.pop().map(|(_, n)| n);
    let calendar = rows::calendar::span(tx, day, day)?;
    Ok(opening::opening(weekly.as_ref().map(|(w, s)| (w, s.as_str())), calendar.on(day), note.as_ref(), day, calendar.published(day)))
}
/// Whether a centre may give numbers now: the day on which the open block began, and the block.
///
/// # Errors
/// `centre.not_open` when it is not an open centre, `centre.shut_today` outside its hours.
pub fn open_now(tx: &mut Tx, centre: CentreId, time: &TimeZone, now: Instant) -> Result<(Day, Block), No> {
    let c = self::centre(tx, centre)?;
    if c.status != Status::Open {
        let other = nearest_open(tx, &c)?.map_or(Both::new("12345", "12345"), |o| o.name);
        let month = c.planned_month.clone();
        let month = Both::new(month.clone().unwrap_or_else(|| "未定".into()), month.unwrap_or_else(|| "not set".into()));
        return Err(Refusal::conflict("centre.not_open").both("centre", c.name).both("month", month).both("other", other).into());
    }
    let today = time.day(now);
    let hours = hours(tx, centre, today.plus(-1), today.plus(AHEAD_DAYS))?;
    hours.open_at(time, now).ok_or_else(|| {
        let why = why_words(&hours.on(today));
        let t = hours.next(time, now, AHEAD_DAYS).map_or(Both::new("看通知", "see notice"), |(day, m)| when(today, day, m));
        Refusal::conflict("centre.shut_today").both("why", why).both("t", t).into()
    })
}
fn why_words(o: &Opening) -> Both {
    if !o.note.zh.is_empty() {
        return o.note.clone();
    }
    match o.why {
        Why::Unset => Both::new("时间还没公布", "hours are not published yet"),
        _ if o.blocks.is_empty() => Both::new("休息日", "day of rest"),
        _ => Both::new("现在是休息时间", "outside hours"),
    }
}
fn when(today: Day, day: Day, m: Minutes) -> Both {
    let t = kernel::hhmm(m);
    match day.days_since(today) {
        0 => Both::new(t.clone(), t),
        1 => Both::new(format!("明天 {t}"), format!("tomorrow {t}")),
        _ => Both::new(format!("{day} {t}"), format!("{day} {t}")),
    }
}
/// The open centre nearest to another: by position where both say the same datum, else of the same area, else the first.
///
/// # Errors
/// A fault.
pub fn nearest_open(tx: &mut Tx, to: &Centre) -> Result<Option<Centre>, No> {
    Ok(open_by_distance(tx, to)?.into_iter().next())
}
/// The other open centres, the nearest first: whether it is open at this hour is the caller's to look at.
///
/// # Errors
/// A fault.
pub fn open_by_distance(tx: &mut Tx, to: &Centre) -> Result<Vec<Centre>, No> {
    let apart = |c: &Centre| match (c.lon_e7, c.lat_e7, to.lon_e7, to.lat_e7) {
        // A degree of longitude is about 0.82 of one of latitude here (34.8° N): good enough to choose the nearest.
        (Some(a), Some(b), Some(x), Some(y)) if c.datum == to.datum => {
            let (dx, dy) = ((a - x) * 82 / 100 / 1_000, (b - y) / 1_000);
            dx * dx + dy * dy
        }
        _ if c.area_code == to.area_code => i64::MAX - 1,
        _ => i64::MAX,
    };
    let mut all: Vec<_> = centres(tx)?.into_iter().filter(|c| c.status == Status::Open && c.id != to.id).collect();
    all.sort_by_key(|c| (apart(c), c.id));
    Ok(all)
}
/// Tells that a centre's status is another now; a closed centre's devices are revoked. `real` is machine time.
///
/// # Errors
/// A fault.
pub(crate) fn status_changed(tx: &mut Tx, centre: CentreId, to: Status, since: Day, real: Instant) -> Result<(), No> {
    tx.tell(&CentreStatus { centre, status: to.code().into(), since });
    if to == Status::Closed {
        for (device, _) in rows::device::of_centre(tx, centre)? {
            revoke(tx, device, real)?;
        }
    }
    Ok(())
}
/// Sets the hours of one day (当日安排): it wins over pattern and holiday.
///
/// # Errors
/// `hours.past`, `hours.note`, `hours.overlap`.
pub fn set_day(tx: &mut Tx, centre: CentreId, day: Day, note: &DayNote, by: &Actor, today: Day) -> Result<Opening, No> {
    check_day(day, note, today)?;
    self::centre(tx, centre)?;
    rows::hours::save_note(tx, centre, day, note, &by.to_string())?;
    tx.tell(&HoursChanged { centre, from: day });
    opening(tx, centre, day)
}
pub(crate) fn check_day(day: Day, note: &DayNote, today: Day) -> Result<(), Refusal> {
    if !(0..=SET_AHEAD_DAYS).contains(&day.days_since(today)) {
        return Err(Refusal::invalid("hours.past").arg("day", day).arg("today", today).at("day"));
    }
    let fits = |t: &str| (1..=NOTE_LONGEST).contains(&t.chars().count());
    if !fits(&note.note.zh) || !fits(&note.note.en) {
        return Err(Refusal::invalid("hours.note").arg("max", NOTE_LONGEST).at("note_zh"));
    }
    opening::in_order(&note.blocks)
}
/// Takes the note of a day away. Nothing happens when there was none.
///
/// # Errors
/// A fault.
pub fn clear_day(tx: &mut Tx, centre: CentreId, day: Day) -> Result<Opening, No> {
    if rows::hours::drop_note(tx, centre, day)? {
        tx.tell(&HoursChanged { centre, from: day });
    }
    opening(tx, centre, day)
}
/// Takes a counter out of use as a place, or back into use.
///
/// # Errors
/// Missing when it is not of this centre; `counter.number_taken` when another counter carries its number now.
pub fn use_counter(tx: &mut Tx, centre: CentreId, id: CounterId, in_use: bool, now: Instant) -> Result<Counter, No> {
    let mut c = counter(tx, id)?;
    if c.centre != centre {
        return Err(Missing("counter").into());
    }
    if c.closed == in_use {
        if in_use && rows::place::counter_numbered(tx, centre, c.number).is_ok() {
            return Err(taken(c.number).into());
        }
        rows::place::close_counter(tx, &c, (!in_use).then_some(now)).on_violation("places_counter_number", || taken(c.number))?;
        if !in_use {
            tx.tell(&CounterClosed { centre, counter: id });
        }
        c.closed = !in_use;
    }
    Ok(c)
}
fn taken(number: i64) -> Refusal {
    Refusal::conflict("counter.number_taken").arg("n", number)
}

/// Which device a token stands for, with the code of its zone; `None` when it was revoked or never made.
///
/// # Errors
/// A fault.
pub fn web_device(tx: &mut Tx, token_hash: &[u8; 32]) -> Result<Option<web::Device>, No> {
    Ok(rows::device::by_token(tx, token_hash)?.map(|(d, zone)| web::Device { id: d.id, kind: d.kind, centre: d.centre, zone, counter: d.counter }))
}
/// Every device with its state.
///
/// # Errors
/// A fault.
pub fn devices(tx: &mut Tx) -> Result<Vec<Listed>, No> {
    rows::device::all(tx)
}
/// Adds a device. `code` is the eight characters that will be typed; only its hash is kept, for 30 minutes of machine time.
///
/// # Errors
/// `device.name`; missing when its zone or counter is of another centre.
pub fn add_device(tx: &mut Tx, device: &Device, code: &str, real: Instant) -> Result<(), No> {
    centre(tx, device.centre)?;
    if !(1..=40).contains(&device.name.chars().count()) {
        return Err(Refusal::invalid("device.name").at("name").into());
    }
    if let Some(zone) = device.zone
        && !zones(tx, device.centre)?.iter().any(|z| z.id == zone)
    {
        return Err(Missing("zone").into());
    }
    if let Some(id) = device.counter
        && counter(tx, id)?.centre != device.centre
    {
        return Err(Missing("counter").into());
    }
    rows::device::add(tx, device, &web::token::hash(code), real.plus_min(device::CODE_MINUTES), real)
}
/// Turns a typed code into an enrolled device. Works once, also for two browsers at the same moment.
///
/// # Errors
/// `device.code`; `device.door` when this kind of device types its code elsewhere.
pub fn enrol(tx: &mut Tx, typed: &str, door: &str, token_hash: [u8; 32], real: Instant) -> Result<Device, No> {
    let refused = || Refusal::invalid("device.code").at("code");
    let code = web::token::read_code(typed);
    let Some(found) = rows::device::by_code(tx, &web::token::hash(&code))? else { return Err(refused().into()) };
    found.state.enrol(real)?;
    let right = device::door(found.device.kind);
    if door != right {
        return Err(Refusal::invalid("device.door").arg("path", format!("{right}/enrol")).at("code").into());
    }
    if !rows::device::enrol(tx, found.device.id, &token_hash, real)? {
        return Err(refused().into());
    }
    tx.about("device", found.device.id);
    Ok(found.device)
}
/// Revokes a device: its next request is answered 401. Doing it twice changes nothing.
///
/// # Errors
/// Missing.
pub fn revoke(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<Device, No> {
    let found = rows::device::one(tx, id)?;
    let State::Revoked = found.state.revoke() else { return Ok(found.device) };
    if rows::device::revoke(tx, id, now)? {
        tx.tell(&DeviceRevoked { centre: found.device.centre, device: id });
    }
    Ok(found.device)
}
/// A device was heard; call it at most once a minute for each.
///
/// # Errors
/// A fault.
pub fn seen(tx: &mut Tx, id: DeviceId, real: Instant) -> Result<(), No> {
    rows::device::seen(tx, id, real)
}
/// What a device of the sample is called.
fn sample_name(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Kiosk => "示例自助机",
        DeviceKind::Display => "示例大屏",
        DeviceKind::Desk => "示例窗口电脑",
        DeviceKind::Printer => "示例打印机",
        DeviceKind::Rating => "示例评价器",
    }
}
/// The sample district's way in: a device enrolled at once, with its token.
///
/// # Errors
/// Missing when there is no such centre.
pub fn enrol_sample(tx: &mut Tx, centre: CentreId, kind: DeviceKind, real: Instant, dice: [u8; 32]) -> Result<String, No> {
    let mut ten = [0; 10];
    ten.copy_from_slice(&web::token::hash(&new_token(dice))[..10]);
    let zone = zones(tx, centre)?.into_iter().find(|z| z.code == "hall1").map(|z| z.id);
    let device = Device { id: Id::new(real, ten), centre, kind, name: sample_name(kind).to_owned(), zone, counter: None };
    let (code, token) = (web::token::code(&dice, 8), new_token(dice));
    add_device(tx, &device, &code, real)?;
    enrol(tx, &code, device::door(kind), web::token::hash(&token), real)?;
    Ok(token)
}
/// A device's token: 256 bits as text.
pub(crate) fn new_token(dice: [u8; 32]) -> String {
    format!("{}{}", web::token::text(&dice[..16]), web::token::text(&dice[16..]))
}

/// What the administrator should put right, in both languages.
///
/// # Errors
/// A fault.
pub fn warnings(tx: &mut Tx, now: Instant) -> Result<Vec<String>, No> {
    let mut all = Vec::new();
    let d = match district(tx) {
        Ok(d) => d,
        Err(No::Missing(_)) => return Ok(all),
        Err(other) => return Err(other),
    };
    let today = d.time.day(now);
    let (year, month, _) = today.parts();
    for (y, due) in [(year, true), (year + 1, month == 12)] {
        if due
            && let Some(first) = kernel::civil(y, 1, 1)
            && !rows::calendar::span(tx, first, first)?.published(first)
        {
            all.push(format!("{y} 年的节假日还没有导入：calendar.csv / holidays of {y} are not imported: calendar.csv"));
        }
    }
    for c in centres(tx)?.into_iter().filter(|c| c.status == Status::Open) {
        if rows::hours::on(tx, c.id, today)?.is_none() {
            all.push(format!("{} 没有开放时间：hours.csv / centre {} has no hours: hours.csv", c.name.zh, c.id));
        }
    }
    Ok(all)
}
