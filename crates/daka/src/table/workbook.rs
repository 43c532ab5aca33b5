//! A sheet of a workbook: title, period, groups, heads, then a row a line, each written out as it
//! comes. What is too long for one sheet goes on in the next.

mod looks;
#[cfg(test)]
mod tests;

use rust_xlsxwriter::{Formula, Note, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

pub(crate) use looks::Looks;

use super::{Column, Unit, Value, terminal};
use crate::lang::Lang;

/// Rows above the data: title, period, groups, heads.
const HEAD_ROWS: u32 = 4;

/// Data rows of one sheet: the format's 1,048,576, less the head and a row of totals.
const MOST_ROWS: u32 = 1_048_571;

/// Characters of one cell, by the format.
const MOST_CHARS: usize = 32_767;

/// Points that a line of a cell takes.
const LINE_HEIGHT: f64 = 13.5;

/// The highest that a row can be, in points, by the format.
const HIGHEST: f64 = 409.0;

/// Lines of one cell that are counted.
const MOST_LINES: u32 = 40;

/// Notes of one sheet: beyond, a spreadsheet gets slow, and they are all held in memory.
const MOST_NOTES: usize = 2_000;

/// What a sheet says about itself.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// The tab.
    pub(crate) name: String,
    /// Row 1.
    pub(crate) title: String,
    /// Row 2: period, when it was made, how old its data are.
    pub(crate) period: String,
    /// What a reader must know before believing a figure.
    pub(crate) gaps: String,
    pub(crate) lang: Lang,
    /// How many columns stay in view and are repeated on paper.
    pub(crate) frozen: u16,
    /// Whether a last row adds up the figures.
    pub(crate) totals: bool,
}

/// What a column adds up to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) number: f64,
    /// Whether one of its numbers leaves something out.
    pub(super) lacking: bool,
}

impl Sum {
    pub(super) fn add(&mut self, number: f64, lacking: bool) {
        self.number += number;
        self.lacking |= lacking;
    }
}

/// A sheet in the making.
pub(crate) struct Sheet<R> {
    head: Head,
    columns: Vec<Column<R>>,
    sums: Vec<Option<Sum>>,
    /// Boxed: a worksheet is large, and many are carried around together.
    page: Box<Worksheet>,
    full: Vec<Worksheet>,
    row: u32,
    notes: usize,
    most_rows: u32,
}

impl<R> Sheet<R> {
    /// Begins a sheet.
    pub(crate) fn begin(
        workbook: &mut Workbook,
        looks: &Looks,
        head: Head,
        columns: Vec<Column<R>>,
    ) -> Result<Self, XlsxError> {
        Self::in_parts(workbook, looks, head, columns, MOST_ROWS)
    }

    fn in_parts(
        workbook: &mut Workbook,
        looks: &Looks,
        head: Head,
        columns: Vec<Column<R>>,
        most_rows: u32,
    ) -> Result<Self, XlsxError> {
        let page = Box::new(opened(workbook, looks, &head, &columns, 1)?);
        let sums = columns.iter().map(|column| column.unit.adds_up().then(Sum::default)).collect();
        let full = Vec::new();
        Ok(Self { head, columns, sums, page, full, row: HEAD_ROWS, notes: 0, most_rows })
    }

    /// Writes rows; those that the sheet has no room for go on in another.
    pub(crate) fn write(
        &mut self,
        workbook: &mut Workbook,
        looks: &Looks,
        rows: &[R],
    ) -> Result<(), XlsxError> {
        for row in rows {
            if self.row - HEAD_ROWS >= self.most_rows {
                self.close(looks)?;
                let part = self.full.len() + 2;
                let next = opened(workbook, looks, &self.head, &self.columns, part)?;
                self.full.push(std::mem::replace(&mut *self.page, next));
                self.row = HEAD_ROWS;
                self.notes = 0;
            }
            self.write_row(looks, row)?;
        }
        Ok(())
    }

    /// Ends the sheet and hands its parts over, in order.
    pub(crate) fn end(mut self, looks: &Looks) -> Result<Vec<Worksheet>, XlsxError> {
        self.close(looks)?;
        self.full.push(*self.page);
        Ok(self.full)
    }

