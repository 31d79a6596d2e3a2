//! A2: the state of the machine.

use web::{Answer, App, Ask, Duty, Markup, Myself, Once, Reply, StoreOperate, admin_page, html};

use crate::commands::newest_backup_min;

/// What the page shows.
struct Shown {
    waiting: usize,
    fsync: (f64, f64),
    commands: u64,
    refused: u64,
    streams: usize,
    backup: Option<i64>,
    folder: String,
    warnings: Vec<String>,
    may_operate: bool,
}

pub(super) async fn page(app: App, me: Duty<Myself>) -> Reply {
    let m = app.store().metrics();
    let now = app.real();
    let mut warnings = app.read(move |tx| people::api::warnings(tx, now)).await?;
    warnings.extend(app.read(move |tx| places::api::warnings(tx, now)).await?);
    let shown = Shown {
        waiting: m.waiting.iter().sum(),
        fsync: (m.fsync_p50_ms, m.fsync_p99_ms),
        commands: m.commands,
        refused: m.refused,
        streams: app.0.hub.listeners(),
        backup: newest_backup_min(&app.0.settings.data),
        folder: app.0.settings.data.display().to_string(),
        warnings,
        may_operate: me.may("store.operate", kernel::CentreId::DISTRICT),
    };
    Ok(Answer::html(&render(&me.ask, &shown)))
}

fn render(ask: &Ask, s: &Shown) -> Markup {
    let tile = |word: &str, value: String| html! { li class="tile" { p class="l" { (ask.t(word)) } p class="v" { (value) } } };
    let backup = s.backup.map_or_else(|| ask.t("server.status.backup.none").to_owned(), |n| ask.tf("server.status.backup.age", &[("n", &n.to_string())]));
    let body = html! {
        @for w in &s.warnings { (web::notice("wrn", w, "")) }
        ul class="tiles" {
            (tile("server.status.version", env!("CARGO_PKG_VERSION").into()))
            (tile("server.status.waiting", s.waiting.to_string()))
            (tile("server.status.fsync", format!("{:.1} / {:.1} ms", s.fsync.0, s.fsync.1)))
            (tile("server.status.commands", s.commands.to_string()))
            (tile("server.status.refused", s.refused.to_string()))
            (tile("server.status.streams", s.streams.to_string()))
            (tile("server.status.backup", backup))
        }
        dl class="rows" { div { dt { (ask.t("server.status.folder")) } dd { code { (s.folder) } } } }
        @if s.may_operate { (ask.button("/admin/backup", ask.t("server.status.backup_now"), "btn pri", &[])) }
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
    render(
        ask,
        &Shown {
            waiting: 0,
            fsync: (0.4, 2.1),
            commands: 1_204,
            refused: 3,
            streams: 6,
            backup: Some(12),
            folder: "yizhan-demo".into(),
            warnings: vec!["备份过期".into()],
            may_operate: true,
        },
    )
}
