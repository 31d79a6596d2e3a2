//! Hours and days in words.

use kernel::{Day, Lang, Minutes};
use web::{Ask, Markup, html};

use super::view::Today;
use crate::{Block, Opening, Status, Why};

/// `09:00`; `24:00` for an end at midnight.
pub fn clock(m: Minutes) -> String {
    if m == 1_440 { "24:00".into() } else { kernel::hhmm(m.rem_euclid(1_440)) }
}
/// `09:00–12:00、13:00–17:00`
pub fn blocks(ask: &Ask, blocks: &[Block]) -> String {
    let all: Vec<_> = blocks.iter().map(|b| format!("{}–{}", clock(b.from), clock(b.to))).collect();
    all.join(ask.t("places.join"))
}
/// `11月25日 周三`
pub fn day(ask: &Ask, day: Day) -> String {
    let (_, month, date) = day.parts();
    let nth = |key, n: usize| ask.t(key).split(' ').nth(n).unwrap_or_default().to_owned();
    let month = if ask.lang == Lang::Zh { month.to_string() } else { nth("places.months", usize::try_from(month - 1).unwrap_or(0)) };
    ask.tf("places.day", &[("month", &month), ("date", &date.to_string()), ("weekday", &nth("places.weekdays", day.weekday()))])
}
/// `明天 09:00`
pub fn when(ask: &Ask, today: Day, (on, minute): (Day, Minutes)) -> String {
    let t = clock(minute);
    match on.days_since(today) {
        0 => ask.tf("places.when.today", &[("t", &t)]),
        1 => ask.tf("places.when.tomorrow", &[("t", &t)]),
        _ => ask.tf("places.when.day", &[("day", &day(ask, on)), ("t", &t)]),
    }
}
/// Why a day is as it is; nothing for the plain pattern.
pub fn why(ask: &Ask, o: &Opening) -> String {
    match o.why {
        Why::Pattern => String::new(),
        Why::Holiday => ask.tf("places.why.holiday", &[("name", ask.b(&o.note))]),
        Why::Swap => ask.tf("places.why.swap", &[("name", ask.b(&o.note))]),
        Why::Note => ask.b(&o.note).to_owned(),
        Why::Unpublished => ask.t("places.why.unpublished").to_owned(),
        Why::Unset => ask.t("places.why.unset").to_owned(),
    }
}
/// One line under a centre's name: open until, or when it opens.
pub fn line(ask: &Ask, status: Status, today: Option<&Today>) -> Markup {
    match (status, today) {
        (Status::Open, Some(Today { open: Some((_, block)), .. })) => {
            html! { b { (ask.t("places.open_now")) } " " (ask.tf("places.until", &[("t", &clock(block.to))])) }
        }
        (Status::Open, Some(t)) => html! { (ask.t("places.shut_now")) " · " (next(ask, t)) },
        _ => html! { (ask.b(&status.name())) },
    }
}
/// `明天 09:00 开门`
pub fn next(ask: &Ask, today: &Today) -> String {
    match today.next {
        Some(next) => ask.tf("places.opens", &[("when", &when(ask, today.day, next))]),
        None => ask.t("places.opens.unknown").to_owned(),
    }
}
/// `1 层`, `地下 1 层`
pub fn floor(ask: &Ask, floor: &str) -> String {
    match floor.strip_prefix('-') {
        Some(below) => ask.tf("places.floor.below", &[("n", below)]),
        None => ask.tf("places.floor", &[("n", floor)]),
    }
}
