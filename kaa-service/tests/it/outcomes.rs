//! Nothing is lost: what is counted adds up to what was sent.

use std::time::Duration;

use kaa_ism::Message as _;
use kaa_service::Limits;

use crate::support::*;

/// A generator of numbers that is the same everywhere (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }

    async fn send(&mut self, world: &World) {
        let after = format!("/after/{}", self.below(50));
        let paths = ["/ok", "/ok-later", "/refuse", "/refuse-later", "/panic", "/panic-later", "/hang", &after, &after];
        let mut data = request(paths[usize::try_from(self.below(9)).unwrap()]);
        data.endpoint_id = (self.below(4) > 0).then(|| format!("ep-{}", self.below(20)));
        data.request_id = (self.below(4) > 0).then_some(7);
        data.timeout = [0, 0, 30, 300][usize::try_from(self.below(4)).unwrap()];
        data.timestamp = world.clock_now() - i64::try_from(self.below(60)).unwrap();
        let body = data.to_bytes();
        let cut = usize::try_from(self.below(u64::try_from(body.len()).unwrap() - 1)).unwrap();
        match self.below(8) {
            0 => world.send_without_reply_to(data).await,
            1 => world.send_bytes(body.slice(..cut)).await,
            2 => world.send_bytes([&body[..], b"tail"].concat()).await,
            _ => world.send(data).await,
        }
    }
}

impl World {
    fn clock_now(&self) -> i64 {
        kaa_ism::Clock::now(&self.clock).0
    }
}

async fn adds_up(seed: u64, messages: u64) {
    let mut random = Random(seed);
    let mut world = World::new().await;
    let limits = Limits::default().with_in_work(8).with_waiting(40).with_handling(Duration::from_millis(500));
    let ext = world.service("ext").with_limits(limits).serve(scripted()).start().await.unwrap();
    for n in 0..messages {
        random.send(&world).await;
        match random.below(30) {
            // The last of them have not even been taken when the service shuts down.
            _ if n > messages - 300 => {}
            0 => tokio::time::sleep(Duration::from_millis(random.below(100))).await,
            1 => tokio::task::yield_now().await,
            _ => {}
        }
    }
    let handle = ext.handle();
    ext.shutdown().await;
    let count = |name, outcome| handle.metrics().sum(name, ("outcome", outcome));
    let message = |outcome| count("kaa_messages_total", outcome);
    let answer = |outcome| count("kaa_answers_total", outcome);
    let answerable: u64 = ANSWERABLE.map(message).iter().sum();
    let unanswerable: u64 = UNANSWERABLE.map(message).iter().sum();
    let text = format!("seed {seed}: {} | {}", outcomes(&handle), answers(&handle));
    assert_eq!(answerable + unanswerable, messages, "{text}");
    assert_eq!(answer("sent") + answer("not-wanted") + answer("no-reply-to"), answerable, "{text}");
    assert_eq!(u64::try_from(world.answers().len()).unwrap(), answer("sent"), "{text}");
    assert!(["handled", "refused", "panicked", "timed-out", "overloaded"].iter().all(|&o| message(o) > 0), "{text}");
}

#[tokio::test(start_paused = true)]
async fn outcomes_add_up_to_the_messages_and_answers_to_the_outcomes() {
    for seed in 0..20 {
        adds_up(seed, 2_000).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn outcomes_add_up_on_many_threads() {
    for seed in 100..103 {
        adds_up(seed, 1_000).await;
    }
}
