#![allow(clippy::unwrap_used)]
use std::path::Path;

use super::*;

/// The project itself: what is planned must fit the lists as they stand.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
fn text<'a>(all: &'a [(PathBuf, String)], ends: &str) -> &'a str {
    all.iter().find(|(p, _)| p.ends_with(ends)).map(|(_, t)| t.as_str()).unwrap()
}

#[test]
fn a_new_slice_is_entered_once_in_every_list() {
    let all = plan(&root(), "lanterns", "Lanterns on loan for the festival.").unwrap();
    let check = |ends: &str, wants: &[&str]| {
        for want in wants {
            assert_eq!(text(&all, ends).matches(want).count(), 1, "{ends}: {want}");
        }
    };
    let root_toml = all.iter().find(|(p, _)| *p == root().join("Cargo.toml")).map(|(_, t)| t.as_str()).unwrap();
    for want in [", \"crates/lanterns\"]", "\nlanterns = { path = \"crates/lanterns\" }\n"] {
        assert_eq!(root_toml.matches(want).count(), 1, "{want}");
    }
    check("crates/server/Cargo.toml", &["\nlanterns.workspace = true\n"]);
    check("crates/server/src/slices.rs", &["&lanterns::SLICE, &crate::SLICE"]);
    check("crates/it/tests/it/tidy.rs", &["    (\"lanterns\", &[\"kernel\", "]);
    assert_eq!(text(&all, "crates/it/tests/it/tidy.rs").matches(", \"lanterns\"]").count(), 2, "server and it may use it");
    check("docs/authz.csv", &["\nGET,/lanterns,open,Nothing,,Read,lanterns.list\n"]);
    check("ARCHITECTURE.md", &["\n| `lanterns` | Lanterns on loan for the festival | kernel, store, web, places |\n"]);
    check("crates/lanterns/migrations/0001-lanterns.sql", &["create table lanterns_entry"]);
    assert!(all.iter().all(|(_, t)| !t.contains("{{")), "nothing is left to fill in");
}

#[test]
fn lists_that_are_broken_over_lines_are_entered_too() {
    assert_eq!(into_list("a = [\n  \"x\",\n  \"y\",\n];", "a = [", "z").unwrap(), "a = [\n  \"x\",\n  \"y\", \"z\"];");
    assert!(into_list("a = [\"x\"", "a = [", "z").is_err());
    assert!(before("a a", "a", "b").is_err() && before("b", "a", "b").is_err());
}

#[test]
fn a_bad_or_known_name_is_refused() {
    let refused = |name: &str, what: &str| plan(&root(), name, what).unwrap_err().to_string();
    for name in ["", "ab", "Lanterns", "lan-terns", "lan_terns", "lanterns2", "../etc", "a".repeat(21).as_str(), "灯笼"] {
        assert!(refused(name, "Lanterns on loan.").contains("is no name"), "{name}");
    }
    for (name, why) in [
        ("hall", "there already"),
        ("async", "has a meaning"),
        ("csv", "dependency of the workspace"),
        ("errands", "pages below /errands"),
        ("book", "pages below /book"),
        ("slot", "sentences that begin with slot."),
    ] {
        let said = refused(name, "Lanterns on loan.");
        assert!(said.contains(why), "{name}: {said}");
    }
    for what in ["", "abc", "a \"quoted\" thing", "two\nlines of it", "braces {here}", &"x".repeat(161)] {
        assert!(refused("lanterns", what).contains("one plain sentence"), "{what}");
    }
}
