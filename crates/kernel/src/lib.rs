//! The words every crate shares: ids, time, days, language, the person acting, and the three ways to say no.
//!
//! Deliberately absent: IO of any kind, clocks, randomness, anything only one crate needs.

mod actor;
mod coded;
mod id;
mod no;
mod text;
mod time;

pub use actor::{Actor, DeviceKind};
pub use id::{
    AccountId, ApplicationId, AuthorityId, BlockId, BundleId, CentreId, ChangeId, ClaimId, ConcernId, CounterId, CourseId, DeviceId, EnrolmentId, GrantId, Id,
    LessonId, LineId, OrganisationId, PersonId, ResourceId, SessionId, StayId, TicketId, TwoId, VisitId, WaitId, ZoneId, of,
};
pub use no::{Args, Fault, Missing, No, OnViolation, Refusal, Status};
pub use text::{Both, Lang, ServiceClass};
pub use time::{Day, Instant, Minutes, ServiceDay, TimeZone, civil, hhmm};

/// An impossible case: panics in tests, becomes a [`Fault`] live.
///
/// # Errors
/// Always a [`Fault`] carrying `what`.
#[macro_export]
macro_rules! never {
    ($($what:tt)*) => {{
        let what = format!($($what)*);
        debug_assert!(false, "never: {what}");
        return Err($crate::No::Fault($crate::Fault::new(what)));
    }};
}
