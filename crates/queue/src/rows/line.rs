//! Lines, classes, skills and the figures in force: what is set, not what happens.

use std::str::FromStr;

use kernel::{Both, CentreId, CounterId, Fault, Instant, LineId, ServiceClass};
use store::{Row, Tx, params};

use super::Columns;
use crate::{Basis, Class, Limits, Line, Past, Skill};

store::statements! {
    /// Overridden figures of the district and of a centre, oldest first, the district's before the centre's.
    FIGURES = "select name, value from queue_setting where centre_id in (0, $1) and from_us <= $2 order by centre_id, from_us";
    /// The same with why and since when.
    FIGURES_SET = "select name, value, source, centre_id, from_us from queue_setting where centre_id in (0, $1) and from_us <= $2 order by centre_id, from_us";
    /// Overrides a figure from a moment on.
    SET_FIGURE = "insert into queue_setting (centre_id, name, from_us, value, source, set_by) values ($1, $2, $3, $4, $5, $6)
        on conflict (centre_id, name, from_us) do update set value = $4, source = $5, set_by = $6";
    /// The lines of a centre with what a range is made from. `$2`: sixteen zero bytes, the centre's own figures.
    LINES = "select l.line_id, l.centre_id, l.code, l.prefix, l.class, l.name_zh, l.name_en, l.zone, l.last_issue_min, l.remote_share_pct, l.typical_min, l.closed_at_us,
        (select count(*) from queue_session s join queue_session_line k on k.session_id = s.session_id
          where s.centre_id = l.centre_id and s.closed_at_us is null and s.state = 'open' and k.line_id = l.line_id),
        a.mean_ms, a.q10_pm, a.q90_pm, a.ratios, c.mean_ms, c.q10_pm, c.q90_pm, c.ratios
        from queue_line l left join queue_stat a on a.centre_id = l.centre_id and a.line_id = l.line_id
        left join queue_stat c on c.centre_id = l.centre_id and c.line_id = $2 where l.centre_id = $1 order by l.class, l.code";
    /// One line of a centre by its code, the same columns.
    BY_CODE = "select l.line_id, l.centre_id, l.code, l.prefix, l.class, l.name_zh, l.name_en, l.zone, l.last_issue_min, l.remote_share_pct, l.typical_min, l.closed_at_us,
        (select count(*) from queue_session s join queue_session_line k on k.session_id = s.session_id
          where s.centre_id = l.centre_id and s.closed_at_us is null and s.state = 'open' and k.line_id = l.line_id),
        a.mean_ms, a.q10_pm, a.q90_pm, a.ratios, c.mean_ms, c.q10_pm, c.q90_pm, c.ratios
        from queue_line l left join queue_stat a on a.centre_id = l.centre_id and a.line_id = l.line_id
        left join queue_stat c on c.centre_id = l.centre_id and c.line_id = $3 where l.centre_id = $1 and l.code = $2";
    /// One line by id, the same columns.
    ONE = "select l.line_id, l.centre_id, l.code, l.prefix, l.class, l.name_zh, l.name_en, l.zone, l.last_issue_min, l.remote_share_pct, l.typical_min, l.closed_at_us,
        (select count(*) from queue_session s join queue_session_line k on k.session_id = s.session_id
          where s.centre_id = l.centre_id and s.closed_at_us is null and s.state = 'open' and k.line_id = l.line_id),
        a.mean_ms, a.q10_pm, a.q90_pm, a.ratios, c.mean_ms, c.q10_pm, c.q90_pm, c.ratios
        from queue_line l left join queue_stat a on a.centre_id = l.centre_id and a.line_id = l.line_id
        left join queue_stat c on c.centre_id = l.centre_id and c.line_id = $2 where l.line_id = $1";
    /// Centres that have lines.
    CENTRES = "select distinct centre_id from queue_line order by centre_id";
    /// Makes or changes a line; its id stays.
    SET = "insert into queue_line (line_id, centre_id, code, prefix, class, name_zh, name_en, zone, last_issue_min, remote_share_pct, typical_min)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        on conflict (centre_id, code) do update set prefix = $4, class = $5, name_zh = $6, name_en = $7, zone = $8, last_issue_min = $9, remote_share_pct = $10, typical_min = $11
        returning line_id";
    /// Stops issuing, or starts it again.
    CLOSE = "update queue_line set closed_at_us = $2, closed_why = $3 where line_id = $1";
    /// Why and since when a line is stopped.
    CLOSED_WHY = "select closed_why from queue_line where line_id = $1";
    /// All classes.
    CLASSES = "select code, name_zh, name_en, credit_min, from_age, evidence, source from queue_class order by credit_min, code";
    /// One class.
    CLASS = "select code, name_zh, name_en, credit_min, from_age, evidence, source from queue_class where code = $1";
    /// Makes or changes a class.
    SET_CLASS = "insert into queue_class (code, name_zh, name_en, credit_min, from_age, evidence, source) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (code) do update set name_zh = $2, name_en = $3, credit_min = $4, from_age = $5, evidence = $6, source = $7";
    /// What a counter may serve.
    SKILLS = "select k.line_id, k.rank, k.help_after_s from queue_skill k where k.counter_id = $1 order by k.rank, k.line_id";
    /// Every skill of a centre's lines.
    SKILLS_OF_CENTRE = "select k.counter_id, k.line_id, k.rank, k.help_after_s from queue_skill k join queue_line l on l.line_id = k.line_id
        where l.centre_id = $1 order by k.counter_id, k.rank, k.line_id";
    /// Forgets what a counter may serve.
    CLEAR_SKILLS = "delete from queue_skill where counter_id = $1";
    /// One thing it may serve.
    ADD_SKILL = "insert into queue_skill (counter_id, line_id, rank, help_after_s) values ($1, $2, $3, $4)";
}

