use kaa_proves::proves;

use super::*;
use crate::{Awareness, Topic};

fn name(text: &str) -> Option<ConfigName> {
    Some(ConfigName::parse(text).unwrap())
}

#[proves("CMP-006", "CMP-029")]
#[test]
fn resource_has_at_most_a_name_behind_it() {
    assert_eq!(Resource::parse("/config/json"), Some(Resource::Config(None)));
    assert_eq!(Resource::parse("/config/json/network"), Some(Resource::Config(name("network"))));
    assert_eq!(Resource::parse("/applied/json"), Some(Resource::Applied(None)));
    assert_eq!(Resource::parse("/applied/json/network"), Some(Resource::Applied(name("network"))));
    for path in [
        "",
        "/",
        "/config",
        "/applied",
        "config/json",
        "/config/json/a/b",
        "/applied/json/a/",
        "/config/jsonx",
        "/CONFIG/json",
        "/config/xml",
        "//config/json",
        "/status/json",
    ] {
        assert_eq!(Resource::parse(path), None, "{path}");
    }
}

#[proves("CMP-007", "CMP-008", "CMP-029")]
#[test]
fn name_in_the_path_is_that_of_the_configuration() {
    for (path, config_name) in [
        ("/config/json", None),
        ("/config/json/network", Some("network")),
        ("/applied/json", None),
        ("/applied/json/network", Some("network")),
    ] {
        let resource = Resource::parse(path).unwrap();
        assert_eq!(resource.config_name().map(ConfigName::as_str), config_name);
        assert_eq!(resource.to_string(), path);
    }
}

#[proves("CMP-009")]
#[test]
fn name_that_is_not_legal_is_no_resource() {
    for path in ["/config/json/", "/config/json/a.b", "/config/json/a b", "/config/json/ä", "/applied/json/a+b"] {
        assert_eq!(Resource::parse(path), None, "{path}");
    }
    for path in ["/config/json/display_settings", "/config/json/a-B_9"] {
        assert_eq!(Resource::parse(path).unwrap().to_string(), path);
    }
}

#[proves("CMP-011")]
#[test]
fn name_of_digits_needs_a_request_id_behind_it() {
    let parse = |text| {
        let topic = Topic::parse(text, Awareness::Aware).unwrap();
        (Resource::parse(topic.resource_path()).unwrap(), topic.request_id().map(i32::from))
    };
    assert_eq!(parse("kp1/a/cmx/t/config/json/42"), (Resource::Config(None), Some(42)));
    assert_eq!(parse("kp1/a/cmx/t/config/json/42/7"), (Resource::Config(name("42")), Some(7)));
    assert_eq!(parse("kp1/a/cmx/t/config/json/007"), (Resource::Config(name("007")), None));
}

// D-24
#[proves("CMP-007")]
#[test]
fn default_is_the_same_as_no_name_kaa_unverified() {
    assert_eq!(Resource::parse("/config/json/default"), Some(Resource::Config(None)));
    assert_eq!(Resource::parse("/applied/json/default"), Some(Resource::Applied(None)));
    assert_eq!(Resource::parse("/config/json/Default"), Some(Resource::Config(name("Default"))));
    let resource = Resource::Config(name("network"));
    assert_eq!(resource.clone().with_config_name(Some("default")).unwrap(), resource);
}

// D-24
#[proves("CMP-008")]
#[test]
fn name_in_one_of_two_places_is_used_kaa_unverified() {
    let (default, network) = (Resource::Config(None), Resource::Config(name("network")));
    assert_eq!(default.clone().with_config_name(None).unwrap(), default);
    assert_eq!(network.clone().with_config_name(None).unwrap(), network);
    assert_eq!(default.with_config_name(Some("network")).unwrap(), network);
    assert_eq!(network.clone().with_config_name(Some("network")).unwrap(), network);
    let applied = Resource::Applied(None).with_config_name(Some("network"));
    assert_eq!(applied.unwrap(), Resource::Applied(name("network")));
}

// D-24
#[test]
fn two_different_names_are_a_400_kaa_unverified() {
    let status = Resource::Applied(name("network")).with_config_name(Some("display")).unwrap_err();
    assert_eq!(status.to_string(), "400 path and configName name two different configurations (CMP-030)");
    let status = Resource::Config(None).with_config_name(Some("a.b")).unwrap_err();
    assert_eq!(
        status.to_string(),
        "400 invalid configuration name: '.' at byte 1, expected one or more of `a-z`, `A-Z`, `0-9`, `-`, `_` \
         (CMP-009)"
    );
    Resource::Config(None).with_config_name(Some("")).unwrap_err();
}
