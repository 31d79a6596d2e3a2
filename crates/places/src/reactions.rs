//! What happens with time: a device that was silent for 90 days loses its token.

use kernel::No;
use web::{App, Reaction};

use crate::{api, device::SILENT_DAYS, rows};

pub const REACTIONS: &[Reaction] = &[Reaction::Every { name: "places.device.silent", seconds: 3_600, run: |app| Box::pin(silent(app)) }];

async fn silent(app: App) -> Result<(), No> {
    let now = app.real();
    let since = now.plus_s(-SILENT_DAYS * 86_400);
    for (device, centre) in app.read(move |tx| rows::device::silent(tx, since)).await? {
        let command = app.own_command("places.device.silent", centre);
        app.store().command(command, move |tx| api::revoke(tx, device, now).map(drop)).await?;
    }
    Ok(())
}
