//! What `capacity` tells: ids, times, units; never persons.

use kernel::{ClaimId, Minutes, ResourceId, WaitId};
use serde::{Deserialize, Serialize};
use store::Fact;

/// A claim was made or moved on (占用). A slice hears it and looks at `purpose`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claimed {
    /// Which.
    pub claim: ClaimId,
    /// Which slice's: `venues.booking`.
    pub purpose: String,
    /// Id of the thing in the slice.
    pub subject: String,
    /// `hold`, `confirm`, `cancel`, …
    pub action: String,
    /// Where it stands now.
    pub state: String,
    /// First minute since 1970 UTC.
    pub start_min: Minutes,
    /// Minute after the last.
    pub end_min: Minutes,
}
impl Fact for Claimed {
    const NAME: &'static str = "capacity.claimed";
    fn topics(&self) -> Vec<String> {
        vec![format!("claim/{}", self.claim), "bookings".into()]
    }
}

/// A unit that was freed is held for somebody who waits (候补名额).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// The waiting entry.
    pub wait: WaitId,
    /// The claim that holds the unit.
    pub claim: ClaimId,
    /// Until when.
    pub until_us: i64,
}
impl Fact for Offered {
    const NAME: &'static str = "capacity.offered";
    fn topics(&self) -> Vec<String> {
        vec![format!("wait/{}", self.wait), "bookings".into()]
    }
}

/// Cells were made, changed, shut or opened (放号).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Of which resource.
    pub resource: ResourceId,
    /// From which minute.
    pub from_min: Minutes,
    /// Up to which minute.
    pub to_min: Minutes,
}
impl Fact for Published {
    const NAME: &'static str = "capacity.published";
    fn topics(&self) -> Vec<String> {
        vec!["bookings".into()]
    }
}
