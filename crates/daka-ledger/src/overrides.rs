//! Overrides: what people decided about days, and what they took back.

use std::collections::HashMap;

use attendance::Override;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use wecom_checkin::UserId;

use crate::{
    Error, Ledger, Result,
    db::{Tx, Value},
    diff::Fact,
    people,
    time::{self, millis},
    versioned::{Scope, VersionedTable},
};

pub(crate) const DECISION: VersionedTable = VersionedTable {
    name: "decision",
    key: &["person", "decision"],
    numbered: false,
    content: &["content"],
};
const ODD: Error = Error::Content("a decision that cannot be read");

/// A decision on somebody's day, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Whose day it is about.
    pub userid: UserId,
    /// The decision.
    #[serde(flatten)]
    pub decision: Override,
    /// When it was taken back, by whom and why; `None` while it holds.
    pub removed: Option<Removal>,
}

/// A decision taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Who took it back, where that was said.
    pub by: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

impl Ledger {
    /// Files a decision under the next free number, which it hands back; the number of the one
    /// handed over means nothing. `None` for somebody who is not on file.
    pub async fn add_override(
        &self,
        at: Timestamp,
        userid: &UserId,
        decision: Override,
    ) -> Result<Option<Decided>> {
        let company = self.company_id()?;
        let mut tx = self.write("filing a decision").await?;
        let names = people::names(&mut tx, company, std::slice::from_ref(userid)).await?;
        let Some((person, userid)) = names.into_iter().next() else { return Ok(None) };
        let next = "SELECT coalesce(max(decision), 0) + 1 FROM decision WHERE company = $1";
        let id = tx.row(next, vec![company.into()]).await?.int()?;
        let decided = Decided { userid, decision: Override { id, ..decision }, removed: None };
        file(&mut tx, company, at, person, &decided).await?;
        tx.commit().await?;
        Ok(Some(decided))
    }

    /// Takes a decision back; it stays on file. `None` where no decision that holds has the number.
    pub async fn remove_override(&self, id: i64, removal: Removal) -> Result<Option<Decided>> {
        let company = self.company_id()?;
        let mut tx = self.write("taking a decision back").await?;
        let lines = DECISION
            .read(&mut tx, company, &Scope::among("decision", vec![id]), time::as_of(None))
            .await?;
        let Some(mut line) = lines.into_iter().next() else { return Ok(None) };
        let (person, _, text) = (line.int()?, line.int()?, line.text()?);
        let mut decided = parsed(&text)?;
        if decided.removed.is_some() {
            return Ok(None);
        }
        let at = removal.at;
        decided.removed = Some(removal);
        file(&mut tx, company, at, person, &decided).await?;
        tx.commit().await?;
        Ok(Some(decided))
    }

    /// Every decision, those taken back too, by number.
    pub async fn overrides(&self, as_of: Option<Timestamp>) -> Result<Vec<Decided>> {
        let mut tx = self.read("reading decisions").await?;
        let (company, as_of) = (self.company_id()?, time::as_of(as_of));
        let lines = DECISION.read(&mut tx, company, &Scope::default(), as_of).await?;
        let mut decided: Vec<Decided> = Vec::with_capacity(lines.len());
        for mut line in lines {
            let (_person, _number, text) = (line.int()?, line.int()?, line.text()?);
            decided.push(parsed(&text)?);
        }
        decided.sort_by_key(|decided| decided.decision.id);
        Ok(decided)
    }
}

async fn file(
    tx: &mut Tx,
    company: i64,
    at: Timestamp,
    person: i64,
    decided: &Decided,
) -> Result<()> {
    let text = serde_json::to_string(decided).map_err(|_| ODD)?;
    let identity: Vec<Value> = vec![person.into(), decided.decision.id.into()];
    let told = vec![Fact { identity, content: vec![text.into()] }];
    let scope = Scope::among("decision", vec![decided.decision.id]);
    DECISION.replace(tx, company, millis(at), &scope, |_| false, told).await.map(drop)
}

fn parsed(text: &str) -> Result<Decided> {
    serde_json::from_str(text).map_err(|_| ODD)
}

/// What holds of each person.
pub(crate) async fn read(
    tx: &mut Tx,
    company: i64,
    people: &[i64],
    as_of: i64,
) -> Result<HashMap<i64, Vec<Override>>> {
    let lines = DECISION.read(tx, company, &Scope::among("person", people), as_of).await?;
    let mut by_person: HashMap<i64, Vec<Override>> = HashMap::new();
    for mut line in lines {
        let (person, _number, text) = (line.int()?, line.int()?, line.text()?);
        let decided = parsed(&text)?;
        if decided.removed.is_none() {
            by_person.entry(person).or_default().push(decided.decision);
        }
    }
    Ok(by_person)
}
