//! `daka device-records`: what attendance machines recorded.

use std::cmp::Ordering;

use clap::ValueEnum;
use futures::StreamExt as _;
use wecom_checkin::{
    Row,
    calls::get_hardware_checkin_data::FilterBy,
    device::DeviceRecord,
    plan::{UserBatch, Window, runs},
};

use super::{Context, shortfall::Shortfall, wecom::Clients};
use crate::{
    days::DayArgs,
    failure::Failure,
    output::{Cells, Output, OutputArgs, compact},
    people::PeopleArgs,
    progress,
};

/// Print what attendance machines recorded (get_hardware_checkin_data)
///
/// Every punch on a machine, those that the rules threw away and repetitions too; none made on
/// phones. Days are those of UTC+8. People whom WeCom does not know are passed over by it in
/// silence. Sorted by userid, then time.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka device-records --users zhangsan,lisi --from 2026-10-01 --to 2026-10-31
  daka device-records --all --month 2026-10 --format csv -o machines.csv
  daka device-records --all --from 2026-11-02 --by upload     what machines sent since, however late")]
pub(super) struct Args {
    #[command(flatten)]
    people: PeopleArgs,
    #[command(flatten)]
    days: DayArgs,
    /// Which time the days are about
    #[arg(long, value_enum, default_value = "punch")]
    by: By,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// A time of a machine's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    /// When the person punched
    Punch,
    /// When the machine sent it
    Upload,
}

const COLUMNS: [&str; 4] = ["userid", "checkin_time", "device_sn", "device_name"];

/// Prints the records.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let days = args.days.required(context.today())?;
    let selection = args.people.resolve()?;
    let clients = Clients::new(&context.settings)?;
    let people = clients.people(selection).await?;
    let mut output = args.output.open(&COLUMNS)?;
    let by = match args.by {
        By::Punch => FilterBy::PunchTime,
        By::Upload => FilterBy::UploadTime,
    };

    let planned = runs(people.iter().cloned(), days, Window::MAX_DAYS).count();
    let bar = progress::bar("records", u64::try_from(planned).unwrap_or(u64::MAX));
    let mut slices = clients.checkin.device_records(people, days, by).slices();
    let mut shortfall = Shortfall::of("get_hardware_checkin_data");
    let mut batch: Option<(UserBatch, Vec<Row<DeviceRecord>>)> = None;
    while let Some(slice) = slices.next().await {
        bar.inc(1);
        if batch.as_ref().is_some_and(|(users, _)| *users != slice.users)
            && let Some((_, rows)) = batch.take()
        {
            print(&mut output, rows)?;
        }
        let (_, rows) = batch.get_or_insert_with(|| (slice.users.clone(), Vec::new()));
        rows.extend(shortfall.rows(slice)?.into_iter().flatten());
    }
    if let Some((_, rows)) = batch {
        print(&mut output, rows)?;
    }
    bar.finish_and_clear();
    shortfall.end(output)
}

/// Prints some people's records in order.
fn print(output: &mut Output<Cells>, mut rows: Vec<Row<DeviceRecord>>) -> Result<(), Failure> {
    rows.sort_by(by_person_and_time);
    for row in &rows {
        output.row(|| compact(row.raw()), || cells(row))?;
    }
    Ok(())
}

fn by_person_and_time(a: &Row<DeviceRecord>, b: &Row<DeviceRecord>) -> Ordering {
    a.userid.cmp(&b.userid).then(a.checkin_time.cmp(&b.checkin_time))
}

fn cells(row: &DeviceRecord) -> Vec<String> {
    vec![
        row.userid.as_ref().map(ToString::to_string).unwrap_or_default(),
        row.checkin_time.map(|at| at.0.to_string()).unwrap_or_default(),
        row.device_sn.clone().unwrap_or_default(),
        row.device_name.clone().unwrap_or_default(),
    ]
}
