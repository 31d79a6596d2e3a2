//! Duties as types, the role table, and the extractor that lets a handler run.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::request::Parts;
use kernel::{AccountId, Actor, CentreId, DeviceKind, GrantId, Instant, Lang, No, OrganisationId, VisitId};

use crate::{App, Ask, Device, Known, Object, Owns, Params, Refuse, token};

/// A duty's name as a type, so that a handler's argument and its route row are compared by the compiler.
pub trait DutyName: Send + Sync + 'static {
    /// `queue.call`
    const NAME: &'static str;
}

macro_rules! duties {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        $($(#[$doc])* pub struct $name;
        impl DutyName for $name { const NAME: &'static str = $text; })*
        /// Every duty of this release.
        pub const DUTIES: &[&str] = &[$($text),*];
    };
}
duties! {
    /// Everybody, known or not.
    Open = "open";
    /// Signed in, whatever the role: own keys, lock, leave.
    Myself = "people.self";
    /// The holder of a visit's token.
    QueueOwn = "queue.own";
    /// Takes a number for who stands here.
    QueueTake = "queue.take";
    /// Raises or answers a help call.
    QueueHelp = "queue.help";
    /// Opens, pauses, closes a counter session.
    QueueOpen = "queue.open";
    /// Works at the own counter.
    QueueCall = "queue.call";
    /// Runs the hall.
    QueueRun = "queue.run";
    /// Sets lines, classes, skills, shifts.
    QueueSet = "queue.set";
    /// Sees all lines of the centres in scope.
    QueueSee = "queue.see";
    /// Checks bookings in, and books for who has no phone.
    CapacityDesk = "capacity.desk";
    /// Plans courses and terms, draws lots.
    VenuesCourse = "venues.course";
    /// Keeps the roll of a class, hands children over.
    VenuesClass = "venues.class";
    /// Blocks a person from collecting a child.
    VenuesBlock = "venues.block";
    /// Edits items.
    HallItems = "hall.items";
    /// Publishes items (two persons).
    HallPublish = "hall.publish";
    /// Sets centres, zones, counters, hours, calendar.
    PlacesSet = "places.set";
    /// Sets the hours of one day and the counters of the own centre.
    PlacesHours = "places.hours";
    /// Enrols and revokes devices.
    PlacesDevices = "places.devices";
    /// Invites, resets, locks accounts.
    PeopleAccounts = "people.accounts";
    /// Asks for a grant.
    PeopleAsk = "people.ask";
    /// Agrees to what another asked.
    PeopleAgree = "people.agree";
    /// Backs up, verifies, looks after the machine.
    StoreOperate = "store.operate";
    /// Reads and verifies the journal.
    StoreAudit = "store.audit";
}

/// Roles of the first release and their duties (registries §2.4). A grant gives one role in one scope.
pub const ROLES: &[(&str, &[&str])] = &[
    ("clerk", &["people.self", "queue.take", "queue.open", "queue.call", "capacity.desk"]),
    ("guide", &["people.self", "queue.take", "queue.help", "capacity.desk"]),
    ("teacher", &["people.self", "venues.class"]),
    (
        "hall_supervisor",
        &[
            "people.self",
            "queue.take",
            "queue.help",
            "queue.open",
            "queue.call",
            "queue.run",
            "queue.set",
            "queue.see",
            "capacity.desk",
            "venues.course",
            "venues.class",
            "venues.block",
            "hall.publish",
            "places.hours",
            "people.ask",
        ],
    ),
    ("company_manager", &["people.self", "queue.see"]),
    ("leader", &["people.self", "queue.see"]),
    ("item_editor", &["people.self", "hall.items", "hall.publish", "queue.set"]),
    ("system_admin", &["people.self", "places.set", "places.hours", "places.devices", "store.operate"]),
    ("security_admin", &["people.self", "people.accounts", "people.ask", "people.agree"]),
    ("auditor", &["people.self", "store.audit"]),
];

/// Duties that a device has by its kind alone: it may create, never list.
pub const fn device_duties(kind: DeviceKind) -> &'static [&'static str] {
    match kind {
        DeviceKind::Kiosk => &["queue.take", "queue.help"],
        DeviceKind::Display | DeviceKind::Desk | DeviceKind::Printer | DeviceKind::Rating => &[],
    }
}

/// Whether `role` holds `duty`. A role the program does not know gives nothing.
pub fn holds(role: &str, duty: &str) -> bool {
    ROLES.iter().any(|(r, duties)| *r == role && duties.contains(&duty))
}

/// A signed-in account, read anew for every request.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The account.
    pub account: AccountId,
    /// Hash of its session's cookie.
    pub session: [u8; 32],
    /// Name as shown to staff.
    pub shown: String,
    /// Preferred language.
    pub lang: Lang,
    /// Active grants.
    pub grants: Vec<Grant>,
    /// Locked by a pause: only signing in again, and leaving.
    pub locked: bool,
    /// Until when a step-up holds.
    pub step_up_until: Option<Instant>,
}

