//! The loop of one client.

use std::{collections::VecDeque, pin::pin, task::Poll, time::Duration};

use bytes::BytesMut;
use futures::{FutureExt as _, poll};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    acks::{Ack, Acks},
    codec::{self, Encoder, Packet, Publish},
    end::End,
    filters::Filters,
    outbound::Outbound,
    outlet::Pushes,
    wire,
};
use crate::core::{Connection, Downlink, Metrics, Quality, Receipt};

/// With so many bytes waiting to be written nothing more is read or made.
const HIGH_WATER: usize = 64 * 1024;
/// How long the last bytes may take when the server ends a connection.
const FAREWELL: Duration = Duration::from_secs(1);
/// When there is no deadline.
const FAR: Duration = Duration::from_secs(86_400);

/// A client that has connected.
pub(super) struct Client<R, W> {
    pub(super) reader: R,
    pub(super) writer: W,
    pub(super) input: BytesMut,
    pub(super) connection: Connection,
    pub(super) pushes: Pushes,
    pub(super) filters: Filters,
    pub(super) metrics: Metrics,
    pub(super) limits: Limits,
    state: State,
}

/// Bounds of one client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) max_packet: usize,
    pub(super) write_timeout: Duration,
    /// How long the client may be silent.
    pub(super) keep_alive: Option<Duration>,
}

struct State {
    output: BytesMut,
    /// Answers that found the output full. No more than were in flight: meanwhile nothing is read.
    waiting: VecDeque<Downlink>,
    acks: Acks,
    outbound: Outbound,
    /// A message that waits for its memory. Meanwhile nothing is read.
    parked: Option<Publish>,
    /// When the last packet came.
    heard: Instant,
    /// Since when the client has taken nothing of what waits for it.
    stuck: Option<Instant>,
}

/// Why the loop goes on.
enum Wake {
    Moved(Option<Downlink>),
    Ack(Ack),
    Push(Option<Box<Downlink>>),
    Wrote(std::io::Result<()>),
    Read(std::io::Result<usize>),
    Tick,
    End(End),
}

