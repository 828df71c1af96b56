//! Is this certificate known, and whose is it?

use kaa_ism::Message;

use super::ClientCertificateValidationResponse;

/// Asks whether a client certificate is known and whose it is (16/ECAP,
/// `0016-client-certificate-validation-request.avsc`, ECAP-031 to ECAP-034).
///
/// - Subject: `kaa.v1.service.<provider instance>.ecap.client-certificate-request`.
/// - replyTo: required; `kaa.v1.replica.<consumer replica>.ecap.client-certificate-response`.
/// - Sent by a consumer (a communication service) that has checked signature, authority, expiry and the rest before
///   (ECAP-038); answered by [`ClientCertificateValidationResponse`].
#[derive(Clone, Debug, PartialEq, Message)]
#[avro(namespace = "org.kaaproject.ipc.ecap.gen.v1")]
#[message(request = "ecap.client-certificate-request", response = ClientCertificateValidationResponse)]
#[non_exhaustive]
pub struct ClientCertificateValidationRequest {
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
    /// it (ECAP-040).
    pub serial_number: String,
}
