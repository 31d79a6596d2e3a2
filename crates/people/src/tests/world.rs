//! The smallest district of people: a store, some staff, and a router with this slice alone.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock, RwLock, atomic::AtomicBool},
};

use kernel::{AccountId, Actor, Both, CentreId, Instant, No, TimeZone};
use store::{
    Clock, Store, Tx,
    testing::{self, Place, Scratch},
};
use tower::ServiceExt as _;
use web::{App, District, ImportCtx, Inner, Limits, Settings, SheetFile, Slice, Words, axum, axum::body::Body, live::Hub};

use crate::{
    api::{self, Asker, Login, NewAdmin, Phc, ShownName, State},
    password,
};

pub const PASSWORD: &str = "seven quiet herons wade past";
pub const NEW: &str = "eleven copper kettles whistle";
pub static SLICES: &[&Slice] = &[&crate::SLICE];

pub fn now() -> Instant {
    Instant::from_micros(1_800_000_000_000_000)
}
pub fn time() -> TimeZone {
    TimeZone::named("Asia/Shanghai", 240).unwrap()
}
pub fn centre(n: i64) -> CentreId {
    CentreId::new(n).unwrap()
}
/// One hash for all tests: hashing is slow on purpose.
pub fn phc() -> Phc {
    static PHC: OnceLock<Phc> = OnceLock::new();
    PHC.get_or_init(|| password::hash_here(PASSWORD, [3; 32]).unwrap()).clone()
}
pub fn words() -> Words {
    Words::load(&[("web", web::WORDS), ("people", crate::SLICE.words)]).unwrap()
}

pub fn run<T: Send + 'static>(store: &Store, f: impl FnMut(&mut Tx) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    store.command_blocking(testing::command(0, "people.test"), f)
}
pub fn read<T: Send + 'static>(store: &Store, f: impl FnOnce(&mut Tx) -> Result<T, No> + Send + 'static) -> T {
    store.read_blocking(f).unwrap()
}
pub fn refused<T: std::fmt::Debug>(result: Result<T, No>) -> &'static str {
    match result {
        Err(No::Refused(r)) => r.code,
        other => panic!("not refused: {other:?}"),
    }
}

pub type Staff = &'static [(&'static str, &'static str, i64)];

/// Active accounts with one role each, made as the sample district's are; all have [`PASSWORD`].
pub fn staff(store: &Store, staff: Staff, at: Instant) {
    let rows: String = staff.iter().map(|(login, role, centre)| format!("{login},示例·{login},{role},{centre}\n")).collect();
    let sheet = SheetFile { name: "staff.csv".into(), text: format!("login,shown,role,centre\n{rows}") };
    run(store, move |tx| {
        let ctx = ImportCtx { by: Actor::Shell("demo".into()), now: at, real: at, seed: [1; 32] };
        let report = (crate::SLICE.sheets[0].import)(tx, &sheet, &ctx)?;
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        staff.iter().try_for_each(|(login, ..)| api::activate_sample(tx, login, &phc(), at))
    })
    .unwrap();
}
pub fn account(store: &Store, login: &'static str) -> AccountId {
    read(store, move |tx| api::account_of(tx, login)).id
}
pub fn state(store: &Store, login: &'static str) -> State {
    read(store, move |tx| api::account_of(tx, login)).state
}
pub fn by(store: &Store, login: &'static str) -> String {
    api::by(&Actor::Account(account(store, login)))
}
/// Somebody who holds `people.agree`.
pub fn asker(store: &Store, login: &'static str) -> Asker {
    Asker { by: by(store, login), account: Some(account(store, login)), agrees: true, supervises: Vec::new(), machine: false }
}
pub fn admin(login: &str) -> NewAdmin {
    NewAdmin { login: Login::parse(login).unwrap(), shown: ShownName::parse(login).unwrap(), phc: phc() }
}
/// What every check says, in one list.
pub fn broken(store: &Store) -> Vec<String> {
    read(store, |tx| {
        let mut all = Vec::new();
        for check in crate::SLICE.checks {
            all.extend((check.run)(tx)?.into_iter().map(|what| format!("{}: {what}", check.id)));
        }
        Ok(all)
    })
}

