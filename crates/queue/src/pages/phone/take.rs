//! P4: choose an errand, see the range, take a number. And the one way in which every surface takes one.

use std::collections::BTreeMap;

use kernel::{DeviceId, Instant, No};
use places::phone::{self, Tab};
use serde::Deserialize;
use serde_json::json;
use store::Tx;
use web::{
    Answer, App, Ask, Body, Dice, Duty, Markup, Now, Once, Open, Reply,
    axum::{extract::Query, http::HeaderMap},
    html, icon, notice,
};

use super::{
    ticket::alive,
    view::{age, boxes, head, wait_row},
};
use crate::{
    BOOKED, Channel, Class, Line, Method, Ticket, Visit, VisitState,
    api::{self, LineNow, NewVisit},
    pages::shared::{self, CentreNow, Slices, Where},
};

/// What is asked for: codes of items or lines, and who it is for.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct TakeBody {
    /// Items, or lines where there is no item.
    #[serde(default)]
    pub errands: Vec<String>,
    /// Code of `queue_class`; self-declared, looked at by the counter.
    #[serde(default)]
    pub class: Option<String>,
}

/// How a number is taken.
#[derive(Clone, Debug)]
pub(crate) struct Taking {
    pub channel: Channel,
    pub device: Option<DeviceId>,
    /// See [`shared::browser`].
    pub browser: Option<[u8; 32]>,
    /// Where a form goes; the token's place is held by `store::SECRET`.
    pub to: String,
}

/// Takes a number (取号): read what is needed, then one write. The token is never stored; a retry computes it again.
pub(crate) async fn issue<D>(app: &App, duty: &Duty<D>, once: Once, body: TakeBody, how: Taking, now: Instant, dice: [u8; 32]) -> Reply {
    let (ask, centre) = (duty.ask.clone(), duty.centre());
    let token = once.secret(app);
    let hash = web::token::hash(&token);
    let plan = shared::settled(shared::plan(app, &ask, centre, body.errands.clone(), now).await)?;
    let answer = app
        .write(duty, once, ask.route.action, move |tx| {
            let plan = plan.clone()?;
            let new = NewVisit {
                centre,
                day: plan.day,
                errands: &plan.asked(),
                class: shared::class(body.class.as_deref())?,
                channel: how.channel,
                remote: how.channel == Channel::Phone,
                booked: None,
                token_hash: hash,
                device: how.device,
                browser: how.browser,
                hours: &plan.hours,
            };
            let issued = api::issue(tx, &new, now, dice)?;
            let legs: Vec<_> = issued.tickets.iter().map(|(t, f)| (t, Some(*f))).collect();
            let json = shared::visit_json(&ask, &plan.facts, &issued.visit, &legs, &plan.errands, store::SECRET, now);
            Ok(Answer::of(&ask, 201, &json, how.to.as_str()))
        })
        .await?;
    Ok(answer.fill(&token))
}

/// A number from away: it may not be called before its holder is here.
pub(super) async fn remote(app: App, open: Duty<Open>, once: Once, Now(now): Now, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    let browser = open.ask.browser.as_deref().map(|b| shared::browser(&app.0.settings, b));
    let how = Taking { channel: Channel::Phone, device: None, browser, to: format!("/t/{}", store::SECRET) };
    issue(&app, &open, once, body, how, now, dice).await
}

/// The same errand at the next centre.
pub(super) struct Other {
    pub centre: places::Centre,
    pub line: LineNow,
}
/// A number this browser holds here, to which an errand can be added.
#[derive(Clone)]
pub(super) struct Mine {
    pub key: String,
    pub visit: Visit,
    /// Its tickets that are not over.
    pub tickets: Vec<Ticket>,
}
impl Mine {
    /// Whether it stands for this errand already.
    fn has(&self, line: &Line, errand: &web::Errand) -> bool {
        let item = shared::asked(errand).item;
        self.tickets.iter().any(|t| t.line == line.id && t.item == item)
    }
    fn no(&self) -> String {
        self.visit.number.to_string()
    }
}
/// Everything of P4.
pub(super) struct TakeView {
    pub here: CentreNow,
    pub lines: Vec<LineNow>,
    pub wheres: Where,
    pub errands: Vec<web::Errand>,
    pub chosen: Option<web::Errand>,
    /// A code was asked for that this centre does not do.
    pub unknown: bool,
    pub other: Option<Other>,
    /// Another centre that gives numbers now.
    pub nearest: Option<CentreNow>,
    pub mine: Option<Mine>,
    /// The number that stands for this errand already.
    pub same: Option<Mine>,
    pub classes: Vec<Class>,
    /// Errands are added to this number instead.
    pub adding: bool,
}

