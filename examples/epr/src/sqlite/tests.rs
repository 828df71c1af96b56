use super::*;
use kaa_protocol::ApplicationName;
use serde_json::json;

fn endpoint(id: &str, application: &str, version: &str) -> Endpoint {
    let (id, application) = (EndpointId::parse(id).unwrap(), ApplicationName::parse(application).unwrap());
    Endpoint::new(id, application, self::version(version), 1_000)
}

fn version(name: &str) -> AppVersionName {
    AppVersionName::parse(name).unwrap()
}

fn metadata(value: serde_json::Value) -> Metadata {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn an_endpoint_comes_back_as_it_was_stored() {
    let endpoints = SqliteEndpoints::in_memory().await.unwrap();
    let plain = endpoint("ep-1", "kettle", "kettle-v1");
    let rich = endpoint("ep-2", "kettle", "kettle-v1")
        .with_metadata(metadata(json!({"name": "мой", "nested": {"n": [1, 2.5, null, true]}})));
    for stored in [plain, rich] {
        endpoints.create(&stored).await.unwrap();
        assert_eq!(endpoints.find(&stored.id).await.unwrap(), Some(stored));
    }
    assert_eq!(endpoints.find(&EndpointId::parse("EP-1").unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn an_id_is_taken_in_all_applications() {
    let endpoints = SqliteEndpoints::in_memory().await.unwrap();
    endpoints.create(&endpoint("ep-1", "kettle", "kettle-v1")).await.unwrap();
    let error = endpoints.create(&endpoint("ep-1", "toaster", "t1")).await.unwrap_err();
    assert_eq!(error.kind(), RepositoryErrorKind::Conflict);
}

#[tokio::test]
async fn lists_are_filtered_and_cut() {
    let endpoints = SqliteEndpoints::in_memory().await.unwrap();
    let data = metadata(json!({"k": 1}));
    for (id, application, version) in
        [("a", "kettle", "k1"), ("b", "kettle", "k2"), ("c", "toaster", "t1"), ("d", "kettle", "k1")]
    {
        endpoints.create(&endpoint(id, application, version).with_metadata(data.clone())).await.unwrap();
    }
    let kettle = || ApplicationName::parse("kettle").unwrap();
    for (filter, ids, total) in [
        (EndpointFilter::new(0, 20), "abcd", 4),
        (EndpointFilter::new(1, 2), "bc", 4),
        (EndpointFilter::new(4, 2), "", 4),
        (EndpointFilter::new(0, 0), "", 4),
        (EndpointFilter::new(0, 20).with_id(EndpointId::parse("c").unwrap()), "c", 1),
        (EndpointFilter::new(1, 20).with_application(kettle()), "bd", 3),
        (EndpointFilter::new(0, 20).with_app_version(version("k1")), "ad", 2),
        (EndpointFilter::new(0, 20).with_application(kettle()).with_app_version(version("t1")), "", 0),
    ] {
        for filter in [filter.clone(), filter.with_metadata()] {
            let (page, found) = endpoints.list(&filter).await.unwrap();
            let names: String = page.iter().map(|endpoint| endpoint.id.as_str()).collect();
            assert_eq!((names.as_str(), found), (ids, total), "{filter:?}");
            assert!(page.iter().all(|endpoint| endpoint.metadata.is_empty() != filter.metadata));
        }
    }
}

#[tokio::test]
async fn a_change_returns_what_was_before() {
    let endpoints = SqliteEndpoints::in_memory().await.unwrap();
    let mut stored = endpoint("ep-1", "kettle", "k1");
    endpoints.create(&stored).await.unwrap();

    assert_eq!(endpoints.set_app_version(&stored.id, &version("k1"), 2_000).await.unwrap(), None);
    assert_eq!(endpoints.set_app_version(&stored.id, &version("k2"), 3_000).await.unwrap(), Some(version("k1")));
    let data = metadata(json!({"a": 1}));
    assert_eq!(endpoints.set_metadata(&stored.id, &data, 4_000).await.unwrap(), Some(Metadata::new()));
    assert_eq!(endpoints.set_metadata(&stored.id, &data, 5_000).await.unwrap(), None);

    stored.app_version = AppVersion::new(version("k2"), 3_000);
    (stored.metadata, stored.metadata_updated) = (data.clone(), Some(4_000));
    assert_eq!(endpoints.find(&stored.id).await.unwrap(), Some(stored.clone()));
    assert_eq!(endpoints.delete(&stored.id).await.unwrap(), Some(stored.clone()));

    assert_eq!(endpoints.delete(&stored.id).await.unwrap(), None);
    let error = endpoints.set_app_version(&stored.id, &version("k3"), 6_000).await.unwrap_err();
    assert_eq!(error.kind(), RepositoryErrorKind::NotFound);
    let error = endpoints.set_metadata(&stored.id, &data, 6_000).await.unwrap_err();
    assert_eq!(error.kind(), RepositoryErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_simultaneous_updates_to_one_version_exactly_one_changes_it() {
    let folder = tempfile::tempdir().unwrap();
    let endpoints = SqliteEndpoints::open(folder.path().join("epr.db")).await.unwrap();
    let stored = endpoint("ep-1", "kettle", "k1");
    endpoints.create(&stored).await.unwrap();
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (endpoints, id) = (endpoints.clone(), stored.id.clone());
            tokio::spawn(async move { endpoints.set_app_version(&id, &version("k2"), 2_000).await })
        })
        .collect();
    let mut changes = Vec::new();
    for racer in racers {
        changes.extend(racer.await.unwrap().unwrap());
    }
    assert_eq!(changes, [version("k1")]);
}

#[tokio::test]
async fn endpoints_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("epr.db");
    let stored = endpoint("ep-1", "kettle", "k1").with_metadata(metadata(json!({"a": 1})));
    let before = SqliteEndpoints::open(&path).await.unwrap();
    before.create(&stored).await.unwrap();
    before.close().await;
    let after = SqliteEndpoints::open(&path).await.unwrap();
    assert_eq!(after.find(&stored.id).await.unwrap(), Some(stored));
}
