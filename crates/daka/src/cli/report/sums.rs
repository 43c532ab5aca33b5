//! `daka report --format`: the month's sums as rows, a person, a department or the company each.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use attendance::{
    month::{PersonMonth, Totals},
    verdict::{DayType, FindingKind},
};
use daka_ledger::Member;
use serde::Serialize;
use wecom_checkin::{DepartmentId, UserId, UserKey};

use crate::{
    days::Days,
    failure::{Failure, Problem},
    gaps::Gaps,
    judging::Judging,
    lang::Lang,
    output::OutputArgs,
    report::Tree,
    table::{Column, Unit},
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
struct OfDepartment<'a> {
    department: i64,
    name: &'a str,
    #[serde(flatten)]
    group: &'a Group,
}

/// What is to be summed up, and where it goes.
pub(super) struct Wanted<'a> {
    pub(super) people: Option<&'a [UserId]>,
    pub(super) days: Days,
    pub(super) by: By,
    /// Departments at this level below the root, with all below them.
    pub(super) level: Option<usize>,
    pub(super) output: &'a OutputArgs,
    pub(super) lang: Lang,
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
    tree: &Tree,
    wanted: &Wanted<'_>,
    mut gaps: Gaps,
) -> Result<Printed, Failure> {
    let &Wanted { people, days, by, level, output, lang } = wanted;
    let summed = |id: i64| match level {
        Some(level) => tree.at_level(DepartmentId(id), level),
        None => DepartmentId(id),
    };
    let departments: HashMap<UserKey, BTreeSet<DepartmentId>> = members
        .into_iter()
        .map(|member| (member.userid.key(), member.departments.into_iter().map(summed).collect()))
        .collect();
    let mut output = output.table_for_excel(lang, columns(), |row: &Row| row.json.clone())?;
    let mut company = Group::default();
    let mut by_department: BTreeMap<DepartmentId, Group> = BTreeMap::new();
    let strangers = judging
        .each(people, days, |judged| {
            gaps.add(&judged.person, judged.verdicts());
            let Some(month) = PersonMonth::of(judged.verdicts()) else { return Ok(()) };
            company.add(&month.totals);
            match by {
                By::Person => {
                    output.push(&[Row::new(&month, month.userid.as_str(), 1, &month.totals)])?;
                }
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
        let name = tree.path(*department);
        let json = OfDepartment { department: department.0, name: &name, group };
        let row = Row::new(&json, &name, group.people, &group.totals);
        output.push(&[row])?;
    }
    if by == By::Company {
        output.push(&[Row::new(&company, "company", company.people, &company.totals)])?;
    }
    let wrote = company.people > 0 || strangers.is_none();
    if wrote {
        output.finish()?;
    }
    Ok(Printed { strangers, gaps, wrote })
}

/// One row: whose sums, how many people they are of, and its JSON.
struct Row {
    of: String,
    people: u32,
    totals: Totals,
    json: String,
}

impl Row {
    fn new(json: &impl Serialize, of: &str, people: u32, totals: &Totals) -> Self {
        let json = serde_json::to_string(json).unwrap_or_default();
        Self { of: of.to_owned(), people, totals: totals.clone(), json }
    }
}

fn columns() -> Vec<Column<Row>> {
    let days = |key, of: fn(&Totals) -> u32| {
        Column::number(key, Unit::Count, move |row: &Row| of(&row.totals).into())
    };
    let hours = |key, of: fn(&Totals) -> i64| {
        Column::number(key, Unit::Hours, move |row: &Row| of(&row.totals))
    };
    let count = |key, kind: FindingKind| {
        Column::number(key, Unit::Count, move |row: &Row| row.totals.finding(kind).count.into())
    };
    let length = |key, kind: FindingKind| {
        Column::number(key, Unit::Minutes, move |row: &Row| row.totals.finding(kind).seconds)
    };
    let overtime = |key, bucket: DayType| {
        Column::number(key, Unit::Hours, move |row: &Row| row.totals.overtime_sec(bucket))
    };
    vec![
        Column::text("of", |row: &Row| Some(row.of.as_str().into())).named("对象", "of"),
        Column::number("people", Unit::Count, |row: &Row| row.people.into())
            .named("人数", "people"),
        days("days", |t| t.days).named("人日", "days").wide(),
        days("due_days", |t| t.due_days).named("应出勤", "due"),
        days("attended_days", |t| t.attended_days).named("实出勤", "attended"),
        days("rest_days", |t| t.rest_days).named("休息", "rest").wide(),
        days("normal_days", |t| t.normal_days).named("正常", "normal").wide(),
        days("abnormal_days", |t| t.abnormal_days).named("异常", "abnormal").wide(),
        days("pending_days", |t| t.pending_days).named("未结束", "open").wide(),
        days("incomplete_days", |t| t.incomplete_days).named("数据不全", "incomplete").wide(),
        days("unsettled_days", |t| t.pending_days + t.incomplete_days).named("未定", "open"),
        hours("standard_sec", |t| t.standard_sec).named("标准工时", "due hours").wide(),
        hours("worked_sec", |t| t.worked_sec).named("实际工时", "worked"),
        hours("unsettled_standard_sec", |t| t.unsettled_standard_sec)
            .named("未计入标准", "due, not counted")
            .wide(),
        hours("unsettled_worked_sec", |t| t.unsettled_worked_sec)
            .named("未计入工时", "worked, not counted")
            .wide(),
        count("late_count", FindingKind::Late).named("迟到", "late"),
        length("late_sec", FindingKind::Late).named("迟到时长", "late for").wide(),
        count("early_count", FindingKind::Early).named("早退", "early").wide(),
        length("early_sec", FindingKind::Early).named("早退时长", "early by").wide(),
        count("missing_count", FindingKind::Missing).named("缺卡", "missing"),
        count("absent_count", FindingKind::Absent).named("旷工", "absent"),
        length("absent_sec", FindingKind::Absent).named("旷工时长", "absent for").wide(),
        count("place_count", FindingKind::Place).named("地点异常", "place").wide(),
        count("device_count", FindingKind::Device).named("设备异常", "device").wide(),
        count("other_count", FindingKind::Other).named("其他异常", "other").wide(),
        days("exception_count", Totals::finding_count).named("异常合计", "findings").wide(),
        overtime("overtime_workday_sec", DayType::Workday)
            .named("工作日加班", "OT work days")
            .wide(),
        overtime("overtime_restday_sec", DayType::Restday)
            .named("休息日加班", "OT rest days")
            .wide(),
        overtime("overtime_holiday_sec", DayType::Holiday)
            .named("节假日加班", "OT holidays")
            .wide(),
    ]
}
