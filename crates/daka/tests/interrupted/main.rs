//! A sync that is interrupted in any way, run again, ends at the ledger of an undisturbed one.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

mod chance;
mod cut;
mod killed;
#[path = "../support/mod.rs"]
mod support;
mod whole;

use std::{
    process::{Child, Command, Stdio},
    thread::park_timeout,
    time::Duration,
};

use support::{Clock, Config, Done, Features, Stage};
use wecom_emulator::Limits;

/// Days on both sides of a month's end.
const DAYS: [&str; 4] = ["--from", "2026-10-25", "--to", "2026-11-03"];

/// Two batches of people, to whom everything happens that the emulator knows.
fn stage(seed: u64) -> Stage {
    Stage::new(company(seed))
}

fn company(seed: u64) -> Config {
    Config {
        people: 110,
        seed,
        features: Features::ALL,
        clock: Clock::Fixed("2026-11-05T12:00:00+08:00".parse().unwrap()),
        limits: Limits { rate_percent: 0, ..Limits::default() },
        ..Config::default()
    }
}

fn sync(stage: &Stage, ledger: &str) -> Command {
    stage.command(&[&["sync", "--all", "--lang", "en", "--ledger", ledger][..], &DAYS].concat())
}

/// A sync that has gone on until so many calls are answered, or has ended.
fn sync_until(stage: &Stage, ledger: &str, calls: usize) -> Child {
    let until = stage.emulator.calls().len() + calls;
    let mut child =
        sync(stage, ledger).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while stage.emulator.calls().len() < until && child.try_wait().unwrap().is_none() {
        park_timeout(Duration::from_micros(100));
    }
    child
}

/// A sync that nothing interrupts.
fn sync_whole(stage: &Stage, ledger: &str) {
    let Done { code, stderr, .. } = support::done(sync(stage, ledger).output().unwrap());
    assert_eq!(code, 0, "{stderr}");
}

/// A ledger's address in the stage's folder.
fn sqlite(stage: &Stage, name: &str) -> String {
    format!("sqlite:{}", stage.folder.path().join(name).display())
}
