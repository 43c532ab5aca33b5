//! The turns of a person's time in the company: joined, moved, left.

use jiff::Timestamp;
use serde::Serialize;
use wecom_checkin::UserId;

use crate::{
    Ledger, Result, people,
    time::{self, instant},
};

/// What a contact list showed to have happened to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Turn {
    /// It named the person for the first time, or again.
    Joined {
        /// Into these departments.
        departments: Vec<i64>,
    },
    /// It named other departments.
    Moved {
        /// These.
        departments: Vec<i64>,
    },
    /// It named the person no more.
    Left,
}

impl Ledger {
    /// What happened to a person, oldest first. Each instant is that of the list which showed it:
    /// it happened since the one before. Empty for somebody whom no list ever named.
    pub async fn turns(
        &self,
        userid: &UserId,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<(Timestamp, Turn)>> {
        let company = self.company_id()?;
        let as_of = time::as_of(as_of);
        let mut tx = self.read("reading a person's turns").await?;
        let found = people::find(&mut tx, company, [userid.key()].into()).await?;
        let ids: Vec<i64> = found.into_values().map(|p| p.person).collect();
        let lines = tx
            .rows(
                "SELECT known_from, known_to, departments FROM member
                 WHERE company = $1 AND person IN $[2] AND known_from <= $3
                 ORDER BY known_from",
                vec![company.into(), ids.into(), as_of.into()],
            )
            .await?;
        let mut turns = Vec::new();
        let mut until = None;
        for mut line in lines {
            let (from, to, list) = (line.int()?, line.opt_int()?, line.text()?);
            let departments = serde_json::from_str(&list).unwrap_or_default();
            if until == Some(from) {
                turns.push((instant(from), Turn::Moved { departments }));
            } else {
                turns.extend(until.map(|left| (instant(left), Turn::Left)));
                turns.push((instant(from), Turn::Joined { departments }));
            }
            until = to.filter(|to| *to <= as_of);
        }
        turns.extend(until.map(|left| (instant(left), Turn::Left)));
        Ok(turns)
    }
}
