//! Claims with their lines, charges, steps, and the caps that were raised for them.

use kernel::{BundleId, CentreId, ChangeId, ClaimId, Fault, Instant, Minutes, PersonId, ResourceId};
use store::{Row, Tx, params};

use super::Columns;
use crate::claim::{Action, Channel, Charge, Claim, Line, State};

store::statements! {
    /// One claim.
    ONE = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where claim_id = $1";
    /// The claims of a thing of a slice.
    OF_SUBJECT = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where purpose = $1 and subject_ref = $2 order by claim_id";
    /// The claims of a person from a minute on.
    OF_HOLDER = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where holder_id = $1 and end_min > $2 order by start_min, claim_id limit 200";
    /// The claims of a centre that touch a stretch of time, without those that came to nothing.
    OF_CENTRE = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where centre_id = $1 and start_min < $3 and end_min > $2 and state not in ('expired', 'cancelled', 'rejected')
        order by start_min, claim_id limit 1000";
    /// Requests of a centre that wait for an answer, the one that lapses first in front.
    REQUESTED = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where +centre_id = $1 and expires_at_us is not null and state = 'requested' order by expires_at_us, claim_id limit 200";
    /// What lives and fails together.
    OF_BUNDLE = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where bundle_id = $1 order by claim_id";
    /// Live claims of a person that overlap a window. What lasts longer than a day (a course) says nothing about an hour.
    CLASHES = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where holder_id = $1 and start_min < $3 and end_min > $2 and end_min - start_min <= 1440
        and state in ('held', 'requested', 'confirmed', 'checked_in') order by start_min, claim_id limit 10";
    /// Claims that hold a resource in a stretch of time.
    ON = "select distinct c.claim_id, c.centre_id, c.purpose, c.subject_ref, c.holder_id, c.made_by, c.channel, c.state, c.start_min, c.end_min, c.expires_at_us, c.late_at_us,
        c.bundle_id, c.wait_id, c.extended, c.made_at_us from capacity_line l join capacity_claim c on c.claim_id = l.claim_id
        where l.resource_id = $1 and l.start_min < $3 and l.held_until_min > $2 order by c.start_min, c.claim_id limit 500";
    /// Holds, requests and offers of a centre whose time has come, oldest first. The plus keeps SQLite on the index of what is due: all claims of a centre are many.
    DUE = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where +centre_id = $1 and expires_at_us is not null and expires_at_us <= $2 order by expires_at_us, claim_id limit 100";
    /// Confirmed claims of a centre that nobody used in time.
    LATE = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where +centre_id = $1 and late_at_us is not null and late_at_us <= $2 order by late_at_us, claim_id limit 100";
    /// Claims of a centre that were used and are over.
    USED = "select claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us, bundle_id, wait_id,
        extended, made_at_us from capacity_claim where +centre_id = $1 and state = 'checked_in' and end_min <= $2 order by end_min, claim_id limit 100";
    /// Who came and who did not, of a centre in a stretch of time: what it was, when it began, when it was made, the state.
    CAME = "select purpose, start_min, made_at_us, state from capacity_claim
        where centre_id = $1 and start_min >= $2 and start_min < $3 and state in ('checked_in', 'done', 'no_show') order by purpose limit 50000";
    /// Centres where something is due.
    CENTRES_DUE = "select centre_id from capacity_claim where expires_at_us is not null and expires_at_us <= $1
        union select centre_id from capacity_claim where late_at_us is not null and late_at_us <= $1
        union select centre_id from capacity_wait where state = 'waiting' and cut_off_us <= $1
        union select centre_id from capacity_claim where state = 'checked_in' and end_min <= $2";
    /// A new claim.
    INSERT = "insert into capacity_claim (claim_id, centre_id, purpose, subject_ref, holder_id, made_by, channel, state, start_min, end_min, expires_at_us, late_at_us,
        bundle_id, wait_id, extended, made_at_us, changed_at_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)";
    /// Where it stands now.
    SAVE = "update capacity_claim set state = $2, start_min = $3, end_min = $4, expires_at_us = $5, late_at_us = $6, extended = $7, changed_at_us = $8, ended_why = $9
        where claim_id = $1 and state = $10";
    /// Why it ended.
    WHY = "select ended_why from capacity_claim where claim_id = $1";
    /// Its lines.
    LINES = "select asked_id, resource_id, start_min, end_min, held_until_min, units from capacity_line where claim_id = $1 order by line_no";
    /// One line.
    ADD_LINE = "insert into capacity_line (claim_id, line_no, asked_id, resource_id, start_min, end_min, held_until_min, units) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// How far it still holds.
    HOLDS = "update capacity_line set held_until_min = $3 where claim_id = $1 and line_no = $2";
    /// Other lines.
    CLEAR_LINES = "delete from capacity_line where claim_id = $1";
    /// What it took from quotas.
    CHARGES = "select rule, subject, period_min, units from capacity_charge where claim_id = $1 order by rule, subject, period_min";
    /// One charge.
    CHARGE = "insert into capacity_charge (claim_id, rule, subject, period_min, units) values ($1, $2, $3, $4, $5)
        on conflict (claim_id, rule, subject, period_min) do update set units = $5";
    /// A step.
    STEP = "insert into capacity_step (claim_id, step_no, action, from_state, to_state, at_us, actor, why)
        values ($1, (select coalesce(max(step_no), 0) + 1 from capacity_step where claim_id = $1), $2, $3, $4, $5, $6, $7)";
    /// A cap that was changed.
    CHANGE = "insert into capacity_change (change_id, resource_id, start_min, cap_delta, reason, actor, second, claim_id, at_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// What was raised for a claim and stands still.
    RAISED = "select resource_id, start_min, cap_delta from capacity_change where claim_id = $1 and reverted_at_us is null order by resource_id, start_min";
    /// It was taken back.
    REVERTED = "update capacity_change set reverted_at_us = $2 where claim_id = $1 and reverted_at_us is null";
    /// Units given beyond the cap of a resource on a day (`$2`…`$3`), whether or not they were taken back.
    RAISED_ON = "select cast(coalesce(sum(cap_delta), 0) as int8) from capacity_change where resource_id = $1 and start_min >= $2 and start_min < $3 and claim_id is not null";
    /// Demand that was turned away.
    REFUSED = "insert into capacity_refused (centre_id, kind, day, hour, code, channel, n) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (centre_id, kind, day, hour, code, channel) do update set n = capacity_refused.n + $7";
    /// The same, read.
    REFUSALS = "select kind, code, cast(sum(n) as int8) from capacity_refused where centre_id = $1 and day >= $2 group by kind, code order by 3 desc, kind, code limit 50";
}

