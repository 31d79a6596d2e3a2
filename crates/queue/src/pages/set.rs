//! What a supervisor or an editor sets: the lines of a centre, and which counter serves what.

use std::collections::BTreeMap;

use kernel::{Both, CentreId, CounterId, Missing, No, Refusal, ServiceClass};
use places::{Counter, Zone};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Tx;
use web::{
    Answer, App, Ask, Body, Dice, Duty, FieldFault, Markup, Now, Once, Owns, Page, QueueSet, Reply, Route, Surface, axum::extract::Query, centre_in_path,
    error_summary, field, html, icon, route,
};

use super::shell::refused;
use crate::{
    Line, Skill,
    api::{self, NewLine},
};

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/m/{centre}/lines", QueueSet, lines, "queue.line.list").own(Owns::SameCentre, centre_in_path),
    route!(POST "/m/{centre}/lines", QueueSet, set_line, "queue.line.set").own(Owns::SameCentre, centre_in_path),
    route!(GET "/m/{centre}/skills", QueueSet, skills, "queue.skill.list").own(Owns::SameCentre, centre_in_path),
    route!(POST "/m/{centre}/skills", QueueSet, set_skills, "queue.skill.set").own(Owns::SameCentre, centre_in_path),
];

/// What both pages know.
pub(crate) struct Centre {
    pub id: CentreId,
    pub name: Both,
    pub zones: Vec<Zone>,
    pub counters: Vec<Counter>,
    pub lines: Vec<Line>,
    pub skills: Vec<(CounterId, Skill)>,
}
fn read(tx: &mut Tx, id: CentreId) -> Result<Centre, No> {
    let name = places::api::centre(tx, id)?.name;
    Ok(Centre {
        id,
        name,
        zones: places::api::zones(tx, id)?,
        counters: places::api::counters(tx, id)?,
        lines: api::lines(tx, id)?,
        skills: api::skills(tx, id)?,
    })
}

/// The frame of these pages.
pub(super) fn frame(ask: &Ask, id: CentreId, name: &Both, at: &str, title: &str, body: &Markup) -> Markup {
    let pages = [("lines", "queue.set.lines", "layers"), ("skills", "queue.set.skills", "users"), ("figures", "queue.set.figures", "gear")];
    let page = html! {
        (web::skip(ask))
        nav class="nav" aria-label=(ask.t("queue.set.nav")) {
            p class="lg" { svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} } span { (ask.b(&ask.district.name)) } }
            ul {
                li { a href=(ask.href(&format!("/m/{id}"))) { (icon("chart")) (ask.b(name)) } }
                @for (path, word, sign) in pages { li { a href=(ask.href(&format!("/m/{id}/{path}"))) aria-current=[(path == at).then_some("page")] { (icon(sign)) (ask.t(word)) } } }
            }
        }
        header class="top" {
            p class="st" { (ask.district.time.hhmmss(ask.now)) " · " a href=(ask.href(&format!("/m/{id}/{at}"))) { (ask.t("web.refresh")) } }
            div class="tool" {
                @if let Some(shown) = &ask.shown { span class="st" { (shown) } }
                a class="btn lnk" href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) }
                (ask.button("/out", ask.t("web.out"), "btn lnk", &[]))
            }
        }
        main id="main" class="page" tabindex="-1" { h1 { (title) } p class="quiet" { (ask.b(name)) } (body) }
    };
    Page::new(Surface::Manager, title, page).render(ask)
}

// ── lines ──

