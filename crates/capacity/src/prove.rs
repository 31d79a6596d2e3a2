//! The proof (证明): the invariants of capacity §10, asked of the live database. It shares no code with taking but the plan of a wish (C6).

use kernel::{Instant, No};
use store::{Sql, Tx};
use web::Check;

use crate::{
    Look, Moment,
    claim::{Action, State},
    plan, rows,
    rows::prove::{P1, P2, P3, P4, P7, P9, P10, P14, P15},
};

/// What `yizhan check` and the proof page evaluate.
pub const CHECKS: &[Check] = &[
    Check { id: "C1", says: "taken is the sum of the lines that hold the cell", run: |tx| ask(tx, &P1) },
    Check { id: "C2", says: "no cell has more taken than its cap, or fewer than none", run: |tx| ask(tx, &P2) },
    Check { id: "C3", says: "a line holds exactly its stretch", run: |tx| ask(tx, &P3) },
    Check { id: "C4", says: "every step is one of the table, and the last one is where the claim stands", run: steps },
    Check { id: "C7", says: "an offer holds its unit exactly until it ends, and is used once", run: |tx| ask(tx, &P7) },
    Check { id: "C9", says: "a quota's counter is the sum of its charges", run: |tx| ask(tx, &P9) },
    Check { id: "C12", says: "an ended claim holds nothing that began after its end", run: |tx| ask(tx, &P4) },
    Check { id: "C14", says: "every override has a name and a reason, and ends with its claim", run: |tx| ask(tx, &P14) },
];

fn ask(tx: &mut Tx, sql: &Sql) -> Result<Vec<String>, No> {
    Ok(rows::prove::findings(tx, sql, None)?)
}

fn steps(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut wrong = Vec::new();
    let all = rows::prove::steps(tx)?;
    for (n, s) in all.iter().enumerate() {
        let before = n.checked_sub(1).and_then(|p| all.get(p)).filter(|p| p.claim == s.claim);
        let (action, to) = (Action::parse(&s.action), State::parse(&s.to));
        let legal = match (&s.from, action, to) {
            (None, Some(Action::Hold), Some(State::Held))
            | (None, Some(Action::Request), Some(State::Requested))
            | (None, Some(Action::Book), Some(State::Confirmed)) => before.is_none(),
            (Some(from), Some(action), Some(to)) => {
                State::parse(from).and_then(|f| f.after(action)) == Some(to) && before.is_some_and(|b| b.to == *from && b.no + 1 == s.no)
            }
            _ => false,
        };
        let last = all.get(n + 1).is_none_or(|next| next.claim != s.claim);
        if !legal || (last && s.to != s.now) {
            wrong.push(format!("claim {} step {}: {} {:?} → {}, stands at {}", s.claim, s.no, s.action, s.from, s.to, s.now));
        }
    }
    Ok(wrong)
}

/// Seconds a timer may be late before a hold that ran out counts as forgotten; capacity §10 C6.
const LATE_S: i64 = 5;

/// What needs the time: C6 nobody eligible waits beside a free unit, C10 nobody equal is overtaken, C15 nothing outlives its time.
///
/// # Errors
/// A fault of the store.
pub fn in_time(tx: &mut Tx, m: Moment) -> Result<Vec<String>, No> {
    let mut wrong = Vec::new();
    for centre in rows::prove::waiting(tx)? {
        for wait in rows::wait::waiting(tx, centre, m.now)? {
            if plan::plan(tx, &wait.wish, None, Look::Offer, m)?.full.is_empty() {
                wrong.push(format!("C6 {} waits beside a free unit", wait.id));
            }
        }
    }
    let named = |id: &'static str| move |line: String| format!("{id} {line}");
    wrong.extend(rows::prove::findings(tx, &P10, Some(m.now))?.into_iter().map(named("C10")));
    let late = Instant::from_micros(m.now.micros() - LATE_S * 1_000_000);
    wrong.extend(rows::prove::findings(tx, &P15, Some(late))?.into_iter().map(named("C15")));
    Ok(wrong)
}

/// Everything at once; empty when all holds.
///
/// # Errors
/// A fault of the store.
pub fn prove(tx: &mut Tx, m: Moment) -> Result<Vec<String>, No> {
    let mut wrong = in_time(tx, m)?;
    for check in CHECKS {
        wrong.extend((check.run)(tx)?.into_iter().map(|line| format!("{} {line}", check.id)));
    }
    Ok(wrong)
}
