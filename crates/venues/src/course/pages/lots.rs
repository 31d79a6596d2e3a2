//! The lot of a course for everybody to work out again, and one's own application.

use kernel::{Both, CourseId, Missing, No};
use places::phone::{self, Head, Tab};
use serde_json::json;
use store::{Dice as Ids, Tx};
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Once, Open, Params, QueueOwn, Reply, axum::http::HeaderMap, html, notice};

use super::{
    centre_name, moment,
    one::{WhoBody, who_fields, with_browser},
};
use crate::course::{Admission, Application, Course, State, api, lot, rows};

/// One application in the drawn order: no name, no label.
pub(super) struct Drawn {
    pub no: i64,
    pub code: String,
    /// Got a place; else waits, else nothing.
    pub place: bool,
    pub waits: bool,
}
/// Everything of the lot's page.
pub(super) struct View {
    pub course: Course,
    pub centre: Both,
    pub places: i64,
    /// Applications that stand.
    pub applied: usize,
    pub withdrawn: usize,
    pub drawn: Vec<Drawn>,
    /// Worked out now from the secret and the codes.
    pub seed: Option<[u8; 32]>,
}
impl View {
    fn read(tx: &mut Tx, id: CourseId) -> Result<Self, No> {
        let course = api::course(tx, id)?;
        if course.state == State::Draft || course.plan.admission != Admission::Lot {
            return Err(Missing("lot").into());
        }
        let all = rows::application::of_course(tx, id)?;
        let standing: Vec<&Application> = all.iter().filter(|a| a.withdrawn.is_none()).collect();
        let mut drawn = Vec::new();
        for a in standing.iter().filter(|_| course.drawn.is_some()) {
            let e = match a.enrolment {
                Some(id) => rows::enrolment::one(tx, id)?,
                None => None,
            };
            let (place, waits) = e.map_or((false, false), |e| (e.claim.is_some(), e.wait.is_some()));
            drawn.push(Drawn { no: a.drawn_no.unwrap_or(0), code: a.code.clone(), place, waits });
        }
        drawn.sort_by_key(|d| d.no);
        let codes: Vec<String> = standing.iter().map(|a| a.code.clone()).collect();
        let seed = course.secret.filter(|_| course.drawn.is_some()).map(|s| lot::seed(&s, &codes));
        let (applied, withdrawn) = (standing.len(), all.len() - standing.len());
        Ok(Self { centre: centre_name(tx, course.plan.centre)?, places: api::places(tx, &course)?.0, applied, withdrawn, drawn, seed, course })
    }
    /// The secret, from the draw on.
    fn secret(&self) -> Option<String> {
        self.course.secret.filter(|_| self.course.drawn.is_some()).map(|s| lot::hex(&s))
    }
}

pub(super) async fn page(app: App, open: Duty<Open>, params: Params) -> Reply {
    let id = params.get::<CourseId>("course")?;
    let view = app.read(move |tx| View::read(tx, id)).await?;
    let ask = &open.ask;
    if ask.json() {
        let row = |d: &Drawn| json!({ "no": d.no, "code": d.code, "place": d.place, "waits": d.waits });
        return Ok(Answer::json(
            200,
            &json!({
                "course": id, "commitment": view.course.commitment.map(|c| lot::hex(&c)), "secret": view.secret(), "seed": view.seed.map(|s| lot::hex(&s)),
                "applications": view.applied, "withdrawn": view.withdrawn, "drawn_at": view.course.drawn.map(|d| ask.district.time.rfc3339(d)),
                "order": view.drawn.iter().map(row).collect::<Vec<_>>(),
            }),
        ));
    }
    Ok(with_browser(&app, ask, Answer::html(&render(ask, &view))))
}

