//! Closings: months frozen for payroll, byte for byte.

use std::{
    collections::{BTreeSet, HashMap},
    io::{Read as _, Write as _},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use wecom_checkin::{UserId, UserKey};

use crate::{
    Error, Ledger, Result,
    db::{Line, Table, Tx, Value},
    time::{date_of, day_number, instant, millis},
};

const CLOSING: Table<'_> = Table {
    name: "closing",
    columns: &[
        "company",
        "closing",
        "month",
        "nr",
        "closed_at",
        "closed_by",
        "everyone",
        "people",
        "person_days",
        "sha256",
        "lang",
        "policy",
    ],
};
const FROZEN: Table<'_> =
    Table { name: "frozen", columns: &["company", "closing", "userkey", "content"] };
const ODD: Error = Error::Content("a closing that cannot be read");

/// What a closing is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClosing {
    /// The first day of the month.
    pub month: Date,
    /// When it was closed; what was known then is what was judged.
    pub closed_at: Timestamp,
    /// Who closed it, where that was said.
    pub by: Option<String>,
    /// Whether it is of the whole company: then nobody else has days in the month.
    pub everyone: bool,
    /// People whose days are frozen.
    pub people: u64,
    /// Days of theirs.
    pub person_days: u64,
    /// SHA-256 over the verdict lines in that language, one line feed a line, in hex.
    pub sha256: String,
    /// `en` or `zh`.
    pub lang: String,
    /// The policy that they were judged under, as JSON.
    pub policy: String,
}

/// A month that was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Its number in the company.
    pub id: i64,
    /// Its number in its month, from 1.
    pub nr: i64,
    /// What was closed.
    pub closed: NewClosing,
    /// That it was opened again; `None` while it is in force.
    pub reopened: Option<Reopening>,
}

/// That a month was opened again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    /// When.
    pub at: Timestamp,
    /// Who did it, where that was said.
    pub by: Option<String>,
    /// Why.
    pub why: String,
}

impl Closing {
    /// Whether it was in force at an instant; at the latest without one.
    pub fn is_in_force(&self, as_of: Option<Timestamp>) -> bool {
        match as_of {
            None => self.reopened.is_none(),
            Some(at) => {
                let opened = self.reopened.as_ref().is_some_and(|reopened| reopened.at <= at);
                self.closed.closed_at <= at && !opened
            }
        }
    }
}

/// One person's frozen month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frozen {
    /// The person, spelled as the lines spell it.
    pub userid: UserId,
    /// The days, in order of date.
    pub days: Vec<FrozenDay>,
}

/// The verdict on a frozen day as JSON, once for each language of its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenDay {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Frozen {
    fn pack(&self) -> Result<String> {
        let json = serde_json::to_vec(self).map_err(|_| ODD)?;
        let mut deflater = DeflateEncoder::new(Vec::new(), Compression::default());
        deflater.write_all(&json).map_err(|_| ODD)?;
        Ok(BASE64_STANDARD.encode(deflater.finish().map_err(|_| ODD)?))
    }

    fn unpack(text: &str) -> Result<Self> {
        let deflated = BASE64_STANDARD.decode(text).map_err(|_| ODD)?;
        let mut json = Vec::new();
        DeflateDecoder::new(deflated.as_slice()).read_to_end(&mut json).map_err(|_| ODD)?;
        serde_json::from_slice(&json).map_err(|_| ODD)
    }
}

/// A closing on its way into the ledger; nothing is closed unless it is finished.
#[derive(Debug)]
pub struct ClosingDraft {
    tx: Tx,
    company: i64,
    id: i64,
}

impl ClosingDraft {
    /// Adds people.
    pub async fn add(&mut self, people: &[Frozen]) -> Result<()> {
        let mut values: Vec<Value> = Vec::with_capacity(people.len() * FROZEN.columns.len());
        for frozen in people {
            let key = frozen.userid.key();
            let key = key.as_str().into();
            values.extend([self.company.into(), self.id.into(), key, frozen.pack()?.into()]);
        }
        self.tx.insert(&FROZEN, values).await
    }

