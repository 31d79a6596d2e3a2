//! A counter at work (在岗窗口).

use kernel::{AccountId, CentreId, CounterId, Instant, Refusal, SessionId};

use crate::{Number, Skill};

/// One clerk at one counter, from opening to closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterSession {
    /// Its id.
    pub id: SessionId,
    /// Where.
    pub centre: CentreId,
    /// The counter as a place.
    pub counter: CounterId,
    /// The number on its sign, as it was at opening.
    pub number: i64,
    /// Code of its zone: its calls are shown there.
    pub zone: String,
    /// Who works there.
    pub account: AccountId,
    /// What it does now. "Serving" is read from its ticket.
    pub state: SessionState,
    /// Since when.
    pub opened_at: Instant,
    /// The lines it serves now.
    pub skills: Vec<Skill>,
}

/// What a counter at work does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// 服务中
    Open,
    /// 暂停服务
    Paused {
        /// Why.
        why: PauseReason,
        /// When it will be back, as its screen says.
        back_at: Option<Instant>,
    },
    /// 收尾: calls nobody more, closes with its ticket.
    Closing,
    /// 已关
    Closed {
        /// When.
        at: Instant,
    },
}

kernel::coded! {
    /// Why a counter pauses (暂停原因).
    PauseReason {
        Lunch = "lunch", "午休", "lunch";
        Meeting = "meeting", "会议", "meeting";
        Site = "site", "外出核验", "site visit";
        Fault = "fault", "系统故障", "system fault";
        Office = "office", "内部办公", "office work";
        Other = "other", "其他", "other";
    }
}

impl SessionState {
    /// As stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused { .. } => "paused",
            Self::Closing => "closing",
            Self::Closed { .. } => "closed",
        }
    }
}

impl CounterSession {
    fn to(mut self, state: SessionState) -> Self {
        self.state = state;
        self
    }
    /// May call somebody.
    ///
    /// # Errors
    /// `counter.paused`, `counter.closed`.
    pub fn may_call(&self) -> Result<(), Refusal> {
        match self.state {
            SessionState::Open => Ok(()),
            SessionState::Paused { .. } => Err(Refusal::conflict("counter.paused")),
            SessionState::Closing | SessionState::Closed { .. } => Err(Refusal::conflict("counter.closed")),
        }
    }
    /// Stops for a while; `with`: the number at the counter, which is finished first.
    ///
    /// # Errors
    /// `counter.busy`, `counter.closed`.
    pub fn pause(self, why: PauseReason, back_at: Option<Instant>, with: Option<&Number>) -> Result<Self, Refusal> {
        if let Some(no) = with {
            return Err(Refusal::conflict("counter.busy").arg("no", no));
        }
        match self.state {
            SessionState::Open | SessionState::Paused { .. } => Ok(self.to(SessionState::Paused { why, back_at })),
            SessionState::Closing | SessionState::Closed { .. } => Err(Refusal::conflict("counter.closed")),
        }
    }
    /// Goes on after a pause, or takes back a closing.
    ///
    /// # Errors
    /// `counter.closed`.
    pub fn resume(self) -> Result<Self, Refusal> {
        match self.state {
            SessionState::Open | SessionState::Paused { .. } | SessionState::Closing => Ok(self.to(SessionState::Open)),
            SessionState::Closed { .. } => Err(Refusal::conflict("counter.closed")),
        }
    }
    /// Closes: at once without a ticket, with its ticket otherwise.
    ///
    /// # Errors
    /// `counter.closed` when it was.
    pub fn close(self, with_ticket: bool, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            SessionState::Closed { .. } => Err(Refusal::conflict("counter.closed")),
            SessionState::Open | SessionState::Paused { .. } | SessionState::Closing if with_ticket => Ok(self.to(SessionState::Closing)),
            SessionState::Open | SessionState::Paused { .. } | SessionState::Closing => Ok(self.to(SessionState::Closed { at: now })),
        }
    }
    /// Its ticket is gone: a closing counter closes.
    pub fn freed(self, now: Instant) -> Self {
        match self.state {
            SessionState::Closing => self.to(SessionState::Closed { at: now }),
            SessionState::Open | SessionState::Paused { .. } | SessionState::Closed { .. } => self,
        }
    }
}
