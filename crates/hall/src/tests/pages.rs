use std::{
    collections::HashMap,
    sync::{Arc, RwLock, atomic::AtomicBool},
};

use http::{Request, StatusCode};
use kernel::{Both, Lang, TimeZone};
use store::{Clock, testing::Scratch};
use tower::ServiceExt;
use web::{
    App, Ask, Inner, Limits, Settings, Slice, Words,
    axum::body::{Body, to_bytes},
};

use super::district::{Staff, districts, now, read, run};
use crate::{held, pages::admin::changes, reactions, rows};

static SLICES: &[&Slice] = &[&people::SLICE, &places::SLICE, &queue::SLICE, &crate::SLICE];
const STAFF: Staff = &[("editor", "item_editor", 0), ("supervisor", "hall_supervisor", 1), ("clerk", "clerk", 1)];

fn words() -> Words {
    let mut files: Vec<(&str, &str)> = SLICES.iter().map(|s| (s.name, s.words)).collect();
    files.push(("web", web::WORDS));
    Words::load(&files).unwrap()
}
fn district() -> web::District {
    web::District { name: Both::new("郑东新区", "Zhengdong"), time: TimeZone::named("Asia/Shanghai", 240).unwrap(), sample: true }
}
fn app(store: &Scratch) -> App {
    let words = words();
    web::speak(&words);
    App(Arc::new(Inner {
        store: (**store).clone(),
        clock: Clock::real(),
        words,
        slices: SLICES,
        district: RwLock::new(Arc::new(district())),
        who: people::api::who,
        device: places::api::web_device,
        touch: |_, _| (),
        settings: Settings {
            public_url: String::new(),
            demo: false,
            clock_set: false,
            key: [1; 32],
            set_up: Arc::new(AtomicBool::new(true)),
            data: std::env::temp_dir(),
            limits_off: true,
        },
        hub: web::live::Hub::default(),
        limits: Limits::new(true),
        memory: RwLock::new(HashMap::new()),
    }))
}
/// A session of this login; its cookie.
fn cookie(store: &Scratch, login: &'static str, n: u8) -> String {
    let session = run(store, move |tx| people::api::enter_sample(tx, login, super::district::real(), [n; 32])).unwrap();
    format!("s={}", session.cookie)
}
async fn send(app: &App, request: Request<Body>) -> (StatusCode, String) {
    let response = web::router(app).oneshot(request).await.unwrap();
    let status = response.status();
    (status, String::from_utf8(to_bytes(response.into_body(), 4_000_000).await.unwrap().to_vec()).unwrap())
}
async fn get(app: &App, path: &str, json: bool, cookie: &str) -> (StatusCode, String) {
    let accept = if json { "application/json" } else { "text/html" };
    send(app, Request::get(path).header("accept", accept).header("cookie", cookie).body(Body::empty()).unwrap()).await
}
async fn post(app: &App, path: &str, form: &[(&str, &str)], cookie: &str) -> (StatusCode, String) {
    let mut form = form.to_vec();
    let once = web::token::fresh();
    form.push(("_once", &once));
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie)
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html");
    send(app, request.body(Body::from(serde_urlencoded::to_string(form).unwrap())).unwrap()).await
}

#[tokio::test]
async fn a_resident_searches_answers_and_is_sent_to_the_line() {
    let [(_, store), _] = districts(STAFF, true);
    let app = app(&store);
    let (status, page) = get(&app, "/errands?q=%E6%89%98%E8%80%81%E6%89%80&centre=1", false, "").await;
    assert!(status == 200 && page.contains("也搜索了：") && page.contains("HN-CA-00207"), "{page}");
    let (_, page) = get(&app, "/en/errands", false, "").await;
    assert!(page.contains("/en/errands?event=child_born") && page.contains("A child is born"));
    let (_, page) = get(&app, "/errands/HN-SS-00101?centre=1&for_whom=child&age=0", false, "").await;
    assert!(page.contains("/c/1/take?item=HN-SS-00101") && page.contains("出生医学证明") && !page.contains("委托书</b>"), "{page}");
    let (_, page) = get(&app, "/errands/HN-MR-00401?centre=2", false, "").await;
    assert!(page.contains("不办这件") && !page.contains("/take?item=") && page.contains("/errands/HN-MR-00401?centre=1"));
    let (status, _) = get(&app, "/errands/NO-1", false, "").await;
    assert_eq!(status, 404);
    let (_, json) = get(&app, "/api/v1/errands?q=sfz&centre=1", true, "").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["items"][0]["code"].as_str().unwrap().split_at(6).0, json["items"][0]["here"].as_bool()), ("HN-PO-", Some(true)));
    let (_, json) = get(&app, "/errands/HN-SS-00101?centre=1&age=0", true, "").await;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (json["guide"]["follow"][0]["document"].as_str(), json["done_here"].as_bool(), json["guide"]["ask"][0]["id"].as_str()),
        (Some("birth_cert"), Some(true), Some("for_whom"))
    );
    for odd in ["/errands?q=%01%ff&centre=x&event=%27", "/errands?centre=999999", "/errands/HN-SS-00101?age=%F0%9F%99%82&centre=0", "/find?q="] {
        assert_eq!(get(&app, odd, false, "").await.0, 200, "{odd}");
    }
}