/// A running program with this slice alone.
pub struct World {
    pub app: App,
    pub store: Scratch,
}

/// An answer as a test reads it.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub location: String,
    /// The session cookie's value, when one was set.
    pub cookie: Option<String>,
    pub set_cookie: String,
    pub text: String,
    pub retry_after: bool,
}
impl Got {
    pub fn code(&self) -> String {
        let json: serde_json::Value = serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        json["code"].as_str().unwrap_or_default().to_owned()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }
}

impl World {
    pub fn new(people: Staff) -> Self {
        Self::with(people, "", true)
    }
    pub fn with(people: Staff, public_url: &str, set_up: bool) -> Self {
        let place = Place::sqlite();
        let words = words();
        web::speak(&words);
        let mut options = place.options(&[crate::MIGRATIONS]);
        options.problem = web::problem;
        let open = Store::open(options).unwrap();
        let store = Scratch::at(place, &[crate::MIGRATIONS]);
        staff(&open, people, Clock::real().real_now());
        let settings = Settings {
            public_url: public_url.into(),
            demo: false,
            clock_set: false,
            key: [5; 32],
            set_up: Arc::new(AtomicBool::new(set_up)),
            data: store.place().folder.clone(),
            limits_off: true,
        };
        let inner = Inner {
            store: open,
            clock: Clock::real(),
            words,
            slices: SLICES,
            district: RwLock::new(Arc::new(District { name: Both::new("郑东新区", "Zhengdong New District"), time: time(), sample: false })),
            who: api::who,
            touch: api::touch,
            device: |_, _| Ok(None),
            settings,
            hub: Hub::default(),
            limits: Limits::new(true),
            memory: RwLock::new(HashMap::new()),
        };
        Self { app: App(Arc::new(inner)), store }
    }
    pub async fn send(&self, method: &str, path: &str, cookie: Option<&str>, html: bool, body: &str) -> Got {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let n = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.send_once(method, path, cookie, html, body, &format!("a-key-of-22-characters-{n}")).await
    }
    pub async fn send_once(&self, method: &str, path: &str, cookie: Option<&str>, html: bool, body: &str, key: &str) -> Got {
        let mut request = http::Request::builder().method(method).uri(path).header("accept", if html { "text/html" } else { "application/json" });
        request = request.header("idempotency-key", key).header("sec-fetch-site", "same-origin");
        if method == "POST" {
            request = request.header("content-type", "application/x-www-form-urlencoded");
        }
        if let Some(cookie) = cookie {
            request = request.header("cookie", format!("s={cookie}"));
        }
        let response = web::router(&self.app).oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (status, location, set_cookie, retry_after) =
            (response.status().as_u16(), header("location"), header("set-cookie"), response.headers().contains_key("retry-after"));
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let cookie = set_cookie.split(';').next().and_then(|c| c.split_once('=')).map(|(_, v)| v.to_owned()).filter(|v| !v.is_empty());
        Got { status, location, cookie, set_cookie, text: String::from_utf8(bytes.to_vec()).unwrap(), retry_after }
    }
    pub async fn get(&self, path: &str, cookie: Option<&str>) -> Got {
        self.send("GET", path, cookie, false, "").await
    }
    pub async fn post(&self, path: &str, cookie: Option<&str>, body: &str) -> Got {
        self.send("POST", path, cookie, false, body).await
    }
    pub async fn sign_in(&self, login: &str) -> String {
        let got = self.post("/in", None, &format!("login={login}&password={}", PASSWORD.replace(' ', "+"))).await;
        assert_eq!(got.status, 200, "{got:?}");
        got.cookie.unwrap()
    }
}
