//! The phone's pages with made-up data, every state.

use kernel::Refusal;
use web::{Ask, FieldFault, Markup};

use super::{
    find,
    here::{self, Door},
    take::{self, Mine, Other, TakeView},
    ticket::{self, Own},
    waits,
};
use crate::{
    Done, End, Finish, Forecast, Method, Outcome, ParkReason, State, VisitState,
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
        nearest: None,
        mine: None,
        same: None,
        classes: made::classes(),
        adding: false,
    }
}
fn no_counter(here: CentreNow) -> TakeView {
    let mut view = view(here, Some(8));
    for l in &mut view.lines {
        l.forecast = Forecast { range: None, predicted_s: None, method: Method::NoCounter, ..l.forecast };
    }
    view
}
fn mine(ask: &Ask) -> Mine {
    Mine { key: "1-A037-7K2M9XQ4".into(), visit: made::visit(ask, true, VisitState::Open), tickets: Vec::new() }
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
        ("take-same", take::render(ask, &TakeView { same: Some(mine(ask)), mine: Some(mine(ask)), ..view(open(), Some(0)) })),
        ("take-no-counter", take::render(ask, &no_counter(open()))),
        ("take-not-open-other", take::render(ask, &TakeView { nearest: Some(open()), ..view(preparing.clone(), None) })),
        ("take-not-open", take::render(ask, &view(preparing, None))),
    ]
}
fn numbers(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let (at, counter) = (ask.now.plus_min(-2), made::counter());
    let page = |here, states: &[State]| ticket::render(ask, &made::own(ask, here, states, 0), "", &[]);
    vec![
        ("number-waiting", page(true, &[State::Waiting])),
        ("number-two", page(true, &[State::Waiting, State::Waiting])),
        ("number-remote", page(false, &[State::Waiting])),
        ("number-called", page(true, &[State::Called { at, counter, calls: 1 }, State::Waiting])),
        ("number-serving", page(true, &[State::Serving { since: at, counter, inferred: false }, State::Waiting])),
        ("number-parked", page(true, &[State::Parked { since: at, why: ParkReason::Copy }])),
        ("number-missed", page(true, &[State::Missed { at, called_at: at, calls: 3 }])),
        ("number-done", page(true, &[served(at)])),
        ("number-left", page(true, &[State::Ended { at, how: End::Left }])),
        ("number-priority", ticket::render(ask, &made::own(ask, true, &[State::Waiting], 600), "", &[])),
        ("number-missed-over", ticket::render(ask, &over(ask, &[State::Missed { at, called_at: at, calls: 3 }]), "", &[])),
        ("number-served-and-missed", ticket::render(ask, &over(ask, &[State::Missed { at, called_at: at, calls: 3 }, served(at)]), "", &[])),
        ("number-later", ticket::render(ask, &later(ask), "", &[])),
        (
            "number-wrong-code",
            ticket::render(ask, &made::own(ask, false, &[State::Waiting], 0), "7K2M8", &[FieldFault { field: "k", text: ask.t("here.code").to_owned() }]),
        ),
        ("find", find::render(ask, &[], &[], "", &[])),
        (
            "find-mine",
            find::render(ask, &[made::own(ask, false, &[State::Waiting], 0), made::own(ask, true, &[State::Waiting, State::Waiting], 0)], &[], "", &[]),
        ),
        ("find-fault", find::render(ask, &[], &[], "A0370", &[FieldFault { field: "number", text: ask.t("ticket.unknown").to_owned() }])),
    ]
}
fn served(at: kernel::Instant) -> State {
    State::Ended { at, how: End::Done(Done { since: at, inferred: false, finish: Finish { item: None, count: 1, outcome: Outcome::Done } }) }
}
/// Missed for good.
fn over(ask: &Ask, states: &[State]) -> Own {
    let mut own = made::own(ask, true, states, 0);
    for t in &mut own.now.tickets {
        t.rejoin_until = None;
    }
    own
}
/// Put off for half an hour.
fn later(ask: &Ask) -> Own {
    let mut own = made::own(ask, true, &[State::Waiting], 0);
    own.now.tickets[0].ticket.defers = 1;
    own.now.tickets[0].ticket.base = ask.now.plus_min(30);
    own
}
fn door(ask: &Ask) -> Vec<(&'static str, Markup)> {
    let with = |mine| here::render(ask, &Door { here: made::here(ask, true), k: "7K2M9".into(), mine }, "", &[]);
    vec![
        ("door", with(Some(made::visit(ask, false, VisitState::Open)))),
        ("door-done", with(Some(made::visit(ask, true, VisitState::Open)))),
        ("door-code", with(None)),
        ("door-sheet", here::render_sheet(ask, made::here(ask, true).centre.id, "示例便民服务中心", "7K2M9")),
    ]
}
