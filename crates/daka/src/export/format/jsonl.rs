//! JSON lines: an object a row, every column in it, null where there is nothing.

use std::io::{self, Write as _};

use super::{Column, PartFile, Sheet};
use crate::export::column::Cell;

pub(super) struct Lines<R> {
    pub(super) columns: Vec<Column<R>>,
    pub(super) file: PartFile,
}

impl<R> Sheet<R> for Lines<R> {
    fn write(&mut self, rows: &[R]) -> io::Result<()> {
        let file = &mut self.file;
        for row in rows {
            let mut before = '{';
            for column in &self.columns {
                write!(file, "{before}\"{}\":", column.name)?;
                before = ',';
                match column.cell(row) {
                    Cell::Null => file.write_all(b"null")?,
                    Cell::Text(text) => serde_json::to_writer(&mut *file, &text)?,
                    Cell::Json(json) => file.write_all(json.as_bytes())?,
                    Cell::Plain(text) => write!(file, "\"{text}\"")?,
                    Cell::Number(number) => write!(file, "{number}")?,
                }
            }
            file.write_all(b"}\n")?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<PartFile> {
        Ok(self.file)
    }
}
