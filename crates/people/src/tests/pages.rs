//! Signing in and administering through the real router.

use std::{collections::HashSet, sync::Arc};

use kernel::{Instant, Lang};
use web::{Ask, District, Owns};

use super::world::{NEW, PASSWORD, World, account, read, state, time, words};
use crate::{api::State, pages::ROUTES, rows, shell};

const STAFF: super::world::Staff = &[
    ("clerk1", "clerk", 1),
    ("supervisor", "hall_supervisor", 1),
    ("security", "security_admin", 0),
    ("second", "security_admin", 0),
    ("system", "system_admin", 0),
];

fn plus(text: &str) -> String {
    text.replace(' ', "+")
}

#[tokio::test]
async fn signing_in_sets_a_cookie_and_signing_out_takes_it() {
    let w = World::new(STAFF);
    let got = w.send("POST", "/in", None, true, &format!("login=Clerk1&password={}&to=/d/counter", plus(PASSWORD))).await;
    assert_eq!((got.status, got.location.as_str()), (303, "/d/counter"), "{got:?}");
    assert!(
        got.set_cookie.starts_with("s=") && got.set_cookie.contains("HttpOnly") && got.set_cookie.contains("SameSite=Lax") && got.set_cookie.contains("Path=/"),
        "{}",
        got.set_cookie
    );
    assert!(!got.set_cookie.contains("Secure"));
    let cookie = got.cookie.unwrap();
    assert_eq!(w.get("/me/keys", Some(&cookie)).await.json().as_array().unwrap().len(), 1);
    let out = w.post("/out", Some(&cookie), "").await;
    assert!(out.set_cookie.contains("Max-Age=0"), "{}", out.set_cookie);
    assert_eq!(w.get("/me/keys", Some(&cookie)).await.code(), "session.none");
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let w = World::with(STAFF, "https://hall.example", true);
    let got = w.post("/in", None, &format!("login=clerk1&password={}", plus(PASSWORD))).await;
    // A browser takes a `__Host-` cookie only when it is secure, of the whole site, and of no domain.
    let says = |what: &str| got.set_cookie.split("; ").any(|part| part == what);
    assert!(got.set_cookie.starts_with("__Host-s=") && ["Secure", "HttpOnly", "Path=/", "SameSite=Lax"].into_iter().all(says), "{}", got.set_cookie);
    assert!(!got.set_cookie.contains("Domain"), "{}", got.set_cookie);
}

