//! When the process is asked to end.

use std::future::Future;

use futures::{FutureExt as _, future::Either};

/// Ready on SIGTERM or SIGINT (elsewhere than on Unix: Ctrl-C). From the call on the signals no longer end the process by
/// themselves: call it before whatever has to be ended in order is started.
///
/// # Panics
///
/// Outside a tokio runtime.
pub fn terminated() -> impl Future<Output = ()> + Send + 'static {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        {
            return Either::Left(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
            });
        }
    }
    // Without signal handling it is never ready.
    Either::Right(tokio::signal::ctrl_c().then(|ended| async move {
        if ended.is_err() {
            std::future::pending::<()>().await;
        }
    }))
}