/// One role in one scope.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Name of the role.
    pub role: String,
    /// The centre, or the district (= all).
    pub centre: CentreId,
    /// On behalf of which organisation.
    pub organisation: Option<OrganisationId>,
}

impl Signed {
    /// The role in whose name this account does `duty` in `centre`; the district as centre asks for any scope.
    pub fn role_for(&self, duty: &str, centre: CentreId) -> Option<&str> {
        self.grants.iter().find(|g| holds(&g.role, duty) && covers(g.centre, centre)).map(|g| g.role.as_str())
    }
    /// Whether any grant holds `duty`.
    pub fn has(&self, duty: &str) -> bool {
        self.grants.iter().any(|g| holds(&g.role, duty))
    }
    /// Centres in which this account holds `duty`; a district-wide grant says `DISTRICT`.
    pub fn scope(&self, duty: &str) -> Vec<CentreId> {
        self.grants.iter().filter(|g| holds(&g.role, duty)).map(|g| g.centre).collect()
    }
}

fn covers(scope: CentreId, centre: CentreId) -> bool {
    scope == CentreId::DISTRICT || scope == centre
}

/// Proof that the actor may do `D` to the object of this request. Handlers take it as their second argument.
pub struct Duty<D> {
    /// The account, when one is signed in.
    pub signed: Option<Signed>,
    /// The device, when one is enrolled here.
    pub device: Option<Device>,
    /// What the request is about.
    pub object: Object,
    /// The role in whose name, for the journal.
    pub role: String,
    /// The request as asked: language, wants, words.
    pub ask: Ask,
    marker: PhantomData<fn() -> D>,
}

impl<D> Duty<D> {
    /// Who acts, for the journal.
    pub fn actor(&self) -> Actor {
        match (&self.signed, &self.device, self.object.visit) {
            (_, _, Some(visit)) if self.role == "holder" => Actor::Holder(visit),
            (Some(s), _, _) if !self.role.is_empty() => Actor::Account(s.account),
            (_, Some(d), _) => Actor::Device(d.id, d.kind, d.centre),
            (Some(s), ..) => Actor::Account(s.account),
            _ => Actor::Open,
        }
    }
    /// The signed-in account; its absence on a staff route is our fault.
    ///
    /// # Errors
    /// A fault.
    pub fn account(&self) -> Result<AccountId, No> {
        self.signed.as_ref().map(|s| s.account).ok_or_else(|| kernel::Fault::new("a staff route without an account").into())
    }
    /// The centre of the object.
    pub fn centre(&self) -> CentreId {
        self.object.centre
    }
    /// The visit whose token opened this route.
    ///
    /// # Errors
    /// Missing.
    pub fn visit(&self) -> Result<VisitId, No> {
        self.object.visit.ok_or(No::Missing(kernel::Missing("visit")))
    }
    /// Whether the actor also holds `duty` in `centre` (to show or hide a button; the button's own route decides).
    pub fn may(&self, duty: &str, centre: CentreId) -> bool {
        self.signed.as_ref().is_some_and(|s| s.role_for(duty, centre).is_some())
            || self.device.as_ref().is_some_and(|d| device_duties(d.kind).contains(&duty) && d.centre == centre)
    }
}

/// What the decision said.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum Verdict {
    /// In the name of this role.
    Yes(String),
    /// Nobody is signed in.
    NoSession,
    /// Signed in, but the duty is in none of its roles.
    NoDuty,
    /// Not there or not yours: the same answer.
    NotYours,
    /// Locked by a pause.
    Locked,
}

