//! K3: a card reader that types. The number is looked at within this request, for the age alone: never stored, logged or shown.

use std::collections::BTreeMap;

use kernel::Day;
use serde::Deserialize;
use web::{Answer, App, Ask, Body, Duty, Markup, Now, Open, Page, PreEscaped, QueueTake, Reply, axum::extract::Query, html, icon};

use super::frame::{self, Machine, Parts, Wish, back};
use crate::api;

pub(super) async fn page(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>, Now(now): Now) -> Reply {
    let unread = query.contains_key("unread");
    frame::with_machine(&app, &open, now, move |ask, m| render(ask, m, unread)).await
}

/// What the reader typed. No `Debug`, so that nothing prints it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Card {
    #[serde(default)]
    card: String,
}
/// Age → class → the page on which the next tap takes the number.
pub(super) async fn read(app: App, who: Duty<QueueTake>, Now(now): Now, Body(typed): Body<Card>) -> Reply {
    let age = age(&typed.card, who.ask.district.time.day(now));
    let Some(age) = age else { return Ok(Answer::see("/k/card?unread=1")) };
    let classes = app.read(api::classes).await?;
    let class = classes.into_iter().filter(|c| c.from_age.is_some_and(|from| age >= from)).max_by_key(|c| c.credit_min).map(|c| c.code);
    let to = Wish { card: true, class: class.clone(), ..Wish::default() }.to("/k", &[]);
    Ok(Answer::of(&who.ask, 200, &serde_json::json!({ "class": class }), to))
}

/// Whole years at `today` of an 18-character ID number (身份证号); `None` when it is none.
///
/// Source: GB 11643-1999, check character by ISO 7064 MOD 11-2.
pub(crate) fn age(typed: &str, today: Day) -> Option<i64> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let text: Vec<u8> = typed.bytes().filter(|b| !b.is_ascii_whitespace()).map(|b| b.to_ascii_uppercase()).collect();
    let (digits, check) = text.split_at_checked(17)?;
    if check.len() != 1 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
    if CHECK[(sum % 11) as usize] != check[0] {
        return None;
    }
    let part = |from: usize, to: usize| std::str::from_utf8(&digits[from..to]).ok()?.parse::<i16>().ok();
    let born = kernel::civil(part(6, 10)?, i8::try_from(part(10, 12)?).ok()?, i8::try_from(part(12, 14)?).ok()?)?;
    let ((y0, m0, d0), (y, m, d)) = (born.parts(), today.parts());
    let years = i64::from(y) - i64::from(y0) - i64::from((m, d) < (m0, d0));
    (0..=130).contains(&years).then_some(years)
}

pub(super) fn render<'a>(ask: &'a Ask, m: &Machine, unread: bool) -> Page<'a> {
    let main = html! {
        div class="stack" {
            (picture(ask.t("queue.k.card.picture")))
            div {
                p class="est" { (ask.t("queue.k.card.reading")) }
                p class="quiet" id="card-h" { (ask.t("queue.k.card.hint")) }
            }
            // The reader types here; a person has nothing to type, so it is not seen.
            form class="sr" method="post" action=(ask.href("/k/card")) {
                input class="secret" type="text" name="card" aria-label=(ask.t("queue.k.card.reading")) aria-describedby="card-h" autocomplete="off" inputmode="none" tabindex="-1" autofocus data-reader="";
            }
            @if unread { p class="notice alr" role="alert" { (icon("warn")) span { (ask.t("queue.k.card.unread")) } } }
            a class="btn pri wide" href=(ask.href("/k")) { (ask.t("queue.k.card.without")) }
        }
        (back(ask, "/k", "queue.k.back"))
    };
    frame::page(ask, &Parts::of(ask, m, ask.t("queue.k.card.h1"), ask.t("queue.k.card.h1.line"), main))
}
/// Where the card goes.
fn picture(label: &str) -> Markup {
    let label = html! { (label) }.0;
    PreEscaped(format!(
        r##"<svg class="put" viewBox="0 0 400 200" role="img" aria-label="{label}" fill="none" stroke="currentColor" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"><rect x="110" y="12" width="180" height="104" rx="12" fill="#fff"/><circle cx="156" cy="52" r="15"/><path d="M132 92c2-16 12-23 24-23s22 7 24 23M206 44h60M206 66h60M206 88h40M200 128v22m-14-12 14 14 14-14"/><path d="M60 178h280" stroke-width="14"/></svg>"##
    ))
}
