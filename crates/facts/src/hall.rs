//! What `hall` tells: items; codes and versions only.

use serde::{Deserialize, Serialize};
use store::Fact;

/// A version of an item stands from now on (事项发布).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPublished {
    /// Which.
    pub code: String,
    /// Its version.
    pub version: i64,
}
impl Fact for ItemPublished {
    const NAME: &'static str = "hall.item_published";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An item was withdrawn for good (事项取消).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemWithdrawn {
    /// Which.
    pub code: String,
    /// What one does instead.
    pub successor: Option<String>,
}
impl Fact for ItemWithdrawn {
    const NAME: &'static str = "hall.item_withdrawn";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}

/// An item cannot be done for the time being, or can again (事项暂停、恢复).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSuspended {
    /// Which.
    pub code: String,
    /// `false`: it can be done again.
    pub suspended: bool,
}
impl Fact for ItemSuspended {
    const NAME: &'static str = "hall.item_suspended";
    fn topics(&self) -> Vec<String> {
        Vec::new()
    }
}
