//! What happens without a request: timers, and reactions to facts.

use std::time::Duration;

use kernel::{CentreId, No};
use web::{App, Reaction};

/// Starts every slice's reactions. They end with the runtime.
pub fn start(app: &App) {
    tokio::spawn(web::live::tail(app.clone()));
    for reaction in app.0.slices.iter().flat_map(|s| s.reactions) {
        match reaction {
            Reaction::Every { name, seconds, run } => {
                let app = app.clone();
                tokio::spawn(async move {
                    let mut tick = tokio::time::interval(Duration::from_secs(*seconds));
                    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
                    loop {
                        tick.tick().await;
                        if let Err(no) = run(app.clone()).await {
                            tracing::warn!(reaction = name, %no, "timer");
                        }
                    }
                });
            }
            Reaction::Heard { .. } => {}
        }
    }
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            if let Err(no) = hear(&app).await {
                tracing::warn!(%no, "reactions");
            }
            app.0.limits.tidy();
        }
    });
}

/// Lets every hearing reaction catch up with the journal. At least once per fact; effective once, because the cursor moves in the same transaction.
///
/// # Errors
/// A fault of the database.
pub async fn hear(app: &App) -> Result<(), No> {
    let hearing = || {
        app.0.slices.iter().flat_map(|s| s.reactions).filter_map(|r| match r {
            Reaction::Heard { name, fact, run } => Some((*name, *fact, *run)),
            Reaction::Every { .. } => None,
        })
    };
    let heads = app.read(store::heads).await?;
    for (name, fact, run) in hearing() {
        for head in &heads {
            let (chain, top) = (head.chain, head.seq);
            let from = app.read(move |tx| store::heard(tx, name, chain)).await?;
            if from < top {
                catch_up(app, name, fact, run, chain, from).await?;
            }
        }
    }
    Ok(())
}

type Run = fn(&mut store::Tx, CentreId, &serde_json::Value, kernel::Instant) -> Result<(), No>;

async fn catch_up(app: &App, name: &'static str, fact: &'static str, run: Run, chain: CentreId, from: i64) -> Result<(), No> {
    let rows = app.read(move |tx| store::since(tx, chain, from, 256)).await?;
    let Some(last) = rows.last().map(|r| r.seq) else { return Ok(()) };
    let told: Vec<serde_json::Value> = rows
        .iter()
        .filter(|r| r.told.contains(fact))
        .flat_map(|r| serde_json::from_str::<Vec<serde_json::Value>>(&r.told).unwrap_or_default())
        .filter(|t| t["fact"] == fact)
        .collect();
    let now = app.now();
    if told.is_empty() {
        // Moving on without an effect is no act: the cursor alone.
        let mut command = app.own_command(store::QUIET, chain);
        command.actor = kernel::Actor::System(name);
        return app.store().command(command, move |tx| store::move_on(tx, name, chain, from, last).map(|_| ())).await;
    }
    let command = app.own_command(name, chain);
    app.store()
        .command(command, move |tx| {
            if store::move_on(tx, name, chain, from, last)? {
                for t in &told {
                    run(tx, chain, &t["data"], now)?;
                }
            }
            Ok(())
        })
        .await
}
