//! K1 and K2: two taps to a number, one with a card; and who is served first.

use std::collections::BTreeMap;

use kernel::{DeviceKind, No};
use store::Tx;
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Now, Once, Open, Page, QueueTake, Reply, axum::extract::Query, html, icon};

use super::{
    frame::{self, Machine, Parts, Wish, asking, back, dressed},
    more,
};
use crate::{
    BOOKED, Channel, Class, Line, Method, State,
    api::{self, LineNow},
    pages::{
        phone::{TakeBody, Taking, issue, named},
        shared::{self, Slices},
    },
};

/// How long a machine keeps the width of its paper, in seconds: as long as browsers keep anything, 400 days.
const WIDTH_KEPT_S: i64 = 34_560_000;
/// Choices on one view (UX §7).
const CHOICES: usize = 6;

/// The machine with what one may take a number for.
pub(super) struct Home {
    pub machine: Machine,
    pub errands: Vec<web::Errand>,
}
impl Home {
    /// `add`: the number to which an errand is added; who holds it is not ahead of themselves.
    fn read(tx: &mut Tx, ask: &Ask, slices: Slices, device: &web::Device, add: Option<&str>, now: kernel::Instant) -> Result<Self, No> {
        let mut machine = Machine::read(tx, ask, Some(device), device.centre, now)?;
        let lines: Vec<Line> = machine.lines.iter().map(|l| l.line.clone()).collect();
        let errands = shared::errands(tx, slices, device.centre, &lines)?;
        if let Some(visit) = add.map_or(Ok(None), |key| shared::by_key(tx, key))? {
            let own = api::visit(tx, visit.id, now)?.tickets;
            for l in &mut machine.lines {
                let mine = own.iter().filter(|t| t.ticket.state == State::Waiting && t.line.id == l.line.id).count();
                l.forecast.ahead = (l.forecast.ahead - i64::try_from(mine).unwrap_or(0)).max(0);
            }
        }
        let mut home = Self { machine, errands };
        // What most items belong to stands first: two taps hold for it wherever lines are more than six. Stable, so no button moves under a finger.
        home.machine.lines.sort_by_key(|l| std::cmp::Reverse(home.errands.iter().filter(|e| e.line == l.line.code).count()));
        Ok(home)
    }
    /// The items of a line.
    fn of<'a>(&'a self, line: &'a str) -> impl Iterator<Item = &'a web::Errand> {
        self.errands.iter().filter(move |e| e.line == line && e.code != line)
    }
}

async fn with_home(app: App, open: Duty<Open>, add: Option<String>, now: kernel::Instant, page: impl for<'a> FnOnce(&'a Ask, &Home) -> Page<'a>) -> Reply {
    let (ask, slices) = (open.ask.clone(), app.0.slices);
    let Some(device) = frame::machine(&open) else { return Ok(Answer::page(&ask, frame::enrol(&ask))) };
    let asked = ask.clone();
    let (home, near) = app
        .read(move |tx| {
            let home = Home::read(tx, &asked, slices, &device, add.as_deref(), now)?;
            let near = if home.machine.here.in_time(now) { None } else { more::near(tx, &asked, &home.machine, now)? };
            Ok((home, near))
        })
        .await?;
    if !home.machine.here.in_time(now) {
        return Ok(Answer::page(&ask, more::render_closed(&ask, &home.machine, near.as_ref())));
    }
    Ok(Answer::page(&ask, page(&ask, &home)))
}

pub(super) async fn page(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>, Now(now): Now) -> Reply {
    let (wish, from) = (Wish::of(&query), place(&query));
    // The width of the paper belongs to the machine: said once, it is kept.
    let width = query.get("w").filter(|w| ["58", "80"].contains(&w.as_str())).map(|w| web::cookie::set(&app.0.settings, "w", w, WIDTH_KEPT_S));
    let answer = with_home(app, open, wish.add.clone(), now, move |ask, home| render(ask, home, &wish, from)).await?;
    Ok(width.into_iter().fold(answer, Answer::cookie))
}
/// How many choices were turned over.
fn place(query: &BTreeMap<String, String>) -> usize {
    query.get("from").and_then(|p| p.parse().ok()).unwrap_or(0)
}