pub(super) fn render(ask: &Ask, view: &View) -> Markup {
    let c = &view.course;
    let main = html! {
        p { a href=(ask.href(&format!("/courses/{}", c.id))) { (ask.b(&c.plan.title)) } }
        h1 { (ask.t("venues.course.lot.title")) }
        p class="big" { (ask.tf("venues.course.lot.count", &[("n", &view.applied.to_string()), ("places", &view.places.to_string())])) }
        @if let Some(at) = c.drawn { p { (ask.tf("venues.course.lot.drawn", &[("t", &format!("{} {}", ask.day(ask.district.time.day(at)), ask.hhmm(at)))])) } }
        @else if c.state.live() { p { (ask.tf("venues.course.lot.will", &[("day", &ask.day(c.plan.enrol_until.plus(1)))])) } }
        @else if let Some(why) = &c.why { (notice("wrn", ask.b(&c.state.name()), why)) }
        @if c.state == State::Enrolling && c.drawn.is_none() {
            form method="post" action=(ask.href(&format!("/courses/{}/apply", c.id))) class="card stack" {
                (ask.once()) (who_fields(ask, c))
                button type="submit" class="btn pri wide" { (ask.t("venues.course.apply")) }
            }
        }
        @if c.drawn.is_some() {
            h2 { (ask.t("venues.course.lot.order")) }
            @if view.drawn.is_empty() { p { (ask.t("venues.course.lot.nobody")) } } @else {
                table class="table" {
                    thead { tr { th scope="col" { (ask.t("venues.course.lot.no")) } th scope="col" { (ask.t("venues.course.lot.code")) } th scope="col" { (ask.t("venues.course.lot.got")) } } }
                    tbody { @for d in &view.drawn { tr {
                        td { (d.no) } th scope="row" { code { (d.code) } }
                        td { (ask.t(if d.place { "venues.course.lot.place" } else if d.waits { "venues.course.lot.waits" } else { "venues.course.lot.nothing" })) }
                    } } }
                }
            }
        }
        section class="card" aria-label=(ask.t("venues.course.lot.check")) {
            h2 { (ask.t("venues.course.lot.check")) }
            p { (ask.t("venues.course.lot.recipe.1")) }
            p { (ask.t("venues.course.lot.commitment")) " " code class="wrap" { (c.commitment.map(|h| lot::hex(&h)).unwrap_or_default()) } }
            p { (ask.t("venues.course.lot.recipe.2")) }
            p { (ask.t("venues.course.lot.secret")) " " code class="wrap" { (view.secret().unwrap_or_else(|| ask.t("venues.course.lot.secret.later").to_owned())) } }
            p { (ask.t("venues.course.lot.recipe.3")) }
            @if let Some(seed) = view.seed { p { (ask.t("venues.course.lot.seed")) " " code class="wrap" { (lot::hex(&seed)) } } }
            p { (ask.t("venues.course.lot.recipe.4")) }
            pre tabindex="0" { "printf %s $SECRET | sha256sum\nSEED=$(printf %s $SECRET$CODES | sha256sum | cut -c1-64)\nfor c in $LIST; do printf '%s ' $c; printf %s $SEED$c | sha256sum; done | sort -k2" }
            p class="small" { (ask.t("venues.course.lot.limits")) }
        }
    };
    let head = Head { name: ask.b(&view.centre), to: format!("/c/{}", c.plan.centre), line: html! { (ask.t("venues.course.line")) } };
    phone::page(ask, ask.t("venues.course.lot.title"), Tab::Other, &head, &main).render(ask)
}

pub(super) async fn apply(app: App, open: Duty<Open>, once: Once, params: Params, Dice(dice): Dice, Body(body): Body<WhoBody>) -> Reply {
    let (ask, id, token) = (open.ask.clone(), params.get::<CourseId>("course")?, once.secret(&app));
    let (who, hash) = (body.applicant(&app, &ask), web::token::hash(&token));
    let answer = app
        .write(&open, once, ask.route.action, move |tx| {
            let a = api::apply(tx, id, &who, hash, moment(&ask), &mut Ids::new(dice))?;
            Ok(Answer::of(&ask, 201, &json!({ "token": store::SECRET, "code": a.code }), format!("/lot/{}", store::SECRET)))
        })
        .await?;
    Ok(answer.fill(&token))
}

