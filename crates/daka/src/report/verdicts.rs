//! The columns of a verdict, for a terminal and for machines.

use attendance::Verdict;

use super::words;
use crate::{
    lang::Lang,
    table::{Column, Unit, Value},
};

/// The columns, what does not fit a narrow screen marked as such.
pub(crate) fn columns(lang: Lang) -> Vec<Column<Verdict>> {
    vec![
        Column::text("userid", |v: &Verdict| Some(v.userid.as_str().into()))
            .named("账号", "userid"),
        Column::date("date", |v: &Verdict| Some(v.date)).named("日期", "date"),
        Column::new("status", Unit::Text, move |v: &Verdict| {
            Value::Word(v.status.code(), v.status.word(lang.into()))
        })
        .named("结果", "status"),
        Column::new("day_type", Unit::Text, move |v: &Verdict| {
            Value::Word(v.day_type.code(), words::day_type(v.day_type, lang))
        })
        .named("日类型", "day")
        .wide(),
        Column::text("rule", |v: &Verdict| Some(v.rule.as_ref()?.groupname.as_str().into()))
            .named("规则", "rule")
            .wide(),
        Column::new("findings", Unit::Text, move |v: &Verdict| Value::text(findings(v, lang)))
            .named("异常", "findings"),
        Column::number("checkin_count", Unit::Count, |v: &Verdict| v.checkin_count.into())
            .named("次数", "punches")
            .wide(),
        Column::new("first", Unit::Clock, |v: &Verdict| clock(v.first, v)).named("最早", "first"),
        Column::new("last", Unit::Clock, |v: &Verdict| clock(v.last, v)).named("最晚", "last"),
        Column::number("standard_sec", Unit::Hours, |v: &Verdict| v.standard_sec)
            .named("标准工时", "due")
            .wide(),
        Column::number("worked_sec", Unit::Hours, |v: &Verdict| v.worked_sec)
            .named("实际工时", "worked"),
        Column::number("overtime_sec", Unit::Hours, |v: &Verdict| v.overtime.seconds)
            .named("加班", "overtime")
            .wide(),
        Column::new("reasons", Unit::Text, move |v: &Verdict| Value::text(reasons(v, lang)))
            .named("判定依据", "why")
            .wide(),
        Column::new("warnings", Unit::Text, |v: &Verdict| Value::text(warnings(v)))
            .named("提示", "warnings")
            .wide(),
    ]
}

fn clock(at: Option<attendance::time::Moment>, verdict: &Verdict) -> Value<'static> {
    at.map_or(Value::Nothing, |at| Value::Clock(at, verdict.date))
}

fn findings(verdict: &Verdict, lang: Lang) -> String {
    let findings: Vec<String> = verdict.findings.iter().map(|f| words::finding(f, lang)).collect();
    findings.join("; ")
}

fn reasons(verdict: &Verdict, lang: Lang) -> String {
    let sentences: Vec<String> =
        verdict.reasons.iter().map(|reason| reason.sentence(lang.into()).to_string()).collect();
    sentences.join("; ")
}

fn warnings(verdict: &Verdict) -> String {
    let codes: Vec<String> = verdict.warnings.iter().map(ToString::to_string).collect();
    codes.join("; ")
}
