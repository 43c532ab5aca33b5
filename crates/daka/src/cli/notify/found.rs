//! What was found on the days asked for, and on older days of which something is still untold.

use std::collections::{HashMap, HashSet};

use attendance::verdict::{Finding, Status};
use daka_ledger::Ledger;
use jiff::{ToSpan as _, civil::Date};
use wecom_checkin::{DepartmentId, UserId, UserKey};

use super::{super::Context, receiver::Told};
use crate::{
    days::{Days, from_to},
    failure::Failure,
    gaps::Gaps,
    judging::{Judged, Judging},
    ledger,
    report::{self, Names, Tree},
    settings::Receiver,
};

/// Whose day.
type Key = (UserKey, Date);

/// Findings, people and departments.
pub(super) struct Found {
    days: Days,
    pub(super) names: Names,
    tree: Tree,
    departments: HashMap<UserKey, Vec<i64>>,
    pub(super) gaps: Gaps,
    /// Days of which something is noted and untold.
    owed: HashMap<Key, UserId>,
    /// Those of them that are judged for good.
    settled: HashSet<Key>,
    /// Every day with a finding.
    pub(super) abnormal: Vec<(UserId, Date, Vec<Finding>)>,
}

impl Found {
    pub(super) async fn new(
        context: &Context,
        ledger: &Ledger,
        days: Days,
    ) -> Result<Self, Failure> {
        let failed = |e| ledger::failure(&e);
        let members = ledger.people(None).await.map_err(failed)?;
        let tree = Tree::new(ledger.departments(None).await.map_err(failed)?);
        let users: Vec<UserId> = members.iter().map(|member| member.userid.clone()).collect();
        // Names stand in the report of a month, which for the running one may not be kept yet.
        let before = days.first().first_of_month().saturating_sub(1.month());
        let months = from_to(before, days.last().last_of_month())?;
        let reports = report::Told::read(ledger, &users, months, None).await?;
        let departments =
            members.iter().map(|member| (member.userid.key(), member.departments.clone()));
        Ok(Self {
            days,
            departments: departments.collect(),
            names: Names::new(members, &tree, &reports),
            tree,
            gaps: Gaps::new(days, context.today()),
            owed: HashMap::new(),
            settled: HashSet::new(),
            abnormal: Vec::new(),
        })
    }

    /// Reads of which days these receivers still have something to hear.
    pub(super) async fn owe(&mut self, ledger: &Ledger, told: &[Told<'_>]) -> Result<(), Failure> {
        for one in told {
            let untold =
                ledger.untold(&one.receiver.name).await.map_err(|e| ledger::failure(&e))?;
            self.owed.extend(untold.into_iter().map(|untold| {
                let telling = untold.telling;
                ((telling.userid.key(), telling.date), telling.userid)
            }));
        }
        Ok(())
    }

    /// Judges the days asked for, and the older ones that are owed.
    pub(super) async fn judge(&mut self, judging: &Judging<'_>) -> Result<(), Failure> {
        let days = self.days;
        judging
            .each(None, days, |judged| {
                self.gaps.add(&judged.person, judged.verdicts());
                self.add(&judged, |_| true);
                Ok(())
            })
            .await?;
        let within = |date: &Date| (days.first()..=days.last()).contains(date);
        let older: Vec<(&Key, &UserId)> =
            self.owed.iter().filter(|((_, date), _)| !within(date)).collect();
        let dates = || older.iter().map(|((_, date), _)| *date);
        let (Some(first), Some(last)) = (dates().min(), dates().max()) else { return Ok(()) };
        let mut people: Vec<UserId> = older.iter().map(|(_, userid)| (*userid).clone()).collect();
        people.sort_unstable();
        people.dedup();
        let owed: HashSet<Key> = older.into_iter().map(|(key, _)| key.clone()).collect();
        let stretch = from_to(first, last)?;
        judging
            .each_again(Some(&people), stretch, |judged| {
                self.add(&judged, |key| owed.contains(key));
                Ok(())
            })
            .await
    }

    fn add(&mut self, judged: &Judged, is_meant: impl Fn(&Key) -> bool) {
        for verdict in judged.verdicts().filter(|verdict| verdict.status.is_settled()) {
            let key = (verdict.userid.key(), verdict.date);
            if !is_meant(&key) {
                continue;
            }
            if self.owed.contains_key(&key) {
                self.settled.insert(key);
            }
            if verdict.status == Status::Abnormal {
                let findings = verdict.findings.clone();
                self.abnormal.push((verdict.userid.clone(), verdict.date, findings));
            }
        }
    }

    /// Whether a day of which something is untold was judged for good.
    pub(super) fn is_settled(&self, userid: &UserId, date: Date) -> bool {
        self.settled.contains(&(userid.key(), date))
    }

    /// Whether a receiver hears of a person.
    pub(super) fn concerns(&self, receiver: &Receiver, userid: &UserId) -> bool {
        if receiver.users.is_empty() && receiver.departments.is_empty() {
            return true;
        }
        let key = userid.key();
        let is_named =
            || receiver.users.iter().any(|user| UserId::from(user.as_str()).key() == key);
        let is_below = |id: &i64| {
            let mut line = self.tree.upwards(DepartmentId(*id));
            line.any(|above| receiver.departments.contains(&above.0))
        };
        is_named() || self.departments.get(&key).into_iter().flatten().any(is_below)
    }
}
