//! An account and its states.

use kernel::{AccountId, Instant, Lang, Refusal};

/// Somebody who can sign in (账号). `invited → active ⇄ locked → left`; the row stays for the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What it signs in with.
    pub login: String,
    /// What colleagues see.
    pub shown: String,
    /// Preferred language.
    pub lang: Lang,
    /// Where it stands.
    pub state: State,
    /// Why it is locked or left.
    pub why: Option<String>,
    /// Since when it stands there.
    pub since: Instant,
    /// When it was made.
    pub made_at: Instant,
    /// Who made it: `setup`, `sample`, `account:<id>`, `shell:<user>`.
    pub made_by: String,
    /// Counts its changes.
    pub version: i64,
}

/// Where an account stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Has a link, no password yet.
    Invited,
    /// May sign in.
    Active,
    /// May not, until unlocked.
    Locked,
    /// Gone for good.
    Left,
}
impl State {
    const ALL: [(Self, &'static str); 4] = [(Self::Invited, "invited"), (Self::Active, "active"), (Self::Locked, "locked"), (Self::Left, "left")];
    /// As stored.
    pub fn code(self) -> &'static str {
        Self::ALL.into_iter().find(|(s, _)| *s == self).map_or("", |(_, c)| c)
    }
    /// From its stored form.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, c)| *c == code).map(|(s, _)| s)
    }
}

/// What is done to an account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// The invitation was accepted.
    Accept,
    /// 停用
    Lock,
    /// 恢复
    Unlock,
    /// 离岗
    Leave,
}

impl State {
    /// The state after `step`.
    ///
    /// # Errors
    /// `account.state` (409) where that step does not lead from here.
    pub fn after(self, step: Step) -> Result<Self, Refusal> {
        match (self, step) {
            (Self::Invited, Step::Accept) | (Self::Locked, Step::Unlock) => Ok(Self::Active),
            (Self::Active, Step::Lock) => Ok(Self::Locked),
            (Self::Invited | Self::Active | Self::Locked, Step::Leave) => Ok(Self::Left),
            (Self::Invited, Step::Lock | Step::Unlock)
            | (Self::Active, Step::Accept | Step::Unlock)
            | (Self::Locked, Step::Accept | Step::Lock)
            | (Self::Left, Step::Accept | Step::Lock | Step::Unlock | Step::Leave) => Err(Refusal::conflict("account.state")),
        }
    }
}