/// K1: the lines by what people say.
pub(super) fn render<'a>(ask: &'a Ask, home: &Home, wish: &Wish, from: usize) -> Page<'a> {
    let m = &home.machine;
    let left = m.lines.len().saturating_sub(from);
    // The sixth place turns the page where more than six are left.
    let shown: Vec<_> = m.lines.iter().skip(from).take(if left > CHOICES { CHOICES - 1 } else { CHOICES }).collect();
    let more = (left > shown.len()).then(|| wish.to("/k", &[("from", &(from + shown.len()).to_string())]));
    let plain = wish.class.is_none() && !wish.card && wish.add.is_none();
    let (h1, line) = match (&wish.add, wish.card) {
        (Some(_), _) => ("queue.k.add.h1", "queue.k.add.line"),
        (None, true) => ("queue.k.h1", "queue.k.h1.card"),
        (None, false) => ("queue.k.h1", "queue.k.h1.line"),
    };
    let main = html! {
        div id="live" class="stack" {
            (m.strip(ask))
            (asking(ask.t(h1), &classed(ask, m, wish).unwrap_or_else(|| ask.t(line).to_owned())))
            @if wish.card && wish.add.is_none() { (direct(ask, home, wish, &shown, more.as_deref())) } @else { (doors(ask, home, wish, &shown, more.as_deref())) }
        }
        @if plain { (reader(ask)) }
        p class="btns" {
            @if plain && from == 0 {
                a class="btn" href=(ask.href(&wish.to("/k/card", &[]))) { (ask.t("queue.k.card")) }
                a class="btn" href=(ask.href(&wish.to("/k/first", &[]))) { (ask.t("queue.k.first")) } a class="btn" href=(ask.href(&wish.to("/k/arrive", &[]))) { (ask.t("queue.k.arrive")) }
            }
            @if !plain || from > 0 { a class="btn" href=(ask.href("/k")) { (ask.t("queue.k.again")) } }
        }
    };
    let parts = Parts { strip: html! {}, ..Parts::of(ask, m, "", "", main) };
    let page = frame::page(ask, &parts);
    match &m.zone {
        // Half-pressed forms are not taken from under a finger: only the page of links is live.
        Some(zone) if plain => page.live(format!("/sse/hall/{}/{zone}", m.id()), "called line counter waits reset"),
        _ => page,
    }
}
/// That a class was counted.
fn classed(ask: &Ask, m: &Machine, wish: &Wish) -> Option<String> {
    let class = m.classes.iter().find(|c| wish.class.as_ref() == Some(&c.code))?;
    Some(ask.tf("queue.k.classed", &[("name", ask.b(&class.name))]))
}
/// A reader that types finds this field; nobody else needs it, so it is neither seen nor a stop of the keyboard.
fn reader(ask: &Ask) -> Markup {
    html! {
        form class="sr" method="post" action=(ask.href("/k/card")) {
            input class="secret" type="text" name="card" aria-label=(ask.t("queue.k.card.reading")) autocomplete="off" inputmode="none" tabindex="-1" data-reader="";
        }
    }
}
fn doors(ask: &Ask, home: &Home, wish: &Wish, lines: &[&LineNow], more: Option<&str>) -> Markup {
    html! {
        ul class="verbs" {
            @for l in lines {
                li { a class={ "verb " (l.line.class.css()) } href=(ask.href(&wish.to("/k/take", &[("line", &l.line.code)]))) { (face(ask, home, l)) } }
            }
            (turn(ask, more))
        }
    }
}
/// With a card: the next tap takes the number.
fn direct(ask: &Ask, home: &Home, wish: &Wish, lines: &[&LineNow], more: Option<&str>) -> Markup {
    html! {
        form method="post" action=(ask.href(&format!("/centres/{}/visits/here", home.machine.id()))) {
            (hidden(ask, wish))
            ul class="verbs" {
                @for l in lines { li { button type="submit" class={ "verb " (l.line.class.css()) } name="errands" value=(l.line.code) { (face(ask, home, l)) } } }
                (turn(ask, more))
            }
        }
    }
}
/// The place that turns the page.
fn turn(ask: &Ask, to: Option<&str>) -> Markup {
    html! { @if let Some(to) = to { li { a class="verb gov" href=(ask.href(to)) { span class="r" { (icon("right")) } b { (ask.t("queue.k.more")) } } } } }
}
fn hidden(ask: &Ask, wish: &Wish) -> Markup {
    html! {
        (ask.once())
        @if let Some(class) = &wish.class { input type="hidden" name="class" value=(class); }
    }
}
/// Icon, wait, name, and the first errands by their short names.
fn face(ask: &Ask, home: &Home, l: &LineNow) -> Markup {
    let (join, most) = if ask.lang == kernel::Lang::Zh { ("、", 12) } else { (", ", 24) };
    let mut long = 0;
    // As many as fit on one line of a button.
    let fits = |short: &&str| {
        long += short.chars().count() + 1;
        long <= most
    };
    let some: Vec<_> = home.of(&l.line.code).map(|e| ask.b(&e.short)).take_while(fits).collect();
    html! {
        span class="r" { (icon(sign(&l.line))) span class="w" { (wait(ask, home, l)) } }
        span { b { (ask.b(&l.line.name)) } @if !some.is_empty() { span class="s" { (some.join(join)) } } }
    }
}
/// A range; while none can be said, how many are ahead, or that no counter is open.
fn wait(ask: &Ask, home: &Home, l: &LineNow) -> String {
    let limits = &home.machine.here.limits;
    match l.forecast.range {
        _ if l.line.closed_at.is_some() => ask.t("queue.p.stopped").to_owned(),
        Some(_) => shared::range(ask, &l.forecast, limits),
        None if l.forecast.method == Method::NoCounter => ask.t("queue.k.no_counter").to_owned(),
        None if l.forecast.ahead == 0 => ask.t("queue.p.nobody").to_owned(),
        None => ask.tf("queue.k.n_ahead", &[("n", &shared::ahead(&l.forecast, limits))]),
    }
}
/// The icon of a line, by the codes of the sample; any other has that of its class.
fn sign(line: &Line) -> &'static str {
    match (line.code.as_str(), line.class.css()) {
        ("social", _) => "shield",
        ("civil", _) => "elder",
        ("market", _) => "shop",
        ("tax", _) => "paper",
        ("police", _) => "idcard",
        ("health", _) => "pulse",
        ("bills", _) => "bolt",
        (_, "gov") => "ticket",
        (_, "soc") => "user",
        _ => "basket",
    }
}

