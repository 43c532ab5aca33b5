//! Sums of verdicts: a person's month, and the same for a group of people.
//!
//! A total is the sum of its days and nothing else. Where the reference is silent:
//!
//! - a day is *due* when it was a work day under a rule that can be judged; days without a rule,
//!   unscheduled days and days of an unknown kind of rule are not;
//! - a day that is still open or was not fetched (since it closed) is neither due nor attended, and
//!   its hours stand apart: no sum mixes what is known with what is not;
//! - a due day is *attended* when somebody punched, or was on a trip or an outing;
//! - a person under several rules in a month is one row, the rules joined in the order met.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeSeq};
use wecom_checkin::{GroupId, UserId};

use crate::verdict::{
    Compensation, DayType, FindingKind, Leave, LeaveKind, Overtime, Status, Verdict,
};

/// What a run of days adds up to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// Days judged, of any status.
    pub days: u32,
    /// 应出勤: work days.
    pub due_days: u32,
    /// 实际出勤: work days with a punch, a trip or an outing.
    pub attended_days: u32,
    /// Days off.
    pub rest_days: u32,
    /// Due days without a finding.
    pub normal_days: u32,
    /// Days with one or more findings.
    pub abnormal_days: u32,
    /// Days of people on a white list.
    pub exempt_days: u32,
    /// Days of a shift rule without a shift.
    pub unscheduled_days: u32,
    /// Days without a rule, or with one that cannot be judged.
    pub unruled_days: u32,
    /// Days outside the employment.
    pub not_employed_days: u32,
    /// Days still open.
    pub pending_days: u32,
    /// Days not fetched since they closed.
    pub incomplete_days: u32,
    /// Seconds owed.
    pub standard_sec: i64,
    /// Seconds worked.
    pub worked_sec: i64,
    /// Seconds owed on days that are open or were not fetched; part of no other sum.
    pub unsettled_standard_sec: i64,
    /// Seconds worked so far on such days; part of no other sum.
    pub unsettled_worked_sec: i64,
    /// Findings by kind.
    #[serde(rename = "exceptions")]
    pub findings: BTreeMap<FindingKind, Sum>,
    /// Leave, trips and outings by kind and name.
    #[serde(serialize_with = "as_list")]
    pub leave: BTreeMap<LeaveName, Sum>,
    /// Overtime by what it is paid as and what it turns into.
    #[serde(serialize_with = "as_list")]
    pub overtime: BTreeMap<Bucket, Sum>,
    /// Approved overtime that was not worked, seconds.
    pub overtime_short_sec: i64,
    /// Duty punches.
    pub checkin_count: u32,
    /// Punches counted as field work.
    pub field_count: u32,
    /// Outdoor punches.
    pub outdoor_count: u32,
    /// Approved corrections.
    pub correction_count: u32,
    /// Days with a warning.
    pub warned_days: u32,
}

/// A leave, trip or outing by its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct LeaveName {
    /// Which of the three.
    pub kind: LeaveKind,
    /// Its name.
    pub name: String,
}

/// One of the six buckets of overtime, and three more for what turns into nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Bucket {
    /// What it is paid as.
    pub bucket: DayType,
    /// What it turns into.
    pub compensation: Option<Compensation>,
}

/// How often, on how many days, and how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sum {
    /// How often.
    pub count: u32,
    /// On how many days.
    pub days: u32,
    /// How long, seconds.
    pub seconds: i64,
}

/// A person's row of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PersonMonth {
    /// The person.
    pub userid: UserId,
    /// The rules of the month, in the order met.
    #[serde(serialize_with = "rules")]
    pub rules: Vec<(GroupId, String)>,
    /// The sums.
    #[serde(flatten)]
    pub totals: Totals,
}

impl Totals {
    /// The sum of days.
    pub fn of<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> Self {
        let mut totals = Self::default();
        for verdict in verdicts {
            totals.add(verdict);
        }
        totals
    }

    /// Adds one day.
    pub fn add(&mut self, verdict: &Verdict) {
        self.days += 1;
        match verdict.status {
            Status::Normal => self.normal_days += 1,
            Status::Abnormal => self.abnormal_days += 1,
            Status::Rest => self.rest_days += 1,
            Status::Exempt => self.exempt_days += 1,
            Status::Unscheduled => self.unscheduled_days += 1,
            Status::NoRule | Status::UnsupportedRule => self.unruled_days += 1,
            Status::NotEmployed => self.not_employed_days += 1,
            Status::Pending => self.pending_days += 1,
            Status::Incomplete => self.incomplete_days += 1,
        }
        if !verdict.status.is_settled() {
            self.unsettled_standard_sec += verdict.standard_sec;
            self.unsettled_worked_sec += verdict.worked_sec;
        } else if verdict.is_due() {
            self.due_days += 1;
            let elsewhere = verdict.leave.iter().any(|leave| leave.kind != LeaveKind::Leave);
            self.attended_days += u32::from(verdict.checkin_count > 0 || elsewhere);
        }
        if verdict.status.is_settled() {
            self.standard_sec += verdict.standard_sec;
            self.worked_sec += verdict.worked_sec;
        }
        for finding in &verdict.findings {
            let sum = self.findings.entry(finding.kind).or_default();
            sum.add(finding.count, finding.duration_sec.unwrap_or(0));
        }
        for leave in &verdict.leave {
            let sum = self.leave.entry(LeaveName::of(leave)).or_default();
            sum.add(1, leave.seconds);
        }
        let overtime = &verdict.overtime;
        if overtime.seconds > 0 && verdict.status.is_settled() {
            let Overtime { bucket, compensation, .. } = *overtime;
            let bucket = Bucket { bucket, compensation };
            self.overtime.entry(bucket).or_default().add(1, overtime.seconds);
        }
        self.overtime_short_sec += overtime.short_sec;
        self.checkin_count += verdict.checkin_count;
        self.field_count += verdict.field_count;
        self.outdoor_count += verdict.outdoor_count;
        self.correction_count += verdict.correction_count;
        self.warned_days += u32::from(!verdict.warnings.is_empty());
    }

