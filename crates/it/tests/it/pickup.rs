//! Children are brought and handed over through the whole program, on both engines: the door, the guardian's page, the blocks, and who sees whom.

use it::{Who, World, both};
use serde_json::{Value, json};

fn text(v: &Value) -> String {
    v.as_str().unwrap_or_else(|| panic!("{v}")).to_owned()
}

/// A registered child: its id, the guardian's token, the pass's code.
struct Kid {
    id: String,
    token: String,
    code8: String,
}
async fn register(world: &World, staff: &Who, name: &str, born: i64, tail: &str, allergies: &str) -> Kid {
    let body = json!({ "name": name, "birth_year": born, "guardian": "妈妈", "guardian_name": format!("{name}的妈妈"), "tail": tail, "allergies": allergies, "verified": "hukou" });
    let made = world.post(staff, "/d/handover/1/children", body).await.is(201).json();
    Kid { id: text(&made["child"]), token: text(&made["token"]), code8: text(&made["code8"]) }
}
async fn expect(world: &World, staff: &Who, child: &str, from: &str, to: &str) -> String {
    world.post(staff, "/d/handover/1/expect", json!({ "child": child, "label": "少儿美术", "from": from, "to": to })).await.is(200);
    let desk = world.get(staff, "/api/v1/d/handover/1").await.is(200).json();
    let row = desk["expected"].as_array().unwrap().iter().find(|r| r["child"] == child).unwrap().clone();
    text(&row["stay"])
}
async fn own(world: &World, kid: &Kid) -> Value {
    world.get(&Who::nobody(), &format!("/api/v1/pickup/{}", kid.token)).await.is(200).json()
}
fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}
async fn checked(world: &World) -> Vec<String> {
    world
        .app
        .read(|tx| {
            let mut all = Vec::new();
            for check in venues::SLICE.checks.iter().filter(|c| c.id.starts_with("VE")) {
                all.extend((check.run)(tx)?.into_iter().map(|w| format!("{} {w}", check.id)));
            }
            Ok(all)
        })
        .await
        .unwrap()
}

