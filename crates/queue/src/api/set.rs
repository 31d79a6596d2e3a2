//! What is set rather than happens: lines, classes, skills, shifts, figures; stopping a line; help calls.

use facts::queue::{Help, LineState};
use kernel::{AccountId, Actor, Both, CentreId, CounterId, DeviceId, Id, Instant, LineId, Missing, No, Refusal, ServiceClass, of};
use store::Tx;

use super::hold;
use crate::{Class, Limits, Line, Skill, dice::Dice, rows};

pub use rows::line::Shift;

crate::ticket::coded! {
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

/// Makes or changes a line (import, A-pages).
///
/// # Errors
/// `line.code`, `line.prefix`, `line.name`, `line.figure`, each at its field.
pub fn set_line(tx: &mut Tx, new: NewLine, now: Instant, dice: [u8; 32]) -> Result<LineId, No> {
    hold(tx, new.centre)?;
    let plain = |s: &str, most: usize| !s.is_empty() && s.len() <= most && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    let bad = |code, field| Err(No::Refused(Refusal::invalid(code).at(field)));
    if !plain(&new.code, 32) {
        return bad("line.code", "line");
    }
    if new.prefix.len() > 2
        || !new.prefix.bytes().enumerate().all(|(i, b)| if i == 0 { b.is_ascii_uppercase() } else { b.is_ascii_digit() })
        || new.prefix.is_empty()
    {
        return bad("line.prefix", "prefix");
    }
    if new.name.zh.trim().is_empty() || new.name.en.trim().is_empty() {
        return bad("line.name", "name_zh");
    }
    let figures =
        [("last_issue_min", new.last_issue_min, 0..=720), ("remote_share_pct", new.remote_share_pct, 0..=100), ("typical_min", new.typical_min, 1..=480)];
    for (field, value, span) in figures {
        if !span.contains(&value) {
            return Err(Refusal::invalid("line.figure").arg("min", span.start()).arg("max", span.end()).at(field).into());
        }
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

/// Plans a shift (排班).
///
/// # Errors
/// `shift.span`.
#[allow(clippy::too_many_arguments)] // a row
pub fn set_shift(
    tx: &mut Tx,
    centre: CentreId,
    account: AccountId,
    counter: CounterId,
    from: Instant,
    to: Instant,
    now: Instant,
    dice: [u8; 32],
) -> Result<Shift, No> {
    hold(tx, centre)?;
    if from >= to {
        return Err(Refusal::invalid("shift.span").at("to").into());
    }
    let id: Id<of::Session> = Dice::new(dice).id(now);
    let shift = Shift { id: id.bytes(), account, counter, from, to };
    rows::line::add_shift(tx, centre, &shift)?;
    Ok(shift)
}
/// Takes a shift back.
///
/// # Errors
/// Missing.
pub fn drop_shift(tx: &mut Tx, centre: CentreId, shift: [u8; 16]) -> Result<(), No> {
    hold(tx, centre)?;
    if rows::line::drop_shift(tx, centre, shift)? { Ok(()) } else { Err(Missing("shift").into()) }
}
/// The shifts that touch a span.
pub fn shifts(tx: &mut Tx, centre: CentreId, from: Instant, to: Instant) -> Result<Vec<Shift>, No> {
    Ok(rows::line::shifts(tx, centre, from, to)?)
}

/// The figures in force at a centre.
pub fn limits(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Limits, No> {
    Ok(rows::line::limits(tx, centre, now)?)
}
/// Overrides a figure from now on, for a centre or (0) the district; `source` says why.
///
/// # Errors
/// `limit.unknown`, `limit.value`, `limit.source`.
pub fn set_limit(tx: &mut Tx, centre: CentreId, name: &str, value: i64, source: &str, by: &Actor, now: Instant) -> Result<(), No> {
    hold(tx, centre)?;
    if !Limits::default().set(name, value) {
        return Err(Refusal::invalid("limit.unknown").at("name").into());
    }
    if !(0..=100_000).contains(&value) {
        return Err(Refusal::invalid("limit.value").at("value").into());
    }
    if source.trim().is_empty() {
        return Err(Refusal::invalid("limit.source").at("source").into());
    }
    Ok(rows::line::set_figure(tx, centre, name, now, value, source, &by.to_string())?)
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

/// Asks for a person (请人帮忙); a device that asks twice has one call. Gives the call's id.
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
        && let Some(open) = rows::help::open_of(tx, centre, device)?
    {
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
