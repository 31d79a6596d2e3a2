//! A claim (占用): somebody's right to units of some cells, with one state.

use kernel::{BundleId, CentreId, ClaimId, Instant, Minutes, PersonId, ResourceId, WaitId};

/// Where a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 预留: ends by itself.
    Held,
    /// 待审: waits for an approver and holds its units meanwhile.
    Requested,
    /// 已约.
    Confirmed,
    /// 已到.
    CheckedIn,
    /// 已用.
    Done,
    /// The hold ran out.
    Expired,
    /// 已取消.
    Cancelled,
    /// The approver said no.
    Rejected,
    /// 没来.
    NoShow,
}

/// What is done with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// 预留.
    Hold,
    /// Asks an approver.
    Request,
    /// Books at once.
    Book,
    /// Makes a hold last.
    Confirm,
    /// A little more time.
    Extend,
    /// The approver says yes.
    Approve,
    /// The approver says no.
    Reject,
    /// Its time ran out.
    Expire,
    /// 取消.
    Cancel,
    /// 签到.
    CheckIn,
    /// Nobody came.
    NoShow,
    /// Used.
    Finish,
    /// 改期: other lines, the same state.
    Swap,
}

macro_rules! coded {
    ($t:ident { $($name:ident = $code:literal),* $(,)? }) => {
        impl $t {
            /// As stored.
            pub const fn code(self) -> &'static str { match self { $(Self::$name => $code),* } }
            /// From its stored code.
            pub fn parse(code: &str) -> Option<Self> { match code { $($code => Some(Self::$name),)* _ => None } }
        }
    };
}
coded!(State {
    Held = "held", Requested = "requested", Confirmed = "confirmed", CheckedIn = "checked_in", Done = "done", Expired = "expired", Cancelled = "cancelled",
    Rejected = "rejected", NoShow = "no_show",
});
coded!(Action {
    Hold = "hold", Request = "request", Book = "book", Confirm = "confirm", Extend = "extend", Approve = "approve", Reject = "reject", Expire = "expire",
    Cancel = "cancel", CheckIn = "check_in", NoShow = "no_show", Finish = "finish", Swap = "swap",
});

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

/// From where a claim is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// A phone without scripts or with.
    Phone,
    /// 自助机.
    Kiosk,
    /// 窗口, by a clerk or a guide.
    Counter,
    /// Another program.
    Api,
    /// 一次办几件.
    Trip,
    /// Staff for themselves: blocks, works.
    Staff,
}
coded!(Channel { Phone = "phone", Kiosk = "kiosk", Counter = "counter", Api = "api", Trip = "trip", Staff = "staff" });
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

    const STATES: [State; 9] =
        [State::Held, State::Requested, State::Confirmed, State::CheckedIn, State::Done, State::Expired, State::Cancelled, State::Rejected, State::NoShow];
    const ACTIONS: [Action; 13] = [
        Action::Hold,
        Action::Request,
        Action::Book,
        Action::Confirm,
        Action::Extend,
        Action::Approve,
        Action::Reject,
        Action::Expire,
        Action::Cancel,
        Action::CheckIn,
        Action::NoShow,
        Action::Finish,
        Action::Swap,
    ];

    #[test]
    fn the_table_of_states_is_the_specified_one() {
        let mut table = String::new();
        for from in STATES {
            for action in ACTIONS {
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
