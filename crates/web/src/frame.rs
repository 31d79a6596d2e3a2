//! The frame of every page, by surface.

use maud::{DOCTYPE, Markup, html};

use crate::{Ask, assets};

/// Which surface a page belongs to (UX §2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Surface {
    /// Residents' phones, `/`.
    Phone,
    /// 自助机 `/k`.
    Kiosk,
    /// Staff at work `/d`.
    Desk,
    /// 大屏 `/s`.
    Screen,
    /// `/m`.
    Manager,
    /// `/admin` and signing in.
    Admin,
    /// A sheet of paper: 80 mm.
    Sheet80,
    /// A sheet of paper: 58 mm.
    Sheet58,
    /// A sheet of paper: A4.
    SheetA4,
}

impl Surface {
    fn class(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Kiosk => "kiosk",
            Self::Desk => "desk",
            Self::Screen => "screen",
            Self::Manager => "manager",
            Self::Admin => "admin",
            Self::Sheet80 => "sheet sheet-80",
            Self::Sheet58 => "sheet sheet-58",
            Self::SheetA4 => "sheet sheet-a4",
        }
    }
    /// Kiosks and screens measure lengths by their panel, whatever its resolution.
    fn fit(self) -> Option<&'static str> {
        match self {
            Self::Kiosk => Some("fitk"),
            Self::Screen => Some("fit"),
            _ => None,
        }
    }
    /// The surface of a path, for error pages.
    pub fn of(path: &str) -> Self {
        let first = path.split(['/', '?']).nth(1).unwrap_or_default();
        match first {
            "k" => Self::Kiosk,
            "d" => Self::Desk,
            "s" => Self::Screen,
            "m" => Self::Manager,
            "admin" | "in" | "me" => Self::Admin,
            _ => Self::Phone,
        }
    }
}

/// A page: its surface, title, body, and what makes it live.
pub struct Page<'a> {
    /// The surface.
    pub surface: Surface,
    /// The document's title, in the page's language.
    pub title: &'a str,
    /// Everything inside `body`; brings its own `h1`, `header`, `main`.
    pub body: Markup,
    /// Path of the stream that refreshes `#live`, with the events that do (`call state`).
    pub live: Option<(String, &'static str)>,
    /// Own modules of this surface: `desk.js`.
    pub scripts: &'static [&'static str],
    /// Attributes of `body` for those modules.
    pub data: Vec<(&'static str, String)>,
    /// Further classes of `body`.
    pub class: &'static str,
}

impl<'a> Page<'a> {
    /// A page that is not live.
    pub fn new(surface: Surface, title: &'a str, body: Markup) -> Self {
        Self { surface, title, body, live: None, scripts: &[], data: Vec::new(), class: "" }
    }
    /// Refreshes `#live` when the stream at `path` says one of `events`.
    pub fn live(mut self, path: String, events: &'static str) -> Self {
        self.live = Some((path, events));
        self
    }
    /// Loads own modules, deferred.
    pub fn scripts(mut self, scripts: &'static [&'static str]) -> Self {
        self.scripts = scripts;
        self
    }
    /// A `data-…` attribute of `body`.
    pub fn data(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.data.push((name, value.into()));
        self
    }
    /// Further classes of `body`.
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
    /// The whole document.
    pub fn render(self, ask: &Ask) -> Markup {
        let lang = match ask.lang {
            kernel::Lang::Zh => "zh-CN",
            kernel::Lang::En => "en",
        };
        let class = format!("{}{}{}{}", self.surface.class(), if ask.elder { " elder" } else { "" }, if self.class.is_empty() { "" } else { " " }, self.class);
        // A form that was refused answers with the page itself, at the form's address: what reads the page again reads the one it was asked from.
        let at = ask.back.as_deref().filter(|_| ask.route.method != http::Method::GET);
        // maud cannot loop over attribute names: the few that exist are written out.
        let data = |name: &str| self.data.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        html! {
            (DOCTYPE)
            html lang=(lang) class=[self.surface.fit()] {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · " (ask.b(&ask.district.name)) }
                    link rel="stylesheet" href=(assets::url("app.css"));
                    link rel="icon" href=(assets::url("mark.svg")) type="image/svg+xml";
                    @if self.live.is_some() { script src=(assets::url("live.js")) defer {} }
                    @for script in self.scripts { script src=(assets::url(script)) defer {} }
                }
                body class=(class)
                    data-live=[self.live.as_ref().map(|(path, _)| path.as_str())] data-on=[self.live.as_ref().map(|(_, on)| *on)]
                    data-stream=[data("stream")] data-home=[data("home")] data-print=[data("print")] data-beat=[data("beat")] data-idle-s=[data("idle-s")]
                    data-at=[at] data-say=[data("say")] data-called=[data("called")] data-lang=(ask.lang.code()) {
                    (self.body)
                    @if ask.district.sample || ask.clock_set {
                        aside class="demo" aria-label=(ask.t("web.sample.label")) {
                            @if ask.district.sample { (ask.t("web.sample")) }
                            @if ask.clock_set { " " (ask.tf("web.clock", &[("t", &ask.district.time.rfc3339(ask.now))])) }
                        }
                    }
                }
            }
        }
    }
}
