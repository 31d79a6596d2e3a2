//! What the resident's pages have in common: the head, boxes of a wait, the row of a line.

use kernel::{Instant, ServiceClass};
use places::phone::Head;
use web::{Ask, Markup, html};

use crate::{
    Forecast, Limits,
    api::LineNow,
    pages::shared::{self, CentreNow},
};

/// The head: the centre and whether it is open.
pub(crate) fn head<'a>(ask: &'a Ask, here: &'a CentreNow) -> Head<'a> {
    let line = match (&here.until, &here.hours.next) {
        _ if here.not_open.is_some() => html! { b class="shut" { (ask.b(&here.centre.status.name())) } },
        (Some(t), _) => html! { b { (ask.t("queue.p.open")) } " " (ask.tf("queue.p.until", &[("t", t)])) },
        (None, Some((date, t))) => html! { b class="shut" { (ask.t("queue.p.shut")) } " " (ask.tf("queue.p.again", &[("date", ask.b(date)), ("t", t)])) },
        (None, None) => html! { b class="shut" { (ask.t("queue.p.shut")) } },
    };
    Head { name: ask.b(&here.centre.name), to: format!("/c/{}", here.centre.id), line }
}

/// 前面, 约等, 叫到; one sentence while no range can be said.
pub(crate) fn boxes(ask: &Ask, forecast: &Forecast, limits: &Limits, now: Instant) -> Markup {
    if forecast.range.is_none() {
        return html! { p class="est" { (shared::unsaid(ask, forecast, limits)) } };
    }
    let n = shared::ahead(forecast, limits);
    html! {
        dl class="facts" {
            div { dt { (ask.t("queue.p.ahead")) } dd { (ask.tf("queue.p.people", &[("n", &n)])) } }
            div { dt { (ask.t("queue.p.wait")) } dd { (shared::range_short(ask, forecast, limits)) } }
            @if let Some(clock) = shared::clock(ask, forecast, limits, now) { div { dt { (ask.t("queue.p.called_at")) } dd { (clock) } } }
        }
    }
}

/// The letter of a class.
pub(crate) fn letter(ask: &Ask, class: ServiceClass) -> Markup {
    let key = match class {
        ServiceClass::A => "queue.p.class.a",
        ServiceClass::B => "queue.p.class.b",
        ServiceClass::C => "queue.p.class.c",
    };
    html! { span class="letter" title=(ask.t(key)) { (class) } }
}

/// One line with its range on sixty minutes.
pub(crate) fn wait_row(ask: &Ask, l: &LineNow, limits: &Limits) -> Markup {
    let stopped = l.line.closed_at.is_some();
    html! {
        li class={ "wait " (l.line.class.css()) } {
            span class="n" { (letter(ask, l.line.class)) " " (ask.b(&l.line.name)) }
            @if let Some(r) = l.forecast.range.filter(|_| !stopped) {
                @let (lo, hi) = (r.lo.clamp(0, 60), r.hi.clamp(0, 60));
                svg class="bar" viewBox="0 0 60 10" preserveAspectRatio="none" aria-hidden="true" {
                    rect class="soft" width=(lo) height="10" {}
                    rect x=(lo) width=(hi - lo) height="10" {}
                }
            }
            span class="v" {
                @if stopped { (ask.t("queue.p.stopped")) } @else { (shared::range_short(ask, &l.forecast, limits)) }
                small { (ask.tf("queue.p.waiting", &[("n", &l.waiting.to_string())])) }
            }
        }
    }
}

/// When the page was made, and the way to make it again without scripts.
pub(crate) fn age(ask: &Ask) -> Markup {
    html! { p class="age" { (ask.tf("queue.p.age", &[("t", &ask.district.time.hhmmss(ask.now))])) " · " a href=(ask.href(&ask.path)) { (ask.t("web.refresh")) } } }
}
