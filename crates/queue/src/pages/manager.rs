//! The manager's view (M5): all lines live, with the score of the ranges shown; lines and skills to be set.

use std::{collections::HashMap, pin::Pin, sync::Arc};

use kernel::{Both, CentreId, Instant, No, ServiceDay};
use serde_json::{Value, json};
use store::Tx;
use web::{
    Answer, App, Ask, Duty, Markup, Now, Open, Owns, Page, QueueSee, Rate, Refuse, Reply, Route, Surface, axum::extract::Query, axum::response::Response,
    centre_in_path, html, icon, live, route,
};

use super::{
    hall,
    words::{range, score},
};
use crate::{
    api::{self, LineLive, Live},
    check,
};

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/m", QueueSee, district, "queue.manager.district"),
    route!(GET "/m/{centre}", QueueSee, centre, "queue.manager.centre").own(Owns::SameCentre, centre_in_path),
    route!(GET "/sse/manager", QueueSee, district_stream, "queue.manager.district.stream").rate(Rate::Stream),
    route!(GET "/sse/manager/{centre}", QueueSee, stream, "queue.manager.stream").own(Owns::SameCentre, centre_in_path).rate(Rate::Stream),
    route!(GET "/queue/proof", Open, proof, "queue.proof"),
];

/// A centre's name and what is going on in it.
type Shown = (Both, Live);

pub(crate) fn read(tx: &mut Tx, centre: CentreId, time: &kernel::TimeZone, now: Instant) -> Result<Shown, No> {
    let day = time.service_day(now);
    let since = time.moment(day.civil(), turn(time, day));
    Ok((places::api::centre(tx, centre)?.name, api::live(tx, centre, day, since, now)?))
}

/// Minutes after midnight at which the service day begins.
fn turn(time: &kernel::TimeZone, day: ServiceDay) -> i64 {
    let end = time.end_of(day);
    time.minute_of_day(end)
}

fn line_json(l: &LineLive) -> Value {
    let n = &l.now;
    json!({
        "line": n.line.code, "name": n.line.name, "waiting": n.waiting, "away": n.away, "issued": l.today.issued, "called": l.today.called, "left": l.today.left, "missed": l.today.missed,
        "last": l.last.as_ref().map_or(0, |n| n.no), "oldest_min": n.oldest_s / 60, "open_counters": n.counters, "stopped": n.line.closed_at.is_some(),
        "range": n.forecast.range.map(|r| json!({ "lo": r.lo, "hi": r.hi })),
        "score": n.score.percent().map(|p| json!({ "n": n.score.n, "covered_pct": p })),
    })
}
pub(crate) fn live_json(live: &Live) -> Value {
    let counters: Vec<Value> =
        live.counters.iter().map(|s| json!({ "counter": s.counter, "number": s.number, "state": s.state.code(), "session": s.id })).collect();
    json!({ "centre": live.centre, "lines": live.lines.iter().map(line_json).collect::<Vec<_>>(), "counters": counters, "help": live.help.len() })
}

/// One centre (JSON or page).
pub(crate) async fn centre(app: App, see: Duty<QueueSee>, Now(now): Now) -> Reply {
    let (id, time) = (see.centre(), see.ask.district.time.clone());
    let shown = app.read(move |tx| read(tx, id, &time, now)).await?;
    if see.ask.json() {
        return Ok(Answer::json(200, &live_json(&shown.1)));
    }
    let may = May { set: see.may("queue.set", id), hours: if see.may("places.hours", id) { vec![id] } else { Vec::new() } };
    Ok(Answer::html(&page(&see.ask, &[shown], Some(id), &may, now)))
}

