//! A month while it freezes: a batch of people at a time, summed up on the way.

use std::{collections::HashSet, fmt::Write as _};

use daka_ledger::{ClosingDraft, Frozen};
use sha2::{Digest as _, Sha256};
use wecom_checkin::{UserId, UserKey};

use super::obstacles::Obstacles;
use crate::{
    days::Month,
    failure::{Exit, Failure},
    judging::{Judged, frozen, unknown_to_ledger},
    lang::Lang,
    ledger,
};

/// What is frozen so far.
pub(super) struct Ice {
    draft: ClosingDraft,
    month: Month,
    lang: Lang,
    digest: Sha256,
    people: HashSet<UserKey>,
    person_days: u64,
    obstacles: Obstacles,
}

/// A month in which nothing stands in the way.
pub(super) struct Whole {
    pub(super) draft: ClosingDraft,
    pub(super) people: u64,
    pub(super) person_days: u64,
    pub(super) sha256: String,
}

impl Ice {
    pub(super) fn new(draft: ClosingDraft, month: Month, lang: Lang, obstacles: Obstacles) -> Self {
        Self {
            draft,
            month,
            lang,
            digest: Sha256::new(),
            people: HashSet::new(),
            person_days: 0,
            obstacles,
        }
    }

    /// Freezes people, in order.
    pub(super) async fn add(&mut self, people: Vec<Judged>) -> Result<(), Failure> {
        let mut batch = Vec::with_capacity(people.len());
        for judged in people {
            self.obstacles.add(&judged);
            let days: Vec<_> = judged.verdicts().map(frozen::written).collect();
            for day in &days {
                self.digest.update(frozen::line(day, self.lang));
                self.digest.update("\n");
            }
            self.person_days += count(days.len());
            let userid = judged.person.userid;
            self.people.insert(userid.key());
            batch.push(Frozen { userid, days });
        }
        // What cannot be closed need not be written; the rest of what stands in the way is told.
        if self.obstacles.are_none() {
            self.draft.add(&batch).await.map_err(|e| ledger::failure(&e))?;
        }
        Ok(())
    }

    /// Ends the freezing of these people (everyone without a list), if all of them may be closed.
    pub(super) fn whole(self, people: Option<&[UserId]>) -> Result<Whole, Failure> {
        let strangers = people.unwrap_or_default().iter();
        let strangers: Vec<UserId> =
            strangers.filter(|userid| !self.people.contains(&userid.key())).cloned().collect();
        if let Some(problem) = unknown_to_ledger(&strangers, self.month.days()) {
            return Err(Failure { exit: Exit::Failed, problems: vec![problem] });
        }
        self.obstacles.overcome(self.lang)?;
        Ok(Whole {
            draft: self.draft,
            people: count(self.people.len()),
            person_days: self.person_days,
            sha256: hex(&self.digest.finalize()),
        })
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
