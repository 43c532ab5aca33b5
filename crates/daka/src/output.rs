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

use crate::{
    failure::Failure,
    lang::Lang,
    table::{
        Column, Value, Writer as _,
        csv::{self, Dialect},
        terminal::{Page, Screen, screen_width},
    },
};

/// `--format`, `--wide` and `-o`.
#[derive(Debug, Clone, Args, Default)]
pub(crate) struct OutputArgs {
    /// How to print [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Show all columns of a table, however wide
    #[arg(long)]
    pub(crate) wide: bool,
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
pub(crate) struct Output<R> {
    look: Look<R>,
    json: Box<dyn Fn(&R) -> String>,
    rows: usize,
}

enum Look<R> {
    Table(Page<R, Sink>),
    Json(Sink),
    Jsonl(Sink),
    Csv(csv::Lines<R, Sink>),
}

impl OutputArgs {
    /// The format asked for, or the one that fits where the output goes.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_else(
            || {
                if self.is_terminal() { Format::Table } else { Format::Jsonl }
            },
        )
    }

    fn is_terminal(&self) -> bool {
        self.output.as_deref().is_none_or(is_stdout) && io::stdout().is_terminal()
    }

    /// Opens the output for rows that have columns, and a JSON of their own.
    pub(crate) fn table<R>(
        &self,
        lang: Lang,
        columns: Vec<Column<R>>,
        json: impl Fn(&R) -> String + 'static,
    ) -> Result<Output<R>, Failure> {
        self.spelled(lang, columns, json, Dialect::Plain)
    }

    /// The same, CSV as Excel wants it.
    pub(crate) fn table_for_excel<R>(
        &self,
        lang: Lang,
        columns: Vec<Column<R>>,
        json: impl Fn(&R) -> String + 'static,
    ) -> Result<Output<R>, Failure> {
        self.spelled(lang, columns, json, Dialect::Excel)
    }

    fn spelled<R>(
        &self,
        lang: Lang,
        columns: Vec<Column<R>>,
        json: impl Fn(&R) -> String + 'static,
        dialect: Dialect,
    ) -> Result<Output<R>, Failure> {
        let sink = Sink::open(self.output.as_deref())?;
        let look = match self.format() {
            Format::Table => {
                let screen = Screen { lang, width: self.width(), wide: self.wide };
                Look::Table(Page::begin(columns, screen, sink))
            }
            Format::Json => Look::Json(sink),
            Format::Jsonl => Look::Jsonl(sink),
            Format::Csv => {
                let mut lines = csv::Lines::new(columns, dialect, sink);
                let done = lines.head();
                lines.file.settled(done)?;
                Look::Csv(lines)
            }
        };
        Ok(Output { look, json: Box::new(json), rows: 0 })
    }

    /// The cells of a line: of the terminal, or as `COLUMNS` says where there is none.
    fn width(&self) -> Option<usize> {
        if self.wide { None } else { screen_width() }
    }

    /// Opens the output for rows that are cells already, under the columns that table and CSV show.
    pub(crate) fn open(&self, columns: &[&'static str]) -> Result<Output<Cells>, Failure> {
        let cell = |(n, name): (usize, &&'static str)| {
            Column::new(name, crate::table::Unit::Text, move |row: &Cells| {
                let text = row.cells.get(n).map(String::as_str).unwrap_or_default();
                Value::text(text)
            })
        };
        let columns = columns.iter().enumerate().map(cell).collect();
        self.table(Lang::En, columns, |row| row.json.clone())
    }
}

/// A row whose cells are texts already.
pub(crate) struct Cells {
    json: String,
    cells: Vec<String>,
}

impl Output<Cells> {
    /// Writes one row: its JSON on one line, or its cells under the columns.
    pub(crate) fn row(
        &mut self,
        json: impl FnOnce() -> String,
        cells: impl FnOnce() -> Vec<String>,
    ) -> Result<(), Failure> {
        let row = match self.look {
            Look::Json(_) | Look::Jsonl(_) => Cells { json: json(), cells: Vec::new() },
            Look::Table(_) | Look::Csv(_) => Cells { json: String::new(), cells: cells() },
        };
        self.push(&[row])
    }
}

impl<R> Output<R> {
    /// Writes rows.
    pub(crate) fn push(&mut self, rows: &[R]) -> Result<(), Failure> {
        let first = self.rows == 0;
        self.rows += rows.len();
        match &mut self.look {
            Look::Table(page) => {
                let done = page.write(rows);
                page.file.settled(done)
            }
            Look::Csv(lines) => {
                let done = lines.write(rows);
                lines.file.settled(done)
            }
            Look::Jsonl(sink) => sink.settle(|sink| {
                rows.iter().try_for_each(|row| writeln!(sink, "{}", (self.json)(row)))
            }),
            Look::Json(sink) => sink.settle(|sink| {
                rows.iter().enumerate().try_for_each(|(n, row)| {
                    let before = if first && n == 0 { "[\n" } else { ",\n" };
                    write!(sink, "{before}{}", (self.json)(row))
                })
            }),
        }
    }

    /// Closes the output; a file takes the place of the old one only now. An output that is dropped
    /// unfinished leaves the old file as it was.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.look {
            Look::Table(mut page) => {
                let done = page.end();
                page.file.settled(done)?;
                page.file.finish()
            }
            Look::Csv(lines) => lines.file.finish(),
            Look::Jsonl(sink) => sink.finish(),
            Look::Json(mut sink) => {
                let end = if self.rows == 0 { "[]\n" } else { "\n]\n" };
                sink.settle(|sink| sink.write_all(end.as_bytes()))?;
                sink.finish()
            }
        }
    }
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
    fn compacting_touches_only_the_space_between_tokens() {
        let text = "{ \"a b\" : [ 1.0 ,\n\t\"x \\\" y\\\\\" , {} ] }";
        assert_eq!(compact(text), r#"{"a b":[1.0,"x \" y\\",{}]}"#);
    }
}
