//! Verdicts in the words that HR reads in WeCom's own exports.

use attendance::{
    Verdict,
    verdict::{DayType, Finding, FindingKind, LeaveKind, Status},
};

use crate::lang::Lang;

/// The outcome of a day: `正常`, `正常（休息）`, `迟到10分钟 缺卡1次`.
pub(crate) fn outcome(verdict: &Verdict, lang: Lang) -> String {
    match verdict.status {
        Status::Normal => normal(verdict, lang),
        Status::Abnormal => {
            let words: Vec<String> = verdict.findings.iter().map(|f| finding(f, lang)).collect();
            words.join(lang.pick(" ", ", "))
        }
        other => other.word(lang.into()).to_owned(),
    }
}

/// Why a day was judged so, in one cell.
pub(crate) fn reasons(verdict: &Verdict, lang: Lang) -> String {
    let sentences: Vec<String> =
        verdict.reasons.iter().map(|r| r.sentence(lang.into()).to_string()).collect();
    sentences.join(" ")
}

/// A normal day, with the leave that explains it.
fn normal(verdict: &Verdict, lang: Lang) -> String {
    let Some(leave) = verdict.leave.first() else {
        return lang.pick("正常", "normal").to_owned();
    };
    let kind = match leave.kind {
        LeaveKind::Leave if leave.name.is_empty() => lang.pick("请假", "leave"),
        LeaveKind::Leave => &leave.name,
        LeaveKind::Trip => lang.pick("出差", "trip"),
        LeaveKind::Out => lang.pick("外出", "outing"),
    };
    match lang {
        Lang::Zh => format!("正常（{kind}）"),
        Lang::En => format!("normal ({kind})"),
    }
}

/// One finding: `迟到10分钟`, `缺卡1次`.
pub(crate) fn finding(finding: &Finding, lang: Lang) -> String {
    let kind = kind(finding.kind, lang);
    match (finding.duration_sec, lang) {
        (Some(seconds), Lang::Zh) => format!("{kind}{}分钟", seconds / 60),
        (Some(seconds), Lang::En) => format!("{kind} {} min", seconds / 60),
        (None, Lang::Zh) => format!("{kind}{}次", finding.count),
        (None, Lang::En) => format!("{kind} ×{}", finding.count),
    }
}

/// The name of a kind of finding.
pub(crate) fn kind(kind: FindingKind, lang: Lang) -> &'static str {
    kind.word(lang.into())
}

/// The name of a kind of day.
pub(crate) fn day_type(day_type: DayType, lang: Lang) -> &'static str {
    match day_type {
        DayType::Workday => lang.pick("工作日", "work day"),
        DayType::Restday => lang.pick("休息日", "rest day"),
        DayType::Holiday => lang.pick("节假日", "holiday"),
    }
}
