//! What users put around handlers.

use std::{
    future::Future,
    sync::{Arc, Mutex},
};

use kaa_esp::{ClientData, Context, Reply, Status, extension};
use kaa_ism::{Call, Layer, layered};

use crate::support::*;

/// Writes down what passes, and refuses what is not for it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn note(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

struct Logged(&'static str, Log);

impl Layer for Logged {
    async fn around<T: Send>(
        &self,
        call: Call,
        next: impl Future<Output = Result<T, Status>> + Send,
    ) -> Result<T, Status> {
        let Self(name, log) = self;
        log.note(format!("{name}: {} {} {}", call.message, call.lane.unwrap_or_default(), call.subject));
        let result = next.await;
        log.note(format!("{name}: {}", result.as_ref().err().map_or("ok".to_owned(), Status::to_string)));
        result
    }
}

struct Refusing;

impl Layer for Refusing {
    async fn around<T: Send>(
        &self,
        call: Call,
        next: impl Future<Output = Result<T, Status>> + Send,
    ) -> Result<T, Status> {
        match call.lane.as_deref() {
            Some("stranger") => Err(Status::forbidden("not for strangers")),
            Some("bug") => panic!("a layer panics"),
            _ => next.await,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn layers_see_and_refuse_what_is_handled_and_panic_like_handlers() {
    let mut world = World::new().await;
    let log = Log::default();
    let handler = extension(async |_: ClientData, _: Context| Ok(Reply::empty()));
    let role = layered(Logged("outer", log.clone()), layered(Refusing, layered(Logged("inner", log.clone()), handler)));
    let _ext = world.service("ext").serve(role).start().await.unwrap();
    let mut codes = Vec::new();
    for endpoint in ["ep-1", "stranger", "bug"] {
        world.send(request("/x").with_endpoint_id(endpoint)).await;
        codes.push(world.status().await.0);
    }
    assert_eq!(codes, [200, 403, 500]);
    let subject = "kaa.v1.service.ext.esp.ClientData";
    let expected = [
        format!("outer: ClientData ep-1 {subject}"),
        format!("inner: ClientData ep-1 {subject}"),
        "inner: ok".to_owned(),
        "outer: ok".to_owned(),
        format!("outer: ClientData stranger {subject}"),
        "outer: 403 not for strangers".to_owned(),
        format!("outer: ClientData bug {subject}"),
    ];
    assert_eq!(*log.0.lock().unwrap(), expected);
}
