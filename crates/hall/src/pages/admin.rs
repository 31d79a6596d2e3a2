//! A6: items with their state; drafts as text; publishing by two persons; suspending and withdrawing.

use kernel::{CentreId, Lang, No, Refusal, TwoId};
use people::api::{Two, TwoState};
use serde::{Deserialize, Serialize};
use web::axum::http::request::Parts;
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, HallItems, HallPublish, Markup, Now, Once, Page, Real, Reply, SheetFault, admin_page,
    axum::extract::{Path, RawQuery},
    error_summary, html, notice,
};

use super::{day, pairs, value};
use crate::{
    api::{self, Asked, At},
    item::State,
    rows::{
        self,
        item::{Line, Version},
    },
};

/// How far back questions without an answer are shown, in days [A].
const MISSES_DAYS: i64 = 7;
/// Where a new item begins.
const TEMPLATE: &str = include_str!("template.toml");

/// What the list shows.
pub struct Items {
    /// Every version that stands, and every draft.
    pub lines: Vec<Line>,
    /// Only this state.
    pub only: Option<State>,
    /// Questions that found nothing in the last days.
    pub misses: Vec<(String, i64)>,
    /// Whether the reader may write items.
    pub edits: bool,
}

/// `GET /admin/items?state=`
pub async fn list(app: App, duty: Duty<HallPublish>, RawQuery(query): RawQuery) -> Reply {
    let only = value(&pairs(query.as_deref()), "state").and_then(State::parse);
    let since = duty.ask.district.time.service_day(duty.ask.now.plus_min(-MISSES_DAYS * 1_440));
    let edits = duty.may("hall.items", CentreId::DISTRICT);
    let view = app.read(move |tx| Ok(Items { lines: rows::item::list(tx)?, only, misses: rows::miss::most(tx, since)?, edits })).await?;
    if duty.ask.json() {
        let items: Vec<_> = view
            .lines
            .iter()
            .map(|l| serde_json::json!({ "code": l.code, "version": l.version, "rev": l.rev, "state": l.state.code(), "plain": l.plain, "class": l.class }))
            .collect();
        return Ok(Answer::json(200, &serde_json::json!({ "items": items, "misses": view.misses })));
    }
    Ok(Answer::page(&duty.ask, list_page(&duty.ask, &view)))
}

/// The list.
pub fn list_page<'a>(ask: &'a Ask, view: &Items) -> Page<'a> {
    let states = [State::Published, State::Draft, State::Suspended, State::Withdrawn];
    let count = |s: State| view.lines.iter().filter(|l| l.state == s).count().to_string();
    let shown: Vec<&Line> = view.lines.iter().filter(|l| view.only.is_none_or(|s| l.state == s)).collect();
    let body = html! {
        @if view.edits { p class="btns" { a class="btn pri" href=(ask.href("/admin/items/new")) { (web::icon("plus")) (ask.t("hall.admin.new")) } } }
        nav class="tabs" aria-label=(ask.t("hall.admin.filter")) {
            a href=(ask.href("/admin/items")) aria-current=[view.only.is_none().then_some("page")] { (ask.t("hall.admin.every")) " " (view.lines.len()) }
            @for s in states { a href=(ask.href(&format!("/admin/items?state={}", s.code()))) aria-current=[(view.only == Some(s)).then_some("page")] { (state(ask, s)) " " (count(s)) } }
        }
        @if shown.is_empty() { section class="card empty" { (web::icon("book")) p { (ask.t("hall.admin.empty")) } } }
        @else {
            section class="card" { table class="table cards" {
                caption class="sr" { (ask.t("hall.admin.title")) }
                thead { tr { th scope="col" class="l" { (ask.t("hall.admin.name")) } th scope="col" class="l" { (ask.t("hall.admin.code")) } th scope="col" { (ask.t("hall.admin.version")) } th scope="col" class="l" { (ask.t("hall.admin.state")) } th scope="col" { (ask.t("hall.admin.since")) } } }
                tbody { @for l in shown { tr {
                    th scope="row" class="l" { a href=(ask.href(&format!("/admin/items/{}", l.code))) { (ask.b(&l.plain)) } }
                    td data-l=(ask.t("hall.admin.code")) class="l" { (l.code) }
                    td data-l=(ask.t("hall.admin.version")) { (l.version) }
                    td data-l=(ask.t("hall.admin.state")) class="l" { (state(ask, l.state)) }
                    td data-l=(ask.t("hall.admin.since")) { (day(ask, l.since)) }
                } } }
            } }
        }
        @if !view.misses.is_empty() {
            section class="card" aria-labelledby="misses" {
                h2 id="misses" { (ask.t("hall.admin.misses")) } p class="quiet" { (ask.t("hall.admin.misses.why")) }
                dl class="rows" { @for (asked, n) in &view.misses { div { dt { (asked) } dd { (ask.tf("hall.admin.times", &[("n", &n.to_string())])) } } } }
            }
        }
    };
    admin_page(ask, "/admin/items", ask.t("hall.admin.title"), &body)
}