/// What ends a connection from outside.
#[derive(Clone, Debug)]
pub(super) struct Stops {
    pub(super) shutdown: CancellationToken,
    pub(super) taken_over: CancellationToken,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Client<R, W> {
    #[allow(clippy::too_many_arguments, reason = "called once")]
    pub(super) fn new(
        reader: R,
        writer: W,
        input: BytesMut,
        connection: Connection,
        pushes: Pushes,
        filters: Filters,
        metrics: Metrics,
        limits: Limits,
    ) -> Self {
        let state = State {
            output: BytesMut::new(),
            waiting: VecDeque::new(),
            acks: Acks::default(),
            outbound: Outbound::default(),
            parked: None,
            heard: Instant::now(),
            stuck: None,
        };
        Self { reader, writer, input, connection, pushes, filters, metrics, limits, state }
    }

    /// Serves the client until the connection ends; then lets what it has sent reach the bus, and ends its sessions.
    pub(super) async fn serve(mut self, stops: Stops) -> End {
        let end = self.run(stops).await;
        if matches!(end, End::Shutdown | End::Revoked | End::TakenOver) {
            let farewell = async {
                while !self.state.output.is_empty() {
                    wire::write(&mut self.writer, &mut self.state.output).await?;
                }
                std::io::Result::Ok(())
            };
            let _ = tokio::time::timeout(FAREWELL, farewell).await;
        }
        drop((self.reader, self.writer, self.input, self.pushes, self.state));
        self.connection.close().await;
        end
    }

    async fn run(&mut self, stops: Stops) -> End {
        let ended = self.connection.ended();
        let (mut shutdown, mut taken_over) = (pin!(stops.shutdown.cancelled()), pin!(stops.taken_over.cancelled()));
        let (mut ended, mut tick) = (pin!(ended.cancelled()), pin!(sleep_until(Instant::now() + FAR)));
        loop {
            let has_more = match self.decode() {
                Ok(has_more) => has_more,
                Err(end) => return end,
            };
            self.advance().await;
            if !self.state.output.is_empty() {
                let writing = pin!(wire::write(&mut self.writer, &mut self.state.output));
                match poll!(writing) {
                    Poll::Ready(Ok(())) => self.state.stuck = None,
                    Poll::Ready(Err(_)) => return End::Broken,
                    Poll::Pending => {}
                }
            }
            let (reading, sending) = (self.may_read(), self.may_send());
            if (reading && has_more) || (sending && !self.state.waiting.is_empty()) || self.connection.has_share() {
                continue;
            }
            let due = self.due(reading);
            if due < tick.deadline() {
                tick.as_mut().reset(due);
            }
            let Self { reader, writer, input, connection, pushes, state, .. } = self;
            let State { output, acks, .. } = state;
            let wake = tokio::select! {
                biased;
                () = &mut shutdown => Wake::End(End::Shutdown),
                () = &mut ended => Wake::End(End::Revoked),
                () = &mut taken_over => Wake::End(End::TakenOver),
                downlink = connection.progress() => Wake::Moved(downlink),
                ack = acks.next() => Wake::Ack(ack),
                push = pushes.recv(), if sending => Wake::Push(push),
                wrote = wire::write(writer, output), if !output.is_empty() => Wake::Wrote(wrote),
                read = wire::read(reader, input), if reading => Wake::Read(read),
                () = &mut tick => Wake::Tick,
            };
            match wake {
                Wake::End(end) => return end,
                Wake::Moved(downlink) => self.state.waiting.extend(downlink),
                Wake::Ack(ack) => self.acknowledge(ack),
                Wake::Push(push) => push.into_iter().for_each(|downlink| self.send(*downlink)),
                Wake::Wrote(Ok(())) => self.state.stuck = None,
                Wake::Read(Ok(0)) => return End::Closed,
                Wake::Read(Ok(_)) => {}
                Wake::Wrote(Err(_)) | Wake::Read(Err(_)) => return End::Broken,
                Wake::Tick => {
                    let due = self.due(reading);
                    if due <= Instant::now() {
                        return if self.state.stuck.is_some() { End::Slow } else { End::KeepAlive };
                    }
                    tick.as_mut().reset(due);
                }
            }
        }
    }

    fn may_read(&mut self) -> bool {
        let State { output, waiting, acks, .. } = &self.state;
        output.len() < HIGH_WATER && waiting.is_empty() && acks.has_room() && self.connection.has_room()
    }

    fn may_send(&self) -> bool {
        self.state.output.len() < HIGH_WATER
    }

    /// When the client has to have done something. `reading`: whether it is listened to.
    fn due(&mut self, reading: bool) -> Instant {
        let state = &mut self.state;
        let now = Instant::now();
        if !reading {
            // It is not to blame for silence while nobody listens.
            state.heard = now;
        }
        let is_stuck = !state.output.is_empty() || !state.outbound.has_room();
        state.stuck = is_stuck.then(|| state.stuck.unwrap_or(now));
        let stuck = state.stuck.map(|since| since + self.limits.write_timeout);
        let silent = self.limits.keep_alive.filter(|_| reading).map(|keep_alive| state.heard + keep_alive);
        stuck.into_iter().chain(silent).min().unwrap_or(now + FAR)
    }

    /// Takes the packets that have come, as long as there is room. Returns whether it stopped for want of room.
    fn decode(&mut self) -> Result<bool, End> {
        if let Some(parked) = self.state.parked.take() {
            self.publish(parked)?;
        }
        while self.may_read() {
            let Some(packet) = codec::decode(&mut self.input, self.limits.max_packet)? else {
                if self.input.is_empty() {
                    self.input = BytesMut::new();
                }
                return Ok(false);
            };
            self.state.heard = Instant::now();
            self.take(packet)?;
        }
        Ok(true)
    }

    fn take(&mut self, packet: Packet) -> Result<(), End> {
        let State { output, acks, outbound, stuck, .. } = &mut self.state;
        let mut encoder = Encoder(output);
        match packet {
            Packet::Publish(publish) => return self.publish(publish),
            Packet::PublishAck(id) | Packet::PublishComplete(id) => {
                outbound.finished(id);
                *stuck = None;
            }
            Packet::PublishReceived(id) => encoder.publish_release(id),
            Packet::PublishRelease(id) => {
                acks.release(id);
                encoder.publish_complete(id);
            }
            Packet::Subscribe(id, filters) => {
                let granted = filters.into_iter().map(|(filter, quality)| self.filters.subscribe(&filter, quality));
                encoder.subscribe_ack(id, granted);
            }
            Packet::Unsubscribe(id, filters) => {
                filters.iter().for_each(|filter| self.filters.unsubscribe(filter));
                encoder.unsubscribe_ack(id);
            }
            Packet::Ping => encoder.ping_response(),
            Packet::Disconnect => return Err(End::Disconnected),
            Packet::Connect(_) | Packet::Misplaced => return Err(End::Protocol),
        }
        Ok(())
    }

    fn publish(&mut self, publish: Publish) -> Result<(), End> {
        let Some(share) = self.connection.reserve(publish.topic.len().saturating_add(publish.payload.len())) else {
            self.state.parked = Some(publish);
            return Ok(());
        };
        let Publish { topic, payload, quality, id } = publish;
        let acks = &mut self.state.acks;
        match (quality, id) {
            (Quality::AtMostOnce, _) => drop(self.connection.publish(share, &topic, &payload, quality)),
            (Quality::AtLeastOnce, Some(id)) => {
                acks.owe(Ack::Done(id), self.connection.publish(share, &topic, &payload, quality));
            }
            (Quality::ExactlyOnce, Some(id)) => match acks.receive(id) {
                Some(true) => acks.owe(Ack::Received(id), self.connection.publish(share, &topic, &payload, quality)),
                Some(false) => acks.owe(Ack::Received(id), Receipt::SETTLED),
                None => return Err(End::Protocol),
            },
            (_, None) => return Err(End::NotMqtt),
        }
        Ok(())
    }

    /// Does everything that can be done at once, so that it leaves in one write. Also for a client that takes nothing: what
    /// it has in flight counts against all.
    async fn advance(&mut self) {
        while let Poll::Ready(downlink) = poll!(pin!(self.connection.progress())) {
            self.state.waiting.extend(downlink);
        }
        while let Some(ack) = self.state.acks.next().now_or_never() {
            self.acknowledge(ack);
        }
        while self.may_send() {
            let next = self.state.waiting.pop_front().or_else(|| self.pushes.try_recv().ok().map(|push| *push));
            let Some(downlink) = next else { break };
            self.send(downlink);
        }
    }

    fn acknowledge(&mut self, ack: Ack) {
        self.state.acks.sent();
        let mut encoder = Encoder(&mut self.state.output);
        match ack {
            Ack::Done(id) => encoder.publish_ack(id),
            Ack::Received(id) => encoder.publish_received(id),
        }
    }

    fn send(&mut self, downlink: Downlink) {
        let Downlink { topic, payload, quality } = downlink;
        let counters = &self.metrics.downlinks;
        let Some(quality) = self.filters.quality(&topic, quality) else { return counters.not_subscribed.increment() };
        let outbound = &mut self.state.outbound;
        let id = match quality {
            Quality::AtMostOnce => None,
            Quality::AtLeastOnce | Quality::ExactlyOnce => match outbound.next_id() {
                Some(id) => Some(id),
                None => return counters.unacknowledged.increment(),
            },
        };
        if Encoder(&mut self.state.output).publish(topic, payload, quality, id).is_ok() {
            counters.delivered.increment();
        } else {
            counters.undeliverable.increment();
            id.into_iter().for_each(|id| outbound.finished(id));
        }
    }
}
