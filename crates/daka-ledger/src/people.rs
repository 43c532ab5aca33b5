//! People: who is in the company, and who was.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use wecom_checkin::{UserId, ids::UserKey};

use crate::{
    Counts, Ledger, Result,
    db::{Table, Tx},
    diff::Fact,
    time::{self, millis},
    versioned::{Scope, VersionedTable, held},
};

/// Someone the ledger has heard of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The person.
    pub userid: UserId,
    /// The departments as the contact list had them; empty when no list named the person.
    pub departments: Vec<i64>,
    /// Whether the contact list, where there ever was one, still has the person.
    pub present: bool,
}

/// An entry of the company's contact list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The person.
    pub userid: UserId,
    /// Departments.
    pub departments: Vec<i64>,
}

/// How much of the company a list of people is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everyone: who is not on it has left.
    Everyone,
    /// Some: it says nothing about the others.
    Some,
}

const PERSON: Table<'_> =
    Table { name: "person", columns: &["company", "person", "userid", "userkey", "known_from"] };
pub(crate) const MEMBER: VersionedTable =
    VersionedTable { name: "member", key: &["person"], numbered: false, content: &["departments"] };

/// A person on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OnFile {
    pub(crate) person: i64,
    pub(crate) userid: UserId,
}

/// The people on file among those asked for.
pub(crate) async fn find(
    tx: &mut Tx,
    company: i64,
    keys: BTreeSet<UserKey>,
) -> Result<HashMap<UserKey, OnFile>> {
    let keys: Vec<String> = keys.into_iter().map(|key| key.as_str().to_owned()).collect();
    let rows = tx
        .rows(
            "SELECT person, userid FROM person WHERE company = $1 AND userkey IN $[2]",
            vec![company.into(), keys.into()],
        )
        .await?;
    rows.into_iter()
        .map(|mut row| {
            let (person, userid) = (row.int()?, UserId::from(row.text()?));
            Ok((userid.key(), OnFile { person, userid }))
        })
        .collect()
}

/// The people on file among those asked for, by number.
pub(crate) async fn names(
    tx: &mut Tx,
    company: i64,
    users: &[UserId],
) -> Result<HashMap<i64, UserId>> {
    let on_file = find(tx, company, users.iter().map(UserId::key).collect()).await?;
    Ok(on_file.into_values().map(|p| (p.person, p.userid)).collect())
}

/// Everyone on file.
pub(crate) async fn all(tx: &mut Tx, company: i64, as_of: i64) -> Result<Vec<OnFile>> {
    let rows = tx
        .rows(
            "SELECT person, userid FROM person WHERE company = $1 AND known_from <= $2",
            vec![company.into(), as_of.into()],
        )
        .await?;
    rows.into_iter()
        .map(|mut row| Ok(OnFile { person: row.int()?, userid: UserId::from(row.text()?) }))
        .collect()
}

/// The same as [`find`], after filing those who are not on file yet.
pub(crate) async fn file(
    tx: &mut Tx,
    company: i64,
    at: i64,
    people: impl IntoIterator<Item = &UserId>,
) -> Result<HashMap<UserKey, OnFile>> {
    let mut spellings = HashSet::new();
    let wanted: BTreeMap<UserKey, &UserId> = people
        .into_iter()
        .filter(|userid| spellings.insert(*userid))
        .map(|userid| (userid.key(), userid))
        .collect();
    let mut found = find(tx, company, wanted.keys().cloned().collect()).await?;
    let missing: Vec<_> = wanted.into_iter().filter(|(key, _)| !found.contains_key(key)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let next = tx
        .row(
            "SELECT coalesce(max(person), 0) + 1 FROM person WHERE company = $1",
            vec![company.into()],
        )
        .await?
        .int()?;
    let mut rows = Vec::new();
    for (person, (key, userid)) in (next..).zip(missing) {
        let (spelled, folded) = (userid.as_str().into(), key.as_str().into());
        rows.extend([company.into(), person.into(), spelled, folded, at.into()]);
        found.insert(key, OnFile { person, userid: userid.clone() });
    }
    tx.insert(&PERSON, rows).await?;
    Ok(found)
}

impl Ledger {
    /// Takes in a contact list. With [`Extent::Everyone`], who is not on it has left.
    pub async fn commit_people(
        &self,
        at: Timestamp,
        extent: Extent,
        people: &[Contact],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing people").await?;
        let at = millis(at);
        let filed = file(&mut tx, company, at, people.iter().map(|p| &p.userid)).await?;
        let mut listed: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for contact in people {
            let Some(person) = filed.get(&contact.userid.key()) else { continue };
            listed.entry(person.person).or_default().extend(&contact.departments);
        }
        let told = listed
            .into_iter()
            .map(|(person, departments)| {
                let departments = serde_json::to_string(&departments).unwrap_or_default();
                Fact { identity: vec![person.into()], content: vec![departments.into()] }
            })
            .collect();
        let left = |_: &[_]| extent == Extent::Everyone;
        let (counts, _) =
            MEMBER.replace(&mut tx, company, at, &Scope::default(), left, told).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Everyone the ledger has heard of, in byte order of userid.
    pub async fn people(&self, as_of: Option<Timestamp>) -> Result<Vec<Member>> {
        let mut tx = self.read("reading people").await?;
        let sql = format!(
            "SELECT p.userid, m.departments,
                CASE WHEN m.person IS NULL AND EXISTS (
                    SELECT 1 FROM member AS o
                    WHERE o.company = p.company AND o.person = p.person AND o.known_from <= $2
                ) THEN 0 ELSE 1 END
             FROM person AS p LEFT JOIN member AS m
                ON m.company = p.company AND m.person = p.person AND {}
             WHERE p.company = $1 AND p.known_from <= $2",
            held("m", 2),
        );
        let values = vec![self.company_id()?.into(), time::as_of(as_of).into()];
        let rows = tx.rows(&sql, values).await?;
        let mut people = rows
            .into_iter()
            .map(|mut row| {
                let userid = UserId::from(row.text()?);
                let departments = row
                    .opt_text()?
                    .map_or_else(Vec::new, |list| serde_json::from_str(&list).unwrap_or_default());
                Ok(Member { userid, departments, present: row.int()? == 1 })
            })
            .collect::<Result<Vec<_>>>()?;
        people.sort_unstable_by(|a, b| a.userid.cmp(&b.userid));
        Ok(people)
    }
}
