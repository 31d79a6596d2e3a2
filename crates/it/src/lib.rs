//! The smallest world a story needs: the whole program in process, the sample district, a clock moved by hand, either engine.

pub mod process;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicI64, AtomicU64, Ordering},
};

use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use server::{Config, commands::demo};
use tower::ServiceExt;
use web::App;

/// Which engine a story runs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// The program with the sample district, Tuesday 2026-11-24, 10:00 in Zhengzhou, hall open.
pub struct World {
    pub app: App,
    pub router: web::axum::Router,
    pub hand: &'static AtomicI64,
    pub folder: PathBuf,
    /// Keeps folder and schema until the story ends.
    _place: store::testing::Place,
}

/// Somebody with cookies, or a program with a device token.
#[derive(Clone, Debug, Default)]
pub struct Who {
    pub cookies: Vec<String>,
    pub bearer: Option<String>,
}
impl Who {
    pub fn nobody() -> Self {
        Self::default()
    }
}

/// What came back.
#[derive(Debug)]
pub struct Res {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: String,
}
impl Res {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
    /// The problem's code, or nothing.
    pub fn code(&self) -> String {
        serde_json::from_str::<Value>(&self.body).ok().and_then(|v| v["code"].as_str().map(str::to_owned)).unwrap_or_default()
    }
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
    /// Fails unless the status is this one.
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body.chars().take(600).collect::<String>());
        self
    }
}

static COUNT: AtomicU64 = AtomicU64::new(0);

/// A fresh folder of its own for a test, below the system's temporary folder.
pub fn folder(name: &str) -> PathBuf {
    let n = COUNT.fetch_add(1, Ordering::SeqCst);
    let path = std::env::temp_dir().join(format!("yizhan-it-{}-{n}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

impl World {
    /// The sample district on `engine`, without timers: a story calls [`World::tick`] when it wants them.
    pub fn on(engine: Engine) -> Self {
        Self::with(engine, true)
    }
    /// The same with the rate limits of a real district.
    pub fn limited() -> Self {
        Self::with(Engine::Sqlite, false)
    }
    fn with(engine: Engine, limits_off: bool) -> Self {
        let place = match engine {
            Engine::Sqlite => store::testing::Place::sqlite(),
            Engine::Postgres => store::testing::Place::postgres(),
        };
        let folder = place.folder.clone();
        let config = Config {
            data: folder.clone(),
            database: url(&place.database),
            demo: true,
            public_url: "http://127.0.0.1:8460".into(),
            limits_off,
            ..Config::default()
        };
        let hand: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(0)));
        let app = server::open::open_with(&config, Some(store::Clock::by_hand(hand))).unwrap();
        let start = app.district().time.parse("2026-11-24T10:00").unwrap();
        hand.store(start.micros(), Ordering::SeqCst);
        demo::make(&app, false).unwrap();
        demo::accounts(&app, &folder, true).unwrap();
        let router = web::router(&app);
        Self { app, router, hand, folder, _place: place }
    }
    /// Moves the district's clock.
    pub fn pass_s(&self, seconds: i64) {
        self.hand.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
    /// Runs every timer and lets every reaction catch up, once.
    pub async fn tick(&self) {
        for reaction in self.app.0.slices.iter().flat_map(|s| s.reactions) {
            if let web::Reaction::Every { run, .. } = reaction {
                run(self.app.clone()).await.unwrap();
            }
        }
        server::reactions::hear(&self.app).await.unwrap();
    }
    /// Signs in as a sample account.
    pub async fn staff(&self, login: &str) -> Who {
        let res = self.send(&Who::nobody(), Method::POST, &format!("/demo/as/{login}"), "", "application/x-www-form-urlencoded", None).await;
        assert_eq!(res.status.as_u16(), 303, "{login}: {}", res.body);
        Who { cookies: cookies(&res), bearer: None }
    }
    /// A kiosk of centre 1.
    pub async fn kiosk(&self) -> Who {
        let res = self.send(&Who::nobody(), Method::POST, "/demo/device/kiosk", "", "application/x-www-form-urlencoded", None).await;
        Who { cookies: cookies(&res), bearer: None }
    }
    /// Reads a page.
    pub async fn get(&self, who: &Who, path: &str) -> Res {
        self.send(who, Method::GET, path, "", "", None).await
    }
    /// Posts JSON below `/api/v1` with a fresh key.
    pub async fn post(&self, who: &Who, path: &str, json: Value) -> Res {
        self.post_once(who, path, json, &web::token::fresh()).await
    }
    /// Posts JSON below `/api/v1` with this key.
    pub async fn post_once(&self, who: &Who, path: &str, json: Value, once: &str) -> Res {
        self.send(who, Method::POST, &format!("/api/v1{path}"), &json.to_string(), "application/json", Some(once)).await
    }
    /// Posts a form as a page does, with a fresh key.
    pub async fn form(&self, who: &Who, path: &str, fields: &[(&str, &str)]) -> Res {
        let mut all = vec![("_once".to_owned(), web::token::fresh())];
        all.extend(fields.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let body = serde_urlencoded::to_string(all).unwrap();
        self.send(who, Method::POST, path, &body, "application/x-www-form-urlencoded", None).await
    }
    /// Any request.
    pub async fn send(&self, who: &Who, method: Method, path: &str, body: &str, kind: &str, once: Option<&str>) -> Res {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, "127.0.0.1:8460");
        if !who.cookies.is_empty() {
            request = request.header(header::COOKIE, who.cookies.join("; ")).header(header::ORIGIN, "http://127.0.0.1:8460");
        }
        if let Some(bearer) = &who.bearer {
            request = request.header(header::AUTHORIZATION, format!("Bearer {bearer}"));
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        let response = self.router.clone().oneshot(request.body(web::axum::body::Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Res { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&bytes).into_owned() }
    }
}
/// How `--database` names this place; nothing for the embedded file.
pub fn url(database: &store::Database) -> Option<String> {
    match database {
        store::Database::Sqlite(_) => None,
        store::Database::Postgres { url, schema } => Some(format!("{url}{}schema={schema}", if url.contains('?') { '&' } else { '?' })),
    }
}

/// The cookies an answer set, as the next request sends them.
pub fn cookies(res: &Res) -> Vec<String> {
    res.headers.get_all(header::SET_COOKIE).iter().filter_map(|v| v.to_str().ok()?.split(';').next().map(str::to_owned)).collect()
}

/// Runs a story on both engines; a missing engine is a failure.
pub fn both<F, Fut>(story: F)
where
    F: Fn(World) -> Fut,
    Fut: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        eprintln!("{engine:?}");
        runtime.block_on(story(World::on(engine)));
    }
}
