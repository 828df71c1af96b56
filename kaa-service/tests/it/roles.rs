//! What a role may be: a struct, a closure, a protocol of one's own.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use bytes::Bytes;
use kaa_esp::{ClientData, Context, ExtensionService, Reply, Status, extension};
use kaa_ism::{
    Answering, Bus as _, Handler, Handlers, Interest, Message, MessageKind, Request as _, Role, SendOptions, respond,
};

use crate::support::*;

/// Asks for the weather.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "com.example.weather")]
#[message(request = "weather.get-request", response = WeatherGetResponse)]
pub(crate) struct WeatherGetRequest {
    pub(crate) correlation_id: String,
    pub(crate) timestamp: i64,
    #[avro(default = 0)]
    pub(crate) timeout: i64,
    pub(crate) place: String,
}

/// Says how warm it is.
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "com.example.weather")]
#[message(response = "weather.get-response", request = WeatherGetRequest, echo(place))]
pub(crate) struct WeatherGetResponse {
    pub(crate) correlation_id: String,
    pub(crate) timestamp: i64,
    #[avro(default = 0)]
    pub(crate) timeout: i64,
    pub(crate) place: String,
    #[avro(default = null)]
    pub(crate) temperature: Option<f64>,
    pub(crate) status_code: i32,
    #[avro(default = null)]
    pub(crate) reason_phrase: Option<String>,
}

struct Greeter {
    greeting: String,
}

impl ExtensionService for Greeter {
    async fn handle(&self, data: ClientData, _context: Context) -> Result<Reply, Status> {
        tokio::task::yield_now().await;
        Ok(Reply::bytes(format!("{} {}", self.greeting, data.endpoint_id.unwrap_or_default())))
    }
}

#[tokio::test(start_paused = true)]
async fn a_struct_is_a_role() {
    let mut world = World::new().await;
    let _ext = world.serve(extension(Greeter { greeting: "hello".into() })).await;
    world.send(request("/x")).await;
    assert_eq!(world.answer().await.payload.as_deref(), Some(&b"hello ep-1"[..]));
}

#[tokio::test(start_paused = true)]
async fn a_closure_with_shared_state_is_a_role() {
    let mut world = World::new().await;
    let count = Arc::new(AtomicU32::new(0));
    let counted = count.clone();
    let role = extension(move |_: ClientData, _: Context| {
        let counted = counted.clone();
        async move {
            tokio::task::yield_now().await;
            Reply::json(&counted.fetch_add(1, Ordering::SeqCst))
        }
    });
    let ext = world.serve(role).await;
    for n in 0..3 {
        world.send(request("/x")).await;
        assert_eq!(world.answer().await.payload.unwrap(), n.to_string());
    }
    ext.shutdown().await;
    assert_eq!(Arc::strong_count(&count), 1, "the role is gone with its service");
}

#[tokio::test(start_paused = true)]
async fn a_protocol_of_ones_own_is_served_and_called() {
    let world = World::new().await;
    let role = respond(async |ask: WeatherGetRequest, _context| match ask.place.as_str() {
        "Kyiv" => Ok(WeatherGetResponse::new(ask.place, 200).with_temperature(21.5)),
        "panic" => panic!("secret"),
        _ => Err(Status::not_found("no such place")),
    });
    let _weather = world.service("weather").serve(role).start().await.unwrap();
    let caller = world.caller().await;
    let ask = async |place: &str| {
        let ask = WeatherGetRequest::new(place);
        caller.handle().call(&instance("weather"), ask, SendOptions::default()).await.unwrap()
    };
    assert_eq!(ask("Kyiv").await.temperature, Some(21.5));
    let refused = ask("Atlantis").await;
    assert_eq!((refused.place.as_str(), refused.status_code), ("Atlantis", 404));
    assert_eq!(refused.reason_phrase.as_deref(), Some("no such place"));
    assert_eq!(ask("panic").await.status_code, 500);
}

/// Handles weather requests of one place after the other, and makes no answer for some of them.
struct ByPlace;

impl Role for ByPlace {
    fn install(self, handlers: &mut impl Handlers) {
        handlers.add(self);
    }
}

impl Handler for ByPlace {
    type Message = WeatherGetRequest;
    type Output = f64;

    fn interest(&self) -> Interest {
        let kind: MessageKind = WeatherGetRequest::KIND;
        Interest::Targeted(kind)
    }

    fn lane<'m>(&self, ask: &'m WeatherGetRequest) -> Option<&'m str> {
        Some(&ask.place)
    }

    async fn handle(&self, _: WeatherGetRequest, _: Context) -> Result<f64, Status> {
        tokio::task::yield_now().await;
        Ok(20.0)
    }

    fn answer(&self, answering: Answering<'_>, result: Result<f64, Status>) -> Option<Bytes> {
        let ask: WeatherGetRequest = answering.read()?;
        assert_ne!(ask.place, "panic");
        let degrees = result.ok().filter(|_| ask.place != "nothing")?;
        Some(answering.stamped(WeatherGetResponse::new(ask.place, 200).with_temperature(degrees)))
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_while_it_makes_an_answer_goes_on() {
    let mut world = World::new().await;
    let weather = world.service("weather").serve(ByPlace).start().await.unwrap();
    for place in ["panic", "panic", "nothing", "Kyiv"] {
        let (to, reply_to) = ("kaa.v1.service.weather.weather.get-request", "kaa.v1.replica.peer.weather.get-response");
        world.peer.publish(to, Some(reply_to), WeatherGetRequest::new(place).to_bytes()).await;
    }
    let answer = WeatherGetResponse::decode(&world.peer.next().await.body).unwrap();
    assert_eq!(answer.place, "Kyiv");
    let handle = weather.handle();
    weather.shutdown().await;
    assert_eq!((outcomes(&handle), answers(&handle)), ("handled 4".into(), "sent 1, lost 2, not-wanted 1".into()));
}

#[tokio::test(start_paused = true)]
async fn one_service_plays_several_roles() {
    let mut world = World::new().await;
    let _both = world
        .service("ext")
        .serve(scripted())
        .serve(respond(async |ask: WeatherGetRequest, _context| Ok(WeatherGetResponse::new(ask.place, 200))))
        .start()
        .await
        .unwrap();
    let caller = world.caller().await;
    world.send(request("/ok")).await;
    assert_eq!(world.status().await.0, 200);
    let ask = WeatherGetRequest::new("Kyiv");
    assert!(caller.handle().call(&instance("ext"), ask, SendOptions::default()).await.is_ok());
}
