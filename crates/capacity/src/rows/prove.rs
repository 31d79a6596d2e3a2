//! The questions of the proof: each lists what breaks an invariant.

use kernel::{Fault, Instant};
use store::{Tx, params};

store::statements! {
    /// C1: the counter differs from the claims.
    P1 = "select k.resource_id, k.start_min, k.taken, cast(coalesce(sum(l.units), 0) as int8) from capacity_cell k
        left join capacity_line l on l.resource_id = k.resource_id and l.start_min <= k.start_min and l.held_until_min > k.start_min
        group by k.resource_id, k.start_min, k.taken having k.taken <> cast(coalesce(sum(l.units), 0) as int8)";
    /// C2: a counter outside 0 … cap.
    P2 = "select resource_id, start_min, taken, cap from capacity_cell where taken < 0 or taken > cap";
    /// C3: a line that does not cover its stretch exactly.
    P3 = "select l.claim_id, l.line_no, l.start_min, l.held_until_min from capacity_line l
        where l.held_until_min - l.start_min <> (select cast(coalesce(sum(k.end_min - k.start_min), 0) as int8) from capacity_cell k
          where k.resource_id = l.resource_id and k.start_min >= l.start_min and k.end_min <= l.held_until_min)";
    /// C12: an ended claim that holds a cell which began after it ended.
    P4 = "select l.claim_id, l.line_no, l.held_until_min, c.changed_at_us from capacity_line l join capacity_claim c on c.claim_id = l.claim_id
        join capacity_cell k on k.resource_id = l.resource_id and k.start_min >= l.start_min and k.start_min < l.held_until_min
        where c.state in ('done', 'expired', 'cancelled', 'rejected', 'no_show') and k.start_min * 60000000 > c.changed_at_us";
    /// C9: a quota counter that differs from the charges.
    P9 = "select q.rule, q.subject, q.taken, cast(coalesce(sum(c.units), 0) as int8) from capacity_quota q
        left join capacity_charge c on c.rule = q.rule and c.subject = q.subject and c.period_min = q.period_min
        group by q.rule, q.subject, q.period_min, q.taken having q.taken <> cast(coalesce(sum(c.units), 0) as int8)";
    /// C10: an equal was passed over.
    P10 = "select a.wait_id, b.wait_id, a.joined_seq, b.joined_seq from capacity_wait a
        join capacity_wait b on a.resource_id = b.resource_id and a.start_min = b.start_min and a.end_min = b.end_min
        where a.state = 'waiting' and b.state in ('offered', 'accepted') and a.priority = b.priority
          and a.units <= b.units and a.joined_seq < b.joined_seq and a.cut_off_us > $1";
    /// C14: an override whose claim has ended and whose cap stands still, or without a name or a reason.
    P14 = "select x.change_id, x.resource_id, x.cap_delta, x.at_us from capacity_change x left join capacity_claim c on c.claim_id = x.claim_id
        where x.actor = '' or x.reason = '' or (x.claim_id is not null and x.reverted_at_us is null
          and (c.state is null or c.state in ('done', 'expired', 'cancelled', 'rejected', 'no_show')))";
    /// C7: an offer and its entry that do not say the same.
    P7 = "select w.wait_id, w.state, coalesce(c.state, 'none'), w.joined_seq from capacity_wait w left join capacity_claim c on c.claim_id = w.claim_id
        where (w.state = 'offered' and coalesce(c.state, '') <> 'held') or (w.state = 'accepted' and coalesce(c.state, '') in ('', 'held'))";
    /// C15: holds that ran out longer ago than a timer may be late.
    P15 = "select claim_id, state, expires_at_us, start_min from capacity_claim where expires_at_us is not null and expires_at_us <= $1";
    /// Every step, for C4.
    STEPS = "select s.claim_id, s.step_no, s.action, s.from_state, s.to_state, c.state from capacity_step s join capacity_claim c on c.claim_id = s.claim_id
        order by s.claim_id, s.step_no";
    /// Centres in which somebody waits.
    WAITING = "select distinct centre_id from capacity_wait where state = 'waiting'";
}

/// Rows of a question, each as one line of text.
pub fn findings(tx: &mut Tx, sql: &store::Sql, at: Option<Instant>) -> Result<Vec<String>, Fault> {
    let show = |r: &mut store::Row| Ok(r.0.iter().map(text).collect::<Vec<_>>().join(" "));
    match at {
        Some(at) => tx.many(sql, params![at], show),
        None => tx.many(sql, params![], show),
    }
}
fn text(value: &store::Value) -> String {
    match value {
        store::Value::Null => "-".into(),
        store::Value::Int(v) => v.to_string(),
        store::Value::Float(v) => v.to_string(),
        store::Value::Text(v) => v.clone(),
        store::Value::Bytes(v) => v.iter().map(|b| format!("{b:02x}")).collect(),
    }
}

/// A step as written.
pub struct Step {
    /// Of which claim.
    pub claim: kernel::ClaimId,
    /// 1, 2, 3.
    pub no: i64,
    /// What was done.
    pub action: String,
    /// From where.
    pub from: Option<String>,
    /// To where.
    pub to: String,
    /// Where the claim stands now.
    pub now: String,
}
/// Every step, by claim.
pub fn steps(tx: &mut Tx) -> Result<Vec<Step>, Fault> {
    tx.many(&STEPS, params![], |r| Ok(Step { claim: r.get(0)?, no: r.get(1)?, action: r.get(2)?, from: r.get(3)?, to: r.get(4)?, now: r.get(5)? }))
}
/// Centres in which somebody waits.
pub fn waiting(tx: &mut Tx) -> Result<Vec<kernel::CentreId>, Fault> {
    tx.many(&WAITING, params![], |r| r.get(0))
}
