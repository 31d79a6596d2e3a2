//! A claim (占用): somebody's right to units of some cells, with one state.

use kernel::{BundleId, CentreId, ClaimId, Instant, Minutes, PersonId, ResourceId, WaitId, coded};

coded! {
    /// Where a claim stands. The names read in a sentence: 「这个预约已取消」.
    State {
        /// Ends by itself (预留).
        Held = "held", "是临时保留", "only held";
        /// Waits for an approver and holds its units meanwhile (待审).
        Requested = "requested", "在等审批", "waiting for an answer";
        Confirmed = "confirmed", "已约好", "booked";
        CheckedIn = "checked_in", "已签到", "checked in";
        Done = "done", "已用完", "used";
        /// The hold ran out.
        Expired = "expired", "已过时放出", "released, its time ran out";
        Cancelled = "cancelled", "已取消", "cancelled";
        /// The approver said no.
        Rejected = "rejected", "没有批准", "not granted";
        NoShow = "no_show", "按没来记了", "recorded as missed";
    }
}
coded! {
    /// What is done with a claim.
    Action {
        Hold = "hold", "预留", "hold";
        /// Asks an approver.
        Request = "request", "申请", "request";
        /// At once.
        Book = "book", "约好", "book";
        /// Makes a hold last.
        Confirm = "confirm", "确认", "confirm";
        /// A little more time.
        Extend = "extend", "延时", "extend";
        Approve = "approve", "批准", "approve";
        Reject = "reject", "不批准", "reject";
        /// Its time ran out.
        Expire = "expire", "过时", "expire";
        Cancel = "cancel", "取消", "cancel";
        CheckIn = "check_in", "签到", "check in";
        /// Nobody came.
        NoShow = "no_show", "没来", "no-show";
        /// Used.
        Finish = "finish", "用完", "finish";
        /// Other lines, the same state.
        Swap = "swap", "改期", "move";
    }
}
coded! {
    /// From where a claim is made.
    Channel {
        /// With scripts or without.
        Phone = "phone", "手机", "phone";
        Kiosk = "kiosk", "自助机", "kiosk";
        /// By a clerk or a guide.
        Counter = "counter", "窗口", "counter";
        /// Another program.
        Api = "api", "接口", "program";
        Trip = "trip", "一次办几件", "trip";
        /// Staff for themselves: blocks, works.
        Staff = "staff", "内部", "staff";
    }
}

impl State {
    /// Whether it holds units.
    pub const fn live(self) -> bool {
        matches!(self, Self::Held | Self::Requested | Self::Confirmed | Self::CheckedIn)
    }
    /// Whether it ends by itself at `expires_at`.
    pub const fn pending(self) -> bool {
        matches!(self, Self::Held | Self::Requested)
    }
    /// Where `action` leads; the table of capacity §5.4. `None`: it cannot be done.
    pub const fn after(self, action: Action) -> Option<Self> {
        Some(match (self, action) {
            (Self::Held, Action::Confirm) | (Self::Requested, Action::Approve) | (Self::Confirmed, Action::Swap) => Self::Confirmed,
            (Self::Held, Action::Extend | Action::Swap) => Self::Held,
            (Self::Requested, Action::Swap) => Self::Requested,
            (Self::Requested, Action::Reject) => Self::Rejected,
            (Self::Held | Self::Requested, Action::Expire) => Self::Expired,
            (Self::Held | Self::Requested | Self::Confirmed, Action::Cancel) => Self::Cancelled,
            (Self::Confirmed | Self::NoShow, Action::CheckIn) | (Self::CheckedIn, Action::Swap) => Self::CheckedIn,
            (Self::Confirmed, Action::NoShow) => Self::NoShow,
            (Self::CheckedIn, Action::Finish) => Self::Done,
            _ => return None,
        })
    }
}

impl Channel {
    /// Whether it takes from the share that is open from away.
    pub const fn from_away(self) -> bool {
        matches!(self, Self::Phone | Self::Api | Self::Trip)
    }
}

/// A claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Where.
    pub centre: CentreId,
    /// Which slice's: `venues.booking`.
    pub purpose: String,
    /// Id of the thing in the slice.
    pub subject: String,
    /// The person served; nobody for staff blocks.
    pub holder: Option<PersonId>,
    /// Who made it, as the journal names them.
    pub made_by: String,
    /// From where.
    pub channel: Channel,
    /// Where it stands.
    pub state: State,
    /// First minute of what was asked for.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// When a hold or a request ends by itself.
    pub expires: Option<Instant>,
    /// When it counts as no-show.
    pub late: Option<Instant>,
    /// What it lives and fails with.
    pub bundle: Option<BundleId>,
    /// The wish it is the offer of.
    pub wait: Option<WaitId>,
    /// How often its hold was extended.
    pub extended: i64,
    /// When it was made.
    pub made_at: Instant,
}

/// One contiguous stretch of one resource inside a claim (明细), pads included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was asked for.
    pub asked: ResourceId,
    /// What is taken.
    pub resource: ResourceId,
    /// First minute.
    pub start: Minutes,
    /// Minute after the last.
    pub end: Minutes,
    /// Cells before this count as taken.
    pub held_until: Minutes,
    /// How many.
    pub units: i64,
}

/// What a claim took from a quota.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Code of the rule.
    pub rule: String,
    /// Whose.
    pub subject: String,
    /// Start of the period; 0 for "live at once".
    pub period: Minutes,
    /// How many; 0 after it was given back.
    pub units: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_states_is_the_specified_one() {
        let mut table = String::new();
        for &from in State::ALL {
            for &action in Action::ALL {
                if let Some(to) = from.after(action) {
                    table.push_str(&format!("{} {} {}\n", from.code(), action.code(), to.code()));
                }
            }
            assert_eq!(State::parse(from.code()), Some(from));
        }
        assert_eq!(
            table,
            "held confirm confirmed\nheld extend held\nheld expire expired\nheld cancel cancelled\nheld swap held\n\
             requested approve confirmed\nrequested reject rejected\nrequested expire expired\nrequested cancel cancelled\nrequested swap requested\n\
             confirmed cancel cancelled\nconfirmed check_in checked_in\nconfirmed no_show no_show\nconfirmed swap confirmed\n\
             checked_in finish done\nchecked_in swap checked_in\nno_show check_in checked_in\n"
        );
    }
}