/// What the address and the browser say.
struct Asked {
    item: Option<String>,
    /// Of a number to which something is added.
    add: Option<String>,
    keys: Vec<String>,
}

impl TakeView {
    fn read(tx: &mut Tx, ask: &Ask, slices: Slices, centre: kernel::CentreId, asked: Asked, now: Instant) -> Result<Self, No> {
        let here = CentreNow::read(tx, ask, centre, now)?;
        let lines = api::line_now(tx, centre, now)?;
        let plain: Vec<_> = lines.iter().map(|l| l.line.clone()).collect();
        let errands = shared::errands(tx, slices, centre, &plain)?;
        let stopped = |code: &str| plain.iter().find(|l| l.code == code).map(shared::of_line);
        let chosen = asked.item.as_deref().and_then(|code| errands.iter().find(|e| e.code == code).cloned().or_else(|| stopped(code)));
        let nearest = shared::open_elsewhere(tx, ask, &here.centre, now)?;
        let code = asked.item.as_deref();
        let other = match (&nearest, code) {
            (Some(next), Some(code)) => other(tx, slices, &next.centre, code, now)?,
            _ => None,
        };
        let keys = asked.add.as_ref().map_or_else(|| asked.keys.clone(), |key| vec![key.clone()]);
        let mut held = mine(tx, ask, centre, &keys, now)?;
        let adding = asked.add.is_some() && !held.is_empty();
        let unknown = code.is_some() && chosen.is_none();
        let wheres = shared::wheres(tx, &ask.words, centre, &plain)?;
        let line = chosen.as_ref().and_then(|e| lines.iter().find(|l| l.line.code == e.line));
        let same = line.zip(chosen.as_ref()).and_then(|(l, errand)| held.iter().find(|m| m.has(&l.line, errand)).cloned());
        let mine = if held.is_empty() { None } else { Some(held.remove(0)) };
        Ok(Self { here, lines, wheres, errands, chosen, unknown, other, nearest, mine, same, classes: api::classes(tx)?, adding })
    }
    fn line(&self, code: &str) -> Option<&LineNow> {
        self.lines.iter().find(|l| l.line.code == code)
    }
}
fn other(tx: &mut Tx, slices: Slices, next: &places::Centre, code: &str, now: Instant) -> Result<Option<Other>, No> {
    let lines = api::line_now(tx, next.id, now)?;
    let plain: Vec<_> = lines.iter().map(|l| l.line.clone()).collect();
    let errand = shared::errands(tx, slices, next.id, &plain)?.into_iter().find(|e| e.code == code);
    let line = errand.and_then(|e| lines.into_iter().find(|l| l.line.code == e.line));
    Ok(line.map(|line| Other { centre: next.clone(), line }))
}
/// The open numbers of today that these keys open here, the newest first.
fn mine(tx: &mut Tx, ask: &Ask, centre: kernel::CentreId, keys: &[String], now: Instant) -> Result<Vec<Mine>, No> {
    let mut all = Vec::new();
    for (key, visit) in shared::held(tx, ask, keys, Some(centre), now)? {
        if visit.state == VisitState::Open {
            let found = api::visit(tx, visit.id, now)?.tickets;
            let tickets: Vec<_> = found.into_iter().filter(alive).map(|t| t.ticket).collect();
            if !tickets.is_empty() {
                all.push(Mine { key, visit, tickets });
            }
        }
    }
    Ok(all)
}

pub(super) async fn page(app: App, open: Duty<Open>, headers: HeaderMap, Query(query): Query<BTreeMap<String, String>>, Now(now): Now) -> Reply {
    let (ask, slices, centre) = (open.ask.clone(), app.0.slices, open.centre());
    let value = |name: &str| query.get(name).filter(|v| !v.is_empty()).cloned();
    let said = Asked { item: value("item"), add: value("add"), keys: shared::keys(&headers) };
    let asked = ask.clone();
    let view = app.read(move |tx| TakeView::read(tx, &asked, slices, centre, said, now)).await?;
    if ask.json() {
        return Ok(take_json(&ask, &view, now));
    }
    let answer = Answer::html(&render(&ask, &view));
    if ask.browser.is_some() {
        return Ok(answer);
    }
    Ok(answer.cookie(web::cookie::set(&app.0.settings, web::cookie::BROWSER.0, &web::token::fresh(), web::cookie::BROWSER.1)))
}

