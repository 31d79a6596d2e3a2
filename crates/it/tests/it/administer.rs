//! What administrators do to a running district: sheets, the journal, the machine's page.

use it::{World, both};
use serde_json::{Value, json};

/// A sheet as the district would export it.
async fn sheet(world: &World, name: &str) -> String {
    let all = world.app.read(server::import::export).await.unwrap();
    all.into_iter().find(|(n, _)| n == name).unwrap().1
}
/// Imports one sheet as the system administrator.
async fn import(world: &World, name: &str, text: &str, dry: bool) -> Value {
    let system = world.staff("system").await;
    world.post(&system, "/import", json!({ "files": [{ "name": name, "text": text }], "dry_run": dry })).await.json()
}

#[test]
fn the_machine_is_shown_to_who_looks_after_it_and_accounts_to_who_administers_them() {
    both(|world| async move {
        // Somebody acts alone, and says why.
        let now = world.app.real();
        people::shell::grant(world.app.store(), "clerk1", "auditor", kernel::CentreId::DISTRICT, "root", now).unwrap();
        let folder = world.folder.display().to_string();
        let mut seen = Vec::new();
        for login in ["clerk1", "supervisor", "auditor", "system", "security"] {
            let page = world.get(&world.staff(login).await, "/admin").await.is(200).body;
            seen.push((login, page.contains(&folder), page.contains("一人办理"), page.contains("/admin/backup")));
        }
        let want = [
            ("clerk1", false, false, false),
            ("supervisor", false, false, false),
            ("auditor", false, false, false),
            ("system", true, false, true),
            ("security", false, true, false),
        ];
        assert_eq!(seen, want);
    });
}

#[test]
fn a_centre_closed_by_an_import_loses_its_devices() {
    both(|world| async move {
        let kiosk = world.kiosk().await;
        let take = async || world.post(&kiosk, "/centres/1/visits/here", json!({ "errands": ["social"] })).await.status.as_u16();
        assert_eq!(take().await, 201);
        let centres = sheet(&world, "centres.csv").await;
        let open = centres.lines().find(|l| l.starts_with("1,")).unwrap();
        let done = import(&world, "centres.csv", &centres.replace(open, &open.replace(",open,", ",closed,")), false).await;
        assert_eq!((&done["done"], &done["sheets"][0]["changed"]), (&json!(true), &json!(1)));
        assert_eq!(take().await, 401);
    });
}

#[test]
fn counters_whose_lines_stay_are_not_written() {
    both(|world| async move {
        let boss = world.staff("supervisor").await;
        let read = || async { world.get(&boss, "/api/v1/m/1/skills").await.is(200).json()["counters"].as_array().unwrap().clone() };
        let form = |all: &[serde_json::Value]| {
            let one = |c: &serde_json::Value, s: &serde_json::Value| {
                format!("{}/{}:{}:{}", c["counter"].as_str().unwrap(), s["line"].as_str().unwrap(), s["rank"], s["help_after_min"])
            };
            all.iter().flat_map(|c| c["skills"].as_array().unwrap().iter().map(move |s| one(c, s))).collect::<Vec<_>>()
        };
        let before = read().await;
        let same = world.post(&boss, "/m/1/skills", json!({ "skill": form(&before) })).await.is(200).json();
        assert_eq!(same["changed"], json!([]), "{same}");
        let mut other = before.clone();
        let gone = other[1]["skills"].as_array_mut().unwrap().pop().unwrap();
        let one = world.post(&boss, "/m/1/skills", json!({ "skill": form(&other) })).await.is(200).json();
        assert_eq!(one["changed"], json!([before[1]["counter"]]), "only the counter that lost {gone}");
        assert_eq!(read().await, other);
    });
}
