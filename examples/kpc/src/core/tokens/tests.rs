use super::*;

fn state() -> State {
    State::new(2, Duration::from_secs(600))
}

fn key(text: &str) -> Arc<str> {
    text.into()
}

fn owned(id: &str) -> Result<TokenOwner, RequestError> {
    Ok(TokenOwner::new(id, "ep-1"))
}

fn ask(state: &mut State, name: &str) -> u64 {
    // A question that is under way keeps revocations remembered.
    let flight = std::future::pending().boxed().shared();
    state.asking.insert(key(name), (1, flight.downgrade().unwrap()));
    state.generation
}

#[test]
fn a_token_revoked_while_its_answer_is_under_way_is_refused() {
    let (mut state, now) = (state(), Instant::now());
    let asked_in = ask(&mut state, "app/t");
    state.revoke(&["id-1".into()]);
    assert!(matches!(state.settle(&key("app/t"), asked_in, owned("id-1"), now), Err(NoOwner::Refused)));
    assert!(state.settle(&key("app/u"), asked_in, owned("id-2"), now).is_ok(), "another token is not concerned");
    assert!(state.settle(&key("app/t"), state.generation, owned("id-1"), now).is_ok(), "asked after the revocation");
}

#[test]
fn when_there_were_too_many_revocations_an_answer_under_way_is_not_trusted() {
    let (mut state, now) = (state(), Instant::now());
    let asked_in = ask(&mut state, "app/t");
    state.revoke(&vec!["id-1".to_owned(); REVOCATIONS + 1]);
    let answer = state.settle(&key("app/t"), asked_in, owned("id-2"), now);
    assert!(matches!(answer, Err(NoOwner::Unresolved(status)) if status.is_retryable()));
    state.landed("app/t", 1);
    assert!(state.settle(&key("app/t"), state.generation, owned("id-2"), now).is_ok());
}

#[test]
fn a_revoked_owner_is_forgotten_and_marked() {
    let (mut state, now) = (state(), Instant::now());
    let owner = state.settle(&key("app/t"), 0, owned("id-1"), now).unwrap();
    state.revoke(&["id-1".into(), "unknown".into()]);
    assert!(owner.is_revoked());
    assert!(state.owners.get("app/t", now).is_none() && state.keys.is_empty());
}

#[test]
fn what_is_remembered_is_bounded() {
    let (mut state, now) = (state(), Instant::now());
    for n in 0..10 {
        state.settle(&key(&format!("app/{n}")), 0, owned(&format!("id-{n}")), now).unwrap();
    }
    assert_eq!(state.keys.len(), 2);
    state.revoke(&["id-1".into()]);
    assert!(state.revoked.is_empty(), "nothing is under way that it could concern");
}

#[test]
fn only_judgements_are_remembered() {
    let (mut state, now) = (state(), Instant::now());
    let refused = |code| Err(RequestError::Refused(Status::new(StatusCode::new(code), "no")));
    for code in [500, 502, 503, 429, 408] {
        assert!(matches!(state.settle(&key("app/t"), 0, refused(code), now), Err(NoOwner::Unresolved(_))));
    }
    assert!(state.refusals.get("app/t", now).is_none());
    assert!(matches!(state.settle(&key("app/t"), 0, refused(401), now), Err(NoOwner::Refused)));
    assert!(state.refusals.get("app/t", now).is_some());
    assert!(state.refusals.get("app/t", now + REFUSED_FOR).is_none());
}