/// A line as typed.
#[derive(Deserialize, Clone, Default, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Typed {
    #[serde(default)]
    pub line: String,
    #[serde(default)]
    pub prefix: String,
    #[serde(default)]
    pub class: String,
    #[serde(default)]
    pub name_zh: String,
    #[serde(default)]
    pub name_en: String,
    #[serde(default)]
    pub zone: String,
    #[serde(default)]
    pub last_issue_min: String,
    #[serde(default)]
    pub remote_share_pct: String,
    #[serde(default)]
    pub typical_min: String,
}
impl Typed {
    pub(crate) fn of(l: &Line) -> Self {
        Self {
            line: l.code.clone(),
            prefix: l.prefix.clone(),
            class: l.class.letter().to_owned(),
            name_zh: l.name.zh.clone(),
            name_en: l.name.en.clone(),
            zone: l.zone.clone(),
            last_issue_min: l.last_issue_min.to_string(),
            remote_share_pct: l.remote_share_pct.to_string(),
            typical_min: l.typical_min.to_string(),
        }
    }
    /// What a new line begins with; the figures are the shipped ones of hall §3 [A].
    pub(crate) fn fresh() -> Self {
        Self { class: "A".into(), last_issue_min: "30".into(), remote_share_pct: "50".into(), typical_min: "8".into(), ..Self::default() }
    }
    /// The line that is meant, with everything that is wrong with it in the order of the form.
    fn read(&self, centre: CentreId, zones: &[Zone]) -> (NewLine, Vec<Refusal>) {
        let mut faults = Vec::new();
        let class = self.class.parse().unwrap_or_else(|_| {
            faults.push(Refusal::invalid("line.class").at("class"));
            ServiceClass::A
        });
        if !zones.iter().any(|z| z.code == self.zone) {
            faults.push(Refusal::invalid("line.zone").at("zone"));
        }
        // what is no number is out of every span
        let whole = |text: &str| text.trim().parse().unwrap_or(-1);
        let new = NewLine {
            centre,
            code: self.line.trim().to_owned(),
            prefix: self.prefix.trim().to_uppercase(),
            class,
            name: Both::new(self.name_zh.trim(), self.name_en.trim()),
            zone: self.zone.clone(),
            last_issue_min: whole(&self.last_issue_min),
            remote_share_pct: whole(&self.remote_share_pct),
            typical_min: whole(&self.typical_min),
        };
        faults.extend(new.faults());
        faults.sort_by_key(|r| FIELDS.iter().position(|f| Some(*f) == r.field));
        (new, faults)
    }
}

/// Which line is being changed.
#[derive(Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    line: Option<String>,
}

/// The lines of a centre.
pub(crate) async fn lines(app: App, set: Duty<QueueSet>, Query(q): Query<Which>) -> Reply {
    let centre = set.centre();
    let c = app.read(move |tx| read(tx, centre)).await?;
    if set.ask.json() {
        return Ok(Answer::json(200, &json!({ "centre": centre, "lines": c.lines.iter().map(line_json).collect::<Vec<_>>() })));
    }
    let typed = c.lines.iter().find(|l| Some(&l.code) == q.line.as_ref()).map_or_else(Typed::fresh, Typed::of);
    Ok(Answer::html(&lines_page(&set.ask, &c, &typed, &[])))
}
fn line_json(l: &Line) -> Value {
    json!({
        "line": l.code, "prefix": l.prefix, "class": l.class.letter(), "name": l.name, "zone": l.zone, "last_issue_min": l.last_issue_min,
        "remote_share_pct": l.remote_share_pct, "typical_min": l.typical_min, "stopped": l.closed_at.is_some(),
    })
}

/// Makes or changes a line.
pub(crate) async fn set_line(app: App, set: Duty<QueueSet>, once: Once, Now(now): Now, Dice(dice): Dice, Body(typed): Body<Typed>) -> Reply {
    let (ask, centre, kept) = (set.ask.clone(), set.centre(), typed.clone());
    let done = app
        .write(&set, once, "queue.line.set", move |tx| {
            let zones = places::api::zones(tx, centre)?;
            let (new, faults) = typed.read(centre, &zones);
            if let Some(first) = faults.into_iter().next() {
                return Err(first.into());
            }
            let code = new.code.clone();
            let id = api::set_line(tx, new, now, dice)?;
            tx.about("line", id);
            Ok(Answer::of(&ask, 200, &json!({ "id": id, "line": code }), format!("/m/{centre}/lines")))
        })
        .await?;
    let Some((status, text, at)) = refused(&set.ask, &done) else { return Ok(done) };
    let c = app.read(move |tx| read(tx, centre)).await?;
    let found = kept.read(centre, &c.zones).1;
    let faults = if found.is_empty() {
        vec![FieldFault { field: FIELDS.iter().find(|f| Some(**f) == at.as_deref()).copied().unwrap_or("line"), text }]
    } else {
        found.iter().map(|r| fault(&set.ask, r, "line")).collect()
    };
    Ok(Answer::html(&lines_page(&set.ask, &c, &kept, &faults)).status(status))
}
/// A refusal as a form shows it, at its field.
pub(super) fn fault(ask: &Ask, refusal: &Refusal, field: &'static str) -> FieldFault {
    FieldFault { field: refusal.field.unwrap_or(field), text: ask.words.refusal(ask.lang, refusal) }
}
const FIELDS: &[&str] = &["line", "name_zh", "name_en", "prefix", "class", "zone", "last_issue_min", "remote_share_pct", "typical_min"];

