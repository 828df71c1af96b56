use kaa_ism::{Context, Message, Status, respond};

#[derive(Message)]
#[message(request = "demo.ask", response = Answer)]
struct Ask {
    correlation_id: String,
}

#[derive(Message)]
#[message(response = "demo.answer", request = Ask)]
struct Answer {
    correlation_id: String,
    status_code: i32,
    reason_phrase: Option<String>,
}

struct Station;

fn main() {
    let _fine = respond(async |_: Ask, _: Context| Ok::<Answer, Status>(Answer::new(200)));
    let _wrong = respond::<Ask>(Station);
}
