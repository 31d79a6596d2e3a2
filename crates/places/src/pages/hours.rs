//! `/m/places`: the hours of one day with a preview of fourteen, and which counters are in use.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, CounterId, Day, No, Refusal};
use serde::Deserialize;
use web::{
    Answer, App, Ask, Body, Duty, FieldFault, Markup, Now, Once, Page, PlacesHours, Real, Reply, Surface,
    axum::extract::{Path, Query},
    error_summary, field, html, icon, masthead,
};

use super::say;
use crate::{
    Centre, Counter, Opening, Status, api,
    opening::{DayNote, blocks_text, parse_blocks},
};

/// Days shown.
const PREVIEW_DAYS: i64 = 14;

fn scope<D>(duty: &Duty<D>) -> Vec<CentreId> {
    duty.signed.as_ref().map(|s| s.scope("places.hours")).unwrap_or_default()
}

/// The centres in scope; a single one opens at once.
pub(super) async fn choose(app: App, duty: Duty<PlacesHours>) -> Reply {
    let scope = scope(&duty);
    let centres: Vec<Centre> = app
        .read(api::centres)
        .await?
        .into_iter()
        .filter(|c| c.status != Status::Closed && (scope.contains(&CentreId::DISTRICT) || scope.contains(&c.id)))
        .collect();
    if let ([only], false) = (centres.as_slice(), duty.ask.json()) {
        return Ok(Answer::see(format!("/m/places/{}", only.id)));
    }
    if duty.ask.json() {
        return Ok(Answer::json(200, &serde_json::json!({ "centres": centres.iter().map(|c| c.id).collect::<Vec<_>>() })));
    }
    Ok(Answer::html(&render_choice(&duty.ask, &centres)))
}

pub(crate) fn render_choice(ask: &Ask, centres: &[Centre]) -> Markup {
    let title = ask.t("places.hours");
    let body = html! {
        (head(ask, ask.b(&ask.district.name)))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            section class="card narrow" aria-label=(title) {
                @if centres.is_empty() { p class="empty" { (ask.t("places.none")) } }
                ul class="links" { @for c in centres { li { a href=(ask.href(&format!("/m/places/{}", c.id))) { span { (ask.b(&c.name)) small { (ask.b(&c.status.name())) } } (icon("right")) } } } }
            }
        }
    };
    Page::new(Surface::Manager, title, body).render(ask)
}

/// What is typed for a day.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    #[serde(default)]
    pub day: String,
    #[serde(default)]
    pub blocks: String,
    #[serde(default)]
    pub note_zh: String,
    #[serde(default)]
    pub note_en: String,
}
impl Typed {
    fn read(&self, today: Day) -> Result<(Day, DayNote), Refusal> {
        let day = self.day.parse::<Day>().map_err(|_| Refusal::invalid("hours.day").at("day"))?;
        let note = DayNote { blocks: parse_blocks(&self.blocks)?, note: Both::new(self.note_zh.trim(), self.note_en.trim()), source: String::new() };
        api::check_day(day, &note, today)?;
        Ok((day, note))
    }
}

/// Everything of the page.
pub(crate) struct Shown {
    pub centre: Centre,
    /// Day, opening, whether a note of its own decides it.
    pub days: Vec<(Day, Opening, bool)>,
    pub counters: Vec<Counter>,
    /// Code and name.
    pub zones: Vec<(String, Both)>,
    pub typed: Typed,
    /// What was typed is shown in the table, not kept yet.
    pub preview: Option<Day>,
    /// Why it cannot be kept, at its field.
    pub faults: Vec<FieldFault>,
}

const FIELDS: [&str; 4] = ["day", "blocks", "note_zh", "note_en"];
fn at_field(field: Option<&str>, text: String) -> FieldFault {
    FieldFault { field: FIELDS.into_iter().find(|f| Some(*f) == field).unwrap_or("blocks"), text }
}

