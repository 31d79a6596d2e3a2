//! One booking, opened by its token: what is held counts down, what is booked can be moved or given up, who waits sees the place.

use kernel::{ClaimId, Instant, No};
use places::phone::{self, Head, Tab};
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{
    Answer, App, Ask, Body, Booked, Dice, Duty, Markup, Now, Once, Open, Params, QueueOwn, Refuse, Reply, Slice,
    axum::{http::HeaderMap, response::Response},
    html, icon, live, notice, qr,
};

use super::{
    book::{Maker, TakeBody, when_words},
    centre_name, moment, span,
};
use crate::{
    Channel, Claim, Moment, Resource, State, WaitState,
    api::{self, Opened, WaitNow},
    rows,
};

/// Everything of a booking's page.
pub(super) struct Own {
    pub token: String,
    pub opened: Opened,
    pub resource: Option<Resource>,
    pub place: Option<WaitNow>,
    pub centre: kernel::Both,
    /// What it is for, as its slice says it.
    pub panels: Vec<Markup>,
    /// Why it was not granted.
    pub why: Option<String>,
}

impl Own {
    /// With what the slices say of it.
    fn full(tx: &mut Tx, ask: &Ask, slices: &[&Slice], token: &str) -> Result<Self, No> {
        let mut own = Self::read(tx, token)?;
        if let Some(claim) = &own.opened.claim {
            let booked = Booked { claim: claim.id, centre: claim.centre, purpose: &claim.purpose, subject: &claim.subject };
            for hook in slices.iter().filter_map(|s| s.booked) {
                own.panels.extend(hook(tx, ask, &booked)?);
            }
        }
        Ok(own)
    }
    fn read(tx: &mut Tx, token: &str) -> Result<Self, No> {
        let opened = api::open_token(tx, token)?;
        let asked = match (&opened.claim, &opened.wait) {
            (Some(claim), _) => rows::claim::lines(tx, claim.id)?.first().map(|l| l.asked),
            (None, wait) => wait.as_ref().map(|w| w.resource),
        };
        let resource = match asked {
            Some(id) => rows::resource::one(tx, id)?,
            None => None,
        };
        let place = match &opened.wait {
            Some(wait) => Some(api::position(tx, wait.id)?),
            None => None,
        };
        let why = match &opened.claim {
            // What is given up by its holder has no reason that they do not know.
            Some(claim) if matches!(claim.state, State::Rejected | State::Cancelled) => rows::claim::why(tx, claim.id)?.filter(|why| why != "declined"),
            _ => None,
        };
        Ok(Self { panels: Vec::new(), why, token: token.to_owned(), centre: centre_name(tx, opened.pass.centre)?, opened, resource, place })
    }
    /// The same while it has not ended: what a list shows.
    pub(super) fn live(tx: &mut Tx, ask: &Ask, token: &str) -> Result<Option<Self>, No> {
        let own = match Self::read(tx, token) {
            Ok(own) => own,
            Err(No::Missing(_)) => return Ok(None),
            Err(no) => return Err(no),
        };
        let now = ask.now.minute();
        let live = match (&own.opened.claim, &own.opened.wait) {
            (Some(claim), _) => claim.state.live() && claim.end > now && claim.expires.is_none_or(|e| e > ask.now),
            (None, Some(wait)) => wait.state == WaitState::Waiting && wait.start > now,
            (None, None) => false,
        };
        Ok(live.then_some(own))
    }
    /// When it begins.
    pub(super) fn start(&self) -> kernel::Minutes {
        self.opened.claim.as_ref().map(|c| c.start).or(self.opened.wait.as_ref().map(|w| w.start)).unwrap_or(0)
    }
    fn json(&self, ask: &Ask) -> serde_json::Value {
        let at = |m| ask.district.time.rfc3339(Instant::from_minute(m));
        json!({
            "code": self.opened.pass.code,
            "label": self.opened.pass.label,
            "resource": self.resource.as_ref().map(|r| r.id),
            "name": self.resource.as_ref().map(|r| ask.b(&r.name)),
            "state": self.opened.claim.as_ref().map(|c| c.state.code()),
            "from": self.opened.claim.as_ref().map(|c| at(c.start)),
            "to": self.opened.claim.as_ref().map(|c| at(c.end)),
            "expires_at": self.opened.claim.as_ref().and_then(|c| c.expires).map(|e| ask.district.time.rfc3339(e)),
            "wait": self.opened.wait.as_ref().map(|w| w.state.code()),
            "place": self.place.as_ref().map(|p| p.place),
        })
    }
}

