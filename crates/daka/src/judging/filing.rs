//! Filing verdicts while later days are judged.

use std::panic::resume_unwind;

use attendance::Verdict;
use daka_ledger::{Ledger, Result};
use jiff::Timestamp;
use tokio::{sync::mpsc, task::JoinHandle};

/// Batches that wait to be filed.
const WAITING: usize = 1;

/// Verdicts on their way into the ledger.
pub(super) struct Filing {
    send: mpsc::Sender<Vec<Verdict>>,
    filed: JoinHandle<Result<()>>,
}

impl Filing {
    /// Begins to file what is known at that instant.
    pub(super) fn begin(ledger: Ledger, at: Timestamp) -> Self {
        let (send, mut receive) = mpsc::channel::<Vec<Verdict>>(WAITING);
        let filed = tokio::spawn(async move {
            while let Some(verdicts) = receive.recv().await {
                ledger.replace_verdicts(at, &verdicts).await?;
            }
            Ok(())
        });
        Self { send, filed }
    }

    /// Hands verdicts over; false when earlier ones could not be filed, and [`Filing::end`] says why.
    pub(super) async fn file(&self, verdicts: Vec<Verdict>) -> bool {
        self.send.send(verdicts).await.is_ok()
    }

    /// Waits until all are filed.
    pub(super) async fn end(self) -> Result<()> {
        drop(self.send);
        match self.filed.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(filed) => filed,
            Err(Ok(panic)) => resume_unwind(panic),
            // Nothing stops the task but the end of the program.
            Err(Err(_)) => Ok(()),
        }
    }
}
