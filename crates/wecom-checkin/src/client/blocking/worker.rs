//! The threads that a blocking client's requests run on.

use std::{fmt, io, sync::Arc, thread};

use tokio::runtime::{Builder, Handle, Runtime};

/// Answers are decoded beside the one who waits.
const THREADS: usize = 2;

/// A runtime of one's own, shared by clones.
#[derive(Clone)]
pub(super) struct Worker {
    handle: Handle,
    #[expect(dead_code, reason = "kept to be dropped with the last clone")]
    own: Arc<Own>,
}

struct Own(Option<Runtime>);

impl Worker {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .thread_name("wecom-checkin")
            .enable_all()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), own: Arc::new(Own(Some(runtime))) })
    }

    /// Waits for the future's end.
    pub(super) fn run<F: Future<Output: Send> + Send>(&self, future: F) -> F::Output {
        if Handle::try_current().is_err() {
            return self.handle.block_on(future);
        }
        // A thread of an async program must not enter another runtime: wait for one that may.
        thread::scope(|scope| {
            let waiting = scope.spawn(|| self.handle.block_on(future));
            waiting.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}

impl Drop for Own {
    /// Lets go of the threads without waiting for them, which an async program does not allow.
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Worker")
    }
}