fn state(ask: &Ask, s: State) -> &str {
    ask.t(match s {
        State::Draft => "hall.state.draft",
        State::Published => "hall.state.published",
        State::Suspended => "hall.state.suspended",
        State::Withdrawn => "hall.state.withdrawn",
    })
}

/// `GET /admin/items/new`
pub async fn new(_: App, duty: Duty<HallItems>) -> Reply {
    if duty.ask.json() {
        return Ok(Answer::json(200, &serde_json::json!({ "template": TEMPLATE })));
    }
    Ok(Answer::page(&duty.ask, form_page(&duty.ask, None, None, TEMPLATE, &[])))
}

/// The text area with everything that is wrong, and everything that was typed.
pub fn form_page<'a>(ask: &'a Ask, code: Option<&str>, rev: Option<i64>, text: &str, faults: &[SheetFault]) -> Page<'a> {
    let title = ask.t(if code.is_some() { "hall.admin.edit" } else { "hall.admin.new" });
    let body = html! {
        p class="quiet" { (ask.t("hall.admin.draft.first")) }
        (form(ask, code, rev, text, faults))
    };
    admin_page(ask, "/admin/items", title, &body)
}

fn form(ask: &Ask, code: Option<&str>, rev: Option<i64>, text: &str, faults: &[SheetFault]) -> Markup {
    let path = code.map_or_else(|| "/admin/items".to_owned(), |c| format!("/admin/items/{c}/draft"));
    let told: Vec<FieldFault> = faults.iter().map(|f| FieldFault { field: "text", text: line_of(ask, f) }).collect();
    html! {
        (error_summary(ask, &told))
        form class="card" method="post" action=(ask.href(&path)) {
            (ask.once())
            @if let Some(rev) = rev { input type="hidden" name="rev" value=(rev); }
            div class=(if told.is_empty() { "field" } else { "field bad" }) {
                label for="text" { (ask.t("hall.admin.text")) }
                p class="hint" id="text-h" { (ask.t("hall.admin.text.hint")) }
                @if !told.is_empty() { p class="err" id="text-e" { (web::icon("warn")) (ask.tf("web.faults", &[("n", &told.len().to_string())])) } }
                textarea id="text" name="text" rows="30" spellcheck="false" aria-describedby=(if told.is_empty() { "text-h" } else { "text-h text-e" }) aria-invalid=[(!told.is_empty()).then_some("true")] { (text) }
            }
            p class="btns" { button class="btn pri" { (ask.t("hall.admin.save")) } a class="btn" href=(ask.href("/admin/items")) { (ask.t("hall.admin.cancel")) } }
        }
    }
}

fn line_of(ask: &Ask, f: &SheetFault) -> String {
    let why = if ask.lang == Lang::Zh { &f.zh } else { &f.en };
    let field = if f.field.is_empty() { String::new() } else { format!(" {}", f.field) };
    ask.tf("hall.admin.line", &[("line", &f.line.to_string()), ("field", &field), ("why", why)])
}

/// A draft as typed.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct DraftBody {
    /// The item's file.
    pub text: String,
    /// Revision of the draft that was edited; absent when there was none.
    #[serde(default)]
    pub rev: Option<i64>,
}

