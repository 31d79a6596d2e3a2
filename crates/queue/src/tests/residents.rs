//! The residents' pages: every sample in both languages, and the small pure parts.

use std::sync::Arc;

use kernel::{Both, Lang, TimeZone};
use web::{Ask, District, Words};

use super::world::TEN;
use crate::{
    Forecast, Limits, Method, Score,
    pages::{kiosk, paper, phone, shared},
};

fn ask(lang: Lang) -> Ask {
    let places = include_str!("../../../places/words.toml");
    let words = Words::load(&[("web", web::WORDS), ("places", places), ("queue", crate::WORDS)]).unwrap();
    let district = District { name: Both::new("示例区", "Sample District"), time: TimeZone::named("Asia/Shanghai", 240).unwrap(), sample: true };
    Ask::sample(lang, words, Arc::new(district), TEN)
}
fn pages(ask: &Ask) -> Vec<(&'static str, String)> {
    [phone::samples(ask), kiosk::samples(ask), paper::samples(ask)].concat().into_iter().map(|(name, page)| (name, page.into_string())).collect()
}

#[test]
fn every_page_has_one_heading_one_main_and_no_missing_word() {
    for lang in [Lang::Zh, Lang::En] {
        for (name, page) in pages(&ask(lang)) {
            assert_eq!(page.matches("<h1").count(), 1, "{name}");
            assert_eq!(page.matches("<main").count(), 1, "{name}");
            for part in ["queue.", "places.", "web."] {
                let found = page.match_indices(part).map(|(at, _)| &page[at..(at + 24).min(page.len())]).find(|t| t.is_char_boundary(t.len()));
                assert_eq!(found, None, "{name}: a word is missing");
            }
            assert!(!page.contains(" style=") && !page.contains(" onclick"), "{name}");
        }
    }
}

#[test]
fn links_and_forms_stay_in_the_language() {
    let ask = ask(Lang::En);
    for (name, page) in pages(&ask) {
        for attribute in ["href=\"/", "action=\"/"] {
            for (at, _) in page.match_indices(attribute) {
                let to = &page[at + attribute.len() - 1..];
                let to = &to[..to.find('"').unwrap()];
                let kept = to.starts_with("/en/") || to == "/en" || to.starts_with("/assets/") || to.starts_with("/elder") || to == "/" || to.starts_with("/k");
                assert!(kept, "{name}: {to}");
            }
        }
    }
}

#[test]
fn a_card_says_its_age_and_nothing_else() {
    let today = "2026-11-24".parse().unwrap();
    // The example number of GB 11643-1999, and what one may do wrong with it.
    let table = [
        ("11010519491231002X", Some(76)),
        ("11010519491231002x", Some(76)),
        (" 110105 19491231 002X ", Some(76)),
        ("110105194912310021", None),
        ("11010519491331002X", None),
        ("1101051949123100", None),
        ("11010519491231002XX", None),
        ("", None),
        ("身份证", None),
    ];
    for (typed, age) in table {
        assert_eq!(kiosk::age(typed, today), age, "{typed}");
    }
    // The birthday itself counts, the day before does not.
    assert_eq!(kiosk::age("11010519491231002X", "2026-12-31".parse().unwrap()), Some(77));
    assert_eq!(kiosk::age("11010519491231002X", "2026-12-30".parse().unwrap()), Some(76));
    assert_eq!(kiosk::age("11010519491231002X", "1949-12-30".parse().unwrap()), None, "not born yet");
}

#[test]
fn a_link_holds_plain_codes_only() {
    assert_eq!(shared::link("/k", &[("class", "elder"), ("add", ""), ("w", "58")]), "/k?class=elder&w=58");
    assert_eq!(shared::link("/k", &[("class", "a&b=c"), ("line", "<x>"), ("from", "老")]), "/k");
}

#[test]
fn a_bookings_class_is_not_for_the_asking() {
    assert_eq!(shared::class(None).unwrap(), "walk_in");
    assert_eq!(shared::class(Some(" ")).unwrap(), "walk_in");
    assert_eq!(shared::class(Some("elder")).unwrap(), "elder");
    assert_eq!(super::world::code(shared::class(Some("booked"))), "class.unknown");
}

