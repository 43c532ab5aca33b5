//! Persons: all that is on file about people, put together for the evaluator, batch by batch.

use std::collections::{BTreeSet, HashMap};

use attendance::Person;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use wecom_checkin::UserId;

use crate::{
    Call, Ledger, Result, approvals, coverage, employment, overrides,
    people::{self, OnFile},
    records::Prototypes,
    rules::Shelf,
    schedules,
    time::{self, day_number},
};

/// People in one batch: what is in memory at once.
const BATCH: usize = 200;
/// Days of records on either side of the days to judge, because a night punch answers to the day
/// before and a record is filed under the date of its due instant.
const MARGIN_DAYS: i64 = 2;

/// Everyone's facts, batch by batch, in byte order of userid.
#[derive(Debug)]
pub struct Persons {
    ledger: Ledger,
    left: std::vec::IntoIter<OnFile>,
    from: Date,
    to: Date,
    as_of: i64,
    shelf: Shelf,
    prototypes: Prototypes,
}

impl Persons {
    /// The same people in another order.
    #[must_use]
    pub fn in_order_of<K: Ord>(mut self, place: impl Fn(&UserId) -> K) -> Self {
        let mut left: Vec<OnFile> = self.left.collect();
        left.sort_by_key(|person| place(&person.userid));
        self.left = left.into_iter();
        self
    }

    /// The same people dealt out in batches, so that several may read side by side: the first batch
    /// to the first, the second to the second, and so on.
    #[must_use]
    pub fn dealt(self, hands: usize) -> Vec<Self> {
        let Self { ledger, left, from, to, as_of, .. } = self;
        let mut dealt = vec![Vec::new(); hands.max(1)];
        for (people, hand) in left.as_slice().chunks(BATCH).zip((0..dealt.len()).cycle()) {
            dealt.get_mut(hand).into_iter().for_each(|hand| hand.extend_from_slice(people));
        }
        let hand = |left: Vec<OnFile>| {
            let (shelf, prototypes) = (Shelf::default(), Prototypes::default());
            let left = left.into_iter();
            Self { ledger: ledger.clone(), left, from, to, as_of, shelf, prototypes }
        };
        dealt.into_iter().map(hand).collect()
    }

    /// The next people; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<Person>>> {
        let batch: Vec<OnFile> = self.left.by_ref().take(BATCH).collect();
        if batch.is_empty() {
            return Ok(None);
        }
        let (from, to, as_of) = (self.from, self.to, self.as_of);
        let company = self.ledger.company_id()?;
        let mut tx = self.ledger.read("reading people's facts").await?;
        let ids: Vec<i64> = batch.iter().map(|p| p.person).collect();
        let names: HashMap<i64, UserId> =
            batch.iter().map(|p| (p.person, p.userid.clone())).collect();
        let span = (day_number(from) - MARGIN_DAYS, day_number(to) + MARGIN_DAYS);
        let (first, last) =
            (from.saturating_sub(MARGIN_DAYS.days()), to.saturating_add(MARGIN_DAYS.days()));

        let mut rules = self.shelf.rules(&mut tx, company, &ids, last, as_of).await?;
        let mut schedules = schedules::read(&mut tx, company, &ids, (first, last), as_of).await?;
        let mut approvals = approvals::read(&mut tx, company, &ids, as_of).await?;
        let mut employments = employment::read(&mut tx, company, &ids, (from, to), as_of).await?;
        let mut decided = overrides::read(&mut tx, company, &ids, as_of).await?;
        let asked = coverage::days_of_calls(&mut tx, company, &ids, span, as_of).await?;
        let mut records = self.prototypes.records(&mut tx, company, &names, span, as_of).await?;
        Ok(Some(
            batch
                .into_iter()
                .map(|OnFile { person, userid }| Person {
                    userid,
                    rules: rules.remove(&person).unwrap_or_default(),
                    records: records.remove(&person).unwrap_or_default(),
                    schedules: typed(schedules.remove(&person)),
                    approvals: typed(approvals.remove(&person)),
                    known: asked.known(Call::Records, person),
                    rules_asked: asked.days(Call::Rules, person),
                    schedules_asked: asked.days(Call::Schedules, person),
                    approvals_asked: asked.days_ended(Call::Approvals, person),
                    employment: employments.remove(&person).unwrap_or_default(),
                    overrides: decided.remove(&person).unwrap_or_default(),
                })
                .collect(),
        ))
    }
}

fn typed<T>(rows: Option<Vec<wecom_checkin::Row<T>>>) -> Vec<T> {
    rows.into_iter().flatten().map(wecom_checkin::Row::into_typed).collect()
}

impl Ledger {
    /// One person's facts for judging these days, margins included; `None` for someone who is not
    /// on file.
    pub async fn person(
        &self,
        userid: &UserId,
        from: Date,
        to: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Option<Person>> {
        let one = std::slice::from_ref(userid);
        let mut persons = self.persons(Some(one), from, to, as_of).await?;
        Ok(persons.next().await?.and_then(|batch| batch.into_iter().next()))
    }

    /// The facts of many people for judging these days; of everyone when none are named. People
    /// who are not on file are left out.
    pub async fn persons(
        &self,
        users: Option<&[UserId]>,
        from: Date,
        to: Date,
        as_of: Option<Timestamp>,
    ) -> Result<Persons> {
        let company = self.company_id()?;
        let as_of = time::as_of(as_of);
        let mut tx = self.read("reading people").await?;
        let mut people: Vec<OnFile> = match users {
            None => people::all(&mut tx, company, as_of).await?,
            Some(users) => {
                let keys: BTreeSet<_> = users.iter().map(UserId::key).collect();
                people::find(&mut tx, company, keys).await?.into_values().collect()
            }
        };
        people.sort_unstable_by(|a, b| a.userid.cmp(&b.userid));
        let left = people.into_iter();
        Ok(Persons {
            ledger: self.clone(),
            left,
            from,
            to,
            as_of,
            shelf: Shelf::default(),
            prototypes: Prototypes::default(),
        })
    }
}
