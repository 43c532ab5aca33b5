//! What filing and reading records costs, as ratios that hold on any machine: against raw inserts of
//! the same rows into the same schema, a second time without changes, in bytes on disk, and in
//! memory, which must not grow with the company.
//!
//! `cargo bench -p daka-ledger` runs on a SQLite file, and on the server of `DAKA_TEST_POSTGRES`
//! (an empty database, and empty again afterwards) where one is named. `DAKA_BENCH_PEOPLE` names the
//! companies' sizes, `1000,100000` for example. Each size runs in a process of its own, so that the
//! peak of its memory is its own.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, missing_docs)]

mod company;
mod raw;

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use company::{BATCH, MIDNIGHT, rows};
use daka_ledger::{Ledger, Slice};
use jiff::{Timestamp, civil::date};
use sqlx::Connection as _;

/// Set for the process of one size: the ledger's address.
const ADDRESS: &str = "DAKA_BENCH_ADDRESS";
const PEOPLE: &str = "DAKA_BENCH_PEOPLE";

/// Begins the last line of what the process of one size says.
const PEAK: &str = "peak KiB ";

fn main() {
    if let Ok(address) = std::env::var(ADDRESS) {
        let people = std::env::var(PEOPLE).unwrap().parse().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        return runtime.block_on(measure(&address, people));
    }
    let sizes = std::env::var(PEOPLE).unwrap_or_else(|_| "400,4000".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let file = |size: &str| format!("sqlite:{}", folder.path().join(size).display());
    compare("SQLite", &sizes, file);
    if let Ok(server) = std::env::var("DAKA_TEST_POSTGRES") {
        compare("PostgreSQL", &sizes, |_| server.clone());
    }
}

/// Measures each size in a process of its own, and compares their memory.
fn compare(store: &str, sizes: &str, address: impl Fn(&str) -> String) {
    let mut peaks: Vec<f64> = Vec::new();
    for size in sizes.split(',') {
        println!("{store}, {size} people");
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.env(ADDRESS, address(size)).env(PEOPLE, size).stdout(Stdio::piped());
        let output = child.spawn().unwrap().wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said}");
        let (figures, peak) = said.split_once(PEAK).unwrap();
        print!("{figures}");
        peaks.push(peak.trim().parse().unwrap());
    }
    if let [first, .., last] = peaks.as_slice() {
        println!("{store}: the last size took {:.2} times the memory of the first", last / first);
    }
}

/// Files, files again and reads a month of so many people.
async fn measure(address: &str, people: i64) {
    let batches = people / BATCH;
    let ledger = Ledger::create_or_open(address).await.unwrap();
    assert!(ledger.companies().await.unwrap().is_empty(), "the database is in use");
    let ledger = ledger.add_company("ww1").await.unwrap();
    let (records, first) = file(&ledger, batches, MIDNIGHT).await;
    let (_, again) = file(&ledger, batches, MIDNIGHT + 3_600).await;
    let filing = peak();
    let start = Instant::now();
    let mut persons =
        ledger.persons(None, date(2026, 6, 1), date(2026, 6, 30), None).await.unwrap();
    let mut read = 0;
    while let Some(batch) = persons.next().await.unwrap() {
        read += batch.iter().map(|person| person.records.len()).sum::<usize>();
    }
    let reading = start.elapsed().as_secs_f64();
    assert_eq!(read, records);
    let peak = peak();
    ledger.close().await;

    // Raw rows come after the bytes are counted: they take room too.
    let (bytes, raw) = match address.strip_prefix("sqlite:") {
        Some(path) => (std::fs::metadata(path).unwrap().len(), raw::sqlite(path).await),
        None => (on_server(address).await, raw::postgres(address).await),
    };
    say(Figures { records, first, again, reading, raw, bytes, filing, peak });
}

/// Files a month of so many batches; how many records, and the seconds that the ledger took.
async fn file(ledger: &Ledger, batches: i64, second: i64) -> (usize, f64) {
    let at = Timestamp::from_second(second).unwrap();
    let run = ledger.begin_run(at).await.unwrap();
    let (mut records, mut seconds) = (0, 0.0);
    for batch in 0..batches {
        let (people, rows) = rows(batch);
        let (from, to) = (date(2026, 6, 1), date(2026, 6, 30));
        let slice = Slice { people: &people, from, to, asked_at: at, fetched_at: at };
        let start = Instant::now();
        ledger.commit_records(run, slice, &rows).await.unwrap();
        seconds += start.elapsed().as_secs_f64();
        records += rows.len();
    }
    (records, seconds)
}

/// The bytes of all tables and indexes on a server.
async fn on_server(address: &str) -> u64 {
    let mut db = sqlx::PgConnection::connect(address).await.unwrap();
    let bytes: i64 = sqlx::query_scalar(
        "SELECT CAST(sum(pg_total_relation_size(c.oid)) AS BIGINT) FROM pg_class AS c
         JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = 'daka' AND c.relkind = 'r'",
    )
    .fetch_one(&mut db)
    .await
    .unwrap();
    bytes.unsigned_abs()
}

/// The most memory that this process ever took, in KiB; 0 where the system does not tell.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

struct Figures {
    records: usize,
    /// Seconds: filing, filing again, reading, and a raw insert of one row.
    first: f64,
    again: f64,
    reading: f64,
    raw: f64,
    bytes: u64,
    /// KiB: after filing, and after reading too.
    filing: u64,
    peak: u64,
}

#[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "figures for people")]
fn say(Figures { records, first, again, reading, raw, bytes, filing, peak }: Figures) {
    let records = records as f64;
    let rate = |seconds: f64| records / seconds;
    println!("  records         {records:>9.0}");
    println!("  file            {:>9.0} records/s", rate(first));
    println!(
        "  raw inserts     {:>9.0} records/s; ours is {:.2} of it",
        1.0 / raw,
        rate(first) * raw
    );
    println!(
        "  file again      {:>9.0} records/s; {:.1} times the first",
        rate(again),
        first / again
    );
    println!("  read everybody  {:>9.0} records/s", rate(reading));
    println!(
        "  on disk         {:>9.1} bytes a record, everything included",
        bytes as f64 / records
    );
    println!("  peak memory     {filing:>9} KiB filing, {peak} KiB with reading");
    println!("{PEAK}{peak}");
}
