use std::fmt;
use std::future::Future;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tracing::Instrument as _;

/// Carries each write to its end, though its caller hangs up.
///
/// A use case that changes the storage and then tells the world about it must not stop between the two because a REST
/// caller closed his connection. Each write is a task of its own; their number is bounded, more of them wait.
#[derive(Clone, Debug)]
pub struct Writes {
    permits: Arc<Semaphore>,
    at_once: u32,
}

impl Writes {
    /// At most `at_once` writes run at a time.
    pub fn new(at_once: u16) -> Self {
        Self { permits: Arc::new(Semaphore::new(usize::from(at_once))), at_once: u32::from(at_once) }
    }

    /// Runs `work` to its end. Dropping the future before `work` has begun drops `work`; after that it goes on alone.
    ///
    /// # Errors
    ///
    /// [`Interrupted`] when `work` panicked or the runtime is shutting down.
    pub async fn run<T, F>(&self, work: F) -> Result<T, Interrupted>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| Interrupted(()))?;
        let task = async move {
            let done = work.await;
            drop(permit);
            done
        };
        tokio::spawn(task.in_current_span()).await.map_err(|_| Interrupted(()))
    }

    /// Waits until no write is running: what a service does before it leaves.
    pub async fn idle(&self) {
        // The semaphore is never closed.
        let _ = self.permits.acquire_many(self.at_once).await;
    }
}

/// A write did not come to its end.
#[derive(Debug)]
pub struct Interrupted(());

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the write was interrupted")
    }
}

impl std::error::Error for Interrupted {}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn a_write_ends_though_nobody_waits_for_it() {
        let writes = Writes::new(4);
        let (go, gate) = oneshot::channel::<()>();
        let (done, mut seen) = oneshot::channel();
        let caller = {
            let writes = writes.clone();
            tokio::spawn(async move {
                writes
                    .run(async move {
                        let _ = gate.await;
                        let _ = done.send("written");
                    })
                    .await
            })
        };
        while writes.permits.available_permits() == 4 {
            tokio::task::yield_now().await;
        }
        tokio::task::yield_now().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        go.send(()).unwrap();
        writes.idle().await;
        assert_eq!(seen.try_recv(), Ok("written"));
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_frees_the_place() {
        let writes = Writes::new(1);
        assert!(writes.run(async { panic!("on purpose") }).await.is_err());
        assert_eq!(writes.run(async { 7 }).await.unwrap(), 7);
    }
}