pub(super) async fn kinds(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>, Now(now): Now) -> Reply {
    let (wish, from) = (Wish::of(&query), place(&query));
    let code = query.get("line").cloned().unwrap_or_default();
    with_home(app, open, wish.add.clone(), now, move |ask, home| match home.machine.line(&code) {
        Some(l) => render_kinds(ask, home, l, &wish, from),
        None => render(ask, home, &wish, 0),
    })
    .await
}

/// K2: at most six, and one of them is "I do not know".
pub(super) fn render_kinds<'a>(ask: &'a Ask, home: &Home, l: &LineNow, wish: &Wish, from: usize) -> Page<'a> {
    let m = &home.machine;
    let all: Vec<_> = home.of(&l.line.code).collect();
    let shown: Vec<_> = all.iter().skip(from).take(CHOICES - 1).copied().collect();
    let next = from + shown.len();
    let key = if l.forecast.method == Method::NoCounter { "queue.k.kinds.no_counter" } else { "queue.k.kinds.line" };
    let said = ask.tf(key, &[("line", ask.b(&l.line.name)), ("n", &shared::ahead(&l.forecast, &m.here.limits))]);
    let line = classed(ask, m, wish).unwrap_or(said);
    let refused = l.line.may_issue(&m.here.hours, &m.here.limits, ask.now).err();
    let (action, name) = match &wish.add {
        Some(key) => (format!("/t/{key}/add"), "errand"),
        None => (format!("/centres/{}/visits/here", m.id()), "errands"),
    };
    let more = wish.to("/k/take", &[("line", &l.line.code), ("from", &next.to_string())]);
    let main = html! {
        @if let Some(refusal) = &refused { p class="notice wrn" { (icon("clock")) span { (ask.words.refusal(ask.lang, refusal)) } } } @else {
            form method="post" action=(ask.href(&action)) {
                @if wish.add.is_some() { (ask.once()) input type="hidden" name="at" value="kiosk"; } @else { (hidden(ask, wish)) }
                ul class="verbs" {
                    @for e in &shown { li { (kind(ask, home, l, name, &e.code, ask.b(&e.name))) } }
                    @if next < all.len() { (turn(ask, Some(&more))) } @else {
                        li { (kind(ask, home, l, name, &l.line.code, ask.t(if all.is_empty() { "queue.k.kind.take" } else { "queue.k.kind.unknown" }))) }
                    }
                }
            }
        }
        (back(ask, &wish.to("/k", &[]), "queue.k.back"))
    };
    frame::page(ask, &Parts::of(ask, m, ask.t("queue.k.kinds"), &line, main))
}
fn kind(ask: &Ask, home: &Home, l: &LineNow, name: &str, code: &str, label: &str) -> Markup {
    html! {
        button type="submit" class={ "verb " (l.line.class.css()) } name=(name) value=(code) {
            span class="r" { span class="letter" aria-hidden="true" { (l.line.class) } span class="w" { (wait(ask, home, l)) } }
            b { (label) }
        }
    }
}