/// The one decision, pure: duty × relation × actor × object.
pub fn decide(duty: &str, owns: Owns, while_locked: bool, signed: Option<&Signed>, device: Option<&Device>, object: &Object) -> Verdict {
    if owns == Owns::TicketCode {
        return if object.visit.is_some() { Verdict::Yes("holder".into()) } else { Verdict::NotYours };
    }
    if duty == "open" {
        return Verdict::Yes(String::new());
    }
    if let Some(d) = device
        && device_duties(d.kind).contains(&duty)
        && signed.is_none_or(|s| !s.has(duty))
    {
        return if owns == Owns::Nothing || d.centre == object.centre { Verdict::Yes(String::new()) } else { Verdict::NotYours };
    }
    let Some(signed) = signed else { return Verdict::NoSession };
    if signed.locked && !while_locked {
        return Verdict::Locked;
    }
    if duty == "people.self" {
        return Verdict::Yes("self".into());
    }
    if !signed.has(duty) {
        return Verdict::NoDuty;
    }
    let asked = match owns {
        Owns::SameCentre | Owns::OwnCounter => object.centre,
        Owns::Nothing | Owns::AuditOnly | Owns::TicketCode => CentreId::DISTRICT,
    };
    let role = match owns {
        Owns::SameCentre | Owns::OwnCounter => signed.role_for(duty, asked),
        _ => signed.grants.iter().find(|g| holds(&g.role, duty)).map(|g| g.role.as_str()),
    };
    match role {
        None => Verdict::NotYours,
        Some(_) if owns == Owns::OwnCounter && object.held_by != Some(signed.account) => Verdict::NotYours,
        Some(role) => Verdict::Yes(role.into()),
    }
}

impl<D: DutyName> FromRequestParts<App> for Duty<D> {
    type Rejection = Refuse;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refuse> {
        let Some(mut ask) = parts.extensions.get::<Ask>().cloned() else { return Err(Refuse::fault("no route in the request")) };
        let route = ask.route;
        let params = Params(crate::guard::path_params(parts, app).await);
        let session = ask.session.as_deref().map(token::hash);
        let device_token = ask.device.as_deref().map(token::hash);
        let (who, device, real) = (app.0.who, app.0.device, app.real());
        let object = route.object;
        let read = move |tx: &mut store::Tx| -> Result<(Option<Signed>, Option<Device>, Result<Object, No>), No> {
            let signed = session.map_or(Ok(None), |hash| who(tx, &hash, real))?;
            let device = device_token.map_or(Ok(None), |hash| device(tx, &hash))?;
            // Nobody learns from a refusal whether the object exists: it is read all the same.
            let object = object.map_or_else(|| Ok(Object::district()), |read| read(tx, &params));
            Ok((signed, device, object))
        };
        let nothing_to_read = session.is_none() && device_token.is_none() && object.is_none();
        let (signed, device, object) = if nothing_to_read { (None, None, Ok(Object::district())) } else { app.read(read).await? };
        if let Some(s) = &signed {
            ask.shown = Some(s.shown.clone());
            ask.duties = DUTIES.iter().copied().filter(|d| s.has(d)).collect();
        }
        let known = signed.as_ref().map(|s| Known::Account(s.account)).or(device.as_ref().map(|d| Known::Device(d.id)));
        if !app.0.limits.allow(route.rate, &ask.address, known) {
            return Err(Refuse::status(429, "busy.slow").retry_after(if route.rate == crate::Rate::Login { 30 } else { 2 }));
        }
        let (object, found) = match object {
            Ok(object) => (object, true),
            Err(No::Missing(_)) => (Object::district(), false),
            Err(other) => return Err(other.into()),
        };
        let mut verdict = decide(D::NAME, route.owns, route.while_locked, signed.as_ref(), device.as_ref(), &object);
        if !found && matches!(verdict, Verdict::Yes(_) | Verdict::NotYours) {
            verdict = Verdict::NotYours;
        }
        let mut duty = Self { signed, device, object, role: String::new(), ask, marker: PhantomData };
        if let Verdict::Yes(role) = verdict {
            duty.role = role;
            parts.extensions.insert(duty.actor());
            return Ok(duty);
        }
        let refuse = Refuse::verdict(&verdict, D::NAME, &duty.ask);
        // Who is known and refused is written down; so is every refused write.
        if duty.signed.is_some() || duty.device.is_some() || route.method != http::Method::GET {
            let command = app.command(&duty, duty.object.centre, route.action, None);
            // A machine that cannot write it down still refuses.
            let _ = app.0.store.note_refusal(command, refuse.code()).await;
        }
        Err(refuse)
    }
}
