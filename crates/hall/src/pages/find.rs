//! P3, first view, and P20: search, life events, everything by authority.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Both, CentreId, Instant, No};
use places::Status;
use serde::Serialize;
use store::Tx;
use web::{Answer, App, Ask, Duty, Markup, Open, Page, Reply, axum::extract::RawQuery, html, icon};

use super::{Here, days, event_doors, framed, here, link, pairs, value};
use crate::{
    catalogue::{Catalogue, Current, Results},
    held,
    item::State,
    search::fold,
    taxonomy::Event,
};

/// Hits on one page [A].
const LIMIT: usize = 20;
/// Longest question that is searched, in characters [A].
const LONGEST: usize = 60;

/// What the page shows.
pub struct View {
    /// As asked, cut to its longest.
    pub q: String,
    /// A life event, when one was chosen.
    pub event: Option<Event>,
    /// The centre that was chosen.
    pub here: Option<Here>,
    /// What the question found.
    pub found: Results,
    /// The number to which an errand is added; may be empty.
    pub add: String,
    /// Where no errand was found: centres and their functions of that name.
    pub places: Vec<Named>,
    /// The catalogue.
    pub catalogue: Arc<Catalogue>,
}
/// A centre that is named so, or what it has of that name.
pub struct Named {
    /// Which.
    pub centre: CentreId,
    /// Its name.
    pub name: Both,
    /// One of its functions.
    pub function: Option<Both>,
}
/// Places on one page [A].
const PLACES: usize = 8;
/// Centres whose name holds what was asked, and functions of open centres.
fn named(tx: &mut Tx, asked: &str) -> Result<Vec<Named>, No> {
    let asked = fold(asked);
    let holds = |b: &Both| !asked.is_empty() && (fold(&b.zh).contains(&asked) || fold(&b.en).contains(&asked));
    let mut all = Vec::new();
    let centres = places::api::centres(tx)?;
    for c in centres.iter().filter(|c| holds(&c.name) || holds(&c.address)) {
        all.push(Named { centre: c.id, name: c.name.clone(), function: None });
    }
    for c in centres.iter().filter(|c| c.status == Status::Open) {
        for f in places::api::functions(tx, c.id)?.into_iter().filter(|f| holds(&f.name)) {
            all.push(Named { centre: c.id, name: c.name.clone(), function: Some(f.name) });
        }
    }
    all.truncate(PLACES);
    Ok(all)
}

/// `GET /errands?q=&event=&centre=` and `GET /find?q=`.
pub async fn list(app: App, duty: Duty<Open>, RawQuery(query): RawQuery) -> Reply {
    let pairs = pairs(query.as_deref());
    let q: String = value(&pairs, "q").unwrap_or_default().chars().take(LONGEST).collect();
    let event = value(&pairs, "event").map(str::to_owned);
    let centre = value(&pairs, "centre").and_then(|c| c.parse::<CentreId>().ok());
    let (held, ask) = (held::held(&app), duty.ask.clone());
    let (asked, add) = (q.clone(), value(&pairs, "add").unwrap_or_default().to_owned());
    let view = app
        .read(move |tx| {
            let catalogue = held::catalogue(tx, &held)?;
            let here = here(tx, centre, &ask)?;
            let found = if q.is_empty() { Results::default() } else { catalogue.search(&q, LIMIT, &|_| true) };
            let event = event.and_then(|id| catalogue.event(&id).cloned());
            let places = if !q.is_empty() && found.items.hits.is_empty() && found.events.hits.is_empty() { named(tx, &q)? } else { Vec::new() };
            Ok(View { q, event, here, found, add, places, catalogue })
        })
        .await?;
    if !asked.is_empty() && view.found.items.hits.is_empty() && view.found.events.hits.is_empty() && view.places.is_empty() {
        held::held(&app).miss(duty.ask.district.time.service_day(duty.ask.now), &asked);
    }
    if duty.ask.json() {
        return Ok(Answer::json(200, &json(&view)));
    }
    Ok(Answer::page(&duty.ask, page(&duty.ask, &view)))
}

#[derive(Serialize)]
struct Listed<'a> {
    code: &'a str,
    name: &'a Both,
    plain: &'a Both,
    short: &'a Both,
    class: kernel::ServiceClass,
    state: &'static str,
    life_events: &'a [String],
    /// Whether the chosen centre does it; absent without a centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

