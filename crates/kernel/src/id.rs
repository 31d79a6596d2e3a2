//! Typed ids: sixteen bytes made by the program, and the centre's register number.

use std::{cmp::Ordering, fmt, hash::Hash, hash::Hasher, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::Instant;

/// Markers of what an [`Id`] names. Empty enums: they exist only in types.
pub mod of {
    macro_rules! markers { ($($name:ident)*) => { $(#[doc = concat!("Marks an id of a ", stringify!($name), ".")] pub enum $name {})* } }
    markers!(Account Application Authority Block Bundle Change Claim Concern Counter Course Device Enrolment Grant Lesson Line Organisation Person Resource Session Stay Ticket Two Visit Wait Zone);
}

/// A uuid v7 in sixteen bytes, typed by what it names. Text form: lower-case hex with hyphens.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

/// An account (账号).
pub type AccountId = Id<of::Account>;
/// A wish that takes part in a lot (抽签报名).
pub type ApplicationId = Id<of::Application>;
/// Somebody's right to collect a child (接送授权).
pub type AuthorityId = Id<of::Authority>;
/// Somebody who may not collect a child (禁止接走).
pub type BlockId = Id<of::Block>;
/// Several claims that live or fail together (联订).
pub type BundleId = Id<of::Bundle>;
/// A change of a cap (加额).
pub type ChangeId = Id<of::Change>;
/// Somebody's right to units of a resource (占用).
pub type ClaimId = Id<of::Claim>;
/// A worry that a child is harmed (疑似伤害记录).
pub type ConcernId = Id<of::Concern>;
/// A counter as a place (窗口).
pub type CounterId = Id<of::Counter>;
/// A course (课程).
pub type CourseId = Id<of::Course>;
/// A device (设备).
pub type DeviceId = Id<of::Device>;
/// Somebody in a course, or waiting for it (报名).
pub type EnrolmentId = Id<of::Enrolment>;
/// A grant (授权).
pub type GrantId = Id<of::Grant>;
/// One date of a course (课次).
pub type LessonId = Id<of::Lesson>;
/// A line (队列).
pub type LineId = Id<of::Line>;
/// An organisation (单位).
pub type OrganisationId = Id<of::Organisation>;
/// A resident who is served (居民).
pub type PersonId = Id<of::Person>;
/// One thing that can run out (资源).
pub type ResourceId = Id<of::Resource>;
/// A counter at work (在岗窗口).
pub type SessionId = Id<of::Session>;
/// A child's stay in a class or an activity, until it is handed over (在园一次).
pub type StayId = Id<of::Stay>;
/// One place in one line (号票).
pub type TicketId = Id<of::Ticket>;
/// A request that needs a second person (双人).
pub type TwoId = Id<of::Two>;
/// A person's presence today with one number (一次到访).
pub type VisitId = Id<of::Visit>;
/// A wish in a waiting list (候补).
pub type WaitId = Id<of::Wait>;
/// A zone of a centre (区域).
pub type ZoneId = Id<of::Zone>;

impl<T> Id<T> {
    /// Makes a version 7 id from the request's time and ten random bytes.
    pub fn new(now: Instant, dice: [u8; 10]) -> Self {
        let ms = u64::try_from(now.micros() / 1_000).unwrap_or(0);
        Self(uuid::Builder::from_unix_timestamp_millis(ms, &dice).into_uuid(), PhantomData)
    }
    /// The sixteen bytes, as stored.
    pub fn bytes(self) -> [u8; 16] {
        self.0.into_bytes()
    }
    /// An id from its sixteen stored bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes), PhantomData)
    }
    /// The same bytes under another marker: for places that hold any kind of id.
    pub fn cast<U>(self) -> Id<U> {
        Id(self.0, PhantomData)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = uuid::Error;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Ok(Self(Uuid::parse_str(s)?, PhantomData))
    }
}
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A centre's register number (中心编号), 1…999, never used again; 0 is the district itself. Also names the journal's chain.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CentreId(i64);

impl CentreId {
    /// The district itself: its chain, and grants that hold everywhere.
    pub const DISTRICT: Self = Self(0);
    /// A register number, or `None` outside 0…999.
    pub fn new(number: i64) -> Option<Self> {
        (0..=999).contains(&number).then_some(Self(number))
    }
    /// The number itself.
    pub fn number(self) -> i64 {
        self.0
    }
}
impl fmt::Display for CentreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl FromStr for CentreId {
    type Err = &'static str;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        s.parse().ok().and_then(Self::new).ok_or("a centre's number is 0…999")
    }
}
