//! 月报: a line a person, sums first, then a column a day, in WeCom's own order.

use attendance::{
    month::Totals,
    verdict::{DayType, FindingKind, LeaveKind, Status},
};
use jiff::civil::Date;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::{
    Heading, PersonReport,
    sheet::{self, Cell, Column, Sheet, column},
    words,
};
use crate::lang::Lang;

/// Writes the sheet.
pub(super) fn write(
    workbook: &mut Workbook,
    heading: &Heading,
    people: &[PersonReport],
) -> Result<(), XlsxError> {
    let sheet = Sheet {
        name: ("月报", "Month"),
        title: ("上下班打卡_月报", "Month: sums a person"),
        frozen: 1,
    };
    sheet::write(workbook, &sheet, heading, &columns(heading), people.iter())
}

const PERSON: (&str, &str) = ("基础信息", "Person");
const OUTCOME: (&str, &str) = ("考勤概况", "Outcome");
const FINDINGS: (&str, &str) = ("异常统计", "Findings");
const LEAVE: (&str, &str) = ("假勤统计", "Leave");
const OVERTIME: (&str, &str) = ("加班统计", "Overtime");
const DAYS: (&str, &str) = ("考勤结果", "Days");

fn columns(heading: &Heading) -> Vec<Column<PersonReport>> {
    let mut columns = vec![
        column(PERSON, ("姓名", "Name"), 14.0, |p: &PersonReport| Cell::text(&p.who.name)),
        column(PERSON, ("账号", "Userid"), 14.0, |p: &PersonReport| Cell::text(&p.who.userid)),
        column(PERSON, ("所属规则", "Rules"), 18.0, |p: &PersonReport| {
            Cell::text(&p.month.rule_names())
        }),
        column(PERSON, ("部门", "Departments"), 16.0, |p: &PersonReport| {
            Cell::text(&p.who.departments)
        }),
        column(PERSON, ("职务", "Position"), 8.0, |_: &PersonReport| Cell::Nothing),
        days(OUTCOME, ("应出勤天数(天)", "Due days"), |t| t.due_days),
        days(OUTCOME, ("实际出勤天数(天)", "Attended days"), |t| t.attended_days),
        days(OUTCOME, ("休息天数(天)", "Rest days"), |t| t.rest_days),
        days(OUTCOME, ("正常天数(天)", "Normal days"), |t| t.normal_days),
        days(OUTCOME, ("异常天数(天)", "Abnormal days"), |t| t.abnormal_days),
        hours(OUTCOME, ("标准工作时长(小时)", "Due hours"), |t| t.standard_sec),
        hours(OUTCOME, ("实际工作时长(小时)", "Worked hours"), |t| t.worked_sec),
    ];
    columns.extend(findings());
    columns.extend([
        days(LEAVE, ("补卡次数(次)", "Corrections"), |t| t.correction_count),
        days(LEAVE, ("外勤次数(次)", "Field work"), |t| t.field_count),
        days(LEAVE, ("外出打卡次数(次)", "Outdoor punches"), |t| t.outdoor_count),
        hours(LEAVE, ("外出(小时)", "Outings (h)"), |t| away(t, LeaveKind::Out)),
        hours(LEAVE, ("出差(小时)", "Trips (h)"), |t| away(t, LeaveKind::Trip)),
        hours(LEAVE, ("请假(小时)", "Leave (h)"), |t| away(t, LeaveKind::Leave)),
        hours(OVERTIME, ("加班时长(小时)", "Overtime"), |t| {
            [DayType::Workday, DayType::Restday, DayType::Holiday]
                .into_iter()
                .map(|bucket| t.overtime_sec(bucket))
                .sum()
        }),
        hours(OVERTIME, ("工作日加班时长(小时)", "Work days"), |t| {
            t.overtime_sec(DayType::Workday)
        }),
        hours(OVERTIME, ("休息日加班时长(小时)", "Rest days"), |t| {
            t.overtime_sec(DayType::Restday)
        }),
        hours(OVERTIME, ("节假日加班时长(小时)", "Holidays"), |t| {
            t.overtime_sec(DayType::Holiday)
        }),
    ]);
    columns.extend(heading.days.iter().map(|date| day(date, heading.lang)));
    columns
}

fn days(
    group: (&'static str, &'static str),
    head: (&str, &str),
    count: impl Fn(&Totals) -> u32 + 'static,
) -> Column<PersonReport> {
    column(group, head, 9.0, move |p: &PersonReport| Cell::count(count(&p.month.totals)))
}

fn hours(
    group: (&'static str, &'static str),
    head: (&str, &str),
    seconds: impl Fn(&Totals) -> i64 + 'static,
) -> Column<PersonReport> {
    column(group, head, 10.0, move |p: &PersonReport| Cell::hours(seconds(&p.month.totals)))
}

fn findings() -> Vec<Column<PersonReport>> {
    let count = |head, kind| days(FINDINGS, head, move |t| t.finding(kind).count);
    let minutes = |head, kind| {
        column(FINDINGS, head, 9.0, move |p: &PersonReport| {
            Cell::minutes(p.month.totals.finding(kind).seconds)
        })
    };
    vec![
        days(FINDINGS, ("异常合计(次)", "All"), Totals::finding_count),
        count(("迟到次数(次)", "Late"), FindingKind::Late),
        minutes(("迟到时长(分钟)", "Late minutes"), FindingKind::Late),
        count(("早退次数(次)", "Early"), FindingKind::Early),
        minutes(("早退时长(分钟)", "Early minutes"), FindingKind::Early),
        count(("旷工次数(次)", "Absent"), FindingKind::Absent),
        minutes(("旷工时长(分钟)", "Absent minutes"), FindingKind::Absent),
        count(("缺卡次数(次)", "Missing"), FindingKind::Missing),
        count(("地点异常(次)", "Place"), FindingKind::Place),
        count(("设备异常(次)", "Device"), FindingKind::Device),
        count(("其他异常(次)", "Other"), FindingKind::Other),
    ]
}

fn away(totals: &Totals, kind: LeaveKind) -> i64 {
    totals.leave.iter().filter(|(name, _)| name.kind == kind).map(|(_, sum)| sum.seconds).sum()
}

/// One day's column, headed `1⏎星期三`; its cells end in ` ;` as WeCom's do.
fn day(date: Date, lang: Lang) -> Column<PersonReport> {
    let weekday = date.weekday();
    let zh = ["一", "二", "三", "四", "五", "六", "日"]
        .get(usize::from(weekday.to_monday_zero_offset().unsigned_abs()))
        .copied()
        .unwrap_or_default();
    Column {
        group: DAYS,
        head: (format!("{}\n星期{zh}", date.day()), date.strftime("%-d\n%a").to_string()),
        width: 13.0,
        cell: Box::new(move |p: &PersonReport| {
            let day = p.days.iter().find(|day| day.verdict.date == date);
            match day.map(|day| &day.verdict) {
                None => Cell::Nothing,
                Some(verdict) if is_unknown(verdict.status) => Cell::Nothing,
                Some(verdict) => Cell::Text(format!("{} ;", words::outcome(verdict, lang))),
            }
        }),
    }
}

/// A day about which nothing can be said yet, or ever.
fn is_unknown(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Incomplete | Status::NoRule)
}
