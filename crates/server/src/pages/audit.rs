//! A7: search and verify the journal; the public heads.

use std::{collections::BTreeMap, sync::Arc};

use kernel::{Both, CentreId, Instant, No};
use store::{FullEntry, Head, Search, Tx};
use tokio::sync::Mutex;
use web::{Answer, App, Ask, Duty, Markup, Object, Open, Page, Params, Reply, StoreAudit, Surface, admin_page, axum::extract::Query, html};

use crate::commands::with_rows;

/// Rows of one page.
const PAGE: usize = 100;

pub(super) fn object(_: &mut Tx, _: &Params) -> Result<Object, No> {
    Ok(Object::of(CentreId::DISTRICT, "journal", ""))
}

/// What is searched for. Empty: the newest rows.
#[derive(serde::Deserialize, Default, Clone)]
pub(super) struct Asked {
    #[serde(default)]
    chain: Option<i64>,
    #[serde(default)]
    action: String,
    #[serde(default)]
    after: Option<i64>,
}

pub(super) async fn page(app: App, auditor: Duty<StoreAudit>, Query(asked): Query<Asked>) -> Reply {
    let (search, looked) = (asked.clone(), asked.chain.and_then(CentreId::new).unwrap_or(CentreId::DISTRICT));
    let (rows, heads, names) = app
        .read(move |tx| {
            let prefix = (!search.action.is_empty()).then_some(search.action);
            let rows = store::search(
                tx,
                &Search { chain: Some(looked), action_prefix: prefix, after: search.after.map(|seq| (looked, seq)), limit: PAGE, ..Search::default() },
            )?;
            let names = Names::read(tx, &rows)?;
            Ok((rows, store::heads(tx)?, names))
        })
        .await?;
    if auditor.ask.json() {
        return Ok(Answer::json(200, &rows.iter().map(FullEntry::json).collect::<Vec<_>>()));
    }
    Ok(Answer::html(&render(&auditor.ask, &asked, &rows, &heads, &names, None)))
}

