//! Invariants of a running district that a query can say.

use kernel::{Instant, No};
use store::{Tx, params};
use web::Check;

use crate::{account::State, grant, rows, rows::grant::ended, session::LONGEST_S};

pub(crate) static CHECKS: &[Check] = &[
    Check { id: "PE1", says: "every account was made by set-up, an administrator or the shell, and has a password exactly when it may sign in", run: pe1 },
    Check { id: "PE2", says: "no session outlives its account's state or twelve hours", run: pe2 },
    Check { id: "PE3", says: "asker and agreer differ; alone only while nobody else could agree", run: pe3 },
    Check { id: "PE4", says: "at least one active security administrator after set-up", run: pe4 },
    Check { id: "PE5", says: "codes are stored as hashes of 32 bytes, passwords as Argon2id", run: pe5 },
    Check { id: "PE7", says: "every role of a standing grant is known to the program", run: pe7 },
];

fn texts(tx: &mut Tx, sql: &store::Sql) -> Result<Vec<String>, No> {
    Ok(tx.many(sql, params![], |r| r.get(0))?)
}

fn pe1(tx: &mut Tx) -> Result<Vec<String>, No> {
    texts(tx, &rows::account::PE1)
}

fn pe2(tx: &mut Tx) -> Result<Vec<String>, No> {
    Ok(tx.many(&rows::session::PE2, params![LONGEST_S * 1_000_000], |r| r.get(0))?)
}

/// Rows first, then a walk over time: whoever did something alone was the only one who could agree at that moment. What is said is certain: an
/// account that was locked and unlocked since is left out.
pub(crate) fn pe3(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut broken: Vec<String> = Vec::new();
    for id in tx.many(&rows::grant::PE3, params![], |r| r.get::<kernel::GrantId>(0))? {
        broken.push(format!("grant {id}: two should have agreed"));
    }
    for id in tx.many(&rows::two::PE3, params![], |r| r.get::<kernel::TwoId>(0))? {
        broken.push(format!("two {id}: two should have agreed"));
    }
    let mut agreers = Vec::new();
    let mut alone: Vec<(String, String, Instant)> = Vec::new();
    for g in rows::grant::ever(tx, "security_admin")? {
        if g.alone_why.is_some() {
            alone.push((format!("grant {}", g.id), g.asked_by.clone(), g.from));
        }
        if g.role == "security_admin" {
            let account = rows::account::one(tx, g.account)?;
            let until = ended(tx, g.id)?.unwrap_or(g.until);
            let from = if account.state == State::Active { Some(g.from.max(account.since)) } else { None };
            agreers.extend(from.map(|from| (grant::by(&kernel::Actor::Account(g.account)), from, until)));
        }
    }
    for t in rows::two::alone(tx, Instant::default())? {
        alone.push((format!("two {}", t.id), t.asked_by, t.asked_at));
    }
    for (what, by, at) in alone.iter().filter(|(_, by, _)| by.starts_with("account:")) {
        if agreers.iter().any(|(other, from, until)| other != by && from < at && at < until) {
            broken.push(format!("{what}: done alone while somebody else could agree"));
        }
    }
    Ok(broken)
}

fn pe4(tx: &mut Tx) -> Result<Vec<String>, No> {
    let n: i64 = tx.one("count", &rows::grant::PE4, params![], |r| r.get(0))?;
    Ok(if n == 0 && rows::grant::any(tx)? { vec!["no active security administrator".into()] } else { Vec::new() })
}

fn pe5(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut broken = texts(tx, &rows::account::PE5)?;
    broken.extend(texts(tx, &rows::link::PE5)?);
    Ok(broken)
}

fn pe7(tx: &mut Tx) -> Result<Vec<String>, No> {
    Ok(texts(tx, &rows::grant::ROLES)?.into_iter().filter(|role| !grant::known(role)).collect())
}
