//! Our verdicts beside WeCom's own day and month reports, number by number.
//!
//! Only what both sides speak of is compared: a number that a report leaves out is skipped, a list
//! that it leaves out is empty, and findings of the kind `other` have no place in a report. Where
//! the reference is silent:
//!
//! - a day that is still open or was not fetched is compared with nothing; a report of such a day
//!   is only theirs, a closed day without a report only ours (a day without a rule needs none);
//! - leave that a report counts in days of 86400 seconds is compared in that unit, 86400 being the
//!   day's standard;
//! - the six overtime buckets are compared where the report fills in any of them, by what they are
//!   paid as;
//! - a month is compared when each of its days is closed and known.

mod alternatives;
mod numbers;

use std::{collections::BTreeMap, ops::RangeInclusive};

use jiff::civil::Date;
use serde::{Serialize, Serializer};
use wecom_checkin::report::{DayReport, MonthReport};

use self::alternatives::Alternative;
use crate::{
    company::Company,
    facts::Person,
    judge::judge,
    reason::Lang,
    verdict::{DayType, FindingKind, LeaveKind, Status, Verdict},
};

/// A number that both sides give for a day or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Whether the day is there at all (1).
    Day,
    /// 0 work day, 1 day off.
    DayType,
    /// Duty punches.
    CheckinCount,
    /// First punch, seconds after the day's 00:00 at UTC+8.
    First,
    /// Last punch, as above.
    Last,
    /// Seconds due.
    Standard,
    /// Seconds worked.
    Worked,
    /// How often a kind of finding.
    Count(FindingKind),
    /// How long in all, seconds.
    Duration(FindingKind),
    /// Overtime seconds.
    Overtime,
    /// Approved overtime that was not worked, seconds.
    OvertimeShort,
    /// Overtime seconds paid as such.
    OvertimeAs(DayType),
    /// Leave, trips or outings, seconds in the report's unit.
    Leave(LeaveKind),
    /// Approved corrections.
    Corrections,
    /// Punches counted as field work.
    FieldWork,
    /// Work days of a month.
    DueDays,
    /// Days of a month without findings.
    NormalDays,
    /// Days of a month with findings.
    AbnormalDays,
    /// Days off of a month.
    RestDays,
}

impl Field {
    /// A stable word, with the unit where there is one: `late_sec`, `checkin_count`.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// The field in words.
    pub fn word(self, lang: Lang) -> &'static str {
        let (_, english, chinese) = self.words();
        match lang {
            Lang::En => english,
            Lang::Zh => chinese,
        }
    }

    /// Whether the number is a length of time in seconds.
    pub fn is_length(self) -> bool {
        self.name().ends_with("_sec") && !self.is_time_of_day()
    }

    /// Whether the number is a time of day in seconds.
    pub fn is_time_of_day(self) -> bool {
        matches!(self, Self::First | Self::Last)
    }

    /// Name, English, Chinese.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Day => ("day", "the day", "当天"),
            Self::DayType => ("day_type", "day off", "休息日"),
            Self::CheckinCount => ("checkin_count", "punches", "打卡次数"),
            Self::First => ("first_sec", "first punch", "最早打卡"),
            Self::Last => ("last_sec", "last punch", "最晚打卡"),
            Self::Standard => ("standard_sec", "owed", "标准工作时长"),
            Self::Worked => ("worked_sec", "worked", "实际工作时长"),
            Self::Count(kind) => match kind {
                FindingKind::Late => ("late_count", "times late", "迟到次数"),
                FindingKind::Early => ("early_count", "times early", "早退次数"),
                FindingKind::Missing => ("missing_count", "missing punches", "缺卡次数"),
                FindingKind::Absent => ("absent_count", "absences", "旷工次数"),
                FindingKind::Place => ("place_count", "wrong places", "地点异常次数"),
                FindingKind::Device => ("device_count", "wrong devices", "设备异常次数"),
                FindingKind::Other => ("other_count", "other findings", "其他异常次数"),
            },
            Self::Duration(kind) => match kind {
                FindingKind::Late => ("late_sec", "late", "迟到时长"),
                FindingKind::Early => ("early_sec", "early", "早退时长"),
                FindingKind::Absent => ("absent_sec", "absent", "旷工时长"),
                _ => ("other_sec", "other", "其他时长"),
            },
            Self::Overtime => ("overtime_sec", "overtime", "加班时长"),
            Self::OvertimeShort => ("overtime_short_sec", "overtime not worked", "加班缺少时长"),
            Self::OvertimeAs(bucket) => match bucket {
                DayType::Workday => ("overtime_workday_sec", "work day overtime", "工作日加班"),
                DayType::Restday => ("overtime_restday_sec", "rest day overtime", "休息日加班"),
                DayType::Holiday => ("overtime_holiday_sec", "holiday overtime", "节假日加班"),
            },
            Self::Leave(kind) => match kind {
                LeaveKind::Leave => ("leave_sec", "leave", "请假"),
                LeaveKind::Trip => ("trip_sec", "trips", "出差"),
                LeaveKind::Out => ("out_sec", "outings", "外出"),
            },
            Self::Corrections => ("correction_count", "corrections", "补卡次数"),
            Self::FieldWork => ("field_count", "field work punches", "外勤次数"),
            Self::DueDays => ("due_days", "days due", "应出勤天数"),
            Self::NormalDays => ("normal_days", "normal days", "正常天数"),
            Self::AbnormalDays => ("abnormal_days", "abnormal days", "异常天数"),
            Self::RestDays => ("rest_days", "rest days", "休息天数"),
        }
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}

