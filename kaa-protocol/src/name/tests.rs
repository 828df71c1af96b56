use std::collections::HashMap;

use kaa_proves::proves;

use super::*;

#[test]
fn endpoint_id_is_made_of_unreserved_url_characters() {
    for text in ["b197e391-1d13-403b-83f5-87bdd44888cf", "a.b_c~d-E9", "."] {
        assert_eq!(EndpointId::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "a b", "a/b", "é", "a+b", "a\n"] {
        EndpointId::parse(text).unwrap_err();
    }
}

// The token is opaque.
#[proves("KP-010")]
#[test]
fn endpoint_token_may_look_like_anything_that_is_one_level() {
    for text in ["JTjdbENzHh", "42", "status", "мой токен", "*", ">", "a b", "$SYS", "\"quoted\""] {
        assert_eq!(EndpointToken::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "a+b", "a#b", "a/b", "a.b", "\0", "a\r\nb", "\u{7f}"] {
        EndpointToken::parse(text).unwrap_err();
    }
}

#[test]
fn application_and_version_names_have_no_dot_and_no_other_alphabet() {
    for text in ["bspu542ikfmmfgrk47s0-v1", "kettle_V2", "-"] {
        assert_eq!(ApplicationName::parse(text).unwrap().as_str(), text);
        assert_eq!(AppVersionName::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "kettle.v2", "kettle v2", "κ", "a/b"] {
        ApplicationName::parse(text).unwrap_err();
        AppVersionName::parse(text).unwrap_err();
    }
}

// The same name is a topic level and a subject token.
#[proves("ISM-025")]
#[test]
fn extension_name_is_one_topic_level_and_one_subject_token() {
    for text in ["dcx", "cmx_ota", "cmx-ota", "rsx~1"] {
        assert_eq!(ExtensionName::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "a.b", "*", ">", "a/b", "+", "#", "a b", "a\tb", "a\u{a0}b", "\0"] {
        ExtensionName::parse(text).unwrap_err();
    }
}

#[proves("EPMP-008")]
#[test]
fn metadata_key_has_letters_digits_and_underscores_only() {
    assert_eq!(MetadataKey::parse("fw_Version2").unwrap().as_str(), "fw_Version2");
    for text in ["", "fw-version", "fw.version", "fw version", "ключ"] {
        MetadataKey::parse(text).unwrap_err();
    }
}

#[proves("CMP-009")]
#[test]
fn configuration_name_has_letters_digits_underscores_and_hyphens_only() {
    for text in ["display_settings", "a-B_9", "42", "default", "-"] {
        assert_eq!(ConfigName::parse(text).unwrap().as_str(), text);
    }
    for text in ["", "a.b", "a b", "ä", "a/b", "a\n"] {
        ConfigName::parse(text).unwrap_err();
    }
}

#[proves("CEP-002")]
#[test]
fn command_type_has_letters_and_digits_only() {
    for text in ["reboot2", "42", "A"] {
        assert!(CommandType::parse(text).unwrap().is_legal(Dialect::Rfc), "{text}");
    }
    for text in ["", "re boot", "re.boot", "é", "a/b", "a\n"] {
        CommandType::parse(text).unwrap_err();
    }
    for text in ["re-boot", "OUTPUT_SWITCH"] {
        assert!(!CommandType::parse(text).unwrap().is_legal(Dialect::Rfc), "{text}");
    }
}

#[test]
fn platform_has_command_types_with_hyphens_and_underscores() {
    for text in ["close-door", "OUTPUT_SWITCH", "reboot2"] {
        assert!(CommandType::parse(text).unwrap().is_legal(Dialect::Platform), "{text}");
    }
}

#[test]
fn error_says_what_was_meant_what_is_wrong_and_what_is_right() {
    assert_eq!(
        MetadataKey::parse("fw-version").unwrap_err().to_string(),
        "invalid metadata key: '-' at byte 2, expected one or more of `a-z`, `A-Z`, `0-9`, `_`"
    );
    assert_eq!(
        AppVersionName::parse("").unwrap_err().to_string(),
        "invalid app version name: empty, expected one or more of `a-z`, `A-Z`, `0-9`, `-`, `_`"
    );
}

#[test]
fn name_is_found_in_a_map_by_its_text() {
    let map = HashMap::from([(EndpointId::parse("ep-1").unwrap(), 1)]);
    assert_eq!(map.get("ep-1"), Some(&1));
}

#[test]
fn every_conversion_checks() {
    assert_eq!("ep-1".parse(), EndpointId::parse("ep-1"));
    assert_eq!(EndpointId::try_from("ep-1"), EndpointId::parse("ep-1"));
    assert_eq!(EndpointId::try_from("ep-1".to_owned()), EndpointId::parse("ep-1"));
    assert_eq!(String::from(EndpointId::parse("ep-1").unwrap()), "ep-1");
    assert!("ep 1".parse::<EndpointId>().is_err());
    assert!(EndpointId::try_from("ep 1").is_err());
    assert!(EndpointId::try_from("ep 1".to_owned()).is_err());
}

#[test]
fn json_form_is_a_string_and_is_checked_when_read() {
    let key = MetadataKey::parse("model").unwrap();
    assert_eq!(serde_json::to_string(&key).unwrap(), r#""model""#);
    assert_eq!(serde_json::from_str::<MetadataKey>(r#""m\u006fdel""#).unwrap(), key);

    let error = serde_json::from_str::<HashMap<MetadataKey, i32>>(r#"{"a.b":1}"#).unwrap_err();
    assert!(error.to_string().starts_with("invalid metadata key: '.' at byte 1"), "{error}");
}

#[test]
fn display_honours_width() {
    assert_eq!(format!("[{:>6}]", ExtensionName::parse("dcx").unwrap()), "[   dcx]");
}
