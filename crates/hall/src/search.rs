//! Search over the catalogue (办事搜索). Pure: documents in, ranked hits out. No dictionary, so a new word works at once.
//!
//! Han in overlapping bigrams, Latin by word, pinyin initials (`sfz` → 身份证) and whole syllables without tones (`yibao` → 医保), BM25 per field, curated synonyms that are shown to the reader.
//! Source: work.md §2.2–2.4 and registries.md §5; k1 and b are BM25's usual ones (Robertson & Zaragoza 2009). Becomes the registry `search` with its second user.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pinyin::ToPinyin;

use crate::taxonomy::Synonym;

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Weight of a word that the reader did not type [A].
const SYNONYM: f64 = 0.6;
/// Weight of a bigram or word that says little [A].
const FILLER: f64 = 0.3;
/// Weight of a term found by its first or last character alone [A].
const SINGLE: f64 = 0.5;
/// Weight of pinyin initials that are exactly a whole phrase; a part of one counts by its share [A].
const INITIALS: f64 = 3.0;
/// What initials count that are only a part of a name, at the least; the rest grows with the part [A].
const INITIALS_PART: f64 = 0.4;
/// Shortest word that is read as syllables [A]: two letters begin too many.
const SPELLED_LEAST: usize = 3;
/// Hits below this share of the best one are left out [A].
const FLOOR: f64 = 0.12;
const FILLER_HAN: &str = "的了吗呢么在是我想要";
const FILLER_WORDS: &[&str] = &["a", "an", "the", "of", "to", "for", "in", "my", "i", "is", "do", "how", "and", "or", "your", "you", "want", "need"];

/// A document: its id, its fields with their weights, and the texts whose pinyin initials are known.
#[derive(Clone, Debug, Default)]
pub struct Doc {
    /// Code or name; ties are broken by it.
    pub id: String,
    /// Weight and text.
    pub fields: Vec<(f64, String)>,
    /// Texts that can be found by initials.
    pub initials: Vec<String>,
}

/// A ranked hit.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Id of the document.
    pub id: String,
    /// The higher, the better.
    pub score: f64,
}

/// What a question found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Words that were also searched, as the reader should see them.
    pub also: Vec<String>,
}

/// An index over one kind of documents.
#[derive(Debug, Default)]
pub struct Index {
    ids: Vec<String>,
    terms: BTreeMap<String, Vec<Posting>>,
    /// How many documents hold a term, in whatever field.
    held_by: HashMap<String, usize>,
    /// Mean length of each field.
    mean: Vec<f64>,
    initials: Vec<(usize, String)>,
    spelled: Vec<(usize, Spelled)>,
    synonyms: Vec<Synonym>,
}

/// A run of Han by its syllables, without tones: `yibaocanbao` with where each begins.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spelled {
    letters: String,
    starts: Vec<usize>,
}

#[derive(Debug)]
struct Posting {
    doc: usize,
    field: usize,
    weight: f64,
    count: f64,
    length: f64,
}

impl Index {
    /// Builds the index. Documents of one index have the same fields in the same order.
    pub fn build(docs: &[Doc], synonyms: &[Synonym]) -> Self {
        let mut index =
            Self { synonyms: synonyms.iter().map(|s| Synonym { word: fold(&s.word), other: fold(&s.other), ..s.clone() }).collect(), ..Self::default() };
        let mut lengths: Vec<f64> = Vec::new();
        for (n, doc) in docs.iter().enumerate() {
            index.ids.push(doc.id.clone());
            let mut seen = BTreeSet::new();
            for (field, (weight, text)) in doc.fields.iter().enumerate() {
                let terms = terms_of(&fold(text));
                let length = terms.len() as f64;
                if lengths.len() <= field {
                    lengths.resize(field + 1, 0.0);
                }
                lengths[field] += length;
                let mut counts: BTreeMap<String, f64> = BTreeMap::new();
                for term in terms {
                    *counts.entry(term).or_default() += 1.0;
                }
                for (term, count) in counts {
                    index.terms.entry(term.clone()).or_default().push(Posting { doc: n, field, weight: *weight, count, length });
                    seen.insert(term);
                }
            }
            for term in seen {
                *index.held_by.entry(term).or_default() += 1;
            }
            let initials: BTreeSet<String> = doc.initials.iter().flat_map(|text| initials_of(&fold(text))).collect();
            index.initials.extend(initials.into_iter().map(|i| (n, i)));
            let spelled: BTreeSet<Spelled> = doc.initials.iter().flat_map(|text| spelled_of(&fold(text))).collect();
            index.spelled.extend(spelled.into_iter().map(|s| (n, s)));
        }
        index.mean = lengths.iter().map(|sum| (sum / docs.len().max(1) as f64).max(1.0)).collect();
        index
    }

