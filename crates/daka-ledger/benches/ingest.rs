//! What filing records costs, as ratios that hold on any machine: against raw inserts of the same
//! rows into the same schema, a second time without changes, in bytes on disk, in memory.
//!
//! `cargo bench -p daka-ledger` runs on a SQLite file, and on the server of `DAKA_TEST_POSTGRES`
//! (an empty database) where one is named. `DAKA_BENCH_PEOPLE` sets the size.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, missing_docs)]

use std::{fmt::Write as _, time::Instant};

use daka_ledger::{Ledger, Slice};
use jiff::{Timestamp, civil::date};
use sqlx::Connection as _;
use wecom_checkin::{Record, Row, UserId};

const MIDNIGHT: i64 = 1_780_243_200;
const DAYS: i64 = 30;
const BATCH: i64 = 100;

/// A small generator of its own, so that the rows are the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

/// A month of a batch of people: three records a day, as phones send them.
fn rows(batch: i64) -> (Vec<UserId>, Vec<Row<Record>>) {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ batch.unsigned_abs().wrapping_mul(77_777));
    let (mut people, mut rows) = (Vec::new(), Vec::new());
    for person in batch * BATCH..(batch + 1) * BATCH {
        let userid = format!("employee.{person:06}");
        let office = chance.below(40);
        let device: String = (0..4).fold(String::new(), |mut device, _| {
            write!(device, "{:08X}-", chance.below(u64::from(u32::MAX))).unwrap();
            device
        });
        for day in 0..DAYS {
            for (nr, (due, kind)) in
                [(32_400, "上班打卡"), (64_800, "下班打卡"), (43_200, "外出打卡")]
                    .iter()
                    .enumerate()
            {
                let outdoor = nr == 2;
                let sch = if outdoor { 0 } else { MIDNIGHT + day * 86_400 + due };
                let at =
                    MIDNIGHT + day * 86_400 + due + i64::try_from(chance.below(1_800)).unwrap()
                        - 900;
                let place = if outdoor { 1_000 + chance.below(5_000) } else { office };
                let exception = if chance.below(20) == 0 { "时间异常" } else { "" };
                let notes = if chance.below(25) == 0 { "堵车,晚到几分钟" } else { "" };
                let (lat, lng) =
                    (30_201_874 + chance.below(2_000), 120_212_563 + chance.below(2_000));
                let wifi =
                    if outdoor { String::new() } else { format!("WJ-Office-{}F", place % 9) };
                let mac = if outdoor {
                    String::new()
                } else {
                    format!("4e:10:a2:9b:77:{:02x}", place % 97)
                };
                let text = format!(
                    r#"{{"userid":"{userid}","groupname":"总部固定班{}","checkin_type":"{kind}","exception_type":"{exception}","checkin_time":{at},"location_title":"望江楼园区{place}","location_detail":"杭州市滨江区望江路{place}号北门","wifiname":"{wifi}","notes":"{notes}","wifimac":"{mac}","mediaids":[],"lat":{lat},"lng":{lng},"deviceid":"{device}","sch_checkin_time":{sch},"groupid":{},"schedule_id":0,"timeline_id":{}}}"#,
                    office % 12,
                    400 + office % 12,
                    1 + nr % 2,
                );
                rows.push(serde_json::from_str(&text).unwrap());
            }
        }
        people.push(UserId::from(userid));
    }
    (people, rows)
}

/// Files a month of so many batches; the seconds that the ledger took.
async fn file(ledger: &Ledger, batches: i64, second: i64) -> f64 {
    let run = ledger.begin_run(Timestamp::from_second(second).unwrap()).await.unwrap();
    let at = Timestamp::from_second(second).unwrap();
    let mut seconds = 0.0;
    for batch in 0..batches {
        let (people, rows) = rows(batch);
        let (from, to) = (date(2026, 6, 1), date(2026, 6, 30));
        let slice = Slice { people: &people, from, to, asked_at: at, fetched_at: at };
        let start = Instant::now();
        ledger.commit_records(run, slice, &rows).await.unwrap();
        seconds += start.elapsed().as_secs_f64();
    }
    seconds
}

