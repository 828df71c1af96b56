//! Following the settings file.

use std::{sync::Arc, time::Duration};

use tokio::task::{JoinSet, spawn_blocking};

use super::{live::LiveSettings, sources::SettingsFile};
use crate::Error;

/// How often the file is read. It is small, and reading sees every kind of change: a file that is written anew, one
/// that is moved over it, and the swapped link `..data` of a ConfigMap.
const INTERVAL: Duration = Duration::from_secs(2);

/// The settings file is followed as long as this lives.
#[derive(Debug)]
#[must_use = "the file is followed no longer than this lives"]
pub struct FollowedFile {
    /// Aborted when dropped.
    _task: JoinSet<()>,
}

impl LiveSettings {
    /// Follows the file that the settings were loaded from: it is read every 2 s, and a change comes into force when
    /// two readings agree, so that a half-written file does not. A file that is refused, or cannot be read, is reported
    /// once. Settings that are from no file are left as they are. Has to be called within a tokio runtime.
    pub fn follow_file(&self) -> FollowedFile {
        let mut task = JoinSet::new();
        if let Some(file) = self.current().file() {
            task.spawn(follow(self.clone(), file));
        }
        FollowedFile { _task: task }
    }
}

async fn follow(live: LiveSettings, file: SettingsFile) {
    let mut settled = Ok(file.text.clone());
    let mut last = settled.clone();
    loop {
        tokio::time::sleep(INTERVAL).await;
        // A file that was there may not be missing.
        let (path, is_default) = (file.path.clone(), file.is_default && settled.as_deref() == Ok(""));
        let Ok(read) = spawn_blocking(move || SettingsFile::read(&path, is_default)).await else { continue };
        let seen = essence(&read);
        if seen == last && seen != settled {
            settled.clone_from(&seen);
            live.replace_file(read);
        }
        last = seen;
    }
}

/// What tells one reading from another.
fn essence(read: &Result<SettingsFile, Error>) -> Result<Arc<str>, String> {
    read.as_ref().map(|file| file.text.clone()).map_err(|error| format!("{error:?}"))
}
