//! JSON lines: an object a row, every column in it, null where there is nothing.

use std::io::{self, Write};

use super::{Column, Value, Writer, Written};

/// Lines in the making.
pub(crate) struct Lines<R, W> {
    pub(crate) columns: Vec<Column<R>>,
    pub(crate) file: W,
}

impl<R, W: Write> Writer<R> for Lines<R, W> {
    fn write(&mut self, rows: &[R]) -> io::Result<()> {
        let file = &mut self.file;
        for row in rows {
            let mut before = '{';
            for column in &self.columns {
                write!(file, "{before}\"{}\":", column.key)?;
                before = ',';
                match column.value(row) {
                    Value::Json(json) => file.write_all(json.as_bytes())?,
                    Value::Number(number) | Value::Lacking(number, _) => write!(file, "{number}")?,
                    Value::Decimal(number) => serde_json::to_writer(&mut *file, &number)?,
                    other => match other.written() {
                        Written::Nothing => file.write_all(b"null")?,
                        Written::Text(text) => serde_json::to_writer(&mut *file, &text)?,
                        Written::Figure(figure) => write!(file, "\"{figure}\"")?,
                    },
                }
            }
            file.write_all(b"}\n")?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
