//! Tests of services: the production [`Service`](crate::Service) in process, on a bus that the test controls. With the
//! feature `test-kit`, for `[dev-dependencies]`.
//!
//! A whole test of an extension:
//!
//! ```
//! use std::time::Duration;
//!
//! use kaa_esp::{ClientData, Esp as _, ExtensionData, Reply, extension};
//! use kaa_ism::{Request as _, SendOptions, Subject};
//! use kaa_service::testkit::TestKit;
//!
//! // #[tokio::test]
//! async fn it_answers_everyone_in_time() -> Result<(), Box<dyn std::error::Error>> {
//!     let kit = TestKit::new();
//!     let slow = extension(async |data: ClientData, _context| {
//!         tokio::time::sleep(Duration::from_secs(data.payload.len() as u64)).await;
//!         Ok(Reply::bytes(data.payload))
//!     });
//!     let echo = kit.start("echo", |service| service.serve(slow)).await?;
//!     let kpc = kit.peer("kpc").await?;
//!
//!     // A peer calls and sends as in production.
//!     let data = ClientData::new("demo-v1", "/echo").with_endpoint_id("ep-1").with_request_id(1);
//!     let (to, options) = (&echo.identity().instance, SendOptions::default());
//!     let answer = kpc.handle().esp().call(to, data.clone().with_payload("abc"), options.clone()).await?;
//!     assert_eq!(answer.payload.unwrap(), "abc");
//!     let options = options.with_timeout(Duration::from_secs(2));
//!     kpc.handle().esp().send(to, data.with_payload("far too long"), options).await?;
//!
//!     // What a service sends is taken one by one, in order.
//!     assert_eq!(echo.expect::<ExtensionData, _>().await.status_code, 200);
//!     assert_eq!(echo.expect::<ExtensionData, _>().await.status_code, 504);
//!     echo.expect_none::<ExtensionData, _>(Duration::from_secs(60)).await;
//!
//!     // Bytes that are no message are counted.
//!     kpc.publish(Subject::service(to, ClientData::KIND), None, "nonsense").await?;
//!     kit.advance(Duration::from_millis(1)).await;
//!     assert_eq!(echo.count("undecodable"), 1);
//!
//!     // Every message was answered, or counted under a reason.
//!     let accounting = echo.finish().await;
//!     assert_eq!((accounting.requests(), accounting.answers()), (2, 2));
//!     Ok(())
//! }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(it_answers_everyone_in_time())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Things go wrong as a test tells: [`TestKit::with_faults`] loses, doubles, reorders and delays messages between
//! services, the same for the same seed; [`MemoryBus::faults`](crate::MemoryBus::faults) parts connections, loses them,
//! makes them slow and refuses permissions. A test that needs none of this runs on a real server too:
//! [`TestKit::from_environment`].

mod accounting;
mod addressed;
mod clock;
mod kit;
mod service;
mod tap;

pub use accounting::Accounting;
pub use addressed::{Addressed, AsEvent, AsOneWay, AsRequest, AsResponse};
pub use clock::TestClock;
pub use kit::TestKit;
pub use service::TestService;
