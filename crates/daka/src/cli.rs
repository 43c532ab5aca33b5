//! The command line: one file a command.

mod bundle;
mod calendar;
mod call;
mod clock_time;
mod close;
mod completions;
mod correct;
mod demo;
mod device_records;
mod doctor;
mod emulate;
mod explain;
mod export;
mod face;
mod fetch;
mod judge;
mod media;
mod misread;
mod notify;
mod overrides;
mod people;
mod punch;
mod reconcile;
mod records;
mod reopen;
mod report;
mod rule;
mod rules;
mod schedule;
mod serve;
mod shortfall;
mod sync;
mod usage;
mod wecom;
mod write;

use std::{process::ExitCode, time::Instant};

use clap::{Parser, Subcommand};
use jiff::{SignedDuration, Timestamp, Zoned, civil::Date};

pub(crate) use self::report::{Bound, write_book};
use crate::{
    failure::Failure,
    lang::{Lang, Text, text},
    output::Format,
    settings::{SettingArgs, Settings},
};

/// Attendance you can trust, from WeCom (企业微信) check-ins
///
/// daka pulls a company's check-in records and the rules behind them, keeps both in a ledger that
/// the company owns, judges every day with its reasons, and writes the month's workbook.
///
/// Start with `daka demo`: the whole job against a made-up company, nothing to set up.
#[derive(Debug, Parser)]
#[command(name = "daka", version, subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "\
Exit status: 0 all done, 1 failed, 2 wrong command line or setting, 3 done in part.

Examples:
  daka demo
  daka records --users zhangsan,lisi --from 2026-10-01 --to 2026-10-31
  daka sync --all --month 2026-10 && daka report --month 2026-10 -o october.xlsx")]
struct Cli {
    #[command(flatten)]
    settings: SettingArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Records(records::Args),
    Rules(rules::Args),
    Call(call::Args),
    Sync(sync::Args),
    Judge(judge::Args),
    Explain(explain::Args),
    Bundle(bundle::Args),
    Calendar(calendar::Args),
    Report(report::Args),
    Export(export::Args),
    Reconcile(reconcile::Args),
    Override(overrides::Args),
    Close(close::Args),
    Reopen(reopen::Args),
    People(people::Args),
    Notify(notify::Args),
    Serve(serve::Args),
    Doctor(doctor::Args),
    Schedule(schedule::Args),
    Rule(rule::Args),
    Correct(correct::Args),
    Punch(punch::Args),
    Face(face::Args),
    DeviceRecords(device_records::Args),
    Media(media::Args),
    Emulate(emulate::Args),
    Completions(completions::Args),
}

impl Command {
    /// The format that the user asked for by name, which is the format of errors too.
    fn format(&self) -> Option<Format> {
        match self {
            Self::Records(args) => args.output.format,
            Self::Rules(args) => args.output.format,
            Self::Judge(args) => args.output.format,
            Self::Reconcile(args) => args.output.format,
            Self::Override(args) => args.output().format,
            Self::Close(args) => args.output.format,
            Self::Reopen(args) => args.output.format,
            Self::People(args) => args.error_format(),
            Self::Notify(args) => args.output.format,
            Self::Sync(args) => args.format,
            Self::Report(args) => args.format(),
            Self::Explain(args) => args.error_format(),
            Self::Export(args) => args.error_format(),
            Self::Calendar(args) => args.error_format(),
            Self::Doctor(args) => args.output.format,
            Self::Schedule(args) => args.format(),
            Self::Rule(args) => args.format(),
            Self::Correct(args) => args.write.format,
            Self::Punch(args) => args.write.format,
            Self::Face(args) => args.write.format,
            Self::DeviceRecords(args) => args.output.format,
            Self::Media(args) => args.format,
            Self::Demo(_)
            | Self::Bundle(_)
            | Self::Call(_)
            | Self::Serve(_)
            | Self::Emulate(_)
            | Self::Completions(_) => None,
        }
    }
}

/// What every command works with beside its own arguments.
pub(crate) struct Context {
    pub(crate) settings: Settings,
    /// The instant at which the program was started: the only time the clock is read.
    pub(crate) now: Timestamp,
    started: Instant,
}

