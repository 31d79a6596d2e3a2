//! A ticket and its states (号票): one place in one line, and every step it may take.

use kernel::{Both, CentreId, CounterId, Instant, LineId, Refusal, TicketId, VisitId};

use crate::{Limits, Number};

/// One place in one line (号票). A visit has one for each errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its id; ties of the line are broken by it.
    pub id: TicketId,
    /// Whose presence it belongs to.
    pub visit: VisitId,
    /// Where.
    pub centre: CentreId,
    /// The printed number of the visit.
    pub number: Number,
    /// 1…8 within the visit.
    pub leg: i64,
    /// The line it stands in.
    pub line: LineId,
    /// The item it was taken for, when one was named.
    pub item: Option<String>,
    /// Code of `queue_class`; `booked` is a booking checked in on time.
    pub class: String,
    /// How far ahead of its base it stands.
    pub credit_s: i64,
    /// When its waiting counts from. `key = base − credit`.
    pub base: Instant,
    /// When its holder arrived; a ticket taken at home has none yet and is not callable.
    pub here: Option<Instant>,
    /// Later arrivals of its line called before it since its base last moved.
    pub passed: i64,
    /// Rejoins so far.
    pub rejoins: i64,
    /// Defers so far.
    pub defers: i64,
    /// Transfers so far.
    pub transfers: i64,
    /// Where it stands.
    pub state: State,
    /// One more with each step; also the step's number.
    pub version: i64,
}

/// Where a ticket stands; each state carries only what exists in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// 等候中
    Waiting,
    /// 已叫号: since `at` (the last call), at `counter`, called `calls` times.
    Called {
        /// The last call of this calling.
        at: Instant,
        /// Where to go.
        counter: CounterId,
        /// 1 + recalls.
        calls: i64,
    },
    /// 办理中
    Serving {
        /// Start of service.
        since: Instant,
        /// Where.
        counter: CounterId,
        /// Nobody marked the start; it was taken from the call.
        inferred: bool,
    },
    /// 挂起
    Parked {
        /// Since when.
        since: Instant,
        /// Why.
        why: ParkReason,
    },
    /// 过号
    Missed {
        /// When.
        at: Instant,
        /// The last call before it.
        called_at: Instant,
        /// How often it was called.
        calls: i64,
    },
    /// Over, one way or another.
    Ended {
        /// When.
        at: Instant,
        /// How.
        how: End,
    },
}

/// How a ticket ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// 已办结
    Done(Done),
    /// 已离开
    Left,
    /// 已取消: given back before arriving.
    Cancelled,
    /// 已失效
    Expired,
    /// 作废
    Void,
}

/// What was done at the counter (实际办理).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// Start of service.
    pub since: Instant,
    /// See [`State::Serving`].
    pub inferred: bool,
    /// What the finish said.
    pub finish: Finish,
}

/// What a finish says; the defaults are the ticket's item, one, done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finish {
    /// The item really done.
    pub item: Option<String>,
    /// Pieces of work.
    pub count: i64,
    /// How it came out.
    pub outcome: Outcome,
}

kernel::coded! {
    /// How a service came out (办理结果).
    Outcome {
        Done = "done", "办结", "done";
        ToCase = "to_case", "转办件", "became a case";
        MorePapers = "more_papers", "待补材料", "papers missing";
        WrongCounter = "wrong_counter", "走错窗口", "wrong counter";
        Informed = "informed", "已咨询", "informed";
        /// Only the close of day says so.
        Unrecorded = "unrecorded", "未登记", "not recorded";
    }
}
kernel::coded! {
    /// Why a ticket is parked (挂起原因).
    ParkReason {
        Copy = "copy", "去复印", "copying";
        Papers = "papers", "等材料", "waiting for papers";
        System = "system", "等系统", "waiting for the system";
        Person = "person", "等人", "waiting for somebody";
    }
}
kernel::coded! {
    /// Why a ticket went to another line (转窗口原因).
    TransferReason {
        WrongLine = "wrong_line", "取错号", "wrong line";
        NextStep = "next_step", "下一环节", "next step";
        Skill = "skill", "本窗口办不了", "not done at this counter";
    }
}
kernel::coded! {
    /// Why a clerk called out of order (不按序叫号原因).
    OverrideReason {
        Unwell = "unwell", "身体不适", "unwell";
        Urgent = "urgent", "紧急事项", "urgent";
        CameBack = "came_back", "补材料回来", "came back with papers";
        Together = "together", "同行一起办", "came together";
        Mistake = "mistake", "取号或叫号有误", "mistake";
        Other = "other", "其他", "other";
    }
}
kernel::coded! {
    /// What may be done to a ticket; the code is the `action` of its step.
    Action {
        Call = "call", "叫号", "called";
        Override = "override", "不按序叫号", "called out of order";
        Recall = "recall", "重呼", "called again";
        Arrive = "arrive", "开始办理", "served";
        Miss = "miss", "过号", "marked as missed";
        Rejoin = "rejoin", "恢复排队", "put back";
        Expire = "expire", "失效", "expired";
        Finish = "finish", "办结", "finished";
        Park = "park", "挂起", "parked";
        Return = "return", "取回", "taken up again";
        Transfer = "transfer", "转窗口", "sent to another line";
        Defer = "defer", "晚点再来", "deferred";
        Leave = "leave", "取消", "given up";
        Here = "here", "到场", "checked in";
        Undo = "undo", "撤回", "undone";
        Close = "close", "日终", "closed for the day";
        Void = "void", "作废", "voided";
    }
}

