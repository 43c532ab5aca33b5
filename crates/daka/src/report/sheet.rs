//! A sheet as a table of columns: title, period, groups, heads, then a row a line.

use jiff::civil::Date;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::{lang::Lang, report::Heading};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing to say: `--`, as WeCom's own exports write it.
    Nothing,
    /// Text, never a formula.
    Text(String),
    /// A whole number.
    Count(i64),
    /// A number with one decimal.
    Tenths(f64),
    /// A date with its weekday.
    Day(Date),
}

impl Cell {
    /// Seconds as minutes, rounded down as findings are whole minutes anyway.
    pub(crate) fn minutes(seconds: i64) -> Self {
        Self::Count(seconds.div_euclid(60))
    }

    /// Seconds as hours with one decimal.
    pub(crate) fn hours(seconds: i64) -> Self {
        Self::Tenths(ratio(seconds, 3600))
    }

    /// Text, or nothing where it is empty.
    pub(crate) fn text(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }

    /// A count of things.
    pub(crate) fn count(count: impl Into<i64>) -> Self {
        Self::Count(count.into())
    }
}

/// `number / unit`, exact as far as a sheet can show it.
pub(crate) fn ratio(number: i64, unit: i32) -> f64 {
    i32::try_from(number).map_or(f64::MAX, f64::from) / f64::from(unit)
}

/// One column of a sheet of `R` rows.
pub(crate) struct Column<R> {
    /// The group that row 3 merges, Chinese and English; empty for none.
    pub(crate) group: (&'static str, &'static str),
    /// The head in row 4.
    pub(crate) head: (String, String),
    /// Width in characters.
    pub(crate) width: f64,
    /// What the column shows of a row.
    pub(crate) cell: Box<dyn Fn(&R) -> Cell>,
}

/// A column whose head is fixed.
pub(crate) fn column<R>(
    group: (&'static str, &'static str),
    head: (&str, &str),
    width: f64,
    cell: impl Fn(&R) -> Cell + 'static,
) -> Column<R> {
    Column { group, head: (head.0.to_owned(), head.1.to_owned()), width, cell: Box::new(cell) }
}

/// A sheet before its rows.
pub(crate) struct Sheet<'a> {
    /// The tab, Chinese and English.
    pub(crate) name: (&'a str, &'a str),
    /// The title in row 1.
    pub(crate) title: (&'a str, &'a str),
    /// How many columns stay in view.
    pub(crate) frozen: u16,
}

/// Rows above the data: title, period, groups, heads.
const HEAD_ROWS: u32 = 4;

/// Data rows of one sheet: the format's 1,048,576, less the head.
const MOST_ROWS: usize = 1_048_572;

/// Characters of one cell, by the format.
const MOST_CHARS: usize = 32_767;

struct Looks {
    title: Format,
    period: Format,
    warning: Format,
    head: Format,
    text: Format,
    whole: Format,
    tenths: Format,
    day: Format,
}

impl Looks {
    fn new(lang: Lang) -> Self {
        let line = Color::RGB(0x00D9_D9D9);
        let body = || {
            Format::new().set_border(FormatBorder::Thin).set_border_color(line).set_font_size(10)
        };
        let middle =
            || body().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter);
        Self {
            title: Format::new()
                .set_bold()
                .set_font_size(14)
                .set_align(FormatAlign::VerticalCenter),
            period: Format::new().set_font_size(10).set_font_color(Color::RGB(0x0059_5959)),
            warning: Format::new()
                .set_bold()
                .set_font_size(10)
                .set_font_color(Color::RGB(0x00C0_0000)),
            head: middle().set_bold().set_text_wrap().set_background_color(Color::RGB(0x00E8_F0FE)),
            text: body().set_num_format("@").set_align(FormatAlign::VerticalCenter),
            whole: middle().set_num_format("0"),
            tenths: middle().set_num_format("0.0"),
            day: middle()
                .set_num_format(lang.pick("[$-804]yyyy/mm/dd dddd", "[$-409]yyyy/mm/dd dddd")),
        }
    }
}

/// Adds a sheet to the workbook and fills it; what is too long for one sheet goes on in a second.
pub(crate) fn write<'r, R: 'r>(
    workbook: &mut Workbook,
    sheet: &Sheet<'_>,
    heading: &Heading,
    columns: &[Column<R>],
    rows: impl Iterator<Item = &'r R>,
) -> Result<(), XlsxError> {
    write_in_parts(workbook, sheet, heading, columns, rows, MOST_ROWS)
}

fn write_in_parts<'r, R: 'r>(
    workbook: &mut Workbook,
    sheet: &Sheet<'_>,
    heading: &Heading,
    columns: &[Column<R>],
    rows: impl Iterator<Item = &'r R>,
    most_rows: usize,
) -> Result<(), XlsxError> {
    let lang = heading.lang;
    let looks = Looks::new(lang);
    let name = lang.pick(sheet.name.0, sheet.name.1);
    let mut rows = rows.peekable();
    for part in 1.. {
        let page = workbook.add_worksheet();
        page.set_name(if part == 1 { name.to_owned() } else { format!("{name} {part}") })?;
        page.set_freeze_panes(HEAD_ROWS, sheet.frozen)?;
        let title = lang.pick(sheet.title.0, sheet.title.1);
        page.write_string_with_format(0, 0, title, &looks.title)?;
        page.set_row_height(0, 24)?;
        page.set_landscape();
        page.set_print_fit_to_pages(1, 0);
        page.set_repeat_rows(HEAD_ROWS - 2, HEAD_ROWS - 1)?;
        write_period(page, heading, &looks)?;
        page.set_row_height(3, 32)?;
        write_heads(page, lang, columns, &looks.head)?;
        for (row, content) in (HEAD_ROWS..).zip(rows.by_ref().take(most_rows)) {
            for (at, column) in (0..).zip(columns) {
                write_cell(page, (row, at), (column.cell)(content), &looks)?;
            }
        }
        if rows.peek().is_none() {
            break;
        }
    }
    Ok(())
}

