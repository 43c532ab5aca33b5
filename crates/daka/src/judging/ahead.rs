//! Reading people's facts while those read earlier are judged, filed and put out.

use std::collections::VecDeque;

use attendance::Person;
use daka_ledger::{Persons, Result};
use tokio::sync::mpsc;

/// Readers side by side.
const READERS: usize = 2;
/// Batches that wait for the judge, of each reader.
const WAITING: usize = 1;

/// Batches of people in order, read ahead.
pub(super) struct Ahead {
    /// The reader of the next batch comes first.
    readers: VecDeque<mpsc::Receiver<Result<Vec<Person>>>>,
}

impl Ahead {
    /// Begins to read.
    pub(super) fn of(persons: Persons) -> Self {
        Self { readers: persons.dealt(READERS).into_iter().map(reader).collect() }
    }

    /// The next batch; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Person>>> {
        let Some(mut reader) = self.readers.pop_front() else { return Ok(None) };
        let batch = reader.recv().await.transpose();
        self.readers.push_back(reader);
        batch
    }
}

fn reader(mut persons: Persons) -> mpsc::Receiver<Result<Vec<Person>>> {
    let (send, receive) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        while let Some(batch) = persons.next().await.transpose() {
            let failed = batch.is_err();
            // Nobody waits any more when what was read could not be put out.
            if send.send(batch).await.is_err() || failed {
                break;
            }
        }
    });
    receive
}
