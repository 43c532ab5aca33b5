//! Runs: who asked WeCom, when, and how it ended.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use wecom_checkin::UserId;

use crate::{
    Counts, Error, Ledger, Result,
    db::Table,
    time::{instant, millis},
};

/// One `sync`, from its start on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct RunId(pub(crate) i64);

impl RunId {
    /// Its number: runs are counted from 1, a company's each by itself.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RunEnd {
    /// What its record slices changed.
    pub records: Counts,
    /// What was asked for and not got.
    pub failed: Vec<FailedSlice>,
}

/// A slice that could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedSlice {
    /// The call, as WeCom names it.
    pub call: String,
    /// Whom it was to ask about.
    pub users: Vec<UserId>,
    /// First day.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
    /// Why it failed.
    pub reason: String,
}

/// A run as the ledger remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Which.
    pub id: RunId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` while it runs, or when it was killed.
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub end: Option<RunEnd>,
}

const RUN: Table<'_> = Table { name: "run", columns: &["company", "run", "started_at"] };
const RUN_END: Table<'_> =
    Table { name: "run_end", columns: &["company", "run", "ended_at", "outcome"] };

impl Ledger {
    /// Notes that a run begins.
    pub async fn begin_run(&self, at: Timestamp) -> Result<RunId> {
        let company = self.company_id()?;
        let mut tx = self.write("beginning a run").await?;
        let run = tx
            .row(
                "SELECT coalesce(max(run), 0) + 1 FROM run WHERE company = $1",
                vec![company.into()],
            )
            .await?
            .int()?;
        tx.insert(&RUN, vec![company.into(), run.into(), millis(at).into()]).await?;
        tx.commit().await?;
        Ok(RunId(run))
    }

    /// Notes how a run ended.
    pub async fn end_run(&self, run: RunId, at: Timestamp, end: &RunEnd) -> Result<()> {
        let company = self.company_id()?;
        let outcome = serde_json::to_string(end).map_err(|_| ODD)?;
        let mut tx = self.write("ending a run").await?;
        let row = vec![company.into(), run.0.into(), millis(at).into(), outcome.into()];
        tx.insert(&RUN_END, row).await?;
        tx.commit().await
    }

    /// The last run; `None` before the first.
    pub async fn last_run(&self) -> Result<Option<Run>> {
        Ok(self.runs(1).await?.into_iter().next())
    }

    /// The last runs, latest first.
    pub async fn runs(&self, limit: u32) -> Result<Vec<Run>> {
        self.runs_before(None, limit).await
    }

    /// The last runs of those with a smaller number, latest first.
    pub async fn runs_before(&self, number: Option<i64>, limit: u32) -> Result<Vec<Run>> {
        let mut tx = self.read("reading runs").await?;
        let lines = tx
            .rows(
                "SELECT r.run, r.started_at, e.ended_at, e.outcome
                 FROM run AS r LEFT JOIN run_end AS e ON e.company = r.company AND e.run = r.run
                 WHERE r.company = $1 AND r.run < $2 ORDER BY r.run DESC LIMIT $3",
                vec![
                    self.company_id()?.into(),
                    number.unwrap_or(i64::MAX).into(),
                    i64::from(limit).into(),
                ],
            )
            .await?;
        lines
            .into_iter()
            .map(|mut line| {
                Ok(Run {
                    id: RunId(line.int()?),
                    started_at: instant(line.int()?),
                    ended_at: line.opt_int()?.map(instant),
                    end: match line.opt_text()? {
                        Some(outcome) => Some(serde_json::from_str(&outcome).map_err(|_| ODD)?),
                        None => None,
                    },
                })
            })
            .collect()
    }
}

const ODD: Error = Error::Content("a run that is no JSON object");
