//! CSV: names, then a line a row. Nothing between two commas is null, `""` is an empty text, as
//! PostgreSQL has it.

use std::io::{self, Write};

use super::{Column, Writer, Written};

/// Whom the lines are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Programs.
    Plain,
    /// Excel, which knows UTF-8 by its mark and ends lines as Windows does.
    Excel,
}

/// A byte order mark.
const MARK: &str = "\u{feff}";

/// Lines in the making.
pub(crate) struct Lines<R, W> {
    columns: Vec<Column<R>>,
    dialect: Dialect,
    pub(crate) file: W,
}

impl<R, W: Write> Lines<R, W> {
    pub(crate) fn new(columns: Vec<Column<R>>, dialect: Dialect, file: W) -> Self {
        Self { columns, dialect, file }
    }

    /// Begins with the columns' names.
    pub(crate) fn head(&mut self) -> io::Result<()> {
        let mut heads = String::new();
        for column in &self.columns {
            push_text(&mut heads, &guarded(&column.key));
            heads.push(',');
        }
        heads.pop();
        let mark = if self.dialect == Dialect::Excel { MARK } else { "" };
        self.line(&format!("{mark}{heads}"))
    }

    fn line(&mut self, line: &str) -> io::Result<()> {
        let end = match self.dialect {
            Dialect::Plain => "\n",
            Dialect::Excel => "\r\n",
        };
        self.file.write_all(line.as_bytes())?;
        self.file.write_all(end.as_bytes())
    }
}

impl<R, W: Write> Writer<R> for Lines<R, W> {
    fn write(&mut self, rows: &[R]) -> io::Result<()> {
        let mut line = String::new();
        for row in rows {
            line.clear();
            for column in &self.columns {
                match column.value(row).written() {
                    Written::Nothing => {}
                    Written::Text(text) => push_text(&mut line, &guarded(&text)),
                    Written::Figure(figure) => line.push_str(&figure),
                }
                line.push(',');
            }
            line.pop();
            self.line(&line)?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// A text, in quotes where it needs them. The `csv` crate decides so by a style for all fields, and
/// cannot say null and the empty text in different ways.
fn push_text(line: &mut String, text: &str) {
    if text.is_empty() || text.contains([',', '"', '\n', '\r']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}

/// A cell that a spreadsheet cannot take for a formula.
pub(crate) fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok_and(f64::is_finite) && !cell.contains(|c: char| c.is_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_their_line() {
        let texts = ["", "plain", "a,b", "say \"no\"", "two\nlines", "总部", "cr\r", " "];
        let mut line = String::new();
        for text in texts {
            push_text(&mut line, text);
            line.push(',');
        }
        line.pop();
        let mut reader =
            ::csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
        let read = reader.records().next().unwrap().unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), texts);
        assert!(line.starts_with("\"\",plain,"));
    }

    #[test]
    fn formulas_are_disarmed_and_numbers_left_alone() {
        for (cell, safe) in [
            ("=1+1", "'=1+1"),
            ("+cmd", "'+cmd"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("-12.5", "-12.5"),
            ("-inf", "'-inf"),
            ("+8", "+8"),
            ("正常", "正常"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell), safe, "{cell:?}");
        }
    }
}
