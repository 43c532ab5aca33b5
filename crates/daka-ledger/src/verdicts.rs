//! Verdicts on file: what was concluded, and what was concluded earlier.

mod wording;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use attendance::Verdict;
use jiff::{Timestamp, civil::Date};
use serde_json::value::RawValue;
use wecom_checkin::UserId;

use crate::{
    Counts, Error, History, Ledger, Result,
    db::{Tx, Value},
    diff::Fact,
    intern::WORDING,
    people,
    time::{self, day_number, millis},
    versioned::{Scope, VersionedTable},
};
use wording::{Columns, Worded, Wording, column};

pub(crate) const VERDICT: VersionedTable = VersionedTable {
    name: "verdict",
    key: &["person", "day"],
    numbered: false,
    content: &["wording", "worked", "overtime", "own"],
};
const ODD: Error = Error::Content("a verdict that is no JSON object");

impl Ledger {
    /// Files verdicts, each in place of the earlier one of that person and day.
    pub async fn replace_verdicts(&self, at: Timestamp, verdicts: &[Verdict]) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing verdicts").await?;
        let users = verdicts.iter().map(|verdict| &verdict.userid);
        let filed = people::file(&mut tx, company, millis(at), users).await?;
        let mut told: BTreeMap<(i64, i64), (&Verdict, Worded)> = BTreeMap::new();
        for verdict in verdicts {
            let Some(person) = filed.get(&verdict.userid.key()) else { continue };
            let worded = Worded::of(verdict, person.userid.as_str())?;
            told.insert((person.person, day_number(verdict.date)), (verdict, worded));
        }
        let people: BTreeSet<i64> = told.keys().map(|(person, _)| *person).collect();
        let days = || told.keys().map(|(_, day)| *day);
        let (first, last) = (days().min().unwrap_or_default(), days().max().unwrap_or_default());
        let scope = Scope::among("person", Vec::from_iter(people)).within("day", (first, last));
        let numbers = wordings(&mut tx, company, told.values()).await?;
        let told = told
            .into_iter()
            .map(|((person, day), (verdict, Worded { template, own }))| {
                let wording = *numbers.get(&template).ok_or(ODD)?;
                let worked = column(verdict.worked_sec);
                let overtime = column(verdict.overtime.seconds);
                let content = vec![wording.into(), worked.into(), overtime.into(), own.into()];
                Ok(Fact { identity: vec![person.into(), day.into()], content })
            })
            .collect::<Result<_>>()?;
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
        let mut filed = Vec::with_capacity(lines.len());
        for mut line in lines {
            let (person, day) = (line.int()?, time::date_of(line.int()?));
            let userid = names.get(&person).ok_or(ODD)?;
            filed.push((userid, day, line.int()?, line.int()?, line.int()?, line.text()?));
        }
        filed.sort_unstable_by_key(|(userid, day, ..)| (*userid, *day));
        let numbers = filed.iter().map(|(_, _, wording, ..)| *wording).collect();
        let mut wordings: HashMap<i64, Wording> = HashMap::new();
        for (number, (content, _)) in WORDING.read(tx, *company, numbers).await? {
            wordings.insert(number, serde_json::from_str(&content).map_err(|_| ODD)?);
        }
        let filled = filed.iter().map(|(userid, date, wording, worked, overtime, own)| {
            let (userid, date, worked, overtime) = (userid.as_str(), *date, *worked, *overtime);
            let columns = Columns { userid, date, worked, overtime, own };
            let text = wordings.get(wording).and_then(|wording| wording.fill(&columns));
            RawValue::from_string(text.ok_or(ODD)?).map_err(|_| ODD)
        });
        filled.collect()
    }
}

/// The numbers of wordings, by template.
async fn wordings<'a>(
    tx: &mut Tx,
    company: i64,
    told: impl Iterator<Item = &'a (&'a Verdict, Worded)>,
) -> Result<HashMap<String, i64>> {
    let mut templates: HashMap<&str, (String, Vec<Value>)> = HashMap::new();
    for (verdict, worded) in told {
        if templates.contains_key(worded.template.as_str()) {
            continue;
        }
        let content = serde_json::to_string(&Wording::of(&worded.template)).map_err(|_| ODD)?;
        let facets = vec![
            verdict.status.code().into(),
            verdict.day_type.code().into(),
            verdict.standard_sec.into(),
        ];
        templates.insert(&worded.template, (content, facets));
    }
    let wanted = templates.values().map(|(content, facets)| (content.as_str(), facets.clone()));
    let numbers = WORDING.file(tx, company, wanted).await?;
    let number = |content: &String| numbers.get(content).copied().ok_or(ODD);
    templates
        .into_iter()
        .map(|(template, (content, _))| Ok((template.to_owned(), number(&content)?)))
        .collect()
}
