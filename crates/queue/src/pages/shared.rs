//! What the pages of residents share: when numbers are given, for what, where to go, how a range is said, and whose a token is.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use kernel::{Both, CentreId, Day, Instant, Lang, LineId, No, Refusal, ServiceDay};
use serde_json::{Value, json};
use store::Tx;
use web::{App, Ask, Object, Params, Settings, Slice, Words, axum::http::HeaderMap};

use crate::{
    BOOKED, Code8, Forecast, Hours, Limits, Line, Method, Range, Score, Shown, Ticket, Visit,
    api::{self, Errand, LineNow, VisitNow},
    rows, unknown_ticket,
};

/// Every slice of the program, for what one may take a number for.
pub(crate) type Slices = &'static [&'static Slice];

/// A centre and its day.
#[derive(Clone, Debug)]
pub(crate) struct CentreNow {
    pub centre: places::Centre,
    /// Of the line's rules.
    pub hours: Hours,
    /// When the block ends that is open now.
    pub until: Option<String>,
    /// Why it gives no numbers at all.
    pub not_open: Option<Refusal>,
    /// The figures in force.
    pub limits: Limits,
}

impl CentreNow {
    pub fn read(tx: &mut Tx, ask: &Ask, id: CentreId, now: Instant) -> Result<Self, No> {
        let centre = places::api::centre(tx, id)?;
        let limits = api::limits(tx, id, now)?;
        let not_open = match places::api::open_now(tx, id, &ask.district.time, now) {
            Err(No::Refused(r)) if centre.status != places::Status::Open => Some(r),
            Ok(_) | Err(No::Refused(_)) => None,
            Err(other) => return Err(other),
        };
        let (hours, until) = hours(tx, ask, id, &limits, now)?;
        Ok(Self { centre, hours, until, not_open, limits })
    }
    /// Whether any line may give a number by the clock.
    pub fn in_time(&self, now: Instant) -> bool {
        self.not_open.is_none() && self.hours.today.is_some_and(|(opens, closes)| now >= opens.plus_min(-self.limits.first_issue_min) && now < closes)
    }
}

/// The other centre to be sent to: the nearest that gives numbers now.
pub(crate) fn open_elsewhere(tx: &mut Tx, ask: &Ask, from: &places::Centre, now: Instant) -> Result<Option<CentreNow>, No> {
    for other in places::api::open_by_distance(tx, from)? {
        let there = CentreNow::read(tx, ask, other.id, now)?;
        if there.in_time(now) {
            return Ok(Some(there));
        }
    }
    Ok(None)
}
/// The opening of a centre as the line's rules want it (取号时间), and when the open block ends.
fn hours(tx: &mut Tx, ask: &Ask, centre: CentreId, limits: &Limits, now: Instant) -> Result<(Hours, Option<String>), No> {
    let time = &ask.district.time;
    let today = time.day(now);
    let span = places::api::hours(tx, centre, today.plus(-1), today.plus(places::api::AHEAD_DAYS))?;
    let open = span.open_at(time, now);
    // Yesterday's last block may pass midnight: while it is open, its day counts.
    let day = open.map_or(today, |(day, _)| day);
    let of = |day: Day| {
        let blocks = span.on(day).blocks;
        Some((time.moment(day, blocks.first()?.from), time.moment(day, blocks.last()?.to)))
    };
    let next = (0..=places::api::AHEAD_DAYS).find_map(|n| {
        let day = today.plus(n);
        let first = of(day)?.0.plus_min(-limits.first_issue_min);
        (first > now).then(|| (date(&ask.words, today, day), time.hhmm(first)))
    });
    Ok((Hours { today: of(day), next }, open.map(|(day, block)| time.hhmm(time.moment(day, block.to)))))
}

