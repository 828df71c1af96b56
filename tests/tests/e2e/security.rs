//! Who may connect to NATS, and how the connection is protected.

use kaa_nats::connect;
use kaa_service::{Error, ErrorKind, Service, Settings, Transport as _};
use nkeys::KeyPair;

use crate::harness::{
    Authority, Certificate, NatsServer, Operator, Process, Validity, config_file, eventually, program, within,
};

const LOCAL: &str = "127.0.0.1";

fn settings(url: String, values: &[(&str, &str)]) -> Settings {
    let settings = Settings::new("hello").unwrap().with_nats_urls([url]);
    values.iter().fold(settings, |settings, (key, value)| settings.with(&format!("nats.{key}"), *value))
}

/// The bus carries messages.
async fn works(settings: Settings) {
    let transport = connect(&settings).await.unwrap();
    let running = Service::new(settings, transport).start().await.unwrap();
    within("shutting down", running.shutdown()).await;
}

/// What is said of it in one line.
async fn fails(settings: Settings, kind: ErrorKind) -> String {
    let error: Error = within("an error", connect(&settings)).await.unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    let text = error.to_string();
    assert!(!text.contains('\n'), "{text}");
    assert_eq!(format!("{error:?}"), text);
    text
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is missing: {text}");
    }
}

