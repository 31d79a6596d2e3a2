//! Every page with every sample, in zh and en, plain and elder: one `h1`, labels, no missing word, links that keep the language.

use std::sync::Arc;

use kernel::{Both, Instant, Lang, TimeZone};
use server::slices::SLICES;
use web::{Ask, District};

fn ask(lang: Lang, elder: bool) -> Ask {
    let time = TimeZone::named("Asia/Shanghai", 240).unwrap();
    let now = time.parse("2026-11-24T10:08").unwrap_or(Instant::from_micros(0));
    let district = District { name: Both::new("郑东新区", "Zhengdong New District"), time, sample: true };
    Ask { elder, ..Ask::sample(lang, server::open::words().unwrap(), Arc::new(district), now) }
}

fn pages(lang: Lang, elder: bool) -> Vec<(String, String)> {
    let ask = ask(lang, elder);
    SLICES
        .iter()
        .filter_map(|s| Some((s.name, s.samples?)))
        .flat_map(|(name, samples)| {
            samples(&ask).into_iter().map(move |(page, markup)| (format!("{name}/{page} {}", if elder { "elder" } else { "" }), markup.0))
        })
        .collect()
}

fn all() -> Vec<(Lang, String, String)> {
    let mut all = Vec::new();
    for lang in [Lang::Zh, Lang::En] {
        for elder in [false, true] {
            all.extend(pages(lang, elder).into_iter().map(|(n, p)| (lang, n, p)));
        }
    }
    all
}

#[test]
fn every_sample_is_a_whole_page() {
    let all = all();
    assert!(all.len() > 4 * 40, "only {} samples", all.len());
    for (lang, name, page) in &all {
        let say = format!("{name} {}", lang.code());
        assert_eq!(page.matches("<h1").count(), 1, "{say}: h1");
        assert!(page.contains("id=\"main\""), "{say}: no main");
        assert!(page.contains(if *lang == Lang::Zh { "<html lang=\"zh-CN\"" } else { "<html lang=\"en\"" }), "{say}: lang");
        for bad in [" style=", " onclick=", "<style", "javascript:"] {
            assert!(!page.contains(bad), "{say}: {bad} (the content policy forbids it)");
        }
        assert!(!page.contains("<script>"), "{say}: inline script");
    }
}

#[test]
fn no_word_is_missing() {
    let words = server::open::words().unwrap();
    let prefixes: std::collections::BTreeSet<String> = words.keys().map(|k| k.split('.').next().unwrap().to_owned()).collect();
    for (lang, name, page) in all() {
        for text in page.split('>').filter_map(|p| p.split('<').next()) {
            let text = text.trim();
            let looks = text.len() < 60
                && text.contains('.')
                && !text.contains(' ')
                && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_')
                && prefixes.contains(text.split('.').next().unwrap())
                && !words.has(text);
            assert!(!looks, "{name} {}: the word {text} is missing", lang.code());
            assert!(!text.contains('{') || text.contains("&quot;"), "{name} {}: {text} is not filled in", lang.code());
        }
    }
}

#[test]
fn every_input_has_a_label() {
    for (lang, name, page) in all() {
        for tag in ["<input", "<select", "<textarea"] {
            for part in page.split(tag).skip(1) {
                let input = part.split('>').next().unwrap();
                if ["type=\"hidden\"", "type=\"radio\"", "type=\"checkbox\"", "type=\"submit\"", "aria-label="].iter().any(|ok| input.contains(ok)) {
                    continue;
                }
                let id = input.split(" id=\"").nth(1).and_then(|i| i.split('"').next()).unwrap_or_default();
                assert!(!id.is_empty() && page.contains(&format!("for=\"{id}\"")), "{name} {}: {tag}{input}> has no label", lang.code());
            }
        }
    }
}

#[test]
fn links_keep_the_language() {
    for (name, page) in pages(Lang::En, false) {
        for attr in [" href=\"/", " action=\"/"] {
            for part in page.split(attr).skip(1) {
                let to = part.split('"').next().unwrap();
                let outside = ["en", "assets/", "sse/", "device/beat", "api/", "openapi.json", "health"].iter().any(|p| to.starts_with(p)) || part.split('>').next().unwrap().contains("lang=\"zh")
                    // The kiosk's way home forgets the person, and the language with them.
                    || to == "k"
                    || to.starts_with("k?");
                assert!(outside, "{name}: /{to} leaves English");
            }
        }
    }
}

#[test]
fn every_form_carries_a_key() {
    for (lang, name, page) in all() {
        for part in page.split("<form").skip(1) {
            let form = part.split("</form>").next().unwrap();
            let head = form.split('>').next().unwrap();
            let cookie_setter = ["/in", "/out", "/demo/", "/admin/start", "enrol", "/me/", "/k/card", "/k/keys"].iter().any(|p| head.contains(p));
            if head.contains("method=\"post\"") && !cookie_setter {
                assert!(form.contains("name=\"_once\""), "{name} {}: a form without a key: {head}", lang.code());
            }
        }
    }
}

/// English pages hold no Chinese sentence, but names of persons, papers, laws and the other language's own name.
#[test]
fn english_pages_are_english() {
    let words = server::open::words().unwrap();
    let zh: std::collections::BTreeSet<&str> =
        words.keys().map(|k| words.get(Lang::Zh, k)).filter(|s| s.chars().count() > 3 && s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))).collect();
    for (name, page) in pages(Lang::En, false) {
        for text in page.split('>').filter_map(|p| p.split('<').next()) {
            assert!(!zh.contains(text.trim()), "{name}: {text} on an English page");
        }
    }
}
