//! What must not outlive the program: files in the making, taken away when a signal stops it.

use std::{
    collections::BTreeSet,
    fs, io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, Once, PoisonError},
};

use tempfile::NamedTempFile;

static LISTED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
static WATCHING: Once = Once::new();

/// A file in the making, taken away when a signal stops the program.
pub(super) struct Unfinished(PathBuf);

/// Begins a file and lists it: no signal comes in between, and from now on one takes it away.
pub(super) fn list<P>(
    begin: impl FnOnce() -> io::Result<(NamedTempFile, P)>,
) -> io::Result<(Unfinished, NamedTempFile, P)> {
    WATCHING.call_once(watch);
    let mut listed = listed();
    let (file, put) = begin()?;
    listed.insert(file.path().to_owned());
    Ok((Unfinished(file.path().to_owned()), file, put))
}

impl Unfinished {
    /// Takes the file off the list by putting it in its place, which no signal cuts in two.
    pub(super) fn settle(self, put: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
        let mut listed = listed();
        let done = put();
        listed.remove(&self.0);
        drop(listed);
        done
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        listed().remove(&self.0);
    }
}

fn listed() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    LISTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for a signal beside the command, which may be computing and not look up.
fn watch() {
    // Without a runtime, in a test, nobody is there to be stopped.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        let stopped = stopped();
        runtime.spawn(async {
            let status = stopped.await;
            let unfinished = listed();
            for path in unfinished.iter() {
                // Nobody is left to tell.
                let _ = fs::remove_file(path);
            }
            end(status);
        });
    }
}

/// Ends the program as the signal would have, the list still locked: nothing is put any more.
#[expect(clippy::exit, reason = "a signal ends the program wherever it is")]
fn end(status: i32) {
    std::process::exit(status)
}

/// The exit status of a program that a signal stopped, once one arrives.
#[cfg(unix)]
fn stopped() -> impl Future<Output = i32> {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn one(signal: io::Result<Signal>) {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    }
    // Caught from here on, not from when somebody waits. A hangup is not: `nohup` has it ignored.
    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    async {
        tokio::select! {
            () = one(interrupt) => 130,
            () = one(terminate) => 143,
        }
    }
}

#[cfg(not(unix))]
async fn stopped() -> i32 {
    match tokio::signal::ctrl_c().await {
        Ok(()) => 130,
        Err(_) => std::future::pending().await,
    }
}
