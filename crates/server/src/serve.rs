//! Serving: listener, reactions, stopping in order.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::net::TcpListener;
use web::App;

/// Listens where asked. Without TLS only loopback is allowed: a sign-in must never fail silently.
///
/// # Errors
/// When the address is taken, or is not loopback.
pub async fn listen(address: &str) -> Result<TcpListener> {
    let parsed: SocketAddr = address.parse().with_context(|| format!("--listen {address}: write it like 127.0.0.1:8460"))?;
    if !parsed.ip().is_loopback() {
        bail!("--listen {address}: without TLS only loopback is served. Put a TLS proxy in front of 127.0.0.1:8460");
    }
    TcpListener::bind(parsed).await.with_context(|| format!("{address} cannot be used (is another yizhan running?)"))
}

/// Serves until the process is told to stop; then ends streams, drains the lanes and closes the file.
///
/// # Errors
/// When the listener fails.
pub async fn run(app: App, listener: TcpListener, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    crate::reactions::start(&app);
    let router = web::router(&app);
    let for_stop = app.clone();
    let stopping = async move {
        stop.await;
        for_stop.0.hub.close();
    };
    web::axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stopping).await?;
    app.store().shutdown().await;
    Ok(())
}

/// Ends with Ctrl-C or SIGTERM.
pub async fn signal() {
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
    let terminated = async {
        match &mut term {
            Some(t) => {
                t.recv().await;
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
