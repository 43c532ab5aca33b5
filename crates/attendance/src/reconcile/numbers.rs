//! The numbers of a day or a month, taken from both sides.

use wecom_checkin::{
    report::{
        DayOvertimeReport, DayReport, ExceptionKind, MonthOvertimeReport, MonthReport,
        ReportedException, SpecialItem, SpecialItemKind,
    },
    units::{SecOfDay, Seconds, UnixTime},
};

use super::{Field, Line};
use crate::{
    month::Totals,
    time::{DAY_SEC, Moment},
    verdict::{DayType, FindingKind, Leave, LeaveKind, Verdict},
};

/// Lines in the making.
#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    /// A number that ours always has: compared where the report has it.
    fn always(&mut self, field: Field, ours: i64, theirs: Option<i64>) {
        if theirs.is_some() {
            self.maybe(field, Some(ours), theirs);
        }
    }

    /// A number that either side may lack.
    fn maybe(&mut self, field: Field, ours: Option<i64>, theirs: Option<i64>) {
        self.0.extend(Line::new(field, ours, theirs));
    }

    /// A number where 0 is nothing.
    fn unless_zero(&mut self, field: Field, ours: i64, theirs: i64) {
        self.maybe(field, some(ours), some(theirs));
    }
}

fn some(number: i64) -> Option<i64> {
    Some(number).filter(|number| *number != 0)
}

/// A closed day beside its report.
pub(super) fn of_day(verdict: &Verdict, report: &DayReport) -> Vec<Line> {
    let mut lines = Lines::default();
    let totals = Totals::of([verdict]);
    let said = report.base_info.as_ref().and_then(|base| base.day_type);
    let day_off = i64::from(verdict.day_type != DayType::Workday);
    lines.always(Field::DayType, day_off, said.map(wecom_checkin::report::DayType::number));
    if let Some(summary) = &report.summary_info {
        let midnight = UnixTime::beijing_midnight(verdict.date).0;
        let second = |moment: Option<Moment>| moment.map(|at| at.as_second() - midnight);
        let ends = [
            (Field::First, verdict.first, summary.earliest_time),
            (Field::Last, verdict.last, summary.lastest_time),
        ];
        lines.always(Field::CheckinCount, totals.checkin_count.into(), summary.checkin_count);
        for (field, ours, theirs) in ends {
            if let Some(SecOfDay(theirs)) = theirs {
                lines.maybe(field, second(ours).and_then(some), some(theirs));
            }
        }
        lines.always(
            Field::Standard,
            totals.standard_sec,
            summary.standard_work_sec.map(i64::from),
        );
        lines.always(Field::Worked, totals.worked_sec, summary.regular_work_sec.map(i64::from));
    }
    findings(&mut lines, &totals, report.exception_infos.as_deref());
    if let Some(overtime) = &report.ot_info {
        day_overtime(&mut lines, &totals, overtime);
    }
    let verdicts = std::slice::from_ref(verdict);
    special_items(&mut lines, verdicts, &totals, report.sp_items.as_deref());
    lines.0
}

/// Closed days beside the report of their sums.
pub(super) fn of_month(verdicts: &[Verdict], report: &MonthReport) -> Vec<Line> {
    let mut lines = Lines::default();
    let totals = Totals::of(verdicts);
    if let Some(summary) = &report.summary_info {
        let off = verdicts.iter().filter(|v| v.day_type != DayType::Workday).count();
        let rest_days = i64::try_from(off).unwrap_or(i64::MAX);
        lines.always(Field::DueDays, totals.due_days.into(), summary.work_days);
        lines.always(Field::NormalDays, totals.normal_days.into(), summary.regular_days);
        lines.always(Field::AbnormalDays, totals.abnormal_days.into(), summary.except_days);
        lines.always(Field::RestDays, rest_days, summary.rest_days);
        lines.always(
            Field::Standard,
            totals.standard_sec,
            summary.standard_work_sec.map(i64::from),
        );
        lines.always(Field::Worked, totals.worked_sec, summary.regular_work_sec.map(i64::from));
    }
    findings(&mut lines, &totals, report.exception_infos.as_deref());
    if let Some(overtime) = &report.overwork_info {
        month_overtime(&mut lines, &totals, overtime);
    }
    special_items(&mut lines, verdicts, &totals, report.sp_items.as_deref());
    lines.0
}

