//! Pages: every sample in both languages, and the routes through the real router.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use kernel::{Both, Lang};
use store::{Store, testing};
use tower::ServiceExt;
use web::{
    Ask,
    axum::{body::Body, body::to_bytes, http::Request},
};

use super::world::{app, at, centre, district, words, zone};
use crate::{SLICE, api};

static HAND: AtomicI64 = AtomicI64::new(0);

fn ask(lang: Lang) -> Ask {
    let district = Arc::new(web::District { name: Both::new("示例区", "Sample District"), time: zone(), sample: true });
    Ask::sample(lang, words(), district, at("2026-11-24T10:07"))
}

#[test]
fn every_sample_has_words_one_heading_and_labels() {
    for lang in [Lang::Zh, Lang::En] {
        let samples = crate::samples::samples(&ask(lang));
        assert!(samples.len() >= 20);
        for (name, page) in samples {
            let html = page.into_string();
            let count = |what: &str| html.matches(what).count();
            assert_eq!(count("<h1"), 1, "{name}: one h1");
            assert_eq!((count("id=\"main\""), count("class=\"skip\"")), (1, 1), "{name}");
            // A key that has no sentence is shown as itself.
            for word in html.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '_')) {
                assert!(!word.starts_with("places.") && !word.starts_with("web."), "{name} {lang:?}: {word}");
            }
            assert!(!html.contains(" style=") && !html.contains(" onclick="), "{name}");
            for input in html.split("<input").skip(1).chain(html.split("<select").skip(1)) {
                let tag = &input[..input.find('>').unwrap()];
                let id = tag.split("id=\"").nth(1).map(|t| &t[..t.find('"').unwrap()]);
                let labelled = tag.contains("type=\"hidden\"")
                    || tag.contains("aria-label")
                    || tag.contains("type=\"radio\"")
                    || id.is_some_and(|id| html.contains(&format!("for=\"{id}\"")));
                assert!(labelled, "{name}: {tag}");
            }
        }
    }
}

#[test]
fn every_refusal_of_this_crate_has_a_sentence() {
    let words = words();
    for source in [
        include_str!("../api.rs"),
        include_str!("../centre.rs"),
        include_str!("../device.rs"),
        include_str!("../opening.rs"),
        include_str!("../shell.rs"),
        include_str!("../pages/hours.rs"),
        include_str!("../pages/devices.rs"),
    ] {
        for made in ["Refusal::invalid(\"", "Refusal::conflict(\""] {
            for code in source.split(made).skip(1).map(|t| &t[..t.find('"').unwrap()]) {
                assert!(words.has(code), "{code}");
            }
        }
    }
}

struct World {
    store: testing::Scratch,
    app: web::App,
}
impl World {
    fn new(public_url: &str) -> Self {
        HAND.store(at("2026-11-24T10:07").micros(), Ordering::Relaxed);
        let place = testing::Place::sqlite();
        let store = testing::Scratch::at(place, &[SLICE.migrations]);
        district(&store);
        let handle: &Store = &store;
        Self { app: app(handle, &HAND, public_url), store }
    }
    async fn ask(&self, request: Request<Body>) -> (u16, Vec<String>, String) {
        let response = web::router(&self.app).oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let headers = ["location", "set-cookie"].iter().filter_map(|h| response.headers().get(*h)).map(|v| v.to_str().unwrap().to_owned()).collect();
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        (status, headers, String::from_utf8(body.to_vec()).unwrap())
    }
    async fn get(&self, path: &str, cookie: &str) -> (u16, Vec<String>, String) {
        self.ask(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await
    }
    async fn post(&self, path: &str, cookie: &str, body: &str) -> (u16, Vec<String>, String) {
        let request =
            Request::post(path).header("cookie", cookie).header("sec-fetch-site", "same-origin").header("content-type", "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body.to_owned())).unwrap()).await
    }
}

#[tokio::test]
async fn a_resident_finds_a_centre() {
    let w = World::new("");
    let (status, _, home) = w.get("/", "").await;
    assert_eq!(status, 200);
    assert!(home.contains("体育公园便民服务中心") && home.contains("/?centre=1") && home.contains("计划"), "{home}");
    let (_, _, chosen) = w.get("/?centre=1", "").await;
    assert!(chosen.contains("开放中") && chosen.contains("/errands?centre=1"));
    let (status, _, page) = w.get("/c/1", "").await;
    assert_eq!(status, 200);
    assert_eq!(page.matches("class=\"door ").count(), 12);
    assert!(page.contains("9:00–12:00、13:00–17:00") && page.contains("已开"), "{page}");
    let (_, _, english) = w.get("/en/c/3", "").await;
    assert!(english.contains("phase 1") && english.contains("planned 2026-12") && english.contains("Go to the nearest: Sports Park"), "{english}");
    let (status, _, json) = w.get("/api/v1/centres/1", "").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((status, json["today"]["open_now"].as_bool(), json["functions"].as_array().unwrap().len()), (200, Some(true), 12));
    assert_eq!(json["today"]["blocks"][0][0], "09:00");
    let (_, _, all) = w.get("/api/v1/centres", "").await;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&all).unwrap()["centres"].as_array().unwrap().len(), 31);
    assert_eq!(w.get("/c/99", "").await.0, 404);
    assert_eq!(w.get("/c/none", "").await.0, 404);
    assert_eq!(w.get("/help", "").await.0, 200);
    assert!(w.get("/problems/hours.overlap", "").await.2.contains("段和上一段重叠"));
    assert_eq!(w.get("/problems/no.such", "").await.0, 404);
}

