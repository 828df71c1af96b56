use kaa_ism::{
    Acknowledgement, Context, EventFilter, Identity, Message, Status, acknowledge, listen, receive, respond,
};
use kaa_service::{MemoryBus, Settings};

use super::*;

#[derive(Debug, PartialEq, Message)]
#[message(request = "weather.get-request", response = WeatherResponse)]
struct WeatherRequest {
    correlation_id: String,
    timestamp: i64,
}

#[derive(Debug, PartialEq, Message)]
#[message(response = "weather.get-response", request = WeatherRequest)]
struct WeatherResponse {
    correlation_id: String,
    timestamp: i64,
    status_code: i32,
    reason_phrase: Option<String>,
}

#[derive(Debug, PartialEq, Message)]
#[message(event = "weather.storm.{}")]
struct StormEvent {
    correlation_id: String,
    timestamp: i64,
}

#[derive(Debug, PartialEq, Message)]
#[message(one_way = "weather.storm-seen")]
struct StormSeen {
    correlation_id: String,
    timestamp: i64,
}

#[derive(Debug, PartialEq, Message)]
#[message(one_way = "weather.advice.{}")]
struct Advice {
    correlation_id: String,
    timestamp: i64,
}

impl Acknowledged for StormEvent {
    type Acknowledgement = StormSeen;
}

impl Acknowledgement for StormSeen {
    fn of(correlation_id: &str, _: &Identity, _: &Status) -> Self {
        Self { correlation_id: correlation_id.to_owned(), timestamp: 0 }
    }

    fn status(&self) -> Status {
        Status::ok()
    }
}

fn service(yaml: &str) -> Service {
    Service::new(Settings::from_yaml("station", yaml).unwrap(), MemoryBus::new())
}

fn instance(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

fn lists(permissions: &Permissions) -> (Vec<&str>, Vec<&str>) {
    (permissions.publish().collect(), permissions.subscribe().collect())
}

#[test]
fn a_service_without_roles_reaches_itself() {
    let of = permissions(&service("service.instance.replica.id: r1"));
    assert_eq!(lists(&of), (vec!["kaa.v1.replica.r1.ism.*"], vec!["kaa.v1.replica.r1.>"]));
}

#[test]
fn an_id_that_is_not_fixed_may_be_any() {
    let expected = (vec!["kaa.v1.replica.*.ism.*"], vec!["kaa.v1.replica.*.>"]);
    assert_eq!(lists(&permissions(&service(""))), expected);
    let settings = Settings::from_yaml("station", "service.instance.replica.id: r1").unwrap();
    let other = Service::new(settings.for_instance(instance("other")), MemoryBus::new());
    assert_eq!(lists(&permissions(&other)), expected);
}

#[test]
fn roles_listen_and_answer() {
    let service = service("service.instance.replica.id: r1")
        .serve(respond(async |_: WeatherRequest, _: Context| Err(Status::not_found("no weather"))))
        .serve(receive(async |_: Advice, _: Context| Ok(())))
        .serve(listen(EventFilter::any(), Fanout::EveryReplica, async |_: StormEvent, _: Context| Ok(())))
        .serve(acknowledge(EventFilter::of(instance("sea")), Fanout::OneReplica, async |_: StormEvent, _: Context| {
            Ok(())
        }));
    let of = permissions(&service).acknowledges::<StormEvent>();
    let publish = vec!["kaa.v1.replica.*.weather.*", "kaa.v1.replica.*.weather.storm-seen", "kaa.v1.replica.r1.ism.*"];
    let subscribe = vec![
        "kaa.v1.events.*.weather.storm.*",
        "kaa.v1.events.sea.weather.storm.* station",
        "kaa.v1.replica.r1.>",
        "kaa.v1.service.station.weather.advice.* station",
        "kaa.v1.service.station.weather.get-request station",
    ];
    assert_eq!(lists(&of), (publish, subscribe));
}

#[test]
fn what_it_sends_is_added() {
    let of = permissions(&service("service.instance.replica.id: r1"));
    let of = of.calls::<WeatherRequest>(&instance("sea")).tells::<Advice>(&instance("sea"));
    let of = of.tells::<StormSeen>(&instance("sea")).broadcasts::<StormEvent>().pushes::<WeatherResponse>();
    let publish = vec![
        "kaa.v1.events.station.weather.storm.*",
        "kaa.v1.replica.*.weather.get-response",
        "kaa.v1.replica.r1.ism.*",
        "kaa.v1.service.sea.weather.advice.*",
        "kaa.v1.service.sea.weather.get-request",
        "kaa.v1.service.sea.weather.storm-seen",
    ];
    assert_eq!(lists(&of), (publish, vec!["kaa.v1.replica.r1.>"]));
}

#[test]
fn quotes_cannot_end_a_text_of_the_configuration() {
    assert_eq!(quoted(r#"a"]b\"#), r#""a\"]b\\""#);
}
