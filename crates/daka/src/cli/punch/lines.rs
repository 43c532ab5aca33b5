//! Punches from a file: read strictly, so that a slip in a name loses nothing in silence.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde_json::{Map, Value, json};
use wecom_checkin::calls::add_checkin_record::NewRecord;

use super::write;
use crate::{
    failure::Failure,
    lang::{Text, text},
};

/// The fields of a punch, by WeCom's names.
const FIELDS: [&str; 12] = [
    "userid",
    "checkin_time",
    "location_title",
    "location_detail",
    "mediaids",
    "notes",
    "device_type",
    "lat",
    "lng",
    "device_detail",
    "wifiname",
    "wifimac",
];

/// Fields that are whole numbers.
const NUMBERS: [&str; 3] = ["device_type", "lat", "lng"];

fn hint() -> Text {
    text!("see `daka punch --help` for the form", "格式见 `daka punch --help`")
}

/// The punches in a CSV or JSON file.
pub(super) fn of_file(file: &str, zone: &TimeZone) -> Result<Vec<NewRecord>, Failure> {
    let text = write::text(file)?;
    let rows = if write::is_csv(file) { csv_rows(&text)? } else { json_rows(&text)? };
    if rows.is_empty() {
        return Err(Failure::usage(text!("the file holds no punches", "文件中没有打卡"), hint()));
    }
    rows.into_iter().enumerate().map(|(n, row)| record(row, &place(n), zone)).collect()
}

/// What a complaint about the n-th record begins with.
pub(super) fn place(n: usize) -> Text {
    text!("record {n}: ", "第 {n} 条：", n = n + 1)
}

fn csv_rows(text: &str) -> Result<Vec<Map<String, Value>>, Failure> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let bad = |e: csv::Error| {
        Failure::usage(text!("the file is no CSV: {e}", "文件不是 CSV：{e}"), hint())
    };
    let heads = reader.headers().map_err(bad)?.clone();
    reader
        .records()
        .map(|line| {
            let line = line.map_err(bad)?;
            let cells = heads.iter().zip(line.iter()).filter(|(_, cell)| !cell.is_empty());
            Ok(cells.map(|(head, cell)| (head.to_owned(), json!(cell))).collect())
        })
        .collect()
}

fn json_rows(text: &str) -> Result<Vec<Map<String, Value>>, Failure> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Request {
        records: Vec<Map<String, Value>>,
    }
    let rows = if text.trim_start().starts_with('{') {
        serde_json::from_str(text).map(|request: Request| request.records)
    } else {
        serde_json::from_str(text)
    };
    rows.map_err(|e| write::not_json(&text!("the file", "文件"), &e))
}

/// A punch from its fields, texts standing for numbers where they read as such. Complaints begin
/// with `place` and never show a coordinate.
pub(super) fn record(
    mut row: Map<String, Value>,
    place: &Text,
    zone: &TimeZone,
) -> Result<NewRecord, Failure> {
    let refuse = |complaint: Text| {
        Failure::usage(
            text!([place, complaint], "{place}{complaint}", "{place}{complaint}"),
            hint(),
        )
    };
    if let Some(name) = row.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(refuse(text!("there is no field {name:?}", "没有字段 {name:?}")));
    }
    if let Some(value) = row.get_mut("checkin_time") {
        let time = value.as_str().map_or(value.as_i64(), |text| seconds(text, zone));
        *value = json!(time.ok_or_else(|| {
            refuse(text!(
                "checkin_time {value} is no time; write Unix seconds or 2026-11-03 09:00:12",
                "checkin_time {value} 不是时间；请写 Unix 秒数或 2026-11-03 09:00:12"
            ))
        })?);
    }
    for name in NUMBERS {
        let Some(value) = row.get_mut(name) else { continue };
        let number = value.as_str().map_or(value.as_i64(), |text| text.parse().ok());
        let unit = match name {
            "device_type" => Text::default(),
            _ => text!(" of millionths of a degree", "（百万分之一度）"),
        };
        let complaint =
            || text!([unit], "{name} must be a whole number{unit}", "{name} 须为整数{unit}");
        *value = json!(number.ok_or_else(|| refuse(complaint()))?);
    }
    if let Some(value) = row.get_mut("mediaids").filter(|value| value.is_string()) {
        *value = json!([value.take()]);
    }
    serde_json::from_value(Value::Object(row)).map_err(|e| refuse(Text::as_is(e.to_string())))
}

/// Unix seconds, an instant with its offset, or date and time on the company's clock.
fn seconds(text: &str, zone: &TimeZone) -> Option<i64> {
    if let Ok(seconds) = text.parse() {
        return Some(seconds);
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant.as_second());
    }
    let local: DateTime = text.parse().ok()?;
    Some(local.to_zoned(zone.clone()).ok()?.timestamp().as_second())
}
