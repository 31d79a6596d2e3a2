//! What happens with time: who was not brought, who is late, who is still here. No handover waits for it.

use std::pin::Pin;

use kernel::No;
use web::{App, Reaction};

use super::{
    api,
    handover::{At, RULES},
};

/// The clock of the stays.
pub(crate) const CLOCK: Reaction = Reaction::Every { name: "venues.pickup.clock", seconds: 10, run: clock };

fn clock(app: App) -> Pin<Box<dyn Future<Output = Result<(), No>> + Send>> {
    Box::pin(async move {
        let (now, zone) = (app.now(), app.district().time.clone());
        for centre in app.read(move |tx| api::due(tx, &zone, now)).await? {
            let (zone, key) = (app.district().time.clone(), app.0.settings.key);
            let done = app
                .store()
                .command(app.own_command("venues.pickup.clock", centre), move |tx| {
                    let at = At { now, zone: &zone, key: &key, by: "venues.pickup.clock".into(), staff: String::new(), rules: RULES };
                    api::settle(tx, centre, &at).map(drop)
                })
                .await;
            // One centre's trouble is not another's.
            if let Err(no) = done {
                tracing::warn!(%centre, %no, "venues.pickup.clock");
            }
        }
        Ok(())
    })
}
