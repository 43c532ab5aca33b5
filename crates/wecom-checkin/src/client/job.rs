//! A whole job: any number of people and days, as one list, batch by batch, or slice by slice.

use futures::{StreamExt as _, stream::BoxStream};
use jiff::civil::Date;

use super::{Error, Slice, merge};
use crate::{Days, Row, UserId, merge::Batch, plan::UserBatch};

/// A job that has not begun: take [`all`](Job::all) of it, or its [`batches`](Job::batches) where a
/// company is too large for the memory, or its [`slices`](Job::slices) as WeCom answers them.
#[must_use = "nothing is asked before the job is taken"]
pub struct Job<T> {
    slices: BoxStream<'static, Slice<T>>,
    filter: Option<Filter<T>>,
}

/// Which rows were asked for: those that are filed on these days.
#[derive(Clone, Copy)]
struct Filter<T> {
    days: Days,
    filed_on: fn(&T) -> Option<Date>,
}

/// What a job brought, and what it did not.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fetched<T> {
    /// The rows, each as often as WeCom has it, batch by batch in byte order of the userids.
    pub rows: Vec<Row<T>>,
    /// What could not be fetched. Its days may have rows all the same, never all of them.
    pub failed: Vec<PartialFailure>,
    /// Those of the people whom WeCom does not know.
    pub unknown: Vec<UserId>,
}

/// Some people's days that could not be fetched, and why.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PartialFailure {
    /// The people.
    pub users: UserBatch,
    /// The days.
    pub days: Days,
    /// Why.
    pub error: Error,
}

impl<T: Send + 'static> Job<T> {
    pub(super) fn new(slices: BoxStream<'static, Slice<T>>) -> Self {
        Self { slices, filter: None }
    }

    /// The same, of which only rows filed on these days were asked for. A row that is filed nowhere
    /// is kept.
    pub(super) fn filed_on(self, days: Days, filed_on: fn(&T) -> Option<Date>) -> Self {
        Self { filter: Some(Filter { days, filed_on }), ..self }
    }

    /// Everything: rows of the days asked for, each once, and what is missing.
    pub async fn all(self) -> Fetched<T> {
        let mut fetched = Fetched { rows: Vec::new(), failed: Vec::new(), unknown: Vec::new() };
        let mut batches = self.batches();
        while let Some(Batch { users, rows, failed, unknown, .. }) = batches.next().await {
            fetched.rows.extend(rows);
            fetched.unknown.extend(unknown);
            let failed = failed.into_iter();
            fetched.failed.extend(failed.map(|(days, error)| PartialFailure {
                users: users.clone(),
                days,
                error,
            }));
        }
        fetched
    }

    /// The same batch by batch, up to 100 people each; memory holds one at a time.
    pub fn batches(self) -> BoxStream<'static, Batch<T>> {
        let filter = self.filter;
        let batches = merge::batches(self.slices);
        let Some(Filter { days, filed_on }) = filter else { return batches };
        batches
            .map(move |mut batch| {
                batch.rows.retain(|row| filed_on(row).is_none_or(|date| days.contains(date)));
                batch
            })
            .boxed()
    }

    /// What WeCom answers, one [`Slice`] a batch of people and window. Windows of records overlap:
    /// rows of the margins come twice, and some belong to other days than those asked for.
    /// [`merge`] makes them single.
    pub fn slices(self) -> BoxStream<'static, Slice<T>> {
        self.slices
    }
}
