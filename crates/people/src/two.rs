//! What one person may not do alone (双人): asked, agreed, done.

use kernel::{Instant, TwoId};

/// A command that waits for its second person, as opaque text. `asked → agreed → done; asked → refused | lapsed`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Two {
    /// Its id.
    pub id: TwoId,
    /// The action that waits, as the journal names it: `hall.item.publish`.
    pub action: String,
    /// The thing, as its slice names it.
    pub object: String,
    /// The command, in the slice's own form.
    pub command: String,
    /// Why.
    pub reason: String,
    /// Who holds this duty may agree, beside who holds `people.agree`.
    pub duty: String,
    /// Who asked, as `account:<id>`.
    pub asked_by: String,
    /// When.
    pub asked_at: Instant,
    /// Who agreed or refused.
    pub agreed_by: Option<String>,
    /// Why it was done by one person.
    pub alone_why: Option<String>,
    /// Until when it waits.
    pub until: Instant,
    /// Where it stands.
    pub state: TwoState,
}

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoState {
    /// Waits for a second person.
    Asked,
    /// Agreed to, not done yet.
    Agreed,
    /// Done.
    Done,
    /// The second person said no.
    Refused,
    /// Nobody said anything for 72 h.
    Lapsed,
}
impl TwoState {
    const ALL: [(Self, &'static str); 5] =
        [(Self::Asked, "asked"), (Self::Agreed, "agreed"), (Self::Done, "done"), (Self::Refused, "refused"), (Self::Lapsed, "lapsed")];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL.into_iter().find(|(s, _)| *s == self).map_or("", |(_, c)| c)
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, c)| *c == code).map(|(s, _)| s)
    }
}

/// What a slice wants done by two.
#[derive(Clone, Debug)]
pub struct TwoNeed {
    /// The action: `hall.item.publish`.
    pub action: &'static str,
    /// The thing, as people find it: an item's code.
    pub object: String,
    /// The command in the slice's own form; it must be the same text when the asker comes back.
    pub command: String,
    /// Why: required, since it may be done alone.
    pub reason: String,
    /// Who holds this duty may agree, beside who holds `people.agree`: `hall.publish`.
    pub duty: &'static str,
}

/// Proof that two agreed, or that nobody else could. Only this crate makes one, and the request behind it is done with that.
#[derive(Debug)]
pub struct Go {
    pub(crate) id: TwoId,
    pub(crate) alone: bool,
}
impl Go {
    /// The request behind it.
    pub fn id(&self) -> TwoId {
        self.id
    }
    /// Whether one person did it.
    pub fn alone(&self) -> bool {
        self.alone
    }
}

/// What [`crate::api::two`] says.
#[derive(Debug)]
pub enum TwoAnswer {
    /// Do it now, in this transaction.
    Go(Go),
    /// It waits for a second person.
    Waiting(TwoId),
}
