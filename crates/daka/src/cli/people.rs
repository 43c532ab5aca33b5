//! `daka people`: who is in the company, and taking in a roster.

mod import;

use std::collections::HashSet;

use daka_ledger::Ledger;
use jiff::Timestamp;
use wecom_checkin::{UserId, UserKey};

use super::Context;
use crate::{
    days::{self, parse_instant},
    failure::Failure,
    judging::unknown_to_ledger,
    ledger,
    output::{Format, OutputArgs},
    people::{PeopleArgs, Selection},
    report::{Listed, Names, Told, Tree, Who, listed_columns},
};

/// Who is in the company: names, departments, joined and left, and who told them
///
/// A roster (`daka people import`) knows best, then WeCom's day and month reports as the ledger
/// keeps them, then the contact list, then the userid. Days before somebody joined and after they
/// left are not judged. Without people: everyone in the ledger.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  daka people
  daka people --users zhangsan --format json
  daka people --format csv -o roster.csv
  daka people import roster.xlsx --dry-run")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    people: PeopleArgs,
    /// Tell what the ledger knew at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Import(import::Args),
}

impl Args {
    /// The format of errors.
    pub(super) fn error_format(&self) -> Option<Format> {
        self.output.format
    }
}

/// Lists, or imports.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    match &args.action {
        Some(Action::Import(args)) => import::run(context, args).await,
        None => list(context, args).await,
    }
}

async fn list(context: &Context, args: &Args) -> Result<(), Failure> {
    let selection = args.people.resolve()?;
    let ledger = ledger::open(&context.settings).await?;
    let mut history = ledger.history(args.as_of).await.map_err(|e| ledger::failure(&e))?;
    let named = match &selection {
        Selection::Named(people) => Some(people.as_slice()),
        Selection::All | Selection::Unsaid => None,
    };
    let people = history.people(named).await.map_err(|e| ledger::failure(&e))?;
    let names = names(&ledger, &people, args.as_of).await?;
    let on_file: HashSet<UserKey> = people.iter().map(UserId::key).collect();
    let strangers = named.unwrap_or_default().iter();
    let strangers: Vec<UserId> =
        strangers.filter(|user| !on_file.contains(&user.key())).cloned().collect();
    let today = context.today();
    let strangers = unknown_to_ledger(&strangers, days::from_to(today, today)?);
    let wrote = !people.is_empty() || strangers.is_none();
    if wrote {
        let json = |who: &Who| serde_json::to_string(&Listed::of(who)).unwrap_or_default();
        let mut output = args.output.table(context.settings.lang, listed_columns(), json)?;
        let rows: Vec<Who> = people.iter().map(|person| names.of(person)).collect();
        output.push(&rows)?;
        output.finish()?;
    }
    Failure::unless_whole(strangers.into_iter().collect(), wrote)
}

async fn names(
    ledger: &Ledger,
    people: &[UserId],
    as_of: Option<Timestamp>,
) -> Result<Names, Failure> {
    let failed = |e| ledger::failure(&e);
    let members = ledger.people(as_of).await.map_err(failed)?;
    let tree = Tree::new(ledger.departments(as_of).await.map_err(failed)?);
    let told = Told::lately(ledger, people, as_of).await?;
    Ok(Names::new(members, &tree, &told))
}
