//! What other crates call; each joins the caller's transaction.

mod change;
mod give;
mod pass;
mod publish;
mod read;
mod take;
mod wait;

pub use crate::pages::{keep, person};
pub use change::{approve, cancel, check_in, confirm, extend, finish, no_show, override_take, reject, swap};
pub use give::settle;
pub use pass::{Opened, claim_of_code, issue_pass, open_code, open_token, page_of_code};
pub use publish::{CellSpec, Diff, Pattern, Span, behind, close, pattern_cells, publish, set_cap, set_pattern, set_resource, shut, top_up};
pub use read::{Alternative, Free, alternatives, ask, claim, claims_for, due, free, free_from_away, line, mine, resource, resource_of, resources, waiting};
pub use take::{How, book_series, take, take_all};
pub use wait::{WaitNow, accept, decline, join, leave, position};

use kernel::{Missing, No, Refusal};
use store::Tx;

use crate::{
    Moment,
    claim::{Action, Claim, State},
    rows,
};

/// A claim of a centre whose chain is held.
pub(crate) fn held(tx: &mut Tx, id: kernel::ClaimId) -> Result<Claim, No> {
    let claim = rows::claim::one(tx, id)?.ok_or(Missing("claim"))?;
    hold(tx, claim.centre)?;
    tx.about("claim", id);
    Ok(claim)
}
/// Decisions are made only on rows of chains that are held.
pub(crate) fn hold(tx: &mut Tx, centre: kernel::CentreId) -> Result<(), No> {
    if tx.holds(centre) { Ok(()) } else { Err(kernel::Fault::new(format!("centre {centre} is not held")).into()) }
}
/// Where `action` leads from here, or why it cannot be done.
pub(crate) fn step(claim: &Claim, action: Action, m: Moment) -> Result<State, No> {
    if claim.state.pending() && claim.expires.is_some_and(|e| e <= m.now) && action != Action::Expire {
        return Err(Refusal::conflict("hold.expired").into());
    }
    claim.state.after(action).ok_or_else(|| Refusal::conflict("state.wrong").both("state", claim.state.name()).into())
}
/// Writes a step and tells it.
pub(crate) fn record(tx: &mut Tx, claim: &Claim, action: Action, from: Option<State>, by: &str, why: Option<&str>, m: Moment) -> Result<(), No> {
    rows::claim::step(tx, claim, action, from, by, why, m.now)?;
    tx.tell(&facts::capacity::Claimed {
        claim: claim.id,
        purpose: claim.purpose.clone(),
        subject: claim.subject.clone(),
        action: action.code().into(),
        state: claim.state.code().into(),
        start_min: claim.start,
        end_min: claim.end,
    });
    Ok(())
}