#[test]
fn a_child_is_brought_and_goes_into_a_named_hand_once() {
    both(|world| async move {
        let (teacher, nobody) = (world.staff("teacher").await, Who::nobody());
        let kid = register(&world, &teacher, "小雨", 2017, "1234", "花生").await;
        // The page at the desk shows the link to photograph; the guardian's own does not.
        let paper = world.get(&teacher, &format!("/pickup/{}", kid.token)).await.is(200).body;
        assert!(paper.contains("class=\"qr\"") && paper.contains(&kid.code8), "{paper}");
        let page = world.get(&nobody, &format!("/pickup/{}", kid.token)).await.is(200).body;
        assert!(page.contains("小雨的妈妈") && !page.contains("class=\"qr\""), "{page}");
        world.get(&nobody, "/pickup/another-token-of-22-ch").await.is(404);
        let add = json!({ "name": "王秀英", "tail": "5678", "weekdays": [0, 1, 2, 3, 4] });
        world.post(&nobody, &format!("/pickup/{}/authorities", kid.token), add).await.is(201);
        let added = world.form(&nobody, &format!("/pickup/{}/authorities", kid.token), &[("name", "舅舅"), ("tail", ""), ("once_on", "2026-11-24")]).await;
        added.is(303);
        let stay = expect(&world, &teacher, &kid.id, "10:00", "11:30").await;
        assert!(own(&world, &kid).await["stays"][0]["code"].is_null(), "no code before the door");
        let ack = world.post(&teacher, &format!("/stays/{stay}/drop"), json!({ "by": "王秀英" })).await.is(422);
        assert_eq!(ack.code(), "allergy.ack");
        world.post(&teacher, &format!("/stays/{stay}/drop"), json!({ "by": "王秀英", "ack": "1" })).await.is(200);
        world.pass_s(5_400);
        world.post(&teacher, &format!("/stays/{stay}/call"), json!({})).await.is(200);
        let view = own(&world, &kid).await;
        let code = text(&view["stays"][0]["code"]);
        let of = |name: &str| text(&view["authorities"].as_array().unwrap().iter().find(|a| a["name"] == name).unwrap()["authority"]);
        let (granny, uncle) = (of("王秀英"), of("舅舅"));
        world.post(&nobody, &format!("/pickup/{}/authorities/{uncle}/withdraw", kid.token), json!({})).await.is(200);
        let off = world.post(&teacher, &format!("/stays/{stay}/handover"), json!({ "to": uncle, "means": "card" })).await.is(403);
        assert_eq!(off.code(), "pickup.not_listed");
        assert_eq!(world.post(&teacher, "/d/handover/1/close", json!({})).await.is(409).code(), "child.still_here");
        let bad = world.post(&teacher, &format!("/stays/{stay}/handover"), json!({ "to": granny, "means": "code", "code": wrong(&code) })).await.is(409);
        assert_eq!(bad.code(), "pickup.code");
        // A wrong code in the form is said on the desk itself, and stays counted.
        let form = [("to", granny.as_str()), ("means", "code"), ("code", wrong(&code))];
        let said = world.form(&teacher, &format!("/stays/{stay}/handover"), &form).await.is(409).body;
        assert!(said.contains("取件码不对，还可试 1 次") && said.contains("小雨"), "{said}");
        // Acknowledged once: a retry with the same key reads the same answer, another key finds the stay over.
        let give = json!({ "to": granny, "means": "code", "code": code });
        let key = "handover-of-the-same-0001";
        let first = world.post_once(&teacher, &format!("/stays/{stay}/handover"), give.clone(), key).await.is(200);
        let again = world.post_once(&teacher, &format!("/stays/{stay}/handover"), give.clone(), key).await.is(200);
        assert_eq!((first.body, again.header("idempotency-replayed")), (again.body.clone(), "true"));
        assert_eq!(world.post(&teacher, &format!("/stays/{stay}/handover"), give).await.is(410).code(), "pickup.used");
        let page = world.get(&nobody, &format!("/pickup/{}", kid.token)).await.is(200).body;
        assert!(page.contains("已交给王秀英") && page.contains("示例·老师") && !page.contains(&code), "{page}");
        world.post(&teacher, "/d/handover/1/close", json!({})).await.is(200);
        assert_eq!(checked(&world).await, Vec::<String>::new());
        // What everybody may verify names nobody.
        let told = world
            .app
            .read(|tx| {
                Ok(store::since(tx, kernel::CentreId::new(1).unwrap(), 0, 10_000)?.into_iter().map(|r| format!("{} {}", r.action, r.told)).collect::<String>())
            })
            .await
            .unwrap();
        for name in ["小雨", "王秀英", "花生", "5678", code.as_str()] {
            assert!(!told.contains(name), "{name} stands in the journal");
        }
        assert!(told.contains("venues.child_handed_over"));
    });
}

