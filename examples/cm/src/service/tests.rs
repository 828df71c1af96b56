use super::*;
use crate::{ErrorKind, SqliteTokens};
use kaa_proves::proves;
use std::error::Error as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

type Heard = Arc<Mutex<Vec<(String, String, Vec<String>)>>>;

#[derive(Clone, Default)]
struct Ear(Heard);

impl Announce for Ear {
    async fn revoked(&self, application: &ApplicationName, endpoint_id: &EndpointId, token_ids: Vec<String>) {
        let entry = (application.to_string(), endpoint_id.to_string(), token_ids);
        self.0.lock().unwrap().push(entry);
    }
}

impl Ear {
    fn take(&self) -> Vec<(String, String, Vec<String>)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

async fn tokens() -> (Tokens<SqliteTokens, Ear>, Ear) {
    let clock = AtomicI64::new(1_000);
    let ear = Ear::default();
    let now = move || clock.fetch_add(1_000, Ordering::Relaxed);
    (Tokens::new(SqliteTokens::in_memory().await.unwrap(), ear.clone(), now), ear)
}

fn endpoint(id: &str) -> EndpointId {
    EndpointId::parse(id).unwrap()
}

fn application(name: &str) -> ApplicationName {
    ApplicationName::parse(name).unwrap()
}

fn key(token: &Token) -> TokenKey {
    TokenKey::Text { application: token.application.clone(), token: token.token.clone() }
}

#[tokio::test]
async fn a_generated_token_has_the_set_length_and_is_inactive() {
    let (tokens, _) = tokens().await;
    let created = tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
    assert_eq!(created.token.as_str().len(), 10);
    assert!(created.token.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert_eq!((created.status, created.created, created.updated), (TokenStatus::Inactive, 1_000, None));

    let tokens = tokens.with_token_length(TokenLength::new(32).unwrap());
    let created = tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
    assert_eq!(created.token.as_str().len(), 32);
    assert!(TokenLength::new(7).is_err());
    assert!(TokenLength::new(129).is_err());
}

#[proves("KP-009")]
#[tokio::test]
async fn a_given_token_that_is_taken_is_refused() {
    let (tokens, _) = tokens().await;
    let text = EndpointToken::parse("t").unwrap();
    tokens.create(endpoint("ep-1"), application("kettle"), Some(text.clone())).await.unwrap();
    let error = tokens.create(endpoint("ep-2"), application("kettle"), Some(text)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Taken);
}

#[tokio::test]
async fn the_first_use_activates_and_is_not_announced() {
    let (tokens, ear) = tokens().await;
    let created = tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
    let expected = ValidToken { token_id: created.id.clone(), endpoint_id: endpoint("ep-1") };
    for _ in 0..2 {
        assert_eq!(tokens.validate(&created.application, &created.token).await.unwrap(), expected);
    }
    let (listed, _) = tokens.list(&endpoint("ep-1"), &TokenFilter::new(0, 20)).await.unwrap();
    assert_eq!((listed[0].status, listed[0].updated), (TokenStatus::Active, Some(2_000)));
    assert_eq!(ear.take(), []);
}

// Open 2: a stranger does not learn which tokens exist.
#[proves("ECAP-008")]
#[tokio::test]
async fn refusals_differ_in_the_log_only() {
    let (tokens, _) = tokens().await;
    let created = tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
    let refusal = async |application: &ApplicationName| {
        let error = tokens.validate(application, &created.token).await.unwrap_err();
        (error.kind(), error.to_string(), error.source().unwrap().to_string())
    };
    let public = (ErrorKind::Refused, "the endpoint token is not valid".to_owned());
    let expect = |cause: &str| (public.0, public.1.clone(), cause.to_owned());

    assert_eq!(refusal(&application("toaster")).await, expect("there is no such token"));
    tokens.transition(key(&created), TokenStatus::Suspended).await.unwrap();
    assert_eq!(refusal(&created.application).await, expect("the token is SUSPENDED"));
    tokens.transition(key(&created), TokenStatus::Active).await.unwrap();
    assert!(tokens.validate(&created.application, &created.token).await.is_ok());
    tokens.transition(key(&created), TokenStatus::Revoked).await.unwrap();
    assert_eq!(refusal(&created.application).await, expect("the token is REVOKED"));
}

#[proves("ECAP-017", "ECAP-021")]
#[tokio::test]
async fn exactly_the_end_of_an_active_token_is_announced() {
    for from in TokenStatus::ALL {
        for to in TokenStatus::ALL {
            let (tokens, ear) = tokens().await;
            let created = tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
            if from != TokenStatus::Inactive {
                tokens.transition(key(&created), from).await.unwrap();
            }
            let answer = tokens.transition(key(&created), to).await;
            assert_eq!(answer.is_ok(), from.step(to).is_ok(), "{from} to {to}");
            let revoked = ("kettle".to_owned(), "ep-1".to_owned(), vec![created.id.clone()]);
            let expected = if from.is_disabled_by(to) { vec![revoked] } else { vec![] };
            assert_eq!(ear.take(), expected, "{from} to {to}");
        }
    }
}

#[proves("ECAP-017")]
#[tokio::test]
async fn a_deleted_token_is_announced_when_it_was_active() {
    let (tokens, ear) = tokens().await;
    for (status, announced) in
        [(TokenStatus::Inactive, false), (TokenStatus::Active, true), (TokenStatus::Revoked, false)]
    {
        let created = tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
        tokens.transition(key(&created), status).await.unwrap();
        tokens.delete(key(&created)).await.unwrap();
        let ids: Vec<_> = ear.take().into_iter().flat_map(|(_, _, ids)| ids).collect();
        assert_eq!(ids, if announced { vec![created.id.clone()] } else { vec![] }, "{status}");
        assert_eq!(tokens.delete(key(&created)).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[proves("ECAP-017")]
#[tokio::test]
async fn an_unregistered_endpoint_loses_its_tokens_with_one_announcement_for_each_application() {
    let (tokens, ear) = tokens().await;
    let mut ids = BTreeMap::<_, Vec<_>>::new();
    for name in ["kettle", "toaster", "kettle"] {
        let created = tokens.create(endpoint("ep-1"), application(name), None).await.unwrap();
        tokens.transition(key(&created), TokenStatus::Active).await.unwrap();
        ids.entry(name).or_default().push(created.id);
    }
    tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
    let other = tokens.create(endpoint("ep-2"), application("kettle"), None).await.unwrap();

    assert_eq!(tokens.endpoint_unregistered(endpoint("ep-1")).await.unwrap(), 4);
    let heard: BTreeMap<_, _> = ear.take().into_iter().map(|(name, _, ids)| (name, ids)).collect();
    for (name, mut ids) in ids {
        let mut announced = heard[name].clone();
        announced.sort();
        ids.sort();
        assert_eq!(announced, ids, "{name}");
    }
    assert_eq!(heard.len(), 2);
    assert!(tokens.validate(&other.application, &other.token).await.is_ok());
    assert_eq!(tokens.endpoint_unregistered(endpoint("ep-1")).await.unwrap(), 0);
    assert_eq!(ear.take(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn simultaneous_first_uses_all_succeed() {
    let (tokens, _) = tokens().await;
    let created = tokens.create(endpoint("ep-1"), application("kettle"), None).await.unwrap();
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (tokens, created) = (tokens.clone(), created.clone());
            tokio::spawn(async move { tokens.validate(&created.application, &created.token).await })
        })
        .collect();
    for racer in racers {
        assert_eq!(racer.await.unwrap().unwrap().token_id, created.id);
    }
}
