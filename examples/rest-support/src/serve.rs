use std::future::Future;

use axum::Router;
use tokio::net::TcpListener;

/// The port of a REST server that has none in its settings.
const DEFAULT_PORT: u16 = 80;

/// Listens on all addresses, on `port` or the default one.
///
/// # Errors
///
/// A line for the operator if the port is taken or not allowed.
pub async fn listen(port: Option<u16>) -> Result<TcpListener, String> {
    let port = port.unwrap_or(DEFAULT_PORT);
    let listening = TcpListener::bind(("0.0.0.0", port)).await;
    listening.map_err(|error| format!("cannot listen on port {port} for HTTP: {error}; set `server.port`"))
}

/// Serves until `end` is ready, then finishes the requests that have begun.
pub async fn serve(listener: TcpListener, routes: Router, end: impl Future<Output = ()> + Send + 'static) {
    if let Err(error) = axum::serve(listener, routes).with_graceful_shutdown(end).await {
        tracing::error!(%error, "the HTTP server ended");
    }
}