#[derive(Serialize)]
struct Saved {
    code: String,
    version: i64,
    rev: i64,
}

/// `POST /admin/items`
pub async fn create(app: App, duty: Duty<HallItems>, once: Once, Now(now): Now, Body(body): Body<DraftBody>) -> Reply {
    save(app, duty, once, now, None, body, "hall.item.create").await
}
/// `POST /admin/items/{code}/draft`
pub async fn edit(app: App, duty: Duty<HallItems>, once: Once, Path(code): Path<String>, Now(now): Now, Body(body): Body<DraftBody>) -> Reply {
    save(app, duty, once, now, Some(code), body, "hall.item.edit").await
}

/// Faults of the text come back with the text; a page that only refuses would lose it.
async fn save(app: App, duty: Duty<HallItems>, once: Once, now: kernel::Instant, of: Option<String>, body: DraftBody, action: &'static str) -> Reply {
    // Browsers send line ends as CR LF.
    let text = body.text.replace("\r\n", "\n");
    let read = text.clone();
    if let Err(faults) = app.read(move |tx| api::check(tx, &read)).await? {
        let refused = app.store().note_refusal(app.command(&duty, CentreId::DISTRICT, action, None), "item.faults").await;
        drop(refused);
        let ask = &duty.ask;
        return Ok(if ask.json() {
            let told: Vec<_> = faults.iter().map(|f| serde_json::json!({ "line": f.line, "field": f.field, "zh": f.zh, "en": f.en })).collect();
            Answer::json(422, &serde_json::json!({ "code": "item.faults", "status": 422, "faults": told }))
        } else {
            Answer::page(ask, form_page(ask, of.as_deref(), body.rev, &text, &faults)).status(422)
        });
    }
    let (ask, by, rev) = (duty.ask.clone(), duty.actor(), body.rev);
    app.write(&duty, once, action, move |tx| {
        let saved = api::draft(tx, of.as_deref(), &text, rev, &by, now)?;
        let code = saved.item.code;
        Ok(Answer::of(&ask, 200, &Saved { code: code.clone(), version: saved.version, rev: saved.rev }, format!("/admin/items/{code}")))
    })
    .await
}

/// What the page of an item shows.
pub struct Sheet {
    /// Every version, newest first.
    pub versions: Vec<Version>,
    /// Requests that wait for a second person, or were agreed to and not done.
    pub waiting: Vec<Two>,
    /// Who reads, as `account:<id>`.
    pub reader: String,
    /// Whether the reader may write items.
    pub edits: bool,
    /// Whether the reader may publish, suspend and withdraw: an item is the district's, so a role of one centre may not.
    pub decides: bool,
}

/// An item is the district's: whoever holds the duty in one centre only agrees to what another asked, and changes nothing alone.
fn of_district(duty: &Duty<HallPublish>) -> Result<(), Refusal> {
    if duty.may("hall.publish", CentreId::DISTRICT) { Ok(()) } else { Err(Refusal::with("item.district", 403)) }
}

/// `GET /admin/items/{code}`
pub async fn show(app: App, duty: Duty<HallPublish>, Path(code): Path<String>) -> Reply {
    let (reader, edits, decides) = (people::api::maker(&duty), duty.may("hall.items", CentreId::DISTRICT), of_district(&duty).is_ok());
    let sheet = app
        .read(move |tx| {
            let versions = rows::item::versions(tx, &code)?;
            if versions.is_empty() {
                return Err(No::Missing(kernel::Missing("item")));
            }
            let waiting = people::api::two_open(tx)?.into_iter().filter(|t| t.action == api::PUBLISH && t.object == code).collect();
            Ok(Sheet { versions, waiting, reader, edits, decides })
        })
        .await?;
    if duty.ask.json() {
        let all: Vec<_> = sheet.versions.iter().map(|v| serde_json::json!({ "version": v.version, "rev": v.rev, "state": v.state.code(), "item": v.item, "typed": v.typed, "successor": v.successor })).collect();
        let waiting: Vec<_> =
            sheet.waiting.iter().map(|t| serde_json::json!({ "two": t.id, "reason": t.reason, "asked_by": t.asked_by, "command": t.command })).collect();
        return Ok(Answer::json(200, &serde_json::json!({ "versions": all, "waiting": waiting })));
    }
    Ok(Answer::page(&duty.ask, sheet_page(&duty.ask, &sheet)))
}

