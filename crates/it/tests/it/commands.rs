//! The program's commands, as a process of its own.

use std::{fs, path::Path};

use it::{
    folder,
    process::{Http, Server, run},
};
use serde_json::json;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_second_start_finds_everything_as_it_was() {
    let data = folder("second").join("d");
    let first = Server::start(&["demo", "--data", text(&data), "--clock", "2026-11-24T10:00"]);
    let kiosk = Http::door(&first.url, "device/kiosk");
    let taken = kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), "first-number-of-the-day-1").unwrap();
    assert_eq!(taken.status, 201, "{}", taken.body);
    let accounts = fs::read_to_string(data.join("accounts.txt")).unwrap();
    assert_eq!(first.stop(), Some(0));
    let second = Server::start(&["demo", "--data", text(&data), "--clock", "2026-11-24T10:05"]);
    assert_eq!(fs::read_to_string(data.join("accounts.txt")).unwrap(), accounts);
    let token = taken.json()["token"].as_str().unwrap().to_owned();
    let shown = Http::new(&second.url).get(&format!("/t/{token}")).unwrap();
    assert!(shown.status == 200 && shown.body.contains("A001"), "{}", shown.body);
    let again = Http { cookie: kiosk.cookie.clone(), ..Http::new(&second.url) }
        .post("/centres/1/visits/here", &json!({ "errands": ["social"] }), "first-number-of-the-day-1")
        .unwrap();
    assert!(again.replayed && again.body == taken.body, "the key is known after the restart");
}