fn take_json(ask: &Ask, view: &TakeView, now: Instant) -> Answer {
    let errands: Vec<_> =
        view.errands.iter().map(|e| json!({ "code": e.code, "name": ask.b(&e.name), "line": e.line, "minutes": e.minutes, "papers": e.papers })).collect();
    let lines: Vec<_> = view.lines.iter().map(|l| shared::line_json(ask, l, now)).collect();
    Answer::json(200, &json!({ "centre": view.here.centre.id, "open": view.here.in_time(now), "errands": errands, "lines": lines }))
}

pub(super) fn render(ask: &Ask, view: &TakeView) -> Markup {
    let title = match &view.chosen {
        Some(errand) => ask.tf("queue.p.take.what", &[("what", ask.b(&errand.name))]),
        None => ask.t("queue.p.take.choose").to_owned(),
    };
    let main = html! {
        (back(ask, view))
        h1 { (title) }
        @if let Some(refusal) = &view.here.not_open {
            (notice("wrn", ask.b(&view.here.centre.status.name()), &ask.words.refusal(ask.lang, refusal)))
            @if let Some(next) = &view.nearest { p { a class="btn pri wide" href=(ask.href(&format!("/c/{}/take", next.centre.id))) { (ask.tf("queue.p.take.at", &[("centre", ask.b(&next.centre.name))])) } } }
            @else { p class="quiet" { (ask.t("queue.p.take.nowhere")) } }
        } @else if let Some(errand) = &view.chosen { (one(ask, view, errand)) } @else { (choose(ask, view)) }
    };
    phone::page(ask, &title, Tab::Errands, &head(ask, &view.here), &main).render(ask)
}

fn back(ask: &Ask, view: &TakeView) -> Markup {
    let centre = view.here.centre.id.to_string();
    let (to, word) = match (&view.chosen, &view.mine) {
        (_, Some(mine)) if view.adding => (format!("/t/{}", mine.key), "queue.p.mine"),
        (Some(web::Errand { papers: Some(papers), .. }), _) => (shared::link(papers, &[("centre", &centre)]), "queue.p.papers"),
        (Some(_), _) => (format!("/c/{centre}/take"), "queue.p.take.choose"),
        (None, _) => (format!("/c/{centre}"), "queue.p.centre"),
    };
    html! { a class="back" href=(ask.href(&to)) { (icon("right")) (ask.t(word)) } }
}

