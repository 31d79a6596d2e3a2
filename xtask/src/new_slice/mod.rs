//! `new-slice NAME "what it is"`: a crate that compiles, renders and is tested, entered in every list that must know it.
//!
//! Everything is worked out before anything is written, so a name that is refused leaves no trace.

#[cfg(test)]
mod tests;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::Args;

#[derive(Args)]
pub struct NewSlice {
    /// The crate's name, also the prefix of its tables, words and route: 3 to 20 small letters.
    name: String,
    /// What it is, as one English sentence.
    what: String,
}

/// File below `crates/NAME`, and its template.
const TEMPLATES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("templates/Cargo.toml.txt")),
    ("words.toml", include_str!("templates/words.toml.txt")),
    ("migrations/0001-{{name}}.sql", include_str!("templates/migration.sql.txt")),
    ("src/lib.rs", include_str!("templates/lib.rs.txt")),
    ("src/slice.rs", include_str!("templates/slice.rs.txt")),
    ("src/api.rs", include_str!("templates/api.rs.txt")),
    ("src/rows/mod.rs", include_str!("templates/rows/mod.rs.txt")),
    ("src/pages/mod.rs", include_str!("templates/pages/mod.rs.txt")),
    ("src/tests/mod.rs", include_str!("templates/tests/mod.rs.txt")),
];

/// What the generated crate may use, for the table of `it/tidy.rs`.
const USES: &str = r#""kernel", "store", "web", "places""#;

/// Words that are no crate's name: the language's, and those with a meaning to cargo.
const TAKEN: &[&str] = &[
    "abstract",
    "alloc",
    "async",
    "await",
    "become",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "default",
    "deps",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "for",
    "gen",
    "impl",
    "incremental",
    "let",
    "loop",
    "macro",
    "main",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "target",
    "test",
    "tests",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "xtask",
    "yield",
];

/// Writes the crate and enters it, then formats what was touched.
///
/// # Errors
/// A bad or known name; a list that does not look as expected. Nothing is written then.
pub fn run(args: &NewSlice) -> Result<()> {
    let root = Path::new(".");
    let (name, what) = (args.name.as_str(), args.what.trim());
    let all = plan(root, name, what)?;
    for (path, text) in &all {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        fs::write(path, text).with_context(|| path.display().to_string())?;
        println!("{}", path.display());
    }
    // The lists grew by a name: lines may have to be broken anew.
    let formatted = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args(["fmt", "-p", name, "-p", "server", "-p", "it"]).status()?;
    if !formatted.success() {
        bail!("cargo fmt failed");
    }
    println!(
        "\nnow: cargo nextest run -p {name} && cargo nextest run -p it tidy render policy\nthen read docs/guides/add-a-capability.md from step 2, and the new row of docs/authz.csv"
    );
    Ok(())
}

/// Every file with its new text: those of the crate, and the lists that must know it.
fn plan(root: &Path, name: &str, what: &str) -> Result<Vec<(PathBuf, String)>> {
    let read = |path: &str| fs::read_to_string(root.join(path)).with_context(|| format!("{path}: run this from the project's folder"));
    check(root, name, what, &read("Cargo.toml")?, &read("docs/authz.csv")?)?;
    let mut all: Vec<_> =
        TEMPLATES.iter().map(|(path, text)| (root.join("crates").join(name).join(filled(path, name, what)), filled(text, name, what))).collect();
    let lists: [(&str, fn(&str, &str) -> Result<String>); 6] = [
        ("Cargo.toml", workspace),
        ("crates/server/Cargo.toml", server),
        ("crates/server/src/slices.rs", slices),
        ("crates/it/tests/it/tidy.rs", tidy),
        ("docs/authz.csv", routes),
        ("ARCHITECTURE.md", map),
    ];
    for (path, enter) in lists {
        all.push((root.join(path), enter(&read(path)?, name).with_context(|| path.to_owned())?));
    }
    // The map says what it is.
    if let Some((_, map)) = all.last_mut() {
        *map = map.replace("{{what}}", what.trim_end_matches('.'));
    }
    Ok(all)
}

