//! Every message at the size that is typical of it.

use std::{fs, path::Path};

use bytes::Bytes;
use kaa_cdtp::{ConfigApplied, ConfigRequest, ConfigResponse, ConfigUpdated};
use kaa_endpoint::{cap, cip, dstp, ecap, efe, efmp, elce, eme, epmmp, eprmp, tstp};
use kaa_esp::{ClientData, ExtensionData};
use kaa_ism::Message;
use kaa_platform::{aip, amp, armp, service_config, system_config, tle};
use serde_json::Value;

use super::{
    Measure,
    pair::{Pair, schema_of},
};

/// A case `messages/<schema file>` for each of the 70, with the vector `typical`.
pub(crate) fn messages(measure: &mut Measure<'_>) {
    for (stem, measure_one) in ALL {
        measure_one(stem, measure);
    }
}

/// Measures the message of a schema file.
type MeasureOne = fn(&str, &mut Measure<'_>);

const ALL: [(&str, MeasureOne); 70] = [
    ("0004-client-data", one::<ClientData>),
    ("0004-extension-data", one::<ExtensionData>),
    ("0006-config-updated", one::<ConfigUpdated>),
    ("0006-config-applied", one::<ConfigApplied>),
    ("0006-config-request", one::<ConfigRequest>),
    ("0006-config-response", one::<ConfigResponse>),
    ("0009-ep-connected", one::<elce::ConnectedEvent>),
    ("0009-ep-disconnected", one::<elce::DisconnectedEvent>),
    ("0009-ep-registered", one::<elce::RegisteredEvent>),
    ("0009-ep-appversion-updated", one::<elce::AppVersionUpdatedEvent>),
    ("0009-ep-unregistered", one::<elce::UnregisteredEvent>),
    ("0009-ep-traffic-stats", one::<elce::TrafficReportEvent>),
    ("0012-command-invocation-request", one::<cip::CommandInvocationRequest>),
    ("0012-command-invocation-result", one::<cip::CommandInvocationResult>),
    ("0013-ep-data-samples-event", one::<dstp::DataSamplesEvent>),
    ("0013-ep-data-samples-processed", one::<dstp::DataSamplesProcessed>),
    ("0014-ep-time-series-event", one::<tstp::TimeSeriesEvent>),
    ("0014-ep-time-series-processed", one::<tstp::TimeSeriesProcessed>),
    ("0015-ep-metadata-updated", one::<eme::MetadataUpdatedEvent>),
    ("0016-endpoint-token-validation-request", one::<ecap::EndpointTokenValidationRequest>),
    ("0016-endpoint-token-validation-response", one::<ecap::EndpointTokenValidationResponse>),
    ("0016-endpoint-token-status-transition-request", one::<ecap::EndpointTokenStatusTransitionRequest>),
    ("0016-endpoint-token-status-transition-response", one::<ecap::EndpointTokenStatusTransitionResponse>),
    ("0016-client-username-password-validation-request", one::<ecap::ClientUsernamePasswordValidationRequest>),
    ("0016-client-username-password-validation-response", one::<ecap::ClientUsernamePasswordValidationResponse>),
    ("0016-client-certificate-validation-request", one::<ecap::ClientCertificateValidationRequest>),
    ("0016-client-certificate-validation-response", one::<ecap::ClientCertificateValidationResponse>),
    ("0016-endpoint-token-revoked", one::<ecap::EndpointTokenRevokedEvent>),
    ("0016-client-credential-revoked", one::<ecap::ClientCredentialRevokedEvent>),
    ("0017-broadcast_configuration_update", one::<service_config::BroadcastConfigurationUpdateEvent>),
    ("0017-service_specific_configuration_update", one::<service_config::ServiceSpecificConfigurationUpdateEvent>),
    ("0018-epf-activated", one::<efe::EndpointFilterActivatedEvent>),
    ("0018-epf-pending", one::<efe::EndpointFilterPendingEvent>),
    ("0018-epf-deleted", one::<efe::EndpointFilterDeletedEvent>),
    ("0018-epf-ep-matched", one::<efe::EndpointMatchedFilterEvent>),
    ("0018-epf-ep-unmatched", one::<efe::EndpointUnmatchedFilterEvent>),
    ("0019-endpoint-metadata-get-request", one::<epmmp::EndpointMetadataGetRequest>),
    ("0019-endpoint-metadata-get-response", one::<epmmp::EndpointMetadataGetResponse>),
    ("0019-endpoint-metadata-patch-request", one::<epmmp::EndpointMetadataPatchRequest>),
    ("0019-endpoint-metadata-patch-response", one::<epmmp::EndpointMetadataPatchResponse>),
    ("0019-endpoint-metadata-key-update-request", one::<epmmp::EndpointMetadataKeyUpdateRequest>),
    ("0019-endpoint-metadata-key-update-response", one::<epmmp::EndpointMetadataKeyUpdateResponse>),
    ("0019-endpoint-metadata-key-batch-update-request", one::<epmmp::EndpointMetadataKeyBatchUpdateRequest>),
    ("0019-endpoint-metadata-key-batch-update-response", one::<epmmp::EndpointMetadataKeyBatchUpdateResponse>),
    ("0019-endpoint-metadata-keys-get-request", one::<epmmp::EndpointMetadataKeysGetRequest>),
    ("0019-endpoint-metadata-keys-get-response", one::<epmmp::EndpointMetadataKeysGetResponse>),
    ("0019-endpoints-app-version-request", one::<epmmp::AppVersionsByEndpointsRequest>),
    ("0019-endpoints-app-version-response", one::<epmmp::AppVersionsByEndpointsResponse>),
    ("0020-endpoint-filters-request", one::<efmp::EndpointFiltersRequest>),
    ("0020-endpoint-filters-response", one::<efmp::EndpointFiltersResponse>),
    ("0020-endpoint-list-by-filter-request", one::<efmp::EndpointListByFilterRequest>),
    ("0020-endpoint-list-by-filter-response", one::<efmp::EndpointListByFilterResponse>),
    ("0021-tenant-updated", one::<tle::UpdatedEvent>),
    ("0021-tenant-unregistered", one::<tle::UnregisteredEvent>),
    ("0022-basic-authentication-request", one::<cap::ClientBasicAuthenticationRequest>),
    ("0022-basic-authentication-response", one::<cap::ClientBasicAuthenticationResponse>),
    ("0022-certificate-authentication-request", one::<cap::ClientCertificateAuthenticationRequest>),
    ("0022-certificate-authentication-response", one::<cap::ClientCertificateAuthenticationResponse>),
    ("0022-credentials-revoked", one::<cap::ClientCredentialsRevokedEvent>),
    ("0023-automation-invocation", one::<aip::AutomationInvocation>),
    ("0024-endpoint-relations-get-request", one::<eprmp::EndpointRelationsGetRequest>),
    ("0024-endpoint-relations-get-response", one::<eprmp::EndpointRelationsGetResponse>),
    ("0024-endpoint-relations-updated", one::<eprmp::EndpointRelationsUpdated>),
    ("0025-activate-alert-command", one::<amp::ActivateAlertCommand>),
    ("0026-relation-get-request", one::<armp::RelationGetRequest>),
    ("0026-relation-get-response", one::<armp::RelationGetResponse>),
    ("0026-relation-tree-get-request", one::<armp::RelationTreeGetRequest>),
    ("0026-relation-tree-get-response", one::<armp::RelationTreeGetResponse>),
    ("0026-relation-tree-updated", one::<armp::RelationTreeUpdated>),
    ("0027-system-config-updated", one::<system_config::SystemConfigUpdated>),
];

fn one<M: Message>(stem: &str, measure: &mut Measure<'_>) {
    let (datum, schema) = (typical(stem), schema_of::<M>());
    measure(&format!("messages/{stem}"), Pair::<M>::new(stem, &schema, &datum).candidates());
}

/// The bytes of the vector.
fn typical(stem: &str) -> Bytes {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/vectors/{stem}.json"));
    let file = fs::read_to_string(path).expect("a file of vectors");
    let file: Value = serde_json::from_str(&file).expect("vectors are JSON");
    let vectors = file["vectors"].as_array().expect("a list of vectors");
    let typical = vectors.iter().find(|vector| vector["name"] == "typical").expect("a vector `typical`");
    hex::decode(typical["hex"].as_str().expect("a text")).expect("hexadecimal digits").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_measured() {
        let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../rfcs")).unwrap();
        let folders = folders.map(|folder| folder.unwrap().path()).filter(|folder| folder.is_dir());
        let files = folders.flat_map(|folder| fs::read_dir(folder).unwrap()).map(|file| file.unwrap().path());
        let schemas = files.filter(|file| file.extension().is_some_and(|extension| extension == "avsc"));
        let mut stems: Vec<_> = schemas.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        stems.retain(|stem| stem != "0026-relation"); // no message
        stems.sort();
        let mut measured = ALL.map(|(stem, _)| stem);
        measured.sort_unstable();
        assert_eq!(stems, measured);
    }

    #[test]
    fn both_codecs_write_the_same_bytes() {
        let mut cases = 0;
        messages(&mut |_, candidates| cases += usize::from(candidates.len() == 4));
        assert_eq!(cases, 70);
    }
}