#[test]
fn a_block_is_first_and_secret_and_a_second_person_ends_it() {
    both(|world| async move {
        let (teacher, supervisor, lead) = (world.staff("teacher").await, world.staff("supervisor").await, world.staff("lead").await);
        let kid = register(&world, &teacher, "小雨", 2017, "1234", "").await;
        let (nobody, page) = (Who::nobody(), format!("/pickup/{}", kid.token));
        world.post(&nobody, &format!("{page}/authorities"), json!({ "name": "李建国", "tail": "9876", "weekdays": [0, 1, 2, 3, 4, 5, 6] })).await.is(201);
        let stay = expect(&world, &teacher, &kid.id, "10:00", "11:30").await;
        world.post(&teacher, &format!("/stays/{stay}/drop"), json!({ "by": "妈妈" })).await.is(200);
        let before = world.get(&nobody, &page).await.is(200).body;
        let bar = json!({ "child": kid.id, "name": "李建国", "tail": "", "reason": "court", "evidence": "豫民保令 7 号", "note": "暴力" });
        world.post(&teacher, "/d/handover/1/blocks", bar.clone()).await.is(403);
        assert_eq!(
            world.post(&supervisor, "/d/handover/1/blocks", json!({ "child": kid.id, "name": "李建国", "reason": "court" })).await.is(422).code(),
            "pickup.evidence"
        );
        let block = text(&world.post(&supervisor, "/d/handover/1/blocks", bar).await.is(201).json()["block"]);
        let view = own(&world, &kid).await;
        let (code, him) =
            (text(&view["stays"][0]["code"]), text(&view["authorities"].as_array().unwrap().iter().find(|a| a["name"] == "李建国").unwrap()["authority"]));
        for body in [
            json!({ "to": him, "means": "code", "code": code }),
            json!({ "to": him, "means": "code", "code": wrong(&code) }),
            json!({ "to": him, "means": "card" }),
            json!({ "name": "李 建国", "means": "card" }),
        ] {
            let no = world.post(&teacher, &format!("/stays/{stay}/handover"), body).await.is(403);
            assert!(no.code() == "pickup.desk" && !no.body.contains("暴力") && !no.body.contains("李"), "{}", no.body);
        }
        let said = world.form(&teacher, &format!("/stays/{stay}/handover"), &[("to", &him), ("means", "card")]).await.is(403).body;
        assert!(said.contains("请到服务台") && said.contains("请勿放行") && !said.contains("暴力") && !said.contains("保令"), "{said}");
        // The guardian's page is the one it was; nothing says that anything was set.
        let strip = |page: &str| page.split("name=\"_once\"").map(|p| p.split_once('>').map_or("", |(_, rest)| rest)).collect::<String>();
        let after = world.get(&nobody, &page).await.is(200).body;
        assert_eq!(strip(&before), strip(&after));
        world.get(&teacher, "/d/handover/1/blocks").await.is(403);
        assert!(world.get(&lead, "/d/handover/1/blocks").await.is(200).body.contains("豫民保令 7 号"));
        assert_eq!(world.post(&supervisor, &format!("/blocks/{block}/end"), json!({ "why": "到期" })).await.is(409).code(), "pickup.second");
        world.post(&lead, &format!("/blocks/{block}/end"), json!({ "why": "到期" })).await.is(200);
        world.post(&teacher, &format!("/stays/{stay}/handover"), json!({ "to": him, "means": "code", "code": code })).await.is(200);
        // A worry: written by the teacher, read and reported by the lead.
        world.post(&teacher, "/d/handover/1/concerns", json!({ "child": kid.id, "what": "手臂有瘀伤" })).await.is(200);
        let all = world.get(&lead, "/api/v1/d/handover/1/blocks").await.is(200).json();
        let concern = text(&all["concerns"][0]["concern"]);
        assert!(!world.get(&teacher, "/d/handover/1").await.is(200).body.contains("手臂有瘀伤"));
        assert_eq!(world.post(&lead, &format!("/concerns/{concern}/close"), json!({ "outcome": "好了" })).await.is(409).code(), "pickup.concern");
        world.post(&lead, &format!("/concerns/{concern}/report"), json!({ "authority": "派出所", "number": "110-7" })).await.is(200);
        world.post(&lead, &format!("/concerns/{concern}/close"), json!({ "outcome": "民政接手" })).await.is(200);
        assert_eq!(checked(&world).await, Vec::<String>::new());
    });
}

#[test]
fn the_clock_the_law_and_three_wrong_codes() {
    both(|world| async move {
        let (teacher, nobody) = (world.staff("teacher").await, Who::nobody());
        // Eight for certain: born in 2017 and before, on 24 November 2026.
        for (n, (born, paper, must)) in [(2017, true, 200), (2018, true, 409), (2017, false, 409), (2010, true, 200)].into_iter().enumerate() {
            let kid = register(&world, &teacher, &format!("孩子{n}"), born, &format!("000{n}"), "").await;
            if paper {
                world.post(&teacher, &format!("/children/{}", kid.id), json!({ "alone": "1" })).await.is(200);
            }
            let stay = expect(&world, &teacher, &kid.id, "10:00", "11:30").await;
            world.post(&teacher, &format!("/stays/{stay}/drop"), json!({ "by": "妈妈" })).await.is(200);
            let went = world.post(&teacher, &format!("/stays/{stay}/alone"), json!({})).await.is(must);
            if must == 409 {
                assert_eq!(went.code(), "pickup.alone");
                world.post(&teacher, &format!("/stays/{stay}/to-authority"), json!({ "to": "派出所 张警官" })).await.is(200);
            }
        }
        let (kid, away) = (register(&world, &teacher, "小雨", 2019, "1234", "").await, register(&world, &teacher, "小明", 2019, "5555", "").await);
        let stay = expect(&world, &teacher, &kid.id, "10:00", "11:30").await;
        expect(&world, &teacher, &away.id, "10:00", "11:30").await;
        world.post(&teacher, &format!("/stays/{stay}/drop"), json!({ "by": "妈妈" })).await.is(200);
        world.pass_s(15 * 60);
        world.tick().await;
        assert_eq!(own(&world, &away).await["stays"][0]["state"], "not_brought");
        assert!(world.get(&nobody, &format!("/pickup/{}", away.token)).await.body.contains("没有来"));
        world.pass_s(90 * 60);
        world.tick().await;
        assert_eq!(own(&world, &kid).await["stays"][0]["state"], "late");
        world.pass_s(15 * 60);
        world.tick().await;
        assert_eq!(own(&world, &kid).await["stays"][0]["state"], "escalated");
        let view = own(&world, &kid).await;
        let (code, mother) = (text(&view["stays"][0]["code"]), text(&view["authorities"][0]["authority"]));
        for must in ["pickup.code", "pickup.code", "pickup.locked", "pickup.locked"] {
            let no = world.post(&teacher, &format!("/stays/{stay}/handover"), json!({ "to": mother, "means": "code", "code": wrong(&code) })).await.is(409);
            assert_eq!(no.code(), must);
        }
        let page = world.get(&nobody, &format!("/pickup/{}", kid.token)).await.is(200).body;
        assert!(page.contains("已锁定") && !page.contains(&code[..3]), "{page}");
        assert!(world.get(&teacher, "/d/handover/1").await.is(200).body.contains("只能看证件"));
        // The house shuts with the child still in it: the check says so until it is handed over.
        world.pass_s(8 * 3_600);
        world.tick().await;
        assert!(checked(&world).await.iter().any(|w| w.contains("still here")));
        assert!(world.get(&teacher, "/d/handover/1").await.is(200).body.contains("已经下班"));
        world.post(&teacher, &format!("/stays/{stay}/handover"), json!({ "to": mother, "means": "card" })).await.is(200);
        assert_eq!(checked(&world).await, Vec::<String>::new());
    });
}

