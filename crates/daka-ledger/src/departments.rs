//! Departments: the company's tree, as it was and as it is.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::value::RawValue;
use wecom_checkin::{Row, contact::Department};

use crate::{
    Counts, Error, Ledger, Result,
    diff::Fact,
    shape::minified,
    time::{self, millis},
    versioned::{Scope, VersionedTable},
};

pub(crate) const DEPARTMENT: VersionedTable = VersionedTable {
    name: "department",
    key: &["department"],
    numbered: false,
    content: &["content"],
};
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
        let told = told
            .into_iter()
            .map(|(id, text)| Fact { identity: vec![id.into()], content: vec![text.into()] })
            .collect();
        let all = Scope::default();
        let (counts, _) =
            DEPARTMENT.replace(&mut tx, company, millis(at), &all, |_| true, told).await?;
        tx.commit().await?;
        Ok(counts)
    }

    /// The tree as WeCom sent it, by id.
    pub async fn departments(&self, as_of: Option<Timestamp>) -> Result<Vec<Row<Department>>> {
        let mut tx = self.read("reading departments").await?;
        let (company, as_of) = (self.company_id()?, time::as_of(as_of));
        let lines = DEPARTMENT.read(&mut tx, company, &Scope::default(), as_of).await?;
        lines
            .into_iter()
            .map(|mut line| {
                line.int()?;
                let raw = RawValue::from_string(line.text()?).map_err(|_| ODD)?;
                Row::from_raw(raw).map_err(|_| ODD)
            })
            .collect()
    }
}
