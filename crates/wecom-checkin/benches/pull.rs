//! A month of a large company's records from the emulator, every answer late, against the ideal:
//! calls × latency ÷ concurrency. Emulator and client share this machine's cores, so what both take
//! without any latency is measured first and shown beside.
//!
//! `cargo bench -p wecom-checkin --bench pull -- PEOPLE LATENCY_MS`
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use jiff::civil::date;
use secrecy::SecretString;
use wecom_checkin::{Client, UserId, plan::Days, token::TokenCache};
use wecom_emulator::{Clock, Config, Emulator, Fault, FaultKind, Faults};

const CONCURRENCY: u32 = 8;

async fn pull(people: u32, faults: Faults) -> (Duration, u32, usize) {
    let clock = Clock::Fixed("2026-10-01T04:00:00Z".parse().unwrap());
    let config = Config { people, clock, faults, ..Config::default() };
    let emulator = Emulator::start(config).await.unwrap();
    let client = Client::builder(emulator.corp_id(), SecretString::from(emulator.secret()))
        .base_url(emulator.base_url())
        .token_cache(TokenCache::Memory)
        .concurrency(usize::try_from(CONCURRENCY).unwrap())
        .build()
        .unwrap();
    let people = emulator.userids().into_iter().map(UserId::from).collect::<Vec<_>>();
    client.check_credentials().await.unwrap();
    let days = Days::new(date(2026, 8, 1), date(2026, 8, 31)).unwrap();

    let start = Instant::now();
    let mut rows = 0;
    let mut batches = client.records(people, days).batches();
    while let Some(batch) = batches.next().await {
        assert!(batch.failed.is_empty(), "{:?}", batch.failed);
        rows += batch.rows.len();
    }
    let calls = emulator.calls().iter().filter(|call| call.name == "getcheckindata").count();
    (start.elapsed(), u32::try_from(calls).unwrap(), rows)
}

/// The most memory that the process has had, kB.
fn most_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("VmHWM: unknown");
    line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().filter_map(|arg| arg.parse().ok());
    let people: u32 = numbers.next().unwrap_or(10_000);
    let delay_ms = numbers.next().map_or(50, u64::from);
    let (bare, calls, rows) = pull(people, Faults::default()).await;
    println!("{people} people, {calls} calls, {rows} rows, at most {}", most_memory());
    let ideal = Duration::from_millis(delay_ms) * calls / CONCURRENCY;
    let kind = FaultKind::Delay { delay_ms };
    let call = Some("getcheckindata".to_owned());
    let late = Fault { call, skip: 0, count: None, probability: None, kind };
    let (took, ..) = pull(people, Faults { faults: vec![late] }).await;
    println!("without latency  {bare:>8.2?}");
    println!("latency alone    {ideal:>8.2?}");
    println!("with latency     {took:>8.2?}, at most {}", most_memory());
}
