//! Screens for everybody (大屏): calls S1, waits S2, one counter S5. Numbers and counters only, never names.
//!
//! What is computed is made at most once a second for each centre and zone, however many screens look, and never older than the last journal row.

use std::{
    collections::{BTreeMap, HashMap},
    pin::Pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use kernel::{Both, CentreId, Instant, Lang, No, ServiceClass};
use serde_json::{Value, json};
use store::Tx;
use web::{
    Answer, App, Ask, Duty, Markup, Now, Open, Owns, Page, Params, Rate, Refuse, Reply, Route, Surface,
    axum::{
        extract::{Path, Query},
        response::Response,
    },
    centre_in_path, html, icon, live, route,
};

use super::shell::{date, weekday};
use crate::{
    CounterSession, Limits, Shown, State, Ticket,
    api::{self, HallView, LineNow, NextNumber},
    rows::{self, step::ShownCall},
};

pub(crate) static ROUTES: &[Route] = &[
    route!(GET "/s/{centre}/{zone}/call", Open, call, "queue.screen.call").own(Owns::Nothing, centre_in_path),
    route!(GET "/s/{centre}/waits", Open, waits, "queue.screen.waits").own(Owns::Nothing, centre_in_path),
    route!(GET "/s/{centre}/counter/{number}", Open, window, "queue.screen.counter").own(Owns::Nothing, centre_in_path),
    route!(GET "/sse/hall/{centre}/{zone}", Open, call_stream, "queue.screen.call.stream").own(Owns::Nothing, centre_in_path).rate(Rate::Stream),
    route!(GET "/sse/waits/{centre}", Open, waits_stream, "queue.screen.waits.stream").own(Owns::Nothing, centre_in_path).rate(Rate::Stream),
    route!(GET "/sse/window/{centre}/{number}", Open, window_stream, "queue.screen.counter.stream").own(Owns::Nothing, centre_in_path).rate(Rate::Stream),
];

/// Stands for every zone of a centre.
const ALL_ZONES: &str = "*";
/// Calls a screen shows when it starts, in seconds: longer than a reconnect needs, so that the wall is not empty.
const STARTS_WITH_S: i64 = 1_800;
/// Recent calls beside the newest.
const RECENT: usize = 3;
/// Calls beside the newest that a screen without scripts has room for.
const PLAIN: usize = 12;

/// What a hall screen shows.
pub(crate) struct Hall {
    pub centre: CentreId,
    pub name: Both,
    /// Code and name of the zone; `*` and nothing for the whole centre.
    pub zone: (String, Both),
    pub view: HallView,
    /// Newest first: each number once, at its last call, while it goes there.
    pub recent: Vec<ShownCall>,
    /// Calls that do not hold any more, by their seq: what a screen has of them it takes down.
    pub gone: Vec<i64>,
    /// Why stopped lines are stopped, and paused counters paused.
    pub limits: Limits,
    pub now: Instant,
}

fn read(tx: &mut Tx, centre: CentreId, zone: &str, now: Instant) -> Result<Hall, No> {
    let name = places::api::centre(tx, centre)?.name;
    let limits = api::limits(tx, centre, now)?;
    if zone == ALL_ZONES {
        let view = HallView { calls: Vec::new(), next: Vec::new(), lines: api::line_now(tx, centre, now)?, counters: api::sessions(tx, centre)? };
        return Ok(Hall { centre, name, zone: (ALL_ZONES.into(), Both::default()), view, recent: Vec::new(), gone: Vec::new(), limits, now });
    }
    let zone_name = places::api::zone(tx, centre, zone)?.name;
    let view = api::hall_view(tx, centre, zone, now)?;
    let (mut recent, mut gone, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
    for c in rows::step::calls(tx, centre, now.plus_s(-STARTS_WITH_S))?.into_iter().rev().filter(|c| c.zone == zone) {
        let first = !numbers.contains(&c.number);
        if c.gone {
            gone.push(c.seq);
        }
        if first {
            numbers.push(c.number.clone());
        }
        if first && !c.gone && recent.len() <= RECENT {
            recent.push(c);
        }
    }
    Ok(Hall { centre, name, zone: (zone.to_owned(), zone_name), view, recent, gone, limits, now })
}

// ── what the streams say ──

/// Both languages, or one where the screen speaks English.
fn spoken(lang: Lang, both: &Both) -> (&str, &str) {
    if lang == Lang::Zh { (&both.zh, &both.en) } else { (&both.en, "") }
}
fn call_json(c: &ShownCall) -> Value {
    json!({ "seq": c.seq, "number": c.number.to_string(), "counter": c.counter_number.to_string(), "recall": i64::from(c.recall), "priority": c.priority, "at_us": c.at.micros() })
}
fn wait_json(l: &LineNow, lang: Lang) -> Value {
    let (zh, en) = spoken(lang, &l.line.name);
    json!({
        "queue": l.line.code, "letter": l.line.class.letter(), "zh": zh, "en": en, "waiting": l.waiting, "closed": l.line.closed_at.is_some(),
        "lo": l.forecast.range.map(|r| r.lo), "hi": l.forecast.range.map(|r| r.hi),
    })
}
/// What the line at the bottom says: stopped lines and paused counters, else what to bring.
fn notice(ask_like: &Words, h: &Hall) -> Both {
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for l in h.view.lines.iter().filter(|l| l.line.closed_at.is_some()) {
        let why = l.stopped_why.as_deref().and_then(api::StopReason::parse).map_or_else(Both::default, api::StopReason::name);
        let t = l.line.closed_at.map(|at| ask_like.time.hhmm(at)).unwrap_or_default();
        ask_like.both(&mut zh, &mut en, "queue.s.notice.stopped", &[("line", &l.line.name), ("why", &why), ("t", &Both::new(&t, &t))]);
    }
    for c in &h.view.counters {
        if let crate::SessionState::Paused { back_at: Some(at), .. } = c.state {
            let (n, t) = (c.number.to_string(), ask_like.time.hhmm(at));
            ask_like.both(&mut zh, &mut en, "queue.s.notice.paused", &[("n", &Both::new(&n, &n)), ("t", &Both::new(&t, &t))]);
        }
    }
    if zh.is_empty() {
        ask_like.both(&mut zh, &mut en, "queue.s.notice.usual", &[]);
    }
    Both::new(zh.join(""), en.join(" "))
}

/// Sentences in both languages, outside a request.
struct Words {
    words: web::Words,
    time: kernel::TimeZone,
}
impl Words {
    fn of(app: &App) -> Self {
        Self { words: app.0.words.clone(), time: app.district().time.clone() }
    }
    fn asked(ask: &Ask) -> Self {
        Self { words: ask.words.clone(), time: ask.district.time.clone() }
    }
    fn both(&self, zh: &mut Vec<String>, en: &mut Vec<String>, key: &str, args: &[(&str, &Both)]) {
        let fill = |lang: Lang| {
            let args: Vec<(&str, &str)> = args.iter().map(|(n, b)| (*n, b.get(lang))).collect();
            self.words.fill(lang, key, &args)
        };
        zh.push(fill(Lang::Zh));
        en.push(fill(Lang::En));
    }
    fn one(&self, key: &str, args: &[(&str, &str)]) -> Both {
        Both::new(self.words.fill(Lang::Zh, key, args), self.words.fill(Lang::En, key, args))
    }
}

/// Lines a call screen has room for; the waiting screen shows all.
const LINES: usize = 4;
/// What is shown of the lines: on a call screen the longest, in their usual order.
fn shown(h: &Hall) -> Vec<&LineNow> {
    let mut longest: Vec<usize> = (0..h.view.lines.len()).collect();
    if h.zone.0 != ALL_ZONES {
        longest.sort_by_key(|n| std::cmp::Reverse(h.view.lines[*n].waiting));
        longest.truncate(LINES);
        longest.sort_unstable();
    }
    longest.into_iter().map(|n| &h.view.lines[n]).collect()
}

type Events = Vec<(&'static str, String)>;
fn events(words: &Words, h: &Hall, lang: Lang) -> Events {
    let waits: Vec<Value> = shown(h).into_iter().map(|l| wait_json(l, lang)).collect();
    let both = notice(words, h);
    let (zh, en) = spoken(lang, &both);
    let mut all = vec![("waits", json!(waits).to_string()), ("notice", json!({ "zh": zh, "en": en }).to_string())];
    if h.zone.0 != ALL_ZONES {
        let next: Vec<Value> = h.view.next.iter().map(|n| json!({ "number": n.number.to_string(), "priority": n.priority })).collect();
        all.push(("next", json!(next).to_string()));
        // every call of the last minute: a screen shows each once, in this order, and loses none to a cut
        all.push(("gone", json!(h.gone).to_string()));
        all.extend(h.view.calls.iter().filter(|c| !c.gone).map(|c| ("call", call_json(c).to_string())));
    }
    all
}

/// Made at this moment of real time, at this head of the centre's chain.
struct Made {
    at: Instant,
    seq: i64,
    events: Events,
}
type Slot = Arc<tokio::sync::Mutex<Option<Made>>>;
#[derive(Default)]
struct Cache(Mutex<HashMap<(CentreId, String), Slot>>);
/// At most once in so long for each centre and zone (FIRST-BUILD §4).
const EVERY_US: i64 = 1_000_000;
/// Made again after so long although nothing happened: waiting goes on.
const OLD_US: i64 = 9_000_000;

type Later = Pin<Box<dyn Future<Output = Events> + Send>>;
/// `arg` is `zone/zh` or `zone/en`.
fn computed(app: App, centre: CentreId, arg: String) -> Later {
    Box::pin(async move {
        let slot = {
            let memory = app.memory::<Cache>();
            let Ok(mut all) = memory.0.lock() else { return Vec::new() };
            Arc::clone(all.entry((centre, arg.clone())).or_default())
        };
        let mut made = slot.lock().await;
        let seq = app.read(move |tx| Ok(store::heads(tx)?.iter().find(|h| h.chain == centre).map_or(0, |h| h.seq))).await.unwrap_or(-1);
        if let Some(m) = made.as_ref() {
            let age = app.real().micros() - m.at.micros();
            if m.seq == seq && age < OLD_US {
                return m.events.clone();
            }
            // who comes meanwhile waits for the same answer
            if let Ok(rest) = u64::try_from(EVERY_US - age) {
                tokio::time::sleep(Duration::from_micros(rest)).await;
            }
        }
        let (at, now) = (app.real(), app.now());
        let (zone, lang) = arg.rsplit_once('/').unwrap_or((&arg, "zh"));
        let (zone, lang) = (zone.to_owned(), if lang == "en" { Lang::En } else { Lang::Zh });
        let words = Words::of(&app);
        let read = app.read(move |tx| {
            let seq = store::heads(tx)?.iter().find(|h| h.chain == centre).map_or(0, |h| h.seq);
            Ok((seq, events(&words, &read(tx, centre, &zone, now)?, lang)))
        });
        match read.await {
            Ok((seq, events)) => {
                *made = Some(Made { at, seq, events: events.clone() });
                events
            }
            Err(_) => Vec::new(), // the screen says by itself that it is silent
        }
    })
}

fn param(path: &BTreeMap<String, String>, name: &'static str) -> Result<String, No> {
    Params(path.clone()).get(name)
}

/// Calls, next numbers and waits of a zone.
pub(crate) async fn call_stream(app: App, open: Duty<Open>, Path(path): Path<BTreeMap<String, String>>) -> Result<Response, Refuse> {
    let (centre, zone) = (open.centre(), param(&path, "zone")?);
    let code = zone.clone();
    app.read(move |tx| places::api::zone(tx, centre, &code)).await?;
    let arg = format!("{zone}/{}", open.ask.lang.code());
    live::stream(app, &open.ask, centre, vec![format!("hall/{zone}")], Some((computed, arg))).await
}
/// Waits of every line of a centre.
pub(crate) async fn waits_stream(app: App, open: Duty<Open>) -> Result<Response, Refuse> {
    let centre = open.centre();
    let zones = app.read(move |tx| places::api::zones(tx, centre)).await?;
    let topics = zones.into_iter().map(|z| format!("hall/{}", z.code)).collect();
    let arg = format!("{ALL_ZONES}/{}", open.ask.lang.code());
    live::stream(app, &open.ask, centre, topics, Some((computed, arg))).await
}

// ── S1 ──

/// The header that makes a browser without scripts come again (UX N8).
const AGAIN: &str = "refresh";
/// How a hall screen was asked for.
#[derive(serde::Deserialize)]
pub(crate) struct Plain {
    #[serde(default)]
    plain: Option<String>,
}

/// The call screen (叫号屏).
pub(crate) async fn call(app: App, open: Duty<Open>, Now(now): Now, Path(path): Path<BTreeMap<String, String>>, Query(q): Query<Plain>) -> Reply {
    let (centre, zone) = (open.centre(), param(&path, "zone")?);
    let hall = app.read(move |tx| read(tx, centre, &zone, now)).await?;
    if open.ask.json() {
        return Ok(Answer::json(
            200,
            &json!({
                "calls": hall.view.calls.iter().map(call_json).collect::<Vec<_>>(),
                "next": hall.view.next.iter().map(|n| json!({ "number": n.number.to_string(), "priority": n.priority })).collect::<Vec<_>>(),
                "waits": hall.view.lines.iter().map(|l| wait_json(l, Lang::Zh)).collect::<Vec<_>>(),
            }),
        ));
    }
    if q.plain.as_deref() == Some("1") {
        return Ok(Answer::html(&plain_page(&open.ask, &hall)).with(AGAIN, "10"));
    }
    Ok(Answer::html(&call_page(&open.ask, &hall)))
}

fn css(number: &str) -> &'static str {
    // as screen.js has it: by the prefix of the number
    match number.as_bytes().first() {
        Some(b'B') => ServiceClass::B.css(),
        Some(b'C') => ServiceClass::C.css(),
        _ => ServiceClass::A.css(),
    }
}

/// The head of a screen: what it is, the day, the clock.
fn top(ask: &Ask, title: &str, small: &str, now: Instant) -> Markup {
    let (day, t) = (ask.district.time.day(now), ask.hhmm(now));
    html! {
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} }
            h1 { (title) @if !small.is_empty() { small lang="en" { (small) } } }
            p class="d" { (date(ask.lang, day)) br; (weekday(ask.lang, day)) }
            p class="clk" { time data-clock=(ask.district.time.hhmmss(now)) datetime=(t) { (t) } }
        }
    }
}
/// A word with its English below, on Chinese screens.
fn with_english(ask: &Ask, key: &str) -> Markup {
    html! { (ask.t(key)) @if ask.lang == Lang::Zh { " " small lang="en" { (ask.words.get(Lang::En, key)) } } }
}
fn stale(ask: &Ask) -> Markup {
    html! { p class="stale" role="alert" data-stale="" data-text=(ask.t("queue.s.stale")) hidden {} }
}
fn ticker(ask: &Ask, h: &Hall) -> Markup {
    let both = notice(&Words::asked(ask), h);
    let (zh, en) = spoken(ask.lang, &both);
    html! { footer class="ticker" { p data-notice="" { span data-f="zh" { (zh) } " " span data-f="en" lang="en" { (en) } } } }
}

