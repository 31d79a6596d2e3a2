//! Broken twins: rules that are wrong on purpose. The same checks that pass on the house rule must catch each of them.

use std::cell::Cell;

use crate::{Number, Rule};

/// Which part is broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Twin {
    /// Nothing is.
    #[default]
    None,
    /// The rule never looks at `passed`.
    IgnoresCap,
    /// Every booking is overdue at once.
    BookingEarly,
    /// A counter may call while it serves; only the unique index stands in the way.
    CallsWhileBusy,
    /// A rejoin costs nothing.
    FreeRejoin,
    /// Every second number is the one before; only the unique rule stands in the way.
    RepeatsNumbers,
}

thread_local! { static TWIN: Cell<Twin> = const { Cell::new(Twin::None) }; }

/// Sets the twin of this thread: a closure that runs in a lane sets it first.
pub fn set(twin: Twin) {
    TWIN.set(twin);
}
/// The twin of this thread.
pub fn current() -> Twin {
    TWIN.get()
}
/// The rule as this thread's twin has it.
pub fn of_rule(rule: Rule) -> Rule {
    match current() {
        Twin::IgnoresCap => Rule { cap: i64::MAX, ..rule },
        Twin::BookingEarly => Rule { promise_s: 0, ..rule },
        Twin::None | Twin::CallsWhileBusy | Twin::FreeRejoin | Twin::RepeatsNumbers => rule,
    }
}
/// A number as this thread's twin deals it.
pub fn of_number(number: Number) -> Number {
    if current() == Twin::RepeatsNumbers { Number { no: number.no - (number.no + 1) % 2, ..number } } else { number }
}
