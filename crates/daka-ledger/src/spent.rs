//! How often calls were made lately, so that whoever syncs a company next keeps to its quotas.
//!
//! These are no facts: a run's numbers are replaced by its later ones and thrown away with time.

use jiff::{SignedDuration, Timestamp};

use crate::{Ledger, Result, RunId, db::Table};

/// A minute of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minute(i64);

/// How often a call was made in a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spent {
    /// The call, as WeCom names it.
    pub call: String,
    /// The minute.
    pub minute: Minute,
    /// How often.
    pub calls: u32,
}

const SPENT: Table<'_> =
    Table { name: "spent", columns: &["company", "run", "call", "minute", "calls"] };
const MINUTE_SEC: i64 = 60;

impl Minute {
    /// The minute of an instant.
    pub fn of(at: Timestamp) -> Self {
        Self(at.as_second().div_euclid(MINUTE_SEC))
    }

    /// The first instant after it.
    pub fn end(self) -> Timestamp {
        let end = SignedDuration::from_secs(self.0.saturating_add(1).saturating_mul(MINUTE_SEC));
        Timestamp::from_duration(end).unwrap_or(Timestamp::MAX)
    }
}

impl Ledger {
    /// Notes all that a run has spent, in the place of what was noted of it before. What any run
    /// spent before the minute `oldest` is thrown away.
    pub async fn note_spent(&self, run: RunId, spent: &[Spent], oldest: Minute) -> Result<()> {
        let company = self.company_id()?;
        let mut tx = self.write("noting what was spent").await?;
        tx.run(
            "DELETE FROM spent WHERE company = $1 AND (run = $2 OR minute < $3)",
            vec![company.into(), run.0.into(), oldest.0.into()],
        )
        .await?;
        let mut values = Vec::new();
        for Spent { call, minute, calls } in spent {
            values.extend([company.into(), run.0.into(), call.as_str().into()]);
            values.extend([minute.0.into(), i64::from(*calls).into()]);
        }
        tx.insert(&SPENT, values).await?;
        tx.commit().await
    }

    /// What the runs of this company have spent from a minute on, killed ones included.
    pub async fn spent(&self, since: Minute) -> Result<Vec<Spent>> {
        let mut tx = self.read("reading what was spent").await?;
        let lines = tx
            .rows(
                "SELECT call, minute, calls FROM spent
                 WHERE company = $1 AND minute >= $2 ORDER BY minute, call, run",
                vec![self.company_id()?.into(), since.0.into()],
            )
            .await?;
        lines
            .into_iter()
            .map(|mut line| {
                let (call, minute) = (line.text()?, Minute(line.int()?));
                let calls = u32::try_from(line.int()?.max(0)).unwrap_or(u32::MAX);
                Ok(Spent { call, minute, calls })
            })
            .collect()
    }
}
