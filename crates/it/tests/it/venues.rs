//! Courses through the whole program, on both engines.

use it::{Res, Who, World, both};
use serde_json::{Value, json};

/// Another resident: a browser of their own.
fn resident(n: u8) -> Who {
    Who { cookies: vec![format!("{}=browser-of-resident-{n:04}", web::cookie::BROWSER.0)], bearer: None }
}
async fn course(world: &World, centre: i64, title: &str) -> String {
    let list = world.get(&Who::nobody(), &format!("/api/v1/courses?centre={centre}")).await.is(200).json();
    let all = list["courses"].as_array().unwrap();
    all.iter().find(|c| c["title"] == title).unwrap_or_else(|| panic!("{title} is not in {list}"))["course"].as_str().unwrap().to_owned()
}
async fn enrol(world: &World, course: &str, n: u8, label: &str) -> Res {
    world.post(&resident(n), &format!("/courses/{course}/enrol"), json!({ "label": label })).await
}
/// A day's midnight or another time of the district.
async fn until(world: &World, text: &str) {
    let to = world.app.district().time.parse(text).unwrap();
    world.pass_s(to.seconds_since(world.app.now()));
    world.tick().await;
}
async fn nothing_is_wrong(world: &World) {
    let found = world
        .app
        .read(|tx| {
            let mut all = Vec::new();
            for check in venues::SLICE.checks {
                all.extend((check.run)(tx)?.into_iter().map(|line| format!("{} {line}", check.id)));
            }
            Ok(all)
        })
        .await
        .unwrap();
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(world.get(&Who::nobody(), "/api/v1/capacity/proof").await.is(200).json()["breaches"], 0);
}
fn text(v: &Value) -> String {
    v.as_str().unwrap().to_owned()
}

