//! An operator of NATS, with one account: what `nsc` does, by hand.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use nkeys::KeyPair;
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use super::config_file;

pub(crate) struct Operator {
    key: KeyPair,
    account: KeyPair,
}

impl Operator {
    pub(crate) fn new() -> Self {
        Self { key: KeyPair::new_operator(), account: KeyPair::new_account() }
    }

    /// A `nats-server.conf` that trusts it.
    pub(crate) fn configuration(&self) -> String {
        let operator = jwt(&self.key, &self.key, None, &json!({"type": "operator", "version": 2}));
        let limits = json!({
            "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1
        });
        let nats = json!({"limits": limits, "type": "account", "version": 2});
        let account = jwt(&self.account, &self.key, None, &nats);
        let id = self.account.public_key();
        format!("operator: {operator:?}\nresolver: MEMORY\nresolver_preload: {{{id}: {account:?}}}\n")
    }

    /// The credentials file of a new user.
    pub(crate) fn user(&self, expiry: Option<i64>) -> NamedTempFile {
        config_file(&self.credentials(expiry))
    }

    /// The text of such a file.
    pub(crate) fn credentials(&self, expiry: Option<i64>) -> String {
        let user = KeyPair::new_user();
        let nats = json!({"subs": -1, "data": -1, "payload": -1, "type": "user", "version": 2});
        let (jwt, seed) = (jwt(&user, &self.account, expiry, &nats), user.seed().unwrap());
        format!(
            "-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n\
            ************************* IMPORTANT *************************\n\
            NKEY Seed printed below can be used to sign and prove identity.\n\n\
            -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )
    }
}

fn jwt(subject: &KeyPair, issuer: &KeyPair, expiry: Option<i64>, nats: &Value) -> String {
    let head = json!({"typ": "JWT", "alg": "ed25519-nkey"});
    let mut claims = json!({
        "jti": subject.public_key(), "iat": 1_700_000_000, "iss": issuer.public_key(), "name": "test",
        "sub": subject.public_key(), "nats": nats
    });
    if let Some(expiry) = expiry {
        claims["exp"] = expiry.into();
    }
    let [head, claims] = [head, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = format!("{head}.{claims}");
    let signature = URL_SAFE_NO_PAD.encode(issuer.sign(signed.as_bytes()).unwrap());
    format!("{signed}.{signature}")
}
