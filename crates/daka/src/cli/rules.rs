//! `daka rules`: the rules of people on a day.

use std::collections::HashSet;

use futures::StreamExt as _;
use jiff::civil::Date;
use wecom_checkin::{Row, Rule, UserId, rule::MemberRule};

use super::{
    Context,
    shortfall::Shortfall,
    wecom::{self, Clients},
};
use crate::{
    days::DateArg,
    failure::Failure,
    lang::text,
    output::{OutputArgs, compact},
    people::PeopleArgs,
};

/// Print the rules of people on a day (getcheckinoption), or all rules (--corp)
///
/// One entry a person, with every field that WeCom sent.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka rules --users zhangsan --date 2026-10-01
  daka rules --all --format jsonl -o rules.jsonl
  daka rules --corp --format json")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    /// The day; rules may differ from day to day [default: today]
    #[arg(long, value_name = "DATE")]
    date: Option<DateArg>,
    /// All rules of the company (getcorpcheckinoption)
    #[arg(long, conflicts_with_all = ["date", "users", "users_file", "all"])]
    corp: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Prints the rules.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let selection = args.people.resolve()?;
    let clients = Clients::new(&context.settings)?;
    if args.corp {
        return corp(&clients, &args.output).await;
    }
    let date = args.date.unwrap_or(DateArg::Today).on(context.today());
    let people = clients.people(selection).await?;

    let mut output =
        args.output.open(&["userid", "groupid", "groupname", "grouptype", "workdays", "hours"])?;
    let mut shortfall = Shortfall::of("getcheckinoption");
    let mut slices = clients.checkin.rules(people, [date]).slices();
    while let Some(slice) = slices.next().await {
        let (users, unknown) = (slice.users.clone(), slice.unknown.clone());
        let Some(rows) = shortfall.rows(slice)? else { continue };
        name_those_without(context, users.users(), &unknown, &rows, date);
        for row in &rows {
            output.row(|| compact(row.raw()), || member_cells(row))?;
        }
    }
    shortfall.end(output)
}

/// Prints all rules of the company.
pub(super) async fn corp(clients: &Clients, output: &OutputArgs) -> Result<(), Failure> {
    let rules = clients.checkin.get_corp_checkin_option().await.map_err(|e| wecom::failure(&e))?;
    let mut output = output.open(&["groupid", "groupname", "grouptype", "workdays", "hours"])?;
    for rule in &rules {
        output.row(|| compact(rule.raw()), || rule_cells(rule))?;
    }
    output.finish()
}

/// People whom the answer leaves out have no rule that day: worth a word, no failure.
fn name_those_without(
    context: &Context,
    people: &[UserId],
    unknown: &[UserId],
    rows: &[Row<MemberRule>],
    date: Date,
) {
    let answered = rows.iter().filter_map(|row| row.userid.as_ref());
    let named: HashSet<_> = answered.chain(unknown).map(UserId::key).collect();
    let without: Vec<&str> =
        people.iter().filter(|userid| !named.contains(&userid.key())).map(UserId::as_str).collect();
    if !without.is_empty() {
        let names = without.join(",");
        context.remark(&text!("no rule on {date}: {names}", "{date} 没有规则：{names}"));
    }
}

fn member_cells(row: &MemberRule) -> Vec<String> {
    let mut cells = vec![row.userid.as_ref().map(ToString::to_string).unwrap_or_default()];
    match &row.group {
        Some(rule) => cells.extend(rule_cells(rule)),
        None => cells.extend(std::iter::repeat_n(String::new(), 5)),
    }
    cells
}

fn rule_cells(rule: &Rule) -> Vec<String> {
    let rows = rule.checkindate.as_deref().unwrap_or_default();
    let weekdays = rows
        .iter()
        .map(|row| {
            let days = row.workdays.as_deref().unwrap_or_default();
            days.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        })
        .collect::<Vec<_>>();
    let hours = rows
        .iter()
        .flat_map(|row| row.checkintime.as_deref().unwrap_or_default())
        .filter_map(|segment| Some(format!("{}-{}", segment.work_sec?, segment.off_work_sec?)))
        .collect::<Vec<_>>();
    vec![
        rule.groupid.map(|id| id.to_string()).unwrap_or_default(),
        rule.groupname.clone().unwrap_or_default(),
        rule.grouptype.map(|kind| kind.number().to_string()).unwrap_or_default(),
        weekdays.join("; "),
        hours.join(" "),
    ]
}