pub(crate) fn lines_page(ask: &Ask, c: &Centre, typed: &Typed, faults: &[FieldFault]) -> Markup {
    let known = c.lines.iter().any(|l| l.code == typed.line);
    let path = format!("/m/{}/lines", c.id);
    let classes = [("A", "queue.set.class.a"), ("B", "queue.set.class.b"), ("C", "queue.set.class.c")].map(|(v, w)| (v.to_owned(), ask.t(w).to_owned()));
    let fault_at = |name: &str| faults.iter().find(|f| f.field == name);
    let body = html! {
        (error_summary(ask, faults))
        section class="card" {
            h2 { (ask.t("queue.set.lines")) }
            @if c.lines.is_empty() { p class="empty" { (ask.t("queue.set.lines.none")) } }
            @else {
                div class="scroll" tabindex="0" role="region" aria-label=(ask.t("queue.set.lines")) {
                    table class="table cards" {
                        caption class="sr" { (ask.t("queue.set.lines")) }
                        thead { tr { th scope="col" { (ask.t("queue.set.name")) } @for w in ["queue.set.prefix", "queue.set.zone", "queue.set.last", "queue.set.remote", "queue.set.typical"] { th scope="col" { (ask.t(w)) } } th scope="col" { span class="sr" { (ask.t("queue.set.change")) } } } }
                        tbody { @for l in &c.lines { tr {
                            th scope="row" { (ask.b(&l.name)) @if l.closed_at.is_some() { " " span class="pill wrn" { (ask.t("queue.h.stopped")) } } }
                            td data-l=(ask.t("queue.set.prefix")) { (l.prefix) }
                            td data-l=(ask.t("queue.set.zone")) { (c.zones.iter().find(|z| z.code == l.zone).map_or(l.zone.as_str(), |z| ask.b(&z.name))) }
                            td data-l=(ask.t("queue.set.last")) { (ask.tf("queue.h.min", &[("n", &l.last_issue_min.to_string())])) }
                            td data-l=(ask.t("queue.set.remote")) { (l.remote_share_pct) " %" }
                            td data-l=(ask.t("queue.set.typical")) { (ask.tf("queue.h.min", &[("n", &l.typical_min.to_string())])) }
                            td { a class="btn" href=(ask.href(&format!("{path}?line={}", l.code))) { (ask.t("queue.set.change")) span class="sr" { " " (ask.b(&l.name)) } } }
                        } } }
                    }
                }
            }
        }
        form class="card narrow" method="post" action=(ask.href(&path)) {
            (ask.once())
            h2 { @match c.lines.iter().find(|l| l.code == typed.line) { Some(l) => { (ask.tf("queue.set.change.of", &[("name", ask.b(&l.name))])) } None => { (ask.t("queue.set.new")) } } }
            @if known { input type="hidden" name="line" value=(typed.line); }
            @else { (field("line", ask.t("queue.set.code"), ask.t("queue.set.code.hint"), "text", &typed.line, faults)) }
            (field("name_zh", ask.t("queue.set.name_zh"), "", "text", &typed.name_zh, faults))
            (field("name_en", ask.t("queue.set.name_en"), "", "text", &typed.name_en, faults))
            (field("prefix", ask.t("queue.set.prefix"), ask.t("queue.set.prefix.hint"), "text", &typed.prefix, faults))
            (web::choices("class", ask.t("queue.set.class"), &classes, &typed.class))
            div class=(if fault_at("zone").is_some() { "field bad" } else { "field" }) {
                label for="zone" { (ask.t("queue.set.zone")) }
                @if let Some(f) = fault_at("zone") { p class="err" id="zone-e" { (icon("warn")) (f.text) } }
                select id="zone" name="zone" { @for z in &c.zones { option value=(z.code) selected[z.code == typed.zone] { (ask.b(&z.name)) } } }
            }
            (field("last_issue_min", ask.t("queue.set.last"), ask.t("queue.set.last.hint"), "number", &typed.last_issue_min, faults))
            (field("remote_share_pct", ask.t("queue.set.remote"), ask.t("queue.set.remote.hint"), "number", &typed.remote_share_pct, faults))
            (field("typical_min", ask.t("queue.set.typical"), ask.t("queue.set.typical.hint"), "number", &typed.typical_min, faults))
            p class="btns" { button class="btn pri" { (ask.t("queue.set.save")) } @if known { a class="btn" href=(ask.href(&path)) { (ask.t("queue.set.new")) } } }
        }
    };
    frame(ask, c.id, &c.name, "lines", ask.t("queue.set.lines"), &body)
}

