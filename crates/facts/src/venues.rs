//! What `venues` tells: ids and what was done; never names, reasons or codes.

use kernel::{CentreId, ConcernId, CourseId, PersonId, StayId};
use serde::{Deserialize, Serialize};
use store::Fact;

/// Topics of a child's stay: of the desk, and of the guardian's page.
fn pickup(centre: CentreId, child: PersonId) -> Vec<String> {
    vec![format!("handover/{centre}"), format!("child/{child}")]
}

/// A child came, or is expected (送到).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildDropped {
    /// Which stay.
    pub stay: StayId,
    /// Which child.
    pub child: PersonId,
    /// Where.
    pub centre: CentreId,
    /// `expected`, `in_care`
    pub state: String,
}
impl Fact for ChildDropped {
    const NAME: &'static str = "venues.child_dropped";
    fn topics(&self) -> Vec<String> {
        pickup(self.centre, self.child)
    }
}

/// A stay ended (交接): handed over, left alone, given to an authority, not brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildHandedOver {
    /// Which stay.
    pub stay: StayId,
    /// Which child.
    pub child: PersonId,
    /// Where.
    pub centre: CentreId,
    /// `handed_over`, `left_alone`, `to_authority`, `not_brought`
    pub state: String,
}
impl Fact for ChildHandedOver {
    const NAME: &'static str = "venues.child_handed_over";
    fn topics(&self) -> Vec<String> {
        pickup(self.centre, self.child)
    }
}

/// A child waits (催接): called, late, escalated, still here after hours, its code locked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildLate {
    /// Which stay.
    pub stay: StayId,
    /// Which child.
    pub child: PersonId,
    /// Where.
    pub centre: CentreId,
    /// `called`, `late`, `escalated`, `still_here`, `wrong`, `locked`
    pub what: String,
}
impl Fact for ChildLate {
    const NAME: &'static str = "venues.child_late";
    fn topics(&self) -> Vec<String> {
        pickup(self.centre, self.child)
    }
}

/// Who may collect a child changed (接送名单): added, withdrawn, blocked. What it was is read where it may be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PickupChanged {
    /// Which child.
    pub child: PersonId,
    /// Where it is registered.
    pub centre: CentreId,
}
impl Fact for PickupChanged {
    const NAME: &'static str = "venues.pickup_changed";
    fn topics(&self) -> Vec<String> {
        pickup(self.centre, self.child)
    }
}

/// Somebody was barred from a child, or is no longer (禁止接走): said to desks only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockChanged {
    /// Where the child is registered.
    pub centre: CentreId,
}
impl Fact for BlockChanged {
    const NAME: &'static str = "venues.block_changed";
    fn topics(&self) -> Vec<String> {
        vec![format!("handover/{}", self.centre), format!("blocks/{}", self.centre)]
    }
}

/// Somebody worries that a child is harmed (疑似伤害).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernOpened {
    /// Which one.
    pub concern: ConcernId,
    /// Where.
    pub centre: CentreId,
}
impl Fact for ConcernOpened {
    const NAME: &'static str = "venues.concern_opened";
    fn topics(&self) -> Vec<String> {
        vec![format!("blocks/{}", self.centre)]
    }
}

/// A course moved on (课程进展): it opened, began, did not begin, was drawn, cancelled, is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseMoved {
    /// Which.
    pub course: CourseId,
    /// Where.
    pub centre: CentreId,
    /// `published`, `enrolling`, `running`, `done`, `not_started`, `cancelled`
    pub state: String,
    /// The lot was drawn.
    pub drawn: bool,
}
impl Fact for CourseMoved {
    const NAME: &'static str = "venues.course_moved";
    fn topics(&self) -> Vec<String> {
        vec![format!("course/{}", self.course), "courses".into()]
    }
}
