//! The pages of staff, screens and managers as they are rendered: whole, in both languages, with keys on their forms.

use std::{collections::BTreeSet, sync::Arc};

use kernel::{Both, Lang, TimeZone};
use web::{Ask, District, Words};

use crate::pages::samples::samples;

fn pages(lang: Lang) -> Vec<(&'static str, String)> {
    let words = Words::load(&[("web", web::WORDS), ("queue", crate::WORDS)]).unwrap();
    let time = TimeZone::named("Asia/Shanghai", 240).unwrap();
    let now = time.parse("2026-11-24T10:08").unwrap();
    let district = District { name: Both::new("示例区", "Sample District"), time, sample: true };
    let mine = |name: &str| ["desk", "hall", "guide", "screen", "manager", "set"].iter().any(|p| name.starts_with(p));
    samples(&Ask::sample(lang, words, Arc::new(district), now)).into_iter().filter(|(name, _)| mine(name)).map(|(name, page)| (name, page.0)).collect()
}
fn all() -> impl Iterator<Item = (Lang, &'static str, String)> {
    [Lang::Zh, Lang::En].into_iter().flat_map(|lang| pages(lang).into_iter().map(move |(name, page)| (lang, name, page)))
}

#[test]
fn every_state_has_a_sample_of_its_own_name() {
    let names: Vec<_> = pages(Lang::Zh).into_iter().map(|(n, _)| n).collect();
    assert!(names.len() >= 48, "{}", names.len());
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
}

#[test]
fn every_page_is_whole() {
    for (lang, name, page) in all() {
        assert_eq!(page.matches("<h1").count(), 1, "{name} {lang:?}: h1");
        assert_eq!(page.matches("id=\"main\"").count(), 1, "{name} {lang:?}: main");
        assert!(!page.contains(" style=") && !page.contains("<script>"), "{name}: the content policy forbids it");
        for text in page.split('>').filter_map(|p| p.split('<').next()) {
            assert!(!text.starts_with("queue.") && !text.contains('{'), "{name} {lang:?}: {text}");
        }
    }
}

#[test]
fn every_form_that_writes_carries_a_key() {
    for (_, name, page) in all() {
        for form in page.split("<form").skip(1).map(|f| f.split("</form>").next().unwrap()) {
            assert!(!form.contains("method=\"post\"") || form.contains("name=\"_once\""), "{name}: {form}");
        }
    }
}

#[test]
fn links_and_forms_stay_in_their_language() {
    for (name, page) in pages(Lang::En) {
        for to in [" href=\"/", " action=\"/"].iter().flat_map(|a| page.split(a).skip(1)) {
            let out = to.split('>').next().unwrap().contains("lang=\"zh");
            assert!(out || ["en/", "assets/"].iter().any(|p| to.starts_with(p)) || to.starts_with("en\""), "{name}: /{}", to.split('"').next().unwrap());
        }
    }
}

#[test]
fn ids_are_used_once_and_labels_have_a_field() {
    for (_, name, page) in all() {
        let ids: Vec<&str> = page.split(" id=\"").skip(1).map(|p| p.split('"').next().unwrap()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: {ids:?}");
        for to in page.split(" for=\"").skip(1).map(|p| p.split('"').next().unwrap()) {
            assert!(ids.contains(&to), "{name}: a label for {to}");
        }
    }
}

#[test]
fn the_head_says_a_place_once() {
    for (lang, name, page) in all().filter(|(_, name, _)| name.starts_with("guide")) {
        let head = page.split("<header").nth(1).unwrap().split("</header>").next().unwrap();
        assert_eq!(head.matches(if lang == Lang::Zh { ">引导" } else { ">Guide" }).count(), 1, "{name} {lang:?}");
    }
}

/// The keys of the counter in each state (UX §3.3): three of them make the whole cycle.
#[test]
fn the_counter_has_the_keys_of_its_state() {
    let keys = |state: &str| -> BTreeSet<String> {
        let (_, page) = pages(Lang::Zh).into_iter().find(|(n, _)| *n == state).unwrap();
        page.split("data-key=\"").skip(1).map(|p| p.split('"').next().unwrap().to_owned()).collect()
    };
    let set = |all: &[&str]| -> BTreeSet<String> { all.iter().map(|k| (*k).to_owned()).collect() };
    assert_eq!(keys("desk-idle"), set(&["Space", "b", "?"]));
    assert_eq!(keys("desk-called"), set(&["Enter", "c", "n", "u", "t", "g", "b", "?"]));
    assert_eq!(keys("desk-serving"), set(&["Space", "Enter", "h", "t", "g", "b", "?"]));
    assert_eq!(keys("desk-undo"), set(&["Space", "u", "g", "b", "?"]));
    assert_eq!(keys("desk-paused"), set(&["g", "b", "?"]));
}
