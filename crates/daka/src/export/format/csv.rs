//! CSV: names, then a line a row. Nothing between two commas is null, `""` is an empty text, as
//! PostgreSQL has it.

use std::io::{self, Write as _};

use super::{Column, PartFile, Sheet};
use crate::{export::column::Cell, output::guarded};

pub(super) struct Lines<R> {
    columns: Vec<Column<R>>,
    file: PartFile,
}

impl<R> Lines<R> {
    /// Begins with the columns' names.
    pub(super) fn begin(columns: Vec<Column<R>>, mut file: PartFile) -> io::Result<Self> {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        writeln!(file, "{}", names.join(","))?;
        Ok(Self { columns, file })
    }
}

impl<R> Sheet<R> for Lines<R> {
    fn write(&mut self, rows: &[R]) -> io::Result<()> {
        let mut line = String::new();
        for row in rows {
            line.clear();
            for column in &self.columns {
                match column.cell(row) {
                    Cell::Null => {}
                    Cell::Text(text) | Cell::Json(text) => push_text(&mut line, &guarded(&text)),
                    Cell::Plain(text) => line.push_str(&text),
                    Cell::Number(number) => line.push_str(&number.to_string()),
                }
                line.push(',');
            }
            line.pop();
            writeln!(self.file, "{line}")?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<PartFile> {
        Ok(self.file)
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
}