/// Stands for the whole centre in `queue_stat`.
pub const WHOLE_CENTRE: [u8; 16] = [0; 16];

/// The figures in force.
pub fn limits(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Limits, Fault> {
    let mut limits = Limits::default();
    for (name, value) in tx.many(&FIGURES, params![centre, now], |r| Ok((r.get::<String>(0)?, r.get(1)?)))? {
        limits.set(&name, value);
    }
    Ok(limits)
}
/// A figure that was set (参数).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureSet {
    /// Its name.
    pub name: String,
    /// What it was set to.
    pub value: i64,
    /// Why, on what grounds.
    pub source: String,
    /// For which centre; 0 is the district.
    pub centre: CentreId,
    /// From when.
    pub from: Instant,
}
/// The figures set for a centre or the district, the later of one name counts.
pub fn figures(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<FigureSet>, Fault> {
    tx.many(&FIGURES_SET, params![centre, now], |r| Ok(FigureSet { name: r.get(0)?, value: r.get(1)?, source: r.get(2)?, centre: r.get(3)?, from: r.get(4)? }))
}
/// Overrides one.
pub fn set_figure(tx: &mut Tx, centre: CentreId, name: &str, from: Instant, value: i64, source: &str, by: &str) -> Result<(), Fault> {
    tx.run(&SET_FIGURE, params![centre, name, from, value, source, by]).map(drop)
}

fn line(row: &mut Row) -> Result<(Line, Basis), Fault> {
    let c = &mut Columns(row, 0);
    let line = Line {
        id: c.next()?,
        centre: c.next()?,
        code: c.next()?,
        prefix: c.next()?,
        class: c.coded(|code| ServiceClass::from_str(code).ok())?,
        name: Both { zh: c.next()?, en: c.next()? },
        zone: c.next()?,
        last_issue_min: c.next()?,
        remote_share_pct: c.next()?,
        typical_min: c.next()?,
        closed_at: c.next()?,
    };
    let counters = c.next()?;
    let (own, centre) = (past(c)?, past(c)?);
    let typical_min = line.typical_min;
    Ok((line, Basis { ahead: 0, counters, typical_min, line: own, centre }))
}
fn past(c: &mut Columns) -> Result<Past, Fault> {
    let mean_ms = c.next()?;
    let mut n = || c.next::<Option<i64>>().map(Option::unwrap_or_default);
    Ok(Past { mean_ms, q10_pm: n()?, q90_pm: n()?, ratios: n()? })
}
/// The lines of a centre, each with what its range is made from (but who is ahead).
pub fn all(tx: &mut Tx, centre: CentreId) -> Result<Vec<(Line, Basis)>, Fault> {
    tx.many(&LINES, params![centre, WHOLE_CENTRE], line)
}
/// One line by code.
pub fn by_code(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Option<(Line, Basis)>, Fault> {
    tx.optional(&BY_CODE, params![centre, code, WHOLE_CENTRE], line)
}
/// One line.
pub fn one(tx: &mut Tx, id: LineId) -> Result<Option<(Line, Basis)>, Fault> {
    tx.optional(&ONE, params![id, WHOLE_CENTRE], line)
}
/// Centres that have lines.
pub fn centres(tx: &mut Tx) -> Result<Vec<CentreId>, Fault> {
    tx.many(&CENTRES, params![], |r| r.get(0))
}
/// Makes or changes a line; gives the id it has.
pub fn set(tx: &mut Tx, l: &Line) -> Result<LineId, Fault> {
    let ids = tx.returning(
        &SET,
        params![l.id, l.centre, l.code, l.prefix, l.class.letter(), l.name.zh, l.name.en, l.zone, l.last_issue_min, l.remote_share_pct, l.typical_min],
        |r| r.get(0),
    )?;
    ids.into_iter().next().ok_or_else(|| Fault::new("queue_line returned nothing"))
}
/// Stops issuing with a reason, or starts it again.
pub fn set_closed(tx: &mut Tx, id: LineId, closed: Option<(Instant, &str)>) -> Result<(), Fault> {
    tx.run(&CLOSE, params![id, closed.map(|c| c.0), closed.map(|c| c.1)]).map(drop)
}
/// The code of the reason why a line is stopped.
pub fn closed_why(tx: &mut Tx, id: LineId) -> Result<Option<String>, Fault> {
    Ok(tx.optional(&CLOSED_WHY, params![id], |r| r.get(0))?.flatten())
}

fn class_row(row: &mut Row) -> Result<Class, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Class {
        code: c.next()?,
        name: Both { zh: c.next()?, en: c.next()? },
        credit_min: c.next()?,
        from_age: c.next()?,
        evidence: c.next()?,
        source: c.next()?,
    })
}
/// All classes.
pub fn classes(tx: &mut Tx) -> Result<Vec<Class>, Fault> {
    tx.many(&CLASSES, params![], class_row)
}
/// One class.
pub fn class(tx: &mut Tx, code: &str) -> Result<Option<Class>, Fault> {
    tx.optional(&CLASS, params![code], class_row)
}
/// Makes or changes a class.
pub fn set_class(tx: &mut Tx, c: &Class) -> Result<(), Fault> {
    tx.run(&SET_CLASS, params![c.code, c.name.zh, c.name.en, c.credit_min, c.from_age, c.evidence, c.source]).map(drop)
}

fn skill(c: &mut Columns) -> Result<Skill, Fault> {
    Ok(Skill { line: c.next()?, rank: c.next()?, help_after_s: c.next()? })
}
/// What a counter may serve.
pub fn skills(tx: &mut Tx, counter: CounterId) -> Result<Vec<Skill>, Fault> {
    tx.many(&SKILLS, params![counter], |r| skill(&mut Columns(r, 0)))
}
/// What the counters of a centre may serve.
pub fn skills_of_centre(tx: &mut Tx, centre: CentreId) -> Result<Vec<(CounterId, Skill)>, Fault> {
    tx.many(&SKILLS_OF_CENTRE, params![centre], |r| {
        let c = &mut Columns(r, 0);
        Ok((c.next()?, skill(c)?))
    })
}
/// What a counter may serve from now on.
pub fn set_skills(tx: &mut Tx, counter: CounterId, skills: &[Skill]) -> Result<(), Fault> {
    tx.run(&CLEAR_SKILLS, params![counter])?;
    for s in skills {
        tx.run(&ADD_SKILL, params![counter, s.line, s.rank, s.help_after_s])?;
    }
    Ok(())
}