/// `今天`, `明天`, `11月25日 周三`
pub(crate) fn date(words: &Words, today: Day, day: Day) -> Both {
    match day.days_since(today) {
        0 => word(words, "queue.p.today"),
        1 => word(words, "queue.p.tomorrow"),
        _ => weekday(words, day),
    }
}
/// `11月25日 周三`
pub(crate) fn weekday(words: &Words, day: Day) -> Both {
    let (_, month, date) = day.parts();
    let of = |lang| {
        let nth = |key, n: usize| words.get(lang, key).split(' ').nth(n).unwrap_or_default().to_owned();
        let month = if lang == Lang::Zh { month.to_string() } else { nth("queue.p.months", usize::try_from(month - 1).unwrap_or(0)) };
        words.fill(lang, "queue.p.day", &[("month", &month), ("date", &date.to_string()), ("weekday", &nth("queue.p.weekdays", day.weekday()))])
    };
    Both::new(of(Lang::Zh), of(Lang::En))
}
pub(crate) fn word(words: &Words, key: &str) -> Both {
    Both::new(words.get(Lang::Zh, key), words.get(Lang::En, key))
}
/// A sentence in both languages.
fn fill(words: &Words, key: &str, args: &[(&str, &Both)]) -> Both {
    let of = |lang| {
        let args: Vec<_> = args.iter().map(|(n, b)| (*n, b.get(lang))).collect();
        words.fill(lang, key, &args)
    };
    Both::new(of(Lang::Zh), of(Lang::En))
}

/// Where the lines of a centre are served: `1 层政务大厅，1–4 号窗口`.
pub(crate) type Where = BTreeMap<LineId, Both>;

/// Reads where each line is served.
pub(crate) fn wheres(tx: &mut Tx, words: &Words, centre: CentreId, lines: &[Line]) -> Result<Where, No> {
    let zones = places::api::zones(tx, centre)?;
    let numbers: BTreeMap<_, _> = places::api::counters(tx, centre)?.into_iter().map(|c| (c.id, c.number)).collect();
    let skills = api::skills(tx, centre)?;
    let of = |line: &Line| {
        let at: BTreeSet<i64> = skills.iter().filter(|(_, s)| s.line == line.id).filter_map(|(c, _)| numbers.get(c).copied()).collect();
        place(words, zones.iter().find(|z| z.code == line.zone), &at)
    };
    Ok(lines.iter().map(|l| (l.id, of(l))).collect())
}
fn place(words: &Words, zone: Option<&places::Zone>, at: &BTreeSet<i64>) -> Both {
    let zone = zone.map(|z| {
        let n = z.floor.abs().to_string();
        let key = if z.floor < 0 { "queue.p.below" } else { "queue.p.floor" };
        fill(words, key, &[("n", &Both::new(n.clone(), n)), ("zone", &z.name)])
    });
    let counters = (!at.is_empty()).then(|| {
        let n = runs(at);
        let key = if at.len() > 1 { "queue.p.counters" } else { "queue.p.counter" };
        fill(words, key, &[("n", &Both::new(n.join("、"), n.join(", ")))])
    });
    match (zone, counters) {
        (Some(zone), Some(counters)) => fill(words, "queue.p.where", &[("zone", &zone), ("counters", &counters)]),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => word(words, "queue.p.where.ask"),
    }
}
/// `1–4`, `6`
fn runs(at: &BTreeSet<i64>) -> Vec<String> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for &n in at {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => runs.push((n, n)),
        }
    }
    runs.into_iter().map(|(a, b)| if a == b { a.to_string() } else { format!("{a}–{b}") }).collect()
}