/// Everything of one's own application.
pub(super) struct Own {
    pub token: String,
    pub application: Application,
    pub course: Course,
    pub centre: Both,
}
impl Own {
    fn read(tx: &mut Tx, token: &str) -> Result<Self, No> {
        let application = rows::application::by_token(tx, web::token::hash(token))?.ok_or(Missing("application"))?;
        let course = api::course(tx, application.course)?;
        Ok(Self { token: token.to_owned(), centre: centre_name(tx, course.plan.centre)?, application, course })
    }
    fn state(&self) -> &'static str {
        let a = &self.application;
        match (a.withdrawn, self.course.drawn, a.enrolment) {
            (Some(_), ..) => "withdrawn",
            (_, Some(_), Some(_)) => "drawn",
            (_, Some(_), None) => "nothing",
            _ if self.course.state.ended() => "ended",
            _ => "waiting",
        }
    }
}

pub(super) async fn own(app: App, own: Duty<QueueOwn>, headers: HeaderMap, params: Params) -> Reply {
    let token: String = params.get("token")?;
    let cookie = capacity::api::keep(&app, &headers, &token);
    let view = app.read(move |tx| Own::read(tx, &token)).await?;
    let ask = &own.ask;
    if ask.json() {
        let a = &view.application;
        return Ok(Answer::json(
            200,
            &json!({ "code": a.code, "label": a.label, "course": a.course, "state": view.state(), "no": a.drawn_no, "booking": a.enrolment.map(|_| format!("/b/{}", view.token)) }),
        ));
    }
    let answer = Answer::html(&render_own(ask, &view));
    Ok(if own.signed.is_some() { answer } else { answer.cookie(cookie) })
}

pub(super) fn render_own(ask: &Ask, view: &Own) -> Markup {
    let (a, c) = (&view.application, &view.course);
    let title = match view.state() {
        "withdrawn" => ask.t("venues.course.own.withdrawn"),
        "drawn" => ask.t("venues.course.own.drawn"),
        "nothing" => ask.t("venues.course.own.nothing"),
        "ended" => ask.t("venues.course.own.ended"),
        _ => ask.t("venues.course.own.waiting"),
    };
    let main = html! {
        h1 { (title) }
        @if !a.label.is_empty() { p { (ask.tf("venues.course.own.for", &[("who", &a.label)])) } }
        p class="big" { b { (ask.b(&c.plan.title)) } }
        div class="card mid" {
            p { (ask.t("venues.course.own.code")) }
            @let (front, back) = a.code.split_at(a.code.len().min(4));
            p class="code" { (front) " " (back) }
        }
        @match view.state() {
            "waiting" => {
                p { (ask.tf("venues.course.lot.will", &[("day", &ask.day(c.plan.enrol_until.plus(1)))])) }
                details { summary { (ask.t("venues.course.own.withdraw")) } (ask.button(&format!("/lot/{}/withdraw", view.token), ask.t("venues.course.own.withdraw.yes"), "btn wide", &[])) }
            }
            "drawn" => {
                p { (ask.tf("venues.course.own.no", &[("n", &a.drawn_no.unwrap_or(0).to_string())])) }
                p { a class="btn pri wide" href=(ask.href(&format!("/b/{}", view.token))) { (ask.t("venues.course.own.see")) } }
            }
            "ended" => { p { (c.why.clone().unwrap_or_default()) } }
            _ => {}
        }
        p { a class="btn wide" href=(ask.href(&format!("/courses/{}/lot", c.id))) { (ask.t("venues.course.lot.title")) } }
    };
    let head = Head { name: ask.b(&view.centre), to: format!("/c/{}", c.plan.centre), line: html! { (ask.t("venues.course.line")) } };
    phone::page(ask, title, Tab::Ticket, &head, &main).render(ask)
}

pub(super) async fn withdraw(app: App, own: Duty<QueueOwn>, once: Once, params: Params, Dice(dice): Dice) -> Reply {
    let (ask, token) = (own.ask.clone(), params.get::<String>("token")?);
    app.write(&own, once, ask.route.action, move |tx| {
        let a = api::withdraw(tx, &token, moment(&ask), &mut Ids::new(dice))?;
        Ok(Answer::of(&ask, 200, &json!({ "code": a.code, "state": "withdrawn" }), format!("/lot/{token}")))
    })
    .await
}
