//! `daka sync`: bring the ledger up to date.

mod companies;
mod service;
mod status;

use std::{io::Write as _, time::Duration};

use daka_ledger::{Counts, SyncLock};
use daka_sync::{Days as SyncDays, Event, Outcome, People, Request, Sources};
use jiff::civil::Date;
use wecom_checkin::{CorpId, UserId};

use super::{
    Context, usage,
    wecom::{self, Clients},
};
use crate::{
    days::{DayArgs, Days},
    failure::{Failure, Problem, Undone},
    lang::Lang,
    ledger,
    output::Format,
    people::{PeopleArgs, Selection},
    progress,
};

/// Bring the ledger up to date with WeCom
///
/// With days, fetches them again whatever is known and closes what changed or was withdrawn.
/// Without days, fetches what is missing and what may still move: open days and a look-back of
/// three days. Without people, everyone the ledger knows.
///
/// Where daka.toml lists several companies, all of them are synced, unless --company chooses one;
/// what fails for one does not stop the others. Any number of these processes may work on one
/// ledger: they share the companies out among themselves.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka sync --all --month 2026-10
  daka sync --users-file people.txt --from 2026-10-01 --to 2026-10-15
  daka sync --all
  daka sync --all --every 15m
  daka sync --all --company ww0123456789abcdef
  daka sync --status")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    /// Go on syncing with this pause, such as 15m, until stopped
    #[arg(long, value_name = "TIME", value_parser = service::parse_pause, conflicts_with_all = ["from", "month"])]
    every: Option<Duration>,
    /// Say what is covered, how the last runs went and what comes next; asks WeCom nothing
    #[arg(long, conflicts_with_all = ["users", "users_file", "all", "from", "to", "month", "every"])]
    status: bool,
    /// How to print what was done [default: a sentence]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
}

/// Syncs once or for ever, or says where things stand.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    if args.status {
        return status::print(context, args.format).await;
    }
    match args.every {
        None => once(context, args).await,
        Some(pause) => {
            service::every(pause, args.format, async || once(&context.by_now(), args).await).await
        }
    }
}

/// Syncs the company that is meant, or all of them.
async fn once(context: &Context, args: &Args) -> Result<(), Failure> {
    let asked = Asked::of(context, args)?;
    if !context.settings.several.is_empty() {
        return companies::round(context, args, &asked).await;
    }
    let clients = Clients::new(&context.settings)?;
    let ledger = ledger::create_or_open(&context.settings, clients.checkin.corp()).await?;
    let lock = ledger.lock_sync().await.map_err(|e| ledger::failure(&e))?;
    one(context, args, asked, &clients, lock).await
}

/// Whom and which days the command line asks for.
struct Asked {
    people: People,
    days: SyncDays,
}

impl Asked {
    fn of(context: &Context, args: &Args) -> Result<Self, Failure> {
        let days = match args.days.resolve(context.today())? {
            None => SyncDays::Moving,
            Some(days) => SyncDays::All { from: days.first(), to: days.last() },
        };
        let people = match args.people.resolve()? {
            Selection::Named(people) => People::Named(people),
            Selection::All => People::Everyone,
            Selection::Unsaid => People::OnFile,
        };
        Ok(Self { people, days })
    }
}

/// Syncs one company and says what was done.
async fn one(
    context: &Context,
    args: &Args,
    Asked { people, days }: Asked,
    clients: &Clients,
    lock: SyncLock,
) -> Result<(), Failure> {
    let outcome = bring_up_to_date(context, clients, lock, people, days).await?;
    let of_company = context.settings.label.as_ref().map(|label| format!("{label}: "));
    let of_company = of_company.unwrap_or_default();
    let said = match args.format {
        Some(Format::Json | Format::Jsonl) => json(&outcome, clients.checkin.corp()).to_string(),
        _ => format!("{of_company}{}", sentence(&outcome, context.settings.lang)),
    };
    // A reader that has gone away is no failure.
    let _ = writeln!(std::io::stdout(), "{said}");
    if !outcome.without_rule.is_empty() {
        let names = names(&outcome.without_rule);
        usage::say(&format!("{of_company}no rule on the last day: {names}"));
    }
    for refused in &outcome.refused {
        usage::say(&format!("{of_company}done without: {}", wecom::problem(refused)));
    }
    let whole = outcome.unknown.len() < outcome.people;
    let asked = days_asked(days, context.today());
    Failure::unless_whole(problems(&outcome, asked), whole)
}