    /// The best `limit` hits among documents that `keep` lets through.
    pub fn search(&self, asked: &str, limit: usize, keep: &dyn Fn(&str) -> bool) -> Found {
        let asked = fold(asked);
        let mut terms: BTreeMap<String, f64> = BTreeMap::new();
        let weigh = |terms: &mut BTreeMap<String, f64>, term: String, weight: f64| {
            let there = terms.entry(term).or_default();
            *there = there.max(weight);
        };
        for (term, weight) in self.asked_terms(&asked) {
            weigh(&mut terms, term, weight);
        }
        let others = self.others(&asked);
        let mut also = Vec::new();
        for other in others {
            let found: Vec<_> = self.asked_terms(&other).into_iter().filter(|(t, _)| self.terms.contains_key(t)).collect();
            if !found.is_empty() {
                also.push(other);
            }
            for (term, weight) in found {
                weigh(&mut terms, term, weight * SYNONYM);
            }
        }
        let mut scores = vec![0.0; self.ids.len()];
        for (term, weight) in &terms {
            self.add_term(&mut scores, term, *weight);
        }
        let words: Vec<String> = runs(&asked).into_iter().filter(|r| r.len() >= 2 && r.bytes().all(|b| b.is_ascii_lowercase())).collect();
        for word in &words {
            self.add_initials(&mut scores, word);
        }
        // `yi bao` is typed as often as `yibao`.
        let joined = (words.len() > 1).then(|| words.concat());
        for word in words.iter().chain(&joined) {
            self.add_spelled(&mut scores, word);
        }
        let mut hits: Vec<Hit> =
            self.ids.iter().zip(scores).filter(|(id, score)| *score > 0.0 && keep(id)).map(|(id, score)| Hit { id: id.clone(), score }).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
        let floor = hits.first().map_or(0.0, |h| h.score * FLOOR);
        hits.retain(|h| h.score >= floor);
        hits.truncate(limit);
        Found { hits, also }
    }