// ── skills ──

/// What a counter serves: `social:1:0`, `social:2:10` (line, rank, help after minutes); empty ones are left out. The table of the page sends all counters
/// at once, each value with its counter before it: `<counter>/social:1:0`.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skilled {
    #[serde(default)]
    counter: Option<CounterId>,
    #[serde(default)]
    skill: Vec<String>,
}
impl Skilled {
    /// By counter, in the order of the centre.
    fn by_counter(&self, all: &[Counter]) -> Result<Vec<(CounterId, Vec<&str>)>, No> {
        let known = |id: CounterId| all.iter().any(|c| c.id == id);
        let filled = || self.skill.iter().map(String::as_str).filter(|t| !t.is_empty());
        if let Some(one) = self.counter {
            return if known(one) { Ok(vec![(one, filled().collect())]) } else { Err(Missing("counter").into()) };
        }
        let mut each: Vec<(CounterId, Vec<&str>)> = all.iter().map(|c| (c.id, Vec::new())).collect();
        for text in filled() {
            let (id, skill) = text.split_once('/').ok_or_else(|| Refusal::invalid("skill.rank").at("skill"))?;
            let id: CounterId = id.parse().map_err(|_| Missing("counter"))?;
            each.iter_mut().find(|(c, _)| *c == id).ok_or(Missing("counter"))?.1.push(skill);
        }
        Ok(each)
    }
}
/// How many counters were changed just now.
#[derive(Deserialize)]
pub(crate) struct Saved {
    #[serde(default)]
    saved: Option<i64>,
}

fn parse(text: &str, lines: &BTreeMap<&str, &Line>) -> Result<Skill, Refusal> {
    let mut parts = text.split(':');
    let (code, rank, min) = (parts.next().unwrap_or_default(), parts.next().and_then(|r| r.parse().ok()), parts.next().unwrap_or("0").parse::<i64>().ok());
    let line = lines.get(code).ok_or_else(|| Refusal::invalid("line.unknown").at("skill"))?;
    match (rank, min) {
        (Some(rank), Some(min @ 0..=240)) => Ok(Skill { line: line.id, rank, help_after_s: min * 60 }),
        _ => Err(Refusal::invalid("skill.rank").at("skill")),
    }
}

/// Which counter serves what.
pub(crate) async fn skills(app: App, set: Duty<QueueSet>, Query(q): Query<Saved>) -> Reply {
    let centre = set.centre();
    let c = app.read(move |tx| read(tx, centre)).await?;
    if set.ask.json() {
        return Ok(Answer::json(200, &skills_json(&c)));
    }
    Ok(Answer::html(&skills_page(&set.ask, &c, q.saved, None)))
}
fn skills_json(c: &Centre) -> Value {
    let of = |counter: CounterId| {
        let mine = c.skills.iter().filter(|(id, _)| *id == counter);
        mine.filter_map(|(_, s)| Some(json!({ "line": c.lines.iter().find(|l| l.id == s.line)?.code, "rank": s.rank, "help_after_min": s.help_after_s / 60 })))
            .collect::<Vec<_>>()
    };
    json!({ "centre": c.id, "counters": c.counters.iter().map(|p| json!({ "counter": p.id, "number": p.number, "skills": of(p.id) })).collect::<Vec<_>>() })
}

/// Sets what counters serve; at work, they serve it at once. Counters that stay as they are are not written.
pub(crate) async fn set_skills(app: App, set: Duty<QueueSet>, once: Once, Body(b): Body<Skilled>) -> Reply {
    let (ask, centre) = (set.ask.clone(), set.centre());
    let done = app
        .write(&set, once, "queue.skill.set", move |tx| {
            let (all, before) = (api::lines(tx, centre)?, api::skills(tx, centre)?);
            let lines: BTreeMap<&str, &Line> = all.iter().map(|l| (l.code.as_str(), l)).collect();
            let (mut changed, mut count) = (Vec::new(), 0);
            for (counter, texts) in b.by_counter(&places::api::counters(tx, centre)?)? {
                let mut skills: Vec<Skill> = Vec::new();
                for text in texts {
                    let skill = parse(text, &lines)?;
                    if !skills.iter().any(|s| s.line == skill.line) {
                        skills.push(skill);
                    }
                }
                // of an own line the help threshold means nothing
                let meant = |s: &Skill| (s.line, s.rank, if s.rank == 2 { s.help_after_s } else { 0 });
                let had: Vec<_> = before.iter().filter(|(c, _)| *c == counter).map(|(_, s)| meant(s)).collect();
                if had.len() != skills.len() || !skills.iter().all(|s| had.contains(&meant(s))) {
                    api::set_skills(tx, centre, counter, &skills)?;
                    tx.about("counter", counter);
                    changed.push(counter);
                }
                count = skills.len();
            }
            let said = match b.counter {
                Some(counter) => json!({ "counter": counter, "skills": count }),
                None => json!({ "changed": changed }),
            };
            Ok(Answer::of(&ask, 200, &said, format!("/m/{centre}/skills?saved={}", changed.len())))
        })
        .await?;
    let Some((status, text, _)) = refused(&set.ask, &done) else { return Ok(done) };
    let c = app.read(move |tx| read(tx, centre)).await?;
    Ok(Answer::html(&skills_page(&set.ask, &c, None, Some(&text))).status(status))
}