/// The wait of one line, as the page has it before the stream speaks.
fn wait(ask: &Ask, h: &Hall, l: &LineNow) -> Markup {
    let (zh, en) = spoken(ask.lang, &l.line.name);
    let (range, unit) = match (l.line.closed_at, l.forecast.range) {
        (Some(_), _) => (ask.t("queue.s.closed").to_owned(), false),
        (None, None) => ("—".to_owned(), false),
        (None, Some(r)) => match r.shown(&h.limits) {
            Shown::NoWait => (ask.t("queue.s.none").to_owned(), false),
            Shown::Over => (format!("{}+", r.lo), true),
            Shown::Between => (format!("{}–{}", r.lo, r.hi), true),
        },
    };
    html! {
        li class={ "wait " (l.line.class.css()) } {
            span class="letter" { (l.line.class.letter()) }
            span class="n" { span { (zh) @if !en.is_empty() { small lang="en" { (en) } } } }
            span class="p" { (ask.tf("queue.s.people", &[("n", &l.waiting.to_string())])) }
            span class="v" { (range) @if unit { small { (ask.t("queue.s.minutes")) } } }
        }
    }
}
fn wait_template(ask: &Ask) -> Markup {
    let (before, after) = ask.t("queue.s.people").split_once("{n}").unwrap_or(("", ""));
    html! {
        template data-t="wait" {
            li class="wait" {
                span class="letter" data-f="letter" {}
                span class="n" { span { span data-f="zh" {} small lang="en" data-f="en" {} } }
                span class="p" { (before) span data-f="waiting" {} (after) }
                span class="v" { span data-f="range" data-none=(ask.t("queue.s.none")) data-over="{lo}+" data-closed=(ask.t("queue.s.closed")) {} small data-f="unit" { (ask.t("queue.s.minutes")) } }
            }
        }
    }
}
fn to_counter(ask: &Ask, number: &str) -> Markup {
    html! { span class="w" { span class="sr" { (ask.t("queue.s.to")) } b data-f="counter" { (number) } span { (ask.t("queue.s.counter")) } } }
}