/// How the two sides stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Equal.
    Same,
    /// Both say something, and not the same.
    Differs,
    /// WeCom says nothing of it.
    OnlyOurs,
    /// We say nothing of it.
    OnlyTheirs,
}

/// One number beside the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Which number.
    pub field: Field,
    /// How they compare.
    pub outcome: Outcome,
    /// Ours; `None` for nothing.
    pub ours: Option<i64>,
    /// WeCom's.
    pub theirs: Option<i64>,
}

impl Line {
    /// Compares; `None` when neither side says anything.
    fn new(field: Field, ours: Option<i64>, theirs: Option<i64>) -> Option<Self> {
        let outcome = match (ours, theirs) {
            (None, None) => return None,
            (Some(_), None) => Outcome::OnlyOurs,
            (None, Some(_)) => Outcome::OnlyTheirs,
            (Some(ours), Some(theirs)) if ours == theirs => Outcome::Same,
            (Some(_), Some(_)) => Outcome::Differs,
        };
        Some(Self { field, outcome, ours, theirs })
    }

    /// Whether the two sides say the same.
    pub fn is_same(&self) -> bool {
        self.outcome == Outcome::Same
    }
}

/// A verdict beside the report of the same person and day; `None` for "WeCom has none".
pub fn day(verdict: &Verdict, report: Option<&DayReport>) -> Vec<Line> {
    let there = |ours, theirs| Line::new(Field::Day, ours, theirs).into_iter().collect();
    match (is_final(verdict), report) {
        (true, Some(report)) => numbers::of_day(verdict, report),
        (true, None) if !matches!(verdict.status, Status::NoRule | Status::NotEmployed) => {
            there(Some(1), None)
        }
        (false, Some(_)) => there(None, Some(1)),
        _ => Vec::new(),
    }
}

/// The verdicts of a span of days beside the report of their sums; `None` while a day is open or
/// unknown.
pub fn month(verdicts: &[Verdict], report: &MonthReport) -> Option<Vec<Line>> {
    verdicts.iter().all(is_final).then(|| numbers::of_month(verdicts, report))
}

/// Whether nothing that is still to come can change the verdict.
fn is_final(verdict: &Verdict) -> bool {
    !matches!(verdict.status, Status::Pending | Status::Incomplete | Status::UnsupportedRule)
}

