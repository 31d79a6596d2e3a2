//! The phone's pages with made-up data, every state.

use kernel::Refusal;
use web::{Ask, FieldFault, Markup};

use super::{
    here::{self, Door},
    take::{self, Mine, Other, TakeView},
    ticket, waits,
};
use crate::{
    Done, End, Finish, Outcome, ParkReason, State, VisitState,
    pages::{made_up as made, shared::CentreNow},
};

/// Name and page.
pub(crate) fn samples(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let mut all = taking(ask);
    all.extend(numbers(ask));
    all.extend(door(ask));
    let open = made::here(ask, true);
    all.push(("waits", waits::render(ask, &open, &made::lines())));
    all.push(("waits-none", waits::render(ask, &open, &[])));
    all
}

fn view(here: CentreNow, chosen: Option<usize>) -> TakeView {
    let lines = made::lines();
    let other = chosen.map(|_| Other { centre: made::centre(2, places::Status::Open), line: lines[1].clone() });
    let wheres = made::facts().wheres;
    let errands = made::errands();
    TakeView {
        here,
        lines,
        wheres,
        chosen: chosen.map(|n| errands[n].clone()),
        errands,
        unknown: false,
        other,
        nearest: Some(made::centre(2, places::Status::Open)),
        mine: None,
        classes: made::classes(),
        adding: false,
    }
}
fn mine(ask: &Ask) -> Mine {
    Mine { key: "1-A037-7K2M9XQ4".into(), visit: made::visit(ask, true, VisitState::Open) }
}
fn taking(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let open = || made::here(ask, true);
    let preparing = CentreNow {
        centre: made::centre(3, places::Status::Preparing),
        not_open: Some(Refusal::conflict("queue.stopped").arg("queue", "")),
        ..made::here(ask, false)
    };
    vec![
        ("take", take::render(ask, &view(open(), Some(0)))),
        ("take-learning", take::render(ask, &view(open(), Some(8)))),
        ("take-closed", take::render(ask, &view(made::here(ask, false), Some(0)))),
        ("take-stopped", take::render(ask, &view(open(), Some(12)))),
        ("take-choose", take::render(ask, &view(open(), None))),
        ("take-not-here", take::render(ask, &TakeView { unknown: true, ..view(open(), None) })),
        ("take-add", take::render(ask, &TakeView { mine: Some(mine(ask)), ..view(open(), Some(0)) })),
        ("take-adding", take::render(ask, &TakeView { mine: Some(mine(ask)), adding: true, ..view(open(), Some(0)) })),
        ("take-not-open", take::render(ask, &view(preparing, None))),
    ]
}
fn numbers(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let (at, counter) = (ask.now.plus_min(-2), made::counter());
    let done = End::Done(Done { since: at, inferred: false, finish: Finish { item: None, count: 1, outcome: Outcome::Done } });
    let page = |here, states: &[State]| ticket::render(ask, &made::own(ask, here, states, 0));
    vec![
        ("number-waiting", page(true, &[State::Waiting])),
        ("number-two", page(true, &[State::Waiting, State::Waiting])),
        ("number-remote", page(false, &[State::Waiting])),
        ("number-called", page(true, &[State::Called { at, counter, calls: 1 }, State::Waiting])),
        ("number-serving", page(true, &[State::Serving { since: at, counter, inferred: false }, State::Waiting])),
        ("number-parked", page(true, &[State::Parked { since: at, why: ParkReason::Copy }])),
        ("number-missed", page(true, &[State::Missed { at, called_at: at, calls: 3 }])),
        ("number-done", page(true, &[State::Ended { at, how: done }])),
        ("number-left", page(true, &[State::Ended { at, how: End::Left }])),
        ("number-priority", ticket::render(ask, &made::own(ask, true, &[State::Waiting], 600))),
        ("find", ticket::render_find(ask, "", &[])),
        ("find-fault", ticket::render_find(ask, "A0370", &[FieldFault { field: "number", text: ask.t("ticket.unknown").to_owned() }])),
    ]
}
fn door(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let with = |mine| here::render(ask, &Door { here: made::here(ask, true), k: "7K2M9".into(), mine });
    vec![
        ("door", with(Some(made::visit(ask, false, VisitState::Open)))),
        ("door-done", with(Some(made::visit(ask, true, VisitState::Open)))),
        ("door-code", with(None)),
        ("door-sheet", here::render_sheet(ask, made::here(ask, true).centre.id, "示例便民服务中心", "7K2M9")),
    ]
}