pub(crate) fn call_page(ask: &Ask, h: &Hall) -> Markup {
    let newest = h.recent.first();
    let number = newest.map(|c| c.number.to_string()).unwrap_or_default();
    let counter = newest.map(|c| c.counter_number.to_string()).unwrap_or_default();
    // the sentence with two places that change: said by the words, filled by the script
    let (before, rest) = ask.t("queue.s.please").split_once("{no}").unwrap_or(("", ""));
    let (between, after) = rest.split_once("{n}").unwrap_or((rest, ""));
    let title = format!("{} · {}", ask.b(&h.name), ask.b(&h.zone.1));
    let body = html! {
        (top(ask, &title, if ask.lang == Lang::Zh { &h.name.en } else { "" }, h.now))
        main id="main" tabindex="-1" {
            section aria-label=(ask.t("queue.s.calls")) {
                div class={ "call " (css(&number)) } data-call="" data-seq=[newest.map(|c| c.seq)] role="status" aria-live="assertive" hidden[newest.is_none()] {
                    p class="l" { (icon("sound")) span { (before) span data-f="number2" { (number) } (between) span data-f="counter2" { (counter) } (after) } @if ask.lang == Lang::Zh { span class="en" lang="en" { (ask.words.get(Lang::En, "queue.s.now")) } } }
                    p class="no" data-f="number" { (number) }
                    svg class="i ar" aria-hidden="true" { use href=(format!("{}#arrow", web::assets::url("icons.svg"))) {} }
                    p class="win" { b data-f="counter" { (counter) } span { (ask.t("queue.s.counter")) } }
                    p class="s" { span class="pri" data-f="pri" hidden[!newest.is_some_and(|c| c.priority)] { (ask.t("queue.s.priority")) } " " span data-f="again" hidden[!newest.is_some_and(|c| c.recall)] { (ask.t("queue.s.again")) } span { (ask.t("queue.s.bring")) } }
                }
                p class="panel none" data-none="" role="status" hidden[newest.is_some()] { (ask.t("queue.s.no_call")) }
                ol class="recent" data-recent="" aria-label=(ask.t("queue.s.recent")) {
                    @for c in h.recent.iter().skip(1) {
                        @let number = c.number.to_string();
                        li class=(css(&number)) data-seq=(c.seq) { b data-f="number" { (number) } span { span class="pri" data-f="pri" hidden[!c.priority] { (ask.t("queue.s.priority")) } } (to_counter(ask, &c.counter_number.to_string())) }
                    }
                }
            }
            section aria-label=(ask.t("queue.s.waits")) {
                div class="panel" { h2 { (with_english(ask, "queue.s.waiting")) } ul data-waits="" { @for l in shown(h) { (wait(ask, h, l)) } } }
                div class="panel grow" {
                    h2 { (with_english(ask, "queue.s.next")) }
                    ol class="nexts" data-next="" { @for NextNumber { number, priority } in &h.view.next { li { (number) @if *priority { " " span class="pri" { (ask.t("queue.s.priority")) } } } } }
                    @if h.view.lines.len() < LINES { p class="tip" { (icon("elder")) span { (ask.t("queue.s.tip")) } } }
                }
            }
        }
        (ticker(ask, h))
        (stale(ask))
        button type="button" class="btn sound" data-sound="" { (icon("sound")) (ask.t("queue.s.sound")) }
        template data-t="recent" { li { b data-f="number" {} span { span class="pri" data-f="pri" hidden { (ask.t("queue.s.priority")) } } (to_counter(ask, "")) } }
        (wait_template(ask))
    };
    let page = Page::new(Surface::Screen, &title, body).scripts(&["screen.js"]).data("stream", ask.href(&format!("/sse/hall/{}/{}", h.centre, h.zone.0)));
    speaking(ask, &page.render(ask))
}

