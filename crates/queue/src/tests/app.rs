//! The program's middle on a scratch store: people, places and the line with the sample's centres 1 and 2, a router, a clock moved by hand.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, RwLock,
        atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
    },
};

use http::{Request, Response};
use kernel::{AccountId, Actor, Both, CentreId, CounterId, DeviceKind, Instant, No};
use serde_json::Value;
use store::{
    Clock, Options, Store, Tx,
    testing::{self, Place},
};
use tower::ServiceExt;
use web::{
    App, Grant, ImportCtx, Inner, Limits, Settings, SheetFile, Signed, Slice, Words,
    axum::body::{Body, to_bytes},
};

use super::world::{dice, zone};

static SLICES: &[&Slice] = &[&people::SLICE, &places::SLICE, &crate::SLICE];
/// Who has a session of this name: role and centre.
const STAFF: &[(&str, &str, i64)] =
    &[("one", "clerk", 1), ("two", "clerk", 1), ("other", "clerk", 2), ("guide", "guide", 1), ("supervisor", "hall_supervisor", 1)];

pub fn account(name: &str) -> AccountId {
    AccountId::from_bytes([STAFF.iter().position(|(n, ..)| *n == name).unwrap() as u8 + 1; 16])
}
#[allow(clippy::unnecessary_wraps)] // the shape that `Inner.who` has
fn who(_: &mut Tx, session: &[u8; 32], _: Instant) -> Result<Option<Signed>, No> {
    Ok(STAFF.iter().find(|(name, ..)| web::token::hash(name) == *session).map(|(name, role, centre)| {
        let grant = Grant { id: kernel::Id::from_bytes([1; 16]), role: (*role).into(), centre: CentreId::new(*centre).unwrap(), organisation: None };
        Signed {
            account: account(name),
            session: *session,
            shown: (*name).into(),
            lang: kernel::Lang::Zh,
            grants: vec![grant],
            locked: false,
            step_up_until: None,
        }
    }))
}

/// The town and its clock: Tuesday 2026-11-24, 10:00.
pub struct Town {
    pub store: Store,
    pub place: Place,
    pub app: App,
    hand: &'static AtomicI64,
}
/// What came back: status, where to, text.
pub type Came = (u16, String, String);