impl OverrideReason {
    /// The reason that was chosen.
    ///
    /// # Errors
    /// `override.reason` when none was.
    pub fn chosen(code: Option<&str>) -> Result<Self, Refusal> {
        code.and_then(Self::parse).ok_or_else(|| Refusal::invalid("override.reason").at("reason"))
    }
}

/// The clerk's counter takes a step back: what the rule needs to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undo {
    /// The counter that undoes.
    pub counter: CounterId,
    /// Its session made the last step of the ticket.
    pub own_step: bool,
    /// It has called another ticket since.
    pub newer_call: bool,
}

impl State {
    /// As stored.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Called { .. } => "called",
            Self::Serving { .. } => "serving",
            Self::Parked { .. } => "parked",
            Self::Missed { .. } => "missed",
            Self::Ended { how, .. } => match how {
                End::Done(_) => "done",
                End::Left => "left",
                End::Cancelled => "cancelled",
                End::Expired => "expired",
                End::Void => "void",
            },
        }
    }
    /// Its name in both languages.
    pub fn name(&self) -> Both {
        match self {
            Self::Waiting => Both::new("等候中", "waiting"),
            Self::Called { .. } => Both::new("已叫号", "called"),
            Self::Serving { .. } => Both::new("办理中", "being served"),
            Self::Parked { .. } => Both::new("挂起", "parked"),
            Self::Missed { .. } => Both::new("过号", "missed"),
            Self::Ended { how, .. } => match how {
                End::Done(_) => Both::new("已办结", "done"),
                End::Left => Both::new("已离开", "left"),
                End::Cancelled => Both::new("已取消", "given back"),
                End::Expired => Both::new("已失效", "expired"),
                End::Void => Both::new("作废", "void"),
            },
        }
    }
    /// The counter it stands at.
    pub fn counter(&self) -> Option<CounterId> {
        match self {
            Self::Called { counter, .. } | Self::Serving { counter, .. } => Some(*counter),
            Self::Waiting | Self::Parked { .. } | Self::Missed { .. } | Self::Ended { .. } => None,
        }
    }
    /// Over for good.
    pub fn ended(&self) -> bool {
        matches!(self, Self::Ended { .. })
    }
}

impl Ticket {
    /// Its place in the line: the smallest is next (hall §6.1).
    pub fn key(&self) -> Instant {
        self.base.plus_s(-self.credit_s)
    }
    /// 「优先」 stands beside its number: an elder, a person with a disability, with an infant, a soldier. A booking is no priority.
    pub fn priority(&self) -> bool {
        self.credit_s > 0 && self.class != crate::BOOKED
    }
    fn to(mut self, state: State) -> Self {
        self.state = state;
        self.version += 1;
        self
    }
    fn wrong(&self, action: Action) -> Refusal {
        Refusal::conflict("ticket.state").arg("no", &self.number).both("state", self.state.name()).both("action", action.name())
    }
    fn says(&self, code: &'static str) -> Refusal {
        Refusal::conflict(code).arg("no", &self.number)
    }

