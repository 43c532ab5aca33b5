//! The formats of an export.

use std::io;

use super::layout::PartFile;
use crate::table::{Column, Writer, csv, jsonl, parquet};

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

    /// Begins a file with these columns.
    pub(super) fn open<'f, R: 'static>(
        self,
        columns: Vec<Column<R>>,
        file: &'f mut PartFile,
    ) -> io::Result<Box<dyn Writer<R> + 'f>> {
        Ok(match self {
            Self::Jsonl => Box::new(jsonl::Lines { columns, file }),
            Self::Csv => {
                let mut lines = csv::Lines::new(columns, csv::Dialect::Plain, file);
                lines.head()?;
                Box::new(lines)
            }
            Self::Parquet => Box::new(parquet::RowGroups::begin(columns, file)?),
        })
    }
}
