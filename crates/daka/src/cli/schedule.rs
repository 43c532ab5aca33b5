//! `daka schedule`: who works which shift on which day.

mod fit;
mod plan;

use clap::Subcommand;
use futures::StreamExt as _;
use serde_json::json;
use wecom_checkin::{
    GroupId, ScheduleId,
    calls::set_checkin_schedule_list::SetCheckinScheduleList,
    schedule::{Schedule, ScheduleDay},
};

use super::{
    Context,
    shortfall::Shortfall,
    wecom::{self, Clients},
    write::{self, WriteArgs},
};
use crate::{
    days::DayArgs,
    failure::Failure,
    lang::text,
    output::{Format, OutputArgs, compact},
    people::{PeopleArgs, Selection},
};

/// Show or set who works which shift (getcheckinschedulist, setcheckinschedulist)
///
/// Only people whose rule is by shift (grouptype 2) have schedules.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka schedule show --users zhangsan,lisi --month 2026-12
  daka schedule set december.csv --dry-run                         what would change
  daka schedule set december.csv
  daka schedule set --rule 21 --shift 103 --users zhangsan --from 2026-12-01 --to 2026-12-05")]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print schedules as WeCom returns them: one entry a person, rule and month
    #[command(after_help = "\
Examples:
  daka schedule show --users zhangsan --month 2026-12
  daka schedule show --all --from 2026-11-20 --to 2026-12-10 --format jsonl")]
    Show(ShowArgs),
    /// Set shifts of days to come; days that are not named stay as they are
    ///
    /// A CSV file has the columns groupid, userid, date and `schedule_id` (0 is rest), one line a
    /// person and day. A JSON file holds one request of setcheckinschedulist or a list of them.
    /// Everything is checked before anything is sent.
    #[command(after_help = "\
Examples:
  daka schedule set december.csv --dry-run
  daka schedule set @request.json
  daka schedule set --rule 21 --shift 0 --users lisi --from 2026-12-24 --to 2026-12-26

A CSV file:
  groupid,userid,date,schedule_id
  21,zhangsan,2026-12-01,103
  21,zhangsan,2026-12-02,0")]
    Set(SetArgs),
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, clap::Args)]
struct SetArgs {
    /// A CSV or JSON file; - reads JSON from standard input
    #[arg(conflicts_with_all = ["rule", "shift", "users", "users_file", "all", "from", "to", "month"])]
    file: Option<String>,
    /// The shift rule's id (groupid)
    #[arg(long, value_name = "ID", required_unless_present = "file")]
    rule: Option<i64>,
    /// The shift's id (`schedule_id`); 0 is rest
    #[arg(long, value_name = "ID", required_unless_present = "file")]
    shift: Option<i64>,
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    #[command(flatten)]
    write: WriteArgs,
}

impl Args {
    /// The format of output and errors.
    pub(super) fn format(&self) -> Option<Format> {
        match &self.action {
            Action::Show(args) => args.output.format,
            Action::Set(args) => args.write.format,
        }
    }
}

/// Shows or sets.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    match &args.action {
        Action::Show(args) => show(context, args).await,
        Action::Set(args) => set(context, args).await,
    }
}

async fn show(context: &Context, args: &ShowArgs) -> Result<(), Failure> {
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let clients = Clients::new(&context.settings)?;
    let people = clients.people(selection).await?;
    let mut output = args.output.open(&["userid", "yearmonth", "groupid", "groupname", "days"])?;
    let mut shortfall = Shortfall::of("getcheckinschedulist");
    let mut slices = clients.checkin.schedules(people, days).slices();
    while let Some(slice) = slices.next().await {
        for row in shortfall.rows(slice)?.iter().flatten() {
            output.row(|| compact(row.raw()), || cells(row))?;
        }
    }
    shortfall.end(output)
}

fn cells(row: &Schedule) -> Vec<String> {
    let days = row.schedule.iter().flat_map(|days| &days.schedule_list).flatten();
    vec![
        row.userid.as_ref().map(ToString::to_string).unwrap_or_default(),
        row.yearmonth.map(|month| month.to_string()).unwrap_or_default(),
        row.groupid.map(|id| id.to_string()).unwrap_or_default(),
        row.groupname.clone().unwrap_or_default(),
        days.map(day_cell).collect::<Vec<_>>().join(" "),
    ]
}

/// `5:103(夜班)`.
fn day_cell(day: &ScheduleDay) -> String {
    let info = day.schedule_info.clone().unwrap_or_default();
    let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
    let name = info.schedule_name.unwrap_or_default();
    format!("{}:{}({name})", number(day.day), number(info.schedule_id.map(|id| id.0)))
}

async fn set(context: &Context, args: &SetArgs) -> Result<(), Failure> {
    let clients = Clients::new(&context.settings)?;
    let client = &clients.checkin;
    let requests = match (&args.file, args.rule, args.shift) {
        (Some(file), ..) => plan::of_file(client, file)?,
        (None, Some(rule), Some(shift)) => {
            let days = args.days.required(context.today())?;
            let people = match args.people.resolve()? {
                Selection::Unsaid => return Err(wecom::nobody()),
                selection => clients.people(selection).await?,
            };
            plan::of_flags(GroupId(rule), ScheduleId(shift), &people, days)
        }
        _ => {
            return Err(Failure::usage(
                text!("no file is named", "没有指定文件"),
                text!("see --help", "见 --help"),
            ));
        }
    };
    for request in &requests {
        client.dry_run(request).map_err(|e| write::failure(&e))?;
    }
    if args.write.is_dry() {
        fit::check(client, &requests).await?;
    }
    for (done, request) in requests.iter().enumerate() {
        let changes = async || client.schedule_changes(request).await;
        if !args.write.may_send(client, request, changes).await? {
            continue;
        }
        let SetCheckinScheduleList { groupid, yearmonth, items } = request;
        client
            .set_checkin_schedule_list(request)
            .await
            .map_err(|error| write::stopped(&error, done, plan::rest(&requests, done)))?;
        let count = items.len();
        args.write.done::<SetCheckinScheduleList>(
            context.settings.lang,
            &text!(
                "{count} days of {yearmonth} were scheduled under rule {groupid}",
                "已按规则 {groupid} 排好 {yearmonth} 的 {count} 天"
            ),
            json!({"groupid": groupid, "yearmonth": yearmonth, "items": count}),
        );
    }
    Ok(())
}
