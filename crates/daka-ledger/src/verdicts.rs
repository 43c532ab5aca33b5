//! Verdicts on file: what was concluded, and what was concluded earlier.

use std::collections::{BTreeMap, BTreeSet};

use attendance::Verdict;
use jiff::{Timestamp, civil::Date};
use serde_json::value::RawValue;
use wecom_checkin::UserId;

use crate::{
    Counts, Error, History, Ledger, Result,
    diff::Fact,
    people,
    time::{day_number, millis},
    versioned::{Scope, VersionedTable},
};

pub(crate) const VERDICT: VersionedTable = VersionedTable {
    name: "verdict",
    key: &["person", "day"],
    numbered: false,
    content: &["content"],
};
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
        let scope = Scope::among("person", Vec::from_iter(people)).within("day", (first, last));
        let told = told
            .into_iter()
            .map(|((person, day), text)| Fact {
                identity: vec![person.into(), day.into()],
                content: vec![text.into()],
            })
            .collect();
        // Of what is not judged this time the earlier verdict stands.
        let stands = |_: &[_]| false;
        let (counts, _) =
            VERDICT.replace(&mut tx, company, millis(at), &scope, stands, told).await?;
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
        let people: Vec<i64> = names.keys().copied().collect();
        let days = (day_number(from), day_number(to));
        let scope = Scope::among("person", people).within("day", days);
        let lines = VERDICT.read(tx, *company, &scope, *as_of).await?;
        let mut sorted: BTreeMap<(&UserId, i64), Box<RawValue>> = BTreeMap::new();
        for mut line in lines {
            let (person, day, text) = (line.int()?, line.int()?, line.text()?);
            let userid = names.get(&person).ok_or(ODD)?;
            sorted.insert((userid, day), RawValue::from_string(text).map_err(|_| ODD)?);
        }
        Ok(sorted.into_values().collect())
    }
}
