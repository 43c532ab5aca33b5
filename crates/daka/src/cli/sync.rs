//! `daka sync`: bring the ledger up to date.

mod companies;
mod extras;
mod monitor;
mod service;
pub(super) mod status;

use std::{
    io::Write as _,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use daka_ledger::{Counts, SyncLock};
use daka_sync::{Days as SyncDays, Event, Outcome, People, Request, Sources, plan::LOOK_BACK_DAYS};
use jiff::{Timestamp, civil::Date};
use wecom_checkin::{CorpId, UserId};

use self::monitor::Health;
use super::{
    Context, usage,
    wecom::{self, Clients},
};
use crate::{
    days::{DayArgs, Days},
    failure::{Failure, Problem, Undone},
    lang::{Lang, Text, text},
    ledger,
    metrics::Metrics,
    output::Format,
    people::{PeopleArgs, Selection},
    progress,
};

/// Bring the ledger up to date with WeCom
///
/// With days, fetches them again whatever is known and closes what changed or was withdrawn.
/// Without days, fetches what is missing, what earlier runs could not get, and what may still move:
/// open days, a look-back of three days, and once more the whole of a month that has ended. Without
/// people, everyone the ledger knows.
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
  daka sync --all --every 15m --reports --media photos
  daka sync --from-rules
  daka sync --all --company ww0123456789abcdef
  daka sync --status")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    /// Everyone whom a rule covers, by name, tag or department; needs no contact secret
    #[arg(long, conflicts_with_all = ["users", "users_file", "all"])]
    from_rules: bool,
    #[command(flatten)]
    days: DayArgs,
    /// For how many days a day may still move after it ended, when no days are named
    #[arg(long, value_name = "DAYS", default_value_t = LOOK_BACK_DAYS, value_parser = clap::value_parser!(i64).range(0..=366), conflicts_with_all = ["from", "month"])]
    look_back: i64,
    #[command(flatten)]
    extras: extras::ExtraArgs,
    /// Go on syncing with this pause, such as 15m, until stopped
    #[arg(long, value_name = "TIME", value_parser = service::parse_pause, conflicts_with_all = ["from", "month"])]
    every: Option<Duration>,
    /// With --every, answer /healthz and /metrics (Prometheus) at this address, such as 127.0.0.1:9464
    #[arg(long, value_name = "ADDRESS", requires = "every")]
    listen: Option<SocketAddr>,
    /// Say what is covered, how the last runs went and what comes next; asks WeCom nothing
    #[arg(long, conflicts_with_all = ["users", "users_file", "all", "from_rules", "from", "to", "month", "every", "reports", "media"])]
    status: bool,
    /// How to print what was done [default: a sentence]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
}

/// Syncs once or for ever, or says where things stand.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    if args.status {
        return status::print(context, args.look_back, args.format).await;
    }
    let metrics = Arc::new(Metrics::default());
    let Some(pause) = args.every else { return once(context, args, &metrics).await };
    let health = Arc::new(Health::new(pause));
    if let Some(address) = args.listen {
        monitor::serve(context, address, metrics.clone(), health.clone()).await?;
    }
    let round = async || {
        let done = once(&context.by_now(), args, &metrics).await;
        health.round(&done);
        done
    };
    service::every(pause, |failure| report_dated(context, args, failure), round).await
}

/// Reports a failed round; a line says when, for whoever reads it in a log.
fn report_dated(context: &Context, args: &Args, failure: &Failure) {
    if matches!(args.format, Some(Format::Json | Format::Jsonl)) {
        return usage::report(failure, args.format, context.settings.lang);
    }
    usage::report_dated(&dated(&context.by_now(), args), failure, context.settings.lang);
}

/// What the lines of a service begin with: when they were written, in the company's zone.
fn dated(context: &Context, args: &Args) -> String {
    let now = || context.clock().to_zoned(context.settings.zone.clone());
    let shown = || now().strftime("%Y-%m-%dT%H:%M:%S%:z ").to_string();
    args.every.map(|_| shown()).unwrap_or_default()
}

