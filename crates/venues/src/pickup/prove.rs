//! The proof (证明): VE8 and VE9, replayed from the rows by code that shares nothing with the decision. The order of what happened to one child is `rev`,
//! which its row counts; days are those of the district's clock.

use std::collections::BTreeMap;

use kernel::{Instant, No, TimeZone};
use store::Tx;
use web::Check;

use super::rows::prove as rows;

/// Where every child is.
pub(crate) const VE8: Check = Check {
    id: "VE8",
    says: "one open stay per child; every ended stay ended in a hand, alone by permission, with an authority, or was not brought; nobody is in care when the house has shut",
    run: stays,
};
/// Into whose hand.
pub(crate) const VE9: Check = Check {
    id: "VE9",
    says: "each handover: authority active, no block, means valid, at that time; each who left alone was old enough and allowed",
    run: handovers,
};

/// The steps that exist, restated.
const STEPS: &[(&str, &str, &str)] = &[
    ("drop", "expected", "in_care"),
    ("absent", "expected", "not_brought"),
    ("call", "in_care", "called"),
    ("call", "late", "late"),
    ("call", "escalated", "escalated"),
    ("late", "in_care", "late"),
    ("late", "called", "late"),
    ("escalate", "late", "escalated"),
    ("hand_over", "in_care", "handed_over"),
    ("hand_over", "called", "handed_over"),
    ("hand_over", "late", "handed_over"),
    ("hand_over", "escalated", "handed_over"),
    ("alone", "in_care", "left_alone"),
    ("alone", "called", "left_alone"),
    ("alone", "late", "left_alone"),
    ("alone", "escalated", "left_alone"),
    ("authority", "in_care", "to_authority"),
    ("authority", "called", "to_authority"),
    ("authority", "late", "to_authority"),
    ("authority", "escalated", "to_authority"),
];

fn stays(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut wrong = Vec::new();
    for (sql, what) in [(&rows::TWICE, "in care twice"), (&rows::ENDS, "has no end that we know"), (&rows::STILL_HERE, "still here")] {
        wrong.extend(rows::findings(tx, sql)?.into_iter().map(|row| format!("{row} {what}")));
    }
    let all = rows::steps(tx)?;
    for (n, s) in all.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|p| all.get(p)).filter(|p| p.stay == s.stay);
        let legal = match &s.from {
            None => before.is_none() && s.no == 1 && s.action == "expect" && s.to == "expected",
            Some(from) => before.is_some_and(|b| b.to == *from && b.no + 1 == s.no) && STEPS.contains(&(s.action.as_str(), from.as_str(), s.to.as_str())),
        };
        let last = all.get(n + 1).is_none_or(|next| next.stay != s.stay);
        if !legal || (last && s.to != s.now) {
            wrong.push(format!("stay {} step {}: {} {:?} → {}, stands at {}", s.stay, s.no, s.action, s.from, s.to, s.now));
        }
    }
    Ok(wrong)
}

/// Letters and digits of a name, lower case.
fn letters(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().filter(|c| c.is_alphanumeric()) {
        out.extend(c.to_lowercase());
    }
    out
}

/// Whether a block of this child stood at a change and a moment and meant this person.
fn blocked(blocks: &[rows::Block], child: [u8; 16], (name, tail): (&str, &str), rev: i64, at: Instant) -> bool {
    let stood = |b: &rows::Block| b.set < rev && b.ended.is_none_or(|e| e > rev) && b.until.is_none_or(|u| u > at);
    let meant = |b: &rows::Block| letters(&b.name) == letters(name) || (b.tail == tail && !tail.is_empty());
    blocks.iter().filter(|b| b.child == child).any(|b| stood(b) && meant(b))
}

/// Whether a right's days held a moment.
fn day_held(weekdays: i64, once_on: Option<&str>, at: Instant, zone: &TimeZone) -> bool {
    let day = zone.day(at);
    once_on.map_or_else(|| (weekdays >> day.weekday()) % 2 == 1, |once| once == day.to_string())
}

fn handovers(tx: &mut Tx) -> Result<Vec<String>, No> {
    let zone = match places::api::district(tx) {
        Ok(district) => district.time,
        // Nothing was ever handed over where there is no district.
        Err(No::Missing(_)) => return Ok(Vec::new()),
        Err(no) => return Err(no),
    };
    replay(tx, &zone)
}

/// VE9 in a zone.
pub(crate) fn replay(tx: &mut Tx, zone: &TimeZone) -> Result<Vec<String>, No> {
    let blocks = rows::blocks(tx)?;
    let tries = rows::tries(tx)?;
    let mut wrong: Vec<String> = rows::findings(tx, &rows::CODES)?.into_iter().map(|row| format!("{row} one code for two stays")).collect();
    let mut of_stay: BTreeMap<kernel::StayId, Vec<i64>> = BTreeMap::new();
    for t in &tries {
        let before = of_stay.entry(t.stay).or_default();
        before.push(t.rev);
        if t.no != before.len() as i64 || t.no > 3 {
            wrong.push(format!("stay {}: wrong code number {} after {}", t.stay, t.no, before.len() - 1));
        }
        if blocked(&blocks, t.child, (&t.name, &t.tail), t.rev, t.at) {
            wrong.push(format!("stay {}: a code of somebody barred was looked at", t.stay));
        }
    }
    for h in rows::handovers(tx)? {
        let mut no = |what: &str| wrong.push(format!("stay {}: {what}", h.stay));
        if h.child != h.of {
            no("handed over by a right for another child");
        }
        if h.granted >= h.rev || h.withdrawn.is_some_and(|w| w < h.rev) {
            no("the right did not stand");
        }
        if !day_held(h.weekdays, h.once_on.as_deref(), h.at, zone) {
            no("the right was for other days");
        }
        if blocked(&blocks, h.child, (&h.name, &h.tail), h.rev, h.at) {
            no("handed over to somebody barred");
        }
        match h.means.as_str() {
            "code" => {
                if h.given.is_none() || h.given != h.code {
                    no("the code was another");
                }
                if of_stay.get(&h.stay).is_some_and(|all| all.iter().filter(|rev| **rev < h.rev).count() >= 3) {
                    no("the code was locked");
                }
            }
            "card" => {}
            _ => no("no such means"),
        }
        if h.staff.is_empty() || h.staff_name.is_empty() {
            no("nobody handed it over");
        }
        if h.dropped.is_none_or(|d| d > h.at) || h.ended != Some(h.at) {
            no("handed over outside the stay");
        }
    }
    for (stay, born, ended, permit) in rows::alone(tx)? {
        let Some(ended) = ended else { continue };
        let new_year = kernel::civil(i16::try_from(born + 9).unwrap_or(i16::MAX), 1, 1);
        if new_year.is_none_or(|first| zone.day(ended) < first) || permit.is_none_or(|p| p > ended) {
            wrong.push(format!("stay {stay}: left alone too young or without permission"));
        }
    }
    Ok(wrong)
}
