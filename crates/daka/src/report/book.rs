//! The workbook in the making: its sheets grow side by side, a person at a time.

use std::collections::BTreeMap;

use attendance::Policy;
use jiff::civil::Date;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};
use wecom_checkin::report::{DayReport, MonthReport};

use super::{
    DayRow, Heading, Names, PersonReport,
    about::{self, RuleRow},
    day,
    differences::{self, DifferenceRow},
    lists::{self, FindingRow, LeaveRow, RecordRow},
    month, overview,
    survey::Survey,
};
use crate::{
    days::Days,
    failure::{Exit, Failure},
    judging::Judged,
    lang::{Lang, Refusal, text},
    output::{Seekable, Sink},
    table::{
        Column,
        workbook::{Head, Looks, Sheet},
    },
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

/// The workbook in the making.
pub(crate) struct Book {
    workbook: Box<Workbook>,
    looks: Box<Looks>,
    lang: Lang,
    overview: Option<Box<Worksheet>>,
    month: Option<Sheet<PersonReport>>,
    days: Option<Sheet<DayRow>>,
    times: Option<Sheet<PersonReport>>,
    records: Option<Sheet<RecordRow>>,
    findings: Option<Sheet<FindingRow>>,
    leave: Option<Sheet<LeaveRow>>,
    rules: Option<Sheet<RuleRow>>,
    differences: Option<Sheet<DifferenceRow>>,
    about: Option<Sheet<about::Line>>,
}

impl Book {
    /// Begins every sheet that is wanted; what a survey told is written already.
    pub(crate) fn begin(
        heading: &Heading,
        survey: Survey,
        policy: &Policy,
        wanted: &[SheetName],
    ) -> Result<Self, Failure> {
        Self::opened(heading, survey, policy, wanted).map_err(|e| failure("the workbook", &e))
    }

    fn opened(
        heading: &Heading,
        survey: Survey,
        policy: &Policy,
        wanted: &[SheetName],
    ) -> Result<Self, XlsxError> {
        let lang = heading.lang;
        let mut maker =
            Maker { workbook: Workbook::new(), looks: Looks::new(lang), heading, wanted };
        let types = survey.away.types();
        let overview = wanted
            .contains(&SheetName::Overview)
            .then(|| overview::sheet(heading, &survey, &maker.looks).map(Box::new))
            .transpose()?;
        let days = heading.days;
        let month = maker.begin(SheetName::Month, || month::columns(days, &types, lang))?;
        let day = maker.begin(SheetName::Days, || day::columns(survey.segments, &types, lang))?;
        let times = maker.begin(SheetName::Times, || lists::times(days))?;
        let records = maker.begin(SheetName::Records, || lists::record_columns(lang))?;
        let findings = maker.begin(SheetName::Findings, || lists::finding_columns(lang))?;
        let leave = maker.begin(SheetName::Leave, || lists::leave_columns(&types, lang))?;
        let mut rules = maker.begin(SheetName::Rules, || about::rule_columns(lang))?;
        let differences = maker.begin(SheetName::Reconcile, || differences::columns(lang))?;
        let mut about = maker.begin(SheetName::About, about::columns)?;
        let Maker { mut workbook, looks, .. } = maker;
        if let Some(about) = &mut about {
            about.write(&mut workbook, &looks, &about::lines(heading, &survey, policy))?;
        }
        if let Some(rules) = &mut rules {
            let rows: Vec<RuleRow> = survey.rules.into_iter().collect();
            rules.write(&mut workbook, &looks, &rows)?;
        }
        Ok(Self {
            workbook: Box::new(workbook),
            looks: Box::new(looks),
            lang,
            overview,
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
        self.write(judged, names).map_err(|e| failure("the workbook", &e))
    }

    fn write(&mut self, judged: &Judged, names: &Names) -> Result<(), XlsxError> {
        let who = names.of(&judged.person.userid);
        let Some(report) = PersonReport::new(who, judged, self.lang) else { return Ok(()) };
        let (workbook, looks) = (&mut self.workbook, &self.looks);
        if let Some(records) = &mut self.records {
            let rows = lists::records(&report.who, &judged.person, &judged.days);
            records.write(workbook, looks, &rows)?;
        }
        if let Some(findings) = &mut self.findings {
            findings.write(workbook, looks, &lists::findings(&report))?;
        }
        if let Some(leave) = &mut self.leave {
            leave.write(workbook, looks, &lists::leave(&report))?;
        }
        if let Some(days) = &mut self.days {
            days.write(workbook, looks, &report.days)?;
        }
        let report = std::slice::from_ref(&report);
        for sheet in [&mut self.month, &mut self.times].into_iter().flatten() {
            sheet.write(workbook, looks, report)?;
        }
        Ok(())
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
        let rows = differences::differences(&who, judged, days, months);
        let written = sheet.write(&mut self.workbook, &self.looks, &rows);
        written.map_err(|e| failure("the workbook", &e))
    }

    /// Puts the sheets together, in their order.
    pub(crate) fn finish(self, sink: Sink) -> Result<(), Failure> {
        let build = |to: &mut dyn Seekable| {
            let Self { mut workbook, looks, .. } = self;
            let mut sheets: Vec<Worksheet> =
                self.overview.map(|sheet| *sheet).into_iter().collect();
            sheets.extend(ended(self.month, &looks)?);
            sheets.extend(ended(self.days, &looks)?);
            sheets.extend(ended(self.times, &looks)?);
            sheets.extend(ended(self.records, &looks)?);
            sheets.extend(ended(self.findings, &looks)?);
            sheets.extend(ended(self.leave, &looks)?);
            sheets.extend(ended(self.rules, &looks)?);
            sheets.extend(ended(self.differences, &looks)?);
            sheets.extend(ended(self.about, &looks)?);
            for sheet in sheets {
                workbook.push_worksheet(sheet);
            }
            workbook.save_to_writer(to)
        };
        sink.build(build, |path, e: XlsxError| failure(&path.display().to_string(), &e))
    }
}

fn ended<R>(sheet: Option<Sheet<R>>, looks: &Looks) -> Result<Vec<Worksheet>, XlsxError> {
    sheet.map_or(Ok(Vec::new()), |sheet| sheet.end(looks))
}

/// What sheets are begun with.
struct Maker<'a> {
    workbook: Workbook,
    looks: Looks,
    heading: &'a Heading,
    wanted: &'a [SheetName],
}

impl Maker<'_> {
    fn begin<R>(
        &mut self,
        sheet: SheetName,
        columns: impl FnOnce() -> Vec<Column<R>>,
    ) -> Result<Option<Sheet<R>>, XlsxError> {
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
        Sheet::begin(&mut self.workbook, &self.looks, head, columns()).map(Some)
    }
}

fn failure(what: &str, error: &XlsxError) -> Failure {
    Failure::one(
        Exit::Failed,
        "file",
        text!("writing {what} failed: {error}", "写入 {what} 失败：{error}"),
        text!("check the folder and the space on the disk", "请检查目录和磁盘空间"),
    )
}
