//! The guard before every route: what is asked, limits, body, one-time key; and dressing the answer on the way out.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, FromRequestParts, RawPathParams, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, Method, Uri, header, request::Parts};
use kernel::Lang;
use sha2::{Digest, Sha256};

use crate::{
    Answer, App, Ask, Refuse, Route, Wants,
    answer::{IsProblem, Problem, problem_page},
    body::RawBody,
    cookie,
    duty::Verdict,
    once::{SentKey, well_formed},
    token,
};

/// What the prefixes of the path said; put into the request before routing.
#[derive(Clone, Debug, Default)]
pub struct Prefix {
    lang: Lang,
    elder: bool,
    api: bool,
}

/// Takes `/api/v1`, `/en` and `/elder` off the path before it is routed.
pub fn strip_prefixes<B>(mut request: http::Request<B>) -> http::Request<B> {
    let mut prefix = Prefix::default();
    let whole = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
    let mut rest = whole.as_str();
    for (word, set) in [("/api/v1", 0), ("/en", 1), ("/elder", 2)] {
        if let Some(after) = rest.strip_prefix(word)
            && (after.is_empty() || after.starts_with(['/', '?']))
        {
            rest = after;
            match set {
                0 => prefix.api = true,
                1 => prefix.lang = Lang::En,
                _ => prefix.elder = true,
            }
        }
    }
    if rest.len() < whole.len() {
        let path = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
        if let Ok(uri) = path.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request.extensions_mut().insert(prefix);
    request
}

pub(crate) async fn path_params(parts: &mut Parts, app: &App) -> BTreeMap<String, String> {
    match RawPathParams::from_request_parts(parts, app).await {
        Ok(params) => params.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        Err(_) => BTreeMap::new(),
    }
}

impl FromRequestParts<App> for crate::Params {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(path_params(parts, app).await))
    }
}

fn asked(app: &App, route: &'static Route, request: &Request) -> Ask {
    let prefix = request.extensions().get::<Prefix>().cloned().unwrap_or_default();
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let accept = text("accept");
    let json = accept.contains("json") || (prefix.api && !accept.contains("text/html"));
    let bearer = text("authorization").strip_prefix("Bearer ").map(str::to_owned);
    let query = request.uri().query().unwrap_or_default();
    let after = query.split('&').find_map(|p| p.strip_prefix("after="));
    Ask {
        lang: prefix.lang,
        elder: prefix.elder,
        wants: if json { Wants::Json } else { Wants::Html },
        path: request.uri().path_and_query().map_or_else(|| "/".into(), ToString::to_string),
        route,
        trace: token::code(&token::random(), 10),
        address: address(request),
        session: cookie::read(headers, "s").map(str::to_owned),
        device: bearer.or_else(|| cookie::read(headers, "d").map(str::to_owned)),
        browser: cookie::read(headers, "b").map(str::to_owned),
        last_event: headers.get("last-event-id").and_then(|v| v.to_str().ok()).or(after).map(str::to_owned),
        now: app.now(),
        district: app.district(),
        words: app.0.words.clone(),
        shown: None,
        duties: Vec::new(),
        public_url: app.0.settings.public_url.clone(),
        clock_set: app.0.settings.clock_set,
        back: referer(headers),
    }
}

/// Who asks, for limits. On loopback it is the proxy before us that asks: then the last hop it names (`X-Forwarded-For`) counts.
fn address(request: &Request) -> String {
    let Some(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip()) else { return String::new() };
    let named = request.headers().get_all("x-forwarded-for").iter().next_back().and_then(|v| v.to_str().ok());
    let hop = named.and_then(|v| v.rsplit(',').next()).and_then(|v| v.trim().parse::<IpAddr>().ok());
    hop.filter(|_| peer.is_loopback()).unwrap_or(peer).to_string()
}

/// Path of the page before, when its host is ours.
fn referer(headers: &HeaderMap) -> Option<String> {
    let (host, from) = (headers.get(header::HOST)?.to_str().ok()?, headers.get(header::REFERER)?.to_str().ok()?);
    let rest = from.split_once("://")?.1.strip_prefix(host)?;
    (rest.starts_with('/') && !rest.starts_with("//")).then(|| rest.to_owned())
}

/// Guards one route.
pub(crate) async fn guard(app: App, route: &'static Route, request: Request, next: Next) -> Response {
    let ask = asked(&app, route, &request);
    let out = match enter(&app, route, request, &ask).await {
        Ok(request) => next.run(request).await,
        Err(refuse) => refuse.into_response(),
    };
    dress(&ask, out).await
}

