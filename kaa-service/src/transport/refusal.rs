//! What the bus does not permit.

use std::{fmt, future::Future, pin::pin, time::Duration};

use futures::future::join;
use kaa_ism::{Subject, SubjectFilter};
use tokio::{sync::broadcast, time::timeout};

/// How long one waits for further refusals behind the first: a server says them one after the other.
const REST_WITHIN: Duration = Duration::from_millis(100);

/// Something that the bus does not permit to its user. It is said some time after it has been asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// What was asked for.
    pub action: Action,
    /// What an operator can do about it, in one line without full stop.
    pub remedy: String,
}

/// What a bus can permit or refuse.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "nothing else is asked of a bus")]
pub enum Action {
    /// Publishing to a subject. What was published is lost.
    Publish(Subject),
    /// Subscribing, alone or in a queue group. The subscription gets nothing.
    Subscribe(SubjectFilter),
}

impl Refusal {
    /// A refusal, as a transport makes it.
    #[must_use]
    pub fn new(action: Action, remedy: impl Into<String>) -> Self {
        Self { action, remedy: remedy.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not permitted to {}: {}", self.action, self.remedy)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Publish(subject) => write!(f, "publish to {subject}"),
            Self::Subscribe(filter) => write!(f, "subscribe to {filter}"),
        }
    }
}

/// Waits for `ready`, unless something that is needed is refused before; then gives all of it that is refused.
pub(crate) async fn unless_refused<T>(
    mut refusals: broadcast::Receiver<Refusal>,
    needed: &[Action],
    ready: impl Future<Output = T>,
) -> Result<T, Vec<Refusal>> {
    let mut ready = pin!(ready);
    let first = tokio::select! {
        biased;
        refusal = next(&mut refusals, needed) => refusal,
        ready = &mut ready => return Ok(ready),
    };
    let mut refused = vec![first];
    let rest = async {
        loop {
            let refusal = next(&mut refusals, needed).await;
            if !refused.contains(&refusal) {
                refused.push(refusal);
            }
        }
    };
    // What is still on its way to be ready may be refused too.
    let _: Result<((), _), _> = timeout(REST_WITHIN, join(rest, ready)).await;
    Err(refused)
}

async fn next(refusals: &mut broadcast::Receiver<Refusal>, needed: &[Action]) -> Refusal {
    loop {
        match refusals.recv().await {
            Ok(refusal) if needed.contains(&refusal.action) => return refusal,
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            // This bus never refuses anything.
            Err(broadcast::error::RecvError::Closed) => return std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn publish(subject: &str) -> Action {
        Action::Publish(Subject::parse(subject).unwrap())
    }

    fn refusal(action: Action) -> Refusal {
        Refusal::new(action, "ask")
    }

    #[tokio::test(start_paused = true)]
    async fn all_that_is_needed_and_refused_is_told_once() {
        let (sender, refusals) = broadcast::channel(8);
        let subscribe = Action::Subscribe(SubjectFilter::parse("a.>").unwrap());
        for action in [publish("x"), subscribe.clone(), publish("a"), subscribe.clone()] {
            sender.send(refusal(action)).unwrap();
        }
        let needed = [publish("a"), subscribe.clone(), publish("b")];
        let refused = unless_refused(refusals, &needed, std::future::ready(())).await.unwrap_err();
        assert_eq!(refused, [refusal(subscribe), refusal(publish("a"))]);
    }

    #[test]
    fn a_bus_that_refuses_nothing_that_is_needed_is_ready() {
        let (sender, refusals) = broadcast::channel(1);
        sender.send(refusal(publish("x"))).unwrap();
        let ready = unless_refused(refusals, &[publish("a")], std::future::ready("ready")).now_or_never();
        assert_eq!(ready, Some(Ok("ready")));
        let never = broadcast::Sender::new(1).subscribe();
        let ready = unless_refused(never, &[publish("a")], std::future::ready("ready")).now_or_never();
        assert_eq!(ready, Some(Ok("ready")));
    }

    #[test]
    fn it_says_what_was_asked_for_and_what_to_do() {
        assert_eq!(refusal(publish("a.b")).to_string(), "not permitted to publish to a.b: ask");
    }
}