/// Syncs with a progress bar.
pub(super) async fn bring_up_to_date(
    context: &Context,
    clients: &Clients,
    lock: SyncLock,
    people: People,
    days: SyncDays,
) -> Result<Outcome, Failure> {
    let clock = || context.clock();
    let sources =
        Sources { client: &clients.checkin, contacts: clients.contact.as_ref(), clock: &clock };
    let request = Request { people, days, zone: context.settings.zone.clone() };
    let bar = progress::bar("sync", 0);
    let mut progress = |event| match event {
        Event::Planned { call, slices } => {
            bar.set_message(call);
            bar.set_position(0);
            bar.set_length(u64::try_from(slices).unwrap_or(u64::MAX));
        }
        Event::Done { .. } => bar.inc(1),
    };
    let outcome = daka_sync::sync_locked(sources, lock, &request, &mut progress).await;
    bar.finish_and_clear();
    outcome.map_err(|error| match &error {
        daka_sync::Error::Ledger(error) => ledger::failure(error),
        daka_sync::Error::WeCom(error) => wecom::failure(error),
        daka_sync::Error::NoContactSecret => wecom::no_contact_secret(),
        _ => wecom::nobody(),
    })
}

/// What was done, in a sentence.
pub(super) fn sentence(outcome: &Outcome, lang: Lang) -> String {
    let Outcome { people, records, rules, .. } = outcome;
    let Counts { new, revised, withdrawn, .. } = *records;
    let changed_rules = rules.new + rules.revised + rules.withdrawn;
    lang.pick(
        format!(
            "已同步 {people} 人:打卡记录新增 {new},更正 {revised},撤回 {withdrawn};\
             规则(人日)变动 {changed_rules}"
        ),
        format!(
            "synced {people} people: {new} records new, {revised} revised, {withdrawn} withdrawn; \
             rules changed on {changed_rules} person-days"
        ),
    )
}

/// What was done, for a program.
fn json(outcome: &Outcome, corp: &CorpId) -> serde_json::Value {
    serde_json::json!({
        "corp_id": corp,
        "people": outcome.people,
        "members": outcome.members,
        "corp_rules": outcome.corp_rules,
        "rules": outcome.rules,
        "schedules": outcome.schedules,
        "records": outcome.records,
        "approvals": outcome.approvals,
        "unknown": outcome.unknown,
        "without_rule": outcome.without_rule,
        "failed": outcome.failed.iter().flat_map(|failure| &failure.slices).collect::<Vec<_>>(),
    })
}

/// What was not done, cause by cause.
pub(super) fn problems(outcome: &Outcome, days: Option<Days>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = outcome
        .failed
        .iter()
        .map(|failure| {
            let mut problem = wecom::problem(&failure.error);
            problem.failed = failure
                .slices
                .iter()
                .map(|slice| Undone { users: slice.users.clone(), from: slice.from, to: slice.to })
                .collect();
            problem
        })
        .collect();
    problems.extend(wecom::unknown_people("getcheckindata", &outcome.unknown, days));
    problems
}

/// The days of a request, today standing for those that a ledger decides.
fn days_asked(days: SyncDays, today: Date) -> Option<Days> {
    match days {
        SyncDays::All { from, to } => Days::new(from, to).ok(),
        SyncDays::Moving => Days::one(today).ok(),
    }
}

fn names(people: &[UserId]) -> String {
    people.iter().map(UserId::as_str).collect::<Vec<_>>().join(",")
}
