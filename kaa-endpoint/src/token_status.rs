//! The life of an endpoint token (16/ECAP, D-30).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Where a token stands in its life.
///
/// ```text
///  INACTIVE --first use--> ACTIVE <--> SUSPENDED
///      |                     |             |
///      +---------------------+-------------+--> REVOKED   (INACTIVE --> SUSPENDED too)
/// ```
///
/// The names are those of `targetStatus` in 16/ECAP. Kaa documents the ways out of ACTIVE and back from SUSPENDED. That
/// a token which was never used can be activated, suspended and revoked too is our reading: one that leaked on its way to
/// the device must be stoppable, and deleting it would free its text for the next one. Nothing becomes INACTIVE again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(clippy::exhaustive_enums, reason = "a state machine; a new state changes every user of it")]
pub enum TokenStatus {
    /// Provisioned, never used.
    Inactive,
    /// In use.
    Active,
    /// Disabled for now.
    Suspended,
    /// Disabled for ever.
    Revoked,
}

/// What a legal request for a status does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a request changes something or nothing")]
pub enum Step {
    /// The status changes.
    Change,
    /// The token is there already. A success, also for REVOKED: the answer to the first request may have been lost, and
    /// the one who repeats it has what he wants.
    Stay,
}

impl TokenStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Inactive, Self::Active, Self::Suspended, Self::Revoked];

    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "INACTIVE",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Revoked => "REVOKED",
        }
    }

    /// What a request to go to `target` does to a token of this status.
    ///
    /// # Errors
    ///
    /// [`IllegalTransition`]: back to INACTIVE, or away from REVOKED.
    pub fn step(self, target: Self) -> Result<Step, IllegalTransition> {
        match (self, target) {
            (from, to) if from == to => Ok(Step::Stay),
            (Self::Revoked, _) | (_, Self::Inactive) => Err(IllegalTransition { from: self, to: target }),
            _ => Ok(Step::Change),
        }
    }

    /// Whether going from here to `target` ends sessions, so that the world has to be told.
    #[must_use]
    pub fn is_disabled_by(self, target: Self) -> bool {
        self == Self::Active && matches!(target, Self::Suspended | Self::Revoked)
    }
}

impl fmt::Display for TokenStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for TokenStatus {
    type Err = InvalidTokenStatus;

    fn from_str(text: &str) -> Result<Self, InvalidTokenStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(InvalidTokenStatus(()))
    }
}

/// A text is the name of no [`TokenStatus`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected INACTIVE, ACTIVE, SUSPENDED or REVOKED")]
pub struct InvalidTokenStatus(());

/// There is no way from one status to the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token does not go from {from} to {to}")]
#[non_exhaustive]
pub struct IllegalTransition {
    /// The status of the token.
    pub from: TokenStatus,
    /// The status asked for.
    pub to: TokenStatus,
}

#[cfg(test)]
mod tests {
    use super::*;
    use TokenStatus::{Active, Inactive, Revoked, Suspended};

    // D-30
    #[test]
    fn every_pair_of_statuses_has_its_step_kaa_unverified() {
        let illegal = |from, to| Err(IllegalTransition { from, to });
        let table = [
            (Inactive, [Ok(Step::Stay), Ok(Step::Change), Ok(Step::Change), Ok(Step::Change)]),
            (Active, [illegal(Active, Inactive), Ok(Step::Stay), Ok(Step::Change), Ok(Step::Change)]),
            (Suspended, [illegal(Suspended, Inactive), Ok(Step::Change), Ok(Step::Stay), Ok(Step::Change)]),
            (
                Revoked,
                [illegal(Revoked, Inactive), illegal(Revoked, Active), illegal(Revoked, Suspended), Ok(Step::Stay)],
            ),
        ];
        for (from, steps) in table {
            for (to, step) in TokenStatus::ALL.into_iter().zip(steps) {
                assert_eq!(from.step(to), step, "{from} to {to}");
            }
        }
    }

    #[test]
    fn only_an_active_token_that_stops_being_one_is_announced() {
        let announced: Vec<_> = TokenStatus::ALL
            .into_iter()
            .flat_map(|from| TokenStatus::ALL.map(|to| (from, to)))
            .filter(|(from, to)| from.is_disabled_by(*to))
            .collect();
        assert_eq!(announced, [(Active, Suspended), (Active, Revoked)]);
    }

    #[test]
    fn names_are_upper_case_everywhere() {
        for status in TokenStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
        }
        assert_eq!("active".parse::<TokenStatus>(), Err(InvalidTokenStatus(())));
        assert_eq!(
            IllegalTransition { from: Revoked, to: Active }.to_string(),
            "a token does not go from REVOKED to ACTIVE"
        );
    }
}