/// The page's data; `wants`: what was typed is shown in the table.
async fn read(app: &App, ask: &Ask, centre: CentreId, typed: Typed, wants: bool, now: kernel::Instant) -> Result<Shown, No> {
    let today = ask.district.time.day(now);
    let words = ask.clone();
    app.read(move |tx| {
        let c = api::centre(tx, centre)?;
        let to = typed.day.parse::<Day>().map_or(today, |d| d.min(today.plus(400))).max(today.plus(PREVIEW_DAYS - 1));
        let mut hours = api::hours(tx, centre, today, to)?;
        let (mut preview, mut faults) = (None, Vec::new());
        match wants.then(|| typed.read(today)) {
            Some(Ok((day, note))) => {
                hours = hours.with_note(day, note);
                preview = Some(day);
            }
            Some(Err(refusal)) => faults.push(at_field(refusal.field, words.words.refusal(words.lang, &refusal))),
            None => {}
        }
        let mut wanted: Vec<Day> = (0..PREVIEW_DAYS).map(|n| today.plus(n)).collect();
        // A day beyond the fourteen is shown after them.
        wanted.extend(typed.day.parse::<Day>().ok().filter(|d| *d > today.plus(PREVIEW_DAYS - 1) && *d <= to));
        let days = wanted.into_iter().map(|d| (d, hours.on(d), hours.noted(d))).collect();
        let mut typed = typed.clone();
        if let (true, Ok(day)) = (typed.blocks.is_empty() && !wants, typed.day.parse::<Day>()) {
            typed.blocks = blocks_text(&hours.on(day).blocks);
        }
        let zones = api::zones(tx, centre)?.into_iter().map(|z| (z.code, z.name)).collect();
        Ok(Shown { centre: c, days, counters: crate::rows::place::counters(tx, centre)?, zones, typed, preview, faults })
    })
    .await
}

pub(super) async fn page(app: App, duty: Duty<PlacesHours>, Now(now): Now, Query(query): Query<BTreeMap<String, String>>) -> Reply {
    let get = |name: &str| query.get(name).cloned().unwrap_or_default();
    let typed = Typed { day: get("day"), blocks: get("blocks"), note_zh: get("note_zh"), note_en: get("note_en") };
    let shown = read(&app, &duty.ask, duty.centre(), typed, query.contains_key("preview"), now).await?;
    if duty.ask.json() {
        let days: Vec<_> = shown.days.iter().map(|(d, o, noted)| serde_json::json!({ "day": d, "opening": o, "noted": noted })).collect();
        let counters: Vec<_> = shown
            .counters
            .iter()
            .map(|c| serde_json::json!({ "id": c.id, "number": c.number, "zone": c.zone_code, "features": c.features, "in_use": !c.closed }))
            .collect();
        return Ok(Answer::json(200, &serde_json::json!({ "centre": shown.centre.id, "days": days, "counters": counters })));
    }
    Ok(Answer::html(&render(&duty.ask, &shown)))
}

pub(super) async fn set(app: App, duty: Duty<PlacesHours>, once: Once, Now(now): Now, Body(typed): Body<Typed>) -> Reply {
    let (ask, centre, by, role, kept) = (duty.ask.clone(), duty.centre(), duty.actor(), duty.role.clone(), typed.clone());
    let today = ask.district.time.day(now);
    let done = app
        .write(&duty, once, "places.hours.set", move |tx| {
            let (day, note) = typed.read(today)?;
            let note = DayNote { source: role.clone(), ..note };
            let opening = api::set_day(tx, centre, day, &note, &by, today)?;
            Ok(Answer::of(&ask, 200, &serde_json::json!({ "day": day, "opening": opening }), format!("/m/places/{centre}")))
        })
        .await?;
    if duty.ask.json() || !matches!(done.code(), 409 | 422) {
        return Ok(done);
    }
    // A refusal is said in the form, which keeps what was typed.
    let status = done.code();
    let Ok(problem) = serde_json::from_slice::<web::Problem>(&done.clone().stored().body) else { return Ok(done) };
    let text = if duty.ask.lang == kernel::Lang::Zh { problem.title } else { problem.title_en };
    let mut shown = read(&app, &duty.ask, centre, kept, false, now).await?;
    shown.faults = vec![at_field(problem.pointer.as_deref().map(|p| p.trim_start_matches('/')), text)];
    // the page in the other language, and a reload, ask the page and not the form
    let ask = Ask { path: format!("/m/places/{centre}"), ..duty.ask.clone() };
    Ok(Answer::html(&render(&ask, &shown)).status(status))
}

