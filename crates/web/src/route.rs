//! The one table of routes: router, duties, limits, OpenAPI and the test matrix all come from it.

use std::collections::BTreeMap;

use axum::routing::MethodRouter;
use http::Method;
use kernel::{AccountId, CentreId, No, VisitId};
use store::Tx;

use crate::{App, duty::DutyName};

/// One action. HTML and JSON are one row: what is answered follows `Accept` (and the prefix `/api/v1`).
pub struct Route {
    /// HTTP method.
    pub method: Method,
    /// Path with `{parameters}`; also reachable below `/api/v1`.
    pub path: &'static str,
    /// Makes the handler; its `Duty<…>` type is checked against `duty` when it compiles.
    pub handler: fn() -> MethodRouter<App>,
    /// Name of the duty, or `open`.
    pub duty: &'static str,
    /// The relation needed between actor and object.
    pub owns: Owns,
    /// Reads the object in the same snapshot as the actor.
    pub object: Option<fn(&mut Tx, &Params) -> Result<Object, No>>,
    /// A one-time key is required. Only routes that set a cookie, and reads, have none.
    pub once: bool,
    /// Rate class.
    pub rate: Rate,
    /// Largest body in bytes.
    pub body: usize,
    /// Unique name in the journal.
    pub action: &'static str,
    /// Allowed although the session is locked by a pause (signing in again, leaving).
    pub while_locked: bool,
}

/// How actor and object must be related (QUALITY §10.2). `None` here means the duty alone decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owns {
    /// The duty alone decides.
    Nothing,
    /// The object's centre is in the actor's scope.
    SameCentre,
    /// The counter is held by the actor, in a centre of the actor's scope.
    OwnCounter,
    /// Whoever knows the visit's token or code.
    TicketCode,
    /// Reading for the auditor.
    AuditOnly,
}

/// Rate classes (QUALITY §13).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Rate {
    /// Reading by anybody: counted only as load.
    Read,
    /// Writing by anybody: per address.
    Open,
    /// Signing in: per address.
    Login,
    /// An enrolled device.
    Device,
    /// A signed-in account.
    Staff,
    /// Opening a stream: per address.
    Stream,
}

/// The thing a request is about.
#[derive(Clone, Debug)]
pub struct Object {
    /// The centre it belongs to: scope check, chain and lane.
    pub centre: CentreId,
    /// For the journal: kind and id.
    pub kind: &'static str,
    /// For the journal: the id's text.
    pub id: String,
    /// Who holds the counter, where that matters.
    pub held_by: Option<AccountId>,
    /// The visit whose token opened the door.
    pub visit: Option<VisitId>,
}
impl Object {
    /// The district itself.
    pub fn district() -> Self {
        Self::of(CentreId::DISTRICT, "district", "")
    }
    /// Something of a centre.
    pub fn of(centre: CentreId, kind: &'static str, id: impl ToString) -> Self {
        Self { centre, kind, id: id.to_string(), held_by: None, visit: None }
    }
    /// Held by this account.
    pub fn held_by(mut self, account: Option<AccountId>) -> Self {
        self.held_by = account;
        self
    }
    /// Opened by the token of this visit.
    pub fn visit(mut self, visit: VisitId) -> Self {
        self.visit = Some(visit);
        self
    }
}

/// Path parameters by name.
#[derive(Clone, Debug, Default)]
pub struct Params(pub BTreeMap<String, String>);

impl Params {
    /// A parameter, parsed; what cannot be parsed is simply not there.
    ///
    /// # Errors
    /// [`kernel::Missing`].
    pub fn get<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, No> {
        self.0.get(name).and_then(|v| v.parse().ok()).ok_or(No::Missing(kernel::Missing(name)))
    }
}

/// The usual object: the centre named in the path as `{centre}`.
///
/// # Errors
/// [`kernel::Missing`] when it is no centre's number. Whether the centre exists is the handler's question.
pub fn centre_in_path(_: &mut Tx, params: &Params) -> Result<Object, No> {
    let centre: CentreId = params.get("centre")?;
    Ok(Object::of(centre, "centre", centre))
}

impl Route {
    /// A row as written by [`crate::route!`].
    pub const fn new(method: Method, path: &'static str, duty: &'static str, action: &'static str, handler: fn() -> MethodRouter<App>) -> Self {
        let reads = matches!(method, Method::GET);
        let open = matches!(duty.as_bytes(), b"open");
        let rate = match (reads, open) {
            (true, _) => Rate::Read,
            (false, true) => Rate::Open,
            (false, false) => Rate::Staff,
        };
        Self { method, path, handler, duty, owns: Owns::Nothing, object: None, once: !reads, rate, body: 64 * 1024, action, while_locked: false }
    }
    /// Needs this relation to the object that `object` reads.
    pub const fn own(mut self, owns: Owns, object: fn(&mut Tx, &Params) -> Result<Object, No>) -> Self {
        self.owns = owns;
        self.object = Some(object);
        self
    }
    /// Sets a cookie, so it takes no one-time key.
    pub const fn sets_cookie(mut self) -> Self {
        self.once = false;
        self
    }
    /// Another rate class than the usual one.
    pub const fn rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }
    /// Another body limit than 64 KiB.
    pub const fn body(mut self, bytes: usize) -> Self {
        self.body = bytes;
        self
    }
    /// Allowed although the session is locked.
    pub const fn while_locked(mut self) -> Self {
        self.while_locked = true;
        self
    }
}

/// Writes one row: `route!(POST "/counters/{counter}/call-next", QueueCall, counter::call_next, "queue.ticket.call")`, then `.own(…)` and the rest.
#[macro_export]
macro_rules! route {
    (GET $path:literal, $duty:ty, $handler:path, $action:literal) => {
        $crate::Route::new($crate::Method::GET, $path, <$duty as $crate::DutyName>::NAME, $action, || {
            $crate::axum::routing::get($crate::demands::<$duty, _, _>($handler))
        })
    };
    (POST $path:literal, $duty:ty, $handler:path, $action:literal) => {
        $crate::Route::new($crate::Method::POST, $path, <$duty as $crate::DutyName>::NAME, $action, || {
            $crate::axum::routing::post($crate::demands::<$duty, _, _>($handler))
        })
    };
}

/// Implemented for handlers whose second argument is `Duty<D>`.
pub trait Takes<D, Args> {}

/// Returns the handler unchanged; compiles only when it takes `App, Duty<D>, …` with the duty of its row.
pub fn demands<D: DutyName, Args, F: Takes<D, Args>>(handler: F) -> F {
    handler
}

macro_rules! takes {
    ($($arg:ident)*) => {
        impl<D, F, Fut, $($arg),*> Takes<D, (App, crate::Duty<D>, $($arg),*)> for F
        where F: Fn(App, crate::Duty<D>, $($arg),*) -> Fut {}
    };
}
takes!();
takes!(A1);
takes!(A1 A2);
takes!(A1 A2 A3);
takes!(A1 A2 A3 A4);
takes!(A1 A2 A3 A4 A5);
takes!(A1 A2 A3 A4 A5 A6);
