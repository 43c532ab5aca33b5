//! 日报: a line a person-day, with WeCom's own titles, groups, units and order.

use attendance::{
    Verdict,
    time::Moment,
    verdict::{DayType, FindingKind, LeaveKind, OvertimeStatus},
};
use rust_xlsxwriter::{Workbook, XlsxError};

use super::{
    Heading, PersonReport, Who,
    punches::{SlotCell, clock},
    sheet::{self, Cell, Column, Sheet, column},
    words,
};
use crate::lang::Lang;

/// A person-day as the sheet shows it.
#[derive(Debug, Clone)]
pub(crate) struct DayRow {
    pub(crate) who: Who,
    pub(crate) verdict: Verdict,
    /// Due punches in order: on 1, off 1, on 2, …
    pub(crate) slots: Vec<SlotCell>,
    /// Every time somebody punched, `HH:MM`, next-day ones marked.
    pub(crate) times: Vec<String>,
}

/// Writes the sheet.
pub(super) fn write(
    workbook: &mut Workbook,
    heading: &Heading,
    people: &[PersonReport],
) -> Result<(), XlsxError> {
    let segments = people
        .iter()
        .flat_map(|person| &person.days)
        .map(|day| day.slots.len().div_ceil(2))
        .max()
        .unwrap_or_default();
    let sheet = Sheet {
        name: ("日报", "Days"),
        title: ("概况统计与打卡明细", "Days: outcome and punches"),
        frozen: 3,
    };
    let columns = columns(heading.lang, segments.max(1));
    sheet::write(workbook, &sheet, heading, &columns, people.iter().flat_map(|p| &p.days))
}

const NO_GROUP: (&str, &str) = ("", "");
const BASE: (&str, &str) = ("基础信息", "Person");
const OUTCOME: (&str, &str) = ("考勤概况", "Outcome");
const FINDINGS: (&str, &str) = ("异常统计", "Findings");
const OUTDOOR: (&str, &str) = ("外出打卡", "Outdoor");
const OVERTIME: (&str, &str) = ("加班统计", "Overtime");
const LEAVE: (&str, &str) = ("假勤统计", "Leave");

fn columns(lang: Lang, segments: usize) -> Vec<Column<DayRow>> {
    let mut columns = vec![
        column(NO_GROUP, ("时间", "Date"), 22.0, |d: &DayRow| Cell::Day(d.verdict.date)),
        column(NO_GROUP, ("姓名", "Name"), 12.0, |d: &DayRow| Cell::text(&d.who.name)),
        column(NO_GROUP, ("账号", "Userid"), 14.0, |d: &DayRow| Cell::text(&d.who.userid)),
        column(BASE, ("部门", "Departments"), 16.0, |d: &DayRow| Cell::text(&d.who.departments)),
        column(BASE, ("职务", "Position"), 8.0, |_| Cell::Nothing),
    ];
    columns.extend(outcome(lang));
    columns.extend(findings());
    columns.extend([column(
        OUTDOOR,
        ("外出打卡次数(次)", "Outdoor punches"),
        10.0,
        |d: &DayRow| Cell::count(d.verdict.outdoor_count),
    )]);
    columns.extend(overtime(lang));
    columns.extend(leave());
    for segment in 1..=segments {
        columns.extend(slot_columns(segment));
    }
    columns.push(column(NO_GROUP, ("打卡时间记录", "All times"), 28.0, |d: &DayRow| {
        Cell::text(&d.times.join(" "))
    }));
    columns.push(column(NO_GROUP, ("判定依据", "Why"), 60.0, move |d: &DayRow| {
        Cell::text(&words::reasons(&d.verdict, lang))
    }));
    columns
}

fn outcome(lang: Lang) -> Vec<Column<DayRow>> {
    let time = |at: Option<Moment>, d: &DayRow| {
        at.map_or(Cell::Nothing, |at| Cell::Text(clock(at.datetime(), d.verdict.date)))
    };
    vec![
        column(OUTCOME, ("所属规则", "Rule"), 16.0, |d: &DayRow| {
            d.verdict.rule.as_ref().map_or(Cell::Nothing, |rule| Cell::text(&rule.groupname))
        }),
        column(OUTCOME, ("班次", "Shift"), 10.0, |d: &DayRow| {
            d.verdict.rule.as_ref().map_or(Cell::Nothing, |rule| Cell::text(&rule.schedule_name))
        }),
        column(OUTCOME, ("最早", "First"), 11.0, move |d: &DayRow| time(d.verdict.first, d)),
        column(OUTCOME, ("最晚", "Last"), 11.0, move |d: &DayRow| time(d.verdict.last, d)),
        column(OUTCOME, ("打卡次数(次)", "Punches"), 9.0, |d: &DayRow| {
            Cell::count(d.verdict.checkin_count)
        }),
        column(OUTCOME, ("标准工作时长(小时)", "Due hours"), 11.0, |d: &DayRow| {
            Cell::hours(d.verdict.standard_sec)
        }),
        column(OUTCOME, ("实际工作时长(小时)", "Worked hours"), 11.0, |d: &DayRow| {
            Cell::hours(d.verdict.worked_sec)
        }),
        column(OUTCOME, ("假勤申请", "Leave"), 14.0, |d: &DayRow| {
            Cell::text(&leave_names(&d.verdict))
        }),
        column(OUTCOME, ("考勤结果", "Outcome"), 20.0, move |d: &DayRow| {
            Cell::Text(words::outcome(&d.verdict, lang))
        }),
    ]
}

