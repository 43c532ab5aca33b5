//! `daka report --format`: the month's sums as rows, a person, a department or the company each.

use std::collections::{BTreeMap, HashMap};

use attendance::{
    month::{PersonMonth, Totals},
    verdict::{DayType, FindingKind},
};
use daka_ledger::Member;
use serde::Serialize;
use wecom_checkin::{UserId, UserKey};

use crate::{
    days::Days,
    failure::{Failure, Problem},
    gaps::Gaps,
    judging::Judging,
    output::{Output, OutputArgs},
};

/// What a row sums up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum By {
    /// A person
    Person,
    /// A department; who is in several counts in each
    Department,
    /// The company
    Company,
}

const COLUMNS: [&str; 26] = [
    "of",
    "people",
    "days",
    "due_days",
    "attended_days",
    "rest_days",
    "normal_days",
    "abnormal_days",
    "pending_days",
    "incomplete_days",
    "standard_sec",
    "worked_sec",
    "late_count",
    "late_sec",
    "early_count",
    "early_sec",
    "missing_count",
    "absent_count",
    "absent_sec",
    "place_count",
    "device_count",
    "other_count",
    "exception_count",
    "overtime_workday_sec",
    "overtime_restday_sec",
    "overtime_holiday_sec",
];

/// People who are summed up together.
#[derive(Debug, Default, Serialize)]
struct Group {
    people: u32,
    #[serde(flatten)]
    totals: Totals,
}

impl Group {
    fn add(&mut self, totals: &Totals) {
        self.people += 1;
        self.totals.merge(totals);
    }
}

#[derive(Serialize)]
struct Department<'a> {
    department: i64,
    #[serde(flatten)]
    group: &'a Group,
}

/// What is to be summed up, and where it goes.
pub(super) struct Wanted<'a> {
    pub(super) people: Option<&'a [UserId]>,
    pub(super) days: Days,
    pub(super) by: By,
    pub(super) output: &'a OutputArgs,
}

/// What became of it: who was named and is not on file, and what was never fetched.
pub(super) struct Printed {
    pub(super) strangers: Option<Problem>,
    pub(super) gaps: Gaps,
    pub(super) wrote: bool,
}

/// Judges and prints the sums.
pub(super) async fn print(
    judging: &Judging<'_>,
    members: Vec<Member>,
    wanted: &Wanted<'_>,
    mut gaps: Gaps,
) -> Result<Printed, Failure> {
    let &Wanted { people, days, by, output } = wanted;
    let departments: HashMap<UserKey, Vec<i64>> =
        members.into_iter().map(|member| (member.userid.key(), member.departments)).collect();
    let mut output = output.open_for_excel(&COLUMNS)?;
    let mut company = Group::default();
    let mut by_department: BTreeMap<i64, Group> = BTreeMap::new();
    let strangers = judging
        .each(people, days, |judged| {
            gaps.add(&judged.person, judged.verdicts());
            let Some(month) = PersonMonth::of(judged.verdicts()) else { return Ok(()) };
            company.add(&month.totals);
            match by {
                By::Person => row(&mut output, &month, month.userid.as_str(), 1, &month.totals)?,
                By::Department => {
                    for id in departments.get(&month.userid.key()).into_iter().flatten() {
                        by_department.entry(*id).or_default().add(&month.totals);
                    }
                }
                By::Company => {}
            }
            Ok(())
        })
        .await?;
    for (department, group) in &by_department {
        let json = Department { department: *department, group };
        row(&mut output, &json, &department.to_string(), group.people, &group.totals)?;
    }
    if by == By::Company {
        row(&mut output, &company, "company", company.people, &company.totals)?;
    }
    let wrote = company.people > 0 || strangers.is_none();
    if wrote {
        output.finish()?;
    }
    Ok(Printed { strangers, gaps, wrote })
}

fn row(
    output: &mut Output,
    json: &impl Serialize,
    of: &str,
    people: u32,
    totals: &Totals,
) -> Result<(), Failure> {
    output.row(
        || serde_json::to_string(json).unwrap_or_default(),
        || {
            let sum = |kind| totals.finding(kind);
            let (late, early) = (sum(FindingKind::Late), sum(FindingKind::Early));
            let absent = sum(FindingKind::Absent);
            let mut cells = vec![of.to_owned(), people.to_string()];
            let numbers: [i64; 24] = [
                totals.days.into(),
                totals.due_days.into(),
                totals.attended_days.into(),
                totals.rest_days.into(),
                totals.normal_days.into(),
                totals.abnormal_days.into(),
                totals.pending_days.into(),
                totals.incomplete_days.into(),
                totals.standard_sec,
                totals.worked_sec,
                late.count.into(),
                late.seconds,
                early.count.into(),
                early.seconds,
                sum(FindingKind::Missing).count.into(),
                absent.count.into(),
                absent.seconds,
                sum(FindingKind::Place).count.into(),
                sum(FindingKind::Device).count.into(),
                sum(FindingKind::Other).count.into(),
                totals.finding_count().into(),
                totals.overtime_sec(DayType::Workday),
                totals.overtime_sec(DayType::Restday),
                totals.overtime_sec(DayType::Holiday),
            ];
            cells.extend(numbers.iter().map(ToString::to_string));
            cells
        },
    )
}
