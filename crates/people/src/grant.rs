//! The rules of granting, as plain functions: who may ask for what, when two are needed, when one may act alone.

use kernel::{AccountId, Actor, Both, CentreId, GrantId, Instant, OrganisationId, Refusal};
use web::{ROLES, Signed, holds};

/// Longest life of a grant, seconds: a year [A].
pub const LONGEST_S: i64 = 365 * 86_400;
/// How long a request waits for its second person, seconds: 72 h [A].
pub const WAITS_S: i64 = 72 * 3_600;

/// Roles over the machine, the rules and the audit: two persons, and only for the whole district.
pub const ADMIN: &[&str] = &["system_admin", "security_admin", "auditor"];
/// Roles whose duties are not bound to a centre.
const DISTRICT_ONLY: &[&str] = &["system_admin", "security_admin", "auditor", "item_editor"];
/// What a supervisor may ask for in the own centre.
const OF_SUPERVISOR: &[&str] = &["clerk", "guide", "teacher"];

/// One role of one account in one scope until one day (授权).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// Whose.
    pub account: AccountId,
    /// Name of the role; one the program does not know gives nothing.
    pub role: String,
    /// The centre, or the district (= all).
    pub centre: CentreId,
    /// On behalf of which organisation; none is the district's own.
    pub organisation: Option<OrganisationId>,
    /// From when.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
    /// Who asked, as `kind:id`.
    pub asked_by: String,
    /// Who agreed.
    pub agreed_by: Option<String>,
    /// Why it was done by one person where two are needed.
    pub alone_why: Option<String>,
    /// Why it was asked for.
    pub reason: String,
    /// Where it stands.
    pub state: GrantState,
}

/// `asked → active | refused; active → expired | revoked`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantState {
    /// Waits for a second person.
    Asked,
    /// Holds.
    Active,
    /// The second person said no, or nobody said anything in time.
    Refused,
    /// Its day came.
    Expired,
    /// Taken back.
    Revoked,
}
impl GrantState {
    const ALL: [(Self, &'static str); 5] =
        [(Self::Asked, "asked"), (Self::Active, "active"), (Self::Refused, "refused"), (Self::Expired, "expired"), (Self::Revoked, "revoked")];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL.into_iter().find(|(s, _)| *s == self).map_or("", |(_, c)| c)
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, c)| *c == code).map(|(s, _)| s)
    }
}

/// A grant somebody asks for.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// For whom.
    pub account: AccountId,
    /// Which role.
    pub role: String,
    /// Where; the district is everywhere.
    pub centre: CentreId,
    /// Until when; at most a year from now.
    pub until: Option<Instant>,
    /// Why.
    pub reason: String,
}

/// Who asks, as the rules see them.
#[derive(Clone, Debug)]
pub struct Asker {
    /// `account:<id>`, `shell:<user>`, `sample`, `setup`
    pub by: String,
    /// The account, when one asks.
    pub account: Option<AccountId>,
    /// Holds `people.agree`.
    pub agrees: bool,
    /// The centres in which it may ask as a supervisor only.
    pub supervises: Vec<CentreId>,
    /// The machine's shell or the sample's maker: alone by nature, and written down so.
    pub machine: bool,
}
impl Asker {
    /// A signed-in account.
    pub fn signed(signed: &Signed) -> Self {
        let supervises = signed.grants.iter().filter(|g| g.role == "hall_supervisor").map(|g| g.centre).collect();
        Self { by: by(&Actor::Account(signed.account)), account: Some(signed.account), agrees: signed.has("people.agree"), supervises, machine: false }
    }
    /// The machine's shell, the set-up page, the sample's maker.
    pub fn machine(by: impl Into<String>) -> Self {
        Self { by: by.into(), account: None, agrees: true, supervises: Vec::new(), machine: true }
    }
}

/// An actor as `made_by`, `asked_by`, `agreed_by` columns have it: `account:<id>`, `shell:<user>`, `system:<name>`, `open`.
pub fn by(actor: &Actor) -> String {
    match actor {
        Actor::Open => "open".into(),
        Actor::Shell(_) => actor.to_string(),
        other => format!("{}:{other}", other.kind()),
    }
}

/// Whether the program knows this role.
pub fn known(role: &str) -> bool {
    ROLES.iter().any(|(name, _)| *name == role)
}

/// A role's name as people say it; one the program does not know keeps its code.
pub fn role_name(role: &str) -> Both {
    let (zh, en) = match role {
        "clerk" => ("窗口人员", "clerk"),
        "guide" => ("引导员", "guide"),
        "teacher" => ("老师", "teacher"),
        "hall_supervisor" => ("大厅主管", "hall supervisor"),
        "company_manager" => ("运营经理", "company manager"),
        "leader" => ("领导", "leader"),
        "item_editor" => ("事项编辑", "item editor"),
        "system_admin" => ("系统管理员", "system administrator"),
        "security_admin" => ("安全管理员", "security administrator"),
        "auditor" => ("审计员", "auditor"),
        other => (other, other),
    };
    Both::new(zh, en)
}

/// Roles that hold `duty`.
pub fn roles_with(duty: &str) -> impl Iterator<Item = &'static str> {
    ROLES.iter().filter(move |(role, _)| holds(role, duty)).map(|(role, _)| *role)
}

/// Whether this asker may ask for `role` in `centre` at all.
///
/// # Errors
/// `grant.role` for a role the program does not know, `grant.scope` for a district role asked for in one centre, `grant.not_yours` beyond what a supervisor may ask for.
pub fn may_ask(asker: &Asker, role: &str, centre: CentreId) -> Result<(), Refusal> {
    if !known(role) {
        return Err(Refusal::invalid("grant.role").at("role"));
    }
    if DISTRICT_ONLY.contains(&role) && centre != CentreId::DISTRICT {
        return Err(Refusal::invalid("grant.scope").at("role"));
    }
    let supervised = asker.supervises.contains(&centre) || (asker.supervises.contains(&CentreId::DISTRICT) && centre != CentreId::DISTRICT);
    if asker.agrees || (supervised && OF_SUPERVISOR.contains(&role)) { Ok(()) } else { Err(Refusal::with("grant.not_yours", 403).at("role")) }
}

/// Whether a second person must agree: roles over the machine, rules and audit; anything for oneself; anything asked by who may not agree.
pub fn needs_two(asker: &Asker, role: &str, to: AccountId) -> bool {
    !asker.machine && (ADMIN.contains(&role) || asker.account == Some(to) || !asker.agrees)
}

/// How a request begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Start {
    /// One person is enough.
    AtOnce,
    /// Two are needed, nobody else could agree: done alone, with its reason, red for administrators.
    Alone,
    /// Waits for a second person.
    Waits,
}

/// How a request begins. `others` is how many other active accounts could agree now.
pub fn start(asker: &Asker, needs_two: bool, others: usize) -> Start {
    match (needs_two, asker.agrees && others == 0) {
        (false, _) => Start::AtOnce,
        (true, true) => Start::Alone,
        (true, false) => Start::Waits,
    }
}

/// Whether `by` may agree to what `asked_by` asked.
///
/// # Errors
/// `own.approve` (409).
pub fn other(asked_by: &str, by: &str) -> Result<(), Refusal> {
    if asked_by == by { Err(Refusal::conflict("own.approve")) } else { Ok(()) }
}

/// When a grant ends: as asked, at most a year from now, never before it begins.
pub fn until(asked: Option<Instant>, now: Instant) -> Instant {
    let longest = now.plus_s(LONGEST_S);
    asked.filter(|u| *u > now).map_or(longest, |u| u.min(longest))
}