/// Every open centre in scope.
pub(crate) async fn district(app: App, see: Duty<QueueSee>, Now(now): Now) -> Reply {
    let scope = see.signed.as_ref().map(|s| s.scope("queue.see")).unwrap_or_default();
    let time = see.ask.district.time.clone();
    let all = app
        .read(move |tx| {
            let open = places::api::centres(tx)?
                .into_iter()
                .filter(|c| c.status == places::Status::Open && (scope.contains(&CentreId::DISTRICT) || scope.contains(&c.id)));
            open.map(|c| read(tx, c.id, &time, now)).collect::<Result<Vec<_>, No>>()
        })
        .await?;
    if see.ask.json() {
        return Ok(Answer::json(200, &all.iter().map(|(_, l)| live_json(l)).collect::<Vec<_>>()));
    }
    if let ([(_, only)], false) = (all.as_slice(), see.may("queue.see", CentreId::DISTRICT)) {
        return Ok(Answer::see(format!("/m/{}", only.centre)));
    }
    let hours = all.iter().map(|(_, l)| l.centre).filter(|c| see.may("places.hours", *c)).collect();
    Ok(Answer::html(&page(&see.ask, &all, None, &May { set: false, hours }, now)))
}

fn tile(label: &str, value: &str, unit: &str, below: &str) -> Markup {
    html! { li class="tile" { p class="l" { (label) } p class="v" { (value) small { (unit) } } p class="d" { span { (below) } } } }
}

/// What else the reader may open.
pub(crate) struct May {
    /// The lines of the one centre.
    pub set: bool,
    /// The hours of these.
    pub hours: Vec<CentreId>,
}
/// The whole district, or the one centre that was asked for.
pub(crate) fn page(ask: &Ask, all: &[Shown], one: Option<CentreId>, may: &May, now: Instant) -> Markup {
    let lines = || all.iter().flat_map(|(_, l)| &l.lines);
    let waiting: i64 = lines().map(|l| l.now.waiting).sum();
    let oldest = lines().map(|l| l.now.oldest_s / 60).max().unwrap_or(0);
    let issued: i64 = lines().map(|l| l.today.issued).sum();
    let (n, covered) = all.iter().fold((0, 0), |(n, c), (_, l)| (n + l.score.n, c + l.score.covered));
    let open: usize = all.iter().map(|(_, l)| l.counters.len()).sum();
    let place = match (one, all) {
        (Some(_), [(name, _)]) => ask.b(name),
        _ => ask.b(&ask.district.name),
    };
    // each by the figures of its own centre, in the words of the hall
    let needs = |l: &&LineLive, live: &Live| !hall::troubles(ask, live.late_min, l).is_empty();
    let some: Vec<&str> = all.iter().flat_map(|(_, live)| live.lines.iter().filter(|l| needs(l, live))).map(|l| ask.b(&l.now.line.name)).collect();
    let title = match some.as_slice() {
        [] => ask.t("queue.m.quiet.all").to_owned(),
        some => {
            let named = some[..some.len().min(3)].join(" · ");
            ask.tf(if some.len() > 3 { "queue.m.needs.more" } else { "queue.m.needs" }, &[("names", &named), ("n", &some.len().to_string())])
        }
    };
    let body = html! {
        (web::skip(ask))
        nav class="nav" aria-label=(ask.t("queue.m.nav")) {
            p class="lg" { svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} } span { (ask.b(&ask.district.name)) } }
            ul {
                li { a href=(ask.href("/m")) aria-current=[one.is_none().then_some("page")] { (icon("chart")) (ask.t("queue.m.all")) } }
                @for (name, l) in all { li { a href=(ask.href(&format!("/m/{}", l.centre))) aria-current=[(one == Some(l.centre)).then_some("page")] { (icon("home")) (ask.b(name)) } } }
            }
        }
        header class="top" {
            p class="st" { (ask.tf("queue.d.age", &[("t", &ask.district.time.hhmmss(now))])) " · " a href=(ask.href(&ask.path)) { (ask.t("web.refresh")) } }
            div class="tool" {
                @if let Some(shown) = &ask.shown { span class="st" { (shown) } }
                a class="btn lnk" href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) }
                form method="post" action=(ask.href("/out")) { (ask.once()) button class="btn lnk" { (ask.t("web.out")) } }
            }
        }
        main id="main" class="page" tabindex="-1" { div id="live" {
            h1 { (title) }
            p class="quiet" { (place) @if one.is_none() { " · " (ask.tf("queue.m.refresh", &[("t", &ask.district.time.hhmmss(now))])) } }
            ul class="tiles" {
                (tile(ask.t("queue.m.waiting"), &waiting.to_string(), "", &ask.tf("queue.m.oldest", &[("n", &oldest.to_string())])))
                (tile(ask.t("queue.m.issued"), &issued.to_string(), "", ""))
                (tile(ask.t("queue.m.counters"), &open.to_string(), "", ""))
                (tile(ask.t("queue.m.covered"), &if n > 0 { (covered * 100 / n).to_string() } else { "–".into() }, if n > 0 { "%" } else { "" }, &ask.tf("queue.m.scored", &[("n", &n.to_string())])))
            }
            p class="small" { (ask.t("queue.m.covered.how")) }
            @for (name, l) in all { (centre_card(ask, name, l, may)) }
        } }
    };
    let stream = one.map_or_else(|| "/sse/manager".to_owned(), |c| format!("/sse/manager/{c}"));
    Page::new(Surface::Manager, &title, body).live(ask.href(&stream), "queues reset").render(ask)
}

