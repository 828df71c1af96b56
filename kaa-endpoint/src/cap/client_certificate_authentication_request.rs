//! Is this certificate known, and whose is it?

use kaa_ism::Message;

use super::ClientCertificateAuthenticationResponse;

/// Asks whether a client certificate is known and whose it is (22/CAP, `0022-certificate-authentication-request.avsc`,
/// CAP-010 to CAP-013).
///
/// - Subject: `kaa.v1.service.<provider instance>.cap.certificate-request`.
/// - replyTo: required; `kaa.v1.replica.<consumer replica>.cap.certificate-response`.
/// - Sent by a consumer (a communication service) that has done the usual checks before (CAP-017); answered by
///   [`ClientCertificateAuthenticationResponse`]. The answer tells the tenant (CAP-018).
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.cap.gen.v1")]
#[message(request = "cap.certificate-request", response = ClientCertificateAuthenticationResponse)]
#[non_exhaustive]
pub struct ClientCertificateAuthenticationRequest {
    /// Follows the processing of one cause across services.
    pub correlation_id: String,
    /// When the message was created, in milliseconds since the Unix epoch.
    pub timestamp: i64,
    /// Milliseconds from the timestamp until the message expires. 0 means never.
    #[avro(default = 0)]
    pub timeout: i64,
    /// Issuer of the certificate.
    pub issuer: String,
    /// Serial number of the certificate in decimal, as [`decimal_serial_number`](crate::decimal_serial_number) writes
    /// it (CAP-018).
    pub serial_number: String,
}