/// Everything one may take a number for in a centre: what the slices say, then every line that gives numbers.
pub(crate) fn errands(tx: &mut Tx, slices: Slices, centre: CentreId, lines: &[Line]) -> Result<Vec<web::Errand>, No> {
    let mut all = Vec::new();
    for said in slices.iter().filter_map(|s| s.errands) {
        all.extend(said(tx, centre)?);
    }
    all.retain(|e: &web::Errand| lines.iter().any(|l| l.code == e.line));
    all.extend(lines.iter().filter(|l| l.closed_at.is_none()).map(of_line));
    Ok(all)
}
/// A line itself as an errand, for where there is no item.
pub(crate) fn of_line(line: &Line) -> web::Errand {
    web::Errand {
        code: line.code.clone(),
        name: line.name.clone(),
        short: line.name.clone(),
        class: line.class,
        line: line.code.clone(),
        minutes: line.typical_min,
        papers: None,
    }
}
/// As the rules want it: the item is named only where it is not the line itself.
pub(crate) fn asked(errand: &web::Errand) -> Errand {
    Errand { line: errand.line.clone(), item: (errand.code != errand.line).then(|| errand.code.clone()), name: errand.name.clone(), minutes: errand.minutes }
}
/// The errands of these codes.
///
/// # Errors
/// `errand.unknown`.
fn find(tx: &mut Tx, slices: Slices, centre: CentreId, lines: &[Line], codes: &[String]) -> Result<Vec<web::Errand>, No> {
    let line = |code: &String| lines.iter().find(|l| l.code == *code).map(of_line);
    // Line codes need nothing of the slices: the usual case of a program, and of a kiosk with a card.
    if let Some(all) = codes.iter().map(line).collect::<Option<Vec<_>>>() {
        return Ok(all);
    }
    let all = errands(tx, slices, centre, lines)?;
    let one = |code: &String| all.iter().find(|e| e.code == *code).cloned().or_else(|| line(code));
    codes.iter().map(|code| one(code).ok_or_else(|| No::Refused(Refusal::invalid("errand.unknown").at("errands")))).collect()
}

/// The errands of a booking; what is no more stands for its line.
pub(crate) fn errands_or_line(tx: &mut Tx, slices: Slices, centre: CentreId, codes: &[String], line: &str) -> Result<Vec<Errand>, No> {
    let lines = api::lines(tx, centre)?;
    let found = match find(tx, slices, centre, &lines, codes) {
        Err(No::Refused(Refusal { code: "errand.unknown", .. })) => find(tx, slices, centre, &lines, &[line.to_owned()])?,
        other => other?,
    };
    Ok(found.iter().map(asked).collect())
}

/// What a number is taken with, read before the lane; the rules decide in it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub errands: Vec<web::Errand>,
    pub hours: Hours,
    pub day: ServiceDay,
    pub facts: Arc<Facts>,
}
impl Plan {
    /// As the rules want them.
    pub fn asked(&self) -> Vec<Errand> {
        self.errands.iter().map(asked).collect()
    }
}
/// What every number of a centre is taken with, as it was a moment ago.
#[derive(Clone, Debug)]
struct Stage {
    here: Arc<CentreNow>,
    facts: Arc<Facts>,
}
/// The stages read last. What is decided (a stopped line, who is ahead) is read in the lane; only hours and what is said beside a number may be this old.
#[derive(Default)]
struct Stages(Mutex<HashMap<CentreId, (Instant, Instant, Stage)>>);
/// A stage is used for so long by the machine's clock, and by the district's.
const STAGE_US: i64 = 250_000;
const STAGE_DISTRICT_S: i64 = 5;

