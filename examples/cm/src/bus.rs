//! The bus side of 16/ECAP: answers about tokens, and tells when some are revoked.

use std::sync::Arc;

use kaa_endpoint::{
    ecap::{
        EndpointTokenRevokedEvent, EndpointTokenStatusTransitionRequest, EndpointTokenValidationRequest, TokenOwner,
        TokenProvider,
    },
    elce::UnregisteredEvent,
};
use kaa_ism::{Context, EventListener, Status};
use kaa_protocol::{ApplicationName, EndpointId, EndpointToken};
use rest_support::BusAnnounce;

use crate::{Announce, TokenKey, TokenRepository, TokenStatus, Tokens, token::MAX_TOKEN};

/// Counts events that could not be published: sessions of the tokens that they are about go on.
pub(crate) const EVENTS_LOST: &str = "cm_events_lost_total";

impl Announce for BusAnnounce {
    async fn revoked(&self, application: &ApplicationName, endpoint_id: &EndpointId, token_ids: Vec<String>) {
        let event = EndpointTokenRevokedEvent::new(application.as_str(), endpoint_id.as_str(), token_ids);
        self.publish(endpoint_id, event).await;
    }
}

/// Answers 16/ECAP with what [`Tokens`] knows.
pub(crate) struct Provider<R, A>(pub(crate) Tokens<R, A>);

/// What could not have been given is no token: it is not looked for.
fn parse(token: &str) -> Option<EndpointToken> {
    EndpointToken::parse(token).ok().filter(|token| token.as_str().len() <= MAX_TOKEN)
}

/// What is no name at all is no token either: the same answer as for an unknown one (decision "open 2").
fn unknown() -> Status {
    Status::unauthorized("the token is not valid")
}

impl<R: TokenRepository, A: Announce> TokenProvider for Provider<R, A> {
    async fn validate(&self, request: EndpointTokenValidationRequest, _: Context) -> Result<TokenOwner, Status> {
        let application = ApplicationName::parse(&request.app_name).map_err(|_| unknown())?;
        let token = parse(&request.token).ok_or_else(unknown)?;
        let valid = self.0.validate(&application, &token).await?;
        Ok(TokenOwner::new(valid.token_id, valid.endpoint_id.as_str()))
    }

    async fn transition(&self, request: EndpointTokenStatusTransitionRequest, _: Context) -> Result<(), Status> {
        let target: TokenStatus =
            request.target_status.parse().map_err(|error| Status::bad_request(format!("targetStatus: {error}")))?;
        let no_such_token = || Status::not_found("no such token");
        let application = ApplicationName::parse(&request.app_name).map_err(|_| no_such_token())?;
        let token = parse(&request.token).ok_or_else(no_such_token)?;
        self.0.transition(TokenKey::Text { application, token }, target).await?;
        Ok(())
    }
}

/// Deletes the tokens of endpoints that are gone.
pub(crate) struct Farewell<R, A>(pub(crate) Arc<Tokens<R, A>>);

impl<R: TokenRepository, A: Announce> EventListener<UnregisteredEvent> for Farewell<R, A> {
    async fn on_event(&self, event: UnregisteredEvent, _: Context) -> Result<(), Status> {
        let endpoint = EndpointId::parse(&event.endpoint_id).map_err(|error| Status::bad_request(error.to_string()))?;
        self.0.endpoint_unregistered(endpoint).await?;
        Ok(())
    }
}