pub(super) async fn page(app: App, own: Duty<QueueOwn>, headers: HeaderMap, params: Params) -> Reply {
    let token: String = params.get("token")?;
    let cookie = super::keep(&app, &headers, &token);
    let (asked, slices) = (own.ask.clone(), app.0.slices);
    let view = app.read(move |tx| Own::full(tx, &asked, slices, &token)).await?;
    let ask = &own.ask;
    if ask.json() {
        return Ok(Answer::json(200, &view.json(ask)));
    }
    let answer = Answer::html(&render(ask, &view));
    // A desk that books for others does not collect their bookings.
    Ok(if own.signed.is_some() { answer } else { answer.cookie(cookie) })
}

/// The bookings of this browser, for the page of everything one holds.
pub(super) fn panel(ask: &Ask, all: &[Own]) -> Markup {
    html! {
        section class="card" aria-label=(ask.t("capacity.mine")) {
            h2 { (ask.t("capacity.mine")) }
            ul class="links" { @for own in all { li { a href=(ask.href(&format!("/b/{}", own.token))) {
                span {
                    b { (own.resource.as_ref().map_or("", |r| ask.b(&r.name))) }
                    @if let Some(c) = &own.opened.claim { " · " (when_words(ask, c.start)) " · " (ask.b(&c.state.name())) }
                    @else if let Some(w) = &own.opened.wait { " · " (when_words(ask, w.start)) " · " (ask.t("capacity.wait.title")) }
                    small { (ask.b(&own.centre)) @if !own.opened.pass.label.is_empty() { " · " (own.opened.pass.label) } }
                }
                (icon("right"))
            } } } }
            @if all.iter().any(|own| own.opened.claim.is_some()) { p { a class="btn wide" href=(ask.href("/bookings.ics")) { (ask.t("capacity.own.calendar.all")) } } }
        }
    }
}

pub(super) async fn stream(app: App, own: Duty<QueueOwn>) -> Result<Response, Refuse> {
    let id = own.object.id.clone();
    live::stream(app, &own.ask, own.centre(), vec![format!("claim/{id}"), format!("wait/{id}")], None).await
}

pub(super) fn render(ask: &Ask, view: &Own) -> Markup {
    let pass = &view.opened.pass;
    let name = view.resource.as_ref().map_or("", |r| ask.b(&r.name));
    let (title, body) = match (&view.opened.claim, &view.place) {
        (Some(claim), place) => of_claim(ask, view, claim, place.is_some()),
        (None, Some(place)) => of_wait(ask, view, place),
        (None, None) => (ask.t("capacity.own.gone").to_owned(), html! {}),
    };
    let again = view.resource.as_ref().map(super::book::door);
    let own_page = view.resource.as_ref().is_some_and(|r| r.rules.page.is_some());
    let main = html! {
        div id="live" class="stack" {
            h1 { (title) }
            @if !pass.label.is_empty() { p { (ask.tf("capacity.own.for", &[("who", &pass.label)])) } }
            p class="big" { b { (name) } }
            @for panel in &view.panels { (panel) }
            (body)
            @if super::book::at_desk(ask) { p { a class="btn wide" href=(ask.href(&format!("/d/bookings/{}", pass.centre))) { (ask.t("capacity.own.desk")) } } }
            @if let Some(again) = &again { p { a class="btn wide" href=(ask.href(again)) { (ask.t(if own_page { "capacity.own.page" } else { "capacity.own.again" })) } } }
        }
        noscript { meta http-equiv="refresh" content="30"; }
    };
    let head = Head { name: ask.b(&view.centre), to: format!("/c/{}", pass.centre), line: html! { (ask.t("capacity.list.line")) } };
    phone::page(ask, &title, Tab::Ticket, &head, &main).live(format!("/sse/b/{}", view.token), "claimed offered").render(ask)
}

fn times(ask: &Ask, c: &Claim) -> Markup {
    let day = |minute| ask.day(ask.district.time.day(Instant::from_minute(minute)));
    html! { p class="big" { @if c.end - c.start > 1_440 { b { (day(c.start)) " – " (day(c.end)) } } @else { (day(c.start)) " " b { (span(ask, c.start, c.end)) } } } }
}

