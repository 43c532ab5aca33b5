//! WeCom's own reports: what it says of a person's day, and of a person's month.

use std::collections::{BTreeSet, HashMap};

use jiff::{Timestamp, civil::Date};
use serde_json::value::RawValue;
use wecom_checkin::{
    Row, UserId,
    report::{DayReport, MonthReport},
    units::UnixTime,
};

use crate::{
    Call, Counts, Error, Ledger, Result, RunId, Slice, coverage,
    diff::Fact,
    months::{first_of, month_number, whole_months},
    people,
    shape::minified,
    time::{self, date_of, day_number, millis},
    versioned::{Scope, VersionedTable},
};

const ODD: Error = Error::Content("a report that is no JSON object");

/// Reports of one kind: where they are filed, and what numbers the days or months they are about.
struct Kind {
    call: Call,
    table: &'static VersionedTable,
    /// The column of that number.
    slot: &'static str,
}

pub(crate) const DAY_REPORT: VersionedTable = VersionedTable {
    name: "day_report",
    key: &["person", "day"],
    numbered: true,
    content: &["content"],
};
pub(crate) const MONTH_REPORT: VersionedTable = VersionedTable {
    name: "month_report",
    key: &["person", "month"],
    numbered: true,
    content: &["content"],
};

const DAY: Kind = Kind { call: Call::DayReports, table: &DAY_REPORT, slot: "day" };
const MONTH: Kind = Kind { call: Call::MonthReports, table: &MONTH_REPORT, slot: "month" };

/// A row of an answer: whose, of which day or month, and its text.
struct Incoming<'a> {
    userid: &'a UserId,
    slot: i64,
    text: String,
}

impl Ledger {
    /// Takes in an answer of `getcheckin_daydata`: the whole truth about the slice's people and
    /// days. A row that names nobody or no day of the slice is left out.
    pub async fn commit_day_reports(
        &self,
        run: RunId,
        slice: Slice<'_>,
        rows: &[Row<DayReport>],
    ) -> Result<Counts> {
        let told = rows.iter().filter_map(|row| {
            let base = row.base_info.as_ref()?;
            let day = base.date.and_then(UnixTime::beijing_date)?;
            let text = minified(row.raw()).into_owned();
            Some(Incoming { userid: base.acctid.as_ref()?, slot: day_number(day), text })
        });
        let days = (day_number(slice.from), day_number(slice.to));
        self.commit_reports(&DAY, run, slice, days, told.collect()).await
    }

    /// Takes in an answer of `getcheckin_monthdata`: the whole truth about the slice's people and
    /// its one calendar month, which the rows do not name. Of a slice that is anything but a whole
    /// month nothing is kept: a part of one is what its days say.
    pub async fn commit_month_reports(
        &self,
        run: RunId,
        slice: Slice<'_>,
        rows: &[Row<MonthReport>],
    ) -> Result<Counts> {
        let month = month_number(slice.from);
        if slice.from.first_of_month() != slice.from || slice.from.last_of_month() != slice.to {
            return Ok(Counts::default());
        }
        let told = rows.iter().filter_map(|row| {
            let userid = row.base_info.as_ref()?.acctid.as_ref()?;
            Some(Incoming { userid, slot: month, text: minified(row.raw()).into_owned() })
        });
        self.commit_reports(&MONTH, run, slice, (month, month), told.collect()).await
    }

    async fn commit_reports(
        &self,
        kind: &Kind,
        run: RunId,
        slice: Slice<'_>,
        (first, last): (i64, i64),
        told: Vec<Incoming<'_>>,
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let fetched_at = millis(slice.fetched_at);
        let mut tx = self.write("filing reports").await?;
        let filed = people::file(&mut tx, company, fetched_at, slice.people).await?;
        let asked: BTreeSet<i64> = filed.values().map(|p| p.person).collect();
        let told = told
            .into_iter()
            .filter(|told| (first..=last).contains(&told.slot))
            .filter_map(|Incoming { userid, slot, text }| {
                let person = filed.get(&userid.key())?.person;
                Some(Fact {
                    identity: vec![person.into(), slot.into()],
                    content: vec![text.into()],
                })
            })
            .collect();
        let ids: Vec<i64> = asked.iter().copied().collect();
        let scope = Scope::among("person", ids).within(kind.slot, (first, last));
        let (counts, at) =
            kind.table.replace(&mut tx, company, fetched_at, &scope, |_| true, told).await?;
        coverage::mark(&mut tx, company, kind.call, slice, &asked, at, run).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Day reports as WeCom sent them, sorted by userid, then date.
    pub async fn day_reports(
        &self,
        users: &[UserId],
        from: Date,
        to: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<(Date, Row<DayReport>)>> {
        let days = (day_number(from), day_number(to));
        let found = self.reports(&DAY, users, days, as_of).await?;
        Ok(found.into_iter().map(|(day, row)| (date_of(day), row)).collect())
    }

    /// Month reports as WeCom sent them, each with the first day of its month, sorted by userid,
    /// then month: those of the months that lie wholly within these days.
    pub async fn month_reports(
        &self,
        users: &[UserId],
        from: Date,
        to: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<(Date, Row<MonthReport>)>> {
        let months = whole_months(from, to);
        let (Some(&first), Some(&last)) = (months.first(), months.last()) else {
            return Ok(Vec::new());
        };
        let found = self.reports(&MONTH, users, (first, last), as_of).await?;
        found.into_iter().map(|(month, row)| Ok((first_of(month).ok_or(ODD)?, row))).collect()
    }

    async fn reports<T: for<'a> serde::Deserialize<'a>>(
        &self,
        kind: &Kind,
        users: &[UserId],
        (first, last): (i64, i64),
        as_of: Option<Timestamp>,
    ) -> Result<Vec<(i64, Row<T>)>> {
        let company = self.company_id()?;
        let mut tx = self.read("reading reports").await?;
        let keys = users.iter().map(UserId::key).collect();
        let found = people::find(&mut tx, company, keys).await?;
        let names: HashMap<i64, UserId> =
            found.into_values().map(|p| (p.person, p.userid)).collect();
        let ids: Vec<i64> = names.keys().copied().collect();
        let scope = Scope::among("person", ids).within(kind.slot, (first, last));
        let lines = kind.table.read(&mut tx, company, &scope, time::as_of(as_of)).await?;
        let mut reports = Vec::new();
        for mut line in lines {
            let (person, slot, text) = (line.int()?, line.int()?, line.text()?);
            let raw = RawValue::from_string(text).map_err(|_| ODD)?;
            let row = Row::from_raw(raw).map_err(|_| ODD)?;
            reports.push((names.get(&person).ok_or(ODD)?, slot, row));
        }
        reports.sort_by_key(|(userid, ..)| *userid);
        Ok(reports.into_iter().map(|(_, slot, row)| (slot, row)).collect())
    }
}
