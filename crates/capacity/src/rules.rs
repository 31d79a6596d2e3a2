//! The rules of a resource (规则): data, checked at the door. An unknown field is refused.

use kernel::{Both, Minutes, Refusal};
use serde::{Deserialize, Serialize};

/// How a resource may be taken. Defaults are assumed figures, capacity §4 [A]; every resource may set its own and says its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Earliest booking, in days before the day.
    pub open_ahead_days: i64,
    /// Minute after midnight at which a new day opens, and at which places kept for people who come are open to all.
    pub open_at_min: Minutes,
    /// Latest booking before the start; staff may go on until the end.
    pub closes_before_min: Minutes,
    /// Units of one claim.
    pub min_units: i64,
    /// Units of one claim.
    pub max_units: i64,
    /// Cells of one claim.
    pub min_cells: i64,
    /// Cells of one claim.
    pub max_cells: i64,
    /// Cleaning or setting up before, taken with the claim; whole cells.
    pub pad_before_min: Minutes,
    /// Cleaning after.
    pub pad_after_min: Minutes,
    /// Life of a hold, seconds; 0 books at once.
    pub hold_s: i64,
    /// Whether somebody has to agree.
    pub approval: Option<Approval>,
    /// A later cancel keeps the unit of a quota.
    pub cancel_free_before_min: Minutes,
    /// Grace after the start before an unused claim counts as no-show.
    pub no_show_after_min: Minutes,
    /// How early one may check in.
    pub check_in_before_min: Minutes,
    /// Codes of `capacity_quota_rule`.
    pub quotas: Vec<String>,
    /// Pools of which one free resource is taken too (any coach).
    pub needs: Vec<String>,
    /// Whether there is a waiting list.
    pub wait_list: bool,
    /// Part of the cap open to phone and API before the day, per cent; 100 keeps nothing back.
    pub online_share_pct: i64,
    /// Who may have it.
    pub eligible: Option<Eligible>,
    /// Path of the page of the slice that gives it (a course asks more than a time): the pages of this crate lead there and take nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Where the rule comes from: law, contract, decision of the district, with its date.
    pub source: String,
}

/// Agreement of another (审批).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Hours in which somebody decides; then the request lapses.
    pub within_h: i64,
}

/// Who may have it (资格), with the sentence that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Eligible {
    /// Full years from which.
    pub from_age: Option<i64>,
    /// Full years up to which.
    pub to_age: Option<i64>,
    /// The sentence.
    pub zh: String,
    /// The sentence.
    pub en: String,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            open_ahead_days: 14,
            open_at_min: 480,
            closes_before_min: 30,
            min_units: 1,
            max_units: 4,
            min_cells: 1,
            max_cells: 4,
            pad_before_min: 0,
            pad_after_min: 0,
            hold_s: 300,
            approval: None,
            cancel_free_before_min: 120,
            no_show_after_min: 15,
            check_in_before_min: 60,
            quotas: Vec::new(),
            needs: Vec::new(),
            wait_list: true,
            online_share_pct: 70,
            eligible: None,
            page: None,
            source: String::new(),
        }
    }
}

impl Rules {
    /// Reads the stored or typed form.
    ///
    /// # Errors
    /// `rules.shape` with the parser's words, or what [`Rules::checked`] says.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        serde_json::from_str::<Self>(text).map_err(|e| Refusal::invalid("rules.shape").arg("why", e).at("rules"))?.checked()
    }
    /// The stored form.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
    /// Figures that contradict each other are refused.
    ///
    /// # Errors
    /// `rules.figure` naming the field, `rules.source`.
    pub fn checked(self) -> Result<Self, Refusal> {
        let wrong = |field: &'static str| Err(Refusal::invalid("rules.figure").arg("field", field).at("rules"));
        let within = |v: i64, from: i64, to: i64| (from..=to).contains(&v);
        if !within(self.open_ahead_days, 0, 366) {
            return wrong("open_ahead_days");
        }
        if !within(self.open_at_min, 0, 1_439) {
            return wrong("open_at_min");
        }
        if !within(self.closes_before_min, 0, 7 * 1_440) {
            return wrong("closes_before_min");
        }
        if !within(self.min_units, 1, 1_000) || self.max_units < self.min_units {
            return wrong("max_units");
        }
        if !within(self.min_cells, 1, 400) || self.max_cells < self.min_cells {
            return wrong("max_cells");
        }
        if !within(self.pad_before_min, 0, 1_440) || !within(self.pad_after_min, 0, 1_440) {
            return wrong("pad_before_min");
        }
        if !within(self.hold_s, 0, 86_400) {
            return wrong("hold_s");
        }
        if self.approval.is_some_and(|a| !within(a.within_h, 1, 30 * 24)) {
            return wrong("approval");
        }
        if !within(self.cancel_free_before_min, 0, 30 * 1_440) || !within(self.no_show_after_min, 1, 1_440) || !within(self.check_in_before_min, 0, 1_440) {
            return wrong("cancel_free_before_min");
        }
        if !within(self.online_share_pct, 0, 100) {
            return wrong("online_share_pct");
        }
        if self.source.trim().is_empty() {
            return Err(Refusal::invalid("rules.source").at("rules"));
        }
        Ok(self)
    }
    /// The sentence of [`Eligible`], when the holder of this age does not fit. Without an age nothing is said: the desk looks.
    pub fn not_eligible(&self, age: Option<i64>) -> Option<Both> {
        let (e, age) = (self.eligible.as_ref()?, age?);
        let fits = e.from_age.is_none_or(|from| age >= from) && e.to_age.is_none_or(|to| age <= to);
        (!fits).then(|| Both::new(&e.zh, &e.en))
    }
    /// Units of a cap that may be taken from away before the day.
    pub fn share_of(&self, cap: i64) -> i64 {
        let part = cap * self.online_share_pct / 100;
        // Of a single place nothing can be kept back: a court would be open to nobody before its day.
        if self.online_share_pct > 0 { part.max(cap.min(1)) } else { part }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_checked_at_the_door() {
        let parse = |text: &str| Rules::parse(text).map_err(|r| r.code);
        assert_eq!(parse(r#"{"source":"x","hold_s":60}"#).unwrap().hold_s, 60);
        assert_eq!(parse(r#"{"source":"x","colour":1}"#), Err("rules.shape"));
        assert_eq!(parse("{}"), Err("rules.source"));
        assert_eq!(parse(r#"{"source":"x","max_units":0}"#), Err("rules.figure"));
        assert_eq!(parse(r#"{"source":"x","online_share_pct":101}"#), Err("rules.figure"));
        let text = parse(r#"{"source":"x","eligible":{"from_age":60,"to_age":null,"zh":"满 60 岁","en":"60 or older"}}"#).unwrap().text();
        let again = Rules::parse(&text).unwrap();
        assert_eq!((again.not_eligible(Some(59)).is_some(), again.not_eligible(Some(60)), again.not_eligible(None)), (true, None, None));
        assert_eq!([5, 2, 1, 0].map(|cap| again.share_of(cap)), [3, 1, 1, 0]);
        assert_eq!(Rules { online_share_pct: 0, ..again }.share_of(1), 0, "nothing from away");
    }
}
