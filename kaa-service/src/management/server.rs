//! The management interface over HTTP.

use std::{convert::Infallible, future::pending, net::SocketAddr, time::Duration};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{ALLOW, CONTENT_TYPE, HeaderValue},
    service::service_fn,
};
use tokio::{net::TcpListener, task::JoinSet};

use super::{Management, Page};
use crate::{
    Error, Settings,
    http::{self, Limits},
};

/// Kaa's default.
const DEFAULT_PORT: u16 = 8080;
const PORT: &str = "management.port";

/// Probes and a scraper or two.
const CONNECTIONS: usize = 64;
/// Nobody is far away: enough for a segment that has to be sent again.
const HEADER: Duration = Duration::from_secs(3);
const REQUEST: Duration = Duration::from_secs(10);

/// A management interface that is served. Dropping it ends it at once.
#[derive(Debug)]
#[must_use = "dropping it ends it"]
pub struct ManagementServer {
    address: SocketAddr,
    _server: JoinSet<()>,
}

impl ManagementServer {
    /// Where it is, with the port that was taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Management {
    /// Serves it over HTTP, for up to 64 connections at once. A header, for which an idle connection waits, has three
    /// seconds, a request ten. Clients that send nothing hold up nobody: when all connections are taken, the next client
    /// gets the place of the one that has waited longest (see [`http::Limits::connections`]). Port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// [`Error`] if the address is taken or not allowed.
    pub async fn listen(&self, address: SocketAddr) -> Result<ManagementServer, Error> {
        let refused =
            |error| Error::connect(format!("cannot listen on {address} for management: {error}; set `{PORT}`"));
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let management = self.clone();
        let service = service_fn(move |request| answer(management.clone(), request));
        let limits = Limits::default().with_connections(CONNECTIONS).with_header(HEADER).with_request(REQUEST);
        let mut server = JoinSet::new();
        server.spawn(async move {
            http::serve(listener, service, limits, pending()).await;
        });
        tracing::info!(%address, "management");
        Ok(ManagementServer { address, _server: server })
    }

    /// [Listens](Self::listen) on all addresses, on the port `management.port`, as
    /// [`Service::run`](crate::Service::run) does: 0 takes a free one, -1 is no management (`None`). Without that
    /// setting it is 8080; if that cannot be listened on, a warning says so, and there is no management either.
    ///
    /// Services may be added later: until then it is alive, and not ready. So listen before you connect to the bus.
    ///
    /// # Errors
    ///
    /// [`Error`] if `management.port` is no port, or cannot be listened on.
    pub async fn listen_by(&self, settings: &Settings) -> Result<Option<ManagementServer>, Error> {
        self.listen_or(settings, Unset::Default).await
    }

    /// Listens where the settings say.
    pub(crate) async fn listen_or(&self, settings: &Settings, unset: Unset) -> Result<Option<ManagementServer>, Error> {
        let at = |port| SocketAddr::from(([0, 0, 0, 0], port));
        match (settings.get::<Port>(PORT)?, unset) {
            (Some(Port::Off), _) | (None, Unset::Off) => Ok(None),
            (None, Unset::Default) => {
                let listening = self.listen(at(DEFAULT_PORT)).await;
                let warn = |error: &Error| tracing::warn!(%error, "going on without management");
                Ok(listening.inspect_err(warn).ok())
            }
            (Some(Port::At(port)), _) => self.listen(at(port)).await.map(Some),
        }
    }
}

/// What of `management.port` holds when it is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unset {
    /// 8080, if it is free: nobody has asked for it.
    Default,
    /// No management.
    Off,
}

/// The value of `management.port`.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(try_from = "i64")]
pub(crate) enum Port {
    /// 0 takes a free one.
    At(u16),
    /// No management: -1.
    Off,
}

impl TryFrom<i64> for Port {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        match u16::try_from(number) {
            Ok(port) => Ok(Self::At(port)),
            Err(_) if number == -1 => Ok(Self::Off),
            Err(_) => Err(format!("{number} is no port; -1 is none at all")),
        }
    }
}

async fn answer(management: Management, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = Response::new(Full::default());
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Ok(response);
    }
    let Page { status, content_type, body } = management.get(request.uri().path()).await;
    let mut response = Response::new(Full::from(body));
    // The pages have valid ones.
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    Ok(response)
}
