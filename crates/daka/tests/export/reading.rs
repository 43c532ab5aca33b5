//! Reading exported files back, each as its columns' names and its rows' values as text.

use std::{fs::File, path::Path};

use arrow_array::{
    Array, Date32Array, Int32Array, Int64Array, StringArray, TimestampMillisecondArray,
};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

/// A file as people's own tools see it; `None` is null.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

impl Sheet {
    pub(crate) fn read(path: &Path) -> Self {
        match path.extension().unwrap().to_str().unwrap() {
            "parquet" => Self::parquet(path),
            "jsonl" => Self::jsonl(path),
            "csv" => Self::csv(path),
            other => panic!("{other}"),
        }
    }

    /// The values of a column.
    pub(crate) fn column(&self, name: &str) -> Vec<Option<&str>> {
        let at = self.columns.iter().position(|column| column == name).unwrap();
        self.rows.iter().map(|row| row[at].as_deref()).collect()
    }

    fn parquet(path: &Path) -> Self {
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
        let columns = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
        let mut rows = Vec::new();
        for batch in reader.build().unwrap() {
            let batch = batch.unwrap();
            rows.extend((0..batch.num_rows()).map(|row| {
                batch.columns().iter().map(|column| value(column.as_ref(), row)).collect()
            }));
        }
        Self { columns, rows }
    }

    fn jsonl(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let objects: Vec<serde_json::Map<String, Value>> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let columns = objects.first().map(|first| first.keys().cloned().collect());
        let row = |object: serde_json::Map<String, Value>| {
            object
                .into_iter()
                .map(|(_, value)| match value {
                    Value::Null => None,
                    Value::String(text) => Some(text),
                    other => Some(other.to_string()),
                })
                .collect()
        };
        Self { columns: columns.unwrap_or_default(), rows: objects.into_iter().map(row).collect() }
    }

    /// The reader does not tell null from the empty text.
    fn csv(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let columns = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let row = |row: csv::StringRecord| {
            row.iter().map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).collect()
        };
        Self { columns, rows: reader.records().map(|record| row(record.unwrap())).collect() }
    }
}

fn value(column: &dyn Array, row: usize) -> Option<String> {
    fn get<T: 'static>(column: &dyn Array) -> &T {
        column.as_any().downcast_ref().unwrap()
    }
    if column.is_null(row) {
        return None;
    }
    Some(match column.data_type() {
        DataType::Utf8 => get::<StringArray>(column).value(row).to_owned(),
        DataType::Int32 => get::<Int32Array>(column).value(row).to_string(),
        DataType::Int64 => get::<Int64Array>(column).value(row).to_string(),
        DataType::Date32 => {
            let days = get::<Date32Array>(column).value(row);
            (jiff::civil::date(1970, 1, 1) + jiff::Span::new().days(days)).to_string()
        }
        DataType::Timestamp(..) => {
            let millis = get::<TimestampMillisecondArray>(column).value(row);
            jiff::Timestamp::from_millisecond(millis).unwrap().to_string()
        }
        other => panic!("{other}"),
    })
}