    fn idf(&self, held_by: usize) -> f64 {
        let (n, df) = (self.ids.len() as f64, held_by as f64);
        (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
    }

    fn add_term(&self, scores: &mut [f64], term: &str, weight: f64) {
        let Some(postings) = self.terms.get(term) else { return };
        let idf = self.idf(self.held_by.get(term).copied().unwrap_or_default());
        for p in postings {
            let norm = K1 * (1.0 - B + B * p.length / self.mean[p.field]);
            scores[p.doc] += weight * p.weight * idf * p.count * (K1 + 1.0) / (p.count + norm);
        }
    }

    fn add_initials(&self, scores: &mut [f64], word: &str) {
        let mut best: BTreeMap<usize, f64> = BTreeMap::new();
        for (doc, initials) in self.initials.iter().filter(|(_, i)| i.contains(word)) {
            let share = INITIALS_PART + (1.0 - INITIALS_PART) * word.len() as f64 / initials.len() as f64;
            let there = best.entry(*doc).or_default();
            *there = there.max(share);
        }
        let idf = self.idf(best.len());
        for (doc, share) in best {
            scores[doc] += INITIALS * share * idf;
        }
    }

    /// A word of the index is that word, whatever else it may spell (`can` → 参); the last syllable may be half typed.
    fn add_spelled(&self, scores: &mut [f64], word: &str) {
        if word.len() < SPELLED_LEAST || self.terms.contains_key(&stem(word)) {
            return;
        }
        let mut best: BTreeMap<usize, f64> = BTreeMap::new();
        for (doc, s) in &self.spelled {
            if s.starts.iter().any(|at| s.letters[*at..].starts_with(word)) {
                let share = 0.4 + 0.6 * word.len() as f64 / s.letters.len() as f64;
                let there = best.entry(*doc).or_default();
                *there = there.max(share);
            }
        }
        let idf = self.idf(best.len());
        for (doc, share) in best {
            scores[doc] += INITIALS * share * idf;
        }
    }

    /// Terms of a question with their weights. One Han alone stands for every term that begins or ends with it.
    fn asked_terms(&self, text: &str) -> Vec<(String, f64)> {
        let mut all = Vec::new();
        for run in runs(text) {
            let mut chars = run.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) if han(one) => {
                    all.extend(self.terms.keys().filter(|t| t.starts_with(one) || t.ends_with(one)).map(|t| (t.clone(), SINGLE)));
                }
                _ => all.extend(terms_of(&run).into_iter().map(|t| {
                    let filler = FILLER_WORDS.contains(&t.as_str()) || t.chars().any(|c| FILLER_HAN.contains(c));
                    (t, if filler { FILLER } else { 1.0 })
                })),
            }
        }
        all
    }

    /// Other words for what was asked, most particular first, each once.
    fn others(&self, asked: &str) -> Vec<String> {
        let holds = |word: &str| if word.chars().any(han) { asked.contains(word) } else { format!(" {asked} ").contains(&format!(" {word} ")) };
        let mut found: Vec<(usize, &str)> = Vec::new();
        for s in &self.synonyms {
            for (word, other, goes) in [(&s.word, &s.other, true), (&s.other, &s.word, s.both_ways)] {
                if goes && holds(word) && !asked.contains(other.as_str()) && !found.iter().any(|(_, o)| o == other) {
                    found.push((word.chars().count(), other));
                }
            }
        }
        found.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
        found.into_iter().map(|(_, other)| other.to_owned()).collect()
    }
}

fn han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '〇' | '々')
}

/// Half width, lower case, without control and zero-width characters.
pub fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{2009}' => ' ',
            other => other,
        })
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Runs of Han, and words of letters and digits with inner `+ # . -` kept.
fn runs(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut run = String::new();
    let mut in_han = false;
    let mut end = |run: &mut String| {
        let word = run.trim_matches(['-', '.']).to_owned();
        run.clear();
        if !word.is_empty() {
            all.push(word);
        }
    };
    for c in text.chars() {
        let word = c.is_alphanumeric() || (!run.is_empty() && !in_han && matches!(c, '+' | '#' | '.' | '-'));
        if !word || (!run.is_empty() && han(c) != in_han) {
            end(&mut run);
        }
        if word {
            in_han = han(c);
            run.push(c);
        }
    }
    end(&mut run);
    all
}

/// Bigrams of Han, a single Han as it is, words with their plural cut off.
fn terms_of(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for run in runs(text) {
        let chars: Vec<char> = run.chars().collect();
        match &chars[..] {
            [c, ..] if !han(*c) => all.push(stem(&run)),
            [_] => all.push(run),
            many => all.extend(many.windows(2).map(|w| w.iter().collect::<String>())),
        }
    }
    all
}

fn stem(word: &str) -> String {
    match word.strip_suffix('s') {
        Some(rest) if rest.len() > 2 && !rest.ends_with(['s', 'u', 'i']) => rest.to_owned(),
        _ => word.to_owned(),
    }
}

fn initials_of(text: &str) -> Vec<String> {
    runs(text)
        .into_iter()
        .filter(|r| r.chars().next().is_some_and(han))
        .map(|run| run.chars().filter_map(|c| c.to_pinyin()).map(pinyin::Pinyin::first_letter).collect())
        .collect()
}

fn spelled_of(text: &str) -> Vec<Spelled> {
    let han_runs = runs(text).into_iter().filter(|r| r.chars().next().is_some_and(han));
    han_runs
        .map(|run| {
            let (mut letters, mut starts) = (String::new(), Vec::new());
            for syllable in run.chars().filter_map(|c| c.to_pinyin()) {
                starts.push(letters.len());
                letters.push_str(&syllable.plain().replace('ü', "v"));
            }
            Spelled { letters, starts }
        })
        .collect()
}