#[tokio::test]
async fn a_question_without_an_answer_is_counted_a_minute_later() {
    let [(_, store), _] = districts(&[], true);
    let app = app(&store);
    for path in ["/errands?q=%E6%8A%A4%E7%85%A7%E5%8A%A0%E6%B3%A8", "/find?q=%E6%8A%A4%E7%85%A7%E5%8A%A0%E6%B3%A8", "/find?q=410104199001011234"] {
        let (_, page) = get(&app, path, false, "").await;
        assert!(page.contains("打 12345") || page.contains("打\u{2009}12345"), "{page}");
    }
    let day = district().time.service_day(app.now());
    assert!(read(&store, move |tx| rows::miss::most(tx, day.civil().plus(-1).to_string().parse().unwrap())).is_empty(), "reading writes nothing");
    reactions::misses(app.clone()).await.unwrap();
    assert_eq!(read(&store, move |tx| rows::miss::most(tx, day)), [("护照加注".to_owned(), 2)]);
    assert!(held::held(&app).take_misses().is_empty());
}

store::statements! {
    /// How many questions of a day, asked how often.
    KEPT = "select count(*), cast(coalesce(sum(n), 0) as int8) from hall_miss where day = $1";
}

#[tokio::test]
async fn of_questions_without_an_answer_a_hundred_are_kept_a_day_for_thirty_days() {
    for (engine, store) in districts(&[], false) {
        let app = app(&store);
        let day = |back: i64| district().time.service_day(app.now().plus_min(-back * 1_440));
        let ask = async |day, from: usize, n: usize| {
            (from..from + n).for_each(|n| held::held(&app).miss(day, &format!("无{n}")));
            reactions::misses(app.clone()).await.unwrap();
        };
        ask(day(31), 0, 1).await;
        ask(day(30), 1, 1).await;
        ask(day(0), 2, 150).await;
        // A day that is full still counts what it knows.
        ask(day(0), 100, 2).await;
        let kept = |day| read(&store, move |tx| tx.one("day", &KEPT, store::params![day], |r| Ok((r.get::<i64>(0)?, r.get::<i64>(1)?))));
        assert_eq!([kept(day(31)), kept(day(30)), kept(day(0))], [(0, 0), (1, 1), (100, 102)], "{engine}");
    }
}

