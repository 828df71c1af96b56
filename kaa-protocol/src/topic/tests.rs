use kaa_proves::proves;

use super::*;

fn aware(text: &str) -> Topic<'_> {
    Topic::parse(text, Awareness::Aware).unwrap()
}

fn unaware(text: &str) -> Topic<'_> {
    Topic::parse(text, Awareness::Unaware).unwrap()
}

fn refused(text: &str) -> InvalidTopicKind {
    Topic::parse(text, Awareness::Aware).unwrap_err().kind()
}

fn path_and_id<'a>(topic: &Topic<'a>) -> (&'a str, Option<i32>) {
    (topic.resource_path(), topic.request_id().map(i32::from))
}

#[proves("KP-001")]
#[test]
fn topic_begins_with_the_level_kp1() {
    assert_eq!(aware("kp1/app/dcx/tok/json/1").resource_path(), "/json");
    for text in ["kp2/app/dcx/tok/json/1", "KP1/app/dcx/tok/json/1", "app/dcx/tok/json/1", "kp10/app/dcx/tok", "kp", ""]
    {
        assert_eq!(refused(text), InvalidTopicKind::NotKp1, "{text}");
    }
}

#[proves("KP-002")]
#[test]
fn common_part_is_app_version_and_extension() {
    let topic = aware("kp1/kettle-v2/cmx/tok/config/json/17");
    assert_eq!(topic.app_version(), "kettle-v2");
    assert_eq!(topic.extension(), "cmx");
    assert_eq!(topic.token(), Some("tok"));
    assert_eq!(path_and_id(&topic), ("/config/json", Some(17)));
    assert_eq!(topic.as_str(), "kp1/kettle-v2/cmx/tok/config/json/17");
}

#[proves("KP-002")]
#[test]
fn topic_without_its_common_part_is_too_short() {
    for text in ["kp1", "kp1/a", "kp1/a/b"] {
        assert_eq!(refused(text), InvalidTopicKind::TooShort, "{text}");
    }
    assert_eq!(Topic::parse("kp1/a", Awareness::Unaware).unwrap_err().kind(), InvalidTopicKind::TooShort);
}

#[proves("KP-003")]
#[test]
fn leading_slash_is_another_first_level() {
    assert_eq!(refused("/kp1/a/b/t/json"), InvalidTopicKind::NotKp1);
}

#[proves("KP-003")]
#[test]
fn empty_level_makes_another_path() {
    assert_eq!(path_and_id(&aware("kp1/a/b/t/json/")), ("/json/", None));
    assert_eq!(path_and_id(&aware("kp1/a/b/t//json")), ("//json", None));
    assert_eq!(path_and_id(&aware("kp1/a/b/t/json//7")), ("/json/", Some(7)));
    assert_eq!(path_and_id(&aware("kp1/a/b/t/")), ("/", None));
}

#[proves("KP-003")]
#[test]
fn app_version_extension_and_token_are_not_empty() {
    for text in ["kp1//b/t/json", "kp1/a//t/json", "kp1/a/b//json", "kp1/a/b/", "kp1/"] {
        assert_eq!(refused(text), InvalidTopicKind::EmptyLevel, "{text}");
    }
}

#[proves("KP-007")]
#[test]
fn level_after_an_endpoint_aware_extension_is_the_token() {
    let topic = aware("kp1/app/dcx/json/1");
    assert_eq!(topic.token(), Some("json"));
    assert_eq!(path_and_id(&topic), ("", Some(1)));
}

#[proves("KP-007", "KP-010")]
#[test]
fn token_is_never_a_request_id() {
    let topic = aware("kp1/app/dcx/42");
    assert_eq!(topic.token(), Some("42"));
    assert_eq!(path_and_id(&topic), ("", None));
    assert_eq!(path_and_id(&aware("kp1/app/dcx/tok/42")), ("", Some(42)));
}

#[proves("KP-008")]
#[test]
fn endpoint_unaware_extension_has_no_token() {
    let topic = unaware("kp1/app/tsx/tok/time/9");
    assert_eq!(topic.token(), None);
    assert_eq!(path_and_id(&topic), ("/tok/time", Some(9)));
    assert_eq!(path_and_id(&unaware("kp1/app/tsx")), ("", None));
    assert_eq!(path_and_id(&unaware("kp1/app/tsx/")), ("/", None));
    assert_eq!(path_and_id(&unaware("kp1/app/tsx/42")), ("", Some(42)));
    assert_eq!(path_and_id(&unaware("kp1/app/42")), ("", None));
}

