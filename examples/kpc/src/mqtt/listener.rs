//! Accepts clients.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::BytesMut;
use kaa_service::Metrics as ServiceMetrics;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{
    client::{Client, Limits, Stops},
    end::End,
    filters::Filters,
    handshake,
    outlet::Queue,
    takeover::Takeover,
};
use crate::{
    Error,
    core::{Admission, Hub},
    settings::MqttSettings,
};

/// How long to wait after a failed accept: first, and at most.
const BACK_OFF: [Duration; 2] = [Duration::from_millis(10), Duration::from_secs(1)];

/// Binds the port.
pub(crate) async fn bind(settings: &MqttSettings) -> Result<TcpListener, Error> {
    let bound = TcpListener::bind((settings.host.as_str(), settings.port)).await;
    bound.map_err(|error| Error::listen(settings.address(), error))
}

/// Accepts MQTT clients. Dropping it ends all connections at once.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinSet<()>,
}

/// What all MQTT connections share.
struct Shared {
    hub: Arc<Hub>,
    settings: MqttSettings,
    takeover: Takeover,
    counters: ServiceMetrics,
    stop: CancellationToken,
}

impl Shared {
    /// Once for each connection, not for each message: looking it up takes a lock.
    fn count(&self, outcome: &str) {
        self.counters.counter("kpc_connections_total", &[("outcome", outcome)]).increment();
    }
}

impl Listener {
    pub(crate) fn start(socket: TcpListener, hub: Arc<Hub>, settings: MqttSettings, counters: &ServiceMetrics) -> Self {
        let stop = CancellationToken::new();
        // A bound socket has an address; a port of 0 would only be shown in a log.
        let address = socket.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], settings.port)));
        let takeover = Takeover::new(settings.takeover);
        let shared = Arc::new(Shared { hub, settings, takeover, counters: counters.clone(), stop: stop.clone() });
        let mut task = JoinSet::new();
        task.spawn(accept(socket, shared));
        Self { address, stop, task }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Accepts nobody more and ends all connections, within `grace`.
    pub(crate) async fn shutdown(mut self, grace: Duration) {
        self.stop.cancel();
        if tokio::time::timeout(grace, self.task.join_next()).await.is_err() {
            tracing::warn!("not all MQTT connections ended in time");
        }
    }
}

async fn accept(socket: TcpListener, shared: Arc<Shared>) {
    let [first, longest] = BACK_OFF;
    let (mut clients, mut back_off) = (JoinSet::new(), first);
    loop {
        let accepted = tokio::select! {
            biased;
            () = shared.stop.cancelled() => break,
            Some(ended) = clients.join_next(), if !clients.is_empty() => {
                log_abnormal(ended);
                continue;
            }
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                back_off = first;
                match shared.hub.admit() {
                    Some(admission) => {
                        clients.spawn(serve(stream, peer, admission, shared.clone()));
                    }
                    None => shared.count("refused"),
                }
            }
            Err(error) if is_of_the_client(&error) => shared.count("broken"),
            Err(error) => {
                // Out of file descriptors, most likely: trying again at once would only burn the processor.
                if back_off == first {
                    tracing::warn!(%error, "cannot accept clients; trying again");
                }
                shared.count("not-accepted");
                tokio::select! {
                    () = shared.stop.cancelled() => break,
                    () = tokio::time::sleep(back_off) => {}
                }
                back_off = back_off.saturating_mul(2).min(longest);
            }
        }
    }
    drop(socket);
    while let Some(ended) = clients.join_next().await {
        log_abnormal(ended);
    }
}

fn log_abnormal(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection ended abnormally");
    }
}

/// Errors of one connection that is gone already.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

async fn serve(stream: TcpStream, peer: SocketAddr, admission: Admission, shared: Arc<Shared>) {
    shared.count("accepted");
    let end = talk(stream, admission, &shared).await;
    shared.count(end.as_str());
    tracing::debug!(%peer, end = end.as_str(), "an MQTT connection has ended");
}

async fn talk(stream: TcpStream, admission: Admission, shared: &Shared) -> End {
    // Without it small packets may wait for each other; that is a matter of speed only.
    let _ = stream.set_nodelay(true);
    let (mut reader, mut writer) = stream.into_split();
    let (settings, shutdown) = (&shared.settings, shared.stop.child_token());
    let mut input = BytesMut::new();
    let connect = tokio::select! {
        () = shutdown.cancelled() => return End::Shutdown,
        () = tokio::time::sleep(settings.connect_timeout) => return End::NoConnect,
        connected = handshake::connect(&mut reader, &mut writer, &mut input, settings.max_packet) => match connected {
            Ok(connect) => connect,
            Err(end) => return end,
        },
    };
    shared.count("connected");
    let claim = shared.takeover.claim(connect.client_id);
    let (queue, pushes) = Queue::new(settings.push_queue);
    let limits = Limits {
        max_packet: settings.max_packet,
        write_timeout: settings.write_timeout,
        // One and a half times what was said (MQTT 3.1.1, 3.1.2.10).
        keep_alive: (connect.keep_alive > 0).then(|| Duration::from_millis(u64::from(connect.keep_alive) * 1_500)),
    };
    let connection = shared.hub.connect(admission, Arc::new(queue));
    let (filters, metrics) = (Filters::new(shared.hub.dialect()), shared.hub.metrics.clone());
    let client = Client::new(reader, writer, input, connection, pushes, filters, metrics, limits);
    client.serve(Stops { shutdown, taken_over: claim.lost.clone() }).await
}