/// The page of an item.
pub fn sheet_page<'a>(ask: &'a Ask, sheet: &'a Sheet) -> Page<'a> {
    let draft = sheet.versions.iter().find(|v| v.state == State::Draft);
    let current = sheet.versions.iter().find(|v| v.state != State::Draft && v.replaced_at.is_none());
    let Some(head) = draft.or(current) else { return admin_page(ask, "/admin/items", ask.t("hall.admin.title"), &html! {}) };
    let code = head.item.code.as_str();
    let body = html! {
        p class="quiet" { (code) " · " @if let Some(c) = current { (ask.tf("hall.admin.standing", &[("n", &c.version.to_string()), ("state", state(ask, c.state))])) " · " a href=(ask.href(&format!("/errands/{code}"))) { (ask.t("hall.admin.see")) } } @else { (ask.t("hall.admin.never")) } }
        @for two in &sheet.waiting { (waiting(ask, sheet, two, draft, code)) }
        @if let Some(d) = draft { (draft_part(ask, sheet, d, current, code)) }
        @if sheet.edits {
            details class="card" open[draft.is_some()] {
                summary { (ask.t(if draft.is_some() { "hall.admin.edit" } else { "hall.admin.next" })) }
                (form(ask, Some(code), draft.map(|d| d.rev), &head.typed, &[]))
            }
        }
        @if !sheet.decides { p class="quiet" { (ask.t("item.district")) } } @else if let Some(c) = current { (steps(ask, c, code)) }
        section class="card" aria-labelledby="versions" {
            h2 id="versions" { (ask.t("hall.admin.versions")) }
            dl class="rows" { @for v in &sheet.versions { div {
                dt { (ask.tf("hall.admin.version.n", &[("n", &v.version.to_string())])) }
                dd { @if v.replaced_at.is_some() { (ask.t("hall.state.replaced")) } @else { (state(ask, v.state)) } " " (day(ask, v.published_at.unwrap_or(v.made_at))) @if v.alone_why.is_some() { " · " b class="poor" { (ask.t("hall.admin.alone")) } } }
            } } }
        }
    };
    admin_page(ask, "/admin/items", ask.b(&head.item.plain), &body)
}

/// Whether a request is about this very revision of the draft: an edit afterwards voids it.
fn fresh(two: &Two, draft: Option<&Version>) -> bool {
    let meant: Option<api::Publish> = serde_json::from_str(&two.command).ok();
    meant.is_some_and(|m| draft.is_some_and(|d| (d.version, d.rev) == (m.version, m.rev)))
}

fn waiting(ask: &Ask, sheet: &Sheet, two: &Two, draft: Option<&Version>, code: &str) -> Markup {
    let mine = two.asked_by == sheet.reader;
    let fresh = fresh(two, draft);
    let until = ask.district.time.hhmm(two.until);
    let asked = ask.tf("hall.admin.asked", &[("reason", &two.reason), ("until", &format!("{} {until}", day(ask, two.until)))]);
    let id = two.id.to_string();
    html! {
        (notice("wrn", ask.t("hall.admin.two"), &asked))
        @if !fresh { p class="quiet" { (ask.t("hall.admin.stale")) } }
        @else if two.state == TwoState::Agreed { p class="quiet" { (ask.t("hall.admin.agreed")) } }
        @else if mine { p class="quiet" { (ask.t("hall.admin.mine")) } }
        @else {
            div class="btns" {
                (ask.button(&format!("/admin/items/{code}/agree"), ask.t("hall.admin.agree"), "btn pri", &[("two", &id), ("answer", "yes")]))
                (ask.button(&format!("/admin/items/{code}/agree"), ask.t("hall.admin.refuse"), "btn bad", &[("two", &id), ("answer", "no")]))
            }
        }
    }
}

