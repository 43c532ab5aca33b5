//! How long it takes to read an answer of 100 people and 30 days, typed and lossless, beside
//! `serde_json::Value` on the same bytes.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use std::{fmt::Write as _, hint::black_box, time::Duration};

use wecom_checkin::{Record, Row};

/// About three rows a person and day, shaped like the fullest sample.
fn answer() -> String {
    let mut text = String::from(r#"{"errcode":0,"errmsg":"ok","checkindata":["#);
    for person in 0..100 {
        for day in 0..30 {
            for (n, kind) in ["上班打卡", "下班打卡", "外出打卡"].into_iter().enumerate()
            {
                let at = 1_780_272_000 + day * 86_400 + n * 14_400 + person;
                if !text.ends_with('[') {
                    text.push(',');
                }
                let exception = if (person + day) % 9 == 0 { "时间异常" } else { "" };
                let placeholder = (person * day) % 37 == 1;
                if placeholder {
                    write!(text, r#"{{"userid":"user{person:05}","groupname":"总部固定班","checkin_type":"{kind}","exception_type":"未打卡","checkin_time":{at},"location_title":"","location_detail":"","wifiname":"","notes":"","wifimac":"","mediaids":[],"lat":0,"lng":0,"sch_checkin_time":{at},"groupid":412,"schedule_id":0,"timeline_id":{n}}}"#).unwrap();
                } else {
                    write!(text, r#"{{"userid":"user{person:05}","groupname":"总部固定班","checkin_type":"{kind}","exception_type":"{exception}","checkin_time":{at},"location_title":"江潮大厦","location_detail":"杭州市滨江区江南大道3588号","wifiname":"JC-Office-5F","notes":"","wifimac":"3c:aa:10:00:7e:41","mediaids":["WWCISP_sampleOnly-1"],"lat":30205331,"lng":120201118,"deviceid":"A1F0C6E2-1B7D-4E65-9C11-0C2D5E7F9A{person:02}","sch_checkin_time":{at},"groupid":412,"schedule_id":0,"timeline_id":{n}}}"#).unwrap();
                }
            }
        }
    }
    text.push_str("]}");
    text
}

#[derive(serde::Deserialize)]
struct Answer {
    checkindata: Vec<Row<Record>>,
}

/// The fastest of many runs: what the machine can do when nothing else is in the way.
fn fastest(mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..40 {
        let start = std::time::Instant::now();
        work();
        best = best.min(start.elapsed());
    }
    best
}

fn main() {
    let text = answer();
    let bytes = text.as_bytes();
    let rows = serde_json::from_slice::<Answer>(bytes).unwrap().checkindata;
    println!("{} rows, {} kB", rows.len(), bytes.len() / 1000);
    let value = fastest(|| {
        black_box(serde_json::from_slice::<serde_json::Value>(black_box(bytes)).unwrap());
    });
    let typed = fastest(|| {
        black_box(serde_json::from_slice::<Answer>(black_box(bytes)).unwrap());
    });
    let ratio = typed.as_secs_f64() / value.as_secs_f64();
    println!("serde_json::Value   {value:>10.2?}");
    println!("typed and lossless  {typed:>10.2?}  {ratio:.2} of Value");
}
