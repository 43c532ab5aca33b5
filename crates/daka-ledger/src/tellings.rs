//! What people are told, and how far that has come: work state, no fact.
//!
//! A finding to tell is noted, claimed by one run for a while (its lease), sent, and confirmed. A
//! run that is killed leaves claims behind that end by themselves: whoever runs next claims them
//! again. What is confirmed is never handed out again.

use std::collections::HashSet;

use attendance::verdict::FindingKind;
use jiff::{Timestamp, civil::Date};
use wecom_checkin::UserId;

use crate::{
    Error, Ledger, Result,
    db::{Line, Table, Value},
    people,
    time::{date_of, day_number, instant, millis},
    versioned::later,
};

/// A finding, and whom it is to be told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Telling {
    /// The receiver, as the settings name it.
    pub receiver: String,
    /// Whom of the receiver's; empty where a receiver is one by itself, such as a group's robot.
    pub recipient: String,
    /// Whose day it is.
    pub userid: UserId,
    /// The attendance day.
    pub date: Date,
    /// What was found.
    pub kind: FindingKind,
    /// Seconds where the kind has a duration, else how often. Another amount is another finding.
    pub amount: i64,
}

/// A telling that is not confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untold {
    number: i64,
    /// What is to be told.
    pub telling: Telling,
    /// Whether the same recipient was told another amount of this kind and day.
    pub corrects: bool,
    /// Until when another run has claimed it; an instant long ago where none has.
    pub lease_until: Timestamp,
}

/// The right to tell something, for a while.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "what is claimed is told by nobody else until the lease ends"]
pub struct Claim {
    number: i64,
    numbers: Vec<i64>,
    /// When the right ends.
    pub until: Timestamp,
}

/// A telling and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// What and whom.
    pub telling: Telling,
    /// When it was first noted.
    pub noted_at: Timestamp,
    /// How far it has come.
    pub progress: Progress,
    /// How often it was claimed.
    pub tries: u32,
    /// Why the last try failed.
    pub trouble: Option<String>,
}

/// How far a telling has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It waits for a run.
    Waiting,
    /// A run has claimed it.
    Claimed {
        /// When that ends.
        until: Timestamp,
    },
    /// Its delivery was confirmed.
    Told {
        /// When.
        at: Timestamp,
    },
}

const TELLING: Table<'_> = Table {
    name: "telling",
    columns: &[
        "company",
        "telling",
        "receiver",
        "recipient",
        "person",
        "day",
        "kind",
        "amount",
        "noted_at",
    ],
};
const ODD: Error = Error::Content("a telling of an unknown kind of finding");

impl Ledger {
    /// Notes what is to be told. What is noted already, told or not, stays as it is.
    pub async fn note_tellings(&self, at: Timestamp, tellings: &[Telling]) -> Result<()> {
        if tellings.is_empty() {
            return Ok(());
        }
        let company = self.company_id()?;
        let mut tx = self.write("noting what is to be told").await?;
        let users = tellings.iter().map(|telling| &telling.userid);
        let filed = people::file(&mut tx, company, millis(at), users).await?;
        // A number that was forgotten is not given again, nor is a claim's: someone may hold it.
        let last = "SELECT max(telling) FROM telling WHERE company = $1";
        let next = later(millis(at), [tx.row(last, vec![company.into()]).await?.opt_int()?]);
        let mut values = Vec::new();
        for (number, telling) in (next..).zip(tellings) {
            let Some(person) = filed.get(&telling.userid.key()) else { continue };
            values.extend([company.into(), number.into()]);
            values.extend([telling.receiver.as_str().into(), telling.recipient.as_str().into()]);
            values.extend([person.person.into(), day_number(telling.date).into()]);
            values.extend([word(telling.kind)?.into(), telling.amount.into(), millis(at).into()]);
        }
        tx.insert(&TELLING, values).await?;
        tx.commit().await
    }

    /// What a receiver has not been told, by person's userid, then day.
    pub async fn untold(&self, receiver: &str) -> Result<Vec<Untold>> {
        let mut tx = self.read("reading what is to be told").await?;
        let lines = tx
            .rows(
                "SELECT t.receiver, t.recipient, p.userid, t.day, t.kind, t.amount,
                    t.telling, t.lease_until,
                    CASE WHEN EXISTS (
                        SELECT 1 FROM telling AS o
                        WHERE o.company = t.company AND o.person = t.person AND o.day = t.day
                            AND o.kind = t.kind AND o.receiver = t.receiver
                            AND o.recipient = t.recipient AND o.told_at IS NOT NULL
                    ) THEN 1 ELSE 0 END
                 FROM telling AS t JOIN person AS p
                    ON p.company = t.company AND p.person = t.person
                 WHERE t.company = $1 AND t.receiver = $2 AND t.told_at IS NULL",
                vec![self.company_id()?.into(), receiver.into()],
            )
            .await?;
        let read = |mut line: Line| {
            let telling = telling(&mut line)?;
            let (number, lease_until) = (line.int()?, instant(line.int()?));
            Ok(Untold { number, telling, corrects: line.int()? == 1, lease_until })
        };
        let mut untold: Vec<Untold> = lines.into_iter().map(read).collect::<Result<_>>()?;
        untold.sort_unstable_by(|a, b| in_order(&a.telling, &b.telling));
        Ok(untold)
    }

