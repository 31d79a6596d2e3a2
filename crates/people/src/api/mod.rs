//! What other crates may call, in the caller's transaction. All times are the machine's (`web::Real`), never a set clock's.
//!
//! Every command on these tables runs in the district's chain (`CentreId::DISTRICT`): that row is their mutex.

use kernel::{Id, Instant};
use sha2::{Digest, Sha256};

mod account;
mod grant;
mod sign_in;
mod start;
mod two;

pub use crate::{
    account::{Account, State, Step},
    grant::{Asker, Grant, GrantState, NewGrant, by, role_name},
    login::{Login, ShownName},
    password::{Checked, Phc},
    rows::session::Mine,
    session::{EndWhy, NewSession},
    two::{Go, Two, TwoAnswer, TwoNeed, TwoState},
};
pub use account::{INVITATION_S, RESET_S, accept_link, account, account_of, accounts, change_password, invite, leave, link_opens, lock, reset, shown, unlock};
pub use grant::{agree, ask_grant, expire, grant, refuse, revoke};
pub use sign_in::{Attempt, blocked, end_session, failed, sign_in, slow, stored, touch, unlock_session, who};
pub(crate) use start::activate_sample;
pub use start::{
    NewAdmin, asker, enter_sample, invited, is_set_up, maker, new_set_up_code, set_up, set_up_blocked, set_up_code, set_up_failed, set_up_opens, warnings,
};
pub use two::{Alone, alone, go, settle_two, two, two_of, two_open};

/// An id from the request's dice; `salt` tells the ids of one request apart.
pub(crate) fn id<T>(now: Instant, dice: &[u8; 32], salt: &str) -> Id<T> {
    let hash = Sha256::new().chain_update(dice).chain_update(salt).finalize();
    let mut ten = [0; 10];
    ten.copy_from_slice(&hash[..10]);
    Id::new(now, ten)
}
