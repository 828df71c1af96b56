//! On how many threads client, responder and listeners run.

use std::fmt;

use tokio::runtime::Builder;

#[derive(Clone, Copy)]
pub(crate) enum Threads {
    Multi,
    Current,
}

impl Threads {
    pub(crate) const ALL: [Self; 2] = [Self::Multi, Self::Current];

    /// A runtime that has still to be built.
    pub(crate) fn builder(self) -> Builder {
        let mut builder = match self {
            Self::Multi => Builder::new_multi_thread(),
            Self::Current => Builder::new_current_thread(),
        };
        if matches!(self, Self::Multi) {
            builder.worker_threads(2);
        }
        builder.enable_all();
        builder
    }

    /// Runs a future on a runtime of its own.
    pub(crate) fn block_on<F: Future>(self, future: F) -> F::Output {
        self.builder().build().expect("a runtime").block_on(future)
    }
}

impl fmt::Display for Threads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Multi => "multi-thread",
            Self::Current => "current-thread",
        })
    }
}
