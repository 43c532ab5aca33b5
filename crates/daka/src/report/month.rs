//! 月报: a line a person, sums first, then a column a day, in WeCom's own order.

use attendance::verdict::{FindingKind, Status, Verdict};
use jiff::civil::Date;

use super::{
    PersonReport,
    away::AwayKind,
    figures::{self, NUMBER, OUTCOME, PERSON, column, text},
    words,
};
use crate::{
    days::Days,
    lang::Lang,
    table::{Column, Tone, Unit, Value},
};

const DAYS: (&str, &str) = ("考勤结果", "Days");

/// The columns of the sheet.
pub(super) fn columns(
    days: Days,
    types: &[AwayKind],
    numbered: bool,
    lang: Lang,
) -> Vec<Column<PersonReport>> {
    let mut columns = vec![
        text(PERSON, ("姓名", "Name"), 12.0, |p: &PersonReport| &p.who.name),
        text(PERSON, ("账号", "Userid"), 14.0, |p: &PersonReport| &p.who.userid),
        column(PERSON, ("所属规则", "Rules"), 18.0, Unit::Text, |p: &PersonReport| {
            Value::text(p.month.rule_names())
        }),
        text(PERSON, ("部门", "Departments"), 16.0, |p: &PersonReport| &p.who.departments),
        text(PERSON, ("职务", "Position"), 8.0, |p: &PersonReport| &p.who.position),
    ];
    // Where nobody has a number, the columns are those of WeCom's own export.
    if numbered {
        let number = text(PERSON, NUMBER, 9.0, |p: &PersonReport| &p.who.employee_no);
        columns.push(number);
    }
    let days_of = |name, of: fn(&PersonReport) -> u32| {
        column(OUTCOME, name, 9.0, Unit::Count, move |p: &PersonReport| Value::Number(of(p).into()))
    };
    let hours_of = |name, of: fn(&PersonReport) -> i64| {
        column(OUTCOME, name, 10.0, Unit::Hours, move |p: &PersonReport| {
            figures::settled(&p.month.totals, of(p), lang)
        })
    };
    columns.extend([
        days_of(("应出勤天数(天)", "Due days"), |p| p.month.totals.due_days),
        days_of(("实际出勤天数(天)", "Attended days"), |p| p.month.totals.attended_days),
        days_of(("休息天数(天)", "Rest days"), |p| p.month.totals.rest_days),
        days_of(("正常天数(天)", "Normal days"), |p| p.month.totals.normal_days),
        days_of(("异常天数(天)", "Abnormal days"), |p| p.month.totals.abnormal_days),
        hours_of(("标准工作时长(小时)", "Due hours"), |p| p.month.totals.standard_sec),
        hours_of(("实际工作时长(小时)", "Worked hours"), |p| p.month.totals.worked_sec),
    ]);
    columns.extend(figures::findings());
    columns.extend(figures::leave(types));
    columns.extend(figures::overtime(true, lang));
    columns.extend(days.iter().map(|date| day(date, lang)));
    columns
}

/// One day's column, headed `1⏎星期三`; its cells end in ` ;` as WeCom's do.
fn day(date: Date, lang: Lang) -> Column<PersonReport> {
    let (zh, en) = day_head(date);
    column(DAYS, ("", ""), 13.0, Unit::Text, move |p: &PersonReport| {
        let Some(verdict) = p.day(date).map(|day| &day.verdict) else { return Value::Nothing };
        let tone = tone(verdict);
        let text = if tone == Tone::Unknown {
            "--".to_owned()
        } else {
            format!("{} ;", words::outcome(verdict, lang))
        };
        match (tone, verdict.reasons.is_empty()) {
            (Tone::Plain | Tone::Quiet, _) | (_, true) => Value::Marked(text.into(), tone),
            (tone, false) => Value::Noted(text.into(), tone, words::reasons(verdict, lang)),
        }
    })
    .named(zh, en)
}

/// `1⏎星期三`, the month named where it begins or the sheet does.
pub(super) fn day_head(date: Date) -> (String, String) {
    let weekday = date.weekday().to_monday_zero_offset().unsigned_abs();
    let zh = ["一", "二", "三", "四", "五", "六", "日"].get(usize::from(weekday));
    let zh = zh.copied().unwrap_or_default();
    (format!("{}\n星期{zh}", date.day()), date.strftime("%-d\n%a").to_string())
}

/// How a day's outcome stands out.
pub(super) fn tone(verdict: &Verdict) -> Tone {
    let grave = |kind| matches!(kind, FindingKind::Absent | FindingKind::Missing);
    match verdict.status {
        Status::Pending | Status::Incomplete | Status::NoRule => Tone::Unknown,
        _ if verdict.findings.iter().any(|finding| grave(finding.kind)) => Tone::Alarm,
        _ if !verdict.findings.is_empty() => Tone::Warning,
        Status::Normal if verdict.leave.is_empty() => Tone::Plain,
        _ => Tone::Quiet,
    }
}
