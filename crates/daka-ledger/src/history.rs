//! History: one state of a ledger, read out batch by batch.

use std::collections::HashSet;

use jiff::Timestamp;
use wecom_checkin::{CorpId, UserId, UserKey};

use crate::{Ledger, Result, db::Tx, people, time};

/// One state of a company's ledger, to be read piece by piece.
///
/// All that is read from it was true at once, however long the reading takes and whatever is filed
/// meanwhile. Memory is what one piece needs: ask about a batch of people at a time.
#[derive(Debug)]
pub struct History {
    pub(crate) tx: Tx,
    pub(crate) company: i64,
    pub(crate) as_of: i64,
}

impl Ledger {
    /// What is known now, or was known at an instant.
    pub async fn history(&self, as_of: Option<Timestamp>) -> Result<History> {
        let tx = self.read("reading").await?;
        Ok(History { tx, company: self.company_id()?, as_of: time::as_of(as_of) })
    }
}

impl History {
    /// Whose ledger it is.
    pub async fn corp_id(&mut self) -> Result<CorpId> {
        let company = vec![self.company.into()];
        let found = self.tx.row("SELECT corp_id FROM company WHERE company = $1", company).await;
        found?.text().map(CorpId::from)
    }

    /// Everyone whom the ledger had heard of, or those of `users`, in byte order of userid.
    pub async fn people(&mut self, users: Option<&[UserId]>) -> Result<Vec<UserId>> {
        let on_file = people::all(&mut self.tx, self.company, self.as_of).await?;
        let mut people: Vec<UserId> = on_file.into_iter().map(|p| p.userid).collect();
        if let Some(users) = users {
            let wanted: HashSet<UserKey> = users.iter().map(UserId::key).collect();
            people.retain(|userid| wanted.contains(&userid.key()));
        }
        people.sort_unstable();
        Ok(people)
    }
}
