//! A4 `/admin/people`: accounts, roles × centres, invitations, grants. Here what both halves share.

mod accounts;
mod grants;

use kernel::{Both, CentreId};
use serde::Deserialize;

pub(super) use accounts::{invite, leave, list, lock, one, reset, sample_link, sample_list, sample_one, sample_person, unlock};
pub(super) use grants::{Standing, ask, at, revoke, sample_at, sample_grant, standing};

/// Nothing but the button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

type Centres = Vec<(CentreId, Both)>;

fn state_word(state: &str) -> &'static str {
    match state {
        "invited" => "people.state.invited",
        "locked" => "people.state.locked",
        "left" => "people.state.left",
        "asked" => "people.grant.asked",
        "refused" => "people.grant.refused",
        "expired" => "people.grant.expired",
        "revoked" => "people.grant.revoked",
        _ => "people.state.active",
    }
}

fn sample_centres() -> Centres {
    CentreId::new(1).map(|c| (c, Both::new("示例·一号便民中心", "Sample centre one"))).into_iter().collect()
}
