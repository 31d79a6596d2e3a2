//! Invariants that `yizhan check` evaluates on a running district.

use kernel::No;
use store::Tx;
use web::Check;

use crate::{api, rows};

/// All of them.
pub const CHECKS: &[Check] = &[
    Check { id: "SL1", says: "a shop's line and zone stand in its centre", run: stands },
    Check { id: "SL2", says: "no shop has the code of a line of its centre", run: apart },
];

fn stands(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut broken = Vec::new();
    for centre in rows::shop::centres(tx)? {
        let lines = queue::api::lines(tx, centre)?;
        let zones = places::api::zones(tx, centre)?;
        for s in api::shops(tx, centre)? {
            if let Some(served) = s.served.as_ref().filter(|v| !lines.iter().any(|l| l.code == v.line)) {
                broken.push(format!("centre {centre}: {} calls from the line {}, which is not there", s.code, served.line));
            }
            if !zones.iter().any(|z| z.code == s.zone) {
                broken.push(format!("centre {centre}: {} stands in the zone {}, which is not there", s.code, s.zone));
            }
        }
    }
    Ok(broken)
}

fn apart(tx: &mut Tx) -> Result<Vec<String>, No> {
    let mut broken = Vec::new();
    for centre in rows::shop::centres(tx)? {
        let lines = queue::api::lines(tx, centre)?;
        let shops = api::shops(tx, centre)?;
        broken.extend(shops.iter().filter(|s| lines.iter().any(|l| l.code == s.code)).map(|s| format!("centre {centre}: {} is also a line", s.code)));
    }
    Ok(broken)
}
