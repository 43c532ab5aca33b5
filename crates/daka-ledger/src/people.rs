//! People: who is in the company, and who was.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;
use wecom_checkin::{UserId, ids::UserKey};

use crate::{
    Counts, Ledger, Result,
    db::{Table, Tx},
    time::{self, millis},
    version::after,
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

const PERSON: Table =
    Table { name: "person", columns: &["company", "person", "userid", "userkey", "known_from"] };
const MEMBER: Table =
    Table { name: "member", columns: &["company", "person", "known_from", "departments"] };

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
        let at = after(&mut tx, company, "member", millis(at)).await?;
        let filed = file(&mut tx, company, at, people.iter().map(|p| &p.userid)).await?;
        let mut listed: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for contact in people {
            let Some(person) = filed.get(&contact.userid.key()) else { continue };
            listed.entry(person.person).or_default().extend(&contact.departments);
        }
        let on_file: BTreeMap<i64, String> = tx
            .rows(
                "SELECT person, departments FROM member WHERE company = $1 AND known_to IS NULL",
                vec![company.into()],
            )
            .await?
            .into_iter()
            .map(|mut row| Ok((row.int()?, row.text()?)))
            .collect::<Result<_>>()?;
        let mut counts = Counts::default();
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        for (&person, departments) in &listed {
            let departments = serde_json::to_string(departments).unwrap_or_default();
            match on_file.get(&person) {
                Some(earlier) if *earlier == departments => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) => {
                    counts.revised += 1;
                    closed.push(person);
                }
                None => counts.new += 1,
            }
            opened.extend([company.into(), person.into(), at.into(), departments.into()]);
        }
        if extent == Extent::Everyone {
            let left = on_file.keys().copied().filter(|person| !listed.contains_key(person));
            let before = closed.len();
            closed.extend(left);
            counts.withdrawn += u64::try_from(closed.len() - before).unwrap_or_default();
        }
        tx.run(
            "UPDATE member SET known_to = $3
             WHERE company = $1 AND person IN $[2] AND known_to IS NULL",
            vec![company.into(), closed.into(), at.into()],
        )
        .await?;
        tx.insert(&MEMBER, opened).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Everyone the ledger has heard of, in byte order of userid.
    pub async fn people(&self, as_of: Option<Timestamp>) -> Result<Vec<Member>> {
        let mut tx = self.read("reading people").await?;
        let rows = tx
            .rows(
                "SELECT p.userid, m.departments,
                    CASE WHEN m.person IS NULL AND EXISTS (
                        SELECT 1 FROM member AS o
                        WHERE o.company = p.company AND o.person = p.person AND o.known_from <= $2
                    ) THEN 0 ELSE 1 END
                 FROM person AS p LEFT JOIN member AS m
                    ON m.company = p.company AND m.person = p.person AND m.known_from <= $2
                    AND (m.known_to IS NULL OR m.known_to > $2)
                 WHERE p.company = $1 AND p.known_from <= $2",
                vec![self.company_id()?.into(), time::as_of(as_of).into()],
            )
            .await?;
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
