//! Invariants that `yizhan check` evaluates on a running district.

use kernel::No;
use store::Tx;
use web::Check;

use crate::{api, item::State, load, rows};

/// All of them.
pub const CHECKS: &[Check] = &[
    Check { id: "HI1", says: "every item's stored form equals its file, and the file has no fault today", run: loads },
    Check { id: "HI2", says: "the rows of an item's offers equal its file", run: offers },
    Check { id: "HI3", says: "a withdrawn item's successor stands, and no chain of successors ends in a circle", run: successors },
    Check { id: "HI4", says: "life events name items that stand", run: events },
];

fn loads(tx: &mut Tx) -> Result<Vec<String>, No> {
    let known = api::known(tx)?;
    let mut broken = Vec::new();
    for line in rows::item::list(tx)? {
        let version = rows::item::one(tx, &line.code, line.version)?;
        match load::item(&line.code, &version.typed, &known) {
            Ok(item) if item == version.item => {}
            Ok(_) => broken.push(format!("{}@{}: body differs from its file", line.code, line.version)),
            Err(_) if line.state == State::Withdrawn => {}
            Err(faults) => broken.extend(faults.first().map(|f| f.text(kernel::Lang::En))),
        }
    }
    Ok(broken)
}

fn offers(tx: &mut Tx) -> Result<Vec<String>, No> {
    let rows = rows::item::offers(tx)?;
    let mut broken = Vec::new();
    for line in rows::item::list(tx)? {
        let version = rows::item::one(tx, &line.code, line.version)?;
        let mut want: Vec<_> = rows::item::places_of(&version.item).into_iter().map(|(c, o)| (c, o.queue.clone())).collect();
        want.sort();
        let there: Vec<_> = rows.iter().filter(|r| r.0 == line.code && r.1 == line.version).map(|r| (r.2, r.3.clone())).collect();
        if want != there {
            broken.push(format!("{}@{}", line.code, line.version));
        }
    }
    Ok(broken)
}

fn successors(tx: &mut Tx) -> Result<Vec<String>, No> {
    let all = rows::item::standing(tx)?;
    let next = |code: &str| all.iter().find(|c| c.item.code == code);
    let mut broken = Vec::new();
    for from in all.iter().filter(|c| c.successor.is_some()) {
        let (mut at, mut steps) = (Some(from), 0);
        while let Some(Some(code)) = at.map(|c| c.successor.as_deref()) {
            at = next(code);
            steps += 1;
            if at.is_none() || steps > all.len() {
                broken.push(format!("{} → {code}", from.item.code));
                break;
            }
        }
    }
    Ok(broken)
}

fn events(tx: &mut Tx) -> Result<Vec<String>, No> {
    let standing = rows::item::standing(tx)?;
    let gone = |code: &&String| !standing.iter().any(|c| c.item.code == **code);
    Ok(rows::taxonomy::events(tx)?.iter().flat_map(|e| e.items.iter().filter(gone).map(|c| format!("{}: {c}", e.id)).collect::<Vec<_>>()).collect())
}