impl Context {
    /// What time it is by now.
    fn clock(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.started.elapsed()).unwrap_or_default();
        self.now.checked_add(elapsed).unwrap_or(self.now)
    }

    /// The same, begun now.
    pub(crate) fn by_now(&self) -> Self {
        self.by_now_for(self.settings.clone())
    }

    /// The same for other settings, begun now.
    fn by_now_for(&self, settings: Settings) -> Self {
        Self { settings, now: self.clock(), started: Instant::now() }
    }

    /// The same, at an instant that is at least so late.
    fn not_before(&self, at: Timestamp) -> Self {
        Self { settings: self.settings.clone(), now: self.now.max(at), started: self.started }
    }

    /// Says something on standard error that is no failure.
    fn remark(&self, remark: &Text) {
        usage::remark(remark, self.settings.lang);
    }

    /// Now in the company's zone.
    fn zoned_now(&self) -> Zoned {
        self.now.to_zoned(self.settings.zone.clone())
    }

    /// Today in the company's zone.
    pub(crate) fn today(&self) -> Date {
        self.zoned_now().date()
    }
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let environment = |name: &str| std::env::var(name).ok();
    let mut lang = Lang::at_start(std::env::args(), environment);
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error, std::env::args(), lang),
    };
    let format = cli.command.format();
    let done = usage::log_to_stderr(&cli.settings)
        .and_then(|()| Settings::resolve(&cli.settings, environment))
        .and_then(|settings| {
            lang = settings.lang;
            run(cli.command, settings)
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            usage::report(&failure, format, lang);
            usage::exit_code(failure.exit)
        }
    }
}

fn run(command: Command, settings: Settings) -> Result<(), Failure> {
    let context = Context { settings, now: clock(), started: Instant::now() };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| {
            Failure::one(
                crate::failure::Exit::Failed,
                "system",
                text!("the program could not start its threads: {e}", "程序无法启动线程：{e}"),
                text!("close other programs and try again", "请关闭其他程序后重试"),
            )
        })?;
    runtime.block_on(async {
        match command {
            Command::Demo(args) => demo::run(&context, &args).await,
            Command::Records(args) => records::run(&context, &args).await,
            Command::Rules(args) => rules::run(&context, &args).await,
            Command::Call(args) => call::run(&context, &args).await,
            Command::Sync(args) => sync::run(&context, &args).await,
            Command::Judge(args) => judge::run(&context, &args).await,
            Command::Explain(args) => explain::run(&context, &args).await,
            Command::Bundle(args) => bundle::run(&context, &args).await,
            Command::Calendar(args) => calendar::run(&context, &args),
            Command::Report(args) => report::run(&context, &args).await,
            Command::Export(args) => export::run(&context, &args).await,
            Command::Override(args) => overrides::run(&context, &args).await,
            Command::Close(args) => close::run(&context, &args).await,
            Command::Reopen(args) => reopen::run(&context, &args).await,
            Command::Reconcile(args) => reconcile::run(&context, &args).await,
            Command::People(args) => people::run(&context, &args).await,
            Command::Notify(args) => notify::run(&context, &args).await,
            Command::Serve(args) => serve::run(&context, &args).await,
            Command::Doctor(args) => doctor::run(&context, &args).await,
            Command::Schedule(args) => schedule::run(&context, &args).await,
            Command::Rule(args) => rule::run(&context, &args).await,
            Command::Correct(args) => correct::run(&context, &args).await,
            Command::Punch(args) => punch::run(&context, &args).await,
            Command::Face(args) => face::run(&context, &args).await,
            Command::DeviceRecords(args) => device_records::run(&context, &args).await,
            Command::Media(args) => media::run(&context, &args).await,
            Command::Emulate(args) => emulate::run(&context, &args).await,
            Command::Completions(args) => {
                completions::run(&args);
                Ok(())
            }
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "the edge at which the program reads the clock")]
fn clock() -> Timestamp {
    Timestamp::now()
}

/// The grammar, for completions.
fn grammar() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_is_consistent() {
        super::grammar().debug_assert();
    }
}