/// The frame writes the attributes of `body` it knows; those of the voice are put in here.
fn speaking(ask: &Ask, page: &Markup) -> Markup {
    let quoted = |text: &str| text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    let (zh, en) = (ask.words.get(Lang::Zh, "queue.s.say"), ask.words.get(Lang::En, "queue.s.say"));
    let with = format!("<body data-say-zh=\"{}\" data-say-en=\"{}\" data-pri=\"{}\" ", quoted(zh), quoted(en), quoted(ask.t("queue.s.priority")));
    web::PreEscaped(page.0.replacen("<body ", &with, 1))
}

/// Without scripts: the same, as it was at the moment in large letters above; the browser asks again by itself.
pub(crate) fn plain_page(ask: &Ask, h: &Hall) -> Markup {
    let title = format!("{} · {}", ask.b(&h.name), ask.b(&h.zone.1));
    let to = |counter: i64| html! { span class="w" { span class="sr" { (ask.t("queue.s.to")) } b { (counter) } span { (ask.t("queue.s.counter")) } } };
    // who looks up every ten seconds finds every call of the last minute
    let mut before: Vec<&ShownCall> = h.recent.iter().skip(1).collect();
    for c in h.view.calls.iter().rev().filter(|c| !c.gone) {
        if before.len() < PLAIN && !h.recent.iter().chain(before.iter().copied()).any(|b| b.number == c.number) {
            before.push(c);
        }
    }
    let pri = |c: &ShownCall| html! { @if c.priority { span class="pri" { (ask.t("queue.s.priority")) } " " } };
    let body = html! {
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} }
            h1 { (title) @if ask.lang == Lang::Zh { small lang="en" { (h.name.en) } } }
            p class="clk as" { (ask.tf("queue.s.as_of", &[("t", &ask.hhmm(h.now))])) }
        }
        main id="main" tabindex="-1" {
            section aria-label=(ask.t("queue.s.calls")) {
                @match h.recent.first() {
                    Some(c) => {
                        @let (number, counter) = (c.number.to_string(), c.counter_number.to_string());
                        div class={ "call " (css(&number)) } role="status" {
                            p class="l" { (icon("sound")) span { (ask.tf("queue.s.please", &[("no", &number), ("n", &counter)])) } }
                            p class="no" { (number) }
                            svg class="i ar" aria-hidden="true" { use href=(format!("{}#arrow", web::assets::url("icons.svg"))) {} }
                            p class="win" { b { (counter) } span { (ask.t("queue.s.counter")) } }
                            p class="s" { (pri(c)) @if c.recall { (ask.t("queue.s.again")) } (ask.t("queue.s.bring")) }
                        }
                    }
                    None => p class="panel none" role="status" { (ask.t("queue.s.no_call")) }
                }
                ol class={ "recent" @if before.len() > RECENT { " many" } } aria-label=(ask.t("queue.s.recent")) {
                    @for c in before { li class=(css(&c.number.to_string())) { b { (c.number) } span { (pri(c)) } (to(c.counter_number)) } }
                }
            }
            section aria-label=(ask.t("queue.s.waits")) {
                div class="panel" { h2 { (with_english(ask, "queue.s.waiting")) } ul { @for l in shown(h) { (wait(ask, h, l)) } } }
                div class="panel grow" { h2 { (with_english(ask, "queue.s.next")) } ol class="nexts" { @for n in &h.view.next { li { (n.number) @if n.priority { " " span class="pri" { (ask.t("queue.s.priority")) } } } } } }
            }
        }
        footer class="ticker" { p { (ask.tf("queue.s.plain", &[("t", &ask.hhmm(h.now))])) } }
    };
    Page::new(Surface::Screen, &title, body).render(ask)
}

