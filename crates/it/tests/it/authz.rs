//! The matrix: every route × who asks × which object, executed. What must come is worked out here from the policy as people read it (registries §2.4),
//! in code that shares nothing with `web::decide`.

use std::collections::BTreeMap;

use http::Method;
use it::{Who, World, both};
use serde_json::json;
use server::slices::SLICES;
use web::{Owns, Route};

/// Role → duties, restated by hand.
const POLICY: &[(&str, &str)] = &[
    ("clerk", "people.self queue.take queue.open queue.call capacity.desk"),
    ("guide", "people.self queue.take queue.help capacity.desk"),
    (
        "hall_supervisor",
        "people.self queue.take queue.help queue.open queue.call queue.run queue.set queue.see capacity.desk venues.course venues.class venues.block hall.publish places.hours people.ask",
    ),
    ("teacher", "people.self venues.class"),
    ("company_manager", "people.self queue.see"),
    ("item_editor", "people.self hall.items hall.publish queue.set"),
    ("system_admin", "people.self places.set places.hours places.devices store.operate"),
    ("security_admin", "people.self people.accounts people.ask people.agree"),
    ("auditor", "people.self store.audit"),
    ("kiosk", "queue.take queue.help"),
];

/// Who asks: login (or device), role, centre of the role (0 = everywhere).
const ASKERS: &[(&str, &str, i64)] = &[
    ("nobody", "", 0),
    ("kiosk", "kiosk", 1),
    ("clerk1", "clerk", 1),
    ("clerk5", "clerk", 2),
    ("guide", "guide", 1),
    ("teacher", "teacher", 1),
    ("supervisor", "hall_supervisor", 1),
    ("manager", "company_manager", 0),
    ("editor", "item_editor", 0),
    ("system", "system_admin", 0),
    ("security", "security_admin", 0),
    ("auditor", "auditor", 0),
];

/// One set of objects: those of a centre, and who holds its counter.
struct Objects {
    centre: i64,
    holder: &'static str,
    params: BTreeMap<&'static str, String>,
}

async fn objects(world: &World, holder: &'static str, centre: i64) -> Objects {
    let clerk = world.staff(holder).await;
    let desk = world.get(&clerk, "/api/v1/d").await.is(200).json();
    let counter = desk["counters"]
        .as_array()
        .unwrap()
        .iter()
        .find(|c| c["centre"] == centre && c["lines"].as_array().is_some_and(|l| l.iter().any(|l| l == "social")) && c["held_by"].is_null())
        .unwrap()["counter"]
        .as_str()
        .unwrap()
        .to_owned();
    world.post(&clerk, &format!("/counters/{counter}/open"), json!({})).await.is(200);
    let taken = world.post(&clerk, &format!("/centres/{centre}/visits/here"), json!({ "errands": ["social"] })).await.is(201).json();
    let called = world.post(&clerk, &format!("/counters/{counter}/call-next"), json!({})).await.is(200).json();
    let waiting = world.post(&clerk, &format!("/centres/{centre}/visits/here"), json!({ "errands": ["social"] })).await.is(201).json();
    let id = kernel::CentreId::new(centre).unwrap();
    let (line, session) = world
        .app
        .read(move |tx| {
            let line = queue::api::lines(tx, id)?.into_iter().find(|l| l.code == "social").unwrap();
            let session = queue::api::sessions(tx, id)?.into_iter().next().unwrap();
            Ok((line.id.to_string(), session.id.to_string()))
        })
        .await
        .unwrap();
    let resource = world.app.read(move |tx| Ok(capacity::rows::resource::by_code(tx, id, "court-1")?.unwrap().id.to_string())).await.unwrap();
    let free = world.get(&Who::nobody(), &format!("/api/v1/book/{resource}")).await.is(200).json();
    let from = free["starts"].as_array().unwrap().iter().find(|s| s["open"] == true && s["free"] == 1).unwrap()["minute"].clone();
    let booked = world.post(&Who::nobody(), &format!("/book/{resource}"), json!({ "from": from })).await.is(201).json();
    let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
    let claim = text(&booked["claim"]);
    let courses = world.get(&Who::nobody(), &format!("/api/v1/courses?centre={centre}")).await.is(200).json();
    let course = text(&courses["courses"][0]["course"]);
    let lesson = text(&world.get(&Who::nobody(), &format!("/api/v1/courses/{course}")).await.is(200).json()["lessons"][0]["lesson"]);
    let params = BTreeMap::from([
        ("course", course),
        ("lesson", lesson),
        ("centre", centre.to_string()),
        ("counter", counter),
        ("ticket", text(&called["call"]["ticket"])),
        ("visit", text(&called["call"]["visit"])),
        ("token", text(&waiting["token"])),
        ("booking", text(&booked["token"])),
        ("resource", resource),
        ("claim", claim),
        ("line", line),
        ("session", session),
        ("zone", "hall1".into()),
        ("number", "1".into()),
        ("code", "HN-SS-00101".into()),
        ("k", "ABCDEFGH".into()),
        ("kind", "kiosk".into()),
        ("login", "clerk1".into()),
    ]);
    let _ = taken;
    Objects { centre, holder, params }
}

