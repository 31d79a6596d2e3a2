//! A stay: from the door to the named hand. Pure.

use kernel::{CentreId, Instant, Minutes, PersonId, StayId};

kernel::coded! {
    /// Where a stay stands.
    State {
        Expected = "expected", "待送到", "expected";
        InCare = "in_care", "在看护中", "in care";
        Called = "called", "已叫孩子", "called";
        Late = "late", "接晚了", "late";
        Escalated = "escalated", "很晚还没接", "very late";
        HandedOver = "handed_over", "已交接", "handed over";
        LeftAlone = "left_alone", "自己离开", "left alone";
        ToAuthority = "to_authority", "交给公安或医院", "given to police or hospital";
        NotBrought = "not_brought", "没有来", "not brought";
    }
}

kernel::coded! {
    /// What is done with a stay.
    Action {
        Drop = "drop", "送到", "drop off";
        Absent = "absent", "没有来", "not brought";
        Call = "call", "叫孩子", "call";
        Late = "late", "接晚了", "late";
        Escalate = "escalate", "升级", "escalate";
        HandOver = "hand_over", "交接", "hand over";
        Alone = "alone", "自己离开", "leave alone";
        Authority = "authority", "交给公安或医院", "give to police or hospital";
    }
}

impl State {
    /// In somebody's care: such a stay a child has once in the whole district.
    pub fn in_care(self) -> bool {
        matches!(self, Self::InCare | Self::Called | Self::Late | Self::Escalated)
    }
    /// Over for good.
    pub fn ended(self) -> bool {
        matches!(self, Self::HandedOver | Self::LeftAlone | Self::ToAuthority | Self::NotBrought)
    }
    /// Where `action` leads, when it can be done at all. A late child that is called stays late: red does not turn pale.
    pub fn after(self, action: Action) -> Option<Self> {
        match (self, action) {
            (Self::Expected, Action::Drop) => Some(Self::InCare),
            (Self::Expected, Action::Absent) => Some(Self::NotBrought),
            (Self::InCare, Action::Call) => Some(Self::Called),
            (Self::Late | Self::Escalated, Action::Call) => Some(self),
            (Self::InCare | Self::Called, Action::Late) => Some(Self::Late),
            (Self::Late, Action::Escalate) => Some(Self::Escalated),
            (s, Action::HandOver) if s.in_care() => Some(Self::HandedOver),
            (s, Action::Alone) if s.in_care() => Some(Self::LeftAlone),
            (s, Action::Authority) if s.in_care() => Some(Self::ToAuthority),
            _ => None,
        }
    }
}

/// Minutes after its beginning at which a child that did not come counts as not brought [A].
pub const NOT_BROUGHT_MIN: Minutes = 15;
/// Minutes after its end at which a stay is late [A].
pub const LATE_MIN: Minutes = 15;
/// Minutes after its end at which the lead is called [A].
pub const ESCALATE_MIN: Minutes = 30;
/// Seconds between two alarms for a child that is still here after hours [A].
pub const ALARM_S: i64 = 300;
/// Wrong codes after which only a card opens.
pub const MOST_TRIES: i64 = 3;

/// One stay of a child in a class or an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Which.
    pub id: StayId,
    /// Where.
    pub centre: CentreId,
    /// Who.
    pub child: PersonId,
    /// The class or activity.
    pub label: String,
    /// When it begins.
    pub from: Instant,
    /// When the child is to be collected.
    pub to: Instant,
    /// The session of a course, when it is one.
    pub session: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Who brought the child.
    pub dropped_by: Option<String>,
    /// When.
    pub dropped_at: Option<Instant>,
    /// Who acknowledged the allergies.
    pub ack_by: Option<String>,
    /// Of the one-time code, a keyed hash.
    pub code_hash: Option<String>,
    /// Wrong codes so far.
    pub tries: i64,
    /// From when on the code opens nothing.
    pub locked_at: Option<Instant>,
    /// The child was called.
    pub called_at: Option<Instant>,
    /// It became late.
    pub late_at: Option<Instant>,
    /// The lead was called.
    pub escalated_at: Option<Instant>,
    /// Still here after the house had shut.
    pub over_at: Option<Instant>,
    /// The newest alarm.
    pub alerted_at: Option<Instant>,
    /// It ended.
    pub ended_at: Option<Instant>,
    /// Name of who ended it, as staff sees it.
    pub ended_by: Option<String>,
    /// Why not brought; which authority took the child.
    pub note: Option<String>,
    /// Of who left alone: since when it was allowed.
    pub permit: Option<Instant>,
}

impl Stay {
    /// Whether an alarm is due for a child that is still here, when the house has shut.
    pub fn alarm(&self, now: Instant) -> bool {
        self.state.in_care() && self.to <= now && self.alerted_at.is_none_or(|a| now.seconds_since(a) >= ALARM_S)
    }
    /// What the clock makes of it now, when that is anything.
    pub fn due(&self, now: Instant) -> Option<Action> {
        let over = |at: Instant, min: Minutes| at.plus_min(min) <= now;
        match self.state {
            State::Expected if over(self.from, NOT_BROUGHT_MIN) => Some(Action::Absent),
            State::InCare | State::Called if over(self.to, LATE_MIN) => Some(Action::Late),
            State::Late if over(self.to, ESCALATE_MIN) => Some(Action::Escalate),
            _ => None,
        }
    }
}