/// What is said of each line, after its state.
const HEADS: [&str; 9] = [
    "queue.m.waiting",
    "queue.m.range",
    "queue.m.oldest_h",
    "queue.m.counters",
    "queue.m.issued",
    "queue.m.called",
    "queue.m.missed",
    "queue.m.left",
    "queue.m.covered",
];
fn centre_card(ask: &Ask, name: &Both, l: &Live, may: &May) -> Markup {
    html! { section class="card" {
        h2 { (ask.b(name)) }
        div class="scroll" tabindex="0" role="region" aria-label=(ask.tf("queue.m.lines_of", &[("name", ask.b(name))])) {
            table class="table cards" {
                caption class="sr" { (ask.tf("queue.m.lines_of", &[("name", ask.b(name))])) }
                thead { tr { th scope="col" class="l" { (ask.t("queue.m.line")) } th scope="col" class="l" { (ask.t("queue.h.state")) } @for w in HEADS { th scope="col" { (ask.t(w)) } } } }
                tbody { @for line in &l.lines {
                    @let (n, t) = (&line.now, &line.today);
                    @let cells = [n.waiting.to_string(), range(ask, &n.forecast), (n.oldest_s / 60).to_string(), n.counters.to_string(), t.issued.to_string(), t.called.to_string(), t.missed.to_string(), t.left.to_string(), score(ask, n.score)];
                    tr {
                        th scope="row" class="l" { (hall::prefixed(&l.lines, line)) (ask.b(&n.line.name)) }
                        td class="l" data-l=(ask.t("queue.h.state")) { span { (hall::state(ask, l.late_min, line)) } }
                        @for (word, cell) in HEADS.iter().zip(&cells) { td data-l=(ask.t(word)) { (cell) } }
                    }
                } }
            }
        }
        p class="btns" {
            a class="btn" href=(ask.href(&format!("/d/hall/{}", l.centre))) { (ask.t("queue.h.title")) }
            @if may.set { a class="btn" href=(ask.href(&format!("/m/{}/lines", l.centre))) { (ask.t("queue.m.set")) } }
            @if may.hours.contains(&l.centre) { a class="btn" href=(ask.href(&format!("/m/places/{}", l.centre))) { (ask.t("queue.h.hours")) } }
            a class="btn" href=(ask.href(&format!("/queue/proof?centre={}", l.centre))) { (ask.t("queue.m.proof")) }
        }
    } }
}

