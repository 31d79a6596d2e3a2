//! What `people` tells: ids, roles and centres, never names.

use kernel::{AccountId, CentreId, GrantId, TwoId};
use serde::{Deserialize, Serialize};
use store::Fact;

/// An account left for good (离岗): its sessions and grants ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLeft {
    /// Whose.
    pub account: AccountId,
}
impl Fact for AccountLeft {
    const NAME: &'static str = "people.account_left";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A grant ended: revoked, expired, or its account left. Whoever works in its name stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantEnded {
    /// Which.
    pub grant: GrantId,
    /// Whose.
    pub account: AccountId,
    /// Name of the role.
    pub role: String,
    /// Where; the district is everywhere.
    pub centre: CentreId,
}
impl Fact for GrantEnded {
    const NAME: &'static str = "people.grant_ended";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}

/// Something waits for a second person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoAsked {
    /// The request.
    pub two: TwoId,
    /// The action that waits: `hall.item.publish`.
    pub action: String,
}
impl Fact for TwoAsked {
    const NAME: &'static str = "people.two_asked";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}

/// A request was answered: `agreed` (the slice of `action` does it now, in the name of its asker), `refused`, or `lapsed`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoSettled {
    /// The request.
    pub two: TwoId,
    /// The action that waited.
    pub action: String,
    /// `agreed`, `refused`, `lapsed`
    pub how: String,
}
impl Fact for TwoSettled {
    const NAME: &'static str = "people.two_settled";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}
