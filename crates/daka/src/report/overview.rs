//! 概览: a manager reads it in a minute.

use attendance::{Totals, verdict::FindingKind};
use rust_xlsxwriter::{
    Chart, ChartFormat, ChartLegendPosition, ChartSolidFill, ChartType, Color, Format, Worksheet,
    XlsxError,
};

use super::{
    Heading,
    survey::{Group, Survey},
    words,
};
use crate::{
    lang::Lang,
    table::{Unit, workbook::Looks},
};

const KINDS: [FindingKind; 4] =
    [FindingKind::Late, FindingKind::Early, FindingKind::Missing, FindingKind::Absent];
/// Departments or days that a chart has room for.
const CHARTED: u32 = 31;
/// Where charts stand: right of the figures, one below the other, on the first page.
const CHART_COLUMN: u16 = 8;
const CHART_ROWS: u32 = 16;
/// From light to dark, so that black and white tells them apart too.
const SHADES: [u32; KINDS.len()] = [0x00FF_D966, 0x00A9_D18E, 0x002E_75B6, 0x0066_1A1A];

/// A sheet that grows downwards.
struct Page<'a> {
    sheet: Worksheet,
    looks: &'a Looks,
    percent: Format,
    lang: Lang,
    row: u32,
    /// Where the next chart begins.
    chart_row: u32,
}

/// Makes the sheet.
pub(super) fn sheet(
    heading: &Heading,
    survey: &Survey,
    looks: &Looks,
) -> Result<Worksheet, XlsxError> {
    let lang = heading.lang;
    let mut sheet = Worksheet::new();
    sheet.set_name(lang.pick("概览", "Overview"))?;
    sheet.set_paper_size(9).set_landscape();
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer(lang.pick("&C第 &P 页,共 &N 页&R&A", "&Cpage &P of &N&R&A"));
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, 22)?;
    for column in 2..7 {
        sheet.set_column_width(column, 10)?;
    }
    let percent = looks.whole_cell().clone().set_num_format("0.0%");
    let mut page = Page { sheet, looks, percent, lang, row: 0, chart_row: 0 };
    page.title(heading)?;
    page.key_figures(survey)?;
    let departments: Vec<(String, &Group)> = survey
        .departments
        .iter()
        .map(|(name, group)| {
            let none = lang.pick("(未分部门)", "(no department)");
            (if name.is_empty() { none.to_owned() } else { name.clone() }, group)
        })
        .collect();
    page.worst(survey)?;
    page.groups(lang.pick("各部门", "By department"), &departments, ChartType::BarStacked)?;
    let days: Vec<(String, &Group)> = survey
        .days
        .iter()
        .map(|(date, group)| (date.strftime("%-m/%-d").to_string(), group))
        .collect();
    page.groups(lang.pick("各日", "By day"), &days, ChartType::ColumnStacked)?;
    Ok(page.sheet)
}

