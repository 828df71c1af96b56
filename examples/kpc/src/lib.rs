//! Kaa Protocol Communication: the gateway between the devices of a platform and its extension services.
//!
//! Devices speak 1/KP over MQTT 3.1.1 or 3.1; it looks like a broker to them and is none. Each message is checked (application
//! version, extension, endpoint token by 16/ECAP) and goes to the extension as 4/ESP `ClientData`; the answer goes back on
//! `<topic>/status` or `<topic>/error`. What extensions push goes to the connection that used the endpoint last. Endpoints
//! that come and go are announced by 9/ELCE.
//!
//! # Settings
//!
//! | key | default | meaning |
//! |---|---|---|
//! | `kaa.applications.<app>.versions.<version>.allowed-extension-instances` | inherited | extensions that the version may use |
//! | `kaa.applications.<app>.allowed-extension-instances` | all | what its versions inherit |
//! | `kaa.extension-instances.<extension>.endpoint-aware`, also below `kaa.kpc` | true | whether topics have an endpoint token |
//! | `kaa.kpc.dialect` | `platform` | or `rfc`: no error without request id, and only subscribed topics are delivered |
//! | `kaa.kpc.ecap.provider.service-instance.name` | `cm` | who knows the tokens |
//! | `kaa.kpc.ecap.timeout` | 5000 | ms to wait for it |
//! | `kaa.kpc.ecap.cache.size`, `.max-age` | 100000, 600000 | how many tokens are remembered, and how long in ms |
//! | `kaa.kpc.extension.timeout` | 10000 | ms to wait for an extension |
//! | `kaa.kpc.extension.pins.size` | 100000 | sessions that are pinned to a replica; then the oldest pin goes |
//! | `kaa.kpc.extension.pins.max-age` | 600000 | ms until an old pin goes |
//! | `kaa.kpc.push-qos` | 1 | quality of pushes |
//! | `kaa.kpc.limits.connections` | 100000 | clients at once |
//! | `kaa.kpc.limits.sessions-per-connection` | 10000 | tokens of one client |
//! | `kaa.kpc.limits.in-flight-per-connection` | 1024 | messages under way, of one client |
//! | `kaa.kpc.limits.in-flight` | 50000 | messages at extensions, of all clients |
//! | `kaa.kpc.limits.in-flight-bytes` | 67108864 | memory of the messages under way, of all clients: topic, payload, and 1024 each |
//! | `kaa.kpc.limits.token-length` | 256 | bytes; a longer token is refused without asking |
//! | `kaa.kpc.transports.mqtt.tcp.host`, `.port` | 0.0.0.0, 1883 | where to listen |
//! | `kaa.kpc.transports.mqtt.max-packet` | 262144 | bytes; a larger packet ends its connection |
//! | `kaa.kpc.transports.mqtt.connect-timeout` | 10000 | ms until CONNECT has to be complete |
//! | `kaa.kpc.transports.mqtt.write-timeout` | 30000 | ms that a client may take nothing of what waits for it |
//! | `kaa.kpc.transports.mqtt.push-queue` | 256 | pushes that wait for one client |
//! | `kaa.kpc.transports.mqtt.takeover` | false | a client id ends the older connection with the same one |
//! | `kaa.tekton.*` | off | where applications come from too, see [`kaa_tekton`] |
//! | `management.port` | 8080 | health and metrics (the process only); 0 a free one, -1 none |
//! | `service.*`, `nats.*` | | see [`kaa_service::Settings`] |
//!
//! `kaa.applications` and the extension instances may change while the service runs, in the settings file or in
//! Tekton, and hold for the next message of every client. A configuration that is not valid is refused as a whole, and
//! the old one stays (`kaa_settings_changes_total`). All other settings are read once. Where the file lists no version
//! and there is a Tekton, clients are accepted when the applications have been fetched.
//!
//! # Sessions with extensions
//!
//! What an endpoint sends to an extension goes to any replica of it, until one asks for the rest by the replyTo of an
//! answer or a push (ESP-014). Then the session is pinned: all goes to that replica, over whichever connection and
//! token, with request id or without. An answer that comes too late pins nothing, nor does a push for an endpoint that
//! is not connected here. A success without replyTo unpins the session, as do its age, and a replica that is gone or
//! does not answer in time.
//!
//! What was for a replica that is gone goes on to the instance, a request within its `kaa.kpc.extension.timeout`, a
//! message without request id if the bus tells within 500 ms. If messages without request id have arrived there
//! before, it may be impossible to tell which one came to nobody: then the first one behind them is lost, or answered
//! 504 if it has a request id, and the next one is not.
//!
//! # What is promised
//!
//! - **Order**: messages with the same token over one connection reach the bus in order of arrival. A token that is being
//!   asked about, or an answer that is outstanding, delays no message with another token. What goes on to the instance
//!   because its replica is gone may be behind messages that came later.
//! - **Acknowledgement**: PUBACK and PUBREC are sent, in order of arrival, when a message has been handed to the bus (KP-012).
//!   MQTT 3 has no negative one: a message that is refused, or that the bus does not take, is acknowledged too and answered on
//!   `/error`. Messages on topics that are none of 1/KP are acknowledged and ignored.
//! - **Bounds**: where too much is in flight, nothing more is read from the client. A client that takes nothing is disconnected.
//! - **End**: what a client has sent before it went is still handed over. No session is kept; retain and will are ignored.
//!
//! # What is counted
//!
//! `kpc_uplinks_total`, `kpc_requests_total`, `kpc_downlinks_total`, `kpc_connections_total`, `kpc_events_total`,
//! `kpc_token_lookups_total`, and `kpc_pins_total` (sessions that were `pinned` to a replica, and that ended:
//! `unpinned` by the extension, `lost` with the replica, `expired`, `evicted` beyond the number), each by `outcome`.
//! Tokens and payloads are in no counter and no log line.

mod core;
mod error;
mod kpc;
mod mqtt;
mod settings;

pub use error::Error;
pub use kpc::{Kpc, RunningKpc};
