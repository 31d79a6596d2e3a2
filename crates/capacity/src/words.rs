//! The words of the states, for sentences of refusals.

use kernel::Both;

use crate::State;

/// How a state reads in a sentence: 「这个预约已取消」.
pub fn state(state: State) -> Both {
    let (zh, en) = match state {
        State::Held => ("是临时保留", "only held"),
        State::Requested => ("在等审批", "waiting for an answer"),
        State::Confirmed => ("已约好", "booked"),
        State::CheckedIn => ("已签到", "checked in"),
        State::Done => ("已用完", "used"),
        State::Expired => ("已过时放出", "released, its time ran out"),
        State::Cancelled => ("已取消", "cancelled"),
        State::Rejected => ("没有批准", "not granted"),
        State::NoShow => ("按没来记了", "recorded as missed"),
    };
    Both::new(zh, en)
}
