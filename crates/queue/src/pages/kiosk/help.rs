//! K11: a person comes. One tap on every page of the kiosk.

use kernel::{DeviceKind, Instant, Refusal};
use serde::Deserialize;
use web::{Answer, App, Ask, Body, Dice, Duty, Now, Once, Open, Page, QueueHelp, Reply, html, icon};

use super::frame::{self, Machine, Parts, back};
use crate::api;

/// Longest text of where, in characters [A].
const PLACE_LONGEST: usize = 60;

/// Where from; a kiosk's own name when it is a kiosk.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raise {
    #[serde(default)]
    from: Option<String>,
    /// A number whose paper did not come: it is shown instead.
    #[serde(default)]
    paper: Option<String>,
}
pub(super) async fn raise(app: App, who: Duty<QueueHelp>, once: Once, Now(now): Now, Dice(dice): Dice, Body(body): Body<Raise>) -> Reply {
    let (ask, centre, device) = (who.ask.clone(), who.centre(), who.device.clone().filter(|d| who.role.is_empty() && d.kind == DeviceKind::Kiosk));
    let said = body.from.as_deref().map_or_else(String::new, |f| f.trim().chars().take(PLACE_LONGEST).collect());
    let (id, out_of_paper) = (device.as_ref().map(|d| d.id), body.paper.is_some());
    let named = app
        .read(move |tx| Ok(id.map_or(Ok(Vec::new()), |_| places::api::devices(tx))?.into_iter().find(|l| Some(l.device.id) == id).map(|l| l.device.name)))
        .await?;
    let place = named.unwrap_or(said);
    let place = if out_of_paper { format!("{place} · {}", ask.words.get(kernel::Lang::Zh, "queue.k.help.paper")) } else { place };
    let to = match (&device, out_of_paper) {
        (Some(_), true) => format!("/k/paper/{}", store::SECRET),
        (Some(_), false) => "/k/help".to_owned(),
        (None, _) => format!("/d/guide/{centre}"),
    };
    if device.is_some() {
        let asked = ask.clone();
        let m = app.read(move |tx| Machine::read(tx, &asked, None, centre, now)).await?;
        // Nobody would come: the page says so instead of promising.
        if !m.anybody(now) {
            let answer = Answer::of(&ask, 200, &serde_json::json!({ "help": null, "place": place }), to.as_str());
            return Ok(answer.fill(body.paper.as_deref().unwrap_or_default()));
        }
    }
    let answer = app
        .write(&who, once, "queue.help.raise", move |tx| {
            if place.is_empty() {
                return Err(Refusal::invalid("help.place").at("from").into());
            }
            let help = api::ask_help(tx, centre, &place, id, None, now, dice)?;
            let help = kernel::SessionId::from_bytes(help);
            Ok(Answer::of(&ask, 201, &serde_json::json!({ "help": help, "place": place }), to.as_str()))
        })
        .await?;
    Ok(answer.fill(body.paper.as_deref().unwrap_or_default()))
}

pub(super) async fn page(app: App, open: Duty<Open>, Now(now): Now) -> Reply {
    let ask = open.ask.clone();
    let Some(device) = frame::machine(&open) else { return Ok(Answer::page(&ask, frame::enrol(&ask))) };
    let asked = ask.clone();
    let (m, since, name) = app
        .read(move |tx| {
            let call = api::help_calls(tx, device.centre)?.into_iter().find(|h| h.device == Some(device.id));
            let name = places::api::devices(tx)?.into_iter().find(|l| l.device.id == device.id).map(|l| l.device.name).unwrap_or_default();
            Ok((Machine::read(tx, &asked, Some(&device), device.centre, now)?, call.map(|h| h.at), name))
        })
        .await?;
    Ok(Answer::page(&ask, if m.anybody(now) { render(&ask, &m, since, &name) } else { render_nobody(&ask, &m) }))
}

/// `since`: the call that nobody answered yet. Read anew every five seconds, until somebody did.
pub(super) fn render<'a>(ask: &'a Ask, m: &Machine, since: Option<Instant>, name: &str) -> Page<'a> {
    let (line, state) = match since {
        Some(at) => ("queue.k.help.line", ask.tf("queue.k.help.since", &[("t", &ask.hhmm(at))])),
        None => ("queue.k.help.coming", ask.t("queue.k.help.answered").to_owned()),
    };
    let main = html! {
        div id="live" class="stack" data-every="5" {
            p class="est" { (ask.t(line)) }
            section class="big soc" aria-label=(ask.t("queue.k.help.who")) {
                p class="est" { (state) }
                p { (ask.tf("queue.k.help.where", &[("name", name)])) }
            }
        }
        div class="stack" {
            div class="btns" { a class="btn pri" href=(ask.href("/k/help")) { (ask.t("queue.k.help.wait")) } }
            p class="quiet" { (ask.t("queue.k.help.call")) " 12345" }
        }
        @if since.is_some() { noscript { meta http-equiv="refresh" content="5"; } }
        (back(ask, "/k", "queue.k.help.back"))
    };
    frame::page(ask, &Parts::of(ask, m, ask.t("queue.k.help.h1"), "", main)).scripts(&["live.js", "kiosk.js"])
}
/// Outside hours nobody is asked: when again, and whom to call.
pub(super) fn render_nobody<'a>(ask: &'a Ask, m: &Machine) -> Page<'a> {
    let next = m.here.hours.next.as_ref().map(|(date, t)| ask.tf("queue.k.help.nobody.next", &[("date", ask.b(date)), ("t", t)]));
    let line = next.as_deref().unwrap_or(ask.t("queue.k.closed.unknown"));
    let main = html! {
        div class="stack" { p class="notice" { (icon("phone")) span { (ask.t("queue.k.closed.note")) } } }
        (back(ask, "/k", "queue.k.again"))
    };
    frame::page(ask, &Parts { strip: html! {}, ..Parts::of(ask, m, ask.t("queue.k.help.nobody"), line, main) })
}
