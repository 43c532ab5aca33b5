//! The month at a glance, for a terminal.

use std::collections::{BTreeMap, HashSet};

use attendance::{
    Verdict,
    verdict::{FindingKind, Status},
};

use super::words;
use crate::{lang::Lang, output};

/// Sums over any number of person-days.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    people: HashSet<String>,
    person_days: u64,
    by_status: BTreeMap<u8, (Status, u64)>,
    findings: BTreeMap<FindingKind, Sum>,
    worked_sec: i64,
    due_sec: i64,
    overtime_sec: i64,
}

#[derive(Debug, Default)]
struct Sum {
    people: HashSet<String>,
    count: u64,
    seconds: i64,
}

impl Totals {
    /// Adds one person-day.
    pub(crate) fn add(&mut self, verdict: &Verdict) {
        let userid = verdict.userid.as_str();
        if !self.people.contains(userid) {
            self.people.insert(userid.to_owned());
        }
        self.person_days += 1;
        self.by_status.entry(rank(verdict.status)).or_insert((verdict.status, 0)).1 += 1;
        for finding in &verdict.findings {
            let sum = self.findings.entry(finding.kind).or_default();
            sum.people.insert(userid.to_owned());
            sum.count += u64::from(finding.count);
            sum.seconds += finding.duration_sec.unwrap_or_default();
        }
        self.worked_sec += verdict.worked_sec;
        self.due_sec += verdict.standard_sec;
        self.overtime_sec += verdict.overtime.seconds;
    }

    /// How many people there are.
    pub(crate) fn people(&self) -> usize {
        self.people.len()
    }

    /// The totals as two tables: days by outcome, findings by kind.
    pub(crate) fn tables(&self, lang: Lang) -> String {
        let mut days =
            output::table(&[lang.pick("人日", "person-days"), lang.pick("数量", "count")]);
        days.add_row([lang.pick("人数", "people").to_owned(), self.people.len().to_string()]);
        days.add_row([lang.pick("合计", "all").to_owned(), self.person_days.to_string()]);
        for (status, count) in self.by_status.values() {
            days.add_row([words::status(*status, lang).to_owned(), count.to_string()]);
        }
        for (name, seconds) in [
            (lang.pick("标准工时(小时)", "due hours"), self.due_sec),
            (lang.pick("实际工时(小时)", "worked hours"), self.worked_sec),
            (lang.pick("加班(小时)", "overtime hours"), self.overtime_sec),
        ] {
            days.add_row([name.to_owned(), hours(seconds)]);
        }
        let mut findings = output::table(&[
            lang.pick("异常", "finding"),
            lang.pick("人数", "people"),
            lang.pick("次数", "count"),
            lang.pick("时长(小时)", "hours"),
        ]);
        for (kind, sum) in &self.findings {
            let length = if sum.seconds == 0 { "--".to_owned() } else { hours(sum.seconds) };
            findings.add_row([
                words::kind(*kind, lang).to_owned(),
                sum.people.len().to_string(),
                sum.count.to_string(),
                length,
            ]);
        }
        format!("{days}\n{findings}")
    }
}

/// Seconds as hours with one decimal, rounded half up.
fn hours(seconds: i64) -> String {
    let tenths = (seconds + 180).div_euclid(360);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The order in which outcomes are listed.
fn rank(status: Status) -> u8 {
    match status {
        Status::Normal => 0,
        Status::Abnormal => 1,
        Status::Rest => 2,
        Status::Exempt => 3,
        Status::Unscheduled => 4,
        Status::NoRule => 5,
        Status::UnsupportedRule => 6,
        Status::Pending => 7,
        Status::Incomplete => 8,
    }
}