fn check(root: &Path, name: &str, what: &str, workspace: &str, routes: &str) -> Result<()> {
    if !(3..=20).contains(&name.len()) || !name.bytes().all(|b| b.is_ascii_lowercase()) {
        bail!("{name:?} is no name: 3 to 20 small letters, nothing else");
    }
    if TAKEN.contains(&name) {
        bail!("{name} has a meaning to Rust or cargo already");
    }
    if root.join("crates").join(name).exists() {
        bail!("crates/{name} is there already");
    }
    if workspace.lines().any(|l| l.starts_with(&format!("{name} = "))) {
        bail!("{name} is a dependency of the workspace already");
    }
    if routes.lines().any(|l| l.split(',').nth(1).is_some_and(|path| path.split('/').nth(1) == Some(name))) {
        bail!("there are pages below /{name} already");
    }
    for slice in fs::read_dir(root.join("crates"))?.flatten() {
        let words = fs::read_to_string(slice.path().join("words.toml")).unwrap_or_default();
        if words.lines().any(|l| l.starts_with(&format!("[{name}."))) {
            bail!("{} has sentences that begin with {name}.", slice.path().display());
        }
    }
    if !(5..=160).contains(&what.chars().count()) || what.chars().any(|c| c.is_control() || "\"\\{}`|<>".contains(c)) {
        bail!("say what it is in one plain sentence of 5 to 160 characters");
    }
    Ok(())
}

fn filled(text: &str, name: &str, what: &str) -> String {
    let (first, rest) = name.split_at(1);
    text.replace("{{name}}", name).replace("{{Name}}", &format!("{}{rest}", first.to_uppercase())).replace("{{what}}", what)
}

/// Puts `new` before the only place where `mark` stands.
fn before(text: &str, mark: &str, new: &str) -> Result<String> {
    let mut found = text.match_indices(mark);
    match (found.next(), found.next()) {
        (Some((at, _)), None) => Ok(format!("{}{new}{}", &text[..at], &text[at..])),
        (None, _) => bail!("{mark:?} is not there"),
        _ => bail!("{mark:?} stands twice"),
    }
}
/// Adds a quoted word to the list that begins behind `mark` and ends with the next `]`.
fn into_list(text: &str, mark: &str, word: &str) -> Result<String> {
    let (head, rest) = text.split_once(mark).with_context(|| format!("{mark:?} is not there"))?;
    if rest.contains(mark) {
        bail!("{mark:?} stands twice");
    }
    let (list, tail) = rest.split_once(']').context("the list does not end")?;
    let list = list.trim_end().trim_end_matches(',');
    Ok(format!("{head}{mark}{list}, \"{word}\"]{tail}"))
}

fn workspace(text: &str, name: &str) -> Result<String> {
    let text = into_list(text, "members = [", &format!("crates/{name}"))?;
    before(&text, "server = { path", &format!("{name} = {{ path = \"crates/{name}\" }}\n"))
}
fn server(text: &str, name: &str) -> Result<String> {
    before(text, "anyhow.workspace = true\n", &format!("{name}.workspace = true\n"))
}
fn slices(text: &str, name: &str) -> Result<String> {
    before(text, "&crate::SLICE", &format!("&{name}::SLICE, "))
}
fn tidy(text: &str, name: &str) -> Result<String> {
    let text = before(text, "    (\"server\", &[", &format!("    (\"{name}\", &[{USES}]),\n"))?;
    let text = into_list(&text, "(\"server\", &[", name)?;
    into_list(&text, "(\"it\", &[", name)
}
fn routes(text: &str, name: &str) -> Result<String> {
    let (head, rows) = text.split_once('\n').context("no head line")?;
    let new = format!("GET,/{name},open,Nothing,,Read,{name}.list");
    let mut rows: Vec<&str> = rows.lines().chain([new.as_str()]).collect();
    rows.sort_unstable();
    Ok(format!("{head}\n{}\n", rows.join("\n")))
}
fn map(text: &str, name: &str) -> Result<String> {
    before(text, "| `server` | commands", &format!("| `{name}` | {{{{what}}}} | {} |\n", USES.replace('"', "")))
}
