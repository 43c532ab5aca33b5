//! Making one list of what overlapping windows bring twice.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
};

use futures::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};

use crate::{
    Error, Row, Slice, UserId,
    plan::{Days, UserBatch},
};

/// Unites the rows of overlapping windows of one batch.
///
/// A row is its whole text: WeCom numbers its records nowhere, and two records may agree in every
/// field that could serve as a key. A row is kept as often as the window that has it most often
/// has it: the same row from two windows is one row, two equal rows in one answer stay two.
/// Order: the windows' order, then the answer's.
///
/// ```
/// use wecom_checkin::{Record, Row, merge::merge};
///
/// let row = |text| serde_json::from_str::<Row<Record>>(text).unwrap();
/// let (a, b) = (r#"{"userid":"a"}"#, r#"{"userid":"b"}"#);
/// let merged = merge([vec![row(a), row(a)], vec![row(a), row(b)]]);
/// assert_eq!(merged, [row(a), row(a), row(b)]);
/// ```
pub fn merge<T>(windows: impl IntoIterator<Item = Vec<Row<T>>>) -> Vec<Row<T>> {
    let mut merged = Merged::default();
    windows.into_iter().for_each(|window| merged.add(window));
    merged.rows.into_iter().map(|kept| kept.row).collect()
}

struct Merged<T> {
    rows: Vec<Kept<T>>,
    /// Where rows of a text's hash are.
    places: HashMap<u64, Vec<usize>>,
    hasher: RandomState,
    windows: usize,
}

struct Kept<T> {
    row: Row<T>,
    /// The latest window that brought it.
    window: usize,
}

impl<T> Default for Merged<T> {
    fn default() -> Self {
        let (hasher, places) = (RandomState::new(), HashMap::new());
        Self { rows: Vec::new(), places, hasher, windows: 0 }
    }
}

impl<T> Merged<T> {
    fn add(&mut self, window: Vec<Row<T>>) {
        self.windows += 1;
        for row in window {
            let places = self.places.entry(self.hasher.hash_one(row.raw())).or_default();
            // A kept row stands for one equal row of each window.
            let twin = places.iter().copied().find(|&place| {
                self.rows
                    .get(place)
                    .is_some_and(|kept| kept.window != self.windows && kept.row == row)
            });
            if let Some(kept) = twin.and_then(|place| self.rows.get_mut(place)) {
                kept.window = self.windows;
            } else {
                places.push(self.rows.len());
                self.rows.push(Kept { row, window: self.windows });
            }
        }
    }
}

/// All of a job that concerns one batch of people.
#[derive(Debug, Clone)]
pub struct Batch<T> {
    /// The people asked for.
    pub users: UserBatch,
    /// The rows of all windows that were answered, [merged](merge).
    pub rows: Vec<Row<T>>,
    /// The days that were answered.
    pub answered: Vec<Days>,
    /// The days that were not answered, and why.
    pub failed: Vec<(Days, Error)>,
    /// Those of the people whom WeCom does not know.
    pub unknown: Vec<UserId>,
}

/// Puts a job's slices together batch by batch, as they come. Memory holds one batch at a time.
pub fn batches<T: Send + 'static>(
    slices: impl Stream<Item = Slice<T>> + Send + 'static,
) -> BoxStream<'static, Batch<T>> {
    let slices = slices.boxed().peekable();
    stream::unfold(slices, |mut slices| async {
        let first = slices.next().await?;
        let mut batch = Batch {
            users: first.users.clone(),
            rows: vec![],
            answered: vec![],
            failed: vec![],
            unknown: vec![],
        };
        let mut merged = Merged::default();
        let mut next = Some(first);
        while let Some(slice) = next {
            batch.unknown.extend(slice.unknown);
            match slice.rows {
                Ok(rows) => {
                    batch.answered.push(slice.core);
                    merged.add(rows);
                }
                Err(error) => batch.failed.push((slice.core, error)),
            }
            let mut pinned = std::pin::Pin::new(&mut slices);
            next = pinned.as_mut().next_if(|slice| slice.users == batch.users).await;
        }
        batch.unknown.sort_unstable();
        batch.unknown.dedup();
        batch.rows = merged.rows.into_iter().map(|kept| kept.row).collect();
        Some((batch, slices))
    })
    .boxed()
}
