use super::*;
use kaa_protocol::{ApplicationName, EndpointToken};
use kaa_proves::proves;

fn token(endpoint: &str, application: &str, text: &str) -> Token {
    Token::new(
        ApplicationName::parse(application).unwrap(),
        EndpointId::parse(endpoint).unwrap(),
        EndpointToken::parse(text).unwrap(),
        1_000,
    )
}

fn key(token: &Token) -> TokenKey {
    TokenKey::Text { application: token.application.clone(), token: token.token.clone() }
}

fn key_by_id(token: &Token) -> TokenKey {
    TokenKey::Id { endpoint_id: token.endpoint_id.clone(), id: token.id.clone() }
}

#[proves("KP-010")]
#[tokio::test]
async fn a_token_is_found_by_its_text_and_by_its_id() {
    let tokens = SqliteTokens::in_memory().await.unwrap();
    let mine = token("ep-1", "kettle", "мой * токен");
    tokens.create(&mine).await.unwrap();
    assert_eq!(tokens.find(&key(&mine)).await.unwrap().as_ref(), Some(&mine));
    assert_eq!(tokens.find(&key_by_id(&mine)).await.unwrap().as_ref(), Some(&mine));
    let of_another = TokenKey::Id { endpoint_id: EndpointId::parse("ep-2").unwrap(), id: mine.id.clone() };
    assert_eq!(tokens.find(&of_another).await.unwrap(), None);
    assert_eq!(tokens.find(&key(&token("ep-1", "kettle", "МОЙ * ТОКЕН"))).await.unwrap(), None);
}

#[proves("KP-009")]
#[tokio::test]
async fn a_text_is_taken_in_its_application_only() {
    let tokens = SqliteTokens::in_memory().await.unwrap();
    tokens.create(&token("ep-1", "kettle", "t")).await.unwrap();
    tokens.create(&token("ep-1", "toaster", "t")).await.unwrap();
    let error = tokens.create(&token("ep-2", "kettle", "t")).await.unwrap_err();
    assert_eq!(error.kind(), RepositoryErrorKind::Taken);
}

#[tokio::test]
async fn transitions_follow_the_table_and_leave_refused_tokens_alone() {
    for from in TokenStatus::ALL {
        for to in TokenStatus::ALL {
            let tokens = SqliteTokens::in_memory().await.unwrap();
            let mut mine = token("ep-1", "kettle", "t");
            mine.status = from;
            tokens.create(&mine).await.unwrap();
            let (done, status, updated) = match from.step(to) {
                Ok(Step::Change) => (None, to, Some(2_000)),
                Ok(Step::Stay) => (None, from, None),
                Err(illegal) => (Some(RepositoryErrorKind::IllegalTransition(illegal)), from, None),
            };
            let answer = tokens.transition(&key_by_id(&mine), to, 2_000).await;
            assert_eq!(answer.as_ref().err().map(RepositoryError::kind), done, "{from} to {to}");
            let stored = tokens.find(&key(&mine)).await.unwrap().unwrap();
            assert_eq!((stored.status, stored.updated), (status, updated), "{from} to {to}");
            if let Ok(answer) = answer {
                assert_eq!((answer.token, answer.previous), (stored, from));
            }
        }
    }
}

#[tokio::test]
async fn only_an_inactive_token_is_activated() {
    let tokens = SqliteTokens::in_memory().await.unwrap();
    let mine = token("ep-1", "kettle", "t");
    assert_eq!(tokens.activate(&key(&mine), 2_000).await.unwrap(), None);
    tokens.create(&mine).await.unwrap();
    let active = tokens.activate(&key(&mine), 2_000).await.unwrap().unwrap();
    assert_eq!((active.status, active.updated), (TokenStatus::Active, Some(2_000)));
    assert_eq!(tokens.activate(&key(&mine), 3_000).await.unwrap(), None);
}