#[test]
fn a_course_is_published_fills_hands_a_place_on_and_keeps_its_roll() {
    both(|world| async move {
        let supervisor = world.staff("supervisor").await;
        let teacher = world.staff("teacher").await;
        let plan = json!({
            "code": "dance", "title_zh": "广场舞", "title_en": "Dance", "text_zh": "零基础", "text_en": "For beginners", "kind": "dance", "teacher": "示例·老师",
            "term_from": "2026-12-01", "term_to": "2027-01-31", "weekday": "4", "from": "19:00", "to": "20:30", "lessons": "4", "min": "2", "max": "2",
            "admission": "order", "enrol_from": "2026-11-20", "enrol_until": "2026-11-28", "room": "studio"
        });
        world.post(&teacher, "/d/courses/1", plan.clone()).await.is(403);
        world.post(&supervisor, "/d/courses/2", plan.clone()).await.is(404);
        let made = world.post(&supervisor, "/d/courses/1", plan.clone()).await.is(201).json();
        let id = text(&made["course"]);
        world.get(&Who::nobody(), &format!("/courses/{id}")).await.is(404);
        let before = world.get(&supervisor, &format!("/api/v1/d/course/{id}")).await.is(200).json();
        assert_eq!(before["dates"].as_array().unwrap().iter().filter(|d| d["clash"].is_null()).count(), 4, "{before}");
        let shown = world.get(&supervisor, &format!("/d/course/{id}")).await.is(200);
        assert!(shown.body.contains("12月3日 周四 19:00–20:30"), "{}", shown.body);
        world.post(&supervisor, &format!("/d/course/{id}/publish"), json!({ "left_out": ["2026-12-10"] })).await.is(200);
        assert_eq!(world.post(&supervisor, "/d/courses/1", plan.clone()).await.is(409).code(), "course.code_taken");
        let open = world.get(&Who::nobody(), &format!("/api/v1/courses/{id}")).await.is(200).json();
        let first_days: Vec<&str> = open["lessons"].as_array().unwrap().iter().map(|l| &l["from"].as_str().unwrap()[..10]).collect();
        assert_eq!((first_days, open["skipped"][0]["day"].clone()), (vec!["2026-12-03", "2026-12-17", "2026-12-24", "2026-12-31"], json!("2026-12-10")));
        world.tick().await;
        // A second course cannot have the room: each date is named, none is dropped.
        let mut second = plan.clone();
        (second["code"], second["title_en"]) = (json!("dance-2"), json!("Dance 2"));
        let other = text(&world.post(&supervisor, "/d/courses/1", second).await.is(201).json()["course"]);
        let refused = world.post(&supervisor, &format!("/d/course/{other}/publish"), json!({})).await.is(409);
        assert!(refused.code() == "course.conflicts" && refused.body.contains("2026-12-17") && !refused.body.contains("2026-12-10"), "{}", refused.body);
        // Two places, three people; the third waits and gets what the first gives up.
        let one = enrol(&world, &id, 1, "妈妈").await.is(201).json();
        assert_eq!(enrol(&world, &id, 1, "妈妈").await.is(409).code(), "course.twice");
        enrol(&world, &id, 2, "").await.is(201);
        assert_eq!(enrol(&world, &id, 3, "").await.is(409).code(), "course.full");
        let page = world.get(&resident(3), &format!("/courses/{id}")).await.is(200);
        assert!(page.body.contains(&format!("/courses/{id}/wait")) && page.body.contains("排候补"), "{}", page.body);
        let waits = world.form(&resident(3), &format!("/courses/{id}/wait"), &[("label", "老张")]).await.is(303);
        let token = waits.header("location").rsplit('/').next().unwrap().to_owned();
        assert_eq!(world.get(&Who::nobody(), &format!("/api/v1/b/{token}")).await.is(200).json()["place"], 1);
        let own = text(&one["token"]);
        let shown = world.get(&resident(1), &format!("/b/{own}")).await.is(200);
        assert!(shown.body.contains("约好了") && shown.body.contains(&format!("/courses/{id}")) && !shown.body.contains("move="), "{}", shown.body);
        // Places of a course are given on its own page only.
        let resource = text(&world.get(&Who::nobody(), &format!("/api/v1/b/{own}")).await.json()["resource"]);
        assert_eq!(world.get(&Who::nobody(), &format!("/book/{resource}")).await.is(303).header("location"), format!("/courses/{id}"));
        let from = world.get(&Who::nobody(), &format!("/api/v1/book/{resource}")).await.is(200).json()["starts"][0]["minute"].clone();
        assert_eq!(
            world.post(&resident(9), &format!("/book/{resource}"), json!({ "from": if from.is_null() { json!(1) } else { from } })).await.is(409).code(),
            "book.elsewhere"
        );
        world.post(&resident(1), &format!("/b/{own}/cancel"), json!({})).await.is(200);
        let offered = world.get(&Who::nobody(), &format!("/api/v1/b/{token}")).await.is(200).json();
        assert_eq!((offered["wait"].clone(), offered["state"].clone()), (json!("offered"), json!("held")));
        world.post(&resident(3), &format!("/b/{token}/confirm"), json!({})).await.is(200);
        nothing_is_wrong(&world).await;
        // It takes place, begins, and the roll is kept.
        until(&world, "2026-11-30T00:01").await;
        assert!(world.get(&Who::nobody(), &format!("/courses/{id}")).await.is(200).body.contains("确定开班"));
        until(&world, "2026-12-03T19:02").await;
        let supervisor = world.staff("supervisor").await;
        let teacher = world.staff("teacher").await;
        let class = world.get(&teacher, "/api/v1/d/classes/1").await.is(200).json();
        let class = class["classes"].as_array().unwrap().iter().find(|c| c["course"] == id.as_str()).unwrap().clone();
        assert_eq!((class["pupils"].clone(), class["no"].clone()), (json!(2), json!(1)));
        let lesson = text(&class["lesson"]);
        world.get(&world.staff("clerk1").await, &format!("/d/class/{lesson}")).await.is(403);
        let roll = world.get(&teacher, &format!("/api/v1/d/class/{lesson}")).await.is(200).json();
        let pupil = |label: &str| text(&roll["pupils"].as_array().unwrap().iter().find(|p| p["label"] == label).unwrap()["enrolment"]);
        let sheet = world.get(&teacher, &format!("/d/class/{lesson}")).await.is(200);
        assert!(sheet.body.contains("老张") && !sheet.body.contains("妈妈"), "who left is not on the roll: {}", sheet.body);
        world.form(&teacher, &format!("/d/class/{lesson}"), &[(&pupil("老张"), "present"), (&pupil(""), "excused")]).await.is(303);
        let roll = world.get(&teacher, &format!("/api/v1/d/class/{lesson}")).await.is(200).json();
        assert_eq!((roll["state"].clone(), roll["pupils"].as_array().unwrap().iter().filter(|p| p["mark"] == "excused").count()), (json!("held"), 1));
        assert_eq!(world.post(&teacher, &format!("/d/class/{lesson}"), json!({ (pupil("老张")): "asleep" })).await.is(422).code(), "roll.mark");
        // The screen and the calendars name nobody.
        let screen = world.get(&Who::nobody(), "/venue/1/today").await.is(200);
        assert!(
            screen.header("refresh") == "60" && screen.body.contains("广场舞") && screen.body.contains("19:00") && !screen.body.contains("老张"),
            "{}",
            screen.body
        );
        let feed = world.get(&Who::nobody(), &format!("/courses/{id}/calendar.ics")).await.is(200);
        assert!(
            feed.body.matches("BEGIN:VEVENT").count() == 4 && feed.body.split("\r\n").all(|l| l.len() <= 75) && !feed.body.contains("老张"),
            "{}",
            feed.body
        );
        let list = world.get(&Who::nobody(), "/api/v1/book?centre=1").await.is(200).json();
        let room = text(&list["resources"].as_array().unwrap().iter().find(|r| r["kind"] == "room").unwrap()["resource"]);
        let busy = world.get(&Who::nobody(), &format!("/venue/area/{room}/busy.ics")).await.is(200);
        assert!(busy.body.contains("FREEBUSY;FBTYPE=BUSY:20261203T110000Z/20261203T123000Z") && !busy.body.contains("广场舞"), "{}", busy.body);
        // A date is moved and one is cancelled: the pages say so, the calendar too.
        let plan = world.get(&supervisor, &format!("/api/v1/d/course/{id}")).await.is(200).json();
        let (second, third) = (text(&plan["dates"][1]["lesson"]), text(&plan["dates"][2]["lesson"]));
        world.post(&supervisor, &format!("/d/lesson/{second}/move"), json!({ "day": "2026-12-18", "why": "老师有事" })).await.is(200);
        world.post(&supervisor, &format!("/d/lesson/{third}/cancel"), json!({ "why": "停电" })).await.is(200);
        let page = world.get(&Who::nobody(), &format!("/courses/{id}")).await.is(200);
        assert!(page.body.contains("原定") && page.body.contains("12月18日 周五") && page.body.contains("停电"), "{}", page.body);
        assert!(world.get(&Who::nobody(), &format!("/courses/{id}/calendar.ics")).await.body.contains("STATUS:CANCELLED"));
        nothing_is_wrong(&world).await;
        until(&world, "2027-01-01T08:00").await;
        world.tick().await;
        assert_eq!(world.get(&Who::nobody(), &format!("/api/v1/courses/{id}")).await.is(200).json()["state"], "done");
        nothing_is_wrong(&world).await;
    });
}

