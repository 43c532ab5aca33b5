//! How the program speaks to whoever called it: errors, exit status, log.

use std::{
    io::{IsTerminal as _, Write as _},
    process::ExitCode,
};

use clap::error::ErrorKind;
use tracing_subscriber::EnvFilter;

use super::misread;
use crate::{
    failure::{Exit, Failure},
    lang::{Lang, Text, text},
    output::Format,
    settings::SettingArgs,
};

/// Most lines that a wrong command line is answered with.
const USAGE_LINES: usize = 8;

/// Answers a command line that clap did not take: help and version on standard output, a mistake
/// on standard error.
pub(super) fn answer(
    error: &clap::Error,
    args: impl Iterator<Item = String>,
    lang: Lang,
) -> ExitCode {
    use ErrorKind::{DisplayHelp, DisplayHelpOnMissingArgumentOrSubcommand, DisplayVersion};
    if matches!(
        error.kind(),
        DisplayHelp | DisplayVersion | DisplayHelpOnMissingArgumentOrSubcommand
    ) {
        // Nobody is left to tell when standard output is gone.
        let _ = write!(std::io::stdout(), "{}", error.render());
        return ExitCode::SUCCESS;
    }
    let complaint = misread::complaint(error);
    if asks_for_json(args) {
        let failure = Failure::usage(complaint, text!("see --help", "见 --help"));
        report(&failure, Some(Format::Json), lang);
    } else {
        let error_said = text!([complaint], "error: {complaint}", "错误：{complaint}");
        let mut lines = vec![error_said.in_lang(lang).to_owned()];
        lines.extend(misread::usage(error, lang));
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

/// Prints a failure as lines that begin with `prefix`, one a cause.
pub(super) fn report_dated(prefix: &str, failure: &Failure, lang: Lang) {
    for problem in &failure.problems {
        let line = problem.line(lang);
        say(text!("{prefix}error: {line}", "{prefix}错误：{line}").in_lang(lang));
    }
}

/// Prints a failure, one line or one object a cause.
pub(super) fn report(failure: &Failure, format: Option<Format>, lang: Lang) {
    if !matches!(format, Some(Format::Json | Format::Jsonl)) {
        return report_dated("", failure, lang);
    }
    for problem in &failure.problems {
        say(&problem.to_json(lang));
    }
}

/// A remark on standard error that is no failure.
pub(super) fn remark(remark: &Text, lang: Lang) {
    say(remark.in_lang(lang));
}

fn say(line: &str) {
    // Nobody is left to tell when standard error is gone.
    let _ = writeln!(std::io::stderr(), "{line}");
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
pub(super) fn log_to_stderr(args: &SettingArgs) -> Result<(), Failure> {
    let mut filter = match (args.quiet, args.verbose) {
        (true, _) => EnvFilter::new("error"),
        (false, 0) => {
            let level = std::env::var("DAKA_LOG").ok().filter(|level| !level.is_empty());
            level.map_or_else(|| Ok(EnvFilter::new("warn")), |level| log_filter(&level))?
        }
        (false, 1) => EnvFilter::new("info"),
        (false, _) => EnvFilter::new("debug"),
    };
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
    Ok(())
}

/// A level, or levels of parts such as `daka_sync=debug`. A lone word that is no level would be
/// taken for the name of a part.
fn log_filter(wanted: &str) -> Result<EnvFilter, Failure> {
    const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
    let is_level = |word: &str| LEVELS.iter().any(|level| word.eq_ignore_ascii_case(level));
    let sound = wanted.split(',').all(|part| part.contains('=') || is_level(part.trim()));
    EnvFilter::try_new(wanted).ok().filter(|_| sound).ok_or_else(|| {
        Failure::setting(
            text!("DAKA_LOG is {wanted:?}, which is no log level", "DAKA_LOG 是 {wanted:?}，不是日志级别"),
            text!(
                "write off, error, warn, info, debug or trace, or levels of parts such as daka_sync=debug",
                "请写 off、error、warn、info、debug 或 trace，或分模块指定，如 daka_sync=debug"
            ),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_level_is_one_that_exists() {
        for (wanted, taken) in [
            ("debug", true),
            ("WARN", true),
            ("warn,daka_sync=debug", true),
            ("loud", false),
            ("daka_sync=loud", false),
            ("warn,loud", false),
        ] {
            assert_eq!(log_filter(wanted).is_ok(), taken, "{wanted}");
        }
    }
}