fn claim(row: &mut Row) -> Result<Claim, Fault> {
    let c = &mut Columns(row, 0);
    Ok(Claim {
        id: c.next()?,
        centre: c.next()?,
        purpose: c.next()?,
        subject: c.next()?,
        holder: c.next()?,
        made_by: c.next()?,
        channel: c.coded(Channel::parse)?,
        state: c.coded(State::parse)?,
        start: c.next()?,
        end: c.next()?,
        expires: c.next()?,
        late: c.next()?,
        bundle: c.next()?,
        wait: c.next()?,
        extended: c.next()?,
        made_at: c.next()?,
    })
}
/// One claim.
pub fn one(tx: &mut Tx, id: ClaimId) -> Result<Option<Claim>, Fault> {
    tx.optional(&ONE, params![id], claim)
}
/// The claims of a thing of a slice.
pub fn of_subject(tx: &mut Tx, purpose: &str, subject: &str) -> Result<Vec<Claim>, Fault> {
    tx.many(&OF_SUBJECT, params![purpose, subject], claim)
}
/// The claims of a person that end after a moment, at most 200.
pub fn of_holder(tx: &mut Tx, holder: PersonId, from: Minutes) -> Result<Vec<Claim>, Fault> {
    tx.many(&OF_HOLDER, params![holder, from], claim)
}
/// The claims of a centre that touch a stretch of time, at most 1,000.
pub fn of_centre(tx: &mut Tx, centre: CentreId, from: Minutes, to: Minutes) -> Result<Vec<Claim>, Fault> {
    tx.many(&OF_CENTRE, params![centre, from, to], claim)
}
/// Requests of a centre that wait for an answer, at most 200.
pub fn requested(tx: &mut Tx, centre: CentreId) -> Result<Vec<Claim>, Fault> {
    tx.many(&REQUESTED, params![centre], claim)
}
/// What lives and fails together.
pub fn of_bundle(tx: &mut Tx, bundle: BundleId) -> Result<Vec<Claim>, Fault> {
    tx.many(&OF_BUNDLE, params![bundle], claim)
}
/// Live claims of a person that overlap a window.
pub fn clashes(tx: &mut Tx, holder: PersonId, from: Minutes, to: Minutes) -> Result<Vec<Claim>, Fault> {
    tx.many(&CLASHES, params![holder, from, to], claim)
}
/// Claims that hold a resource in a stretch of time, at most 500.
pub fn on(tx: &mut Tx, resource: ResourceId, from: Minutes, to: Minutes) -> Result<Vec<Claim>, Fault> {
    tx.many(&ON, params![resource, from, to], claim)
}
/// Pending claims of a centre whose time has come, at most 100.
pub fn due(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<Claim>, Fault> {
    tx.many(&DUE, params![centre, now], claim)
}
/// Confirmed claims of a centre that nobody used, at most 100.
pub fn late(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<Claim>, Fault> {
    tx.many(&LATE, params![centre, now], claim)
}
/// Claims of a centre that were used and are over, at most 100.
pub fn used(tx: &mut Tx, centre: CentreId, now: Instant) -> Result<Vec<Claim>, Fault> {
    tx.many(&USED, params![centre, now.minute()], claim)
}
/// Purpose, start, when it was made, and whether its holder came; of a centre in a stretch of time.
pub fn came(tx: &mut Tx, centre: CentreId, from: Minutes, to: Minutes) -> Result<Vec<(String, Minutes, Instant, bool)>, Fault> {
    tx.many(&CAME, params![centre, from, to], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get::<String>(3)? != State::NoShow.code())))
}
/// Centres where something is due.
pub fn centres_due(tx: &mut Tx, now: Instant) -> Result<Vec<CentreId>, Fault> {
    tx.many(&CENTRES_DUE, params![now, now.minute()], |r| r.get(0))
}
/// A new claim with its lines and charges.
pub fn insert(tx: &mut Tx, c: &Claim, lines: &[Line], charges: &[Charge]) -> Result<(), Fault> {
    tx.run(
        &INSERT,
        params![
            c.id,
            c.centre,
            c.purpose,
            c.subject,
            c.holder,
            c.made_by,
            c.channel.code(),
            c.state.code(),
            c.start,
            c.end,
            c.expires,
            c.late,
            c.bundle,
            c.wait,
            c.extended,
            c.made_at
        ],
    )?;
    set_lines(tx, c.id, lines)?;
    charges.iter().try_for_each(|charge| set_charge(tx, c.id, charge))
}
/// Where it stands now; a fault when it no longer stood at `from`.
pub fn save(tx: &mut Tx, c: &Claim, from: State, why: Option<&str>, now: Instant) -> Result<(), Fault> {
    let rows = tx.run(&SAVE, params![c.id, c.state.code(), c.start, c.end, c.expires, c.late, c.extended, now, why, from.code()])?;
    if rows == 1 { Ok(()) } else { Err(Fault::new("a claim changed under us")) }
}
/// Why it ended, when somebody said so.
pub fn why(tx: &mut Tx, id: ClaimId) -> Result<Option<String>, Fault> {
    Ok(tx.optional(&WHY, params![id], |r| r.get(0))?.flatten())
}
/// Its lines.
pub fn lines(tx: &mut Tx, id: ClaimId) -> Result<Vec<Line>, Fault> {
    tx.many(&LINES, params![id], |r| {
        Ok(Line { asked: r.get(0)?, resource: r.get(1)?, start: r.get(2)?, end: r.get(3)?, held_until: r.get(4)?, units: r.get(5)? })
    })
}
/// Other lines than before.
pub fn set_lines(tx: &mut Tx, id: ClaimId, lines: &[Line]) -> Result<(), Fault> {
    tx.run(&CLEAR_LINES, params![id])?;
    for (n, l) in lines.iter().enumerate() {
        tx.run(&ADD_LINE, params![id, n, l.asked, l.resource, l.start, l.end, l.held_until, l.units])?;
    }
    Ok(())
}
/// How far line `n` still holds.
pub fn holds(tx: &mut Tx, id: ClaimId, n: usize, until: Minutes) -> Result<(), Fault> {
    tx.run(&HOLDS, params![id, n, until]).map(drop)
}
/// What it took from quotas.
pub fn charges(tx: &mut Tx, id: ClaimId) -> Result<Vec<Charge>, Fault> {
    tx.many(&CHARGES, params![id], |r| Ok(Charge { rule: r.get(0)?, subject: r.get(1)?, period: r.get(2)?, units: r.get(3)? }))
}
/// What it takes from a quota now.
pub fn set_charge(tx: &mut Tx, id: ClaimId, c: &Charge) -> Result<(), Fault> {
    tx.run(&CHARGE, params![id, c.rule, c.subject, c.period, c.units]).map(drop)
}
/// Writes a step.
pub fn step(tx: &mut Tx, c: &Claim, action: Action, from: Option<State>, by: &str, why: Option<&str>, now: Instant) -> Result<(), Fault> {
    tx.run(&STEP, params![c.id, action.code(), from.map(State::code), c.state.code(), now, by, why]).map(drop)
}
/// A cap that was changed, for a claim or for good.
pub struct Change<'a> {
    /// Its id.
    pub id: ChangeId,
    /// Of which cell.
    pub resource: ResourceId,
    /// Of which cell.
    pub start: Minutes,
    /// By how much.
    pub delta: i64,
    /// Why.
    pub reason: &'a str,
    /// By whom.
    pub actor: &'a str,
    /// With whom.
    pub second: Option<&'a str>,
    /// For which claim: taken back when it ends.
    pub claim: Option<ClaimId>,
}
/// Writes a change of a cap.
pub fn change(tx: &mut Tx, c: &Change, now: Instant) -> Result<(), Fault> {
    tx.run(&CHANGE, params![c.id, c.resource, c.start, c.delta, c.reason, c.actor, c.second, c.claim, now]).map(drop)
}
/// What was raised for a claim and stands still: cell, by how much.
pub fn raised(tx: &mut Tx, claim: ClaimId) -> Result<Vec<(ResourceId, Minutes, i64)>, Fault> {
    tx.many(&RAISED, params![claim], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
}
/// It was taken back.
pub fn reverted(tx: &mut Tx, claim: ClaimId, now: Instant) -> Result<(), Fault> {
    tx.run(&REVERTED, params![claim, now]).map(drop)
}
/// Units given beyond the cap of a resource between two minutes.
pub fn raised_on(tx: &mut Tx, resource: ResourceId, from: Minutes, to: Minutes) -> Result<i64, Fault> {
    Ok(tx.optional(&RAISED_ON, params![resource, from, to], |r| r.get(0))?.unwrap_or(0))
}
/// Demand that was turned away, without the person.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Refused {
    /// Kind of the resource.
    pub kind: String,
    /// Civil day that was wanted.
    pub day: String,
    /// Hour that was wanted.
    pub hour: i64,
    /// Why not.
    pub code: String,
    /// From where.
    pub channel: String,
}
/// Adds to what was turned away.
pub fn add_refused(tx: &mut Tx, centre: CentreId, r: &Refused, n: i64) -> Result<(), Fault> {
    tx.run(&REFUSED, params![centre, r.kind, r.day, r.hour, r.code, r.channel, n]).map(drop)
}
/// What was turned away in a centre since a day: kind, why, how often; the most first.
pub fn refusals(tx: &mut Tx, centre: CentreId, since: &str) -> Result<Vec<(String, String, i64)>, Fault> {
    tx.many(&REFUSALS, params![centre, since], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
}