/// Row 2: the period, and in red what is missing from it.
fn write_period(page: &mut Worksheet, heading: &Heading, looks: &Looks) -> Result<(), XlsxError> {
    let period = period(heading);
    if heading.gaps.is_empty() {
        page.write_string_with_format(1, 0, period, &looks.period)?;
    } else {
        let gaps = format!("     {}", heading.gaps.join("     "));
        page.write_rich_string(1, 0, &[(&looks.period, &period), (&looks.warning, &gaps)])?;
    }
    Ok(())
}

fn write_cell(
    page: &mut Worksheet,
    (row, at): (u32, u16),
    cell: Cell,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Nothing => page.write_string_with_format(row, at, "--", &looks.whole)?,
        Cell::Text(text) => {
            let text: String = text.chars().take(MOST_CHARS).collect();
            page.write_string_with_format(row, at, text, &looks.text)?
        }
        Cell::Count(n) => page.write_number_with_format(row, at, ratio(n, 1), &looks.whole)?,
        Cell::Tenths(n) => page.write_number_with_format(row, at, n, &looks.tenths)?,
        Cell::Day(date) => page.write_datetime_with_format(row, at, date, &looks.day)?,
    };
    Ok(())
}

/// Rows 3 and 4: heads, and one merged cell over each run of columns with the same group.
fn write_heads<R>(
    page: &mut Worksheet,
    lang: Lang,
    columns: &[Column<R>],
    look: &Format,
) -> Result<(), XlsxError> {
    let mut at: u16 = 0;
    for run in columns.chunk_by(|a, b| a.group == b.group) {
        let first = at;
        for column in run {
            let head = lang.pick(&column.head.0, &column.head.1);
            page.set_column_width(at, column.width.max(head_width(head)))?;
            page.write_string_with_format(HEAD_ROWS - 1, at, head, look)?;
            at += 1;
        }
        let last = at.saturating_sub(1);
        let group = run.first().map_or("", |c| lang.pick(c.group.0, c.group.1));
        if group.is_empty() || first == last {
            for column in first..=last {
                page.write_string_with_format(HEAD_ROWS - 2, column, group, look)?;
            }
        } else {
            page.merge_range(HEAD_ROWS - 2, first, HEAD_ROWS - 2, last, group, look)?;
        }
    }
    Ok(())
}

/// The width at which a head needs no more than two lines, the unit in brackets on the second.
fn head_width(head: &str) -> f64 {
    let lines = head.split('\n').flat_map(|line| line.split('('));
    let longest = lines.map(|line| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum());
    // Bold letters and the cell's own margins.
    f64::from(longest.max().unwrap_or(0_u16)) * 1.15 + 2.0
}

/// Row 2: the period, when the sheet was made, how old its data are.
fn period(heading: &Heading) -> String {
    let (from, to) = (heading.days.first(), heading.days.last());
    let stamp = |at: &jiff::Zoned| {
        let hours = at.offset().seconds() / 3600;
        format!("{}(UTC{hours:+})", at.strftime("%Y-%m-%d %H:%M"))
    };
    let until = heading.data_until.as_ref().map_or_else(|| "--".to_owned(), stamp);
    match heading.lang {
        Lang::Zh => format!(
            "统计时间:{} ～ {}     制表时间:{}     数据截至:{until}",
            from.strftime("%m-%d"),
            to.strftime("%m-%d"),
            stamp(&heading.made),
        ),
        Lang::En => {
            format!(
                "Period: {from} to {to}     Made: {}     Data as of: {until}",
                stamp(&heading.made)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use calamine::{Reader as _, Xlsx};

    use super::*;
    use crate::days::Month;

    #[test]
    fn what_is_too_long_for_one_sheet_goes_on_in_the_next() {
        let mut workbook = Workbook::new();
        let sheet = Sheet { name: ("数", "Numbers"), title: ("数", "Numbers"), frozen: 1 };
        let heading = Heading {
            days: "2026-10".parse::<Month>().unwrap().days(),
            made: "2026-11-02T09:00[Asia/Shanghai]".parse().unwrap(),
            data_until: None,
            gaps: Vec::new(),
            lang: Lang::En,
        };
        let columns = [column(("", ""), ("数", "n"), 8.0, |n: &i64| Cell::Count(*n))];
        write_in_parts(&mut workbook, &sheet, &heading, &columns, [1, 2, 3, 4, 5].iter(), 2)
            .unwrap();

        let bytes = std::io::Cursor::new(workbook.save_to_buffer().unwrap());
        let mut book: Xlsx<_> = Xlsx::new(bytes).unwrap();
        let rows: Vec<(String, usize)> = book
            .worksheets()
            .into_iter()
            .map(|(name, range)| (name, range.rows().skip(4).count()))
            .collect();
        let part = |name: &str, rows| (name.to_owned(), rows);
        assert_eq!(rows, [part("Numbers", 2), part("Numbers 2", 2), part("Numbers 3", 1)]);
    }
}