// ── S2 ──

/// The waits of every line of a centre (等候屏).
pub(crate) async fn waits(app: App, open: Duty<Open>, Now(now): Now) -> Reply {
    let centre = open.centre();
    let hall = app.read(move |tx| read(tx, centre, ALL_ZONES, now)).await?;
    if open.ask.json() {
        return Ok(Answer::json(200, &hall.view.lines.iter().map(|l| wait_json(l, Lang::Zh)).collect::<Vec<_>>()));
    }
    Ok(Answer::html(&waits_page(&open.ask, &hall)))
}
pub(crate) fn waits_page(ask: &Ask, h: &Hall) -> Markup {
    let title = ask.t("queue.s.waiting");
    let body = html! {
        (top(ask, title, if ask.lang == Lang::Zh { ask.words.get(Lang::En, "queue.s.waiting") } else { "" }, h.now))
        main id="main" class="one" tabindex="-1" {
            section class="panel grow" aria-label=(ask.t("queue.s.waits")) { ul class="list" data-waits="" { @for l in &h.view.lines { (wait(ask, h, l)) } } }
        }
        (ticker(ask, h))
        (stale(ask))
        (wait_template(ask))
    };
    Page::new(Surface::Screen, title, body).scripts(&["screen.js"]).data("stream", ask.href(&format!("/sse/waits/{}", h.centre))).render(ask)
}

