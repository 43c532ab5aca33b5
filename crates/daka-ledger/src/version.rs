//! When a version begins.

use crate::{Result, db::Tx};

/// The instant at which a commit to a table counts as known: `at`, unless the table already holds
/// something as late, because the clock went back or did not move.
///
/// Versions of one fact must not overlap, and none may have been known for no time at all.
pub(crate) async fn after(tx: &mut Tx, company: i64, table: &str, at: i64) -> Result<i64> {
    let sql = format!("SELECT max(known_from), max(known_to) FROM {table} WHERE company = $1");
    let mut row = tx.row(&sql, vec![company.into()]).await?;
    Ok(later(at, [row.opt_int()?, row.opt_int()?]))
}

/// `at`, or the first millisecond after all of `taken`.
pub(crate) fn later(at: i64, taken: impl IntoIterator<Item = Option<i64>>) -> i64 {
    taken.into_iter().flatten().max().map_or(at, |last| at.max(last + 1))
}
