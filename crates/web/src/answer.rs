//! Answers, and the three ways to say no as RFC 9457 problems.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use kernel::{Fault, Lang, Missing, No, Refusal};
use maud::Markup;
use serde::Serialize;
use store::{Unsaved, Written};

use crate::{Ask, Page, Surface, Words, duty::Verdict};

/// What a handler answers.
pub type Reply = Result<Answer, Refuse>;

/// A page, JSON, or a redirect. Stored with its key when it comes out of a write.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    inner: store::Answer,
    replayed: bool,
    cookies: Vec<String>,
}

impl Answer {
    /// JSON with a status.
    pub fn json(status: u16, value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_default();
        Self::new(status, "application/json", body)
    }
    /// A whole page.
    pub fn page(ask: &Ask, page: Page) -> Self {
        Self::html(&page.render(ask))
    }
    /// Markup as it is.
    pub fn html(markup: &Markup) -> Self {
        Self::new(200, "text/html; charset=utf-8", markup.0.clone().into_bytes())
    }
    /// Any text.
    pub fn text(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, kind, body.into())
    }
    fn new(status: u16, kind: &str, body: Vec<u8>) -> Self {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Self { inner: store::Answer { status, headers, body }, ..Self::default() }
    }
    /// A redirect after a form (303). `path` is without language prefix.
    pub fn see(path: impl Into<String>) -> Self {
        Self { inner: store::Answer { status: 303, headers: vec![("location".to_owned(), path.into())], body: Vec::new() }, ..Self::default() }
    }
    /// What a write answers: JSON with `status`, or a redirect to `path` for a form.
    pub fn of(ask: &Ask, status: u16, value: &impl Serialize, path: impl Into<String>) -> Self {
        if ask.json() { Self::json(status, value) } else { Self::see(path) }
    }
    /// Adds a header.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.inner.headers.push((name.to_owned(), value.into()));
        self
    }
    /// Adds a cookie; never on an answer that is stored.
    pub fn cookie(mut self, cookie: String) -> Self {
        self.cookies.push(cookie);
        self
    }
    /// Another status.
    pub fn status(mut self, status: u16) -> Self {
        self.inner.status = status;
        self
    }
    /// Puts the recomputed secret in on the way out ([`store::SECRET`]).
    pub fn fill(mut self, secret: &str) -> Self {
        self.inner = self.inner.fill(secret);
        self
    }
    /// The status.
    pub fn code(&self) -> u16 {
        self.inner.status
    }
    /// The stored form.
    pub fn stored(self) -> store::Answer {
        self.inner
    }
    pub(crate) fn replayed(written: Written) -> Self {
        Self { inner: written.answer, replayed: written.replayed, cookies: Vec::new() }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut builder = Response::builder().status(self.inner.status);
        for (name, value) in &self.inner.headers {
            builder = builder.header(name, value);
        }
        for cookie in &self.cookies {
            builder = builder.header("set-cookie", cookie);
        }
        if self.replayed {
            builder = builder.header("idempotency-replayed", "true");
        }
        builder.body(Body::from(self.inner.body)).unwrap_or_default()
    }
}

/// A refused request: a problem, dressed as a page by the guard where a page is wanted.
#[derive(Clone, Debug)]
pub struct Refuse {
    no: No,
    /// Sends a page's reader to sign in first.
    sign_in: bool,
    retry_after: Option<u32>,
}

