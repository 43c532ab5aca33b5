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
    db::{Table, Tx},
    diff::{Fact, compare},
    months::{first_of, month_number, whole_months},
    people,
    shape::{fingerprint, minified},
    time::{self, date_of, day_number, millis},
    version::later,
};

const ODD: Error = Error::Content("a report that is no JSON object");

/// Reports of one kind: where they are filed, and what numbers the days or months they are about.
struct Kind {
    call: Call,
    table: Table,
    /// The column of that number.
    slot: &'static str,
}

const DAY: Kind = Kind {
    call: Call::DayReports,
    table: Table {
        name: "day_report",
        columns: &["company", "person", "day", "nr", "known_from", "content"],
    },
    slot: "day",
};

const MONTH: Kind = Kind {
    call: Call::MonthReports,
    table: Table {
        name: "month_report",
        columns: &["company", "person", "month", "nr", "known_from", "content"],
    },
    slot: "month",
};

/// A row of an answer: whose, of which day or month, and its text.
struct Told<'a> {
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
            Some(Told { userid: base.acctid.as_ref()?, slot: day_number(day), text })
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
            Some(Told { userid, slot: month, text: minified(row.raw()).into_owned() })
        });
        self.commit_reports(&MONTH, run, slice, (month, month), told.collect()).await
    }

    async fn commit_reports(
        &self,
        kind: &Kind,
        run: RunId,
        slice: Slice<'_>,
        (first, last): (i64, i64),
        told: Vec<Told<'_>>,
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let fetched_at = millis(slice.fetched_at);
        let mut tx = self.write("filing reports").await?;
        let filed = people::file(&mut tx, company, fetched_at, slice.people).await?;
        let asked: BTreeSet<i64> = filed.values().map(|p| p.person).collect();
        let (answer, texts): (Vec<Fact<(i64, i64)>>, Vec<String>) = told
            .into_iter()
            .filter(|told| (first..=last).contains(&told.slot))
            .filter_map(|Told { userid, slot, text }| {
                let person = filed.get(&userid.key())?.person;
                Some((Fact { identity: (person, slot), content: fingerprint(&text) }, text))
            })
            .unzip();

        let Versions { on_file, numbers, mut next, taken } =
            Versions::read(&mut tx, company, kind, &asked, (first, last)).await?;
        let difference = compare(&on_file, &answer);
        let counts = difference.counts();
        let at = later(fetched_at, [taken.filter(|_| counts.changed())]);
        let close = format!(
            "UPDATE {} SET known_to = $5
             WHERE company = $1 AND person = $2 AND {} = $3 AND nr = $4",
            kind.table.name, kind.slot
        );
        for (Fact { identity: (person, slot), .. }, nr) in
            difference.closed().filter_map(|at| on_file.get(at).zip(numbers.get(at)))
        {
            let version = [company, *person, *slot, *nr, at];
            tx.run(&close, version.map(Into::into).to_vec()).await?;
        }
        let mut opened = Vec::new();
        for (Fact { identity: (person, slot), .. }, text) in
            difference.opened().filter_map(|at| answer.get(at).zip(texts.get(at)))
        {
            let nr = next.entry((*person, *slot)).or_default();
            opened.extend([company, *person, *slot, *nr, at].map(Into::into));
            opened.push(text.as_str().into());
            *nr += 1;
        }
        tx.insert(&kind.table, opened).await?;
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
        let sql = format!(
            "SELECT person, {slot}, content FROM {table}
             WHERE company = $1 AND person IN $[2] AND {slot} BETWEEN $3 AND $4
                AND known_from <= $5 AND (known_to IS NULL OR known_to > $5)
             ORDER BY person, {slot}, nr",
            slot = kind.slot,
            table = kind.table.name,
        );
        let as_of = time::as_of(as_of);
        let values = vec![company.into(), ids.into(), first.into(), last.into(), as_of.into()];
        let mut reports = Vec::new();
        for mut line in tx.rows(&sql, values).await? {
            let (person, slot, text) = (line.int()?, line.int()?, line.text()?);
            let raw = RawValue::from_string(text).map_err(|_| ODD)?;
            let row = Row::from_raw(raw).map_err(|_| ODD)?;
            reports.push((names.get(&person).ok_or(ODD)?, slot, row));
        }
        reports.sort_by_key(|(userid, ..)| *userid);
        Ok(reports.into_iter().map(|(_, slot, row)| (slot, row)).collect())
    }
}

/// What is on file of some people and days or months.
#[derive(Default)]
struct Versions {
    /// The versions that hold.
    on_file: Vec<Fact<(i64, i64)>>,
    /// Their numbers, in the same order.
    numbers: Vec<i64>,
    /// The first number that no version of that person and slot has.
    next: HashMap<(i64, i64), i64>,
    /// The last instant that a version begins or ends at.
    taken: Option<i64>,
}

impl Versions {
    async fn read(
        tx: &mut Tx,
        company: i64,
        kind: &Kind,
        people: &BTreeSet<i64>,
        (first, last): (i64, i64),
    ) -> Result<Self> {
        let people: Vec<i64> = people.iter().copied().collect();
        let sql = format!(
            "SELECT person, {slot}, nr, known_from, known_to, content FROM {table}
             WHERE company = $1 AND person IN $[2] AND {slot} BETWEEN $3 AND $4",
            slot = kind.slot,
            table = kind.table.name,
        );
        let values = vec![company.into(), people.into(), first.into(), last.into()];
        let mut versions = Self::default();
        for mut line in tx.rows(&sql, values).await? {
            let (identity, nr) = ((line.int()?, line.int()?), line.int()?);
            let (from, to, text) = (line.int()?, line.opt_int()?, line.text()?);
            let free = versions.next.entry(identity).or_default();
            *free = (*free).max(nr + 1);
            versions.taken = versions.taken.max(to).max(Some(from));
            if to.is_none() {
                versions.on_file.push(Fact { identity, content: fingerprint(&text) });
                versions.numbers.push(nr);
            }
        }
        Ok(versions)
    }
}
