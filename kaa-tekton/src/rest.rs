//! Tekton's REST API.

use std::{error::Error as StdError, fmt, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::{StatusCode, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use kaa_ism::InstanceName;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde_json::{Map, Value};
use url::Url;

/// The largest answer that is taken, in bytes.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Fetches what is configured for one service instance.
pub(crate) struct Rest {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    base: Url,
    instance: InstanceName,
    timeout: Duration,
}

/// Why there is no usable answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("no answer from Tekton within {} ms", .0.as_millis())]
    Timeout(Duration),
    #[error("no answer from Tekton")]
    Unreachable(#[source] hyper_util::client::legacy::Error),
    #[error("Tekton answers {0}")]
    Refused(StatusCode),
    #[error("the answer of Tekton breaks off, or is too large")]
    Incomplete(#[source] Box<dyn StdError + Send + Sync>),
    #[error("the answer of Tekton is no JSON")]
    NoJson(#[source] serde_json::Error),
    #[error("the answer of Tekton has no object at `{0}`")]
    NoObject(&'static str),
}

impl Rest {
    /// The API at a URL. What is wrong with the URL otherwise.
    pub(crate) fn new(url: &str, instance: InstanceName, timeout: Duration) -> Result<Self, String> {
        let mut base = Url::parse(url).map_err(|error| error.to_string())?;
        if !matches!(base.scheme(), "http" | "https") || !base.has_host() {
            return Err("expected a URL of http or https".to_owned());
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err("Tekton takes no user and password in its URL".to_owned());
        }
        base.set_query(None);
        base.set_fragment(None);
        let mut roots = RootCertStore::empty();
        if base.scheme() == "https" {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            if roots.is_empty() {
                return Err("https needs certificates, and the system has none".to_owned());
            }
        }
        let tls =
            ClientConfig::builder_with_provider(ring::default_provider().into()).with_safe_default_protocol_versions();
        let tls = tls.map_err(|error| error.to_string())?.with_root_certificates(roots).with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), base, instance, timeout })
    }

    /// All applications; none if Tekton does not know the service instance.
    pub(crate) async fn applications(&self) -> Result<Map<String, Value>, FetchError> {
        let answer = self.get(&["app-configs"], None).await?;
        let mut applications = self.part(answer, "applications")?.unwrap_or_default();
        for application in applications.values_mut() {
            fill(application);
            application
                .get_mut("versions")
                .and_then(Value::as_object_mut)
                .into_iter()
                .flatten()
                .for_each(|(_, v)| fill(v));
        }
        Ok(applications)
    }

    /// All tenants, or one; none if there is no configuration for tenants.
    pub(crate) async fn tenants(&self, tenant: Option<&str>) -> Result<Map<String, Value>, FetchError> {
        let answer = self.get(&["tenant-configs"], tenant).await?;
        Ok(self.part(answer, "tenants")?.unwrap_or_default())
    }

    /// An application; `None` if there is no such application.
    pub(crate) async fn application(&self, name: &str) -> Result<Option<Map<String, Value>>, FetchError> {
        let answer = self.get(&["app-configs", "applications", name], None).await?;
        let Some(mut applications) = self.part(answer, "applications")? else { return Ok(None) };
        object(applications.remove(name), "kaa.applications.<app>").map(Some)
    }

    /// A version of an application; `None` if there is no such version.
    pub(crate) async fn app_version(&self, app: &str, name: &str) -> Result<Option<Map<String, Value>>, FetchError> {
        let answer = self.get(&["app-configs", "applications", app, "app-versions", name], None).await?;
        let Some(mut applications) = self.part(answer, "applications")? else { return Ok(None) };
        let mut application = object(applications.remove(app), "kaa.applications.<app>")?;
        let mut versions = object(application.remove("versions"), "kaa.applications.<app>.versions")?;
        object(versions.remove(name), "kaa.applications.<app>.versions.<version>").map(Some)
    }

    /// The members of `<instance>.kaa.<part>`; what is missing is empty. `None` if there was no answer.
    fn part(&self, answer: Option<Value>, part: &str) -> Result<Option<Map<String, Value>>, FetchError> {
        let Some(answer) = answer else { return Ok(None) };
        let mut instances = object(Some(answer), "")?;
        let mut instance = object(instances.remove(self.instance.as_str()), "<service instance>")?;
        let mut kaa = object(instance.remove("kaa"), "<service instance>.kaa")?;
        object(kaa.remove(part), "<service instance>.kaa.*").map(Some)
    }

    /// The JSON at a path; `None` if it is answered 404.
    async fn get(&self, path: &[&str], tenant: Option<&str>) -> Result<Option<Value>, FetchError> {
        let uri = self.uri(path, tenant)?;
        let answering = async {
            let response = self.client.get(uri).await.map_err(FetchError::Unreachable)?;
            match response.status() {
                StatusCode::NOT_FOUND => Ok(None),
                StatusCode::OK => {
                    let body = Limited::new(response.into_body(), LARGEST_ANSWER).collect().await;
                    Ok(Some(body.map_err(FetchError::Incomplete)?.to_bytes()))
                }
                status => Err(FetchError::Refused(status)),
            }
        };
        let answer = tokio::time::timeout(self.timeout, answering).await;
        let body = answer.map_err(|_| FetchError::Timeout(self.timeout))??;
        body.map(|body| serde_json::from_slice(&body).map_err(FetchError::NoJson)).transpose()
    }

    fn uri(&self, path: &[&str], tenant: Option<&str>) -> Result<Uri, FetchError> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        url.query_pairs_mut().append_pair("serviceInstanceName", self.instance.as_str());
        if let Some(tenant) = tenant {
            url.query_pairs_mut().append_pair("tenantId", tenant);
        }
        // A URL is one in any case.
        url.as_str().parse().map_err(|_| FetchError::Refused(StatusCode::URI_TOO_LONG))
    }
}

/// The members of an object; null and nothing have none.
fn object(value: Option<Value>, place: &'static str) -> Result<Map<String, Value>, FetchError> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(_) => Err(FetchError::NoObject(place)),
    }
}

/// Tekton says null for what has no configuration; laid over a file it must not remove what is there.
fn fill(value: &mut Value) {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rest").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uri(base: &str, path: &[&str], tenant: Option<&str>) -> String {
        let dcx = InstanceName::parse("dcx").unwrap();
        Rest::new(base, dcx, Duration::from_secs(1)).unwrap().uri(path, tenant).unwrap().to_string()
    }

    #[test]
    fn names_cannot_change_the_path() {
        for (base, path, tenant, expected) in [
            ("http://tekton", vec!["app-configs"], None, "http://tekton/api/v1/app-configs?serviceInstanceName=dcx"),
            (
                "http://a:81/tekton/?x#y",
                vec!["a/b?c", "d e"],
                None,
                "http://a:81/tekton/api/v1/a%2Fb%3Fc/d%20e?serviceInstanceName=dcx",
            ),
            ("http://a", vec!["t"], Some("x&y=z"), "http://a/api/v1/t?serviceInstanceName=dcx&tenantId=x%26y%3Dz"),
        ] {
            assert_eq!(uri(base, &path, tenant), expected);
        }
    }
}