/// One errand: the range here, and the button.
fn one(ask: &Ask, view: &TakeView, errand: &web::Errand) -> Markup {
    let Some(l) = view.line(&errand.line) else { return html! {} };
    let limits = &view.here.limits;
    let refused = l.line.may_issue(&view.here.hours, limits, ask.now).and_then(|()| l.line.may_take_remote(l.away, l.waiting, limits));
    html! {
        p class="quiet" { (ask.t("queue.p.no_account")) }
        @if let Err(refusal) = &refused { (notice("wrn", ask.b(&l.line.name), &ask.words.refusal(ask.lang, refusal))) }
        section class="card" {
            h2 { (ask.b(&view.here.centre.name)) }
            @if let Some(place) = view.wheres.get(&l.line.id) { p class="quiet" { (ask.b(place)) } }
            @if refused.as_ref().err().is_none_or(|r| r.code == "queue.remote_full") {
                (boxes(ask, &l.forecast, limits, ask.now))
                @let how = shared::how_made(ask, &l.forecast, limits, l.score);
                @if !how.is_empty() { p class="quiet" { (how) } }
                @if l.forecast.method == Method::NoCounter { p class="quiet" { (advice(ask, view)) } }
            }
            @if refused.is_ok() { (forms(ask, view, errand)) }
        }
        @if let Some(next) = &view.other { (elsewhere(ask, next, errand, limits)) }
        (age(ask))
    }
}
/// Whether it is worth coming where no counter is open.
fn advice(ask: &Ask, view: &TakeView) -> String {
    let phone = if view.here.centre.phone.is_empty() { "12345" } else { &view.here.centre.phone };
    ask.tf("queue.p.no_counter.ask", &[("phone", phone)])
}
fn forms(ask: &Ask, view: &TakeView, errand: &web::Errand) -> Markup {
    let code = errand.code.as_str();
    let add = |m: &Mine, class: &str| ask.button(&format!("/t/{}/add", m.key), &ask.tf("queue.p.add.to", &[("no", &m.no())]), class, &[("errand", code)]);
    let see = |m: &Mine, class: &str| html! { p { a class=(class) href=(ask.href(&format!("/t/{}", m.key))) { (icon("ticket")) (ask.tf("queue.p.take.see", &[("no", &m.no())])) } } };
    html! {
        @match (&view.same, &view.mine) {
            (Some(same), _) => {
                (notice("", &ask.tf("queue.p.take.have", &[("no", &same.no())]), ask.t("queue.p.take.have.note")))
                (see(same, "btn pri wide"))
                @if !view.adding { details { summary { (ask.t("queue.p.take.another")) } (take_form(ask, view, code, "btn wide")) } }
            }
            (None, Some(mine)) if view.adding => (add(mine, "btn pri wide")),
            (None, Some(mine)) => { (add(mine, "btn wide")) (take_form(ask, view, code, "btn pri wide")) }
            (None, None) => (take_form(ask, view, code, "btn pri wide")),
        }
    }
}
fn take_form(ask: &Ask, view: &TakeView, code: &str, class: &str) -> Markup {
    html! {
        form method="post" action=(ask.href(&format!("/centres/{}/visits", view.here.centre.id))) {
            (ask.once())
            input type="hidden" name="errands" value=(code);
            (priority(ask, &view.classes))
            p { button type="submit" class=(class) { (ask.t("queue.p.take.now")) } }
        }
        p class="quiet small" { (ask.t("queue.p.take.remote")) }
    }
}
/// Who is served first: declared here, seen at the counter.
fn priority(ask: &Ask, classes: &[Class]) -> Markup {
    let some: Vec<_> = classes.iter().filter(|c| c.credit_min > 0 && c.code != BOOKED).collect();
    html! {
        @if !some.is_empty() {
            details {
                summary { (ask.t("queue.p.first")) }
                fieldset class="field" {
                    legend { (ask.t("queue.p.first.which")) }
                    label class="choice" { input type="radio" name="class" value="walk_in" checked; " " span { (ask.t("queue.p.first.none")) } }
                    @for class in some {
                        label class="choice" { input type="radio" name="class" value=(class.code); " " span { (named(ask, class)) } }
                    }
                }
            }
        }
    }
}
/// `老年人（70 岁以上）`: the age is a setting.
pub(crate) fn named(ask: &Ask, class: &Class) -> String {
    match class.from_age {
        Some(age) => ask.tf("queue.p.first.age", &[("name", ask.b(&class.name)), ("age", &age.to_string())]),
        None => ask.b(&class.name).to_owned(),
    }
}
fn elsewhere(ask: &Ask, next: &Other, errand: &web::Errand, limits: &crate::Limits) -> Markup {
    let to = shared::link(&format!("/c/{}/take", next.centre.id), &[("item", &errand.code)]);
    html! {
        section class="card" {
            h2 { (ask.b(&next.centre.name)) }
            p class="quiet" { (ask.b(&next.centre.address)) }
            (boxes(ask, &next.line.forecast, limits, ask.now))
            p { a class="btn wide" href=(ask.href(&to)) { (ask.tf("queue.p.take.at", &[("centre", ask.b(&next.centre.name))])) } }
        }
    }
}

/// Nothing chosen yet: the errands line by line, each line with its range.
fn choose(ask: &Ask, view: &TakeView) -> Markup {
    let centre = view.here.centre.id;
    let add = view.mine.as_ref().filter(|_| view.adding).map_or("", |m| m.key.as_str());
    let to = |code: &str| ask.href(&shared::link(&format!("/c/{centre}/take"), &[("item", code), ("add", add)]));
    let of = |line: &str| view.errands.iter().filter(|e| e.line == line && e.code != line).collect::<Vec<_>>();
    html! {
        @if view.unknown { (notice("wrn", ask.t("queue.p.not_here"), &view.other.as_ref().map_or_else(String::new, |o| ask.b(&o.centre.name).to_owned()))) }
        @if let Some(m) = view.mine.as_ref().filter(|_| view.adding) { p class="quiet" { (ask.tf("queue.p.add.note", &[("no", &m.visit.number.to_string())])) } }
        p { a class="btn wide" href=(ask.href(&shared::link("/errands", &[("centre", &centre.to_string()), ("add", add)]))) { (icon("search")) (ask.t("queue.p.search")) } }
        @if view.lines.is_empty() { div class="empty" { (icon("ticket")) p { (ask.t("queue.p.no_lines")) } } }
        @for l in &view.lines {
            section class="card" aria-label=(ask.b(&l.line.name)) {
                ul { (wait_row(ask, l, &view.here.limits)) }
                @if l.line.closed_at.is_none() {
                    ul class="links" {
                        @for e in of(&l.line.code) { li { a href=(to(&e.code)) { span { (ask.b(&e.name)) } (icon("right")) } } }
                        @let whole = if of(&l.line.code).is_empty() { ask.t("queue.p.take").to_owned() } else { ask.tf("queue.p.other", &[("line", ask.b(&l.line.name))]) };
                        li { a href=(to(&l.line.code)) { span { (whole) } (icon("right")) } }
                    }
                }
            }
        }
        (age(ask))
    }
}
