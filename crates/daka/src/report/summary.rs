//! The month at a glance, for a terminal.

use std::collections::BTreeMap;

use attendance::{
    month::{PersonMonth, Totals},
    verdict::FindingKind,
};

use super::words;
use crate::{lang::Lang, table::terminal::Grid};

/// Sums over people.
#[derive(Debug, Default, Clone)]
pub(crate) struct Summary {
    people: u32,
    totals: Totals,
    /// How many people a kind of finding was found with.
    found_with: BTreeMap<FindingKind, u32>,
}

impl Summary {
    /// Adds a person.
    pub(crate) fn add(&mut self, month: &PersonMonth) {
        self.people += 1;
        self.totals.merge(&month.totals);
        for kind in month.totals.findings.keys() {
            *self.found_with.entry(*kind).or_default() += 1;
        }
    }

    /// Their sums.
    pub(super) fn totals(&self) -> &Totals {
        &self.totals
    }

    /// How many people there are.
    pub(crate) fn people(&self) -> u32 {
        self.people
    }

    /// The sums as two tables: days by outcome, findings by kind.
    pub(crate) fn tables(&self, lang: Lang) -> String {
        format!("{}\n\n{}", self.days(lang), self.findings(lang))
    }

    fn days(&self, lang: Lang) -> Grid {
        let totals = &self.totals;
        let overtime: i64 = totals.overtime.values().map(|sum| sum.seconds).sum();
        let rows = [
            (lang.pick("人数", "people"), self.people.to_string()),
            (lang.pick("人日", "person-days"), totals.days.to_string()),
            (lang.pick("正常", "normal"), totals.normal_days.to_string()),
            (lang.pick("异常", "abnormal"), totals.abnormal_days.to_string()),
            (lang.pick("休息", "rest"), totals.rest_days.to_string()),
            (lang.pick("免打卡", "exempt"), totals.exempt_days.to_string()),
            (lang.pick("未排班", "not scheduled"), totals.unscheduled_days.to_string()),
            (lang.pick("无可用规则", "no usable rule"), totals.unruled_days.to_string()),
            (lang.pick("未结束", "still open"), totals.pending_days.to_string()),
            (lang.pick("数据不全", "not fetched"), totals.incomplete_days.to_string()),
            (lang.pick("标准工时(小时)", "due hours"), hours(totals.standard_sec)),
            (lang.pick("实际工时(小时)", "worked hours"), hours(totals.worked_sec)),
            (lang.pick("加班(小时)", "overtime hours"), hours(overtime)),
        ];
        let mut table = Grid::new(&[lang.pick("概况", "summary"), ""]).with_figures_after(1);
        for (name, value) in rows {
            table.add_row([name.to_owned(), value]);
        }
        table
    }

    fn findings(&self, lang: Lang) -> Grid {
        let mut table = Grid::new(&[
            lang.pick("异常", "finding"),
            lang.pick("人数", "people"),
            lang.pick("次数", "count"),
            lang.pick("时长(小时)", "hours"),
        ])
        .with_figures_after(1);
        for (kind, sum) in &self.totals.findings {
            let people = self.found_with.get(kind).copied().unwrap_or_default();
            let length = if sum.seconds == 0 { "--".to_owned() } else { hours(sum.seconds) };
            table.add_row([
                words::kind(*kind, lang).to_owned(),
                people.to_string(),
                sum.count.to_string(),
                length,
            ]);
        }
        table
    }
}

/// Seconds as hours with one decimal, rounded half up.
fn hours(seconds: i64) -> String {
    let tenths = (seconds + 180).div_euclid(360);
    format!("{}.{}", tenths / 10, tenths % 10)
}
