use std::future::Future;

use axum::Router;
use hyper_util::service::TowerToHyperService;
use kaa_service::http::{self, Limits};
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

/// Serves until `end` is ready, then gives the requests that have begun five seconds to finish, and cuts the rest.
///
/// A header has ten seconds, a whole request one minute; 1024 connections are served at once, more of them wait.
pub async fn serve(listener: TcpListener, routes: Router, end: impl Future<Output = ()> + Send + 'static) {
    // Makes the routes ready once and not for every request.
    let routes = TowerToHyperService::new(routes.with_state(()));
    http::serve(listener, routes, Limits::default(), end).await;
}
