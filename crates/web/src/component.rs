//! Components that every surface shares. Class names: `assets/app.css`.

use maud::{Markup, html};

use crate::{Ask, icon};

/// A field that did not hold, for the summary and for the field itself.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Name (and id) of the input.
    pub field: &'static str,
    /// What to do, in the page's language.
    pub text: String,
}

/// The skip link; first on every page.
pub fn skip(ask: &Ask) -> Markup {
    html! { a class="skip" href="#main" { (ask.t("web.skip")) } }
}

/// The head of a staff or admin page: mark, name, one line, the way to the other language.
pub fn masthead(ask: &Ask, name: &str, line: &Markup) -> Markup {
    html! {
        (skip(ask))
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", crate::assets::url("icons.svg"))) {} }
            div { p class="name" { (name) } p class="st" { (line) } }
            a class="tool end" href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) }
        }
    }
}

/// The error summary: on top of the form, takes the focus, links to the fields. Nothing when nothing is wrong.
pub fn error_summary(ask: &Ask, faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            section class="errs" role="alert" aria-labelledby="eh" tabindex="-1" autofocus {
                h2 id="eh" { (ask.tf("web.faults", &[("n", &faults.len().to_string())])) }
                ul { @for f in faults { li { a href={ "#" (f.field) } { (f.text) } } } }
            }
        }
    }
}

/// One labelled text field. `kind` is the input's type.
pub fn field(name: &'static str, label: &str, hint: &str, kind: &str, value: &str, faults: &[Fault]) -> Markup {
    let fault = faults.iter().find(|f| f.field == name);
    let described =
        format!("{}{}", if hint.is_empty() { String::new() } else { format!("{name}-h ") }, if fault.is_some() { format!("{name}-e") } else { String::new() });
    let complete = match (kind, name) {
        ("password", "new" | "again") => Some("new-password"),
        ("password", _) => Some("current-password"),
        (_, "login") => Some("username"),
        _ => None,
    };
    html! {
        div class=(if fault.is_some() { "field bad" } else { "field" }) {
            label for=(name) { (label) }
            @if !hint.is_empty() { p class="hint" id={ (name) "-h" } { (hint) } }
            @if let Some(f) = fault { p class="err" id={ (name) "-e" } { (icon("warn")) (f.text) } }
            input type=(kind) id=(name) name=(name) value=[(kind != "password").then_some(value)] autocomplete=[complete]
                aria-describedby=[(!described.is_empty()).then_some(described.trim_end())] aria-invalid=[fault.map(|_| "true")];
        }
    }
}

/// A group of radio buttons: value, label.
pub fn choices(name: &'static str, legend: &str, options: &[(String, String)], chosen: &str) -> Markup {
    html! {
        fieldset class="field" {
            legend { (legend) }
            div class="picks" {
                @for (value, label) in options {
                    label class="choice" { input type="radio" name=(name) value=(value) checked[value == chosen]; " " span { (label) } }
                }
            }
        }
    }
}

/// A message with icon and words. `colour`: empty, `soc`, `wrn`, `alr`.
pub fn notice(colour: &str, title: &str, text: &str) -> Markup {
    let sign = if colour == "alr" || colour == "wrn" { "warn" } else { "check" };
    html! { div class={ "notice " (colour) } { (icon(sign)) div { b { (title) } @if !text.is_empty() { p { (text) } } } } }
}

/// The pages of the administration, in order: path, word, icon, and one of the duties that open it.
const ADMIN: &[(&str, &str, &str, &[&str])] = &[
    ("/admin", "web.nav.status", "pulse", &["people.self"]),
    ("/admin/people", "web.nav.people", "users", &["people.accounts"]),
    ("/admin/two", "web.nav.two", "check", &["people.agree"]),
    ("/admin/devices", "web.nav.devices", "tv", &["places.devices"]),
    ("/admin/items", "web.nav.items", "book", &["hall.publish"]),
    ("/admin/import", "web.nav.import", "down", &["places.set", "queue.set", "hall.items"]),
    ("/admin/audit", "web.nav.audit", "shield", &["store.audit"]),
];

/// A page of the administration: side navigation, who is signed in, `h1`, then `body`. `current` is the path of its place in the navigation.
pub fn admin_page<'a>(ask: &Ask, current: &str, title: &'a str, body: &Markup) -> crate::Page<'a> {
    let body = html! {
        (skip(ask))
        nav class="nav" aria-label=(ask.t("web.nav")) {
            p class="lg" { svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", crate::assets::url("icons.svg"))) {} } span { (ask.b(&ask.district.name)) } }
            ul { @for (path, word, sign, _) in ADMIN.iter().filter(|(.., duties)| duties.iter().any(|d| ask.duties.contains(d))) { li { a href=(ask.href(path)) aria-current=[(*path == current).then_some("page")] { (icon(sign)) (ask.t(word)) } } } }
        }
        header class="top" {
            p class="st" { (ask.district.time.hhmmss(ask.now)) " · " a href=(ask.href(&ask.path)) { (ask.t("web.refresh")) } }
            div class="tool" {
                @if let Some(shown) = &ask.shown { span class="st" { (shown) } }
                a class="btn lnk" href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) }
                form method="post" action=(ask.href("/out")) { (ask.once()) button class="btn lnk" { (ask.t("web.out")) } }
            }
        }
        main id="main" class="page" tabindex="-1" { h1 { (title) } (body) }
    };
    crate::Page::new(crate::Surface::Admin, title, body).class("frame")
}