/// Reads what is needed for a number.
///
/// # Errors
/// `centre.not_open`, `errand.unknown`, missing.
pub(crate) async fn plan(app: &App, ask: &Ask, centre: CentreId, codes: Vec<String>, now: Instant) -> Result<Plan, No> {
    let (stages, real) = (app.memory::<Stages>(), app.real());
    let fresh =
        |(read, at, _): &&(Instant, Instant, Stage)| real.micros() - read.micros() < STAGE_US && now >= *at && now.seconds_since(*at) < STAGE_DISTRICT_S;
    let known = stages.0.lock().ok().and_then(|s| s.get(&centre).filter(fresh).map(|(.., stage)| stage.clone()));
    let (slices, asked) = (app.0.slices, ask.clone());
    let day = ask.district.time.service_day(now);
    let lines_only = |stage: &Stage| codes.iter().map(|c| stage.facts.lines.iter().find(|l| l.code == *c).map(of_line)).collect::<Option<Vec<_>>>();
    if let Some(stage) = &known
        && stage.here.not_open.is_none()
        && let Some(errands) = lines_only(stage)
    {
        return Ok(Plan { errands, hours: stage.here.hours.clone(), day, facts: Arc::clone(&stage.facts) });
    }
    let (stage, errands) = app
        .read(move |tx| {
            let stage = match known {
                Some(stage) => stage,
                None => Stage { here: Arc::new(CentreNow::read(tx, &asked, centre, now)?), facts: Arc::new(Facts::read(tx, &asked, centre, now)?) },
            };
            if let Some(refusal) = &stage.here.not_open {
                return Err(refusal.clone().into());
            }
            let errands = find(tx, slices, centre, &stage.facts.lines, &codes)?;
            Ok((stage, errands))
        })
        .await?;
    if let Ok(mut s) = stages.0.lock() {
        s.insert(centre, (real, now, stage.clone()));
    }
    Ok(Plan { errands, hours: stage.here.hours.clone(), day, facts: stage.facts })
}
/// A plan that the lane can turn into a stored refusal; what is busy or broken is said at once.
pub(crate) fn settled<T>(read: Result<T, No>) -> Result<Result<T, No>, No> {
    match read {
        Err(No::Refused(r)) if r.status.0 == 503 => Err(No::Refused(r)),
        Err(No::Fault(f)) => Err(No::Fault(f)),
        other => Ok(other),
    }
}
/// The class that was asked for; a booking's class is not for the asking.
///
/// # Errors
/// `class.unknown`.
pub(crate) fn class(asked: Option<&str>) -> Result<&str, No> {
    match asked.map(str::trim).filter(|c| !c.is_empty()) {
        None => Ok("walk_in"),
        Some(BOOKED) => Err(Refusal::invalid("class.unknown").at("class").into()),
        Some(code) => Ok(code),
    }
}

/// What is said beside tickets: their lines, where, how good the ranges were, the figures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub lines: Vec<Line>,
    pub wheres: Where,
    pub scores: Vec<([u8; 16], Score)>,
    pub limits: Limits,
}
impl Facts {
    pub fn read(tx: &mut Tx, ask: &Ask, centre: CentreId, now: Instant) -> Result<Self, No> {
        let lines = api::lines(tx, centre)?;
        let wheres = wheres(tx, &ask.words, centre, &lines)?;
        Ok(Self { wheres, scores: rows::stat::scores(tx, centre)?, limits: api::limits(tx, centre, now)?, lines })
    }
    pub fn line(&self, id: LineId) -> Option<&Line> {
        self.lines.iter().find(|l| l.id == id)
    }
    pub fn place<'a>(&'a self, ask: &Ask, line: LineId) -> &'a str {
        self.wheres.get(&line).map_or("", |b| b.get(ask.lang))
    }
    pub fn score(&self, line: LineId) -> Score {
        self.scores.iter().find(|(id, _)| *id == line.bytes()).map(|(_, s)| *s).unwrap_or_default()
    }
}