impl Page<'_> {
    fn title(&mut self, heading: &Heading) -> Result<(), XlsxError> {
        let title = self.lang.pick("考勤概览", "Attendance at a glance");
        self.sheet.write_string_with_format(0, 0, title, &self.looks.title)?;
        self.sheet.set_row_height(0, 24)?;
        self.sheet.write_string_with_format(1, 0, heading.period(), &self.looks.period)?;
        self.row = 2;
        for gap in &heading.gaps {
            self.sheet.write_string_with_format(self.row, 0, gap, &self.looks.warning)?;
            self.row += 1;
        }
        self.row += 1;
        self.chart_row = self.row;
        Ok(())
    }

    /// A line of heads.
    fn heads(&mut self, heads: &[&str]) -> Result<(), XlsxError> {
        for (at, head) in (0..).zip(heads) {
            self.sheet.write_string_with_format(self.row, at, *head, &self.looks.head)?;
        }
        self.row += 1;
        Ok(())
    }

    fn key_figures(&mut self, survey: &Survey) -> Result<(), XlsxError> {
        let lang = self.lang;
        let totals = survey.summary.totals();
        let all = Group { people: survey.summary.people(), totals: totals.clone() };
        self.heads(&[lang.pick("指标", "Figure"), lang.pick("数值", "Value")])?;
        let overtime: i64 = totals.overtime.values().map(|sum| sum.seconds).sum();
        let counts = [
            (lang.pick("人数", "People"), all.people),
            (lang.pick("应出勤人日", "Due person-days"), totals.due_days),
            (lang.pick("实际出勤人日", "Attended person-days"), totals.attended_days),
            (lang.pick("异常人日", "Abnormal person-days"), totals.abnormal_days),
            (lang.pick("数据不全人日", "Person-days not fetched"), totals.incomplete_days),
            (lang.pick("未结束人日", "Person-days still open"), totals.pending_days),
        ];
        for (name, count) in counts {
            self.figure(name, f64::from(count), &self.looks.whole_cell().clone())?;
        }
        let unsettled = totals.pending_days + totals.incomplete_days > 0;
        let hours = if unsettled {
            self.looks.lacking(Unit::Hours).clone()
        } else {
            self.looks.tenths_cell().clone()
        };
        for (name, seconds) in [
            (lang.pick("实际工时(小时)", "Worked hours"), totals.worked_sec),
            (lang.pick("加班(小时)", "Overtime hours"), overtime),
        ] {
            let tenths = i32::try_from(seconds / 360).map_or(f64::MAX, f64::from);
            self.figure(name, tenths / 10.0, &hours)?;
        }
        if let Some(rate) = all.rate() {
            let percent = self.percent.clone();
            self.figure(lang.pick("出勤率", "Attendance rate"), rate, &percent)?;
        }
        self.row += 1;
        Ok(())
    }

    fn figure(&mut self, name: &str, value: f64, look: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(self.row, 0, name, self.looks.text_cell())?;
        self.sheet.write_number_with_format(self.row, 1, value, look)?;
        self.row += 1;
        Ok(())
    }

    /// The people to look at first.
    fn worst(&mut self, survey: &Survey) -> Result<(), XlsxError> {
        if survey.worst.is_empty() {
            return Ok(());
        }
        let lang = self.lang;
        let title = lang.pick("最需关注", "To look at first");
        let mut heads = vec![title, lang.pick("部门", "Department")];
        heads.extend(KINDS.iter().map(|kind| words::kind(*kind, lang)));
        self.heads(&heads)?;
        for watched in &survey.worst {
            let text = self.looks.text_cell();
            self.sheet.write_string_with_format(self.row, 0, &watched.who.name, text)?;
            self.sheet.write_string_with_format(self.row, 1, &watched.who.departments, text)?;
            self.kinds(2, &watched.totals)?;
            self.row += 1;
        }
        self.row += 1;
        Ok(())
    }

    fn kinds(&mut self, first: u16, totals: &Totals) -> Result<(), XlsxError> {
        for (at, kind) in (first..).zip(KINDS) {
            let count = f64::from(totals.finding(kind).count);
            let look = self.looks.whole_cell();
            self.sheet.write_number_with_format(self.row, at, count, look)?;
        }
        Ok(())
    }

    /// Findings by department or day, with a chart beside them.
    fn groups(
        &mut self,
        title: &str,
        groups: &[(String, &Group)],
        chart: ChartType,
    ) -> Result<(), XlsxError> {
        let lang = self.lang;
        let mut heads = vec![title, lang.pick("人数", "People"), lang.pick("出勤率", "Rate")];
        heads.extend(KINDS.iter().map(|kind| words::kind(*kind, lang)));
        self.heads(&heads)?;
        let first = self.row;
        for (name, group) in groups {
            let text = self.looks.text_cell();
            self.sheet.write_string_with_format(self.row, 0, name, text)?;
            let look = self.looks.whole_cell();
            self.sheet.write_number_with_format(self.row, 1, f64::from(group.people), look)?;
            match group.rate() {
                Some(rate) => {
                    self.sheet.write_number_with_format(self.row, 2, rate, &self.percent)?
                }
                None => self.sheet.write_string_with_format(self.row, 2, "--", look)?,
            };
            self.kinds(3, &group.totals)?;
            self.row += 1;
        }
        let Some(last) = self.row.checked_sub(1).filter(|last| *last >= first) else {
            return Ok(());
        };
        let charted = last.min(first + CHARTED - 1);
        self.chart(title, chart, first, charted)?;
        self.row += 1;
        Ok(())
    }

    fn chart(
        &mut self,
        title: &str,
        kind: ChartType,
        first: u32,
        last: u32,
    ) -> Result<(), XlsxError> {
        let sheet = self.sheet.name();
        let mut chart = Chart::new(kind);
        for ((column, finding), shade) in (3..).zip(KINDS).zip(SHADES) {
            let series = chart.add_series();
            series.set_name(words::kind(finding, self.lang));
            series.set_categories((sheet.as_str(), first, 0, last, 0));
            series.set_values((sheet.as_str(), first, column, last, column));
            let fill = ChartSolidFill::new().set_color(Color::RGB(shade)).clone();
            series.set_format(ChartFormat::new().set_solid_fill(&fill));
            series.set_gap(60);
        }
        chart.title().set_name(title);
        chart.legend().set_position(ChartLegendPosition::Bottom);
        chart.set_width(560).set_height(300);
        if kind == ChartType::BarStacked {
            chart.y_axis().set_reverse();
        }
        self.sheet.insert_chart(self.chart_row, CHART_COLUMN, &chart)?;
        self.chart_row += CHART_ROWS;
        Ok(())
    }
}
