//! Approvals, each by its number.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::value::RawValue;
use wecom_checkin::{
    Row, UserId,
    approval::{Approval, ApprovalStatus},
};

use crate::{
    Counts, Error, Ledger, Result,
    db::{Table, Tx},
    people,
    shape::minified,
    time::{self, millis},
    version::later,
};

const APPROVAL: Table =
    Table { name: "approval", columns: &["company", "person", "sp_no", "known_from", "content"] };

impl Ledger {
    /// Takes in approvals. One that is on file with another content is revised.
    pub async fn commit_approvals(
        &self,
        at: Timestamp,
        approvals: &[Row<Approval>],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing approvals").await?;
        // Filed for several people it is everybody's; an approval of nobody is kept all the same.
        let applicants = |row: &Row<Approval>| {
            let mut all: Vec<UserId> = row.applicants().cloned().collect();
            if all.is_empty() {
                all.push(UserId::default());
            }
            all
        };
        let named: Vec<UserId> = approvals.iter().flat_map(applicants).collect();
        let filed = people::file(&mut tx, company, millis(at), &named).await?;
        let mut told: BTreeMap<(i64, String), String> = BTreeMap::new();
        for row in approvals {
            let number = row.sp_no.clone().unwrap_or_default();
            let content = minified(row.raw());
            for person in applicants(row).iter().filter_map(|userid| filed.get(&userid.key())) {
                told.insert((person.person, number.clone()), content.clone().into_owned());
            }
        }
        let ids: Vec<i64> = filed.values().map(|p| p.person).collect();
        let lines = tx
            .rows(
                "SELECT person, sp_no, known_from, known_to, content FROM approval
                 WHERE company = $1 AND person IN $[2]",
                vec![company.into(), ids.into()],
            )
            .await?;
        let (mut on_file, mut taken) = (HashMap::new(), None);
        for mut line in lines {
            let (key, from) = ((line.int()?, line.text()?), line.int()?);
            let (to, content) = (line.opt_int()?, line.text()?);
            taken = taken.max(to).max(Some(from));
            if to.is_none() {
                on_file.insert(key, content);
            }
        }
        let at = later(millis(at), [taken]);
        let mut counts = Counts::default();
        let mut opened = Vec::new();
        for (key, content) in told {
            match on_file.get(&key) {
                Some(earlier) if *earlier == content => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) => {
                    counts.revised += 1;
                    tx.run(
                        "UPDATE approval SET known_to = $4
                         WHERE company = $1 AND person = $2 AND sp_no = $3 AND known_to IS NULL",
                        vec![company.into(), key.0.into(), key.1.as_str().into(), at.into()],
                    )
                    .await?;
                }
                None => counts.new += 1,
            }
            opened.extend([company.into(), key.0.into(), key.1.into(), at.into(), content.into()]);
        }
        tx.insert(&APPROVAL, opened).await?;
        tx.commit().await?;
        Ok(counts)
    }
}

impl Ledger {
    /// Where the approvals of these numbers stand, those that are on file.
    pub async fn approval_states(
        &self,
        numbers: &[String],
        as_of: Option<Timestamp>,
    ) -> Result<HashMap<String, Option<ApprovalStatus>>> {
        let mut tx = self.read("reading approvals").await?;
        let lines = tx
            .rows(
                "SELECT sp_no, content FROM approval
                 WHERE company = $1 AND sp_no IN $[2]
                    AND known_from <= $3 AND (known_to IS NULL OR known_to > $3)",
                vec![self.company_id()?.into(), numbers.to_vec().into(), time::as_of(as_of).into()],
            )
            .await?;
        lines
            .into_iter()
            .map(|mut line| Ok((line.text()?, parsed(line.text()?)?.sp_status)))
            .collect()
    }
}

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
    let lines = tx
        .rows(
            "SELECT person, content FROM approval
             WHERE company = $1 AND person IN $[2]
                AND known_from <= $3 AND (known_to IS NULL OR known_to > $3)
             ORDER BY person, sp_no",
            vec![company.into(), people.into(), as_of.into()],
        )
        .await?;
    let mut by_person: HashMap<i64, Vec<Row<Approval>>> = HashMap::new();
    for mut line in lines {
        let (person, text) = (line.int()?, line.text()?);
        by_person.entry(person).or_default().push(parsed(text)?);
    }
    Ok(by_person)
}
