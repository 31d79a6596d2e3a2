//! The figures of the line (规则参数) at one centre: what each says, its value and where it comes from; changed with a reason, from now on.

use kernel::{Both, CentreId, No, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use web::{
    Answer, App, Ask, Body, Duty, FieldFault, Markup, Now, Once, Owns, QueueSet, Reply, Route, axum::extract::Query, centre_in_path, error_summary, field,
    html, route,
};

use super::{
    set::{fault, frame},
    shared::word,
    shell::refused,
};
use crate::api::{self, FigureNow};

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/m/{centre}/figures", QueueSet, figures, "queue.figure.list").own(Owns::SameCentre, centre_in_path),
    route!(POST "/m/{centre}/figures", QueueSet, set, "queue.figure.set").own(Owns::SameCentre, centre_in_path),
];

/// Everything of the page.
pub(crate) struct Figures {
    pub centre: CentreId,
    pub name: Both,
    pub all: Vec<FigureNow>,
}
fn read(tx: &mut Tx, centre: CentreId, now: kernel::Instant) -> Result<Figures, No> {
    Ok(Figures { centre, name: places::api::centre(tx, centre)?.name, all: api::figures(tx, centre, now)? })
}

/// Which figure is being changed.
#[derive(Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    name: Option<String>,
}
/// A figure as typed.
#[derive(Deserialize, Clone, Default, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub value: String,
    #[serde(default)]
    pub source: String,
}
impl Typed {
    fn value(&self) -> Option<i64> {
        self.value.trim().parse().ok()
    }
}

/// The figures in force.
pub(crate) async fn figures(app: App, set: Duty<QueueSet>, Now(now): Now, Query(q): Query<Which>) -> Reply {
    let centre = set.centre();
    let f = app.read(move |tx| read(tx, centre, now)).await?;
    if set.ask.json() {
        return Ok(Answer::json(200, &json!({ "centre": centre, "figures": f.all.iter().map(figure_json).collect::<Vec<_>>() })));
    }
    let chosen = f.all.iter().find(|n| Some(n.figure.name) == q.name.as_deref());
    let typed = chosen.map_or_else(Typed::default, |n| Typed { name: n.figure.name.to_owned(), value: n.value.to_string(), source: String::new() });
    Ok(Answer::html(&page(&set.ask, &f, &typed, &[])))
}
fn figure_json(n: &FigureNow) -> Value {
    json!({
        "name": n.figure.name, "value": n.value, "source": source(n), "shipped": n.figure.value, "centre": n.set.as_ref().map(|s| s.centre),
        "from_us": n.set.as_ref().map(|s| s.from.micros()),
    })
}
fn source(n: &FigureNow) -> &str {
    n.set.as_ref().map_or(n.figure.source, |s| &s.source)
}

/// Sets one figure at this centre, from now on.
pub(crate) async fn set(app: App, set: Duty<QueueSet>, once: Once, Now(now): Now, Body(typed): Body<Typed>) -> Reply {
    let (ask, centre, by, kept) = (set.ask.clone(), set.centre(), set.actor(), typed.clone());
    let done = app
        .write(&set, once, "queue.figure.set", move |tx| {
            let value = typed.value().ok_or_else(|| Refusal::invalid("limit.value").at("value"))?;
            api::set_limit(tx, centre, &typed.name, value, typed.source.trim(), &by, now).map_err(|no| in_words(&ask, no))?;
            tx.about("figure", &typed.name);
            Ok(Answer::of(&ask, 200, &json!({ "centre": centre, "name": typed.name, "value": value }), format!("/m/{centre}/figures")))
        })
        .await?;
    let Some((status, text, at)) = refused(&set.ask, &done) else { return Ok(done) };
    let f = app.read(move |tx| read(tx, centre, now)).await?;
    let found = api::limit_faults(&kept.name, kept.value(), &kept.source);
    let faults = if found.is_empty() {
        vec![FieldFault { field: FIELDS.iter().find(|f| Some(**f) == at.as_deref()).copied().unwrap_or("value"), text }]
    } else {
        found.iter().map(|r| fault(&set.ask, r, "value")).collect()
    };
    Ok(Answer::html(&page(&set.ask, &f, &kept, &faults)).status(status))
}
/// Figures that contradict each other, as the page names them.
fn in_words(ask: &Ask, no: No) -> No {
    match no {
        No::Refused(mut refusal) if refusal.code == "limit.crossed" => {
            for (_, text) in refusal.args.0.iter_mut().filter(|(name, _)| ["a", "b"].contains(name)) {
                *text = word(&ask.words, &format!("queue.figure.{}", text.en));
            }
            refusal.into()
        }
        other => other,
    }
}
const FIELDS: &[&str] = &["name", "value", "source"];