pub(super) async fn first(app: App, open: Duty<Open>, Query(query): Query<BTreeMap<String, String>>, Now(now): Now) -> Reply {
    let wish = Wish::of(&query);
    frame::with_machine(&app, &open, now, move |ask, m| render_first(ask, m, &wish)).await
}
/// Who says so is believed here and seen at the counter (hall §4.2).
pub(super) fn render_first<'a>(ask: &'a Ask, m: &Machine, wish: &Wish) -> Page<'a> {
    let first = |c: &&Class| c.credit_min > 0 && c.code != BOOKED;
    let none = Wish { class: None, ..wish.clone() };
    let main = html! {
        ul class="verbs tight" {
            @for class in m.classes.iter().filter(first).take(CHOICES - 1) {
                @let to = Wish { class: Some(class.code.clone()), ..wish.clone() }.to("/k", &[]);
                li { a class="verb soc" href=(ask.href(&to)) { span class="r" { (icon("user")) } span { b { (named(ask, class)) } @if ask.lang == kernel::Lang::Zh { span class="s" { (class.evidence) } } } } }
            }
            li { a class="verb gov" href=(ask.href(&none.to("/k", &[]))) { span class="r" { (icon("right")) } b { (ask.t("queue.p.first.none")) } } }
        }
        (back(ask, "/k", "queue.k.back"))
    };
    frame::page(ask, &Parts::of(ask, m, ask.t("queue.k.first.h1"), ask.t("queue.k.first.line"), main))
}

/// A number for who stands here: at the kiosk, at a counter, or by the guide.
pub(super) async fn take(app: App, who: Duty<QueueTake>, once: Once, Now(now): Now, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    let device = who.device.clone().filter(|d| who.role.is_empty() && d.kind == DeviceKind::Kiosk);
    let channel = match (&device, who.role.as_str()) {
        (Some(_), _) => Channel::Kiosk,
        (None, "guide") => Channel::Guide,
        (None, _) => Channel::Desk,
    };
    let to = if device.is_some() { format!("/k/done/{}", store::SECRET) } else { format!("/d/guide/{}?done={}", who.centre(), store::SECRET) };
    let how = Taking { channel, device: device.as_ref().map(|d| d.id), browser: None, to };
    let answer = issue(&app, &who, once, body, how, now, dice).await?;
    if device.is_some() { dressed(&app, &who.ask, who.centre(), now, answer).await } else { Ok(answer) }
}
