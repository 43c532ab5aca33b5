//! `daka notify`: what was found, told to whom it concerns, each finding once.

mod found;
mod receiver;
mod round;
mod status;

use clap::ArgGroup;
use futures::future::join_all;

use super::{Context, shortfall};
use crate::{
    days::{DateArg, DayArgs, from_to},
    failure::Failure,
    judging::Judging,
    lang::{Text, text},
    ledger,
    output::OutputArgs,
    settings::Receiver,
};
use found::Found;
use receiver::Told;
use round::{Round, Row};

/// Tell a robot, an app message, a webhook or a mailbox what was found, each finding once
///
/// Whom and how stands under `[[notify]]` in the settings; docs/notify.md says more. Without days:
/// yesterday. What quiet hours held back, what failed and what a killed run left is told by the next
/// run, whichever days it is asked for.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("asked").multiple(false).args(["dry_run", "status"])))]
#[command(after_help = "\
Examples:
  daka notify
  daka notify --month last --receiver hr-mail --dry-run
  daka notify --status --month this")]
pub(super) struct Args {
    /// One attendance day: a date such as 2026-10-12, today or yesterday
    #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to", "month"])]
    date: Option<DateArg>,
    #[command(flatten)]
    days: DayArgs,
    /// Only these receivers of the settings [default: all]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    receiver: Vec<String>,
    /// Show what would be told; nothing is sent and nothing noted
    #[arg(long)]
    dry_run: bool,
    /// List what was told of these days, and what waits
    #[arg(long)]
    status: bool,
    /// Succeed although days were never fetched; they are still counted and named
    #[arg(long)]
    allow_incomplete: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Judges and tells.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let today = context.today();
    let days = match (args.date, args.days.resolve(today)?) {
        (Some(date), _) => from_to(date.on(today), date.on(today))?,
        (None, Some(days)) => days,
        (None, None) => from_to(DateArg::Yesterday.on(today), DateArg::Yesterday.on(today))?,
    };
    let ledger = ledger::open(&context.settings).await?;
    if args.status {
        return status::print(context, &ledger, days, &args.receiver, &args.output).await;
    }
    let told = chosen(context, &args.receiver)?
        .into_iter()
        .map(|receiver| Told::new(context, receiver, args.dry_run))
        .collect::<Result<Vec<Told>, Failure>>()?;
    let judging = Judging::new(&context.settings, context.now, &ledger, None).await?;
    let mut found = Found::new(context, &ledger, days).await?;
    found.owe(&ledger, &told).await?;
    found.judge(&judging).await?;
    let mut output = args.output.open(&Row::COLUMNS)?;
    let round = Round { context, ledger: &ledger, found: &found, is_dry: args.dry_run };
    // Beside each other: a receiver that is slow or refuses holds up nobody else.
    let ends = join_all(told.iter().map(|one| round.tell(one))).await;
    let (mut problems, mut did_something) = (Vec::new(), false);
    for end in ends {
        match end {
            Ok(end) => {
                did_something |= end.did_something();
                for row in &end.rows {
                    output.row(|| row.json(), || row.cells())?;
                }
                problems.extend(end.problems);
            }
            Err(failure) => problems.extend(failure.problems),
        }
    }
    output.finish()?;
    let gaps = shortfall::said(&found.gaps, args.allow_incomplete, context.settings.lang);
    Failure::unless_whole(problems.into_iter().chain(gaps).collect(), did_something)
}

/// The receivers of the settings that were asked for.
fn chosen<'a>(context: &'a Context, names: &[String]) -> Result<Vec<&'a Receiver>, Failure> {
    let all = &context.settings.receivers;
    let wrong = |what: Text| {
        let hint = text!(
            "receivers stand under [[notify]] in daka.toml; see docs/notify.md",
            "接收方写在 daka.toml 的 [[notify]] 中；见 docs/notify.md"
        );
        Failure::setting(what, hint)
    };
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = all.iter().find(|receiver| !seen.insert(&receiver.name)) {
        let name = &twice.name;
        return Err(wrong(text!("two receivers are called {name}", "有两个接收方都叫 {name}")));
    }
    if let Some(stranger) = names.iter().find(|name| !seen.contains(name)) {
        return Err(wrong(text!("no receiver is called {stranger}", "没有叫 {stranger} 的接收方")));
    }
    if all.is_empty() {
        return Err(wrong(text!("no receiver is set", "没有设置接收方")));
    }
    Ok(all.iter().filter(|one| names.is_empty() || names.contains(&one.name)).collect())
}