/// What a figure says.
fn says(ask: &Ask, n: &FigureNow) -> String {
    ask.t(&format!("queue.figure.{}", n.figure.name)).to_owned()
}
fn from(ask: &Ask, n: &FigureNow) -> Markup {
    html! {
        @match &n.set { Some(s) => { (s.source) } None => { (ask.t(&format!("queue.figure.{}.why", n.figure.name))) } }
        @match &n.set {
            None => { " · " span class="quiet" { (ask.t("queue.set.shipped")) } }
            Some(s) => {
                @let word = if s.centre == CentreId::DISTRICT { "queue.set.since.district" } else { "queue.set.since" };
                br; span class="quiet" { (ask.tf(word, &[("day", &ask.district.time.day(s.from).to_string()), ("t", &ask.hhmm(s.from)), ("n", &n.figure.value.to_string())])) }
            }
        }
    }
}

pub(crate) fn page(ask: &Ask, f: &Figures, typed: &Typed, faults: &[FieldFault]) -> Markup {
    let path = format!("/m/{}/figures", f.centre);
    let chosen = f.all.iter().find(|n| n.figure.name == typed.name);
    let heads = ["queue.set.value", "queue.set.source"];
    let body = html! {
        (error_summary(ask, faults))
        p { (ask.t("queue.set.figures.how")) }
        @if let Some(n) = chosen {
            form class="card narrow" method="post" action=(ask.href(&path)) {
                (ask.once())
                h2 { (says(ask, n)) }
                input type="hidden" name="name" value=(typed.name);
                (field("value", ask.t(heads[0]), &ask.tf("queue.set.value.hint", &[("n", &n.figure.value.to_string())]), "number", &typed.value, faults))
                (field("source", ask.t("queue.set.why"), ask.t("queue.set.why.hint"), "text", &typed.source, faults))
                p class="btns" { button class="btn pri" { (ask.t("queue.set.save")) } a class="btn" href=(ask.href(&path)) { (ask.t("queue.set.not")) } }
            }
        } @else if !faults.is_empty() { span id="name" tabindex="-1" {} }
        section class="card" {
            h2 { (ask.b(&f.name)) }
            div class="scroll" tabindex="0" role="region" aria-label=(ask.t("queue.set.figures")) {
                table class="table cards" {
                    caption class="sr" { (ask.t("queue.set.figures")) }
                    thead { tr { th scope="col" { (ask.t("queue.set.figure")) } th scope="col" { (ask.t(heads[0])) } th scope="col" class="l" { (ask.t(heads[1])) } th scope="col" { span class="sr" { (ask.t("queue.set.change")) } } } }
                    tbody { @for n in &f.all { tr {
                        th scope="row" { (says(ask, n)) }
                        td data-l=(ask.t(heads[0])) { (n.value) }
                        td data-l=(ask.t(heads[1])) class="l" { (from(ask, n)) }
                        td { a class="btn" href=(ask.href(&format!("{path}?name={}", n.figure.name))) { (ask.t("queue.set.change")) span class="sr" { " " (says(ask, n)) } } }
                    } } }
                }
            }
        }
    };
    frame(ask, f.centre, &f.name, "figures", ask.t("queue.set.figures"), &body)
}