/// A day.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfDay {
    day: Day,
}

pub(super) async fn clear(app: App, duty: Duty<PlacesHours>, once: Once, Body(of): Body<OfDay>) -> Reply {
    let (ask, centre) = (duty.ask.clone(), duty.centre());
    app.write(&duty, once, "places.hours.clear", move |tx| {
        let opening = api::clear_day(tx, centre, of.day)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "day": of.day, "opening": opening }), format!("/m/places/{centre}")))
    })
    .await
}

/// `yes` or `no`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InUse {
    in_use: YesNo,
}
#[derive(Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum YesNo {
    Yes,
    No,
}

pub(super) async fn counter(
    app: App,
    duty: Duty<PlacesHours>,
    once: Once,
    Path(path): Path<BTreeMap<String, String>>,
    Real(real): Real,
    Body(body): Body<InUse>,
) -> Reply {
    let id: CounterId = web::Params(path).get("counter")?;
    let (ask, centre) = (duty.ask.clone(), duty.centre());
    app.write(&duty, once, "places.counter.use", move |tx| {
        tx.about("counter", id);
        let c = api::use_counter(tx, centre, id, body.in_use == YesNo::Yes, real)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "counter": id, "in_use": !c.closed }), format!("/m/places/{centre}")))
    })
    .await
}

/// Head and the manager's doors on the left.
fn head(ask: &Ask, name: &str) -> Markup {
    html! {
        (masthead(ask, name, &html! { @if let Some(name) = &ask.shown { (name) } " " (ask.button("/out", ask.t("web.out"), "btn lnk", &[])) }))
        nav class="nav" aria-label=(ask.t("places.nav")) {
            p class="lg" { svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} } span { (ask.b(&ask.district.name)) } }
            ul {
                li { a href=(ask.href("/m")) { (icon("ticket")) (ask.t("places.back.manager")) } }
                li { a href=(ask.href("/m/places")) aria-current="page" { (icon("clock")) (ask.t("places.hours")) } }
            }
        }
    }
}

