//! 规则 as they were, and 说明: what a reader must know of the other sheets.

use attendance::Policy;

use super::{
    Heading,
    figures::{NO_GROUP, column},
    survey::{RuleSeen, RuleText, Survey},
};
use crate::{
    lang::Lang,
    table::{Column, Tone, Unit, Value},
};

/// A rule, and since when it read so.
pub(super) type RuleRow = (RuleText, RuleSeen);

/// The columns of 规则.
pub(super) fn rule_columns(lang: Lang) -> Vec<Column<RuleRow>> {
    vec![
        column(NO_GROUP, ("规则编号", "Rule id"), 10.0, Unit::Text, |(rule, _): &RuleRow| {
            Value::text(rule.groupid.map(|id| id.to_string()).unwrap_or_default())
        }),
        column(NO_GROUP, ("规则名称", "Rule"), 24.0, Unit::Text, |(rule, _): &RuleRow| {
            Value::text(rule.name.as_str())
        }),
        column(NO_GROUP, ("类型", "Kind"), 12.0, Unit::Text, move |(rule, _): &RuleRow| {
            rule.kind.map_or(Value::Nothing, |kind| Value::text(rule_kind(kind, lang)))
        }),
        column(NO_GROUP, ("自何日起", "Since"), 20.0, Unit::Date, |(_, seen): &RuleRow| {
            Value::Date(seen.from)
        }),
        column(NO_GROUP, ("人数", "People"), 8.0, Unit::Int, |(_, seen): &RuleRow| {
            Value::Number(seen.people.into())
        }),
        column(
            NO_GROUP,
            ("工作日与时段", "Days and hours"),
            60.0,
            Unit::Text,
            |(rule, _)| {
                let rule: &RuleText = rule;
                Value::Paragraph(rule.hours.as_str().into())
            },
        ),
    ]
}

/// A kind of rule, as WeCom's own pages call it.
pub(crate) fn rule_kind(kind: i64, lang: Lang) -> String {
    match kind {
        1 => lang.pick("固定上下班", "fixed").to_owned(),
        2 => lang.pick("按班次上下班", "by shift").to_owned(),
        3 => lang.pick("自由上下班", "free").to_owned(),
        other => other.to_string(),
    }
}

/// One line of 说明.
pub(super) struct Line {
    item: String,
    text: String,
    tone: Tone,
}

/// The columns of 说明.
pub(super) fn columns() -> Vec<Column<Line>> {
    vec![
        column(NO_GROUP, ("项目", "Item"), 30.0, Unit::Text, |line: &Line| {
            Value::Marked(line.item.as_str().into(), line.tone)
        }),
        column(NO_GROUP, ("说明", "What it means"), 100.0, Unit::Text, |line: &Line| {
            Value::Paragraph(line.text.as_str().into())
        }),
    ]
}

/// The lines of 说明.
pub(super) fn lines(heading: &Heading, survey: &Survey, policy: &Policy) -> Vec<Line> {
    let lang = heading.lang;
    let plain = |item: &str, text: String| Line { item: item.to_owned(), text, tone: Tone::Plain };
    let mut lines = vec![plain(lang.pick("统计范围", "Covers"), heading.period())];
    lines.extend(heading.gaps.iter().map(|gap| plain(lang.pick("数据缺口", "Gap"), gap.clone())));
    let mut statuses: Vec<(&str, u32)> =
        survey.statuses.iter().map(|(of, count)| (of.word(lang.into()), *count)).collect();
    statuses.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    lines.extend(statuses.into_iter().map(|(word, count)| {
        plain(&format!("{}: {word}", lang.pick("人日", "person-days")), count.to_string())
    }));
    lines.extend(survey.warnings.iter().map(|(warning, count)| {
        let of = lang.pick("涉及人日", "person-days");
        let text = format!("{}({of}: {count})", warning.sentence(lang.into()));
        plain(lang.pick("提示", "Warning"), text)
    }));
    lines.extend(how(lang).into_iter().map(|(item, text)| plain(item, text.to_owned())));
    lines.extend(tones(lang).into_iter().map(|(item, text, tone)| Line {
        item: item.to_owned(),
        text: text.to_owned(),
        tone,
    }));
    if let Ok(serde_json::Value::Object(keys)) = serde_json::to_value(policy) {
        let keys =
            keys.into_iter().map(|(key, value)| plain(&format!("policy.{key}"), value.to_string()));
        lines.extend(keys);
    }
    lines
}

fn how(lang: Lang) -> [(&'static str, &'static str); 5] {
    [
        (
            lang.pick("如何判定", "How a day is judged"),
            lang.pick(
                "先定每条打卡属于哪个考勤日(夜班次日凌晨的下班卡归前一日),再按当日有效规则、班次、审批逐段比对;每个结论的依据见“判定依据”列。",
                "Each punch is first given its attendance day (the off punch of a night shift answers to the day before), then the rule, shift and approvals of that day are applied; the column Why has the arithmetic.",
            ),
        ),
        (
            lang.pick("单位", "Units"),
            lang.pick(
                "迟到、早退、旷工以分钟计,工时与加班以小时计(显示一位小数,单元格内为全精度);请假按类型以天或小时计。",
                "Late, early and absent are in minutes, work and overtime in hours (one decimal shown, the cell is exact); leave in the unit of its type.",
            ),
        ),
        (
            lang.pick("数据不全", "Not fetched"),
            lang.pick(
                "从未取数的日子不下结论,不计旷工,也不代表正常;以“--”加底纹显示。",
                "Days that were never fetched are not concluded on: neither absent nor normal; shown as -- on a pattern.",
            ),
        ),
        (
            lang.pick("对账", "Reconcile"),
            lang.pick(
                "账本存有企业微信日报、月报(sync --reports)时,逐人逐日逐项比较,只列不一致的;没有行即全部一致。",
                "Where the ledger keeps WeCom's own reports (sync --reports), each number of each person and day is compared and listed where it differs; no rows mean none.",
            ),
        ),
        (
            lang.pick("合计", "Totals"),
            lang.pick(
                "月报末行为公式,随筛选变化。未结束或从未取数的日子,其工时不计入任何合计;缺了这些日子的合计带*号和底纹。",
                "The last row of the month is a formula and follows the filter. Hours of days that are open or were never fetched enter no sum; a sum without them has a star and a pattern.",
            ),
        ),
    ]
}

fn tones(lang: Lang) -> [(&'static str, &'static str, Tone); 4] {
    [
        (
            lang.pick("旷工、缺卡", "Absent, missing"),
            lang.pick("粗体加下划线,红底", "bold and underlined, on red"),
            Tone::Alarm,
        ),
        (
            lang.pick("迟到、早退、地点/设备异常", "Late, early, place, device"),
            lang.pick("粗体,黄底", "bold, on yellow"),
            Tone::Warning,
        ),
        (
            lang.pick("休息、请假、免打卡", "Rest, leave, exempt"),
            lang.pick("灰色斜体", "grey and slanted"),
            Tone::Quiet,
        ),
        (
            lang.pick("数据不全、未结束", "Not fetched, still open"),
            lang.pick("灰色底纹", "on a grey pattern"),
            Tone::Unknown,
        ),
    ]
}