#[tokio::test]
async fn a_list_is_filtered_ordered_and_cut() {
    let tokens = SqliteTokens::in_memory().await.unwrap();
    for text in ["a", "b", "c", "d"] {
        tokens.create(&token("ep-1", "kettle", text)).await.unwrap();
    }
    tokens.create(&token("ep-2", "kettle", "e")).await.unwrap();
    tokens.activate(&key(&token("ep-1", "kettle", "b")), 2_000).await.unwrap();
    let endpoint = EndpointId::parse("ep-1").unwrap();
    for (filter, texts, total) in [
        (TokenFilter::new(0, 20), "dcba", 4),
        (TokenFilter::new(1, 2), "cb", 4),
        (TokenFilter::new(1, 2).with_order(Order::Ascending), "bc", 4),
        (TokenFilter::new(9, 20), "", 4),
        (TokenFilter::new(0, 0), "", 4),
        (TokenFilter::new(0, 20).with_status(TokenStatus::Inactive), "dca", 3),
        (TokenFilter::new(0, 20).with_status(TokenStatus::Revoked), "", 0),
    ] {
        let (page, found) = tokens.list(&endpoint, &filter).await.unwrap();
        let page: String = page.iter().map(|token| token.token.as_str()).collect();
        assert_eq!((page.as_str(), found), (texts, total), "{filter:?}");
    }
}

#[tokio::test]
async fn removed_tokens_are_returned_and_gone() {
    let tokens = SqliteTokens::in_memory().await.unwrap();
    for text in ["a", "b", "c"] {
        tokens.create(&token("ep-1", "kettle", text)).await.unwrap();
    }
    let other = token("ep-2", "kettle", "d");
    tokens.create(&other).await.unwrap();
    let endpoint = EndpointId::parse("ep-1").unwrap();
    assert_eq!(tokens.delete_endpoint(&endpoint, 2).await.unwrap().len(), 2);
    assert_eq!(tokens.delete_endpoint(&endpoint, 2).await.unwrap()[0].token.as_str(), "c");
    assert_eq!(tokens.delete_endpoint(&endpoint, 2).await.unwrap(), []);
    assert_eq!(tokens.delete(&key_by_id(&other)).await.unwrap(), Some(other.clone()));
    assert_eq!(tokens.delete(&key_by_id(&other)).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_creations_of_one_token_exactly_one_succeeds() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = SqliteTokens::open(folder.path().join("cm.db")).await.unwrap();
    let racers: Vec<_> = (0..16)
        .map(|i| {
            let tokens = tokens.clone();
            tokio::spawn(async move { tokens.create(&token(&format!("ep-{i}"), "kettle", "t")).await })
        })
        .collect();
    let mut winners = 0;
    for racer in racers {
        match racer.await.unwrap() {
            Ok(()) => winners += 1,
            Err(error) => assert_eq!(error.kind(), RepositoryErrorKind::Taken),
        }
    }
    assert_eq!(winners, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_revocations_one_sees_the_active_token() {
    let folder = tempfile::tempdir().unwrap();
    let tokens = SqliteTokens::open(folder.path().join("cm.db")).await.unwrap();
    let mine = token("ep-1", "kettle", "t");
    tokens.create(&mine).await.unwrap();
    tokens.activate(&key(&mine), 2_000).await.unwrap();
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (tokens, key) = (tokens.clone(), key(&mine));
            tokio::spawn(async move { tokens.transition(&key, TokenStatus::Revoked, 3_000).await })
        })
        .collect();
    let mut from_active = 0;
    for racer in racers {
        let done = racer.await.unwrap().unwrap();
        from_active += usize::from(done.previous == TokenStatus::Active);
    }
    assert_eq!(from_active, 1);
}

#[tokio::test]
async fn tokens_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cm.db");
    let mine = token("ep-1", "kettle", "t");
    let before = SqliteTokens::open(&path).await.unwrap();
    before.create(&mine).await.unwrap();
    before.activate(&key(&mine), 2_000).await.unwrap();
    before.transition(&key(&mine), TokenStatus::Revoked, 3_000).await.unwrap();
    before.close().await;

    let after = SqliteTokens::open(&path).await.unwrap();
    let found = after.find(&key(&mine)).await.unwrap().unwrap();
    assert_eq!((found.status, found.updated), (TokenStatus::Revoked, Some(3_000)));
    let error = after.transition(&key(&mine), TokenStatus::Active, 4_000).await.unwrap_err();
    let illegal = TokenStatus::Revoked.step(TokenStatus::Active).unwrap_err();
    assert_eq!(error.kind(), RepositoryErrorKind::IllegalTransition(illegal));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_a_storage_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cm.db");
    std::fs::write(&path, "this is a text file and long enough to be read as the header of a database").unwrap();
    let error = SqliteTokens::open(&path).await.unwrap_err();
    assert_eq!(error.kind(), RepositoryErrorKind::Storage);
}
