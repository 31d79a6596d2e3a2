//! What is set rather than happens: lines, classes, skills, figures; stopping a line; help calls.

use facts::queue::{Help, LineState};
use kernel::{Actor, Both, CentreId, CounterId, DeviceId, Id, Instant, LineId, Missing, No, Refusal, ServiceClass, of};
use store::{Dice, Tx};

use super::hold;
use crate::{Class, Figure, Limits, Line, Skill, rows};

pub use rows::line::FigureSet;

kernel::coded! {
    /// Why issuing for a line is stopped (停止取号原因).
    StopReason {
        Outage = "outage", "外部系统故障", "an outside system is down";
        Full = "full", "今天人已满", "full for today";
        Staff = "staff", "人手不足", "short of staff";
        Other = "other", "其他", "other";
    }
}

/// A line to make or change; its code within the centre says which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLine {
    /// Where.
    pub centre: CentreId,
    /// Short code.
    pub code: String,
    /// One letter, perhaps a digit.
    pub prefix: String,
    /// Service class.
    pub class: ServiceClass,
    /// Its name.
    pub name: Both,
    /// Code of its zone.
    pub zone: String,
    /// Issuing stops so many minutes before closing.
    pub last_issue_min: i64,
    /// Remote share in per cent.
    pub remote_share_pct: i64,
    /// Typical minutes of an errand.
    pub typical_min: i64,
}

