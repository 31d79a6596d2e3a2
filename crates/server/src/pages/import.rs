//! Importing sheets over HTTP: by JSON, or by pasting one sheet into a page. A preview comes first.

use kernel::{CentreId, No};
use web::{Answer, App, Ask, Body, Duty, Markup, Myself, Once, Refuse, Reply, SheetFile, admin_page, html};

use crate::import::{self, Asked, Outcome, sheet_of};

/// JSON: several files. Form: one.
#[derive(serde::Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ImportBody {
    #[serde(default)]
    files: Vec<OneFile>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    dry: Option<String>,
    #[serde(default)]
    dry_run: bool,
}
#[derive(serde::Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct OneFile {
    name: String,
    text: String,
}

pub(super) async fn page(_: App, me: Duty<Myself>) -> Reply {
    Ok(Answer::html(&render(&me.ask, &ImportBody::default(), None)))
}

/// Imports, or previews. Each sheet needs its own duty.
pub(super) async fn run(app: App, me: Duty<Myself>, once: Once, Body(body): Body<ImportBody>) -> Reply {
    let mut files: Vec<SheetFile> = body.files.iter().map(|f| SheetFile { name: f.name.clone(), text: f.text.clone() }).collect();
    if !body.name.is_empty() {
        files.push(SheetFile { name: body.name.clone(), text: body.text.clone() });
    }
    for file in &files {
        let duty = sheet_of(&file.name).map(|s| s.duty);
        if let Some(duty) = duty
            && !me.may(duty, CentreId::DISTRICT)
        {
            let name = |lang| me.ask.words.get(lang, &format!("duty.{duty}")).to_owned();
            let named = kernel::Both::new(name(kernel::Lang::Zh), name(kernel::Lang::En));
            return Err(Refuse::from(No::Refused(kernel::Refusal::with("duty.missing", 403).both("duty", named))));
        }
    }
    let dry = body.dry_run || body.dry.is_some();
    let asked = Asked { by: me.actor(), now: app.now(), real: app.real(), dry };
    let store = app.store().clone();
    let outcome = tokio::task::spawn_blocking(move || import::run(&store, files, &asked, |_, _| {})).await.map_err(|e| kernel::Fault::new(e.to_string()))??;
    if outcome.done {
        crate::open::refresh_district(&app).map_err(|e| kernel::Fault::new(e.to_string()))?;
    }
    let status = if outcome.done || (dry && outcome.faults().next().is_none()) { 200 } else { 422 };
    // Links are secrets: they go out with this answer and are never stored with its key.
    drop(once);
    if me.ask.json() {
        return Ok(Answer::json(status, &outcome));
    }
    Ok(Answer::html(&render(&me.ask, &body, Some(&outcome))).status(status))
}

fn render(ask: &Ask, typed: &ImportBody, outcome: Option<&Outcome>) -> Markup {
    let body = html! {
        @if let Some(o) = outcome { (found(ask, o)) }
        form class="card" method="post" action=(ask.href("/import")) {
            (ask.once())
            (web::field("name", ask.t("server.import.name"), ask.t("server.import.name_hint"), "text", &typed.name, &[]))
            div class="field" hidden { label for="file" { (ask.t("server.import.file")) } p class="hint" id="file-h" { (ask.t("server.import.file.hint")) } input type="file" id="file" accept=".csv,.toml,text/*" data-into="text" data-name="name" aria-describedby="file-h"; }
            div class="field" { label for="text" { (ask.t("server.import.text")) } textarea id="text" name="text" rows="12" spellcheck="false" { (typed.text) } }
            p class="btns" {
                button class="btn pri" name="dry" value="1" { (ask.t("server.import.preview")) }
                @if outcome.is_some_and(|o| !o.done && o.faults().next().is_none()) { button class="btn ok" { (ask.t("server.import.do")) } }
            }
        }
    };
    admin_page(ask, "/admin/import", ask.t("server.import.title"), &body).scripts(&["import.js"]).render(ask)
}

fn found(ask: &Ask, o: &Outcome) -> Markup {
    let faults: Vec<_> = o.faults().collect();
    html! {
        @if o.done { (web::notice("soc", ask.t("server.import.done"), "")) } @else if faults.is_empty() { div role="status" { (web::notice("soc", ask.t("server.import.fine"), ask.t("server.import.fine.how"))) } } @else { (web::notice("wrn", ask.t("server.import.nothing"), ask.t("server.import.nothing.how"))) }
        table class="table" {
            caption class="sr" { (ask.t("server.import.title")) }
            thead { tr { th scope="col" { (ask.t("server.import.name")) } @for w in ["new", "changed", "same", "refused"] { th scope="col" { (ask.t(&format!("server.import.{w}"))) } } } }
            tbody { @for s in &o.sheets { tr { th scope="row" { (s.file) } td { (s.new) } td { (s.changed) } td { (s.unchanged) } td { (s.faults.len()) } } } }
        }
        @if !faults.is_empty() { section class="errs" role="alert" tabindex="-1" { h2 { (ask.tf("web.faults", &[("n", &faults.len().to_string())])) } ul { @for f in &faults { li { (f.text(ask.lang)) } } } } }
        @if o.done { ul class="links" { @for (login, link) in o.sheets.iter().flat_map(|s| &s.links) { li { (login) " " code { (link) } } } } }
    }
}

pub(super) fn sample(ask: &Ask) -> Markup {
    let fault =
        web::SheetFault { file: "counters.csv".into(), line: 3, field: "zone".into(), zh: "没有这个区域".into(), en: "there is no such zone".into() };
    let sheet = web::SheetReport { file: "counters.csv".into(), new: 2, changed: 0, unchanged: 12, faults: vec![fault], links: Vec::new() };
    render(ask, &ImportBody { name: "counters.csv".into(), ..ImportBody::default() }, Some(&Outcome { sheets: vec![sheet], done: false }))
}