// ── S5 ──

/// What a window screen shows (窗口屏).
pub(crate) struct Window {
    pub centre: CentreId,
    pub number: i64,
    pub session: Option<CounterSession>,
    pub current: Option<Ticket>,
    pub now: Instant,
}

fn read_window(tx: &mut Tx, centre: CentreId, number: i64, now: Instant) -> Result<Window, No> {
    let counter = places::api::counter_numbered(tx, centre, number)?.id;
    let (session, current) = match api::any_at_work(tx, counter, now) {
        Ok(at) => (Some(at.session), at.current),
        Err(No::Refused(_)) => (None, None),
        Err(other) => return Err(other),
    };
    Ok(Window { centre, number, session, current, now })
}
impl Window {
    /// Number and what is said with it.
    fn says(&self, words: &Words) -> (String, Both) {
        use crate::SessionState::{Closed, Closing, Open, Paused};
        let number = self.current.as_ref().map(|t| t.number.to_string()).unwrap_or_default();
        let key = match (&self.session, &self.current) {
            (None, _) => "queue.s.window.shut",
            (_, Some(t)) if matches!(t.state, State::Called { .. }) => "queue.s.window.called",
            (_, Some(_)) => "queue.s.window.serving",
            (Some(s), None) => match s.state {
                Paused { back_at: Some(at), .. } => return (number, words.one("queue.s.window.back", &[("t", &words.time.hhmm(at))])),
                Paused { .. } => "queue.s.window.paused",
                Closing | Closed { .. } => "queue.s.window.shut",
                Open => "queue.s.window.idle",
            },
        };
        (number, words.one(key, &[]))
    }
}

