//! What happens without a request: timers, and reactions to facts.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use kernel::{CentreId, No};
use web::{App, Reaction};

/// Those of the machine itself.
pub(crate) static REACTIONS: &[Reaction] = &[
    Reaction::Every { name: "server.answers.prune", seconds: 3_600, run: |app| Box::pin(async move { app.store().prune(app.real()).await.map(drop) }) },
    // Another process may have named the district or set it up: a second server, or a command at the shell.
    Reaction::Every { name: "server.reread", seconds: 5, run: |app| Box::pin(crate::open::reread(app)) },
];

/// A fact that a reaction could not hear so often is passed over [A]: what comes behind it must not wait for ever.
const TRIES: u32 = 5;

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
/// One that fails holds up nobody else.
///
/// # Errors
/// The first fault, after every reaction had its turn.
pub async fn hear(app: &App) -> Result<(), No> {
    let heads = app.read(store::heads).await?;
    let mut first = Ok(());
    for reaction in app.0.slices.iter().flat_map(|s| s.reactions) {
        let Reaction::Heard { name, fact, run } = reaction else { continue };
        for head in &heads {
            let heard = hear_chain(app, &Hearing { name, fact, run: *run }, head).await;
            first = first.and(heard);
        }
    }
    first
}

/// What is told of a fact: the chain, its data, now.
type Run = fn(&mut store::Tx, CentreId, &serde_json::Value, kernel::Instant) -> Result<(), No>;

/// A reaction that hears.
pub(crate) struct Hearing {
    pub name: &'static str,
    pub fact: &'static str,
    pub run: Run,
}

/// Rows that could not be heard, by reaction and chain: which, and how often.
#[derive(Default)]
struct Failed(Mutex<HashMap<(&'static str, CentreId), (i64, u32)>>);
impl Failed {
    fn again(&self, name: &'static str, chain: CentreId, seq: i64) -> u32 {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, tries) = all.entry((name, chain)).or_default();
        *tries = if *at == seq { *tries + 1 } else { 1 };
        *at = seq;
        *tries
    }
}

/// Hears what one chain told up to `head`, row by row: each row's effect and the cursor commit together.
pub(crate) async fn hear_chain(app: &App, hearing: &Hearing, head: &store::Head) -> Result<(), No> {
    let &Hearing { name, fact, run } = hearing;
    let chain = head.chain;
    let mut from = app.read(move |tx| store::heard(tx, name, chain)).await?;
    if from >= head.seq {
        return Ok(());
    }
    let rows = app.read(move |tx| store::since(tx, chain, from, 256)).await?;
    let last = rows.last().map_or(from, |r| r.seq);
    for row in rows.iter().filter(|r| r.told.contains(fact)) {
        let told: Vec<serde_json::Value> = serde_json::from_str(&row.told).unwrap_or_default();
        let told: Vec<_> = told.into_iter().filter(|t| t["fact"] == fact).collect();
        if told.is_empty() {
            continue;
        }
        let (seq, now) = (row.seq, app.now());
        let effect = move |tx: &mut store::Tx| {
            if store::move_on(tx, name, chain, from, seq)? { told.iter().try_for_each(|t| run(tx, chain, &t["data"], now)) } else { Ok(()) }
        };
        match app.store().command(app.own_command(name, chain), effect).await {
            Ok(()) => {}
            // The store was full, late or stopped: that says nothing of the fact.
            Err(No::Refused(r)) if r.status.0 >= 500 => return Err(r.into()),
            Err(no) if app.memory::<Failed>().again(name, chain, seq) < TRIES => return Err(no),
            Err(no) => {
                tracing::error!(reaction = name, %chain, seq, %no, "a fact was passed over after {TRIES} tries");
                let mut command = app.own_command(gave_up(name), chain);
                (command.actor, command.object) = (kernel::Actor::System(name), ("journal", format!("{chain}:{seq}")));
                app.store().command(command, move |tx| store::move_on(tx, name, chain, from, seq).map(drop)).await?;
            }
        }
        from = seq;
    }
    if from == last {
        return Ok(());
    }
    // Moving on without an effect is no act: the cursor alone.
    let mut command = app.own_command(store::QUIET, chain);
    command.actor = kernel::Actor::System(name);
    app.store().command(command, move |tx| store::move_on(tx, name, chain, from, last).map(drop)).await
}

/// The action under which a reaction's giving up stands in the journal. Its text is made once for each reaction.
fn gave_up(name: &'static str) -> &'static str {
    static MADE: Mutex<Option<HashMap<&str, &str>>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    made.get_or_insert_default().entry(name).or_insert_with(|| format!("{name}.gave_up").leak())
}