/// What people call what the rows name by ids. The journal itself keeps ids only.
#[derive(Default)]
struct Names {
    centres: Vec<(CentreId, Both)>,
    /// Kind and id.
    things: BTreeMap<(String, String), Thing>,
}
#[derive(Clone)]
enum Thing {
    Shown(String),
    Number(String),
    Counter(i64),
    Named(Both),
}
impl Names {
    fn read(tx: &mut Tx, rows: &[FullEntry]) -> Result<Self, No> {
        let centres = places::api::centres(tx)?.into_iter().map(|c| (c.id, c.name)).collect();
        let mut named = Self { centres, things: BTreeMap::new() };
        let pairs = rows.iter().flat_map(|r| [(r.actor_kind.as_str(), r.actor.as_str()), (r.object_kind.as_str(), r.object.as_str())]);
        for (kind, id) in pairs {
            let (kind, id) = (kind.to_owned(), bare(id).to_owned());
            if named.things.contains_key(&(kind.clone(), id.clone())) {
                continue;
            }
            match thing(tx, &kind, &id) {
                Ok(Some(thing)) => drop(named.things.insert((kind, id), thing)),
                // gone since, or of a kind without a name
                Ok(None) | Err(No::Missing(_) | No::Refused(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(named)
    }
    fn of(&self, ask: &Ask, kind: &str, id: &str) -> Option<String> {
        Some(match self.things.get(&(kind.to_owned(), bare(id).to_owned()))? {
            Thing::Shown(name) => name.clone(),
            Thing::Number(no) => ask.tf("server.audit.number", &[("no", no)]),
            Thing::Counter(n) => ask.tf("server.audit.counter", &[("n", &n.to_string())]),
            Thing::Named(name) => ask.b(name).to_owned(),
        })
    }
    fn centre(&self, ask: &Ask, chain: CentreId) -> String {
        if chain == CentreId::DISTRICT {
            return ask.t("server.audit.district").to_owned();
        }
        self.centres.iter().find(|(id, _)| *id == chain).map_or_else(|| chain.to_string(), |(_, name)| ask.b(name).to_owned())
    }
}
/// `account:<id>` is `<id>`; `item@3` stays.
fn bare(id: &str) -> &str {
    id.rsplit(':').next().unwrap_or(id)
}
fn thing(tx: &mut Tx, kind: &str, id: &str) -> Result<Option<Thing>, No> {
    Ok(match kind {
        "account" => match id.parse() {
            Ok(id) => people::api::shown(tx, &[id])?.pop().map(|(_, name)| Thing::Shown(name)),
            Err(_) => None,
        },
        "ticket" => id.parse().ok().map(|id| queue::api::ticket(tx, id)).transpose()?.map(|t| Thing::Number(t.number.to_string())),
        "visit" => id.parse().ok().map(|id| queue::api::visit_number(tx, id)).transpose()?.map(|no| Thing::Number(no.to_string())),
        "counter" => id.parse().ok().map(|id| places::api::counter(tx, id)).transpose()?.map(|c| Thing::Counter(c.number)),
        "line" => id.parse().ok().map(|id| queue::api::line(tx, id)).transpose()?.map(|l| Thing::Named(l.name)),
        _ => None,
    })
}
/// The action in words; its code where there are none.
fn action(ask: &Ask, code: &str) -> String {
    let key = format!("action.{code}");
    if ask.words.has(&key) { ask.t(&key).to_owned() } else { code.to_owned() }
}

/// A verification with the heads it was made at, and when it began (machine time).
pub(crate) struct Verified {
    began: Instant,
    heads: Vec<Head>,
    pub report: store::Report,
}
/// The newest one. One is made at a time: it reads the whole journal on one of few readers.
#[derive(Default)]
struct Newest(Mutex<Option<Arc<Verified>>>);

/// A verification is shown again for so long, seconds [A], while the heads stand: an edit of an old row moves no head.
const AGAIN_S: i64 = 60;

/// The newest verification, when it began after this was asked for, or just before and the journal stands as it did; else a new one.
pub(crate) async fn verified(app: &App) -> Result<Arc<Verified>, No> {
    let (app, asked) = (app.clone(), app.real());
    // A task of its own: whoever asked may hang up, and the next must still wait for the reader.
    let made = tokio::spawn(async move {
        let newest = app.memory::<Newest>();
        let mut newest = newest.0.lock().await;
        if let Some(known) = newest.as_ref()
            && (known.began >= asked || known.began >= asked.plus_s(-AGAIN_S) && app.read(store::heads).await? == known.heads)
        {
            return Ok(Arc::clone(known));
        }
        let began = app.real();
        let (heads, report) = app.read(|tx| Ok((store::heads(tx)?, store::verify(tx, &[])?))).await?;
        let made = Arc::new(Verified { began, heads, report });
        *newest = Some(Arc::clone(&made));
        Ok(made)
    });
    made.await.map_err(|e| kernel::Fault::new(e.to_string()))?
}

pub(super) async fn verify(app: App, auditor: Duty<StoreAudit>) -> Reply {
    let found = verified(&app).await?;
    let (report, heads) = (&found.report, &found.heads);
    let names = app.read(|tx| Names::read(tx, &[])).await?;
    if auditor.ask.json() {
        return Ok(Answer::json(200, &serde_json::json!({ "ok": report.ok(), "rows": report.rows(), "report": report.to_string() })));
    }
    Ok(Answer::html(&render(&auditor.ask, &Asked::default(), &[], heads, &names, Some((report.ok(), with_rows(report).to_string())))))
}

fn heads_table(ask: &Ask, heads: &[Head], names: Option<&Names>) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label=(ask.t("server.audit.heads")) {
            table class="table" {
                caption { (ask.t("server.audit.heads")) }
                thead { tr { th scope="col" { (ask.t("server.audit.chain")) } th scope="col" { (ask.t("server.audit.seq")) } th scope="col" class="l" { (ask.t("server.audit.hash")) } } }
                tbody { @for h in heads.iter().filter(|h| h.seq > 0) { tr { th scope="row" { (h.chain) @if let Some(n) = names { " " (n.centre(ask, h.chain)) } } td { (h.seq) } td class="l" { code { (h.to_string().rsplit(':').next().unwrap_or_default()) } } } } }
            }
        }
    }
}

fn render(ask: &Ask, asked: &Asked, rows: &[FullEntry], heads: &[Head], names: &Names, verified: Option<(bool, String)>) -> Markup {
    let body = html! {
        @if let Some((ok, report)) = &verified {
            (web::notice(if *ok { "soc" } else { "alr" }, ask.t(if *ok { "server.audit.ok" } else { "server.audit.broken" }), ""))
            pre { (report) }
        }
        form class="card" role="search" method="get" action=(ask.href("/admin/audit")) {
            div class="row" {
                div class="field" { label for="chain" { (ask.t("server.audit.chain")) } select id="chain" name="chain" {
                    @for chain in std::iter::once(CentreId::DISTRICT).chain(names.centres.iter().map(|(id, _)| *id)) { option value=(chain.number()) selected[asked.chain.unwrap_or(0) == chain.number()] { (names.centre(ask, chain)) } }
                } }
                div class="field" { label for="action" { (ask.t("server.audit.action")) } input type="search" id="action" name="action" value=(asked.action); }
                button class="btn pri" { (ask.t("server.audit.search")) }
                a class="btn" href=(ask.href("/admin/audit/verify")) { (ask.t("server.audit.verify")) }
            }
        }
        @if !rows.is_empty() {
            section class="card" {
                div class="scroll" tabindex="0" role="region" aria-label=(ask.t("server.audit.rows")) {
                    table class="table" {
                        caption class="sr" { (ask.t("server.audit.rows")) }
                        thead { tr { th scope="col" { (ask.t("server.audit.seq")) } @for w in ["when", "who", "what", "thing", "outcome"] { th scope="col" class="l" { (ask.t(&format!("server.audit.{w}"))) } } } }
                        tbody { @for r in rows { tr {
                            th scope="row" { (r.seq) } td class="l" { (ask.district.time.rfc3339(r.at)) } td class="l" { @match names.of(ask, &r.actor_kind, &r.actor) { Some(name) => { (name) } None => { (r.actor_kind) } } " " (r.role) " " small { (r.actor) } }
                            td class="l" { (action(ask, &r.action)) " " small { (r.action) } } td class="l" { @match names.of(ask, &r.object_kind, &r.object) { Some(name) => { (name) } None => { (r.object_kind) } } " " small { (r.object) } } td class="l" { (r.outcome) @if let Some(p) = &r.purpose { " " (p) } }
                        } } }
                    }
                }
                @if rows.len() == PAGE { @if let Some(last) = rows.last() { p { a href=(ask.href(&format!("/admin/audit?chain={}&action={}&after={}", asked.chain.unwrap_or(0), asked.action, last.seq))) { (ask.t("server.audit.older")) } } } }
            }
        }
        section class="card" { (heads_table(ask, heads, Some(names))) }
    };
    admin_page(ask, "/admin/audit", ask.t("server.audit.title"), &body).render(ask)
}

/// The heads, for everybody: whoever kept yesterday's can tell a change.
pub(super) async fn heads(app: App, open: Duty<Open>) -> Reply {
    let heads = app.read(store::heads).await?;
    if open.ask.json() {
        return Ok(Answer::json(200, &heads.iter().map(ToString::to_string).collect::<Vec<_>>()));
    }
    Ok(Answer::html(&heads_page(&open.ask, &heads)))
}

fn heads_page(ask: &Ask, heads: &[Head]) -> Markup {
    let body = html! {
        (web::skip(ask))
        main id="main" class="page" tabindex="-1" {
            h1 { (ask.t("server.heads.title")) }
            p { (ask.t("server.heads.why")) }
            p class="age" { (ask.district.time.rfc3339(ask.now)) }
            (heads_table(ask, heads, None))
        }
    };
    Page::new(Surface::Admin, ask.t("server.heads.title"), body).render(ask)
}

fn made_up() -> Vec<Head> {
    vec![Head { chain: CentreId::DISTRICT, seq: 18_204, hash: [7; 32] }]
}
pub(super) fn sample(ask: &Ask) -> Markup {
    render(ask, &Asked::default(), &[], &made_up(), &Names::default(), Some((true, "chain 0  18204 rows  ok".into())))
}
pub(super) fn heads_sample(ask: &Ask) -> Markup {
    heads_page(ask, &made_up())
}
