//! What is turned away before any work: too much, too large, what no text may hold.

use std::net::SocketAddr;

use http::{Method, Request};
use it::{Who, World, both};
use serde_json::json;
use tower::ServiceExt;
use web::axum::{body::Body, extract::ConnectInfo};

/// Posts a number's request from a peer that names the hops before it; says whether that was too often. (The line itself soon says no to more numbers.)
async fn knock(world: &World, peer: &str, hops: &str, bearer: Option<&str>) -> bool {
    let mut request = Request::builder().method(Method::POST).uri("/api/v1/centres/1/visits").header("host", "127.0.0.1:8460");
    request = request.header("content-type", "application/json").header("idempotency-key", web::token::fresh());
    if !hops.is_empty() {
        request = request.header("x-forwarded-for", hops);
    }
    if let Some(bearer) = bearer {
        request = request.header("authorization", format!("Bearer {bearer}"));
    }
    let mut request = request.body(Body::from(json!({ "errands": ["social"] }).to_string())).unwrap();
    request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    world.router.clone().oneshot(request).await.unwrap().status() == 429
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_count_the_asker_behind_the_proxy_and_nothing_made_up_lifts_them() {
    let world = World::limited();
    let proxy = "127.0.0.1:5000";
    for n in 0..50 {
        assert!(!knock(&world, proxy, "203.0.113.9", None).await, "{n}");
    }
    assert!(knock(&world, proxy, "203.0.113.9", None).await);
    assert!(knock(&world, proxy, "198.51.100.1, 203.0.113.9", None).await, "only the hop the proxy saw counts");
    assert!(knock(&world, proxy, "203.0.113.9", Some(&web::token::fresh())).await, "a token that stands for nobody buys nothing");
    assert!(!knock(&world, proxy, "203.0.113.10", None).await, "a neighbour goes on");
    assert!(!knock(&world, "203.0.113.77:4000", "203.0.113.10", None).await);
    for _ in 0..49 {
        knock(&world, "203.0.113.77:4000", "198.51.100.9", None).await;
    }
    assert!(knock(&world, "203.0.113.77:4000", "198.51.100.250", None).await, "a header from outside is nobody's word");
    let kiosk = world.kiosk().await;
    for n in 0..25 {
        assert_eq!(world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] })).await.status.as_u16(), 201, "{n}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_writes_of_nobody_do_not_fill_the_journal_without_end() {
    let world = World::limited();
    let rows = || async { world.app.read(store::heads).await.unwrap().iter().map(|h| h.seq).sum::<i64>() };
    let before = rows().await;
    for _ in 0..120 {
        world.post(&Who::nobody(), "/centres/1/visits/here", json!({ "errands": ["social"] })).await;
    }
    assert!(rows().await - before <= 50, "{} rows", rows().await - before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_body_is_read_from_nobody_unknown() {
    let world = World::limited();
    let large = format!("{{\"x\":\"{}\"}}", "a".repeat(3 << 20));
    let stranger = Who { bearer: Some(web::token::fresh()), cookies: vec![format!("s={}", web::token::fresh())] };
    let refused = world.send(&stranger, Method::POST, "/api/v1/import", &large, "application/json", Some(&web::token::fresh())).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (401, "session.none"));
    let small = world.send(&Who::nobody(), Method::POST, "/api/v1/centres/1/visits", &large, "application/json", Some(&web::token::fresh())).await;
    assert_eq!(small.status.as_u16(), 413);
}

#[test]
fn what_no_text_may_hold_is_refused_on_both_engines() {
    both(|world| async move {
        for path in ["/s/1/%00/call", "/errands?centre=1&q=%00", "/t/1-A001%00"] {
            let res = world.get(&Who::nobody(), path).await;
            assert_eq!(res.status.as_u16(), 400, "{path}: {}", res.body.chars().take(300).collect::<String>());
        }
        let nul = world.post(&world.kiosk().await, "/centres/1/visits/here", json!({ "errands": ["so\0cial"] })).await;
        assert_eq!((nul.status.as_u16(), nul.code().as_str()), (400, "body.unreadable"));
    });
}
