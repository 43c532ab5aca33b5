//! 对账: what WeCom's own reports say and our verdicts do not, number by number.

use std::collections::BTreeMap;

use attendance::{
    Verdict,
    reconcile::{self, Field, Line, Outcome},
};
use jiff::civil::Date;
use wecom_checkin::report::{DayReport, MonthReport};

use super::{
    Who,
    figures::{NO_GROUP, column, text},
};
use crate::{
    days::Days,
    judging::Judged,
    lang::Lang,
    table::{Column, Tone, Unit, Value},
};

/// One number that is not the same on both sides.
pub(super) struct DifferenceRow {
    who: Who,
    /// The day, or the month.
    when: String,
    line: Line,
}

/// What is not the same of a person's days and months, of those that WeCom has reported on.
pub(super) fn differences(
    who: &Who,
    judged: &Judged,
    days: &BTreeMap<Date, Option<DayReport>>,
    months: &[(Days, MonthReport)],
) -> Vec<DifferenceRow> {
    let of_days = judged.verdicts().filter_map(|verdict| {
        let report = days.get(&verdict.date)?;
        Some((verdict.date.to_string(), reconcile::day(verdict, report.as_ref())))
    });
    let of_months = months.iter().filter_map(|(month, report)| {
        let of_month = |v: &&Verdict| month.first() <= v.date && v.date <= month.last();
        let verdicts: Vec<Verdict> = judged.verdicts().filter(of_month).cloned().collect();
        let lines = reconcile::month(&verdicts, report)?;
        Some((month.first().strftime("%Y-%m").to_string(), lines))
    });
    let rows = of_days.chain(of_months).flat_map(|(when, lines)| {
        let differing = lines.into_iter().filter(|line| !line.is_same());
        differing.map(move |line| DifferenceRow { who: who.clone(), when: when.clone(), line })
    });
    rows.collect()
}

/// The columns of the sheet.
pub(super) fn columns(lang: Lang) -> Vec<Column<DifferenceRow>> {
    let side = |name, of: fn(&Line) -> Option<i64>| {
        column(NO_GROUP, name, 14.0, Unit::Long, move |r: &DifferenceRow| {
            figure(r.line.field, of(&r.line))
        })
    };
    vec![
        text(NO_GROUP, ("时间", "When"), 12.0, |r: &DifferenceRow| &r.when),
        text(NO_GROUP, ("姓名", "Name"), 12.0, |r: &DifferenceRow| &r.who.name),
        text(NO_GROUP, ("账号", "Userid"), 14.0, |r: &DifferenceRow| &r.who.userid),
        text(NO_GROUP, ("部门", "Departments"), 16.0, |r: &DifferenceRow| &r.who.departments),
        column(NO_GROUP, ("项目", "Number"), 20.0, Unit::Text, move |r: &DifferenceRow| {
            Value::text(r.line.field.word(lang.into()))
        }),
        column(NO_GROUP, ("单位", "Unit"), 8.0, Unit::Text, move |r: &DifferenceRow| {
            Value::text(unit(r.line.field, lang))
        }),
        side(("企业微信", "WeCom"), |line| line.theirs),
        side(("daka", "daka"), |line| line.ours),
        column(NO_GROUP, ("相差", "Difference"), 10.0, Unit::Long, |r: &DifferenceRow| {
            match (r.line.ours, r.line.theirs) {
                (Some(ours), Some(theirs)) => Value::Number(ours - theirs),
                _ => Value::Nothing,
            }
        }),
        column(NO_GROUP, ("结果", "Outcome"), 14.0, Unit::Text, move |r: &DifferenceRow| {
            Value::Marked(outcome(r.line.outcome, lang).into(), Tone::Warning)
        }),
    ]
}

fn figure(field: Field, number: Option<i64>) -> Value<'static> {
    match number {
        None => Value::Nothing,
        Some(second) if field.is_time_of_day() => {
            let (hour, minute) = (second.div_euclid(3_600), second.rem_euclid(3_600) / 60);
            Value::text(format!("{hour:02}:{minute:02}:{:02}", second.rem_euclid(60)))
        }
        Some(number) => Value::Number(number),
    }
}

fn unit(field: Field, lang: Lang) -> &'static str {
    match field {
        _ if field.is_time_of_day() => lang.pick("时刻", "time"),
        _ if field.is_length() => lang.pick("秒", "s"),
        Field::Day | Field::DayType => "",
        Field::DueDays | Field::NormalDays | Field::AbnormalDays | Field::RestDays => {
            lang.pick("天", "days")
        }
        _ => lang.pick("次", "times"),
    }
}

fn outcome(outcome: Outcome, lang: Lang) -> &'static str {
    match outcome {
        Outcome::Same => lang.pick("一致", "the same"),
        Outcome::Differs => lang.pick("不一致", "differs"),
        Outcome::OnlyOurs => lang.pick("仅 daka 有", "daka alone"),
        Outcome::OnlyTheirs => lang.pick("仅企业微信有", "WeCom alone"),
    }
}
