//! What is told of people beside the contact list: by the company's roster, and by WeCom's own
//! reports where the ledger keeps them. Those of the month name the company's types of leave too,
//! and which punches an approval stands for.

use std::collections::{BTreeMap, HashMap};

use daka_ledger::{Call, Ledger, RosterEntry};
use jiff::Timestamp;
use wecom_checkin::{
    UserId, UserKey,
    report::{MonthReport, SpecialItem, SpecialItemKind},
};

use crate::{days::Days, failure::Failure, ledger};

/// 审批打卡 among the kinds of `sp_items`; WeCom's documents do not name it.
const APPROVED_PUNCH: i64 = 15;
/// `time_type` of what is counted by the hour.
const BY_HOUR: i64 = 1;

/// People whose reports are in memory at once.
const BATCH: usize = 200;

/// What is told of people.
#[derive(Debug, Default)]
pub(crate) struct Told {
    roster: HashMap<UserKey, RosterEntry>,
    people: HashMap<UserKey, Person>,
    /// Types of leave, each with whether it is counted by the hour.
    pub(super) leave: BTreeMap<String, bool>,
}

/// What reports tell of a person.
#[derive(Debug)]
pub(super) struct Person {
    /// Which reports.
    pub(super) call: Call,
    /// Empty where the report has none.
    pub(super) name: String,
    /// Paths, separated by semicolons.
    pub(super) departments: String,
    /// 审批打卡次数 of all the days; `None` where they are no whole months.
    pub(super) approved_punches: Option<i64>,
}

impl Told {
    /// Reads the roster, and the reports of the months that lie wholly within these days; of whom
    /// those do not name, the last one there is.
    pub(crate) async fn read(
        ledger: &Ledger,
        people: &[UserId],
        days: Days,
        as_of: Option<Timestamp>,
    ) -> Result<Self, Failure> {
        let whole = days.first() == days.first().first_of_month()
            && days.last() == days.last().last_of_month();
        let mut told = Self::default();
        for people in people.chunks(BATCH) {
            let reports = ledger.month_reports(people, days.first(), days.last(), as_of).await;
            for (_, report) in reports.map_err(|e| ledger::failure(&e))? {
                told.add(&report, whole);
            }
        }
        told.complete(ledger, people, as_of).await?;
        Ok(told)
    }

    /// Reads the roster, and of each person the last report.
    pub(crate) async fn lately(
        ledger: &Ledger,
        people: &[UserId],
        as_of: Option<Timestamp>,
    ) -> Result<Self, Failure> {
        let mut told = Self::default();
        told.complete(ledger, people, as_of).await?;
        Ok(told)
    }

    async fn complete(
        &mut self,
        ledger: &Ledger,
        people: &[UserId],
        as_of: Option<Timestamp>,
    ) -> Result<(), Failure> {
        let failed = |e| ledger::failure(&e);
        let mut history = ledger.history(as_of).await.map_err(failed)?;
        let roster = history.roster().await.map_err(failed)?;
        self.roster = roster.into_iter().map(|entry| (entry.userid.key(), entry)).collect();
        let named = |userid: &&UserId| self.of(userid).is_some_and(|told| !told.name.is_empty());
        let unnamed: Vec<UserId> = people.iter().filter(|user| !named(user)).cloned().collect();
        for people in unnamed.chunks(BATCH) {
            for last in history.last_reports(people).await.map_err(failed)? {
                let person = self.person(&last.userid, last.call);
                person.name = last.name.unwrap_or_default();
                person.departments = last.departments.unwrap_or_default();
            }
        }
        Ok(())
    }

    fn person(&mut self, userid: &UserId, call: Call) -> &mut Person {
        let person = self.people.entry(userid.key()).or_insert_with(|| Person {
            call,
            name: String::new(),
            departments: String::new(),
            approved_punches: None,
        });
        person.call = call;
        person
    }

    /// What the roster says of a person.
    pub(super) fn roster_of(&self, userid: &UserId) -> Option<&RosterEntry> {
        self.roster.get(&userid.key())
    }

    /// What reports tell of a person; `None` of someone without a report.
    pub(super) fn of(&self, userid: &UserId) -> Option<&Person> {
        self.people.get(&userid.key())
    }

    fn add(&mut self, report: &MonthReport, whole: bool) {
        let Some(base) = &report.base_info else { return };
        let Some(userid) = &base.acctid else { return };
        let person = self.person(userid, Call::MonthReports);
        person.name = base.name.clone().unwrap_or_default();
        person.departments = base.departs_name.clone().unwrap_or_default();
        if whole {
            let punches = items(report, APPROVED_PUNCH).filter_map(|item| item.count);
            *person.approved_punches.get_or_insert(0) += punches.sum::<i64>();
        }
        for item in items(report, SpecialItemKind::Leave.number()) {
            let Some(name) = item.name.clone().filter(|name| !name.is_empty()) else { continue };
            *self.leave.entry(name).or_default() |= item.time_type == Some(BY_HOUR);
        }
    }
}

fn items(report: &MonthReport, kind: i64) -> impl Iterator<Item = &SpecialItem> {
    let items = report.sp_items.iter().flatten();
    items.filter(move |item| item.kind.is_some_and(|of| of.number() == kind))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_tells_names_types_of_leave_and_approved_punches() {
        let report = json!({
            "base_info": {"acctid": "WangMin", "name": "王敏", "departs_name": "研发部/平台组"},
            "sp_items": [
                {"type": 1, "vacation_id": 2, "name": "年假", "count": 0, "time_type": 0},
                {"type": 1, "vacation_id": 9, "name": "哺乳假", "count": 3, "time_type": 1},
                {"type": 2, "name": "补卡次数", "count": 4, "time_type": 0},
                {"type": 15, "name": "审批打卡次数", "count": 2, "time_type": 0}
            ]
        });
        let mut told = Told::default();
        told.add(&serde_json::from_value(report.clone()).unwrap(), true);
        let person = told.of(&UserId::from("wangmin")).unwrap();
        assert_eq!((person.name.as_str(), person.approved_punches), ("王敏", Some(2)));
        assert_eq!(person.departments, "研发部/平台组");
        let leave: Vec<(&str, bool)> =
            told.leave.iter().map(|(name, by_hour)| (name.as_str(), *by_hour)).collect();
        assert_eq!(leave, [("哺乳假", true), ("年假", false)]);
        // Of a part of a month nobody has told.
        let mut told = Told::default();
        told.add(&serde_json::from_value(report).unwrap(), false);
        let person = told.of(&UserId::from("wangmin")).unwrap();
        assert_eq!(person.approved_punches, None);
    }
}
