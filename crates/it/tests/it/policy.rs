//! What must be true of the route table itself, whoever wrote it (QUALITY §10.3).

use std::collections::BTreeMap;

use server::slices::SLICES;
use web::{DUTIES, Method, Owns, ROLES, Route};

fn routes() -> impl Iterator<Item = &'static Route> {
    SLICES.iter().flat_map(|s| s.routes.iter().copied().flatten())
}

#[test]
fn every_route_names_a_known_duty() {
    for r in routes() {
        assert!(DUTIES.contains(&r.duty), "{} {}: {}", r.method, r.path, r.duty);
    }
    for (role, duties) in ROLES {
        for d in *duties {
            assert!(DUTIES.contains(d), "{role}: {d}");
        }
    }
}

#[test]
fn every_action_is_named_once() {
    let mut seen = BTreeMap::new();
    for r in routes() {
        if let Some(other) = seen.insert(r.action, r.path) {
            panic!("{} names {} and {}", r.action, other, r.path);
        }
    }
}

#[test]
fn every_write_takes_a_one_time_key_unless_it_sets_a_cookie() {
    // Signing in and out, taking up a link, set-up, enrolling, the doors of the sample: nothing else.
    // A heartbeat changes nothing but "last seen".
    // A card read or a key of the pad writes nothing: it is posted so that it never stands in an address.
    let cookie = ["/in", "/out", "/admin/start", "/demo/", "/enrol", "/me/", "/device/beat", "/k/card", "/k/keys"];
    for r in routes().filter(|r| r.method != Method::GET && !r.once) {
        assert!(cookie.iter().any(|c| r.path.contains(c)), "{} {} takes no one-time key", r.method, r.path);
    }
    for r in routes().filter(|r| r.method == Method::GET) {
        assert!(!r.once, "{} is read with a key", r.path);
    }
}

#[test]
fn an_open_write_is_rate_limited_as_open() {
    for r in routes().filter(|r| r.method != Method::GET && r.duty == "open") {
        assert!(matches!(r.rate, web::Rate::Open | web::Rate::Login | web::Rate::Device), "{} {}", r.method, r.path);
    }
}

#[test]
fn a_relation_has_an_object_to_relate_to() {
    for r in routes() {
        assert!(r.owns == Owns::Nothing || r.object.is_some(), "{} {}", r.method, r.path);
    }
}

#[test]
fn roles_are_apart() {
    let duties = |role: &str| ROLES.iter().find(|(r, _)| *r == role).map(|(_, d)| *d).unwrap();
    // P4: the machine's administrator reads no business rows.
    for d in duties("system_admin") {
        assert!(!d.starts_with("queue.") && !d.starts_with("hall.") && *d != "people.accounts" && *d != "people.agree", "system_admin holds {d}");
    }
    // P6: the auditor reads the journal and nothing else.
    assert_eq!(duties("auditor"), ["people.self", "store.audit"]);
    // Only security administers accounts; asking and agreeing is kept apart by person, not by role.
    for (role, duties) in ROLES {
        assert!(!duties.contains(&"people.accounts") || *role == "security_admin", "{role}");
        assert!(!duties.contains(&"people.agree") || *role == "security_admin", "{role}");
    }
    // P2: a kiosk creates, it never lists.
    assert_eq!(web::device_duties(kernel::DeviceKind::Kiosk), ["queue.take", "queue.help"]);
    for r in routes().filter(|r| r.duty == "queue.take" && r.method == Method::GET) {
        assert!(r.path.starts_with("/k") || r.path == "/here/{centre}", "{} lists for a kiosk", r.path);
    }
}

/// `docs/authz.csv` is the table as reviewed: a change of a duty shows in the diff. Set YIZHAN_WRITE=1 to write it anew.
#[test]
fn the_reviewed_table_is_the_table() {
    let mut rows: Vec<String> =
        routes().map(|r| format!("{},{},{},{:?},{},{:?},{}", r.method, r.path, r.duty, r.owns, if r.once { "once" } else { "" }, r.rate, r.action)).collect();
    rows.sort();
    let text = format!("method,path,duty,owns,once,rate,action\n{}\n", rows.join("\n"));
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/authz.csv");
    if std::env::var_os("YIZHAN_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "docs/authz.csv differs from the routes: look at the change, then run with YIZHAN_WRITE=1");
}
