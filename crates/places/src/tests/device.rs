//! PL4 and the life of a device: codes work once, also for two browsers at the same moment; a revoked token opens nothing.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use kernel::{DeviceKind, Id, Instant, No};
use store::{Store, testing};

use super::world::{at, centre, district, files, import, run};
use crate::{Device, SLICE, api, device::State};

const CODE: &str = "7Q4M2K9X";

fn add(store: &Store, code: &'static str, n: u8, now: Instant) -> kernel::DeviceId {
    let device = Device { id: Id::new(now, [n; 10]), centre: centre(1), kind: DeviceKind::Kiosk, name: "1 号自助机".into(), zone: None, counter: None };
    let id = device.id;
    run(store, 1, move |tx| api::add_device(tx, &device, code, now)).unwrap();
    id
}
fn enrol(store: &Store, code: &'static str, door: &'static str, token: [u8; 32], now: Instant) -> Result<Device, &'static str> {
    run(store, 0, move |tx| api::enrol(tx, code, door, token, now)).map_err(|no| match no {
        No::Refused(r) => r.code,
        other => panic!("{other}"),
    })
}

#[test]
fn states() {
    let now = at("2026-11-24T08:00");
    let new = State::New { until: now };
    assert_eq!(new.enrol(now.plus_s(-1)), Ok(State::Enrolled { at: now.plus_s(-1) }));
    for state in [new, State::Enrolled { at: now }, State::Revoked] {
        assert_eq!(state.enrol(now).unwrap_err().code, "device.code");
        assert_eq!(state.revoke(), State::Revoked);
    }
}

#[test]
fn a_code_becomes_a_token_once_and_a_revoked_token_opens_nothing() {
    for (engine, store) in testing::both(&[SLICE.migrations]) {
        district(&store);
        let now = at("2026-11-24T08:00");
        let id = add(&store, CODE, 1, now);
        assert_eq!(enrol(&store, "00000000", "/k", [1; 32], now).unwrap_err(), "device.code");
        assert_eq!(enrol(&store, CODE, "/s", [1; 32], now).unwrap_err(), "device.door");
        assert_eq!(enrol(&store, CODE, "/k", [1; 32], now.plus_min(30)).unwrap_err(), "device.code", "{engine}: thirty minutes");
        // As people type it.
        assert_eq!(enrol(&store, "7q4m-2k9x", "/k", [1; 32], now.plus_min(29)).unwrap().id, id);
        assert_eq!(enrol(&store, CODE, "/k", [2; 32], now).unwrap_err(), "device.code");
        let known = |t: [u8; 32]| store.read_blocking(move |tx| api::web_device(tx, &t)).unwrap().map(|d| d.id);
        assert_eq!((known([1; 32]), known([2; 32])), (Some(id), None));
        for _ in 0..2 {
            run(&store, 1, move |tx| api::revoke(tx, id, now)).unwrap();
            assert_eq!(known([1; 32]), None, "{engine}");
        }
        let rows = store.read_blocking(|tx| store::journal::tail(tx, centre(1), 8)).unwrap();
        assert_eq!(rows.iter().filter(|r| r.told.contains("places.device_revoked")).count(), 1, "{engine}: told once");
    }
}

#[test]
fn two_browsers_with_one_code_make_one_device() {
    for (engine, store) in testing::both(&[SLICE.migrations]) {
        district(&store);
        let now = at("2026-11-24T08:00");
        add(&store, CODE, 1, now);
        let gate = Arc::new(Barrier::new(8));
        let tried: Vec<_> = (0..8u8)
            .map(|n| {
                let (store, gate) = ((*store).clone(), Arc::clone(&gate));
                thread::spawn(move || {
                    gate.wait();
                    enrol(&store, CODE, "/k", [n; 32], now).is_ok()
                })
            })
            .collect();
        let ok = tried.into_iter().filter(|_| true).map(|t| t.join().unwrap()).filter(|ok| *ok).count();
        assert_eq!(ok, 1, "{engine}");
    }
}

#[test]
fn a_closed_centre_revokes_its_devices_and_a_silent_one_is_found() {
    let store = testing::sqlite_with(&[SLICE.migrations]);
    district(&store);
    let now = at("2026-11-24T08:00");
    let dice = [9; 32];
    let token = run(&store, 2, move |tx| api::enrol_sample(tx, centre(2), DeviceKind::Display, now, dice)).unwrap();
    let hash = web::token::hash(&token);
    assert_eq!(token.len(), 44);
    let zone = store.read_blocking(move |tx| api::web_device(tx, &hash)).unwrap().unwrap().zone;
    assert_eq!(zone.as_deref(), Some("hall1"));
    let silent = |since: Instant| store.read_blocking(move |tx| crate::rows::device::silent(tx, since)).unwrap().len();
    assert_eq!((silent(now), silent(now.plus_s(1))), (0, 1));
    let becomes = |status: &str| {
        let sheet = files()["centres.csv"].clone();
        let line = sheet.lines().find(|l| l.starts_with("2,")).unwrap().replace(",open,", &format!(",{status},"));
        assert_eq!(import(&store, [("centres.csv", format!("{}\n{line}\n", sheet.lines().next().unwrap()))].into(), 5)[0].changed, 1);
    };
    becomes("paused");
    assert!(store.read_blocking(move |tx| api::web_device(tx, &hash)).unwrap().is_some());
    becomes("closed");
    assert!(store.read_blocking(move |tx| api::web_device(tx, &hash)).unwrap().is_none());
}

#[test]
fn the_shell_adds_lists_and_revokes() {
    let store = testing::sqlite_with(&[SLICE.migrations]);
    district(&store);
    let now = at("2026-11-24T08:00");
    let said = crate::shell::enrol(&store, 1, "kiosk", "入口", Some("hall1"), "root", now).unwrap();
    let code: &'static str = said.split(' ').next().unwrap().to_owned().leak();
    let device = enrol(&store, code, "/k", [3; 32], now).unwrap();
    assert!(crate::shell::list(&store).unwrap().contains("入口"));
    crate::shell::revoke(&store, device.id, "root", now).unwrap();
    assert!(crate::shell::list(&store).unwrap().contains("revoked"));
    assert!(crate::shell::enrol(&store, 99, "kiosk", "x", None, "root", now).is_err());
}
