//! The cells of a list, whatever it is kept in.

use std::{
    io::{self, Cursor},
    path::Path,
};

use calamine::{Data, ExcelDateTime, Range, Reader as _, Xlsx};
use jiff::civil::Date;

use crate::{failure::Failure, handed_in, lang::text};

/// What a zip file begins with, and so every `.xlsx`.
const ZIP: &[u8] = b"PK\x03\x04";

/// A list's lines that say something, the head first.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) rows: Vec<Row>,
}

#[derive(Debug)]
pub(super) struct Row {
    /// Its number in the file, from 1.
    pub(super) line: usize,
    pub(super) cells: Vec<Cell>,
}

/// A cell: what a workbook knows to be a date, or text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Date(Date),
}

impl Cell {
    /// Text on one line: what wraps in a cell, or steers a terminal, is no part of a name.
    fn said(text: &str) -> Self {
        let words = text.split(|c: char| c.is_whitespace() || c.is_control());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        Self::Text(words.join(" "))
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Date(date) => date.to_string(),
        }
    }
}

impl Grid {
    /// Reads a CSV file or the first sheet of an `.xlsx` workbook; `-` is standard input.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let unreadable = |e: io::Error| unreadable(path, &e.to_string());
        let bytes = handed_in::bytes_or_stdin(path).map_err(unreadable)?;
        if bytes.starts_with(ZIP) {
            return Self::of_workbook(bytes, path);
        }
        Self::of_csv(&handed_in::text(&bytes).map_err(unreadable)?, path)
    }

    /// Lines of cells between commas, or between tabs where the head line has those alone.
    pub(super) fn of_csv(text: &str, path: &Path) -> Result<Self, Failure> {
        let head = text.lines().next().unwrap_or_default();
        let tabs = head.contains('\t') && !head.contains(',');
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(if tabs { b'\t' } else { b',' })
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|e| unreadable(path, &e.to_string()))?;
            let line = record.position().map_or(0, csv::Position::line);
            let cells = record.iter().map(Cell::said).collect();
            rows.push(Row { line: usize::try_from(line).unwrap_or(usize::MAX), cells });
        }
        Ok(Self::without_blanks(rows))
    }

    fn of_workbook(bytes: Vec<u8>, path: &Path) -> Result<Self, Failure> {
        let range = first_sheet(bytes).map_err(|e| unreadable(path, &e))?;
        let (top, _) = range.start().unwrap_or_default();
        let rows = (1..).zip(range.rows()).map(|(number, row)| {
            let above = usize::try_from(top).unwrap_or(usize::MAX);
            Row { line: number + above, cells: row.iter().map(cell).collect() }
        });
        Ok(Self::without_blanks(rows.collect()))
    }

    fn without_blanks(mut rows: Vec<Row>) -> Self {
        rows.retain(|row| row.cells.iter().any(|cell| !cell.text().is_empty()));
        Self { rows }
    }
}

fn first_sheet(bytes: Vec<u8>) -> Result<Range<Data>, String> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|e: calamine::XlsxError| e.to_string())?;
    match book.worksheet_range_at(0) {
        Some(range) => range.map_err(|e| e.to_string()),
        None => Err("it has no sheet".to_owned()),
    }
}

/// A number is written without an exponent or a fraction that it does not have: an id that somebody
/// let the workbook take for a number.
fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Text(String::new()),
        Data::DateTime(at) => {
            day(at).map_or_else(|| Cell::said(&at.as_f64().to_string()), Cell::Date)
        }
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::said(text),
        Data::Int(number) => Cell::Text(number.to_string()),
        Data::Float(number) => Cell::Text(number.to_string()),
        Data::Bool(value) => Cell::Text(value.to_string()),
        Data::Error(error) => Cell::Text(error.to_string()),
    }
}

fn day(at: &ExcelDateTime) -> Option<Date> {
    if !at.is_datetime() {
        return None;
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

fn unreadable(path: &Path, why: &str) -> Failure {
    let shown = path.display();
    Failure::usage(
        text!("the roster {shown} cannot be read: {why}", "无法读取名单 {shown}：{why}"),
        text!(
            "hand in a CSV file in UTF-8 or an .xlsx workbook",
            "请提供 UTF-8 编码的 CSV 文件或 .xlsx 工作簿"
        ),
    )
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    use super::*;

    #[test]
    fn a_workbooks_cells_are_what_they_look_like() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(2, 0, "userid").unwrap();
        sheet.write(4, 0, "00123").unwrap();
        sheet.write(4, 1, 100_000).unwrap();
        sheet.write(4, 2, 1.5).unwrap();
        let date = ExcelDateTime::from_ymd(2026, 6, 1).unwrap();
        sheet.write_with_format(4, 3, &date, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        sheet.write(4, 4, " 1E5\n\u{1b}x ").unwrap();
        let grid = Grid::of_workbook(book.save_to_buffer().unwrap(), Path::new("r.xlsx")).unwrap();
        let lines: Vec<usize> = grid.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [3, 5]);
        let said = |text: &str| Cell::Text(text.to_owned());
        assert_eq!(
            grid.rows[1].cells,
            [
                said("00123"),
                said("100000"),
                said("1.5"),
                Cell::Date(jiff::civil::date(2026, 6, 1)),
                said("1E5 x"),
            ]
        );
    }

    #[test]
    fn tabs_separate_where_there_is_no_comma() {
        for text in ["userid,name\nli,李\n", "userid\tname\nli\t李\n", "\"userid\",name\nli,李"]
        {
            let grid = Grid::of_csv(text, Path::new("r.csv")).unwrap();
            let cells: Vec<String> = grid.rows[1].cells.iter().map(Cell::text).collect();
            assert_eq!(cells, ["li", "李"], "{text}");
        }
    }
}
