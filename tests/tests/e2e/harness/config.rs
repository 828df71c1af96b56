//! Configuration files of services.

use std::io::Write as _;

use tempfile::NamedTempFile;

/// A file with this YAML, for `APP_CONFIG_PATH`.
pub(crate) fn config_file(yaml: &str) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(yaml.as_bytes()).unwrap();
    file
}
