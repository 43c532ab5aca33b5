//! How the program speaks to whoever called it: errors, exit status, log.

use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use crate::{
    failure::{Exit, Failure},
    output::Format,
    settings::SettingArgs,
};

/// Most lines that a wrong command line is answered with.
const USAGE_LINES: usize = 8;

/// Answers a command line that clap did not take: help and version on standard output, a mistake
/// on standard error.
pub(super) fn answer(error: &clap::Error, args: impl Iterator<Item = String>) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nobody is left to tell when standard output is gone.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.render().to_string();
    let (complaint, usage) = text.split_once("Usage:").unwrap_or((&text, ""));
    let complaint: Vec<&str> = complaint.split_whitespace().collect();
    let complaint = complaint.join(" ");
    let complaint = complaint.strip_prefix("error: ").unwrap_or(&complaint);
    let complaint = complaint.trim_end_matches(" For more information, try '--help'.");
    if asks_for_json(args) {
        report(&Failure::usage(complaint, "see --help"), Some(Format::Json));
    } else {
        let mut lines = vec![format!("error: {complaint}")];
        if !usage.is_empty() {
            lines.extend(format!("Usage:{usage}").lines().map(str::to_owned));
        }
        lines.retain(|line| !line.trim().is_empty());
        lines.truncate(USAGE_LINES);
        say(&lines.join("\n"));
    }
    exit_code(Exit::Usage)
}

/// Whether a command line that could not be read still says `--format json` or `jsonl`.
fn asks_for_json(args: impl Iterator<Item = String>) -> bool {
    let args: Vec<String> = args.collect();
    let json = |value: &str| matches!(value, "json" | "jsonl");
    args.iter().any(|arg| arg.strip_prefix("--format=").is_some_and(json))
        || args
            .windows(2)
            .any(|pair| matches!(pair, [flag, value] if flag == "--format" && json(value)))
}

/// Prints a failure, one line or one object a cause.
pub(super) fn report(failure: &Failure, format: Option<Format>) {
    for problem in &failure.problems {
        if matches!(format, Some(Format::Json | Format::Jsonl)) {
            say(&problem.to_json());
        } else {
            say(&format!("error: {problem}"));
        }
    }
}

/// A remark on standard error that is no failure.
pub(super) fn say(text: &str) {
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr(), "{text}");
}

pub(super) fn exit_code(exit: Exit) -> ExitCode {
    ExitCode::from(match exit {
        Exit::Failed => 1,
        Exit::Usage => 2,
        Exit::Partial => 3,
    })
}

/// Sends the log to standard error: warnings, or what the flags or `DAKA_LOG` ask for.
///
/// The HTTP stack stays at warnings whatever is asked, because its traces hold whole URLs and so
/// access tokens. The database stays at errors: what it warns of is told by the error that follows.
pub(super) fn log_to_stderr(args: &SettingArgs) {
    let level = match (args.quiet, args.verbose) {
        (true, _) => "error".to_owned(),
        (false, 0) => std::env::var("DAKA_LOG")
            .ok()
            .filter(|level| !level.is_empty())
            .unwrap_or_else(|| "warn".to_owned()),
        (false, 1) => "info".to_owned(),
        (false, _) => "debug".to_owned(),
    };
    let mut filter = EnvFilter::try_new(&level).unwrap_or_else(|_| EnvFilter::new("warn"));
    let quiet = ["hyper=warn", "hyper_util=warn", "reqwest=warn", "rustls=warn", "h2=warn"];
    for quiet in quiet.into_iter().chain(["sqlx=error"]) {
        if let Ok(directive) = quiet.parse() {
            filter = filter.add_directive(directive);
        }
    }
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second logger in one process is no reason to stop.
    let _ = log.try_init();
}