impl Refuse {
    /// Our fault.
    pub fn fault(what: &str) -> Self {
        No::Fault(Fault::new(what)).into()
    }
    /// A refusal with its own status and no arguments.
    pub fn status(status: u16, code: &'static str) -> Self {
        No::Refused(Refusal::with(code, status)).into()
    }
    /// The code, for the journal.
    pub fn code(&self) -> &'static str {
        match &self.no {
            No::Refused(r) => r.code,
            No::Missing(_) => "missing",
            No::Fault(_) => "fault",
        }
    }
    pub(crate) fn verdict(verdict: &Verdict, duty: &'static str, ask: &Ask) -> Self {
        let no = match verdict {
            Verdict::NoSession => Refusal::with("session.none", 401).into(),
            Verdict::Locked => Refusal::with("session.locked", 401).into(),
            Verdict::NoDuty => {
                let key = format!("duty.{duty}");
                let name = |lang| ask.words.get(lang, &key).to_owned();
                Refusal::with("duty.missing", 403).both("duty", kernel::Both::new(name(Lang::Zh), name(Lang::En))).into()
            }
            Verdict::Yes(_) | Verdict::NotYours => No::Missing(Missing("not there or not yours")),
        };
        Self { no, sign_in: matches!(verdict, Verdict::NoSession | Verdict::Locked), retry_after: None }
    }
    pub(crate) fn unsaved(unsaved: Unsaved) -> Self {
        match unsaved {
            Unsaved::Busy | Unsaved::Late => Self { retry_after: Some(1), ..Self::status(503, "busy") },
            Unsaved::KeyReused => Self::status(422, "key.reused"),
            Unsaved::DiskFull => Self::status(507, "disk.full"),
            Unsaved::Fault(code) => No::Fault(Fault::logged(code)).into(),
        }
    }
    /// Says when to come again (`Retry-After`, seconds).
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
    pub(crate) fn wants_sign_in(&self) -> bool {
        self.sign_in
    }
}
impl<T: Into<No>> From<T> for Refuse {
    fn from(no: T) -> Self {
        let no = no.into();
        let retry_after = matches!(&no, No::Refused(r) if r.status.0 == 503).then_some(1);
        Self { no, sign_in: false, retry_after }
    }
}

/// Marks a response whose body is a problem, with where to sign in.
#[derive(Clone, Copy)]
pub(crate) struct IsProblem {
    pub(crate) sign_in: bool,
}

impl IntoResponse for Refuse {
    fn into_response(self) -> Response {
        let answer = WORDS.get().map_or_else(store::Answer::none, |words| problem_in(words, &self.no, ""));
        let mut response = Answer { inner: answer, ..Answer::default() }.into_response();
        if let Some(s) = self.retry_after {
            response.headers_mut().insert("retry-after", s.into());
        }
        response.extensions_mut().insert(IsProblem { sign_in: self.wants_sign_in() });
        response
    }
}

/// The sentences, for problems made inside a lane (`store` knows only a function pointer).
pub(crate) static WORDS: std::sync::OnceLock<Words> = std::sync::OnceLock::new();

/// Gives the problems their sentences; once, at start.
pub fn speak(words: &Words) {
    let _ = WORDS.set(words.clone());
}

/// How `store` keeps a refusal with its key: RFC 9457, both languages.
pub fn problem(no: &No, trace: &str) -> store::Answer {
    WORDS.get().map_or_else(store::Answer::none, |words| problem_in(words, no, trace))
}

/// A problem as JSON.
#[derive(Serialize, serde::Deserialize, Debug)]
pub struct Problem {
    /// `/problems/queue.closed`
    #[serde(rename = "type")]
    pub kind: String,
    /// Chinese sentence.
    pub title: String,
    /// English sentence.
    pub title_en: String,
    /// HTTP status.
    pub status: u16,
    /// `queue.closed`
    pub code: String,
    /// The request's id, or the short code of our fault.
    pub trace: String,
    /// The form's field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Further reasons that hold at the same time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Said>,
    /// What can be done instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Said>,
}

/// A sentence of a problem in both languages: a further reason by its code, or a way by its path.
#[derive(Serialize, serde::Deserialize, Debug)]
pub struct Said {
    /// Code of a reason.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Chinese.
    pub title: String,
    /// English.
    pub title_en: String,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub href: String,
}

