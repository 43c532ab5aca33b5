//! Verdicts on file: what was concluded, and what was concluded earlier.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use attendance::Verdict;
use jiff::{Timestamp, civil::Date};
use serde_json::value::RawValue;
use wecom_checkin::UserId;

use crate::{
    Counts, Error, History, Ledger, Result,
    db::{Table, Value},
    people,
    time::{day_number, millis},
    version::later,
};

const VERDICT: Table =
    Table { name: "verdict", columns: &["company", "person", "day", "known_from", "content"] };
const ODD: Error = Error::Content("a verdict that is no JSON object");

impl Ledger {
    /// Files verdicts, each in place of the earlier one of that person and day.
    pub async fn replace_verdicts(&self, at: Timestamp, verdicts: &[Verdict]) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing verdicts").await?;
        let users = verdicts.iter().map(|verdict| &verdict.userid);
        let filed = people::file(&mut tx, company, millis(at), users).await?;
        let mut told: BTreeMap<(i64, i64), String> = BTreeMap::new();
        for verdict in verdicts {
            let Some(person) = filed.get(&verdict.userid.key()) else { continue };
            let content = serde_json::to_string(verdict).map_err(|_| ODD)?;
            told.insert((person.person, day_number(verdict.date)), content);
        }
        let people: BTreeSet<i64> = told.keys().map(|(person, _)| *person).collect();
        let days = || told.keys().map(|(_, day)| *day);
        let (first, last) = (days().min().unwrap_or_default(), days().max().unwrap_or_default());
        let lines = tx
            .rows(
                "SELECT person, day, known_from, known_to, content FROM verdict
                 WHERE company = $1 AND person IN $[2] AND day BETWEEN $3 AND $4",
                vec![
                    company.into(),
                    Value::Ints(people.into_iter().collect()),
                    first.into(),
                    last.into(),
                ],
            )
            .await?;
        let (mut on_file, mut taken) = (HashMap::new(), None);
        for mut line in lines {
            let (key, from) = ((line.int()?, line.int()?), line.int()?);
            let (to, content) = (line.opt_int()?, line.text()?);
            taken = taken.max(to).max(Some(from));
            if to.is_none() {
                on_file.insert(key, content);
            }
        }
        let at = later(millis(at), [taken]);
        let mut counts = Counts::default();
        let mut opened = Vec::new();
        for ((person, day), content) in told {
            match on_file.get(&(person, day)) {
                Some(earlier) if *earlier == content => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) => {
                    counts.revised += 1;
                    tx.run(
                        "UPDATE verdict SET known_to = $4
                         WHERE company = $1 AND person = $2 AND day = $3 AND known_to IS NULL",
                        vec![company.into(), person.into(), day.into(), at.into()],
                    )
                    .await?;
                }
                None => counts.new += 1,
            }
            opened.extend([company.into(), person.into(), day.into(), at.into(), content.into()]);
        }
        tx.insert(&VERDICT, opened).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Filed verdicts as JSON, in the shape of `daka judge`, sorted by userid, then date.
    pub async fn verdicts(
        &self,
        users: &[UserId],
        from: Date,
        to: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<Box<RawValue>>> {
        self.history(as_of).await?.verdicts(users, from, to).await
    }
}

impl History {
    /// Filed verdicts as JSON, in the shape of `daka judge`, sorted by userid, then date.
    pub async fn verdicts(
        &mut self,
        users: &[UserId],
        from: Date,
        to: Date,
    ) -> Result<Vec<Box<RawValue>>> {
        let Self { tx, company, as_of } = self;
        let names = people::names(tx, *company, users).await?;
        let lines = tx
            .rows(
                "SELECT person, day, content FROM verdict
                 WHERE company = $1 AND person IN $[2] AND day BETWEEN $3 AND $4
                    AND known_from <= $5 AND (known_to IS NULL OR known_to > $5)",
                vec![
                    (*company).into(),
                    Value::Ints(names.keys().copied().collect()),
                    day_number(from).into(),
                    day_number(to).into(),
                    (*as_of).into(),
                ],
            )
            .await?;
        let mut sorted: BTreeMap<(&UserId, i64), Box<RawValue>> = BTreeMap::new();
        for mut line in lines {
            let (person, day, text) = (line.int()?, line.int()?, line.text()?);
            let userid = names.get(&person).ok_or(ODD)?;
            sorted.insert((userid, day), RawValue::from_string(text).map_err(|_| ODD)?);
        }
        Ok(sorted.into_values().collect())
    }
}
