//! What stands in a centre: areas around it, zones, counters as places, and its twelve functions.

use kernel::{Both, CentreId, CounterId, Minutes, ServiceClass, TimeZone, ZoneId};
use serde::Serialize;

use crate::Sample;

/// The district (区); one row.
#[derive(Clone, Debug)]
pub struct District {
    /// Division code.
    pub code: String,
    /// 郑东新区
    pub name: Both,
    /// Its zone and the turn of its service day.
    pub time: TimeZone,
    /// Made-up data.
    pub sample: bool,
}

/// What the district's sheet says of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DistrictEntry {
    /// 郑东新区
    pub name: Both,
    /// `Asia/Shanghai`
    pub zone: String,
    /// When its service day turns, minutes after midnight, 0…720.
    pub turn_min: Minutes,
}

/// A sub-district (街道).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Area {
    /// Statutory code.
    pub code: String,
    /// 祭城路街道
    pub name: Both,
    /// Names used before, separated by `;`.
    pub known_as: Option<String>,
    /// Where the entry comes from.
    pub source: Option<String>,
}

/// A zone of a centre (区域).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Where.
    pub centre: CentreId,
    /// `hall1`
    pub code: String,
    /// −3…−1, 1…n; never 0.
    pub floor: i64,
    /// 政务大厅
    pub name: Both,
    /// 政务, 社会事务 or 生活.
    pub class: ServiceClass,
}

/// A counter as a place (窗口).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counter {
    /// Its id.
    pub id: CounterId,
    /// Where.
    pub centre: CentreId,
    /// As on the sign.
    pub number: i64,
    /// Its zone.
    pub zone: ZoneId,
    /// Its zone's code.
    pub zone_code: String,
    /// `low` (for a wheelchair), `loop` (hearing loop), `general` (综合窗口), `cannot` (办不成事窗口).
    pub features: Vec<String>,
    /// Out of use as a place; [`crate::api::counters`] leaves such out.
    pub closed: bool,
}

/// What a counter may have.
pub const FEATURES: &[&str] = &["low", "loop", "general", "cannot"];

/// One of the twelve functions of a centre (十二项服务).
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Function {
    /// Where; not part of JSON.
    #[serde(skip)]
    pub centre: CentreId,
    /// `clinic`
    pub code: String,
    /// Its place in the list, from 1.
    #[serde(skip)]
    pub sort: i64,
    /// 政务, 社会事务 or 生活.
    pub class: ServiceClass,
    /// 社区卫生服务中心
    pub name: Both,
    /// `1`, `-1`, `1-2`, or empty.
    pub floor: String,
    /// Who runs it; empty when nobody does yet.
    pub operator: Both,
    /// In words; empty when unknown.
    pub hours: Both,
    /// Served or not.
    pub state: FunctionState,
    /// Where to go, whom to call.
    #[serde(rename = "where")]
    pub place: Both,
    /// How much is made up.
    pub sample: Sample,
}

/// Whether a function is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FunctionState {
    /// 已开
    Open,
    /// 筹备
    Preparing,
    /// 未纳入
    None,
}
impl FunctionState {
    /// As stored, with what it stands for.
    pub const ALL: [(&'static str, Self); 3] = [("open", Self::Open), ("preparing", Self::Preparing), ("none", Self::None)];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL[self as usize].0
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(c, _)| *c == code).map(|(_, s)| *s)
    }
}
