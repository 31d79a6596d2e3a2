//! The request as asked: language, surface, what is wanted, and how to render for it.

use std::sync::Arc;

use kernel::{Both, Instant, Lang};
use maud::{Markup, html};

use crate::{App, District, Route, Words, token};

/// What the asker reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wants {
    /// A page.
    Html,
    /// JSON.
    Json,
}

/// The request as asked. Pages render with it; it holds no secrets but the cookies that came in.
#[derive(Clone)]
pub struct Ask {
    /// Language: prefix `/en`, else Chinese.
    pub lang: Lang,
    /// Elder mode on the phone: prefix `/elder`.
    pub elder: bool,
    /// Page or JSON.
    pub wants: Wants,
    /// Path without prefixes, with query.
    pub path: String,
    /// The matched row.
    pub route: &'static Route,
    /// Short id of this request.
    pub trace: String,
    /// Address of the asker, for limits.
    pub address: String,
    /// The session cookie as sent.
    pub session: Option<String>,
    /// The device token as sent.
    pub device: Option<String>,
    /// The browser cookie as sent (limit of live numbers without account).
    pub browser: Option<String>,
    /// `Last-Event-ID`, or `?after=`.
    pub last_event: Option<String>,
    /// District time when the request came.
    pub now: Instant,
    /// The district.
    pub district: Arc<District>,
    /// Every sentence.
    pub words: Words,
    /// Name of who is signed in, for the frame.
    pub shown: Option<String>,
    /// Every duty of who is signed in, in whatever scope: which doors the frame shows. The doors decide themselves.
    pub duties: Vec<&'static str>,
    /// What phones can reach; empty when unknown.
    pub public_url: String,
    /// A banner for a set clock.
    pub clock_set: bool,
    /// The page this one was asked from, when it is one of ours.
    pub back: Option<String>,
}

/// A row for samples and tests that render without a request.
pub static NOWHERE: Route = Route::new(http::Method::GET, "/", "open", "sample", || axum::routing::get(|| async {}));

impl Ask {
    /// For rendering without a request: samples, tests, prints.
    pub fn sample(lang: Lang, words: Words, district: Arc<District>, now: Instant) -> Self {
        Self {
            lang,
            elder: false,
            wants: Wants::Html,
            path: "/".into(),
            route: &NOWHERE,
            trace: "sample".into(),
            address: String::new(),
            session: None,
            device: None,
            browser: None,
            last_event: None,
            now,
            district,
            words,
            shown: Some("示例".into()),
            duties: crate::DUTIES.to_vec(),
            public_url: "http://127.0.0.1:8460".into(),
            clock_set: false,
            back: None,
        }
    }
    /// A sentence.
    pub fn t<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(self.lang, key)
    }
    /// A sentence with `{name}` filled in.
    pub fn tf(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.words.fill(self.lang, key, args)
    }
    /// A text that is data, in the page's language.
    pub fn b<'a>(&self, both: &'a Both) -> &'a str {
        both.get(self.lang)
    }
    /// A link that keeps language and elder mode.
    pub fn href(&self, path: &str) -> String {
        format!("{}{path}", self.prefix())
    }
    /// `/en`, `/elder`, `/en/elder` or nothing.
    pub fn prefix(&self) -> &'static str {
        match (self.lang, self.elder) {
            (Lang::Zh, false) => "",
            (Lang::Zh, true) => "/elder",
            (Lang::En, false) => "/en",
            (Lang::En, true) => "/en/elder",
        }
    }
    /// This page in the other language.
    pub fn other_lang(&self) -> String {
        let other = match self.lang {
            Lang::Zh => Lang::En,
            Lang::En => Lang::Zh,
        };
        format!("{}{}", Self { lang: other, ..self.clone() }.prefix(), self.path)
    }
    /// This page in or out of elder mode.
    pub fn other_size(&self) -> String {
        format!("{}{}", Self { elder: !self.elder, ..self.clone() }.prefix(), self.path)
    }
    /// Whether JSON is wanted.
    pub fn json(&self) -> bool {
        self.wants == Wants::Json
    }
    /// `11月28日 周六` or `Sat 28 November`.
    pub fn day(&self, day: kernel::Day) -> String {
        const ZH: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
        const EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const MONTHS: [&str; 12] = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
        let ((_, m, d), w) = (day.parts(), day.weekday().min(6));
        match self.lang {
            Lang::Zh => format!("{m}月{d}日 周{}", ZH[w]),
            Lang::En => format!("{} {d} {}", EN[w], MONTHS[(m - 1).clamp(0, 11) as usize]),
        }
    }
    /// `10:07` by the district's clock.
    pub fn hhmm(&self, at: Instant) -> String {
        self.district.time.hhmm(at)
    }
    /// A form's hidden one-time key.
    #[allow(clippy::unused_self)]
    pub fn once(&self) -> Markup {
        html! { input type="hidden" name="_once" value=(token::fresh()); }
    }
    /// A one-button form: `POST path`, a label, further hidden fields.
    pub fn button(&self, path: &str, label: &str, class: &str, hidden: &[(&str, &str)]) -> Markup {
        html! {
            form method="post" action=(self.href(path)) {
                (self.once())
                @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
                button type="submit" class=(class) { (label) }
            }
        }
    }
}

impl App {
    /// Refreshes the district as pages show it.
    pub fn set_district(&self, district: District) {
        if let Ok(mut d) = self.0.district.write() {
            *d = Arc::new(district);
        }
    }
}

/// An icon of the sprite; never alone on resident surfaces.
pub fn icon(name: &str) -> Markup {
    html! { svg class="i" aria-hidden="true" { use href=(format!("{}#{name}", crate::assets::url("icons.svg"))) {} } }
}