fn of_claim(ask: &Ask, view: &Own, claim: &Claim, waited: bool) -> (String, Markup) {
    let to = |what: &str| format!("/b/{}/{what}", view.token);
    let over = claim.expires.is_some_and(|e| e <= ask.now);
    let state = if over { State::Expired } else { claim.state };
    let give_up = html! {
        details { summary { (ask.t("capacity.own.cancel")) } p { (ask.tf("capacity.own.cancel.sure", &[("n", &view.resource.as_ref().map_or(0, |r| r.rules.cancel_free_before_min).to_string())])) } (ask.button(&to("cancel"), ask.t("capacity.own.cancel.yes"), "btn wide", &[])) }
    };
    match state {
        State::Held => {
            let day = |at| ask.district.time.day(at);
            // An offer of a course lasts a day: then the time alone says too little.
            let words = |e: Instant| if day(e) == day(ask.now) { ask.district.time.hhmmss(e) } else { when_words(ask, e.minute()) };
            let until = claim.expires.map(words).unwrap_or_default();
            let title = if waited { "capacity.own.offer" } else { "capacity.own.held" };
            let body = html! {
                (times(ask, claim))
                (notice("wrn", &ask.tf("capacity.own.until", &[("t", &until)]), ask.t("capacity.own.until.more")))
                (ask.button(&to("confirm"), ask.t("capacity.own.confirm"), "btn pri wide", &[]))
                @if !waited && claim.extended == 0 { (ask.button(&to("extend"), ask.t("capacity.own.extend"), "btn wide", &[])) }
                (ask.button(&to("cancel"), ask.t(if waited { "capacity.own.decline" } else { "capacity.own.drop" }), "btn wide", &[]))
            };
            (ask.t(title).to_owned(), body)
        }
        State::Confirmed => {
            let code = &view.opened.pass.code;
            let (a, b) = code.split_at(code.len().min(4));
            let body = html! {
                (times(ask, claim))
                div class="card mid" {
                    p { (ask.t("capacity.own.show")) }
                    p class="code" { (a) " " (b) }
                    (qr(code, ask.t("capacity.own.qr")))
                }
                @if view.resource.as_ref().is_none_or(|r| r.rules.page.is_none()) {
                    (notice("wrn", &ask.tf("capacity.own.late", &[("t", &claim.late.map(|l| ask.hhmm(l)).unwrap_or_default())]), ""))
                }
                @if let Some(r) = view.resource.as_ref().filter(|r| r.rules.page.is_none()) { p { a class="btn wide" href=(ask.href(&format!("/book/{}?move={}", r.id, view.token))) { (ask.t("capacity.own.move")) } } }
                p { a class="btn wide" href=(ask.href(&to("calendar.ics"))) { (ask.t("capacity.own.calendar")) } }
                (give_up)
            };
            (ask.t("capacity.own.confirmed").to_owned(), body)
        }
        State::Requested => (ask.t("capacity.own.requested").to_owned(), html! { (times(ask, claim)) p { (ask.t("capacity.own.requested.more")) } (give_up) }),
        other => {
            let word = other.name();
            let body = html! { (times(ask, claim)) @if let Some(why) = &view.why { p { (ask.tf("capacity.own.why", &[("why", why)])) } } };
            (ask.tf("capacity.own.is", &[("state", ask.b(&word))]), body)
        }
    }
}

fn of_wait(ask: &Ask, view: &Own, place: &WaitNow) -> (String, Markup) {
    let w = &place.wait;
    let when = html! { p class="big" { (when_words(ask, w.start)) } };
    match w.state {
        WaitState::Waiting => {
            let body = html! {
                (when)
                p { (ask.tf("capacity.wait.place", &[("n", &place.place.to_string())])) }
                @if place.past >= 30 { p { (ask.tf("capacity.wait.past", &[("got", &(place.got * 10 / place.past).to_string())])) } }
                @if w.passed > 0 { p { (ask.tf("capacity.wait.passed", &[("n", &w.units.to_string())])) } }
                p { (ask.tf("capacity.wait.until", &[("t", &when_words(ask, w.cut_off.minute()))])) }
                (ask.button(&format!("/b/{}/cancel", view.token), ask.t("capacity.wait.leave"), "btn wide", &[]))
            };
            (ask.t("capacity.wait.title").to_owned(), body)
        }
        WaitState::Lapsed => (ask.t("capacity.wait.lapsed").to_owned(), when),
        WaitState::TooLate => (ask.t("capacity.wait.too_late_title").to_owned(), when),
        _ => (ask.t("capacity.wait.over").to_owned(), when),
    }
}

/// The claim of a token, where there is one now.
fn claim(tx: &mut Tx, token: &str) -> Result<ClaimId, No> {
    let opened = api::open_token(tx, token)?;
    Ok(opened.claim.ok_or_else(|| kernel::Refusal::with("offer.lapsed", 410))?.id)
}