/// Minutes after which a counter helps, as offered; another that is set stays offered.
const HELP_MIN: [i64; 4] = [5, 10, 15, 20];

/// One cell: what this counter does with this line.
fn cell(ask: &Ask, p: &Counter, l: &Line, has: Option<&Skill>) -> Markup {
    let mut minutes: Vec<i64> = HELP_MIN.to_vec();
    if let Some(s) = has.filter(|s| s.rank == 2 && !HELP_MIN.contains(&(s.help_after_s / 60))) {
        minutes.push(s.help_after_s / 60);
        minutes.sort_unstable();
    }
    let now = has.map(|s| (s.rank, if s.rank == 2 { s.help_after_s / 60 } else { 0 }));
    let value = |rest: String| format!("{}/{}:{rest}", p.id, l.code);
    let class = match now {
        None => "",
        Some((1, _)) => "own",
        Some(_) => "help",
    };
    let label = format!("{} · {}", ask.tf("queue.h.counter.n", &[("n", &p.number.to_string())]), ask.b(&l.name));
    html! {
        select id={ "s-" (p.number) "-" (l.code) } class=(class) name="skill" aria-label=(label) {
            option value="" selected[now.is_none()] { (ask.t("queue.set.skill.no")) }
            option value=(value("1:0".into())) selected[now.is_some_and(|n| n.0 == 1)] { (ask.t("queue.set.skill.own")) }
            @for m in &minutes { option value=(value(format!("2:{m}"))) selected[now == Some((2, *m))] { (ask.tf("queue.set.skill.help", &[("n", &m.to_string())])) } }
        }
    }
}

pub(crate) fn skills_page(ask: &Ask, c: &Centre, saved: Option<i64>, refusal: Option<&str>) -> Markup {
    let path = format!("/m/{}/skills", c.id);
    let has = |p: &Counter, l: &Line| c.skills.iter().find(|(id, s)| *id == p.id && s.line == l.id).map(|(_, s)| s);
    let body = html! {
        @if let Some(text) = refusal { (web::notice("wrn", text, "")) }
        @match saved {
            None => {}
            Some(0) => (web::notice("", ask.t("queue.set.skills.same"), "")),
            Some(n) => div role="status" { (web::notice("soc", &ask.tf("queue.set.skills.saved", &[("n", &n.to_string())]), "")) },
        }
        p { (ask.t("queue.set.skills.how")) }
        @if c.lines.is_empty() || c.counters.is_empty() { p class="empty" { (ask.t("queue.set.skills.none")) } }
        @else { form class="card" method="post" action=(ask.href(&path)) {
            (ask.once())
            div class="scroll grid" tabindex="0" role="region" aria-label=(ask.t("queue.set.skills")) {
                table class="table" {
                    caption class="sr" { (ask.t("queue.set.skills")) }
                    thead { tr { th scope="col" { (ask.t("queue.h.counter")) } @for l in &c.lines { th scope="col" class="l" { (ask.b(&l.name)) } } } }
                    tbody { @for p in &c.counters { tr {
                        th scope="row" { (ask.tf("queue.h.counter.n", &[("n", &p.number.to_string())])) }
                        @for l in &c.lines { td { (cell(ask, p, l, has(p, l))) } }
                    } } }
                }
            }
            p class="btns" { button class="btn pri" { (ask.t("queue.set.save")) } }
        } }
    };
    frame(ask, c.id, &c.name, "skills", ask.t("queue.set.skills"), &body)
}
