//! The guide (办事指南): what to bring for these answers. Pure.

use std::collections::BTreeMap;

use kernel::{Both, CentreId};
use serde::Serialize;

use crate::{
    item::{Answer, Form, How, Item, Mode, Need, Offer, Question},
    taxonomy::Document,
};

/// Answers of the person, by question.
pub type Answers = BTreeMap<String, String>;

/// What one needs to know before going.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Guide {
    /// Papers to bring for sure.
    pub bring: Vec<Paper>,
    /// Papers that may follow, within days (容缺).
    pub follow: Vec<Paper>,
    /// Papers that depend on a question not answered yet.
    pub perhaps: Vec<Perhaps>,
    /// Conditions that hold or may hold.
    pub conditions: Vec<Both>,
    /// Questions not answered yet: those that are answered are never asked again.
    pub ask: Vec<Question>,
    /// What was answered, in words.
    pub answered: Vec<Answered>,
    /// Answers that cannot be, as given: asked again.
    pub odd: Answers,
    /// Fee, days, results: absent where it is not done.
    pub terms: Option<Terms>,
    /// Whether somebody else may come.
    pub by_proxy: bool,
}

/// A paper of the list.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Paper {
    /// Its id.
    pub document: String,
    /// Its name.
    pub name: Both,
    /// In which form.
    pub form: Form,
    /// Without it the errand cannot go on.
    pub required: bool,
    /// Handed in once: not asked again.
    pub reusable: bool,
    /// Working days within which it may follow.
    pub follow_days: Option<i64>,
    /// Who issues it.
    pub who_issues: String,
    /// A note; may be empty.
    pub note: Both,
}

/// A paper, and the answer it depends on.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Perhaps {
    /// The paper.
    pub paper: Paper,
    /// The question.
    pub question: Both,
    /// The answer for which it is needed; `< 1` as it is.
    pub answer: String,
    /// The option's label; empty for yes, no and numbers.
    pub label: Both,
}

/// One answer given.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Answered {
    /// Name of the answer.
    pub id: String,
    /// The question.
    pub question: Both,
    /// As given.
    pub answer: String,
    /// As read; empty for yes and no, which every language says itself.
    pub label: Both,
}

/// What it takes: the offer as told to a person.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Terms {
    /// In fen; 0 is free.
    pub fee_fen: i64,
    /// How the fee is reckoned, when it is no fixed sum.
    pub fee_rule: Both,
    /// Where it is set.
    pub fee_basis: String,
    /// On the spot.
    pub on_the_spot: bool,
    /// Working days promised.
    pub promised_days: Option<i64>,
    /// Working days the law allows.
    pub statutory_days: Option<i64>,
    /// How often one comes.
    pub visits_max: i64,
    /// Usual minutes at the counter.
    pub typical_min: i64,
    /// Code of the line.
    pub line: String,
    /// What one gets, and how.
    pub results: Vec<(Both, How)>,
    /// What one can do against it.
    pub remedies: Both,
}

impl Terms {
    /// Of an offer.
    pub fn of(offer: &Offer) -> Self {
        Self {
            fee_fen: offer.fee.fen,
            fee_rule: offer.fee.rule.clone(),
            fee_basis: offer.fee.basis.clone(),
            on_the_spot: offer.mode == Mode::OnTheSpot,
            promised_days: offer.promised_days,
            statutory_days: offer.statutory_days,
            visits_max: offer.visits_max,
            typical_min: offer.typical_min,
            line: offer.queue.clone(),
            results: offer.results.iter().map(|r| (r.name.clone(), r.how)).collect(),
            remedies: offer.remedies.clone(),
        }
    }
}

/// The guide of `item` for these answers. `offer` is how it is done where the person goes, or anywhere when no centre is chosen.
///
/// A paper named twice stands once: for sure before later, required before wanted. Answers to questions the item does not ask are ignored.
pub fn guide(item: &Item, documents: &BTreeMap<String, Document>, answers: &Answers, offer: Option<&Offer>) -> Guide {
    let mut good = Answers::new();
    let mut out = Guide {
        bring: Vec::new(),
        follow: Vec::new(),
        perhaps: Vec::new(),
        conditions: Vec::new(),
        ask: Vec::new(),
        answered: Vec::new(),
        odd: Answers::new(),
        terms: offer.map(Terms::of),
        by_proxy: item.by_proxy(),
    };
    for q in &item.question {
        match answers.get(&q.id).filter(|a| !a.is_empty()) {
            Some(a) if q.takes(a) => {
                good.insert(q.id.clone(), a.clone());
                out.answered.push(Answered { id: q.id.clone(), question: q.text.clone(), answer: a.clone(), label: q.label(a).cloned().unwrap_or_default() });
            }
            given => {
                out.ask.push(q.clone());
                out.odd.extend(given.map(|a| (q.id.clone(), a.clone())));
            }
        }
    }
    for need in &item.need {
        let paper = paper(need, documents);
        match need.when.as_ref().map(|w| (w, w.holds(&good))) {
            None | Some((_, Some(true))) => add(if need.follow_days.is_some() { &mut out.follow } else { &mut out.bring }, paper),
            Some((_, Some(false))) => {}
            Some((when, None)) => {
                let question = item.question.iter().find(|q| q.id == when.id());
                let answer = condition_of(when);
                let label = question.and_then(|q| q.label(&answer)).cloned().unwrap_or_default();
                out.perhaps.push(Perhaps { paper, question: question.map(|q| q.text.clone()).unwrap_or_default(), answer, label });
            }
        }
    }
    let sure: Vec<String> = out.bring.iter().map(|p| p.document.clone()).collect();
    out.follow.retain(|p| !sure.contains(&p.document));
    out.perhaps.retain(|p| !sure.contains(&p.paper.document));
    out.conditions = item.condition.iter().filter(|c| c.when.as_ref().is_none_or(|w| w.holds(&good) != Some(false))).map(|c| c.text.clone()).collect();
    out
}

fn condition_of(when: &crate::item::When) -> String {
    match when {
        crate::item::When::Is(_, value) => value.clone(),
        crate::item::When::Below(_, n) => format!("< {n}"),
        crate::item::When::AtLeast(_, n) => format!("≥ {n}"),
    }
}

fn add(list: &mut Vec<Paper>, paper: Paper) {
    match list.iter_mut().find(|p| p.document == paper.document) {
        Some(there) => there.required |= paper.required,
        None => list.push(paper),
    }
}

fn paper(need: &Need, documents: &BTreeMap<String, Document>) -> Paper {
    let document = documents.get(&need.document);
    Paper {
        document: need.document.clone(),
        name: document.map_or_else(|| Both::new(&need.document, &need.document), |d| d.name.clone()),
        form: need.form.or(document.map(|d| d.form)).unwrap_or(Form::Original),
        required: need.required,
        reusable: need.reusable || document.is_some_and(|d| d.reusable),
        follow_days: need.follow_days,
        who_issues: document.map(|d| d.who_issues.clone()).unwrap_or_default(),
        note: need.note.clone(),
    }
}

/// Which kind of field asks this.
pub fn field_of(question: &Question) -> &'static str {
    match question.kind {
        Answer::Number => "number",
        Answer::Date => "date",
        Answer::YesNo | Answer::Choice => "radio",
    }
}

/// Centres that do the item, of those with these lines.
pub fn centres_of(item: &Item, lines: &BTreeMap<CentreId, Vec<String>>) -> Vec<CentreId> {
    lines.iter().filter(|(centre, lines)| item.offer_in(**centre, lines).is_some()).map(|(centre, _)| *centre).collect()
}