#[tokio::test]
async fn only_paths_of_this_site_are_gone_on_to() {
    let w = World::new(STAFF);
    for (to, expect) in [("//evil.example/", "/d"), ("https://evil.example", "/d"), ("/\\evil", "/d"), ("/in?to=/", "/d"), ("/m", "/m"), ("", "/d")] {
        let got = w.send("POST", "/in", None, true, &format!("login=clerk1&password={}&to={to}", plus(PASSWORD))).await;
        assert_eq!(got.location, expect, "{to}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_counted_and_written_down() {
    let w = World::new(STAFF);
    let page = w.send("POST", "/in", None, true, "login=clerk1&password=nope&to=/d").await;
    assert_eq!(page.status, 422);
    assert!(
        page.text.contains("账号或密码不对") && page.text.contains("value=\"clerk1\"") && page.text.contains("name=\"to\"") && !page.text.contains("nope"),
        "{}",
        page.text
    );
    let mut last = None;
    for _ in 0..10 {
        last = Some(w.post("/in", None, "login=clerk1&password=nope").await);
    }
    let last = last.unwrap();
    assert_eq!((last.status, last.code().as_str(), last.retry_after), (429, "login.slow", true));
    let right = w.post("/in", None, &format!("login=clerk1&password={}", plus(PASSWORD))).await;
    assert_eq!((right.status, right.cookie), (429, None));
    assert_eq!(w.post("/in", None, "login=some-secret-typed-here&password=x").await.code(), "login.wrong");
    let journal = read(&w.store, |tx| store::journal::search(tx, &store::Search { action_prefix: Some("people.session.".into()), ..store::Search::default() }));
    let of = |code: &str| journal.iter().filter(|e| e.action == "people.session.open" && e.outcome == "refused" && e.purpose.as_deref() == Some(code)).count();
    assert_eq!((of("login.wrong"), of("login.slow")), (11, 2));
    assert!(journal.iter().all(|e| !e.object.contains("secret")), "an unknown login is kept as a keyed hash");
}

#[tokio::test]
async fn a_new_sign_in_ends_the_session_this_browser_had() {
    let w = World::new(STAFF);
    let first = w.sign_in("clerk1").await;
    let got = w.post("/in", Some(&first), &format!("login=security&password={}", plus(PASSWORD))).await;
    assert_ne!(got.cookie.as_deref(), Some(first.as_str()));
    assert_eq!(w.get("/me/keys", Some(&first)).await.status, 401);
}

#[tokio::test]
async fn a_locked_session_opens_with_the_password_under_a_new_id() {
    let w = World::new(STAFF);
    let cookie = w.sign_in("clerk1").await;
    assert_eq!(w.post("/in/lock", Some(&cookie), "").await.status, 200);
    assert_eq!(w.get("/me/keys", Some(&cookie)).await.code(), "session.locked");
    let page = w.send("GET", "/in/again?to=/d", Some(&cookie), true, "").await;
    assert!(page.text.contains("示例·clerk1"), "{}", page.text);
    assert_eq!(w.send("GET", "/in?to=/d", Some(&cookie), true, "").await.location, "/in/again?to=%2Fd");
    assert_eq!(w.post("/in/again", Some(&cookie), "password=wrong").await.code(), "login.wrong");
    let got = w.post("/in/again", Some(&cookie), &format!("password={}&to=/d", plus(PASSWORD))).await;
    let fresh = got.cookie.unwrap();
    assert_ne!(fresh, cookie);
    assert_eq!(w.get("/me/keys", Some(&cookie)).await.code(), "session.none");
    assert_eq!(w.get("/me/keys", Some(&fresh)).await.status, 200);
}

#[tokio::test]
async fn an_invitation_is_shown_once_replayed_alike_and_accepted_once() {
    let w = World::new(STAFF);
    let admin = w.sign_in("security").await;
    let body = "login=new.one&shown=%E6%96%B0%E4%BA%BA";
    let key = "an-invitation-key-of-22";
    let first = w.send_once("POST", "/admin/people", Some(&admin), false, body, key).await;
    assert_eq!(first.status, 201, "{first:?}");
    assert_eq!(w.send_once("POST", "/admin/people", Some(&admin), false, body, key).await.text, first.text);
    let link = first.json()["link"].as_str().unwrap().to_owned();
    assert!(!link.contains(store::SECRET) && link.len() == "/in/link/".len() + 22, "{link}");
    assert_eq!(w.post("/admin/people", Some(&admin), body).await.code(), "login.taken");
    let page = w.send("GET", &link, None, true, "").await;
    assert!(page.text.contains("new.one"), "{}", page.text);
    assert_eq!(w.post(&link, None, "new=too+short&again=too+short").await.code(), "password.short");
    assert_eq!(w.post(&link, None, &format!("new={}&again=another+thing", plus(NEW))).await.code(), "password.differs");
    let got = w.post(&link, None, &format!("new={0}&again={0}", plus(NEW))).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(state(&w.store, "new.one"), State::Active);
    assert_eq!(w.get("/me/keys", got.cookie.as_deref()).await.status, 200);
    let again = w.post(&link, None, &format!("new={0}&again={0}", plus(PASSWORD))).await;
    assert_eq!((again.status, again.code().as_str()), (410, "link.used"));
}

#[tokio::test]
async fn a_password_change_asks_the_old_one_and_ends_other_sessions() {
    let w = World::new(STAFF);
    let (here, there) = (w.sign_in("clerk1").await, w.sign_in("clerk1").await);
    let change = |old: &str| format!("password={}&new={1}&again={1}", plus(old), plus(NEW));
    assert_eq!(w.post("/me/keys/password", Some(&here), &change("wrong")).await.code(), "login.wrong");
    let got = w.post("/me/keys/password", Some(&here), &change(PASSWORD)).await;
    assert_eq!(got.status, 200, "{got:?}");
    assert_eq!(w.get("/me/keys", Some(&here)).await.status, 401);
    assert_eq!(w.get("/me/keys", Some(&there)).await.status, 401);
    assert_eq!(w.get("/me/keys", got.cookie.as_deref()).await.status, 200);
    assert_eq!(w.post("/in", None, &format!("login=clerk1&password={}", plus(PASSWORD))).await.code(), "login.wrong");
    assert_eq!(w.post("/in", None, &format!("login=clerk1&password={}", plus(NEW))).await.status, 200);
}

#[tokio::test]
async fn the_own_other_sessions_end_by_one_press() {
    let w = World::new(STAFF);
    let (here, there) = (w.sign_in("clerk1").await, w.sign_in("clerk1").await);
    assert_eq!(w.post("/me/keys/others", Some(&here), "").await.json()["ended"], 1);
    assert_eq!((w.get("/me/keys", Some(&here)).await.status, w.get("/me/keys", Some(&there)).await.status), (200, 401));
}

#[tokio::test]
async fn a_supervisor_asks_for_the_own_centre_and_an_administrator_agrees() {
    let w = World::new(STAFF);
    let (supervisor, security, clerk) = (w.sign_in("supervisor").await, w.sign_in("security").await, w.sign_in("clerk1").await);
    let ask = "login=clerk1&role=guide&reason=stands+in+today";
    assert_eq!(w.post("/admin/centres/2/grants", Some(&supervisor), ask).await.status, 404);
    assert_eq!(w.post("/admin/centres/1/grants", Some(&clerk), ask).await.code(), "duty.missing");
    assert_eq!(w.post("/admin/centres/1/grants", Some(&supervisor), "login=clerk1&role=hall_supervisor&reason=stands+in").await.code(), "grant.not_yours");
    let got = w.post("/admin/centres/1/grants", Some(&supervisor), ask).await;
    assert_eq!((got.status, got.json()["state"].as_str()), (201, Some("asked")), "{got:?}");
    let agree = format!("/admin/grants/{}/agree", got.json()["grant"].as_str().unwrap());
    assert_eq!(w.post(&agree, Some(&supervisor), "").await.code(), "duty.missing");
    let page = w.send("GET", "/admin/two", Some(&security), true, "").await;
    assert!(page.text.contains("stands in today") && page.text.contains("引导员"), "{}", page.text);
    assert_eq!(w.post(&agree, Some(&security), "").await.json()["state"], "active");
    assert_eq!(w.post(&agree, Some(&security), "").await.code(), "two.settled");
    // And takes back what is of the own centre.
    let revoke = agree.replace("agree", "revoke");
    assert_eq!(w.post(&revoke, Some(&supervisor), "").await.status, 200);
    let of_security = account(&w.store, "security");
    let other = read(&w.store, move |tx| rows::grant::of(tx, of_security))[0].id;
    assert_eq!(w.post(&format!("/admin/grants/{other}/revoke"), Some(&supervisor), "").await.status, 404);
}

#[tokio::test]
async fn an_administrators_role_waits_for_another_administrator() {
    let w = World::new(STAFF);
    let (first, second) = (w.sign_in("security").await, w.sign_in("second").await);
    let got = w.post("/admin/centres/0/grants", Some(&first), "login=clerk1&role=auditor&reason=audits+from+today").await;
    let agree = format!("/admin/grants/{}/agree", got.json()["grant"].as_str().unwrap());
    assert_eq!(w.post(&agree, Some(&first), "").await.code(), "own.approve");
    let own = w.send("GET", "/admin/two", Some(&first), true, "").await.text;
    assert!(own.contains("/refuse") && !own.contains("/agree"), "{own}");
    assert_eq!(w.post(&agree, Some(&second), "").await.json()["state"], "active");
    let clerk = w.post("/admin/centres/1/grants", Some(&first), "login=system&role=clerk&reason=helps+out").await;
    assert_eq!(clerk.json()["state"], "active", "one person is enough for a clerk");
}

#[tokio::test]
async fn locking_leaving_and_resetting_from_the_page() {
    let w = World::new(STAFF);
    let (admin, clerk) = (w.sign_in("security").await, w.sign_in("clerk1").await);
    let path = format!("/admin/people/{}", account(&w.store, "clerk1"));
    let page = w.send("GET", &path, Some(&admin), true, "").await.text;
    assert!(page.contains("示例·clerk1") && page.contains("窗口人员"), "{page}");
    let empty = w.send("POST", &format!("{path}/lock"), Some(&admin), true, "reason=").await;
    assert!(empty.status == 422 && empty.text.contains("请写理由"), "{empty:?}");
    assert_eq!(w.post(&format!("{path}/lock"), Some(&admin), "reason=on+leave").await.status, 200);
    assert_eq!(w.get("/me/keys", Some(&clerk)).await.status, 401);
    assert_eq!(w.post(&format!("{path}/lock"), Some(&admin), "reason=on+leave").await.code(), "account.state");
    assert_eq!(w.post(&format!("{path}/unlock"), Some(&admin), "").await.status, 200);
    let reset = w.post(&format!("{path}/reset"), Some(&admin), "").await;
    assert!(reset.json()["link"].as_str().unwrap().starts_with("/in/link/"));
    assert_eq!(w.post(&format!("{path}/leave"), Some(&admin), "reason=moved+on").await.status, 200);
    assert_eq!(state(&w.store, "clerk1"), State::Left);
    assert_eq!(w.post(&format!("{path}/reset"), Some(&admin), "").await.code(), "account.state");
    assert_eq!(w.get(&format!("/admin/people/{}", kernel::AccountId::from_bytes([1; 16])), Some(&admin)).await.status, 404);
    let list = w.get("/admin/people?state=left", Some(&admin)).await.json();
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(list[0]["roles"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn set_up_through_the_page() {
    let w = World::with(&[], "", false);
    assert_eq!(w.get("/in", None).await.code(), "setup.needed");
    let app = w.app.clone();
    let code = tokio::task::spawn_blocking(move || shell::set_up_code(app.store(), app.real())).await.unwrap().unwrap();
    let pass = |p: &str, n: &str| format!("new{n}={0}&again{n}={0}", plus(p));
    let form = |code: &str, login2: &str| {
        format!(
            "code={code}&login=system&shown=&{}&login2={login2}&shown2=&{}",
            pass(PASSWORD, ""),
            if login2.is_empty() { String::new() } else { pass(NEW, "2") }
        )
    };
    let wrong = w.send("POST", "/admin/start", None, true, &form("AAAAABBBBBCCCCCDDDDD", "security")).await;
    assert!(wrong.status == 422 && wrong.text.contains("初始码不对") && wrong.text.contains("value=\"security\""), "{wrong:?}");
    assert_eq!(w.post("/admin/start", None, &form(&code, "system")).await.code(), "login.taken");
    assert_eq!(
        w.post("/admin/start", None, &form(&code, "security").replace("eleven", "thirteen").replace("again2=thirteen", "again2=twelve")).await.code(),
        "password.differs"
    );
    let body = form(&code, "security");
    let (a, b) = tokio::join!(w.post("/admin/start", None, &body), w.post("/admin/start", None, &body));
    let mut both = [a.status, b.status];
    both.sort_unstable();
    assert!(both[0] == 200 && [404, 422].contains(&both[1]), "{both:?}");
    let cookie = a.cookie.or(b.cookie);
    assert_eq!(w.get("/me/keys", cookie.as_deref()).await.status, 200);
    assert_eq!(w.get("/admin/start", None).await.status, 404);
    assert_eq!(w.post("/admin/start", None, &body).await.status, 404);
    assert_eq!(w.post("/in", None, &format!("login=security&password={}", plus(NEW))).await.status, 200);
}

#[tokio::test]
async fn five_wrong_set_up_codes_a_minute_and_then_even_the_right_one_waits() {
    let w = World::with(&[], "", false);
    let app = w.app.clone();
    let code = tokio::task::spawn_blocking(move || shell::set_up_code(app.store(), app.real())).await.unwrap().unwrap();
    for _ in 0..5 {
        assert_eq!(w.post("/admin/start", None, "code=AAAA").await.code(), "setup.code");
    }
    let got = w.post("/admin/start", None, &format!("code={code}&login=system&new={0}&again={0}", plus(PASSWORD))).await;
    assert_eq!((got.status, got.code().as_str(), got.retry_after), (429, "setup.slow", true));
}

#[tokio::test]
async fn nobody_but_the_right_roles_reaches_an_administrators_route() {
    let w = World::new(STAFF);
    for role in ["clerk1", "supervisor", "system", "security"] {
        let cookie = w.sign_in(role).await;
        let duties = web::ROLES.iter().find(|(name, _)| *name == STAFF.iter().find(|(l, ..)| *l == role).unwrap().1).unwrap().1;
        for route in ROUTES.iter().filter(|r| r.path.starts_with("/admin/") && r.duty != "open") {
            let path = route.path.replace("{centre}", "1").replace("{account}", "x").replace("{grant}", "x").replace("{two}", "x");
            let got = w.send(route.method.as_str(), &path, Some(&cookie), false, "").await;
            if duties.contains(&route.duty) {
                assert_ne!(got.code_or_empty(), "duty.missing", "{role} {path}");
            } else {
                assert_eq!(got.code_or_empty(), "duty.missing", "{role} {path}");
            }
            let nobody = w.send(route.method.as_str(), &path, None, false, "").await;
            assert_eq!(nobody.status, 401, "{path}");
        }
    }
}

impl super::world::Got {
    fn code_or_empty(&self) -> String {
        serde_json::from_str::<serde_json::Value>(&self.text).ok().and_then(|j| j["code"].as_str().map(str::to_owned)).unwrap_or_default()
    }
}

#[test]
fn routes_have_unique_actions_and_only_cookie_setters_have_no_key() {
    let mut seen = HashSet::new();
    for route in ROUTES {
        assert!(seen.insert(route.action), "{}", route.action);
        let sets_cookie = ["/in", "/in/again", "/out", "/in/link/{code}", "/me/keys/password", "/admin/start"].contains(&route.path);
        if route.method == web::Method::POST {
            assert_eq!(route.once, !sets_cookie, "{}", route.path);
        }
        if route.path.contains("{centre}") {
            assert_eq!(route.owns, Owns::SameCentre, "{}", route.path);
        }
    }
}

#[test]
fn every_page_is_whole_in_both_languages() {
    let words = words();
    for lang in [Lang::Zh, Lang::En] {
        let district = District { name: kernel::Both::new("郑东新区", "Zhengdong New District"), time: time(), sample: true };
        let ask = Ask::sample(lang, words.clone(), Arc::new(district), Instant::from_micros(1_800_000_000_000_000));
        for (name, markup) in crate::samples::samples(&ask) {
            let text = markup.0;
            assert_eq!(text.matches("<h1>").count(), 1, "{name}");
            assert!(text.contains("id=\"main\"") && text.contains("class=\"skip\"") && !text.contains(" style=") && !text.contains("<script>"), "{name}");
            assert!(!text.contains('{') && !text.contains('}'), "{name}: a word was not filled in");
            for key in words.keys().filter(|k| k.starts_with("people.")) {
                assert!(!text.contains(&format!(">{key}<")), "{name}: {key} shown as itself");
            }
            for bare in text.split("people.").skip(1) {
                assert!(!bare.starts_with(char::is_alphabetic), "{name}: people.{} has no words", &bare[..bare.len().min(20)]);
            }
            let ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|t| t.split('"').next()).collect();
            assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "{name}: {ids:?}");
            for label in text.split("label for=\"").skip(1).filter_map(|t| t.split('"').next()) {
                assert!(ids.contains(&label), "{name}: {label}");
            }
        }
    }
}

#[test]
fn every_code_of_this_crate_has_words() {
    let words = words();
    let sources = [
        include_str!("../api/account.rs"),
        include_str!("../api/grant.rs"),
        include_str!("../api/sign_in.rs"),
        include_str!("../api/start.rs"),
        include_str!("../api/two.rs"),
        include_str!("../grant.rs"),
        include_str!("../login.rs"),
        include_str!("../policy.rs"),
        include_str!("../account.rs"),
        include_str!("../shell.rs"),
        include_str!("../pages/start.rs"),
        include_str!("../pages/mod.rs"),
        include_str!("../rows/account.rs"),
        include_str!("../rows/grant.rs"),
    ];
    for source in sources {
        for maker in ["Refusal::conflict(\"", "Refusal::invalid(\"", "Refusal::with(\""] {
            for code in source.split(maker).skip(1).filter_map(|t| t.split('"').next()) {
                assert!(words.has(code), "{code}");
            }
        }
    }
    for (role, _) in web::ROLES {
        assert_ne!(crate::grant::role_name(role).zh, *role, "a role without a name");
    }
}
