//! The head of staff pages beside the counter's, and dates as screens write them.

use kernel::{CentreId, Day, Lang};
use web::{Ask, Duty, Markup, html, icon};

/// Which page of the desk a link leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Counter,
    Hall,
    Guide,
    Keys,
    /// None of them.
    Elsewhere,
}

/// What the head shows besides the centre's name.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // a door each
pub(crate) struct Links {
    pub centre: CentreId,
    pub counter: bool,
    pub hall: bool,
    pub guide: bool,
    /// Bookings, courses: pages of other crates, by their addresses.
    pub bookings: bool,
    pub courses: bool,
}
impl Links {
    /// Those of one centre, where the request names none.
    pub(crate) fn at<D>(duty: &Duty<D>, centre: CentreId) -> Self {
        let may = |d| duty.may(d, centre);
        Self {
            centre,
            counter: may("queue.call"),
            hall: may("queue.see"),
            guide: may("queue.help") && duty.signed.is_some(),
            bookings: may("capacity.desk"),
            courses: may("venues.class"),
        }
    }
    /// Only what the reader may open.
    pub(crate) fn of<D>(duty: &Duty<D>) -> Self {
        Self::at(duty, duty.centre())
    }
}

/// The head of a staff page; `sign` says what the navigation does not.
pub(crate) fn head(ask: &Ask, name: &str, sign: &str, links: Links, at: Place) -> Markup {
    let centre = links.centre;
    html! {
        (web::skip(ask))
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} }
            p class="name" { (name) }
            @if !sign.is_empty() { span class="w" { (sign) } }
            nav aria-label=(ask.t("queue.h.nav")) { ul {
                @if links.counter { li { a href=(ask.href("/d/counter")) aria-current=[(at == Place::Counter).then_some("page")] { (ask.t("queue.h.nav.counter")) } } }
                @if links.hall { li { a href=(ask.href(&format!("/d/hall/{centre}"))) aria-current=[(at == Place::Hall).then_some("page")] { (ask.t("queue.h.nav.hall")) } } }
                @if links.guide { li { a href=(ask.href(&format!("/d/guide/{centre}"))) aria-current=[(at == Place::Guide).then_some("page")] { (ask.t("queue.h.nav.guide")) } } }
                @if links.bookings { li { a href=(ask.href(&format!("/d/bookings/{centre}"))) { (ask.t("queue.h.nav.bookings")) } } }
                @if links.courses { li { a href=(ask.href(&format!("/d/classes/{centre}"))) { (ask.t("queue.h.nav.courses")) } } }
                @if links.counter { li { a href=(ask.href("/d/keys")) aria-current=[(at == Place::Keys).then_some("page")] { (ask.t("queue.h.nav.keys")) } } }
            } }
            div class="tool" {
                @if let Some(shown) = &ask.shown { span class="st" { (shown) } }
                a class="btn lnk" href=(ask.other_lang()) lang=(if ask.lang == Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) }
                (ask.button("/in/lock", ask.t("queue.h.lock"), "btn lnk", &[]))
            }
        }
        p class="notice wrn" role="status" data-stale="" hidden { (icon("warn")) span data-text=(ask.t("queue.h.stale")) {} }
    }
}

/// How old what is shown is, with the way to read it anew.
pub(crate) fn age(ask: &Ask, path: &str) -> Markup {
    html! { p class="age" { (ask.tf("queue.h.age", &[("t", &ask.district.time.hhmmss(ask.now))])) " · " a href=(ask.href(path)) { (ask.t("web.refresh")) } } }
}

const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const WEEKDAYS: [(&str, &str); 7] = [
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
];

/// `2026 年 11 月 23 日`, `23 November 2026`.
pub(crate) fn date(lang: Lang, day: Day) -> String {
    let (y, m, d) = day.parts();
    match lang {
        Lang::Zh => format!("{y} 年 {m} 月 {d} 日"),
        Lang::En => format!("{d} {} {y}", MONTHS[usize::try_from(m).unwrap_or(1).clamp(1, 12) - 1]),
    }
}
/// `星期一`, `Monday`.
pub(crate) fn weekday(lang: Lang, day: Day) -> &'static str {
    let (zh, en) = WEEKDAYS[day.weekday().min(6)];
    if lang == Lang::Zh { zh } else { en }
}

/// What a write refused, where a page is shown again with it: status, sentence, field. `None` for programs, for what succeeded, and for what is no
/// matter of the form.
pub(crate) fn refused(ask: &Ask, answer: &web::Answer) -> Option<(u16, String, Option<String>)> {
    if ask.json() || !matches!(answer.code(), 409 | 422) {
        return None;
    }
    let problem: web::Problem = serde_json::from_slice(&answer.clone().stored().body).ok()?;
    let text = if ask.lang == Lang::Zh { problem.title } else { problem.title_en };
    Some((problem.status, text, problem.pointer.map(|p| p.trim_start_matches('/').to_owned())))
}

/// Nothing is sent.
#[derive(serde::Deserialize, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
