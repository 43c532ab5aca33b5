//! The stores that every test of the suite runs on, and facts to put into them.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, dead_code, unreachable_pub)]

use std::{
    future::Future,
    sync::atomic::{AtomicU32, Ordering},
};

use daka_ledger::{Ledger, Slice};
use jiff::{Timestamp, civil::Date};
use wecom_checkin::{Record, Row, UserId};

/// A fresh store, thrown away with the value: a file of its own, or a company of its own on the
/// server that `DAKA_TEST_POSTGRES` names.
pub struct Store {
    pub address: String,
    pub corp_id: String,
    folder: Option<tempfile::TempDir>,
}

impl Store {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("daka.db").display());
        Self { address, corp_id: "ww1".to_owned(), folder: Some(folder) }
    }

    /// The server, and the same behind a pooler that lends a session for a transaction.
    fn postgres() -> impl Iterator<Item = Self> {
        let pooled = std::env::var("DAKA_TEST_PGBOUNCER").map(|url| format!("{url}/transaction"));
        [std::env::var("DAKA_TEST_POSTGRES"), pooled].into_iter().flatten().map(Self::at)
    }

    /// A fresh company of a server.
    pub fn at(address: String) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        // The server may have served an earlier run; a temporary name is a fresh one.
        let fresh = tempfile::tempdir().unwrap();
        let unique = fresh.path().file_name().unwrap().to_string_lossy().into_owned();
        let corp_id = format!("ww{unique}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        Self { address, corp_id, folder: None }
    }

    pub async fn ledger(&self) -> Ledger {
        let ledger = Ledger::create_or_open(&self.address).await.unwrap();
        ledger.add_company(&self.corp_id).await.unwrap()
    }
}

/// The server itself, whatever stands before it.
pub fn server() -> String {
    std::env::var("DAKA_TEST_POSTGRES").unwrap()
}

/// Runs a test on every store there is.
pub fn on_every_store<F, T>(test: F)
where
    F: Fn(Store) -> T,
    T: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(test(Store::sqlite()));
    for store in Store::postgres() {
        runtime.block_on(test(store));
    }
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
