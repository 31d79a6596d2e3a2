//! The building stays as drawn: dependencies, where SQL may stand, table prefixes, words, files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn files(folder: &Path, ends: &str, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !["target", "node_modules", ".git", "assets"].contains(&entry.file_name().to_string_lossy().as_ref()) {
                files(&path, ends, out);
            }
        } else if path.to_string_lossy().ends_with(ends) {
            out.push(path);
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let mut all = Vec::new();
    files(&root().join("crates"), ".rs", &mut all);
    files(&root().join("xtask"), ".rs", &mut all);
    all.into_iter().map(|p| (p.strip_prefix(root()).unwrap().to_string_lossy().into_owned(), fs::read_to_string(&p).unwrap())).collect()
}

/// What each crate may use of ours. The table in ARCHITECTURE.md is this one.
const MAY_USE: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("store", &["kernel"]),
    ("facts", &["kernel", "store"]),
    ("web", &["kernel", "store"]),
    ("people", &["kernel", "store", "facts", "web"]),
    ("places", &["kernel", "store", "facts", "web"]),
    ("queue", &["kernel", "store", "facts", "web", "people", "places"]),
    ("capacity", &["kernel", "store", "facts", "web", "people", "places"]),
    ("hall", &["kernel", "store", "facts", "web", "people", "places", "queue", "capacity"]),
    ("shops", &["kernel", "store", "web", "places", "queue"]),
    ("venues", &["kernel", "store", "facts", "web", "people", "places", "capacity"]),
    ("server", &["kernel", "store", "facts", "web", "people", "places", "queue", "capacity", "hall", "venues", "shops"]),
    ("it", &["kernel", "store", "facts", "web", "people", "places", "queue", "capacity", "hall", "venues", "shops", "server"]),
];

#[test]
fn a_crate_uses_only_what_lies_below_it() {
    let names: BTreeSet<&str> = MAY_USE.iter().map(|(n, _)| *n).collect();
    let folders: BTreeSet<String> = fs::read_dir(root().join("crates")).unwrap().flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(folders, names.iter().map(|n| (*n).to_owned()).collect(), "a crate is missing in the table, or the table names one that is not there");
    for (name, may) in MAY_USE {
        let manifest: toml::Table = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap().parse().unwrap();
        let deps = manifest.get("dependencies").and_then(|d| d.as_table()).cloned().unwrap_or_default();
        for dep in deps.keys().filter(|d| names.contains(d.as_str())) {
            assert!(may.contains(&dep.as_str()), "{name} uses {dep}, which is not below it");
        }
    }
}

#[test]
fn sql_stands_only_in_rows_and_migrations() {
    let verbs = ["insert into ", "update ", "delete from ", "select "];
    for (path, text) in sources() {
        let allowed = path.contains("/rows/")
            || path.starts_with("crates/store/")
            || path.contains("/tests/")
            || path.contains("/examples/")
            || path.starts_with("crates/it/")
            || path.starts_with("xtask/");
        if allowed {
            continue;
        }
        for (n, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            let Some((_, literal)) = code.split_once('"') else { continue };
            let sql = verbs.iter().any(|v| literal.starts_with(v))
                && (literal.contains(" from ") || literal.contains(" set ") || literal.contains(" into ") || literal.contains(" values"));
            assert!(!sql, "{path}:{} holds SQL", n + 1);
        }
    }
}

#[test]
fn a_statement_names_only_its_own_tables() {
    let tables = tables();
    for (path, text) in sources().into_iter().filter(|(p, _)| p.contains("/rows/")) {
        let own = path.split('/').nth(1).unwrap();
        for (n, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for word in code.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                if let Some(owner) = tables.get(word) {
                    assert_eq!(owner, own, "{path}:{} names {word}", n + 1);
                }
            }
        }
    }
}

fn tables() -> BTreeMap<String, String> {
    let mut all = Vec::new();
    files(&root().join("crates"), ".sql", &mut all);
    let mut tables = BTreeMap::new();
    for path in all {
        let owner = path.strip_prefix(root().join("crates")).unwrap().iter().next().unwrap().to_string_lossy().into_owned();
        for line in fs::read_to_string(&path).unwrap().lines() {
            if let Some(rest) = line.trim_start().strip_prefix("create table ") {
                let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                assert!(name.starts_with(&format!("{owner}_")), "{}: {name} lacks the prefix {owner}_", path.display());
                tables.insert(name, owner.clone());
            }
        }
    }
    tables
}

