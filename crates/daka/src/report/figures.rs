//! Columns that month and day have in common, in WeCom's own words, units and order: both are sums
//! of verdicts, the one of many and the other of one.

use attendance::{
    month::{Bucket, Totals},
    verdict::{Compensation, DayType, FindingKind, LeaveKind},
};

use super::away::{Away, AwayKind, AwayUnit};
use crate::{
    lang::Lang,
    table::{Column, Unit, Value},
};

pub(super) type Names = (&'static str, &'static str);

pub(super) const NO_GROUP: Names = ("", "");
pub(super) const PERSON: Names = ("基础信息", "Person");
/// A column that some companies have.
pub(super) const NUMBER: Names = ("工号", "Employee no");
pub(super) const OUTCOME: Names = ("考勤概况", "Outcome");
const FINDINGS: Names = ("异常统计", "Findings");
const LEAVE: Names = ("假勤统计", "Leave");
pub(super) const OVERTIME: Names = ("加班统计", "Overtime");

/// A row that is a sum of verdicts.
pub(super) trait Summed: 'static {
    fn totals(&self) -> &Totals;
    /// Leave, trips and outings in their units.
    fn away(&self) -> &Away;
    /// Punches that an approval stands for; only WeCom's own report of a month tells.
    fn approved_punches(&self) -> Option<i64> {
        None
    }
}

/// A column of a sheet.
pub(super) fn column<R>(
    group: Names,
    name: Names,
    width: f64,
    unit: Unit,
    value: impl for<'a> Fn(&'a R) -> Value<'a> + Send + Sync + 'static,
) -> Column<R> {
    let mut column = Column::new(name.1, unit, value).named(name.0, name.1).width(width);
    column.group = group;
    column
}

/// A column of text.
pub(super) fn text<R: 'static>(
    group: Names,
    name: Names,
    width: f64,
    of: fn(&R) -> &str,
) -> Column<R> {
    column(group, name, width, Unit::Text, move |row| Value::text(of(row)))
}

/// Hours of a run of days, marked where days are missing from them.
pub(super) fn settled(totals: &Totals, seconds: i64, lang: Lang) -> Value<'static> {
    let (open, unfetched) = (totals.pending_days, totals.incomplete_days);
    if open + unfetched == 0 {
        return Value::Number(seconds);
    }
    if totals.days == 1 {
        return Value::Lacking(seconds, String::new());
    }
    let note = lang.pick(
        format!("不含未结束的{open}天、从未取数的{unfetched}天"),
        format!("without {open} days still open and {unfetched} never fetched"),
    );
    Value::Lacking(seconds, note)
}

fn sum<R: Summed>(
    group: Names,
    name: Names,
    unit: Unit,
    of: impl Fn(&Totals) -> i64 + Send + Sync + 'static,
) -> Column<R> {
    column(group, name, 10.0, unit, move |row: &R| Value::Number(of(row.totals())))
}

/// 异常统计.
pub(super) fn findings<R: Summed>() -> Vec<Column<R>> {
    let count = |name, kind| {
        sum(FINDINGS, name, Unit::Count, move |t: &Totals| t.finding(kind).count.into())
    };
    let minutes =
        |name, kind| sum(FINDINGS, name, Unit::Minutes, move |t: &Totals| t.finding(kind).seconds);
    vec![
        sum(FINDINGS, ("异常合计(次)", "All"), Unit::Count, |t| t.finding_count().into()),
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

/// 假勤统计, ending in a column for each type of leave that the company has.
pub(super) fn leave<R: Summed>(types: &[AwayKind]) -> Vec<Column<R>> {
    let mut columns = vec![
        sum(LEAVE, ("补卡次数(次)", "Corrections"), Unit::Count, |t| {
            t.correction_count.into()
        }),
        column(
            LEAVE,
            ("审批打卡次数(次)", "Approved punches"),
            10.0,
            Unit::Count,
            |row: &R| row.approved_punches().map_or(Value::Nothing, Value::Number),
        ),
        sum(LEAVE, ("外勤次数(次)", "Field work"), Unit::Count, |t| t.field_count.into()),
        column(LEAVE, ("外出(小时)", "Outings (h)"), 10.0, Unit::Hours, |row: &R| {
            Value::Number(row.away().seconds(LeaveKind::Out))
        }),
        column(LEAVE, ("出差(天)", "Trips (days)"), 10.0, Unit::Days, |row: &R| {
            Value::Decimal(row.away().days(LeaveKind::Trip))
        }),
    ];
    columns.extend(types.iter().filter(|kind| kind.kind == LeaveKind::Leave).map(leave_type));
    columns
}

fn leave_type<R: Summed>(kind: &AwayKind) -> Column<R> {
    let (zh, en, unit) = match kind.unit {
        AwayUnit::Days => ("天", "days", Unit::Days),
        AwayUnit::Hours => ("小时", "h", Unit::Hours),
    };
    let names = (format!("{}({zh})", kind.shown()), format!("{} ({en})", kind.shown()));
    let kind = kind.clone();
    column(LEAVE, ("", "leave"), 10.0, unit, move |row: &R| match kind.unit {
        AwayUnit::Days => Value::Decimal(row.away().days_of(&kind.name)),
        AwayUnit::Hours => Value::Number(row.away().seconds_of(&kind.name)),
    })
    .named(names.0, names.1)
}

/// What overtime of a kind of day is counted as; the month has a sum before each pair.
pub(super) fn overtime<R: Summed>(with_sums: bool, lang: Lang) -> Vec<Column<R>> {
    let days: [(DayType, [Names; 3]); 3] = [
        (
            DayType::Workday,
            [
                ("工作日加班时长(小时)", "Work days"),
                ("工作日加班计为调休(小时)", "Work days as time off"),
                ("工作日加班计为加班费(小时)", "Work days as pay"),
            ],
        ),
        (
            DayType::Restday,
            [
                ("休息日加班时长(小时)", "Rest days"),
                ("休息日加班计为调休(小时)", "Rest days as time off"),
                ("休息日加班计为加班费(小时)", "Rest days as pay"),
            ],
        ),
        (
            DayType::Holiday,
            [
                ("节假日加班时长(小时)", "Holidays"),
                ("节假日加班计为调休(小时)", "Holidays as time off"),
                ("节假日加班计为加班费(小时)", "Holidays as pay"),
            ],
        ),
    ];
    let hours = |name, of: Box<dyn Fn(&Totals) -> i64 + Send + Sync>| {
        column(OVERTIME, name, 10.0, Unit::Hours, move |row: &R| {
            settled(row.totals(), of(row.totals()), lang)
        })
    };
    let all = |t: &Totals| t.overtime.values().map(|sum| sum.seconds).sum();
    let mut columns = vec![hours(("加班时长(小时)", "Overtime"), Box::new(all))];
    for (bucket, [all, off, pay]) in days {
        let turned = |name, compensation| {
            let key = Bucket { bucket, compensation: Some(compensation) };
            hours(
                name,
                Box::new(move |t: &Totals| t.overtime.get(&key).map_or(0, |sum| sum.seconds)),
            )
        };
        if with_sums {
            columns.push(hours(all, Box::new(move |t| t.overtime_sec(bucket))));
        }
        columns.push(turned(off, Compensation::TimeOff));
        columns.push(turned(pay, Compensation::Pay));
    }
    columns
}
