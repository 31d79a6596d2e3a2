//! What the items refer to: papers, life events, search words.

use kernel::Both;
use serde::Serialize;

use crate::item::Form;

/// A paper in the public list (材料). Nothing outside the list may be asked for.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Document {
    /// `hukou_page`
    pub id: String,
    /// Its name.
    pub name: Both,
    /// Who issues it, Chinese in both languages.
    pub who_issues: String,
    /// Usual form.
    pub form: Form,
    /// Handed in once, not asked again.
    pub reusable: bool,
}

/// A life event (人生大事): items in the order in which one does them.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Event {
    /// `child_born`
    pub id: String,
    /// 孩子出生
    pub name: Both,
    /// Codes of items, in order.
    pub items: Vec<String>,
}

/// A search word and another for it.
#[derive(Clone, PartialEq, Debug)]
pub struct Synonym {
    /// As people type it.
    pub word: String,
    /// As the catalogue says it.
    pub other: String,
    /// Also the other way round.
    pub both_ways: bool,
    /// Why.
    pub note: String,
    /// From where.
    pub source: String,
}

/// The icon of a life event; unknown ones get a neutral one.
pub fn icon_of(event: &str) -> &'static str {
    match event {
        "child_born" | "marry" => "users",
        "elder_moved_in" | "retire" => "elder",
        "open_shop" => "shop",
        "moved_in" => "home",
        "school" => "book",
        _ => "flag",
    }
}
