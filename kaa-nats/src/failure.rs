//! Why there is no connection, in one line that says what would be right.

use std::{error::Error as StdError, io};

use async_nats::{
    ConnectError, ConnectErrorKind,
    rustls::{CertificateError, Error as TlsError},
};

use crate::{credentials::Credentials, server::URLS, tls::Tls};

/// What a failure to connect means with these settings.
pub(crate) fn reason(error: &ConnectError, credentials: &Credentials, tls: &Tls) -> String {
    if let Some(error) = cause::<TlsError>(error) {
        return of_tls(error, tls);
    }
    match error.kind() {
        ConnectErrorKind::AuthorizationViolation => credentials.refused(),
        // A server that does not like a certificate says so and hangs up; sometimes only the latter arrives.
        _ if cause::<io::Error>(error).is_some_and(is_hang_up) => {
            let (certificate, what) = match &tls.client {
                Some((certificate, _)) => (certificate.to_string(), "may not accept the certificate of "),
                None => ("`nats.tls.cert` and `nats.tls.key`".to_owned(), "may want a certificate: set "),
            };
            format!("{error}; the server {what}{certificate}")
        }
        // One that waits for TLS to begin has nothing to say before.
        ConnectErrorKind::TimedOut | ConnectErrorKind::Io if !tls.first && cause::<io::Error>(error).is_none() => {
            format!("{error}; if the server begins with TLS (handshake_first), set `nats.tls.first`")
        }
        _ => error.to_string(),
    }
}

fn of_tls(error: &TlsError, tls: &Tls) -> String {
    match error {
        TlsError::InvalidCertificate(error) => of_server_certificate(error, tls),
        TlsError::AlertReceived(alert) => match &tls.client {
            Some((certificate, _)) => format!(
                "the server does not accept the certificate of {certificate} ({alert:?}): it may have expired, or be signed \
                by an authority that the server does not know"
            ),
            None => {
                format!(
                    "the server wants a certificate ({alert:?}): set `nats.tls.cert` and `nats.tls.key` to its files"
                )
            }
        },
        TlsError::InvalidMessage(_) if tls.first => {
            "the server does not begin with TLS: unset `nats.tls.first`, or set handshake_first in nats-server.conf"
                .to_owned()
        }
        TlsError::InvalidMessage(_) => format!("the server does not speak TLS as expected: {error}"),
        error => format!("TLS fails: {error}"),
    }
}

fn of_server_certificate(error: &CertificateError, tls: &Tls) -> String {
    match (error, &tls.ca) {
        (CertificateError::Expired | CertificateError::ExpiredContext { .. }, _) => {
            "the certificate of the server has expired; renew it, or set the clock of this machine".to_owned()
        }
        (CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. }, _) => {
            "the certificate of the server is not valid yet; set the clock of this machine".to_owned()
        }
        (CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }, _) => {
            format!("the certificate of the server is not for the host in {URLS}: {error}")
        }
        (CertificateError::UnknownIssuer | CertificateError::BadSignature, Some(ca)) => {
            format!("the certificate of the server is not signed by the authority in {ca}")
        }
        (CertificateError::UnknownIssuer, None) => "the certificate of the server is signed by an authority that this \
            machine does not know; set `nats.tls.ca` to the file with the certificate of that authority"
            .to_owned(),
        (error, _) => format!("the certificate of the server is not valid: {error}"),
    }
}

fn is_hang_up(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

/// The first cause of this type. What an I/O error carries is no source of it.
fn cause<T: StdError + 'static>(error: &ConnectError) -> Option<&T> {
    let mut next = StdError::source(error);
    while let Some(error) = next {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let found = error.downcast_ref::<T>().or_else(|| inner.and_then(|inner| inner.downcast_ref::<T>()));
        if found.is_some() {
            return found;
        }
        next = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use async_nats::rustls::AlertDescription;
    use kaa_service::Settings;

    use super::*;
    use crate::values::Values;

    fn text(error: TlsError, yaml: &str) -> String {
        let settings = Settings::from_yaml("hello", yaml).unwrap();
        let tls = Tls::from_settings(&Values::new(&settings, &|_| None), false).unwrap();
        let error = ConnectError::from(io::Error::new(io::ErrorKind::InvalidData, error));
        reason(&error, &Credentials::None, &tls)
    }

    #[test]
    fn what_tls_does_not_like_names_the_setting_and_the_file() {
        let unknown = || TlsError::InvalidCertificate(CertificateError::UnknownIssuer);
        let of_ca = "the certificate of the server is not signed by the authority in `nats.tls.ca` (/ca.pem)";
        assert_eq!(text(unknown(), "nats.tls.ca: /ca.pem"), of_ca);
        assert!(text(unknown(), "").contains("set `nats.tls.ca`"));
        let alert = || TlsError::AlertReceived(AlertDescription::CertificateRequired);
        assert!(text(alert(), "").contains("set `nats.tls.cert` and `nats.tls.key`"));
        let of_cert = "the server does not accept the certificate of `nats.tls.cert` (/c) (CertificateRequired)";
        assert!(text(alert(), "nats.tls: {cert: /c, key: /k}").starts_with(of_cert));
        let expired = TlsError::InvalidCertificate(CertificateError::Expired);
        assert!(text(expired, "").starts_with("the certificate of the server has expired"));
    }

    #[test]
    fn a_server_that_says_nothing_may_begin_with_tls() {
        let text = |yaml: &str, kind| {
            let settings = Settings::from_yaml("hello", yaml).unwrap();
            let tls = Tls::from_settings(&Values::new(&settings, &|_| None), false).unwrap();
            reason(&ConnectError::with_source(kind, "expected INFO, got nothing"), &Credentials::None, &tls)
        };
        for kind in [ConnectErrorKind::TimedOut, ConnectErrorKind::Io] {
            assert!(
                text("", kind).ends_with("; if the server begins with TLS (handshake_first), set `nats.tls.first`")
            );
            assert!(!text("nats.tls.first: true", kind).contains("handshake_first"));
        }
    }

    #[test]
    fn a_server_that_hangs_up_may_want_a_certificate() {
        let settings = Settings::new("hello").unwrap();
        let tls = Tls::from_settings(&Values::new(&settings, &|_| None), true).unwrap();
        let error = ConnectError::from(io::Error::from(io::ErrorKind::ConnectionReset));
        let text = reason(&error, &Credentials::None, &tls);
        assert!(
            text.ends_with("; the server may want a certificate: set `nats.tls.cert` and `nats.tls.key`"),
            "{text}"
        );
    }
}