#[derive(Debug, PartialEq, Clone, Copy)]
enum Must {
    Pass,
    SignIn,
    NoDuty,
    NotThere,
}

/// What the policy says, by hand.
fn must(route: &Route, asker: (&str, &str, i64), objects: &Objects) -> Must {
    let (login, role, scope) = asker;
    if route.owns == Owns::TicketCode || route.duty == "open" {
        return Must::Pass;
    }
    let holds = POLICY.iter().any(|(r, d)| *r == role && d.split(' ').any(|d| d == route.duty));
    if !holds {
        return if role.is_empty() || role == "kiosk" { Must::SignIn } else { Must::NoDuty };
    }
    let here = scope == 0 || scope == objects.centre;
    match route.owns {
        Owns::SameCentre if !here => Must::NotThere,
        Owns::OwnCounter if !here || login != objects.holder => Must::NotThere,
        _ => Must::Pass,
    }
}

/// The path with this set's objects in it, and whether every parameter has one.
fn path(route: &Route, objects: &Objects) -> (String, bool) {
    let mut known = true;
    let parts = route.path.split('/').map(|part| match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
        None => part.to_owned(),
        // Two kinds of token: of a ticket, and of a booking.
        Some("token") if route.path.contains("/b/") => objects.params["booking"].clone(),
        Some(name) => objects.params.get(name).cloned().unwrap_or_else(|| {
            known = false;
            "019a0000-0000-7000-8000-000000000000".into()
        }),
    });
    (parts.collect::<Vec<_>>().join("/"), known)
}

fn routes() -> Vec<&'static Route> {
    let mut all: Vec<&Route> = SLICES
        .iter()
        .flat_map(|s| s.routes.iter().copied().flatten())
        .filter(|r| !r.path.starts_with("/demo/") && !r.path.starts_with("/sse/") && r.path != "/device/beat")
        .collect();
    // What ends things is asked last, so that refusals are asked of things that still stand.
    all.sort_by_key(|r| ["close", "end-day", "void", "out", "revoke"].iter().any(|w| r.path.contains(w)));
    all
}

