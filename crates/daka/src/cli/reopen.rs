//! `daka reopen`: a closed month is judged afresh again.

use daka_ledger::Reopening;

use super::{Context, close::listing};
use crate::{
    days::MonthArg,
    failure::{Exit, Failure},
    lang::text,
    ledger,
    output::OutputArgs,
};

/// Open a closed month again
///
/// From then on it is judged afresh, until it is closed again. What was closed stays on file:
/// `daka judge --closed 1` reads the first closing of a month.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  daka reopen 2026-10 --why 'the night shift of the 30th was not uploaded' --by 'Wang Wu, HR'")]
pub(super) struct Args {
    /// The month: 2026-10, or last
    #[arg(value_name = "MONTH")]
    month: MonthArg,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,
    /// Who opens it
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Opens and prints what had been closed.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let month = args.month.required(context.today())?;
    let why = args.why.trim();
    if why.is_empty() {
        return Err(Failure::usage(
            text!("--why says nothing", "--why 没有内容"),
            text!("say why; it is kept with the closing", "请写明原因；它会与封存记录一同保留"),
        ));
    }
    let ledger = ledger::open(&context.settings).await?;
    let reopening = Reopening { at: context.now, by: args.by.clone(), why: why.to_owned() };
    let opened = ledger.reopen(month.days().first(), &reopening).await;
    let opened = opened.map_err(|e| ledger::failure(&e))?;
    if opened.is_empty() {
        return Err(Failure::one(
            Exit::Failed,
            "closed",
            text!("{month} is not closed", "{month} 没有封存"),
            text!("`daka close --list` says what is", "请用 `daka close --list` 查看"),
        ));
    }
    let mut output = listing(&args.output, context.settings.lang)?;
    output.push(&opened)?;
    output.finish()
}