fn findings(lines: &mut Lines, totals: &Totals, theirs: Option<&[ReportedException]>) {
    const KINDS: [(FindingKind, ExceptionKind, bool); 6] = [
        (FindingKind::Late, ExceptionKind::Late, true),
        (FindingKind::Early, ExceptionKind::Early, true),
        (FindingKind::Missing, ExceptionKind::Missing, false),
        (FindingKind::Absent, ExceptionKind::Absent, true),
        (FindingKind::Place, ExceptionKind::Place, false),
        (FindingKind::Device, ExceptionKind::Device, false),
    ];
    for (kind, number, has_length) in KINDS {
        let ours = totals.finding(kind);
        let of_kind = || theirs.into_iter().flatten().filter(|e| e.exception == Some(number));
        let count = of_kind().filter_map(|e| e.count).sum();
        lines.unless_zero(Field::Count(kind), ours.count.into(), count);
        if has_length {
            let length: Seconds = of_kind().filter_map(|e| e.duration).sum();
            lines.unless_zero(Field::Duration(kind), ours.seconds, length.0);
        }
    }
}

fn overtime_total(totals: &Totals) -> i64 {
    totals.overtime.values().map(|sum| sum.seconds).sum()
}

/// The three kinds of overtime, where the report splits it up.
fn overtime_split(lines: &mut Lines, totals: &Totals, theirs: [(DayType, i64); 3]) {
    if theirs.iter().all(|(_, seconds)| *seconds == 0) {
        return;
    }
    for (bucket, seconds) in theirs {
        lines.unless_zero(Field::OvertimeAs(bucket), totals.overtime_sec(bucket), seconds);
    }
}

fn day_overtime(lines: &mut Lines, totals: &Totals, theirs: &DayOvertimeReport) {
    let sum =
        |a: Option<Seconds>, b: Option<Seconds>| [a, b].into_iter().flatten().sum::<Seconds>().0;
    let short: Seconds = theirs.exception_duration.iter().flatten().copied().sum();
    let whole = theirs.ot_duration.unwrap_or_default();
    lines.unless_zero(Field::Overtime, overtime_total(totals), whole.0);
    lines.unless_zero(Field::OvertimeShort, totals.overtime_short_sec, short.0);
    let split = [
        (DayType::Workday, theirs.workday_over_as_vacation, theirs.workday_over_as_money),
        (DayType::Restday, theirs.restday_over_as_vacation, theirs.restday_over_as_money),
        (DayType::Holiday, theirs.holiday_over_as_vacation, theirs.holiday_over_as_money),
    ];
    overtime_split(lines, totals, split.map(|(bucket, off, pay)| (bucket, sum(off, pay))));
}

fn month_overtime(lines: &mut Lines, totals: &Totals, theirs: &MonthOvertimeReport) {
    let split = [
        (DayType::Workday, theirs.workday_over_sec),
        (DayType::Restday, theirs.restdays_over_sec),
        (DayType::Holiday, theirs.holidays_over_sec),
    ]
    .map(|(bucket, seconds)| (bucket, seconds.unwrap_or_default().0));
    let total = split.iter().map(|(_, seconds)| seconds).sum();
    lines.unless_zero(Field::Overtime, overtime_total(totals), total);
    overtime_split(lines, totals, split);
}

/// Leave, trips, outings, corrections, field work.
fn special_items(
    lines: &mut Lines,
    verdicts: &[Verdict],
    totals: &Totals,
    theirs: Option<&[SpecialItem]>,
) {
    let of_kind = |kind| theirs.into_iter().flatten().filter(move |item| item.kind == Some(kind));
    for (kind, number) in [
        (LeaveKind::Leave, SpecialItemKind::Leave),
        (LeaveKind::Trip, SpecialItemKind::Trip),
        (LeaveKind::Out, SpecialItemKind::Out),
    ] {
        let items: Vec<&SpecialItem> = of_kind(number).collect();
        let ours = verdicts.iter().map(|verdict| in_their_unit(verdict, kind, &items)).sum();
        let length: Seconds = items.iter().filter_map(|item| item.duration).sum();
        lines.unless_zero(Field::Leave(kind), ours, length.0);
    }
    let count = |kind| of_kind(kind).filter_map(|item| item.count).sum();
    let corrections = count(SpecialItemKind::Correction);
    lines.unless_zero(Field::Corrections, totals.correction_count.into(), corrections);
    let field_work = count(SpecialItemKind::FieldWork);
    lines.unless_zero(Field::FieldWork, totals.field_count.into(), field_work);
}

/// A day's leave of a kind, seconds in the unit of the report's items of that kind.
fn in_their_unit(verdict: &Verdict, kind: LeaveKind, items: &[&SpecialItem]) -> i64 {
    const BY_DAY: i64 = 0;
    let is_by_day = |leave: &Leave| {
        let named = items.iter().find(|item| item.name.as_ref() == Some(&leave.name));
        let item = named.or_else(|| items.first().filter(|_| items.len() == 1));
        item.is_some_and(|item| item.time_type == Some(BY_DAY))
    };
    let of_kind = verdict.leave.iter().filter(|leave| leave.kind == kind);
    of_kind
        .map(|leave| match verdict.standard_sec {
            standard if standard > 0 && is_by_day(leave) => leave.seconds * DAY_SEC / standard,
            _ => leave.seconds,
        })
        .sum()
}
