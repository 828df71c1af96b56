//! How a service treats messages.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    time::Duration,
};

use kaa_ism::WireRevision;
use serde::Deserialize;

use super::{Settings, revision::Revision};
use crate::{Error, Limits};

const REVISION: &str = "service.wire-revision";
const LIMITS: &str = "service.limits";
const CLOCK_SKEW: &str = "service.clock-skew";
const LEFT_OVER: &str = "service.refuse-left-over-bytes";

/// How messages are treated.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Policy {
    pub(crate) limits: Limits,
    pub(crate) clock_skew: Duration,
    pub(crate) refuse_left_over: bool,
    /// The release of the peers.
    pub(crate) revision: WireRevision,
}

/// [`Limits`] as they are set.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", expecting = "keys and values")]
struct Bounds {
    in_work: Option<NonZeroUsize>,
    waiting: Option<usize>,
    waiting_bytes: Option<usize>,
    /// Milliseconds.
    handling: Option<NonZeroU64>,
}

impl Policy {
    pub(crate) fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads it from the tree and the environment of `own`.
    pub(super) fn read(own: &Settings) -> Result<Self, Error> {
        let bounds: Bounds = own.section(LIMITS)?;
        Ok(Self {
            limits: bounds.over(Limits::default()),
            clock_skew: own.get(CLOCK_SKEW)?.map_or(Duration::ZERO, Duration::from_millis),
            refuse_left_over: own.get(LEFT_OVER)?.unwrap_or(false),
            revision: own.get(REVISION)?.map_or_else(WireRevision::default, |Revision(revision)| revision),
        })
    }
}

impl Bounds {
    fn over(self, default: Limits) -> Limits {
        let handling = self.handling.map(|ms| Duration::from_millis(ms.get()));
        Limits {
            in_work: self.in_work.map_or(default.in_work, NonZeroUsize::get),
            waiting: self.waiting.unwrap_or(default.waiting),
            waiting_bytes: self.waiting_bytes.unwrap_or(default.waiting_bytes),
            handling: handling.unwrap_or(default.handling),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::loaded;

    fn error(yaml: &str) -> String {
        Settings::from_yaml("dcx", yaml).unwrap_err().to_string()
    }

    #[test]
    fn nothing_is_set_by_default() {
        let policy = loaded("service.limits:", &[]).policy();
        assert_eq!((policy.limits, policy.clock_skew), (Limits::default(), Duration::ZERO));
        assert_eq!((policy.refuse_left_over, policy.revision), (false, WireRevision::R2025_12));
    }

    #[test]
    fn every_bound_can_be_set() {
        let yaml = "service:\n  limits: {in-work: 20, waiting: 0, waiting-bytes: 1000, handling: 5000}\n  \
                    clock-skew: 250\n  refuse-left-over-bytes: true";
        let settings = loaded(yaml, &[]);
        let limits = Limits::default().with_in_work(20).with_waiting(0).with_waiting_bytes(1_000);
        let policy = settings.policy();
        assert_eq!(policy.limits, limits.with_handling(Duration::from_secs(5)));
        assert_eq!((policy.clock_skew.as_millis(), policy.refuse_left_over), (250, true));
        assert_eq!(settings.unknown_keys(), []);
    }

    #[test]
    fn what_is_not_set_keeps_its_default() {
        let policy = loaded("service.limits.waiting: 7", &[]).policy();
        assert_eq!(policy.limits, Limits::default().with_waiting(7));
    }

    #[test]
    fn what_is_not_valid_is_an_error_with_place_and_key() {
        insta::assert_snapshot!(error("service.limits.in-work: 0"), @"the configuration of the program (line 1, column 1) is not valid: `service.limits.in-work`: invalid value: integer `0`, expected a whole number, 1 or more");
        insta::assert_snapshot!(error("service:\n  limits:\n    handling: 0"), @"the configuration of the program (line 3, column 5) is not valid: `service.limits.handling`: invalid value: integer `0`, expected a whole number of milliseconds, 1 or more");
        insta::assert_snapshot!(error("service.limits.waiting: -1"), @"the configuration of the program (line 1, column 1) is not valid: `service.limits.waiting`: invalid value: integer `-1`, expected a whole number, 0 or more");
        insta::assert_snapshot!(error("service.limits.waiting-bytes: 64 MiB"), @r#"the configuration of the program (line 1, column 1) is not valid: `service.limits.waiting-bytes`: invalid type: string "64 MiB", expected a whole number, 0 or more"#);
        insta::assert_snapshot!(error("service.limits: 5"), @"the configuration of the program (line 1, column 1) is not valid: `service.limits`: invalid type: integer `5`, expected keys and values");
        insta::assert_snapshot!(error("service.clock-skew: 5s"), @r#"the configuration of the program (line 1, column 1) is not valid: `service.clock-skew`: invalid type: string "5s", expected a whole number of milliseconds, 0 or more"#);
        insta::assert_snapshot!(error("service.limits.waiting: 99999999999999999999"), @"the configuration of the program (line 1, column 1) is not valid: `service.limits.waiting`: invalid type: number `100000000000000000000`, expected a whole number, 0 or more");
        insta::assert_snapshot!(error("service.refuse-left-over-bytes: 1"), @"the configuration of the program (line 1, column 1) is not valid: `service.refuse-left-over-bytes`: invalid type: integer `1`, expected `true` or `false`");
    }

    #[test]
    fn a_key_that_is_written_wrongly_is_unknown() {
        let unknown = loaded("service: {limits.waitng: 5, wire-revison: 2024-11}", &[]).unknown_keys();
        let nearest: Vec<_> = unknown.iter().map(|key| key.nearest().unwrap()).collect();
        assert_eq!(nearest, ["service.limits.waiting", "service.wire-revision"]);
    }

    #[test]
    fn the_release_of_the_peers_is_set_by_the_file_the_environment_or_the_program() {
        for (yaml, variables, expected) in [
            ("service.wire-revision: 2024-11", &[][..], WireRevision::R2024_11),
            ("service: {wire-revision: '2024-05-04'}", &[], WireRevision::R2024_05_04),
            ("service: {wire-revision: 2024-05-04}", &[], WireRevision::R2024_05_04),
            ("service.wire-revision: 2024-11", &[("WIRE_REVISION", "2020-07")], WireRevision::R2020_07),
            ("", &[("WIRE_REVISION", "2023-04")], WireRevision::R2023_04),
        ] {
            let settings = loaded(yaml, variables);
            assert_eq!((settings.wire_revision(), settings.unknown_keys()), (expected, vec![]), "{yaml}");
            let settings = settings.with_wire_revision(WireRevision::R2024_03);
            assert_eq!(settings.wire_revision(), WireRevision::R2024_03);
        }
    }

    #[test]
    fn an_unknown_release_is_an_error_that_lists_the_known_ones() {
        insta::assert_snapshot!(error("service.wire-revision: 2024-12"), @r#"the configuration of the program (line 1, column 1) is not valid: `service.wire-revision`: unknown value "2024-12", expected one of `2020-07`, `2023-04`, `2023-11`, `2024-03`, `2024-05-04`, `2024-05-08`, `2024-05-09`, `2024-11`, `2025-12`"#);
        insta::assert_snapshot!(error("service.wire-revision: 2024"), @r#"the configuration of the program (line 1, column 1) is not valid: `service.wire-revision`: unknown value "2024", expected one of `2020-07`, `2023-04`, `2023-11`, `2024-03`, `2024-05-04`, `2024-05-08`, `2024-05-09`, `2024-11`, `2025-12`"#);
    }
}
