//! The children of a house: registering one whose guardian stands here, what may change, a new pass for a lost one.

use kernel::{Both, CentreId, No, PersonId, Refusal};
use serde::Deserialize;
use serde_json::json;
use store::{Dice as Ids, SECRET};
use web::{Answer, App, Ask, Body, Dice, Duty, Markup, Once, Page, Params, Reply, Surface, VenuesClass, choices, field, html};

use super::{Acts, centre_name};
use crate::pickup::{
    api,
    child::{Child, Verified},
    rows,
};

/// Everything of the page.
pub(super) struct Children {
    pub centre: CentreId,
    pub name: Both,
    pub all: Vec<Child>,
}

pub(super) async fn page(app: App, duty: Duty<VenuesClass>) -> Reply {
    let centre = duty.centre();
    let view = app.read(move |tx| Ok::<_, No>(Children { centre, name: centre_name(tx, centre)?, all: rows::child::of_centre(tx, centre)? })).await?;
    let ask = &duty.ask;
    if ask.json() {
        let row = |c: &Child| json!({ "child": c.id, "name": c.name, "birth_year": c.birth_year, "allergies": c.allergies, "alone": c.alone.is_some() });
        return Ok(Answer::json(200, &json!({ "centre": centre, "children": view.all.iter().map(row).collect::<Vec<_>>() })));
    }
    Ok(Answer::html(&render(ask, &view)))
}

pub(super) fn render(ask: &Ask, view: &Children) -> Markup {
    let title = ask.t("venues.children.title");
    let papers: Vec<(String, String)> = Verified::ALL.iter().map(|v| (v.code().to_owned(), ask.b(&v.name()).to_owned())).collect();
    let body = html! {
        (web::masthead(ask, ask.b(&view.name), &html! { (title) }))
        main id="main" class="page" tabindex="-1" {
            h1 { (title) }
            p { a href=(ask.href(&format!("/d/handover/{}", view.centre))) { (ask.t("venues.handover.title")) } }
            @if view.all.is_empty() { p { (ask.t("venues.children.none")) } }
            @for c in &view.all { (row(ask, c)) }
            details class="card" open[view.all.is_empty()] {
                summary { (ask.t("venues.children.register")) }
                p { (ask.t("venues.children.register.more")) }
                form method="post" action=(ask.href(&format!("/d/handover/{}/children", view.centre))) {
                    (ask.once())
                    (field("name", ask.t("venues.children.name"), "", "text", "", &[]))
                    (field("birth_year", ask.t("venues.children.year"), "", "number", "", &[]))
                    (field("guardian", ask.t("venues.children.guardian"), ask.t("venues.children.guardian.hint"), "text", "", &[]))
                    (field("guardian_name", ask.t("venues.children.guardian_name"), "", "text", "", &[]))
                    (field("tail", ask.t("venues.pickup.tail"), "", "text", "", &[]))
                    (field("allergies", ask.t("venues.children.allergies"), ask.t("venues.children.allergies.hint"), "text", "", &[]))
                    (choices("verified", ask.t("venues.children.verified"), &papers, "hukou"))
                    label class="choice" { input type="checkbox" name="alone" value="1"; " " span { (ask.t("venues.children.alone")) } }
                    button type="submit" class="btn pri" { (ask.t("venues.children.register.yes")) }
                }
            }
        }
    };
    Page::new(Surface::Desk, title, body).class("page").render(ask)
}

fn row(ask: &Ask, c: &Child) -> Markup {
    let id = format!("al-{}", c.id);
    html! {
        details class="card" {
            summary { (c.name) " · " (c.birth_year) @if !c.allergies.is_empty() { " · " (ask.tf("venues.handover.allergy", &[("list", &c.allergies)])) } }
            p { (ask.tf("venues.children.of", &[("who", &c.guardian), ("paper", ask.b(&c.verified.name()))])) }
            form method="post" action=(ask.href(&format!("/children/{}", c.id))) class="stack" {
                (ask.once())
                label for=(id) { (ask.t("venues.children.allergies")) }
                input id=(id) name="allergies" maxlength="120" value=(c.allergies);
                label class="choice" { input type="checkbox" name="alone" value="1" checked[c.alone.is_some()]; " " span { (ask.t("venues.children.alone")) } }
                button type="submit" class="btn" { (ask.t("venues.children.save")) }
            }
            (ask.button(&format!("/children/{}/pass", c.id), ask.t("venues.children.pass"), "btn", &[]))
        }
    }
}

/// A child as it is registered.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct ChildBody {
    name: String,
    birth_year: i64,
    guardian: String,
    guardian_name: String,
    tail: String,
    #[serde(default)]
    allergies: String,
    verified: String,
    #[serde(default)]
    alone: Option<String>,
}

/// Registers a child; the answer is the guardian's page, to photograph or to print.
pub(super) async fn register(app: App, duty: Duty<VenuesClass>, once: Once, Dice(dice): Dice, Body(body): Body<ChildBody>) -> Reply {
    let (acts, centre, token) = (Acts::of(&app, &duty), duty.centre(), once.secret(&app));
    let hash = web::token::hash(&token);
    let answer = app
        .write(&duty, once, duty.ask.route.action, move |tx| {
            let new = api::NewChild {
                name: body.name.clone(),
                birth_year: body.birth_year,
                guardian: body.guardian.clone(),
                guardian_name: body.guardian_name.clone(),
                tail: body.tail.clone(),
                allergies: body.allergies.clone(),
                verified: Verified::parse(&body.verified).ok_or_else(|| Refusal::invalid("pickup.paper").at("verified"))?,
                alone: body.alone.as_deref() == Some("1"),
            };
            let (child, code8) = api::register(tx, centre, &new, hash, &acts.at(), &mut Ids::new(dice))?;
            Ok(Answer::of(&acts.ask, 201, &json!({ "child": child.id, "token": SECRET, "code8": code8 }), format!("/pickup/{SECRET}")))
        })
        .await?;
    Ok(answer.fill(&token))
}

/// What may change.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
pub(super) struct EditBody {
    #[serde(default)]
    allergies: String,
    #[serde(default)]
    alone: Option<String>,
}
pub(super) async fn edit(app: App, duty: Duty<VenuesClass>, once: Once, params: Params, Body(body): Body<EditBody>) -> Reply {
    let (acts, centre, id) = (Acts::of(&app, &duty), duty.centre(), params.get::<PersonId>("child")?);
    app.write(&duty, once, duty.ask.route.action, move |tx| {
        api::edit(tx, id, &body.allergies, body.alone.as_deref() == Some("1"), &acts.at())?;
        Ok(Answer::of(&acts.ask, 200, &json!({ "child": id }), format!("/d/handover/{centre}/children")))
    })
    .await
}

/// A new pass: the guardian stands here again with a paper. The old one opens nothing any more.
pub(super) async fn pass(app: App, duty: Duty<VenuesClass>, once: Once, params: Params, Dice(dice): Dice) -> Reply {
    let (acts, id, token) = (Acts::of(&app, &duty), params.get::<PersonId>("child")?, once.secret(&app));
    let hash = web::token::hash(&token);
    let answer = app
        .write(&duty, once, duty.ask.route.action, move |tx| {
            let code8 = api::renew_pass(tx, id, hash, &acts.at(), &mut Ids::new(dice))?;
            Ok(Answer::of(&acts.ask, 201, &json!({ "child": id, "token": SECRET, "code8": code8 }), format!("/pickup/{SECRET}")))
        })
        .await?;
    Ok(answer.fill(&token))
}
