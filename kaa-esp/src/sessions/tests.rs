use kaa_proves::proves;

use super::*;

const DIALOG: &str = "dialog";

fn extension(name: &str) -> InstanceName {
    InstanceName::parse(name).unwrap()
}

fn reply_to(replica: &str) -> Subject {
    Subject::parse(format!("kaa.v1.replica.{replica}.esp.ClientData")).unwrap()
}

fn sessions(capacity: usize) -> Sessions {
    Sessions::new(capacity, Duration::from_secs(60))
}

fn pin(sessions: &mut Sessions, session: &str, replica: &str, now: i64) {
    assert!(sessions.pin(session, &extension(DIALOG), &reply_to(replica), Timestamp(now)));
}

fn replica_of(sessions: &Sessions, session: &str, now: i64) -> Option<String> {
    sessions.replica(session, &extension(DIALOG), Timestamp(now)).map(|subject| subject.to_string())
}

#[proves("ESP-002", "ESP-014")]
#[test]
fn a_session_is_with_the_replica_that_pinned_it_last() {
    let mut sessions = sessions(10);
    assert_eq!(replica_of(&sessions, "ep-1", 0), None);
    pin(&mut sessions, "ep-1", "d1", 0);
    assert_eq!(replica_of(&sessions, "ep-1", 0).unwrap(), "kaa.v1.replica.d1.esp.ClientData");
    pin(&mut sessions, "ep-1", "d2", 1);
    assert_eq!(replica_of(&sessions, "ep-1", 1).unwrap(), "kaa.v1.replica.d2.esp.ClientData");
    assert_eq!(sessions.len(), 1);
}

#[test]
fn sessions_of_other_clients_and_with_other_extensions_are_others() {
    let mut sessions = sessions(10);
    pin(&mut sessions, "ep-1", "d1", 0);
    assert_eq!(replica_of(&sessions, "ep-2", 0), None);
    assert_eq!(sessions.replica("ep-1", &extension("other"), Timestamp(0)), None);
}

#[proves("ISM-023")]
#[test]
fn the_message_type_of_the_reply_to_becomes_that_of_client_data() {
    let mut sessions = sessions(10);
    let odd = Subject::parse("kaa.v1.replica.d1.esp.ExtensionData").unwrap();
    assert!(sessions.pin("ep-1", &extension(DIALOG), &odd, Timestamp(0)));
    assert_eq!(replica_of(&sessions, "ep-1", 0).unwrap(), "kaa.v1.replica.d1.esp.ClientData");
}

// D-22
#[test]
fn what_is_no_replica_subject_of_the_protocol_pins_nothing() {
    let mut sessions = sessions(10);
    pin(&mut sessions, "ep-1", "d1", 0);
    for text in ["_INBOX.x.1", "kaa.v1.replica.d2.cdtp.response", "kaa.v1.service.d2.esp.ClientData"] {
        assert!(!sessions.pin("ep-1", &extension(DIALOG), &Subject::parse(text).unwrap(), Timestamp(0)), "{text}");
    }
    assert_eq!(replica_of(&sessions, "ep-1", 0).unwrap(), "kaa.v1.replica.d1.esp.ClientData");
}

#[test]
fn an_unpinned_session_is_with_any_replica() {
    let mut sessions = sessions(10);
    pin(&mut sessions, "ep-1", "d1", 0);
    sessions.unpin("ep-1", &extension(DIALOG));
    sessions.unpin("ep-1", &extension(DIALOG));
    assert_eq!((replica_of(&sessions, "ep-1", 0), sessions.is_empty()), (None, true));
}

#[test]
fn what_one_replica_fails_to_answer_does_not_unpin_the_session_from_another() {
    let mut sessions = sessions(10);
    pin(&mut sessions, "ep-1", "d2", 0);
    sessions.unpin_from("ep-1", &extension(DIALOG), &reply_to("d1"));
    assert!(replica_of(&sessions, "ep-1", 0).is_some());
    sessions.unpin_from("ep-1", &extension(DIALOG), &reply_to("d2"));
    assert_eq!(replica_of(&sessions, "ep-1", 0), None);
}

#[test]
fn a_session_that_is_not_pinned_again_is_unpinned_with_its_age() {
    let mut sessions = sessions(10);
    pin(&mut sessions, "ep-1", "d1", 0);
    pin(&mut sessions, "ep-2", "d1", 0);
    pin(&mut sessions, "ep-1", "d1", 60_000);
    let at = |now| ["ep-1", "ep-2"].map(|session| replica_of(&sessions, session, now).is_some());
    assert_eq!(at(60_000), [true, true]);
    assert_eq!(at(60_001), [true, false]);
    assert_eq!(at(120_001), [false, false]);
    pin(&mut sessions, "ep-3", "d1", 120_001);
    assert_eq!(sessions.len(), 1, "what is too old is forgotten");
}

#[test]
fn beyond_the_capacity_the_session_that_was_pinned_longest_ago_is_unpinned() {
    let mut sessions = sessions(2);
    pin(&mut sessions, "ep-1", "d1", 0);
    pin(&mut sessions, "ep-2", "d1", 0);
    pin(&mut sessions, "ep-1", "d1", 0);
    pin(&mut sessions, "ep-3", "d1", 0);
    let kept = ["ep-1", "ep-2", "ep-3"].map(|session| replica_of(&sessions, session, 0).is_some());
    assert_eq!((kept, sessions.len()), ([true, false, true], 2));
    for n in 0..1000 {
        pin(&mut sessions, &format!("s{n}"), "d1", 0);
        assert_eq!(sessions.len(), 2);
    }
}

#[test]
fn every_change_is_noted() {
    use SessionChange::{Evicted, Expired, Pinned};
    let mut sessions = sessions(2);
    let mut changes = |session: &str, replica: &str, now| {
        let mut changes = Vec::new();
        sessions.pin_noting(session, &extension(DIALOG), &reply_to(replica), Timestamp(now), &mut changes);
        changes
    };
    assert_eq!(changes("ep-1", "d1", 0), [Pinned]);
    assert_eq!(changes("ep-1", "d1", 1), [], "it is there already");
    assert_eq!(changes("ep-1", "d2", 2), [Pinned]);
    assert_eq!(changes("ep-2", "d1", 3), [Pinned]);
    assert_eq!(changes("ep-3", "d1", 4), [Pinned, Evicted]);
    assert_eq!(changes("ep-2", "d1", 60_004), [Expired, Pinned]);
    assert_eq!(changes("ep-4", "d1", 60_005), [Pinned, Expired]);
    assert!(sessions.unpin("ep-4", &extension(DIALOG)));
    assert!(!sessions.unpin("ep-4", &extension(DIALOG)));
    assert!(!sessions.unpin_from("ep-2", &extension(DIALOG), &reply_to("d2")));
    assert!(sessions.unpin_from("ep-2", &extension(DIALOG), &reply_to("d1")));
}

#[test]
fn without_capacity_there_are_no_sessions() {
    let mut sessions = sessions(0);
    pin(&mut sessions, "ep-1", "d1", 0);
    assert!(sessions.is_empty());
}
