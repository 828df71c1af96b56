//! The answers of several receivers to one message.

use std::{sync::Arc, time::Duration};

use futures::{Stream, stream};
use kaa_ism::{CallError, Message, OneWay};
use tokio::sync::mpsc;

use super::{id::Id, pending::PendingCall};
use crate::{
    core::{Core, after},
    transport::Outgoing,
};

/// How many answers wait to be taken.
const ANSWERS: usize = 1024;

/// Publishes a message with the correlation id `id` and collects the answers.
pub(crate) async fn gather<A: OneWay>(
    core: Arc<Core>,
    id: Id,
    message: Outgoing,
    within: Duration,
) -> Result<impl Stream<Item = A> + Send + use<A>, CallError> {
    let (sender, bodies) = mpsc::channel(ANSWERS);
    let end = after(within);
    let call = core.begin(id.clone(), A::KIND, &message, end, Some(sender)).await;
    let call = call.map_err(|refused| refused.into_error(id.as_str()))?;
    Ok(stream::unfold((core, call, bodies), move |(core, mut call, mut bodies)| async move {
        let answer = next(&core, &mut call, &mut bodies).await?;
        Some((answer, (core, call, bodies)))
    }))
}

async fn next<A: Message>(core: &Core, call: &mut PendingCall, bodies: &mut mpsc::Receiver<bytes::Bytes>) -> Option<A> {
    loop {
        let body = tokio::select! {
            biased;
            body = bodies.recv() => body?,
            _ = call.outcome() => return None,
        };
        match A::decode_revision(&body, core.revision) {
            Ok((answer, left)) => {
                if left > 0 {
                    core.count_left_over(A::NAME, left);
                }
                return Some(answer);
            }
            Err(error) => core.count_undecodable(A::NAME, &error),
        }
    }
}
