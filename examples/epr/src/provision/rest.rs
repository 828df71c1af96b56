use super::{ProvisionError, ProvisionErrorKind, ProvisionedToken, TokenProvisioner};
use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// From the first byte sent to the last one received.
const TIMEOUT: Duration = Duration::from_secs(5);
/// For the connection alone, so that an address that swallows everything is known to have got nothing.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// A token takes a few hundred bytes.
const ANSWER_LIMIT: usize = 64 * 1024;

/// Asks Credential Management over REST: `POST {base}/api/v1/endpoints/{endpointId}/tokens`.
#[derive(Clone, Debug)]
pub struct RestProvisioner {
    http: Client,
    base: Url,
}

/// The base URL of Credential Management cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a URL such as http://cm:80/cm: {0}")]
pub struct InvalidProvisionerUrl(String);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewToken<'a> {
    application_name: &'a ApplicationName,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a EndpointToken>,
}

#[derive(Deserialize)]
struct CreatedToken {
    token: EndpointToken,
    status: String,
}

#[derive(Debug, thiserror::Error)]
enum Answer {
    #[error("status {0}")]
    Status(StatusCode),
    #[error("more than {ANSWER_LIMIT} bytes")]
    TooLong,
    #[error("a body that is no token")]
    NoToken(#[source] serde_json::Error),
}

impl RestProvisioner {
    /// Over the service at `base`: what stands before `/api/v1`, such as `http://cm:80/cm`.
    ///
    /// # Errors
    ///
    /// [`InvalidProvisionerUrl`] when it is no URL or not of the scheme `http`: inside the platform there is no TLS.
    pub fn new(base: &str) -> Result<Self, InvalidProvisionerUrl> {
        let invalid = |problem: &dyn ToString| InvalidProvisionerUrl(problem.to_string());
        let base = Url::parse(base).map_err(|error| invalid(&error))?;
        if base.scheme() != "http" {
            return Err(invalid(&format!("the scheme is {}", base.scheme())));
        }
        let http = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| invalid(&error))?;
        Ok(Self { http, base })
    }

    fn tokens_of(&self, endpoint_id: &EndpointId) -> Url {
        let mut url = self.base.clone();
        // A URL of the scheme http always has a path.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["api", "v1", "endpoints", endpoint_id.as_str(), "tokens"]);
        }
        url
    }
}

impl TokenProvisioner for RestProvisioner {
    async fn provision(
        &self,
        endpoint_id: &EndpointId,
        application: &ApplicationName,
        token: Option<&EndpointToken>,
    ) -> Result<ProvisionedToken, ProvisionError> {
        let question = NewToken { application_name: application, token };
        let request = self.http.post(self.tokens_of(endpoint_id)).json(&question);
        let answer = request.send().await.map_err(unanswered)?;
        match answer.status() {
            StatusCode::OK | StatusCode::CREATED => read(answer).await,
            status => {
                let kind = match status {
                    StatusCode::CONFLICT => ProvisionErrorKind::Conflict,
                    _ if status.is_client_error() => ProvisionErrorKind::Refused,
                    _ => ProvisionErrorKind::Unknown,
                };
                Err(ProvisionError::new(kind).with_source(Answer::Status(status)))
            }
        }
    }
}

fn unanswered(error: reqwest::Error) -> ProvisionError {
    let kind = match &error {
        error if error.is_connect() => ProvisionErrorKind::Unavailable,
        error if error.is_builder() => ProvisionErrorKind::Refused,
        _ => ProvisionErrorKind::Unknown,
    };
    ProvisionError::new(kind).with_source(error)
}

/// Whatever is wrong with the answer, the token is made.
async fn read(mut answer: Response) -> Result<ProvisionedToken, ProvisionError> {
    let unclear = || ProvisionError::new(ProvisionErrorKind::Unknown);
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unclear().with_source(error))? {
        if body.len() + chunk.len() > ANSWER_LIMIT {
            return Err(unclear().with_source(Answer::TooLong));
        }
        body.extend_from_slice(&chunk);
    }
    let CreatedToken { token, status } =
        serde_json::from_slice(&body).map_err(|error| unclear().with_source(Answer::NoToken(error)))?;
    Ok(ProvisionedToken::new(token, status))
}

#[cfg(test)]
mod tests;
