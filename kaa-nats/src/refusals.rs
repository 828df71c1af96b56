//! What the server does not permit.

use std::{
    collections::HashSet,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use kaa_ism::{Subject, SubjectFilter};
use kaa_service::transport::{Action, Refusal, TransportError};
use tokio::sync::broadcast;

use crate::permissions::{in_queue, quoted};

/// How many refusals a slow listener may be behind.
const WAITING: usize = 256;

/// How long one does not try to publish again where it has been refused: the server may have been told to permit it by
/// then.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// How many subjects are remembered and logged.
const SUBJECTS: usize = 256;

/// The refusals of a connection.
#[derive(Debug)]
pub(crate) struct Refusals {
    told: broadcast::Sender<Refusal>,
    state: Mutex<State>,
    /// Whether anything is remembered: it is looked at for every message.
    any: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    lately: Vec<(Subject, Instant)>,
    logged: HashSet<Action>,
}

impl Default for Refusals {
    fn default() -> Self {
        Self { told: broadcast::Sender::new(WAITING), state: Mutex::default(), any: AtomicBool::new(false) }
    }
}

impl Refusals {
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Refusal> {
        self.told.subscribe()
    }

    /// Takes an error that the server has sent. `false` if it is about something else.
    pub(crate) fn note(&self, error: &str) -> bool {
        let Some(refusal) = parse(error) else { return false };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Action::Publish(subject) = &refusal.action
            && state.lately.len() < SUBJECTS
        {
            state.lately.push((subject.clone(), Instant::now() + TRY_AGAIN));
            self.any.store(true, Ordering::Relaxed);
        }
        if state.logged.len() < SUBJECTS && state.logged.insert(refusal.action.clone()) {
            tracing::error!("NATS: {refusal}");
        }
        drop(state);
        // An error says that nobody is interested.
        let _ = self.told.send(refusal);
        true
    }

    /// An error if publishing to `subject` has been refused lately.
    pub(crate) fn check(&self, subject: &Subject) -> Result<(), TransportError> {
        if !self.any.load(Ordering::Relaxed) {
            return Ok(());
        }
        let (mut state, now) = (self.state.lock().unwrap_or_else(PoisonError::into_inner), Instant::now());
        state.lately.retain(|(_, until)| now < *until);
        self.any.store(!state.lately.is_empty(), Ordering::Relaxed);
        if state.lately.iter().any(|(refused, _)| refused == subject) {
            return Err(TransportError::Refused { subject: subject.clone() });
        }
        Ok(())
    }
}

/// `Permissions Violation for Publish to "<subject>"`, `Permissions Violation for Subscription to "<subject>"`, the
/// latter with ` using queue "<queue>"` behind it if there is one.
fn parse(error: &str) -> Option<Refusal> {
    let violation = error.strip_prefix("Permissions Violation for ")?;
    if let Some(text) = violation.strip_prefix("Publish to ") {
        let (subject, _) = unquoted(text)?;
        let remedy = remedy("publish", &subject);
        return Some(Refusal::new(Action::Publish(Subject::parse(subject).ok()?), remedy));
    }
    let (filter, rest) = unquoted(violation.strip_prefix("Subscription to ")?)?;
    let queue = rest.strip_prefix(" using queue ").and_then(unquoted);
    let permission = queue.map_or_else(|| filter.clone(), |(queue, _)| in_queue(&filter, &queue));
    Some(Refusal::new(Action::Subscribe(SubjectFilter::parse(filter).ok()?), remedy("subscribe", &permission)))
}

fn remedy(action: &str, permission: &str) -> String {
    let permission = quoted(permission);
    format!(
        "add it to the user of the service in nats-server.conf: permissions: {{{action}: {{allow: [{permission}]}}}}"
    )
}

/// What the quotes at the start contain, and what follows.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?.chars();
    let mut inside = String::new();
    loop {
        match rest.next()? {
            '"' => return Some((inside, rest.as_str())),
            '\\' => inside.push(rest.next()?),
            other => inside.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(text: &str) -> Subject {
        Subject::parse(text).unwrap()
    }

    #[test]
    fn it_says_the_line_to_add() {
        let says = |error: &str, expected: &str| {
            let start = "add it to the user of the service in nats-server.conf: permissions:";
            assert_eq!(parse(error).unwrap().to_string(), expected.replace("ADD", start));
        };
        says(
            r#"Permissions Violation for Publish to "kaa.v1.service.dcx.p.Ask""#,
            r#"not permitted to publish to kaa.v1.service.dcx.p.Ask: ADD {publish: {allow: ["kaa.v1.service.dcx.p.Ask"]}}"#,
        );
        says(
            r#"Permissions Violation for Subscription to "kaa.v1.replica.r1.>""#,
            r#"not permitted to subscribe to kaa.v1.replica.r1.>: ADD {subscribe: {allow: ["kaa.v1.replica.r1.>"]}}"#,
        );
        says(
            r#"Permissions Violation for Subscription to "a.b" using queue "d\"c\\x""#,
            r#"not permitted to subscribe to a.b: ADD {subscribe: {allow: ["a.b d\"c\\x"]}}"#,
        );
    }

    #[test]
    fn what_is_no_refusal_is_left_to_others() {
        let refusals = Refusals::default();
        for other in ["Stale Connection", "Permissions Violation", "Permissions Violation for Publish to \"a", ""] {
            assert!(!refusals.note(other), "{other}");
        }
        refusals.check(&subject("a")).unwrap();
    }

    #[test]
    fn a_refused_subject_is_not_published_to_for_some_time() {
        let refusals = Refusals::default();
        let mut told = refusals.subscribe();
        assert!(refusals.note(r#"Permissions Violation for Publish to "a.b""#));
        assert_eq!(told.try_recv().unwrap().action, Action::Publish(subject("a.b")));
        let Err(TransportError::Refused { subject: refused }) = refusals.check(&subject("a.b")) else {
            panic!("it is")
        };
        assert_eq!(refused, subject("a.b"));
        refusals.check(&subject("a.c")).unwrap();
        refusals.state.lock().unwrap().lately[0].1 = Instant::now();
        refusals.check(&subject("a.b")).unwrap();
        assert!(!refusals.any.load(Ordering::Relaxed));
    }

    #[test]
    fn few_subjects_are_remembered() {
        let refusals = Refusals::default();
        (0..2 * SUBJECTS)
            .for_each(|n| assert!(refusals.note(&format!("Permissions Violation for Publish to \"a.{n}\""))));
        let state = refusals.state.lock().unwrap();
        assert_eq!((state.lately.len(), state.logged.len()), (SUBJECTS, SUBJECTS));
    }
}
