//! Where the programs are that the end to end tests start: nats-server and the mosquitto clients.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The release of nats-server that `cargo xtask tools` gets when there is none.
pub const NATS_SERVER_VERSION: &str = "2.12.8";

/// The release that it gets besides, for the tests of what the servers of many systems are too old for.
pub const NEWER_NATS_SERVER_VERSION: &str = "2.15.1";

/// The oldest nats-server that the tests accept from `PATH`.
const OLDEST_NATS_SERVER: (u32, u32) = (2, 9);

/// The oldest one that can begin with TLS (`handshake_first`).
const OLDEST_NEWER_NATS_SERVER: (u32, u32) = (2, 10);

/// Debian keeps servers here, outside of the `PATH` of a plain user.
const MORE_FOLDERS: [&str; 2] = ["/usr/local/sbin", "/usr/sbin"];

/// A program that the tests start.
#[expect(clippy::exhaustive_enums, reason = "closed set: every tool needs its own way to get it")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// The NATS server.
    NatsServer,
    /// A NATS server that can begin with TLS, for the tests of that.
    NewerNatsServer,
    /// `mosquitto_pub`: publishes over MQTT.
    MosquittoPub,
    /// `mosquitto_sub`: subscribes over MQTT.
    MosquittoSub,
    /// `mosquitto_rr`: request and response over MQTT 5.
    MosquittoRr,
}

impl Tool {
    /// Every tool.
    pub const ALL: [Self; 5] =
        [Self::NatsServer, Self::NewerNatsServer, Self::MosquittoPub, Self::MosquittoSub, Self::MosquittoRr];

    /// Name of the executable.
    pub fn name(self) -> &'static str {
        match self {
            Self::NatsServer | Self::NewerNatsServer => "nats-server",
            Self::MosquittoPub => "mosquitto_pub",
            Self::MosquittoSub => "mosquitto_sub",
            Self::MosquittoRr => "mosquitto_rr",
        }
    }

    /// Environment variable that holds the path of the executable and wins over every other place.
    pub fn env(self) -> &'static str {
        match self {
            Self::NatsServer => "KAA_NATS_SERVER",
            Self::NewerNatsServer => "KAA_NEWER_NATS_SERVER",
            Self::MosquittoPub => "KAA_MOSQUITTO_PUB",
            Self::MosquittoSub => "KAA_MOSQUITTO_SUB",
            Self::MosquittoRr => "KAA_MOSQUITTO_RR",
        }
    }

    /// Place of the executable in this repository: `target/tools/...`, whether it is there or not.
    pub fn own_path(self) -> PathBuf {
        let folder = match self {
            Self::NatsServer => format!("nats-server-{NATS_SERVER_VERSION}"),
            Self::NewerNatsServer => format!("nats-server-{NEWER_NATS_SERVER_VERSION}"),
            Self::MosquittoPub | Self::MosquittoSub | Self::MosquittoRr => "mosquitto".to_owned(),
        };
        folder_of_tools().join(folder).join(self.name())
    }

    /// First line that `<path> --version` prints, if it prints any.
    pub fn version(self, path: &Path) -> Option<String> {
        // The exit code says nothing: the mosquitto clients print their version and exit with 1.
        let output = Command::new(path).arg("--version").output().ok()?;
        let line = String::from_utf8_lossy(&output.stdout).lines().next()?.trim().to_owned();
        (!line.is_empty()).then_some(line)
    }

    fn is_usable(self, path: &Path) -> bool {
        let is_since = |oldest| self.version(path).is_some_and(|line| is_nats_server_since(oldest, &line));
        path.is_file()
            && match self {
                Self::NatsServer => is_since(OLDEST_NATS_SERVER),
                Self::NewerNatsServer => is_since(OLDEST_NEWER_NATS_SERVER),
                Self::MosquittoPub | Self::MosquittoSub | Self::MosquittoRr => true,
            }
    }
}

/// `target/tools` of this repository.
pub fn folder_of_tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("target").join("tools")
}

/// Looks for a tool: its environment variable, `target/tools`, `PATH`, the folders of system servers.
///
/// It gets nothing that is missing; `cargo xtask tools` does.
///
/// # Errors
///
/// A sentence that says what to do, when the tool is in none of these places.
pub fn find(tool: Tool) -> Result<PathBuf, String> {
    let named = env::var_os(tool.env()).filter(|path| !path.is_empty());
    find_in(tool, named, &tool.own_path(), &env::var_os("PATH").unwrap_or_default())
}

fn find_in(tool: Tool, named: Option<OsString>, own: &Path, path: &OsStr) -> Result<PathBuf, String> {
    if let Some(named) = named.map(PathBuf::from) {
        return if named.is_file() {
            Ok(named)
        } else {
            Err(format!("{} names `{}`, which is no file", tool.env(), named.display()))
        };
    }
    let folders = env::split_paths(path).chain(MORE_FOLDERS.map(PathBuf::from));
    std::iter::once(own.to_owned())
        .chain(folders.map(|folder| folder.join(tool.name())))
        .find(|candidate| tool.is_usable(candidate))
        .ok_or_else(|| {
            let (name, env) = (tool.name(), tool.env());
            format!("{name} is not found: run `cargo xtask tools`, or set {env} to its path")
        })
}

/// Reads `nats-server: v2.9.10`.
fn is_nats_server_since(oldest: (u32, u32), line: &str) -> bool {
    let Some((_, version)) = line.rsplit_once('v') else { return false };
    let mut numbers = version.split('.').map(str::parse::<u32>);
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) >= oldest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A folder with one empty `mosquitto_pub`.
    fn folder(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("xtask-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("mosquitto_pub"), "").unwrap();
        folder
    }

    #[test]
    fn variable_wins_over_own_copy_which_wins_over_path() {
        let (a, b, c) = (folder("a"), folder("b"), folder("c"));
        let own = b.join("mosquitto_pub");
        let find = |named: Option<&Path>, own: &Path| {
            find_in(Tool::MosquittoPub, named.map(Into::into), own, c.as_os_str()).unwrap()
        };
        assert_eq!(find(Some(&a.join("mosquitto_pub")), &own), a.join("mosquitto_pub"));
        assert_eq!(find(None, &own), own);
        assert_eq!(find(None, Path::new("/nowhere")), c.join("mosquitto_pub"));
        for folder in [a, b, c] {
            fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn variable_that_names_no_file_is_an_error() {
        let error = find_in(Tool::MosquittoRr, Some("/nowhere".into()), Path::new("/own"), OsStr::new("")).unwrap_err();
        assert_eq!(error, "KAA_MOSQUITTO_RR names `/nowhere`, which is no file");
    }

    #[test]
    fn old_or_unknown_nats_server_is_not_used() {
        let is_recent = |line| is_nats_server_since(OLDEST_NATS_SERVER, line);
        assert!(is_recent("nats-server: v2.9.10"));
        assert!(is_recent("nats-server: v2.12.8"));
        assert!(is_recent("nats-server: v3.0.0-RC.1"));
        assert!(!is_recent("nats-server: v2.8.4"));
        assert!(!is_recent("usage"));
        assert!(!is_nats_server_since(OLDEST_NEWER_NATS_SERVER, "nats-server: v2.9.10"));
    }
}
