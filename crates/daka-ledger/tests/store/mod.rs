//! The stores that every test of the suite runs on, and facts to put into them.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, dead_code, unreachable_pub)]

use std::future::Future;

use daka_ledger::{Ledger, Slice};
use jiff::{Timestamp, civil::Date};
use wecom_checkin::{Record, Row, UserId};

/// A fresh store, thrown away with the value.
pub struct Store {
    pub address: String,
    folder: tempfile::TempDir,
}

impl Store {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { address: format!("sqlite:{}", folder.path().join("daka.db").display()), folder }
    }

    pub async fn ledger(&self) -> Ledger {
        Ledger::create_or_open(&self.address).await.unwrap().add_company("ww1").await.unwrap()
    }
}

/// Runs a test on every store there is.
pub fn on_every_store<F, T>(test: F)
where
    F: Fn(Store) -> T,
    T: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(test(Store::sqlite()));
}

pub fn users(names: &[&str]) -> Vec<UserId> {
    names.iter().map(|name| UserId::from(*name)).collect()
}

pub fn row<T: for<'a> serde::Deserialize<'a>>(json: &str) -> Row<T> {
    serde_json::from_str(json).unwrap()
}

/// Asked for and answered at that second.
pub fn slice_of(people: &[UserId], from: Date, to: Date, second: i64) -> Slice<'_> {
    Slice { people, from, to, asked_at: instant(second), fetched_at: instant(second) }
}

/// A punch at that second after 2026-06-01 00:00 UTC+8.
pub fn punch(userid: &str, second: i64, kind: &str, note: &str) -> Row<Record> {
    let at = MIDNIGHT + second;
    row(&format!(
        r#"{{"userid":"{userid}","groupname":"总部","checkin_type":"{kind}","exception_type":"","checkin_time":{at},"location_title":"园区","location_detail":"北门","wifiname":"","notes":"{note}","wifimac":"","mediaids":[],"lat":30201874,"lng":120212563,"deviceid":"D-{userid}","sch_checkin_time":0,"groupid":11,"schedule_id":0,"timeline_id":1}}"#
    ))
}

/// 2026-06-01 00:00 UTC+8.
pub const MIDNIGHT: i64 = 1_780_243_200;
pub const DAY: i64 = 86_400;

pub fn instant(second: i64) -> Timestamp {
    Timestamp::from_second(MIDNIGHT + second).unwrap()
}

pub fn texts(rows: &[Row<Record>]) -> Vec<String> {
    let mut texts: Vec<String> = rows.iter().map(|row| row.raw().to_owned()).collect();
    texts.sort_unstable();
    texts
}