#[test]
fn a_folder_knows_what_it_is() {
    let home = folder("kinds");
    let sample = home.join("sample");
    drop(Server::start(&["demo", "--data", text(&sample)]));
    let refused = run(&["serve", "--data", text(&sample), "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("sample district"));
    let real = home.join("real");
    drop(Server::start(&["serve", "--data", text(&real)]));
    let refused = run(&["demo", "--data", text(&real), "--listen", "127.0.0.1:0"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("real district"));
    let refused = run(&["serve", "--data", text(&real), "--listen", "0.0.0.0:8460"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("loopback"));
}

#[test]
fn a_new_district_is_set_up_once_with_the_code_from_the_machine() {
    let data = folder("setup").join("d");
    let server = Server::start(&["serve", "--data", text(&data)]);
    let code = fs::read_to_string(data.join("setup-code")).unwrap();
    let nobody = Http::new(&server.url);
    assert_eq!(nobody.get("/").unwrap().status, 503);
    assert_eq!(nobody.get("/admin/start").unwrap().status, 200);
    let admins = json!({ "login": "first.admin", "shown": "甲", "new": "kettle drum under the seventh lamp", "again": "kettle drum under the seventh lamp", "login2": "second.admin", "shown2": "乙", "new2": "nine slow herons cross the canal", "again2": "nine slow herons cross the canal" });
    let with = |code: &str| {
        let mut body = admins.clone();
        body["code"] = json!(code);
        nobody.post("/admin/start", &body, "set-up-set-up-set-up-22").unwrap()
    };
    assert_eq!(with("00000000000000000000").status, 422);
    let made = with(code.trim());
    assert!(made.status < 400, "{} {}", made.status, made.body);
    assert_eq!(nobody.get("/").unwrap().status, 200);
    assert!(with(code.trim()).status >= 400, "the code works once");
    let wrong = nobody.post("/in", &json!({ "login": "admin", "password": "admin" }), "no-default-password-here").unwrap();
    assert_eq!(wrong.status, 422, "no account exists that nobody made");
    let right = nobody.post("/in", &json!({ "login": "first.admin", "password": "kettle drum under the seventh lamp" }), "sign-in-sign-in-sign-in-1").unwrap();
    assert!(right.status < 400 && !right.cookies.is_empty(), "{}", right.body);
}

#[test]
fn a_second_machine_starts_with_the_keys_of_the_first() {
    let place = store::testing::Place::postgres();
    let database = it::url(&place.database).unwrap();
    let (one, two) = (place.folder.join("one"), place.folder.join("two"));
    let a = ["serve", "--database", &database, "--data", text(&one)];
    let b = ["serve", "--database", &database, "--data", text(&two)];
    let first = Server::start(&a);
    let refused = run(&[&b[..], &["--listen", "127.0.0.1:0"]].concat());
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && why.contains("copy secrets/ from the first machine"), "{why}");
    fs::create_dir_all(two.join("secrets")).unwrap();
    fs::copy(one.join("secrets/token"), two.join("secrets/token")).unwrap();
    let second = Server::start(&b);
    assert_eq!((first.stop(), second.stop()), (Some(0), Some(0)));
}

#[test]
fn import_refuses_all_or_takes_all_and_export_reads_back_equal() {
    let home = folder("import");
    let (data, out) = (home.join("d"), home.join("out"));
    drop(Server::start(&["demo", "--data", text(&data)]));
    let exported = run(&["export", "--data", text(&data), "--to", text(&out)]);
    assert!(exported.status.success(), "{}", String::from_utf8_lossy(&exported.stderr));
    let again = run(&["import", "--data", text(&data), text(&out), "--dry-run"]);
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    assert!(again.status.success(), "{said}{}", String::from_utf8_lossy(&again.stderr));
    for line in said.lines().filter(|l| l.contains("unchanged")) {
        assert!(line.contains("new     0  changed     0") && line.contains("refused    0"), "{line}");
    }
    // One bad cell among good rows: named with file, line, field and reason, and nothing is kept.
    let bad = out.join("counters.csv");
    let sheet = fs::read_to_string(&bad).unwrap();
    fs::write(&bad, format!("{sheet}1,98,hall1,\n1,99,nowhere,low flying\n")).unwrap();
    let refused = run(&["import", "--data", text(&data), text(&bad)]);
    assert_eq!(refused.status.code(), Some(1));
    let faults = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(faults.contains("counters.csv:") && faults.contains("features"), "{faults}");
    fs::remove_dir_all(&out).unwrap();
    run(&["export", "--data", text(&data), "--to", text(&out)]);
    assert_eq!(fs::read_to_string(&bad).unwrap(), sheet, "nothing half imported");
}

#[test]
fn a_backup_is_taken_while_it_runs_and_proves_that_it_can_be_restored() {
    let home = folder("backup");
    let data = home.join("d");
    let server = Server::start(&["demo", "--data", text(&data), "--clock", "2026-11-24T10:00"]);
    let kiosk = Http::door(&server.url, "device/kiosk");
    for n in 0..20 {
        assert_eq!(kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), &format!("number-before-backup-{n:04}")).unwrap().status, 201);
    }
    let copy = home.join("copy.yzb");
    let made = run(&["backup", "--data", text(&data), "--to", text(&copy)]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), "number-after-the-backup-1").unwrap().status, 201);
    let verified = run(&["restore", text(&copy), "--verify"]);
    assert!(verified.status.success(), "{}{}", String::from_utf8_lossy(&verified.stdout), String::from_utf8_lossy(&verified.stderr));
    let heads = run(&["audit", "--data", text(&data), "head"]);
    fs::write(home.join("heads"), &heads.stdout).unwrap();
    assert_eq!(server.stop(), Some(0));
    let back = home.join("back");
    assert!(run(&["restore", text(&copy), "--into", text(&back)]).status.success());
    assert!(run(&["audit", "--data", text(&back), "verify"]).status.success());
    let old = run(&["audit", "--data", text(&back), "verify", "--head", text(&home.join("heads"))]);
    assert_eq!(old.status.code(), Some(1), "an outside head tells an old copy: {}", String::from_utf8_lossy(&old.stdout));
    assert!(run(&["check", "--data", text(&back)]).status.success());
    // A flipped byte in the copy is found.
    let mut bytes = fs::read(&copy).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&copy, bytes).unwrap();
    assert_eq!(run(&["restore", text(&copy), "--verify"]).status.code(), Some(1));
}