impl Town {
    fn on(place: Place) -> Self {
        let options = Options { problem: web::problem, ..place.options(&[people::MIGRATIONS, places::SLICE.migrations, crate::MIGRATIONS]) };
        let store = Store::open(options).unwrap();
        let start = zone().parse("2026-11-24T10:00").unwrap();
        let run = |store: &Store| {
            let mut command = testing::command_at(0, "test.town", start);
            command.also = (1..=31).map(|n| CentreId::new(n).unwrap()).collect();
            store.command_blocking(command, move |tx| {
                places::api::make_district(tx, &Both::new("示例区", "Sample District"), "Asia/Shanghai", 240, true, start)?;
                for name in ["areas", "centres", "zones", "counters", "hours", "calendar", "classes", "lines", "skills"] {
                    let name = format!("{name}.csv");
                    let sheet = places::SLICE.sheets.iter().chain(crate::SLICE.sheets).find(|s| s.file == name).unwrap();
                    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo-district").join(&name)).unwrap();
                    let ctx = ImportCtx { by: Actor::Shell("test".into()), now: start, real: start, seed: [7; 32] };
                    let report = (sheet.import)(tx, &SheetFile { name, text }, &ctx)?;
                    assert!(report.faults.is_empty(), "{:?}", report.faults);
                }
                Ok(())
            })
        };
        run(&store).unwrap();
        let words: Vec<_> = SLICES.iter().map(|s| (s.name, s.words)).chain([("web", web::WORDS)]).collect();
        let words = Words::load(&words).unwrap();
        web::speak(&words);
        let hand: &'static AtomicI64 = Box::leak(Box::new(AtomicI64::new(start.micros())));
        let app = App(Arc::new(Inner {
            store: store.clone(),
            clock: Clock::by_hand(hand),
            words,
            slices: SLICES,
            district: RwLock::new(Arc::new(web::District { name: Both::new("示例区", "Sample District"), time: zone(), sample: true })),
            who,
            device: places::api::web_device,
            touch: |_, _| (),
            settings: Settings {
                public_url: String::new(),
                demo: false,
                clock_set: false,
                key: [7; 32],
                set_up: Arc::new(AtomicBool::new(true)),
                data: std::env::temp_dir(),
                limits_off: true,
            },
            hub: web::live::Hub::default(),
            limits: Limits::new(true),
            memory: RwLock::default(),
        }));
        Self { store, place, app, hand }
    }
    pub fn now(&self) -> Instant {
        self.app.now()
    }
    /// Moves the district's clock.
    pub fn pass_s(&self, seconds: i64) {
        self.hand.fetch_add(seconds * 1_000_000, Relaxed);
    }
    pub fn read<T: Send + 'static>(&self, f: impl FnOnce(&mut Tx) -> Result<T, No> + Send + 'static) -> T {
        self.store.read_blocking(f).unwrap()
    }
    pub fn act<T: Send + 'static>(&self, centre: i64, f: impl FnMut(&mut Tx) -> Result<T, No> + Send + 'static) -> T {
        super::world::act(&self.store, CentreId::new(centre).unwrap(), self.now(), f).unwrap()
    }
    /// The counter of a centre with this number on its sign.
    pub fn counter(&self, centre: i64, number: i64) -> CounterId {
        self.read(move |tx| Ok(places::api::counter_numbered(tx, CentreId::new(centre).unwrap(), number)?.id))
    }
    /// Enrols a kiosk of centre 1: its cookie.
    pub fn kiosk(&self) -> String {
        let (one, now) = (CentreId::new(1).unwrap(), self.now());
        format!("d={}", self.act(1, move |tx| places::api::enrol_sample(tx, one, DeviceKind::Kiosk, now, dice())))
    }
    async fn send(&self, request: Request<Body>) -> (Came, Vec<String>) {
        let response: Response<Body> = web::router(&self.app).oneshot(request).await.unwrap();
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let (status, to) = (response.status().as_u16(), header("location"));
        let cookies = response.headers().get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()?.split(';').next().map(str::to_owned)).collect();
        ((status, to, String::from_utf8(to_bytes(response.into_body(), 4_000_000).await.unwrap().to_vec()).unwrap()), cookies)
    }
    /// Reads a page.
    pub async fn get(&self, cookie: &str, path: &str) -> Came {
        self.send(Request::get(path).header("accept", "text/html").header("cookie", cookie).body(Body::empty()).unwrap()).await.0
    }
    /// The cookies that a page sets.
    pub async fn set_by(&self, cookie: &str, path: &str) -> Vec<String> {
        self.send(Request::get(path).header("accept", "text/html").header("cookie", cookie).body(Body::empty()).unwrap()).await.1
    }
    /// Sends a form of a page.
    pub async fn form(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Came {
        let fields: Vec<_> = fields.iter().map(|(n, v)| format!("{n}={v}")).chain([format!("_once={}", web::token::fresh())]).collect();
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded").header("cookie", cookie);
        self.send(request.header("sec-fetch-site", "same-origin").header("accept", "text/html").body(Body::from(fields.join("&"))).unwrap()).await.0
    }
    /// Posts as a program does: status and JSON.
    pub async fn post(&self, cookie: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = Request::post(format!("/api/v1{path}")).header("content-type", "application/json").header("cookie", cookie);
        let request = request.header("sec-fetch-site", "same-origin").header("idempotency-key", web::token::fresh());
        let (status, _, text) = self.send(request.body(Body::from(body.to_string())).unwrap()).await.0;
        (status, serde_json::from_str(&text).unwrap_or_default())
    }
}

/// A story in the town, on both engines.
pub fn on_both<F: Future<Output = ()>>(story: impl Fn(Town) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for (engine, place) in [("sqlite", Place::sqlite()), ("postgres", Place::postgres())] {
        eprintln!("{engine}");
        runtime.block_on(story(Town::on(place)));
    }
}
