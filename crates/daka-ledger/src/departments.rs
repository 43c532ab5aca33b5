//! Departments: the company's tree, as it was and as it is.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::value::RawValue;
use wecom_checkin::{Row, contact::Department};

use crate::{
    Counts, Error, Ledger, Result,
    db::Table,
    shape::minified,
    time::{self, millis},
    version::after,
};

const DEPARTMENT: Table =
    Table { name: "department", columns: &["company", "department", "known_from", "content"] };
const ODD: Error = Error::Content("a department that is no JSON object");

impl Ledger {
    /// Takes in the whole tree: a department that is not in it is no more. A row without an id is
    /// left out; of two with the same id the last counts.
    pub async fn commit_departments(
        &self,
        at: Timestamp,
        departments: &[Row<Department>],
    ) -> Result<Counts> {
        let company = self.company_id()?;
        let mut tx = self.write("filing departments").await?;
        let told: BTreeMap<i64, String> = departments
            .iter()
            .filter_map(|row| Some((row.id?.0, minified(row.raw()).into_owned())))
            .collect();
        let mut on_file: BTreeMap<i64, String> = tx
            .rows(
                "SELECT department, content FROM department
                 WHERE company = $1 AND known_to IS NULL",
                vec![company.into()],
            )
            .await?
            .into_iter()
            .map(|mut line| Ok((line.int()?, line.text()?)))
            .collect::<Result<_>>()?;
        let at = after(&mut tx, company, "department", millis(at)).await?;
        let mut counts = Counts::default();
        let (mut opened, mut closed) = (Vec::new(), Vec::new());
        for (id, content) in told {
            match on_file.remove(&id) {
                Some(earlier) if earlier == content => {
                    counts.unchanged += 1;
                    continue;
                }
                Some(_) => {
                    counts.revised += 1;
                    closed.push(id);
                }
                None => counts.new += 1,
            }
            opened.extend([company.into(), id.into(), at.into(), content.into()]);
        }
        counts.withdrawn = u64::try_from(on_file.len()).unwrap_or(u64::MAX);
        closed.extend(on_file.into_keys());
        tx.run(
            "UPDATE department SET known_to = $3
             WHERE company = $1 AND department IN $[2] AND known_to IS NULL",
            vec![company.into(), closed.into(), at.into()],
        )
        .await?;
        tx.insert(&DEPARTMENT, opened).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// The tree as WeCom sent it, by id.
    pub async fn departments(&self, as_of: Option<Timestamp>) -> Result<Vec<Row<Department>>> {
        let mut tx = self.read("reading departments").await?;
        let lines = tx
            .rows(
                "SELECT content FROM department
                 WHERE company = $1 AND known_from <= $2 AND (known_to IS NULL OR known_to > $2)
                 ORDER BY department",
                vec![self.company_id()?.into(), time::as_of(as_of).into()],
            )
            .await?;
        lines
            .into_iter()
            .map(|mut line| {
                let raw = RawValue::from_string(line.text()?).map_err(|_| ODD)?;
                Row::from_raw(raw).map_err(|_| ODD)
            })
            .collect()
    }
}
