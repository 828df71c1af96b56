//! The server.

use std::{error::Error, future::Future, pin::pin, time::Duration};

use hyper::{
    Request, Response,
    body::{Body, Incoming},
    service::Service,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time::timeout};

use super::{Limits, accept::Accept, connection::connection};

/// How long a cut connection may take to drop what it holds.
const CUT: Duration = Duration::from_secs(1);

/// Serves until `end` is ready, then gives the requests that have begun a time to finish, and cuts the rest. Returns how many
/// connections were cut at the end. Dropping the future cuts all of them.
pub async fn serve<S, B>(listener: TcpListener, service: S, limits: Limits, end: impl Future<Output = ()>) -> usize
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let mut accept = Accept::new(listener, limits.connections);
    let mut connections = JoinSet::new();
    let (ending, ended) = watch::channel(());
    let mut end = pin!(end);
    loop {
        let (stream, place) = tokio::select! {
            biased;
            () = end.as_mut() => break,
            next = accept.next() => next,
        };
        while connections.try_join_next().is_some() {}
        connections.spawn(connection(stream, place, service.clone(), limits, ended.clone()));
    }
    drop(accept);
    drop(ending);
    leave(connections, limits.leave).await
}

async fn leave(mut connections: JoinSet<()>, within: Duration) -> usize {
    if timeout(within, all(&mut connections)).await.is_ok() {
        return 0;
    }
    let cut = connections.len();
    tracing::warn!(cut, "HTTP connections are cut: they did not finish in time");
    connections.abort_all();
    // A handler that blocks its thread does not see the abort: do not wait for it.
    let _ = timeout(CUT, all(&mut connections)).await;
    cut
}

async fn all(connections: &mut JoinSet<()>) {
    while connections.join_next().await.is_some() {}
}