/// A visit as JSON. `legs`: each ticket, with its range while it waits; `token` may be the placeholder of a secret.
pub(crate) fn visit_json(
    ask: &Ask,
    facts: &Facts,
    visit: &Visit,
    legs: &[(&Ticket, Option<Forecast>)],
    papers: &[web::Errand],
    token: &str,
    now: Instant,
) -> Value {
    let place = legs.iter().find(|(t, _)| !t.state.ended()).or(legs.first()).map_or("", |(t, _)| facts.place(ask, t.line));
    let bring: Vec<_> = papers.iter().filter_map(|e| e.papers.as_ref().map(|p| json!({ "item": e.code, "name": ask.b(&e.name), "papers": p }))).collect();
    json!({
        "number": visit.number.to_string(), "code": visit.code.as_str(), "token": token, "at": ask.district.time.rfc3339(visit.issued_at),
        "centre": visit.centre, "state": visit.state.code(), "here": visit.arrived_at.is_some(), "class": visit.class,
        "tickets": legs.iter().map(|(t, f)| ticket_json(ask, facts, t, f.as_ref(), now)).collect::<Vec<_>>(),
        "where": place, "bring": bring,
    })
}
fn ticket_json(ask: &Ask, facts: &Facts, ticket: &Ticket, forecast: Option<&Forecast>, now: Instant) -> Value {
    json!({
        "ticket": ticket.id, "leg": ticket.leg, "queue": facts.line(ticket.line).map(|l| l.code.as_str()), "item": ticket.item, "state": ticket.state.code(),
        "ahead": forecast.map(|f| f.ahead), "forecast": forecast.and_then(|f| range_json(ask, f, facts.score(ticket.line), now)),
        "method": forecast.map(|f| f.method.code()),
    })
}
/// `null` while no range can be said.
pub(crate) fn range_json(ask: &Ask, forecast: &Forecast, score: Score, now: Instant) -> Option<Value> {
    let range = forecast.range?;
    let (from, to) = (ask.hhmm(now.plus_min(range.lo)), ask.hhmm(now.plus_min(range.hi)));
    Some(json!({ "lo": range.lo, "hi": range.hi, "from": from, "to": to, "method": forecast.method.code(), "covers": score.percent() }))
}
/// A visit as its holder reads it.
pub(crate) fn holder_json(ask: &Ask, facts: &Facts, now: &VisitNow, papers: &[web::Errand], token: &str, at: Instant) -> Value {
    let legs: Vec<_> = now.tickets.iter().map(|t| (&t.ticket, t.forecast)).collect();
    visit_json(ask, facts, &now.visit, &legs, papers, token, at)
}
/// A line as JSON for everybody.
pub(crate) fn line_json(ask: &Ask, l: &LineNow, now: Instant) -> Value {
    json!({
        "line": l.line.code, "name": ask.b(&l.line.name), "class": l.line.class, "waiting": l.waiting, "counters": l.counters, "stopped": l.line.closed_at.is_some(),
        "forecast": range_json(ask, &l.forecast, l.score, now), "method": l.forecast.method.code(),
    })
}