#[test]
fn every_kiosk_page_has_help_and_at_most_six_choices() {
    for (name, page) in pages(&ask(Lang::Zh)).into_iter().filter(|(name, _)| name.starts_with("kiosk")) {
        assert!(page.matches("class=\"verb ").count() <= 6, "{name}");
        assert!(name == "kiosk-enrol" || page.contains("class=\"sos\""), "{name}: help is one tap away");
    }
}

#[test]
fn a_browser_is_reminded_of_its_last_five_numbers() {
    let headers = |value: &str| {
        let mut headers = http::HeaderMap::new();
        headers.insert("cookie", format!("b=x; t={value}").parse().unwrap());
        headers
    };
    let mut keys = Vec::new();
    for n in 1..=7 {
        keys = shared::keys(&headers(&shared::remembered(&keys, &format!("1-A00{n}-7K2M9XQ4"))));
    }
    assert_eq!(keys.iter().map(|k| &k[2..6]).collect::<Vec<_>>(), ["A007", "A006", "A005", "A004", "A003"]);
    // Looked at again, it comes to the front and stands once; what is no key is left out.
    keys = shared::keys(&headers(&shared::remembered(&keys, "1-A005-7K2M9XQ4")));
    assert_eq!(keys.iter().map(|k| &k[2..6]).collect::<Vec<_>>(), ["A005", "A007", "A006", "A004", "A003"]);
    assert_eq!(shared::remembered(&keys[..1], "a;b c"), "1-A005-7K2M9XQ4");
}

#[test]
fn what_is_not_known_is_no_time() {
    let ask = ask(Lang::Zh);
    let limits = Limits::default();
    let of = |method, ahead| Forecast { ahead, predicted_s: None, range: None, method };
    let said = |f: &Forecast| [shared::range(&ask, f, &limits), shared::range_short(&ask, f, &limits)];
    for f in [of(Method::Learning, 3), of(Method::NoCounter, 0), of(Method::NoCounter, 2)] {
        assert!(said(&f).iter().all(|s| !s.contains("学习")), "{:?}", said(&f));
        assert!(!shared::unsaid(&ask, &f, &limits).contains('0'), "nobody ahead is not counted where no counter is open");
    }
    assert_eq!(shared::how_made(&ask, &of(Method::NoCounter, 0), &limits, Score::default()), "");
    assert!(shared::how_made(&ask, &of(Method::Learning, 3), &limits, Score::default()).contains("50"));
    // On every page of residents the word stands once at most, in the line that says why.
    for (name, page) in pages(&ask) {
        assert!(name.starts_with("waits") || page.matches("还在学习").count() <= 1, "{name}");
    }
}

#[test]
fn a_number_shows_what_lives_then_what_was_served_and_only_then_what_is_missed_for_good() {
    let ask = ask(Lang::Zh);
    let of = |name: &str| pages(&ask).into_iter().find(|(n, _)| *n == name).unwrap().1;
    let state = |page: &str| page.split("data-state=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(state(&of("number-served-and-missed")), "ended");
    assert_eq!(state(&of("number-missed-over")), "missed");
    // A dead number offers a new one and nothing else; a living one is given up in two steps.
    for dead in ["number-missed-over", "number-served-and-missed", "number-done", "number-left"] {
        let page = of(dead);
        assert!(page.contains("/take?item=") && !page.contains("add=") && !page.contains("/leave"), "{dead}");
    }
    let page = of("number-waiting");
    let (before, after) = page.split_once("<details><summary>").unwrap();
    assert!(!before.contains("/leave") && after.contains("/leave"));
    // Called: one counter, named once over the number and once under it, and no other.
    assert_eq!(of("number-called").matches("1–4").count(), 1, "only the errand that still waits names its counters");
}

#[test]
fn the_same_errand_is_not_offered_twice() {
    let ask = ask(Lang::Zh);
    let of = |name: &str| pages(&ask).into_iter().find(|(n, _)| *n == name).unwrap().1;
    let page = of("take-same");
    let (before, after) = page.split_once("<details><summary>").unwrap();
    assert!(!page.contains("/add\""), "it has that errand already");
    assert!(!before.contains("/visits\"") && after.contains("/visits\""), "a second number is an explicit choice");
}
