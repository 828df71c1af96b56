//! TLS.

use async_nats::{
    ConnectOptions,
    rustls::{
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        sign::CertifiedKey,
    },
};
use kaa_service::Error;

use crate::values::{File, Values};

/// How the connection is protected. The files are read for every connection anew.
#[derive(Debug)]
pub(crate) struct Tls {
    /// Never without TLS: a server that does not offer it is not spoken to.
    required: bool,
    /// The handshake comes before anything that the server says.
    pub(crate) first: bool,
    /// Certificates of the authorities that servers are trusted for; without it those of the system.
    pub(crate) ca: Option<File>,
    /// Our certificate and its key.
    pub(crate) client: Option<(File, File)>,
}

impl Tls {
    /// That of the settings; `in_url`: a URL asks for it.
    pub(crate) fn from_settings(values: &Values<'_>, in_url: bool) -> Result<Self, Error> {
        let (first, ca) = (values.flag("nats.tls.first")?, values.file("nats.tls.ca")?);
        let client = match (values.file("nats.tls.cert")?, values.secret_file("nats.tls.key")?) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some((certificate, key)),
            (Some(certificate), None) => {
                return Err(certificate.invalid("its key is missing; set `nats.tls.key` too"));
            }
            (None, Some(key)) => return Err(key.invalid("its certificate is missing; set `nats.tls.cert` too")),
        };
        let required = in_url || first || ca.is_some() || client.is_some();
        Ok(Self { required, first, ca, client })
    }

    /// Whether all files are what they have to be.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(ca) = &self.ca {
            certificates(ca)?;
        }
        let Some((certificate, key)) = &self.client else { return Ok(()) };
        let bytes = key.bytes()?;
        let private = PrivateKeyDer::from_pem_slice(&bytes)
            .map_err(|_| key.invalid("there is no private key in PEM form in the file"))?;
        match CertifiedKey::from_der(certificates(certificate)?, private, &ring::default_provider()) {
            Ok(_) => Ok(()),
            Err(error) => Err(key.source().conflict(format_args!("{key} is no key for {certificate}: {error}"))),
        }
    }

    pub(crate) fn apply(&self, mut options: ConnectOptions) -> ConnectOptions {
        // In a program that has been built with two providers of cryptography rustls would panic for want of a
        // decision. An error says that somebody has decided.
        let _ = ring::default_provider().install_default();
        if let Some(ca) = &self.ca {
            options = options.add_root_certificates(ca.path());
        }
        if let Some((certificate, key)) = &self.client {
            options = options.add_client_certificate(certificate.path(), key.path());
        }
        if self.first {
            options = options.tls_first();
        }
        options.require_tls(self.required)
    }
}

fn certificates(file: &File) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&file.bytes()?).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(file.invalid("there is no certificate in PEM form in the file")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use kaa_service::Settings;
    use rcgen::{CertifiedKey, generate_simple_self_signed};
    use tempfile::NamedTempFile;

    use super::*;

    fn file(text: &str) -> NamedTempFile {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    fn check(files: &[(&str, &NamedTempFile)]) -> Result<(), String> {
        let set = |settings: Settings, (key, file): &(&str, &NamedTempFile)| {
            settings.with(&format!("nats.tls.{key}"), file.path().to_str().unwrap())
        };
        let settings = files.iter().fold(Settings::new("hello").unwrap(), set);
        let tls = Tls::from_settings(&Values::new(&settings, &|_| None), false);
        tls.and_then(|tls| tls.check()).map_err(|error| error.to_string())
    }

    #[test]
    fn files_are_looked_into_before_they_are_needed() {
        let own = || generate_simple_self_signed(["hello".to_owned()]).unwrap();
        let (CertifiedKey { cert, signing_key }, other) = (own(), own().signing_key);
        let (cert, key, other) = (file(&cert.pem()), file(&signing_key.serialize_pem()), file(&other.serialize_pem()));
        check(&[("ca", &cert), ("cert", &cert), ("key", &key)]).unwrap();
        let ends = |files: &[(&str, &NamedTempFile)], end: &str| {
            let error = check(files).unwrap_err();
            assert!(error.ends_with(end), "{error}");
        };
        ends(&[("ca", &key)], "there is no certificate in PEM form in the file");
        ends(&[("cert", &cert)], "its key is missing; set `nats.tls.key` too");
        ends(&[("key", &key)], "its certificate is missing; set `nats.tls.cert` too");
        ends(&[("cert", &cert), ("key", &cert)], "there is no private key in PEM form in the file");
        let error = check(&[("cert", &cert), ("key", &other)]).unwrap_err();
        assert!(error.starts_with("the configuration of the program is not valid: `nats.tls.key` ("), "{error}");
        assert!(error.contains(") is no key for `nats.tls.cert` ("), "{error}");
    }

    #[test]
    fn any_setting_of_tls_requires_it() {
        let required = |yaml: &str, in_url| {
            let settings = Settings::from_yaml("hello", yaml).unwrap();
            Tls::from_settings(&Values::new(&settings, &|_| None), in_url).unwrap().required
        };
        assert!(!required("", false) && !required("nats.tls.first: false", false));
        assert!(required("", true) && required("nats.tls.first: true", false) && required("nats.tls.ca: /ca", false));
    }
}