/// How many lines of a field ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Equal.
    pub same: u64,
    /// Both, and different.
    pub differs: u64,
    /// Ours alone.
    pub only_ours: u64,
    /// WeCom's alone.
    pub only_theirs: u64,
}

impl Tally {
    fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Same => &mut self.same,
            Outcome::Differs => &mut self.differs,
            Outcome::OnlyOurs => &mut self.only_ours,
            Outcome::OnlyTheirs => &mut self.only_theirs,
        };
        *count += 1;
    }

    /// Lines that are not the same.
    pub fn differences(&self) -> u64 {
        self.differs + self.only_ours + self.only_theirs
    }
}

/// Tallies by field.
pub type Tallies = BTreeMap<Field, Tally>;

/// A key of the policy with another value than now, and what it would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// The key of `[policy]`.
    pub key: String,
    /// The value, as `daka.toml` spells it.
    pub value: String,
    /// Differences of days that would be gone.
    pub removes: u64,
    /// Differences of days that would be new.
    pub adds: u64,
}

/// A comparison of many people, and what would explain their differences.
#[derive(Debug)]
pub struct Reconciliation<'a> {
    company: &'a Company,
    alternatives: Vec<Alternative>,
    days: Tallies,
    months: Tallies,
}

/// One person, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Our verdicts.
    pub verdicts: Vec<Verdict>,
    /// Each day that WeCom was asked about.
    pub days: Vec<(Date, Vec<Line>)>,
}

impl<'a> Reconciliation<'a> {
    /// A comparison that has seen nobody yet.
    pub fn new(company: &'a Company) -> Self {
        let alternatives = alternatives::of(company);
        Self { company, alternatives, days: Tallies::new(), months: Tallies::new() }
    }

    /// Judges a person and compares the days that WeCom was asked about, with its report or without.
    ///
    /// Hand over each person once: the same days are judged under every other policy too, to see
    /// which one would explain the differences.
    pub fn person(
        &mut self,
        person: &Person,
        days: RangeInclusive<Date>,
        told: &BTreeMap<Date, Option<DayReport>>,
    ) -> Compared {
        let verdicts = judged(self.company, person, days.clone());
        let compared = compare(&verdicts, told);
        for line in compared.iter().flat_map(|(_, lines)| lines) {
            self.days.entry(line.field).or_default().add(line.outcome);
        }
        for alternative in &mut self.alternatives {
            let verdicts = judged(&alternative.company, person, days.clone());
            alternative.count(&compared, &compare(&verdicts, told));
        }
        Compared { verdicts, days: compared }
    }

    /// Compares a span of days with the report of its sums; as [`month`].
    pub fn month(&mut self, verdicts: &[Verdict], report: &MonthReport) -> Option<Vec<Line>> {
        let lines = month(verdicts, report)?;
        for line in &lines {
            self.months.entry(line.field).or_default().add(line.outcome);
        }
        Some(lines)
    }

    /// How the days compared, by field.
    pub fn day_tallies(&self) -> &Tallies {
        &self.days
    }

    /// How the months compared, by field.
    pub fn month_tallies(&self) -> &Tallies {
        &self.months
    }

    /// The policy keys that would remove more differences of days than they add, the best first.
    pub fn explained(&self) -> Vec<Explained> {
        let mut explained: Vec<Explained> =
            self.alternatives.iter().filter_map(Alternative::explains).collect();
        explained.sort_by_key(|e| std::cmp::Reverse(e.removes - e.adds));
        explained
    }
}

fn compare(
    verdicts: &[Verdict],
    told: &BTreeMap<Date, Option<DayReport>>,
) -> Vec<(Date, Vec<Line>)> {
    let of_day = |verdict: &Verdict| {
        let report = told.get(&verdict.date)?;
        Some((verdict.date, day(verdict, report.as_ref())))
    };
    verdicts.iter().filter_map(of_day).collect()
}

/// The verdicts alone.
fn judged(company: &Company, person: &Person, days: RangeInclusive<Date>) -> Vec<Verdict> {
    judge(company, person, days).into_iter().map(|day| day.verdict).collect()
}
