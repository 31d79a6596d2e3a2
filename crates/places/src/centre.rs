//! A centre (便民服务中心): its register entry and its status.

use kernel::{Both, CentreId};
use serde::Serialize;

/// One neighbourhood centre.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Centre {
    /// Register number, never used again.
    pub id: CentreId,
    /// Code of its sub-district.
    pub area_code: String,
    /// 体育公园便民服务中心
    pub name: Both,
    /// As people find it.
    pub address: Both,
    /// Degrees × 10⁷ in `datum`.
    pub lon_e7: Option<i64>,
    /// Degrees × 10⁷ in `datum`.
    pub lat_e7: Option<i64>,
    /// Of the position; a position always says its datum (PL6).
    pub datum: Option<Datum>,
    /// Where the position comes from.
    pub position_source: Option<String>,
    /// 1 or 2 of the programme.
    pub phase: Option<i64>,
    /// Where it stands.
    pub status: Status,
    /// `2026-05-11`
    pub status_since: String,
    /// `2026-12`, while it is not open.
    pub planned_month: Option<String>,
    /// Empty when none is known.
    pub phone: String,
    /// How much of this is made up.
    pub sample: Sample,
    /// Counts changes.
    pub version: i64,
}

/// Status of a centre (中心状态).
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// 规划
    Planned,
    /// 在建
    Building,
    /// 筹备
    Preparing,
    /// 开放
    Open,
    /// 暂停
    Paused,
    /// 关闭
    Closed,
}
impl Status {
    /// As stored, with what it stands for.
    pub const ALL: [(&'static str, Self); 6] = [
        ("planned", Self::Planned),
        ("building", Self::Building),
        ("preparing", Self::Preparing),
        ("open", Self::Open),
        ("paused", Self::Paused),
        ("closed", Self::Closed),
    ];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL[self as usize].0
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(c, _)| *c == code).map(|(_, s)| *s)
    }
    /// Its name.
    pub fn name(self) -> Both {
        let (zh, en) = match self {
            Self::Planned => ("规划中", "planned"),
            Self::Building => ("在建", "being built"),
            Self::Preparing => ("筹备", "preparing to open"),
            Self::Open => ("已开", "open"),
            Self::Paused => ("暂停", "paused"),
            Self::Closed => ("已关闭", "closed"),
        };
        Both::new(zh, en)
    }
}

/// How much of a row is made up (示例数据).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sample {
    /// Nothing.
    No,
    /// All of it.
    Yes,
    /// Some of it.
    Part,
}
impl Sample {
    /// As stored, with what it stands for.
    pub const ALL: [(&'static str, Self); 3] = [("no", Self::No), ("yes", Self::Yes), ("part", Self::Part)];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL[self as usize].0
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(c, _)| *c == code).map(|(_, s)| *s)
    }
}

/// Datum of a position.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// The shifted datum of Chinese maps: convert before a map draws it.
    Gcj02,
    /// World Geodetic System.
    Wgs84,
}
impl Datum {
    /// As stored, with what it stands for.
    pub const ALL: [(&'static str, Self); 2] = [("gcj02", Self::Gcj02), ("wgs84", Self::Wgs84)];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL[self as usize].0
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(c, _)| *c == code).map(|(_, s)| *s)
    }
}