fn problem_in(words: &Words, no: &No, trace: &str) -> store::Answer {
    let (status, code, zh, en, pointer) = match no {
        No::Refused(r) => (r.status.0, r.code, words.refusal(Lang::Zh, r), words.refusal(Lang::En, r), r.field.map(|f| format!("/{f}"))),
        No::Missing(_) => (404, "missing", words.get(Lang::Zh, "missing").to_owned(), words.get(Lang::En, "missing").to_owned(), None),
        No::Fault(fault) => {
            let short = fault.logged.clone().unwrap_or_else(|| {
                let code = crate::token::code(&crate::token::random(), 6);
                tracing::error!(%code, what = %fault.what, "fault");
                code
            });
            let args = [("code", short.as_str())];
            (500, "fault", words.fill(Lang::Zh, "fault", &args), words.fill(Lang::En, "fault", &args), None)
        }
    };
    let (reasons, alternatives) = match no {
        No::Refused(r) => {
            let reason =
                |r: &Refusal| Said { code: r.code.into(), title: words.refusal(Lang::Zh, r), title_en: words.refusal(Lang::En, r), href: String::new() };
            let way =
                |(label, href): &(kernel::Both, String)| Said { code: String::new(), title: label.zh.clone(), title_en: label.en.clone(), href: href.clone() };
            (r.also().iter().map(reason).collect(), r.ways().iter().map(way).collect())
        }
        _ => (Vec::new(), Vec::new()),
    };
    let problem =
        Problem { kind: format!("/problems/{code}"), title: zh, title_en: en, status, code: code.into(), trace: trace.into(), pointer, reasons, alternatives };
    Answer::json(status, &problem).with_kind("application/problem+json").stored()
}
impl Answer {
    fn with_kind(mut self, kind: &str) -> Self {
        self.inner.headers = vec![("content-type".to_owned(), kind.to_owned())];
        self
    }
}

/// A problem as a page of the surface it was asked from: what happened, that nothing typed is lost, and the way on.
pub fn problem_page(ask: &Ask, problem: &Problem) -> Markup {
    let wrote = ask.route.method != http::Method::GET;
    let back = ask.back.as_deref();
    let from = back.filter(|_| wrote).map_or(ask.path.as_str(), |b| b.strip_prefix(ask.prefix()).unwrap_or(b));
    let surface = Surface::of(from);
    let title = if ask.lang == Lang::Zh { &problem.title } else { &problem.title_en };
    let (home, help) = match surface {
        Surface::Kiosk => ("/k", "web.problem.help"),
        Surface::Desk => ("/d", "web.problem.staff"),
        Surface::Manager => ("/m", "web.problem.staff"),
        Surface::Admin => ("/admin", "web.problem.staff"),
        _ => ("/", "web.problem.help"),
    };
    // What is not there: the list it would have stood in.
    let instead = match from.split(['/', '?']).nth(1) {
        _ if problem.status != 404 => None,
        Some("c") => Some(("/c", "web.problem.centres")),
        Some("t") => Some(("/t", "web.problem.number")),
        _ => None,
    };
    let sign_in = problem.code.starts_with("session.").then(|| serde_urlencoded::to_string([("to", from)]).unwrap_or_default());
    let body = maud::html! {
        (crate::skip(ask))
        main id="main" tabindex="-1" {
            h1 { (title) }
            @let said = |s: &Said| if ask.lang == Lang::Zh { s.title.clone() } else { s.title_en.clone() };
            @for reason in &problem.reasons { p { (said(reason)) } }
            @if !problem.alternatives.is_empty() {
                h2 { (ask.t("web.problem.instead")) }
                ul class="list" { @for way in &problem.alternatives { li { a href=(ask.href(&way.href)) { (said(way)) } } } }
            }
            @if wrote { p { (ask.t("web.problem.kept")) } }
            p class="btns" {
                @if let Some(to) = &sign_in { a class="btn pri" href={ (ask.href("/in")) "?" (to) } { (ask.t("web.problem.sign_in")) } }
                @if let Some(back) = back { a class={ "btn" @if sign_in.is_none() { " pri" } } href=(back) data-back="" { (ask.t("web.back")) } }
                @if let Some((to, word)) = instead { a class="btn" href=(ask.href(to)) { (ask.t(word)) } }
                a class="btn" href=(ask.href(home)) { (ask.t("web.home")) }
            }
            p class="small" { (ask.t(help)) " " (ask.tf("web.problem.ref", &[("code", &problem.code), ("trace", &problem.trace)])) }
        }
    };
    Page::new(surface, title, body).class("gate").scripts(&["live.js"]).render(ask)
}
