//! What happens with time: what ran out goes back, cells are made up to the horizon. Nothing that matters waits for either.

use std::pin::Pin;

use kernel::No;
use store::{Dice, QUIET};
use web::{App, Reaction};

use crate::{Moment, api, refused::Counts};

type Run = Pin<Box<dyn Future<Output = Result<(), No>> + Send>>;

/// All of them.
pub const REACTIONS: &[Reaction] = &[
    Reaction::Every { name: "capacity.settle", seconds: 1, run: settle },
    Reaction::Every { name: "capacity.top_up", seconds: 60, run: top_up },
    Reaction::Every { name: "capacity.refused", seconds: 60, run: refused },
];

fn settle(app: App) -> Run {
    Box::pin(async move {
        let now = app.now();
        for centre in app.read(move |tx| api::due(tx, now)).await? {
            let (zone, seed) = (app.district().time.clone(), web::token::random());
            let command = app.own_command("capacity.settle", centre);
            let done = app.store().command(command, move |tx| api::settle(tx, centre, Moment { now, zone: &zone }, &mut Dice::new(seed))).await;
            // One centre's trouble is not another's.
            if let Err(no) = done {
                tracing::warn!(%centre, %no, "capacity.settle");
            }
        }
        Ok(())
    })
}

fn top_up(app: App) -> Run {
    Box::pin(async move {
        let now = app.now();
        let district = app.district();
        let today = district.time.day(now);
        let behind = app.read(move |tx| api::behind(tx, today)).await?;
        for (resource, centre) in behind {
            let (zone, seed) = (district.time.clone(), web::token::random());
            let command = app.own_command("capacity.top_up", centre);
            let done = app.store().command(command, move |tx| api::top_up(tx, resource, Moment { now, zone: &zone }, &mut Dice::new(seed)).map(drop)).await;
            if let Err(no) = done {
                tracing::warn!(%resource, %no, "capacity.top_up");
            }
        }
        Ok(())
    })
}

fn refused(app: App) -> Run {
    Box::pin(async move {
        for (centre, counted) in app.memory::<Counts>().drain() {
            app.store().command(app.own_command(QUIET, centre), move |tx| crate::refused::write(tx, centre, &counted)).await?;
        }
        Ok(())
    })
}