impl NewLine {
    /// Whole minutes or per cent: field, least, most.
    pub const FIGURES: [(&'static str, i64, i64); 3] = [("last_issue_min", 0, 720), ("remote_share_pct", 0, 100), ("typical_min", 1, 480)];

    /// Everything that is wrong with it, each at its field: `line.code`, `line.prefix`, `line.name`, `line.figure`.
    pub fn faults(&self) -> Vec<Refusal> {
        let plain = |s: &str, most: usize| !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        let prefix =
            |s: &str| (1..=2).contains(&s.len()) && s.bytes().enumerate().all(|(i, b)| if i == 0 { b.is_ascii_uppercase() } else { b.is_ascii_digit() });
        let mut faults = Vec::new();
        if !plain(&self.code, 32) {
            faults.push(Refusal::invalid("line.code").at("line"));
        }
        if !prefix(&self.prefix) {
            faults.push(Refusal::invalid("line.prefix").at("prefix"));
        }
        for (name, field) in [(&self.name.zh, "name_zh"), (&self.name.en, "name_en")] {
            if name.trim().is_empty() {
                faults.push(Refusal::invalid("line.name").at(field));
            }
        }
        for ((field, least, most), value) in Self::FIGURES.into_iter().zip([self.last_issue_min, self.remote_share_pct, self.typical_min]) {
            if !(least..=most).contains(&value) {
                faults.push(Refusal::invalid("line.figure").arg("min", least).arg("max", most).at(field));
            }
        }
        faults
    }
}

/// Makes or changes a line (import, A-pages).
///
/// # Errors
/// `line.code`, `line.prefix`, `line.name`, `line.figure`, each at its field.
pub fn set_line(tx: &mut Tx, new: NewLine, now: Instant, dice: [u8; 32]) -> Result<LineId, No> {
    hold(tx, new.centre)?;
    if let Some(first) = new.faults().into_iter().next() {
        return Err(first.into());
    }
    let line = Line {
        id: Dice::new(dice).id(now),
        centre: new.centre,
        code: new.code,
        prefix: new.prefix,
        class: new.class,
        name: new.name,
        zone: new.zone,
        last_issue_min: new.last_issue_min,
        remote_share_pct: new.remote_share_pct,
        typical_min: new.typical_min,
        closed_at: None,
    };
    Ok(rows::line::set(tx, &line)?)
}

/// Makes or changes a class (import); classes belong to the district, whose chain is 0.
///
/// # Errors
/// `class.credit`.
pub fn set_class(tx: &mut Tx, class: &Class) -> Result<(), No> {
    hold(tx, CentreId::DISTRICT)?;
    if !(0..=240).contains(&class.credit_min) {
        return Err(Refusal::invalid("class.credit").at("credit_min").into());
    }
    Ok(rows::line::set_class(tx, class)?)
}

/// What a counter may serve from now on; a counter at work serves it at once.
///
/// # Errors
/// `line.unknown`, `skill.rank`.
pub fn set_skills(tx: &mut Tx, centre: CentreId, counter: CounterId, skills: &[Skill]) -> Result<(), No> {
    hold(tx, centre)?;
    let lines = rows::line::all(tx, centre)?;
    for s in skills {
        if !lines.iter().any(|(l, _)| l.id == s.line) {
            return Err(Refusal::invalid("line.unknown").at("line").into());
        }
        if !(1..=2).contains(&s.rank) || s.help_after_s < 0 {
            return Err(Refusal::invalid("skill.rank").at("rank").into());
        }
    }
    rows::line::set_skills(tx, counter, skills)?;
    if let Some(session) = rows::desk::of_counter(tx, counter)? {
        rows::desk::set_skills(tx, session.id, skills)?;
    }
    Ok(())
}

/// The figures in force at a centre.
pub fn limits(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Limits, No> {
    Ok(rows::line::limits(tx, centre, now)?)
}
/// A figure as it is in force at a centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureNow {
    /// What ships.
    pub figure: Figure,
    /// What counts now.
    pub value: i64,
    /// The row that says so; `None` when it is as shipped.
    pub set: Option<FigureSet>,
}
/// Every figure in force at a centre, in the order of `limits.rs`.
pub fn figures(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<FigureNow>, No> {
    let rows = rows::line::figures(tx, centre, now)?;
    let now = |f: &Figure| {
        let set = rows.iter().rev().find(|r| r.name == f.name).cloned();
        FigureNow { figure: *f, value: set.as_ref().map_or(f.value, |s| s.value), set }
    };
    Ok(Limits::FIGURES.iter().map(now).collect())
}
/// What is wrong with a figure that is to be set, each at its field.
pub fn limit_faults(name: &str, value: Option<i64>, source: &str) -> Vec<Refusal> {
    let mut faults = Vec::new();
    if !Limits::default().set(name, 0) {
        faults.push(Refusal::invalid("limit.unknown").at("name"));
    }
    if !value.is_some_and(|v| (0..=100_000).contains(&v)) {
        faults.push(Refusal::invalid("limit.value").at("value"));
    }
    if source.trim().is_empty() {
        faults.push(Refusal::invalid("limit.source").at("source"));
    }
    faults
}
/// Overrides a figure from now on, for a centre or (0) the district; `source` says why.
///
/// # Errors
/// `limit.unknown`, `limit.value`, `limit.source`, `limit.crossed` with both figures.
pub fn set_limit(tx: &mut Tx, centre: CentreId, name: &str, value: i64, source: &str, by: &Actor, now: Instant) -> Result<(), No> {
    hold(tx, centre)?;
    if let Some(first) = limit_faults(name, Some(value), source).into_iter().next() {
        return Err(first.into());
    }
    rows::line::set_figure(tx, centre, name, now, value, source, &by.to_string())?;
    // read back, since a centre's own figure may stand against one of the district
    let district = if centre == CentreId::DISTRICT { rows::line::centres(tx)? } else { Vec::new() };
    for centre in district.into_iter().chain([centre]) {
        if let Some([(a, least), (b, most)]) = rows::line::limits(tx, centre, now)?.crossed(name) {
            let refusal = Refusal::invalid("limit.crossed").arg("a", a).arg("x", least).arg("b", b).arg("y", most);
            return Err(refusal.at("value").into());
        }
    }
    Ok(())
}

fn known_line(tx: &mut Tx, line: LineId) -> Result<Line, No> {
    let (line, _) = rows::line::one(tx, line)?.ok_or(No::Missing(Missing("line")))?;
    hold(tx, line.centre)?;
    tx.about("line", line.id);
    Ok(line)
}
/// Stops issuing for a line (停止取号); who waits is still called.
///
/// # Errors
/// Missing.
pub fn close_line(tx: &mut Tx, line: LineId, why: StopReason, now: Instant) -> Result<(), No> {
    let line = known_line(tx, line)?;
    rows::line::set_closed(tx, line.id, Some((now, why.code())))?;
    tx.tell(&LineState { line: line.id, zone: line.zone, stopped_at_us: Some(now.micros()), why: Some(why.code().to_owned()) });
    Ok(())
}
/// Starts issuing again.
///
/// # Errors
/// Missing.
pub fn open_line(tx: &mut Tx, line: LineId) -> Result<(), No> {
    let line = known_line(tx, line)?;
    rows::line::set_closed(tx, line.id, None)?;
    tx.tell(&LineState { line: line.id, zone: line.zone, stopped_at_us: None, why: None });
    Ok(())
}

/// Asks for a person (请人帮忙); a device that asks twice has one call. Asked for something more, the call says so and is as young as that.
/// Gives the call's id.
pub fn ask_help(
    tx: &mut Tx,
    centre: CentreId,
    place: &str,
    device: Option<DeviceId>,
    counter: Option<CounterId>,
    now: Instant,
    dice: [u8; 32],
) -> Result<[u8; 16], No> {
    hold(tx, centre)?;
    if let Some(device) = device
        && let Some((open, said)) = rows::help::open_of(tx, centre, device)?
    {
        // A plain press says nothing new; what was said before stays.
        if !said.starts_with(place) {
            rows::help::again(tx, centre, open, place, now)?;
            tx.tell(&Help { help: Id::<of::Session>::from_bytes(open).to_string(), answered: false });
        }
        return Ok(open);
    }
    let id: Id<of::Session> = Dice::new(dice).id(now);
    rows::help::insert(tx, centre, &rows::help::HelpCall { id: id.bytes(), place: place.to_owned(), device, counter, at: now })?;
    tx.tell(&Help { help: id.to_string(), answered: false });
    Ok(id.bytes())
}
/// Answers a help call: somebody is on the way.
///
/// # Errors
/// `help.answered` when somebody was before.
pub fn answer_help(tx: &mut Tx, centre: CentreId, help: [u8; 16], by: &Actor, now: Instant) -> Result<(), No> {
    hold(tx, centre)?;
    if !rows::help::answer(tx, centre, help, &by.to_string(), now)? {
        return Err(Refusal::conflict("help.answered").into());
    }
    tx.tell(&Help { help: Id::<of::Session>::from_bytes(help).to_string(), answered: true });
    Ok(())
}
