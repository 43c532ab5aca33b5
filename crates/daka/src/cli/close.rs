//! `daka close`: a month is frozen for payroll.

mod ice;
mod listing;
mod obstacles;

use daka_ledger::{Closing, Ledger, NewClosing};
use jiff::Timestamp;
use wecom_checkin::UserId;

pub(super) use self::listing::{Printed, listing};
use self::{ice::Ice, listing::columns, obstacles::Obstacles};
use super::Context;
use crate::{
    days::{Month, MonthArg},
    failure::{Exit, Failure},
    judging::{Judging, frozen::Closed},
    lang::text,
    ledger,
    output::OutputArgs,
    people::{PeopleArgs, Selection},
};

/// Freeze a month for payroll
///
/// What was judged of it stays as it is, byte for byte, whatever is synced, edited or upgraded
/// later; `daka adjustments` says what changed since. The SHA-256 is over the lines of
/// `daka judge --format jsonl` of the month, in the language of this command. Without people:
/// everyone in the ledger. Nothing is closed while a day is open or was never fetched.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka close 2026-10 --by 'Wang Wu, HR'
  daka close last --users zhangsan,lisi
  daka close --list")]
pub(super) struct Args {
    /// The month: 2026-10, or last
    #[arg(value_name = "MONTH", required_unless_present = "list")]
    month: Option<MonthArg>,
    /// Who closes it
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
    #[command(flatten)]
    people: PeopleArgs,
    /// Close it although days were never fetched; they are frozen as incomplete
    #[arg(long)]
    allow_incomplete: bool,
    /// List what was closed, and what of it was opened again
    #[arg(long, conflicts_with_all = ["month", "by", "users", "users_file", "all", "allow_incomplete"])]
    list: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Closes and prints what was closed.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let lang = context.settings.lang;
    let Some(month) = args.month else {
        let ledger = ledger::open(&context.settings).await?;
        let closings = ledger.closings().await.map_err(|e| ledger::failure(&e))?;
        let mut output = listing(&args.output, lang)?;
        output.push(&closings)?;
        return output.finish();
    };
    let month = month.required(context.today())?;
    let selection = args.people.resolve()?;
    let people = match &selection {
        Selection::Named(people) => Some(people.as_slice()),
        Selection::All | Selection::Unsaid => None,
    };
    let ledger = ledger::open(&context.settings).await?;
    let closing = close(context, &ledger, month, people, args).await?;
    // Who reads verdicts where they are filed is to find those that were frozen.
    let judging = Judging::new(&context.settings, context.by_now().now, &ledger, None).await?;
    judging.each(people, month.days(), |_| Ok(())).await?;
    let mut output = args.output.table(lang, columns(), |closing: &Closing| {
        serde_json::to_string(&Printed::of(closing)).unwrap_or_default()
    })?;
    output.push(&[closing])?;
    output.finish()
}

/// Freezes what is known at this instant: all of it, or nothing.
async fn close(
    context: &Context,
    ledger: &Ledger,
    month: Month,
    people: Option<&[UserId]>,
    args: &Args,
) -> Result<Closing, Failure> {
    let failed = |e| ledger::failure(&e);
    let everyone = people.is_none();
    let in_force = in_force(ledger, month).await?;
    if let Some(closing) = in_force.iter().find(|one| everyone || one.closed.everyone) {
        return Err(is_closed(month, closing));
    }
    let draft = ledger.begin_closing().await.map_err(failed)?;
    let now = context.by_now().now;
    let closed_at = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
    let settings = &context.settings;
    let judging = Judging::with(settings, closed_at, ledger, Some(closed_at), Closed::Live).await?;
    let obstacles = Obstacles::new(month, context.today(), args.allow_incomplete);
    let mut ice = Ice::new(draft, month, settings.lang, obstacles);
    let mut persons = judging.persons(people, month.days()).await?;
    while let Some(batch) = persons.next().await.map_err(failed)? {
        ice.add(judging.judged(batch, month.days()).await?).await?;
    }
    let whole = ice.whole(people)?;
    let closing = NewClosing {
        month: month.days().first(),
        closed_at,
        by: args.by.clone(),
        everyone,
        people: whole.people,
        person_days: whole.person_days,
        sha256: whole.sha256,
        lang: settings.lang.pick("zh", "en").to_owned(),
        policy: serde_json::to_string(judging.company().policy()).unwrap_or_default(),
    };
    match whole.draft.finish(closing).await.map_err(failed)? {
        Some(closing) => Ok(closing),
        None => Err(match in_force.last() {
            Some(closing) => is_closed(month, closing),
            None => ledger::failure(&daka_ledger::Error::Busy),
        }),
    }
}

/// What is closed of a month.
async fn in_force(ledger: &Ledger, month: Month) -> Result<Vec<Closing>, Failure> {
    let mut closings = ledger.closings().await.map_err(|e| ledger::failure(&e))?;
    closings.retain(|one| one.closed.month == month.days().first() && one.is_in_force(None));
    Ok(closings)
}

fn is_closed(month: Month, closing: &Closing) -> Failure {
    let (nr, at) = (closing.nr, closing.closed.closed_at);
    let by = closing.closed.by.as_deref().map(|by| format!(" ({by})")).unwrap_or_default();
    Failure::one(
        Exit::Failed,
        "closed",
        text!(
            "{month} is closed already: closing {nr} of {at}{by}",
            "{month} 已封存：第 {nr} 次，{at}{by}"
        ),
        text!(
            "`daka adjustments --month {month}` says what changed since; `daka reopen {month} --why …` opens it again",
            "`daka adjustments --month {month}` 列出此后的变化；`daka reopen {month} --why …` 可重新打开"
        ),
    )
}
