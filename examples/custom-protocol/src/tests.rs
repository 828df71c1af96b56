//! What the example says, and how short it is.

use kaa_ism::{Event as _, Response as _};

use super::*;

async fn ask(place: &str) -> WeatherResponse {
    let (bus, name) = (MemoryBus::new(), InstanceName::parse("station").unwrap());
    let station = Service::new(Settings::new("station").unwrap(), bus.clone()).serve(respond(weather));
    let station = station.start().await.unwrap();
    let caller = Service::new(Settings::new("caller").unwrap(), bus).start().await.unwrap();
    let request = WeatherRequest::new(place);
    let response = caller.handle().call(&name, request, SendOptions::default()).await.unwrap();
    station.shutdown().await;
    response
}

#[tokio::test]
async fn the_station_answers() {
    let response = ask("kyiv").await;
    assert_eq!((response.temperature, response.status_code), (Some(21.5), 200));
}

#[tokio::test]
async fn an_error_becomes_a_response_with_its_status() {
    let response = ask("atlantis").await;
    assert_eq!(response.status().to_string(), "404 no weather in atlantis");
    assert_eq!(response.temperature, None);
}

#[test]
fn subjects_follow_from_the_attributes() {
    let name = InstanceName::parse("station").unwrap();
    assert_eq!(Subject::service(&name, WeatherRequest::KIND).as_str(), "kaa.v1.service.station.weather.get-request");
    let event = StormEvent::new("kyiv");
    assert_eq!(event.subject(&name).unwrap().as_str(), "kaa.v1.events.station.weather.storm.kyiv");
    assert!(StormEvent::new("a.b").subject(&name).is_err(), "a dot would move the event");
}

#[test]
fn bytes_are_the_fields_in_order() {
    let request = WeatherRequest { correlation_id: "c".into(), timestamp: 1, place: "kyiv".into() };
    let bytes = request.to_bytes();
    assert_eq!(*bytes, *b"\x02c\x02\x08kyiv");
    assert_eq!(WeatherRequest::decode(&bytes), Ok(request));
}

#[test]
fn the_example_has_at_most_60_lines() {
    let source = include_str!("main.rs");
    let count = source.lines().filter(|line| !["#[cfg(test)]", "mod tests;"].contains(line)).count();
    assert!(count <= 60, "{count} lines");
}
