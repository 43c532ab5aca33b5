//! `daka`: attendance that a company can trust, from WeCom's check-ins.
#![allow(
    clippy::doc_markdown,
    reason = "the comments of arguments are help texts, read on a terminal"
)]

mod attendance_day;
mod calendars;
mod cli;
mod days;
mod explaining;
mod export;
mod failure;
mod gaps;
mod handed_in;
mod judging;
mod lang;
mod ledger;
mod metrics;
mod notify;
mod output;
mod people;
mod progress;
mod report;
mod roster;
mod settings;
mod shell;
mod stop_signal;
mod table;
mod web;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Facts are made on one thread and dropped on another: the system's allocator spends a fifth of a
/// judgement on that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::main()
}