#[test]
fn doctor_and_user_answer_from_the_shell() {
    let data = folder("shell").join("d");
    drop(Server::start(&["serve", "--data", text(&data)]));
    let added = run(&["user", "--data", text(&data), "add", "night.admin", "--role", "security_admin"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    assert!(String::from_utf8_lossy(&run(&["user", "--data", text(&data), "list"]).stdout).contains("night.admin"));
    let twice = run(&["user", "--data", text(&data), "add", "night.admin"]);
    assert_eq!(twice.status.code(), Some(1));
    let doctor = run(&["doctor", "--data", text(&data)]);
    assert_eq!(doctor.status.code(), Some(1), "no backup yet: a warning");
    assert!(String::from_utf8_lossy(&doctor.stdout).contains("backup"));
}

#[test]
fn a_folder_has_one_server_and_nobody_restores_over_it() {
    let home = folder("held");
    let data = home.join("d");
    let server = Server::start(&["demo", "--data", text(&data), "--clock", "2026-11-24T10:00"]);
    let copy = data.join("backups").join("now.yzb");
    assert!(run(&["backup", "--data", text(&data), "--to", text(&copy)]).status.success());
    let refused = |args: &[&str]| {
        let out = run(args);
        let why = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.code() == Some(1) && why.contains("stop it first") && why.contains(text(&data)), "{args:?} {why}");
    };
    refused(&["restore", text(&copy), "--into", text(&data)]);
    refused(&["demo", "--data", text(&data), "--listen", "127.0.0.1:0"]);
    assert_eq!(fs::read_dir(&home).unwrap().count(), 1, "nothing was moved aside");
    let kiosk = Http::door(&server.url, "device/kiosk");
    assert_eq!(kiosk.post("/centres/1/visits/here", &json!({ "errands": ["social"] }), "number-after-the-refusal-1").unwrap().status, 201);
    assert_eq!(server.stop(), Some(0));
    // Stopped, it makes way; the keys come back with the data, and the district opens with them.
    let done = run(&["restore", text(&copy), "--into", text(&data)]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(data.join("secrets/token").exists());
    drop(Server::start(&["demo", "--data", text(&data)]));
}

#[test]
fn a_restored_folder_gets_the_keys_beside_the_backup_or_says_what_is_missing() {
    let home = folder("keys");
    let data = home.join("d");
    drop(Server::start(&["demo", "--data", text(&data)]));
    let made = run(&["backup", "--data", text(&data), "--to", text(&data.join("backups/a.yzb"))]);
    assert!(made.status.success());
    let said = |out: std::process::Output| format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    // In the data folder's backups/ the keys lie one folder up.
    let beside = home.join("beside");
    run(&["restore", text(&data.join("backups/a.yzb")), "--into", text(&beside)]);
    assert_eq!(fs::read(beside.join("secrets/token")).unwrap(), fs::read(data.join("secrets/token")).unwrap());
    // Carried away alone, the backup says what must be brought with it; foreign keys do not count.
    let away = home.join("away");
    fs::create_dir_all(away.join("secrets")).unwrap();
    fs::write(away.join("secrets/token"), [9; 32]).unwrap();
    fs::copy(data.join("backups/a.yzb"), away.join("a.yzb")).unwrap();
    let out = run(&["restore", text(&away.join("a.yzb")), "--into", text(&home.join("none"))]);
    assert_eq!(out.status.code(), Some(1));
    let why = said(out);
    assert!(why.contains("a.yzb.json is missing") && why.contains("manifest"), "{why}");
    fs::copy(data.join("backups/a.yzb.json"), away.join("a.yzb.json")).unwrap();
    let out = run(&["restore", text(&away.join("a.yzb")), "--into", text(&home.join("none"))]);
    assert!(out.status.success());
    let why = said(out);
    assert!(why.contains("secrets is missing") && why.contains("--new-key"), "{why}");
}

#[test]
fn the_shell_says_what_it_does_not_know_and_ends_quietly_when_nobody_reads() {
    let data = folder("says").join("d");
    drop(Server::start(&["demo", "--data", text(&data)]));
    let refused = |args: &[&str], named: &str| {
        let out = run(args);
        let why = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(!out.status.success() && why.contains(named), "{args:?} {why}");
    };
    refused(&["check", "queue", "--centre", "99", "--data", text(&data)], "no centre 99");
    refused(&["device", "--data", text(&data), "enrol", "99", "kiosk", "hall"], "no centre 99");
    refused(&["device", "enrol", "1", "toaster", "hall", "--data", text(&data)], "printer");
    assert!(run(&["user", "list", "--data", text(&data)]).status.success(), "--data after the last word");
    let heads = String::from_utf8(run(&["audit", "head", "--data", text(&data)]).stdout).unwrap();
    assert!(!heads.is_empty() && heads.lines().all(|l| l.split(':').nth(1) != Some("0")), "{heads}");
    for what in [["check", "queue"], ["audit", "export"]] {
        let mut child = std::process::Command::new(it::process::binary())
            .args(what)
            .args(["--data", text(&data)])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success() && out.stderr.is_empty(), "{what:?} {}", String::from_utf8_lossy(&out.stderr));
    }
}