/// Copies the records, one prepared statement a row, into a table like theirs; the seconds.
#[expect(clippy::type_complexity, reason = "a row is a row")]
async fn raw_sqlite(path: &str) -> (f64, i64) {
    let mut db = sqlx::SqliteConnection::connect(&format!("sqlite:{path}")).await.unwrap();
    let rows: Vec<(
        i64,
        i64,
        i64,
        i64,
        i64,
        i64,
        Option<i64>,
        i64,
        i64,
        i64,
        i64,
        i64,
        Option<String>,
        i64,
    )> = sqlx::query_as(
        "SELECT company, person, day, nr, hash, second, due, shape, place,
                device, lat, lng, body, known_from FROM record",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let ddl: String = sqlx::query_scalar("SELECT sql FROM sqlite_schema WHERE name = 'record'")
        .fetch_one(&mut db)
        .await
        .unwrap();
    let ddl = ddl.replacen("TABLE record", "TABLE raw", 1);
    sqlx::raw_sql(sqlx::AssertSqlSafe(ddl)).execute(&mut db).await.unwrap();
    let count = i64::try_from(rows.len()).unwrap();
    let start = Instant::now();
    for slice in rows.chunks(9_000) {
        let mut tx = db.begin().await.unwrap();
        for r in slice {
            sqlx::query(
                "INSERT INTO raw (company, person, day, nr, hash, second, due,
                    shape, place, device, lat, lng, body, known_from)
                 VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            )
            .bind(r.0)
            .bind(r.1)
            .bind(r.2)
            .bind(r.3)
            .bind(r.4)
            .bind(r.5)
            .bind(r.6)
            .bind(r.7)
            .bind(r.8)
            .bind(r.9)
            .bind(r.10)
            .bind(r.11)
            .bind(&r.12)
            .bind(r.13)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }
    (start.elapsed().as_secs_f64(), count)
}

#[expect(clippy::type_complexity, reason = "a row is a row")]
async fn raw_postgres(address: &str) -> (f64, i64, i64) {
    let mut db = sqlx::PgConnection::connect(address).await.unwrap();
    let company = "SELECT set_config('daka.company', '1', false)";
    sqlx::query(company).execute(&mut db).await.unwrap();
    let rows: Vec<(
        i32,
        i32,
        i32,
        i32,
        i64,
        i32,
        Option<i32>,
        i32,
        i32,
        i32,
        i32,
        i32,
        Option<String>,
        i64,
    )> = sqlx::query_as(
        "SELECT company, person, day, nr, hash, second, due, shape, place,
                device, lat, lng, body, known_from FROM daka.record",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let bytes: i64 = sqlx::query_scalar(
        "SELECT CAST(sum(pg_total_relation_size(c.oid)) AS BIGINT) FROM pg_class AS c
         JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = 'daka' AND c.relkind = 'r'",
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    sqlx::raw_sql(
        "DROP TABLE IF EXISTS daka.raw;
         CREATE TABLE daka.raw (LIKE daka.record INCLUDING ALL)",
    )
    .execute(&mut db)
    .await
    .unwrap();
    let count = i64::try_from(rows.len()).unwrap();
    let start = Instant::now();
    for slice in rows.chunks(9_000) {
        let mut tx = db.begin().await.unwrap();
        for r in slice {
            sqlx::query(
                "INSERT INTO daka.raw (company, person, day, nr, hash, second,
                    due, shape, place, device, lat, lng, body, known_from)
                 VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14)",
            )
            .bind(r.0)
            .bind(r.1)
            .bind(r.2)
            .bind(r.3)
            .bind(r.4)
            .bind(r.5)
            .bind(r.6)
            .bind(r.7)
            .bind(r.8)
            .bind(r.9)
            .bind(r.10)
            .bind(r.11)
            .bind(&r.12)
            .bind(r.13)
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        tx.commit().await.unwrap();
    }
    let seconds = start.elapsed().as_secs_f64();
    sqlx::raw_sql("DROP TABLE daka.raw").execute(&mut db).await.unwrap();
    (seconds, count, bytes)
}

fn peak_memory_kib() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("?").trim().to_owned()
}

fn say(store: &str, [first, again, raw, records, bytes]: [f64; 5], memory: &str) {
    println!("{store}: {records:.0} records");
    println!("  file            {:>9.0} records/s", records / first);
    println!(
        "  raw inserts     {:>9.0} records/s; ours is {:.2} of it",
        records / raw,
        raw / first
    );
    println!(
        "  file again      {:>9.0} records/s; {:.1} times the first",
        records / again,
        first / again
    );
    println!("  on disk         {:>9.1} bytes a record, everything included", bytes / records);
    println!("  peak memory     {memory}");
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "figures for people")]
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let people: i64 = std::env::var("DAKA_BENCH_PEOPLE").map_or(2_000, |n| n.parse().unwrap());
    let batches = people / BATCH;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("daka.db").display().to_string();
    let ledger = Ledger::create_or_open(&format!("sqlite:{path}")).await.unwrap();
    let ledger = ledger.add_company("ww1").await.unwrap();
    let first = file(&ledger, batches, MIDNIGHT).await;
    let again = file(&ledger, batches, MIDNIGHT + 3_600).await;
    let memory = peak_memory_kib();
    ledger.close().await;
    let bytes = std::fs::metadata(&path).unwrap().len();
    let (raw, records) = raw_sqlite(&path).await;
    say("SQLite", [first, again, raw, records as f64, bytes as f64], &memory);

    let Ok(address) = std::env::var("DAKA_TEST_POSTGRES") else { return };
    let ledger = Ledger::create_or_open(&address).await.unwrap();
    let ledger = ledger.add_company("ww1").await.unwrap();
    let first = file(&ledger, batches, MIDNIGHT).await;
    let again = file(&ledger, batches, MIDNIGHT + 3_600).await;
    let (raw, records, bytes) = raw_postgres(&address).await;
    say("PostgreSQL", [first, again, raw, records as f64, bytes as f64], "as above");
}
