//! What `places` tells: centres, hours, counters, devices; ids only.

use kernel::{CentreId, CounterId, Day, DeviceId};
use serde::{Deserialize, Serialize};
use store::Fact;

/// A centre's status was set (中心状态).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CentreStatus {
    /// Which.
    pub centre: CentreId,
    /// `open`, `paused`, …
    pub status: String,
    /// Since when.
    pub since: Day,
}
impl Fact for CentreStatus {
    const NAME: &'static str = "places.centre_status";
    fn topics(&self) -> Vec<String> {
        vec!["manager".into()]
    }
}

/// Hours of a centre changed, from this day on or only on it (开放时间).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursChanged {
    /// Which.
    pub centre: CentreId,
    /// The first day that may differ.
    pub from: Day,
}
impl Fact for HoursChanged {
    const NAME: &'static str = "places.hours_changed";
    fn topics(&self) -> Vec<String> {
        vec!["manager".into()]
    }
}

/// A counter is closed as a place (窗口停用).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterClosed {
    /// Its centre.
    pub centre: CentreId,
    /// Which.
    pub counter: CounterId,
}
impl Fact for CounterClosed {
    const NAME: &'static str = "places.counter_closed";
    fn topics(&self) -> Vec<String> {
        vec!["manager".into()]
    }
}

/// A device's token opens nothing from now on (设备注销).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRevoked {
    /// Where it stood.
    pub centre: CentreId,
    /// Which.
    pub device: DeviceId,
}
impl Fact for DeviceRevoked {
    const NAME: &'static str = "places.device_revoked";
    fn topics(&self) -> Vec<String> {
        vec![format!("device/{}", self.device)]
    }
}
