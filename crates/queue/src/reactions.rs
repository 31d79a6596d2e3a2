//! What happens with time, and because others said something. Each finds what is due by reading; only acts leave a journal row.

use std::{
    pin::Pin,
    sync::atomic::{AtomicI64, Ordering::Relaxed},
};

use facts::places::CounterClosed;
use kernel::{AccountId, Actor, CentreId, Instant, No};
use store::{Fact, QUIET, Tx};
use web::{App, Reaction};

use crate::api;

type Run = Pin<Box<dyn Future<Output = Result<(), No>> + Send>>;

/// All of them.
pub const REACTIONS: &[Reaction] = &[
    Reaction::Every { name: "queue.clock", seconds: 1, run: clock },
    Reaction::Every { name: "queue.minute", seconds: 2, run: minute },
    Reaction::Every { name: "queue.day.end", seconds: 5, run: day_end },
    Reaction::Every { name: LEFT, seconds: 1, run: left },
    Reaction::Heard { name: "queue.counter.gone", fact: CounterClosed::NAME, run: counter_gone },
];

/// What was done centre by centre: a failure at one does not stop the others.
struct Each(Result<(), No>);
impl Each {
    fn new() -> Self {
        Self(Ok(()))
    }
    /// The first failure is the run's; a further one is logged here.
    fn note<T>(&mut self, centre: CentreId, done: Result<T, No>) {
        match done {
            Err(no) if self.0.is_ok() => self.0 = Err(no),
            Err(no) => tracing::warn!(%centre, %no, "timer"),
            Ok(_) => {}
        }
    }
}

/// Misses and expiries.
fn clock(app: App) -> Run {
    Box::pin(async move {
        let (now, mut each) = (app.now(), Each::new());
        for centre in app.read(move |tx| api::due(tx, now)).await? {
            each.note(centre, app.store().command(app.own_command("queue.clock", centre), move |tx| api::settle(tx, centre, now)).await);
        }
        each.0
    })
}

/// The district's minute that was done last: its clock may run faster than ours.
#[derive(Default)]
struct LastMinute(AtomicI64);

/// Remote numbers that ran out, figures behind the ranges; once a minute of the district's clock.
fn minute(app: App) -> Run {
    Box::pin(async move {
        let now = app.now();
        let this = now.micros() / 60_000_000;
        if app.memory::<LastMinute>().0.swap(this, Relaxed) == this {
            return Ok(());
        }
        let mut each = Each::new();
        for due in app.read(move |tx| api::minute_due(tx, now)).await? {
            let centre = due.centre;
            if due.gone {
                each.note(centre, app.store().command(app.own_command("queue.remote.expire", centre), move |tx| api::expire_away(tx, centre, now)).await);
            }
            if due.stale {
                let mut command = app.own_command(QUIET, centre);
                command.actor = Actor::System("queue.minute");
                each.note(centre, app.store().command(command, move |tx| api::refresh(tx, centre, now)).await);
            }
        }
        each.0
    })
}

/// Ends every service day before today that nobody ended.
fn day_end(app: App) -> Run {
    Box::pin(async move {
        let (now, district, mut each) = (app.now(), app.district(), Each::new());
        let time = district.time.clone();
        for (centre, day) in app.read(move |tx| api::unended(tx, &time, now)).await? {
            let (by, time) = (Actor::System("queue.day.end"), district.time.clone());
            let end = move |tx: &mut Tx| api::end_of_day(tx, centre, day, &time, &by, now);
            each.note(centre, app.store().command(app.own_command("queue.day.end", centre), end).await);
        }
        each.0
    })
}

/// Closes a counter that was taken out of use, unless it is in use again.
fn counter_gone(tx: &mut Tx, _: CentreId, data: &serde_json::Value, now: Instant) -> Result<(), No> {
    let Some(counter) = data["counter"].as_str().and_then(|id| id.parse().ok()) else { return Ok(()) };
    if places::api::counter(tx, counter)?.closed {
        api::counter_gone(tx, counter, now)?;
    }
    Ok(())
}

const LEFT: &str = "queue.left";
/// Roles in whose name one works at a counter (registries §2.4, `queue.call`).
const AT_COUNTERS: [&str; 2] = ["clerk", "hall_supervisor"];

/// Closes the counter of an account that left or lost such a role. `people` tells it in the district's chain, the counter is of a centre's: so
/// this follows with a cursor of its own, and a repetition finds the counter closed.
fn left(app: App) -> Run {
    Box::pin(async move {
        let (from, told) = app
            .read(|tx| {
                let from = store::heard(tx, LEFT, CentreId::DISTRICT)?;
                Ok((from, store::since(tx, CentreId::DISTRICT, from, 256)?))
            })
            .await?;
        let Some(to) = told.last().map(|e| e.seq) else { return Ok(()) };
        let (now, mut each) = (app.now(), Each::new());
        for (account, place) in told.iter().flat_map(|e| gone(&e.told)) {
            let Some(session) = app.read(move |tx| api::where_works(tx, account)).await? else { continue };
            let centre = session.centre;
            if place != CentreId::DISTRICT && place != centre {
                continue;
            }
            each.note(centre, app.store().command(app.own_command(LEFT, centre), move |tx| api::account_left(tx, centre, account, now)).await);
        }
        each.0?; // the cursor stays: what failed is tried again
        let mut command = app.own_command(QUIET, CentreId::DISTRICT);
        command.actor = Actor::System(LEFT);
        app.store().command(command, move |tx| store::move_on(tx, LEFT, CentreId::DISTRICT, from, to).map(drop)).await
    })
}

/// The accounts that a journal row says may no longer work at a counter, and where; 0 is everywhere.
pub(crate) fn gone(told: &str) -> Vec<(AccountId, CentreId)> {
    let told: Vec<serde_json::Value> = serde_json::from_str(told).unwrap_or_default();
    let may_not = |t: &&serde_json::Value| match t["fact"].as_str() {
        Some("people.account_left") => true,
        Some("people.grant_ended") => t["data"]["role"].as_str().is_some_and(|role| AT_COUNTERS.contains(&role)),
        _ => false,
    };
    let centre = |t: &serde_json::Value| t["data"]["centre"].as_i64().and_then(CentreId::new).unwrap_or(CentreId::DISTRICT);
    told.iter().filter(may_not).filter_map(|t| Some((t["data"]["account"].as_str()?.parse().ok()?, centre(t)))).collect()
}
