//! Judging what a ledger holds, batch by batch.

use std::sync::Arc;

use attendance::{Company, Person, Policy, Verdict, judge};
use daka_ledger::Ledger;
use jiff::Timestamp;
use serde::Deserialize as _;
use wecom_checkin::{Row, UserId};

use crate::{days::Days, failure::Failure, ledger, settings::Settings};

/// A ledger and what holds for everybody in it.
pub(crate) struct Judging<'a> {
    ledger: &'a Ledger,
    company: Company,
    now: Timestamp,
    as_of: Option<Timestamp>,
}

/// One person's days, judged.
pub(crate) struct Judged {
    pub(crate) person: Person,
    pub(crate) verdicts: Vec<Verdict>,
}

impl<'a> Judging<'a> {
    /// Reads what holds for everybody, as it was known at an instant or as it is known now.
    pub(crate) async fn new(
        settings: &Settings,
        now: Timestamp,
        ledger: &'a Ledger,
        as_of: Option<Timestamp>,
    ) -> Result<Self, Failure> {
        let rules = ledger.corp_rules(as_of).await.map_err(|e| ledger::failure(&e))?;
        let company = company(settings, now)?
            .with_corp_rules(rules.into_iter().map(Row::into_typed).map(Arc::new));
        Ok(Self { ledger, company, now, as_of })
    }

    /// What holds for everybody.
    pub(crate) fn company(&self) -> &Company {
        &self.company
    }

    /// Judges these people (everyone without a list), in byte order of userid, and hands each over.
    /// Verdicts on what is known now are filed in the ledger; those of an earlier instant are not.
    pub(crate) async fn each(
        &self,
        people: Option<&[UserId]>,
        days: Days,
        mut take: impl FnMut(Judged) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let failed = |e| ledger::failure(&e);
        let (from, to) = (days.first(), days.last());
        let mut persons =
            self.ledger.persons(people, from, to, self.as_of).await.map_err(failed)?;
        while let Some(batch) = persons.next().await.map_err(failed)? {
            let judged: Vec<Judged> = batch
                .into_iter()
                .map(|person| {
                    let verdicts = judge(&self.company, &person, from..=to);
                    Judged { person, verdicts }
                })
                .collect();
            if self.as_of.is_none() {
                let verdicts: Vec<Verdict> =
                    judged.iter().flat_map(|judged| judged.verdicts.iter().cloned()).collect();
                self.ledger.replace_verdicts(self.now, &verdicts).await.map_err(failed)?;
            }
            judged.into_iter().try_for_each(&mut take)?;
        }
        Ok(())
    }
}

/// Zone, calendar and policy as the settings have them.
pub(crate) fn company(settings: &Settings, now: Timestamp) -> Result<Company, Failure> {
    let policy = Policy::deserialize(settings.policy.clone()).map_err(|e| {
        Failure::setting(
            format!("[policy]: {}", e.message()),
            "the README lists the keys of [policy] and their values",
        )
    })?;
    Ok(Company::new(now).with_zone(settings.zone.clone()).with_policy(policy))
}
