//! Telling what has not changed by its hashes alone.

use std::collections::{BTreeSet, HashMap};

use super::PersonDay;
use crate::{
    Result,
    db::{Tx, Value},
};

/// The days of which an answer is the whole truth.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Core {
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Core {
    pub(crate) fn contains(self, day: i64) -> bool {
        (self.from..=self.to).contains(&day)
    }

    /// What a person-day is told with: the first of the person's core days stands for all of them,
    /// a day around them for itself.
    pub(crate) fn told_with(self, &(person, day): &PersonDay) -> PersonDay {
        (person, if self.contains(day) { self.from } else { day })
    }
}

/// The hashes of some rows taken together, in no order: how many, and the sums of their halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Digest {
    count: i64,
    low: i64,
    high: i64,
}

impl Digest {
    pub(crate) fn add(&mut self, hash: i64) {
        self.count += 1;
        self.low += hash & 0xffff_ffff;
        self.high += hash >> 32;
    }
}

/// What is on file of the slice's people, their core days together, and of the days around it that
/// the answer touches.
pub(crate) async fn digests(
    tx: &mut Tx,
    company: i64,
    asked: &BTreeSet<i64>,
    core: Core,
    touched: impl Iterator<Item = &PersonDay>,
) -> Result<HashMap<PersonDay, Digest>> {
    const SUMS: &str = "count(*), CAST(sum(hash & 4294967295) AS BIGINT),
            CAST(sum(hash >> 32) AS BIGINT)
         FROM record WHERE company = $1 AND person IN $[2] AND known_to IS NULL AND day";
    let (mut people, mut days) = (asked.clone(), BTreeSet::new());
    for &(person, day) in touched {
        people.insert(person);
        if !core.contains(day) {
            days.insert(day);
        }
    }
    let people = Value::Ints(people.into_iter().collect());
    let in_core = format!("SELECT person, min(day), {SUMS} BETWEEN $3 AND $4 GROUP BY person");
    let values = vec![company.into(), people.clone(), core.from.into(), core.to.into()];
    let mut rows = tx.rows(&in_core, values).await?;
    if !days.is_empty() {
        let around = format!("SELECT person, day, {SUMS} IN $[3] GROUP BY person, day");
        let days = Value::Ints(days.into_iter().collect());
        rows.extend(tx.rows(&around, vec![company.into(), people, days]).await?);
    }
    rows.into_iter()
        .map(|mut row| {
            let key = core.told_with(&(row.int()?, row.int()?));
            Ok((key, Digest { count: row.int()?, low: row.int()?, high: row.int()? }))
        })
        .collect()
}
