//! Writing history out for people's own tools: tables, partitioned by company and month.

pub(crate) mod format;
mod layout;
pub(crate) mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use daka_ledger::History;
use jiff::{civil::Date, tz::TimeZone};
use wecom_checkin::UserId;

pub(crate) use layout::Layout;
use layout::PartFile;

use crate::{
    days::Days,
    failure::{Failure, FileWork},
    ledger,
};
use table::{Shown, Table};

/// People who are in memory at once.
const BATCH: usize = 200;

/// What the tables are read from.
pub(crate) struct Source {
    pub(crate) history: History,
    /// The company's, for the time of day.
    pub(crate) zone: TimeZone,
    /// Person-days that a table of verdicts asked about and found none on file for.
    pub(crate) unjudged: i64,
    /// Whose verdicts on file say of which days that they were never fetched.
    pub(crate) incomplete: BTreeMap<UserId, BTreeSet<Date>>,
}

/// An export in the making.
pub(crate) struct Export<'a> {
    pub(crate) source: Source,
    pub(crate) people: Vec<UserId>,
    pub(crate) days: Days,
    pub(crate) shown: Shown,
    pub(crate) layout: &'a Layout,
}

impl Export<'_> {
    /// Writes one table, month by month, and says of each file how many rows it has.
    pub(crate) async fn write<T: Table>(
        &mut self,
        mut said: impl FnMut(&Path, u64),
    ) -> Result<(), Failure> {
        for month in self.days.months() {
            let path = self.layout.partition(T::NAME, month.first());
            let failed = |e| Failure::file(&path, FileWork::Write, &e);
            let mut file = PartFile::create(&path).map_err(failed)?;
            let mut rows_of =
                self.layout.open(T::columns(self.shown), &mut file).map_err(failed)?;
            let mut count = 0;
            for users in self.people.chunks(BATCH) {
                let rows = T::rows(&mut self.source, users, month).await;
                let rows = rows.map_err(|e| ledger::failure(&e))?;
                count += u64::try_from(rows.len()).unwrap_or(u64::MAX);
                rows_of.write(&rows).map_err(failed)?;
            }
            rows_of.end().map_err(failed)?;
            drop(rows_of);
            file.settle().map_err(failed)?;
            said(&path, count);
        }
        Ok(())
    }
}
