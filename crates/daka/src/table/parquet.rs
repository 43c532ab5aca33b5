//! Parquet: typed columns, dictionaries, zstd.

use std::{
    io::{self, Write},
    sync::Arc,
};

use arrow_array::{
    ArrayRef, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::civil::Date;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};

use super::{Column, Unit, Value, Writer, Written};

/// Rows that are written together, and so in memory together, encoded and compressed.
const ROW_GROUP: usize = 128 * 1024;

/// Row groups in the making.
pub(crate) struct RowGroups<R, W: Write + Send> {
    columns: Vec<Column<R>>,
    schema: SchemaRef,
    writer: ArrowWriter<W>,
}

impl<R, W: Write + Send> RowGroups<R, W> {
    pub(crate) fn begin(columns: Vec<Column<R>>, file: W) -> io::Result<Self> {
        let fields =
            columns.iter().map(|column| Field::new(column.key.as_ref(), kind(column.unit), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties));
        Ok(Self { columns, schema, writer: writer.map_err(failed)? })
    }
}

impl<R, W: Write + Send> Writer<R> for RowGroups<R, W> {
    fn write(&mut self, rows: &[R]) -> io::Result<()> {
        let columns = self.columns.iter().map(|column| array(column, rows)).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let batch = batch.map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(failed)
    }

    fn end(&mut self) -> io::Result<()> {
        self.writer.finish().map(drop).map_err(failed)
    }
}

fn kind(unit: Unit) -> DataType {
    match unit {
        Unit::Text | Unit::Json | Unit::Clock => DataType::Utf8,
        Unit::Int => DataType::Int32,
        Unit::Long | Unit::Count | Unit::Minutes | Unit::Hours => DataType::Int64,
        Unit::Days => DataType::Float64,
        Unit::Date => DataType::Date32,
        Unit::Instant => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
    }
}

/// A batch of a column; a value that is not of its unit is null.
fn array<R>(column: &Column<R>, rows: &[R]) -> ArrayRef {
    let values = rows.iter().map(|row| column.value(row));
    match column.unit {
        Unit::Text | Unit::Json | Unit::Clock => {
            Arc::new(values.map(text).collect::<StringArray>())
        }
        Unit::Int => {
            let numbers = values.map(|value| number(&value)?.try_into().ok());
            Arc::new(numbers.collect::<Int32Array>())
        }
        Unit::Long | Unit::Count | Unit::Minutes | Unit::Hours => {
            Arc::new(values.map(|value| number(&value)).collect::<Int64Array>())
        }
        Unit::Days => {
            let days = values.map(|value| match value {
                Value::Decimal(days) => Some(days),
                _ => None,
            });
            Arc::new(days.collect::<Float64Array>())
        }
        Unit::Date => {
            let days = values.map(|value| match value {
                Value::Date(date) => days_since_1970(date),
                _ => None,
            });
            Arc::new(days.collect::<Date32Array>())
        }
        Unit::Instant => {
            let millis = values.map(|value| match value {
                Value::Instant(at) => Some(at.as_millisecond()),
                _ => None,
            });
            let array = millis.collect::<TimestampMillisecondArray>();
            Arc::new(array.with_timezone("UTC"))
        }
    }
}

fn text(value: Value<'_>) -> Option<String> {
    match value.written() {
        Written::Nothing => None,
        Written::Text(text) => Some(text.into_owned()),
        Written::Figure(figure) => Some(figure),
    }
}

fn number(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Number(number) | Value::Lacking(number, _) => Some(*number),
        _ => None,
    }
}

fn days_since_1970(date: Date) -> Option<i32> {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    i32::try_from(date.duration_since(EPOCH).as_hours() / 24).ok()
}

/// What the disk says goes on as it is.
fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        other => io::Error::other(other),
    }
}
