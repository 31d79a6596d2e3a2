//! The keys of the counter (D15): all of them, to be switched off or changed.

use kernel::{Both, CentreId};
use web::{Answer, App, Ask, Duty, Markup, Myself, Page, Reply, Surface, html};

use super::to_counter;
use crate::{
    api,
    pages::shell::{Links, Place, head},
};

/// All keys, to be switched off or changed (WCAG 2.1.4).
pub(crate) async fn keys(app: App, me: Duty<Myself>) -> Reply {
    let account = me.account()?;
    let read = app.read(move |tx| {
        let Some(session) = api::where_works(tx, account)? else { return Ok(None) };
        Ok(Some((places::api::centre(tx, session.centre)?.name, session)))
    });
    let works = read.await?;
    let centre = works.as_ref().map_or(CentreId::DISTRICT, |(_, s)| s.centre);
    let at = works.as_ref().map(|(name, s)| (name, s.number));
    Ok(Answer::html(&keys_page(&me.ask, at, Links::at(&me, centre))))
}
/// What is done, its key when it may be changed, and its place on a number pad.
const KEYS: &[(&str, Option<&str>, &str)] = &[
    ("queue.d.keys.call", None, "+"),
    ("queue.d.recall", Some("c"), "*"),
    ("queue.d.miss", Some("n"), "-"),
    ("queue.d.park", Some("h"), "/"),
    ("queue.d.transfer", Some("t"), ""),
    ("queue.d.return", Some("g"), ""),
    ("queue.d.keys.enter", None, "Enter"),
    ("queue.d.keys.undo", Some("u"), ""),
    ("queue.d.pause", Some("b"), ""),
    ("queue.d.keys.all", None, ""),
];
/// `at`: the centre and the counter of who reads.
pub(crate) fn keys_page(ask: &Ask, at: Option<(&Both, i64)>, links: Links) -> Markup {
    let title = ask.t("queue.d.keys.title");
    let name = at.map_or_else(|| ask.b(&ask.district.name), |(name, _)| ask.b(name));
    let sign = at.map(|(_, n)| n).map_or_else(|| ask.t("queue.d.closed").to_owned(), |n| ask.tf("queue.d.counter", &[("n", &n.to_string())]));
    let fixed = |word: &str| match word {
        "queue.d.keys.call" => ask.t("queue.d.space").to_owned(),
        "queue.d.keys.enter" => "Enter".to_owned(),
        _ => "?".to_owned(),
    };
    let body = html! {
        (head(ask, name, &sign, links, Place::Keys))
        main id="main" class="page narrow" tabindex="-1" data-keys="" data-taken=(ask.t("queue.d.keys.taken")) data-saved=(ask.t("queue.d.keys.saved")) {
            h1 { (title) }
            p class="quiet" { (ask.t("queue.d.keys.rule")) }
            section class="card" aria-label=(ask.t("queue.d.keys.switch")) {
                label class="choice" { input type="checkbox" data-keys-off="" checked; " " span { b { (ask.t("queue.d.keys.on")) } span class="hint" { (ask.t("queue.d.keys.on.hint")) } } }
                label class="choice" { input type="checkbox" data-keys-pad="" checked; " " span { b { (ask.t("queue.d.keys.pad")) } } }
            }
            section class="card" {
                div class="scroll" tabindex="0" role="region" aria-label=(title) {
                    table class="table" {
                        caption class="sr" { (title) }
                        thead { tr { @for w in ["queue.d.keys.what", "queue.d.keys.key", "queue.d.keys.numpad"] { th scope="col" { (ask.t(w)) } } } }
                        tbody { @for (word, key, pad) in KEYS { tr {
                            th scope="row" { (ask.t(word)) }
                            td { @match key {
                                Some(k) => { input type="text" class="keyin" data-remap=(k) value=(k.to_uppercase()) maxlength="2" autocomplete="off" aria-label=(ask.tf("queue.d.keys.of", &[("what", ask.t(word))])); }
                                None => { kbd { (fixed(word)) } }
                            } }
                            td { @if pad.is_empty() { "—" } @else { kbd { (pad) } } }
                        } } }
                    }
                }
                p role="status" class="quiet" data-keys-said="" {}
                p class="btns" { button type="button" class="btn" data-keys-reset="" { (ask.t("queue.d.keys.reset")) } (to_counter(ask)) }
            }
            noscript { p class="notice" { (ask.t("queue.d.keys.noscript")) } }
        }
    };
    Page::new(Surface::Desk, title, body).scripts(&["live.js", "desk.js"]).render(ask)
}
