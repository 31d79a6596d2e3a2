//! Devices (设备): enrolled by a code, bound to kind and centre, able to create but never to list.

use kernel::{CentreId, CounterId, DeviceId, DeviceKind, Instant, Refusal, ZoneId};

/// How long a code can be typed, in minutes of machine time [A].
pub const CODE_MINUTES: i64 = 30;
/// A device that was silent this long loses its token, in days [A].
pub const SILENT_DAYS: i64 = 90;

/// A device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Where it stands.
    pub centre: CentreId,
    /// What it is for.
    pub kind: DeviceKind,
    /// As staff call it.
    pub name: String,
    /// Its zone, for kiosks and screens that have one.
    pub zone: Option<ZoneId>,
    /// Its counter, for desks and window screens.
    pub counter: Option<CounterId>,
}

/// States of a device.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Its code waits to be typed.
    New {
        /// The code dies then (machine time).
        until: Instant,
    },
    /// It holds a token.
    Enrolled {
        /// Since when.
        at: Instant,
    },
    /// Its token opens nothing.
    Revoked,
}

impl State {
    /// The code was typed.
    ///
    /// # Errors
    /// `device.code`: over, used, or revoked; the three look the same.
    pub fn enrol(self, now: Instant) -> Result<Self, Refusal> {
        match self {
            Self::New { until } if now < until => Ok(Self::Enrolled { at: now }),
            Self::New { .. } | Self::Enrolled { .. } | Self::Revoked => Err(Refusal::invalid("device.code").at("code")),
        }
    }
    /// Taken away. Revoking twice changes nothing.
    pub fn revoke(self) -> Self {
        Self::Revoked
    }
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::New { .. } => "new",
            Self::Enrolled { .. } => "enrolled",
            Self::Revoked => "revoked",
        }
    }
}

/// Where a device types its code: `/k`, `/s` or `/d`.
pub fn door(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Kiosk | DeviceKind::Printer => "/k",
        DeviceKind::Display => "/s",
        DeviceKind::Desk | DeviceKind::Rating => "/d",
    }
}

/// Every kind.
pub const KINDS: [DeviceKind; 5] = [DeviceKind::Kiosk, DeviceKind::Display, DeviceKind::Desk, DeviceKind::Printer, DeviceKind::Rating];

/// What a device lists as: with its state and when it was last heard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The device.
    pub device: Device,
    /// Its state.
    pub state: State,
    /// When it was last heard (machine time).
    pub seen: Option<Instant>,
}
