//! Every refusal has its sentence in both languages, with the same places to fill.

use std::{collections::BTreeSet, fs, path::Path};

fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                sources(&path, all);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
fn places(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|s| s.split_once('}').map(|(name, _)| name)).collect()
}

#[test]
fn every_refusal_is_said_in_both_languages() {
    let words: toml::Table = crate::WORDS.parse().unwrap();
    let said = |code: &str| -> Option<(String, String)> {
        let (group, name) = code.split_once('.')?;
        let entry = words.get(group)?.get(name)?;
        Some((entry.get("zh")?.as_str()?.to_owned(), entry.get("en")?.as_str()?.to_owned()))
    };
    let mut all = String::new();
    sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path(), &mut all);
    let mut seen = 0;
    for how in ["conflict(\"", "invalid(\"", "Refusal::with(\"", "says(\"", "bad(\""] {
        for rest in all.split(how).skip(1) {
            let code = rest.split('"').next().unwrap();
            let (zh, en) = said(code).unwrap_or_else(|| panic!("{code} has no sentence"));
            assert_eq!(places(&zh), places(&en), "{code}");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen}");
}