    fn write_row(&mut self, looks: &Looks, row: &R) -> Result<(), XlsxError> {
        let mut lines = 1;
        for (at, column) in self.columns.iter().enumerate() {
            let value = column.value(row);
            let number = figure(&value, column.unit);
            if let (Some(Some(sum)), Some(number)) = (self.sums.get_mut(at), number) {
                sum.add(number, matches!(value, Value::Lacking(..)));
            }
            let place = (self.row, column_number(at));
            if let Value::Noted(_, _, note) | Value::Lacking(_, note) = &value
                && self.notes < MOST_NOTES
                && !note.is_empty()
            {
                self.notes += 1;
                let note = Note::new(cut(note)).add_author_prefix(false).set_width(260);
                self.page.insert_note(place.0, place.1, &note)?;
            }
            lines = lines.max(lines_of(&value, column.width));
            write_cell(&mut self.page, place, value, number, (column.unit, looks, self.head.lang))?;
        }
        if lines > 1 {
            self.page.set_row_height(self.row, (f64::from(lines) * LINE_HEIGHT).min(HIGHEST))?;
        }
        self.row += 1;
        Ok(())
    }

    /// The totals, and the filter over what is above them.
    fn close(&mut self, looks: &Looks) -> Result<(), XlsxError> {
        let Some(last) = self.row.checked_sub(1).filter(|last| *last >= HEAD_ROWS) else {
            return Ok(());
        };
        let columns = column_number(self.columns.len()).saturating_sub(1);
        self.page.autofilter(HEAD_ROWS - 1, 0, last, columns)?;
        if self.head.totals {
            let word = self.head.lang.pick("合计", "Total");
            for (at, (column, sum)) in self.columns.iter().zip(&mut self.sums).enumerate() {
                let place = column_number(at);
                let lacking = sum.as_ref().is_some_and(|sum| sum.lacking);
                let look = looks.total(column.unit, lacking);
                match sum {
                    Some(sum) => {
                        let name = rust_xlsxwriter::utility::column_number_to_name(place);
                        // Of what a filter lets through, without rounding away what is cached.
                        let formula =
                            format!("=SUBTOTAL(9,{name}{}:{name}{})", HEAD_ROWS + 1, last + 1);
                        let formula = Formula::new(formula).set_result(sum.number.to_string());
                        self.page.write_formula_with_format(self.row, place, formula, look)?;
                        *sum = Sum::default();
                    }
                    None if at == 0 => {
                        self.page.write_string_with_format(self.row, place, word, look)?;
                    }
                    None => {
                        self.page.write_blank(self.row, place, look)?;
                    }
                }
            }
        }
        Ok(())
    }
}

impl Unit {
    /// Whether a sum of its values says something.
    pub(super) fn adds_up(self) -> bool {
        matches!(self, Self::Count | Self::Minutes | Self::Hours | Self::Days)
    }
}

/// The number in a cell, in the unit that people read.
pub(super) fn figure(value: &Value<'_>, unit: Unit) -> Option<f64> {
    match (value, unit) {
        (Value::Number(seconds) | Value::Lacking(seconds, _), Unit::Minutes) => {
            Some(ratio(seconds.div_euclid(60), 1))
        }
        (Value::Number(seconds) | Value::Lacking(seconds, _), Unit::Hours) => {
            Some(ratio(*seconds, 3600))
        }
        (Value::Number(number) | Value::Lacking(number, _), _) => Some(ratio(*number, 1)),
        (Value::Decimal(number), _) => Some(*number),
        _ => None,
    }
}

/// `number / unit`, exact as far as a sheet can show it.
fn ratio(number: i64, unit: i32) -> f64 {
    i32::try_from(number).map_or(f64::MAX, f64::from) / f64::from(unit)
}

fn column_number(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

fn write_cell(
    page: &mut Worksheet,
    (row, at): (u32, u16),
    value: Value<'_>,
    number: Option<f64>,
    (unit, looks, lang): (Unit, &Looks, Lang),
) -> Result<(), XlsxError> {
    if let Some(number) = number {
        let look = match value {
            Value::Lacking(..) => looks.lacking(unit),
            _ => looks.figure(unit),
        };
        page.write_number_with_format(row, at, number, look)?;
        return Ok(());
    }
    match value {
        // As WeCom's own exports write it.
        Value::Nothing => page.write_string_with_format(row, at, "--", &looks.nothing)?,
        Value::Date(date) => page.write_datetime_with_format(row, at, date, &looks.day)?,
        Value::Marked(text, tone) | Value::Noted(text, tone, _) => {
            page.write_string_with_format(row, at, cut(&text), looks.tone(tone))?
        }
        Value::Paragraph(text) => {
            page.write_string_with_format(row, at, cut(&text), &looks.lines)?
        }
        // Lines of a cell stay lines.
        Value::Text(text) => {
            page.write_string_with_format(row, at, cut(&text), looks.text(unit))?
        }
        other => {
            let text = terminal::shown(&other, unit, lang);
            page.write_string_with_format(row, at, cut(&text), looks.text(unit))?
        }
    };
    Ok(())
}

/// The lines that a cell takes whose text goes on in the next line.
fn lines_of(value: &Value<'_>, width: f64) -> u32 {
    let (Value::Marked(text, _) | Value::Noted(text, ..) | Value::Paragraph(text)) = value else {
        return 1;
    };
    let room = (width - 1.0).max(1.0);
    let of = |line: &str| {
        let columns = u16::try_from(line.width()).unwrap_or(u16::MAX);
        (1..MOST_LINES).find(|lines| f64::from(*lines) * room >= columns.into())
    };
    text.split('\n').map(|line| of(line).unwrap_or(MOST_LINES)).sum()
}

/// Text as a cell can hold it, without what XML cannot and what turns the writing around.
fn cut(text: &str) -> String {
    let shown = |c: &char| {
        let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
        let never = matches!(c, '\u{fffe}' | '\u{ffff}');
        !turns && !never && (!c.is_control() || *c == '\n')
    };
    // A spreadsheet counts in units of UTF-16.
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= MOST_CHARS
    };
    text.chars().filter(shown).take_while(fits).collect()
}

