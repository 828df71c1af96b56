use std::io::Write as _;

use kaa_service::Settings;
use tempfile::NamedTempFile;

use super::*;

fn file(text: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

fn credentials(yaml: &str) -> Result<Credentials, Error> {
    let settings = Settings::from_yaml("hello", yaml).unwrap();
    Credentials::from_settings(&Values::new(&settings, &|_| None))
}

fn with_file(key: &str, file: &NamedTempFile) -> Credentials {
    credentials(&format!("nats.{key}: {}", file.path().display())).unwrap()
}

fn error(yaml: &str) -> String {
    credentials(yaml).unwrap_err().to_string()
}

fn jwt(claims: &str) -> String {
    format!("head.{}.signature", URL_SAFE_NO_PAD.encode(claims))
}

fn creds(jwt: &str, seed: &str) -> NamedTempFile {
    file(&format!(
        "-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n*** IMPORTANT ***\n\n\
        -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    ))
}

#[test]
fn without_settings_nothing_is_presented() {
    let none = credentials("").unwrap();
    assert!(none.is_none());
    let auth = none.auth(b"nonce").unwrap();
    assert!(auth.username.is_none() && auth.token.is_none() && auth.jwt.is_none() && auth.nkey.is_none());
    assert!(none.refused().contains("`nats.credentials-file`"));
}

#[test]
fn a_password_comes_from_the_settings_or_a_file_that_may_change() {
    let auth = credentials("nats: {user: kaa, password: s3cret}").unwrap().auth(b"").unwrap();
    assert_eq!((auth.username.as_deref(), auth.password.as_deref()), (Some("kaa"), Some("s3cret")));
    let twice = credentials("nats: {user: kaa, username: kaa, password: s3cret}").unwrap().auth(b"").unwrap();
    assert_eq!(twice.username.as_deref(), Some("kaa"));
    let password = file("first\n");
    let both = credentials(&format!("nats: {{username: kaa, password-file: {}}}", password.path().display())).unwrap();
    assert_eq!(both.auth(b"").unwrap().password.as_deref(), Some("first"));
    std::fs::write(password.path(), "second\n").unwrap();
    assert_eq!(both.auth(b"").unwrap().password.as_deref(), Some("second"));
    std::fs::write(password.path(), "\n").unwrap();
    assert!(both.auth(b"").err().unwrap().to_string().ends_with(": the file is empty"));
}

#[test]
fn what_does_not_fit_together_is_an_error_that_names_the_place_and_the_keys() {
    assert_eq!(
        error("nats:\n  user: kaa"),
        "the configuration of the program (line 2, column 3) is not valid: `nats.user`: there is no password; set \
        `nats.password` or `nats.password-file`"
    );
    assert_eq!(
        error("nats.urls: host\nnats.password: s3cret"),
        "the configuration of the program (line 2, column 1) is not valid: `nats.password`: there is no user; set \
        `nats.user`"
    );
    assert_eq!(
        error("nats:\n  username: kaa\n  password: s3cret\n  user: me"),
        "the configuration of the program (line 4, column 3) is not valid: `nats.user` and `nats.username` are both \
        set, and differ; expected one of them"
    );
    assert_eq!(
        error("nats: {password-file: /pw}"),
        "the configuration of the program (line 1, column 8) is not valid: `nats.password-file`: there is no user; \
        set `nats.user`"
    );
    assert_eq!(
        error("nats:\n  nkey-seed-file: /seed\n  token: t0ken"),
        "the configuration of the program (line 3, column 3) is not valid: `nats.token` and `nats.nkey-seed-file` \
        are both set; expected credentials of one kind"
    );
}

#[test]
fn a_secret_in_place_of_its_file_is_in_no_conflict() {
    for secret in ["Zm9v/YmFyS3CRET+w==", "nats://S3CRET@host", "head.S3CRET/claims.signature"] {
        for yaml in [
            format!("nats: {{password-file: '{secret}'}}"),
            format!("nats: {{token-file: '{secret}', token: other}}"),
            format!("nats: {{token-file: '{secret}', nkey-seed-file: '{secret}'}}"),
            format!("nats: {{credentials-file: '{secret}', user: kaa, password-file: '{secret}'}}"),
        ] {
            assert!(!error(&yaml).contains("S3CRET"), "{}", error(&yaml));
        }
    }
}

#[test]
fn the_place_is_that_of_the_file_or_the_variable() {
    let config = file("nats:\n  user: kaa\n");
    let settings = Settings::from_file("hello", config.path()).unwrap();
    let error = |environment: &dyn Fn(&str) -> Option<String>| {
        Credentials::from_settings(&Values::new(&settings, environment)).unwrap_err().to_string()
    };
    let place = format!("the configuration `{}` (line 2, column 3) is not valid: `nats.user`", config.path().display());
    assert!(error(&|_| None).starts_with(&place), "{}", error(&|_| None));
    let said = error(&|name| (name == "NATS_USERNAME" || name == "NATS_USER").then(|| "me".to_owned()));
    assert!(
        said.starts_with("the configuration in the variable `NATS_USER` is not valid: there is no password; "),
        "{said}"
    );
    let differ = error(&|name| (name == "NATS_USERNAME").then(|| "me".to_owned()));
    assert!(differ.starts_with(&format!("{place} and `NATS_USERNAME` are both set, and differ; ")), "{differ}");
}

#[test]
fn a_url_has_a_user_and_a_password_or_a_token() {
    let auth = Credentials::from_url("kaa".into(), Some("s3cret".into())).auth(b"").unwrap();
    assert_eq!((auth.username.as_deref(), auth.password.as_deref()), (Some("kaa"), Some("s3cret")));
    let token = Credentials::from_url("t0ken".into(), None);
    assert_eq!(token.auth(b"").unwrap().token.as_deref(), Some("t0ken"));
    assert!(!format!("{token} {token:?} {}", token.refused()).contains("t0ken"));
}

#[test]
fn the_nonce_is_signed_with_the_key_of_the_seed() {
    let key = KeyPair::new_user();
    let seed = file(&format!("{}\n", key.seed().unwrap()));
    let nkey = with_file("nkey-seed-file", &seed);
    let auth = nkey.auth(b"nonce").unwrap();
    assert_eq!(auth.nkey, Some(key.public_key()));
    key.verify(b"nonce", &auth.signature.unwrap()).unwrap();
    assert!(nkey.refused().contains(&format!("add {{nkey: {}}}", key.public_key())));
    assert!(!nkey.refused().contains(&key.seed().unwrap()));

    let creds = creds(&jwt("{}"), &key.seed().unwrap());
    let auth = with_file("credentials-file", &creds).auth(b"nonce").unwrap();
    assert_eq!((auth.jwt, auth.nkey), (Some(jwt("{}")), None));
    key.verify(b"nonce", &auth.signature.unwrap()).unwrap();
}

#[test]
fn a_file_without_what_is_expected_is_an_error_without_what_is_in_it() {
    let account = KeyPair::new_account().seed().unwrap();
    let text = |credentials: Credentials| credentials.auth(b"").err().unwrap().to_string();
    let error = text(with_file("nkey-seed-file", &file(&account)));
    assert!(error.ends_with("there is no NKEY seed of a user in the file; it begins with SU"), "{error}");
    assert!(!error.contains(&account));
    assert!(text(with_file("credentials-file", &file(&account))).ends_with("there is no user JWT in the file"));
    assert!(text(with_file("credentials-file", &creds("x", ""))).ends_with("there is no NKEY seed in the file"));
    let error = text(credentials("nats.credentials-file: /nowhere").unwrap());
    assert!(error.contains("`nats.credentials-file`: it names a file that cannot be read: "), "{error}");
}

#[test]
fn a_refused_jwt_that_has_expired_is_told_so() {
    let now = SystemClock::new().now().0 / 1000;
    let refused = |claims: &str| with_file("credentials-file", &creds(&jwt(claims), "S")).refused();
    assert!(refused(&format!("{{\"exp\": {}}}", now - 3600)).contains("it has expired 36"));
    for claims in ["{}", "?", &format!("{{\"exp\": {}}}", now + 3600)] {
        assert!(refused(claims).ends_with("its account may be unknown to the server, or it may have been revoked"));
    }
}
