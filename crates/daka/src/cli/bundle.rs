//! `daka bundle`: a person's days as a file that is judged without a ledger.

use std::path::PathBuf;

use attendance::{Bundle, Verdict, bundle::mask, judge};
use daka_ledger::Ledger;
use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde_json::Value;
use wecom_checkin::UserId;

use super::Context;
use crate::{
    days::{self, DateArg, parse_instant},
    failure::Failure,
    judging::Judging,
    lang::text,
    ledger,
    output::{Format, OutputArgs},
    people,
};

/// Write a bundle: a person's days as one JSON file, judged without a ledger
///
/// It has the answers of the API that bear on the days, from the rule of the eve to the punches of
/// the morning after, and judges to the ledger's verdicts: for a bug report, or to keep as a test.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  daka bundle zhangsan 2026-10-12 --mask -o report.json
  daka bundle zhangsan --from 2026-10-01 --to 2026-10-31 -o october.json
  daka bundle zhangsan 2026-10-12 | daka judge --bundle - --format json")]
pub(super) struct Args {
    /// Whose days
    #[arg(value_name = "USER")]
    user: String,
    /// The attendance day, such as 2026-10-12
    #[arg(value_name = "DATE", required_unless_present = "from", conflicts_with = "from")]
    date: Option<DateArg>,
    /// First attendance day, in place of DATE
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<DateArg>,
    /// Last attendance day, included
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<DateArg>,
    /// Write what the ledger knew at this instant, such as 2026-11-02T09:00:00+08:00
    #[arg(long, value_name = "INSTANT", value_parser = parse_instant)]
    as_of: Option<Timestamp>,
    /// Replace userids, names, places, networks, devices, notes and media ids; equal ones stay equal
    #[arg(long)]
    mask: bool,
    /// Write to a file; what is there stays until the new content is whole
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Writes the bundle.
pub(super) async fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let userid = people::userid(&args.user)?;
    let today = context.today();
    let first = args.date.or(args.from).unwrap_or(DateArg::Today).on(today);
    let last = args.date.or(args.to).map_or(first, |last| last.on(today));
    let days = days::from_to(first, last)?;
    let ledger = ledger::open(&context.settings).await?;
    let now = args.as_of.unwrap_or(context.now);
    let judging = Judging::new(&context.settings, now, &ledger, args.as_of).await?;
    let person = judging.person(&userid, days).await?;
    let facts_from = judging.company().facts_from(first);
    let days = judge(judging.company(), &person, first..=last);
    let verdicts: Vec<Verdict> = days.into_iter().map(|day| day.verdict).collect();
    let bundle =
        Bundle { company: judging.into_company(), people: vec![person], from: first, to: last };
    let mut json = bundle.to_json();
    if args.mask {
        mask(&mut json);
    } else {
        let rows = rows_as_they_came(&ledger, &userid, (facts_from, last), args.as_of).await?;
        put_records(&mut json, rows);
    }
    if !judges_to(&json, &verdicts) {
        context.remark(&text!(
            "the bundle is not judged as the ledger is; say so when you pass it on",
            "按此 bundle 判定的结果与账本不一致；转交时请注明"
        ));
    }
    let output =
        OutputArgs { format: Some(Format::Jsonl), wide: false, output: args.output.clone() };
    let mut output = output.open(&[])?;
    output.row(|| serde_json::to_string_pretty(&json).unwrap_or_default(), Vec::new)?;
    output.finish()
}

/// Whether what is written is judged as it should be, names apart.
fn judges_to(json: &Value, verdicts: &[Verdict]) -> bool {
    let same = |read: &Verdict, ours: &Verdict| {
        let facts = |v: &Verdict| (v.status, v.findings.clone(), v.worked_sec, v.field_count);
        read.date == ours.date && facts(read) == facts(ours)
    };
    let read = Bundle::parse(&json.to_string()).map(|bundle| bundle.judge()).unwrap_or_default();
    read.len() == verdicts.len() && read.iter().zip(verdicts).all(|(read, ours)| same(read, ours))
}

/// WeCom's own rows, fields that nobody knows included.
async fn rows_as_they_came(
    ledger: &Ledger,
    userid: &UserId,
    (first, last): (Date, Date),
    as_of: Option<Timestamp>,
) -> Result<Value, Failure> {
    /// As far as the ledger looks around the days to judge.
    const MARGIN_DAYS: i64 = 2;
    let (from, to) =
        (first.saturating_sub(MARGIN_DAYS.days()), last.saturating_add(MARGIN_DAYS.days()));
    let rows = ledger.records(std::slice::from_ref(userid), from, to, as_of).await;
    let rows = rows.map_err(|e| ledger::failure(&e))?;
    Ok(rows.iter().filter_map(|row| serde_json::from_str::<Value>(row.raw()).ok()).collect())
}

/// Puts rows in the place of a bundle's typed records.
fn put_records(json: &mut Value, rows: Value) {
    if let Some(place) = json.pointer_mut("/checkindata/0/checkindata") {
        *place = rows;
    }
}