    /// Claims what is neither told nor claimed by another, until an instant. Hands back those that
    /// were claimed.
    pub async fn claim_tellings(
        &self,
        at: Timestamp,
        until: Timestamp,
        untold: Vec<Untold>,
    ) -> Result<(Claim, Vec<Untold>)> {
        let company = self.company_id()?;
        let mut tx = self.write("claiming what is to be told").await?;
        let last = "SELECT max(claim) FROM telling WHERE company = $1";
        let claim = later(millis(at), [tx.row(last, vec![company.into()]).await?.opt_int()?]);
        tx.run(
            "UPDATE telling SET claim = $3, lease_until = $4, tries = tries + 1
             WHERE company = $1 AND telling IN $[2] AND told_at IS NULL AND lease_until <= $5",
            vec![
                company.into(),
                numbers(&untold).into(),
                claim.into(),
                millis(until).into(),
                millis(at).into(),
            ],
        )
        .await?;
        let claimed = tx
            .rows(
                "SELECT telling FROM telling WHERE company = $1 AND claim = $2",
                vec![company.into(), claim.into()],
            )
            .await?;
        let claimed: HashSet<i64> =
            claimed.into_iter().map(|mut line| line.int()).collect::<Result<_>>()?;
        tx.commit().await?;
        let untold: Vec<Untold> =
            untold.into_iter().filter(|untold| claimed.contains(&untold.number)).collect();
        Ok((Claim { number: claim, numbers: numbers(&untold), until }, untold))
    }

    /// Confirms that what was claimed has been told.
    pub async fn confirm_tellings(&self, claim: &Claim, at: Timestamp) -> Result<()> {
        // By the rows, not by the claim: what was told was told, however late this is said.
        let mut tx = self.write("confirming what was told").await?;
        tx.run(
            "UPDATE telling SET told_at = $3, lease_until = 0, trouble = NULL
             WHERE company = $1 AND telling IN $[2] AND told_at IS NULL",
            vec![self.company_id()?.into(), claim.numbers.clone().into(), millis(at).into()],
        )
        .await?;
        tx.commit().await
    }

    /// Notes why what was claimed could not be told. With `at_once` the next run may claim it, else
    /// only after the lease: it may have been told after all.
    pub async fn fail_tellings(&self, claim: &Claim, trouble: &str, at_once: bool) -> Result<()> {
        let mut tx = self.write("noting what could not be told").await?;
        let lease_until = if at_once { 0 } else { millis(claim.until) };
        tx.run(
            "UPDATE telling SET trouble = $4, lease_until = $5
             WHERE company = $1 AND telling IN $[2] AND claim = $3 AND told_at IS NULL",
            vec![
                self.company_id()?.into(),
                claim.numbers.clone().into(),
                claim.number.into(),
                trouble.into(),
                lease_until.into(),
            ],
        )
        .await?;
        tx.commit().await
    }

    /// Forgets what need not be told any more; what another run has claimed stays.
    pub async fn drop_tellings(&self, at: Timestamp, untold: &[Untold]) -> Result<()> {
        if untold.is_empty() {
            return Ok(());
        }
        let mut tx = self.write("forgetting what need not be told").await?;
        tx.run(
            "DELETE FROM telling
             WHERE company = $1 AND telling IN $[2] AND told_at IS NULL AND lease_until <= $3",
            vec![self.company_id()?.into(), numbers(untold).into(), millis(at).into()],
        )
        .await?;
        tx.commit().await
    }

    /// What was noted for these days, told or not, by person's userid, then day.
    pub async fn tellings(&self, from: Date, to: Date, now: Timestamp) -> Result<Vec<Noted>> {
        let mut tx = self.read("reading what was told").await?;
        let lines = tx
            .rows(
                "SELECT t.receiver, t.recipient, p.userid, t.day, t.kind, t.amount,
                    t.noted_at, t.told_at, t.lease_until, t.tries, t.trouble
                 FROM telling AS t JOIN person AS p
                    ON p.company = t.company AND p.person = t.person
                 WHERE t.company = $1 AND t.day BETWEEN $2 AND $3",
                vec![
                    self.company_id()?.into(),
                    Value::Int(day_number(from)),
                    Value::Int(day_number(to)),
                ],
            )
            .await?;
        let read = |mut line: Line| {
            let telling = telling(&mut line)?;
            let (noted_at, told_at) = (instant(line.int()?), line.opt_int()?);
            let until = instant(line.int()?);
            let progress = match told_at {
                Some(at) => Progress::Told { at: instant(at) },
                None if until > now => Progress::Claimed { until },
                None => Progress::Waiting,
            };
            let tries = u32::try_from(line.int()?).unwrap_or(u32::MAX);
            Ok(Noted { telling, noted_at, progress, tries, trouble: line.opt_text()? })
        };
        let mut noted: Vec<Noted> = lines.into_iter().map(read).collect::<Result<_>>()?;
        noted.sort_unstable_by(|a, b| in_order(&a.telling, &b.telling));
        Ok(noted)
    }
}

fn in_order(a: &Telling, b: &Telling) -> std::cmp::Ordering {
    (&a.userid, a.date, a).cmp(&(&b.userid, b.date, b))
}

fn numbers(untold: &[Untold]) -> Vec<i64> {
    untold.iter().map(|untold| untold.number).collect()
}

/// The first six columns of a question.
fn telling(line: &mut Line) -> Result<Telling> {
    let (receiver, recipient) = (line.text()?, line.text()?);
    let (userid, date) = (UserId::from(line.text()?), date_of(line.int()?));
    let kind = serde_json::from_value(line.text()?.into()).map_err(|_| ODD)?;
    Ok(Telling { receiver, recipient, userid, date, kind, amount: line.int()? })
}

/// A kind as verdicts spell it.
fn word(kind: FindingKind) -> Result<String> {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(ODD),
    }
}
