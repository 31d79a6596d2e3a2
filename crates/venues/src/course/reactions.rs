//! What happens to courses with time. Nothing that matters waits for it: whoever enrols finds the course where time put it.

use std::pin::Pin;

use capacity::Moment;
use kernel::No;
use store::Dice;
use web::{App, Reaction};

use super::api;

type Run = Pin<Box<dyn Future<Output = Result<(), No>> + Send>>;

/// Moves every course on.
pub const ADVANCE: Reaction = Reaction::Every { name: "venues.advance", seconds: 20, run: advance };
/// A class that began is in its room without a code; one that ended has left it.
pub const ROOMS: Reaction = Reaction::Every { name: "venues.rooms", seconds: 30, run: rooms };

fn advance(app: App) -> Run {
    Box::pin(async move {
        let (now, district) = (app.now(), app.district());
        let zone = district.time.clone();
        for (centre, course) in app.read(move |tx| api::due(tx, Moment { now, zone: &zone })).await? {
            let (zone, seed) = (district.time.clone(), web::token::random());
            let command = app.own_command("venues.advance", centre);
            let done = app.store().command(command, move |tx| api::advance(tx, course, Moment { now, zone: &zone }, &mut Dice::new(seed)).map(drop)).await;
            // One course's trouble is not another's.
            if let Err(no) = done {
                tracing::warn!(%course, %no, "venues.advance");
            }
        }
        Ok(())
    })
}

fn rooms(app: App) -> Run {
    Box::pin(async move {
        let (now, district) = (app.now(), app.district());
        let zone = district.time.clone();
        for due in app.read(move |tx| api::rooms(tx, Moment { now, zone: &zone })).await? {
            let (zone, seed) = (district.time.clone(), web::token::random());
            let command = app.own_command("venues.rooms", due.centre);
            let done = app.store().command(command, move |tx| api::room(tx, due, Moment { now, zone: &zone }, &mut Dice::new(seed))).await;
            if let Err(no) = done {
                tracing::warn!(claim = %due.claim, %no, "venues.rooms");
            }
        }
        Ok(())
    })
}