/// Syncs the company that is meant, or all of them.
async fn once(context: &Context, args: &Args, metrics: &Metrics) -> Result<(), Failure> {
    let request = request(context, args)?;
    if !context.settings.several.is_empty() {
        return companies::round(context, args, &request, metrics).await;
    }
    let clients = Clients::new(&context.settings)?;
    let ledger = ledger::create_or_open(&context.settings, clients.checkin.corp()).await?;
    let lock = ledger.lock_sync().await.map_err(|e| ledger::failure(&e))?;
    one(context, args, &request, &clients, lock, metrics).await
}

/// What the command line asks for.
fn request(context: &Context, args: &Args) -> Result<Request, Failure> {
    let days = match args.days.resolve(context.today())? {
        None => SyncDays::Moving,
        Some(days) => SyncDays::All { from: days.first(), to: days.last() },
    };
    let people = match args.people.resolve()? {
        Selection::Named(people) => People::Named(people),
        Selection::All => People::Everyone,
        Selection::Unsaid if args.from_rules => People::FromRules,
        Selection::Unsaid => People::OnFile,
    };
    let (zone, look_back) = (context.settings.zone.clone(), args.look_back);
    let approvals_back_months = context.settings.approvals_back_months;
    let extras = args.extras.resolve()?;
    Ok(Request { people, days, zone, look_back, approvals_back_months, extras })
}

/// Syncs one company and says what was done.
async fn one(
    context: &Context,
    args: &Args,
    request: &Request,
    clients: &Clients,
    lock: SyncLock,
    metrics: &Metrics,
) -> Result<(), Failure> {
    let outcome = bring_up_to_date(context, clients, lock, request, metrics).await?;
    let of_company = context.settings.label.as_ref().map(|label| format!("{label}: "));
    let of_company = format!("{}{}", dated(context, args), of_company.unwrap_or_default());
    let said = match args.format {
        Some(Format::Json | Format::Jsonl) => {
            json(&outcome, clients.checkin.corp(), context.clock()).to_string()
        }
        _ => format!("{of_company}{}", sentence(&outcome, context.settings.lang)),
    };
    // A reader that has gone away is no failure.
    let _ = writeln!(std::io::stdout(), "{said}");
    if !outcome.without_rule.is_empty() {
        let names = names(&outcome.without_rule);
        context.remark(&text!(
            "{of_company}no rule on the last day: {names}",
            "{of_company}最后一天没有规则：{names}"
        ));
    }
    for refused in &outcome.refused {
        let lang = context.settings.lang;
        let why = Text::as_is(wecom::problem(refused).line(lang));
        context.remark(&text!(
            [why],
            "{of_company}done without: {why}",
            "{of_company}略去未取：{why}"
        ));
    }
    let whole = outcome.unknown.len() < outcome.people;
    let asked = days_asked(request.days, context.today());
    Failure::unless_whole(problems(&outcome, asked), whole)
}

/// Syncs with a progress bar, and counts what is done.
pub(super) async fn bring_up_to_date(
    context: &Context,
    clients: &Clients,
    lock: SyncLock,
    request: &Request,
    metrics: &Metrics,
) -> Result<Outcome, Failure> {
    let company = clients.checkin.corp().as_str();
    let began = Instant::now();
    metrics.began(company);
    let clock = || context.clock();
    let sources =
        Sources { client: &clients.checkin, contacts: clients.contact.as_ref(), clock: &clock };
    let bar = progress::bar("sync", 0);
    let mut progress = |event| match event {
        Event::Planned { call, slices } => {
            bar.set_message(call);
            bar.set_position(0);
            bar.set_length(u64::try_from(slices).unwrap_or(u64::MAX));
        }
        Event::Done { call, counts } => {
            metrics.slice(company, call, counts.is_some());
            bar.inc(1);
        }
    };
    let outcome = daka_sync::sync_locked(sources, lock, request, &mut progress).await;
    bar.finish_and_clear();
    metrics.ended(company, outcome.as_ref().ok(), context.clock(), began.elapsed());
    outcome.map_err(|error| match &error {
        daka_sync::Error::Ledger(error) => ledger::failure(error),
        daka_sync::Error::WeCom(error) => wecom::failure(error),
        daka_sync::Error::NoContactSecret => no_contact_secret(),
        _ => wecom::nobody(),
    })
}

