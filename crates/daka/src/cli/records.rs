//! `daka records`: check-in records as WeCom returns them.

use std::{cmp::Ordering, collections::BTreeMap};

use attendance::Company;
use futures::StreamExt as _;
use wecom_checkin::{Record, Row, merge};

use super::{Context, shortfall::Shortfall, wecom::Clients};
use crate::{
    attendance_day::AttendanceDays,
    days::DayArgs,
    failure::Failure,
    output::{Cells, Output, OutputArgs, compact},
    people::PeopleArgs,
    progress,
};

/// Print check-in records as WeCom returns them (getcheckindata)
///
/// Any number of people and days: daka plans the calls, overlaps their windows so that no night
/// punch is lost, and prints each record once, with every field that WeCom sent. Sorted by userid,
/// then time.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka records --users zhangsan,lisi --from 2026-10-01 --to 2026-10-31
  daka records --all --month 2026-10 --format csv -o october.csv
  daka records --users-file people.txt --month 2026-10 | jq .checkin_time")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// The columns of table and CSV: the fields of a record in the order of the document.
const COLUMNS: [&str; 19] = [
    "userid",
    "groupname",
    "checkin_type",
    "exception_type",
    "checkin_time",
    "location_title",
    "location_detail",
    "wifiname",
    "notes",
    "wifimac",
    "mediaids",
    "lat",
    "lng",
    "deviceid",
    "sch_checkin_time",
    "groupid",
    "schedule_id",
    "timeline_id",
    "other_fields",
];

/// Prints the records.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let clients = Clients::new(&context.settings)?;
    let people = clients.people(selection).await?;
    let mut job = Job {
        attendance_days: AttendanceDays::new(
            clients.checkin.clone(),
            Company::new(context.now).with_zone(context.settings.zone.clone()),
            days,
        ),
        output: args.output.open(&COLUMNS)?,
    };
    let mut shortfall = Shortfall::of("getcheckindata");

    let planned = wecom_checkin::plan::records(people.iter().cloned(), days).count();
    let bar = progress::bar("records", u64::try_from(planned).unwrap_or(u64::MAX));
    let counted = bar.clone();
    let slices = clients.checkin.records(people, days).slices().inspect(move |_| counted.inc(1));
    let mut batches = merge::batches(slices);
    while let Some(batch) = batches.next().await {
        job.print(shortfall.batch(batch, days)?).await?;
    }
    bar.finish_and_clear();
    shortfall.end(job.output)
}

struct Job {
    attendance_days: AttendanceDays,
    output: Output<Cells>,
}

impl Job {
    /// Prints a batch: each record once, those of the days asked for, in order.
    async fn print(&mut self, rows: Vec<Row<Record>>) -> Result<(), Failure> {
        let mut rows = self.attendance_days.keep(rows).await;
        rows.sort_by(by_person_and_time);
        for row in &rows {
            self.output.row(|| compact(row.raw()), || cells(row))?;
        }
        Ok(())
    }
}

fn by_person_and_time(a: &Row<Record>, b: &Row<Record>) -> Ordering {
    a.userid.cmp(&b.userid).then(a.checkin_time.cmp(&b.checkin_time))
}

/// The row under [`COLUMNS`]; what no column holds is JSON in the last one.
fn cells(row: &Row<Record>) -> Vec<String> {
    let mut fields: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(row.raw()).unwrap_or_default();
    let [known @ .., _] = COLUMNS;
    let mut cells: Vec<String> = known
        .iter()
        .map(|name| fields.remove(*name).map(|value| cell(&value)).unwrap_or_default())
        .collect();
    let others =
        if fields.is_empty() { String::new() } else { serde_json::json!(fields).to_string() };
    cells.push(others);
    cells
}

fn cell(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        serde_json::Value::Array(list) if list.is_empty() => String::new(),
        other => other.to_string(),
    }
}
