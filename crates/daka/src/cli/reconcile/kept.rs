//! WeCom's reports as the ledger keeps them (`daka sync --reports`).

use std::collections::BTreeMap;

use attendance::Known;
use daka_ledger::{Call, Ledger};
use jiff::{Timestamp, civil::Date};
use wecom_checkin::UserId;

use super::told::{DaysTold, MonthsTold};
use crate::{
    days::Days,
    failure::{Failure, Problem},
    lang::{Text, text},
    ledger,
};

/// People who are asked about at once.
const BATCH: usize = 200;

/// Reading the ledger, and what it lacks.
pub(in crate::cli) struct Kept<'a> {
    ledger: &'a Ledger,
    as_of: Option<Timestamp>,
    /// Which day it was at that instant: from it on WeCom had nothing to report.
    today: Date,
    pub(in crate::cli) problems: Vec<Problem>,
    pub(in crate::cli) answered: bool,
}

impl<'a> Kept<'a> {
    pub(in crate::cli) fn new(ledger: &'a Ledger, as_of: Option<Timestamp>, today: Date) -> Self {
        Self { ledger, as_of, today, problems: Vec::new(), answered: false }
    }

    /// Whether any report of these days is there.
    pub(in crate::cli) async fn has_any(
        &self,
        people: &[UserId],
        days: Days,
    ) -> Result<bool, Failure> {
        let (first, last) = (days.first(), days.last());
        for people in people.chunks(BATCH) {
            for call in [Call::DayReports, Call::MonthReports] {
                let known = self.ledger.known(call, people, first, last, self.as_of).await;
                let known = known.map_err(|e| ledger::failure(&e))?;
                if known.iter().any(|known| !known.is_empty()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    pub(in crate::cli) async fn days(
        &mut self,
        people: &[UserId],
        days: Days,
    ) -> Result<DaysTold, Failure> {
        let failed = |e| ledger::failure(&e);
        let (first, last) = (days.first(), days.last());
        let call = Call::DayReports;
        let known =
            self.ledger.known(call, people, first, last, self.as_of).await.map_err(failed)?;
        let mut told = DaysTold::new();
        let mut holes: BTreeMap<Vec<Days>, Vec<UserId>> = BTreeMap::new();
        for (user, known) in people.iter().zip(known) {
            let (there, missing): (Vec<Date>, Vec<Date>) =
                days.iter().partition(|date| *date >= self.today || covers(&known, *date, *date));
            self.answered |= !known.is_empty();
            told.insert(user.key(), there.into_iter().map(|date| (date, None)).collect());
            if !missing.is_empty() {
                holes.entry(stretches(&missing)).or_default().push(user.clone());
            }
        }
        let reports = self.ledger.day_reports(people, first, last, self.as_of).await;
        for (date, report) in reports.map_err(failed)? {
            let report = report.into_typed();
            let user = report.base_info.as_ref().and_then(|base| base.acctid.as_ref());
            if let Some(days) = user.and_then(|user| told.get_mut(&user.key())) {
                days.insert(date, Some(report));
            }
        }
        for (stretches, users) in &holes {
            for days in stretches {
                self.problems.push(lacks(&text!("day reports", "日报")).undone(users, *days));
            }
        }
        Ok(told)
    }

    pub(in crate::cli) async fn months(
        &mut self,
        people: &[UserId],
        months: &[Days],
    ) -> Result<MonthsTold, Failure> {
        let failed = |e| ledger::failure(&e);
        let mut told = MonthsTold::new();
        for &month in months.iter().filter(|month| month.first() < self.today) {
            let (first, last) = (month.first(), month.last());
            let call = Call::MonthReports;
            let known =
                self.ledger.known(call, people, first, last, self.as_of).await.map_err(failed)?;
            let missing: Vec<UserId> = people
                .iter()
                .zip(&known)
                .filter(|(_, known)| !covers(known, first, last))
                .map(|(user, _)| user.clone())
                .collect();
            self.answered |= missing.len() < people.len();
            if !missing.is_empty() {
                self.problems.push(lacks(&text!("month reports", "月报")).undone(&missing, month));
            }
            let reports = self.ledger.month_reports(people, first, last, self.as_of).await;
            for (_, report) in reports.map_err(failed)? {
                let report = report.into_typed();
                let user = report.base_info.as_ref().and_then(|base| base.acctid.as_ref());
                if let Some(user) = user.map(UserId::key) {
                    told.entry(user).or_default().push((month, report));
                }
            }
        }
        Ok(told)
    }
}

fn covers(known: &[Known], first: Date, last: Date) -> bool {
    known.iter().any(|known| known.from <= first && last <= known.to)
}

/// Dates in order as runs of days.
fn stretches(dates: &[Date]) -> Vec<Days> {
    let runs = dates.chunk_by(|a, b| a.tomorrow().is_ok_and(|next| next == *b));
    runs.filter_map(|run| Days::new(*run.first()?, *run.last()?).ok()).collect()
}

fn lacks(what: &Text) -> Problem {
    Problem {
        kind: "ledger".into(),
        errmsg: text!(
            [what],
            "the ledger does not have all of WeCom's {what}",
            "账本中企业微信的{what}不全"
        ),
        hint: text!(
            "fetch them with `daka sync --reports` and these days, or leave --from-ledger away",
            "请用 `daka sync --reports` 补取这些日期，或去掉 --from-ledger"
        ),
        ..Problem::default()
    }
}
