//! What `yizhan device` does at the machine's shell.

use std::fmt::Write as _;

use kernel::{Actor, CentreId, DeviceId, DeviceKind, Id, Instant, Missing, No, Refusal};
use store::{Command, Store};

use crate::{Device, api, device::State};

fn command(by: &str, chain: CentreId, action: &'static str, now: Instant) -> Command {
    Command {
        chain,
        also: Vec::new(),
        once: None,
        action,
        actor: Actor::Shell(by.to_owned()),
        role: String::new(),
        device: None,
        object: ("device", String::new()),
        trace: "shell".into(),
        at: now,
    }
}

/// Adds a device and gives its code, with the address where it is typed. `now` is machine time.
///
/// # Errors
/// `device.kind`, `device.name`; missing centre or zone.
pub fn enrol(store: &Store, centre: i64, kind: &str, name: &str, zone: Option<&str>, by: &str, now: Instant) -> Result<String, No> {
    let centre = CentreId::new(centre).ok_or(Missing("centre"))?;
    let kind = DeviceKind::parse(kind).ok_or_else(|| Refusal::invalid("device.kind"))?;
    let (name, zone) = (name.to_owned(), zone.map(str::to_owned));
    let dice = web::token::random();
    let code = web::token::code(&dice, 8);
    let mut ten = [0; 10];
    ten.copy_from_slice(&dice[16..26]);
    let shown = code.clone();
    store.command_blocking(command(by, centre, "places.device.add", now), move |tx| {
        let zone = zone.as_deref().map(|z| api::zone(tx, centre, z)).transpose()?.map(|z| z.id);
        let device = Device { id: Id::new(now, ten), centre, kind, name: name.clone(), zone, counter: None };
        tx.about("device", device.id);
        api::add_device(tx, &device, &code, now)
    })?;
    Ok(format!("{shown}  → {}/enrol  (30 min)\n", crate::device::door(kind)))
}
/// Every device, a line each.
///
/// # Errors
/// A fault.
pub fn list(store: &Store) -> Result<String, No> {
    let all = store.read_blocking(api::devices)?;
    let mut text = String::new();
    for l in all {
        let state = if let State::New { until } = l.state { format!("new until {}", until.micros() / 1_000_000) } else { l.state.code().to_owned() };
        let _ = writeln!(text, "{}  {:>3}  {:8} {:10} {}", l.device.id, l.device.centre, l.device.kind.code(), state, l.device.name);
    }
    Ok(text)
}
/// Revokes a device.
///
/// # Errors
/// Missing.
pub fn revoke(store: &Store, device: DeviceId, by: &str, now: Instant) -> Result<String, No> {
    let centre = store.read_blocking(move |tx| crate::rows::device::one(tx, device))?.device.centre;
    store.command_blocking(command(by, centre, "places.device.revoke", now), move |tx| {
        tx.about("device", device);
        api::revoke(tx, device, now).map(drop)
    })?;
    Ok(format!("revoked {device}\n"))
}
