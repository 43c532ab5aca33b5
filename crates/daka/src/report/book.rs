//! The report in the making: its sheets grow side by side, a person at a time.

use std::collections::BTreeMap;

use attendance::Policy;
use jiff::civil::Date;
use wecom_checkin::report::{DayReport, MonthReport};

use super::{
    DayRow, Heading, Names, PersonReport,
    about::{self, RuleRow},
    binding::Binding,
    day,
    differences::{self, DifferenceRow},
    lists::{self, FindingRow, LeaveRow, RecordRow},
    month,
    survey::Survey,
};
use crate::{
    days::Days,
    failure::Failure,
    judging::Judged,
    lang::{Lang, Refusal, text},
    table::{Column, workbook::Head},
};

/// A sheet by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SheetName {
    Overview,
    Month,
    Days,
    Times,
    Records,
    Findings,
    Leave,
    Rules,
    /// Where WeCom's reports are kept.
    Reconcile,
    About,
}

impl SheetName {
    pub(crate) const ALL: [Self; 10] = [
        Self::Overview,
        Self::Month,
        Self::Days,
        Self::Times,
        Self::Records,
        Self::Findings,
        Self::Leave,
        Self::Rules,
        Self::Reconcile,
        Self::About,
    ];

    fn name(self, lang: Lang) -> &'static str {
        let (zh, en) = match self {
            Self::Overview => ("概览", "Overview"),
            Self::Month => ("月报", "Month"),
            Self::Days => ("日报", "Days"),
            Self::Times => ("打卡时间", "Times"),
            Self::Records => ("原始记录", "Records"),
            Self::Findings => ("异常明细", "Findings"),
            Self::Leave => ("假勤", "Leave"),
            Self::Rules => ("规则", "Rules"),
            Self::Reconcile => ("对账", "Reconcile"),
            Self::About => ("说明", "About"),
        };
        lang.pick(zh, en)
    }

    /// Reads a name in either language.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let named = |sheet: &&Self| {
            sheet.name(Lang::Zh) == text || sheet.name(Lang::En).eq_ignore_ascii_case(text)
        };
        Self::ALL.iter().find(named).copied().ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|sheet| sheet.name(Lang::Zh)).collect();
            let names = names.join(",");
            Refusal(text!(
                "there is no sheet {text:?}; there are {names}",
                "没有名为 {text:?} 的工作表；可选：{names}"
            ))
        })
    }

    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Month => lang.pick("上下班打卡_月报", "Month: sums a person"),
            Self::Days => lang.pick("概况统计与打卡明细", "Days: outcome and punches"),
            Self::Times => lang.pick("打卡时间", "Times of every day"),
            Self::Records => lang.pick("原始打卡记录", "Records as WeCom has them"),
            Self::Findings => lang.pick("异常明细", "Findings one by one"),
            Self::Leave => lang.pick("假勤明细", "Leave, trips and outings"),
            Self::Rules => lang.pick("打卡规则", "Rules as they were"),
            Self::Reconcile => lang.pick("与企业微信报表的差异", "Where WeCom's reports differ"),
            Self::Overview | Self::About => self.name(lang),
        }
    }

    /// How many columns stay in view.
    fn frozen(self) -> u16 {
        match self {
            Self::Month => 1,
            Self::Days | Self::Records | Self::Findings | Self::Leave | Self::Reconcile => 3,
            Self::Times => 2,
            Self::Overview | Self::Rules | Self::About => 0,
        }
    }
}

/// The report in the making, bound as a workbook or as a page.
pub(crate) struct Book<B: Binding> {
    binding: B,
    lang: Lang,
    month: Option<B::Sheet<PersonReport>>,
    days: Option<B::Sheet<DayRow>>,
    times: Option<B::Sheet<PersonReport>>,
    records: Option<B::Sheet<RecordRow>>,
    findings: Option<B::Sheet<FindingRow>>,
    leave: Option<B::Sheet<LeaveRow>>,
    rules: Option<B::Sheet<RuleRow>>,
    differences: Option<B::Sheet<DifferenceRow>>,
    about: Option<B::Sheet<about::Line>>,
}