fn findings() -> Vec<Column<DayRow>> {
    let count = |head, kind| {
        column(FINDINGS, head, 9.0, move |d: &DayRow| {
            Cell::count(d.verdict.finding(kind).map_or(0, |f| f.count))
        })
    };
    let minutes = |head, kind| {
        column(FINDINGS, head, 9.0, move |d: &DayRow| {
            Cell::minutes(d.verdict.finding(kind).and_then(|f| f.duration_sec).unwrap_or_default())
        })
    };
    vec![
        column(FINDINGS, ("异常合计(次)", "All"), 9.0, |d: &DayRow| {
            Cell::count(d.verdict.findings.iter().map(|f| f.count).sum::<u32>())
        }),
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

fn overtime(lang: Lang) -> Vec<Column<DayRow>> {
    let bucket = |head, bucket: DayType| {
        column(OVERTIME, head, 11.0, move |d: &DayRow| {
            let overtime = &d.verdict.overtime;
            Cell::hours(if overtime.bucket == bucket { overtime.seconds } else { 0 })
        })
    };
    vec![
        column(OVERTIME, ("加班状态", "Status"), 9.0, move |d: &DayRow| {
            match d.verdict.overtime.status {
                OvertimeStatus::None => Cell::Nothing,
                OvertimeStatus::Ok => Cell::text(lang.pick("正常", "ok")),
                OvertimeStatus::Short => Cell::text(lang.pick("时长不足", "short")),
            }
        }),
        column(OVERTIME, ("加班时长(小时)", "Hours"), 9.0, |d: &DayRow| {
            Cell::hours(d.verdict.overtime.seconds)
        }),
        bucket(("工作日加班(小时)", "Work days"), DayType::Workday),
        bucket(("休息日加班(小时)", "Rest days"), DayType::Restday),
        bucket(("节假日加班(小时)", "Holidays"), DayType::Holiday),
    ]
}

fn leave() -> Vec<Column<DayRow>> {
    let of_kind = |d: &DayRow, kind| -> i64 {
        d.verdict.leave.iter().filter(|l| l.kind == kind).map(|l| l.seconds).sum()
    };
    vec![
        column(LEAVE, ("补卡次数(次)", "Corrections"), 9.0, |d: &DayRow| {
            Cell::count(d.verdict.correction_count)
        }),
        column(LEAVE, ("外勤次数(次)", "Field work"), 9.0, |d: &DayRow| {
            Cell::count(d.verdict.field_count)
        }),
        column(LEAVE, ("外出(小时)", "Outings (h)"), 9.0, move |d: &DayRow| {
            Cell::hours(of_kind(d, LeaveKind::Out))
        }),
        column(LEAVE, ("出差(小时)", "Trips (h)"), 9.0, move |d: &DayRow| {
            Cell::hours(of_kind(d, LeaveKind::Trip))
        }),
        column(LEAVE, ("请假(小时)", "Leave (h)"), 9.0, move |d: &DayRow| {
            Cell::hours(of_kind(d, LeaveKind::Leave))
        }),
    ]
}

/// 上班N and 下班N: when, and how it was.
fn slot_columns(segment: usize) -> Vec<Column<DayRow>> {
    let mut columns = Vec::new();
    for (side, (zh, en)) in [("上班", "On"), ("下班", "Off")].into_iter().enumerate() {
        let slot = (segment - 1) * 2 + side;
        columns.push(Column {
            group: NO_GROUP,
            head: (format!("{zh}{segment}打卡时间"), format!("{en} {segment} time")),
            width: 11.0,
            cell: Box::new(move |d: &DayRow| {
                d.slots.get(slot).map_or(Cell::Nothing, |s| Cell::text(&s.time))
            }),
        });
        columns.push(Column {
            group: NO_GROUP,
            head: (format!("{zh}{segment}打卡状态"), format!("{en} {segment} status")),
            width: 12.0,
            cell: Box::new(move |d: &DayRow| {
                d.slots.get(slot).map_or(Cell::Nothing, |s| Cell::text(&s.status))
            }),
        });
    }
    columns
}

fn leave_names(verdict: &Verdict) -> String {
    verdict.leave.iter().map(|leave| leave.name.as_str()).collect::<Vec<_>>().join("、")
}