#[test]
fn nobody_else_sees_a_child() {
    both(|world| async move {
        let (teacher, other) = (world.staff("teacher").await, world.staff("teacher2").await);
        let kid = register(&world, &teacher, "欧阳小雨", 2017, "1234", "").await;
        let stay = expect(&world, &teacher, &kid.id, "10:00", "11:30").await;
        world.post(&teacher, &format!("/stays/{stay}/drop"), json!({ "by": "妈妈" })).await.is(200);
        assert!(world.get(&teacher, "/d/handover/1").await.is(200).body.contains("欧阳小雨"));
        for page in ["/d/handover/1", "/d/handover/1/children", "/d/handover/1/blocks"] {
            let status = world.get(&other, page).await.status.as_u16();
            assert!([403, 404].contains(&status), "{page}: {status}");
            assert_eq!(world.get(&Who::nobody(), &format!("/api/v1{page}")).await.status.as_u16(), 401);
        }
        for (path, body) in [
            (format!("/stays/{stay}/handover"), json!({ "name": "谁", "means": "card" })),
            (format!("/stays/{stay}/call"), json!({})),
            (format!("/children/{}", kid.id), json!({})),
            (format!("/children/{}/pass", kid.id), json!({})),
        ] {
            world.post(&other, &path, body).await.is(404);
        }
        assert_eq!(
            world.post(&other, "/d/handover/2/expect", json!({ "child": kid.id, "label": "围棋", "from": "10:00", "to": "11:00" })).await.code(),
            "pickup.no_child"
        );
        for page in ["/", "/c/1", "/book?centre=1", "/courses?centre=1", "/t", "/s/1/hall1/call", "/d/handover/2", "/d/handover/2/children"] {
            for who in [&Who::nobody(), &other] {
                let body = world.get(who, page).await.body;
                assert!(!body.contains("欧阳小雨"), "{page} shows a child");
            }
        }
        // With the guardian's code the child is expected there, and is in one place all the same.
        let twice = world.post(&other, "/d/handover/2/expect", json!({ "code8": kid.code8, "label": "围棋", "from": "10:30", "to": "11:00" })).await.is(409);
        assert_eq!(twice.code(), "child.twice");
        world.post(&other, "/d/handover/2/expect", json!({ "code8": kid.code8, "label": "围棋", "from": "14:00", "to": "15:00" })).await.is(200);
        assert!(world.get(&other, "/d/handover/2").await.is(200).body.contains("欧阳小雨"));
        // A new pass ends the old one.
        let fresh = world.post(&teacher, &format!("/children/{}/pass", kid.id), json!({})).await.is(201).json();
        world.get(&Who::nobody(), &format!("/pickup/{}", kid.token)).await.is(404);
        world.get(&Who::nobody(), &format!("/pickup/{}", text(&fresh["token"]))).await.is(200);
    });
}