async fn enter(app: &App, route: &'static Route, request: Request, ask: &Ask) -> Result<Request, Refuse> {
    let writes = route.method != Method::GET;
    if !app.0.settings.set_up.load(std::sync::atomic::Ordering::Relaxed) && !before_set_up(route.path) {
        return Err(Refuse::status(503, "setup.needed").retry_after(60));
    }
    if request.uri().path_and_query().is_some_and(|p| p.as_str().contains("%00")) {
        return Err(Refuse::status(400, "body.nul"));
    }
    if writes && !same_origin(request.headers()) {
        return Err(Refuse::status(403, "origin.other"));
    }
    // A page that refreshes itself, or a stream, is no sign of life.
    let by_itself = route.rate == crate::Rate::Stream || (!writes && request.headers().contains_key("x-live"));
    if let Some(session) = ask.session.as_deref().filter(|_| !by_itself) {
        (app.0.touch)(session, app.real());
    }
    let (mut parts, body) = request.into_parts();
    parts.extensions.insert(ask.clone());
    if writes {
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let json = kind.starts_with("application/json");
        if !(json || kind.is_empty() || kind.starts_with("application/x-www-form-urlencoded")) {
            return Err(Refuse::status(415, "body.kind"));
        }
        if route.body > ANYBODY && !signed_in(app, ask).await {
            return Err(Refuse::verdict(&Verdict::NoSession, route.duty, ask));
        }
        let bytes = to_bytes(body, route.body).await.map_err(|_| Refuse::status(413, "body.large"))?;
        if route.once {
            let header_key = parts.headers.get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
            let key = header_key.or_else(|| form_key(&bytes, json)).filter(|k| well_formed(k)).ok_or_else(|| Refuse::status(400, "key.missing"))?;
            let hash = Sha256::new().chain_update(parts.uri.path()).chain_update([0]).chain_update(&bytes).finalize();
            parts.extensions.insert(SentKey { key, body: hash.into() });
        }
        parts.extensions.insert(RawBody { bytes, json });
        return Ok(Request::from_parts(parts, Body::empty()));
    }
    Ok(Request::from_parts(parts, body))
}

/// A longer body is read from nobody but who is signed in, bytes.
const ANYBODY: usize = 1 << 20;

async fn signed_in(app: &App, ask: &Ask) -> bool {
    let Some(hash) = ask.session.as_deref().map(token::hash) else { return false };
    let (who, real) = (app.0.who, app.real());
    matches!(app.read(move |tx| who(tx, &hash, real)).await, Ok(Some(_)))
}

fn before_set_up(path: &str) -> bool {
    path.starts_with("/admin/start") || path == "/help" || path == "/health"
}

/// The hidden field of a form. JSON callers send the header.
fn form_key(bytes: &[u8], json: bool) -> Option<String> {
    if json {
        return None;
    }
    let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).ok()?;
    pairs.into_iter().find(|(n, _)| n == "_once").map(|(_, v)| v)
}

/// A write that carries cookies must come from our own pages. Callers without cookies (programs) have nothing to forge.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if text("cookie").is_none() {
        return true;
    }
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (text("origin"), text("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        _ => false,
    }
}

const CSP: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'";

/// Problems become pages where a page is wanted; redirects keep the prefixes; every answer gets its headers.
async fn dress(ask: &Ask, response: Response) -> Response {
    let problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/problem+json"));
    let mut response = match (problem, ask.json()) {
        (true, false) => dress_problem(ask, response).await,
        (true, true) => trace_problem(ask, response).await,
        (false, _) => response,
    };
    let headers = response.headers_mut();
    if let Some(to) = headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).filter(|to| to.starts_with('/') && !to.starts_with("//"))
        && !ask.prefix().is_empty()
        && !to.starts_with(ask.prefix())
        && let Ok(to) = format!("{}{to}", ask.prefix()).parse()
    {
        headers.insert(header::LOCATION, to);
    }
    for (name, value) in [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
        ("content-language", if ask.lang == Lang::Zh { "zh-CN" } else { "en" }),
    ] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    if !headers.contains_key(header::CACHE_CONTROL)
        && let Ok(value) = "no-store".parse()
    {
        headers.insert(header::CACHE_CONTROL, value);
    }
    if let Ok(value) = ask.trace.parse() {
        headers.insert("x-trace", value);
    }
    response
}

/// A problem made before its request was known gets the request's id.
async fn trace_problem(ask: &Ask, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 64 * 1024).await.unwrap_or_default();
    let Ok(mut problem) = serde_json::from_slice::<Problem>(&bytes) else { return Response::from_parts(parts, Body::from(bytes)) };
    if !problem.trace.is_empty() {
        return Response::from_parts(parts, Body::from(bytes));
    }
    problem.trace.clone_from(&ask.trace);
    Response::from_parts(parts, Body::from(serde_json::to_vec(&problem).unwrap_or_default()))
}

async fn dress_problem(ask: &Ask, response: Response) -> Response {
    let status = response.status();
    let sign_in = response.extensions().get::<IsProblem>().is_some_and(|p| p.sign_in);
    let retry = response.headers().get("retry-after").cloned();
    if sign_in && ask.route.method == Method::GET {
        let to = serde_urlencoded::to_string([("to", ask.path.as_str())]).unwrap_or_default();
        return Answer::see(format!("/in?{to}")).into_response();
    }
    let replayed = response.headers().get("idempotency-replayed").cloned();
    let bytes = to_bytes(response.into_body(), 64 * 1024).await.unwrap_or_default();
    let Ok(mut problem) = serde_json::from_slice::<Problem>(&bytes) else { return status.into_response() };
    if problem.trace.is_empty() {
        problem.trace.clone_from(&ask.trace);
    }
    let mut page = Answer::html(&problem_page(ask, &problem)).status(status.as_u16()).into_response();
    if let Some(retry) = retry {
        page.headers_mut().insert("retry-after", retry);
    }
    if let Some(replayed) = replayed {
        page.headers_mut().insert("idempotency-replayed", replayed);
    }
    page
}

/// Answers a request that no route takes: the 404 twin of its surface.
pub(crate) async fn outside(app: App, route: &'static Route, request: Request) -> Response {
    let ask = asked(&app, route, &request);
    drop(request);
    dress(&ask, Refuse::from(kernel::Missing("route")).into_response()).await
}
