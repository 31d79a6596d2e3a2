//! Passes (凭证): what opens a booking or a waiting entry without an account.

use kernel::{CentreId, ClaimId, Fault, Instant, WaitId};
use store::{Row, Tx, params};

store::statements! {
    /// By its token.
    BY_TOKEN = "select code8, centre_id, claim_id, wait_id, label from capacity_pass where token_hash = $1";
    /// By its code in a centre.
    BY_CODE = "select code8, centre_id, claim_id, wait_id, label from capacity_pass where centre_id = $1 and code8 = $2";
    /// Of a claim, or of the waiting entry that it came from.
    OF_CLAIM = "select p.code8, p.centre_id, p.claim_id, p.wait_id, p.label from capacity_claim c
        join capacity_pass p on p.claim_id = c.claim_id or p.wait_id = c.wait_id where c.claim_id = $1";
    /// A new one; nothing happens when the code is taken in that centre.
    INSERT = "insert into capacity_pass (token_hash, code8, centre_id, claim_id, wait_id, label, made_at_us) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (centre_id, code8) do nothing";
}

/// What opens a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Eight letters and digits, for the desk and the kiosk.
    pub code: String,
    /// Where.
    pub centre: CentreId,
    /// The booking, …
    pub claim: Option<ClaimId>,
    /// … or the waiting entry.
    pub wait: Option<WaitId>,
    /// For whom, as its maker calls them: 「妈妈」. Never a full name.
    pub label: String,
}

fn pass(r: &mut Row) -> Result<Pass, Fault> {
    Ok(Pass { code: r.get(0)?, centre: r.get(1)?, claim: r.get(2)?, wait: r.get(3)?, label: r.get(4)? })
}
/// By its token.
pub fn by_token(tx: &mut Tx, token_hash: [u8; 32]) -> Result<Option<Pass>, Fault> {
    tx.optional(&BY_TOKEN, params![token_hash], pass)
}
/// By its code in a centre.
pub fn by_code(tx: &mut Tx, centre: CentreId, code: &str) -> Result<Option<Pass>, Fault> {
    tx.optional(&BY_CODE, params![centre, code], pass)
}
/// Of a claim, also when it came out of a waiting entry.
pub fn of_claim(tx: &mut Tx, claim: ClaimId) -> Result<Option<Pass>, Fault> {
    tx.optional(&OF_CLAIM, params![claim], pass)
}
/// A new one; `false` when its code is taken.
pub fn insert(tx: &mut Tx, token_hash: [u8; 32], p: &Pass, now: Instant) -> Result<bool, Fault> {
    Ok(tx.run(&INSERT, params![token_hash, p.code, p.centre, p.claim, p.wait, p.label, now])? == 1)
}
