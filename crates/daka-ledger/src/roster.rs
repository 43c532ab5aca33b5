//! Roster: what the company's own list says of its people.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use wecom_checkin::UserId;

use crate::{
    Counts, Error, History, Ledger, Result,
    db::Tx,
    diff::Fact,
    people,
    time::millis,
    versioned::{Scope, VersionedTable},
};

pub(crate) const ROSTER: VersionedTable =
    VersionedTable { name: "roster", key: &["person"], numbered: false, content: &["content"] };
const ODD: Error = Error::Content("a roster entry that is no JSON object");

/// A line of the company's list of people. What it leaves open is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterEntry {
    /// The person.
    #[serde(skip)]
    pub userid: UserId,
    /// 姓名.
    pub name: Option<String>,
    /// 工号, as it is written: zeros in front belong to it.
    pub employee_no: Option<String>,
    /// 部门, each as the company writes it; empty for not said.
    pub departments: Vec<String>,
    /// 职务.
    pub position: Option<String>,
    /// 入职日期: the first day.
    pub joined: Option<Date>,
    /// 离职日期: the last day.
    pub left: Option<Date>,
}

/// What a list says of these people, by person.
pub(crate) async fn read(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    as_of: i64,
) -> Result<HashMap<i64, RosterEntry>> {
    let lines = ROSTER.read(tx, company, &Scope::among("person", people), as_of).await?;
    lines
        .into_iter()
        .map(|mut line| {
            let (person, content) = (line.int()?, line.text()?);
            Ok((person, serde_json::from_str(&content).map_err(|_| ODD)?))
        })
        .collect()
}

impl Ledger {
    /// Takes in lines of the roster, each in place of the earlier one of that person; it says
    /// nothing about others. Of two about one person the last counts.
    pub async fn commit_roster(&self, at: Timestamp, entries: &[RosterEntry]) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing the roster").await?;
        let users = entries.iter().map(|entry| &entry.userid);
        let filed = people::file(&mut tx, company, millis(at), users).await?;
        let mut told: BTreeMap<i64, String> = BTreeMap::new();
        for entry in entries {
            let Some(person) = filed.get(&entry.userid.key()) else { continue };
            told.insert(person.person, serde_json::to_string(entry).map_err(|_| ODD)?);
        }
        let people: Vec<i64> = told.keys().copied().collect();
        let told = told
            .into_iter()
            .map(|(person, text)| Fact {
                identity: vec![person.into()],
                content: vec![text.into()],
            })
            .collect();
        let scope = Scope::among("person", people);
        let stays = |_: &[_]| false;
        let (counts, _) = ROSTER.replace(&mut tx, company, millis(at), &scope, stays, told).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

impl History {
    /// What the roster says of people, in byte order of userid.
    pub async fn roster(&mut self) -> Result<Vec<RosterEntry>> {
        let Self { tx, company, as_of } = self;
        let on_file = people::all(tx, *company, *as_of).await?;
        let ids: Vec<i64> = on_file.iter().map(|person| person.person).collect();
        let mut entries = read(tx, *company, &ids, *as_of).await?;
        let mut roster: Vec<RosterEntry> = on_file
            .into_iter()
            .filter_map(|person| {
                let entry = entries.remove(&person.person)?;
                Some(RosterEntry { userid: person.userid, ..entry })
            })
            .collect();
        roster.sort_unstable_by(|a, b| a.userid.cmp(&b.userid));
        Ok(roster)
    }
}