#[tokio::test]
async fn a_device_is_added_enrolled_heard_and_revoked() {
    let w = World::new("https://centre.example");
    assert_eq!(w.get("/admin/devices", "").await.0, 303);
    assert_eq!(w.get("/admin/devices", "s=supervisor").await.0, 403);
    assert_eq!(w.get("/admin/devices?centre=1", "s=admin").await.0, 200);
    let form = "_once=abcdefghijklmnopqrstuv&kind=kiosk&name=%E5%85%A5%E5%8F%A3&zone=hall1";
    let (status, _, page) = w.post("/admin/centres/1/devices", "s=admin", form).await;
    assert_eq!(status, 200, "{page}");
    let code = page.split("class=\"sum num\">").nth(1).unwrap()[..8].to_owned();
    // A retry with the same key shows the same code again; nothing stored holds it.
    let (_, _, again) = w.post("/admin/centres/1/devices", "s=admin", form).await;
    assert!(again.contains(&code) && code.bytes().all(|b| b.is_ascii_alphanumeric()), "{code}");
    assert_eq!(w.store.read_blocking(api::devices).unwrap().len(), 1);
    assert_eq!(w.post("/k/enrol", "", "code=WRONG").await.0, 422);
    let (status, headers, _) = w.post("/k/enrol", "", &format!("code={}", code.to_lowercase())).await;
    assert_eq!((status, headers[0].as_str()), (303, "/k"));
    assert!(headers[1].starts_with("__Host-d=") && headers[1].contains("Secure") && headers[1].contains("HttpOnly"), "{headers:?}");
    let cookie = headers[1].split(';').next().unwrap().to_owned();
    assert_eq!(w.post("/device/beat", &cookie, "").await.0, 204);
    assert_eq!(w.post("/device/beat", "d=nobody", "").await.0, 401);
    let id = w.store.read_blocking(api::devices).unwrap()[0].device.id;
    // Somebody without the duty, then the administrator.
    assert_eq!(w.post(&format!("/admin/devices/{id}/revoke"), "s=supervisor", "_once=abcdefghijklmnopqrstuw").await.0, 403);
    assert_eq!(w.post(&format!("/admin/devices/{id}/revoke"), "s=admin", "_once=abcdefghijklmnopqrstux").await.0, 303);
    assert_eq!(w.post("/device/beat", &cookie, "").await.0, 401, "PL4");
}

#[tokio::test]
async fn a_supervisor_sets_one_day_of_the_own_centre() {
    let w = World::new("");
    let (status, _, page) = w.get("/m/places/1?day=2026-11-25&blocks=10:00-12:00&note_zh=%E6%A3%80%E4%BF%AE&note_en=Repair&preview=1", "s=supervisor").await;
    assert!(status == 200 && page.contains("还没存") && page.contains("10:00–12:00"), "{page}");
    let (_, _, page) = w.get("/m/places/1?day=2026-11-25&blocks=10:00-12:00+11:00-13:00&note_zh=x&note_en=y&preview=1", "s=supervisor").await;
    assert!(page.contains("段和上一段重叠"), "{page}");
    assert_eq!(w.get("/m/places/2", "s=supervisor").await.0, 404);
    let form = "_once=abcdefghijklmnopqrstuv&day=2026-11-25&blocks=10%3A00-12%3A00&note_zh=%E6%A3%80%E4%BF%AE&note_en=Repair";
    let (status, headers, page) = w.post("/m/places/1/day", "s=supervisor", form).await;
    assert_eq!((status, headers.first().map(String::as_str)), (303, Some("/m/places/1")), "{page}");
    assert_eq!(w.post("/m/places/2/day", "s=supervisor", form).await.0, 404);
    let day = "2026-11-25".parse().unwrap();
    let opening = w.store.read_blocking(move |tx| api::opening(tx, centre(1), day)).unwrap();
    assert_eq!((opening.note.zh.as_str(), opening.source.as_str()), ("检修", "hall_supervisor"));
    assert_eq!(w.post("/m/places/1/day/clear", "s=supervisor", "_once=abcdefghijklmnopqrstuw&day=2026-11-25").await.0, 303);
    let id = w.store.read_blocking(|tx| api::counter_numbered(tx, centre(1), 1)).unwrap().id;
    let path = format!("/m/places/1/counters/{id}/use");
    assert_eq!(w.post(&path, "s=supervisor", "_once=abcdefghijklmnopqrstux&in_use=no").await.0, 303);
    assert!(w.store.read_blocking(move |tx| api::counter(tx, id)).unwrap().closed);
    assert_eq!(w.post(&path, "s=supervisor", "_once=abcdefghijklmnopqrstuy&in_use=maybe").await.0, 400);
    assert!(w.get("/m/places/1", "s=supervisor").await.2.contains("停用"));
}