#[proves("KP-016")]
#[test]
fn last_level_is_the_request_id_if_it_is_an_integer() {
    for (text, id) in [("kp1/a/b/t/json/42", 42), ("kp1/a/b/t/json/1", 1), ("kp1/a/b/t/json/2147483647", i32::MAX)] {
        assert_eq!(path_and_id(&aware(text)), ("/json", Some(id)));
    }
}

// D-20: official clients count from 0.
#[proves("KP-016")]
#[test]
fn zero_is_a_request_id() {
    assert_eq!(path_and_id(&aware("kp1/a/b/t/get/0")), ("/get", Some(0)));
}

#[proves("KP-017")]
#[test]
fn only_the_last_level_is_a_request_id() {
    assert_eq!(path_and_id(&aware("kp1/a/b/t/42/json")), ("/42/json", None));
    assert_eq!(path_and_id(&aware("kp1/a/b/t/7/42")), ("/7", Some(42)));
}

#[proves("KP-018")]
#[test]
fn what_is_no_integer_stays_part_of_the_path() {
    for last in ["-1", "4.2", "42a", "0x2a", "1e3", "", "٤٢", "007", " 5"] {
        let text = format!("kp1/a/b/t/json/{last}");
        assert_eq!(path_and_id(&aware(&text)), (format!("/json/{last}").as_str(), None));
    }
}

#[proves("KP-019")]
#[test]
fn request_id_is_not_part_of_the_resource_path() {
    let (first, second) = (aware("kp1/a/b/t/update/1"), aware("kp1/a/b/t/update/2"));
    assert_eq!(first.resource_path(), "/update");
    assert_eq!(first.resource_path(), second.resource_path());
}

#[proves("KP-020")]
#[test]
fn number_too_large_for_an_avro_int_is_part_of_the_path() {
    for last in ["2147483648", "4294967338", "123456789012345678901234567890"] {
        let text = format!("kp1/a/b/t/json/{last}");
        assert_eq!(path_and_id(&aware(&text)), (format!("/json/{last}").as_str(), None));
    }
}

#[proves("KP-022")]
#[test]
fn success_goes_to_the_request_topic_plus_status() {
    assert_eq!(aware("kp1/a/b/t/json/42").status(), "kp1/a/b/t/json/42/status");
    assert_eq!(aware("kp1/a/b/t/json").status(), "kp1/a/b/t/json/status");
}

#[proves("KP-023")]
#[test]
fn error_goes_to_the_request_topic_plus_error() {
    assert_eq!(aware("kp1/a/b/t/json/42").error(), "kp1/a/b/t/json/42/error");
}

#[test]
fn wildcards_and_nul_are_no_part_of_a_topic() {
    for text in ["kp1/a/b/+/json", "kp1/#", "kp1/a/b/t/a+b", "kp1/a/b/t\0/json"] {
        assert_eq!(refused(text), InvalidTopicKind::IllegalCharacter, "{text}");
    }
}

#[test]
fn topic_leaves_room_for_its_responses() {
    let longest = format!("kp1/a/b/t/{}", "x".repeat(65_528 - 10));
    assert_eq!(aware(&longest).status().len(), 65_535);
    assert_eq!(refused(&format!("{longest}x")), InvalidTopicKind::TooLong);
}

#[test]
fn extension_is_checked_before_it_becomes_a_subject_token() {
    assert_eq!(aware("kp1/a/dcx/t/json").extension_name().unwrap().as_str(), "dcx");
    assert_eq!(aware("kp1/a/b.c/t/json").extension(), "b.c");
    for text in ["kp1/a/b.c/t/json", "kp1/a/>/t/json", "kp1/a/b c/t/json"] {
        aware(text).extension_name().unwrap_err();
    }
}

#[test]
fn parts_and_separators_make_the_whole() {
    for text in ["kp1/a/b/t", "kp1/a/b/t/", "kp1/a/b/t/json/42", "kp1/a/b/t//0", "kp1/a/b/€ x/ü/00"] {
        let topic = aware(text);
        let id = topic.request_id().map(|id| format!("/{id}")).unwrap_or_default();
        let (app_version, extension, token) = (topic.app_version(), topic.extension(), topic.token().unwrap());
        assert_eq!(format!("kp1/{app_version}/{extension}/{token}{}{id}", topic.resource_path()), text);
    }
}

#[test]
fn error_does_not_repeat_the_token() {
    let error = Topic::parse("kp2/app/dcx/secret/json", Awareness::Aware).unwrap_err();
    assert_eq!(error.to_string(), "topic does not begin with the level `kp1` (KP-001)");
    assert!(!format!("{error:?}").contains("secret"));
}