impl<B: Binding> Book<B> {
    /// Begins every sheet that is wanted; what a survey told is written already.
    pub(crate) fn begin(
        mut binding: B,
        heading: &Heading,
        survey: Survey,
        policy: &Policy,
        wanted: &[SheetName],
    ) -> Result<Self, Failure> {
        let lang = heading.lang;
        if wanted.contains(&SheetName::Overview) {
            binding.overview(heading, &survey)?;
        }
        let mut maker = Maker { binding, heading, wanted };
        let types = survey.away.types();
        let days = heading.days;
        let month = maker
            .begin(SheetName::Month, || month::columns(days, &types, survey.numbered, lang))?;
        let day = maker.begin(SheetName::Days, || {
            day::columns(survey.segments, &types, survey.numbered, lang)
        })?;
        let times = maker.begin(SheetName::Times, || lists::times(days))?;
        let records = maker.begin(SheetName::Records, || lists::record_columns(lang))?;
        let findings = maker.begin(SheetName::Findings, || lists::finding_columns(lang))?;
        let leave = maker.begin(SheetName::Leave, || lists::leave_columns(&types, lang))?;
        let mut rules = maker.begin(SheetName::Rules, || about::rule_columns(lang))?;
        let differences = maker.begin(SheetName::Reconcile, || differences::columns(lang))?;
        let mut about = maker.begin(SheetName::About, about::columns)?;
        let Maker { mut binding, .. } = maker;
        if let Some(about) = &mut about {
            binding.write(about, &about::lines(heading, &survey, policy))?;
        }
        if let Some(rules) = &mut rules {
            let rows: Vec<RuleRow> = survey.rules.into_iter().collect();
            binding.write(rules, &rows)?;
        }
        Ok(Self {
            binding,
            lang,
            month,
            days: day,
            times,
            records,
            findings,
            leave,
            rules,
            differences,
            about,
        })
    }

    /// Adds a person to every sheet.
    pub(crate) fn add(&mut self, judged: &Judged, names: &Names) -> Result<(), Failure> {
        let who = names.of(&judged.person.userid);
        let Some(report) = PersonReport::new(who, judged, self.lang) else { return Ok(()) };
        let binding = &mut self.binding;
        if let Some(records) = &mut self.records {
            let rows = lists::records(&report.who, &judged.person, &judged.days);
            binding.write(records, &rows)?;
        }
        if let Some(findings) = &mut self.findings {
            binding.write(findings, &lists::findings(&report))?;
        }
        if let Some(leave) = &mut self.leave {
            binding.write(leave, &lists::leave(&report))?;
        }
        if let Some(days) = &mut self.days {
            binding.write(days, &report.days)?;
        }
        let report = std::slice::from_ref(&report);
        for sheet in [&mut self.month, &mut self.times].into_iter().flatten() {
            binding.write(sheet, report)?;
        }
        Ok(())
    }

    /// Whether WeCom's own reports are wanted beside ours.
    pub(crate) fn compares(&self) -> bool {
        self.differences.is_some()
    }

    /// Adds what WeCom's own reports say otherwise of a person.
    pub(crate) fn compare(
        &mut self,
        judged: &Judged,
        names: &Names,
        days: &BTreeMap<Date, Option<DayReport>>,
        months: &[(Days, MonthReport)],
    ) -> Result<(), Failure> {
        let Some(sheet) = &mut self.differences else { return Ok(()) };
        let who = names.of(&judged.person.userid);
        self.binding.write(sheet, &differences::differences(&who, judged, days, months))
    }

    /// Binds the sheets, in their order.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let mut binding = self.binding;
        end(&mut binding, self.month)?;
        end(&mut binding, self.days)?;
        end(&mut binding, self.times)?;
        end(&mut binding, self.records)?;
        end(&mut binding, self.findings)?;
        end(&mut binding, self.leave)?;
        end(&mut binding, self.rules)?;
        end(&mut binding, self.differences)?;
        end(&mut binding, self.about)?;
        binding.save()
    }
}

fn end<B: Binding, R>(binding: &mut B, sheet: Option<B::Sheet<R>>) -> Result<(), Failure> {
    sheet.map_or(Ok(()), |sheet| binding.end(sheet))
}

/// What sheets are begun with.
struct Maker<'a, B> {
    binding: B,
    heading: &'a Heading,
    wanted: &'a [SheetName],
}

impl<B: Binding> Maker<'_, B> {
    fn begin<R>(
        &mut self,
        sheet: SheetName,
        columns: impl FnOnce() -> Vec<Column<R>>,
    ) -> Result<Option<B::Sheet<R>>, Failure> {
        if !self.wanted.contains(&sheet) {
            return Ok(None);
        }
        let lang = self.heading.lang;
        let head = Head {
            name: sheet.name(lang).to_owned(),
            title: sheet.title(lang).to_owned(),
            period: self.heading.period(),
            gaps: self.heading.gaps.join("     "),
            lang,
            frozen: sheet.frozen(),
            totals: sheet == SheetName::Month,
        };
        self.binding.begin(head, columns()).map(Some)
    }
}
