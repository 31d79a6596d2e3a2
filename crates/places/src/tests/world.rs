//! The smallest district: the sample's own files, on a scratch store, and an app around it.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, RwLock, atomic::AtomicBool},
};

use kernel::{AccountId, Actor, Both, CentreId, Instant, No, Refusal, TimeZone};
use store::{Clock, Store, Tx, testing};
use web::{App, Grant, ImportCtx, Inner, Limits, Settings, SheetFile, SheetReport, Signed, Words, live::Hub};

use crate::{SLICE, api, sheets::SHEETS};

pub fn zone() -> TimeZone {
    TimeZone::named("Asia/Shanghai", 240).unwrap()
}
/// A moment in Shanghai.
pub fn at(text: &str) -> Instant {
    zone().parse(text).unwrap()
}
pub fn centre(n: i64) -> CentreId {
    CentreId::new(n).unwrap()
}

/// The eight files of the sample district.
pub fn files() -> BTreeMap<&'static str, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/demo-district");
    SHEETS.iter().map(|s| (s.file, fs::read_to_string(folder.join(s.file)).unwrap())).collect()
}
fn apply(tx: &mut Tx, files: &BTreeMap<&'static str, String>, now: Instant, seed: u8) -> Result<Vec<SheetReport>, No> {
    let ctx = ImportCtx { by: Actor::Shell("test".into()), now, real: now, seed: [seed; 32] };
    SHEETS.iter().filter_map(|s| files.get(s.file).map(|text| (s.import)(tx, &SheetFile { name: s.file.into(), text: text.clone() }, &ctx))).collect()
}
/// Imports as the server does: a fault in any sheet leaves nothing.
pub fn import(store: &Store, files: BTreeMap<&'static str, String>, seed: u8) -> Vec<SheetReport> {
    let kept: Arc<std::sync::Mutex<Vec<SheetReport>>> = Arc::default();
    let out = Arc::clone(&kept);
    let done = store.command_blocking(testing::command(0, "test.import"), move |tx| {
        let reports = apply(tx, &files, at("2026-11-24T08:00"), seed)?;
        let wrong = reports.iter().any(|r| !r.faults.is_empty());
        *out.lock().unwrap() = reports;
        if wrong { Err(Refusal::invalid("import.faults").into()) } else { Ok(()) }
    });
    assert!(matches!(done, Ok(()) | Err(No::Refused(_))), "{done:?}");
    std::mem::take(&mut *kept.lock().unwrap())
}
pub fn make_district(store: &Store) {
    let name = Both::new("郑东新区", "Zhengdong New District");
    store
        .command_blocking(testing::command(0, "test.district"), move |tx| api::make_district(tx, &name, "Asia/Shanghai", 240, true, at("2026-11-24T08:00")))
        .unwrap();
}
/// A district with the sample's places.
pub fn district(store: &Store) {
    make_district(store);
    let reports = import(store, files(), 1);
    let faults: Vec<_> = reports.iter().flat_map(|r| &r.faults).map(|f| f.text(kernel::Lang::En)).collect();
    assert!(faults.is_empty(), "{faults:?}");
}
/// One command in a chain.
pub fn run<T: Send + 'static>(store: &Store, chain: i64, mut f: impl FnMut(&mut Tx) -> Result<T, No> + Send + 'static) -> Result<T, No> {
    store.command_blocking(testing::command(chain, "test.run"), move |tx| f(tx))
}

pub fn words() -> Words {
    Words::load(&[("web", web::WORDS), ("places", SLICE.words)]).unwrap()
}
/// Session cookies that the test knows: `admin` for the whole district, `supervisor` of centre 1.
#[allow(clippy::unnecessary_wraps)] // the shape that `Inner.who` has
fn who(_: &mut Tx, session: &[u8; 32], _: Instant) -> Result<Option<Signed>, No> {
    let known = [("admin", "system_admin", 0), ("supervisor", "hall_supervisor", 1)];
    Ok(known.iter().find(|(name, ..)| web::token::hash(name) == *session).map(|(name, role, centre)| {
        let grant = Grant { id: kernel::Id::from_bytes([1; 16]), role: (*role).into(), centre: self::centre(*centre), organisation: None };
        let account = AccountId::from_bytes([u8::try_from(*centre).unwrap() + 2; 16]);
        Signed { account, session: *session, shown: (*name).into(), lang: kernel::Lang::Zh, grants: vec![grant], locked: false, step_up_until: None }
    }))
}
static SLICES: &[&web::Slice] = &[&SLICE];

/// An app on this store at a fixed district time.
pub fn app(store: &Store, hand: &'static std::sync::atomic::AtomicI64, public_url: &str) -> App {
    web::speak(&words());
    App(Arc::new(Inner {
        store: store.clone(),
        clock: Clock::by_hand(hand),
        words: words(),
        slices: SLICES,
        district: RwLock::new(Arc::new(web::District { name: Both::new("示例区", "Sample District"), time: zone(), sample: true })),
        who,
        device: api::web_device,
        touch: |_, _| (),
        settings: Settings {
            public_url: public_url.into(),
            demo: false,
            clock_set: false,
            key: [7; 32],
            set_up: Arc::new(AtomicBool::new(true)),
            data: std::path::PathBuf::new(),
            limits_off: true,
        },
        hub: Hub::default(),
        limits: Limits::new(true),
        memory: RwLock::default(),
    }))
}