fn json(view: &View) -> serde_json::Value {
    let listed = |c: &Current, score| {
        let i = &c.item;
        serde_json::json!(Listed {
            code: &i.code,
            name: &i.name,
            plain: &i.plain,
            short: &i.short,
            class: i.class,
            state: c.state.code(),
            life_events: &i.life_events,
            here: view.here.as_ref().map(|h| c.item.offer_in(h.centre.id, &h.lines).is_some()),
            score,
        })
    };
    let items: Vec<_> = match (&view.event, view.q.is_empty()) {
        (Some(event), true) => view.catalogue.of_event(event).into_iter().map(|c| listed(c, None)).collect(),
        (None, true) => view.catalogue.items.values().filter(|c| c.state != State::Withdrawn).map(|c| listed(c, None)).collect(),
        (_, false) => view.found.items.hits.iter().filter_map(|h| view.catalogue.items.get(&h.id).map(|c| listed(c, Some(h.score)))).collect(),
    };
    let events: Vec<&Event> = if view.q.is_empty() {
        view.catalogue.events.iter().collect()
    } else {
        view.found.events.hits.iter().filter_map(|h| view.catalogue.event(&h.id)).collect()
    };
    serde_json::json!({ "q": view.q, "also": view.found.items.also, "items": items, "events": events })
}

/// The page.
pub fn page<'a>(ask: &'a Ask, view: &View) -> Page<'a> {
    let centre = text(view.here.as_ref().map(|h| h.centre.id));
    let kept = [("centre", centre.as_str()), ("add", view.add.as_str())];
    let body = html! {
        h1 { (ask.t("hall.title")) }
        (places::phone::bigger(ask))
        (places::phone::find(ask, &view.q, &kept))
        @if !view.q.is_empty() { (results(ask, view)) }
        @else if let Some(event) = &view.event {
            div class="sec" { h2 { (ask.b(&event.name)) } a href=(ask.href(&link("/errands", &kept))) { (ask.t("hall.all")) } }
            p class="quiet" { (ask.t("hall.event.order")) }
            (links(ask, view, &view.catalogue.of_event(event)))
        }
        @if view.event.is_none() || !view.q.is_empty() {
            h2 class="sec" { (ask.t("hall.events")) }
            (event_doors(ask, &doors(view), &kept))
        }
        @if view.q.is_empty() && view.event.is_none() {
            h2 class="sec" { (ask.t("hall.everything")) }
            @for (owner, items) in by_owner(ask, &view.catalogue) {
                details class="card" { summary { (owner) " " span class="quiet" { (ask.tf("hall.event.n", &[("n", &items.len().to_string())])) } } (links(ask, view, &items)) }
            }
        }
    };
    framed(ask, ask.t("hall.title"), view.here.as_ref(), &body)
}

fn text(centre: Option<CentreId>) -> String {
    centre.map(|c| c.to_string()).unwrap_or_default()
}

fn results(ask: &Ask, view: &View) -> Markup {
    let items: Vec<&Current> = view.found.items.hits.iter().filter_map(|h| view.catalogue.items.get(&h.id)).collect();
    let also = view.found.items.also.join("、");
    html! {
        @if items.is_empty() && view.found.events.hits.is_empty() {
            div class="card empty" role="status" {
                (icon("search"))
                p { (ask.tf("hall.none", &[("q", &view.q)])) }
                p class="btns" {
                    a class="btn pri" href="tel:12345" { (ask.t("hall.call")) }
                    a class="btn" href=(ask.href("/help")) { (ask.t("hall.ask_person")) }
                }
            }
            (named_so(ask, view))
        } @else {
            p class="quiet" role="status" {
                (ask.tf("hall.found", &[("n", &items.len().to_string())]))
                @if !also.is_empty() { " " (ask.tf("hall.also", &[("words", &also)])) }
            }
            @if !items.is_empty() { section class="card" aria-label=(ask.t("hall.results")) { (links(ask, view, &items)) } }
        }
    }
}