pub(crate) fn render(ask: &Ask, s: &Shown) -> Markup {
    let title = ask.t("places.hours");
    let path = format!("/m/places/{}", s.centre.id);
    let typing = !s.typed.day.is_empty();
    let must = |word: &str| ask.tf("places.must", &[("what", ask.t(word))]);
    let body = html! {
        (head(ask, ask.b(&s.centre.name)))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            (error_summary(ask, &s.faults))
            section class="card" aria-labelledby="days-h" {
                h2 id="days-h" { (ask.t("places.hours.days")) }
                table class="table cards" {
                    caption { (ask.t(if s.preview.is_some() { "places.hours.preview.note" } else { "places.hours.note" })) }
                    thead { tr {
                        th scope="col" { (ask.t("places.hours.day")) } th scope="col" class="l" { (ask.t("places.hours.blocks")) }
                        th scope="col" class="l" { (ask.t("places.hours.why")) } th scope="col" { span class="sr" { (ask.t("places.device.act")) } }
                    } }
                    tbody { @for (day, opening, noted) in &s.days {
                        @let shown_only = s.preview == Some(*day);
                        tr {
                            th scope="row" { (say::day(ask, *day)) @if shown_only { " " span class="pill wrn" { (ask.t("places.hours.unsaved")) } } }
                            td data-l=(ask.t("places.hours.blocks")) class="l" { @if opening.blocks.is_empty() { (ask.t("places.shut_today")) } @else { (say::blocks(ask, &opening.blocks)) } }
                            td data-l=(ask.t("places.hours.why")) class="l" { (say::why(ask, opening)) }
                            td { @if !shown_only {
                                div class="row" {
                                    a class="btn" href=(ask.href(&format!("{path}?day={day}#set"))) { (ask.t("places.hours.change")) span class="sr" { " " (day) } }
                                    @if *noted { (ask.button(&format!("{path}/day/clear"), ask.t("places.hours.clear"), "btn", &[("day", &day.to_string())])) }
                                }
                            } }
                        }
                    } }
                }
            }
            section class="card narrow" id="set" aria-labelledby="set-h" {
                h2 id="set-h" { (ask.t("places.hours.set")) }
                form method="post" action=(ask.href(&format!("{path}/day"))) {
                    (ask.once())
                    (field("day", &must("places.hours.day"), "", "date", if typing { &s.typed.day } else { "" }, &s.faults))
                    (field("blocks", ask.t("places.hours.blocks"), ask.t("places.hours.blocks.hint"), "text", &s.typed.blocks, &s.faults))
                    (field("note_zh", &must("places.hours.note_zh"), ask.t("places.hours.note.hint"), "text", &s.typed.note_zh, &s.faults))
                    (field("note_en", &must("places.hours.note_en"), "", "text", &s.typed.note_en, &s.faults))
                    p class="btns" {
                        button type="submit" class="btn" name="preview" value="1" formmethod="get" formaction=(ask.href(&path)) { (ask.t("places.hours.preview")) }
                        button type="submit" class="btn pri" { (ask.t("places.hours.save")) }
                    }
                }
            }
            (counters(ask, &path, s))
        }
    };
    Page::new(Surface::Manager, title, body).render(ask)
}
fn counters(ask: &Ask, path: &str, s: &Shown) -> Markup {
    let all = &s.counters;
    let zone = |code: &str| s.zones.iter().find(|(c, _)| c == code).map_or_else(|| code.to_owned(), |(_, name)| ask.b(name).to_owned());
    html! {
        section class="card" aria-labelledby="counters-h" {
            h2 id="counters-h" { (ask.t("places.counters")) }
            @if all.is_empty() { p class="empty" { (ask.t("places.counters.none")) } } @else {
                table class="table cards" {
                    caption { (ask.t("places.counters.note")) }
                    thead { tr {
                        th scope="col" { (ask.t("places.counters.number")) } th scope="col" class="l" { (ask.t("places.device.zone")) }
                        th scope="col" class="l" { (ask.t("places.counters.features")) } th scope="col" class="l" { (ask.t("places.device.state")) }
                        th scope="col" { span class="sr" { (ask.t("places.device.act")) } }
                    } }
                    tbody { @for c in all { tr {
                        th scope="row" { (ask.tf("places.counter", &[("n", &c.number.to_string())])) }
                        td data-l=(ask.t("places.device.zone")) class="l" { (zone(&c.zone_code)) }
                        td data-l=(ask.t("places.counters.features")) class="l" { @for f in &c.features { span class="pill plain" { (ask.t(feature_key(f))) } " " } }
                        td data-l=(ask.t("places.device.state")) class="l" {
                            @if c.closed { span class="pill plain" { (ask.t("places.counters.unused")) } } @else { span class="pill soc" { (ask.t("places.counters.used")) } }
                        }
                        td {
                            @let (value, key) = if c.closed { ("yes", "places.counters.open") } else { ("no", "places.counters.close") };
                            (ask.button(&format!("{path}/counters/{}/use", c.id), &ask.tf(key, &[("n", &c.number.to_string())]), "btn", &[("in_use", value)]))
                        }
                    } } }
                }
            }
        }
    }
}
fn feature_key(feature: &str) -> &'static str {
    match feature {
        "low" => "places.feature.low",
        "loop" => "places.feature.loop",
        "general" => "places.feature.general",
        _ => "places.feature.cannot",
    }
}