#[test]
fn a_lot_is_drawn_by_itself_and_everybody_can_work_it_out() {
    both(|world| async move {
        world.tick().await;
        let id = course(&world, 1, "少儿美术").await;
        let before = world.get(&Who::nobody(), &format!("/api/v1/courses/{id}/lot")).await.is(200).json();
        let commitment = text(&before["commitment"]);
        assert!(before["secret"].is_null() && !world.get(&Who::nobody(), &format!("/courses/{id}/lot")).await.is(200).body.contains("sample"));
        let child = |n: u8, year: i64| json!({ "label": format!("娃{n}"), "birth_year": year });
        assert_eq!(world.post(&resident(1), &format!("/courses/{id}/apply"), child(1, 2000)).await.is(403).code(), "age.not");
        assert_eq!(world.post(&resident(1), &format!("/courses/{id}/enrol"), child(1, 2018)).await.is(409).code(), "lot.only");
        let mut tokens = Vec::new();
        for n in 1..=16 {
            let applied = world.post(&resident(n), &format!("/courses/{id}/apply"), child(n, 2018)).await.is(201).json();
            tokens.push((text(&applied["token"]), text(&applied["code"])));
        }
        assert_eq!(world.post(&resident(3), &format!("/courses/{id}/apply"), child(3, 2018)).await.is(409).code(), "lot.twice");
        let (gone, gone_code) = tokens[4].clone();
        world.post(&Who::nobody(), &format!("/lot/{gone}/withdraw"), json!({})).await.is(200);
        assert_eq!(world.post(&Who::nobody(), &format!("/lot/{gone}/withdraw"), json!({})).await.is(409).code(), "lot.over");
        let supervisor = world.staff("supervisor").await;
        assert_eq!(world.post(&supervisor, &format!("/d/course/{id}/draw"), json!({})).await.is(409).code(), "lot.early");
        nothing_is_wrong(&world).await;
        until(&world, "2026-12-06T00:01").await;
        let lot = world.get(&Who::nobody(), &format!("/api/v1/courses/{id}/lot")).await.is(200).json();
        // Worked out again from the page alone, with nothing of ours but SHA-256.
        let sha = |text: &str| {
            use sha2::{Digest, Sha256};
            Sha256::digest(text).iter().map(|b| format!("{b:02x}")).collect::<String>()
        };
        let secret = text(&lot["secret"]);
        assert_eq!(sha(&secret), commitment);
        let drawn: Vec<String> = lot["order"].as_array().unwrap().iter().map(|o| text(&o["code"])).collect();
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        let seed = sha(&format!("{secret}{}", sorted.concat()));
        assert_eq!(seed, text(&lot["seed"]));
        let mut again = sorted.clone();
        again.sort_by_key(|code| sha(&format!("{seed}{code}")));
        assert_eq!(again, drawn);
        assert!(drawn.len() == 15 && !drawn.contains(&gone_code), "who withdrew is not drawn");
        let places: Vec<bool> = lot["order"].as_array().unwrap().iter().map(|o| o["place"] == true).collect();
        assert_eq!(places, (0..15).map(|n| n < 12).collect::<Vec<_>>());
        assert_eq!(world.post(&world.staff("supervisor").await, &format!("/d/course/{id}/draw"), json!({})).await.is(409).code(), "lot.once");
        // One's token opens what it led to.
        let of = |code: &str| tokens.iter().find(|(_, c)| c == code).unwrap().0.clone();
        assert_eq!(world.get(&Who::nobody(), &format!("/api/v1/b/{}", of(&drawn[0]))).await.is(200).json()["state"], "confirmed");
        assert_eq!(world.get(&Who::nobody(), &format!("/api/v1/b/{}", of(&drawn[13]))).await.is(200).json()["place"], 2);
        assert!(world.get(&Who::nobody(), &format!("/lot/{}", of(&drawn[0]))).await.is(200).body.contains("您是第 1 个抽中的"));
        world.post(&Who::nobody(), &format!("/b/{}/cancel", of(&drawn[2])), json!({})).await.is(200);
        assert_eq!(world.get(&Who::nobody(), &format!("/api/v1/b/{}", of(&drawn[12]))).await.is(200).json()["wait"], "offered");
        nothing_is_wrong(&world).await;
    });
}

