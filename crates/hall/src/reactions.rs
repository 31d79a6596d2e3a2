//! What happens with time, and because others said something.

use std::pin::Pin;

use kernel::{CentreId, Instant, No, TwoId};
use serde_json::Value;
use store::Tx;
use web::{App, Reaction};

use crate::{api, held, rows};

/// All of them.
pub const REACTIONS: &[Reaction] =
    &[Reaction::Every { name: "hall.misses", seconds: 60, run: misses }, Reaction::Heard { name: "hall.agreed", fact: "people.two_settled", run: settled }];

/// Days whose questions are kept [A]; the list of what was not found looks back seven.
const KEPT_DAYS: i64 = 30;

/// Writes the questions that found nothing: reading a page writes nothing, so they wait in memory for up to a minute.
pub fn misses(app: App) -> Pin<Box<dyn Future<Output = Result<(), No>> + Send>> {
    Box::pin(async move {
        let held = held::held(&app);
        let taken = held.take_misses();
        if taken.is_empty() {
            return Ok(());
        }
        let rows = taken.clone();
        let first = app.district().time.service_day(app.now().plus_min(-KEPT_DAYS * 1_440));
        let done = app.store().command(app.own_command("hall.miss.count", CentreId::DISTRICT), move |tx| {
            for ((day, asked), n) in &rows {
                rows::miss::count(tx, *day, asked, *n)?;
            }
            rows::miss::prune(tx, first).map(drop)
        });
        let done = done.await;
        if done.is_err() {
            held.put_back(taken);
        }
        done
    })
}

/// A second person agreed at `/admin/two`: the publishing that waited is done in the name of who asked.
pub fn settled(tx: &mut Tx, _: CentreId, fact: &Value, now: Instant) -> Result<(), No> {
    if fact["action"] != api::PUBLISH || fact["how"] != "agreed" {
        return Ok(());
    }
    match fact["two"].as_str().and_then(|id| id.parse::<TwoId>().ok()) {
        Some(two) => api::agreed(tx, two, now),
        None => Ok(()),
    }
}