/// A range in words: `约 9–14 分钟`, `不用等`; else what [`unsaid`] says.
pub(crate) fn range(ask: &Ask, forecast: &Forecast, limits: &Limits) -> String {
    match forecast.range {
        Some(r) => ranged(ask, r, limits, ["queue.p.none", "queue.p.range", "queue.p.over"]),
        None => unsaid(ask, forecast, limits),
    }
}
/// Where no time can be said: `暂时估不出，前面 3 人`, `窗口还没开，开了才叫号`.
pub(crate) fn unsaid(ask: &Ask, forecast: &Forecast, limits: &Limits) -> String {
    let key = match forecast.method {
        _ if forecast.ahead >= limits.ahead_most => "queue.p.long.ahead",
        Method::NoCounter if forecast.ahead == 0 => return ask.t("queue.p.no_counter.wait").to_owned(),
        Method::NoCounter => "queue.p.no_counter.ahead",
        Method::Learning | Method::Line | Method::Centre if forecast.ahead == 0 => return ask.t("queue.p.nobody").to_owned(),
        Method::Learning | Method::Line | Method::Centre => "queue.p.unsure",
    };
    ask.tf(key, &[("n", &ahead(forecast, limits))])
}
/// As short as a box is wide: `9–14 分`, `不用等`, `暂时估不出`.
pub(crate) fn range_short(ask: &Ask, forecast: &Forecast, limits: &Limits) -> String {
    match forecast.range {
        Some(r) => ranged(ask, r, limits, ["queue.p.none", "queue.p.range.short", "queue.p.over.short"]),
        None if forecast.ahead >= limits.ahead_most => ask.t("queue.p.long").to_owned(),
        None => short_method(ask, forecast.method).to_owned(),
    }
}
fn short_method(ask: &Ask, method: Method) -> &str {
    match method {
        Method::Line | Method::Centre => ask.t("queue.p.long"),
        Method::Learning => ask.t("queue.p.unsure.short"),
        Method::NoCounter => ask.t("queue.p.no_counter"),
    }
}
/// The small line under a range: how it was made and how good such ranges were, or why there is none. Empty where [`unsaid`] says it all.
pub(crate) fn how_made(ask: &Ask, forecast: &Forecast, limits: &Limits, score: Score) -> String {
    let how = forecast.method.name();
    match (forecast.range, forecast.method, score.percent()) {
        (Some(_), _, Some(pct)) => ask.tf("queue.p.score", &[("how", ask.b(&how)), ("n", &score.n.to_string()), ("pct", &pct.to_string())]),
        (None, Method::NoCounter, _) => String::new(),
        (None, ..) if forecast.ahead == 0 => String::new(),
        (None, Method::Learning, _) => ask.tf("queue.p.learning", &[("n", &limits.ratios_least.to_string())]),
        _ => ask.tf("queue.p.made", &[("how", ask.b(&how))]),
    }
}
fn ranged(ask: &Ask, range: Range, limits: &Limits, [none, between, over]: [&str; 3]) -> String {
    let (lo, hi) = (range.lo.to_string(), range.hi.to_string());
    let key = match range.shown(limits) {
        Shown::NoWait => none,
        Shown::Between => between,
        Shown::Over => over,
    };
    ask.tf(key, &[("lo", &lo), ("hi", &hi)])
}
/// By the clock: `10:14–10:26`. Nothing while no range can be said.
pub(crate) fn clock(ask: &Ask, forecast: &Forecast, limits: &Limits, now: Instant) -> Option<String> {
    let range = forecast.range?;
    let (from, to) = (ask.hhmm(now.plus_min(range.lo)), ask.hhmm(now.plus_min(range.hi)));
    Some(match range.shown(limits) {
        Shown::NoWait => ask.t("queue.p.now").to_owned(),
        Shown::Between => format!("{from}–{to}"),
        Shown::Over => ask.tf("queue.p.after", &[("t", &from)]),
    })
}
/// `500+` where nobody counted further.
pub(crate) fn ahead(forecast: &Forecast, limits: &Limits) -> String {
    if forecast.ahead >= limits.ahead_most { format!("{}+", limits.ahead_most) } else { forecast.ahead.to_string() }
}

