//! P22 `/help`: whom to call, whom to ask, how it goes, and what is true of accessibility and privacy. `/problems/{code}`: what a code means.

use kernel::{Both, Lang, Missing, No};
use web::{Answer, App, Ask, Duty, Markup, Open, Params, Reply, axum::extract::Path, html, icon};

use super::phone::{self, Head, Tab};
use crate::{Centre, Status, api};

pub(super) async fn page(app: App, open: Duty<Open>) -> Reply {
    let centres = app.read(api::centres).await?;
    Ok(Answer::html(&render(&open.ask, &centres)))
}

pub(crate) fn render(ask: &Ask, centres: &[Centre]) -> Markup {
    let title = ask.t("places.help");
    let section = |id: &str, key: &'static str, lines: &[&'static str]| {
        html! { section class="card stack" id=(id) aria-labelledby={ (id) "-h" } { h2 id={ (id) "-h" } { (ask.t(key)) } @for line in lines { p { (ask.t(line)) } } } }
    };
    let main = html! {
        h1 { (title) }
        (phone::bigger(ask))
        section class="card" aria-label=(title) {
            ul class="links" {
                li { a href="tel:12345" { (icon("phone")) span { (ask.t("places.help.call")) " 12345" small { (ask.t("places.help.call.note")) } } (icon("right")) } }
                @for c in centres.iter().filter(|c| c.status == Status::Open && !c.phone.is_empty()) {
                    li { a href={ "tel:" (c.phone) } { (icon("phone")) span { (ask.b(&c.name)) small { (c.phone) } } (icon("right")) } }
                }
                li { a href=(ask.href("/c")) { (icon("person-help")) span { (ask.t("places.help.desk")) small { (ask.t("places.help.desk.note")) } } (icon("right")) } }
            }
        }
        h2 class="sec" { (ask.t("places.help.how")) }
        section class="card" aria-label=(ask.t("places.help.how")) {
            ol class="steps" { @for key in ["places.help.how.1", "places.help.how.2", "places.help.how.3", "places.help.how.4"] { li { span { (ask.t(key)) } } } }
        }
        (section("accessibility", "places.help.accessibility", &["places.help.accessibility.1", "places.help.accessibility.2", "places.help.accessibility.3"]))
        (section("privacy", "places.help.privacy", &["places.help.privacy.1", "places.help.privacy.2", "places.help.privacy.3"]))
    };
    phone::page(ask, title, Tab::Help, &Head::district(ask), &main).render(ask)
}

pub(super) async fn problem(_: App, open: Duty<Open>, Path(params): Path<std::collections::BTreeMap<String, String>>) -> Reply {
    let code: String = Params(params).get("code")?;
    let ask = open.ask;
    if !ask.words.has(&code) {
        return Err(No::from(Missing("problem")).into());
    }
    let says = Both::new(blanks(ask.words.get(Lang::Zh, &code)), blanks(ask.words.get(Lang::En, &code)));
    if ask.json() {
        return Ok(Answer::json(200, &serde_json::json!({ "code": code, "title": says.zh, "title_en": says.en })));
    }
    Ok(Answer::html(&render_problem(&ask, &code, &says)))
}

pub(crate) fn render_problem(ask: &Ask, code: &str, says: &Both) -> Markup {
    let title = ask.b(says);
    let main = html! {
        h1 { (title) }
        div class="card stack" {
            p lang=(if ask.lang == Lang::Zh { "en" } else { "zh-CN" }) { (if ask.lang == Lang::Zh { &says.en } else { &says.zh }) }
            p { a class="btn pri wide" href=(ask.href("/")) { (ask.t("web.home")) } }
            p class="quiet" { (ask.t("places.problem.note")) }
            p class="small" { (ask.t("places.problem.code")) " " span class="code" { (code) } }
        }
    };
    phone::page(ask, title, Tab::Help, &Head::district(ask), &main).class("gate").render(ask)
}
/// `{n}` becomes `…`: the sentence without the values of a case.
fn blanks(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        out.push('…');
        rest = after.split_once('}').map_or("", |(_, r)| r);
    }
    out + rest
}
