//! A child, who may collect it, and who may not. Pure.

use kernel::{AuthorityId, BlockId, CentreId, Day, Instant, PersonId};

/// A child as registered (孩子): what the law lets us ask, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Child {
    /// Which.
    pub id: PersonId,
    /// Where it was registered.
    pub centre: CentreId,
    /// Name.
    pub name: String,
    /// Year of birth; the day is not asked.
    pub birth_year: i64,
    /// As it calls its guardian: 妈妈.
    pub guardian: String,
    /// Empty: none.
    pub allergies: String,
    /// What the guardian showed.
    pub verified: Verified,
    /// Since when it may leave alone, by the guardian's paper.
    pub alone: Option<Instant>,
}

kernel::coded! {
    /// What a guardian showed at the desk.
    Verified {
        Hukou = "hukou", "户口簿", "household register";
        Birth = "birth_certificate", "出生证明", "birth certificate";
        Court = "court", "法院文书", "court paper";
    }
}

/// Who is younger never leaves alone (未成年人保护法 第二十一条).
pub const ALONE_AGE: i64 = 8;

impl Child {
    /// Whether it is eight for certain. Only the year is known, and a year of life is full on the day after the birthday: certain from 1 January of the
    /// ninth year.
    pub fn old_enough(&self, day: Day) -> bool {
        i64::from(day.parts().0) - self.birth_year > ALONE_AGE
    }
    /// Whether it may leave alone on a day.
    pub fn may_leave_alone(&self, day: Day) -> bool {
        self.old_enough(day) && self.alone.is_some()
    }
}

/// Somebody's right to collect a child (接送授权), on weekdays or on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Which.
    pub id: AuthorityId,
    /// Whom.
    pub child: PersonId,
    /// Who.
    pub name: String,
    /// Last four digits of the telephone; may be empty.
    pub tail: String,
    /// Bit 0 Monday … bit 6 Sunday; 0 with `once_on`.
    pub weekdays: i64,
    /// On this day only.
    pub once_on: Option<Day>,
    /// Who gave it: an actor, never a name.
    pub granted_by: String,
    /// When.
    pub granted_at: Instant,
    /// From when on it is void.
    pub withdrawn_at: Option<Instant>,
}

impl Authority {
    /// Whether it holds on this day. A withdrawn one holds on none, from the moment on.
    pub fn holds(&self, day: Day) -> bool {
        self.withdrawn_at.is_none() && self.covers(day)
    }
    /// Whether its days hold this one.
    pub fn covers(&self, day: Day) -> bool {
        match self.once_on {
            Some(once) => once == day,
            None => self.weekdays >> day.weekday() & 1 == 1,
        }
    }
    /// Over for good: its one day has passed, or it was withdrawn.
    pub fn over(&self, today: Day) -> bool {
        self.withdrawn_at.is_some() || self.once_on.is_some_and(|d| d < today)
    }
}

/// Somebody who may not collect a child (禁止接走). Beats every authority; why stands apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Which.
    pub id: BlockId,
    /// Whom.
    pub child: PersonId,
    /// Who.
    pub name: String,
    /// Last four digits of the telephone; may be empty.
    pub tail: String,
    /// The account that set it.
    pub set_by: String,
    /// When.
    pub set_at: Instant,
    /// Over by itself from here on.
    pub until: Option<Instant>,
    /// Ended by a second person.
    pub ended_at: Option<Instant>,
}

impl Block {
    /// Whether it stands.
    pub fn stands(&self, now: Instant) -> bool {
        self.ended_at.is_none() && self.until.is_none_or(|until| now < until)
    }
    /// Whether this is who may not. The name or the telephone is enough: a namesake is asked to the desk, which is better than the other mistake.
    pub fn names(&self, name: &str, tail: &str) -> bool {
        same_name(&self.name, name) || (!self.tail.is_empty() && self.tail == tail)
    }
}

/// Whether two names are one, whatever the spaces, dots and capitals.
pub fn same_name(a: &str, b: &str) -> bool {
    plain(a) == plain(b)
}
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

kernel::coded! {
    /// Why somebody may not collect a child.
    Reason {
        Court = "court", "人身安全保护令", "protection order";
        Guardianship = "guardianship", "监护资格被撤销", "guardianship withdrawn";
        Safety = "safety", "安全", "safety";
        Other = "other", "其他", "other";
    }
}

kernel::coded! {
    /// Where a worry stands.
    ConcernState {
        Open = "open", "待报告", "to be reported";
        Reported = "reported", "已报告", "reported";
        Closed = "closed", "已结束", "closed";
    }
}
impl ConcernState {
    /// The one step that follows.
    pub fn next(self) -> Option<Self> {
        match self {
            Self::Open => Some(Self::Reported),
            Self::Reported => Some(Self::Closed),
            Self::Closed => None,
        }
    }
}
