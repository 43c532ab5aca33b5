//! The formats of an export, each a sheet that takes rows.

mod csv;
mod jsonl;
mod parquet;

use std::io;

use super::{column::Column, layout::PartFile};

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FileFormat {
    /// One JSON object a line
    Jsonl,
    /// Comma-separated, safe to open in a spreadsheet
    Csv,
    /// Columns with types, compressed
    Parquet,
}

impl FileFormat {
    pub(super) const ALL: [Self; 3] = [Self::Jsonl, Self::Csv, Self::Parquet];

    /// What its files' names end with.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }

    /// Begins a sheet with these columns.
    pub(super) fn open<R: 'static>(
        self,
        columns: Vec<Column<R>>,
        file: PartFile,
    ) -> io::Result<Box<dyn Sheet<R>>> {
        Ok(match self {
            Self::Jsonl => Box::new(jsonl::Lines { columns, file }),
            Self::Csv => Box::new(csv::Lines::begin(columns, file)?),
            Self::Parquet => Box::new(parquet::RowGroups::begin(columns, file)?),
        })
    }
}

/// A file in the making that takes rows.
pub(crate) trait Sheet<R> {
    fn write(&mut self, rows: &[R]) -> io::Result<()>;

    /// Writes what is left and hands back the file, not yet in its place.
    fn finish(self: Box<Self>) -> io::Result<PartFile>;
}