    /// Calls it to `counter` (叫号). `free`: no other errand of the visit is at a counter.
    ///
    /// # Errors
    /// `call.missed`, `call.parked`, `ticket.state`, `ticket.not_here`, `visit.elsewhere`.
    pub fn call(self, counter: CounterId, free: bool, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Waiting => {}
            // what can be done stands in the sentence
            State::Missed { .. } => return Err(self.says("call.missed")),
            State::Parked { .. } => return Err(self.says("call.parked")),
            State::Called { .. } | State::Serving { .. } | State::Ended { .. } => return Err(self.wrong(Action::Call)),
        }
        if self.here.is_none() {
            return Err(self.says("ticket.not_here"));
        }
        if !free {
            return Err(self.says("visit.elsewhere"));
        }
        Ok(self.to(State::Called { at: now, counter, calls: 1 }))
    }
    /// Calls it once more (重呼): at most `recalls` times, `recall_gap_s` apart.
    ///
    /// # Errors
    /// `ticket.state`, `recall.max`, `recall.soon`.
    pub fn recall(self, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        let State::Called { at, counter, calls } = self.state else { return Err(self.wrong(Action::Recall)) };
        if calls > limits.recalls {
            return Err(self.says("recall.max").arg("n", limits.recalls));
        }
        let waited = now.seconds_since(at);
        if waited < limits.recall_gap_s {
            return Err(self.says("recall.soon").arg("s", limits.recall_gap_s - waited));
        }
        Ok(self.to(State::Called { at: now, counter, calls: calls + 1 }))
    }
    /// Its holder stands at the counter: service starts.
    ///
    /// # Errors
    /// `ticket.state`; `ticket.missed` when the person comes after the miss.
    pub fn arrive(self, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Called { counter, .. } => Ok(self.to(State::Serving { since: now, counter, inferred: false })),
            State::Missed { .. } => Err(self.says("ticket.missed").arg("m", limits.rejoin_min)),
            State::Waiting | State::Serving { .. } | State::Parked { .. } | State::Ended { .. } => Err(self.wrong(Action::Arrive)),
        }
    }
    /// Service was never marked as started: it began `walk_s` after the call, and says that this is inferred.
    ///
    /// # Errors
    /// `ticket.state`.
    pub fn arrive_inferred(self, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        let State::Called { at, counter, .. } = self.state else { return Err(self.wrong(Action::Arrive)) };
        Ok(self.to(State::Serving { since: at.plus_s(limits.walk_s).min(now), counter, inferred: true }))
    }
    /// Nobody came (过号), says the counter.
    ///
    /// # Errors
    /// `ticket.state`.
    pub fn miss(self, now: Instant) -> Result<Self, Refusal> {
        let State::Called { at, calls, .. } = self.state else { return Err(self.wrong(Action::Miss)) };
        Ok(self.to(State::Missed { at: now, called_at: at, calls }))
    }
    /// Whether the clock alone makes it missed: `miss_after_s` after the last call, never with priority (day-one §4).
    pub fn misses_itself(&self, limits: &Limits, now: Instant) -> bool {
        matches!(self.state, State::Called { at, .. } if !self.priority() && now >= at.plus_s(limits.miss_after_s))
    }
    /// Whether the clerk is asked if anybody came: a ticket with priority, `ask_after_s` after the last call.
    pub fn asks_clerk(&self, limits: &Limits, now: Instant) -> bool {
        matches!(self.state, State::Called { at, .. } if self.priority() && now >= at.plus_s(limits.ask_after_s))
    }
    /// Back after a miss (恢复排队): once, within `rejoin_min`, behind `rejoin_cost_min`.
    ///
    /// # Errors
    /// `ticket.state`, `ticket.rejoined`, `ticket.expired`.
    pub fn rejoin(mut self, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Missed { at, called_at, .. } => {
                if self.rejoins >= limits.rejoins {
                    return Err(self.says("ticket.rejoined"));
                }
                if now > at.plus_min(limits.rejoin_min) {
                    return Err(self.says("ticket.expired"));
                }
                self.base = self.base.max(called_at).plus_min(limits.rejoin_cost_min);
                self.rejoins += 1;
                self.passed = 0;
                Ok(self.to(State::Waiting))
            }
            State::Ended { how: End::Expired, .. } => Err(self.says("ticket.expired")),
            State::Waiting | State::Called { .. } | State::Serving { .. } | State::Parked { .. } | State::Ended { .. } => Err(self.wrong(Action::Rejoin)),
        }
    }
    /// Until when a missed ticket may rejoin; `None` when it may not.
    pub fn rejoin_until(&self, limits: &Limits, now: Instant) -> Option<Instant> {
        let State::Missed { at, .. } = self.state else { return None };
        let until = at.plus_min(limits.rejoin_min);
        (self.rejoins < limits.rejoins && now <= until).then_some(until)
    }
    /// Time is up: a miss that was not made good, or a remote ticket whose holder never came (`turn`: when its turn came).
    ///
    /// # Errors
    /// `ticket.state` when nothing is up.
    pub fn expire(self, limits: &Limits, turn: Option<Instant>, now: Instant) -> Result<Self, Refusal> {
        let up = match self.state {
            State::Missed { at, .. } => now > at.plus_min(limits.rejoin_min),
            State::Waiting => self.here.is_none() && turn.is_some_and(|t| now > t.plus_min(limits.remote_gone_min)),
            State::Called { .. } | State::Serving { .. } | State::Parked { .. } | State::Ended { .. } => false,
        };
        if up { Ok(self.to(State::Ended { at: now, how: End::Expired })) } else { Err(self.wrong(Action::Expire)) }
    }
    /// Done at the counter (办结).
    ///
    /// # Errors
    /// `ticket.state`, `finish.count`, `finish.outcome`.
    pub fn finish(self, finish: Finish, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        let State::Serving { since, inferred, .. } = self.state else { return Err(self.wrong(Action::Finish)) };
        if !(1..=limits.count_most).contains(&finish.count) {
            return Err(Refusal::invalid("finish.count").arg("max", limits.count_most).at("count"));
        }
        if finish.outcome == Outcome::Unrecorded {
            return Err(Refusal::invalid("finish.outcome").at("outcome"));
        }
        Ok(self.to(State::Ended { at: now, how: End::Done(Done { since, inferred, finish }) }))
    }
    /// What a finish says when the clerk says nothing.
    pub fn default_finish(&self) -> Finish {
        Finish { item: self.item.clone(), count: 1, outcome: Outcome::Done }
    }
    /// Set aside while the person copies or waits (挂起); the key is kept.
    ///
    /// # Errors
    /// `ticket.state`.
    pub fn park(self, why: ParkReason, now: Instant) -> Result<Self, Refusal> {
        let State::Serving { .. } = self.state else { return Err(self.wrong(Action::Park)) };
        Ok(self.to(State::Parked { since: now, why }))
    }
    /// Back from parked, at its old place.
    ///
    /// # Errors
    /// `ticket.state`.
    pub fn take_up(self) -> Result<Self, Refusal> {
        let State::Parked { .. } = self.state else { return Err(self.wrong(Action::Return)) };
        Ok(self.to(State::Waiting))
    }
    /// To another line of the centre with its key (转窗口).
    ///
    /// # Errors
    /// `ticket.state`, `transfer.same`, `transfer.max`.
    pub fn transfer(mut self, line: LineId, limits: &Limits) -> Result<Self, Refusal> {
        match self.state {
            State::Called { .. } | State::Serving { .. } => {}
            State::Waiting | State::Parked { .. } | State::Missed { .. } | State::Ended { .. } => return Err(self.wrong(Action::Transfer)),
        }
        if line == self.line {
            return Err(self.says("transfer.same"));
        }
        if self.transfers >= limits.transfers {
            return Err(self.says("transfer.max").arg("n", limits.transfers));
        }
        self.line = line;
        self.transfers += 1;
        Ok(self.to(State::Waiting))
    }
    /// To another line by the supervisor (转队列): also one that waits or is parked, and past the limit of transfers.
    ///
    /// # Errors
    /// `ticket.state`, `transfer.same`.
    pub fn reassign(mut self, line: LineId) -> Result<Self, Refusal> {
        match self.state {
            State::Waiting | State::Called { .. } | State::Serving { .. } | State::Parked { .. } => {}
            State::Missed { .. } | State::Ended { .. } => return Err(self.wrong(Action::Transfer)),
        }
        if line == self.line {
            return Err(self.says("transfer.same"));
        }
        self.line = line;
        self.transfers += 1;
        Ok(self.to(State::Waiting))
    }
    /// Later, please (晚点再来): the base moves to `minutes` from now, never forward.
    ///
    /// # Errors
    /// `ticket.state`, `defer.minutes`, `defer.max`.
    pub fn defer(mut self, minutes: i64, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        let State::Waiting = self.state else { return Err(self.wrong(Action::Defer)) };
        if !(limits.defer_least_min..=limits.defer_most_min).contains(&minutes) {
            return Err(Refusal::invalid("defer.minutes").arg("min", limits.defer_least_min).arg("max", limits.defer_most_min).at("minutes"));
        }
        if self.defers >= limits.defers {
            return Err(self.says("defer.max").arg("n", limits.defers));
        }
        self.base = self.base.max(now.plus_min(minutes));
        self.defers += 1;
        self.passed = 0;
        Ok(self.to(State::Waiting))
    }
    /// Given up by its holder; given back when the holder never came.
    ///
    /// # Errors
    /// `ticket.state`.
    pub fn leave(self, now: Instant) -> Result<Self, Refusal> {
        match self.state {
            State::Waiting | State::Parked { .. } => {}
            State::Called { .. } | State::Serving { .. } | State::Missed { .. } | State::Ended { .. } => return Err(self.wrong(Action::Leave)),
        }
        let how = if self.here.is_some() { End::Left } else { End::Cancelled };
        Ok(self.to(State::Ended { at: now, how }))
    }
    /// The holder of a remote ticket has come (到场). The base is kept for `remote_keep_min` after its turn came; after that it is the arrival.
    ///
    /// # Errors
    /// `ticket.state` unless it waits and its holder was not here.
    pub fn here(mut self, turn: Option<Instant>, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        let (State::Waiting, None) = (&self.state, self.here) else { return Err(self.wrong(Action::Here)) };
        self.here = Some(now);
        if turn.is_some_and(|t| now > t.plus_min(limits.remote_keep_min)) {
            self.base = self.base.max(now);
            self.passed = 0;
        }
        Ok(self.to(State::Waiting))
    }
    /// One step back by the same counter (撤回): a finish or a miss within `undo_s`, a call until service starts.
    ///
    /// # Errors
    /// `ticket.state`, `undo.other`, `undo.late`, `undo.newer`.
    pub fn undo(mut self, by: Undo, limits: &Limits, now: Instant) -> Result<Self, Refusal> {
        let (ended_at, back) = match &self.state {
            State::Called { counter, .. } if *counter == by.counter => (None, State::Waiting),
            State::Called { .. } => return Err(self.says("undo.other")),
            State::Missed { at, calls, .. } => (Some(*at), State::Called { at: now, counter: by.counter, calls: *calls }),
            State::Ended { at, how: End::Done(done) } => (Some(*at), State::Serving { since: done.since, counter: by.counter, inferred: done.inferred }),
            State::Waiting | State::Serving { .. } | State::Parked { .. } | State::Ended { .. } => return Err(self.wrong(Action::Undo)),
        };
        if let Some(at) = ended_at {
            if !by.own_step {
                return Err(self.says("undo.other"));
            }
            if now > at.plus_s(limits.undo_s) {
                return Err(self.says("undo.late").arg("s", limits.undo_s));
            }
            if by.newer_call {
                return Err(self.says("undo.newer"));
            }
        }
        self.version += 1;
        self.state = back;
        Ok(self)
    }
    /// The day ends (日终): who is being served is done but unrecorded, everybody else expires.
    ///
    /// # Errors
    /// `ticket.state` when it had ended.
    pub fn close(self, now: Instant) -> Result<Self, Refusal> {
        let how = match self.state {
            State::Serving { since, inferred, .. } => {
                End::Done(Done { since, inferred, finish: Finish { outcome: Outcome::Unrecorded, ..self.default_finish() } })
            }
            State::Waiting | State::Called { .. } | State::Parked { .. } | State::Missed { .. } => End::Expired,
            State::Ended { .. } => return Err(self.wrong(Action::Close)),
        };
        Ok(self.to(State::Ended { at: now, how }))
    }
    /// Printed in error (作废); the number stays used.
    ///
    /// # Errors
    /// `ticket.state` when it is void already.
    pub fn void(self, now: Instant) -> Result<Self, Refusal> {
        if let State::Ended { how: End::Void, .. } = self.state {
            return Err(self.wrong(Action::Void));
        }
        Ok(self.to(State::Ended { at: now, how: End::Void }))
    }
}
