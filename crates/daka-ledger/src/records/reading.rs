//! Giving records back as they came.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use serde_json::value::RawValue;
use wecom_checkin::{Record, Row, UserId};

use super::midnight;
use crate::{
    Error, History, Ledger, Result,
    db::{Tx, Value},
    intern, people,
    shape::{Values, fill},
    time::day_number,
    versioned::held,
};

impl Ledger {
    /// Records filed under these days as WeCom sent them, sorted by userid, then `checkin_time`.
    pub async fn records(
        &self,
        users: &[UserId],
        from: Date,
        to: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<Row<Record>>> {
        self.history(as_of).await?.records(users, from, to).await
    }
}

impl History {
    /// Records filed under these days as WeCom sent them, sorted by userid, then `checkin_time`.
    pub async fn records(
        &mut self,
        users: &[UserId],
        from: Date,
        to: Date,
    ) -> Result<Vec<Row<Record>>> {
        let Self { tx, company, as_of } = self;
        let people = people::names(tx, *company, users).await?;
        let span = (day_number(from), day_number(to));
        let mut rows = read(tx, *company, &people, span, *as_of).await?;
        rows.sort_by(|(_, a), (_, b)| {
            (&a.userid, a.checkin_time).cmp(&(&b.userid, b.checkin_time))
        });
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}

/// A row as its columns have it.
pub(super) struct Stored {
    pub(super) person: i64,
    pub(super) day: i64,
    /// Which of the versions of that day.
    nr: i64,
    pub(super) shape: i64,
    pub(super) place: Option<i64>,
    pub(super) device: Option<i64>,
    /// Without place and device, which are texts by number.
    pub(super) values: Values,
}

/// Stands between the rows of one person in an answer; a row's JSON has it only escaped.
const BETWEEN_ROWS: char = '\u{1e}';

/// The rows of these people's days, sorted by person, then day.
///
/// One line a person: what a driver does for every row and cell costs more than the reading.
pub(super) async fn stored(
    tx: &mut Tx,
    company: i64,
    people: &HashMap<i64, UserId>,
    (from, to): (i64, i64),
    as_of: i64,
) -> Result<Vec<Stored>> {
    let sql = format!(
        "SELECT person, string_agg(
            format('%s,%s,%s,%s,%s,%s,%s,%s,%s,%s',
                day, nr, shape, place, device, second, due, lat, lng, body), '{BETWEEN_ROWS}')
         FROM record
         WHERE company = $1 AND person IN $[2] AND day BETWEEN $3 AND $4 AND {}
         GROUP BY person ORDER BY person",
        held("record", 5),
    );
    let people = Value::Ints(people.keys().copied().collect());
    let values = vec![company.into(), people, from.into(), to.into(), as_of.into()];
    let mut stored = Vec::new();
    for mut line in tx.rows(&sql, values).await? {
        let (person, rows) = (line.int()?, line.text()?);
        let earlier = stored.len();
        for row in rows.split(BETWEEN_ROWS) {
            stored.push(Stored::read(person, row).ok_or(ODD)?);
        }
        if let Some(own) = stored.get_mut(earlier..) {
            own.sort_by_key(|row| (row.day, row.nr));
        }
    }
    Ok(stored)
}

impl Stored {
    fn read(person: i64, row: &str) -> Option<Self> {
        let mut cells = row.splitn(10, ',');
        let (day, nr) = (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?);
        let mut int = || match cells.next()? {
            "" => Some(None),
            digits => digits.parse().ok().map(Some),
        };
        let (shape, place, device) = (int()??, int()?, int()?);
        let (second, due, lat, lng) = (int()?, int()?, int()?, int()?);
        let body = cells.next().filter(|body| !body.is_empty()).map(str::to_owned);
        let values = Values { second, due, lat, lng, body, ..Values::default() };
        Some(Self { person, day, nr, shape, place, device, values })
    }
}

/// The rows of these people's days as they came, with the person's number.
async fn read(
    tx: &mut Tx,
    company: i64,
    people: &HashMap<i64, UserId>,
    days: (i64, i64),
    as_of: i64,
) -> Result<Vec<(i64, Row<Record>)>> {
    let stored = stored(tx, company, people, days, as_of).await?;
    let texts = stored.iter().flat_map(|s| [s.place, s.device]).flatten().collect();
    let texts = intern::contents(tx, company, texts).await?;
    let shapes = stored.iter().map(|s| s.shape).collect();
    let shapes = intern::templates(tx, company, shapes).await?;
    stored
        .into_iter()
        .map(|Stored { person, day, shape, place, device, mut values, .. }| {
            values.place = place.and_then(|number| texts.get(&number).cloned());
            values.device = device.and_then(|number| texts.get(&number).cloned());
            let (template, _) = shapes.get(&shape).ok_or(ODD)?;
            let userid = people.get(&person).ok_or(ODD)?;
            let text = fill(template, userid.as_str(), midnight(day), &values).ok_or(ODD)?;
            let raw = RawValue::from_string(text).map_err(|_| ODD)?;
            Ok((person, Row::from_raw(raw).map_err(|_| ODD)?))
        })
        .collect()
}

pub(super) const ODD: Error = Error::Content("a record that does not fit its shape");
