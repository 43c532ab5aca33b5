//! Parquet: typed columns, dictionaries, zstd.

use std::{io, sync::Arc};

use arrow_array::{
    ArrayRef, Date32Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use jiff::{Timestamp, civil::Date};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};

use super::{Column, PartFile, Sheet};
use crate::export::column::Value;

/// Rows that are written together, and so in memory together, encoded and compressed.
const ROW_GROUP: usize = 128 * 1024;

pub(super) struct RowGroups<R> {
    columns: Vec<Column<R>>,
    schema: SchemaRef,
    writer: ArrowWriter<PartFile>,
}

impl<R> RowGroups<R> {
    pub(super) fn begin(columns: Vec<Column<R>>, file: PartFile) -> io::Result<Self> {
        let fields = columns.iter().map(|column| Field::new(column.name, column.kind(), true));
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_max_row_group_row_count(Some(ROW_GROUP))
            .build();
        let writer = ArrowWriter::try_new(file, Arc::clone(&schema), Some(properties));
        Ok(Self { columns, schema, writer: writer.map_err(failed)? })
    }
}

impl<R> Sheet<R> for RowGroups<R> {
    fn write(&mut self, rows: &[R]) -> io::Result<()> {
        let columns = self.columns.iter().map(|column| column.array(rows)).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns);
        let batch = batch.map_err(io::Error::other)?;
        self.writer.write(&batch).map_err(failed)
    }

    fn finish(self: Box<Self>) -> io::Result<PartFile> {
        self.writer.into_inner().map_err(failed)
    }
}

impl<R> Column<R> {
    fn kind(&self) -> DataType {
        match self.value {
            Value::Text(_) | Value::Json(_) => DataType::Utf8,
            Value::Int(_) => DataType::Int32,
            Value::Long(_) => DataType::Int64,
            Value::Date(_) => DataType::Date32,
            Value::Instant(_) => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        }
    }

    fn array(&self, rows: &[R]) -> ArrayRef {
        let rows = rows.iter();
        match self.value {
            Value::Text(of) | Value::Json(of) => Arc::new(rows.map(of).collect::<StringArray>()),
            Value::Int(of) => Arc::new(rows.map(of).collect::<Int32Array>()),
            Value::Long(of) => Arc::new(rows.map(of).collect::<Int64Array>()),
            Value::Date(of) => {
                let days = rows.map(|row| of(row).and_then(days_since_1970));
                Arc::new(days.collect::<Date32Array>())
            }
            Value::Instant(of) => {
                let millis = rows.map(|row| of(row).map(Timestamp::as_millisecond));
                let array = millis.collect::<TimestampMillisecondArray>();
                Arc::new(array.with_timezone("UTC"))
            }
        }
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