/// A new sheet with its head.
fn opened<R>(
    workbook: &mut Workbook,
    looks: &Looks,
    head: &Head,
    columns: &[Column<R>],
    part: usize,
) -> Result<Worksheet, XlsxError> {
    let mut page = workbook.new_worksheet_with_constant_memory()?;
    let name = if part == 1 { head.name.clone() } else { format!("{} {part}", head.name) };
    page.set_name(name)?;
    page.set_freeze_panes(HEAD_ROWS, head.frozen)?;
    for_paper(&mut page, head, columns)?;
    for (at, column) in columns.iter().enumerate() {
        let width = column.width.max(head_width(column.name(head.lang)));
        page.set_column_width(column_number(at), width)?;
    }
    page.set_row_height(0, 24)?;
    page.write_string_with_format(0, 0, &head.title, &looks.title)?;
    if head.gaps.is_empty() {
        page.write_string_with_format(1, 0, &head.period, &looks.period)?;
    } else {
        let gaps = format!("     {}", cut(&head.gaps));
        page.write_rich_string(1, 0, &[(&looks.period, &head.period), (&looks.warning, &gaps)])?;
    }
    write_heads(&mut page, looks, head.lang, columns)?;
    Ok(page)
}

/// A4 across, at a size that can be read; heads and names on every page.
fn for_paper<R>(page: &mut Worksheet, head: &Head, columns: &[Column<R>]) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    /// Characters that a line of A4 takes at full size.
    const LINE: f64 = 140.0;
    page.set_paper_size(A4).set_landscape();
    page.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    page.set_repeat_rows(HEAD_ROWS - 2, HEAD_ROWS - 1)?;
    if columns.iter().map(|column| column.width).sum::<f64>() <= LINE {
        page.set_print_fit_to_pages(1, 0);
    } else if head.frozen > 0 {
        page.set_repeat_columns(0, head.frozen - 1)?;
    }
    let of = head.lang.pick("第 &P 页,共 &N 页", "page &P of &N");
    // An ampersand begins a code.
    page.set_footer(format!("&L{}&C{of}&R&A", head.title.replace('&', "&&")));
    Ok(())
}

/// Rows 3 and 4: heads, and one merged cell over each run of columns with the same group.
fn write_heads<R>(
    page: &mut Worksheet,
    looks: &Looks,
    lang: Lang,
    columns: &[Column<R>],
) -> Result<(), XlsxError> {
    let mut at: u16 = 0;
    for run in columns.chunk_by(|a, b| a.group == b.group) {
        let first = at;
        at += column_number(run.len());
        let last = at.saturating_sub(1);
        let group = run.first().map_or("", |c| lang.pick(c.group.0, c.group.1));
        if group.is_empty() || first == last {
            for column in first..=last {
                page.write_string_with_format(HEAD_ROWS - 2, column, group, &looks.head)?;
            }
        } else {
            page.merge_range(HEAD_ROWS - 2, first, HEAD_ROWS - 2, last, group, &looks.head)?;
        }
    }
    page.set_row_height(HEAD_ROWS - 1, 32)?;
    for (at, column) in columns.iter().enumerate() {
        let head = column.name(lang);
        page.write_string_with_format(HEAD_ROWS - 1, column_number(at), head, &looks.head)?;
    }
    Ok(())
}

/// The width at which a head needs no more than two lines, the unit in brackets on the second.
fn head_width(head: &str) -> f64 {
    let lines = head.split('\n').flat_map(|line| line.split('('));
    let longest = lines.map(UnicodeWidthStr::width).max().unwrap_or_default();
    // Bold letters and the cell's own margins.
    f64::from(u16::try_from(longest).unwrap_or(u16::MAX)) * 1.15 + 2.0
}
