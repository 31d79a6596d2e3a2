//! What `queue` tells: ids and ticket numbers, never persons. `check queue` re-derives a day from these and from `queue_step`.

use kernel::{CentreId, CounterId, LineId, SessionId, TicketId, VisitId};
use serde::{Deserialize, Serialize};
use store::Fact;

/// A number was given, or another errand was added to one (取号).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Whose.
    pub visit: VisitId,
    /// As printed.
    pub number: String,
    /// Its holder is here, so it may be called.
    pub here: bool,
    /// The new tickets.
    pub tickets: Vec<IssuedTicket>,
    /// When.
    pub at_us: i64,
}
/// One ticket of an issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedTicket {
    /// Its id.
    pub ticket: TicketId,
    /// Its line.
    pub line: LineId,
    /// Where its waiting counts from.
    pub base_us: i64,
    /// How far ahead of it it stands.
    pub credit_s: i64,
    /// Whether it has a booking's promise.
    pub booked: bool,
}
impl Fact for Issued {
    const NAME: &'static str = "queue.issued";
    fn topics(&self) -> Vec<String> {
        vec![format!("visit/{}", self.visit), "manager".into()]
    }
}

/// A ticket was called, or called again (叫号、重呼). The journal's seq orders the screens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The seq of the journal row that carries this.
    pub seq: i64,
    /// Whose.
    pub visit: VisitId,
    /// Which.
    pub ticket: TicketId,
    /// As printed.
    pub number: String,
    /// From which line.
    pub line: LineId,
    /// Where to.
    pub counter: CounterId,
    /// The number on its sign.
    pub counter_number: i64,
    /// The zone whose screens say it.
    pub zone: String,
    /// 0, then 1 and 2 for recalls.
    pub recall: i64,
    /// 「优先」 stands beside it.
    pub priority: bool,
    /// Its base when it was called.
    pub base_us: i64,
    /// Out of order, with a reason.
    pub by_override: bool,
    /// When.
    pub at_us: i64,
}
impl Fact for Called {
    const NAME: &'static str = "queue.called";
    fn topics(&self) -> Vec<String> {
        vec![format!("hall/{}", self.zone), format!("visit/{}", self.visit), format!("counter/{}", self.counter), "manager".into()]
    }
}

/// A ticket took any other step (办理过程).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// Whose.
    pub visit: VisitId,
    /// Which.
    pub ticket: TicketId,
    /// As printed.
    pub number: String,
    /// Code of the action.
    pub action: String,
    /// Code of the state before.
    pub from: String,
    /// Code of the state after.
    pub to: String,
    /// Its line after.
    pub line: LineId,
    /// Its base after.
    pub base_us: i64,
    /// The counter it stood or stands at.
    pub counter: Option<CounterId>,
    /// The zone whose screens show a call that holds no more.
    pub zone: Option<String>,
    /// When.
    pub at_us: i64,
}
impl Fact for Moved {
    const NAME: &'static str = "queue.moved";
    fn topics(&self) -> Vec<String> {
        let counter = self.counter.map(|c| format!("counter/{c}"));
        let hall = self.zone.as_ref().map(|z| format!("hall/{z}"));
        [format!("visit/{}", self.visit), "manager".into()].into_iter().chain(counter).chain(hall).collect()
    }
}

/// A counter opened, paused, went on, is closing or closed (窗口状态).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterState {
    /// Which.
    pub counter: CounterId,
    /// The number on its sign.
    pub number: i64,
    /// Its zone.
    pub zone: String,
    /// The time at work.
    pub session: SessionId,
    /// `open`, `paused`, `closing`, `closed`.
    pub state: String,
    /// Code of the reason of a pause.
    pub why: Option<String>,
    /// When it will be back.
    pub back_at_us: Option<i64>,
}
impl Fact for CounterState {
    const NAME: &'static str = "queue.counter";
    fn topics(&self) -> Vec<String> {
        vec![format!("counter/{}", self.counter), format!("hall/{}", self.zone), "manager".into()]
    }
}

/// Issuing for a line was stopped or started again (停止取号).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineState {
    /// Which.
    pub line: LineId,
    /// The zone whose screens say it.
    pub zone: String,
    /// Since when it is stopped; `None`: it runs.
    pub stopped_at_us: Option<i64>,
    /// Code of the reason.
    pub why: Option<String>,
}
impl Fact for LineState {
    const NAME: &'static str = "queue.line";
    fn topics(&self) -> Vec<String> {
        vec![format!("hall/{}", self.zone), "manager".into()]
    }
}

/// Somebody asked for a person, or a person answered (请人帮忙).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// The call.
    pub help: String,
    /// Answered, not asked.
    pub answered: bool,
}
impl Fact for Help {
    const NAME: &'static str = "queue.help";
    fn topics(&self) -> Vec<String> {
        vec!["manager".into()]
    }
}

/// The service day of a centre ended (日终).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayEnded {
    /// Where.
    pub centre: CentreId,
    /// `2026-11-24`
    pub day: String,
    /// Tickets that expired.
    pub expired: i64,
    /// Tickets done without a record.
    pub unrecorded: i64,
}
impl Fact for DayEnded {
    const NAME: &'static str = "queue.day_ended";
    fn topics(&self) -> Vec<String> {
        vec!["manager".into()]
    }
}
