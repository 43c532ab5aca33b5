//! Clients that we did not write, unchanged except for the address.
//!
//! A client that is not installed is passed over, unless `DAKA_FOREIGN_CLIENTS=required`.
//! `DAKA_PYTHON` names the interpreter that has `wechatpy==2.0.0a26`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stderr, reason = "test")]

mod support;

use std::process::{Command, Output};

use jiff::civil::date;
use serde_json::{Value, json};
use support::{NOW, fixed, midnight};
use wecom_emulator::{Config, Emulator, Features};

/// Runs a client with the emulator's address and secrets; `None` when it is not installed.
async fn run(program: &str, probe: &[&str], script: &str) -> Option<Output> {
    let found =
        Command::new(program).args(probe).output().is_ok_and(|output| output.status.success());
    if !found {
        let required = std::env::var("DAKA_FOREIGN_CLIENTS").is_ok_and(|wish| wish == "required");
        assert!(!required, "{program} {probe:?} does not run");
        eprintln!("skipped: {program} {probe:?} does not run");
        return None;
    }
    let config =
        Config { people: 150, clock: fixed(NOW), features: Features::ALL, ..Config::default() };
    let emulator = Emulator::start(config).await.unwrap();
    let mut command = Command::new(program);
    command.arg(format!("{}/tests/foreign/{script}", env!("CARGO_MANIFEST_DIR")));
    command.args([
        &emulator.base_url(),
        emulator.corp_id(),
        emulator.secret(),
        emulator.contact_secret(),
    ]);
    command.arg(midnight(date(2026, 6, 1)).to_string());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    emulator.stop().await;
    Some(output)
}

fn seen(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn many(seen: &Value, key: &str) -> bool {
    seen[key].as_i64().unwrap() > 0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wechatpy() {
    let python = std::env::var("DAKA_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let probe = ["-c", "import wechatpy; assert wechatpy.__version__ == '2.0.0.alpha26'"];
    let Some(output) = run(&python, &probe, "wechatpy_client.py").await else { return };
    let seen = seen(&output);
    // Its nine check-in calls; the two writes fail by raising.
    let reads = ["records", "rules", "reports", "months", "company_rules", "schedules", "machines"];
    for key in reads.into_iter().chain(["users", "approvals", "departments"]) {
        assert!(many(&seen, key), "{seen}");
    }
    assert_eq!(seen["detail"], true);
    assert_eq!(seen["errors"], json!([301_024, 301_021, 48002]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lwp() {
    let probe = ["-MLWP::UserAgent", "-MJSON", "-e", "1"];
    let Some(output) = run("perl", &probe, "lwp_client.pl").await else { return };
    let seen = seen(&output);
    for key in ["users", "records", "rules"] {
        assert!(many(&seen, key), "{seen}");
    }
    assert_eq!(seen["records"], seen["quoted"]);
    assert_eq!(seen["errors"], json!([301_023, 301_023]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn curl() {
    let probe = ["-c", "curl --version"];
    let Some(output) = run("sh", &probe, "curl_client.sh").await else { return };
    let mut lines: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| line.trim().to_lowercase())
        .collect();
    lines.sort();
    assert_eq!(
        lines,
        ["200 ok", "content-type: application/json; charset=utf-8", "error-code: 301024"]
    );
}