#[test]
fn a_planner_reads_what_is_wrong_where_it_was_typed() {
    both(|world| async move {
        let supervisor = world.staff("supervisor").await;
        let form = world.form(&supervisor, "/d/courses/1", &[("code", "Big Letters"), ("title_zh", "太极"), ("max", "many")]).await.is(422);
        for said in ["代码用 1–32 个小写字母", "请选日期", "请填整数", "Big Letters", "太极"] {
            assert!(form.body.contains(said), "{said}: {}", form.body);
        }
        // A course of the sample is cancelled: who was in it reads why.
        world.tick().await;
        let id = course(&world, 1, "手机摄影入门").await;
        let token = text(&enrol(&world, &id, 1, "老李").await.is(201).json()["token"]);
        assert_eq!(world.post(&supervisor, &format!("/d/course/{id}/cancel"), json!({ "why": "" })).await.is(422).code(), "course.why");
        world.post(&supervisor, &format!("/d/course/{id}/cancel"), json!({ "why": "老师生病" })).await.is(200);
        assert!(world.get(&Who::nobody(), &format!("/b/{token}")).await.is(200).body.contains("老师生病"));
        assert!(world.get(&Who::nobody(), &format!("/courses/{id}")).await.is(200).body.contains("老师生病"));
        assert_eq!(enrol(&world, &id, 2, "").await.is(409).code(), "course.closed");
        nothing_is_wrong(&world).await;
    });
}

#[test]
fn a_sheet_of_courses_is_taken_whole_or_not_at_all() {
    both(|world| async move {
        let system = world.staff("system").await;
        let import = async |text: &str, dry: bool| {
            world.post(&system, "/import", json!({ "files": [{ "name": "courses.csv", "text": text }], "dry_run": dry })).await.json()
        };
        let sheet = world.app.read(server::import::export).await.unwrap().into_iter().find(|(n, _)| n == "courses.csv").unwrap().1;
        let same = import(&sheet, false).await;
        assert_eq!((&same["done"], &same["sheets"][0]["unchanged"]), (&json!(true), &json!(6)), "what is exported is what is there: {same}");
        // Three faults in two rows, and a good new row: all are told, nothing is kept.
        let good = "2,tea,茶艺,Tea,craft,示例·老师,,,,2026-12-10,2027-02-10,4,14:00,15:00,6,3,8,order,2026-11-20,2026-12-01,,published,示例数据,Sample data\n";
        let bad = sheet.replace("1,kids-art,", "1,kids-art!,").replace(",3,19:00,20:30,5,2,3,", ",3,19:00,18:30,5,9,3,") + good;
        let refused = import(&bad, false).await;
        let faults: Vec<String> = refused["sheets"][0]["faults"].as_array().unwrap().iter().map(|f| format!("{} {}", f["line"], text(&f["field"]))).collect();
        assert_eq!((refused["done"].clone(), faults.len()), (json!(false), 2), "{refused}");
        assert!(world.get(&Who::nobody(), "/api/v1/courses?centre=2").await.json()["courses"].as_array().unwrap().iter().all(|c| c["title"] != "茶艺"));
        let taken = import(&(sheet + good), false).await;
        assert_eq!((&taken["done"], &taken["sheets"][0]["new"]), (&json!(true), &json!(1)), "{taken}");
        let tea = course(&world, 2, "茶艺").await;
        assert_eq!(world.get(&Who::nobody(), &format!("/api/v1/courses/{tea}")).await.json()["lessons"].as_array().unwrap().len(), 6);
        nothing_is_wrong(&world).await;
    });
}