/// As [`wecom::no_contact_secret`], with the way out that only a sync has.
fn no_contact_secret() -> Failure {
    let mut failure = wecom::no_contact_secret();
    for problem in &mut failure.problems {
        let hint = &problem.hint;
        problem.hint = text!(
            [hint],
            "{hint}, or find them through the rules with --from-rules",
            "{hint}，或用 --from-rules 按规则查找人员"
        );
    }
    failure
}

/// How many people were synced: those asked about whom WeCom knows.
fn synced(outcome: &Outcome) -> usize {
    outcome.people.saturating_sub(outcome.unknown.len())
}

/// What was done, in a sentence.
pub(super) fn sentence(outcome: &Outcome, lang: Lang) -> String {
    let Outcome { records, rules, .. } = outcome;
    let people = synced(outcome);
    let Counts { new, revised, withdrawn, .. } = *records;
    let changed_rules = rules.new + rules.revised + rules.withdrawn;
    let done = text!(
        "synced {people} people: {new} records new, {revised} revised, {withdrawn} withdrawn; \
         rules changed on {changed_rules} person-days",
        "已同步 {people} 人：打卡记录新增 {new}，更正 {revised}，撤回 {withdrawn}；\
         规则（人日）变动 {changed_rules}"
    );
    format!("{}{}", done.in_lang(lang), extras::sentence(outcome, lang))
}

/// What was done, for a program.
fn json(outcome: &Outcome, corp: &CorpId, ended_at: Timestamp) -> serde_json::Value {
    serde_json::json!({
        "corp_id": corp,
        "ended_at": ended_at,
        "people": synced(outcome),
        "members": outcome.members,
        "departments": outcome.departments,
        "corp_rules": outcome.corp_rules,
        "rules": outcome.rules,
        "schedules": outcome.schedules,
        "records": outcome.records,
        "approvals": outcome.approvals,
        "day_reports": outcome.day_reports,
        "month_reports": outcome.month_reports,
        "photos": outcome.photos,
        "unknown": outcome.unknown,
        "without_rule": outcome.without_rule,
        "refused": outcome.refused.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "missed": outcome.missed.iter().map(|missed| missed.thing.to_string()).collect::<Vec<_>>(),
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
            let people: Vec<&UserId> =
                failure.slices.iter().flat_map(|slice| &slice.users).collect();
            if let ([person], Some(NO_RIGHT)) = (people.as_slice(), failure.error.errcode()) {
                problem = no_right_for(person, problem);
            }
            problem.failed = failure
                .slices
                .iter()
                .map(|slice| Undone { users: slice.users.clone(), from: slice.from, to: slice.to })
                .collect();
            problem
        })
        .collect();
    problems.extend(extras::problems(&outcome.missed));
    problems.extend(wecom::unknown_people("getcheckindata", &outcome.unknown, days));
    problems
}

/// What WeCom answers when the approvals of somebody who has left are asked for.
const NO_RIGHT: i64 = 301_055;

/// WeCom refused one person's approvals, and nobody else's.
fn no_right_for(person: &UserId, problem: Problem) -> Problem {
    Problem {
        errmsg: text!(
            [errmsg],
            "{errmsg}: the approvals of {person} are refused",
            "{errmsg}：{person} 的审批被拒绝读取",
            errmsg = problem.errmsg
        ),
        hint: text!(
            "WeCom answers so for people who have left; nobody else's approvals are lost. Leave \
             them out, or sync everybody with --all, which lists the company's approvals",
            "企业微信对已离职的人如此答复；其他人的审批没有缺失。请不要指定此人，或用 --all 同步所有人，\
             那样按整个企业列出审批"
        ),
        ..problem
    }
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
