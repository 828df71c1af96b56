//! An HTTP/1 server that no client can hold up: bounded connections, deadlines for headers and requests, and for its end.
//! When all connections are taken, the client that has kept the server waiting longest makes room for the next one.
//!
//! [`Management`](crate::Management) is served with it. It is public for the REST side of a service: a service of `tower`, such
//! as the routes of `axum`, is made one of `hyper` by `hyper_util::service::TowerToHyperService`.

mod accept;
mod answer;
mod connection;
mod limits;
mod places;
mod serve;

pub use limits::Limits;
pub use serve::serve;

#[cfg(test)]
mod tests;