fn draft_part(ask: &Ask, sheet: &Sheet, d: &Version, current: Option<&Version>, code: &str) -> Markup {
    let before = current.map_or("", |c| c.typed.as_str());
    let rev = d.rev.to_string();
    html! {
        section class="card" aria-labelledby="draft" {
            h2 id="draft" { (ask.tf("hall.admin.draft", &[("n", &d.version.to_string())])) }
            details open { summary { (ask.t("hall.admin.changes")) } pre { @for (sign, line) in changes(before, &d.typed) { (sign) " " (line) "\n" } } }
            @if sheet.decides && !sheet.waiting.iter().any(|t| fresh(t, Some(d))) {
                form method="post" action=(ask.href(&format!("/admin/items/{code}/publish"))) {
                    (ask.once()) input type="hidden" name="rev" value=(d.rev);
                    div class="field" { label for="reason" { (ask.t("hall.admin.reason")) } p class="hint" id="reason-h" { (ask.t("hall.admin.reason.hint")) } input type="text" id="reason" name="reason" maxlength="200" required aria-describedby="reason-h"; }
                    p class="btns" { button class="btn pri" { (ask.t("hall.admin.publish")) } }
                }
            }
            @if sheet.edits { (ask.button(&format!("/admin/items/{code}/discard"), ask.t("hall.admin.discard"), "btn lnk", &[("rev", &rev)])) }
        }
    }
}

fn steps(ask: &Ask, c: &Version, code: &str) -> Markup {
    let step = |to: &str, id: &'static str, word: &'static str, class: &'static str, successor: bool| {
        html! {
            form method="post" action=(ask.href(&format!("/admin/items/{code}/{to}"))) {
                (ask.once())
                div class="field" { label for=(id) { (ask.t("hall.admin.why")) } input type="text" id=(id) name="why" maxlength="200" required; }
                @if successor { div class="field" { label for="successor" { (ask.t("hall.admin.successor")) } p class="hint" id="successor-h" { (ask.t("hall.admin.successor.hint")) } input type="text" id="successor" name="successor" maxlength="40" aria-describedby="successor-h"; } }
                p class="btns" { button class=(class) { (ask.t(word)) } }
            }
        }
    };
    html! {
        @if c.state == State::Withdrawn { p class="quiet" { (c.state_why.as_deref().unwrap_or_default()) } }
        @else { details class="card" {
            summary { (ask.t("hall.admin.stop")) }
            @if c.state == State::Published { (step("suspend", "why-suspend", "hall.admin.suspend", "btn", false)) }
            @if c.state == State::Suspended { (step("resume", "why-resume", "hall.admin.resume", "btn", false)) }
            (step("withdraw", "why-withdraw", "hall.admin.withdraw", "btn bad", true))
        } }
    }
}

/// Lines that went (−) and came (+), in their order, by the longest common subsequence.
pub fn changes<'a>(before: &'a str, after: &'a str) -> Vec<(char, &'a str)> {
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().take(500).collect(), after.lines().take(500).collect());
    let mut common = vec![vec![0_u16; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            out.push(('−', a[i]));
            i += 1;
        } else {
            out.push(('+', b[j]));
            j += 1;
        }
    }
    out
}

/// The revision that is meant.
#[derive(Deserialize, Clone, Copy, Debug)]
#[serde(deny_unknown_fields)]
pub struct RevBody {
    /// Of the draft.
    pub rev: i64,
}

/// `POST /admin/items/{code}/discard`
pub async fn discard(app: App, duty: Duty<HallItems>, once: Once, Path(code): Path<String>, Body(body): Body<RevBody>) -> Reply {
    let ask = duty.ask.clone();
    app.write(&duty, once, "hall.item.discard", move |tx| {
        api::discard(tx, &code, body.rev)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "code": code }), "/admin/items"))
    })
    .await
}

/// Asks for publication.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct PublishBody {
    /// Revision of the draft that was read.
    pub rev: i64,
    /// Why; stored, and shown to the second person.
    pub reason: String,
}

