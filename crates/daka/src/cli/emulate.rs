//! `daka emulate`: a stand-in for the WeCom API on a local port.

mod switches;

use std::{io::Write as _, net::SocketAddr, path::PathBuf};

use jiff::Timestamp;
use wecom_checkin::ClientBuilder;
use wecom_emulator::{Clock, Config, Emulator, Faults, Features, Scenario, Source};

use self::switches::{Limit, Manner};
use super::{Context, wecom::midday_after};
use crate::{
    days::{Month, MonthArg},
    failure::{Exit, Failure},
    lang::{Text, text},
};

/// Serve a stand-in for the WeCom API on a local port
///
/// Any client in any language can use it: give the client the printed base URL, corp id and
/// secrets. Same seed, same company.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
When it is ready it prints one line to standard output:
  ready base=URL corp_id=… secret=… contact_secret=…

It is steered over HTTP while it runs:
  POST /_emulator/tokens/expire    every token that was given out runs out
  POST /_emulator/tokens/revoke    every token that was given out is refused as invalid
  POST /_emulator/faults           replace the list of faults
  POST /_emulator/clock            set the company's clock
  GET  /_emulator/calls            what was asked and how it was answered
  GET  /_emulator/truth            what was planned for each person and day

Examples:
  daka emulate --people 200 --seed 7 --month 2026-10
  daka emulate --people 5000 --with approvals,more-rules
  daka emulate --turn-on literal_half_days --limit rate_percent=0
  daka emulate --data answers/       serves answers/getcheckindata.json and its siblings

docs/emulator.md tells more: what is imitated, the files, what can be steered.")]
pub(super) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8901")]
    listen: SocketAddr,
    /// People in the made-up company
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    people: u32,
    /// Which company is made up
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// A month that shall be over: the company's clock starts after it if the host's is not there yet
    #[arg(long, value_name = "YYYY-MM")]
    month: Option<MonthArg>,
    /// Serve the answers in this folder instead of a made-up company
    #[arg(long, value_name = "DIR", conflicts_with_all = ["people", "seed", "month"])]
    data: Option<PathBuf>,
    /// What goes on in the made-up company beyond punches under plain rules
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    with: Vec<Extra>,
    /// Pass requests on to the real API and write a masked copy of its answers here, for --data
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "people", "seed", "month", "data", "with", "scenario", "turn_on", "turn_off", "limit", "token_life",
    ])]
    record: Option<PathBuf>,
    /// The API that --record passes requests on to
    #[arg(long, value_name = "URL", default_value = ClientBuilder::PUBLIC_BASE_URL, requires = "record")]
    upstream: String,
    /// What shall happen while it runs: a TOML or JSON list of steps
    #[arg(long, value_name = "FILE")]
    scenario: Option<PathBuf>,
    /// What shall go wrong: a TOML or JSON list of faults
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// Oddities of the real server to show that are off
    #[arg(long, value_enum, value_name = "ODDITY", value_delimiter = ',')]
    turn_on: Vec<Manner>,
    /// Oddities of the real server to leave out that are on
    #[arg(long, value_enum, value_name = "ODDITY", value_delimiter = ',')]
    turn_off: Vec<Manner>,
    /// Another limit than the documented one, such as users=10 or closed_calls=media_get; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = Limit::parse)]
    limit: Vec<Limit>,
    /// How long a token lives
    #[arg(long, value_name = "SECONDS", default_value_t = 7_200, value_parser = clap::value_parser!(u32).range(1..))]
    token_life: u32,
}

/// What may go on in a made-up company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Extra {
    /// All of the following
    All,
    /// Leave, trips, outings, overtime and corrections with approvals
    Approvals,
    /// Sliding hours, big and small weeks, split shifts, overtime, people without a rule
    MoreRules,
    /// Phones that upload days later
    LateUploads,
    /// People who join and leave
    Turnover,
    /// A rule that changes in mid-month
    RuleEdits,
}

impl Args {
    fn features(&self) -> Features {
        let with = |extra| self.with.contains(&extra) || self.with.contains(&Extra::All);
        Features {
            approvals: with(Extra::Approvals),
            more_rules: with(Extra::MoreRules),
            late_uploads: with(Extra::LateUploads),
            turnover: with(Extra::Turnover),
            rule_edits: with(Extra::RuleEdits),
        }
    }

    fn source(&self) -> Source {
        match (&self.data, &self.record) {
            (Some(folder), _) => Source::Data(folder.clone()),
            (None, Some(folder)) => {
                Source::Record { upstream: self.upstream.clone(), folder: folder.clone() }
            }
            (None, None) => Source::Generated,
        }
    }
}

/// Serves until the process is ended.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let faults = match &args.faults {
        None => Faults::default(),
        Some(path) => Faults::from_file(path).map_err(|e| bad_file(e.to_string()))?,
    };
    let scenario = match &args.scenario {
        None => Scenario::default(),
        Some(path) => Scenario::from_file(path).map_err(|e| bad_file(e.to_string()))?,
    };
    let config = Config {
        listen: args.listen,
        people: args.people,
        seed: args.seed,
        source: args.source(),
        features: args.features(),
        scenario,
        clock: args
            .month
            .and_then(|month| month.on(context.today()))
            .map_or(Clock::System, |month| clock_after(month, context.now)),
        faults,
        token_lifetime_sec: args.token_life,
        limits: switches::limits(&args.limit).map_err(bad_limit)?,
        manners: switches::manners(&args.turn_on, &args.turn_off),
    };
    let emulator = start(config).await?;
    // A caller that does not read the line can still use the emulator.
    let _ = writeln!(std::io::stdout(), "{}", emulator.ready_line());
    tokio::select! {
        () = emulator.wait() => {}
        _ = tokio::signal::ctrl_c() => emulator.stop().await,
    }
    Ok(())
}

fn bad_limit(why: String) -> Failure {
    Failure::usage(
        Text::as_is(why),
        text!("docs/emulator.md lists the limits", "各项限制见 docs/emulator.md"),
    )
}

fn bad_file(why: String) -> Failure {
    Failure::usage(
        Text::as_is(why),
        text!("docs/emulator.md describes the file", "文件格式见 docs/emulator.md"),
    )
}

/// Starts an emulator.
pub(super) async fn start(config: Config) -> Result<Emulator, Failure> {
    Emulator::start(config).await.map_err(|e| {
        Failure::one(
            Exit::Failed,
            "emulator",
            Text::as_is(e.to_string()),
            text!(
                "check the address and the folder; --listen 127.0.0.1:0 takes a free port",
                "请检查地址和目录；--listen 127.0.0.1:0 取一个空闲端口"
            ),
        )
    })
}

/// The host's clock, unless the month is not over by it.
pub(super) fn clock_after(month: Month, now: Timestamp) -> Clock {
    let over = midday_after(month);
    if now >= over { Clock::System } else { Clock::Running { from: over, speed: 1 } }
}