async fn change<F>(app: App, own: Duty<QueueOwn>, once: Once, params: Params, dice: [u8; 32], run: F) -> Reply
where
    F: Fn(&mut Tx, &str, &str, Moment, &mut Ids) -> Result<(), No> + Send + 'static,
{
    let (ask, token) = (own.ask.clone(), params.get::<String>("token")?);
    let by = own.actor().to_string();
    app.write(&own, once, ask.route.action, move |tx| {
        run(tx, &token, &by, moment(&ask), &mut Ids::new(dice))?;
        let view = Own::read(tx, &token)?;
        Ok(Answer::of(&ask, 200, &view.json(&ask), format!("/b/{token}")))
    })
    .await
}

pub(super) async fn confirm(app: App, own: Duty<QueueOwn>, once: Once, params: Params, Dice(dice): Dice) -> Reply {
    change(app, own, once, params, dice, |tx, token, by, m, _| {
        let id = claim(tx, token)?;
        api::confirm(tx, id, by, m).map(drop)
    })
    .await
}
pub(super) async fn extend(app: App, own: Duty<QueueOwn>, once: Once, params: Params, Dice(dice): Dice) -> Reply {
    change(app, own, once, params, dice, |tx, token, by, m, _| {
        let id = claim(tx, token)?;
        api::extend(tx, id, by, m).map(drop)
    })
    .await
}
/// Gives up whatever it is: a hold, a booking, an offer, a place in the list.
pub(super) async fn cancel(app: App, own: Duty<QueueOwn>, once: Once, params: Params, Dice(dice): Dice) -> Reply {
    change(app, own, once, params, dice, |tx, token, by, m, dice| {
        let opened = api::open_token(tx, token)?;
        match (opened.claim, opened.wait) {
            (Some(claim), Some(wait)) if wait.state == WaitState::Offered => api::decline(tx, claim.id, by, m, dice).map(drop),
            (Some(claim), _) => api::cancel(tx, claim.id, by, false, None, m, dice).map(drop),
            (None, Some(wait)) => api::leave(tx, wait.id, by, m, dice),
            (None, None) => Err(kernel::Missing("claim").into()),
        }
    })
    .await
}
pub(super) async fn swap(app: App, own: Duty<QueueOwn>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<TakeBody>) -> Reply {
    let slices = app.0.slices;
    change(app, own, once, params, dice, move |tx, token, by, m, dice| {
        let opened = api::open_token(tx, token)?;
        let claim = opened.claim.ok_or(kernel::Missing("claim"))?;
        let line = rows::claim::lines(tx, claim.id)?.into_iter().next().ok_or(kernel::Missing("line"))?;
        if let Some(asked) = rows::resource::one(tx, line.asked)? {
            super::book::here(&asked)?;
        }
        let maker = Maker { holder: claim.holder.ok_or(kernel::Missing("holder"))?, name: claim.made_by.clone(), channel: Channel::Phone };
        let (_, mut wish) = body.wish(tx, slices, body.resource.unwrap_or(line.asked), &maker, Some(&claim))?;
        wish.purpose.clone_from(&claim.purpose);
        api::swap(tx, claim.id, &wish, by, m, dice).map(drop)
    })
    .await
}

/// The booking for a calendar (RFC 5545).
pub(super) async fn calendar(app: App, own: Duty<QueueOwn>, params: Params, Now(now): Now) -> Reply {
    let token: String = params.get("token")?;
    let view = app.read(move |tx| Own::read(tx, &token)).await?;
    if view.opened.claim.is_none() {
        return Err(No::from(kernel::Missing("claim")).into());
    }
    Ok(file(&own.ask, &[view], now))
}
/// Everything this browser has booked, in one file.
pub(super) async fn all(app: App, open: Duty<Open>, headers: HeaderMap, Now(now): Now) -> Reply {
    let ask = open.ask.clone();
    let all = app.read(move |tx| super::held_here(tx, &ask, &headers)).await?;
    Ok(file(&open.ask, &all, now))
}
fn file(ask: &Ask, all: &[Own], now: Instant) -> Answer {
    let event = |own: &Own| {
        let name = own.resource.as_ref().map_or("", |r| ask.b(&r.name));
        let note = format!("{} {} {}", own.opened.pass.label, ask.t("capacity.own.code"), own.opened.pass.code);
        own.opened.claim.as_ref().map(|claim| crate::ics::Event::booking(claim, name, ask.b(&own.centre), note.trim()))
    };
    let events: Vec<_> = all.iter().filter_map(event).collect();
    let text = crate::ics::calendar(ask.t("capacity.mine"), &events, now);
    Answer::text("text/calendar; charset=utf-8", text).with("content-disposition", "attachment; filename=\"booking.ics\"")
}