    /// Adds what other days add up to: a department's people, a company's departments.
    pub fn merge(&mut self, other: &Self) {
        self.days += other.days;
        self.due_days += other.due_days;
        self.attended_days += other.attended_days;
        self.rest_days += other.rest_days;
        self.normal_days += other.normal_days;
        self.abnormal_days += other.abnormal_days;
        self.exempt_days += other.exempt_days;
        self.unscheduled_days += other.unscheduled_days;
        self.unruled_days += other.unruled_days;
        self.not_employed_days += other.not_employed_days;
        self.pending_days += other.pending_days;
        self.incomplete_days += other.incomplete_days;
        self.standard_sec += other.standard_sec;
        self.worked_sec += other.worked_sec;
        self.unsettled_standard_sec += other.unsettled_standard_sec;
        self.unsettled_worked_sec += other.unsettled_worked_sec;
        merge_sums(&mut self.findings, &other.findings);
        merge_sums(&mut self.leave, &other.leave);
        merge_sums(&mut self.overtime, &other.overtime);
        self.overtime_short_sec += other.overtime_short_sec;
        self.checkin_count += other.checkin_count;
        self.field_count += other.field_count;
        self.outdoor_count += other.outdoor_count;
        self.correction_count += other.correction_count;
        self.warned_days += other.warned_days;
    }

    /// How often a kind was found, and how long.
    pub fn finding(&self, kind: FindingKind) -> Sum {
        self.findings.get(&kind).copied().unwrap_or_default()
    }

    /// Findings of every kind.
    pub fn finding_count(&self) -> u32 {
        self.findings.values().map(|sum| sum.count).sum()
    }

    /// Overtime seconds of a bucket, whatever they turn into.
    pub fn overtime_sec(&self, bucket: DayType) -> i64 {
        let of_bucket = self.overtime.iter().filter(|(of, _)| of.bucket == bucket);
        of_bucket.map(|(_, sum)| sum.seconds).sum()
    }
}

impl PersonMonth {
    /// The row of a person, of the person's verdicts; `None` of none.
    pub fn of<'a>(verdicts: impl IntoIterator<Item = &'a Verdict> + Clone) -> Option<Self> {
        let mut rules: Vec<(GroupId, String)> = Vec::new();
        let named = verdicts.clone().into_iter().filter_map(|verdict| verdict.rule.as_deref());
        for rule in named {
            if !rules.iter().any(|(id, name)| *id == rule.groupid && *name == rule.groupname) {
                rules.push((rule.groupid, rule.groupname.clone()));
            }
        }
        let userid = verdicts.clone().into_iter().next()?.userid.clone();
        Some(Self { userid, rules, totals: Totals::of(verdicts) })
    }

    /// The names of the rules, joined as WeCom's month report joins lists.
    pub fn rule_names(&self) -> String {
        let names: Vec<&str> = self.rules.iter().map(|(_, name)| name.as_str()).collect();
        names.join(";")
    }
}

impl Verdict {
    /// A work day under a rule that can be judged: 应出勤.
    pub fn is_due(&self) -> bool {
        self.day_type == DayType::Workday
            && !matches!(
                self.status,
                Status::NoRule
                    | Status::UnsupportedRule
                    | Status::Unscheduled
                    | Status::NotEmployed
            )
    }
}

impl LeaveName {
    fn of(leave: &Leave) -> Self {
        Self { kind: leave.kind, name: leave.name.clone() }
    }
}

impl Sum {
    fn add(&mut self, count: u32, seconds: i64) {
        self.count += count;
        self.days += 1;
        self.seconds += seconds;
    }
}

fn merge_sums<K: Ord + Clone>(into: &mut BTreeMap<K, Sum>, from: &BTreeMap<K, Sum>) {
    for (key, other) in from {
        let sum = into.entry(key.clone()).or_default();
        sum.count += other.count;
        sum.days += other.days;
        sum.seconds += other.seconds;
    }
}

/// A breakdown as a list of objects: JSON has no compound keys.
fn as_list<K: Serialize, S: Serializer>(sums: &BTreeMap<K, Sum>, s: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Entry<'a, K> {
        #[serde(flatten)]
        key: &'a K,
        #[serde(flatten)]
        sum: Sum,
    }
    let mut list = s.serialize_seq(Some(sums.len()))?;
    for (key, sum) in sums {
        list.serialize_element(&Entry { key, sum: *sum })?;
    }
    list.end()
}

fn rules<S: Serializer>(rules: &[(GroupId, String)], s: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Entry<'a> {
        groupid: GroupId,
        groupname: &'a str,
    }
    s.collect_seq(rules.iter().map(|(groupid, groupname)| Entry { groupid: *groupid, groupname }))
}
