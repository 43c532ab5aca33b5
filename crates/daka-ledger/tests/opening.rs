//! A file that is no ledger of ours is reported and left as it is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::{
    collections::BTreeMap,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
};

use daka_ledger::{Error, Ledger};
use jiff::{Timestamp, civil::Date};
use sqlx::Connection as _;
use wecom_checkin::UserId;

fn address(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// What is in a folder, each file as its length and a hash.
fn files(folder: &Path) -> BTreeMap<String, (usize, u64)> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let content = fs::read(&path).unwrap();
            let mut hash = DefaultHasher::new();
            content.hash(&mut hash);
            (path.display().to_string(), (content.len(), hash.finish()))
        })
        .collect()
}

/// A ledger's bytes, closed and complete.
async fn ledger() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daka.db");
    let ledger = Ledger::create_or_open(&address(&path)).await.unwrap();
    ledger.add_company("ww1").await.unwrap();
    ledger.close().await;
    fs::read(path).unwrap()
}

async fn refused(content: Option<Vec<u8>>) -> Error {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daka.db");
    if let Some(content) = &content {
        fs::write(&path, content).unwrap();
    }
    let before = files(folder.path());
    let error = Ledger::open(&address(&path)).await.unwrap_err();
    assert_eq!(files(folder.path()), before, "{error}");
    if content.is_some_and(|content| !content.is_empty()) {
        let again = Ledger::create_or_open(&address(&path)).await.unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
        assert_eq!(files(folder.path()), before, "{error}");
    }
    error
}

#[tokio::test]
async fn what_is_no_ledger_is_left_alone() {
    assert!(matches!(refused(None).await, Error::Missing(_)));
    assert!(matches!(refused(Some(Vec::new())).await, Error::Missing(_)));
    assert!(matches!(refused(Some(b"userid,day\nli,1\n".to_vec())).await, Error::Foreign(_)));
    let whole = ledger().await;
    let with = |at: usize, bytes: &[u8]| {
        let mut file = whole.clone();
        file.splice(at..at + bytes.len(), bytes.iter().copied());
        file
    };
    assert!(matches!(refused(Some(with(68, b"OTHR"))).await, Error::Foreign(_)));
    assert!(matches!(
        refused(Some(with(60, &[0, 0, 0, 99]))).await,
        Error::Newer { found: 99, .. }
    ));
    assert!(matches!(refused(Some(with(4096, &[0xff; 4096]))).await, Error::Broken { .. }));
    assert!(matches!(refused(Some(with(101, &[0xff; 40]))).await, Error::Broken { .. }));
    let half = whole.get(..whole.len() / 2).unwrap().to_vec();
    assert!(matches!(refused(Some(half)).await, Error::Broken { .. }));
}

#[tokio::test]
async fn a_ledger_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b.db");
    Ledger::create_or_open(&address(&path)).await.unwrap().add_company("ww1").await.unwrap();
    for _ in 0..2 {
        Ledger::open(&address(&path)).await.unwrap().people(None).await.unwrap();
    }
}

#[tokio::test]
async fn an_address_of_another_kind_is_named() {
    for (address, scheme) in
        [("", ""), ("daka.db", "daka.db"), ("sqlite:", "sqlite"), ("mysql://me:secret@x", "mysql")]
    {
        assert!(matches!(Ledger::open(address).await, Err(Error::Address(a)) if a == scheme));
    }
}

#[tokio::test]
async fn an_older_schema_is_brought_forward_and_kept_beside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daka.db");
    let first = include_str!("../src/schema/sqlite/1.sql");
    let verdict = r#"{"userid":"li","date":"2026-06-01","status":"normal","day_type":"workday","standard_sec":28800,"worked_sec":28799,"overtime":{"seconds":5},"exceptions":[]}"#;
    let day = 20_605;
    let old = format!(
        "PRAGMA application_id = 0x44414b41; PRAGMA user_version = 1; {first}
         INSERT INTO company VALUES (1, 'ww1'), (2, 'ww2');
         INSERT INTO person VALUES (1, 1, 'li', 'li', 0), (2, 1, 'li', 'li', 0);
         INSERT INTO verdict SELECT company, 1, {day}, n, nullif(n, 2) + 1, '{verdict}'
         FROM company, (SELECT 1 AS n UNION ALL SELECT 2);"
    );
    let create = format!("{}?mode=rwc", address(&path));
    let mut db = sqlx::SqliteConnection::connect(&create).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(old)).execute(&mut db).await.unwrap();
    db.close().await.unwrap();

    Ledger::open(&address(&path)).await.unwrap().close().await;
    let version = |file: &Path| {
        let header = fs::read(file).unwrap();
        header.get(60..64).map(|bytes| u32::from_be_bytes(bytes.try_into().unwrap()))
    };
    assert_eq!(version(&path), Some(8));
    assert_eq!(version(&folder.path().join("daka.db.schema1.bak")), Some(1));

    let mut db = sqlx::SqliteConnection::connect(&address(&path)).await.unwrap();
    let sums = "SELECT corp_id || ' ' || days || ' ' || normal_days || ' ' || worked_sec || ' '
            || overtime_sec FROM verdict_month ORDER BY corp_id";
    let sums: Vec<String> = sqlx::query_scalar(sums).fetch_all(&mut db).await.unwrap();
    assert_eq!(sums, ["ww1 1 1 28799 5", "ww2 1 1 28799 5"]);
    let texts = "SELECT verdict FROM verdict_day";
    let texts: Vec<String> = sqlx::query_scalar(texts).fetch_all(&mut db).await.unwrap();
    assert_eq!(texts, [verdict, verdict]);
    let ledger = Ledger::open(&address(&path)).await.unwrap().add_company("ww1").await.unwrap();
    let (li, date) = ([UserId::from("li")], Date::constant(2026, 6, 1));
    let then = Some(Timestamp::from_millisecond(1).unwrap());
    for as_of in [then, None] {
        let filed = ledger.verdicts(&li, date, date, as_of).await.unwrap();
        assert_eq!(filed.iter().map(|line| line.get()).collect::<Vec<_>>(), [verdict]);
    }
}

#[tokio::test]
async fn a_list_is_looked_up_value_by_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daka.db");
    Ledger::create_or_open(&address(&path)).await.unwrap().close().await;
    let mut db = sqlx::SqliteConnection::connect(&address(&path)).await.unwrap();
    for (table, column, index) in [
        ("person", "userkey", "INDEX person_by_key (company=? AND userkey=?)"),
        ("text", "hash", "INDEX text_by_hash (company=? AND hash=?)"),
        ("wording", "hash", "INDEX wording_by_hash (company=? AND hash=?)"),
        ("shape", "hash", "INDEX shape_by_hash (company=? AND hash=?)"),
        ("approval", "sp_no", "INDEX approval_by_number (company=? AND sp_no=?)"),
        ("record", "person", "PRIMARY KEY (company=? AND person=?)"),
    ] {
        let plan = format!(
            "EXPLAIN QUERY PLAN SELECT * FROM {table}
             WHERE company = 1 AND {column} IN (SELECT value FROM json_each('[]'))"
        );
        let steps = sqlx::query(sqlx::AssertSqlSafe(plan)).fetch_all(&mut db).await.unwrap();
        let first: String = sqlx::Row::get(&steps[0], 3);
        assert!(first.ends_with(index), "{table}: {first}");
    }
}