pub(crate) type Later = Pin<Box<dyn Future<Output = Vec<(&'static str, String)>> + Send>>;
/// Something happened, or ten seconds passed: the page reads itself anew, at most once a second.
pub(crate) fn queues(_: App, _: CentreId, _: String) -> Later {
    Box::pin(std::future::ready(vec![("queues", "{}".to_owned())]))
}
/// The manager's stream of one centre.
pub(crate) async fn stream(app: App, see: Duty<QueueSee>) -> Result<Response, Refuse> {
    live::stream(app, &see.ask, see.centre(), vec!["manager".to_owned()], Some((queues, String::new()))).await
}
/// The same for all centres, whose chains are many: only by time.
pub(crate) async fn district_stream(app: App, see: Duty<QueueSee>) -> Result<Response, Refuse> {
    live::stream(app, &see.ask, CentreId::DISTRICT, Vec::new(), Some((queues, String::new()))).await
}

#[derive(serde::Deserialize)]
pub(crate) struct ProofQuery {
    #[serde(default)]
    centre: Option<i64>,
    #[serde(default)]
    day: Option<String>,
}

/// The day done again by independent code, for everybody, in aggregate.
pub(crate) async fn proof(app: App, open: Duty<Open>, Now(now): Now, Query(q): Query<ProofQuery>) -> Reply {
    let centre = q.centre.and_then(CentreId::new).filter(|c| *c != CentreId::DISTRICT).ok_or(No::Missing(kernel::Missing("centre")))?;
    let today = open.ask.district.time.service_day(now);
    let day = match q.day.as_deref().filter(|d| !d.is_empty()) {
        None => today,
        Some(text) => text.parse().map_err(|_| No::Missing(kernel::Missing("day")))?,
    };
    let (name, report) = proven(&app, centre, day, today).await?;
    if open.ask.json() {
        return Ok(Answer::json(
            200,
            &json!({ "centre": centre, "day": day, "tickets": report.tickets, "calls": report.calls, "overrides": report.overrides, "largest_overtake": report.largest_overtake, "promise_kept_pct": report.kept_percent(), "violations": report.violations.len() }),
        ));
    }
    Ok(Answer::html(&proof_page(&open.ask, &name, day, &report)))
}

/// Reports by centre and day, each at a head of the centre's chain. One is made at a time: it reads a whole day.
#[derive(Default)]
struct Proofs(tokio::sync::Mutex<HashMap<(CentreId, ServiceDay), (i64, Arc<check::Report>)>>);
/// Kept at most; more days are asked for by nobody but a crawler.
const PROOFS: usize = 400;

async fn proven(app: &App, centre: CentreId, day: ServiceDay, today: ServiceDay) -> Result<(Both, Arc<check::Report>), No> {
    let proofs = app.memory::<Proofs>();
    let mut all = proofs.0.lock().await;
    let (name, seq) = app
        .read(move |tx| {
            let seq = store::heads(tx)?.iter().find(|h| h.chain == centre).map_or(0, |h| h.seq);
            Ok((places::api::centre(tx, centre)?.name, seq))
        })
        .await?;
    if let Some((at, report)) = all.get(&(centre, day))
        && *at == seq
    {
        return Ok((name, Arc::clone(report)));
    }
    let report = Arc::new(app.read(move |tx| check::day(tx, centre, day, day < today)).await?);
    if all.len() >= PROOFS {
        all.clear();
    }
    all.insert((centre, day), (seq, Arc::clone(&report)));
    Ok((name, report))
}

pub(crate) fn proof_page(ask: &Ask, name: &Both, day: ServiceDay, r: &check::Report) -> Markup {
    let row = |word: &str, value: String| html! { div { dt { (ask.t(word)) } dd { (value) } } };
    let body = html! {
        (web::masthead(ask, ask.b(name), &html! { (day) }))
        main id="main" tabindex="-1" {
            h1 { (ask.t("queue.proof.title")) }
            p { (ask.t("queue.proof.bound")) }
            dl class="rows card" {
                (row("queue.proof.tickets", r.tickets.to_string()))
                (row("queue.proof.calls", r.calls.to_string()))
                (row("queue.proof.overrides", r.overrides.to_string()))
                (row("queue.proof.overtake", r.largest_overtake.to_string()))
                (row("queue.proof.kept", r.kept_percent().map_or_else(|| "–".into(), |p| format!("{p} %"))))
                (row("queue.proof.violations", r.violations.len().to_string()))
            }
        }
    };
    Page::new(Surface::Phone, ask.t("queue.proof.title"), body).render(ask)
}