async fn tls_server(certificate: &Certificate, clients: Option<&Authority>) -> NatsServer {
    NatsServer::with_configuration(&certificate.tls_of_server(clients)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_trusted_by_the_authority_of_its_certificate() {
    let authority = Authority::new("ours");
    let nats = tls_server(&authority.sign(LOCAL, Validity::Valid), None).await;
    let tls = [("tls.ca", authority.file())];
    works(settings(nats.url(), &tls)).await;
    works(settings(format!("tls://{}", nats.place()), &tls)).await;

    let other = Authority::new("theirs");
    let error = fails(settings(nats.url(), &[("tls.ca", other.file())]), ErrorKind::Bus).await;
    let expected = format!("is not signed by the authority in `nats.tls.ca` ({})", other.file());
    has(&error, &[&format!("cannot connect to NATS at {}: ", nats.place()), &expected]);
    let error = fails(settings(nats.url(), &[]), ErrorKind::Bus).await;
    has(&error, &["an authority that this machine does not know; set `nats.tls.ca`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_has_expired_or_is_for_another_host_is_named() {
    let authority = Authority::new("ours");
    let expired = tls_server(&authority.sign(LOCAL, Validity::Expired), None).await;
    let error = fails(settings(expired.url(), &[("tls.ca", authority.file())]), ErrorKind::Bus).await;
    has(&error, &["the certificate of the server has expired; renew it"]);
    let elsewhere = tls_server(&authority.sign("elsewhere.example", Validity::Valid), None).await;
    let error = fails(settings(elsewhere.url(), &[("tls.ca", authority.file())]), ErrorKind::Bus).await;
    has(&error, &["the certificate of the server is not for the host in NATS_URLS", "elsewhere.example"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_it_gets_a_certificate() {
    let (authority, other) = (Authority::new("ours"), Authority::new("theirs"));
    let nats = tls_server(&authority.sign(LOCAL, Validity::Valid), Some(&authority)).await;
    let with = |certificate: &Certificate| {
        let files = [("tls.cert", certificate.file()), ("tls.key", certificate.key_file())];
        settings(nats.url(), &[files.as_slice(), &[("tls.ca", authority.file())]].concat())
    };
    works(with(&authority.sign("hello", Validity::Valid))).await;
    let error = fails(settings(nats.url(), &[("tls.ca", authority.file())]), ErrorKind::Bus).await;
    has(&error, &["certificate", "set `nats.tls.cert` and `nats.tls.key`"]);
    for (signer, validity) in [(&authority, Validity::Expired), (&other, Validity::Valid)] {
        let refused = signer.sign("hello", validity);
        let error = fails(with(&refused), ErrorKind::Bus).await;
        has(&error, &["accept the certificate of `nats.tls.cert` (", refused.file()]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_tls_is_not_spoken_to_where_tls_is_set() {
    let authority = Authority::new("ours");
    let plain = NatsServer::start().await;
    let error = fails(settings(plain.url(), &[("tls.ca", authority.file())]), ErrorKind::Bus).await;
    has(&error, &["does not speak TLS as expected"]);
    let error = fails(settings(format!("tls://{}", plain.place()), &[]), ErrorKind::Bus).await;
    has(&error, &["does not speak TLS as expected"]);
    let nats = tls_server(&authority.sign(LOCAL, Validity::Valid), None).await;
    let first = [("tls.ca", authority.file()), ("tls.first", "true")];
    let error = fails(settings(nats.url(), &first), ErrorKind::Bus).await;
    has(&error, &["does not begin with TLS", "`nats.tls.first`", "handshake_first"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_used_is_named_before_anything_is_tried() {
    let nowhere = |key: &'static str| settings("nats://127.0.0.1:1".into(), &[(key, "/nowhere/file")]);
    let error = fails(nowhere("tls.ca"), ErrorKind::Settings).await;
    has(&error, &["`nats.tls.ca` (/nowhere/file): the file cannot be read: No such file or directory"]);
    for key in ["nkey-seed-file", "credentials-file", "token-file"] {
        let error = fails(nowhere(key), ErrorKind::Settings).await;
        has(&error, &[&format!("`nats.{key}`: it names a file that cannot be read: No such file or directory")]);
        assert!(!error.contains("nowhere"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn user_and_password_are_settings() {
    let nats = NatsServer::with_user("kaa", "s3cret").await;
    works(settings(nats.url(), &[("user", "kaa"), ("password", "s3cret")])).await;
    let (right, wrong) = (config_file("s3cret\n"), config_file("wr0ng\n"));
    let [right, wrong] = [&right, &wrong].map(|file| file.path().to_str().unwrap());
    works(settings(nats.url(), &[("user", "kaa"), ("password-file", right)])).await;
    let error = fails(settings(nats.url(), &[("user", "kaa"), ("password-file", wrong)]), ErrorKind::Bus).await;
    let expected = "it does not accept the user \"kaa\" with the password of `nats.password-file` (";
    has(&error, &["authorization violation: ", expected, wrong]);
    assert!(!error.contains("wr0ng"), "{error}");
    let error = fails(settings(nats.url(), &[]), ErrorKind::Bus).await;
    has(&error, &["authorization violation: it wants to know who is there; set `nats.user` and `nats.password`"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_a_setting_or_a_variable_or_in_the_url() {
    let nats = NatsServer::with_configuration("authorization: {token: t0ken}").await;
    works(settings(nats.url(), &[("token", "t0ken")])).await;
    works(settings(format!("nats://t0ken@{}", nats.place()), &[])).await;
    let mut command = program("hello-extension");
    command.env("NATS_URLS", nats.url()).env("NATS_TOKEN", "t0ken").env("RUST_LOG", "info");
    Process::start("hello-extension", command).line(": ready ").await;
    let error = fails(settings(nats.url(), &[("token", "wr0ng")]), ErrorKind::Bus).await;
    has(&error, &["it does not accept the token of `nats.token`"]);
    assert!(!error.contains("wr0ng"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_known_by_its_nkey() {
    let (user, stranger) = (KeyPair::new_user(), KeyPair::new_user());
    let configuration = format!("authorization: {{users: [{{nkey: {}}}]}}", user.public_key());
    let nats = NatsServer::with_configuration(&configuration).await;
    let (seed, other) = (config_file(&user.seed().unwrap()), config_file(&stranger.seed().unwrap()));
    let with =
        |file: &tempfile::NamedTempFile| settings(nats.url(), &[("nkey-seed-file", file.path().to_str().unwrap())]);
    works(with(&seed)).await;
    let error = fails(with(&other), ErrorKind::Bus).await;
    has(&error, &["`nats.nkey-seed-file` (", &format!("add {{nkey: {}}}", stranger.public_key())]);
    assert!(!error.contains(&stranger.seed().unwrap()), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_known_by_its_jwt() {
    let operator = Operator::new();
    let nats = NatsServer::with_configuration(&operator.configuration()).await;
    let with =
        |file: &tempfile::NamedTempFile| settings(nats.url(), &[("credentials-file", file.path().to_str().unwrap())]);
    works(with(&operator.user(None))).await;
    let error = fails(with(&operator.user(Some(1_700_000_001))), ErrorKind::Bus).await;
    has(&error, &["does not accept the JWT of `nats.credentials-file` (", "it has expired ", " s ago; get a new one"]);
    let error = fails(with(&Operator::new().user(None)), ErrorKind::Bus).await;
    has(&error, &["its account may be unknown to the server, or it may have been revoked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_are_replaced_are_used_from_the_next_connection_on() {
    let (first, second) = (Operator::new(), Operator::new());
    let mut nats = NatsServer::with_configuration(&first.configuration()).await;
    let file = first.user(None);
    let settings = settings(nats.url(), &[("credentials-file", file.path().to_str().unwrap())]);
    let transport = connect(&settings).await.unwrap();
    let running = Service::new(settings, transport.clone()).start().await.unwrap();
    nats.stop().await;
    nats.reconfigure(&second.configuration());
    std::fs::write(file.path(), second.credentials(None)).unwrap();
    nats.start_again().await;
    eventually("connected again", async || transport.is_connected().then_some(())).await;
    running.handle().round_trip(crate::harness::WITHIN).await.unwrap();
    within("shutting down", running.shutdown()).await;
}

/// What `dcx` prints with these variables, up to the line with `end`.
async fn printed(nats: &NatsServer, variables: &[(&str, &str)], end: &str) -> String {
    let mut command = program("dcx");
    command.env("NATS_URLS", nats.url()).env("RUST_LOG", "trace").envs(variables.iter().copied());
    let process = Process::start("dcx", command);
    process.line(end).await;
    process.output()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_logged() {
    let (operator, user) = (Operator::new(), KeyPair::new_user());
    let configuration = format!("authorization: {{users: [{{nkey: {}}}]}}", user.public_key());
    let (seed, credentials) = (config_file(&user.seed().unwrap()), operator.user(None));
    let [seed, credentials] = [&seed, &credentials].map(|file| file.path().to_str().unwrap());
    let password = NatsServer::with_user("kaa", "s3cret").await;
    let nkey = NatsServer::with_configuration(&configuration).await;
    let jwt = NatsServer::with_configuration(&operator.configuration()).await;
    let in_url = format!("nats://kaa:s3cret@{}", password.place());
    let texts = [
        printed(&password, &[("NATS_URLS", &in_url)], ": ready ").await,
        printed(&password, &[("NATS_USERNAME", "kaa"), ("NATS_PASSWORD", "s3cret")], ": ready ").await,
        printed(&password, &[("NATS_USER", "kaa"), ("NATS_PASSWORD", "wr0ng")], "cannot connect to NATS at ").await,
        printed(&nkey, &[("NATS_NKEY_SEED_FILE", seed)], ": ready ").await,
        printed(&jwt, &[("NATS_CREDENTIALS_FILE", credentials)], ": ready ").await,
    ];
    let mut secrets = vec!["s3cret".to_owned(), "wr0ng".to_owned(), user.seed().unwrap()];
    let lines = std::fs::read_to_string(credentials).unwrap();
    secrets.extend(lines.lines().filter(|line| line.len() > 50 && !line.contains(' ')).map(str::to_owned));
    assert_eq!(secrets.len(), 5, "with the JWT and its seed");
    for text in texts {
        has(&text, &["TRACE async_nats"]);
        for secret in &secrets {
            assert!(!text.contains(secret), "{secret} is printed: {text}");
        }
    }
}
