//! How settings name the releases of the messages.

use kaa_ism::WireRevision;
use serde::Deserialize;

/// A release by its name: that of [`WireRevision`] without the letter, with `-`.
#[derive(Debug, Deserialize)]
pub(super) struct Revision(#[serde(with = "Name")] pub(super) WireRevision);

#[derive(Deserialize)]
#[serde(remote = "WireRevision")]
enum Name {
    #[serde(rename = "2020-07")]
    R2020_07,
    #[serde(rename = "2023-04")]
    R2023_04,
    #[serde(rename = "2023-11")]
    R2023_11,
    #[serde(rename = "2024-03")]
    R2024_03,
    #[serde(rename = "2024-05-04")]
    R2024_05_04,
    #[serde(rename = "2024-05-08")]
    R2024_05_08,
    #[serde(rename = "2024-05-09")]
    R2024_05_09,
    #[serde(rename = "2024-11")]
    R2024_11,
    #[serde(rename = "2025-12")]
    R2025_12,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The names that an error lists.
    fn names() -> Vec<String> {
        let error = serde_json::from_value::<Revision>(json!("")).unwrap_err().to_string();
        error.split('`').skip(3).step_by(2).map(str::to_owned).collect()
    }

    #[test]
    fn a_name_is_that_of_its_release() {
        for name in names() {
            let Revision(revision) = serde_json::from_value(json!(name)).unwrap();
            assert_eq!(format!("{revision:?}"), format!("R{}", name.replace('-', "_")));
        }
    }

    #[test]
    fn the_newest_release_has_a_name() {
        let newest = names().pop().unwrap();
        let Revision(newest) = serde_json::from_value(json!(newest)).unwrap();
        assert_eq!(newest, WireRevision::default());
    }
}
