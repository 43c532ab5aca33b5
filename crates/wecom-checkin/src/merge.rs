//! Making one list of what overlapping windows bring twice. Pure.

use std::collections::HashMap;

use crate::Row;

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
    let mut merged: Vec<Row<T>> = Vec::new();
    let mut kept: HashMap<Box<str>, usize> = HashMap::new();
    for window in windows {
        let mut here: HashMap<Box<str>, usize> = HashMap::new();
        for row in window {
            let count = here.entry(row.raw().into()).or_default();
            *count += 1;
            let kept = kept.entry(row.raw().into()).or_default();
            if *count > *kept {
                *kept = *count;
                merged.push(row);
            }
        }
    }
    merged
}