/// The screen above one counter.
pub(crate) async fn window(app: App, open: Duty<Open>, Now(now): Now, Path(path): Path<BTreeMap<String, String>>) -> Reply {
    let (centre, number) = (open.centre(), Params(path).get("number")?);
    let window = app.read(move |tx| read_window(tx, centre, number, now)).await?;
    if open.ask.json() {
        let (no, says) = window.says(&Words::asked(&open.ask));
        return Ok(Answer::json(200, &json!({ "number": no, "zh": says.zh, "en": says.en })));
    }
    Ok(Answer::html(&window_page(&open.ask, &window)))
}
pub(crate) fn window_page(ask: &Ask, w: &Window) -> Markup {
    let n = w.number.to_string();
    let title = ask.tf("queue.s.window", &[("n", &n)]);
    let (number, says) = w.says(&Words::asked(ask));
    let (zh, en) = spoken(ask.lang, &says);
    let body = html! {
        (top(ask, &title, &if ask.lang == Lang::Zh { ask.words.fill(Lang::En, "queue.s.window", &[("n", &n)]) } else { String::new() }, w.now))
        main id="main" class="one" tabindex="-1" {
            section class={ "window " (css(&number)) } data-window="" role="status" aria-label=(ask.t("queue.s.window.label")) {
                p class="state" data-f="state" { (zh) }
                p class="no" data-f="number" { (number) }
                p class="d" lang="en" data-f="en" { (en) }
            }
        }
        footer class="ticker" { p { (ask.t("queue.s.bring")) } }
        (stale(ask))
    };
    Page::new(Surface::Screen, &title, body).scripts(&["screen.js"]).data("stream", ask.href(&format!("/sse/window/{}/{n}", w.centre))).render(ask)
}

fn window_now(app: App, centre: CentreId, arg: String) -> Later {
    Box::pin(async move {
        let (number, lang) = arg.split_once('/').unwrap_or((&arg, "zh"));
        let (Ok(number), lang) = (number.parse(), if lang == "en" { Lang::En } else { Lang::Zh }) else { return Vec::new() };
        let (now, words) = (app.now(), Words::of(&app));
        let Ok(window) = app.read(move |tx| read_window(tx, centre, number, now)).await else { return Vec::new() };
        let (number, says) = window.says(&words);
        let (zh, en) = spoken(lang, &says);
        vec![("state", json!({ "number": number, "zh": zh, "en": en }).to_string())]
    })
}
/// One counter, live.
pub(crate) async fn window_stream(app: App, open: Duty<Open>, Path(path): Path<BTreeMap<String, String>>) -> Result<Response, Refuse> {
    let (centre, number): (_, i64) = (open.centre(), Params(path).get("number")?);
    let counter = app.read(move |tx| places::api::counter_numbered(tx, centre, number)).await?.id;
    let arg = format!("{number}/{}", open.ask.lang.code());
    live::stream(app, &open.ask, centre, vec![format!("counter/{counter}")], Some((window_now, arg))).await
}