/// Places of the name that was asked, or where to look for them.
fn named_so(ask: &Ask, view: &View) -> Markup {
    html! {
        @if view.places.is_empty() {
            p class="quiet" { (ask.t("hall.none.where")) }
        } @else {
            h2 class="sec" { (ask.tf("hall.none.places", &[("q", &view.q)])) }
            section class="card" aria-label=(ask.tf("hall.none.places", &[("q", &view.q)])) { ul class="links" {
                @for p in &view.places {
                    @let to = format!("/c/{}{}", p.centre, if p.function.is_some() { "#functions" } else { "" });
                    li { a href=(ask.href(&to)) { span { (ask.b(p.function.as_ref().unwrap_or(&p.name))) @if p.function.is_some() { small { (ask.b(&p.name)) } } } (icon("right")) } }
                }
            } }
        }
        p { a class="btn wide" href=(ask.href("/c")) { (icon("pin")) (ask.t("hall.none.centres")) } }
    }
}

/// The life events that were found, or else all of them.
fn doors(view: &View) -> Vec<(Event, usize)> {
    let (all, found) = (view.catalogue.doors(), &view.found.events.hits);
    if found.is_empty() { all } else { all.into_iter().filter(|(e, _)| found.iter().any(|h| h.id == e.id)).collect() }
}

fn by_owner<'a>(ask: &Ask, catalogue: &'a Catalogue) -> BTreeMap<String, Vec<&'a Current>> {
    let mut all: BTreeMap<String, Vec<&Current>> = BTreeMap::new();
    for c in catalogue.items.values().filter(|c| c.state != State::Withdrawn) {
        all.entry(ask.b(&c.item.owner).to_owned()).or_default().push(c);
    }
    all
}

fn links(ask: &Ask, view: &View, items: &[&Current]) -> Markup {
    let centre = text(view.here.as_ref().map(|h| h.centre.id));
    let kept = [("centre", centre.as_str()), ("add", view.add.as_str())];
    html! {
        ul class="links" {
            @for c in items {
                li {
                    a href=(ask.href(&link(&format!("/errands/{}", c.item.code), &kept))) {
                        span { (ask.b(&c.item.plain)) small { (small(ask, view, c)) } }
                        (icon("right"))
                    }
                }
            }
        }
    }
}

fn small(ask: &Ask, view: &View, c: &Current) -> String {
    if c.state == State::Suspended {
        return ask.t("hall.suspended.short").to_owned();
    }
    let offer = match &view.here {
        None => c.item.offer.first(),
        Some(h) => match c.item.offer_in(h.centre.id, &h.lines) {
            None => return ask.t("hall.not_here.short").to_owned(),
            offer => offer,
        },
    };
    let mut parts: Vec<String> = offer.map(|o| days(ask, o.mode, o.promised_days)).into_iter().collect();
    let papers: Vec<&str> = c
        .item
        .need
        .iter()
        .filter(|n| n.required && n.when.is_none())
        .filter_map(|n| view.catalogue.documents.get(&n.document))
        .map(|d| ask.b(&d.name))
        .take(3)
        .collect();
    if !papers.is_empty() {
        parts.push(ask.tf("hall.bring", &[("papers", &papers.join(ask.t("hall.comma")))]));
    }
    parts.join(" · ")
}

/// Made-up views for the rendering test: everything, a hit, nothing found, a life event.
pub fn samples(catalogue: &Arc<Catalogue>, now: Instant) -> Vec<(&'static str, View)> {
    let view = |q: &str, event: Option<&str>, chosen: bool| View {
        q: q.into(),
        event: event.and_then(|e| catalogue.event(e).cloned()),
        here: chosen.then(|| super::samples::here(now)),
        found: if q.is_empty() { Results::default() } else { catalogue.search(q, LIMIT, &|_| true) },
        add: String::new(),
        places: if q.starts_with("体育") {
            vec![Named { centre: super::samples::here(now).centre.id, name: super::samples::here(now).centre.name, function: None }]
        } else {
            Vec::new()
        },
        catalogue: Arc::clone(catalogue),
    };
    vec![
        ("hall.errands", view("", None, false)),
        ("hall.errands.found", view("医保", None, true)),
        ("hall.errands.none", view("护照加注", None, false)),
        ("hall.errands.places", view("体育场馆", None, false)),
        ("hall.errands.event", view("", Some("child_born"), true)),
    ]
}