/// `POST /admin/items/{code}/publish`: 202 while it waits for a second person.
pub async fn publish(app: App, duty: Duty<HallPublish>, once: Once, Path(code): Path<String>, At3(at): At3, Body(body): Body<PublishBody>) -> Reply {
    let (ask, asker, may) = (duty.ask.clone(), people::api::asker(&duty)?, of_district(&duty));
    app.write(&duty, once, "hall.item.publish", move |tx| {
        may.clone()?;
        let path = format!("/admin/items/{code}");
        Ok(match api::ask_publish(tx, &code, body.rev, &body.reason, &asker, at)? {
            Asked::Published(version) => Answer::of(&ask, 200, &serde_json::json!({ "code": code, "version": version, "state": "published" }), path),
            Asked::Waiting(two) => Answer::of(&ask, 202, &serde_json::json!({ "code": code, "two": two, "state": "asked" }), path),
        })
    })
    .await
}

/// The second person's answer.
#[derive(Deserialize, Clone, Copy, Debug)]
#[serde(deny_unknown_fields)]
pub struct AgreeBody {
    /// The request.
    pub two: TwoId,
    /// Yes or no.
    pub answer: YesNo,
}
/// An answer.
#[derive(Deserialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum YesNo {
    /// 同意
    Yes,
    /// 不同意
    No,
}

/// `POST /admin/items/{code}/agree`
pub async fn agree(app: App, duty: Duty<HallPublish>, once: Once, Path(code): Path<String>, At3(at): At3, Body(body): Body<AgreeBody>) -> Reply {
    let (ask, by) = (duty.ask.clone(), people::api::maker(&duty));
    app.write(&duty, once, "hall.item.agree", move |tx| {
        api::answer(tx, &code, body.two, body.answer == YesNo::Yes, &by, at)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "code": code }), format!("/admin/items/{code}")))
    })
    .await
}

/// Why a state is changed.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub struct StepBody {
    /// Why; stored.
    pub why: String,
    /// Of a withdrawal: code of what is done instead; empty for none.
    #[serde(default)]
    pub successor: String,
}

/// `POST /admin/items/{code}/suspend`
pub async fn suspend(app: App, duty: Duty<HallPublish>, once: Once, Path(code): Path<String>, Now(now): Now, Body(body): Body<StepBody>) -> Reply {
    step(app, duty, once, code, State::Suspended, body, now, "hall.item.suspend").await
}
/// `POST /admin/items/{code}/resume`
pub async fn resume(app: App, duty: Duty<HallPublish>, once: Once, Path(code): Path<String>, Now(now): Now, Body(body): Body<StepBody>) -> Reply {
    step(app, duty, once, code, State::Published, body, now, "hall.item.resume").await
}
/// `POST /admin/items/{code}/withdraw`
pub async fn withdraw(app: App, duty: Duty<HallPublish>, once: Once, Path(code): Path<String>, Now(now): Now, Body(body): Body<StepBody>) -> Reply {
    step(app, duty, once, code, State::Withdrawn, body, now, "hall.item.withdraw").await
}

#[allow(clippy::too_many_arguments)]
async fn step(app: App, duty: Duty<HallPublish>, once: Once, code: String, to: State, body: StepBody, now: kernel::Instant, action: &'static str) -> Reply {
    let (ask, may) = (duty.ask.clone(), of_district(&duty));
    app.write(&duty, once, action, move |tx| {
        may.clone()?;
        let successor = Some(body.successor.trim()).filter(|s| !s.is_empty());
        api::step(tx, &code, to, &body.why, successor, now)?;
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "code": code, "state": to.code() }), format!("/admin/items/{code}")))
    })
    .await
}

/// Both clocks and the dice, as one parameter.
pub struct At3(pub At);
impl web::axum::extract::FromRequestParts<App> for At3 {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let Now(now) = Now::from_request_parts(parts, app).await?;
        let Real(real) = Real::from_request_parts(parts, app).await?;
        let Dice(dice) = Dice::from_request_parts(parts, app).await?;
        Ok(Self(At { now, real, dice }))
    }
}
