use super::*;

fn settings(yaml: &str) -> Settings {
    Settings::from_yaml("hello", yaml).unwrap()
}

#[test]
fn the_environment_wins() {
    let settings = settings("nats: {token: t1, tls.first: false, nkey-seed-file: /seed}");
    let environment = |name: &str| match name {
        "NATS_TOKEN" => Some("t2".to_owned()),
        "NATS_TLS_FIRST" => Some("true".to_owned()),
        _ => None,
    };
    let values = Values::new(&settings, &environment);
    let token = values.secret("nats.token").unwrap().unwrap();
    assert_eq!((token.reveal().unwrap().as_str(), token.to_string().as_str()), ("t2", "`NATS_TOKEN`"));
    assert!(values.flag("nats.tls.first").unwrap());
    let seed = values.file("nats.nkey-seed-file").unwrap().unwrap();
    assert_eq!(seed.to_string(), "`nats.nkey-seed-file` (/seed)");
    assert!(values.file("nats.credentials-file").unwrap().is_none());
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
        "the configuration in the variable `NATS_TLS_FIRST` is not valid: `NATS_TLS_FIRST`: expected `true` or `false`"
    );
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
    let pem = "-----BEGIN PRIVATE KEY-----\\nMC4C/AQAw\\n-----END PRIVATE KEY-----\\n";
    for secret in ["SUACS3CRET", "s3cret", pem] {
        let settings = settings(&format!("nats.nkey-seed-file: \"{secret}\""));
        let seed = Values::new(&settings, &|_| None).file("nats.nkey-seed-file").unwrap().unwrap();
        let error = seed.text().unwrap_err().to_string();
        assert!(error.contains("`nats.nkey-seed-file`: the file cannot be read: "), "{error}");
        let shown = format!("{error} {seed} {seed:?}");
        assert!(!["S3CRET", "s3cret", "PRIVATE"].iter().any(|secret| shown.contains(secret)), "{shown}");
    }
}

#[test]
fn a_secret_is_not_shown() {
    let secret = Secret::given("s3cret", Source::new("nats.token"));
    assert!(!format!("{secret} {secret:?}").contains("s3cret"));
}
