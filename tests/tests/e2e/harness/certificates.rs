//! Certificates of a test's own.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use tempfile::NamedTempFile;

use super::config_file;

/// Signs certificates.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: NamedTempFile,
}

/// A certificate and its key, in files.
pub(crate) struct Certificate {
    certificate: NamedTempFile,
    key: NamedTempFile,
}

/// Whether a certificate is valid now.
#[derive(Clone, Copy)]
pub(crate) enum Validity {
    Valid,
    Expired,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = config_file(&params.self_signed(&key).unwrap().pem());
        Self { issuer: Issuer::new(params, key), certificate }
    }

    /// A certificate for a host or a client of this name.
    pub(crate) fn sign(&self, name: &str, validity: Validity) -> Certificate {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        if let Validity::Expired = validity {
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Certificate { certificate: config_file(&certificate.pem()), key: config_file(&key.serialize_pem()) }
    }

    /// Where its own certificate is.
    pub(crate) fn file(&self) -> &str {
        self.certificate.path().to_str().unwrap()
    }
}

impl Certificate {
    pub(crate) fn file(&self) -> &str {
        self.certificate.path().to_str().unwrap()
    }

    pub(crate) fn key_file(&self) -> &str {
        self.key.path().to_str().unwrap()
    }

    /// The part of a `nats-server.conf` that presents it to clients. With an authority clients have to present one of
    /// it.
    pub(crate) fn tls_of_server(&self, clients: Option<&Authority>) -> String {
        let clients = clients.map(|authority| format!("ca_file: {:?}, verify: true", authority.file()));
        let (certificate, key) = (self.file(), self.key_file());
        format!("tls: {{cert_file: {certificate:?}, key_file: {key:?}, {}}}", clients.unwrap_or_default())
    }
}
