//! Approvals, each by its number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::value::RawValue;
use wecom_checkin::{
    Row, UserId,
    approval::{Approval, ApprovalStatus},
};

use crate::{
    Call, Counts, Error, Ledger, Result, RunId, Slice, coverage,
    db::{Line, Tx},
    diff::Fact,
    people,
    shape::minified,
    time::{self, millis},
    versioned::{Scope, VersionedTable},
};

pub(crate) const APPROVAL: VersionedTable = VersionedTable {
    name: "approval",
    key: &["person", "sp_no"],
    numbered: false,
    content: &["content"],
};

impl Ledger {
    /// Takes in approvals, for each of the applicants who is on file or among `people`, who thereby
    /// are. One that is on file with another content, or for others only, is revised; one that is
    /// for several people counts once.
    pub async fn commit_approvals(
        &self,
        at: Timestamp,
        people: &[UserId],
        approvals: &[Row<Approval>],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing approvals").await?;
        let mut filed = people::file(&mut tx, company, millis(at), people).await?;
        let applicants = approvals.iter().flat_map(|row| row.applicants()).map(UserId::key);
        filed.extend(people::find(&mut tx, company, applicants.collect()).await?);
        let mut told = ByPerson::new();
        for row in approvals {
            let number = row.sp_no.clone().unwrap_or_default();
            for person in row.applicants().filter_map(|userid| filed.get(&userid.key())) {
                told.insert((person.person, number.clone()), minified(row.raw()).into_owned());
            }
        }
        let numbers: BTreeSet<String> = told.keys().map(|(_, number)| number.clone()).collect();
        let scope = Scope::among("sp_no", Vec::from_iter(numbers));
        let on_file = APPROVAL.read(&mut tx, company, &scope, time::as_of(None)).await?;
        let counts = by_number(&keyed(on_file)?, &told);
        let told = told
            .into_iter()
            .map(|((person, number), text)| Fact {
                identity: vec![person.into(), number.into()],
                content: vec![text.into()],
            })
            .collect();
        let stands = |_: &[_]| false;
        APPROVAL.replace(&mut tx, company, millis(at), &scope, stands, told).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// Notes that everything which these people handed in on these days is on file.
    pub async fn commit_hand_ins(&self, run: RunId, slice: Slice<'_>) -> Result<()> {
        self.cover(Call::HandIns, run, slice).await
    }

    /// Notes that all approvals are on file which could bear on these people's days.
    pub async fn commit_approval_days(&self, run: RunId, slice: Slice<'_>) -> Result<()> {
        self.cover(Call::Approvals, run, slice).await
    }

    /// Who is not on file is not marked: nobody knows whether there is such a person.
    async fn cover(&self, call: Call, run: RunId, slice: Slice<'_>) -> Result<()> {
        let company = self.company_id()?;
        let mut tx = self.write("noting what approvals are known").await?;
        let keys = slice.people.iter().map(UserId::key).collect();
        let on_file = people::find(&mut tx, company, keys).await?;
        let people: BTreeSet<i64> = on_file.into_values().map(|p| p.person).collect();
        let at = millis(slice.fetched_at);
        coverage::mark(&mut tx, company, call, slice, &people, at, run).await?;
        tx.commit().await
    }

    /// The approvals of these numbers, those that are on file.
    pub async fn approvals_numbered(
        &self,
        numbers: &[String],
    ) -> Result<HashMap<String, Row<Approval>>> {
        let mut tx = self.read("reading approvals").await?;
        let scope = Scope::among("sp_no", numbers.to_vec());
        let company = self.company_id()?;
        let lines = APPROVAL.read(&mut tx, company, &scope, time::as_of(None)).await?;
        let filed = keyed(lines)?.into_iter();
        filed.map(|((_, number), text)| Ok((number, parsed(text)?))).collect()
    }

    /// The numbers of these people's approvals that are not decided yet, as far as is known.
    pub async fn pending_approvals(&self, people: &[UserId]) -> Result<BTreeSet<String>> {
        let company = self.company_id()?;
        let mut tx = self.read("reading approvals").await?;
        let mut pending = BTreeSet::new();
        for people in people.chunks(BATCH) {
            let ids: Vec<i64> =
                people::names(&mut tx, company, people).await?.into_keys().collect();
            // Narrows down what is read; a decided one may look so, for its steps have states too.
            let lines = tx
                .rows(
                    "SELECT sp_no, content FROM approval
                     WHERE company = $1 AND person IN $[2] AND known_to IS NULL
                        AND (content LIKE '%\"sp_status\":1%' OR content LIKE '%\"sp_status\":\"1%'
                            OR content NOT LIKE '%\"sp_status\"%')",
                    vec![company.into(), ids.into()],
                )
                .await?;
            for mut line in lines {
                let (number, approval) = (line.text()?, parsed(line.text()?)?);
                if matches!(approval.sp_status, None | Some(ApprovalStatus::Pending)) {
                    pending.insert(number);
                }
            }
        }
        Ok(pending)
    }
}

/// Approvals by the person and number under which they are filed.
type ByPerson = BTreeMap<(i64, String), String>;

fn keyed(lines: Vec<Line>) -> Result<ByPerson> {
    let line = |mut line: Line| Ok(((line.int()?, line.text()?), line.text()?));
    lines.into_iter().map(line).collect()
}

/// What changes, counted by approval: one that is for several people counts once.
fn by_number(on_file: &ByPerson, told: &ByPerson) -> Counts {
    let numbers = |keys: &mut dyn Iterator<Item = &(i64, String)>| -> BTreeSet<String> {
        keys.map(|(_, number)| number.clone()).collect()
    };
    let (known, all) = (numbers(&mut on_file.keys()), numbers(&mut told.keys()));
    let differ = told.iter().filter(|(key, text)| on_file.get(*key) != Some(*text));
    let changed = numbers(&mut differ.map(|(key, _)| key));
    let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    let revised = changed.intersection(&known).count();
    Counts {
        new: count(changed.len() - revised),
        revised: count(revised),
        unchanged: count(all.len() - changed.len()),
        ..Counts::default()
    }
}

/// How many people are asked about in one statement.
const BATCH: usize = 500;

fn parsed(text: String) -> Result<Row<Approval>> {
    const ODD: Error = Error::Content("an approval that is no JSON object");
    Row::from_raw(RawValue::from_string(text).map_err(|_| ODD)?).map_err(|_| ODD)
}

/// Each person's approvals.
pub(crate) async fn read(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    as_of: i64,
) -> Result<HashMap<i64, Vec<Row<Approval>>>> {
    let lines = APPROVAL.read(tx, company, &Scope::among("person", people), as_of).await?;
    let mut by_person: HashMap<i64, Vec<Row<Approval>>> = HashMap::new();
    for mut line in lines {
        let (person, _number, text) = (line.int()?, line.text()?, line.text()?);
        by_person.entry(person).or_default().push(parsed(text)?);
    }
    Ok(by_person)
}