/// The object of every route with `{token}`: the visit of a token, or of `centre-number-code8`.
///
/// # Errors
/// Missing: never was, and not yours, look the same.
pub(crate) fn visit_in_path(tx: &mut Tx, params: &Params) -> Result<Object, No> {
    let token: String = params.get("token")?;
    let visit = by_key(tx, &token)?.ok_or(kernel::Missing("visit"))?;
    Ok(Object::of(visit.centre, "visit", visit.id).visit(visit.id))
}
/// What opens a visit: its token of 22 characters, or `1-A037-7K2M9XQ4` of the last day with numbers.
pub(crate) fn by_key(tx: &mut Tx, key: &str) -> Result<Option<Visit>, No> {
    if key.len() == 22 {
        return Ok(rows::visit::by_token(tx, web::token::hash(key))?);
    }
    let mut parts = key.splitn(3, '-');
    let (Some(centre), Some(number), Some(code)) = (parts.next().and_then(|c| c.parse().ok()), parts.next(), parts.next()) else { return Ok(None) };
    let Ok(code) = Code8::parse(code) else { return Ok(None) };
    Ok(rows::visit::latest(tx, centre, &code)?.filter(|v| v.number.is(number)))
}
/// The key made of what is printed.
pub(crate) fn key_of(visit: &Visit) -> String {
    format!("{}-{}-{}", visit.centre, visit.number, visit.code.as_str())
}
/// A printed code opens its number on its own day only.
///
/// # Errors
/// `ticket.unknown`.
pub(crate) fn in_its_day(visit: &Visit, key: &str, today: ServiceDay) -> Result<(), No> {
    if key.len() == 22 || visit.day == today { Ok(()) } else { Err(unknown_ticket().into()) }
}
/// The visit of a centre's day by its eight characters alone: at the door and at the kiosk.
///
/// # Errors
/// `ticket.unknown`.
pub(crate) fn by_code(tx: &mut Tx, centre: CentreId, day: ServiceDay, typed: &str) -> Result<Visit, No> {
    let code = Code8::parse(typed)?;
    let found = rows::visit::by_code(tx, day, &code)?.into_iter().find(|v| v.centre == centre);
    found.ok_or_else(|| unknown_ticket().into())
}

/// The code at the door (门口码): five characters that change with the service day, shown where only who is there can see them.
pub(crate) fn door_code(settings: &Settings, centre: CentreId, day: ServiceDay) -> String {
    let secret = web::token::derived(&settings.key, format!("here/{centre}/{day}").as_bytes());
    web::token::code(&web::token::hash(&secret), 5)
}
/// Whether the code at the door was typed or scanned.
///
/// # Errors
/// `here.code`.
pub(crate) fn at_the_door(settings: &Settings, centre: CentreId, day: ServiceDay, typed: &str) -> Result<(), No> {
    if web::token::read_code(typed) == door_code(settings, centre, day) { Ok(()) } else { Err(Refusal::invalid("here.code").at("k").into()) }
}

/// Numbers one browser is reminded of [A]: the newest.
const KEYS: usize = 5;
/// The keys of the numbers this browser holds, newest first: cookie `t`.
pub(crate) fn keys(headers: &HeaderMap) -> Vec<String> {
    web::cookie::list(headers, "t", KEYS)
}
/// The cookie's value with one more key in front.
pub(crate) fn remembered(keys: &[String], key: &str) -> String {
    web::cookie::in_front(keys, key, KEYS)
}
/// The numbers of today that these keys open, each once, the newest first; of one centre, or of all.
pub(crate) fn held(tx: &mut Tx, ask: &Ask, keys: &[String], centre: Option<CentreId>, now: Instant) -> Result<Vec<(String, Visit)>, No> {
    let today = ask.district.time.service_day(now);
    let mut all: Vec<(String, Visit)> = Vec::new();
    for key in keys {
        let found = by_key(tx, key)?.filter(|v| v.day == today && centre.is_none_or(|c| c == v.centre));
        if let Some(visit) = found.filter(|v| all.iter().all(|(_, other)| other.id != v.id)) {
            all.push((key.clone(), visit));
        }
    }
    all.sort_by_key(|(_, v)| std::cmp::Reverse(v.issued_at));
    Ok(all)
}
/// A browser as the rules know it: a keyed hash of its cookie.
pub(crate) fn browser(settings: &Settings, cookie: &str) -> [u8; 32] {
    web::token::hash(&web::token::derived(&settings.key, format!("browser/{cookie}").as_bytes()))
}

/// A path with a query; values that are no plain codes are left out.
pub(crate) fn link(path: &str, pairs: &[(&str, &str)]) -> String {
    let query: Vec<_> = pairs.iter().filter(|(_, v)| plain(v)).map(|(n, v)| format!("{n}={v}")).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}
/// A code: letters, digits, `_`, `-` and inner dots.
fn plain(v: &str) -> bool {
    !v.is_empty() && v.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-' || b == b'.')
}