    /// Closes; `None`, and nothing is closed, where one of these people is frozen in that month
    /// already.
    pub async fn finish(mut self, closed: NewClosing) -> Result<Option<Closing>> {
        let month = day_number(closed.month);
        // Whoever is in neither is frozen by a closing of everyone, without days.
        let sql = "SELECT count(*) FROM closing AS c
             WHERE c.company = $1 AND c.month = $2 AND c.reopened_at IS NULL
                AND (c.everyone = 1 OR $3 = 1 OR EXISTS (
                    SELECT 1 FROM frozen AS f JOIN frozen AS g
                        ON g.company = f.company AND g.userkey = f.userkey
                    WHERE f.company = c.company AND f.closing = c.closing AND g.closing = $4))";
        let everyone = i64::from(closed.everyone);
        let values = vec![self.company.into(), month.into(), everyone.into(), self.id.into()];
        if self.tx.row(sql, values).await?.int()? > 0 {
            return Ok(None);
        }
        let next = "SELECT coalesce(max(nr), 0) + 1 FROM closing WHERE company = $1 AND month = $2";
        let nr = self.tx.row(next, vec![self.company.into(), month.into()]).await?.int()?;
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX).into();
        let values = vec![
            self.company.into(),
            self.id.into(),
            month.into(),
            nr.into(),
            millis(closed.closed_at).into(),
            closed.by.clone().into(),
            everyone.into(),
            count(closed.people),
            count(closed.person_days),
            closed.sha256.clone().into(),
            closed.lang.clone().into(),
            closed.policy.clone().into(),
        ];
        self.tx.insert(&CLOSING, values).await?;
        self.tx.commit().await?;
        Ok(Some(Closing { id: self.id, nr, closed, reopened: None }))
    }
}

impl Ledger {
    /// Begins to close a month. Nobody else writes facts until it is finished or dropped.
    pub async fn begin_closing(&self) -> Result<ClosingDraft> {
        let company = self.company_id()?;
        let mut tx = self.write("closing a month").await?;
        let next = "SELECT coalesce(max(closing), 0) + 1 FROM closing WHERE company = $1";
        let id = tx.row(next, vec![company.into()]).await?.int()?;
        Ok(ClosingDraft { tx, company, id })
    }

    /// Every closing, those opened again too, by month, then number.
    pub async fn closings(&self) -> Result<Vec<Closing>> {
        let mut tx = self.read("reading closings").await?;
        let lines = tx
            .rows(
                "SELECT closing, month, nr, closed_at, closed_by, everyone, people, person_days,
                    sha256, lang, policy, reopened_at, reopened_by, reopened_why
                 FROM closing WHERE company = $1 ORDER BY month, nr",
                vec![self.company_id()?.into()],
            )
            .await?;
        lines.into_iter().map(closing).collect()
    }

    /// Opens a month again: every closing of it that is in force. What was closed stays on file.
    pub async fn reopen(&self, month: Date, reopening: &Reopening) -> Result<Vec<Closing>> {
        let mut open = self.closings().await?;
        open.retain(|closing| closing.closed.month == month && closing.reopened.is_none());
        let mut tx = self.write("opening a month again").await?;
        tx.run(
            "UPDATE closing SET reopened_at = $3, reopened_by = $4, reopened_why = $5
             WHERE company = $1 AND closing IN $[2] AND reopened_at IS NULL",
            vec![
                self.company_id()?.into(),
                open.iter().map(|closing| closing.id).collect::<Vec<_>>().into(),
                millis(reopening.at).into(),
                reopening.by.clone().into(),
                reopening.why.as_str().into(),
            ],
        )
        .await?;
        tx.commit().await?;
        for closing in &mut open {
            closing.reopened = Some(reopening.clone());
        }
        Ok(open)
    }

    /// What a closing froze of these people.
    pub async fn frozen(
        &self,
        closing: i64,
        people: &[UserId],
    ) -> Result<HashMap<UserKey, Frozen>> {
        let mut tx = self.read("reading a closed month").await?;
        let keys: BTreeSet<UserKey> = people.iter().map(UserId::key).collect();
        let keys: Vec<String> = keys.into_iter().map(|key| key.as_str().to_owned()).collect();
        let lines = tx
            .rows(
                "SELECT content FROM frozen
                 WHERE company = $1 AND closing = $2 AND userkey IN $[3]",
                vec![self.company_id()?.into(), closing.into(), keys.into()],
            )
            .await?;
        let frozen = lines.into_iter().map(|mut line| {
            let frozen = Frozen::unpack(&line.text()?)?;
            Ok((frozen.userid.key(), frozen))
        });
        frozen.collect()
    }
}

/// The columns of a question.
fn closing(mut line: Line) -> Result<Closing> {
    let (id, month, nr) = (line.int()?, date_of(line.int()?), line.int()?);
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let closed = NewClosing {
        month,
        closed_at: instant(line.int()?),
        by: line.opt_text()?,
        everyone: line.int()? == 1,
        people: count(line.int()?),
        person_days: count(line.int()?),
        sha256: line.text()?,
        lang: line.text()?,
        policy: line.text()?,
    };
    let (at, by, why) = (line.opt_int()?, line.opt_text()?, line.opt_text()?);
    let reopened = at.map(|at| Reopening { at: instant(at), by, why: why.unwrap_or_default() });
    Ok(Closing { id, nr, closed, reopened })
}
