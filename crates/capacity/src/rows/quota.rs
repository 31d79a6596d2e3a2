//! Quotas: the cells of a person.

use kernel::{Both, Fault, Instant, Minutes, PersonId};
use store::{Tx, params};

use super::Columns;
use crate::quota::{Period, QuotaRule, Subject};

store::statements! {
    /// One rule.
    RULE = "select rule, subject, period, most, name_zh, name_en, source from capacity_quota_rule where rule = $1";
    /// Every rule.
    RULES = "select rule, subject, period, most, name_zh, name_en, source from capacity_quota_rule order by rule";
    /// Makes or changes one; counts at its next use.
    SAVE_RULE = "insert into capacity_quota_rule (rule, subject, period, most, name_zh, name_en, source) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (rule) do update set subject = $2, period = $3, most = $4, name_zh = $5, name_en = $6, source = $7";
    /// What is used of one.
    USED = "select taken from capacity_quota where rule = $1 and subject = $2 and period_min = $3";
    /// Makes the row, or gives it the limit of today without falling below what is taken.
    MAKE = "insert into capacity_quota (rule, subject, period_min, cap, taken) values ($1, $2, $3, $4, 0)
        on conflict (rule, subject, period_min) do update set cap = case when capacity_quota.taken > $4 then capacity_quota.taken else $4 end";
    /// Takes units, if there are so many.
    TAKE = "update capacity_quota set taken = taken + $4 where rule = $1 and subject = $2 and period_min = $3 and taken + $4 <= cap";
    /// Gives units back.
    GIVE = "update capacity_quota set taken = taken - $4 where rule = $1 and subject = $2 and period_min = $3";
    /// How often a person did not come, since `$2`.
    NO_SHOWS = "select count(*) from capacity_claim where holder_id = $1 and state = 'no_show' and start_min >= $2";
}

fn rule(row: &mut store::Row) -> Result<QuotaRule, Fault> {
    let c = &mut Columns(row, 0);
    Ok(QuotaRule {
        code: c.next()?,
        subject: c.coded(Subject::parse)?,
        period: c.coded(Period::parse)?,
        most: c.next()?,
        name: Both { zh: c.next()?, en: c.next()? },
        source: c.next()?,
    })
}
/// One rule.
pub fn one(tx: &mut Tx, code: &str) -> Result<Option<QuotaRule>, Fault> {
    tx.optional(&RULE, params![code], rule)
}
/// Every rule.
pub fn all(tx: &mut Tx) -> Result<Vec<QuotaRule>, Fault> {
    tx.many(&RULES, params![], rule)
}
/// Makes or changes a rule.
pub fn save(tx: &mut Tx, r: &QuotaRule) -> Result<(), Fault> {
    tx.run(&SAVE_RULE, params![r.code, r.subject.code(), r.period.code(), r.most, r.name.zh, r.name.en, r.source]).map(drop)
}
/// What is used of one.
pub fn used(tx: &mut Tx, rule: &str, subject: &str, period: Minutes) -> Result<i64, Fault> {
    Ok(tx.optional(&USED, params![rule, subject, period], |r| r.get(0))?.unwrap_or(0))
}
/// Takes units under a limit; `false` when there are not so many.
pub fn take(tx: &mut Tx, rule: &str, subject: &str, period: Minutes, most: i64, units: i64) -> Result<bool, Fault> {
    tx.run(&MAKE, params![rule, subject, period, most])?;
    Ok(tx.run(&TAKE, params![rule, subject, period, units])? == 1)
}
/// Gives units back.
pub fn give(tx: &mut Tx, rule: &str, subject: &str, period: Minutes, units: i64) -> Result<bool, Fault> {
    Ok(tx.run(&GIVE, params![rule, subject, period, units])? == 1)
}
/// How often a person did not come since a moment.
pub fn no_shows(tx: &mut Tx, holder: PersonId, since: Instant) -> Result<i64, Fault> {
    Ok(tx.optional(&NO_SHOWS, params![holder, since.minute()], |r| r.get(0))?.unwrap_or(0))
}
