//! What every page and every write goes through: the route table, duties, one-time keys, the frame, words, live streams, limits.
//!
//! Nouns: [`Route`], [`Duty`], [`Ask`], [`Answer`], [`Page`], [`Slice`], [`Words`]. Deliberately absent: tables, and any noun of the district.

mod answer;
mod app;
mod arrive;
mod ask;
pub mod assets;
mod body;
mod component;
pub mod cookie;
mod duty;
mod frame;
mod guard;
mod limits;
pub mod live;
mod once;
pub mod openapi;
mod qr;
mod route;
mod router;
mod sheet;
mod slice;
pub mod token;
mod words;

pub use answer::{Answer, Problem, Refuse, Reply, problem, problem_page, speak};
pub use app::{App, Device, Dice, District, Inner, Now, Real, Settings};
pub use arrive::{Arrival, Arrived, Booked, arrive};
pub use ask::{Ask, Wants, icon};
pub use axum;
pub use body::{Body, parse};
pub use component::{Fault as FieldFault, admin_page, choices, error_summary, field, masthead, notice, skip};
pub use duty::{
    CapacityDesk, DUTIES, Duty, DutyName, Grant, HallItems, HallPublish, Myself, Open, PeopleAccounts, PeopleAgree, PeopleAsk, PlacesDevices, PlacesHours,
    PlacesSet, QueueCall, QueueHelp, QueueOpen, QueueOwn, QueueRun, QueueSee, QueueSet, QueueTake, ROLES, Signed, StoreAudit, StoreOperate, VenuesBlock,
    VenuesClass, VenuesCourse, Verdict, decide, device_duties, holds,
};
pub use frame::{Page, Surface};
pub use http::Method;
pub use limits::{Known, Limits};
pub use maud::{Markup, PreEscaped, html};
pub use once::{Once, OnceKey, well_formed};
pub use qr::qr;
pub use route::{Object, Owns, Params, Rate, Route, Takes, centre_in_path, demands};
pub use router::router;
pub use sheet::{Cells, Change, Read, SheetText, Table};
pub use slice::{Check, Errand, ImportCtx, Reaction, Sheet, SheetFault, SheetFile, SheetReport, Slice};
pub use words::{Words, spaced};

/// The sentences of the frame itself.
pub const WORDS: &str = include_str!("../words.toml");
