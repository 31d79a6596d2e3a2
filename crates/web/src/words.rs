//! Every sentence, zh and en side by side, from the slices' `words.toml`.

use std::{collections::HashMap, sync::Arc};

use kernel::{Both, Lang, Refusal};

/// All sentences of the program. Cheap to clone.
#[derive(Clone, Default)]
pub struct Words(Arc<HashMap<String, Both>>);

impl Words {
    /// Reads the crates' files. Keys are `table.entry`: `[ticket.called] zh = … en = …`.
    ///
    /// # Errors
    /// The first entry without zh or en, or defined twice; a test loads them all.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, String> {
        let mut all = HashMap::new();
        for (crate_name, text) in files {
            let table: toml::Table = text.parse().map_err(|e| format!("{crate_name}/words.toml: {e}"))?;
            walk(crate_name, "", &table, &mut all)?;
        }
        Ok(Self(Arc::new(all)))
    }
    /// The sentence in `lang`; the key itself when it is missing (a test finds every such key).
    pub fn get<'a>(&'a self, lang: Lang, key: &'a str) -> &'a str {
        match self.0.get(key) {
            Some(both) => both.get(lang),
            None => key,
        }
    }
    /// Whether there is such a sentence.
    pub fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }
    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
    /// The sentence with `{name}` filled in.
    pub fn fill(&self, lang: Lang, key: &str, args: &[(&str, &str)]) -> String {
        let mut text = self.get(lang, key).to_owned();
        for (name, value) in args {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        if lang == Lang::Zh { spaced(&text) } else { text }
    }
    /// A refusal's sentence.
    pub fn refusal(&self, lang: Lang, refusal: &Refusal) -> String {
        self.fill(lang, refusal.code, &refusal.args_in(lang))
    }
}

fn walk(crate_name: &str, prefix: &str, table: &toml::Table, all: &mut HashMap<String, Both>) -> Result<(), String> {
    for (name, value) in table {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let Some(inner) = value.as_table() else {
            if name == "note" {
                continue;
            }
            return Err(format!("{crate_name}/words.toml: {key} is no table"));
        };
        let text = |lang: &str| inner.get(lang).and_then(|v| v.as_str());
        match (text("zh"), text("en")) {
            (Some(zh), Some(en)) => {
                if all.insert(key.clone(), Both::new(spaced(zh), en)).is_some() {
                    return Err(format!("{crate_name}/words.toml: {key} stands twice"));
                }
                let rest: toml::Table = inner.iter().filter(|(_, v)| v.is_table()).map(|(k, v)| (k.clone(), v.clone())).collect();
                walk(crate_name, &key, &rest, all)?;
            }
            (None, None) => walk(crate_name, &key, inner, all)?,
            (zh, _) => return Err(format!("{crate_name}/words.toml: {key} lacks {}", if zh.is_some() { "en" } else { "zh" })),
        }
    }
    Ok(())
}

/// Puts a thin space between Han and digits or Latin letters, where none is.
pub fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before: Option<char> = None;
    for c in text.chars() {
        if let Some(b) = before
            && ((han(b) && latin(c)) || (latin(b) && han(c)))
        {
            out.push('\u{2009}');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

fn han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}
fn latin(c: char) -> bool {
    c.is_ascii_alphanumeric()
}
