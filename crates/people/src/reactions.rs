//! What happens with time: signs of life are written, grants and requests run out, old rows go.

use kernel::{CentreId, No};
use store::Tx;
use web::{App, Reaction};

use crate::{api, grant, rows, session};

pub(crate) static REACTIONS: &[Reaction] = &[
    Reaction::Every { name: "people.seen", seconds: 60, run: |app| Box::pin(seen(app)) },
    Reaction::Every { name: "people.due", seconds: 60, run: |app| Box::pin(due(app)) },
    Reaction::Every { name: "people.prune", seconds: 3_600, run: |app| Box::pin(prune(app)) },
];

/// Ended sessions and used links are kept so long, seconds: 7 days [A].
const KEPT_S: i64 = 7 * 86_400;
/// Failures are kept so long, seconds: 2 days [A], longer than any window.
const TRIES_S: i64 = 2 * 86_400;

/// Writes when sessions were last seen. Nothing to write, no command.
async fn seen(app: App) -> Result<(), No> {
    let fresh = session::seen().take(app.real());
    if fresh.is_empty() {
        return Ok(());
    }
    app.store()
        .command(app.own_command("people.seen", CentreId::DISTRICT), move |tx| fresh.iter().try_for_each(|(hash, at)| rows::session::seen(tx, hash, *at)))
        .await
}

/// Ends grants on their day and requests after 72 h: found by reading, done by a command.
async fn due(app: App) -> Result<(), No> {
    let now = app.real();
    let any = move |tx: &mut Tx| -> Result<bool, No> {
        let waited = now.plus_s(-grant::WAITS_S);
        Ok(!rows::grant::expired(tx, now)?.is_empty() || !rows::grant::unanswered(tx, waited)?.is_empty() || !rows::two::unanswered(tx, now)?.is_empty())
    };
    if app.read(any).await? {
        app.store().command(app.own_command("people.due", CentreId::DISTRICT), move |tx| api::expire(tx, now)).await?;
    }
    Ok(())
}

/// Ends sessions after twelve hours and forgets what is old.
async fn prune(app: App) -> Result<(), No> {
    let now = app.real();
    let tidy = move |tx: &mut Tx| -> Result<u64, No> {
        let kept = now.plus_s(-KEPT_S);
        Ok(rows::session::end_over(tx, now)? + rows::session::prune(tx, kept)? + rows::link::prune(tx, kept)? + rows::tries::prune(tx, now.plus_s(-TRIES_S))?)
    };
    app.store().command(app.own_command("people.prune", CentreId::DISTRICT), tidy).await.map(drop)
}
