//! A protocol of your own: a request, its response and an event, here on a bus within the process.

use kaa_ism::{
    Bus as _, Context, Fanout, InstanceName, Message, Originator, Request, SendOptions, Status, Subject, listen,
    respond,
};
use kaa_service::{MemoryBus, Service, Settings};

#[derive(Debug, PartialEq, Message)]
#[avro(namespace = "com.example.weather")]
#[message(request = "weather.get-request", response = WeatherResponse)]
struct WeatherRequest {
    correlation_id: String,
    timestamp: i64,
    place: String,
}

#[derive(Debug, PartialEq, Message)]
#[message(response = "weather.get-response", request = WeatherRequest)]
struct WeatherResponse {
    correlation_id: String,
    timestamp: i64,
    /// In degrees Celsius.
    temperature: Option<f64>,
    status_code: i32,
    reason_phrase: Option<String>,
}

#[derive(Debug, PartialEq, Message)]
#[message(event = "weather.storm.{place}")]
struct StormEvent {
    correlation_id: String,
    timestamp: i64,
    place: String,
}

async fn weather(request: WeatherRequest, _context: Context) -> Result<WeatherResponse, Status> {
    match request.place.as_str() {
        "kyiv" => Ok(WeatherResponse::new(200).with_temperature(21.5)),
        place => Err(Status::not_found(format!("no weather in {place}"))),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (bus, name) = (MemoryBus::new(), InstanceName::parse("station")?);
    println!("{} {}", Subject::service(&name, WeatherRequest::KIND), WeatherRequest::avro_schema());
    let station = Service::new(Settings::new(name.as_str())?, bus.clone()).serve(respond(weather)).start().await?;
    let warn = async |event: StormEvent, context: Context| {
        println!("{} {event:?}", context.subject);
        Ok(())
    };
    let role = listen(Originator::Any, Fanout::OneReplica, warn);
    let caller = Service::new(Settings::new("caller")?, bus).serve(role).start().await?;
    println!("{:?}", caller.handle().call(&name, WeatherRequest::new("kyiv"), SendOptions::default()).await?);
    station.handle().broadcast(StormEvent::new("kyiv")).await?;
    caller.shutdown().await; // after what has been published
    Ok(())
}

#[cfg(test)]
mod tests;