#[test]
fn engines_are_named_only_in_store_and_configuration() {
    for (path, text) in sources() {
        if path.starts_with("crates/store/")
            || path.starts_with("crates/it/")
            || path.starts_with("xtask/")
            || path.contains("/tests/")
            || path.contains("/examples/")
            || path.starts_with("crates/server/src/commands")
            || path.starts_with("crates/server/src/open")
        {
            continue;
        }
        for (n, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            assert!(!code.contains("rusqlite") && !code.contains("postgres::"), "{path}:{} names an engine", n + 1);
        }
    }
}

#[test]
fn the_list_of_migrations_is_the_folder() {
    for slice in server::slices::SLICES {
        let folder = root().join("crates").join(slice.name).join("migrations");
        let mut there: Vec<String> =
            fs::read_dir(&folder).map(|d| d.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect()).unwrap_or_default();
        there.sort();
        let listed: Vec<&str> = slice.migrations.files.iter().map(|(f, _)| *f).collect();
        assert_eq!(there, listed, "{}", slice.name);
    }
}

#[test]
fn every_word_used_exists_and_every_sentence_is_clean() {
    let words = server::open::words().unwrap();
    let mut used = BTreeSet::new();
    for (path, text) in sources() {
        if path.contains("/examples/") || path.contains("/tests/") || path.starts_with("crates/it/") || path.starts_with("xtask/") {
            continue;
        }
        for call in [".t(\"", ".tf(\"", "Refusal::conflict(\"", "Refusal::invalid(\"", "Refusal::with(\"", "Refuse::status("] {
            for part in text.split(call).skip(1) {
                let part = if call == "Refuse::status(" { part.split_once('"').map_or("", |(_, p)| p) } else { part };
                let key = part.split('"').next().unwrap_or_default();
                if key.contains('{') || key.is_empty() || !key.is_ascii() {
                    continue;
                }
                used.insert(key.to_owned());
                assert!(words.has(key), "{path} uses the word {key}, which no words.toml has");
            }
        }
    }
    assert!(used.len() > 150, "only {} words were found in use", used.len());
    for key in words.keys() {
        let (zh, en) = (words.get(kernel::Lang::Zh, key), words.get(kernel::Lang::En, key));
        for bad in ["稍后再试", "系统繁忙", "非法"] {
            assert!(!zh.contains(bad), "{key}: {bad}");
        }
        for bad in ["please try again later", "invalid"] {
            assert!(!en.to_lowercase().contains(bad), "{key}: {bad}");
        }
        let args = |text: &str| text.split('{').skip(1).filter_map(|p| p.split_once('}').map(|(n, _)| n.to_owned())).collect::<BTreeSet<_>>();
        assert_eq!(args(zh), args(en), "{key}: zh and en fill in different values");
    }
}

#[test]
fn nothing_is_left_undone_in_the_source() {
    let undone = [concat!("to", "do!"), concat!("unimpl", "emented!"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("#[ign", "ore")];
    for (path, text) in sources() {
        for mark in undone {
            assert!(!text.contains(mark), "{path}: {mark}");
        }
    }
}

/// Framework code stays smaller than the capabilities it carries. Printed always; fails when the building is upside down.
#[test]
fn the_frame_is_smaller_than_the_rooms() {
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for (path, text) in sources() {
        let name = if path.starts_with("xtask") { "xtask" } else { path.split('/').nth(1).unwrap() };
        *lines.entry(name.to_owned()).or_default() += text.lines().count();
    }
    let sum = |names: &[&str]| names.iter().map(|n| lines.get(*n).copied().unwrap_or(0)).sum::<usize>();
    let (frame, rooms) = (sum(&["store", "web", "xtask", "it"]), sum(&["people", "places", "queue", "hall"]));
    eprintln!("{lines:?}\nframe {frame} · rooms {rooms}");
    assert!(frame < rooms, "frame {frame} lines, rooms {rooms}");
}