#[test]
fn every_cell_answers_as_the_policy_says() {
    both(|world| async move {
        let sets = [objects(&world, "clerk1", 1).await, objects(&world, "clerk2", 1).await, objects(&world, "clerk6", 2).await];
        let mut askers = Vec::new();
        for asker in ASKERS {
            let who = match asker.0 {
                "nobody" => Who::nobody(),
                "kiosk" => world.kiosk().await,
                login => world.staff(login).await,
            };
            askers.push((*asker, who));
        }
        let mut cells = 0;
        let mut wrong = Vec::new();
        for pass in [false, true] {
            for route in routes() {
                for set in &sets {
                    let (path, known) = path(route, set);
                    for (asker, who) in &askers {
                        let must = must(route, *asker, set);
                        // Refusals first; what passes may change things.
                        if (must == Must::Pass) != pass || (!known && must == Must::NotThere) {
                            continue;
                        }
                        // These two end the asker's own session.
                        if must == Must::Pass && ["/out", "/in/lock"].contains(&route.path) {
                            continue;
                        }
                        let reads = route.method == Method::GET;
                        let key = web::token::fresh();
                        // A body that no handler takes: who may not is refused before it is read.
                        let res = world
                            .send(
                                who,
                                route.method.clone(),
                                &format!("/api/v1{path}"),
                                if reads { "" } else { "{\"?\":1}" },
                                if reads { "" } else { "application/json" },
                                Some(&key),
                            )
                            .await;
                        let status = res.status.as_u16();
                        let ok = match must {
                            Must::Pass => {
                                !matches!(status, 401 | 403)
                                    && status < 500
                                    && (status != 404 || !known || route.owns == Owns::Nothing || route.owns == Owns::TicketCode)
                            }
                            Must::SignIn => status == 401 || (status == 404 && !known),
                            Must::NoDuty => status == 403 || (status == 404 && !known),
                            Must::NotThere => status == 404,
                        };
                        cells += 1;
                        if !ok {
                            wrong.push(format!("{} {path} as {} must {must:?}, is {status} {}", route.method, asker.0, res.code()));
                        }
                    }
                }
            }
        }
        eprintln!("{cells} cells");
        assert!(cells > 3_000, "only {cells} cells");
        assert!(wrong.is_empty(), "{} of {cells} cells:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
    });
}

type Decide = fn(&str, Owns, bool, Option<&web::Signed>, Option<&web::Device>, &web::Object) -> web::Verdict;

/// How many cells of the pure decision differ from the policy.
fn wrong_cells(decide: Decide) -> usize {
    let account = |login: &str| kernel::Id::from_bytes([login.bytes().fold(7, u8::wrapping_add); 16]);
    let sets = [(1, "clerk1"), (1, "clerk2"), (2, "clerk5")].map(|(centre, holder)| Objects { centre, holder, params: BTreeMap::new() });
    let mut wrong = 0;
    for route in routes() {
        for set in &sets {
            for asker in ASKERS {
                let (login, role, scope) = *asker;
                let centre = kernel::CentreId::new(scope).unwrap();
                let grant = web::Grant { id: kernel::Id::from_bytes([1; 16]), role: role.into(), centre, organisation: None };
                let signed = web::Signed {
                    account: account(login),
                    session: [0; 32],
                    shown: String::new(),
                    lang: kernel::Lang::Zh,
                    grants: vec![grant],
                    locked: false,
                    step_up_until: None,
                };
                let device = web::Device { id: kernel::Id::from_bytes([9; 16]), kind: kernel::DeviceKind::Kiosk, centre, zone: None, counter: None };
                let (signed, device) = match role {
                    "" => (None, None),
                    "kiosk" => (None, Some(&device)),
                    _ => (Some(&signed), None),
                };
                let object = web::Object::of(kernel::CentreId::new(set.centre).unwrap(), "thing", "").held_by(Some(account(set.holder)));
                let object = if route.owns == Owns::TicketCode { object.visit(kernel::Id::from_bytes([5; 16])) } else { object };
                let said = match decide(route.duty, route.owns, route.while_locked, signed, device, &object) {
                    web::Verdict::Yes(_) => Must::Pass,
                    web::Verdict::NoSession => Must::SignIn,
                    web::Verdict::NoDuty => Must::NoDuty,
                    web::Verdict::NotYours | web::Verdict::Locked => Must::NotThere,
                };
                wrong += usize::from(said != must(route, *asker, set));
            }
        }
    }
    wrong
}

/// Twins: a decision that forgets whose counter it is, one that forgets the centre, one that asks for no duty. The same cells must catch each.
#[test]
fn a_broken_decision_is_caught() {
    assert_eq!(wrong_cells(web::decide), 0);
    let forgets_the_counter: Decide = |d, owns, l, s, v, o| web::decide(d, if owns == Owns::OwnCounter { Owns::SameCentre } else { owns }, l, s, v, o);
    assert!(wrong_cells(forgets_the_counter) > 0);
    let forgets_the_centre: Decide = |d, owns, l, s, v, o| web::decide(d, if owns == Owns::SameCentre { Owns::Nothing } else { owns }, l, s, v, o);
    assert!(wrong_cells(forgets_the_centre) > 0);
    let asks_no_duty: Decide = |_, owns, l, s, v, o| web::decide("people.self", owns, l, s, v, o);
    assert!(wrong_cells(asks_no_duty) > 0);
}
