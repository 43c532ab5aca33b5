//! Where rows go and how they look: table, JSON, JSON lines or CSV, to a file or standard output.

mod pending;
mod sink;
mod unfinished;

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
};

use clap::{Args, ValueEnum};

pub(crate) use pending::PendingFile;
pub(crate) use sink::{Seekable, Sink, is_stdout};

use crate::failure::Failure;

/// `--format` and `-o`.
#[derive(Debug, Clone, Args, Default)]
pub(crate) struct OutputArgs {
    /// How to print [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Write to a file, - for standard output; what is there stays until the new content is whole
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns for a person.
    Table,
    /// One JSON array.
    Json,
    /// One JSON value a line.
    Jsonl,
    /// Comma-separated, safe to open in a spreadsheet.
    Csv,
}

/// An open output.
pub(crate) struct Output {
    sink: Sink,
    look: Look,
    rows: usize,
}

enum Look {
    Table(Box<comfy_table::Table>),
    Json,
    Jsonl,
    Csv(csv::Terminator),
}

/// A byte order mark, by which Excel knows UTF-8.
const MARK: &str = "\u{feff}";

impl OutputArgs {
    /// The format asked for, or the one that fits where the output goes.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_else(|| {
            let to_stdout = self.output.as_deref().is_none_or(is_stdout);
            let to_terminal = to_stdout && io::stdout().is_terminal();
            if to_terminal { Format::Table } else { Format::Jsonl }
        })
    }

    /// Opens the output with the columns that table and CSV show.
    pub(crate) fn open(&self, columns: &[&str]) -> Result<Output, Failure> {
        let sink = Sink::open(self.output.as_deref())?;
        let look = match self.format() {
            Format::Table => Look::Table(Box::new(table(columns))),
            Format::Json => Look::Json,
            Format::Jsonl => Look::Jsonl,
            Format::Csv => Look::Csv(csv::Terminator::Any(b'\n')),
        };
        let mut output = Output { sink, look, rows: 0 };
        output.csv_line(columns)?;
        Ok(output)
    }

    /// The same, CSV as Excel wants it.
    pub(crate) fn open_for_excel(&self, columns: &[&str]) -> Result<Output, Failure> {
        if self.format() != Format::Csv {
            return self.open(columns);
        }
        let sink = Sink::open(self.output.as_deref())?;
        let mut output = Output { sink, look: Look::Csv(csv::Terminator::CRLF), rows: 0 };
        output.write(MARK)?;
        output.csv_line(columns)?;
        Ok(output)
    }
}

impl Output {
    /// Writes one row: its JSON on one line, or its cells under the columns.
    pub(crate) fn row(
        &mut self,
        json: impl FnOnce() -> String,
        cells: impl FnOnce() -> Vec<String>,
    ) -> Result<(), Failure> {
        let first = self.rows == 0;
        self.rows += 1;
        match &mut self.look {
            Look::Table(table) => {
                table.add_row(cells().iter().map(|cell| one_line(cell)));
                Ok(())
            }
            Look::Json => self.write(&format!("{}{}", if first { "[\n" } else { ",\n" }, json())),
            Look::Jsonl => self.write(&format!("{}\n", json())),
            Look::Csv(_) => self.csv_line(&cells()),
        }
    }

    /// Closes the output; a file takes the place of the old one only now. An output that is dropped
    /// unfinished leaves the old file as it was.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        match &self.look {
            Look::Table(table) => self.write(&format!("{table}\n"))?,
            Look::Json if self.rows == 0 => self.write("[]\n")?,
            Look::Json => self.write("\n]\n")?,
            Look::Jsonl | Look::Csv(_) => {}
        }
        self.sink.finish()
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.sink.settle(|sink| sink.write_all(text.as_bytes()))
    }

    fn csv_line<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<(), Failure> {
        let Look::Csv(terminator) = self.look else { return Ok(()) };
        let mut line = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        let written = line.write_record(cells.iter().map(|cell| guarded(cell.as_ref())));
        let bytes = written.ok().and_then(|()| line.into_inner().ok()).unwrap_or_default();
        self.sink.settle(|sink| sink.write_all(&bytes))
    }
}

/// An empty table with the given heads.
pub(crate) fn table(columns: &[&str]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_BORDERS_ONLY);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_header(columns);
    table
}

/// Text from outside, unable to break a line or move the cursor.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
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

/// JSON text without the white space between its tokens, otherwise untouched.
pub(crate) fn compact(json: &str) -> String {
    let mut compact = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in json.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else if c == '"' {
            in_string = true;
        } else if c.is_ascii_whitespace() {
            continue;
        }
        compact.push(c);
    }
    compact
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn compacting_touches_only_the_space_between_tokens() {
        let text = "{ \"a b\" : [ 1.0 ,\n\t\"x \\\" y\\\\\" , {} ] }";
        assert_eq!(compact(text), r#"{"a b":[1.0,"x \" y\\",{}]}"#);
    }
}
