//! Schedules: whose shifts of which month.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use serde_json::value::RawValue;
use wecom_checkin::{Row, UserId, schedule::Schedule, units::YearMonth};

use crate::{
    Call, Counts, Error, History, Ledger, Result, RunId, Slice, coverage,
    db::{Tx, Value},
    diff::Fact,
    intern,
    months::{month_number, whole_months},
    people,
    shape::minified,
    time::millis,
    versioned::{Scope, VersionedTable},
};

pub(crate) const SCHEDULE: VersionedTable = VersionedTable {
    name: "schedule",
    key: &["person", "month"],
    numbered: true,
    content: &["schedule"],
};

impl Ledger {
    /// Takes in an answer of `getcheckinschedulist`.
    ///
    /// The answer is the whole truth about the months that the slice covers from end to end; of
    /// other months it adds and revises, and withdraws nothing.
    pub async fn commit_schedules(
        &self,
        run: RunId,
        slice: Slice<'_>,
        rows: &[Row<Schedule>],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let fetched_at = millis(slice.fetched_at);
        let mut tx = self.write("filing schedules").await?;
        let filed = people::file(&mut tx, company, fetched_at, slice.people).await?;
        let asked: BTreeSet<i64> = filed.values().map(|p| p.person).collect();
        let whole = whole_months(slice.from, slice.to);

        let mut texts: BTreeMap<(i64, i64), Vec<String>> = BTreeMap::new();
        for row in rows {
            let (Some(userid), Some(YearMonth(month))) = (&row.userid, row.yearmonth) else {
                continue;
            };
            let Some(person) = filed.get(&userid.key()) else { continue };
            texts.entry((person.person, month)).or_default().push(minified(row.raw()).into_owned());
        }
        let wanted = texts.values().flatten().cloned().collect();
        let numbers = intern::texts(&mut tx, company, wanted).await?;

        let told = texts
            .into_iter()
            .flat_map(|(key, texts)| texts.into_iter().map(move |text| (key, text)))
            .filter_map(|((person, month), text)| {
                let number = *numbers.get(&text)?;
                let identity = vec![person.into(), month.into()];
                Some(Fact { identity, content: vec![number.into()] })
            })
            .collect();
        let ids: Vec<i64> = asked.iter().copied().collect();
        let scope = Scope::among("person", ids);
        let silence =
            |key: &[Value]| matches!(key, [_, Value::Int(month)] if whole.contains(month));
        let (counts, at) =
            SCHEDULE.replace(&mut tx, company, fetched_at, &scope, silence, told).await?;
        coverage::mark(&mut tx, company, Call::Schedules, slice, &asked, at, run).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

impl History {
    /// Schedules of the months that these days touch as WeCom sent them, sorted by userid, then
    /// month.
    pub async fn schedules(
        &mut self,
        users: &[UserId],
        from: Date,
        to: Date,
    ) -> Result<Vec<Row<Schedule>>> {
        let Self { tx, company, as_of } = self;
        let names = people::names(tx, *company, users).await?;
        let ids: Vec<i64> = names.keys().copied().collect();
        let mut found = read(tx, *company, &ids, (from, to), *as_of).await?;
        let mut by_name: Vec<_> = names.into_iter().collect();
        by_name.sort_unstable_by(|(_, a), (_, b)| a.cmp(b));
        let ids = by_name.into_iter().map(|(person, _)| person);
        Ok(ids.filter_map(|person| found.remove(&person)).flatten().collect())
    }
}

/// Each person's schedules of the months that some days touch.
pub(crate) async fn read(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    (from, to): (Date, Date),
    as_of: i64,
) -> Result<HashMap<i64, Vec<Row<Schedule>>>> {
    const ODD: Error = Error::Content("a schedule that is no JSON object");
    let months = (month_number(from), month_number(to));
    let scope = Scope::among("person", people).within("month", months);
    let lines = SCHEDULE.read(tx, company, &scope, as_of).await?;
    let found = lines
        .into_iter()
        .map(|mut line| {
            let (person, _month) = (line.int()?, line.int()?);
            Ok((person, line.int()?))
        })
        .collect::<Result<Vec<_>>>()?;
    let numbers = found.iter().map(|&(_, schedule)| schedule).collect();
    let texts = intern::contents(tx, company, numbers).await?;
    let mut by_person: HashMap<i64, Vec<Row<Schedule>>> = HashMap::new();
    for (person, schedule) in found {
        let text = texts.get(&schedule).ok_or(ODD)?.clone();
        let row = Row::from_raw(RawValue::from_string(text).map_err(|_| ODD)?).map_err(|_| ODD)?;
        by_person.entry(person).or_default().push(row);
    }
    Ok(by_person)
}