#[tokio::test]
async fn an_item_is_written_agreed_to_and_withdrawn_on_pages() {
    let [(_, store), _] = districts(STAFF, true);
    let app = app(&store);
    let (editor, supervisor, clerk) = (cookie(&store, "editor", 1), cookie(&store, "supervisor", 2), cookie(&store, "clerk", 3));
    assert_eq!(get(&app, "/admin/items", false, "").await.0, 303);
    assert_eq!(get(&app, "/admin/items", true, &clerk).await.0, 403);
    assert_eq!(get(&app, "/admin/items/new", true, &supervisor).await.0, 403);
    // Every fault is shown, and nothing typed is lost.
    let typed = "code = \"NEW-1\"\r\n# 我写的 <b>\r\nkind = \"nothing\"\r\n";
    let (status, page) = post(&app, "/admin/items", &[("text", typed)], &editor).await;
    assert!(
        status == 422 && page.contains("# 我写的 &lt;b&gt;") && page.contains("public_service") && page.matches("<li><a href=\"#text\">").count() == 8,
        "{page}"
    );
    let text = super::files().into_iter().find(|f| f.0.contains("gas-bill")).unwrap().1.replace("HN-BL-00703", "NEW-1");
    assert_eq!(post(&app, "/admin/items", &[("text", &text)], &editor).await.0, 303);
    let (_, page) = get(&app, "/admin/items/NEW-1", false, &editor).await;
    assert!(page.contains("name=\"reason\""));
    assert_eq!(get(&app, "/errands/NEW-1", false, "").await.0, 404);
    assert_eq!(post(&app, "/admin/items/NEW-1/publish", &[("rev", "1"), ("reason", "新业务")], &editor).await.0, 303);
    let (_, page) = get(&app, "/admin/items/NEW-1", false, &editor).await;
    assert!(page.contains("您不能确认自己提的") && !page.contains("NEW-1/agree"));
    let (_, page) = get(&app, "/admin/items/NEW-1", false, &supervisor).await;
    let at = page.find("name=\"two\" value=\"").unwrap() + 18;
    let two = page[at..at + 36].to_owned();
    assert_eq!(post(&app, "/admin/items/NEW-1/agree", &[("two", &two), ("answer", "yes")], &editor).await.0, 409);
    assert_eq!(post(&app, "/admin/items/NEW-1/agree", &[("two", &two), ("answer", "yes")], &clerk).await.0, 403);
    assert_eq!(post(&app, "/admin/items/NEW-1/agree", &[("two", &two), ("answer", "yes")], &supervisor).await.0, 303);
    assert_eq!(get(&app, "/errands/NEW-1", false, "").await.0, 200);
    // An item is the district's: the supervisor of one centre agrees, and changes nothing alone.
    for (path, form) in
        [("publish", [("rev", "1"), ("reason", "快")]), ("suspend", [("why", "停"), ("successor", "")]), ("withdraw", [("why", "停"), ("successor", "")])]
    {
        assert_eq!(post(&app, &format!("/admin/items/NEW-1/{path}"), &form, &supervisor).await.0, 403, "{path}");
    }
    let (_, page) = get(&app, "/admin/items/NEW-1", false, &supervisor).await;
    assert!(page.contains("全区的事项编辑") && !page.contains("NEW-1/suspend") && !page.contains("NEW-1/withdraw"), "{page}");
    assert_eq!(get(&app, "/errands/NEW-1", false, "").await.0, 200);
    assert_eq!(post(&app, "/admin/items/NEW-1/suspend", &[("why", "改系统")], &editor).await.0, 303);
    assert_eq!(post(&app, "/admin/items/NEW-1/resume", &[("why", "改好了")], &supervisor).await.0, 403);
    assert_eq!(post(&app, "/admin/items/NEW-1/withdraw", &[("why", "合并"), ("successor", "HN-BL-00703")], &editor).await.0, 303);
    let (status, page) = get(&app, "/errands/NEW-1", false, "").await;
    assert!(status == 410 && page.contains("/errands/HN-BL-00703") && !page.contains("/take?item="), "{page}");
    let (status, json) = get(&app, "/errands/NEW-1", true, "").await;
    assert!(status == 410 && json.contains("item.withdrawn") && !json.contains("{successor}"), "{json}");
}

#[test]
fn every_sample_renders_in_both_languages_with_its_words() {
    let words = words();
    for lang in [Lang::Zh, Lang::En] {
        let ask = Ask::sample(lang, words.clone(), Arc::new(district()), now());
        let samples = (crate::SLICE.samples.unwrap())(&ask);
        assert!(samples.len() >= 18);
        for (name, markup) in samples {
            let page = markup.into_string();
            assert_eq!(page.matches("<h1").count(), 1, "{name}");
            assert!(page.contains("id=\"main\"") && page.contains("class=\"skip\""), "{name}");
            for missing in ["hall.", "web.", "item."].iter().flat_map(|p| [format!(">{p}"), format!("\"{p}")]) {
                assert!(!page.contains(&missing), "{name}: {missing}{}", page.split(&missing).nth(1).unwrap().chars().take(30).collect::<String>());
            }
            assert!(!page.contains("style=") && !page.contains("{n}") && !page.contains("{q}"), "{name}");
        }
    }
}

#[test]
fn changes_are_told_line_by_line() {
    assert_eq!(changes("a\nb\nc", "a\nx\nc\nd"), [('−', "b"), ('+', "x"), ('+', "d")]);
    assert_eq!(changes("", "a"), [('+', "a")]);
    assert!(changes("a\nb", "a\nb").is_empty());
}

#[test]
fn the_list_of_migrations_is_the_folder() {
    let mut there: Vec<_> =
        std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap()).collect();
    there.sort();
    assert_eq!(there, crate::MIGRATIONS.files.iter().map(|f| f.0).collect::<Vec<_>>());
}
