//! The frame of every page on the phone: head, telephone and people to ask, the four doors at the bottom.

use web::{Ask, Markup, Page, Surface, html, icon, skip};

/// Which door at the bottom is this page's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// 首页
    Home,
    /// 办事
    Errands,
    /// 我的号
    Ticket,
    /// 帮助
    Help,
    /// None of them.
    Other,
}

/// The head: a name that leads somewhere, and one line under it (open until, next opening).
pub struct Head<'a> {
    /// The centre's name, or the district's.
    pub name: &'a str,
    /// Path without prefix.
    pub to: String,
    /// May be empty.
    pub line: Markup,
}
impl<'a> Head<'a> {
    /// The district's head.
    pub fn district(ask: &'a Ask) -> Self {
        Self { name: ask.b(&ask.district.name), to: "/".into(), line: html! { (ask.t("places.title")) } }
    }
}

/// A page of the phone. `main` is what stands inside `<main>`, with its one `h1`.
pub fn page<'a>(ask: &Ask, title: &'a str, tab: Tab, head: &Head, main: &Markup) -> Page<'a> {
    let door = |to: &str, sign: &str, key: &'static str, mine: Tab| {
        html! { li { a href=(ask.href(to)) aria-current=[(tab == mine).then_some("page")] { (icon(sign)) (ask.t(key)) } } }
    };
    let body = html! {
        (skip(ask))
        header class="top" {
            svg class="mark" aria-hidden="true" { use href=(format!("{}#mark", web::assets::url("icons.svg"))) {} }
            div { a class="name" href=(ask.href(&head.to)) { (head.name) } p class="st" { (head.line) } }
            div class="tool" {
                a class="btn" href=(ask.other_size()) { (ask.t(if ask.elder { "places.size.standard" } else { "places.size.elder" })) }
                a class="btn" href=(ask.other_lang()) lang=(if ask.lang == kernel::Lang::Zh { "en" } else { "zh-CN" }) { (ask.t("web.other_lang")) }
            }
        }
        main id="main" tabindex="-1" { (main) }
        footer class="foot" {
            p { (ask.t("places.foot.call")) a href="tel:12345" { "12345" } " · " (ask.t("places.foot.desk")) }
            p {
                a href=(ask.href("/help#accessibility")) { (ask.t("places.help.accessibility")) } " "
                a href=(ask.href("/help#privacy")) { (ask.t("places.help.privacy")) }
            }
        }
        nav class="tab" aria-label=(ask.t("places.nav")) {
            ul {
                (door("/", "home", "places.nav.home", Tab::Home))
                (door("/errands", "idcard", "places.nav.errands", Tab::Errands))
                (door("/t", "ticket", "places.nav.ticket", Tab::Ticket))
                (door("/help", "help", "places.nav.help", Tab::Help))
            }
        }
    };
    Page::new(Surface::Phone, title, body).scripts(&["phone.js"])
}

/// The button that makes letters larger still, in elder mode only; at the largest it says that it goes back.
pub fn bigger(ask: &Ask) -> Markup {
    html! {
        @if ask.elder { p { button type="button" class="btn wide" data-big="" { (icon("textup")) span { (ask.t("places.bigger")) } span data-least="" hidden { (ask.t("places.bigger.least")) } } } }
    }
}

/// The search box with what was asked; `/find` belongs to the search page. `kept`: what the address goes on saying (centre, the number to which an
/// errand is added).
pub fn find(ask: &Ask, asked: &str, kept: &[(&str, &str)]) -> Markup {
    html! {
        form class="find" role="search" action=(ask.href("/find")) {
            @for (name, value) in kept.iter().filter(|(_, v)| !v.is_empty()) { input type="hidden" name=(name) value=(value); }
            input type="search" id="q" name="q" aria-label=(ask.t("places.find.label")) placeholder=(ask.t("places.find.example")) maxlength="60" value=(asked);
            button type="submit" class="btn" { (icon("search")) (ask.t("places.find")) }
        }
    }
}
