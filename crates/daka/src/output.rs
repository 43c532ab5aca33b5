//! Where rows go and how they look: table, JSON, JSON lines or CSV, to a file or standard output.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal as _, Write},
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum};

use crate::failure::Failure;

/// `--format` and `-o`.
#[derive(Debug, Clone, Args, Default)]
pub(crate) struct OutputArgs {
    /// How to print [default: table on a terminal, else jsonl]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Write to a file; what is there stays until the new content is whole
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
    Csv,
}

enum Sink {
    Stdout(BufWriter<io::Stdout>),
    File { writer: BufWriter<File>, partial: PathBuf, path: PathBuf },
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::File { writer, .. } => writer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::File { writer, .. } => writer.flush(),
        }
    }
}

impl OutputArgs {
    /// The format asked for, or the one that fits where the output goes.
    pub(crate) fn format(&self) -> Format {
        self.format.unwrap_or_else(|| {
            let to_terminal = self.output.is_none() && io::stdout().is_terminal();
            if to_terminal { Format::Table } else { Format::Jsonl }
        })
    }

    /// Opens the output with the columns that table and CSV show.
    pub(crate) fn open(&self, columns: &[&str]) -> Result<Output, Failure> {
        let sink = match &self.output {
            None => Sink::Stdout(BufWriter::new(io::stdout())),
            Some(path) => {
                let partial = partial_path(path);
                let file =
                    File::create(&partial).map_err(|e| Failure::file(path, "writing", &e))?;
                Sink::File { writer: BufWriter::new(file), partial, path: path.clone() }
            }
        };
        let look = match self.format() {
            Format::Table => Look::Table(Box::new(table(columns))),
            Format::Json => Look::Json,
            Format::Jsonl => Look::Jsonl,
            Format::Csv => Look::Csv,
        };
        let mut output = Output { sink, look, rows: 0 };
        if matches!(output.look, Look::Csv) {
            output.csv_line(columns)?;
        }
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
            Look::Csv => self.csv_line(&cells()),
        }
    }

    /// Closes the output; a file takes the place of the old one only now. An output that is dropped
    /// unfinished leaves the old file as it was.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        match &self.look {
            Look::Table(table) => self.write(&format!("{table}\n"))?,
            Look::Json if self.rows == 0 => self.write("[]\n")?,
            Look::Json => self.write("\n]\n")?,
            Look::Jsonl | Look::Csv => {}
        }
        self.settle(Write::flush)?;
        match &self.sink {
            Sink::Stdout(_) => Ok(()),
            Sink::File { partial, path, .. } => {
                std::fs::rename(partial, path).map_err(|e| Failure::file(path, "writing", &e))
            }
        }
    }

    fn write(&mut self, text: &str) -> Result<(), Failure> {
        self.settle(|sink| sink.write_all(text.as_bytes()))
    }

    fn csv_line<C: AsRef<str>>(&mut self, cells: &[C]) -> Result<(), Failure> {
        let mut line = csv::Writer::from_writer(Vec::new());
        let written = line.write_record(cells.iter().map(|cell| guarded(cell.as_ref())));
        let bytes = written.ok().and_then(|()| line.into_inner().ok()).unwrap_or_default();
        self.settle(|sink| sink.write_all(&bytes))
    }

    /// Does one piece of writing; a reader that has gone away (`daka … | head`) is no failure.
    fn settle(&mut self, piece: impl FnOnce(&mut Sink) -> io::Result<()>) -> Result<(), Failure> {
        match piece(&mut self.sink) {
            Ok(()) => Ok(()),
            Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(e) => Err(match &self.sink {
                Sink::Stdout(_) => Failure::file(Path::new("standard output"), "writing", &e),
                Sink::File { path, .. } => Failure::file(path, "writing", &e),
            }),
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Self::File { partial, .. } = self {
            // Gone already when the output was finished.
            let _ = std::fs::remove_file(partial);
        }
    }
}

/// Where content waits until it is whole.
pub(crate) fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
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
