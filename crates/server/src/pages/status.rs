//! A2: the state of the machine, for who looks after it; what is amiss with accounts, for who administers them. Others see neither.

use kernel::CentreId;
use web::{Answer, App, Ask, Duty, Markup, Myself, Once, Reply, StoreOperate, admin_page, html};

use crate::commands::newest_backup_min;

/// What the page shows.
#[derive(Default)]
struct Shown {
    machine: Option<Machine>,
    warnings: Vec<String>,
}
struct Machine {
    waiting: usize,
    fsync: (f64, f64),
    commands: u64,
    refused: u64,
    streams: usize,
    backup: Option<i64>,
    folder: String,
}

pub(super) async fn page(app: App, me: Duty<Myself>) -> Reply {
    let now = app.real();
    let mut shown = Shown::default();
    if me.may("people.accounts", CentreId::DISTRICT) {
        shown.warnings = app.read(move |tx| people::api::warnings(tx, now)).await?;
    }
    if me.may("store.operate", CentreId::DISTRICT) {
        shown.warnings.extend(app.read(move |tx| places::api::warnings(tx, now)).await?);
        let m = app.store().metrics();
        shown.machine = Some(Machine {
            waiting: m.waiting.iter().sum(),
            fsync: (m.fsync_p50_ms, m.fsync_p99_ms),
            commands: m.commands,
            refused: m.refused,
            streams: app.0.hub.listeners(),
            backup: newest_backup_min(&app.0.settings.data),
            folder: app.0.settings.data.display().to_string(),
        });
    }
    Ok(Answer::html(&render(&me.ask, &shown)))
}

fn render(ask: &Ask, s: &Shown) -> Markup {
    let tile = |word: &str, value: String| html! { li class="tile" { p class="l" { (ask.t(word)) } p class="v" { (value) } } };
    let body = html! {
        @for w in &s.warnings { (web::notice("wrn", w, "")) }
        @if let Some(m) = &s.machine {
            ul class="tiles" {
                @if let Some(commit) = option_env!("YIZHAN_COMMIT") { (tile("server.status.version", commit.to_owned())) }
                (tile("server.status.waiting", m.waiting.to_string()))
                (tile("server.status.fsync", format!("{:.1} / {:.1} ms", m.fsync.0, m.fsync.1)))
                (tile("server.status.commands", m.commands.to_string()))
                (tile("server.status.refused", m.refused.to_string()))
                (tile("server.status.streams", m.streams.to_string()))
                (tile("server.status.backup", m.backup.map_or_else(|| ask.t("server.status.backup.none").to_owned(), |n| ask.tf("server.status.backup.age", &[("n", &n.to_string())]))))
            }
            dl class="rows" { div { dt { (ask.t("server.status.folder")) } dd { code { (m.folder) } } } }
            (ask.button("/admin/backup", ask.t("server.status.backup_now"), "btn pri", &[]))
        } @else if s.warnings.is_empty() { p class="quiet" { (ask.t("server.status.none")) } }
    };
    admin_page(ask, "/admin", ask.t("server.status.title"), &body).render(ask)
}

/// Copies the district while it runs.
pub(super) async fn backup(app: App, operator: Duty<StoreOperate>, once: Once) -> Reply {
    let path = crate::commands::backup_path(&app.0.settings.data);
    if let Some(folder) = path.parent() {
        crate::open::make_folder(folder).map_err(|e| kernel::Fault::new(e.to_string()))?;
    }
    let store = app.store().clone();
    let done = tokio::task::spawn_blocking(move || store.backup(&path, &mut |_, _| {})).await.map_err(|e| kernel::Fault::new(e.to_string()))?;
    let rows = done?.rows();
    let ask = operator.ask.clone();
    app.write(&operator, once, "server.backup", move |tx| {
        tx.about("backup", rows);
        Ok(Answer::of(&ask, 200, &serde_json::json!({ "rows": rows }), "/admin"))
    })
    .await
}

pub(super) fn sample(ask: &Ask) -> Markup {
    let machine = Machine { waiting: 0, fsync: (0.4, 2.1), commands: 1_204, refused: 3, streams: 6, backup: Some(12), folder: "yizhan-demo".into() };
    render(ask, &Shown { machine: Some(machine), warnings: vec!["备份过期".into()] })
}
