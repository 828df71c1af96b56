use tempfile::NamedTempFile;

use super::*;

fn settings(yaml: &str) -> Settings {
    Settings::from_yaml("hello", yaml).unwrap()
}

#[test]
fn the_environment_wins() {
    let settings = settings("nats: {token: t1, tls.first: false, tls.ca: /ca.pem}");
    let environment = |name: &str| match name {
        "NATS_TOKEN" => Some("t2".to_owned()),
        "NATS_TLS_FIRST" => Some("true".to_owned()),
        _ => None,
    };
    let values = Values::new(&settings, &environment);
    let token = values.secret("nats.token").unwrap().unwrap();
    assert_eq!((token.reveal().unwrap().as_str(), token.to_string().as_str()), ("t2", "`NATS_TOKEN`"));
    assert!(values.flag("nats.tls.first").unwrap());
    assert_eq!(values.file("nats.tls.ca").unwrap().unwrap().to_string(), "`nats.tls.ca` (/ca.pem)");
    assert!(values.secret_file("nats.credentials-file").unwrap().is_none());
}

#[test]
fn an_error_names_the_place_and_the_key_and_no_value() {
    let yaml = "nats:\n  password: 1234\n  token: t\n  token-file: f\n  tls: {first: 7, ca: /nowhere/ca.pem}";
    let settings = settings(yaml);
    let values = Values::new(&settings, &|_| None);
    let at = |line: u8, column: u8| {
        format!("the configuration of the program (line {line}, column {column}) is not valid: ")
    };
    let error = values.secret("nats.password").unwrap_err().to_string();
    assert_eq!(error, at(2, 3) + "`nats.password`: expected a text; put it in quotes");
    let error = values.secret("nats.token").unwrap_err().to_string();
    assert_eq!(error, at(3, 3) + "`nats.token` and `nats.token-file` are both set; expected one of them");
    let error = values.flag("nats.tls.first").unwrap_err().to_string();
    assert_eq!(error, at(5, 9) + "`nats.tls.first`: invalid type: integer `7`, expected `true` or `false`");
    let error = values.file("nats.tls.ca").unwrap().unwrap().bytes().unwrap_err().to_string();
    let expected = "`nats.tls.ca` (/nowhere/ca.pem): the file cannot be read: No such file or directory";
    assert!(error.starts_with(&(at(5, 19) + expected)), "{error}");
}

#[test]
fn of_a_variable_the_place_is_its_name() {
    let settings = settings("nats: {token: t, tls.first: never}");
    let environment = |name: &str| ["NATS_TOKEN_FILE", "NATS_TLS_FIRST"].contains(&name).then(|| "x".to_owned());
    let values = Values::new(&settings, &environment);
    let error = values.secret("nats.token").unwrap_err().to_string();
    assert!(error.ends_with("`nats.token` and `NATS_TOKEN_FILE` are both set; expected one of them"), "{error}");
    assert_eq!(
        values.flag("nats.tls.first").unwrap_err().to_string(),
        "the configuration in the variable `NATS_TLS_FIRST` is not valid: expected `true` or `false`"
    );
}

#[test]
fn a_variable_that_names_a_file_is_named_once() {
    let (settings, there) = (settings(""), NamedTempFile::new().unwrap());
    let error = |key: &str, text: &str| {
        let environment = |_: &str| Some(text.to_owned());
        let file = Values::new(&settings, &environment).secret_file(key).unwrap().unwrap();
        file.text().unwrap_err().to_string()
    };
    assert_eq!(
        error("nats.token-file", "t0ken"),
        "the configuration in the variable `NATS_TOKEN_FILE` is not valid: it names a file that cannot be read: \
        No such file or directory (os error 2); its value is not shown, it may be the secret itself"
    );
    let path = there.path().to_str().unwrap();
    let place = "the configuration in the variable `NATS_TOKEN_FILE` is not valid: ";
    assert_eq!(error("nats.token-file", path), format!("{place}{path}: the file is empty"));
}

#[test]
fn a_flag_may_have_quotes() {
    for (yaml, expected) in [("true", true), ("'true'", true), ("False", false), ("'false'", false), ("", false)] {
        let settings = settings(&format!("nats.tls.first: {yaml}"));
        assert_eq!(Values::new(&settings, &|_| None).flag("nats.tls.first").unwrap(), expected, "{yaml}");
    }
}

#[test]
fn a_key_is_known_also_if_its_variable_wins() {
    let settings = settings("nats: {token: t, tls: {first: true, cs: x}}");
    let values = Values::new(&settings, &|_| Some("true".to_owned()));
    values.text("nats.token").unwrap();
    values.flag("nats.tls.first").unwrap();
    values.file("nats.tls.ca").unwrap();
    let unknown = settings.unknown_keys();
    let unknown: Vec<_> = unknown.iter().map(|key| (key.key(), key.nearest())).collect();
    assert_eq!(unknown, [("nats.tls.cs", Some("nats.tls.ca"))]);
}

#[test]
fn a_secret_in_place_of_its_file_is_not_shown() {
    for secret in [
        "SUACS3CRET",
        "Zm9v/YmFyS3CRET+w==",
        "/9j4S3CRET==",
        "eyJ0eXAiOiJKV1QifQ.eyJqdGkS3CRET/iJ9.c2ln_bmF0dXJl",
        "nats://S3CRET@host",
        "-----BEGIN PRIVATE KEY-----\\nMC4C/S3CRET\\n-----END PRIVATE KEY-----\\n",
    ] {
        for key in ["nats.nkey-seed-file", "nats.token-file", "nats.tls.key"] {
            let settings = settings(&format!("{key}: \"{secret}\""));
            let file = Values::new(&settings, &|_| None).secret_file(key).unwrap().unwrap();
            let error = file.text().unwrap_err().to_string();
            assert!(error.contains(&format!("`{key}`: it names a file that cannot be read: ")), "{error}");
            assert!(error.ends_with("; its value is not shown, it may be the secret itself"), "{error}");
            let shown = format!("{error} {file} {file:?} {}", file.invalid("no"));
            assert!(!shown.contains("S3CRET"), "{shown}");
        }
    }
}

#[test]
fn a_file_that_is_there_is_shown_also_if_a_secret_is_in_it() {
    let there = NamedTempFile::new().unwrap();
    let path = there.path().to_str().unwrap();
    let settings = settings(&format!("nats.token-file: {path}"));
    let file = Values::new(&settings, &|_| None).secret_file("nats.token-file").unwrap().unwrap();
    assert_eq!(file.to_string(), format!("`nats.token-file` ({path})"));
    assert!(file.text().unwrap_err().to_string().ends_with(&format!("`nats.token-file` ({path}): the file is empty")));
}

#[test]
fn a_secret_is_not_shown() {
    let secret = Secret::given("s3cret", Source::new("nats.token"));
    assert!(!format!("{secret} {secret:?}").contains("s3cret"));
}
